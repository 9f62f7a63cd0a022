"""Stochastic calculus: random walks, stochastic differential equations, parabolic equations and path integrals."""

from derive.stochastic.errors import StochasticError as StochasticError
from derive.stochastic.errors import Unsolvable as Unsolvable
from derive.stochastic.fokker_planck import FokkerPlanck as FokkerPlanck
from derive.stochastic.laws.kernels import semigroup as semigroup
from derive.stochastic.laws.kernels import solves as solves
from derive.stochastic.paths.path_integral import PathIntegral as PathIntegral
from derive.stochastic.paths.slices import limit_of_slices as limit_of_slices
from derive.stochastic.sde import SDE as SDE
from derive.stochastic.simulated.exact_steps import ExactLaw as ExactLaw
from derive.stochastic.simulated.exact_steps import exact_law as exact_law
from derive.stochastic.simulated.monte_carlo import compare as compare
from derive.stochastic.simulated.monte_carlo import compare_moments as compare_moments
from derive.stochastic.simulated.monte_carlo import controlled_expectation as controlled_expectation
from derive.stochastic.simulated.monte_carlo import convergence as convergence
from derive.stochastic.walks.persistent import PersistentWalk as PersistentWalk
from derive.stochastic.walks.walk import RandomWalk as RandomWalk
from derive.stochastic.walks.walk import product_walk as product_walk
from derive.stochastic.wiener.brownian import Brownian as Brownian
from derive.stochastic.wiener.brownian import expectation as expectation
from derive.stochastic.wiener.brownian import isometry as isometry
from derive.stochastic.wiener.iterated import Iterated as Iterated
from derive.stochastic.wiener.iterated import word as word
