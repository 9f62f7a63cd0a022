"""The one base class of errors of this room, and the two answers that engines give instead of guessing."""


class DeriveError(Exception):
    """Something asked of `derive` could not be done; the message names the step, the place and the remedy."""


class NoClosedForm(DeriveError):
    """An engine found no closed form that passed its check; what it did find travels in `found`."""

    def __init__(self, message: str, found: object = None) -> None:
        super().__init__(message)
        self.found = found


class Undecided(DeriveError):
    """A question with a yes-or-no answer could be answered neither way."""
