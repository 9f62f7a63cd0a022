"""Stationary laws e^ℓ in several dimensions from first-order equations for ∇ℓ: the reversible part of the drift is
split off by its structure, and what is left is a gradient.

With c = B ρ Bᵀ, the drift a (Itô) and the current J = a e^ℓ − ½ ∇·(c e^ℓ):
* all variables even under time reversal (detailed balance): J = 0, ∇ℓ = c⁻¹(2a − ∇·c);
* parities ε_i = ±1 (velocities odd), also of parameters (a magnetic field): a = a⁺ + a⁻ with
  a⁺_i(x) = ½(a_i(x) + ε_i a_i(εx)), ε_i ε_j c_ij(εx) = c_ij(x); then ½ c ∇ℓ = a⁺ − ½ ∇·c and ∇·a⁻ + a⁻·∇ℓ = 0;
* constant noise and a constant antisymmetric Q: a = (½c + Q) ∇ℓ. The Jacobian F of a must obey
  F Q + Q Fᵀ = ½(F c − c Fᵀ) for all x, which is linear in Q.

Whatever is found here is put back into the Fokker-Planck equation at rest by the caller.
References: H. Risken, The Fokker-Planck Equation, sec. 6.4; R. Graham, H. Haken, Z. Phys. 243 (1971) 289; P. Ao,
J. Phys. A 37 (2004) L25; Y.-A. Ma, T. Chen, E. Fox, NIPS 2015 (a = (½c + Q)∇ℓ + ∇·(½c + Q)).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.checking import EXACT_SECONDS, zero
from derive.stochastic.errors import Unsolvable

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

MOST_STATES = 6


@dataclass(frozen=True)
class Balance:
    """ℓ = log p up to a constant; circulation: the part a⁻ of the drift that carries a current; method: in words."""

    log_weight: Any
    circulation: tuple[Any, ...]
    method: str


def balance(sde: SDE) -> Balance:
    """The first of the three ways that goes through; Unsolvable with what failed in each."""
    refused: list[str] = []
    for way in (even, rotation, by_parities):
        try:
            found = way(sde)
        except Unsolvable as error:
            refused.append(str(error))
            continue
        if is_zero(at_rest(sde, found.log_weight), sde.facts, timeout=EXACT_SECONDS) is not False:
            return found
        refused.append(
            f"exp({plain(found.log_weight)}) meets the conditions tried but not the Fokker-Planck equation at rest"
        )
    raise Unsolvable("no potential of the stationary law was found: " + "; ".join(refused))


def at_rest(sde: SDE, log: Any) -> Any:
    """L* p/p for p = e^{log}: −∇·a − a·∇log + ½ Σ (∂∂c + 2 ∂c ∂log + c(∂∂log + ∂log ∂log))."""
    x, c, a, n = sde.states, sde.covariance, sde.ito_drift, range(sde.n)
    total = sp.Add(*(-sp.diff(a[i], x[i]) - a[i] * sp.diff(log, x[i]) for i in n))
    for i in n:
        for j in n:
            total += (
                sp.diff(c[i, j], x[i], x[j])
                + 2 * sp.diff(c[i, j], x[i]) * sp.diff(log, x[j])
                + c[i, j] * (sp.diff(log, x[i], x[j]) + sp.diff(log, x[i]) * sp.diff(log, x[j]))
            ) / 2
    return total


def even(sde: SDE) -> Balance:
    """Detailed balance with even variables: the curl of c⁻¹(2a − ∇·c) vanishes."""
    f, curl = detailed_balance(sde)
    broken = {pair: value for pair, value in curl.items() if not zero(value, sde.facts)}
    if broken:
        shown = ", ".join(f"{_curl(p, q)} = {plain(value)}" for (p, q), value in broken.items())
        raise Unsolvable(f"detailed balance does not hold: {shown}; the stationary state carries a current", found=curl)
    found = potential(sde, dict(zip(sde.states, f, strict=True)))
    return Balance(found, (sp.S.Zero,) * sde.n, "detailed balance: the curl vanishes")


def detailed_balance(sde: SDE) -> tuple[tuple[Any, ...], dict[tuple[Any, Any], Any]]:
    """(f, curl): f = c⁻¹ (2a − ∇·c) and the components ∂_i f_j − ∂_j f_i, which must all vanish for p = e^ℓ, ∇ℓ = f.

    Unsolvable if c = B ρ Bᵀ is singular: then reversibility needs the parity of the variables (Risken, 6.4).
    """
    x, c, n = sde.states, sde.covariance, range(sde.n)
    if zero(c.det(), sde.given):
        raise Unsolvable("the noise is degenerate: with even variables there is no potential condition")
    force = sp.Matrix([2 * sde.ito_drift[i] - sp.Add(*(sp.diff(c[i, j], x[j]) for j in n)) for i in n])
    f = tuple(sde.tidy(e) for e in c.inv() * force)
    curl = {(x[i], x[j]): sde.tidy(sp.diff(f[j], x[i]) - sp.diff(f[i], x[j])) for i, j in combinations(n, 2)}
    return f, curl


def potential(sde: SDE, slopes: dict[Any, Any]) -> Any:
    """ℓ with ∂ℓ/∂x = slopes[x] for the variables that are named; Unsolvable if an integral was not found."""
    total = sp.S.Zero
    for x, slope in slopes.items():
        rest = sde.tidy(slope - sp.diff(total, x).doit())
        part = sp.integrate(sp.expand(rest), x)
        if part.has(sp.Integral, sp.Piecewise):
            part = sp.integrate(rest, x)
        if isinstance(part, sp.Piecewise):
            part = part.args[0][0]
        if part.has(sp.Integral):
            raise Unsolvable(f"the potential ∫ {plain(rest)} d{plain(x)} was not found in closed form", found=slopes)
        total += part
    for x, slope in slopes.items():
        if not zero(sp.diff(total, x) - slope, sde.facts):
            raise Unsolvable(
                f"{plain(tuple(slopes.values()))} is no gradient: the slope along {plain(x)} does not fit the others"
            )
    return total


def rotation(sde: SDE) -> Balance:
    """A constant antisymmetric Q with a = (½c + Q)∇ℓ, for noise that is the same everywhere."""
    n, x = sde.n, sde.states
    if any(e.has(*x) for e in sde.covariance):
        raise Unsolvable("the noise depends on the state: no constant rotation Q was tried")
    half, a = sde.covariance / 2, sp.Matrix(sde.ito_drift)
    names = {(i, j): sp.Dummy(f"Q{i}{j}") for i, j in combinations(range(n), 2)}
    q = sp.Matrix(n, n, lambda i, j: names[i, j] if i < j else -names[j, i] if i > j else 0)
    slopes = a.jacobian(x)
    opaque = {node: sp.Dummy() for node in _derivatives(slopes)}
    slopes = slopes.applyfunc(lambda e: e.xreplace(opaque))
    equations: list[Any] = []
    for here in _points((*x, *opaque.values()), 2 + n):
        f = slopes.xreplace(here)
        gap = f * q + q * f.T - f * half + half * f.T
        equations += [gap[i, j] for i, j in combinations(range(n), 2) if gap[i, j] != 0]
    found = sp.solve(equations, list(names.values()), dict=True) if equations else [{}]
    if not found:
        raise Unsolvable("no constant antisymmetric Q makes the drift (½c + Q)∇ℓ")
    q = q.subs(found[0]).subs(dict.fromkeys(names.values(), 0))
    mixing = half + q
    if zero(mixing.det(), sde.given):
        raise Unsolvable("the noise reaches no further than its own components: ½c + Q is singular")
    slope = [sde.tidy(e) for e in mixing.inv() * a]
    log_weight = potential(sde, dict(zip(x, slope, strict=True)))
    gradient = sp.Matrix([sp.diff(log_weight, y) for y in x])
    circulation = tuple(sde.tidy(e) for e in q * gradient)
    return Balance(log_weight, circulation, "a = (½c + Q)∇ log p with a constant antisymmetric Q")


def by_parities(sde: SDE) -> Balance:
    """The potential conditions for all signs of the variables, and of one parameter, that leave the noise as it is."""
    if sde.n > MOST_STATES:
        raise Unsolvable(f"signs under time reversal were not tried for more than {MOST_STATES} variables")
    first = ""
    for signs, turned in _parities(sde):
        try:
            found = with_parity(sde, signs, turned)
        except Unsolvable as error:
            first = first or f"for {_shown(sde, signs)}: {error}"
            continue
        extra = f" and {plain(turned)} → −{plain(turned)}" if turned is not None else ""
        return Balance(found[0], found[1], f"detailed balance under {_shown(sde, signs)}{extra}")
    raise Unsolvable("no signs of the variables under time reversal fit" + (f"; {first}" if first else ""))


def _curl(p: Any, q: Any) -> str:
    """∂_p f_q − ∂_q f_p, in words."""
    p, q = plain(p), plain(q)
    return f"∂_{p} f_{q} − ∂_{q} f_{p}"


def _shown(sde: SDE, signs: tuple[int, ...]) -> str:
    return "time reversal with odd " + ", ".join(plain(x) for x, s in zip(sde.states, signs, strict=True) if s < 0)


def _parities(sde: SDE) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Sign patterns with few odd variables first, those on symmetric domains only; each without and with a parameter
    (or an unknown function) that turns its sign too."""
    n = sde.n
    movable = [i for i, (low, high) in enumerate(sde.domain) if sp.expand(low + high) in (0, sp.nan)]
    subsets = list(chain.from_iterable(combinations(movable, k) for k in range(1, n + 1)))
    letters = [s for s in sde.parameters if not s.is_positive]
    letters += sorted({f for e in sde.drift for f in e.atoms(AppliedUndef)}, key=str)
    for turned in (None, *letters, *(s for s in sde.parameters if s.is_positive)):
        for odd in subsets:
            signs = tuple(-1 if i in odd else 1 for i in range(n))
            if _keeps_noise(sde, signs, turned):
                yield signs, turned


def reflected(expr: Any, sde: SDE, signs: tuple[int, ...], turned: Any = None) -> Any:
    """f(εx), with the parameter or the function `turned` taken with the other sign."""
    table = {x: s * x for x, s in zip(sde.states, signs, strict=True) if s < 0}
    if turned is not None:
        expr = expr.xreplace({turned: -turned})
    return expr.subs(table, simultaneous=True).doit()


def _keeps_noise(sde: SDE, signs: tuple[int, ...], turned: Any) -> bool:
    c, n = sde.covariance, range(sde.n)
    pairs = ((i, j) for i in n for j in n if i <= j and c[i, j] != 0)
    return all(zero(signs[i] * signs[j] * reflected(c[i, j], sde, signs, turned) - c[i, j]) for i, j in pairs)


def with_parity(sde: SDE, signs: tuple[int, ...], turned: Any = None) -> tuple[Any, tuple[Any, ...]]:
    """(ℓ, a⁻) from the potential conditions for the given signs; Unsolvable with the condition that fails."""
    x, c, n = sde.states, sde.covariance, range(sde.n)
    a = [
        sde.tidy((e + s * reflected(e, sde, signs, turned)) / 2) for e, s in zip(sde.ito_drift, signs, strict=True)
    ]
    back = [sde.tidy(e - p) for e, p in zip(sde.ito_drift, a, strict=True)]
    loud = [i for i in n if any(c[i, j] != 0 for j in n)]
    quiet = [i for i in n if i not in loud]
    moved = [i for i in quiet if not zero(a[i], sde.facts)]
    if moved:
        raise Unsolvable(f"{plain(x[moved[0]])} has no noise, but the irreversible drift {plain(a[moved[0]])}")
    noise = sp.Matrix(len(loud), len(loud), lambda i, j: c[loud[i], loud[j]])
    if zero(noise.det(), sde.given):
        raise Unsolvable("the noises of the noisy variables are linearly dependent")
    force = sp.Matrix([2 * a[i] - sp.Add(*(sp.diff(c[i, j], x[j]) for j in loud)) for i in loud])
    f = dict(zip((x[i] for i in loud), (sde.tidy(e) for e in noise.inv() * force), strict=True))
    for p, q in combinations(f, 2):
        curl = sp.diff(f[q], p) - sp.diff(f[p], q)
        if not zero(curl, sde.facts):
            raise Unsolvable(
                f"{_curl(p, q)} = {plain(sde.tidy(curl))} does not vanish"
            )
    inner = potential(sde, f)
    rest = sp.Add(*(sp.diff(back[i], x[i]) + back[i] * sp.diff(inner, x[i]) for i in n)).doit()
    if not quiet:
        if not zero(rest, sde.facts):
            raise Unsolvable(f"the reversible drift is not conserved: ∇·a⁻ + a⁻·∇ℓ = {plain(sde.tidy(rest))}")
        return inner, tuple(back)
    outer = _outer_slopes(sde, [x[i] for i in quiet], [back[i] for i in quiet], rest, tuple(f))
    log_weight = inner + potential(sde, outer)
    return log_weight, tuple(back)


def _outer_slopes(sde: SDE, states: list[Any], back: list[Any], rest: Any, loud: tuple[Any, ...]) -> dict[Any, Any]:
    """h_q(quiet variables) with Σ a⁻_q h_q + rest = 0 for all values of the noisy ones: a linear system, one equation
    for each of their values."""
    unknown = [sp.Dummy(f"h{k}") for k in range(len(states))]
    line = sp.Add(*(b * h for b, h in zip(back, unknown, strict=True))) + rest
    equations = [sp.expand(line.subs(here)) for here in _points(loud, 2 * len(states) + 2)]
    found = sp.solve([e for e in equations if e != 0], unknown, dict=True)
    if not found:
        raise Unsolvable(f"∇·a⁻ + a⁻·∇ℓ = 0 has no solution ℓ that adds a function of {plain(tuple(states))} alone")
    if any(h not in found[0] or found[0][h].free_symbols & set(unknown) for h in unknown):
        raise Unsolvable(f"the potential conditions leave the law of {plain(tuple(states))} open")
    return {x: sde.tidy(found[0][h]) for x, h in zip(states, unknown, strict=True)}


def _points(symbols: tuple[Any, ...], count: int) -> Iterator[dict[Any, Any]]:
    rng = random.Random(12)
    for _ in range(count):
        yield {s: sp.Rational(rng.randint(1, 30), rng.randint(3, 11)) for s in symbols}


def _derivatives(matrix: Any) -> list[Any]:
    """Unknown functions and their derivatives, which are taken as independent, highest derivatives first."""
    nodes = {d for e in matrix for d in (*e.atoms(sp.Derivative), *e.atoms(AppliedUndef))}
    return sorted(nodes, key=lambda d: (-d.count_ops(), str(d)))


