"""Kernels of balls: conditions with three truth values, selections that enclose, and the call at a precision.

An undecided condition is None, and a selection on None is the union of both sides: so every result contains the exact
value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flint
import numpy as np
from flint import acb

from numerics.kernel.ball_functions import FUNCTIONS, as_one_kind, ball
from numerics.kernel.errors import KernelError

LITERAL_ORDER: frozenset[str] = frozenset()
PRECISION = 53
Truth = bool | None


def union(a: Any, b: Any) -> Any:
    a, b = as_one_kind(a, b)
    return a.union(b)


def select(condition: Truth, a: Any, b: Any) -> Any:
    if condition is None:
        return union(a, b)
    return ball(a if condition else b)


def _order(yes: Callable[[Any, Any], bool], no: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    def decide(a: Any, b: Any) -> Truth:
        a, b = as_one_kind(a, b)
        return True if yes(a, b) else False if no(a, b) else None

    return decide


less = _order(lambda a, b: a < b, lambda a, b: a >= b)
less_equal = _order(lambda a, b: a <= b, lambda a, b: a > b)
equal = _order(lambda a, b: a == b, lambda a, b: a != b)


def negation(condition: Truth) -> Truth:
    return None if condition is None else not condition


def all_of(*conditions: Truth) -> Truth:
    return False if any(c is False for c in conditions) else None if any(c is None for c in conditions) else True


def any_of(*conditions: Truth) -> Truth:
    return negation(all_of(*(negation(c) for c in conditions)))


def xor(*conditions: Truth) -> Truth:
    return None if any(c is None for c in conditions) else sum(map(bool, conditions)) % 2 == 1


def choose(condition: Truth, a: Any, b: Any) -> Any:
    """ITE: a condition or a ball, by a condition."""
    if isinstance(a, bool | None) and isinstance(b, bool | None):
        return (a if condition else b) if condition is not None else (a if a == b else None)
    return select(condition, a, b)


def step(x: Any, at_zero: Any) -> Any:
    return select(less(0, x), 1, select(less(x, 0), 0, at_zero))


def expand(value: Any, batch: Any = None) -> Any:
    return value if value is None or isinstance(value, bool) else ball(value)


def stack(parts: Sequence[Any], shape: tuple[int, ...], batch: Any) -> Any:
    result = np.empty(len(parts), dtype=object)
    result[:] = [expand(p) for p in parts]
    return result.reshape(shape)


OPERATIONS: dict[str, Callable[..., Any]] = {
    **FUNCTIONS,
    "Step": step,
    "less": less,
    "less_equal": less_equal,
    "greater": lambda a, b: less(b, a),
    "greater_equal": lambda a, b: less_equal(b, a),
    "equal": equal,
    "not_equal": lambda a, b: negation(equal(a, b)),
    "all_of": all_of,
    "any_of": any_of,
    "xor": xor,
    "negation": negation,
    "select": choose,
    "Select": select,
    "stack": stack,
    "expand": expand,
    "common_batch": lambda *_: None,
}


def _elements(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """An argument as an object array of batch shape, its elements balls or, for a vector argument, arrays of balls."""
    array = np.asarray(value, dtype=object)
    split = array.ndim - len(shape)
    if split < 0 or array.shape[split:] != shape:
        raise KernelError(f"an argument's last dimensions must be {shape}, got shape {array.shape}")
    result = np.empty(array.shape[:split], dtype=object)
    for index in np.ndindex(*result.shape):
        result[index] = np.vectorize(ball, otypes=[object])(array[index]) if shape else ball(array[index])
    return result


def compile_kernel(
    source: Callable[[int | None], str],
    functions: Mapping[str, Callable[..., Any]],
    groups: Sequence[Any],
    dtype: Any,
    result: Callable[[Any], Any],
) -> tuple[str, Callable[..., Any]]:
    """(source text, callable on the tuple of values): balls one point after the other, object arrays of them for
    batches."""
    if not (dtype is None or isinstance(dtype, int) or str(dtype) == "complex"):
        raise KernelError(f"dtype {dtype!r}: for balls give the precision in bits, or 'complex'")
    text = source(None)
    namespace = OPERATIONS | dict(functions)
    exec(compile(text, "<kernel>", "exec"), namespace)
    body, bits = namespace["run"], dtype if isinstance(dtype, int) else PRECISION

    def run(values: Sequence[Any], prec: int | None = None) -> Any:
        with flint.ctx.workprec(prec or bits):
            columns = [_elements(v, g.shape) for v, g in zip(values, groups, strict=True)]
            if dtype == "complex":
                columns = [
                    np.vectorize(acb, otypes=[object])(c) if c.dtype == object and c.size else c for c in columns
                ]
            batch = np.broadcast_shapes(*(c.shape for c in columns))
            wide = [np.broadcast_to(c, batch) for c in columns]
            if not batch:
                return result(body(*(c[()] for c in wide)))
            rows = [body(*(c[index] for c in wide)) for index in np.ndindex(*batch)]
            return result([_gather(parts, batch) for parts in zip(*rows, strict=True)] if rows else [])

    return text, run


def _gather(parts: Sequence[Any], batch: tuple[int, ...]) -> np.ndarray:
    inner = parts[0].shape if isinstance(parts[0], np.ndarray) else ()
    result = np.empty((len(parts), *inner), dtype=object)
    for i, part in enumerate(parts):
        result[i] = part
    return result.reshape(batch + inner)
