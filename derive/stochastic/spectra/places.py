"""The variable w(x) in which a generator D ∂² + a ∂ − V becomes the equation of hypergeometric functions.

Wanted is D w′² = δ σ(w)²/c(w), L w = δ σ(w)(τ₀ + τ₁ w)/c(w), V = δ v(w)/c(w) with v quadratic and (σ, c) one of
Hermite (1, 1), Laguerre (w, w^j), j = 0, 1, 2, Jacobi (1 − w², 1 or σ), Romanovski (1 + w², 1 or σ). Then −Lφ = λφ is
φ″ + τ/σ φ′ + (λc/δ − v)/σ² φ = 0 in w, of Nikiforov and Uvarov's form for every λ.

Up to a shift and a scale of z = ∫dx/b, w is z, z², e^z, tanh, coth, sinh, cosh or a circular function of z: scale and
shift are those that stand in the drift, or where it has its poles. References: A. Nikiforov, V. Uvarov, Special
Functions of Mathematical Physics (1988), §1; L. Infeld, T. Hull, Rev. Mod. Phys. 23 (1951) 21; G. Natanzon (1979).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import sympy as sp

from derive.exact import is_positive
from derive.stochastic.checking import zero
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.lamperti import _limit, lamperti, samples

CLOSE = 1e-15
W = sp.Symbol("w")
# kind: (σ, the c that are tried)
TYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "Hermite": (sp.S.One, (sp.S.One,)),
    "Laguerre": (W, (W, sp.S.One, W**2)),
    "Jacobi": (1 - W**2, (1 - W**2, sp.S.One)),
    "Romanovski": (1 + W**2, (1 + W**2, sp.S.One)),
}
# the intervals of w for each kind
IMAGES: dict[str, tuple[tuple[Any, Any], ...]] = {
    "Hermite": ((-sp.oo, sp.oo),),
    "Laguerre": ((sp.S.Zero, sp.oo),),
    "Jacobi": ((-sp.S.One, sp.S.One), (sp.S.One, sp.oo)),
    "Romanovski": ((-sp.oo, sp.oo),),
}


@dataclass(frozen=True)
class Reduced:
    """The equation in w: kind and c name its type, v = (v₀, v₁, v₂). image: the interval of w, turned: whether w falls
    as x grows from end to end."""

    state: Any
    place: Any
    kind: str
    c: Any
    delta: Any
    tau: tuple[Any, Any]
    v: tuple[Any, Any, Any]
    image: tuple[Any, Any]
    turned: bool
    ends: tuple[Any, Any]

    @property
    def sigma(self) -> Any:
        """σ(w)."""
        return TYPES[self.kind][0]


def reduced(equation: Any, ends: tuple[Any, Any]) -> Reduced | None:
    """The first variable that fits a scalar equation on the interval; None if none does."""
    x, (a,), d = equation.states[0], equation.drift, equation.diffusion[0, 0]
    found = _first(x, a, d, equation.potential, ends, equation.given, _from_zeros(x, d, ends, equation.given))
    if found is not None:
        return found
    process = equation.weighted()[0]
    form = lamperti(process)
    drift = None if form is None else form.drift_in_z()
    if form is None or drift is None or drift.has(x) or None in form.image:
        return None
    z = form.symbol
    potential = equation.potential.subs(x, form.inverse)
    places = _in_unit_noise(z, drift, potential, form.image, equation.given)
    found = _first(z, drift, sp.Rational(1, 2), potential, form.image, equation.given, places)
    if found is None:
        return None
    place = _short(found.place.xreplace({z: form.z}), x, (*equation.given, *_inside(x, ends)))
    falls = form.slope != sp.diff(form.z, x) and zero(form.slope + sp.diff(form.z, x))
    return replace(found, state=x, place=place, turned=found.turned != falls, ends=ends)


def _short(place: Any, x: Any, given: tuple[Any, ...]) -> Any:
    return min((place, tidy(place, (x,), given)), key=lambda e: e.count_ops())


def _first(
    x: Any, a: Any, d: Any, v: Any, ends: tuple[Any, Any], given: tuple[Any, ...], places: Iterator[Any]
) -> Reduced | None:
    for place in places:
        found = _tried(x, a, d, v, ends, given, place)
        if found is not None:
            return found
    return None


def _tried(
    x: Any, a: Any, d: Any, v: Any, ends: tuple[Any, Any], given: tuple[Any, ...], place: Any
) -> Reduced | None:
    """The type of the equation in w = place(x): looked for in numbers first, then proven in the differential field."""
    slope = sp.diff(place, x)
    if slope == 0:
        return None
    speed, push = d * slope**2, a * slope + d * sp.diff(place, x, 2)
    values = _values(sp.Tuple(place, speed, push, v), x, ends, given)
    if values is None:
        return None
    for kind, (sigma, forms) in TYPES.items():
        for c in forms:
            if not _fits(values, sp.lambdify(W, sigma, "mpmath"), sp.lambdify(W, c, "mpmath")):
                continue
            image, turned = _interval(place, x, ends, kind)
            if image is None:
                continue
            s, k = sigma.subs(W, place), c.subs(W, place)
            facts = (*given, *_inside(x, ends))
            delta = tidy(speed * k / s**2, (x,), facts)
            if delta.has(x):
                continue
            tau = _polynomial(push * k / (delta * s), place, x, 1, facts)
            potential = _polynomial(v * k / delta, place, x, 2, facts)
            if tau is not None and potential is not None:
                return Reduced(x, place, kind, c, delta, (tau[0], tau[1]), potential, image, turned, ends)  # type: ignore[arg-type]
    return None


def _values(row: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> list[Any] | None:
    """The row in numbers at eight places for one choice of the parameters; None where it is not finite."""
    positive = {s: sp.Symbol(s.name, positive=True) for s in row.free_symbols - {x} if s.is_positive is None}
    row = row.xreplace(positive)
    domain = tuple(e.xreplace(positive) for e in ends)
    facts = tuple(g.xreplace(positive) for g in given if not g.has(sp.Symbol("n", integer=True, nonnegative=True)))
    points = samples(row, x, domain, facts, 1)  # type: ignore[arg-type]
    if not points:
        return None
    names = [s for s in points[0] if s != x]
    at = [mpmath.mpf(int(points[0][s].p)) / int(points[0][s].q) for s in names]
    first = mpmath.mpf(int(points[0][x].p)) / int(points[0][x].q)
    try:
        with mpmath.workdps(40):
            f = sp.lambdify([x, *names], list(row), "mpmath")
            low, high = (sp.lambdify(names, e, "mpmath")(*at) for e in domain)
            left = first - 1 if mpmath.isinf(low) else (first + low) / 2
            right = first + 1 if mpmath.isinf(high) else (first + high) / 2
            found = [[mpmath.mpmathify(e) for e in f(left + (right - left) * k / 7, *at)] for k in range(8)]
    except (ValueError, TypeError, ArithmeticError, NameError):
        return None
    return found if all(mpmath.isfinite(e) and mpmath.im(e) == 0 for line in found for e in line) else None


def _fits(values: list[Any], sigma: Any, c: Any) -> bool:
    """Whether D w′² c/σ² is constant, L w c/σ linear and V c quadratic in w at the places."""
    with mpmath.workdps(40):
        rows = [(w, p * c(w) / sigma(w) ** 2, q * c(w) / sigma(w), v * c(w)) for w, p, q, v in values]
        return all(_degree(rows, k, k - 1) for k in (1, 2, 3))


def _degree(rows: list[Any], column: int, most: int) -> bool:
    """Whether the divided differences of a column beyond a degree vanish."""
    at, table = [row[0] for row in rows], [row[column] for row in rows]
    size = max(map(abs, table)) + mpmath.mpf(10) ** -30
    for step in range(1, most + 2):
        if any(at[i + step] == at[i] for i in range(len(at) - step)):
            return False
        table = [(table[i + 1] - table[i]) / (at[i + step] - at[i]) for i in range(len(table) - 1)]
    spread = max(at) - min(at)
    return max(map(abs, table)) * spread ** (most + 1) <= CLOSE * size


def _polynomial(f: Any, place: Any, x: Any, degree: int, facts: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Coefficients of f as a polynomial in w = place(x), by derivatives with respect to w; None if it is none."""
    slope, found, rest = sp.diff(place, x), [], tidy(f, (x,), facts)
    for k in range(degree, -1, -1):
        part = rest
        for _ in range(k):
            part = tidy(sp.diff(part, x) / slope, (x,), facts)
        part = part / sp.factorial(k)
        if part.has(x):
            return None
        found.append(sp.factor(part))
        rest = tidy(rest - part * place**k, (x,), facts)
    return tuple(reversed(found)) if rest == 0 else None


def _inside(x: Any, ends: tuple[Any, Any]) -> tuple[Any, ...]:
    bounds = (x > ends[0] if ends[0] != -sp.oo else sp.true, x < ends[1] if ends[1] != sp.oo else sp.true)
    return tuple(b for b in bounds if b not in (sp.true, sp.false))


def _interval(place: Any, x: Any, ends: tuple[Any, Any], kind: str) -> tuple[Any, bool]:
    """(the interval of w, whether w falls); (None, False) if it is none of the kind's."""
    first, last = _limit(place, x, ends[0], "+"), _limit(place, x, ends[1], "-")
    for image in IMAGES[kind]:
        for turned, pair in ((False, (first, last)), (True, (last, first))):
            if all(_equal(p, q) for p, q in zip(pair, image, strict=True)):
                return image, turned
    return None, False


def _equal(p: Any, q: Any) -> bool:
    if p is None:
        return False
    return p == q or (p.is_finite is not False and q.is_finite is not False and zero(p - q))


def _from_zeros(x: Any, d: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> Iterator[Any]:
    """w linear in x, with the two zeros of D at ±1 or ±i."""
    numerator, denominator = sp.fraction(sp.together(d))
    if denominator.has(x) or not numerator.is_polynomial(x):
        return
    for factor, _ in sp.factor_list(numerator, x)[1]:
        poly = factor.as_poly(x)
        if poly is not None and poly.degree() == 2:
            c2, c1, c0 = poly.all_coeffs()
            middle = sp.cancel(-c1 / (2 * c2))
            half = sp.cancel(c1**2 / (4 * c2**2) - c0 / c2)
            positive = _sign(half, given)
            if positive is True:
                w = (x - middle) / sp.sqrt(half)
                yield w if ends[0] != -sp.oo else -w
                yield -w
            elif positive is False:
                yield (x - middle) / sp.sqrt(-half)
    roots = [r for r, _ in _real_roots(numerator, x)]
    for i, r in enumerate(roots):
        for s in roots[i + 1 :]:
            w = (2 * x - r - s) / (s - r)
            yield sp.expand(w)
            yield sp.expand(-w)


def _real_roots(numerator: Any, x: Any) -> list[tuple[Any, int]]:
    """Zeros of the linear factors."""
    found = []
    for factor, k in sp.factor_list(numerator, x)[1]:
        poly = factor.as_poly(x)
        if poly is not None and poly.degree() == 1:
            found.append((sp.cancel(-poly.nth(0) / poly.nth(1)), k))
    return found


def _sign(e: Any, given: tuple[Any, ...]) -> bool | None:
    """Whether e > 0, parameters without a sign positive."""
    table = {s: sp.Symbol(s.name, positive=True) for s in e.free_symbols if s.is_positive is None}
    e, facts = e.xreplace(table), tuple(g.xreplace(table) for g in given)
    if is_positive(e, facts) is True:
        return True
    return False if is_positive(-e, facts) is True else None


def _in_unit_noise(z: Any, drift: Any, potential: Any, image: tuple[Any, Any], given: tuple[Any, ...]) -> Iterator[Any]:
    """Functions of z whose scale and shift stand in the drift and the potential."""
    both = sp.Tuple(drift, potential)
    waves = [f for f in both.atoms(sp.Function, sp.exp) if f.has(z) and isinstance(f, HYPERBOLIC + CIRCULAR)]
    if not waves:
        yield from _powers(z, (drift, potential), image)
        return
    thetas: dict[Any, bool] = {}
    for f in sorted(waves, key=str):
        theta = sp.expand(f.args[0])
        rate = sp.diff(theta, z)
        if rate.has(z) or rate == 0:
            return
        thetas.setdefault(-theta if theta.could_extract_minus_sign() else theta, isinstance(f, CIRCULAR))
    scaled: dict[Any, bool] = {}
    for theta, circular in thetas.items():
        for k in (1, 2, sp.Rational(1, 2)):
            scaled.setdefault(sp.expand(k * theta), circular)
    for names in ("sinh cosh", "exp", "tanh coth"):
        for theta, circular in scaled.items():
            for name in names.split():
                if circular and name != "exp":
                    name = CIRCLE[name]
                    for g in (theta, theta - sp.pi / 2) if name in ("tan", "cot") else (theta,):
                        yield from _both(getattr(sp, name)(g))
                elif not circular:
                    yield from _both(getattr(sp, name)(theta)) if name != "exp" else (sp.exp(theta), sp.exp(-theta))
    rates = dict.fromkeys(sp.diff(theta, z) for theta, circular in scaled.items() if not circular)
    for rate in rates:
        for size in _shifts((drift, potential), z, rate, given):
            g = sp.exp(rate * z)
            yield from ((g / size + size / g) / 2, (g / size - size / g) / 2, (g - size) / (g + size))
            yield from ((g + size) / (g - size), (size + g) / (size - g), (size - g) / (g + size))


HYPERBOLIC = (sp.exp, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch)
CIRCULAR = (sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc)
CIRCLE = {"sinh": "sin", "cosh": "cos", "tanh": "tan", "coth": "cot"}


def _both(w: Any) -> tuple[Any, Any]:
    return w, -w


def _powers(z: Any, parts: tuple[Any, ...], image: tuple[Any, Any]) -> Iterator[Any]:
    """z and z² counted from a pole, or from an end of the interval; z itself on the line."""
    poles: list[Any] = [sp.S.Zero]
    for part in parts:
        below = sp.fraction(sp.together(part))[1]
        poles += [r for r, _ in _real_roots(below, z)]
    poles += [end for end in image if end.is_finite]
    yield z
    for p in dict.fromkeys(poles):
        yield from ((z - p) ** 2, z - p, p - z)


def _shifts(parts: tuple[Any, ...], z: Any, rate: Any, given: tuple[Any, ...]) -> list[Any]:
    """The ρ > 0, ≠ 1, with a pole of the coefficients at e^{kz} = ±ρ or ±ρ², k the rate."""
    g, found = sp.Dummy("g"), []
    for part in parts:
        opened = sp.expand(part.rewrite(sp.exp), power_exp=True) if part.has(z) else part
        powers = {f: g ** sp.cancel(sp.diff(f.exp, z) / rate) for f in opened.atoms(sp.exp) if f.has(z)}
        rational = opened.xreplace({f: p * sp.exp(sp.expand(f.exp).subs(z, 0)) for f, p in powers.items()})
        if rational.has(z) or not rational.is_rational_function(g):
            continue
        below = sp.fraction(sp.together(rational))[1]
        roots = [root for root, _ in _real_roots(below, g)] if below.has(g) else []
        for root in roots:
            sign = _sign(root, given)
            if sign is not None and root**2 != 1 and root != 0:
                size = root if sign else -root
                found += [size, sp.sqrt(size)]
    return list(dict.fromkeys(found))
