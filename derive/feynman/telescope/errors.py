"""Why a function has no telescoper, or none within the limits."""

from derive.errors import DeriveError


class NotTelescoped(DeriveError):
    """No telescoper: the function is not D-finite in the classes treated, or a limit on order or time was reached."""
