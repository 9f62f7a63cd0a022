"""What a kernel that cannot be built, or cannot take its arguments, raises."""

from numerics.errors import NumericsError


class KernelError(NumericsError):
    """The expression, its arguments or the values given do not make a kernel; the message names the culprit and the
    remedy."""
