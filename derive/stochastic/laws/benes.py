"""Transition densities by h-transform: where Q = A′ + A² is at most quadratic, plus c/y², A the drift in z = ∫dx/b.

With h = exp ∫A: ½∂² + A ∂ = h⁻¹ (½∂² − ½Q) h, so p(z, t | z₀) = h(z)/h(z₀) K(z, z₀, t), K the kernel of ½∂² − ½Q with
what the ends ask for: Gauss (Q constant), linear potential, Mehler, Bessel, and images of these in walls.
References: V. Beneš, Stochastics 5 (1981) 65; R. Feynman, A. Hibbs (1965), §3; H. Carslaw, J. Jaeger, Conduction of
Heat in Solids, §14.2 (the radiating wall); A. Borodin, P. Salminen, Handbook, appendix 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.exact import is_nonnegative
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.laws.density import Density
from derive.stochastic.laws.images import sines_agree
from derive.stochastic.solutions.lamperti import Lamperti, antiderivative, lamperti

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

HALF = sp.Rational(1, 2)


@dataclass(frozen=True)
class Conjugate:
    """½∂² + A∂ conjugated to ½∂² − ½Q: log h = ∫A, Q = q0 + q1 y + q2 y² + c/y² in y = side · (z − origin).

    ends: the interval of y; slopes: lim (y − end) A at its finite ends (None at infinity).
    """

    form: Lamperti
    y: Any
    drift: Any
    log_h: Any
    q: tuple[Any, Any, Any]
    c: Any
    ends: tuple[Any, Any]
    slopes: tuple[Any, Any]
    place: Any


def by_h(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density | None:
    """The law of a scalar process with such a Q; None if it is none, or has a wall for which K is not closed."""
    from derive.stochastic.laws.transition import verified

    if sde.n != 1 or sde.m != 1 or wall == "periodic" or sde.b.has(sde.t) or sde.ito_drift[0].has(sde.t):
        return None
    found = conjugate(sde)
    if found is None:
        return None
    tau = sp.Dummy("tau", positive=True)
    first = found.place.subs(sde.x, begin[0])
    walls = _in_order(sde, found, wall if isinstance(wall, tuple) else (wall, wall))
    kinds = tuple(_kind(e, w, sde.given) for e, w in zip(found.slopes, walls, strict=True))
    y, y0 = found.y, sp.Dummy("y0", positive=True) if found.ends[0] == 0 else sp.Dummy("y0", real=True)
    kernel = _kernel(found, y0, tau, kinds, sde)
    if kernel is None:
        return None
    body, method, bare = kernel
    tilt = _tilt(found.log_h, y, y0)
    since = {tau: sde.t - s}
    value = (tilt * body).subs(y, found.place).subs(y0, first).xreplace(since) * found.form.slope
    mass: Any = sp.S.One
    if "absorbing" in kinds or RADIAL[1] in kinds:
        closed = _mass(tilt, bare, y) if bare is not None else _radial_mass(found, y0, tau)
        mass = sp.Integral(value, (sde.x, *found.form.domain))
        mass = mass if closed is None else closed.subs(y0, first).xreplace(since)
    if value.has(sp.Sum):
        checks = [_each_image(found, tilt * body.function, tau, sde)]
        checks.append(sines_agree(found.q[0], y, y0, found.ends[1], tau, body, sde.given))
        return Density(sde, value, (found.form.domain,), method, sde.given, together(checks), begin, s, mass)
    at_wall = _at_wall(found, body, kinds[0], y0, tau, sde)
    given = _condition(found, kinds[0])
    return verified(sde, value, found.form.domain, method, begin, s, at_wall, given, None, mass)


def _tilt(log_h: Any, y: Any, y0: Any) -> Any:
    """h(y)/h(y₀), a term c log f of log h as (f(y)/f(y₀))^c."""
    value = sp.S.One
    for term in sp.Add.make_args(sp.expand(log_h, log=False)):
        factor, f = term.as_independent(y, as_Add=False)
        if isinstance(f, sp.log):
            value *= sp.factor_terms(f.args[0] / f.args[0].subs(y, y0)) ** factor
        else:
            value *= sp.exp(sp.factor_terms(term - term.subs(y, y0)))
    return value


def _each_image(found: Conjugate, term: Any, tau: Any, sde: SDE) -> Evidence:
    """Each image solves the forward equation in y, for any length and any constant Q that A has."""
    rest = sp.diff(term, tau) + sp.diff(found.drift * term, found.y) - sp.diff(term, found.y, 2) / 2
    return settled(rest, sp.S.Zero, sde.given, "each image, in z = ∫dx/b")


def _at_wall(found: Conjugate, body: Any, kind: str, first: Any, tau: Any, sde: SDE) -> Evidence | None:
    """K = 0 at an absorbing wall; K′ = A K, which is no current, at a reflecting one (for any value of A there)."""
    if kind == "absorbing":
        return settled(body.subs(found.y, 0), sp.S.Zero, sde.given, "the density vanishes at the wall")
    if kind == "reflecting":
        slope, start = sp.Dummy("beta", real=True), sp.Dummy("y0", positive=True)
        if not zero(found.drift.subs(found.y, 0), sde.given):
            body = _radiating(replace(found, q=(sp.S.Zero,) * 3), start, tau, slope)
        else:
            slope = sp.S.Zero
        current = sp.diff(body, found.y) - slope * body
        return settled(current.subs(found.y, 0), sp.S.Zero, sde.given, "no current through the wall")
    return None


def _in_order(sde: SDE, found: Conjugate, walls: tuple[Any, Any]) -> tuple[Any, Any]:
    """The walls of x in the order of y."""
    if walls[0] == walls[1]:
        return walls
    low = sp.limit(found.place, sde.x, found.form.domain[0], "+")
    return walls if zero(low - found.ends[0], sde.given) else (walls[1], walls[0])


def conjugate(sde: SDE) -> Conjugate | None:
    """The conjugate operator in y counted from a finite end (upwards), if its potential is of the kind; else None."""
    form = lamperti(sde)
    drift = None if form is None else form.drift_in_z()
    if form is None or drift is None or drift.has(sde.x) or None in form.image:
        return None
    z, (low, high) = form.symbol, form.image
    below, above = (end not in (-sp.oo, sp.oo) for end in (low, high))
    origin, side = (low, 1) if below else (high, -1) if above else (sp.S.Zero, 1)
    finite = below or above
    y = sp.Symbol("upsilon", positive=True) if finite else sp.Symbol("upsilon", real=True)
    a = sde.tidy(side * drift.subs(z, origin + side * y))
    potential = sde.tidy(sp.diff(a, y) + a**2)
    if not potential.is_rational_function(y):
        return None
    shape = sp.expand(sp.cancel(potential * y**2))
    if not shape.is_polynomial(y) or sp.degree(shape, y) > 4 or shape.coeff(y, 1) != 0:
        return None
    ends = (sp.S.Zero, sp.expand(high - low)) if finite else (-sp.oo, sp.oo)
    if a.is_rational_function(y) and a.is_polynomial(y) and sp.degree(a, y) > 1:
        return None
    log_h = _height(a, y, ends, sde.given)
    if log_h is None:
        return None
    q = (shape.coeff(y, 2), shape.coeff(y, 3), shape.coeff(y, 4))
    slopes = (
        _slope(a, y, sp.S.Zero, 1) if finite else None,
        _slope(a, y, ends[1], -1) if below and above else None,
    )
    if sp.nan in slopes:
        return None
    place = _joined(side * (form.z - origin))
    return Conjugate(form, y, a, log_h, q, shape.coeff(y, 0), ends, slopes, place)


RADIAL = ("radial", "radial, absorbed")


def _joined(place: Any) -> Any:
    """c log f − c log g as c log(f/g)."""
    terms = [(term.as_independent(*term.atoms(sp.log), as_Add=False)) for term in sp.Add.make_args(sp.expand(place))]
    if len(terms) == 2 and all(isinstance(f, sp.log) for _, f in terms) and zero(terms[0][0] + terms[1][0]):
        (c, f), (_, g) = terms
        return c * sp.log(f.args[0] / g.args[0])
    return place


def _slope(a: Any, y: Any, end: Any, side: int) -> Any:
    """lim (y − end) A at an end; nan if it is not found."""
    u = sp.Dummy("u", positive=True)
    try:
        found = sp.limit(u * a.replace(lambda e: e == y, lambda e: sp.expand(end + side * u)), u, 0, "+")
    except (NotImplementedError, ValueError, TypeError):
        return sp.nan
    return sp.nan if found.has(sp.oo, sp.zoo, sp.Limit) else sp.simplify(side * found)


def _height(a: Any, y: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> Any | None:
    """log h = ∫A: hyperbolic and circular functions of one argument by their logarithms, the rest by SymPy."""
    logs = {
        sp.tanh: lambda u: sp.log(sp.cosh(u)),
        sp.coth: lambda u: sp.log(sp.sinh(u)),
        sp.tan: lambda u: -sp.log(sp.cos(u)),
        sp.cot: lambda u: sp.log(sp.sin(u)),
    }
    total, rest = sp.S.Zero, sp.S.Zero
    for term in sp.Add.make_args(sp.expand(a)):
        factor, f = term.as_independent(y, as_Add=False)
        rate = sp.diff(f.args[0], y) if f.func in logs else sp.S.Zero
        if rate == 0 or rate.has(y):
            rest += term
        else:
            total += factor / rate * logs[f.func](f.args[0])
    inner = sp.S.Zero if rest == 0 else antiderivative(rest, y, ends, given)
    if inner is None or (total != 0 and not zero(sp.diff(total + inner, y) - a, given)):
        return antiderivative(a, y, ends, given)
    return total + inner


def _kind(slope: Any, wall: Any, given: tuple[Any, ...]) -> str:
    """What happens at an end: "natural" (at infinity), "entrance" for A ~ 1/y, a wall for a regular one, or "radial"
    for A ~ α/y: α ≥ ½ is an entrance, α ≤ −½ an exit, between them the wall counts (reflecting if none is named)."""
    if slope is None:
        return "natural"
    if zero(slope - 1):
        return "entrance"
    if not zero(slope):
        if is_nonnegative(-slope - HALF, given) is True:
            if wall == "reflecting":
                raise StochasticError("that end is an exit: what arrives there stays; it cannot be reflecting")
            return "radial, absorbed"
        entrance = is_nonnegative(slope - HALF, given) is True
        return "radial, absorbed" if wall == "absorbing" and not entrance else "radial"
    if wall is None:
        raise StochasticError("an end is reached: say what happens there (wall='absorbing' or 'reflecting')")
    return wall


def _kernel(found: Conjugate, first: Any, tau: Any, kinds: tuple[str, ...], sde: SDE) -> tuple[Any, str, Any] | None:
    """(K, method, K without Bessel functions and sums), or None."""
    free = _free(found.q, found.y, first, tau)
    flat = zero(found.q[1]) and zero(found.q[2])
    if kinds == ("natural", "natural"):
        return None if free is None or not zero(found.c) else (free, "h-transform of a Gaussian kernel", free)
    if kinds[1] == "natural":
        if kinds[0] in RADIAL:
            return _radial(found, first, tau, kinds[0], sde)
        if free is None or not zero(found.c) or not zero(found.q[1]):
            return None
        mirror = free.subs(found.y, -found.y)
        if kinds[0] in ("absorbing", "entrance"):
            return free - mirror, f"h-transform and image, {kinds[0]} end", free - mirror
        slope = found.drift.subs(found.y, 0)
        if zero(slope, sde.given):
            return free + mirror, "h-transform and image, reflecting end", None
        return None if not flat else (_radiating(found, first, tau, slope), "h-transform, reflecting end", None)
    if not flat or not zero(found.c) or not all(k in ("absorbing", "entrance") for k in kinds):
        return None
    n, length = sp.Symbol("n", integer=True), found.ends[1]
    far, image = (sp.sympify(free).subs(found.y, side * found.y + 2 * n * length) for side in (1, -1))
    return sp.Sum(far - image, (n, -sp.oo, sp.oo)), "h-transform and images between two ends", None


def _free(q: tuple[Any, Any, Any], y: Any, y0: Any, tau: Any) -> Any | None:
    """The kernel of ½∂² − ½(q0 + q1 y + q2 y²) on the line, for q2 ≥ 0; None for q2 < 0.

    q2 = 0: e^{−q0τ/2 − q1τ(y+y₀)/4 + q1²τ³/96} G. Else ω² = q2, m = −q1/2q2: √(ω/2π sinh ωτ) exp(−(ω/2 sinh ωτ)
    (((y−m)² + (y₀−m)²) cosh ωτ − 2(y−m)(y₀−m))) e^{−(q0 − q2m²)τ/2}.
    """
    q0, q1, q2 = q
    if q2 == 0:
        heat = sp.exp(-((y - y0) ** 2) / (2 * tau)) / sp.sqrt(2 * sp.pi * tau)
        return heat * sp.exp(-q0 * tau / 2 - q1 * tau * (y + y0) / 4 + q1**2 * tau**3 / 96)
    omega = _root(q2)
    if omega is None:
        return None
    m = sp.cancel(-q1 / (2 * q2))
    u, v, wave = y - m, y0 - m, sp.sinh(omega * tau)
    exponent = -omega * ((u**2 + v**2) * sp.cosh(omega * tau) - 2 * u * v) / (2 * wave)
    return sp.sqrt(omega / (2 * sp.pi * wave)) * sp.exp(exponent - sp.cancel(q0 - q2 * m**2) * tau / 2)


def _root(q2: Any) -> Any | None:
    """ω > 0 with ω² = q2, parameters without a sign positive; None for q2 < 0."""
    positive = {p: sp.Symbol(p.name, positive=True) for p in q2.free_symbols if p.is_positive is None}
    root = sp.sqrt(sp.factor(q2.xreplace(positive)))
    if root.is_real is not True and root.is_positive is not True:
        return None
    return root.xreplace({new: old for old, new in positive.items()})


def _radial(found: Conjugate, first: Any, tau: Any, kind: str, sde: SDE) -> tuple[Any, str, Any] | None:
    """√(y y₀) (ω/sinh ωτ) e^{−ω(y²+y₀²) coth(ωτ)/2} I_ν(ω y y₀/sinh ωτ) e^{−q0τ/2}, ν = lim yA − ½, −ν if absorbed."""
    q0, q1, q2 = found.q
    nu = sp.cancel(found.slopes[0] - HALF)
    if not zero(q1) or not zero(found.c - (nu**2 - sp.Rational(1, 4)), sde.given):
        return None
    y, omega = found.y, sp.S.Zero if q2 == 0 else _root(q2)
    if omega is None:
        return None
    rate = 1 / tau if omega == 0 else omega / sp.sinh(omega * tau)
    spread = rate if omega == 0 else rate * sp.cosh(omega * tau)
    body = sp.sqrt(y * first) * rate * sp.exp(-spread * (y**2 + first**2) / 2 - q0 * tau / 2)
    order = nu if kind == "radial" else -nu
    return body * sp.besseli(order, rate * y * first), f"h-transform of a Bessel kernel, {kind}", None


def _condition(found: Conjugate, kind: str) -> tuple[Any, ...]:
    """What the order of the Bessel function needs: −1 < ν for a reflecting end, ν < 0 for an absorbing one."""
    nu = sp.factor(found.slopes[0] - HALF) if kind in RADIAL else sp.S.Zero
    need = nu > -1 if kind == "radial" else nu < 0
    return (need,) if kind in RADIAL and need not in (sp.true, sp.false) else ()


def _radiating(found: Conjugate, first: Any, tau: Any, slope: Any) -> Any:
    """K with K′ = βK at the wall, β = A(0), for constant Q: G(y − y₀) + G(y + y₀) −
    β e^{β(y+y₀)+β²τ/2} erfc((y+y₀+βτ)/√2τ)."""
    y, q0 = found.y, found.q[0]
    both = sum(_free((sp.S.Zero,) * 3, sign * y, first, tau) for sign in (1, -1))
    tail = sp.erfc((y + first + slope * tau) / sp.sqrt(2 * tau))
    return sp.exp(-q0 * tau / 2) * (both - slope * sp.exp(slope * (y + first) + slope**2 * tau / 2) * tail)


def _mass(tilt: Any, body: Any, y: Any) -> Any | None:
    """∫₀^∞ of a sum of e^{−ay²+by+c} by error functions; None if the tilt is no sum of such exponentials."""
    total = sp.S.Zero
    scale, shape = tilt.as_independent(y, as_Add=False)
    opened = sp.expand(shape.rewrite(sp.exp))
    if opened.has(sp.I):
        return None
    for left in sp.Add.make_args(opened):
        for right in sp.Add.make_args(body):
            factor, exponent = sp.S.One, sp.S.Zero
            for part in sp.Mul.make_args(sp.powsimp(left * right)):
                grows = isinstance(part, sp.exp)
                exponent, factor = exponent + (part.exp if grows else 0), factor * (1 if grows else part)
            poly = sp.expand(exponent).as_poly(y)
            if factor.has(y) or poly is None or poly.degree() != 2:
                return None
            c2, c1, c0 = (sp.simplify(c.rewrite(sp.exp)) for c in poly.all_coeffs())
            a, peak = -c2, sp.simplify(c0 - c1**2 / (4 * c2))
            sign, size = factor.as_coeff_Mul()
            whole = [sp.sqrt(sp.simplify((size**2 / a * e).rewrite(sp.exp) * sp.pi)) for e in (1, sp.exp(2 * peak))]
            size = min(whole[0] * sp.exp(peak), whole[1], key=lambda e: e.count_ops())
            total += sign * size / 2 * sp.erfc(-sp.simplify(c1 / (2 * sp.sqrt(a))))
    return scale * sp.factor_terms(sp.expand(total))


def _radial_mass(found: Conjugate, y0: Any, tau: Any) -> Any | None:
    """γ(−ν, u)/Γ(−ν), u = c y₀² e^{2βτ}, c = −β/(1 − e^{2βτ}), where A = (ν + ½)/y + βy is absorbed at 0; else None."""
    nu = sp.cancel(found.slopes[0] - HALF)
    beta = sp.cancel((found.drift - found.slopes[0] / found.y) / found.y)
    if beta.has(found.y):
        return None
    u = y0**2 / (2 * tau) if beta == 0 else beta * y0**2 / (1 - sp.exp(-2 * beta * tau))
    return sp.lowergamma(-nu, u) / sp.gamma(-nu)
