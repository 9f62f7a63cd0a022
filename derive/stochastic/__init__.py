"""Stochastic calculus: random walks, stochastic differential equations, parabolic equations and path integrals."""

from derive.stochastic.errors import StochasticError as StochasticError
from derive.stochastic.errors import Unsolvable as Unsolvable
from derive.stochastic.fokker_planck import FokkerPlanck as FokkerPlanck
from derive.stochastic.sde import SDE as SDE
from derive.stochastic.walk import RandomWalk as RandomWalk
