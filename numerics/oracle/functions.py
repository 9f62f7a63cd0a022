"""Ball evaluators of SymPy's functions, one table: class → evaluator of argument balls.

Law: the result contains f(z) for every z in the argument balls, with SymPy's branch; and where `analytic` is set it is
finite only if f is analytic on the whole ball (the contract of rigorous quadrature): a ball that meets a cut gives
nan.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import acb, arb

from numerics.oracle.cuts import (
    NAN,
    Evaluator,
    cut,
    cuts,
    entire,
    imaginary_cuts,
    integer_value,
    is_exact_integer,
    is_real,
    meets_segment,
)
from numerics.oracle.hankel import HankelAmplitude, amplitude_ball, hull, is_wide, scaled_k


def _acos(z: acb) -> acb:
    if is_real(z) and z.real >= -1 and z.real <= 1:
        return acb(z.real.acos())
    return z.acos()


def _asin(z: acb) -> acb:
    if is_real(z) and z.real >= -1 and z.real <= 1:
        return acb(z.real.asin())
    return z.asin()


def _gamma(z: acb) -> acb:
    return z.gamma()


def _polygamma(n: acb, z: acb) -> acb:
    if n.is_zero():
        return z.digamma()
    if is_exact_integer(n):
        k = integer_value(n)
        if k < 0:
            return NAN
        return z.polygamma(n)
    return NAN


def _zeta(s: acb, *a: acb) -> acb:
    return s.zeta(a[0]) if a else s.zeta()


def _stieltjes(n: acb, a: acb | None = None) -> acb:
    """γ_n(a), the generalised constants of ζ(s, a) at s = 1; a > 0, off the poles."""
    if not is_exact_integer(n) or not 0 <= integer_value(n) <= 100:
        return NAN
    return acb.stieltjes(integer_value(n), acb(1) if a is None else a)


def _polylog(s: acb, z: acb) -> acb:
    return z.polylog(s)


def _lambertw(z: acb, *k: acb) -> acb:
    if not k:
        return z.lambertw()
    return z.lambertw(integer_value(k[0])) if is_exact_integer(k[0]) else NAN


def _lambertw_evaluator(z: acb, *k: acb, analytic: bool = False) -> acb:
    principal = not k or (is_exact_integer(k[0]) and integer_value(k[0]) == 0)
    if analytic:
        if principal:
            if z.imag.contains(0) and not z.real > arb("-0.3678794411714423"):
                return NAN
        elif z.imag.contains(0) and not z.real > 0:
            return NAN
    return _lambertw(z, *k)


def _bessel(name: str) -> Evaluator:
    """J and I of integer order are entire; every other case has the cut (−∞, 0]. |K_ν(z)| ≤ K_ν(Re z) for real ν, Re
    z > 0."""

    def evaluate(nu: acb, z: acb, analytic: bool = False) -> acb:
        entire = name in "ji" and is_exact_integer(nu)
        if not entire and analytic and meets_segment(z, None, 0):
            return NAN
        if name == "k" and analytic and is_real(nu) and z.real > 0 and is_wide(z):
            return hull(acb(z.real.lower()).bessel_k(nu).abs_upper())
        if name == "k":
            return (-z).exp() * scaled_k(nu, z)
        return getattr(z, f"bessel_{name}")(nu)

    return evaluate


def _hankel(sign: int) -> Evaluator:
    def evaluate(nu: acb, z: acb, analytic: bool = False) -> acb:
        if analytic and meets_segment(z, None, 0):
            return NAN
        return z.bessel_j(nu) + sign * acb(0, 1) * z.bessel_y(nu)

    return evaluate


def _elliptic_e(*args: acb, analytic: bool = False) -> acb:
    if len(args) == 1:
        return NAN if analytic and meets_segment(args[0], 1, None) else args[0].elliptic_e()
    return NAN if analytic else acb.elliptic_e_inc(args[0], args[1])


def _elliptic_f(phi: acb, m: acb, analytic: bool = False) -> acb:
    return NAN if analytic else acb.elliptic_f(phi, m)


def _elliptic_pi(*args: acb, analytic: bool = False) -> acb:
    if analytic:
        if len(args) == 3 or meets_segment(args[0], 1, None) or meets_segment(args[1], 1, None):
            return NAN
        return acb.elliptic_pi(args[0], args[1])
    return acb.elliptic_pi(args[0], args[1]) if len(args) == 2 else acb.elliptic_pi_inc(args[0], args[1], args[2])


def _upper(s: acb, z: acb, analytic: bool = False) -> acb:
    if analytic and not is_exact_integer(s) and meets_segment(z, None, 0):
        return NAN
    if analytic and not s.real > 0 and meets_segment(z, None, 0):
        return NAN
    return z.gamma_upper(s)


def _lower(s: acb, z: acb, analytic: bool = False) -> acb:
    if analytic and not is_exact_integer(s) and meets_segment(z, None, 0):
        return NAN
    return z.gamma_lower(s)


def _expint(nu: acb, z: acb) -> acb:
    return z.expint(nu)


def _order_then_point(name: str) -> Evaluator:
    """Orthogonal families: entire in the point for an exact non-negative integer degree; otherwise the cut (−∞,
    −1]."""

    def evaluate(*args: acb, analytic: bool = False) -> acb:
        *orders, z = args
        if analytic and not is_exact_integer(orders[0]) and meets_segment(z, None, 1):
            return NAN
        return getattr(z, name)(*orders)

    return evaluate


def _laguerre(*args: acb, analytic: bool = False) -> acb:
    *orders, z = args
    return z.laguerre_l(*orders)


def _floor(z: acb, analytic: bool = False) -> acb:
    if not is_real(z):
        return NAN
    f = z.real.floor()
    return acb(f) if not analytic or f.is_exact() else NAN


def _ceiling(z: acb, analytic: bool = False) -> acb:
    if not is_real(z):
        return NAN
    f = z.real.ceil()
    return acb(f) if not analytic or f.is_exact() else NAN


def _fresnel(name: str) -> Callable[[acb], acb]:
    return lambda z: getattr(z, name)(normalized=True)


def _binomial(n: acb, k: acb) -> acb:
    if is_exact_integer(k):
        m = integer_value(k)
        if m < 0:
            return acb(0) if not is_exact_integer(n) or integer_value(n) >= 0 else NAN
        if m < 4096:
            return (n - m + 1).rising(acb(m)) * acb(m + 1).rgamma()
    if is_exact_integer(n) and integer_value(n) < 0:
        return NAN
    return (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma()


def _beta(*args: acb) -> acb:
    a, b = args if len(args) == 2 else (args[0], args[0])
    return a.gamma() * b.gamma() * (a + b).rgamma()


def _factorial2(n: acb) -> acb:
    half_pi = acb.pi() / 2
    return acb(2) ** (n / 2) * (n / 2 + 1).gamma() * half_pi ** (((acb.pi() * n).cos() - 1) / 4)


def _harmonic(n: acb, *m: acb) -> acb:
    if not m:
        return (n + 1).digamma() + arb.const_euler()
    return m[0].zeta() - m[0].zeta(n + 1)


def _offset_li(z: acb) -> acb:
    return z.li() - acb(2).li()


def _li(z: acb) -> acb:
    return z.li()


def _hyper(ap: list[acb], bq: list[acb], z: acb, analytic: bool = False) -> acb:
    if len(ap) > len(bq) + 1 or (analytic and len(ap) == len(bq) + 1 and meets_segment(z, 1, None)):
        return NAN
    if len(ap) == 2 and len(bq) == 1:
        return z.hypgeom_2f1(ap[0], ap[1], bq[0])
    return z.hypgeom(ap, bq)


def _erfinv(z: acb, analytic: bool = False) -> acb:
    return acb(z.real.erfinv()) if is_real(z) and not analytic else NAN


def _erfcinv(z: acb, analytic: bool = False) -> acb:
    return acb(z.real.erfcinv()) if is_real(z) and not analytic else NAN


def _erf2(a: acb, b: acb) -> acb:
    return b.erf() - a.erf()


def _airy(k: int) -> Callable[[acb], acb]:
    return lambda z: z.airy()[k]


def _loggamma(z: acb, analytic: bool = False) -> acb:
    return NAN if analytic and meets_segment(z, None, 0) else z.lgamma()


def _reciprocal(f: str) -> Callable[[acb], acb]:
    return lambda z: getattr(1 / z, f)()


def _method(name: str) -> Callable[[acb], acb]:
    return lambda z: getattr(z, name)()


_LEFT = (None, 0.0)
TABLE: dict[type, Evaluator] = {
    sp.exp: entire(_method("exp")),
    sp.sin: entire(_method("sin")),
    sp.cos: entire(_method("cos")),
    sp.tan: entire(_method("tan")),
    sp.cot: entire(_method("cot")),
    sp.sec: entire(_method("sec")),
    sp.csc: entire(_method("csc")),
    sp.sinc: entire(_method("sinc")),
    sp.sinh: entire(_method("sinh")),
    sp.cosh: entire(_method("cosh")),
    sp.tanh: entire(_method("tanh")),
    sp.coth: entire(_method("coth")),
    sp.sech: entire(_method("sech")),
    sp.csch: entire(_method("csch")),
    sp.asin: cuts([(None, -1), (1, None)], _asin),
    sp.acos: cuts([(None, -1), (1, None)], _acos),
    sp.atan: imaginary_cuts(_method("atan")),
    sp.acot: lambda z, analytic=False: NAN if z.contains(0) else TABLE[sp.atan](1 / z, analytic=analytic),
    sp.asec: lambda z, analytic=False: NAN if z.contains(0) else TABLE[sp.acos](1 / z, analytic=analytic),
    sp.acsc: lambda z, analytic=False: NAN if z.contains(0) else TABLE[sp.asin](1 / z, analytic=analytic),
    sp.asinh: imaginary_cuts(_method("asinh")),
    sp.acosh: cuts([(None, 1)], _method("acosh")),
    sp.atanh: cuts([(None, -1), (1, None)], _method("atanh")),
    sp.acoth: lambda z, analytic=False: NAN if z.contains(0) else TABLE[sp.atanh](1 / z, analytic=analytic),
    sp.gamma: entire(_gamma),
    sp.loggamma: _loggamma,
    sp.factorial: entire(lambda n: (n + 1).gamma()),
    sp.factorial2: entire(_factorial2),
    sp.RisingFactorial: entire(lambda x, k: x.rising(k)),
    sp.FallingFactorial: entire(lambda x, k: (x - k + 1).rising(k)),
    sp.binomial: entire(_binomial),
    sp.beta: entire(_beta),
    sp.digamma: entire(_method("digamma")),
    sp.polygamma: entire(_polygamma),
    sp.zeta: entire(_zeta),
    sp.dirichlet_eta: entire(_method("dirichlet_eta")),
    sp.stieltjes: lambda n, a=None, analytic=False: NAN if analytic else _stieltjes(n, a),
    sp.polylog: cut(1, None, _polylog, argument=1),
    sp.harmonic: entire(_harmonic),
    sp.erf: entire(_method("erf")),
    sp.erfc: entire(_method("erfc")),
    sp.erfi: entire(_method("erfi")),
    sp.erf2: entire(_erf2),
    sp.erfinv: _erfinv,
    sp.erfcinv: _erfcinv,
    sp.Ei: cut(None, 0, _method("ei")),
    sp.li: cut(None, 1, _li),
    sp.Li: cut(None, 1, _offset_li),
    sp.expint: cut(None, 0, _expint, argument=1),
    sp.Si: entire(_method("si")),
    sp.Shi: entire(_method("shi")),
    sp.Ci: cut(None, 0, _method("ci")),
    sp.Chi: cut(None, 0, _method("chi")),
    sp.fresnels: entire(_fresnel("fresnel_s")),
    sp.fresnelc: entire(_fresnel("fresnel_c")),
    sp.besselj: _bessel("j"),
    sp.bessely: _bessel("y"),
    sp.besseli: _bessel("i"),
    sp.besselk: _bessel("k"),
    sp.hankel1: _hankel(1),
    sp.hankel2: _hankel(-1),
    sp.jn: cut(None, 0, lambda n, z: (acb.pi() / (2 * z)).sqrt() * z.bessel_j(n + acb(0.5)), argument=1),
    sp.airyai: entire(_airy(0)),
    sp.airyaiprime: entire(_airy(1)),
    sp.airybi: entire(_airy(2)),
    sp.airybiprime: entire(_airy(3)),
    sp.elliptic_k: cut(1, None, _method("elliptic_k")),
    sp.elliptic_e: _elliptic_e,
    sp.elliptic_f: _elliptic_f,
    sp.elliptic_pi: _elliptic_pi,
    sp.uppergamma: _upper,
    sp.lowergamma: _lower,
    sp.legendre: _order_then_point("legendre_p"),
    sp.assoc_legendre: lambda n, m, z, analytic=False: NAN if analytic else z.legendre_p(n, m),
    sp.chebyshevt: _order_then_point("chebyshev_t"),
    sp.chebyshevu: _order_then_point("chebyshev_u"),
    sp.hermite: entire(lambda n, z: z.hermite_h(n)),
    sp.laguerre: _laguerre,
    sp.assoc_laguerre: lambda n, a, z, analytic=False: z.laguerre_l(n, a),
    sp.jacobi: _order_then_point("jacobi_p"),
    sp.gegenbauer: _order_then_point("gegenbauer_c"),
    sp.LambertW: _lambertw_evaluator,
    HankelAmplitude: amplitude_ball,
    sp.floor: _floor,
    sp.ceiling: _ceiling,
}
HYPER = _hyper

CONSTANTS: dict[object, Callable[[], acb]] = {
    sp.pi: acb.pi,
    sp.E: lambda: acb(arb.const_e()),
    sp.I: lambda: acb(0, 1),
    sp.EulerGamma: lambda: acb(arb.const_euler()),
    sp.Catalan: lambda: acb(arb.const_catalan()),
    sp.GoldenRatio: lambda: (1 + acb(5).sqrt()) / 2,
}
