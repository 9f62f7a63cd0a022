"""What can go wrong with forms, each error with its name and its remedy."""

from derive.errors import DeriveError


class ExteriorError(DeriveError):
    """Base of the errors of exterior calculus."""


class UnknownChart(ExteriorError):
    """An expression does not say which chart it lives on, or says two."""


class DifferentCharts(ExteriorError):
    """Two objects of different charts were put together."""


class WrongCount(ExteriorError):
    """The number of components, indices, vectors or parameters does not fit."""


class MixedDegrees(ExteriorError):
    """Forms of different degrees were added without saying that this is meant."""


class SingularMetric(ExteriorError):
    """The matrix is no metric: not symmetric, degenerate, or of a signature that is not the stated one."""


class NotClosed(ExteriorError):
    """A form that is not closed has no potential."""


class NotStarShaped(ExteriorError):
    """The form is not known to be smooth on a star-shaped domain round the centre, so Poincaré's lemma is silent."""


class Degenerate(ExteriorError):
    """A 2-form that should be symplectic, or a 1-form that should be contact, is degenerate."""
