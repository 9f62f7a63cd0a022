"""J₀, J₁, Y₀, Y₁ in torch to the last digits (torch.special's own are good to 10⁻¹² for J and 10⁻⁹ for Y only).

Power series up to 5/2 (DLMF 10.2.2, 10.8.1), Taylor polynomials of Bessel's equation around the integers 3, …, 25,
Hankel's expansion beyond (DLMF 10.17.3).
"""

from __future__ import annotations

import math

import flint
import torch
from flint import arb
from torch import Tensor

from numerics.kernel.torch_smooth import polynomial, taylor

NEAR, EDGE, TERMS = 2.5, 25, 28


def _table(order: int, second: bool) -> Tensor:
    """Taylor coefficients by power at the centres c = 3, …, 25, from (c+t)² y″ + (c+t) y′ + ((c+t)² − n²) y = 0."""
    rows = []
    with flint.ctx.workprec(400):
        for c in range(3, EDGE + 1):
            f0, f1 = ((arb(c).bessel_y(n) if second else arb(c).bessel_j(n)) for n in (0, 1))
            a = [f1, f0 - f1 / c] if order else [f0, -f1]
            for k in range(TERMS - 2):
                rest = c * (k + 1) * (2 * k + 1) * a[k + 1] + (k * k + c * c - order * order) * a[k]
                rest += (2 * c * a[k - 1] if k > 0 else 0) + (a[k - 2] if k > 1 else 0)
                a.append(-rest / (c * c * (k + 2) * (k + 1)))
            rows.append([float(v.mid()) for v in a])
    return torch.tensor(rows, dtype=torch.float64).T.contiguous()


def _hankel(order: int) -> tuple[float, ...]:
    """aₖ(n) = Π (4n² − (2j−1)²)/(8j), j ≤ k."""
    a = [1.0]
    for k in range(1, 30):
        a.append(a[-1] * (4 * order * order - (2 * k - 1) ** 2) / (8 * k))
    return tuple(a)


TABLES = {(order, second): _table(order, second) for order in (0, 1) for second in (False, True)}
HANKEL = (_hankel(0), _hankel(1))


def _series_j(order: int, x: Tensor) -> Tensor:
    quarter = -x * x / 4
    return (x / 2) ** order * polynomial(
        tuple(1 / (math.factorial(k) * math.factorial(k + order)) for k in range(18)), quarter
    )


def _series_y(order: int, x: Tensor) -> Tensor:
    """Yₙ = (2/π) log(x/2) Jₙ − (finite part) − (1/π)(x/2)ⁿ Σ (ψ(k+1) + ψ(n+k+1)) (−x²/4)ᵏ/(k!(n+k)!), n = 0, 1."""
    digamma = [-0.5772156649015329]
    for k in range(1, 20):
        digamma.append(digamma[-1] + 1 / k)
    weights = tuple(
        (digamma[k] + digamma[k + order]) / (math.factorial(k) * math.factorial(k + order)) for k in range(18)
    )
    tail = (x / 2) ** order * polynomial(weights, -x * x / 4)
    return (2 * torch.log(x / 2) * _series_j(order, x) - tail - (2 / x if order else 0)) / math.pi


def _taylor(order: int, second: bool, x: Tensor) -> Tensor:
    centre = torch.round(x)
    return taylor(TABLES[order, second], (centre - 3).long(), x - centre)


def _asymptotic(order: int, second: bool, x: Tensor) -> Tensor:
    a = HANKEL[order]
    even = polynomial(tuple((-1) ** k * v for k, v in enumerate(a[::2])), 1 / x**2)
    odd = polynomial(tuple((-1) ** k * v for k, v in enumerate(a[1::2])), 1 / x**2) / x
    sine, cosine = torch.sin(x), torch.cos(x)
    minus, plus = (cosine + sine, sine - cosine) if order == 0 else (sine - cosine, -sine - cosine)
    combined = even * plus + odd * minus if second else even * minus - odd * plus
    return combined / torch.sqrt(math.pi * x)


def oscillating(order: int, second: bool, x: Tensor) -> Tensor:
    """Jₙ(x) for all real x, or (second) Yₙ(x) for x > 0, n = 0 or 1."""
    size = x.abs()
    near, middle = size <= NEAR, size <= EDGE + 0.5
    inner = torch.where(near, size, 1.0)
    series = _series_y(order, inner) if second else _series_j(order, inner)
    result = torch.where(
        middle,
        _taylor(order, second, torch.where(near | ~middle, 3.0, size)),
        _asymptotic(order, second, torch.where(middle, 30.0, size)),
    )
    result = torch.where(near, series, result)
    if second:
        return torch.where(x > 0, result, torch.where(x == 0, -math.inf, math.nan))
    return result * torch.where(x < 0, -1.0, 1.0) if order else result
