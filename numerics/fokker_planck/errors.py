"""The error of Fokker-Planck grids."""

from numerics.errors import NumericsError


class FokkerPlanckError(NumericsError):
    """An equation or a grid that the solver does not take, or a step that would not keep mass or positivity."""
