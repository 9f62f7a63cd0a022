"""Expressions evaluated once on arrays: by walking the tree, which costs less than compiling; by a kernel where the
tree holds what has no walk, or where the walk meets something that is not finite (a kernel has stable forms)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from numerics.kernel.kernel import kernel

Array = np.ndarray[Any, np.dtype[Any]]
_FUNCTIONS: dict[type, Callable[[Any], Any]] = {
    sp.exp: np.exp,
    sp.log: np.log,
    sp.sin: np.sin,
    sp.cos: np.cos,
    sp.tan: np.tan,
    sp.sinh: np.sinh,
    sp.cosh: np.cosh,
    sp.tanh: np.tanh,
    sp.atan: np.arctan,
    sp.asinh: np.arcsinh,
    sp.Abs: np.abs,
    sp.sign: np.sign,
}


def once(exprs: Sequence[Any], values: Mapping[Any, Any]) -> list[Array]:
    """The values of exprs, float64, where each symbol has a number or an array; a number for a constant. Complex
    values stay complex.

    Law: the values of kernel(exprs, symbols, "numpy", "float64"), but for roundings.
    """
    walked: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for e in exprs:
            if id(e) not in walked:
                value = _walked(e, values)
                walked[id(e)] = value if value is not None and finite(value) else None
    found: list[Array | None] = [walked[id(e)] for e in exprs]
    if any(value is None for value in found):
        compiled = kernel(tuple(exprs), tuple(values), backend="numpy", dtype="float64")(*values.values())
        found = [new if old is None else old for old, new in zip(found, compiled, strict=True)]
    return [value if value.dtype.kind == "c" else value.astype(float, copy=False) for value in map(np.asarray, found)]


def finite(value: Any) -> bool:
    """Whether all numbers of an array are; asked of the sum of their squares first, which is quicker."""
    return math.isfinite(np.vdot(value, value)) or bool(np.isfinite(value).all())


def _walked(e: Any, values: Mapping[Any, Any]) -> Any:
    """The value of e; None where there is no walk."""
    if e.is_Integer and abs(e.p) < 2**63:
        return float(e.p)
    if e in values:
        return np.asarray(values[e], dtype=float)
    if e.is_number:
        return float(e) if e.is_real else None
    parts = [_walked(part, values) for part in e.args]
    if any(part is None for part in parts):
        return None
    match e:
        case sp.Add():
            return sum(parts[1:], parts[0])
        case sp.Mul():
            return np.prod(np.broadcast_arrays(*parts), axis=0) if len(parts) > 2 else parts[0] * parts[1]
        case sp.Pow():
            base, exponent = parts
            return base ** int(e.exp) if e.exp.is_Integer else base**exponent
    return _FUNCTIONS[type(e)](*parts) if type(e) in _FUNCTIONS else None
