"""Brownian motion with drift between walls and on the circle, and what z = ∫dx/b brings to it: sines, cosines, images.

With drift A in z and ℓ the length, ψ″ = −k² ψ and φ = e^{−Az} ψ give λ = (k² + A²)/2. Reference: W. Feller, An
Introduction to Probability Theory, vol. 2, ch. X.5; D. Cox, H. Miller, sec. 5.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.solutions.lamperti import lamperti
from derive.stochastic.spectra.ladders import INDEX, Ladder

if TYPE_CHECKING:
    from derive.stochastic.spectra.spectrum import Spectrum

KINDS = ("absorbing", "reflecting")


def unit_drift(sde: Any) -> tuple[Any, Any, tuple[Any, Any]]:
    """(z, A, image) of a process that is Brownian motion with constant drift A on a finite interval in z."""
    form = lamperti(sde)
    if form is None or not zero(sp.diff(form.drift, sde.x), sde.facts):
        raise Unsolvable("the process is neither a Pearson diffusion nor Brownian motion with drift in z = ∫dx/b")
    low, high = sde.domain[0]
    image = tuple(
        form.z.subs(sde.x, end) if end.is_finite else limit for end, limit in zip((low, high), form.image, strict=True)
    )
    if any(end is None or end.is_finite is False for end in image):
        raise Unsolvable(
            f"Brownian motion with drift on an unbounded domain ({plain(low)}, {plain(high)}) has a continuous "
            "spectrum; "
            f"`transition` gives its law"
        )
    drift = sp.simplify(form.drift) if form.drift.has(sde.x) else form.drift
    if (image[1] - image[0]).is_extended_negative:
        return -form.z, -drift, (-image[0], -image[1])
    return form.z, drift, (image[0], image[1])


def pair_of(walls: Any) -> tuple[str, str]:
    """(kind at the lower end, kind at the upper end)."""
    pair = walls if isinstance(walls, tuple) else (walls, walls)
    if len(pair) != 2 or any(w not in KINDS for w in pair):
        raise StochasticError(f"both ends can be reached: walls is one of {KINDS}, a pair of them, or 'periodic'")
    return pair


def waves(equation: Any, ends: tuple[Any, Any], walls: Any) -> Spectrum:
    """Between walls: ψ = sin (absorbing), e^{−Az}(k cos + A sin) (reflecting), and sin or cos of odd quarter waves for
    one of each where A = 0; on the circle e^{ikz} is told apart by `circle`."""
    from derive.stochastic.spectra.spectrum import assembled

    z, a, (low, high) = unit_drift(equation.weighted()[0])
    if walls == "periodic":
        raise Unsolvable("on the circle the functions are e^{±ikx}, two for each λ; `transition(wall='periodic')`")
    pair, n, x = pair_of(walls), INDEX, equation.states[0]
    length, y = sp.expand(high - low), sp.expand(z - low)
    up = sp.diff(z, x)
    damped = sp.exp(-a * y)
    first = 1
    if pair == ("absorbing", "absorbing"):
        k, form = sp.pi * n / length, sp.sin
    elif pair == ("reflecting", "reflecting"):
        if not zero(a, equation.given):
            return _reflected_with_drift(equation, ends, y, a, length)
        k, form, first = sp.pi * n / length, sp.cos, 0
    elif zero(a, equation.given):
        k = sp.pi * (n - sp.Rational(1, 2)) / length
        form = sp.sin if pair[0] == "absorbing" else sp.cos
    else:
        raise Unsolvable("one absorbing and one reflecting wall with a drift: k solves tan kℓ = −k/A, no closed form")
    w = sp.Dummy("u")
    norm = length / 2 if first else sp.Piecewise((length, sp.Eq(n, 0)), (length / 2, True))
    ladder = Ladder(
        "sine" if form is sp.sin else "cosine",
        y,
        damped,
        lambda m: form(k.subs(n, m) * y),
        (w, sp.S.One, sp.S.Zero, k**2),
        n,
        norm,
        up * sp.exp(2 * a * y),
        (),
    )
    return assembled(equation, ladder, (k**2 + a**2) / 2 + equation.potential, ends, sp.oo, first)


def _reflected_with_drift(equation: Any, ends: tuple[Any, Any], y: Any, a: Any, length: Any) -> Spectrum:
    """n = 0: 1, λ = 0; n ≥ 1: e^{−Ay}(k cos ky + A sin ky), λ = (k² + A²)/2, k = πn/ℓ."""
    from derive.stochastic.spectra.spectrum import assembled

    n, x = INDEX, equation.states[0]
    k = sp.pi * n / length
    w = sp.Dummy("u")

    def form(m: Any) -> Any:
        q = k.subs(n, m)
        wave = q * sp.cos(q * y) + a * sp.sin(q * y)
        return sp.Piecewise((sp.exp(a * y), sp.Eq(m, 0)), (wave, True))

    norm = sp.Piecewise(((sp.exp(2 * a * length) - 1) / (2 * a), sp.Eq(n, 0)), (length * (k**2 + a**2) / 2, True))
    ladder = Ladder(
        "cosine and sine",
        y,
        sp.exp(-a * y),
        form,
        (w, sp.S.One, sp.S.Zero, k**2),
        n,
        norm,
        sp.diff(y, x) * sp.exp(2 * a * y),
        (),
    )
    values = sp.Piecewise((sp.S.Zero, sp.Eq(n, 0)), ((k**2 + a**2) / 2, True)) + equation.potential
    return assembled(equation, ladder, sp.piecewise_fold(values), ends, sp.oo, 0)
