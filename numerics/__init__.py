"""Numbers out of SymPy expressions: rigorous balls, honest numeric agreement, fast kernels; no room above is known.

Names are loaded when first used, so that `import numerics` costs nothing and torch is imported only by whoever asks for
a torch kernel.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.errors import NumericsError
    from numerics.fokker_planck import FokkerPlanckGrid
    from numerics.kernel import Kernel, KernelError, kernel
    from numerics.oracle import Enclosure, NotEnclosed, enclose
    from numerics.simulate import Paths, SimulationError, simulate

_HOME = {
    "enclose": "numerics.oracle",
    "Enclosure": "numerics.oracle",
    "NotEnclosed": "numerics.oracle",
    "Kernel": "numerics.kernel",
    "KernelError": "numerics.kernel",
    "NumericsError": "numerics.errors",
    "FokkerPlanckGrid": "numerics.fokker_planck",
    "Paths": "numerics.simulate",
    "SimulationError": "numerics.simulate",
}
__all__ = [
    "Enclosure",
    "FokkerPlanckGrid",
    "Kernel",
    "KernelError",
    "NotEnclosed",
    "NumericsError",
    "Paths",
    "SimulationError",
    "enclose",
    "kernel",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'numerics' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__


class _Room(ModuleType):
    """This package, whose attributes `kernel` and `simulate` are the functions although there are subpackages of these
    names.

    After a subpackage has been imported, the import system binds it as an attribute of its parent and so would hide the
    function; a property is not hidden. The subpackage is there by `from numerics.kernel import …`, as any other.
    """

    @property
    def kernel(self) -> Any:
        from numerics.kernel.kernel import kernel as function

        return function

    @kernel.setter
    def kernel(self, subpackage: ModuleType) -> None:
        pass

    @property
    def simulate(self) -> Any:
        from numerics.simulate.run import simulate as function

        return function

    @simulate.setter
    def simulate(self, subpackage: ModuleType) -> None:
        pass


sys.modules[__name__].__class__ = _Room
