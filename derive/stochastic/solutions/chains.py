"""Systems solved one state after another: each equation linear in its own state, or in a power of it, with the states
before it as known functionals of the noise, or a scalar equation by itself.

With random coefficients that are known functionals: dX = (a₁X + a₂) dt + Σ (b₁X + b₂) dW has the solution of a linear
equation (Kloeden-Platen, eq. 4.2.9), and u = X^{1−n} makes a drift with a term Xⁿ linear (Bernoulli).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.stochastic.errors import StochasticError
from derive.stochastic.solutions.functionals import functionals
from derive.stochastic.solutions.linear import integral, parts, wiener
from derive.stochastic.solutions.reducible import reducible
from derive.stochastic.solutions.solution import ItoIntegral, Solution, follows, noise

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Link:
    """One state as a functional of the noise, and where that holds."""

    value: Any
    given: tuple[Any, ...] = ()


def chain(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """The solution of a system state by state, put back as a whole; None if there is no such order."""
    solved: dict[Any, Any] = {}
    given: tuple[Any, ...] = sde.given
    left = list(range(sde.n))
    while left:
        for i in left:
            x = sde.states[i]
            row: list[Any] = [sde.ito_drift[i], *(sde.diffusion[i, k] for k in range(sde.m))]
            if any(e.has(*(sde.states[j] for j in left if j != i)) for e in row):
                continue
            link = _link(sde, i, [e.subs(solved, simultaneous=True) for e in row], begin[i])
            if link is None:
                return None
            solved[x], given = link.value, (*given, *link.given)
            left.remove(i)
            break
        else:
            return None
    values = tuple(solved[x] for x in sde.states)
    try:
        evidence = follows(sde, values, begin, given)
    except StochasticError:
        return None
    return Solution(sde, begin, values, "one state after another", given, evidence)


def _link(sde: SDE, i: int, row: list[Any], first: Any) -> Link | None:
    """One state: linear in itself or in a power with random coefficients, or a scalar equation by itself."""
    x = sde.states[i]
    pieces = [piece for e in row if (piece := parts(e, x)) is not None]
    if len(pieces) == len(row):
        return Link(_linear(sde, pieces, first))
    return _power(sde, x, row, first) if any(functionals(e) for e in row) else _alone(sde, i, first)


def _linear(sde: SDE, pieces: list[tuple[Any, Any]], first: Any) -> Any:
    """X = Φ(x₀ + ∫ Φ⁻¹(a₂ − Σ b₁ρb₂) ds + Σ ∫ Φ⁻¹ b₂ dW), Φ = exp(∫ (a₁ − ½ Σ b₁ρb₁) ds + Σ ∫ b₁ dW)."""
    (a1, a2), *noises = pieces
    slopes = [b1 for b1, _ in noises]
    if a1 == 0 and not any(slopes):
        return first + integral(sde, a2) + sp.Add(*(wiener(sde, k, b2) for k, (_, b2) in enumerate(noises)))
    rho, n = sde.correlation, range(sde.m)
    rate = a1 - sp.Add(*(slopes[k] * rho[k, j] * slopes[j] for k in n for j in n)) / 2
    push = a2 - sp.Add(*(slopes[k] * rho[k, j] * noises[j][1] for k in n for j in n))
    flow = sp.exp(integral(sde, rate) + sp.Add(*(wiener(sde, k, b) for k, b in enumerate(slopes))))
    inner = first + integral(sde, push / flow)
    return flow * (inner + sp.Add(*(wiener(sde, k, b2 / flow) for k, (_, b2) in enumerate(noises))))


def _power(sde: SDE, x: Any, row: list[Any], first: Any) -> Link | None:
    """By u = x^p with p = 1 − n for a term xⁿ of the drift, where u obeys a linear equation; x = u^{1/p} for u > 0."""
    a, *noises = row
    rho, n, u = sde.correlation, range(sde.m), sp.Dummy("u", positive=True)
    square = sp.Add(*(noises[k] * rho[k, j] * noises[j] for k in n for j in n))
    bases = [term.as_independent(x, as_Add=False)[1].as_base_exp() for term in sp.Add.make_args(sp.expand(a))]
    for p in dict.fromkeys(1 - m for base, m in bases if base == x and m != 1 and not m.has(x)):
        slope = p * x ** (p - 1)
        image = [slope * a + sp.diff(slope, x) * square / 2, *(slope * b for b in noises)]
        pieces = [parts(sp.powdenest(sp.expand(e).subs(x, u ** (1 / p))), u) for e in image]
        if all(piece is not None for piece in pieces):
            value = _linear(sde, [piece for piece in pieces if piece is not None], first**p)
            inner = sp.Mul(*(f for f in sp.Mul.make_args(value) if not isinstance(f, sp.exp)))
            return Link(value ** (1 / p), (sp.Gt(inner, 0),))
    return None


def _alone(sde: SDE, i: int, first: Any) -> Link | None:
    """A nonlinear equation that stands by itself."""
    from derive.stochastic.sde import SDE

    used = [k for k in range(sde.m) if sde.diffusion[i, k] != 0]
    if not used:
        return None
    noises, rho = sde.diffusion.extract([i], used), sde.correlation.extract(used, used)
    single = SDE(sde.states[i], sde.ito_drift[i], noises, sde.t, rho, sde.domain[i], 0, sde.given)
    found = reducible(single, (first,))
    if found is None:
        return None
    names = {noise(single, j).func: noise(sde, k).func for j, k in enumerate(used)}
    symbols = {sp.Symbol(old.__name__): sp.Symbol(new.__name__) for old, new in names.items()}

    def renamed(e: Any) -> Any:
        if isinstance(e, AppliedUndef) and e.func in names:
            return names[e.func](*e.args)
        if isinstance(e, ItoIntegral):
            return ItoIntegral(symbols[e.args[0]], *map(renamed, e.args[1:]))
        return e.func(*map(renamed, e.args)) if e.args else e

    conditions = tuple(renamed(g) for g in found.given if g not in sde.given)
    return Link(renamed(found.values[0]), conditions)
