"""Paths of stochastic differential equations in torch: schemes, exact laws, ends of the domain, orders, statistics."""

from numerics.simulate.convergence import Order as Order
from numerics.simulate.convergence import strong_order as strong_order
from numerics.simulate.convergence import weak_order as weak_order
from numerics.simulate.errors import SimulationError as SimulationError
from numerics.simulate.laws import GaussianStep as GaussianStep
from numerics.simulate.laws import MapStep as MapStep
from numerics.simulate.laws import SquaredBesselStep as SquaredBesselStep
from numerics.simulate.paths import Paths as Paths
from numerics.simulate.run import run as run
from numerics.simulate.run import simulate as simulate
from numerics.simulate.statistics import Estimate as Estimate
from numerics.simulate.statistics import Statistics as Statistics
from numerics.simulate.statistics import controlled_mean as controlled_mean
from numerics.simulate.statistics import statistics as statistics
from numerics.simulate.steps import SchemeStep as SchemeStep
from numerics.simulate.steps import Step as Step
from numerics.simulate.system import System as System
from numerics.simulate.system import system as system
from numerics.simulate.world import join as join
