"""Lamperti's transform z = ∫ dx/b(x): unit noise, drift A = a/b − b′/2 (Itô), on an interval where b has one sign.

References: J. Lamperti, J. Math. Kyoto Univ. 4 (1964); P. Kloeden, E. Platen, sec. 4.3.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import zero
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.exponential_powers import exponential_powers
from derive.worker import TimeIsUp, alarm

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

SECONDS = 20.0


@dataclass(frozen=True)
class Lamperti:
    """dz = A dt + dW. z, drift: z and A as functions of the state x. inverse: x as a function of the symbol
    `symbol`, None if it was not found. image: the range of z over the domain. amplitude, shape, unshape: with
    b = κ b₁(x), κ free of x, the same for noise κ: y = ∫dx/b₁ = κ z and x as a function of y, which have no κ in them
    and so hold for either sign of κ; shape_image is the range of y."""

    x: Any
    z: Any
    drift: Any
    symbol: Any
    inverse: Any
    domain: tuple[Any, Any]
    image: tuple[Any, Any]
    amplitude: Any
    shape: Any
    unshape: Any
    shape_image: tuple[Any, Any]

    @property
    def slope(self) -> Any:
        """|dz/dx|, for b > 0 and for −b > 0 alike."""
        slope, end = sp.diff(self.z, self.x), _limit(self.z, self.x, self.domain[1], "-")
        return -slope if end is not None and end == self.image[0] else slope

    def drift_in_z(self) -> Any | None:
        """A as a function of z, where the inverse is known."""
        if self.unshape is None:
            return None
        y = coordinate(*self.shape_image)
        drift = self.drift.subs(self.x, self.unshape).xreplace({y: self.amplitude * self.symbol})
        return tidy(drift, (self.symbol,))


@lru_cache(maxsize=64)
def lamperti(sde: SDE) -> Lamperti | None:
    """The transform of a scalar process with one noise whose amplitude does not depend on the time; None if ∫ dx/b is
    not found."""
    x = sde.x
    b = sde.b
    if b.has(sde.t) or b == 0:
        return None
    low, high = natural_domain(sde)
    kappa = sp.factor_terms(b).as_independent(x, as_Add=False)[0]
    shape = antiderivative(kappa / b, x, (low, high), sde.given)
    if shape is None:
        return None
    drift = tidy(sde.ito_drift[0] / b - sp.diff(b, x) / 2, (x, sde.t), sde.facts)
    ends = _image(shape, x, low, high)
    y = coordinate(*ends)
    unshape = inverse(shape, x, y, (low, high), sde.given)
    z, image = shape / kappa, _image(shape / kappa, x, low, high)
    symbol = coordinate(*image)
    back = None if unshape is None else unshape.xreplace({y: kappa * symbol})
    return Lamperti(x, z, drift, symbol, back, (low, high), image, kappa, shape, unshape, ends)


def _image(z: Any, x: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """The range of a monotone z, lower end first where that is seen."""
    first, last = _limit(z, x, low, "+"), _limit(z, x, high, "-")
    turned = first is not None and last is not None and (first - last).is_extended_positive
    return (last, first) if turned else (first, last)


def coordinate(low: Any, high: Any) -> Any:
    """The symbol ζ with the sign that it has on the image."""
    if low is not None and low.is_extended_nonnegative:
        return sp.Symbol("zeta", positive=True)
    if high is not None and high.is_extended_nonpositive:
        return sp.Symbol("zeta", negative=True)
    return sp.Symbol("zeta", real=True)


def natural_domain(sde: SDE) -> tuple[Any, Any]:
    """The stated domain; where it is the whole line, the part of it next to the origin's right side in which b is real
    and has no zero, and b and the drift have no pole."""
    x = sde.x
    low, high = sde.domain[0]
    if (low, high) != (-sp.oo, sp.oo):
        return low, high
    if x.is_positive:
        return sp.S.Zero, sp.oo
    gaps = parts_of_the_line(sde)
    if len(gaps) == 1:
        return _beside_a_root(sde.b, x) or (low, high)
    origin = sp.Rational(1, 7)
    home = next(i for i, (left, right) in enumerate(gaps) if bool(left < origin) and not bool(right <= origin))
    for left, right in (*gaps[home:], *reversed(gaps[:home])):
        if _real_there(sde.b, x, left, right):
            return left, right
    return gaps[home]


def parts_of_the_line(sde: SDE) -> list[tuple[Any, Any]]:
    """The intervals between the singular points of the coefficients of a scalar process."""
    points = _singular_points(sde.b, sde.ito_drift[0], sde.x)
    return list(pairwise([-sp.oo, *(p for p in points if p.is_extended_real), sp.oo]))


def _beside_a_root(b: Any, x: Any) -> tuple[Any, Any] | None:
    """(−c, ∞) for an amplitude with one root or logarithm of x + c, c a parameter; (−∞, c) for one of c − x."""
    edges = {e.args[0] for e in b.atoms(sp.Pow, sp.log) if e.func == sp.log or e.exp.is_integer is False}
    bases = {base for base in edges if base.has(x)}
    if len(bases) != 1 or not (base := bases.pop()).is_polynomial(x) or sp.degree(base, x) != 1:
        return None
    slope, end = base.coeff(x, 1), -base.coeff(x, 0) / base.coeff(x, 1)
    return (end, sp.oo) if slope.is_positive else (-sp.oo, end) if slope.is_negative else None


def _real_there(b: Any, x: Any, low: Any, high: Any) -> bool:
    """Whether b is real at a point between the ends, parameters without a sign and unknown functions positive."""
    point = (low + high) / 2 if low.is_finite and high.is_finite else low + 1 if low.is_finite else high - 1
    positive = {s: sp.Symbol(s.name, positive=True) for s in b.free_symbols - {x} if s.is_positive is None}
    unknown = {f: sp.Dummy(f.func.__name__, positive=True) for f in b.atoms(AppliedUndef)}
    value = b.xreplace(unknown).xreplace({x: point}).xreplace(positive)
    numbers = {s: sp.Rational(3 + 2 * k, 5 + k) for k, s in enumerate(sorted(value.free_symbols, key=str))}
    return bool(abs(sp.im(sp.N(value.xreplace(numbers)))) < 1e-9)


def _singular_points(b: Any, drift: Any, x: Any) -> list[Any]:
    """Real numbers at which b vanishes, a root or logarithm in it has its end, or b or the drift has a pole; [] where
    they depend on parameters."""
    found: set[Any] = set()
    roots_in = [p.base for p in b.atoms(sp.Pow) if p.has(x) and p.exp.is_integer is not True]
    logs = {f.args[0] for f in (*b.atoms(sp.log), *drift.atoms(sp.log)) if f.has(x)}
    poles = [f for e in (b, drift) for f in _denominators(e, x)]
    for base in dict.fromkeys((b, *roots_in, *logs, *poles)):
        try:
            roots = sp.solveset(base, x, sp.S.Reals)
        except (NotImplementedError, ValueError, TypeError):
            continue
        if isinstance(roots, sp.FiniteSet):
            found |= {r for r in roots if r.is_number}
        elif roots.has(sp.ImageSet) or isinstance(roots, sp.Union | sp.ImageSet):
            found |= {r for k in range(-3, 4) for r in _members(roots, k) if r.is_number and r.is_extended_real}
    return sorted(found, key=sp.N)


def _denominators(e: Any, x: Any) -> list[Any]:
    """Factors with x that stand below a fraction line, tan, cot and the like as quotients."""
    opened = e.replace(lambda f: isinstance(f, sp.tan | sp.cot | sp.sec | sp.csc), lambda f: f.rewrite(sp.cos))
    opened = opened.replace(
        lambda f: isinstance(f, sp.coth | sp.csch), lambda f: sp.cosh(f.args[0]) / sp.sinh(f.args[0])
    )
    return [p.base for p in opened.atoms(sp.Pow) if p.base.has(x) and p.exp.could_extract_minus_sign()]


def _members(roots: Any, k: int) -> list[Any]:
    sets = roots.args if isinstance(roots, sp.Union) else (roots,)
    return [s.lamda(k) for s in sets if isinstance(s, sp.ImageSet)]


def antiderivative(f: Any, x: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> Any | None:
    """A real antiderivative on the domain: the branch of SymPy's that is real there, differentiated back.

    It is looked for with the state real and parameters without a sign positive, as they are sampled; what is found is
    differentiated with the symbols as they are given.
    """
    signs = _with_signs(f, x)
    back = {new: old for old, new in signs.items()}
    for table in (signs, {}) if signs else ({},):
        for piece in _pieces(f.xreplace(table), x.xreplace(table)):
            for candidate in _branches(piece.xreplace(back), x, domain):
                if _real_on(candidate, x, domain, given) and zero(
                    sp.diff(candidate, x) - f, (*given, *_inside(x, domain))
                ):
                    return candidate
    return None


def _with_signs(f: Any, x: Any) -> dict[Any, Any]:
    """Stand-ins with assumptions: the state real, parameters without a sign positive."""
    free = {s for s in f.free_symbols - {x} if s.is_positive is None and s.is_real is None}
    table: dict[Any, Any] = {s: sp.Symbol(s.name, positive=True) for s in free}
    return table | ({} if x.is_real else {x: sp.Symbol(x.name, real=True)})


def _pieces(f: Any, x: Any) -> list[Any]:
    """Antiderivatives by SymPy: one, or those of the cases that it tells apart; [] if it finds none."""
    plain = _without_reciprocals(f)
    powers = exponential_powers(plain, x)
    if powers is not None:
        return [powers]
    if _closed_for_nobody(plain, x):
        return []
    for form in dict.fromkeys((plain, sp.simplify(plain))):
        try:
            with alarm(SECONDS):
                found = sp.integrate(form, x)
        except TimeIsUp:
            return []
        if isinstance(found, sp.Piecewise):
            return _cases(found)
        if not found.has(sp.Integral, sp.Piecewise):
            return [found]
        folded = sp.piecewise_fold(found) if not found.has(sp.Integral) else None
        if isinstance(folded, sp.Piecewise):
            return _cases(folded)
    return []


def _closed_for_nobody(f: Any, x: Any) -> bool:
    """Whether f = c xᵏ e^{P(x)}, P a polynomial of degree ≥ 3 with several terms, also in u = x^g, g the common divisor
    of its powers and k + 1: for these there is no integral in known functions, but a long search by SymPy."""
    _, varying = sp.powsimp(f).as_independent(x, as_Add=False)
    exponents = [g.exp for g in sp.Mul.make_args(varying) if isinstance(g, sp.exp)]
    rest = sp.Mul(*(g for g in sp.Mul.make_args(varying) if not isinstance(g, sp.exp)))
    poly = sp.expand(sp.Add(*exponents)).as_poly(x)
    base, k = (x, sp.S.Zero) if rest == 1 else rest.as_base_exp()
    if poly is None or any(c.has(x) for c in poly.coeffs()) or base != x or not k.is_Integer:
        return False
    powers = [power for (power,) in poly.monoms() if power > 0]
    common = math.gcd(*powers, int(k) + 1)
    return poly.degree() // common >= 3 and len(powers) > 1


def _without_reciprocals(f: Any) -> Any:
    """sech, csch, sec, csc as what they are the reciprocals of: SymPy's antiderivatives come out shorter."""
    names = {sp.sech: sp.cosh, sp.csch: sp.sinh, sp.sec: sp.cos, sp.csc: sp.sin}
    return f.replace(lambda e: e.func in names, lambda e: 1 / names[e.func](*e.args))


def _cases(f: Any) -> list[Any]:
    """The pieces of a piecewise expression that are closed."""
    return [piece for piece, _ in f.args if not piece.has(sp.Integral)]


def _branches(f: Any, x: Any, domain: tuple[Any, Any]) -> Iterator[Any]:
    """The expression with its logarithms real each (the difference of two is an artanh), as it is, and with the
    arguments of logarithms and inverse hyperbolic functions turned about."""
    logs = sorted(f.atoms(sp.log), key=str)
    positive = _all_positive(f, x, domain)
    points = samples(f.xreplace(positive), x, _moved(domain, positive), ())[:1] if logs else []
    if points:
        signs = {g: sp.N(g.args[0].xreplace(positive).xreplace(points[0])) for g in logs}
        turned = {g: sp.log(-g.args[0]) for g in logs if signs[g].is_negative}
        yield f.xreplace(turned)
    yield f
    for mask in range(1, 2 ** min(len(logs), 4)):
        yield f.xreplace({g: sp.log(-g.args[0]) for i, g in enumerate(logs[:4]) if mask >> i & 1})
    for g in f.atoms(sp.acosh, sp.atanh, sp.acoth):
        other = {sp.atanh: sp.acoth, sp.acoth: sp.atanh}.get(g.func)
        if other is not None:
            yield f.xreplace({g: other(g.args[0])})


def _all_positive(f: Any, x: Any, domain: tuple[Any, Any]) -> dict[Any, Any]:
    """Stand-ins for the parameters without a sign, those of the ends too: positive ones."""
    symbols = sp.Tuple(f, *domain).free_symbols - {x}
    return {s: sp.Symbol(s.name, positive=True) for s in symbols if s.is_positive is None}


def _moved(domain: tuple[Any, Any], table: dict[Any, Any]) -> tuple[Any, Any]:
    return domain[0].xreplace(table), domain[1].xreplace(table)


def _inside(x: Any, domain: tuple[Any, Any]) -> tuple[Any, ...]:
    low, high = domain
    bounds = ((x > low) if low != -sp.oo else None, (x < high) if high != sp.oo else None)
    return tuple(b for b in bounds if b is not None and b not in (sp.true, sp.false))


def samples(expr: Any, x: Any, domain: tuple[Any, Any], given: tuple[Any, ...], count: int = 4) -> list[dict[Any, Any]]:
    """Random admissible points of the domain and the parameters (positive ones, where nothing is said)."""
    try:
        return list(
            admissible(expr.free_symbols | {x}, (*given, *_inside(x, domain)), random.Random(1), count, real=True)
        )
    except NoPoint:
        return []


def _real_on(f: Any, x: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> bool:
    """Whether f is finite and real at random points of the domain. Parameters without a sign are taken positive."""
    positive = _all_positive(f, x, domain)
    g = f.xreplace(positive)
    points = samples(g, x, _moved(domain, positive), tuple(r.xreplace(positive) for r in given))
    try:
        values = [sp.N(g.xreplace(point), 30) for point in points]
    except ValueError:  # a pole of a special function
        return False
    return bool(values) and all(v.is_number and v.is_finite and abs(sp.im(v)) < 1e-20 for v in values)


def inverse(z: Any, x: Any, symbol: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> Any | None:
    """x as a function of z on the domain: the root of z(x) = ζ that gives x back at random points of it."""
    signs = _with_signs(z, x)
    back_to = {new: old for old, new in signs.items()}
    found = [root.xreplace(back_to) for root in _roots(z.xreplace(signs), x.xreplace(signs), symbol)]
    roots = [candidate for root in found for candidate in _turned(_named(root))]
    positive = _all_positive(z, x, domain)
    points = samples(z.xreplace(positive), x, _moved(domain, positive), tuple(r.xreplace(positive) for r in given))
    for root in roots:
        if not root.has(x):
            back = root.xreplace({symbol: z}).xreplace(positive)
            gaps = [sp.N(back.xreplace(p) - p[x], 30) for p in points]
            if gaps and all(g.is_number and g.is_finite and abs(g) < 1e-18 for g in gaps):
                return root
    return None


def _roots(z: Any, x: Any, symbol: Any) -> list[Any]:
    """Solutions of z(x) = ζ by SymPy, for z as it is and simplified, x as a plain real number too."""
    y, found = sp.Dummy("y", real=True), []
    for form in dict.fromkeys((z, sp.simplify(z))):
        for unknown in (y, x):
            try:
                found += [root.xreplace({y: x}) for root in sp.solve(form.xreplace({x: unknown}) - symbol, unknown)]
            except (NotImplementedError, ValueError, TypeError, AttributeError):
                continue
    return list(dict.fromkeys(found))


def _named(root: Any) -> Any:
    """log(u + √(u² + 1)) as arsinh u."""
    from derive.stochastic.shown.polish import hyperbolic

    return root.replace(lambda e: isinstance(e, sp.log), lambda e: hyperbolic(e) or e)


def _turned(root: Any) -> Iterator[Any]:
    """The root, and the other branches of its inverse trigonometric functions: shifted by π, arccot by π/2 − arctan."""
    yield root
    whole = root.replace(sp.acot, lambda u: sp.pi / 2 - sp.atan(u))
    whole = whole.replace(
        lambda e: isinstance(e, sp.atan) and sp.fraction(sp.together(e.args[0]))[1].free_symbols,
        lambda e: sp.pi / 2 - sp.atan(1 / e.args[0]),
    )
    for branch in dict.fromkeys((whole, root)):
        if branch != root:
            yield branch
        if branch.has(sp.atan, sp.acot, sp.asin, sp.acos):
            yield from (sp.pi + branch, branch - sp.pi, sp.pi - branch, -sp.pi - branch)


def _limit(f: Any, x: Any, point: Any, side: str) -> Any | None:
    """The limit with parameters without a sign positive; None if SymPy finds none."""
    signs = {s: new for s, new in _with_signs(f, x).items() if s != x}
    try:
        value = sp.limit(f.xreplace(signs), x, point.xreplace(signs), side).xreplace({n: o for o, n in signs.items()})
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return None
    return value if value.is_extended_real or value.free_symbols else None
