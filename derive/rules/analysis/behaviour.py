"""How a function behaves in its parameter: continuity of an integral, limits at infinity, relative growth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.integrals.manualintegrate import manualintegrate

from derive.claim import AT_MOST, UNEQUAL
from derive.rule import Context, Obligation, RuleError, plain
from derive.rules.analysis.analytic import regular
from derive.rules.places import under
from derive.rules.sites import approach, equations, integrable, oriented, premises, ranging, single, unclaimed

SHORT = 30  # operations in a majorant for which an antiderivative is looked for


def dominance(
    excluded: tuple[Any, ...],
    rest: tuple[Any, ...],
    k: sp.Symbol,
    at: Any,
    context: Context,
    unbounded: bool = True,
    side: str = "+",
) -> Iterator[Obligation]:
    """A combination with a bounded (vanishing) sum contains none of `excluded`: each outgrows its successor, the last
    all the rest.

    Proof: divide by the fastest; all else tends to 0, so its coefficient is 0; and so on.
    """
    for fast, slow in pairwise(excluded):
        yield context.obligation(sp.Limit(slow / fast, k, at, side), 0, f"{plain(fast)} outgrows {plain(slow)}")
    last = excluded[-1]
    for y in rest:
        yield context.obligation(sp.Limit(y / last, k, at, side), 0, f"{plain(last)} outgrows {plain(y)}")
    if unbounded or not last.is_number:
        yield context.obligation(sp.Limit(1 / last, k, at, side), 0, f"{plain(last)} is unbounded as {k} → {plain(at)}")
    else:
        yield context.obligation(last, 0, f"{plain(last)} does not tend to 0", relation=UNEQUAL)


def tends_to(
    unknown: Any,
    k: sp.Symbol,
    at: Any,
    value: Any,
    bound: Any,
    majorant: Any,
    context: Context,
    integrand: Any = None,
    inside: tuple[Any, ...] = (),
) -> tuple[Obligation, ...]:
    """u(k) − value → 0 towards ±∞: as it stands; or |u − value| ≤ bound(k) → 0; or by a majorant of the integrand.

    The last form is for u = ∫ f(x, k) dx and value = ∫ `integrand` dx (0 for the value 0): |f − integrand| ≤
    majorant(x, k) and ∫ majorant dx = bound(k) → 0. The value may depend on k; `inside`: where k runs on its way.
    """
    if bound is None:
        words = f"the function tends to {plain(value)} as {k} → {plain(at)}"
        if k in value.free_symbols:
            words = f"the function less {plain(value)} tends to 0 as {k} → {plain(at)}"
            return (context.obligation(sp.Limit(unknown - value, k, at), 0, words),)
        return (context.obligation(sp.Limit(unknown, k, at), value, words),)
    near = (*approach(k, at), *inside)
    limit = context.obligation(sp.Limit(bound, k, at), 0, "the bound tends to 0")
    if majorant is None:
        size = sp.Abs(unknown - value)
        return (
            context.obligation(size, bound, f"a bound on the distance from {value}", *near, relation=AT_MOST),
            limit,
        )
    if not isinstance(unknown, sp.Integral) or (value != 0 and integrand is None):
        raise RuleError(
            f"a majorant with a bound is for an integral that tends to 0, or to the integral of an `integrand` that "
            f"is given; {unknown} tends to {value}"
        )
    f, x, low, high = single(unknown)
    unclaimed(x, context)
    within = ranging((x, low, high))
    whole = sp.Integral(majorant, (x, low, high))
    rest, why, leading = f, "the integrand has a majorant", ()
    if integrand is not None:
        rest, why = f - integrand, "what is left of the integrand has a majorant"
        total = sp.Integral(integrand, (x, low, high))
        lemma = next((one for one in equations(context) if one.lhs == total and one.rhs == value), None)
        if lemma is None:
            leading = (context.obligation(total, value, "the integral of the leading part", *near),)
        else:
            leading = premises(lemma, context, *near)
    return (
        *oriented(unknown, context),
        *leading,
        context.obligation(sp.Abs(rest), majorant, why, *near, *within, relation=AT_MOST),
        *_mass(whole, bound, under(context, near)),
        limit,
    )


def _mass(whole: sp.Integral, bound: Any, context: Context) -> tuple[Obligation, ...]:
    """That the integral of the majorant is the bound: by an elementary antiderivative where there is one."""
    from derive.field import equal
    from derive.rules.antiderivative import FundamentalTheorem

    x, m = whole.variables[0], whole.function
    if m.count_ops() <= SHORT:
        try:
            F = manualintegrate(m, x)
            for step in () if F.has(sp.Integral) else FundamentalTheorem(F, variable=x).consequences(whole, context):
                if step.after == bound or equal(step.after, bound, context.given, timeout=1.0) is True:
                    why = "the integral of the majorant: "
                    return tuple(Obligation(one.claim, why + one.why) for one in step.obligations)
        except (RuleError, ValueError, TypeError, NotImplementedError):
            pass  # no antiderivative: the oracle is asked
    return (context.obligation(whole, bound, "the integral of the majorant"),)


def continuous_integral(
    unknown: Any, k: sp.Symbol, closure: tuple[Any, ...], ends: list[Any], majorant: Any, context: Context
) -> tuple[Obligation, ...]:
    """That ∫ f(x, k) dx is continuous in k where `closure` holds, and bounded by ∫ majorant: f is continuous in k, |f|
    ≤ majorant.

    Dominated convergence. At the `ends` continuity of f is asked for separately, as k may be declared positive.
    """
    if not isinstance(unknown, sp.Integral):
        raise RuleError(f"a majorant is for an integral; {unknown} is none")
    f, x, low, high = single(unknown)
    unclaimed(x, context)
    if k in majorant.free_symbols:
        raise RuleError(f"the majorant {majorant} must be free of {k}")
    if k in (low + high).free_symbols:
        raise RuleError(f"the bounds of {unknown} move with {k}; the majorant argument needs fixed bounds")
    within = ranging((x, low, high))
    return (
        *oriented(unknown, context),
        context.obligation(sp.Abs(f), majorant, "the integrand has a majorant", *closure, *within, relation=AT_MOST),
        *integrable(majorant, (x, low, high), context),
        *regular(f, k, k, context, *closure, *within),
        *(o for end in ends for o in regular(f, k, end, context, *within)),
    )


def closed_range(k: sp.Symbol, domain: tuple[Any, Any]) -> tuple[Any, ...]:
    """The closed domain as relations."""
    relations = [sp.Le(domain[0], k)] if domain[0] is not -sp.oo else []
    relations += [sp.Le(k, domain[1])] if domain[1] is not sp.oo else []
    relations = relations or [sp.Lt(k, sp.oo)]
    return tuple(r for r in relations if r != sp.true)
