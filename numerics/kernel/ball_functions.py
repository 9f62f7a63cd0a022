"""Functions of balls: SymPy's names for what python-flint computes. Each result contains the exact value for all
points of its arguments."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from flint import acb, arb, fmpq, fmpz
from sympy import Expr, Rational

from numerics.kernel.errors import KernelError


def ball(value: Any) -> arb | acb:
    """A ball that contains the value: exact for int, float, Fraction and SymPy rationals, rounded outwards for
    decimal text."""
    if isinstance(value, arb | acb):
        return value
    if isinstance(value, int | np.integer):
        return arb(int(value))
    if isinstance(value, float | np.floating | str | fmpz | fmpq):
        return arb(float(value) if isinstance(value, np.floating) else value)
    if isinstance(value, complex):
        return acb(value)
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    if isinstance(value, Rational):
        return arb(fmpq(int(value.p), int(value.q)))
    if isinstance(value, Expr):
        raise KernelError(
            f"{value}: balls take numbers; make it an argument of its own kernel, kernel({value}, [], backend='arb')()"
        )
    raise KernelError(f"no ball from {value!r}: give arb, acb, int, float, Fraction, a SymPy rational or decimal text")


def method(name: str) -> Callable[..., Any]:
    return lambda x: getattr(ball(x), name)()


def as_one_kind(*values: Any) -> list[Any]:
    """Balls of one kind: all arb, or all acb."""
    balls = [ball(v) for v in values]
    return [acb(b) for b in balls] if any(isinstance(b, acb) for b in balls) else balls


def by_order(name: str) -> Callable[..., Any]:
    """SymPy's f(order, x) by flint's x.f(order)."""

    def operation(order: Any, x: Any) -> Any:
        order, x = as_one_kind(order, x)
        return getattr(x, name)(order)

    return operation


def through_complex(function: Callable[..., acb]) -> Callable[..., Any]:
    """A function that flint has for complex balls only; of real arguments the result is real, or nan if it is not."""

    def operation(*values: Any) -> Any:
        balls = [ball(v) for v in values]
        result = function(*(acb(b) for b in balls))
        if any(isinstance(b, acb) for b in balls):
            return result
        return result.real if result.imag.contains(0) else arb.nan()

    return operation


def remainder(a: Any, b: Any) -> Any:
    a, b = ball(a), ball(b)
    return a - b * (a / b).floor()


def pow_log(n: Any, u: Any) -> Any:
    """uⁿ log u; a ball that touches 0 from the right gets |uⁿ log u| ≤ max(1/(ne), bⁿ |log b|) up to its upper end
    b."""
    u = ball(u)
    if u == 0:
        return arb(0)
    if u > 0:
        return u**n * u.log()
    if not u.lower() >= 0:
        return arb.nan()
    b = u.upper()
    bound = (1 / (ball(n) * arb.const_e())).max(b**n * abs(b.log())).upper()
    return arb(0, bound)


def log1m_exp(u: Any) -> Any:
    u = ball(u)
    return (-u.exp()).log1p() if u < -1 else (-u.expm1()).log()


def softplus(u: Any) -> Any:
    return ball(u).exp().log1p()


def spherical(n: int, u: Any) -> Any:
    """j_n(u) = uⁿ/(2n+1)!! ₀F₁(; n + 3/2; −u²/4), entire (DLMF 10.53.1)."""
    u = ball(u)
    return u**n / math.prod(range(1, 2 * n + 2, 2)) * (-u * u / 4).hypgeom_0f1(arb(n) + arb(1.5))


def hyper(a: Sequence[Any], b: Sequence[Any], z: Any) -> Any:
    return as_one_kind(z)[0].hypgeom([ball(v) for v in a], [ball(v) for v in b])


def atan2(y: Any, x: Any) -> Any:
    return arb.atan2(ball(y), ball(x))


def polygamma(n: Any, x: Any) -> Any:
    if n == 0:
        return ball(x).digamma()
    return through_complex(lambda z: z.polygamma(acb(n)))(x)


def zeta(s: Any, a: Any = 1) -> Any:
    s, a = as_one_kind(s, a)
    return s.zeta() if a == 1 else s.zeta(a)


def gamma_quotient(numerator: Sequence[Any], denominator: Sequence[Any]) -> Any:
    result = arb(1)
    for v in numerator:
        result = result * ball(v).gamma()
    for v in denominator:
        result = result * ball(v).rgamma()
    return result


def expint(n: Any, x: Any) -> Any:
    n, x = as_one_kind(n, x)
    return x.expint(n)


_METHODS = (
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "exp",
    "log",
    "sqrt",
    "rsqrt",
    "sec",
    "csc",
    "cot",
    "sech",
    "csch",
    "coth",
    "erf",
    "erfc",
    "erfi",
    "erfinv",
    "erfcinv",
    "gamma",
    "digamma",
    "sinc",
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: method(name) for name in _METHODS},
    "loggamma": method("lgamma"),
    "Ei": method("ei"),
    "Si": method("si"),
    "Ci": method("ci"),
    "Shi": method("shi"),
    "Chi": method("chi"),
    "li": method("li"),
    "fresnels": method("fresnel_s"),
    "fresnelc": method("fresnel_c"),
    "factorial": lambda x: (ball(x) + 1).gamma(),
    "acot": lambda x: (1 / ball(x)).atan(),
    "asec": lambda x: (1 / ball(x)).acos(),
    "acsc": lambda x: (1 / ball(x)).asin(),
    "asech": lambda x: (1 / ball(x)).acosh(),
    "acsch": lambda x: (1 / ball(x)).asinh(),
    "acoth": lambda x: (1 / ball(x)).atanh(),
    "square": lambda x: ball(x) ** 2,
    "power": lambda x, n: ball(x) ** n,
    "pow": lambda a, b: as_one_kind(a, b)[0] ** as_one_kind(a, b)[1],
    "Log1p": method("log1p"),
    "Expm1": method("expm1"),
    "Log1mexp": log1m_exp,
    "Softplus": softplus,
    "Sigmoid": lambda u: 1 / (1 + (-ball(u)).exp()),
    "LogSumExp": lambda *u: sum((ball(v).exp() for v in u), arb(0)).log(),
    "PowLog": pow_log,
    "XLog1p": lambda u: pow_log(1, 1 + ball(u)) if not 1 + ball(u) > 0 else (1 + ball(u)) * ball(u).log1p(),
    "Erfcx": lambda u: (ball(u) ** 2).exp() * ball(u).erfc(),
    "LogErfc": lambda u: ball(u).erfc().log(),
    "SphericalJ": spherical,
    "Lambert": lambda k, u: ball(u).lambertw(int(k)),
    "LambertW": lambda u, k=0: acb(ball(u)).lambertw(int(k)),
    "Floor": method("floor"),
    "Ceil": method("ceil"),
    "Sign": method("sgn"),
    "Remainder": remainder,
    "Abs": lambda x: abs(ball(x)),
    "re": lambda x: acb(ball(x)).real,
    "im": lambda x: acb(ball(x)).imag,
    "conjugate": method("conjugate"),
    "arg": lambda x: acb(ball(x)).arg(),
    "sign": lambda x: acb(ball(x)).sgn(),
    "atan2": atan2,
    "maximum": lambda *a: reduce(lambda p, q: p.max(q), map(ball, a)),
    "minimum": lambda *a: reduce(lambda p, q: p.min(q), map(ball, a)),
    "polygamma": polygamma,
    "beta": lambda a, b: gamma_quotient([a, b], [ball(a) + ball(b)]),
    "binomial": lambda n, k: gamma_quotient([ball(n) + 1], [ball(k) + 1, ball(n) - ball(k) + 1]),
    "zeta": zeta,
    "lowergamma": lambda s, x: ball(x).gamma_lower(ball(s)),
    "uppergamma": lambda s, x: ball(x).gamma_upper(ball(s)),
    "expint": expint,
    "besselj": by_order("bessel_j"),
    "bessely": by_order("bessel_y"),
    "besseli": by_order("bessel_i"),
    "besselk": by_order("bessel_k"),
    "airyai": lambda x: ball(x).airy()[0],
    "airyaiprime": lambda x: ball(x).airy()[1],
    "airybi": lambda x: ball(x).airy()[2],
    "airybiprime": lambda x: ball(x).airy()[3],
    "chebyshevt": by_order("chebyshev_t"),
    "chebyshevu": by_order("chebyshev_u"),
    "hermite": by_order("hermite_h"),
    "legendre": by_order("legendre_p"),
    "polylog": by_order("polylog"),
    "elliptic_k": through_complex(acb.elliptic_k),
    "elliptic_e": through_complex(lambda *a: acb.elliptic_e(*a) if len(a) == 1 else acb.elliptic_e_inc(*a)),
    "elliptic_f": through_complex(acb.elliptic_f),
    "hyper": hyper,
    "erf2": lambda a, b: ball(b).erf() - ball(a).erf(),
    "rational": lambda p, q: arb(fmpq(p, q)),
    "pi": arb.pi,
    "e": arb.const_e,
    "euler_gamma": arb.const_euler,
    "catalan": arb.const_catalan,
    "i": lambda: acb(0, 1),
    "golden_ratio": lambda: (1 + arb(5).sqrt()) / 2,
}
