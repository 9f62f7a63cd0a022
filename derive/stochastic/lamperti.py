"""Lamperti's transform z = ∫ dx/b(x): unit noise, drift A = a/b − b′/2 (Itô), on an interval where b has one sign.

References: J. Lamperti, J. Math. Kyoto Univ. 4 (1964); P. Kloeden, E. Platen, sec. 4.3.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import zero
from derive.stochastic.readable import tidy

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Lamperti:
    """dz = A dt + dW. z, drift: z and A as functions of the state x. inverse: x as a function of the symbol
    `symbol`, None if it was not found. image: the range of z over the domain."""

    x: Any
    z: Any
    drift: Any
    symbol: Any
    inverse: Any
    domain: tuple[Any, Any]
    image: tuple[Any, Any]

    def drift_in_z(self) -> Any | None:
        """A as a function of z, where the inverse is known."""
        return None if self.inverse is None else tidy(self.drift.subs(self.x, self.inverse), (self.symbol,))


def lamperti(sde: SDE) -> Lamperti | None:
    """The transform of a scalar process with one noise whose amplitude does not depend on the time; None if ∫ dx/b is
    not found."""
    x = sde.x
    b = sde.b
    if b.has(sde.t) or b == 0:
        return None
    low, high = natural_domain(sde)
    z = antiderivative(1 / b, x, (low, high), sde.given)
    if z is None:
        return None
    drift = tidy(sde.ito_drift[0] / b - sp.diff(b, x) / 2, (x, sde.t), sde.facts)
    image = tuple(_limit(z, x, end, side) for end, side in ((low, "+"), (high, "-")))
    if image[0] is not None and image[1] is not None and (image[0] - image[1]).is_extended_positive:
        image = image[::-1]
    positive = image[0] is not None and image[0].is_extended_nonnegative
    symbol = sp.Symbol("zeta", positive=True) if positive else sp.Symbol("zeta", real=True)
    return Lamperti(x, z, drift, symbol, inverse(z, x, symbol, (low, high), sde.given), (low, high), image)


def natural_domain(sde: SDE) -> tuple[Any, Any]:
    """The stated domain; where it is the whole line, the part of it that a positive state or the singular points of b
    next to the origin's right side leave: b must not vanish inside."""
    x = sde.x
    low, high = sde.domain[0]
    if (low, high) != (-sp.oo, sp.oo):
        return low, high
    if x.is_positive:
        return sp.S.Zero, sp.oo
    zeros = _singular_points(sde.b, x)
    if not zeros:
        return low, high
    origin = sp.Rational(1, 7)
    below = [z for z in zeros if z.is_extended_real and (z < origin) == True]  # noqa: E712 - three-valued
    above = [z for z in zeros if z.is_extended_real and (z > origin) == True]  # noqa: E712
    return (max(below) if below else low), (min(above) if above else high)


def _singular_points(b: Any, x: Any) -> list[Any]:
    """Real numbers at which b vanishes or a root or logarithm in it has its end; [] where they depend on parameters."""
    found: set[Any] = set()
    roots_in = [p.base for p in b.atoms(sp.Pow) if p.has(x) and p.exp.is_integer is not True]
    bases = [b, *roots_in, *(f.args[0] for f in b.atoms(sp.log) if f.has(x))]
    for base in bases:
        try:
            roots = sp.solveset(base, x, sp.S.Reals)
        except (NotImplementedError, ValueError, TypeError):
            continue
        if isinstance(roots, sp.FiniteSet):
            found |= {r for r in roots if r.is_number}
        elif roots.has(sp.ImageSet) or isinstance(roots, sp.Union | sp.ImageSet):
            found |= {r for k in range(-3, 4) for r in _members(roots, k) if r.is_number and r.is_extended_real}
    return sorted(found, key=sp.N)


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
    for form in (f, sp.simplify(f)):
        found = sp.integrate(form, x)
        if isinstance(found, sp.Piecewise):
            return _cases(found)
        if not found.has(sp.Integral, sp.Piecewise):
            return [found]
        folded = sp.piecewise_fold(found) if not found.has(sp.Integral) else None
        if isinstance(folded, sp.Piecewise):
            return _cases(folded)
    return []


def _cases(f: Any) -> list[Any]:
    """The pieces of a piecewise expression that are closed."""
    return [piece for piece, _ in f.args if not piece.has(sp.Integral)]


def _branches(f: Any, x: Any, domain: tuple[Any, Any]) -> Iterator[Any]:
    """The expression with its logarithms real each (the difference of two is an artanh), as it is, and with the
    arguments of logarithms and inverse hyperbolic functions turned about."""
    logs = sorted(f.atoms(sp.log), key=str)
    points = samples(f, x, domain, ())[:1] if logs else []
    if points:
        turned = {g: sp.log(-g.args[0]) for g in logs if sp.N(g.args[0].xreplace(points[0])).is_negative}
        yield f.xreplace(turned)
    yield f
    for mask in range(1, 2 ** min(len(logs), 4)):
        yield f.xreplace({g: sp.log(-g.args[0]) for i, g in enumerate(logs[:4]) if mask >> i & 1})
    for g in f.atoms(sp.acosh, sp.atanh, sp.acoth):
        other = {sp.atanh: sp.acoth, sp.acoth: sp.atanh}.get(g.func)
        if other is not None:
            yield f.xreplace({g: other(g.args[0])})


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
    positive = {s: sp.Symbol(s.name, positive=True) for s in f.free_symbols - {x} if s.is_positive is None}
    g = f.xreplace(positive)
    points = samples(g, x, domain, tuple(r.xreplace(positive) for r in given))
    values = [sp.N(g.xreplace(point), 30) for point in points]
    return bool(values) and all(v.is_number and v.is_finite and abs(sp.im(v)) < 1e-20 for v in values)


def inverse(z: Any, x: Any, symbol: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> Any | None:
    """x as a function of z on the domain: the root of z(x) = ζ that gives x back at random points of it."""
    signs = _with_signs(z, x)
    back_to = {new: old for old, new in signs.items()}
    found = [root.xreplace(back_to) for root in _roots(z.xreplace(signs), x.xreplace(signs), symbol)]
    roots = [candidate for root in found for candidate in _turned(root)]
    positive = {s: sp.Symbol(s.name, positive=True) for s in z.free_symbols - {x} if s.is_positive is None}
    points = samples(z.xreplace(positive), x, domain, tuple(r.xreplace(positive) for r in given))
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


def _turned(root: Any) -> Iterator[Any]:
    """The root, and the other branches of its inverse trigonometric functions: shifted by π, arccot by π/2 − arctan."""
    yield root
    whole = root.replace(sp.acot, lambda u: sp.pi / 2 - sp.atan(u))
    whole = whole.replace(
        lambda e: isinstance(e, sp.atan) and sp.fraction(sp.together(e.args[0]))[1].free_symbols,
        lambda e: sp.pi / 2 - sp.atan(1 / e.args[0]),
    )
    if whole != root:
        yield whole
    if root.has(sp.atan, sp.acot, sp.asin, sp.acos):
        yield from (sp.pi + root, root - sp.pi, sp.pi - root, -sp.pi - root)


def _limit(f: Any, x: Any, point: Any, side: str) -> Any | None:
    """The limit with parameters without a sign positive; None if SymPy finds none."""
    signs = {s: new for s, new in _with_signs(f, x).items() if s != x}
    try:
        value = sp.limit(f.xreplace(signs), x, point.xreplace(signs), side).xreplace({n: o for o, n in signs.items()})
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return None
    return value if value.is_extended_real or value.free_symbols else None
