"""Error functions, Lambert's W, elliptic integrals and stable forms for torch: what torch lacks, or differentiates
badly.

Values are computed in float64 whatever the input, and rounded once to its dtype.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from numerics.kernel.torch_smooth import like, polynomial, smooth

ROOT_PI = math.sqrt(math.pi)


def _erfi(x: Tensor) -> Tensor:
    """erfi(x) = (4/π) Σ_{n odd} exp(−n²h²) sinh(2nhx)/n (Rybicki), h = 0.2: the error e^{−(π/2h)²} is 10⁻²⁶. Far out
    the sum is taken around n ≈ x/h."""
    h = 0.2
    small = x.abs() < 3
    near, total = torch.where(small, x, 0), torch.zeros_like(x)
    for n in range(49, 0, -2):
        total = total + torch.sinh(2 * n * h * near) * (math.exp(-((n * h) ** 2)) / n)
    far = torch.where(small, 3.0, x.abs())
    middle = 2 * torch.round(far / (2 * h))
    shift = far - middle * h
    dawson = torch.zeros_like(x)
    for n in range(-33, 34, 2):
        dawson = dawson + torch.exp(-((shift - n * h) ** 2)) / (middle + n)
    return torch.where(small, 4 / math.pi * total, torch.sign(x) * 2 / math.pi * torch.exp(far * far) * dawson)


erfi = smooth(_erfi, lambda x: 2 / ROOT_PI * torch.exp(x * x))
erfcinv = smooth(
    lambda x: torch.where(
        x > 0.5, torch.erfinv(1 - x), -torch.special.ndtri(torch.clamp(x, max=0.5) / 2) / math.sqrt(2)
    ),
    lambda x: -ROOT_PI / 2 * torch.exp(erfcinv(x) ** 2),
)


def _log_erfc(x: Tensor) -> Tensor:
    right = x > 1
    far = torch.where(right, x, 1.0)
    return torch.where(
        right, torch.log(torch.special.erfcx(far)) - far * far, torch.log1p(-torch.erf(torch.where(right, 0.0, x)))
    )


sigmoid = smooth(torch.sigmoid, lambda x: sigmoid(x) * sigmoid(-x))
softplus = smooth(
    lambda x: torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs())),
    lambda x: sigmoid(x),  # noqa: PLW0108 - Dynamo fails on a smooth operation that is itself the closure variable
)
log_erfc = smooth(_log_erfc, lambda x: -2 / (ROOT_PI * torch.special.erfcx(x)))
log1m_exp = smooth(
    lambda x: torch.where(x > -math.log(2), torch.log(-torch.expm1(x)), torch.log1p(-torch.exp(x))),
    lambda x: -1 / torch.expm1(-x),
)


def log_add_exp(a: Any, b: Any) -> Tensor:
    """log(eᵃ + eᵇ) = max + softplus(min − max); both sides of the selection are the function itself, so its
    derivatives hold at a = b."""
    a, b = (a, like(b, a)) if isinstance(a, Tensor) else (like(a, b), b)
    return torch.where(a > b, a + softplus(b - a), b + softplus(a - b))


def _pow_log(n: float, x: Tensor) -> Tensor:
    return torch.where(x == 0, 0.0, torch.pow(x, n) * torch.log(x))


def _pow_log_derivative(n: float, x: Tensor) -> Tensor:
    if n == 1:
        return torch.log(x) + 1
    lower = pow_log(n - 1, x) if n >= 2 else torch.pow(x, n - 1) * torch.log(x)
    return n * lower + torch.pow(x, n - 1)


pow_log = smooth(_pow_log, _pow_log_derivative)
x_log1p = smooth(lambda x: torch.where(x == -1, 0.0, (1 + x) * torch.log1p(x)), lambda x: torch.log1p(x) + 1)


def _lambert(k: int, x: Tensor) -> Tensor:
    """W_k(x): a start from the branch point or from infinity, six steps of Halley; within 0.03 of the branch point
    the series (DLMF 4.13.6)."""
    distance = (x + 0.36787944117144233) + -1.2428753672788363e-17
    p = torch.sqrt(2 * math.e * distance) * (1 if k == 0 else -1)
    series = polynomial((-1, 1, -1 / 3, 11 / 72, -43 / 540, 769 / 17280, -221 / 8505, 680863 / 43545600), p)
    if k == 0:
        inner = torch.log1p(torch.clamp(x, min=-0.3))
        w = torch.where(x < -0.2, series, inner * (1 - torch.log1p(inner) / (2 + inner)))
    else:
        outer = torch.log(-x)
        twice = torch.log(-outer)
        w = torch.where(x < -0.2, series, outer - twice + twice / outer)
    w = torch.where(p.abs() < 0.03, -0.5, w)
    for _ in range(6):
        excess = w - x * torch.exp(-w)
        w = w - excess / (w + 1 - (w + 2) * excess / (2 * w + 2))
    w = torch.where(p.abs() < 0.03, series, w)
    if k == 0:
        return torch.where(x == math.inf, x, torch.where(x == 0, x, w))
    return torch.where((x < 0) & (p <= 0), w, math.nan)


lambert = smooth(_lambert, lambda k, x: torch.exp(-lambert(k, x)) / (1 + lambert(k, x)))


def _agm(m: Tensor) -> tuple[Tensor, Tensor]:
    """(K(m), E(m)) by the arithmetic-geometric mean (DLMF 19.8.5, 19.8.6), m < 1."""
    a, g = torch.ones_like(m), torch.sqrt(1 - m)
    correction = 0.5 * m
    for n in range(9):
        c = (a - g) / 2
        a, g = (a + g) / 2, torch.sqrt(a * g)
        correction = correction + 2.0**n * c * c
    k = math.pi / 2 / a
    return k, k * (1 - correction)


def _elliptic(which: int) -> Callable[[Tensor], Tensor]:
    return lambda m: _agm(m.double())[which].to(m.dtype)


sech = smooth(lambda x: 1 / torch.cosh(x), lambda x: -sech(x) * torch.tanh(x))
csch = smooth(lambda x: 1 / torch.sinh(x), lambda x: -csch(x) * coth(x))
coth = smooth(lambda x: 1 / torch.tanh(x), lambda x: -(csch(x) ** 2))
acot = smooth(lambda x: torch.atan(1 / x), lambda x: -1 / (1 + x * x))

OPERATIONS: dict[str, Callable[..., Any]] = {
    "erfi": erfi,
    "erfcinv": erfcinv,
    "Erfcx": torch.special.erfcx,
    "LogErfc": log_erfc,
    "Log1p": torch.log1p,
    "Expm1": torch.expm1,
    "Sigmoid": sigmoid,
    "Softplus": softplus,
    "Log1mexp": log1m_exp,
    "LogSumExp": lambda *u: reduce(log_add_exp, u),
    "PowLog": pow_log,
    "XLog1p": x_log1p,
    "Lambert": lambert,
    "elliptic_k": _elliptic(0),
    "elliptic_e": _elliptic(1),
    "sec": lambda x: 1 / torch.cos(x),
    "csc": lambda x: 1 / torch.sin(x),
    "cot": lambda x: torch.cos(x) / torch.sin(x),
    "sech": sech,
    "csch": csch,
    "coth": coth,
    "acot": acot,
    "asec": lambda x: torch.acos(1 / x),
    "acsc": lambda x: torch.asin(1 / x),
    "asech": lambda x: torch.acosh(1 / x),
    "acsch": lambda x: torch.asinh(1 / x),
    "acoth": lambda x: torch.atanh(1 / x),
}
