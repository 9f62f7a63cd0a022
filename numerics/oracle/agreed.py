"""Where no bound is proven: two independent mpmath routes at two precisions, which must agree. Marked as not rigorous.

mpmath's own error estimates are not used: they have been seen 10²⁵ too small. The radius is a multiple of the
disagreement, an estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp
from flint import acb, arb

from numerics.oracle.breakpoints import breakpoints
from numerics.oracle.budget import Budget
from numerics.oracle.enclosure import NotEnclosed, dyadic
from numerics.oracle.evaluate import Compiler
from numerics.oracle.journal import note_agreed

LOW_DPS, HIGH_DPS = 18, 26
LEAST_DIGITS, TENSOR_GAP = 8, 1e-9
MOST_CALLS = 25_000
SAFETY = 16

Route = Callable[[Callable[[Any], Any], list[Any]], Any]


class _TooMuchWork(Exception):
    """A route used up its evaluations."""


def _watched(f: Callable[..., Any], budget: Budget, what: object) -> Callable[[Any], Any]:
    calls = 0

    def g(x: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 64 == 0:
            budget.check(what, "comparing two numeric routes")
        if calls > MOST_CALLS:
            raise _TooMuchWork
        return f(x)

    return g


def _tanh_sinh(f: Callable[[Any], Any], points: list[Any]) -> Any:
    return mpmath.quad(f, points, method="tanh-sinh")


def _gauss(f: Callable[[Any], Any], points: list[Any]) -> Any:
    """Gauss–Legendre on each piece, its ends flattened by x = p + (q − p)·s²(3 − 2s), a half-line first by x = p +
    s/(1 − s)."""
    total = mpmath.mpf(0)
    for p, q in pairwise(points):
        if mpmath.isinf(p):
            total += _gauss(lambda y: f(-y), [-q, mpmath.inf]) if not mpmath.isinf(q) else _gauss(f, [p, 0, q])
        elif mpmath.isinf(q):

            def far(s: Any, p: Any = p) -> Any:
                return f(p + s / (1 - s)) / (1 - s) ** 2

            total += mpmath.quad(far, [0, 0.25, 0.5, 0.75, 0.9, 1], method="gauss-legendre")
        else:

            def smooth(s: Any, p: Any = p, q: Any = q) -> Any:
                return (
                    f(p + (q - p) * s**4 * (35 - 84 * s + 70 * s**2 - 20 * s**3)) * (q - p) * 140 * (s * (1 - s)) ** 3
                )

            total += mpmath.quad(smooth, mpmath.linspace(0, 1, 5), method="gauss-legendre")
    return total


def _quadosc(omega: Any) -> Route:
    return lambda f, points: (
        mpmath.quad(f, [*points[:-1], points[-2] + 1]) + mpmath.quadosc(f, [points[-2] + 1, mpmath.inf], omega=omega)
    )


def _cesaro(omega: Any) -> Route:
    """Half-periods from another start, Gauss–Legendre on each, their alternating partial sums averaged repeatedly
    (Euler)."""

    def route(f: Callable[[Any], Any], points: list[Any]) -> Any:
        half = mpmath.pi / omega
        start = points[-2] + mpmath.mpf("2.5")
        total = mpmath.quad(f, [*points[:-1], start], method="gauss-legendre")
        count = 12 + 2 * mpmath.mp.dps
        parts = [
            mpmath.quad(f, [start + k * half, start + (k + 1) * half], method="gauss-legendre") for k in range(count)
        ]
        sums = [mpmath.fsum(parts[: k + 1]) for k in range(count)]
        while len(sums) > count // 3:
            sums = [(u + v) / 2 for u, v in pairwise(sums)]
        return total + sums[-1]

    return route


def agreed_integral(c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr, why: NotEnclosed) -> acb:
    """Two routes for ∫_lo^hi f dx; NotEnclosed, with the rigorous methods' reason, where they do not apply or
    disagree."""
    if f.free_symbols - {x} or f.has(sp.Product, sp.Limit, sp.Derivative) or not lo.is_extended_real:
        raise why
    if f.has(sp.Integral, sp.Sum):
        return agreed_iterated(c, sp.Integral(f, (x, lo, hi)), why)
    numeric = sp.lambdify(x, f, "mpmath")
    cuts = breakpoints(f, x, lo, hi, c)
    oscillating = _frequencies(f, x)
    if (lo, hi) == (-sp.oo, sp.oo) and oscillating:
        whole, lo, cuts = numeric, sp.S.Zero, sorted({abs(cut) for cut in cuts} - {sp.S.Zero}, key=float)

        def numeric(y: Any) -> Any:
            return whole(y) + whole(-y)

    routes: list[tuple[str, int, Route]] = [
        ("tanh-sinh", LOW_DPS, _tanh_sinh),
        ("Gauss-Legendre, ends flattened", HIGH_DPS, _gauss),
    ]
    if hi == sp.oo and lo.is_finite and oscillating:
        omega = mpmath.mpf(str(max(oscillating)))
        cuts = cuts or [lo + 1]
        routes = [
            ("quadosc", LOW_DPS, _quadosc(omega)),
            ("half-periods with Euler averaging", HIGH_DPS - 8, _cesaro(omega)),
        ]

    def run(dps: int, route: Route) -> Any:
        with mpmath.workdps(dps):
            points = [_mp(p) for p in (lo, *cuts, hi)]
            return route(_watched(numeric, c.budget, f), points)

    return compare(f, routes, run, why)


def _frequencies(f: sp.Expr, x: sp.Symbol) -> list[Any]:
    """|ω| of the factors sin(ωx + φ), cos(ωx + φ), e^{iωx} of the integrand, those inside inner integrals too."""
    found = []
    for e in f.atoms(sp.sin, sp.cos, sp.exp):
        argument = e.args[0]
        if not argument.is_polynomial(x) or not argument.has(x) or argument.free_symbols != {x}:
            continue
        slope = sp.Poly(argument, x).LC()
        omega = abs(sp.N(slope if not isinstance(e, sp.exp) else sp.im(slope)))
        if omega != 0 and (not isinstance(e, sp.exp) or sp.re(slope) == 0):
            found.append(omega)
    return found


def agreed_iterated(c: Compiler, e: sp.Integral | sp.Sum, why: NotEnclosed) -> acb:
    """An integral or sum of integrals or sums by two families of tensor-product rules in double precision; refusals are
    final, as more bits change nothing here."""
    from numerics.oracle.tensor import NoTensor, by_tensor

    try:
        first, second, mass = by_tensor(e, c.budget)
    except NoTensor as refusal:
        text = f"{why.why}; and by tensor products of nodes: {refusal.why}"
        raise NotEnclosed(e, text, tried=why.tried, final=True) from why
    gap = abs(first - second)
    routes = [("tensor product of double-exponential rules", first), ("tensor product of Gauss panels", second)]
    if not gap <= TENSOR_GAP * mass or gap > 10.0**-LEAST_DIGITS * max(abs(second), 1e-4 * mass):
        shown = " and ".join(f"{value:.12g} by a {name}" for name, value in routes)
        raise NotEnclosed(e, f"{why.why}; and two numeric routes disagree: {shown}", tried=why.tried, final=True)
    radius = SAFETY * gap + 2.0**-46 * mass
    digits = int(-math.log10(radius / max(abs(second), radius)))
    note_agreed(
        f"tensor products of double-exponential rules and of Gauss panels agree to {digits} digits",
        [(name, f"{value:.16g}") for name, value in routes],
    )
    ball = arb(0, 1) * arb(radius)
    real = abs(second.imag) <= radius and not e.has(sp.I)
    return acb(arb(second.real) + ball, arb(0) if real else arb(second.imag) + ball)


def agreed_sum(c: Compiler, f: sp.Expr, n: sp.Symbol, start: int, why: NotEnclosed) -> acb:
    """Σ_{n≥start} f(n) by extrapolation and by Euler–Maclaurin."""
    if f.free_symbols - {n} or f.has(sp.Product, sp.Limit, sp.Derivative):
        raise why
    if f.has(sp.Integral, sp.Sum):
        return agreed_iterated(c, sp.Sum(f, (n, start, sp.oo)), why)
    numeric = sp.lambdify(n, f, "mpmath")

    def by(method: str, at: int) -> Route:
        def route(g: Callable[[Any], Any], points: list[Any]) -> Any:
            head = mpmath.fsum(g(mpmath.mpf(k)) for k in range(start, start + at))
            return head + mpmath.nsum(g, [start + at, mpmath.inf], method=method)

        return route

    routes = [("Richardson and Shanks", LOW_DPS, by("r+s", 0)), ("Euler-Maclaurin", HIGH_DPS, by("e", 7))]

    def run(dps: int, route: Route) -> Any:
        with mpmath.workdps(dps):
            return route(_watched(numeric, c.budget, f), [])

    return compare(f, routes, run, why)


def compare(
    what: object, routes: list[tuple[str, int, Route]], run: Callable[[int, Route], Any], why: NotEnclosed
) -> acb:
    """The second route's value with SAFETY times the disagreement; NotEnclosed under LEAST_DIGITS common digits."""
    values: list[Any] = []
    for name, dps, route in routes:
        try:
            values.append(mpmath.mpmathify(run(dps, route)))
        except (
            _TooMuchWork,
            ValueError,
            ZeroDivisionError,
            ArithmeticError,
            TypeError,
            NameError,
            AttributeError,
        ) as e:
            raise NotEnclosed(
                what, f"{why.why}; and the numeric route {name} fails ({type(e).__name__})", tried=why.tried
            ) from why
    with mpmath.workdps(HIGH_DPS):
        first, second = values
        gap = abs(first - second)
        if not mpmath.isfinite(gap) or gap > mpmath.mpf(10) ** -LEAST_DIGITS * max(
            abs(second), mpmath.mpf(10) ** -LEAST_DIGITS
        ):
            raise NotEnclosed(
                what,
                f"{why.why}; and two numeric routes disagree: {mpmath.nstr(first, 12)} by {routes[0][0]}, "
                f"{mpmath.nstr(second, 12)} by {routes[1][0]}",
                tried=why.tried,
            )
        radius = SAFETY * gap + abs(second) * mpmath.mpf(10) ** (2 - LOW_DPS)
        shown = [(name, mpmath.nstr(v, LOW_DPS)) for (name, _, _), v in zip(routes, values, strict=True)]
        digits = int(-mpmath.log10(radius / max(abs(second), radius)))
        note_agreed(f"{routes[0][0]} and {routes[1][0]} agree to {digits} digits", shown)
        z = mpmath.mpc(second)
        ball = arb(0, 1) * arb(dyadic(radius))
        return acb(arb(dyadic(z.real)) + ball, arb(dyadic(z.imag)) + (ball if z.imag else 0))


def _mp(e: sp.Expr) -> Any:
    if e.is_infinite:
        return mpmath.inf if e == sp.oo else -mpmath.inf
    return mpmath.mpmathify(sp.N(e, mpmath.mp.dps + 5)._to_mpmath(mpmath.mp.prec + 10))
