"""The one base class of errors of this room."""


class NumericsError(Exception):
    """Something asked of `numerics` could not be done; the message names what, where and the remedy."""
