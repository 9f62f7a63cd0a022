"""kernel(expr, args): a function compiled from mathematics, for torch, numpy or balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from sympy import Basic, Expr, I, Symbol, latex

from numerics.kernel.branches import branches
from numerics.kernel.emit import Emitter, emit
from numerics.kernel.errors import KernelError
from numerics.kernel.lower import computable, evaluate, gradient
from numerics.kernel.signature import Leaf, arguments, leaves, rebuild, stand_ins

BACKENDS = {
    "torch": "numerics.kernel.torch_ops",
    "numpy": "numerics.kernel.numpy_ops",
    "arb": "numerics.kernel.ball_ops",
}
OUTPUTS = ("value", "grad", "jac")


def _unbuilt(values: Any) -> Any:
    raise KernelError("a Kernel is made by kernel(expr, args), not by its class")


@dataclass(frozen=True, eq=False)
class Kernel:
    """A compiled expression: k(*values) broadcasts over batches; `source` is the code that runs. Immutable; pickles
    by its expression.

    Law: k(values) = expr at the values, of shape (batch, shape of expr), where the batch shape is that of all
    arguments broadcast together;
    so batching by vmap, by broadcasting and by a loop agree. With several outputs the result is their tuple, in order.
    """

    expr: Any
    args: tuple[Any, ...]
    backend: str = "torch"
    dtype: Any = None
    outputs: str | tuple[str, ...] = "value"
    functions: Mapping[str, Callable[..., Any]] | None = None
    source: str = field(default="", repr=False)
    _run: Callable[..., Any] = field(default=_unbuilt, repr=False)

    def __call__(self, *values: Any, **options: Any) -> Any:
        if len(values) != len(self.args):
            names = ", ".join(map(str, self.args))
            raise KernelError(f"the kernel takes {len(self.args)} arguments ({names}), {len(values)} were given")
        return self._run(values, **options)

    def __reduce__(self) -> tuple[Any, ...]:
        return kernel, (self.expr, self.args, self.backend, self.dtype, self.outputs, self.functions)

    def _repr_latex_(self) -> str:
        names = ", ".join(latex(a) for a in self.args)
        return rf"$\displaystyle \left({names}\right) \mapsto {latex(self.expr)}$"


def _derived(leaf: Leaf, output: str, structure: Any, variables: Sequence[Symbol], real: bool) -> Leaf:
    if structure is not None:
        raise KernelError(
            f"outputs={output!r} is for one scalar or one matrix of expressions, not for a tuple, list or dict; "
            "make it a Matrix"
        )
    if (output == "grad") != (not leaf.shape):
        raise KernelError(
            "outputs='grad' is for a scalar expression, outputs='jac' for a vector or matrix of expressions"
        )
    for e in leaf.entries:
        if not isinstance(e, Expr):
            raise KernelError(f"{e} is a condition and has no derivative")
    entries = tuple(d for e in leaf.entries for d in gradient(e, variables, real))
    return Leaf((*leaf.shape, len(variables)), entries)


def _is_complex(dtype: Any) -> bool:
    return "complex" in str(dtype)


def kernel(
    expr: Any,
    args: Sequence[Any],
    backend: str = "torch",
    dtype: Any = None,
    outputs: str | Sequence[str] = "value",
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Kernel:
    """The function args ↦ expr (and its derivatives), compiled for a backend.

    expr: a SymPy expression or condition, a Matrix or Array of them, or a tuple, list or dict of those.
    args: symbols; a tuple or column of symbols is one vector argument with its components on the last dimension (see
    `signature`).
    backend: "torch" (differentiable, straight-line code), "numpy", or "arb" (python-flint balls: every result
    encloses the exact value;
        k(..., prec=bits) or dtype=bits sets the precision, 53 unless told).
    dtype: None computes in the widest floating dtype among the arguments (float64 where there is none); else
    arguments are converted to it.
        Arguments are real numbers, out of a function's real domain the result is nan, unless dtype is complex
        ("complex128", for balls "complex"):
        then they are complex and principal branches are taken. An I in the expression alone makes a complex result
        out of real arguments.
    outputs: one of "value", "grad" (∂expr/∂args of a scalar, stacked on a new last dimension, vector arguments
    flattened), "jac" (the same for a
        vector: trailing dimensions (m, n)), or several of them, then the result is a tuple. Derivatives are symbolic
        and hold almost everywhere.
    functions: name → callable, for functions the backend lacks; a SymPy Function with `fdiff` has symbolic
    derivatives as well.
    Raises KernelError, at building, for unknown functions, free symbols, integrals, infinite sums; at a call, for
    values that do not fit.
    """
    if backend not in BACKENDS:
        raise KernelError(f"backend {backend!r} is none of {', '.join(BACKENDS)}")
    wanted = (outputs,) if isinstance(outputs, str) else tuple(outputs)
    if not wanted or set(wanted) - set(OUTPUTS):
        raise KernelError(f"outputs {outputs!r}: each must be one of {', '.join(OUTPUTS)}")
    module = import_module(BACKENDS[backend])
    args = tuple(args)
    own = dict(functions or {})
    known = frozenset(module.OPERATIONS)
    taken = {*known, *own}
    groups = arguments(args, taken)
    symbols = [s for g in groups for s in g.symbols]
    structure, tensors = leaves(expr)
    real = not _is_complex(dtype)
    stand_in = stand_ins(symbols, real)
    tensors = [Leaf(t.shape, tuple(closed(evaluate(e), stand_in, real) for e in t.entries)) for t in tensors]
    variables = list(stand_in.values())
    parts: list[Leaf] = []
    for output in wanted:
        parts += tensors if output == "value" else [_derived(tensors[0], output, structure, variables, real)]
    guarded = backend == "torch"
    parts = [Leaf(t.shape, tuple(branches(e, guarded) for e in t.entries)) for t in parts]
    names = dict(zip(variables, (c for g in groups for c in g.components), strict=True))

    def source(bits: int | None) -> str:
        emitter = Emitter(dict(names), known, frozenset(own), backend, bits, module.LITERAL_ORDER)
        return emit("run", groups, names, parts, emitter, f"{', '.join(wanted)} of {_summary(expr)}")

    def result(values: Sequence[Any]) -> Any:
        found, start = [], 0
        for output in wanted:
            count = len(tensors) if output == "value" else 1
            piece = list(values[start : start + count])
            found.append(rebuild(structure, piece) if output == "value" else piece[0])
            start += count
        return found[0] if isinstance(outputs, str) else tuple(found)

    text, run = module.compile_kernel(source, own, groups, dtype, result)
    return Kernel(expr, args, backend, dtype, outputs if isinstance(outputs, str) else wanted, functions, text, run)


def _summary(expr: Any) -> str:
    text = " ".join(str(expr).split())
    return text if len(text) <= 100 else f"{text[:97]}..."


def closed(expr: Basic, stand_in: Mapping[Basic, Symbol], real: bool) -> Basic:
    """The expression over the stand-ins, computable; KernelError naming free symbols that are not among the
    arguments."""
    expr = expr.xreplace(dict(stand_in))
    if missing := sorted(str(s) for s in expr.free_symbols - set(stand_in.values())):
        raise KernelError(
            f"{', '.join(missing)} in the expression: not among the arguments; "
            "add to args or substitute numbers (.subs)"
        )
    return computable(expr, real and not expr.has(I))
