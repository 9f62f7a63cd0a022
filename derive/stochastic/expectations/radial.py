"""Feynman-Kac for radial processes, dz = (α/z + βz) dt + dW with z = |∫dx/b| > 0, under V = c/z² + ωz² + k.

Squared Bessel and square-root processes (CIR), CEV, 3/2, radial Ornstein-Uhlenbeck and, for α = 0, Calogero's
potential. Data Σ c z^p e^{−az²} are closed by Weber's integral (`radial_kernel`). On intervals (calls, digitals) the
kernel gives noncentral χ² integrals (Marcum's Q), which are not elementary: they are stated, over finite ranges where
the data on the whole half-line are closed.

The root ν > 0 is right where c > 0, since ∫ds/z² diverges on the way into 0, and where 0 is not reached or absorbs.
References: J. Cox, J. Ingersoll, S. Ross, Econometrica 53 (1985) 385; J. Cox, J. Portf. Manag. 23 (1996) 15; M. Yor,
Adv. Appl. Prob. 24 (1992) 509.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.conditions import shorter
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.expectations.payoffs import KINKS, starts, unkinked
from derive.stochastic.expectations.radial_kernel import Equation, Ladder, Radial, Weber
from derive.stochastic.expectations.regions import regions
from derive.stochastic.solutions.lamperti import Lamperti, lamperti

if TYPE_CHECKING:
    from derive.stochastic.expectations.feynman_kac import FeynmanKac
    from derive.stochastic.sde import SDE


def radial(sde: SDE, phi: Any, v: Any, wall: Any = None) -> FeynmanKac | None:
    """The solution for data Σ c z^p e^{−az²} on the half-line or on intervals; None if process, potential or data are
    of another kind. StochasticError where 0 is reached and it is not said what happens there."""
    from derive.stochastic.expectations.feynman_kac import FeynmanKac
    from derive.stochastic.sde import replace_sde

    form = lamperti(sde) if sde.n == 1 else None
    found = None if form is None or form.inverse is None else _on_half_line(sde, form, v)
    if found is None:
        return None
    form, z, place, inner, parts = found
    process = _process(sde, form, parts, wall)
    if any(condition == sp.false for condition in process.conditions):
        raise StochasticError(
            f"the expectation of {plain(phi)} under the potential {plain(v)} is infinite: −∫V ds grows too fast on the "
            "way to an end"
        )
    value, conditions, stated, parts = sp.S.Zero, list(process.conditions), False, []
    for piece, low, high in _pieces(phi, sde, form):
        whole = _whole(process, piece.xreplace({sde.x: inner}), z, place, sde.t)
        everywhere = (low, high) == form.domain
        if everywhere and whole is None:
            return None
        stated = stated or not everywhere
        if whole is not None and high.is_infinite:
            parts += whole
            value += sp.Add(*(term.value for term in whole))
            value -= 0 if everywhere else _stated(sde, process, place, piece, form.domain[0], low)
        else:
            value += _stated(sde, process, place, piece, low, high)
    if process.absorbed:
        first, bounds = _at_end(sde, form, process, phi)
        value, conditions = value + first * process.lost(place, sde.t), [*conditions, *bounds]
    conditions += [c for term in parts for c in term.conditions]
    later = sde.t > 0
    missing = [c for c in dict.fromkeys(conditions) if not _holds(c, (*sde.given, later))]
    if any(c == sp.false for c in missing):
        raise StochasticError(
            f"the expectation of {plain(phi)} is infinite: a condition among {plain(conditions)} fails"
        )
    inside = [r for r in (sde.x > form.domain[0], sde.x < form.domain[1]) if r not in (sp.true, sp.false)]
    outside = [] if sde.domain[0] == form.domain else inside
    given = (*sde.given, *shorter(missing, sde.given), *outside)
    there = replace_sde(sde, given=(*given, *(r for r in inside if r not in given)), domain=form.domain)
    equation = _equation(there, v)
    holds = [process.residual(equation, place, sde.t), *(term.residual(equation) for term in parts)]
    checks = [settled(e, sp.S.Zero, there.facts, "u_t = L u − V u") for pair in holds for e in pair]
    if not stated:
        value = _set(value)
        checks.append(starts(there, value, phi))
    checks.append(_by_quadrature(there, process, place, value, phi))
    name = "stated integrals of the Bessel kernel (noncentral χ²)" if stated else "Weber's integral"
    return FeynmanKac(sde, v, phi, value, f"radial process: {name}", given, together(checks))


def _holds(condition: Any, given: tuple[Any, ...]) -> bool:
    if condition in (sp.true, sp.false):
        return condition == sp.true
    return is_positive(condition.gts - condition.lts, given) is True


def _on_half_line(sde: SDE, form: Lamperti, v: Any) -> tuple[Lamperti, Any, Any, Any, tuple[Any, ...]] | None:
    """(form on the half-line, z, z as a function of x, x as a function of z, (α, β, c, ω, k))."""
    z, drift = sp.Symbol("zeta", positive=True), form.drift_in_z()
    if drift is None or drift.has(sde.x):
        return None
    way = -1 if form.image[1] == 0 else 1
    inner = form.inverse.xreplace({form.symbol: way * z})
    pull = sp.expand(sp.simplify(way * drift.xreplace({form.symbol: way * z})))
    alpha, beta = pull.coeff(z, -1), pull.coeff(z, 1)
    potential = sp.expand(sp.powsimp(sp.expand(sp.sympify(v).xreplace({sde.x: inner}))))
    c, omega, k = (potential.coeff(z, j) for j in (-2, 2, 0))
    if not zero(pull - alpha / z - beta * z, sde.given) or not zero(potential - c / z**2 - omega * z**2 - k, sde.given):
        return None
    if form.image == (-sp.oo, sp.oo) and c != 0 and alpha == 0 and sp.diff(form.z, form.x).is_positive:
        form = replace(form, domain=(inner.subs(z, 0), form.domain[1]), image=(sp.S.Zero, sp.oo))
    if form.image not in ((0, sp.oo), (-sp.oo, 0)):
        return None
    return form, z, way * form.z, inner, (alpha, beta, c, omega, k)


def _process(sde: SDE, form: Lamperti, parts: tuple[Any, ...], wall: Any) -> Radial:
    """The root ν that belongs to what happens at z = 0."""
    alpha, beta, c, omega, k = parts
    nu, absorbed, conditions = _root(sde, form, alpha, c, wall)
    if omega == 0:
        return Radial(alpha, beta, sp.S.Zero, k, nu, absorbed, conditions)
    turned = -_square_root(beta**2 + 2 * omega, sde.given)
    gamma = turned - beta
    rate = sp.expand(k - gamma * (alpha + sp.S.Half))
    return Radial(alpha, turned, gamma, rate, nu, absorbed, (*conditions, beta**2 + 2 * omega > 0))


def _square_root(e: Any, given: tuple[Any, ...]) -> Any:
    root = sp.powdenest(sp.sqrt(sp.factor(e)), force=True)
    return -root if is_positive(-root, given) is True else root


def _root(sde: SDE, form: Lamperti, alpha: Any, c: Any, wall: Any) -> tuple[Any, bool, tuple[Any, ...]]:
    """(ν, whether mass stays at z = 0 and counts, conditions). At a stated absorbing wall u is 0; where the equation
    itself absorbs, X stays there."""
    given, square = sde.given, sp.factor((alpha - sp.S.Half) ** 2 + 2 * c)
    never = is_nonnegative(alpha - sp.S.Half, given) is True
    if c != 0:
        bound = () if is_positive(c, given) is True else (square > 0,) if never else (c > 0,)
        return _square_root(square, given), False, bound
    if never:
        return alpha - sp.S.Half, False, ()
    end = form.domain[0] if form.image[0] == 0 else form.domain[1]
    if is_nonnegative(-alpha - sp.S.Half, given) is True:
        if wall == "reflecting":
            raise StochasticError(f"the end {plain(end)} cannot reflect: it is an exit, from which no path comes back")
        return sp.S.Half - alpha, wall is None, ()
    kind = wall or _kind(sde, end, alpha)
    if kind == "absorbing":
        return sp.S.Half - alpha, wall is None, (alpha < sp.S.Half,)
    return alpha - sp.S.Half, False, (2 * alpha + 1 > 0,)


def _kind(sde: SDE, end: Any, alpha: Any) -> str:
    """What the equation itself says of an end that is reached: a drift inwards reflects, a zero of drift and noise
    absorbs; StochasticError where it says nothing."""
    drift, noise = (sp.simplify(e.subs(sde.x, end)) for e in (sde.ito_drift[0], sde.covariance[0, 0]))
    if drift == 0 and noise == 0:
        return "absorbing"
    if (drift.is_finite is not False and noise == 0) or is_positive(alpha, sde.given) is True:
        return "reflecting"
    raise StochasticError(
        f"{plain(sde.x)} can reach the end {plain(end)} of its domain: say what happens there by wall='absorbing' or "
        f"wall='reflecting'"
    )


def _pieces(phi: Any, sde: SDE, form: Lamperti) -> Iterator[tuple[Any, Any, Any]]:
    """(expression, from, to) in x; a sum term by term where the places of the whole have no order."""
    opened: Any = unkinked(phi)
    if not isinstance(opened, sp.Piecewise):
        terms = sp.Add.make_args(sp.expand(phi)) if phi.has(*KINKS, sp.Abs, sp.sign) else (phi,)
        if len(terms) == 1:
            yield opened, *form.domain
        for term in terms if len(terms) > 1 else ():
            yield from _pieces(term, sde, form)
        return
    yield from (cell for cell in regions(opened.args, sde.x, form.domain, sde.given) if cell[0] != 0)


def _whole(process: Radial, piece: Any, z: Any, place: Any, t: Any) -> list[Weber] | None:
    """u for data on the whole half-line; None if they are no Σ c z^p e^{−az²}."""
    opened = sp.powdenest(sp.expand_power_base(sp.expand(piece), force=True), force=True)
    total: list[Weber] = []
    for term in sp.Add.make_args(sp.expand(sp.powsimp(sp.expand(opened)))):
        c, varying = term.as_independent(z, as_Add=False)
        p, a = sp.S.Zero, sp.S.Zero
        for factor in sp.Mul.make_args(varying):
            base, order = factor.as_base_exp()
            if isinstance(factor, sp.exp):
                log = sp.expand(factor.exp)
                square, constant = log.coeff(z, 2), log.coeff(z, 0)
                if sp.expand(log - square * z**2 - constant) != 0:
                    return None
                a, c = a - square, c * sp.exp(constant)
            elif base == z and not order.has(z):
                p += order
            elif factor != 1:
                return None
        found = process.power(p, a, place, t)
        total.append(replace(found, factor=c * found.factor))
    return total


def _at_end(sde: SDE, form: Lamperti, process: Radial, phi: Any) -> tuple[Any, tuple[Any, ...]]:
    """The data at the end that absorbs, with conditions p > 0 for 0^p."""
    end = form.domain[0] if form.image[0] == 0 else form.domain[1]
    first = phi.subs(sde.x, end)
    powers = {p for p in first.atoms(sp.Pow) if p.base == 0}
    first = sp.simplify(first.xreplace(dict.fromkeys(powers, sp.S.Zero)))
    if first.is_finite is False or first.has(sp.nan):
        raise StochasticError(
            f"paths are absorbed at {plain(end)}, where the data {plain(phi)} are infinite: so is the expectation"
        )
    if first != 0 and process.gamma != 0:
        raise Unsolvable(
            f"paths are absorbed at {plain(end)} with data {plain(first)} there, under a potential: not in closed form"
        )
    return first, tuple(p.exp > 0 for p in powers)


def _stated(sde: SDE, process: Radial, place: Any, piece: Any, low: Any, high: Any) -> Any:
    """∫ piece(y) p(y, t | x) dy over the interval, p the density of x_t under e^{−∫V}."""
    y = sp.Symbol("y", positive=True) if low.is_nonnegative else sp.Symbol("y", real=True)
    y = (
        y
        if y.name not in {s.name for s in (*sde.parameters, sde.x)}
        else sp.Dummy("y", positive=y.is_positive, real=True)
    )
    return sp.Integral(piece.xreplace({sde.x: y}) * _density(sde, process, place, y), (y, low, high))


def _density(sde: SDE, process: Radial, place: Any, y: Any) -> Any:
    """p(y, t | x) of x_t: the kernel in z times |dz/dy|."""
    slope = sp.diff(place, sde.x).xreplace({sde.x: y})
    jacobian = -slope if slope.is_negative else slope
    return process.kernel(place.xreplace({sde.x: y}), place, sde.t) * jacobian


def _set(value: Any) -> Any:
    """Exponentials and powers gathered."""
    gathered = sp.powsimp(sp.powdenest(sp.expand_power_base(value, force=True), force=True))
    return min((value, gathered), key=sp.count_ops)


def _equation(sde: SDE, v: Any) -> Equation:
    """u ↦ the two coefficients of u_t − L u + V u."""
    x, a, c = sde.x, sde.ito_drift[0], sde.covariance[0, 0]

    def apply(u: Ladder) -> tuple[Any, Any]:
        first, later = u.diff(x), u.diff(sde.t)
        second = first.diff(x)
        return (
            later.f - a * first.f - c * second.f / 2 + v * u.f,
            later.g - a * first.g - c * second.g / 2 + v * u.g,
        )

    return apply


def _by_quadrature(sde: SDE, process: Radial, place: Any, value: Any, phi: Any) -> Evidence:
    """∫ p(y, t | x) φ(y) dy in numbers, beside the mass that is absorbed, for φ = z^m e^{γz²/2}, which is to give
    y^m e^{γz²/2 − kt}, and for the data, which are to give the value."""
    from derive.stochastic.sde import replace_sde

    low, high = sde.domain[0]
    end = low if place.subs(sde.x, low) == 0 else high
    y = sp.Symbol("y", positive=True) if low.is_nonnegative else sp.Symbol("y", real=True)
    density = _density(sde, process, place, y)
    origin = place * sp.exp(process.beta * sde.t)
    power = (place**process.m * sp.exp(process.gamma * place**2 / 2)).xreplace({sde.x: y})
    expected = origin**process.m * sp.exp(process.gamma * place**2 / 2 - process.rate * sde.t)
    opened = unkinked(phi).xreplace({sde.x: y})
    tests = [(power, expected, False), (opened, value, process.absorbed)]
    names = sorted((sp.Tuple(value, density, opened).free_symbols | {sde.t, sde.x}) - {y}, key=str)
    hidden = {s: sp.Symbol(s.name, positive=True) for s in names if s.is_real is None}
    facts = tuple(g.xreplace(hidden) for g in (*sde.facts, sde.t > 0) if g not in (sp.true, sp.false))
    try:
        points = list(admissible({hidden.get(s, s) for s in names}, facts, random.Random(5), 2, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for the quadrature", str(reason))
    worst = 0.0
    for point in points:
        at = {s: point[hidden.get(s, s)] for s in names}
        ends = [sp.N(e.xreplace(at)) for e in (low, high)]
        spread = replace_sde(sde, given=()).x
        for data, want, lost in tests:
            whole = _integral(data * density, y, at, [*ends, at[spread]])
            if lost:
                whole += _number(data.subs(y, end) * process.lost(place, sde.t), at)
            claimed = _number(want, at)
            gap = float(abs(whole - claimed) / max(1, abs(claimed)))
            if gap > 1e-6:
                raise StochasticError(
                    f"the expectation of {plain(phi)} fails its check: quadrature gives {mpmath.nstr(whole, 12)}, not "
                    f"{mpmath.nstr(claimed, 12)}, at {plain(at)}; not returned"
                )
            worst = max(worst, gap)
    return Evidence(Status.AGREED, f"quadrature over the Bessel kernel agrees to {worst:.1e} at {len(points)} points")


def _integral(f: Any, y: Any, at: dict[Any, Any], places: list[Any]) -> Any:
    """∫ f dy in numbers between the first two places, cut at the others and where f changes its form."""
    inner = f.xreplace(at)
    relations = inner.atoms(sp.core.relational.Relational)
    kinks = [r.lhs - r.rhs for r in relations]
    roots = [root for kink in kinks for root in sp.solve(kink, y) if root.is_real]
    low, high = places[0], places[1]
    cuts = sorted(
        {sp.N(c) for c in (*roots, *places[2:], *(places[2] * k for k in (sp.S.Half, 2, 4))) if low < c < high}
    )
    evaluated = sp.lambdify(y, inner, "mpmath")
    with mpmath.workdps(20):
        ends = [mpmath.mpf(str(e)) if sp.sympify(e).is_finite else mpmath.inf for e in (low, *cuts, high)]
        if ends[0] != 0 or (len(ends) < 3 and ends[1] == mpmath.inf):
            return mpmath.re(mpmath.quad(evaluated, ends))
        first, k = ends[1], 8
        beside = mpmath.quad(lambda q: evaluated(first * q**k) * k * first * q ** (k - 1), [0, 1])
        return mpmath.re(beside + (mpmath.quad(evaluated, ends[1:]) if len(ends) > 2 else 0))


def _number(e: Any, at: dict[Any, Any]) -> Any:
    """A value with stated integrals in numbers."""
    table = {}
    for node in e.atoms(sp.Integral):
        y, low, high = node.limits[0]
        ends = [sp.N(q.xreplace(at)) for q in (low, high)]
        x = next((v for s, v in at.items() if s.name == "x"), ends[0])
        table[node] = sp.Float(str(_integral(node.function, y, at, [*ends, x])), 18)
    return mpmath.re(sp.lambdify([], sp.sympify(e).xreplace(table).xreplace(at), "mpmath")())
