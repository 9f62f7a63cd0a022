"""Rigorous quadrature of ball functions on segments, and the two maps that carry an end to infinity: y = e^{−u}, x =
e^u.

acb.integral encloses ∫ f by adaptive Gauss–Legendre with error bounds from Cauchy's estimate on ellipses (Johansson
2018);
f must honour the `analytic` flag. What lies beyond a cut is bounded by the germ of the integrand there.
"""

from __future__ import annotations

from collections.abc import Callable

import flint
import sympy as sp
from flint import acb, arb

from numerics.errors import NumericsError
from numerics.oracle.budget import Budget
from numerics.oracle.cuts import NAN
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler, Fn
from numerics.oracle.germ import Calculus, Germ

BallFunction = Callable[[acb, bool], acb]


class Unconverged(NotEnclosed):
    """Quadrature stopped at its limits."""


def of_variable(fn: Fn, fixed: dict[sp.Symbol, acb], x: sp.Symbol) -> BallFunction:
    env = dict(fixed)

    def f(z: acb, analytic: bool) -> acb:
        env[x] = z
        return fn(env, analytic)

    return f


def segment_integral(f: BallFunction, a: acb, b: acb, budget: Budget, what: object, bits: int | None = None) -> acb:
    """∫ f along the straight segment from a to b, to 2^−bits (default: the context's precision); Unconverged at the
    work limit.

    Errors inside f are kept and raised afterwards: quadrature goes on calling f after an exception.
    """
    bits = flint.ctx.prec if bits is None else bits
    count = 0
    stopped: list[Exception] = []

    def watched(z: acb, analytic: bool) -> acb:
        nonlocal count
        if stopped:
            return NAN
        count += 1
        try:
            if count % 128 == 0:
                budget.check(what, "integrating")
            return f(z, analytic)
        except ZeroDivisionError:
            return NAN
        except NumericsError as e:
            stopped.append(e)
            return NAN

    tolerance = arb(2) ** (-bits)
    value = acb.integral(
        watched, a, b, rel_tol=tolerance, abs_tol=tolerance, eval_limit=budget.evaluations, depth_limit=8 * bits
    )
    if stopped:
        raise stopped[0]
    if not value.is_finite():
        raise Unconverged(what, "quadrature does not converge on this piece", tried=f"{count} evaluations, {bits} bits")
    return value


def tail_bound(g: Germ, c: Calculus, start: arb) -> arb:
    """∫_start^∞ |g(t)| dt from the germ's scales."""
    total = arb(0)
    for m, a in g.terms.items():
        total += c.region.value(a).abs_upper() * c.region.tail(m, start)
    for m, r in g.rest.items():
        total += r * c.region.tail(m, start)
    return total.abs_upper()


def cut_for(g: Germ, c: Calculus, bits: int) -> tuple[arb, arb]:
    """A cut T ≥ start, about as small as may be, with its tail bound below 2^−bits; NotEnclosed if none up to
    e^20000."""
    with flint.ctx.workprec(96):
        goal = arb(2) ** (-bits)

        def good(log_t: float) -> arb | None:
            t = arb(log_t).exp()
            try:
                bound = tail_bound(g, c, t)
            except NotEnclosed:
                return None
            return bound if bound.is_finite() and bound <= goal else None

        low = float(c.region.start.log().abs_upper().mid()) + 1e-9
        if good(low) is not None:
            return arb(low).exp().mid(), good(low) or goal
        step = 0.25
        high = low + step
        while good(high) is None:
            low, step = high, step * 1.6
            high = low + step
            if high > 20_000:
                tail_bound(g, c, arb(20_000).exp())
                raise NotEnclosed(g, "the integrand decays too slowly for a cut")
        for _ in range(6):
            middle = (low + high) / 2
            if good(middle) is None:
                low = middle
            else:
                high = middle
        bound = good(high)
        assert bound is not None
        return arb(high).exp().mid(), bound


def around(bound: arb, complex_too: bool = True) -> acb:
    ball = arb(0, 1) * bound
    return acb(ball, ball if complex_too else arb(0))


def lost_bits(f: BallFunction, z: acb) -> int:
    """How many bits cancellation costs at z."""
    value = f(z, False)
    if not value.is_finite():
        return flint.ctx.prec
    if value.is_zero():
        return 0
    return max(0, flint.ctx.prec - max(0, int(value.rel_accuracy_bits())) - 8)


def mapped(
    make: Callable[[], BallFunction], down: bool, log_from: Callable[[], arb], log_to: arb, budget: Budget, what: object
) -> acb:
    """∫ f(y) dy for y between e^{log_from} and e^{log_to}, by y = e^{−u} (down) or y = e^{u}; more bits where f
    cancels."""

    def substituted() -> BallFunction:
        f = make()
        if down:

            def inward(u: acb, analytic: bool) -> acb:
                y = (-u).exp()
                return f(y, analytic) * y

            return inward

        def outward(u: acb, analytic: bool) -> acb:
            y = u.exp()
            return f(y, analytic) * y

        return outward

    bits = flint.ctx.prec
    extra = min(lost_bits(substituted(), acb(log_to)), 4 * bits)
    with flint.ctx.workprec(bits + extra):
        f = substituted()
        return segment_integral(f, acb(log_from()), acb(log_to), budget, what, bits)


def compiled(c: Compiler, f: sp.Expr, x: sp.Symbol) -> BallFunction:
    moving = Compiler(c.fixed, frozenset({x}), c.budget, flint.ctx.prec)
    return of_variable(moving(f), dict(c.fixed), x)
