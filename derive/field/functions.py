"""Functions in terms of generators: a table of identities that hold wherever both sides are defined.

Inverse hyperbolic functions become logarithms, by the principal definitions (DLMF 4.37); Γ, ψ and Bessel functions
are shifted to one representative (DLMF 5.5, 5.15, 10.6, 10.29); what is left is opaque: one generator per function and
argument, arguments compared by the same tower.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy import Add, Expr, I, Mul, Rational

from derive.exact.budget import OutOfReach
from derive.exact.signs import NONNEGATIVE, POSITIVE, signs

from .fraction import Fraction
from .special import (
    bessel,
    beta_by_gamma,
    binomial_at,
    gamma_at,
    harmonic_at,
    loggamma_at,
    modified_i,
    modified_k,
    polygamma_at,
    standard,
)  # fmt: skip

if TYPE_CHECKING:
    from .tower import Tower

Rule = Callable[["Tower", Any], Fraction]


def open_sum(argument: Expr) -> Expr:
    """A small product of sums multiplied out, so that its terms can be read one by one."""
    small = argument.count_ops() < 60 and all(int(p.exp) < 6 for p in argument.atoms(sp.Pow) if p.exp.is_Integer)
    return sp.expand_mul(sp.expand_multinomial(argument)) if small and isinstance(argument, Mul | sp.Pow) else argument


def signless(t: Tower, z: Any) -> Any:
    """|u| w ↦ u w for real u: what an even function may do to its argument."""
    return Mul(*[
        factor.args[0] if isinstance(factor, sp.Abs) and signs(factor.args[0], t.domain) is not None else factor
        for factor in Mul.make_args(z)
    ])  # fmt: skip


def _by(formula: Callable[..., Any]) -> Rule:
    """A rule stated as a SymPy expression of the arguments."""
    return lambda t, e: t.of(formula(*e.args))


def opaque(t: Tower, e: Any) -> Fraction:
    """One generator per function and argument values."""
    args = [t.of(arg) for arg in e.args]
    meaning = e.func(*[t.expression(arg) for arg in args])
    return opaque_of(t, e.func, args, meaning) if meaning.func == e.func else t.of(meaning)


def opaque_of(t: Tower, func: Any, args: list[Fraction], meaning: Expr) -> Fraction:
    known = t.registry.setdefault(("opaque", func, len(args)), [])
    for others, generator in known:
        if all(a.same(b) for a, b in zip(args, others, strict=True)):
            return generator
    generator = t.ring.variable(t.new("opaque", meaning))
    known.append((args, generator))
    return generator


def _parity(sign: int) -> Rule:
    """Odd (−1) or even (+1) entire functions of one argument."""

    def rule(t: Tower, e: Any) -> Fraction:
        value = t.of(e.args[0])
        if value.is_zero() and sign == -1:
            return t.rational(0)
        lead = value.num.leading_coefficient() if not value.num.is_zero() else 1
        flip = lead < 0
        value = -value if flip else value
        found = opaque_of(t, e.func, [value], e.func(t.expression(value)))
        return -found if flip and sign == -1 else found

    return rule


def _atan(t: Tower, e: Any) -> Fraction:
    """Odd; atan w = π/2 − atan 1/w for w > 0, used where w's numerator is the shorter or smaller one."""
    value = t.of(e.args[0])
    if value.is_zero():
        return value
    found = signs(t.expression(value), t.domain)
    if found == frozenset({-1}) or (found != POSITIVE and value.num.leading_coefficient() < 0):
        return -_positive_atan(t, -value, found is not None and 0 not in found and len(found) == 1)
    return _positive_atan(t, value, found == POSITIVE)


def _atanh(t: Tower, e: Any) -> Fraction:
    """(log(1 + x) − log(1 − x))/2 off the cuts: |x| < 1, or x complex; on the cuts conventions differ."""
    (x,) = e.args
    if signs(x, t.domain) is not None and not (
        signs(1 - x, t.domain) == POSITIVE and signs(1 + x, t.domain) == POSITIVE
    ):
        return _parity(-1)(t, e)
    return t.of((sp.log(1 + x) - sp.log(1 - x)) / 2)


def _positive_atan(t: Tower, value: Fraction, positive: bool) -> Fraction:
    def size(p: Any) -> tuple[int, int, str]:
        return (p.total_degree(), len(p), str(p))

    if positive and size(value.num) < size(value.den):
        return t.of(sp.pi) * t.rational(Rational(1, 2)) - opaque_of(
            t, sp.atan, [value.inverse()], sp.atan(t.expression(value.inverse()))
        )
    return opaque_of(t, sp.atan, [value], sp.atan(t.expression(value)))


def _conjugate(t: Tower, e: Any) -> Fraction:
    (z,) = e.args
    if signs(z, t.domain) is not None:
        return t.of(z)
    if z.is_Symbol:
        return t.atom("symbol", e)
    if isinstance(z, Add | Mul):
        return t.of(z.func(*[sp.conjugate(arg) for arg in z.args]))
    if isinstance(z, sp.Pow) and z.exp.is_Integer:
        return t.of(sp.conjugate(z.base) ** z.exp)
    if isinstance(z, sp.exp | sp.sin | sp.cos | sp.sinh | sp.cosh):
        return t.of(z.func(sp.conjugate(z.args[0])))
    return opaque(t, e)


def _abs(t: Tower, e: Any) -> Fraction:
    """|z| = √(z z̄)."""
    (z,) = e.args
    if signs(z, t.domain) is not None:
        return t.absolute(t.of(z))
    product = t.of(z) * t.of(sp.conjugate(z))
    return t.root_of(product, Rational(1, 2))


def _sign(t: Tower, e: Any) -> Fraction:
    (z,) = e.args
    found = signs(z, t.domain)
    if found is not None and len(found) == 1:
        return t.rational(next(iter(found)))
    if found is not None and 0 not in found:
        return t.of(z) / t.absolute(t.of(z))
    return opaque(t, e)


def _min_max(sense: int) -> Rule:
    def rule(t: Tower, e: Any) -> Fraction:
        args = list(e.args)
        for candidate in args:
            gaps = [signs(sense * (candidate - other), t.domain) for other in args if other is not candidate]
            if all(g is not None and g <= NONNEGATIVE for g in gaps):
                return t.of(candidate)
        return opaque(t, e)

    return rule


def _heaviside(t: Tower, e: Any) -> Fraction:
    found = signs(e.args[0], t.domain)
    if found is not None and len(found) == 1:
        value = next(iter(found))
        return t.rational({1: 1, -1: 0}[value]) if value else t.of(e.args[1] if len(e.args) > 1 else Rational(1, 2))
    return opaque(t, e)


def _undefined(t: Tower, e: Any) -> Fraction:
    from .jets import jet

    return jet(t, e)


def _bound(t: Tower, e: Any) -> Fraction:
    from .bound import bound_generator

    return bound_generator(t, e)


def exponential_of_inverse(t: Tower, term: Expr) -> Fraction | None:
    """exp(k·i·atan w), exp(k·i·asin w), exp(k·i·acos w), exp(k·log w), exp(k·W(w)) for integer k; else None."""
    if isinstance(term, sp.log):
        return t.of(term.args[0])
    if not isinstance(term, Mul):
        return t.of(term.args[0]) / t.of(term) if isinstance(term, sp.LambertW) and len(term.args) == 1 else None
    k, rest = term.as_coeff_Mul()
    if isinstance(rest, sp.log) and len(rest.args) == 1:
        return t.power(rest.args[0], k)
    if not k.is_Integer:
        return None
    if isinstance(rest, sp.LambertW) and len(rest.args) == 1:
        return (t.of(rest.args[0]) / t.of(rest)) ** int(k)
    if isinstance(rest, Mul) and len(rest.args) == 2 and rest.args[0] is I:
        inverse = rest.args[1]
        w = inverse.args[0] if inverse.args else None
        if isinstance(inverse, sp.atan):
            return t.of((1 + I * w) / sp.sqrt(1 + w**2)) ** int(k)
        if isinstance(inverse, sp.asin):
            return t.of(sp.sqrt(1 - w**2) + I * w) ** int(k)
        if isinstance(inverse, sp.acos):
            return t.of(w + I * sp.sqrt(1 - w**2)) ** int(k)
    return None


_TABLE: dict[Any, Rule] = {
    sp.sinc: _by(lambda x: sp.sin(x) / x),
    sp.asinh: _by(lambda x: sp.log(x + sp.sqrt(x**2 + 1))),
    sp.acosh: _by(lambda x: sp.log(x + sp.sqrt(x - 1) * sp.sqrt(x + 1))),
    sp.atanh: _atanh, sp.acoth: _by(lambda x: sp.atanh(1 / x)),
    sp.asech: _by(lambda x: sp.log(1 / x + sp.sqrt(1 / x - 1) * sp.sqrt(1 / x + 1))),
    sp.acsch: _by(lambda x: sp.log(1 / x + sp.sqrt(1 + 1 / x**2))),
    sp.atan: _atan, sp.acot: _by(lambda x: sp.atan(1 / x)),
    sp.asin: _parity(-1), sp.acos: _by(lambda x: sp.pi / 2 - sp.asin(x)),
    sp.asec: _by(lambda x: sp.pi / 2 - sp.asin(1 / x)), sp.acsc: _by(lambda x: sp.asin(1 / x)),
    sp.gamma: gamma_at, sp.loggamma: loggamma_at, sp.polygamma: polygamma_at,
    sp.digamma: _by(lambda x: sp.polygamma(0, x)), sp.trigamma: _by(lambda x: sp.polygamma(1, x)),
    sp.harmonic: harmonic_at,
    sp.factorial: _by(lambda n: sp.gamma(n + 1)), sp.binomial: binomial_at, sp.beta: _by(beta_by_gamma),
    sp.RisingFactorial: _by(lambda x, n: sp.gamma(x + n) / sp.gamma(x)),
    sp.erf: _parity(-1), sp.erfc: _by(lambda x: 1 - sp.erf(x)), sp.erfi: _parity(-1),
    sp.Si: _parity(-1), sp.Shi: _parity(-1), sp.fresnels: _parity(-1), sp.fresnelc: _parity(-1),
    sp.besselj: bessel(standard), sp.bessely: bessel(standard),
    sp.besseli: bessel(modified_i), sp.besselk: bessel(modified_k),
    sp.conjugate: _conjugate, sp.Abs: _abs, sp.sign: _sign,
    sp.re: _by(lambda z: (z + sp.conjugate(z)) / 2), sp.im: _by(lambda z: (z - sp.conjugate(z)) / (2 * I)),
    sp.Max: _min_max(1), sp.Min: _min_max(-1), sp.Heaviside: _heaviside,
    sp.Derivative: _undefined, sp.Subs: _undefined,
    sp.Integral: _bound, sp.Sum: _bound, sp.Product: _bound, sp.Limit: _bound,
}  # fmt: skip

_REFUSED = (sp.Piecewise, sp.Order, sp.RootSum, sp.CRootOf, sp.DiracDelta, sp.exp_polar, sp.polar_lift)


def rewrite(t: Tower, e: Any) -> Fraction:
    """The node `e` in terms of generators."""
    rule = _TABLE.get(e.func)
    if rule is not None:
        return rule(t, e)
    if isinstance(e, sp.core.function.AppliedUndef):
        return _undefined(t, e)
    if isinstance(e, sp.UnevaluatedExpr):
        return t.of(e.args[0])
    if isinstance(e, sp.Indexed):
        return opaque_of(t, ("indexed", e.base), [t.of(i) for i in e.indices], e)
    if isinstance(e, _REFUSED) or not isinstance(e, sp.Function):
        raise OutOfReach(f"no normal form for {type(e).__name__}")
    return opaque(t, e)
