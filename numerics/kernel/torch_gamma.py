"""Γ and its relatives for torch: ψ, B, binomials, incomplete Γ, ζ. Values are computed in float64 and rounded once to
the dtype of the input."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from numerics.kernel.torch_smooth import like, polynomial, smooth

LANCZOS_G = 6.024680040776729583740234375
LANCZOS_NUMERATOR = (
    23531376880.41075968857200767445163675473076,
    42919803642.64909876895789904700198885093263,
    35711959237.35566804944018545154716670596718,
    17921034426.03720969991975575445893111267403,
    6039542586.352028005064291644307297921069938,
    1439720407.311721673663223072794912393972227,
    248874557.8620541565114603864132294232163077,
    31426415.58540019438061423162831820536287787,
    2876370.628935372441225409051620849613599112,
    186056.2653952234950402949897160456992822505,
    8071.672002365816210638002902272250613822,
    210.8242777515793458725097339207133627117,
    2.506628274631000270164908177133837338626,
)
LANCZOS_DENOMINATOR = (
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
)


def _gamma_right(x: Tensor) -> Tensor:
    """Γ(x), x ≥ 1/2, by Lanczos' sum with 13 terms (the coefficients of Boost.Math, relative error below 2⁻⁵³)."""
    shifted = x + (LANCZOS_G - 0.5)
    total = polynomial(LANCZOS_NUMERATOR, x) / polynomial(LANCZOS_DENOMINATOR, x)
    half = torch.pow(shifted, 0.5 * x - 0.25)
    return total * half * torch.exp(-shifted) * half


def sin_pi(x: Tensor) -> Tensor:
    """sin(πx), exact zeros at the integers."""
    nearest = torch.round(x)
    sign = 1 - 2 * torch.remainder(nearest, 2)
    return sign * torch.sin(math.pi * (x - nearest))


def _gamma(x: Tensor) -> Tensor:
    left = x < 0.5
    right = _gamma_right(torch.where(left, 1 - x, x))
    return torch.where(left, math.pi / (sin_pi(x) * right), right)


gamma = smooth(_gamma, lambda x: gamma(x) * polygamma(0, x))


def _polygamma(n: int, x: Tensor) -> Tensor:
    """ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n+1, x) for x > 0, n ≥ 1; to the left by reflection (DLMF 5.15.6) for n ≤ 2, else nan.

    (torch.polygamma(1, ·), the derivative of torch.digamma, is good to 10⁻¹⁰ only.)
    """
    if n == 0:
        return torch.digamma(x)
    sign = (-1) ** (n + 1) * math.factorial(n)
    right = sign * torch.special.zeta(torch.full_like(x, n + 1), torch.where(x > 0, x, 1 - x))
    if n > 2:
        return torch.where(x > 0, right, math.nan)
    sine = sin_pi(x)
    turned = math.pi**2 / sine**2 - right if n == 1 else right - 2 * math.pi**3 * torch.cos(math.pi * x) / sine**3
    return torch.where(x > 0, right, turned)


polygamma = smooth(_polygamma, lambda n, x: polygamma(n + 1, x))
loggamma = smooth(
    lambda x: torch.where(x > 0, torch.lgamma(x), math.nan), lambda x: torch.where(x > 0, polygamma(0, x), math.nan)
)


def beta(a: Any, b: Any) -> Tensor:
    """B(a, b) = Γ(a)Γ(b)/Γ(a+b), by logarithms where Γ overflows."""
    a, b = (a, like(b, a)) if isinstance(a, Tensor) else (like(a, b), b)
    large = a + b > 140
    p, q = torch.where(large, 1, a), torch.where(large, 1, b)
    r, s = torch.where(large, a, 1), torch.where(large, b, 1)
    return torch.where(
        large, torch.exp(loggamma(r) + loggamma(s) - loggamma(r + s)), gamma(p) * gamma(q) / gamma(p + q)
    )


def binomial(n: Any, k: Any) -> Tensor:
    """Γ(n+1)/(Γ(k+1)Γ(n−k+1))."""
    n, k = (n, like(k, n)) if isinstance(n, Tensor) else (like(n, k), k)
    return gamma(n + 1) / (gamma(k + 1) * gamma(n - k + 1))


def incomplete_gamma(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Any, Any], Tensor]:
    """Γ(a) times a regularised incomplete gamma function of (a, x); differentiable in x."""

    def operation(a: Any, x: Any) -> Tensor:
        a, x = (a, like(x, a)) if isinstance(a, Tensor) else (like(a, x), x)
        return function(a, x) * gamma(a)

    return operation


def _zeta_right(s: Tensor) -> Tensor:
    """ζ(s), s ≥ 1/2, by Borwein's alternating sum with 26 terms: ζ(s) = Σ (−1)ᵏ (1 − dₖ/dₙ)(k+1)⁻ˢ / (1 − 2^{1−s}),
    error below 10⁻¹⁹."""
    total = torch.zeros_like(s)
    for k, weight in enumerate(BORWEIN):
        total = total + weight * torch.exp(-math.log(k + 1) * s)
    return -total / torch.expm1((1 - s) * math.log(2))


def _borwein(n: int) -> tuple[float, ...]:
    d = [
        n
        * sum(math.factorial(n + i - 1) * 4**i / (math.factorial(n - i) * math.factorial(2 * i)) for i in range(k + 1))
        for k in range(n + 1)
    ]
    return tuple((-1) ** k * (1 - d[k] / d[n]) for k in range(n))


BORWEIN = _borwein(26)


def zeta(s: Any, a: Any = 1) -> Tensor:
    """ζ(s), s ≠ 1 real (by reflection left of 1/2), and Hurwitz ζ(s, a), s > 1, which is differentiable in a only."""
    if isinstance(a, Tensor) or a != 1:
        s, a = (s, like(a, s)) if isinstance(s, Tensor) else (like(s, a), a)
        return torch.special.zeta(s, a)
    s = s.double() if (dtype := s.dtype) != torch.float64 else s
    left = s < 0.5
    mirrored = torch.where(left, 1 - s, 1.5)
    reflected = (
        2
        * torch.exp(-mirrored * math.log(2 * math.pi))
        * torch.cos(math.pi / 2 * mirrored)
        * gamma(mirrored)
        * _zeta_right(mirrored)
    )
    return torch.where(left, reflected, _zeta_right(torch.where(left, 2.0, s))).to(dtype)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "gamma": gamma,
    "loggamma": loggamma,
    "polygamma": polygamma,
    "beta": beta,
    "binomial": binomial,
    "factorial": lambda x: gamma(x + 1),
    "zeta": zeta,
    "lowergamma": incomplete_gamma(torch.special.gammainc),
    "uppergamma": incomplete_gamma(torch.special.gammaincc),
}
