"""An expression as a ball function: node by node, table-dispatched, constants folded once.

Law: compile(e)(env, analytic) contains e at every point of the balls in env; with `analytic` set it is finite only
where e, continued from the real line where it holds Abs, Max, Piecewise and the like of a real argument, is analytic on
the whole ball.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq

from numerics.oracle.budget import Budget
from numerics.oracle.conditions import Truth, truth
from numerics.oracle.cuts import NAN, is_real, power, root
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.functions import CONSTANTS, HYPER, TABLE
from numerics.oracle.letters import letters
from numerics.oracle.placed import Placed, placed_node

Env = dict[sp.Symbol, acb]
Fn = Callable[[Env, bool], acb]


@dataclass(frozen=True)
class Compiler:
    """`moving`: the symbols whose balls change from call to call; every other symbol has its ball in `fixed`."""

    fixed: Mapping[sp.Symbol, acb]
    moving: frozenset[sp.Symbol] = frozenset()
    budget: Budget = field(default_factory=Budget)
    bits: int = 128

    def moves(self, e: sp.Basic) -> bool:
        return bool(self.moving) and not self.moving.isdisjoint(letters(e))

    def __call__(self, e: sp.Basic) -> Fn:
        if isinstance(e, sp.Symbol):
            return self._symbol(e)
        fn = self._node(e)
        if not self.moves(e) and not isinstance(e, sp.Integer):
            value = fn(dict(self.fixed), False)
            return lambda env, analytic: value
        return fn

    def _symbol(self, e: sp.Symbol) -> Fn:
        if e in self.moving:
            return lambda env, analytic: env[e]
        if e not in self.fixed:
            raise NotEnclosed(e, "no value was given for this symbol", remedy=f"give at={{{e}: ...}}")
        value = self.fixed[e]
        return lambda env, analytic: value

    def _node(self, e: sp.Basic) -> Fn:
        for cls in type(e).__mro__:
            if cls in NODES:
                return NODES[cls](self, e)
        if type(e) in TABLE:
            return self._function(e)
        if e in CONSTANTS:
            value = CONSTANTS[e]()
            return lambda env, analytic: value
        rewritten = _definition(e)
        if rewritten is not None:
            return self(rewritten)
        raise NotEnclosed(e, f"no ball evaluator for {type(e).__name__}", remedy="rewrite it by functions of the table")

    def _function(self, e: sp.Basic) -> Fn:
        f = TABLE[type(e)]
        args = [self(a) for a in e.args]
        if len(args) == 1:
            (only,) = args
            return lambda env, analytic: f(only(env, analytic), analytic=analytic)
        return lambda env, analytic: f(*(a(env, analytic) for a in args), analytic=analytic)

    def value(self, e: sp.Basic) -> acb:
        return self(e)(dict(self.fixed), False)


def _definition(e: sp.Basic) -> sp.Basic | None:
    """A definition by simpler functions for what the table lacks."""
    for target in (sp.gamma, sp.hyper, sp.Piecewise, sp.exp):
        try:
            r = e.rewrite(target)
        except (TypeError, ValueError, NotImplementedError, AttributeError):
            continue
        if r != e and not r.has(type(e)):
            return r
    expanded = e.doit() if isinstance(e, sp.Expr) else e
    return expanded if expanded != e and not expanded.has(type(e)) else None


def _number(c: Compiler, e: sp.Rational) -> Fn:
    value = acb(arb(fmpq(int(e.p), int(e.q))))
    return lambda env, analytic: value


def _float(c: Compiler, e: sp.Float) -> Fn:
    return _number(c, sp.Rational(e))


def _add(c: Compiler, e: sp.Add) -> Fn:
    args = [c(a) for a in e.args]
    if len(args) == 2:
        f, g = args
        return lambda env, analytic: f(env, analytic) + g(env, analytic)
    return lambda env, analytic: reduce(operator.add, (a(env, analytic) for a in args))


def _mul(c: Compiler, e: sp.Mul) -> Fn:
    args = [c(a) for a in e.args]
    if len(args) == 2:
        f, g = args
        return lambda env, analytic: f(env, analytic) * g(env, analytic)
    return lambda env, analytic: reduce(operator.mul, (a(env, analytic) for a in args))


def _pow(c: Compiler, e: sp.Pow) -> Fn:
    base, exponent = c(e.base), e.exp
    if exponent.is_Integer:
        n = int(exponent)
        if n < 0:
            return lambda env, analytic: (1 / base(env, analytic)) ** (-n)
        return lambda env, analytic: base(env, analytic) ** n
    if exponent.is_Rational:
        q = fmpq(int(exponent.p), int(exponent.q))
        return lambda env, analytic: root(base(env, analytic), q, analytic)
    expo = c(exponent)
    return lambda env, analytic: power(base(env, analytic), expo(env, analytic), analytic)


def _log(c: Compiler, e: sp.log) -> Fn:
    inner: sp.Expr = e.args[0]
    arg = c(inner)
    if isinstance(inner, sp.Add) and sp.S.One in inner.args:
        return _log_beside_one(arg, c(inner - 1))

    def evaluate(env: Env, analytic: bool) -> acb:
        z = arg(env, analytic)
        return NAN if z.contains(0) else z.log(analytic=analytic)

    return evaluate


def _log_beside_one(arg: Fn, rest: Fn) -> Fn:
    """log(1 + w), without loss where w is small: there is no cut for |w| < 1/2."""

    def evaluate(env: Env, analytic: bool) -> acb:
        w = rest(env, analytic)
        if abs(w) < 0.5:
            return w.log1p()
        z = arg(env, analytic)
        return NAN if z.contains(0) else z.log(analytic=analytic)

    return evaluate


def _real_only(name: str, exact: Callable[[acb], acb]) -> Callable[[Compiler, sp.Basic], Fn]:
    """A function of a real argument: on the way of an integral its piecewise analytic continuation, elsewhere
    itself."""

    def compile_node(c: Compiler, e: sp.Basic) -> Fn:
        (a,) = e.args[:1]
        arg = c(a)
        real, constant = bool(a.is_extended_real), not c.moves(a)

        def evaluate(env: Env, analytic: bool) -> acb:
            z = arg(env, analytic)
            if constant and not real:
                return exact(z)
            if analytic:
                return getattr(z, name)(analytic=True) if real else NAN
            return exact(z) if is_real(z) or not real else getattr(z, name)(analytic=False)

        return evaluate

    return compile_node


def _abs_ball(z: acb) -> acb:
    return acb(abs(z.real)) if is_real(z) else acb((z.real * z.real + z.imag * z.imag).nonnegative_part().sqrt())


def _sign_ball(z: acb) -> acb:
    if is_real(z):
        return z.real_sgn()
    return NAN if z.contains(0) else z / _abs_ball(z)


def _heaviside(c: Compiler, e: sp.Basic) -> Fn:
    arg = c(e.args[0])
    at_zero = c(e.args[1]) if len(e.args) > 1 else c(sp.Rational(1, 2))

    def evaluate(env: Env, analytic: bool) -> acb:
        z = arg(env, analytic)
        if z.real > 0:
            return acb(1)
        if z.real < 0:
            return acb(0)
        if analytic:
            return NAN
        return at_zero(env, False) if z.is_zero() else acb(0).union(acb(1)).union(at_zero(env, False))

    return evaluate


def _extreme(name: str) -> Callable[[Compiler, sp.Basic], Fn]:
    def compile_node(c: Compiler, e: sp.Basic) -> Fn:
        args = [c(a) for a in e.args]

        def evaluate(env: Env, analytic: bool) -> acb:
            values = [a(env, analytic) for a in args]
            return reduce(lambda x, y: getattr(x, name)(y, analytic=analytic), values)

        return evaluate

    return compile_node


def _part(take: Callable[[acb], acb], which: int) -> Callable[[Compiler, sp.Basic], Fn]:
    """re, im, conjugate: not analytic; on a real way they go through the symbolic real and imaginary parts."""

    def compile_node(c: Compiler, e: sp.Basic) -> Fn:
        a = e.args[0]
        if c.moves(a):
            re, im = a.as_real_imag()
            if not (re.has(sp.re, sp.im) or im.has(sp.re, sp.im)):
                return c((re, im, re - sp.I * im)[which])
        arg = c(a)
        return lambda env, analytic: NAN if analytic else take(arg(env, analytic))

    return compile_node


def _arg_ball(z: acb) -> acb:
    return NAN if z.contains(0) else acb(z.arg())


def _argument(c: Compiler, e: sp.Basic) -> Fn:
    arg = c(e.args[0])
    return lambda env, analytic: NAN if analytic else _arg_ball(arg(env, False))


def _hyper(c: Compiler, e: sp.hyper) -> Fn:
    ap, bq, z = [c(a) for a in e.ap], [c(b) for b in e.bq], c(e.argument)
    return lambda env, analytic: HYPER(
        [a(env, analytic) for a in ap], [b(env, analytic) for b in bq], z(env, analytic), analytic=analytic
    )


def _meijer(c: Compiler, e: sp.meijerg) -> Fn:
    by_functions = sp.hyperexpand(e)
    if by_functions.has(sp.meijerg):
        raise NotEnclosed(e, "this Meijer G has no expression by the functions of the table")
    return c(by_functions)


def _kronecker(c: Compiler, e: sp.KroneckerDelta) -> Fn:
    i, j = c(e.args[0]), c(e.args[1])

    def evaluate(env: Env, analytic: bool) -> acb:
        d = i(env, analytic) - j(env, analytic)
        if not d.contains(0):
            return acb(0)
        return acb(1) if d.is_zero() else acb(0).union(acb(1))

    return evaluate


def _piecewise(c: Compiler, e: sp.Piecewise) -> Fn:
    arms: list[tuple[Callable[[], Fn], Truth]] = []
    compiled: dict[int, Fn] = {}

    def arm(i: int, value: sp.Expr) -> Callable[[], Fn]:
        def get() -> Fn:
            if i not in compiled:
                compiled[i] = c(value)
            return compiled[i]

        return get

    for i, (value, condition) in enumerate(arm.args for arm in e.args):
        arms.append((arm(i, value), truth(c, condition)))

    def evaluate(env: Env, analytic: bool) -> acb:
        hull: acb | None = None
        for value, condition in arms:
            verdict = condition(env, analytic)
            if verdict is False:
                continue
            if verdict is None and analytic:
                return NAN
            z = value()(env, analytic)
            hull = z if hull is None else hull.union(z)
            if not hull.is_finite():
                return NAN
            if verdict:
                return hull
        return NAN

    return evaluate


def _refused(why: str, remedy: str = "") -> Callable[[Compiler, sp.Basic], Fn]:
    def compile_node(c: Compiler, e: sp.Basic) -> Fn:
        raise NotEnclosed(e, why, remedy=remedy)

    return compile_node


def _late(module: str, name: str) -> Callable[[Compiler, sp.Basic], Fn]:
    """A node whose method lives in a module that itself compiles expressions."""

    def compile_node(c: Compiler, e: sp.Basic) -> Fn:
        from importlib import import_module

        return getattr(import_module(module), name)(c, e)

    return compile_node


NODES: dict[type, Callable[[Compiler, Any], Fn]] = {
    sp.Rational: _number,
    sp.Float: _float,
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _pow,
    sp.log: _log,
    sp.Abs: _real_only("real_abs", _abs_ball),
    sp.sign: _real_only("real_sgn", _sign_ball),
    sp.Heaviside: _heaviside,
    sp.Max: _extreme("real_max"),
    sp.Min: _extreme("real_min"),
    sp.re: _part(lambda z: acb(z.real), 0),
    sp.im: _part(lambda z: acb(z.imag), 1),
    sp.conjugate: _part(lambda z: z.conjugate(), 2),
    sp.arg: _argument,
    sp.hyper: _hyper,
    sp.meijerg: _meijer,
    sp.KroneckerDelta: _kronecker,
    sp.Piecewise: _piecewise,
    sp.Order: _refused("an order term stands for no number", "remove it with removeO()"),
    sp.DiracDelta: _refused("a delta distribution has no value at a point", "integrate it against a test function"),
    Placed: placed_node,
    sp.Integral: _late("numerics.oracle.integrals", "integral_node"),
    sp.Sum: _late("numerics.oracle.sums", "sum_node"),
    sp.Product: _late("numerics.oracle.sums", "product_node"),
    sp.Limit: _late("numerics.oracle.limits", "limit_node"),
    sp.Derivative: _late("numerics.oracle.derivatives", "derivative_node"),
    sp.Subs: _late("numerics.oracle.derivatives", "subs_node"),
}
for _undefined in (sp.S.ComplexInfinity, sp.S.Infinity, sp.S.NegativeInfinity, sp.S.NaN):
    NODES[type(_undefined)] = _refused("infinite or undefined at this point")
