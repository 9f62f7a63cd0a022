"""Operations of the numpy backend: NumPy's own, and special functions element by element from balls, refined until
the last bit but one is proven.

No SciPy: a special function costs some microseconds an element and is right to one unit in the last place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_, xor
from typing import Any

import flint
import numpy as np
from flint import acb, arb

from numerics.kernel import ball_ops
from numerics.kernel.errors import KernelError

LITERAL_BITS = {
    np.dtype(np.float64): 53,
    np.dtype(np.complex128): 53,
    np.dtype(np.float32): 24,
    np.dtype(np.complex64): 24,
    np.dtype(np.float16): 24,
}
LITERAL_ORDER: frozenset[str] = frozenset()
DEFAULT = np.dtype(np.float64)
PRECISIONS = (64, 128, 256, 1024)


def through_balls(function: Callable[..., Any], orders: int = 0) -> Callable[..., Any]:
    """`function` of balls as an operation on arrays, elementwise; its first `orders` arguments are passed as they
    are. nan where no ball is finite."""

    def element(fixed: tuple[Any, ...], values: tuple[Any, ...]) -> Any:
        points = tuple(v.item() if hasattr(v, "item") else v for v in values)
        if any(v != v for v in points):
            return math.nan
        result: Any = arb.nan()
        for bits in PRECISIONS:
            with flint.ctx.workprec(bits):
                result = function(*fixed, *points)
                if result.is_finite() and (result.is_exact() or result.rel_accuracy_bits() > 53):
                    break
        if isinstance(result, acb):
            return complex(float(result.real.mid()), float(result.imag.mid()))
        if (
            isinstance(result, arb)
            and result.is_finite()
            and result.rel_accuracy_bits() <= 53
            and not abs(result) < 1e-290
        ):
            return float(result.mid()) if result.rel_accuracy_bits() > 40 else math.nan
        return float(result.mid())

    def operation(*values: Any) -> Any:
        fixed, arrays = values[:orders], [np.asarray(v) for v in values[orders:]]
        result = np.frompyfunc(lambda *points: element(fixed, points), len(arrays), 1)(*arrays)
        kind = np.result_type(np.float16, *(a.dtype for a in arrays if a.dtype.kind in "fc"))
        result = np.asarray(result)
        complex_values = any(isinstance(v, complex) for v in result.flat)
        return result.astype(np.result_type(kind, np.complex64) if complex_values else kind)

    return operation


def power(base: Any, n: int) -> Any:
    """baseⁿ, n ≥ 1, by squaring."""
    half = base if n < 2 else power(base, n // 2)
    return half if n < 2 else half * half * base if n % 2 else half * half


def sigmoid(x: Any) -> Any:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log1m_exp(x: Any) -> Any:
    return np.where(x > -math.log(2), np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


def log_add_exp(a: Any, b: Any) -> Any:
    return np.where(np.equal(a, b), a + math.log(2), np.maximum(a, b) + np.log1p(np.exp(-np.abs(a - b))))


def pow_log(n: float, x: Any) -> Any:
    return np.where(x == 0, np.zeros_like(x), x**n * np.log(x))


def x_log1p(x: Any) -> Any:
    return np.where(x == -1, np.zeros_like(x), (1 + x) * np.log1p(x))


def step(x: Any, at_zero: float) -> Any:
    return np.heaviside(x, np.asarray(x).dtype.type(at_zero))


def expand(value: Any, batch: Any) -> Any:
    return np.asarray(value) if batch is None else np.broadcast_to(value, batch)


def stack(parts: Sequence[Any], shape: tuple[int, ...], batch: Any) -> np.ndarray:
    rows = [expand(p, batch) for p in parts]
    flat = np.stack(rows, axis=-1) if rows else np.empty((*(batch or ()), 0))
    return flat.reshape(flat.shape[:-1] + shape)


def _negation(condition: Any) -> Any:
    return np.logical_not(condition)


_BY_BALLS = (
    "gamma",
    "loggamma",
    "erf",
    "erfc",
    "erfi",
    "erfinv",
    "erfcinv",
    "Ei",
    "Si",
    "Ci",
    "Shi",
    "Chi",
    "li",
    "fresnels",
    "fresnelc",
    "factorial",
    "airyai",
    "airyaiprime",
    "airybi",
    "airybiprime",
    "elliptic_k",
    "elliptic_e",
    "elliptic_f",
    "beta",
    "binomial",
    "zeta",
    "lowergamma",
    "uppergamma",
    "expint",
    "besselj",
    "bessely",
    "besseli",
    "besselk",
    "polygamma",
    "polylog",
    "chebyshevt",
    "chebyshevu",
    "hermite",
    "legendre",
    "erf2",
    "Erfcx",
    "LogErfc",
    "sinc",
    "LambertW",
)

OPERATIONS: dict[str, Any] = {
    **{name: through_balls(ball_ops.OPERATIONS[name]) for name in _BY_BALLS},
    **{name: through_balls(ball_ops.OPERATIONS[name], 1) for name in ("SphericalJ", "Lambert")},
    "hyper": through_balls(ball_ops.OPERATIONS["hyper"], 2),
    **{
        name: getattr(np, name)
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "square")
    },
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "atan2": np.arctan2,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "power": power,
    "pow": lambda a, b: np.exp2(b) if isinstance(a, int) and a == 2 else np.power(a, b),
    "sec": lambda x: 1 / np.cos(x),
    "csc": lambda x: 1 / np.sin(x),
    "cot": lambda x: 1 / np.tan(x),
    "sech": lambda x: 1 / np.cosh(x),
    "csch": lambda x: 1 / np.sinh(x),
    "coth": lambda x: 1 / np.tanh(x),
    "acot": lambda x: np.arctan(1 / x),
    "asec": lambda x: np.arccos(1 / x),
    "acsc": lambda x: np.arcsin(1 / x),
    "asech": lambda x: np.arccosh(1 / x),
    "acsch": lambda x: np.arcsinh(1 / x),
    "acoth": lambda x: np.arctanh(1 / x),
    "Log1p": np.log1p,
    "Expm1": np.expm1,
    "Log1mexp": log1m_exp,
    "Softplus": softplus,
    "Sigmoid": sigmoid,
    "LogSumExp": lambda *u: reduce(log_add_exp, u),
    "PowLog": pow_log,
    "XLog1p": x_log1p,
    "maximum": lambda *a: reduce(np.maximum, a),
    "minimum": lambda *a: reduce(np.minimum, a),
    "Remainder": np.mod,
    "Floor": np.floor,
    "Ceil": np.ceil,
    "Sign": np.sign,
    "Step": step,
    "sign": lambda x: np.where(x == 0, 0, x / np.abs(x)),
    "Abs": np.abs,
    "re": np.real,
    "im": np.imag,
    "conjugate": np.conjugate,
    "arg": np.angle,
    "floor": np.floor,
    "ceiling": np.ceil,
    "equal": eq,
    "not_equal": ne,
    "less": lt,
    "less_equal": le,
    "greater": gt,
    "greater_equal": ge,
    "all_of": lambda *c: reduce(and_, c),
    "any_of": lambda *c: reduce(or_, c),
    "xor": lambda *c: reduce(xor, c),
    "negation": _negation,
    "select": np.where,
    "Select": np.where,
    "expand": expand,
    "stack": stack,
    "common_batch": lambda *a: np.broadcast_shapes(*(np.shape(v) for v in a)),
    "inf": math.inf,
    "nan": math.nan,
    "infj": complex(0, math.inf),
}


def dtype_of(name: Any) -> np.dtype:
    """The NumPy dtype of that name; KernelError for anything that is not a floating or complex dtype."""
    try:
        dtype = np.dtype(name)
    except TypeError:
        dtype = np.dtype(object)
    if dtype not in LITERAL_BITS:
        raise KernelError(f"dtype {name!r} is none of {', '.join(map(str, LITERAL_BITS))}")
    return dtype


def common_dtype(arrays: Sequence[Any]) -> np.dtype:
    """The widest floating or complex dtype among the arrays and NumPy scalars, whatever their shapes; float64 where
    there is none."""
    kinds = [v.dtype for v in arrays if hasattr(v, "dtype") and v.dtype.kind in "fc"]
    if any(isinstance(v, complex) and not hasattr(v, "dtype") for v in arrays):
        kinds.append(np.dtype(np.complex64 if kinds else np.complex128))
    return np.result_type(*kinds) if kinds else DEFAULT


def compile_kernel(
    source: Callable[[int], str],
    functions: Mapping[str, Callable[..., Any]],
    groups: Sequence[Any],
    dtype: Any,
    result: Callable[[Any], Any],
) -> tuple[str, Callable[..., Any]]:
    """(source text, callable on the tuple of values), with literals of the precision at hand."""
    wanted = None if dtype is None else dtype_of(dtype)
    kinds = LITERAL_BITS if wanted is None else {wanted: LITERAL_BITS[wanted]}
    texts = {bits: source(bits) for bits in sorted(set(kinds.values()), reverse=True)}
    bodies: dict[int, Callable[..., Any]] = {}
    for bits, text in texts.items():
        namespace = OPERATIONS | dict(functions)
        exec(compile(text, "<kernel>", "exec"), namespace)
        bodies[bits] = namespace["run"]

    def finished(value: Any, kind: np.dtype) -> Any:
        value = np.asarray(value)
        if value.dtype.kind == "b":
            return value[()]
        if value.dtype.kind == "c" and kind.kind == "f":
            return value.astype(np.result_type(kind, np.complex64))[()]
        return value.astype(kind if kind.kind == "f" or value.dtype.kind == "c" else value.dtype, copy=False)[()]

    def run(values: Sequence[Any]) -> Any:
        arrays = [np.asarray(v) if isinstance(v, list | tuple) else v for v in values]
        kind = wanted or common_dtype(arrays)
        if kind not in LITERAL_BITS:
            raise KernelError(f"{kind} is none of {', '.join(map(str, LITERAL_BITS))}: convert the arguments")
        arrays = [np.asarray(v, dtype=None if np.asarray(v).dtype.kind == "b" else kind) for v in arrays]
        for group, array in zip(groups, arrays, strict=True):
            if group.shape and array.shape[array.ndim - len(group.shape) :] != group.shape:
                raise KernelError(
                    f"argument {group.name}: its last dimensions must be {group.shape}, "
                    f"got an array of shape {array.shape}"
                )
        with np.errstate(all="ignore"):
            return result([finished(v, kind) for v in bodies[LITERAL_BITS[kind]](*arrays)])

    shown = LITERAL_BITS[wanted] if wanted is not None else 53
    return texts[shown], run
