"""Transition densities of several states by their coordinates: groups that know nothing of each other as a product, and
states that a change of each alone makes a Gaussian process (correlated geometric Brownian motions by logarithms).

z_i(x_i) = ∫ dx_i/f_i(x_i) where the noise of x_i is f_i(x_i) Σ_k β_ik dW_k; p(x) = p_z(z(x)) Π |dz_i/dx_i|.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.laws.density import Density
from derive.stochastic.solutions.lamperti import lamperti

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

Law = Callable[..., Density]


def of_one_noise(sde: SDE) -> SDE:
    """A scalar process with one noise and the same law: dX = a dt + √(B ρ Bᵀ) dW."""
    from derive.stochastic.sde import replace_sde

    first = next((b for b in sde.diffusion if b != 0), sp.S.Zero)
    shape = sp.factor_terms(first).as_independent(sde.x, sde.t, as_Add=False)[1]
    ratio = sde.tidy(sde.covariance[0, 0] / shape**2) if first != 0 else sp.S.Zero
    amplitude = sp.sqrt(sde.covariance[0, 0]) if ratio.has(sde.x) else sp.sqrt(sp.factor(ratio)) * shape
    return replace_sde(sde, drift=sde.ito_drift, diffusion=amplitude, correlation=None, alpha=0)


def groups(sde: SDE) -> list[list[int]]:
    """The smallest sets of states that know nothing of the others: neither coefficients nor noises in common."""
    c, b, a = sde.covariance, sde.diffusion, sde.ito_drift

    def tied(i: int, j: int) -> bool:
        y = sde.states[j]
        return a[i].has(y) or any(b[i, k].has(y) for k in range(sde.m)) or not zero(c[i, j], sde.given)

    left, found = list(range(sde.n)), []
    while left:
        group, fresh = [], [left[0]]
        while fresh:
            group += fresh
            left = [j for j in left if j not in fresh]
            fresh = [j for j in left if any(tied(i, j) or tied(j, i) for i in fresh)]
        found.append(sorted(group))
    return found


def part(sde: SDE, group: list[int]) -> SDE:
    """The process of some of the states alone."""
    from derive.stochastic.sde import SDE

    used = [k for k in range(sde.m) if any(sde.diffusion[i, k] != 0 for i in group)] or [0]
    return SDE(
        [sde.states[i] for i in group],
        [sde.ito_drift[i] for i in group],
        sde.diffusion.extract(group, used),
        sde.t,
        sde.correlation.extract(used, used),
        [sde.domain[i] for i in group],
        0,
        sde.given,
    )


def apart(sde: SDE, begin: tuple[Any, ...], s: Any, law: Law) -> Density | None:
    """The product of the densities of independent groups of states; None if there is one group."""
    found = groups(sde) if sde.n > 1 else []
    if len(found) < 2:
        return None
    factors = [law(part(sde, group), tuple(begin[i] for i in group), s) for group in found]
    domain = {x: ends for f in factors for x, ends in zip(f.sde.states, f.domain, strict=True)}
    given = tuple(dict.fromkeys(g for f in factors for g in f.given))
    evidence = together([f.evidence for f in factors])
    mass = sp.Mul(*(f.mass for f in factors))
    method = "independent: " + "; ".join(f"{', '.join(map(plain, f.sde.states))}: {f.method}" for f in factors)
    value = sp.Mul(*(f.value for f in factors))
    return Density(sde, value, tuple(domain[x] for x in sde.states), method, given, evidence, begin, s, mass)


def coordinatewise(sde: SDE, begin: tuple[Any, ...], s: Any, gaussian: Callable[..., Density | None]) -> Density | None:
    """The density by z_i(x_i), where the process is Gaussian in z and each z_i runs over the whole line; else None."""
    from derive.stochastic.sde import SDE

    if sde.n == 1:
        return None
    shapes = [_shape(sde, i) for i in range(sde.n)]
    if None in shapes or all(shape == 1 for shape in shapes):
        return None
    table, maps, slopes, domain = {}, [], [], []
    letters = [sp.Symbol(f"z_{k + 1}", real=True) for k in range(sde.n)]
    for x, shape, ends, z in zip(sde.states, shapes, sde.domain, letters, strict=True):
        form = lamperti(SDE(x, 0, shape, sde.t, None, ends, 0, sde.given))
        if form is None or form.inverse is None or form.image != (-sp.oo, sp.oo):
            return None
        table[x] = form.inverse.xreplace({form.symbol: z})
        maps.append(form.z)
        slopes.append(form.slope)
        domain.append(form.domain)
    rows = [sde.ito(z) for z in maps]
    drift = [sp.simplify(a.subs(table, simultaneous=True)) for a, _ in rows]
    noise = sp.Matrix([[sp.simplify(b.subs(table, simultaneous=True)) for b in row] for _, row in rows])
    process = SDE(letters, drift, noise, sde.t, sde.correlation, None, 0, sde.given)
    first = tuple(z.subs(x, x0) for z, x, x0 in zip(maps, sde.states, begin, strict=True))
    inner = gaussian(process, first, s, None)
    if inner is None:
        return None
    there = dict(zip(letters, maps, strict=True))
    value = inner.value.xreplace(there) * sp.Mul(*slopes)
    inside = (sp.Gt(x, low) for x, (low, _) in zip(sde.states, domain, strict=True) if low != -sp.oo)
    facts = (*sde.given, sde.t > s, *(g for g in inside if g != sp.true))
    log = sp.expand_log(sp.log(inner.value), force=True).xreplace(there) + sp.Add(*(sp.log(slope) for slope in slopes))
    flow = settled(_residual(sde, log), sp.S.Zero, facts, "the Fokker-Planck equation")
    method = f"Gaussian in {', '.join(map(plain, maps))}"
    given = tuple(dict.fromkeys((*sde.given, *inner.given)))
    evidence = together([inner.evidence, flow])
    return replace(
        inner, sde=sde, value=value, domain=tuple(domain), method=method, given=given, evidence=evidence, x0=begin
    )


def _shape(sde: SDE, i: int) -> Any | None:
    """f_i(x_i) with the noise of x_i = f_i Σ β_ik dW_k, β free of the states; 1 without noise, None if it is not so."""
    x = sde.states[i]
    row = [b for k in range(sde.m) if (b := sde.diffusion[i, k]) != 0]
    if not row:
        return sp.S.One
    shape = sp.factor_terms(row[0]).as_independent(*sde.states, as_Add=False)[1]
    weights = [sde.tidy(b / shape) for b in row]
    if shape.free_symbols & ({*sde.states, sde.t} - {x}) or any(w.has(*sde.states) for w in weights):
        return None
    return shape


def _residual(sde: SDE, log: Any) -> Any:
    """(∂_t p − L* p)/p for p = e^{log}."""
    x, c, a, n = sde.states, sde.covariance, sde.ito_drift, range(sde.n)
    total = sp.diff(log, sde.t) + sp.Add(*(sp.diff(a[i], x[i]) + a[i] * sp.diff(log, x[i]) for i in n))
    for i in n:
        for j in n:
            total -= (
                sp.diff(c[i, j], x[i], x[j])
                + 2 * sp.diff(c[i, j], x[i]) * sp.diff(log, x[j])
                + c[i, j] * (sp.diff(log, x[i], x[j]) + sp.diff(log, x[i]) * sp.diff(log, x[j]))
            ) / 2
    return total
