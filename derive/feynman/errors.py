"""What the engine says of an integral that has no value."""

from __future__ import annotations

from derive.errors import DeriveError


class Divergent(DeriveError):
    """The integral does not converge (at the parameters named): it has no value in the ordinary sense."""
