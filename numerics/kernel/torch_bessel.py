"""Bessel functions of integer order for torch: series near 0, recurrence outside it, and derivatives by the
neighbouring orders (DLMF 10.6.1, 10.29.1)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from numerics.kernel.torch_oscillating import oscillating
from numerics.kernel.torch_smooth import smooth


def _series(n: int, x: Tensor, first: float, step: Callable[[int], float], terms: int) -> Tensor:
    """first·xⁿ Σₖ Πⱼ≤ₖ x² step(j), by Horner from the last term."""
    square, total = x * x, torch.ones_like(x)
    for k in range(terms, 0, -1):
        total = 1 + total * square * step(k)
    return first * x**n * total


def _forward(n: int, x: Tensor, f0: Tensor, f1: Tensor, factor: Callable[[int], int], sign: int = -1) -> Tensor:
    """f_n from f_{k+1} = factor(k)/x · f_k + sign · f_{k−1}."""
    for k in range(1, n):
        f0, f1 = f1, factor(k) / x * f1 + sign * f0
    return f1 if n else f0


def _j(n: int, x: Tensor) -> Tensor:
    if n < 2:
        return oscillating(n, False, x)
    near = x.abs() <= n
    inner, outer = torch.where(near, x, 0), torch.where(near, float(n), x)
    series = _series(n, inner, 0.5**n / math.factorial(n), lambda k: -1 / (4 * k * (n + k)), 20 + n)
    forward = _forward(n, outer, oscillating(0, False, outer), oscillating(1, False, outer), lambda k: 2 * k)
    return torch.where(near, series, forward)


def _y(n: int, x: Tensor) -> Tensor:
    return _forward(n, x, oscillating(0, True, x), oscillating(1, True, x), lambda k: 2 * k)


def _i(n: int, x: Tensor) -> Tensor:
    """Iₙ by its series (all terms of one sign) up to X = max(30, n²), beyond by the large-argument expansion (DLMF
    10.40.1)."""
    if n < 2:
        return torch.special.i0(x) if n == 0 else torch.special.i1(x)
    limit = max(30, n * n)
    near = x.abs() <= limit
    inner, outer = torch.where(near, x, 0), torch.where(near, float(limit), x.abs())
    series = _series(n, inner, 0.5**n / math.factorial(n), lambda k: 1 / (4 * k * (n + k)), int(1.2 * limit) + 25)
    total = torch.ones_like(x)
    for k in range(30, 0, -1):
        total = 1 - total * (4 * n * n - (2 * k - 1) ** 2) / (8 * k * outer)
    half = torch.exp(outer / 2)
    far = half * (half / torch.sqrt(2 * math.pi * outer)) * total * (torch.sign(x) if n % 2 else 1)
    return torch.where(near, series, far)


def _k(n: int, x: Tensor) -> Tensor:
    return _forward(
        n, x, torch.special.modified_bessel_k0(x), torch.special.modified_bessel_k1(x), lambda k: 2 * k, sign=1
    )


def _spherical(n: int, x: Tensor) -> Tensor:
    near = x.abs() <= n + 1
    inner, outer = torch.where(near, x, 0), torch.where(near, float(n + 1), x)
    first = 1 / math.prod(range(1, 2 * n + 2, 2))
    series = _series(n, inner, first, lambda k: -1 / (2 * k * (2 * n + 2 * k + 1)), 14 + n)
    j0 = torch.sin(outer) / outer
    forward = _forward(n, outer, j0, (j0 - torch.cos(outer)) / outer, lambda k: 2 * k + 1)
    return torch.where(near, series, forward)


besselj: Callable[..., Tensor] = smooth(
    _j, lambda n, x: -besselj(1, x) if n == 0 else (besselj(n - 1, x) - besselj(n + 1, x)) / 2
)
bessely: Callable[..., Tensor] = smooth(
    _y, lambda n, x: -bessely(1, x) if n == 0 else (bessely(n - 1, x) - bessely(n + 1, x)) / 2
)
besseli: Callable[..., Tensor] = smooth(
    _i, lambda n, x: besseli(1, x) if n == 0 else (besseli(n - 1, x) + besseli(n + 1, x)) / 2
)
besselk: Callable[..., Tensor] = smooth(
    _k, lambda n, x: -besselk(1, x) if n == 0 else -(besselk(n - 1, x) + besselk(n + 1, x)) / 2
)
spherical: Callable[..., Tensor] = smooth(
    _spherical, lambda n, x: ((n * spherical(n - 1, x) if n else 0) - (n + 1) * spherical(n + 1, x)) / (2 * n + 1)
)

OPERATIONS: dict[str, Callable[..., Any]] = {
    "besselj": besselj,
    "bessely": bessely,
    "besseli": besseli,
    "besselk": besselk,
    "SphericalJ": spherical,
}
