"""Stochastic calculus: random walks, stochastic differential equations, parabolic equations and path integrals."""

from derive.stochastic.brownian import Brownian as Brownian
from derive.stochastic.brownian import expectation as expectation
from derive.stochastic.brownian import isometry as isometry
from derive.stochastic.errors import StochasticError as StochasticError
from derive.stochastic.errors import Unsolvable as Unsolvable
from derive.stochastic.exact_steps import ExactLaw as ExactLaw
from derive.stochastic.exact_steps import exact_law as exact_law
from derive.stochastic.fokker_planck import FokkerPlanck as FokkerPlanck
from derive.stochastic.iterated import Iterated as Iterated
from derive.stochastic.iterated import word as word
from derive.stochastic.kernels import semigroup as semigroup
from derive.stochastic.kernels import solves as solves
from derive.stochastic.monte_carlo import compare as compare
from derive.stochastic.monte_carlo import compare_moments as compare_moments
from derive.stochastic.monte_carlo import controlled_expectation as controlled_expectation
from derive.stochastic.monte_carlo import convergence as convergence
from derive.stochastic.path_integral import PathIntegral as PathIntegral
from derive.stochastic.persistent import PersistentWalk as PersistentWalk
from derive.stochastic.sde import SDE as SDE
from derive.stochastic.slices import limit_of_slices as limit_of_slices
from derive.stochastic.walk import RandomWalk as RandomWalk
from derive.stochastic.walk import product_walk as product_walk
