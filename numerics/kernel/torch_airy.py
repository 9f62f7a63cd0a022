"""Airy functions for torch: Taylor polynomials of y″ = x y around the integers, asymptotic expansions outside (DLMF
9.7).

The four starting values at every centre, and the coefficients, come from balls of 300 bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import flint
import torch
from flint import arb
from torch import Tensor

from numerics.kernel.torch_smooth import polynomial, smooth, taylor

EDGE, TERMS = 12, 26
KINDS = ("ai", "aiprime", "bi", "biprime")


def _table(kind: int) -> Tensor:
    """Taylor coefficients, by order, at the centres −12, …, 12: (k+2)(k+1) c_{k+2} = x₀ cₖ + c_{k−1}."""
    rows = []
    with flint.ctx.workprec(300):
        for centre in range(-EDGE, EDGE + 1):
            ai, ai_prime, bi, bi_prime = arb(centre).airy()
            c = [ai, ai_prime] if kind < 2 else [bi, bi_prime]
            for k in range(TERMS):
                c.append((centre * c[k] + (c[k - 1] if k else 0)) / ((k + 2) * (k + 1)))
            row = [(k + 1) * c[k + 1] for k in range(TERMS)] if kind % 2 else c[:TERMS]
            rows.append([float(v.mid()) for v in row])
    return torch.tensor(rows, dtype=torch.float64).T.contiguous()


def _asymptotic(prime: bool) -> tuple[float, ...]:
    """uₖ = Γ(3k+½)/(54ᵏ k! Γ(k+½)) or vₖ = (6k+1)/(1−6k) uₖ (DLMF 9.7.2)."""
    u = [1.0]
    for k in range(1, 26):
        u.append(u[-1] * (6 * k - 5) * (6 * k - 3) * (6 * k - 1) / (216 * k * (2 * k - 1)))
    return tuple(u[k] * (6 * k + 1) / (1 - 6 * k) for k in range(26)) if prime else tuple(u)


def _airy(kind: int, x: Tensor) -> Tensor:
    inside = x.abs() <= EDGE
    near = torch.where(inside, x, 0.0)
    centre = torch.round(near)
    middle = taylor(TABLES[kind], (centre + EDGE).long(), near - centre)
    far = torch.where(inside, float(EDGE), x.abs())
    zeta = 2 / 3 * far * torch.sqrt(far)
    prime, decaying = kind % 2 == 1, kind < 2
    c = ASYMPTOTIC[prime]
    quarter = torch.sqrt(torch.sqrt(far))
    scale = (quarter if prime else 1 / quarter) / math.sqrt(math.pi)
    alternating = tuple((-1) ** k * v for k, v in enumerate(c))
    if decaying:
        right = 0.5 * scale * torch.exp(-zeta) * polynomial(alternating, 1 / zeta) * (-1 if prime else 1)
    else:
        right = scale * torch.exp(zeta) * polynomial(c, 1 / zeta)
    even = polynomial(tuple((-1) ** k * v for k, v in enumerate(c[::2])), 1 / zeta**2)
    odd = polynomial(tuple((-1) ** k * v for k, v in enumerate(c[1::2])), 1 / zeta**2) / zeta
    phase = zeta - math.pi / 4
    cosine, sine = torch.cos(phase), torch.sin(phase)
    left = {
        0: cosine * even + sine * odd,
        1: sine * even - cosine * odd,
        2: -sine * even + cosine * odd,
        3: cosine * even + sine * odd,
    }[kind] * scale
    return torch.where(inside, middle, torch.where(x > 0, right, left))


TABLES = tuple(_table(kind) for kind in range(4))
ASYMPTOTIC = (_asymptotic(False), _asymptotic(True))
airy: Callable[..., Tensor] = smooth(_airy, lambda kind, x: x * airy(kind - 1, x) if kind % 2 else airy(kind + 1, x))

OPERATIONS: dict[str, Callable[..., Any]] = {
    "airyai": lambda x: airy(0, x),
    "airyaiprime": lambda x: airy(1, x),
    "airybi": lambda x: airy(2, x),
    "airybiprime": lambda x: airy(3, x),
}
