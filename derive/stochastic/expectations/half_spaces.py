"""Feynman-Kac for several states that are Gaussian in x or log x, with data on both sides of a plane in these z.

E[z^α e^{κ·z} 1(ℓ·z + c > 0) e^{−∫V}] = ∂_κ^α G(κ) P(ℓ·N(m + Σκ, Σ) + c > 0), log G(κ) = log G(0) + κ·m + κᵀΣκ/2.
References: W. Margrabe, J. Finance 33 (1978) 177 (the option to exchange); I. Karatzas, S. Shreve, sec. 5.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.stochastic.checking import together, zero
from derive.stochastic.expectations.payoffs import KINKS, joined_logarithms, starts, unkinked

if TYPE_CHECKING:
    from derive.stochastic.expectations.feynman_kac import FeynmanKac
    from derive.stochastic.sde import SDE


def half_space(sde: SDE, phi: Any, v: Any, wall: Any = None) -> FeynmanKac | None:
    """The solution for data Σ c z^α e^{κ·z} on half-spaces of z; None if process or data are of another kind."""
    from derive.stochastic.expectations.feynman_kac import FeynmanKac, check

    if sde.n == 1 or wall is not None:
        return None
    found = _in_logarithms(sde)
    law = None if found is None else _law(found[0], v.xreplace(found[1]))
    if found is None or law is None:
        return None
    process, back = found
    log, slopes, evidence = law
    total = sp.S.Zero
    for piece, condition in _pieces(phi):
        plane = None if condition == sp.true else _affine(condition, back, process.states)
        if plane is None and condition != sp.true:
            return None
        part = _integral(piece.xreplace(back), plane, process.states, log, slopes)
        if part is None:
            return None
        total += part
    start = {z: (sp.log(x) if back.get(x) != z else x) for z, x in zip(process.states, sde.states, strict=True)}
    value = total.xreplace(start)
    value = value.replace(sp.erfc, lambda u: sp.erfc(sp.together(joined_logarithms(u))))
    value = value.replace(_is_exp, lambda e: sp.exp(sp.expand(sp.expand_log(e.exp, force=True))))
    inside = tuple(x > 0 for x in sde.states if back[x].has(sp.exp))
    from derive.stochastic.sde import replace_sde

    rho = sde.correlation
    bounds = {sp.S.One - rho[i, j] ** 2 > 0 for i in range(sde.m) for j in range(i)} - {sp.true}
    facts = (*sde.given, *(b for b in sorted(bounds, key=str) if b not in sde.given))
    there = replace_sde(sde, given=(*facts, *(r for r in inside if r != sp.true)))
    checks = [evidence, check(there, value, None if phi.has(*KINKS, sp.Abs, sp.sign) else phi, v)]
    if phi.has(*KINKS, sp.Abs, sp.sign):
        checks.append(starts(there, value, phi))
    return FeynmanKac(sde, v, phi, value, "data on half-spaces of Gaussian states", facts, together(checks))


def _is_exp(e: Any) -> bool:
    return isinstance(e, sp.exp)


def _in_logarithms(sde: SDE) -> tuple[SDE, dict[Any, Any]] | None:
    """(the process of z, {x: x(z)}): z_i = log x_i where the noise of x_i is a multiple of it, else x_i; None if the
    noise does not become constant."""
    from derive.stochastic.sde import SDE

    states = tuple(sp.Symbol(f"z_{x.name}", real=True) for x in sde.states)
    back: dict[Any, Any] = {}
    drift, rows = [], []
    for i, (x, z) in enumerate(zip(sde.states, states, strict=True)):
        row = [sde.tidy(sde.diffusion[i, k] / x) for k in range(sde.m)]
        logarithmic = not all(b == 0 for b in row) and not any(b.has(*sde.states) for b in row)
        back[x] = sp.exp(z) if logarithmic else z
        a = sde.ito_drift[i]
        drift.append(sp.expand(a / x) - sde.covariance[i, i] / (2 * x**2) if logarithmic else a)
        rows.append(row if logarithmic else [sde.diffusion[i, k] for k in range(sde.m)])
    noise = sp.Matrix(rows).applyfunc(lambda b: sp.simplify(b.xreplace(back)))
    if any(b.has(*states, sde.t) for b in noise):
        return None
    process = SDE(states, [sde.tidy(a.xreplace(back)) for a in drift], noise, sde.t, sde.correlation, given=sde.given)
    return process, back


def _law(process: SDE, v: Any) -> tuple[Any, tuple[Any, ...], Evidence] | None:
    """(log G(κ) from z, κ, evidence)."""
    from derive.stochastic.expectations.feynman_kac import coefficients
    from derive.stochastic.laws.transition import mean_and_covariance

    z = process.states
    kappa = tuple(sp.Dummy(f"kappa_{k}") for k in range(len(z)))
    if not v.has(*z):
        law = mean_and_covariance(process, z)
        if law is None:
            return None
        k = sp.Matrix(kappa)
        return (k.T * sp.Matrix(law[0]) + k.T * law[1] * k / 2)[0, 0] - v * process.t, kappa, law[2]
    for degree in (1, 2):
        solved = coefficients(process, sp.Add(*(k * q for k, q in zip(kappa, z, strict=True))).as_poly(*z), v, degree)
        if solved is not None:
            log = sp.expand(sp.Add(*(q * m for m, q in solved[0].items())))
            poly = log.as_poly(*kappa)
            if poly is not None and poly.total_degree() <= 2 and not any(c.has(*kappa) for c in poly.coeffs()):
                return log, kappa, solved[1]
    return None


def _pieces(phi: Any) -> Iterator[tuple[Any, Any]]:
    """(expression, condition) of the terms of the data; the condition is true where there is none."""
    for term in sp.Add.make_args(sp.expand(phi)):
        opened: Any = unkinked(term)
        if not isinstance(opened, sp.Piecewise):
            yield opened, sp.true
            continue
        excluded: Any = sp.true
        cases: Any = opened.args
        for piece, condition in cases:
            if piece != 0:
                yield piece, sp.And(condition, excluded)
            excluded = sp.And(excluded, sp.Not(condition))


def _affine(condition: Any, back: dict[Any, Any], z: tuple[Any, ...]) -> Any | None:
    """ℓ·z + c with (condition ⇔ ℓ·z + c > 0), up to a set of measure 0; None if the condition is no such half-space."""
    if not isinstance(condition, sp.Gt | sp.Ge | sp.Lt | sp.Le):
        return None
    gap = sp.expand((condition.gts - condition.lts).xreplace(back))
    for form in (gap, _log_ratio(gap)):
        poly = None if form is None else form.as_poly(*z)
        if poly is not None and poly.total_degree() == 1 and not any(c.has(*z) for c in poly.coeffs()):
            return poly.as_expr()
    return None


def _log_ratio(gap: Any) -> Any | None:
    """log(A/B) for a gap A − B of two products (of positive factors)."""
    terms = sp.Add.make_args(gap)
    if len(terms) != 2:
        return None
    minus = [term.could_extract_minus_sign() for term in terms]
    if minus[0] == minus[1]:
        return None
    more, less = (terms[1], -terms[0]) if minus[0] else (terms[0], -terms[1])
    return sp.expand(sp.expand_log(sp.log(more), force=True) - sp.expand_log(sp.log(less), force=True))


def _integral(piece: Any, plane: Any, z: tuple[Any, ...], log: Any, kappa: tuple[Any, ...]) -> Any | None:
    """E of Σ c z^α e^{k·z} on the half-space; None for a term of another form."""
    opened = sp.expand(sp.powsimp(sp.expand(sp.powdenest(sp.expand_log(piece, force=True), force=True))))
    total = sp.S.Zero
    for term in sp.Add.make_args(opened):
        c, varying = term.as_independent(*z, as_Add=False)
        powers, slope = [0] * len(z), [sp.S.Zero] * len(z)
        for factor in sp.Mul.make_args(varying):
            base, order = factor.as_base_exp()
            poly = sp.expand(factor.exp).as_poly(*z) if isinstance(factor, sp.exp) else None
            if poly is not None and poly.total_degree() <= 1 and not any(q.has(*z) for q in poly.coeffs()):
                slope = [s + poly.coeff_monomial(y) for s, y in zip(slope, z, strict=True)]
                c *= sp.exp(poly.coeff_monomial(1))
            elif base in z and order.is_Integer and order > 0:
                powers[z.index(base)] += int(order)
            elif factor != 1:
                return None
        value = sp.exp(log) * _chance(plane, z, log, kappa)
        for k, order in zip(kappa, powers, strict=True):
            value = sp.diff(value, k, order)
        total += c * value.xreplace(dict(zip(kappa, slope, strict=True)))
    return total


def _chance(plane: Any, z: tuple[Any, ...], log: Any, kappa: tuple[Any, ...]) -> Any:
    """P(ℓ·Z + c > 0) under the weight e^{κ·z}: Z has the mean ∇_κ log G and the covariance ∇∇ log G."""
    if plane is None:
        return sp.S.One
    poly = plane.as_poly(*z)
    length = [poly.coeff_monomial(y) for y in z]
    mean = sp.Add(*(a * sp.diff(log, k) for a, k in zip(length, kappa, strict=True)), poly.coeff_monomial(1))
    n = range(len(z))
    variance = sp.Add(*(length[i] * length[j] * sp.diff(log, kappa[i], kappa[j]) for i in n for j in n))
    variance = sp.factor(sp.expand(variance))
    if zero(variance):
        return sp.Heaviside(mean)
    return sp.erfc(-joined_logarithms(mean) / sp.sqrt(2 * variance)) / 2
