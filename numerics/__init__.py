"""Numbers out of SymPy expressions: rigorous balls, honest numeric agreement, fast kernels. Knows nothing of the rooms above.

Names are loaded when first used, so that `import numerics` costs nothing and torch is imported only by whoever asks for a torch kernel.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "enclose": "numerics.oracle",
    "Enclosure": "numerics.oracle",
    "NotEnclosed": "numerics.oracle",
    "kernel": "numerics.kernel",
    "Kernel": "numerics.kernel",
    "KernelError": "numerics.kernel",
    "NumericsError": "numerics.errors",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'numerics' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
