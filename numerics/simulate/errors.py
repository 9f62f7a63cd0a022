"""What a simulation that cannot be set up, or goes wrong on its way, raises."""

from numerics.errors import NumericsError


class SimulationError(NumericsError):
    """Data that make no stochastic equation, a scheme that does not apply to it, or a path that left the numbers; the
    message names step and path and the remedy."""
