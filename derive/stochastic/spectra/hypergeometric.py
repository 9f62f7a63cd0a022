"""Bound states of equations of hypergeometric type: φ_n = F Y_n, Y_n a classical polynomial, and the λ_n by exponents.

Between its singular points the equation is fixed by the exponents there. Let P, s (at 0, ∞ for σ = w), A, B, Δ (at 1,
−1, ∞ for σ = 1 − w²) be the differences of exponents, signed so that the solution wanted is the one with F. Then it is
a polynomial times F for s(2n + 1 + P) = −2v₁ − τ₀τ₁ + 2(λc/δ)₁ and A + B + 2n + 1 = Δ. λ enters linearly one of the
squares, or two of them by equal amounts, which gives λ_n. Where an end is infinitely far in ∫dx/√D and λ enters the
exponent there, φ is square integrable for a positive sign only: n is bounded, and where the square vanishes the
continuum begins.
References: A. Nikiforov, V. Uvarov (1988), §1-9; F. Cooper, A. Khare, U. Sukhatme, Phys. Rep. 251 (1995) 267, table
4.1; NIST DLMF 18.3, 18.5.5 (Rodrigues' formula, from which the norms follow by parts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.conditions import condition
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.shown.readable import tidy
from derive.stochastic.spectra.ladders import INDEX, Ladder
from derive.stochastic.spectra.norms import jacobi_norm, romanovski_norm
from derive.stochastic.spectra.places import Reduced, W

N = INDEX


@dataclass(frozen=True)
class Bound:
    """A ladder with its values λ_n, how many there are, and where the continuum begins (None if nowhere)."""

    ladder: Ladder
    values: Any
    count: Any
    edge: Any


@dataclass(frozen=True)
class End:
    """An end at a finite distance: the sign of the difference of exponents that its wall asks for."""

    zero: bool
    condition: Any


def bound_states(form: Reduced, walls: tuple[Any, Any], given: tuple[Any, ...]) -> Bound:
    """The square integrable eigenfunctions with what the walls ask for at the lower and the upper end of x.

    StochasticError if there are none, or where an end needs what the wall does not allow.
    """
    turned = tuple(reversed(walls)) if form.turned else walls
    solver = {"Hermite": _hermite, "Laguerre": _laguerre, "Jacobi": _jacobi, "Romanovski": _romanovski}[form.kind]
    return solver(form, turned, given)


def product_in(form: Reduced, walls: tuple[Any, Any], given: tuple[Any, ...]) -> Callable[[int, int], Any]:
    """∫ φ_j φ_k m over w, for Jacobi's and Romanovski's as an integral over v from 0 to 1 of two parts, whose powers at
    the ends of w are all powers of v at 0: so nothing cancels."""
    v = sp.Dummy("v", positive=True)
    plain = replace(form, state=v, place=v, turned=False, ends=form.image)
    ladder = bound_states(plain, tuple(reversed(walls)) if form.turned else walls, given).ladder
    far = (1 / v - v) / 2
    places: tuple[Any, ...] = (v,)
    if form.kind == "Romanovski":
        places = far, -far
    elif form.kind == "Jacobi":
        places = (1 + v, 1 + 1 / v) if form.image[1] == sp.oo else (1 - v, v - 1)
    image = form.image if len(places) == 1 else (sp.S.Zero, sp.S.One)

    def integral(j: int, k: int) -> tuple[Any, Any, tuple[Any, Any]]:
        left, right = (ladder.factor.subs(N, n) * ladder.form(sp.Integer(n)) for n in (j, k))
        whole = left * right * ladder.weight
        parts = (whole.subs(v, w) * (1 if len(places) == 1 else sp.Abs(sp.diff(w, v))) for w in places)
        return sp.Add(*parts), v, image

    return integral


def _end(t: Any, least: Any, wall: Any, given: tuple[Any, ...], where: str) -> End:
    """The exponent for scale density y^{−t} and speed density y^{t−1−least}: entrance for t ≥ 1, exit for t ≤ least,
    regular between. The constant solution has no current through the end; the other, y^{1−t}, vanishes there."""
    if t == 1 or is_nonnegative(t - 1, given) is True:
        return End(True, sp.true)
    if t == least or is_nonnegative(least - t, given) is True:
        if wall == "reflecting":
            raise StochasticError(
                f"the end at {plain(where)} is an exit: what arrives there stays; it cannot be reflecting"
            )
        return End(False, sp.true)
    if wall == "absorbing":
        return End(False, _true_if(1 - t, given))
    return End(True, _true_if(t - least, given))


def _true_if(e: Any, given: tuple[Any, ...]) -> Any:
    """e > 0, sp.true where it follows; StochasticError where it is false."""
    found = condition(e, given)
    if found == sp.false:
        raise StochasticError(f"no square integrable eigenfunctions: {plain(e)} > 0 is needed and does not hold")
    return found


def _conditions(*conditions: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(c for c in conditions if c != sp.true))


def _size(square: Any, linear: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    """(√square > 0, condition): ±linear where square is its square, with the sign that follows or `linear` itself."""
    if linear is not None:
        e = sp.factor(linear)
        if is_positive(-e, given) is True:
            return sp.factor(-e), sp.true
        return e, _true_if(e, given)
    square = sp.factor(square)
    return sp.powdenest(sp.sqrt(square), force=False), _true_if(square, given)


def _counted(bound: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    """(the number of n ≥ 0 below the bound, the condition on n); StochasticError if there is none."""
    bound = sp.factor(bound)
    if is_nonnegative(-bound, given) is True:
        raise StochasticError(
            f"there is no square integrable eigenfunction: n < {plain(bound)} is needed; all is continuum"
        )
    count = sp.ceiling(bound)
    return (count if is_positive(bound, given) is True else sp.Max(0, count)), bound > N


def _magnitude(e: Any, given: tuple[Any, ...]) -> Any:
    """|e|, resolved where the sign follows."""
    if e == 0 or is_nonnegative(e, given) is True:
        return e
    return -e if is_nonnegative(-e, given) is True else sp.Abs(e)


def _hermite(form: Reduced, walls: tuple[Any, Any], given: tuple[Any, ...]) -> Bound:
    """φ = e^{−∫τ/2 − ω(w − w₀)²/2} H_n(√ω (w − w₀)), ω² = τ₁²/4 + v₂, λ/δ = ω(2n + 1) + v₀ + τ₁/2 + τ₀²/4 − ω²w₀²."""
    (t0, t1), (v0, v1, v2) = form.tau, form.v
    if t1 == 0 and v2 == 0:
        raise StochasticError("the spectrum is continuous: Brownian motion with a constant force on the line")
    omega, need = _size(t1**2 / 4 + v2, -t1 / 2 if v2 == 0 else None, given)
    w0 = sp.cancel(-(t0 * t1 / 2 + v1) / (2 * omega**2))
    lam = form.delta * (omega * (2 * N + 1) + v0 + t1 / 2 + t0**2 / 4 - omega**2 * w0**2)
    w = form.place
    u = sp.expand(w - w0) * sp.sqrt(omega)
    exponent = sp.expand(-(t0 * W + t1 * W**2 / 2) / 2 - omega * (W - w0) ** 2 / 2)
    idle = exponent.subs(W, 0)  # a constant factor, left to the weight
    factor = sp.exp(sp.factor_terms(exponent - idle).subs(W, w))
    y = sp.Dummy("u")
    norm = sp.sqrt(sp.pi / omega) * 2**N * sp.factorial(N)
    ladder = Ladder(
        "Hermite", u, factor, lambda k: sp.hermite(k, u), (y, sp.S.One, -2 * y, 2 * N), N, norm,
        _speed(form, sp.exp(t0 * w + t1 * w**2 / 2 + 2 * idle)), _conditions(need),
    )  # fmt: skip
    return Bound(ladder, lam, sp.oo, None)


def _speed(form: Reduced, body: Any) -> Any:
    """The weight in x: |w′| body."""
    slope = sp.diff(form.place, form.state)
    return (-slope if form.turned else slope) * body


def _laguerre(form: Reduced, walls: tuple[Any, Any], given: tuple[Any, ...]) -> Bound:
    """φ = w^p e^{qw} L_n^{(P)}(sw), p = (1 − τ₀ + P)/2, q = −(τ₁ + s)/2."""
    (t0, t1), (v0, v1, v2), w, d = form.tau, form.v, form.place, form.delta
    power = {sp.S.One: 0, W: 1, W**2: 2}[form.c]
    push = -2 * v1 - t0 * t1
    count, edge, need, range_of_n = sp.oo, None, [], sp.true
    if power == 0:
        s, condition = _size(t1**2 + 4 * v2, -t1 if v2 == 0 else None, given)
        need.append(condition)
        p_diff = sp.expand(sp.cancel(push / s) - 2 * N - 1)
        count, range_of_n = _counted(sp.expand((sp.cancel(push / s) - 1) / 2), given)
        lam, edge = d * (((1 - t0) ** 2 - p_diff**2) / 4 + v0), d * ((1 - t0) ** 2 / 4 + v0)
    else:
        if v0 == 0:
            end = _end(t0, 0 if power == 1 else -1, walls[0], given, "0")
            p_diff = t0 - 1 if end.zero else 1 - t0
            need.append(end.condition)
        else:
            p_diff, condition = _size((1 - t0) ** 2 + 4 * v0, None, given)
            need.append(condition)
        if power == 1:
            s, condition = _size(t1**2 + 4 * v2, -t1 if v2 == 0 else None, given)
            lam = d * ((s * (2 * N + 1 + p_diff) + t0 * t1) / 2 + v1)
        else:
            if zero(push, given):
                edge = plain(d * (t1**2 / 4 + v2))
                raise Unsolvable(f"but for a stationary state all is continuum, from {edge} on")
            need.append(_true_if(p_diff + 1, given))
            condition = _true_if(push, given)
            s = push / (2 * N + 1 + p_diff)
            lam, edge = d * ((t1**2 - s**2) / 4 + v2), d * (t1**2 / 4 + v2)
        need.append(condition)
    factor = w ** sp.factor((1 - t0 + p_diff) / 2) * sp.exp(-sp.factor(t1 + s) * w / 2)
    u, y = sp.factor(s) * w, sp.Dummy("u")
    top = sp.gamma(N + p_diff + 1) / sp.factorial(N) * s ** (-p_diff - power)
    norm = top * {0: 1 / p_diff, 1: sp.S.One, 2: 2 * N + p_diff + 1}[power]
    ladder = Ladder(
        "Laguerre", u, factor, lambda k: sp.assoc_laguerre(k, p_diff.subs(N, k), u.subs(N, k)),
        (y, y, p_diff + 1 - y, N), N, norm, _speed(form, w ** (t0 + power - 2) * sp.exp(t1 * w)),
        _conditions(*need, range_of_n),
    )  # fmt: skip
    return Bound(ladder, lam, count, edge)


def _jacobi(form: Reduced, walls: tuple[Any, Any], given: tuple[Any, ...]) -> Bound:
    """φ = |1 − w|^p (1 + w)^q P_n^{(A,B)}(w), p = (1 + τ(1)/2 + A)/2, q = (1 − τ(−1)/2 + B)/2."""
    (t0, t1), v, w, d = form.tau, form.v, form.place, form.delta
    up, down = -(t0 + t1) / 2, (t0 - t1) / 2  # scale densities |1 − w|^{−up}, (1 + w)^{−down}
    v_up, v_down = v[0] + v[1] + v[2], v[0] - v[1] + v[2]
    outside = form.image[1] == sp.oo
    pearson = form.c != 1
    count, edge, need, range_of_n = sp.oo, None, [], sp.true
    top_value = (1 + t1) ** 2 / 4 + v[2]
    if pearson:
        a = _difference(up, v_up, walls[0 if outside else 1], given, "w = 1", need)
        if outside:
            b, condition = _size((1 - down) ** 2 + v_down, 1 - down if v_down == 0 else None, given)
            b = -b
            need.append(condition)
            count, range_of_n = _counted(sp.expand(-(a + b + 1) / 2), given)
            edge = -d * top_value
        else:
            b = _difference(down, v_down, walls[0], given, "w = −1", need)
        lam = d * (((a + b + 2 * N + 1) ** 2 / 4) - top_value)
    else:
        gap = sp.factor((1 - up) ** 2 + v_up - (1 - down) ** 2 - v_down)
        if outside:
            far = _far(-1 - t1, v[2], walls[1], given, need)
            total = far - 2 * N - 1
            need.append(_true_if(1 - far, given))
            range_of_n_bound = (sp.sqrt(_magnitude(gap, given)) - 1 + far) / 2
            need.append(_true_if(-gap, given))
            count, range_of_n = _counted(range_of_n_bound, given)
        else:
            far, condition = _size(4 * top_value, -1 - t1 if v[2] == 0 else None, given)
            total = far - 2 * N - 1
            need.append(condition)
            count, range_of_n = _counted((far - 1 - sp.sqrt(_magnitude(gap, given))) / 2, given)
        a, b = sp.factor((total + gap / total) / 2), sp.factor((total - gap / total) / 2)
        zero_at_up, zero_at_down = (1 - up) ** 2 + v_up, (1 - down) ** 2 + v_down
        lam = d * (zero_at_up - a**2)
        edge = d * zero_at_up if outside or zero(gap, given) else d * sp.Min(zero_at_up, zero_at_down)
    p, q = sp.factor((1 - up + a) / 2), sp.factor((1 - down + b) / 2)
    factor = _two_powers(w, outside, p, q, given)
    y = sp.Dummy("u")
    lower = 1 if pearson else 2
    body = _two_powers(w, outside, up - lower, down - lower, given)
    ladder = Ladder(
        "Jacobi", w, factor, lambda k: sp.jacobi(k, a.subs(N, k), b.subs(N, k), w),
        (y, 1 - y**2, b - a - (a + b + 2) * y, N * (N + a + b + 1)), N, jacobi_norm(a, b, pearson, outside),
        _speed(form, body), _conditions(*need, range_of_n),
    )  # fmt: skip
    return Bound(ladder, lam, count, edge)


def _two_powers(w: Any, outside: bool, p: Any, q: Any, given: tuple[Any, ...]) -> Any:
    """|1 − w|^p (1 + w)^q; for w = tanh θ or coth θ as e^{(q−p)θ} (cosh θ)^{−p−q} or sinh, which is stable far out."""
    p, q = sp.factor(p), sp.factor(q)
    sign, f = w.as_coeff_Mul()
    if isinstance(f, sp.tanh | sp.coth) and sign**2 == 1:
        theta = sign * f.args[0]
        return sp.exp(sp.factor(q - p) * theta) * (sp.sinh if outside else sp.cosh)(theta) ** sp.factor(-p - q)
    below = w - 1 if outside else 1 - w
    if p == q:
        return sp.powdenest(sp.factor(tidy(below * (1 + w), (), given)) ** p)
    return sp.factor(tidy(below, (), given)) ** p * sp.factor(tidy(1 + w, (), given)) ** q


def _angle(form: Reduced) -> Any:
    """atan w, for w = tan g or −cot g as g moved by a constant."""
    w, x = form.place, form.state
    sign, f = w.as_coeff_Mul()
    if not isinstance(f, sp.tan | sp.cot) or sign**2 != 1:
        return sp.atan(w)
    low, high = form.ends
    theta = f.args[0]
    g = sign * theta if isinstance(f, sp.tan) else -sign * theta
    start = high if form.turned else low
    return g - g.subs(x, start) - sp.pi / 2


def _difference(t: Any, v: Any, wall: Any, given: tuple[Any, ...], where: str, need: list[Any]) -> Any:
    """The signed difference of exponents at a finite zero of σ at a finite distance."""
    if v == 0:
        end = _end(t, 0, wall, given, where)
        need.append(end.condition)
        return sp.expand(t - 1 if end.zero else 1 - t)
    size, condition = _size((1 - t) ** 2 + v, None, given)
    need.append(condition)
    return size


def _far(t: Any, v: Any, wall: Any, given: tuple[Any, ...], need: list[Any]) -> Any:
    """Δ at w = ∞ at a finite distance y ~ 1/w: the solutions are y^0 and y^Δ for v = 0 with Δ = t."""
    if v == 0:
        end = _end(1 - t, -1, wall, given, "w = ∞")
        need.append(end.condition)
        return sp.expand(t if end.zero else -t)
    size, condition = _size(t**2 + 4 * v, None, given)
    need.append(condition)
    return -size


def _romanovski(form: Reduced, walls: tuple[Any, Any], given: tuple[Any, ...]) -> Bound:
    """φ = (1 + w²)^{p} e^{−2r atan w} R_n(w), R_n = (−i)ⁿ P_n^{(A−iA′, A+iA′)}(iw), 2p = 1 − τ₁/2 + A, 2r = τ₀/2 + A′.

    A + iA′ is the difference of exponents at w = i.
    """
    (t0, t1), (v0, v1, v2), w, d = form.tau, form.v, form.place, form.delta
    pearson = form.c != 1
    need: list[Any] = []
    if pearson:
        re, im = sp.expand(t1 / 2 - 1), sp.expand(-t0 / 2)
        if v1 != 0 or not zero(v0 - v2, given):
            re, im = _complex_root((1 - t1 / 2) ** 2 - t0**2 / 4 - v0 + v2, (1 - t1 / 2) * t0 - v1, given)
        count, range_of_n = _counted(sp.expand(-(2 * re + 1) / 2), given)
        top_value = (1 - t1) ** 2 / 4 + v2
        lam, edge = d * (top_value - (2 * re + 2 * N + 1) ** 2 / 4), d * top_value
    else:
        # both ends are at w = ∞, with the same exponents
        if walls[0] != walls[1] and "absorbing" in walls:
            raise Unsolvable("an absorbing and a reflecting end of one singular point have no polynomials")
        far = _far(t1 - 1, v2, walls[0], given, need)
        need.append(_true_if(1 - far, given))
        total = far - 2 * N - 1
        shift = sp.factor((1 - t1 / 2) * t0 - v1)
        re, im = total / 2, sp.factor(shift / total)
        lam = d * (re**2 - im**2 - (1 - t1 / 2) ** 2 + t0**2 / 4 + v0 - v2)
        count, edge, range_of_n = sp.oo, None, sp.true
    a, b = re - sp.I * im, re + sp.I * im
    angle = _angle(form)
    square = sp.factor(tidy(1 + w**2, (), given))
    factor = sp.powdenest(square ** sp.factor((1 - t1 / 2 + re) / 2)) * sp.exp(-sp.factor(t0 / 2 + im) * angle)
    y = sp.Dummy("u")
    weight = sp.powdenest(square ** sp.factor(t1 / 2 - (1 if pearson else 2))) * sp.exp(t0 * angle)
    ladder = Ladder(
        "Romanovski", w, factor, lambda k: _real_polynomial(k, a.subs(N, k), b.subs(N, k), w),
        (y, 1 + y**2, (2 * re + 2) * y - 2 * im, -N * (N + 2 * re + 1)), N, romanovski_norm(a, b, re, im, pearson),
        _speed(form, weight), _conditions(*need, range_of_n),
    )  # fmt: skip
    return Bound(ladder, lam, count, edge)


def _complex_root(square: Any, cross: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    """(A, A′) with (A + iA′)² = square + i cross and A < 0."""
    if zero(cross, given):
        size, _ = _size(square, None, given)
        return -size, sp.S.Zero
    re = -sp.sqrt(sp.factor((sp.sqrt(sp.factor(square**2 + cross**2)) + square) / 2))
    return re, cross / (2 * re)


def _real_polynomial(k: Any, a: Any, b: Any, w: Any) -> Any:
    u = sp.Dummy("w", real=True)
    found = (-sp.I) ** k * sp.jacobi(k, a, b, sp.I * u)
    return (sp.collect(sp.expand(found), u, sp.factor) if k.is_Integer else found).xreplace({u: w})
