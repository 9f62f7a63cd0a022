"""Functions of tensors on the CPU for which NumPy has vector instructions: two to twenty times as fast as torch's.

NumPy's vector functions are within 4 ulp (torch's within 1 to 2), its square root is the rounded one. They are taken by
what NumPy says of itself on this processor, never by timing, so that a computation is repeated bit by bit. Sine and
cosine of float64 are left to torch, whose are faster. Reference: NumPy Enhancement Proposal 38 (SIMD dispatch).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch

_UFUNCS: dict[Callable[..., Any], np.ufunc] = {
    torch.sin: np.sin,
    torch.cos: np.cos,
    torch.tan: np.tan,
    torch.asin: np.arcsin,
    torch.acos: np.arccos,
    torch.atan: np.arctan,
    torch.sinh: np.sinh,
    torch.cosh: np.cosh,
    torch.tanh: np.tanh,
    torch.asinh: np.arcsinh,
    torch.exp: np.exp,
    torch.log: np.log,
    torch.log1p: np.log1p,
    torch.expm1: np.expm1,
    torch.sqrt: np.sqrt,
}
_LETTERS = {torch.float32: "f", torch.float64: "d"}
_SLOWER = {(torch.sin, torch.float64), (torch.cos, torch.float64)}
_INSTRUCTIONS = {torch.sqrt}  # one instruction of every processor, vectorised by the compiler


@cache
def vectorised(function: Callable[..., Any], dtype: torch.dtype) -> np.ufunc | None:
    """NumPy's function for torch's, where NumPy runs it with vector instructions here; None elsewhere.

    Law: both agree but for roundings, at infinities, nan and outside of the domain too; NumPy warns there, torch does
    not."""
    ufunc, letter = _UFUNCS.get(function), _LETTERS.get(dtype)
    if ufunc is None or letter is None or (function, dtype) in _SLOWER:
        return None
    return ufunc if function in _INSTRUCTIONS or not _target(ufunc.__name__, letter).startswith("baseline") else None


def _target(name: str, letter: str) -> str:
    """The set of instructions for which NumPy's loop was made that runs here: "baseline…" where it has but one."""
    try:
        from numpy.lib.introspect import opt_func_info
    except ImportError:  # NumPy before 2.0 does not say
        return "baseline"
    return opt_func_info(func_name=f"^{name}$").get(name, {}).get(2 * letter, {}).get("current", "baseline")
