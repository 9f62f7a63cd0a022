"""Derivatives: closed ones symbolically; of integrals, under the integral sign where convergence is uniform in the
parameter.

∂ⁿ/∂kⁿ ∫ f(x, k) dx = ∫ ∂ⁿf/∂kⁿ dx along the turned contour, provided that for j = 0 … n the integrals of ∂ʲf/∂kʲ
converge uniformly for k in a
ball about the point: seen by evaluating each with k a ball, whose quadrature and tail bounds hold for all its points
at once.
The integral of f itself must converge on the real line; its derivatives need only converge on the contour.
"""

from __future__ import annotations

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler, Fn
from numerics.oracle.integrals import definite, single
from numerics.oracle.journal import note
from numerics.oracle.letters import derived, fresh, replaced


def derivative_node(c: Compiler, e: sp.Derivative) -> Fn:
    """A derivative whose variables have balls in `fixed` (or move)."""
    if not e.expr.has(sp.Integral, sp.Sum, sp.Limit):
        if e.has(*KINKED) and not c.moves(e):
            _smooth_at(c, e.expr, {v: v for v in e.variables})
        return c(_closed(e))
    if c.moves(e):
        raise NotEnclosed(e, "the derivative of an integral inside another one", remedy="differentiate it first")
    value = _at(c, e, {})
    return lambda env, analytic: value


def subs_node(c: Compiler, e: sp.Subs) -> Fn:
    """Subs(f, v, p): derivatives are taken before the point is put in."""
    at = dict(zip(e.variables, e.point, strict=True))
    f = e.expr
    for d in f.atoms(sp.Derivative):
        if d.has(*KINKED) and not d.has(sp.Integral, sp.Sum):
            _smooth_at(c, d.expr, at)
    if f.has(sp.Derivative) and not f.has(sp.Integral, sp.Sum):
        f = f.replace(lambda d: isinstance(d, sp.Derivative), _closed)
    if isinstance(f, sp.Derivative):
        value = _at(c, f, at)
        return lambda env, analytic: value
    placed = f.subs(at)
    if isinstance(placed, sp.Subs):
        raise NotEnclosed(e, "this substitution cannot be carried out")
    return c(placed)


KINKED = (sp.Abs, sp.sign, sp.Max, sp.Min, sp.Heaviside, sp.floor, sp.ceiling, sp.Piecewise)


def _smooth_at(c: Compiler, f: sp.Expr, at: dict[sp.Symbol, sp.Expr]) -> None:
    """Refuses a point where a function with kinks is not seen to be analytic on a ball about it."""
    moving = {v: sp.Dummy(v.name, real=True) for v in at}
    balls = {}
    with flint.ctx.workprec(96):
        rho = arb(0, 1) * arb(2) ** -40
        for v, w in moving.items():
            balls[w] = c.value(at[v]) + acb(rho, rho)
        value = Compiler(c.fixed, frozenset(balls), c.budget, 96)(f.subs(moving))({**c.fixed, **balls}, True)
    if not value.is_finite():
        raise NotEnclosed(f, f"not differentiable, as far as is seen, at {at}", final=True)


def _closed(e: sp.Derivative) -> sp.Expr:
    if e.expr.has(sp.Abs, sp.sign):
        real = {v: sp.Dummy(v.name, real=True) for v in e.variables if not v.is_extended_real}
        d = e.subs(real).doit().subs({w: v for v, w in real.items()})
    else:
        d = e.doit()
    if d.has(sp.Derivative):
        raise NotEnclosed(e, "SymPy finds no derivative", remedy="give it in closed form")
    return d


def _at(c: Compiler, e: sp.Derivative, at: dict[sp.Symbol, sp.Expr]) -> acb:
    f = e.expr
    variables = [(v, int(n)) for v, n in (pair.args for pair in e.variable_count)]
    if f.has(sp.Integral) and all(i.has(v) is False for v, _ in variables for i in f.atoms(sp.Integral)):
        g = f
        for v, n in variables:
            g = g.diff(v, n)
        return c.value(g.subs(at))
    if not isinstance(f, sp.Integral):
        factor, core = f.as_independent(*[v for v, _ in variables], as_Add=False)
        if isinstance(core, sp.Integral):
            return c.value(factor.subs(at)) * _at(c, sp.Derivative(core, *e.variable_count), at)
        if isinstance(f, sp.Add):
            return sum((_at(c, sp.Derivative(a, *e.variable_count), at) for a in f.args if a.has(*at)), acb(0))
        g = f
        for v, n in variables:
            g = g.diff(v, n)
        raise NotEnclosed(e, "the derivative of this combination of integrals", remedy="apply the product rule first")
    if len(variables) != 1:
        raise NotEnclosed(e, "mixed derivatives of an integral", remedy="differentiate in one parameter")
    ((k, n),) = variables
    return _under_the_sign(c, f, k, n, at.get(k, k))


def _under_the_sign(c: Compiler, integral: sp.Integral, k: sp.Symbol, n: int, k0: sp.Expr) -> acb:
    f, x, lo, hi = single(integral)
    if lo.has(k) or hi.has(k):
        value = acb(0)
        g = integral
        for _ in range(n):
            g = g.diff(k)
        return value + c.value(g.subs(k, k0))
    kappa = fresh(f, "slope", k.name, True if k0.is_positive else None)
    f = replaced(f, k, kappa)
    with flint.ctx.workprec(64):
        rho = arb(0, 1) * arb(2) ** -24
        ball = c.value(k0) + acb(rho)
        near = Compiler({**c.fixed, kappa: ball}, frozenset(), c.budget, 64)
        for j in range(n + 1):
            if not definite(near, derived(f, kappa, j), x, lo, hi, regularised=j > 0).is_finite():
                raise NotEnclosed(integral, f"derivative {j} does not converge uniformly near {k} = {k0}")
    note(f"derivative under the integral: {n} times in {k.name}, convergence uniform on a ball about the point")
    g = replaced(derived(f, kappa, n), kappa, k0)
    value = definite(c, g, x, lo, hi, regularised=True)
    return acb(value.real) if g.is_extended_real and value.imag.contains(0) else value
