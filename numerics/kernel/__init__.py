"""SymPy → torch, numpy and ball code: `kernel(expr, args)` compiles an expression, its gradient and its Jacobian.

The module is itself callable, because `from numerics import kernel` means the function although the room has the same
name.
"""

import sys
from types import ModuleType
from typing import Any

from numerics.kernel.errors import KernelError
from numerics.kernel.kernel import Kernel, kernel

__all__ = ["Kernel", "KernelError", "kernel"]


class _Callable(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Kernel:
        return kernel(*args, **options)


sys.modules[__name__].__class__ = _Callable
