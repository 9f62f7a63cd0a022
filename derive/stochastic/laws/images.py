"""Brownian motion with drift between two walls and on the circle, by images: Σ over n of the free law moved by 2nℓ,
with the signs that the walls ask for. Compared with the eigenfunction expansion (Poisson's summation formula).

Reference: D. Cox, H. Miller, The Theory of Stochastic Processes, sec. 5.7; W. Feller, vol. 2, ch. X.5.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.laws.density import Density
from derive.stochastic.laws.waves import pair_of, unit_drift

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

IMAGE = sp.Symbol("n", integer=True)
REACH, CLOSE = 30, 1e-12


def between_walls(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density:
    """The law on a finite interval: wall "absorbing", "reflecting", a pair (low, high), or "periodic" (the circle).

    In z = ∫dx/b, with drift A, length ℓ, G the heat kernel at τ = t − s. Absorbing:
    e^{A(z−z0) − A²τ/2} Σ (G(z − z0 + 2nℓ) − G(z + z0 − 2a + 2nℓ)). Without drift: a plus sign for reflection, (−1)ⁿ
    where the walls differ. Circle: Σ G(z − z0 − Aτ + nℓ). Reflection with a drift has no images: by eigenfunctions.
    """
    z, a, (low, high) = unit_drift(sde)
    (first,), tau, n = begin, sde.t - s, IMAGE
    length, z0, here = sp.expand(high - low), z.subs(sde.x, first), sp.Symbol("zeta", real=True)
    still = zero(a, sde.given)

    def heat(u: Any) -> Any:
        return sp.exp(-(u**2) / (2 * tau)) / sp.sqrt(2 * sp.pi * tau)

    if wall == "periodic":
        term, mass, name = heat(here - z0 - a * tau + n * length), sp.S.One, "images on the circle"
    else:
        pair = pair_of(wall)
        if not still and pair != ("absorbing", "absorbing"):
            return _by_functions(sde, begin, s, pair)
        sign = sp.S.NegativeOne if pair[0] == "absorbing" else sp.S.One
        turn = sp.S.One if pair[0] == pair[1] else sp.S.NegativeOne**n
        tilt = sp.S.One if still else sp.exp(a * (here - z0) - a**2 * tau / 2)
        far = heat(here + z0 - 2 * low + 2 * n * length)
        term = turn * tilt * (heat(here - z0 + 2 * n * length) + sign * far)
        name = f"images, {' and '.join(dict.fromkeys(pair))} walls"
        mass = sp.S.One if pair == ("reflecting", "reflecting") else None
    value = sp.diff(z, sde.x) * sp.Sum(term.subs(here, z), (n, -sp.oo, sp.oo))
    mass = sp.Integral(value, (sde.x, *sde.domain[0])) if mass is None else mass
    later = () if s == 0 and sde.t.is_positive else (sde.t > s,)
    any_numbers = {e: sp.Dummy(real=True) for e in (z0, length, low, a) if e.free_symbols}
    any_term = term.subs(any_numbers)
    any_a = any_numbers.get(a, a)
    rest = sp.diff(any_term, sde.t) + any_a * sp.diff(any_term, here) - sp.diff(any_term, here, 2) / 2
    checks = [
        settled(rest, sp.S.Zero, (*sde.given, *later), "each image, in z = ∫dx/b"),
        _poisson(sde, value, z, a, (low, high), first, tau, wall),
    ]
    return Density(sde, value, sde.domain, name, sde.given, together(checks), begin, s, mass)


def _by_functions(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density:
    found = sde.fokker_planck().spectrum(wall).transition(begin[0])
    if s == 0:
        return found
    from dataclasses import replace

    return replace(found, value=found.value.subs(sde.t, sde.t - s), s=s)


def _poisson(sde: SDE, value: Any, z: Any, a: Any, ends: tuple[Any, Any], first: Any, tau: Any, wall: Any) -> Evidence:
    """The sum of images and the sum of eigenfunctions, at random numbers with τ = ℓ²/4, where both converge fast."""
    length, z0, k = sp.expand(ends[1] - ends[0]), z.subs(sde.x, first), sp.Dummy("k", integer=True)
    if wall == "periodic":
        wave = 2 * sp.pi * k / length
        mode = sp.exp(-(wave**2) * tau / 2) * sp.cos(wave * (z - z0 - a * tau)) / length
        begin = -REACH
    else:
        pair = pair_of(wall)
        shape, other = (sp.sin, 1) if pair[0] == "absorbing" else (sp.cos, 0 if pair[1] == "reflecting" else 1)
        wave = sp.pi * (k - (sp.S.Zero if pair[0] == pair[1] else sp.Rational(1, 2))) / length
        size = sp.Piecewise((1, sp.Eq(k, 0)), (2, True)) / length
        mode = size * sp.exp(a * (z - z0) - (wave**2 + a**2) * tau / 2) * shape(wave * (z - ends[0]))
        mode, begin = mode * shape(wave * (z0 - ends[0])), other
    mode *= sp.diff(z, sde.x)
    (inner,) = value.atoms(sp.Sum)
    image = (value / inner) * inner.function
    place = tuple(r for p in (sde.x, first) if p.free_symbols for r in _within(p, sde.domain[0]))
    symbols = sorted(sp.Tuple(image, mode).free_symbols - {IMAGE, k}, key=lambda e: e.name)
    free = sp.Tuple(tau).free_symbols
    try:
        points = list(admissible(set(symbols) - free, (*sde.given, *place), random.Random(3), 2, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for the comparison of the two sums", str(reason))
    worst = 0.0
    with mpmath.workdps(30):
        clock = sp.Dummy("tau", positive=True)
        names = [c for c in symbols if c not in free]
        at_clock = {sde.t: clock + (sde.t - tau)}
        pair_of_sums = ((IMAGE, image), (k, mode))
        images, modes = (sp.lambdify([i, clock, *names], e.subs(at_clock), "mpmath") for i, e in pair_of_sums)
        span = sp.lambdify(names, length, "mpmath")
        for point in points:
            numbers = [mpmath.mpf(int(point[c].p)) / int(point[c].q) for c in names]
            then = span(*numbers) ** 2 / 4
            left = sum(images(j, then, *numbers) for j in range(-REACH, REACH + 1))
            right = sum(modes(j, then, *numbers) for j in range(begin, REACH + 1))
            worst = max(worst, float(abs(left - right) / abs(right)))
    if worst > CLOSE:
        raise StochasticError(f"images and eigenfunctions differ by {worst}: nothing is returned")
    return Evidence(Status.AGREED, f"images and eigenfunctions agree to {worst:.1e} at {len(points)} points")


def sines_agree(q0: Any, y: Any, y0: Any, length: Any, tau: Any, images: Any, given: tuple[Any, ...]) -> Evidence:
    """The sum of images for ½∂² − q0/2 with zeros at 0 and ℓ, against (2/ℓ) Σ sin sin e^{−(π²k²/ℓ² + q0)τ/2}, in
    numbers at τ = ℓ²/4. StochasticError where they differ."""
    start, k = sp.Dummy("y0", positive=True), sp.Dummy("k", integer=True)
    wave = sp.pi * k / length
    mode = 2 / length * sp.sin(wave * y) * sp.sin(wave * start) * sp.exp(-(wave**2 + q0) * tau / 2)
    image = images.function.subs(y0, start)
    names = sorted(sp.Tuple(image, mode).free_symbols - {k, tau, IMAGE, y, start}, key=str)
    positive = {p: sp.Symbol(p.name, positive=True) for p in names if p.is_real is None}
    facts = [f for f in (g.xreplace(positive) for g in given) if f not in (sp.true, sp.false)]
    try:
        points = list(admissible({positive.get(p, p) for p in names}, facts, random.Random(5), 2, real=True)) or [{}]
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for the comparison of the two sums", str(reason))
    worst = 0.0
    with mpmath.workdps(30):
        span = sp.lambdify(names, length, "mpmath")
        left, right = (sp.lambdify([i, tau, y, start, *names], e, "mpmath") for i, e in ((IMAGE, image), (k, mode)))
        for point in points:
            at = [mpmath.mpf(int(point[positive.get(p, p)].p)) / int(point[positive.get(p, p)].q) for p in names]
            size = span(*at)
            data = (size**2 / 4, size / 3, size * 2 / 5, *at)
            one = sum(left(j, *data) for j in range(-REACH, REACH + 1))
            other = sum(right(j, *data) for j in range(1, REACH + 1))
            worst = max(worst, float(abs(one - other) / abs(other)))
    if not worst < CLOSE:
        raise StochasticError(f"images and sines differ by {worst}: nothing is returned")
    return Evidence(Status.AGREED, f"images and sines agree to {worst:.1e} at {len(points)} points")


def _within(x: Any, ends: tuple[Any, Any]) -> tuple[Any, ...]:
    return tuple(r for r in (x > ends[0], x < ends[1]) if r not in (sp.true, sp.false))
