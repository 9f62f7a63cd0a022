"""Fokker-Planck equations on grids of cells, in one or two dimensions: mass and positivity are kept."""

from numerics.fokker_planck.errors import FokkerPlanckError as FokkerPlanckError
from numerics.fokker_planck.evolution import METHODS as METHODS
from numerics.fokker_planck.evolution import Evolved as Evolved
from numerics.fokker_planck.grid import FokkerPlanckGrid as FokkerPlanckGrid
from numerics.fokker_planck.rates import bernoulli as bernoulli
