"""SymPy → torch, numpy and ball code: `kernel(expr, args)` compiles an expression, its gradient and its Jacobian."""

from numerics.kernel.errors import KernelError
from numerics.kernel.kernel import Kernel, kernel

__all__ = ["Kernel", "KernelError", "kernel"]
