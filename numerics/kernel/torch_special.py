"""Special functions for torch that torch lacks, or has without derivatives: each a value and a derivative in closed form, so that gradients of every order
exist and stay accurate.

Values are computed in float64 whatever the input, and rounded once to its dtype.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import torch
from torch import Tensor

ROOT_PI = math.sqrt(math.pi)


def smooth(value: Callable[..., Tensor], derivative: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The operation f(x) or f(order, x) with values `value` and ∂f/∂x = `derivative`, both of the same arguments.

    `value` sees float64; `derivative` is made of differentiable operations, hence derivatives of all orders, in reverse and forward mode and under vmap.
    Dynamo traces no Function that defines `jvp`: while compiling, the variant without it is used.
    """

    def partial(order: int | None, x: Tensor) -> Tensor:
        return derivative(x) if order is None else derivative(order, x)

    class Traced(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(order: int | None, x: Tensor) -> Tensor:
            wide = x.double()
            return (value(wide) if order is None else value(order, wide)).to(x.dtype)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
            ctx.order = inputs[0]
            ctx.save_for_backward(inputs[1])

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> tuple[Any, ...]:
            (x,) = ctx.saved_tensors
            return None, grad * partial(ctx.order, x)

    class Smooth(Traced):
        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
            ctx.order = inputs[0]
            ctx.save_for_backward(inputs[1])
            ctx.save_for_forward(inputs[1])

        @staticmethod
        def jvp(ctx: Any, order: Any, tangent: Tensor) -> Tensor:
            (x,) = ctx.saved_tensors
            return tangent * partial(ctx.order, x)

    def operation(*args: Any) -> Tensor:
        order, x = args if len(args) == 2 else (None, args[0])
        return (Traced if torch.compiler.is_compiling() else Smooth).apply(order, x)

    return operation


def like(value: Any, other: Tensor) -> Tensor:
    """A Python number as a tensor without dimensions beside `other`."""
    return value if isinstance(value, Tensor) else torch.full((), value, dtype=other.dtype, device=other.device)


def polynomial(coefficients: tuple[float, ...], x: Tensor) -> Tensor:
    """Σ cᵢ xⁱ by Horner."""
    result = torch.full_like(x, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        result = result * x + c
    return result


LANCZOS_G = 6.024680040776729583740234375
LANCZOS_NUMERATOR = (
    23531376880.41075968857200767445163675473076, 42919803642.64909876895789904700198885093263,
    35711959237.35566804944018545154716670596718, 17921034426.03720969991975575445893111267403,
    6039542586.352028005064291644307297921069938, 1439720407.311721673663223072794912393972227,
    248874557.8620541565114603864132294232163077, 31426415.58540019438061423162831820536287787,
    2876370.628935372441225409051620849613599112, 186056.2653952234950402949897160456992822505,
    8071.672002365816210638002902272250613822, 210.8242777515793458725097339207133627117,
    2.506628274631000270164908177133837338626,
)  # fmt: skip
LANCZOS_DENOMINATOR = (0.0, 39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0, 2637558.0, 357423.0, 32670.0, 1925.0, 66.0, 1.0)


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


gamma = smooth(_gamma, lambda x: gamma(x) * torch.digamma(x))


def loggamma(x: Tensor) -> Tensor:
    """log Γ(x) for x > 0, nan elsewhere."""
    return torch.where(x > 0, torch.lgamma(torch.where(x > 0, x, 1)), math.nan)


def polygamma(n: int, x: Tensor) -> Tensor:
    """ψ⁽ⁿ⁾(x); for n ≥ 1 at x > 0."""
    return torch.digamma(x) if n == 0 else torch.where(x > 0, torch.polygamma(n, torch.where(x > 0, x, 1)), math.nan)


def beta(a: Any, b: Any) -> Tensor:
    """B(a, b) = Γ(a)Γ(b)/Γ(a+b), by logarithms where Γ overflows."""
    a, b = (a, like(b, a)) if isinstance(a, Tensor) else (like(a, b), b)
    large = a + b > 140
    p, q = torch.where(large, 1, a), torch.where(large, 1, b)
    r, s = torch.where(large, a, 1), torch.where(large, b, 1)
    return torch.where(large, torch.exp(torch.lgamma(r) + torch.lgamma(s) - torch.lgamma(r + s)), gamma(p) * gamma(q) / gamma(p + q))


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
    """ζ(s), s ≥ 1/2, by Borwein's alternating sum with 26 terms: ζ(s) = Σ (−1)ᵏ (1 − dₖ/dₙ)(k+1)⁻ˢ / (1 − 2^{1−s}), error below 10⁻¹⁹."""
    total = torch.zeros_like(s)
    for k, weight in enumerate(BORWEIN):
        total = total + weight * torch.exp(-math.log(k + 1) * s)
    return -total / torch.expm1((1 - s) * math.log(2))


def _borwein(n: int) -> tuple[float, ...]:
    d = [n * sum(math.factorial(n + i - 1) * 4**i / (math.factorial(n - i) * math.factorial(2 * i)) for i in range(k + 1)) for k in range(n + 1)]
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
    reflected = 2 * torch.exp(-mirrored * math.log(2 * math.pi)) * torch.cos(math.pi / 2 * mirrored) * gamma(mirrored) * _zeta_right(mirrored)
    return torch.where(left, reflected, _zeta_right(torch.where(left, 2.0, s))).to(dtype)


def _erfi(x: Tensor) -> Tensor:
    """erfi(x) = (4/π) Σ_{n odd} exp(−n²h²) sinh(2nhx)/n (Rybicki), h = 0.2: the error e^{−(π/2h)²} is 10⁻²⁶. Far out the sum is taken around n ≈ x/h."""
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
    lambda x: torch.where(x > 0.5, torch.erfinv(1 - x), -torch.special.ndtri(torch.clamp(x, max=0.5) / 2) / math.sqrt(2)),
    lambda x: -ROOT_PI / 2 * torch.exp(erfcinv(x) ** 2),
)


def _log_erfc(x: Tensor) -> Tensor:
    right = x > 1
    far = torch.where(right, x, 1.0)
    return torch.where(right, torch.log(torch.special.erfcx(far)) - far * far, torch.log1p(-torch.erf(torch.where(right, 0.0, x))))


def _erfcx_derivative(x: Tensor) -> Tensor:
    return 2 * x * torch.special.erfcx(x) - 2 / ROOT_PI


sigmoid = smooth(torch.sigmoid, lambda x: sigmoid(x) * sigmoid(-x))
softplus = smooth(lambda x: torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs())), sigmoid)
log_erfc = smooth(_log_erfc, lambda x: -2 / (ROOT_PI * torch.special.erfcx(x)))
log1m_exp = smooth(
    lambda x: torch.where(x > -math.log(2), torch.log(-torch.expm1(x)), torch.log1p(-torch.exp(x))),
    lambda x: -1 / torch.expm1(-x),
)


def log_add_exp(a: Any, b: Any) -> Tensor:
    """log(eᵃ + eᵇ) = max + softplus(min − max); both sides of the selection are the function itself, so its derivatives hold at a = b."""
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
    """W_k(x): a start from the branch point or from infinity, six steps of Halley; within 0.03 of the branch point the series (DLMF 4.13.6)."""
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
    "gamma": gamma, "loggamma": loggamma, "polygamma": polygamma, "beta": beta, "binomial": binomial, "factorial": lambda x: gamma(x + 1),
    "zeta": zeta, "lowergamma": incomplete_gamma(torch.special.gammainc), "uppergamma": incomplete_gamma(torch.special.gammaincc),
    "erfi": erfi, "erfcinv": erfcinv, "Erfcx": torch.special.erfcx, "LogErfc": log_erfc,
    "Log1p": torch.log1p, "Expm1": torch.expm1, "Sigmoid": sigmoid, "Softplus": softplus, "Log1mexp": log1m_exp,
    "LogSumExp": lambda *u: reduce(log_add_exp, u), "PowLog": pow_log, "XLog1p": x_log1p, "Lambert": lambert,
    "elliptic_k": _elliptic(0), "elliptic_e": _elliptic(1),
    "sec": lambda x: 1 / torch.cos(x), "csc": lambda x: 1 / torch.sin(x), "cot": lambda x: torch.cos(x) / torch.sin(x),
    "sech": sech, "csch": csch, "coth": coth, "acot": acot,
    "asec": lambda x: torch.acos(1 / x), "acsc": lambda x: torch.asin(1 / x), "asech": lambda x: torch.acosh(1 / x),
    "acsch": lambda x: torch.asinh(1 / x), "acoth": lambda x: torch.atanh(1 / x),
}  # fmt: skip
