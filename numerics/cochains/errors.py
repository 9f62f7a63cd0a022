"""What can go wrong with complexes and cochains; the message names where and the remedy."""

from numerics.errors import NumericsError


class CochainError(NumericsError):
    """A complex is not one, degrees or counts do not fit, or an integral over a cell was not found."""
