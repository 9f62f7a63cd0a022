"""The error of Fokker-Planck grids."""

from numerics.errors import NumericsError


class FokkerPlanckError(NumericsError):
    """An equation or a grid that the solver does not take, or a step that would not keep mass or positivity."""


class StepTooLong(FokkerPlanckError):
    """A step that would not keep positivity; `times` as many would."""

    def __init__(self, message: str, times: float) -> None:
        super().__init__(message)
        self.times = times
