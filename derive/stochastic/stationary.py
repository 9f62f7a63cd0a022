"""Stationary densities: zero current in one dimension, detailed balance or a linear drift in several.

References: C. Gardiner, Stochastic Methods, sec. 5.2 and 6.2; H. Risken, The Fokker-Planck Equation, sec. 6.4.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.errors import DeriveError
from derive.evidence import Evidence
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.density import Density, mass_check
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.lamperti import antiderivative, natural_domain
from derive.stochastic.moments import lyapunov
from derive.stochastic.normalisers import exponential_of, normaliser, terms_of
from derive.stochastic.readable import tidy

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

ENGINE_SECONDS = 20.0


def stationary(sde: SDE, domain: Any = None) -> Density:
    """The density with ∂_t p = 0: in 1-D p ∝ b⁻² exp ∫ 2a/b² dx (no current through the ends).

    In n dimensions by the potential of 2 c⁻¹(a − ½ ∇·c), c = B ρ Bᵀ, where its curl vanishes (detailed balance), or as
    the Gaussian with the covariance of Lyapunov's equation where the drift is linear and the noise additive. Unsolvable
    says what failed: no normalisable weight, no closed normaliser, a curl that does not vanish.
    """
    from derive.stochastic.sde import _domain, replace_sde

    process = sde if domain is None else replace_sde(sde, domain=_domain(domain, sde.n))
    if any(e.has(sde.t) for e in (*process.ito_drift, *process.covariance)):
        raise StochasticError(f"the coefficients depend on {sde.t}: no density is stationary; freeze the time first")
    return _on_the_line(process) if process.n == 1 else _in_space(process)


def _on_the_line(sde: SDE) -> Density:
    if sde.covariance[0, 0] == 0:
        raise StochasticError("there is no noise: a stationary law sits at the zeros of the drift and has no density")
    x, ends = sde.x, natural_domain(sde)
    a, c = sde.ito_drift[0], sde.covariance[0, 0]
    slope = antiderivative(sde.tidy(2 * a / c), x, ends, sde.given)
    if slope is None:
        raise Unsolvable(f"∫ 2a/b² dx = ∫ {sde.tidy(2 * a / c)} dx was not found in closed form")
    log_weight = slope - sp.log(c)
    size, conditions, family = _normalised(sde, log_weight, ends)
    constant, terms = terms_of(log_weight, x, ends)
    value = sp.powsimp(exponential_of(sp.Add(*(coefficient * g for g, coefficient in terms.items()))))
    value *= sp.powsimp(exponential_of(constant) / size)
    flow = settled(
        sde.tidy(sp.diff(_log(value), x) * c), sde.tidy(2 * a - sp.diff(c, x)), sde.facts, "the current vanishes"
    )
    checks = [flow, mass_check(value, x, ends, (*sde.given, *conditions))]
    return Density(sde, value, (ends,), f"zero current; {family}", (*sde.given, *conditions), together(checks))


def _log(value: Any) -> Any:
    return sp.expand_log(sp.log(value), force=True)


def _normalised(sde: SDE, log_weight: Any, ends: tuple[Any, Any]) -> tuple[Any, tuple[Any, ...], str]:
    """(∫ w, conditions, family): by the table of families, else by the integration engine."""
    x = sde.x
    found = normaliser(log_weight, x, ends)
    if found is not None:
        return found.value, found.conditions, f"{found.family} family"
    from derive.feynman import integrate

    try:
        solved = integrate(exponential_of(log_weight), (x, *ends), given=sde.given, timeout=ENGINE_SECONDS)
    except DeriveError as error:
        raise Unsolvable(
            f"the weight exp({log_weight}) on ({ends[0]}, {ends[1]}) has no closed normaliser, or cannot be "
            f"normalised: {error}",
            found=log_weight,
        ) from error
    return solved.value, tuple(solved.given), "normalised by the integration engine"


def _in_space(sde: SDE) -> Density:
    from derive.stochastic.linear import linear_form

    form = linear_form(sde)
    if form is not None and all(b.is_zero_matrix for b in form[2]):
        return _lyapunov(sde, form[0], form[1])
    return _balanced(sde)


def _lyapunov(sde: SDE, a: Any, c: Any) -> Density:
    """N(−A⁻¹c, S) with A S + S Aᵀ + B ρ Bᵀ = 0."""
    n, noise = sde.n, sde.covariance
    found = None if zero(a.det(), sde.given) else lyapunov(a, noise)
    if found is None:
        raise Unsolvable("Lyapunov's equation A S + S Aᵀ + B ρ Bᵀ = 0 has no single solution: the drift is not stable")
    covariance = found.applyfunc(sde.tidy)
    mean = (-(a.inv() * c)).applyfunc(sde.tidy)
    value = gaussian(sde.states, mean, covariance)
    checks = [
        settled(entry, sp.S.Zero, sde.given, "Lyapunov's equation")
        for entry in a * covariance + covariance * a.T + noise
    ]
    log = sp.expand(-_quadratic(sde.states, mean, covariance) / 2)
    checks.append(_stationarity(sde, log))
    minors = [sde.tidy(covariance[: k + 1, : k + 1].det()) > 0 for k in range(n)]
    conditions = tuple(m for m in minors if m != sp.true)
    if sp.false in conditions:
        raise Unsolvable("the solution of Lyapunov's equation is not positive: the drift is not stable")
    return Density(sde, value, sde.domain, "linear: Lyapunov's equation", (*sde.given, *conditions), together(checks))


def gaussian(
    states: tuple[Any, ...], mean: Any, covariance: Any, variables: tuple[Any, ...] = (), root: Any = None
) -> Any:
    """(2π)^{−n/2} det(S)^{−1/2} exp(−½ (x − m)ᵀ S⁻¹ (x − m)); variables: the time, where S depends on it.

    root: {symbol: value}, put in before the square root of the determinant is taken, since the value may be imaginary.
    """
    n, table = len(states), root or {}
    exponent = (-_quadratic(states, mean, covariance, variables) / 2).xreplace(table)
    return sp.exp(exponent) / sp.sqrt((2 * sp.pi) ** n * _determinant(covariance, variables).xreplace(table))


def _determinant(covariance: Any, variables: tuple[Any, ...] = ()) -> Any:
    return tidy(covariance.det(), variables) if variables else sp.factor(covariance.det())


def _quadratic(states: tuple[Any, ...], mean: Any, covariance: Any, variables: tuple[Any, ...] = ()) -> Any:
    """yᵀ adj(S) y/det S, y = x − m."""
    y, n = [x - m for x, m in zip(states, mean, strict=True)], len(states)
    if n == 1:
        return y[0] ** 2 / sp.factor(covariance[0, 0])
    adjugate = covariance.adjugate().applyfunc(lambda e: tidy(e, variables))
    pairs = ((i, j) for i in range(n) for j in range(i, n))
    terms = ((1 if i == j else 2) * adjugate[i, j] * y[i] * y[j] for i, j in pairs)
    return sp.Add(*terms) / _determinant(covariance, variables)


def _stationarity(sde: SDE, log: Any) -> Evidence:
    """L* p / p = 0 for p = e^{log}: −∇·a − a·∇log + ½ Σ (∂∂c + 2 ∂c ∂log + c(∂∂log + ∂log ∂log))."""
    x, c, a, n = sde.states, sde.covariance, sde.ito_drift, range(sde.n)
    total = sp.Add(*(-sp.diff(a[i], x[i]) - a[i] * sp.diff(log, x[i]) for i in n))
    for i in n:
        for j in n:
            total += (
                sp.diff(c[i, j], x[i], x[j])
                + 2 * sp.diff(c[i, j], x[i]) * sp.diff(log, x[j])
                + c[i, j] * (sp.diff(log, x[i], x[j]) + sp.diff(log, x[i]) * sp.diff(log, x[j]))
            ) / 2
    return settled(total, sp.S.Zero, sde.facts, "the Fokker-Planck equation at rest")


def detailed_balance(sde: SDE) -> tuple[tuple[Any, ...], dict[tuple[Any, Any], Any]]:
    """(f, curl): f = 2 c⁻¹ (a − ½ ∇·c) and the components ∂_i f_j − ∂_j f_i, which must all vanish for p = e^φ, ∇φ = f.

    StochasticError if c = B ρ Bᵀ is singular: then reversibility needs the parity of the variables (Risken, 6.4).
    """
    x, c, n = sde.states, sde.covariance, range(sde.n)
    if zero(c.det(), sde.given):
        raise StochasticError("the noise is degenerate: no potential condition without the parities of the variables")
    force = sp.Matrix([sde.ito_drift[i] - sp.Add(*(sp.diff(c[i, j], x[j]) for j in n)) / 2 for i in n])
    f = tuple(sde.tidy(e) for e in 2 * c.inv() * force)
    curl = {(x[i], x[j]): sde.tidy(sp.diff(f[j], x[i]) - sp.diff(f[i], x[j])) for i, j in combinations(n, 2)}
    return f, curl


def _balanced(sde: SDE) -> Density:
    f, curl = detailed_balance(sde)
    broken = {pair: value for pair, value in curl.items() if not zero(value, sde.facts)}
    if broken:
        shown = ", ".join(f"∂_{p} f_{q} − ∂_{q} f_{p} = {value}" for (p, q), value in broken.items())
        raise Unsolvable(f"detailed balance does not hold: {shown}; the stationary state carries a current", found=curl)
    potential = sp.S.Zero
    for x, slope in zip(sde.states, f, strict=True):
        part = sp.integrate(sde.tidy(slope - sp.diff(potential, x)), x)
        if part.has(sp.Integral):
            raise Unsolvable(f"the potential ∫ {slope} d{x} was not found in closed form", found=f)
        potential += part
    pairs = zip(sde.states, f, strict=True)
    checks = [settled(sp.diff(potential, x), slope, sde.facts, f"∂φ/∂{x}") for x, slope in pairs]
    checks.append(_stationarity(sde, potential))
    conditions: list[Any] = []
    log = sp.expand(potential)
    for x, ends in zip(sde.states, sde.domain, strict=True):
        found = normaliser(log, x, ends)
        if found is None:
            raise Unsolvable(
                f"detailed balance holds with p ∝ exp({potential}), which has no closed normaliser", found=potential
            )
        log = sp.expand(_log(found.value))
        conditions += found.conditions
    value = sp.exp(potential) / exponential_of(log)
    given = (*sde.given, *conditions)
    return Density(sde, value, sde.domain, "detailed balance: the curl vanishes", given, together(checks))
