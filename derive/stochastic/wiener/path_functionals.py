"""Expectations of time integrals of Brownian paths, ∫_a^b g(W_s, s) ds: Wiener integrals, Fubini, Feynman-Kac.

Linear: ∫_a^b c(s) W_s ds = (C(b) − C(a)) W_a + ∫_a^b (C(b) − C(u)) dW_u with C′ = c, by parts. Polynomials in other
integrals: E and ∫ change places, and the square domain is cut where the times change their order. An exponential of
∫_0^T V(W_s) ds: Feynman-Kac. References: I. Karatzas, S. Shreve, Brownian Motion and Stochastic Calculus, sec. 4.4;
A. Borodin, P. Salminen, Handbook of Brownian Motion, ch. IV.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, permutations
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import by_values, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.wiener.brownian import Brownian, Expectation, WienerIntegral, expectation

MOST = 3


def over_time(f: Any, on: Mapping[Any, Any], given: tuple[Any, ...]) -> Expectation:
    """E[f | on] for f with integrals ∫ g(W_s, s) ds over the time; Unsolvable if f is of none of the three kinds."""
    opened = f.replace(lambda node: isinstance(node, sp.Integral) and is_random(node), linear_parts)
    nodes = sorted((node for node in opened.atoms(sp.Integral) if is_random(node)), key=str)
    if not nodes:
        return expectation(opened, on, given)
    slots = {node: sp.Dummy(f"I_{k}") for k, node in enumerate(nodes)}
    flat = opened.xreplace(slots)
    if any(value.has(*nodes) for value in nodes if value not in slots):
        raise Unsolvable("an integral over the time stands inside another: write it as one iterated integral")
    poly = sp.expand(flat).as_poly(*slots.values())
    if poly is not None and not any(c.has(*slots.values()) for c in poly.coeffs()):
        return _by_fubini(poly, nodes, on, given)
    return _by_feynman_kac(flat, nodes, slots, on, given)


def is_random(node: Any) -> bool:
    """Whether an integral has a path or a Wiener integral in it."""
    return bool(node.atoms(AppliedUndef, WienerIntegral))


def linear_parts(node: Any) -> Any:
    """∫ g ds with the terms c(s) W(s) of g as Wiener integrals and its terms without a path apart."""
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        raise StochasticError(
            f"the time of {plain(node)} runs over one interval (s, a, b): nothing else is an integral of W"
        )
    s, a, b = node.limits[0]
    _need_times(a, b)
    total, rest = sp.S.Zero, sp.S.Zero
    for term in sp.Add.make_args(sp.expand(node.function)):
        paths = term.atoms(AppliedUndef)
        if not paths and not term.atoms(WienerIntegral):
            total += sp.integrate(term, (s, a, b))
            continue
        path: Any = next(iter(paths or term.atoms(WienerIntegral)))
        c = sp.cancel(term / path)
        if len(paths) != 1 or path.args != (s,) or c.atoms(AppliedUndef, WienerIntegral):
            rest += term
            continue
        big = sp.integrate(c, s)
        if big.has(sp.Integral):
            raise Unsolvable(
                f"∫ {plain(c)} d{plain(s)} has no closed form that SymPy finds: {plain(node)} is no closed Wiener "
                "integral"
            )
        w, top = Brownian(path.func.__name__), big.subs(s, b)
        total += (top - big.subs(s, a)) * w(a) + w.integral(top - big, (s, a, b))
    return total if rest == 0 else total + sp.Integral(rest, (s, a, b))


def _need_times(a: Any, b: Any) -> None:
    if a.is_negative or (b - a).is_negative:
        raise StochasticError(f"the times {plain(a)} to {plain(b)} do not follow one another from 0 on")


def _by_fubini(poly: Any, nodes: list[Any], on: Mapping[Any, Any], given: tuple[Any, ...]) -> Expectation:
    """E[Y Π ∫ g_i ds] = ∫…∫ E[Y Π g_i(s_i)] ds, summed over the orders of the times s_1 < s_2 < … of one interval."""
    total, checks, conditions = sp.S.Zero, [], tuple(given)
    for powers, coefficient in poly.terms():
        factors = [node for node, k in zip(nodes, powers, strict=True) for _ in range(k)]
        if len(factors) > MOST:
            raise Unsolvable(f"products of at most {MOST} time integrals are opened; this one has {len(factors)}")
        if not factors:
            found = expectation(coefficient, on, given)
            total, conditions = total + found.value, (*conditions, *found.given)
            checks.append(found.evidence)
            continue
        ends = {node.limits[0][1:] for node in factors}
        if len(ends) != 1:
            raise Unsolvable(
                f"the integrals of {plain(poly.as_expr())} run over different intervals {plain(ends)}: cut them first"
            )
        a, b = ends.pop()
        times = [sp.Symbol(f"s_{k}", positive=True) for k in range(1, len(factors) + 1)]
        for order in permutations(factors):
            integrand = coefficient * sp.Mul(
                *(node.function.xreplace({node.limits[0][0]: s}) for node, s in zip(order, times, strict=True))
            )
            facts = [times[0] > a, b > times[-1], *(p < q for p, q in pairwise(times))]
            facts = [r for r in facts if r not in (sp.true, sp.false)]
            inner = expectation(integrand, on, (*given, *facts))
            checks.append(inner.evidence)
            conditions = (*conditions, *(c for c in inner.given if c not in facts and not c.has(*times)))
            part = inner.value
            uppers = [*times[1:], b]
            for s, upper in zip(times, uppers, strict=True):
                part = _integrated(part, (s, a, upper), given, checks)
            total += part
    value = sp.expand(total) if total.count_ops() < 200 else total
    return Expectation(value, tuple(dict.fromkeys(conditions)), together(checks))


def _integrated(f: Any, limits: tuple[Any, Any, Any], given: tuple[Any, ...], checks: list[Evidence]) -> Any:
    """∫ f ds by SymPy, held against its values."""
    s, a, b = limits
    if f == 0:
        return sp.S.Zero
    value = sp.integrate(sp.expand(f), limits)
    if value.has(sp.Integral, sp.Piecewise, sp.nan):
        raise Unsolvable(
            f"∫ {plain(f)} d{plain(s)} from {plain(a)} to {plain(b)} has no closed form that SymPy finds", found=value
        )
    order = [r for r in (b > a, a >= 0) if r not in (sp.true, sp.false)]
    checks.append(by_values(sp.Integral(f, limits), value, (*given, *order), f"the integral over {plain(s)}"))
    return value


def _by_feynman_kac(
    flat: Any, nodes: list[Any], slots: dict[Any, Any], on: Mapping[Any, Any], given: tuple[Any, ...]
) -> Expectation:
    """E[φ(W_T) exp(c ∫₀ᵀ V(W_s) ds)] = u(0, T), u_t = u″/2 + c V u, u(x, 0) = φ(x)."""
    from derive.stochastic.sde import SDE

    (node, *more), paths = nodes, flat.atoms(AppliedUndef)
    s, a, b = node.limits[0]
    slot, (path, *others) = slots[node], sorted(node.function.atoms(AppliedUndef), key=str)
    end = path.func(b)
    if more or set(on) - {end} or flat.atoms(WienerIntegral):
        raise Unsolvable("beside an exponential of one time integral only W at its end may stand, or be given")
    if others or path.args != (s,) or a != 0 or paths - {end} or node.function.xreplace({path: sp.S.One}).has(s):
        raise Unsolvable(
            f"Feynman-Kac takes ∫₀ᵀ V(W_s) ds and W_T; {plain(node)} beside {plain(paths or 'nothing')} is not of it"
        )
    from derive.stochastic.shown.readable import exact

    x, t = sp.Symbol("x", real=True), sp.Symbol("t", positive=True)
    log: Any = sp.expand(sp.log(sp.powsimp(flat)), force=True)
    rate = log.coeff(slot, 1)
    data: Any = sp.powsimp(sp.expand(flat / sp.exp(rate * slot)))
    if rate.atoms(AppliedUndef) or data.has(slot):
        raise Unsolvable(
            f"{plain(flat)} is no function of W at the end times an exponential of a multiple of {plain(node)}"
        )
    potential = -rate * node.function.xreplace({path: x})
    facts = tuple(g for g in given if not g.has(b)) if b.free_symbols else tuple(given)
    if on:
        return _pinned(SDE(x, 0, 1, t, given=facts), data, exact(potential), end, on[end], given)
    found = SDE(x, 0, 1, t, given=facts).feynman_kac(data.xreplace({end: x}), exact(potential))
    value = sp.simplify(found.value.xreplace({x: sp.S.Zero})).subs(t, b)
    return Expectation(value, (*given, *(g for g in found.given if g not in given)), found.evidence)


def _pinned(process: Any, data: Any, potential: Any, end: Any, y: Any, given: tuple[Any, ...]) -> Expectation:
    """E[φ(W_T) e^{−∫V} | W_T = y] = φ(y) e^A N(y; B, C)/N(y; 0, T) where E[e^{κW_T − ∫V}] = e^{A + Bκ + Cκ²/2}."""
    kappa, t, (b,) = sp.Dummy("kappa", real=True), process.t, end.args
    found = process.feynman_kac(sp.exp(kappa * process.x), potential)
    log = sp.expand(sp.expand_log(sp.log(found.value.xreplace({process.x: sp.S.Zero})), force=True)).as_poly(kappa)
    if log is None or log.degree() > 2 or any(c.has(kappa) for c in log.coeffs()):
        raise Unsolvable(
            f"W is not Gaussian under the weight of the potential {plain(potential)}: the bridge is not closed"
        )
    weight, mean, spread = (_short(log.coeff_monomial(kappa**k) * (k or 1)) for k in range(3))
    tilt = y**2 / (2 * t) - (y - mean) ** 2 / (2 * spread)
    value = _short(sp.exp(weight) * sp.sqrt(t / spread)) * sp.exp(_short(tilt)) * data.xreplace({end: y})
    return Expectation(value.subs(t, b), (*given, *(g for g in found.given if g not in given)), found.evidence)


def _short(e: Any) -> Any:
    """The shorter of two simplified forms, with and without hyperbolic functions opened first."""
    return min((sp.simplify(e), sp.simplify(e.rewrite(sp.exp))), key=sp.count_ops)
