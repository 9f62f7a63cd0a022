"""Stationary laws on a circle: a constant current where the drift does not come from a periodic potential.

With S = ∫ 2a/c dx, c = b², ΔS = S(hi) − S(lo) over a period:
    p = e^{S}/(c Z) (∫_x^{hi} e^{−S} dy + e^{−ΔS} ∫_{lo}^x e^{−S} dy),   J = a p − ½(c p)′ = (1 − e^{−ΔS})/(2Z);
for ΔS = 0 the current vanishes and p ∝ e^S/c. For S = f x + κ cos(kx + δ), a tilted cosine, and constant c:
Z = (L²/c) e^{−πf/k} I_{if/k}(κ) I_{−if/k}(κ), L = 2π/k the period.
Reference: H. Risken, The Fokker-Planck Equation, sec. 11.3; R. Stratonovich, Topics in the Theory of Random Noise I.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws.density import Density
from derive.stochastic.laws.partition import variable
from derive.stochastic.laws.pieces import continuous_antiderivative, kinked

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

POINTS, CLOSE = 2, 1e-9


def on_a_circle(sde: SDE, search: bool = True) -> Density:
    """The law with the ends of the domain put together; StochasticError if the coefficients do not fit there."""
    from derive.stochastic.laws.stationary import between_walls

    x, (low, high) = sde.x, sde.domain[0]
    a, c = sde.ito_drift[0], sde.covariance[0, 0]
    if low.is_infinite or high.is_infinite:
        raise StochasticError("a circle needs a finite domain (lo, hi): its ends are put together")
    for name, f in (("noise", c), ("drift", a)):
        if not kinked(f, x) and not zero(f.subs(x, low) - f.subs(x, high), sde.given):
            raise StochasticError(
                f"the {name} {plain(f)} differs at the two ends {plain(low)}, {plain(high)} of the circle"
            )
    s = continuous_antiderivative(sde.tidy(2 * a / c), x, (low, high), sde.given)
    if len(s.parts) > 1:
        raise Unsolvable("laws with a current were looked for with smooth coefficients only")
    gain = sde.tidy(s.whole.subs(x, high) - s.whole.subs(x, low))
    if zero(gain, sde.given):
        found = between_walls(sde, search)
        return replace(found, method=found.method.replace("zero current", "circle, zero current"))
    if not a.has(x) and not c.has(x):
        size = high - low
        same = settled(a / size, (high - low) * a / size**2, sde.given, "uniform: the current is constant")
        return Density(sde, 1 / size, ((low, high),), "circle, uniform", sde.given, same, current=a / size)
    return _with_current(sde, s.whole.as_independent(x, as_Add=True)[1], gain)


def _with_current(sde: SDE, s: Any, gain: Any) -> Density:
    x, (low, high) = sde.x, sde.domain[0]
    a, c = sde.ito_drift[0], sde.covariance[0, 0]
    y = variable(x, s)
    weight = sp.exp(-s).subs(x, y)
    fade = sp.exp(-gain)
    inner = sp.Integral(weight, (y, x, high)) + fade * sp.Integral(weight, (y, low, x))
    shape = sp.exp(s) / c * inner
    size = _tilted_cosine(sde, s)
    family = "tilted cosine" if size is not None else "normalised by a stated integral"
    if size is None:
        z = variable(x, s, (y,))
        size = sp.Integral(shape.xreplace({x: z}), (z, low, high))
    p = shape / size
    current = (1 - fade) / (2 * size)
    flow = a * shape - sp.diff(c * shape, x) / 2
    checks = [
        settled(sp.expand(flow.doit(deep=False)), sp.expand((1 - fade) / 2), sde.facts, "the current is constant"),
        _closes(sde, shape),
        _mass(sde, s, c, gain, size)
        if not size.has(sp.Integral)
        else Evidence(Status.EXACT, "the mass is 1 by definition of the stated integral of a continuous function"),
    ]
    method = f"circle with a current; {family}"
    return Density(sde, p, ((low, high),), method, sde.given, together(checks), current=current)


def _closes(sde: SDE, shape: Any) -> Evidence:
    """p(lo) = p(hi)."""
    x, (low, high) = sde.x, sde.domain[0]
    first, last = (shape.subs(x, end).replace(_empty, lambda _: sp.S.Zero) for end in (low, high))
    return settled(first, last, sde.given, "the density is the same at both ends")


def _empty(node: Any) -> bool:
    """Whether it is an integral from a point to itself."""
    return isinstance(node, sp.Integral) and len(node.limits[0]) == 3 and node.limits[0][1] == node.limits[0][2]


def _tilted_cosine(sde: SDE, s: Any) -> Any | None:
    """Z where S = f x + C cos kx + D sin kx, k a whole number of turns, and the noise is constant."""
    x, (low, high) = sde.x, sde.domain[0]
    c = sde.covariance[0, 0]
    opened = sp.expand(s, trig=False)
    waves = sorted(opened.atoms(sp.sin, sp.cos), key=str)
    slopes = {sp.diff(w.args[0], x) for w in waves if w.has(x)}
    if c.has(x) or len(slopes) != 1:
        return None
    k = slopes.pop()
    turns = sp.cancel((high - low) * k / (2 * sp.pi))
    if k.has(x) or turns not in (1, -1):
        return None
    strengths: list[Any] = [opened.coeff(w) for w in waves if w.has(x)]
    f: Any = opened.coeff(x)
    rest = sp.expand(opened - f * x - sp.Add(*(g * w for g, w in zip(strengths, waves, strict=True))))
    offsets = {sp.expand(w.args[0] - k * x) for w in waves}
    if rest.has(x) or any(e.has(x) for e in (*strengths, f)) or (len(waves) > 1 and len(offsets) > 1):
        return None
    kappa = strengths[0] if len(strengths) == 1 else sp.sqrt(sp.Add(*(g**2 for g in strengths)))
    order = f / sp.Abs(k)
    bessel = sp.besseli(sp.I * order, kappa) * sp.besseli(-sp.I * order, kappa)
    return (high - low) ** 2 / c * sp.exp(-sp.pi * order) * bessel


def _mass(sde: SDE, s: Any, c: Any, gain: Any, size: Any) -> Evidence:
    """Z against ∫₀^L du ∫ dx of the double integral in another order of integration, by quadrature at random points."""
    x, (low, high) = sde.x, sde.domain[0]
    symbols = sorted(size.free_symbols | s.free_symbols - {x} | c.free_symbols - {x}, key=str)
    positive = {q: sp.Symbol(q.name, positive=True) for q in symbols if q.is_real is None}
    names = [positive.get(q, q) for q in symbols]
    facts = tuple(g.xreplace(positive) for g in sde.given)
    f, speed = sp.lambdify([x, *symbols], s, "mpmath"), sp.lambdify([x, *symbols], c, "mpmath")
    numbers = [sp.lambdify(symbols, e, "mpmath") for e in (low, high, gain)]
    worst = 0.0
    try:
        points = list(admissible(set(names), facts, random.Random(2), POINTS, real=True)) if names else [{}]
        with mpmath.workdps(15):
            for point in points:
                at = [mpmath.mpf(int(point[q].p)) / int(point[q].q) / 2 for q in names]
                lo, hi, up = (number(*at) for number in numbers)

                def around(y: Any, at: list[Any] = at, lo: Any = lo, hi: Any = hi, up: Any = up) -> Any:
                    def across(u: Any) -> Any:
                        start = f(u, *at) - f(y, *at) - (up if u > y else 0)
                        return mpmath.exp(start) / speed(u, *at)

                    return mpmath.quad(across, [lo, y, hi])

                double = mpmath.quad(around, mpmath.linspace(lo, hi, 3), method="gauss-legendre")
                value = mpmath.mpmathify(sp.N(size.xreplace(dict(zip(symbols, map(sp.Float, at), strict=True)))))
                worst = max(worst, float(abs(double - value) / abs(double)))
    except (NoPoint, ValueError, TypeError, ArithmeticError, NameError, AttributeError) as error:
        raise Unsolvable(f"the normaliser {plain(size)} was not confirmed: {error}") from error
    if not worst < CLOSE:
        raise Unsolvable(f"the normaliser {plain(size)} is not confirmed: it is off by {worst:.1e}")
    return Evidence(Status.AGREED, f"the mass is 1: quadrature agrees to {worst:.1e} at {len(points)} points")
