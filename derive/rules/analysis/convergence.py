"""Convergence of integrals by exact sufficient tests: continuity inside, orders of growth at the ends, Dirichlet's
test, Tonelli."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.simplify.fu import TR8

from derive.rules.analysis.continuity import continuity_proof
from derive.rules.analysis.growth import germ_at, integrable_at
from derive.rules.places import between, not_above

MOST_WAVES = 8

__all__ = ["continuity_proof", "convergence_proof", "one_that_converges"]


def convergence_proof(integral: Any, given: tuple[Any, ...] = ()) -> str | None:
    """Why the integral converges for all admissible parameters, or None where no test shows it.

    One integration: absolutely, if the integrand is continuous inside and its order of growth at each end is
    integrable; else in the improper sense by Dirichlet's test, where the oscillating factor is e^{iq}, sin q or cos q.
    Several: by Tonelli, as a product of single ones or with the inner integral from a table.
    """
    if not isinstance(integral, sp.Integral) or any(len(limit) != 3 for limit in integral.limits):
        return None
    given = tuple(given)
    if len(integral.limits) > 1:
        return _iterated(integral, given)
    limit: Any = next(iter(integral.limits))
    x, lower, upper = limit
    f: Any = integral.function
    if f.has(sp.Integral, sp.Sum, sp.Limit, sp.Derivative):
        return None
    if lower == upper or f == 0:
        return "it is zero"
    if not_above(lower, upper, given):
        return _single(f, x, lower, upper, given)
    if not_above(upper, lower, given):
        return _single(f, x, upper, lower, given)
    up, down = _single(f, x, lower, upper, given), _single(f, x, upper, lower, given)
    return up if up and down else None


def one_that_converges(candidates: tuple[Any, ...], given: tuple[Any, ...]) -> Any:
    """The first of the integrals whose convergence is shown, or else the last."""
    return next((integral for integral in candidates if convergence_proof(integral, given)), candidates[-1])


def _single(f: Any, x: Any, low: Any, high: Any, given: tuple[Any, ...]) -> str | None:
    whole = _piece(f, x, low, high, given)
    if whole:
        return whole
    if isinstance(f, sp.Abs) and isinstance(f.args[0], sp.Expr) and not f.args[0].has(sp.Abs):
        majorant = _majorant(f.args[0], x, low, high, given)
        if majorant is not None and majorant != f and _piece(majorant, x, low, high, given):
            return f"comparison with {majorant}"
    terms = sp.Add.make_args(sp.expand_mul(f))
    if len(terms) > 1:
        parts = [_single(term, x, low, high, given) for term in terms]
        if all(parts):
            return "term by term: " + "; ".join(dict.fromkeys(parts))  # pyright: ignore - no part is None here
    opened = _single_waves(f)
    if opened is not None:
        return _single(opened, x, low, high, given)
    zero = sp.S.Zero
    if not_above(low, zero, given) and not_above(zero, high, given) and zero not in (low, high):
        halves = _piece(f, x, low, zero, given), _piece(f, x, zero, high, given)
        if all(halves):
            return f"cut at 0: {halves[0]} | {halves[1]}"
    return None


def _single_waves(f: Any) -> Any | None:
    """A product of sines and cosines as a sum of single ones; None where there is none."""
    waves = [g for g in sp.Mul.make_args(f) if isinstance(g.as_base_exp()[0], (sp.sin, sp.cos))]
    powers = [g.as_base_exp()[1] for g in waves]
    if not all(n.is_Integer and n > 0 for n in powers) or not 2 <= sum(powers) <= MOST_WAVES:
        return None
    opened = sp.expand_mul(f / sp.Mul(*waves) * TR8(sp.Mul(*waves)))
    return opened if opened != f else None


def _majorant(f: Any, x: Any, low: Any, high: Any, given: tuple[Any, ...]) -> Any | None:
    from derive.bounds import absolute_bound

    bound = absolute_bound(f, (*given, *between(x, low, high)))
    return None if bound.has(sp.Dummy) and not f.has(sp.Dummy) else bound


def _piece(f: Any, x: Any, low: Any, high: Any, given: tuple[Any, ...]) -> str | None:
    """Convergence where f is continuous between the ends."""
    if continuity_proof(f, x, sp.Interval.open(low, high), given) is None:
        return None
    notes = []
    for end, side in ((low, "+"), (high, "-")):
        if end.is_infinite is not True and continuity_proof(f, x, _closed_at(low, high, end), given):
            notes.append(f"continuous at {end}")
        elif integrable_at(f, x, end, side, given):
            notes.append(f"absolutely integrable at {end}")
        elif _oscillates(f, x, end, given):
            notes.append(f"Dirichlet's test at {end}")
        else:
            return None
    return ", ".join(notes)


def _closed_at(low: Any, high: Any, end: Any) -> Any:
    return sp.Interval(low, high, end != low, end != high)


def _oscillates(f: Any, x: Any, end: Any, given: tuple[Any, ...]) -> bool:
    """Dirichlet's test: f = g · wave(q) with q → ±oo and g/q′ → 0 monotone; t^p h(t) with h analytic is monotone near
    t = 0."""
    if not end.is_infinite:
        return False
    for wave in sp.Mul.make_args(f):
        if isinstance(wave, (sp.sin, sp.cos)):
            q = wave.args[0]
        elif isinstance(wave, sp.exp):
            q = sp.expand(wave.args[0] / sp.I)
        else:
            continue
        q, germ = germ_at(q, x, end, "-", given)
        phase = germ.leading(q)
        if phase is None or not germ.real(q) or not germ.positive(-phase[0]):
            continue
        amplitude = put_local(f / wave, x, end, germ.t) / (sp.diff(q, germ.t) * germ.t**2)
        for part in _real_parts(amplitude, germ):
            lead = germ.leading(part)
            if lead is None or not germ.positive(lead[0]) or not germ.real(lead[2]):
                return False
        return True
    return False


def put_local(e: Any, x: Any, end: Any, t: Any) -> Any:
    return e.xreplace({x: 1 / t if end is sp.oo else -1 / t})


def _real_parts(e: Any, germ: Any) -> list[Any]:
    if not e.has(sp.I):
        return [e]
    parts = germ.parts(e)
    return [e] if parts is None else [part for part in parts if part != 0]


def _iterated(integral: Any, given: tuple[Any, ...]) -> str | None:
    from derive.bounds import absolute_bound

    limits = integral.limits
    known = given
    for x, a, b in reversed(limits):
        known = (*known, *between(x, a, b))
    f = integral.function.args[0] if isinstance(integral.function, sp.Abs) else integral.function
    bound = absolute_bound(f, known)
    if f.free_symbols and bound.has(sp.Abs):
        bound = sp.powsimp(bound)
    variables = {x for x, _, _ in limits}
    if not any(end.free_symbols & variables for _, a, b in limits for end in (a, b)):
        parts = _separated(bound, [x for x, _, _ in limits])
        if parts is not None:
            proofs = [
                convergence_proof(sp.Integral(part, limit), given) for part, limit in zip(parts, limits, strict=True)
            ]
            if all(proofs):
                return f"|f| ≤ {bound}, a product: " + "; ".join(proofs)  # pyright: ignore - no part is None here
        orders = [limits, tuple(reversed(limits))] if len(limits) == 2 else [limits]
    else:
        orders = [limits]
    for first, *rest in orders:
        value = inner_value(bound, first, known)
        if value is not None:
            proof = convergence_proof(sp.Integral(value, *rest), given)
            if proof:
                return f"Tonelli: the integral over {first[0]} of {bound} is {value}; {proof}"
    return None


def _separated(f: Any, variables: list[Any]) -> list[Any] | None:
    """Factors in one variable each whose product is f; constants go with the first."""
    parts = dict.fromkeys(variables, sp.S.One)
    split = sp.expand_power_exp(sp.powsimp(f)) if f.has(sp.exp) else f
    for factor in sp.Mul.make_args(sp.expand_mul(split, deep=True) if not isinstance(split, sp.Mul) else split):
        pieces = (
            [sp.exp(term) for term in sp.Add.make_args(sp.expand(factor.args[0]))]
            if isinstance(factor, sp.exp)
            else [factor]
        )
        for piece in pieces:
            own = [x for x in variables if x in piece.free_symbols]
            if len(own) > 1:
                return None
            parts[own[0] if own else variables[0]] *= piece
    return list(parts.values())


def inner_value(f: Any, limit: Any, given: tuple[Any, ...]) -> Any | None:
    """∫_0^oo yⁿ e^{−cy} dy = Γ(n+1)/c^{n+1} and the Gaussian integrals, for c > 0 and n > −1 shown; None otherwise."""
    from derive.exact import is_positive

    y, low, high = limit
    constant: Any = sp.S.One
    power: Any = sp.S.Zero
    exponent: Any = sp.S.Zero
    for factor in sp.Mul.make_args(f):
        if isinstance(factor, sp.exp):
            exponent += factor.args[0]
        elif factor.as_base_exp()[0] in (y, sp.Abs(y)):
            power += factor.as_base_exp()[1]
        elif y in factor.free_symbols:
            return None
        else:
            constant *= factor
    exponent = sp.expand(exponent)
    if y in power.free_symbols or not exponent.is_polynomial(y) or high is not sp.oo or low not in (0, -sp.oo):
        return None
    c, linear, free = -exponent.coeff(y, 2), -exponent.coeff(y, 1), exponent.coeff(y, 0)
    outer = tuple(relation for relation in given if y not in relation.free_symbols)
    if (
        sp.degree(exponent, y) == 1
        and low == 0
        and is_positive(linear, outer) is True
        and is_positive(power + 1, outer) is True
    ):
        return constant * sp.exp(free) * sp.gamma(power + 1) / linear ** (power + 1)
    if sp.degree(exponent, y) == 2 and power == 0 and linear == 0 and is_positive(c, outer) is True:
        return constant * sp.exp(free) * sp.sqrt(sp.pi / c) / (2 if low == 0 else 1)
    return None
