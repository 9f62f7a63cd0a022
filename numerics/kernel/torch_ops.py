"""Operations of the torch backend: straight-line tensor code, differentiable to any order, under torch.func and
torch.compile.

A Python number never changes the dtype of a tensor; where torch wants two tensors the number becomes one of the
other's dtype and device.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_, xor
from typing import Any

import torch
from torch import Tensor

from numerics.kernel import torch_airy, torch_bessel, torch_gamma, torch_special
from numerics.kernel.errors import KernelError
from numerics.kernel.torch_smooth import like

LITERAL_BITS = {
    torch.float64: 53,
    torch.complex128: 53,
    torch.float32: 24,
    torch.complex64: 24,
    torch.bfloat16: 24,
    torch.float16: 24,
}
DEFAULT = torch.float64
LITERAL_ORDER = frozenset({"besselj", "bessely", "besseli", "besselk", "SphericalJ", "polygamma", "Lambert"})


def dtype_of(name: Any) -> torch.dtype:
    """torch.float32 from itself or from "float32"; KernelError for anything that is not a floating or complex dtype."""
    dtype = getattr(torch, name, None) if isinstance(name, str) else name
    if dtype not in LITERAL_BITS:
        known = ", ".join(str(d) for d in LITERAL_BITS)
        raise KernelError(f"dtype {name!r} is none of {known}")
    return dtype


def _together(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    return (a, like(b, a)) if isinstance(a, Tensor) else (like(a, b), b)


def binary(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Any, Any], Tensor]:
    """`function` of two tensors, for a tensor and a number in either place."""
    return lambda a, b: function(*_together(a, b))


def power(base: Tensor, n: int) -> Tensor:
    """baseⁿ, n ≥ 1, by squaring."""
    half = base if n < 2 else power(base, n // 2)
    return half if n < 2 else half * half * base if n % 2 else half * half


def _pow(base: Any, exponent: Any) -> Tensor:
    return torch.exp2(exponent) if isinstance(base, int) and base == 2 else torch.pow(base, exponent)


def _logical(operation: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *conditions: reduce(operation, conditions)


def _negation(condition: Any) -> Any:
    return ~condition if isinstance(condition, Tensor) else not condition


def _sign(x: Tensor) -> Tensor:
    return torch.where(x == x, torch.sign(x), x)


def _step(x: Tensor, at_zero: float) -> Tensor:
    s = _sign(x)
    return s * 0.5 + 0.5 if at_zero == 0.5 else at_zero + 0.5 * s + (0.5 - at_zero) * s * s


def _selection(dtype: torch.dtype) -> Callable[[Any, Any, Any], Tensor]:
    def select(condition: Any, a: Any, b: Any) -> Tensor:
        if not isinstance(condition, Tensor):
            return a if condition else b
        if not isinstance(a, Tensor) and not isinstance(b, Tensor):
            kind = (
                torch.promote_types(dtype, torch.complex32)
                if isinstance(a, complex) or isinstance(b, complex)
                else dtype
            )
            a = torch.full((), a, dtype=kind, device=condition.device)
        return torch.where(condition, a, b)

    return select


def _expansion(dtype: torch.dtype) -> Callable[[Any, Tensor | None], Tensor]:
    def expand(value: Any, batch: Tensor | None) -> Tensor:
        if isinstance(value, Tensor):
            return value if batch is None else value.expand(batch.shape)
        kind = torch.bool if isinstance(value, bool) else dtype
        if isinstance(value, complex):
            kind = {torch.float64: torch.complex128, torch.float32: torch.complex64}.get(dtype, dtype)
        return torch.tensor(value, dtype=kind) if batch is None else torch.full_like(batch, value, dtype=kind)

    return expand


def common_batch(*tensors: Tensor) -> Tensor | None:
    """A tensor of the batch shape common to all arguments; None without arguments."""
    return torch.broadcast_tensors(*tensors)[0] if tensors else None


def operations(dtype: torch.dtype) -> dict[str, Callable[..., Any]]:
    """Name → operation for kernels that compute in `dtype`."""
    expand = _expansion(dtype)

    def stack(parts: Sequence[Any], shape: tuple[int, ...], batch: Tensor | None) -> Tensor:
        tensors = [expand(p, batch) for p in parts]
        if not tensors:
            return torch.empty((*(batch.shape if batch is not None else ()), *shape), dtype=dtype)
        kind = reduce(torch.promote_types, (t.dtype for t in tensors))
        flat = torch.stack([t.to(kind) for t in tensors], dim=-1)
        return flat if len(shape) == 1 else flat.unflatten(-1, shape)

    return OPERATIONS | {"select": _selection(dtype), "Select": _selection(dtype), "expand": expand, "stack": stack}


OPERATIONS: dict[str, Any] = {
    **{
        name: getattr(torch, name)
        for name in (
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "exp",
            "log",
            "sqrt",
            "rsqrt",
            "square",
            "erf",
            "erfc",
            "erfinv",
        )
    },
    **torch_special.OPERATIONS,
    **torch_gamma.OPERATIONS,
    **torch_bessel.OPERATIONS,
    **torch_airy.OPERATIONS,
    "power": power,
    "pow": _pow,
    "atan2": binary(torch.atan2),
    "maximum": lambda *a: reduce(binary(torch.maximum), a),
    "minimum": lambda *a: reduce(binary(torch.minimum), a),
    "Remainder": binary(torch.remainder),
    "Abs": torch.abs,
    "re": torch.real,
    "im": lambda x: torch.imag(x) if x.is_complex() else torch.zeros_like(x),
    "conjugate": torch.conj,
    "arg": torch.angle,
    "Floor": torch.floor,
    "Ceil": torch.ceil,
    "floor": torch.floor,
    "ceiling": torch.ceil,
    "Sign": _sign,
    "sign": torch.sgn,
    "Step": _step,
    "equal": eq,
    "not_equal": ne,
    "less": lt,
    "less_equal": le,
    "greater": gt,
    "greater_equal": ge,
    "all_of": _logical(and_),
    "any_of": _logical(or_),
    "xor": _logical(xor),
    "negation": _negation,
    "select": _selection(DEFAULT),
    "Select": _selection(DEFAULT),
    "expand": _expansion(DEFAULT),
    "stack": None,
    "common_batch": common_batch,
    "inf": math.inf,
    "nan": math.nan,
    "infj": complex(0, math.inf),
}


def _floating(value: Any) -> Tensor | float | complex:
    """A tensor, or a Python number left as one; nested sequences become the last dimensions."""
    if isinstance(value, Tensor | int | float | complex):
        return value
    if isinstance(value, list | tuple) and any(isinstance(v, Tensor) for v in value):
        return torch.stack(torch.broadcast_tensors(*(torch.as_tensor(v) for v in value)), dim=-1)
    if isinstance(value, list | tuple):
        return torch.as_tensor(value, dtype=None if _has_complex(value) else DEFAULT)
    return torch.as_tensor(value)


def _has_complex(value: Any) -> bool:
    return any(_has_complex(v) for v in value) if isinstance(value, list | tuple) else isinstance(value, complex)


def common_dtype(values: Sequence[Any]) -> torch.dtype:
    """The widest floating or complex dtype among the tensors, whatever their shapes; float64 where all are integers
    or Python numbers."""
    kinds = [v.dtype for v in values if isinstance(v, Tensor) and (v.is_floating_point() or v.is_complex())]
    if any(isinstance(v, complex) for v in values):
        kinds.append(torch.complex64 if kinds else torch.complex128)
    return reduce(torch.promote_types, kinds) if kinds else DEFAULT


def prepare(values: Sequence[Any], wanted: torch.dtype | None) -> tuple[list[Tensor], torch.dtype]:
    """The arguments as tensors of one dtype (boolean ones stay boolean), on the device of those that have one, and
    that dtype."""
    values = [_floating(v) for v in values]
    dtype = common_dtype(values) if wanted is None else wanted
    device = next((v.device for v in values if isinstance(v, Tensor) and v.dim()), None)
    tensors = []
    for v in values:
        if not isinstance(v, Tensor):
            v = torch.full((), v, dtype=torch.bool if isinstance(v, bool) else dtype, device=device)
        elif v.dtype != dtype and v.dtype != torch.bool:
            if v.is_complex() and not dtype.is_complex:
                raise KernelError(f"a complex tensor for a kernel in {dtype}: build it with dtype='complex128'")
            v = v.to(dtype)
        tensors.append(v)
    return tensors, dtype


def compile_kernel(
    source: Callable[[int], str],
    functions: Mapping[str, Callable[..., Any]],
    groups: Sequence[Any],
    dtype: Any,
    result: Callable[[Any], Any],
) -> tuple[str, Callable[..., Any]]:
    """(source text, callable on the tuple of values), with one compiled body per dtype, all made now so that tracing
    meets no compilation."""
    wanted = None if dtype is None else dtype_of(dtype)
    kinds = LITERAL_BITS if wanted is None else {wanted: LITERAL_BITS[wanted]}
    texts = {bits: source(bits) for bits in sorted(set(kinds.values()), reverse=True)}
    codes = {bits: compile(text, "<kernel>", "exec") for bits, text in texts.items()}
    bodies: dict[torch.dtype, Callable[..., Any]] = {}
    for kind, bits in kinds.items():
        namespace = operations(kind) | dict(functions)
        exec(codes[bits], namespace)
        bodies[kind] = namespace["run"]

    def run(values: Sequence[Any]) -> Any:
        tensors, kind = prepare(values, wanted)
        for group, tensor in zip(groups, tensors, strict=True):
            if group.shape and tuple(tensor.shape[tensor.dim() - len(group.shape) :]) != group.shape:
                raise KernelError(
                    f"argument {group.name}: its last dimensions must be {group.shape}, "
                    f"got a tensor of shape {tuple(tensor.shape)}"
                )
        return result(bodies[kind](*tensors))

    shown = LITERAL_BITS[wanted] if wanted is not None else 53
    return texts[shown], run
