"""How far a linear process at rest is from equilibrium: its current, its entropy production, the process run backwards.

dX = (A X + c) dt + B dW, Q = B ρ Bᵀ, at rest N(m, S), A S + S Aᵀ + Q = 0. The current is J = v p with
v = Ω (x − m), Ω = A + ½ Q S⁻¹, and Ω S = ½(A S − S Aᵀ) is antisymmetric: it turns, and does not spread. Backwards the
process has the drift Ã (x − m), Ã = S Aᵀ S⁻¹ (Anderson). With ε_i = −1 for variables odd under time reversal
(velocities), E = diag ε, the rate of relative entropy between the paths and the reversed ones is
    σ = ½ E[δᵀ Q⁺ δ],  δ = A(X − m) − E Ã E (X − E m),
which for even variables is E[vᵀ D⁻¹ v], D = ½Q; Q⁺ is the inverse on the noisy variables, δ must vanish on the others.
Second route: σ = 2 E[a⁺ᵀ Q⁺ a⁺] + tr A⁺ with the irreversible drift a⁺ = A⁺x + c⁺, a⁺_i(x) = ½(a_i(x) + ε_i a_i(Ex)).

References: R. Spinney, I. Ford, Phys. Rev. E 85 (2012) 051113, eqs. (26)-(28); J. Lebowitz, H. Spohn, J. Stat. Phys. 95
(1999) 333; C. Godrèche, J.-M. Luck, J. Phys. A 52 (2019) 035002 (linear processes); B. Anderson (1982).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws.balance import _parities
from derive.stochastic.laws.rational_matrices import inverse

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Irreversibility:
    """production: σ ≥ 0, which vanishes in equilibrium alone. velocity: v = J/p, n expressions in the states.
    circulation: Ω S, antisymmetric, n×n. odd: the variables that turn their sign. mean, covariance: of the law at rest.
    reversed: the SDE of the process run backwards. given: conditions. evidence: the equations of all these, put back.
    """

    sde: SDE
    production: Any
    velocity: tuple[Any, ...]
    circulation: Any
    odd: tuple[Any, ...]
    mean: tuple[Any, ...]
    covariance: Any
    reversed: SDE
    given: tuple[Any, ...]
    evidence: Evidence

    def __str__(self) -> str:
        return plain(self.production)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle \\sigma = {latex(self.production)}$"


def irreversibility(sde: SDE, odd: Iterable[Any] | None = None) -> Irreversibility:
    """The current, the entropy production and the reversal of a linear process with additive noise at rest.

    odd: states that are odd under time reversal; where the noise is degenerate and nothing is said, the first choice
    for which the reversed paths are possible at all. Unsolvable where the process is not linear, has no law at rest, or
    produces without bound, since an irreversible drift acts on a variable without noise.
    """
    from derive.stochastic.sde import replace_sde
    from derive.stochastic.solutions.linear import linear_form

    form = linear_form(sde)
    if form is None or any(not b.is_zero_matrix for b in form[2]) or any(e.has(sde.t) for e in (*form[0], *form[1])):
        raise Unsolvable("entropy production in closed form needs a linear drift and additive noise, free of the time")
    a, c, q = form[0], form[1], sp.Matrix(sde.covariance)
    law = sde.stationary()
    mean, s = _moments(sde, a, c, q)
    precision = inverse(s)
    if precision is None:
        raise Unsolvable("the covariance at rest is singular: the noise does not reach every direction")
    unknown = [] if odd is None else [x for x in odd if x not in sde.states]
    if unknown:
        raise StochasticError(f"{plain(unknown)} are no states: odd names some of {plain(sde.states)}")
    back = (s * a.T * precision).applyfunc(sp.factor)
    signs = _signs(sde, a, back, q, odd)
    e = sp.diag(*signs)
    turned = e * back * e
    loud, weight = _noisy(sde, q)
    delta = (a - turned).applyfunc(sp.factor)
    moved = [i for i in range(sde.n) if i not in loud and any(not zero(d, sde.given) for d in delta.row(i))]
    if moved:
        raise Unsolvable(
            f"the reversed paths are impossible: {plain(sde.states[moved[0]])} has no noise and an irreversible drift; "
            "name "
            "the variables that are odd under time reversal, odd=(...)"
        )
    shift = -turned * (mean - e * mean)
    d, d0 = delta.extract(loud, list(range(sde.n))), sp.Matrix([shift[i] for i in loud])
    sigma = sp.factor((d.T * weight * d * s).trace() / 2 + (d0.T * weight * d0)[0, 0] / 2)
    other = _by_drift(sde, a, c, s, mean, e, loud, weight)
    y = sp.Matrix(sde.states) - mean
    omega = (a - back).applyfunc(lambda f: sp.factor(f / 2))
    circulation = (omega * s).applyfunc(sp.factor)
    checks = [law.evidence, settled(sigma, other, law.given, "σ by the drift alone")]
    for f in circulation + circulation.T:
        checks.append(settled(f, sp.S.Zero, law.given, "Ω S is antisymmetric"))
    for f in back * s + s * back.T + q:
        checks.append(settled(f, sp.S.Zero, law.given, "the process run backwards has the same law at rest"))
    backwards = replace_sde(sde, drift=tuple(sde.tidy(f) for f in back * y), alpha=sp.S.Zero)
    turning = tuple(x for x, sign in zip(sde.states, signs, strict=True) if sign < 0)
    velocity = tuple(sde.tidy(f) for f in omega * y)
    return Irreversibility(
        sde,
        sigma,
        velocity,
        sp.ImmutableDenseMatrix(circulation),
        turning,
        tuple(mean),
        sp.ImmutableDenseMatrix(s),
        backwards,
        law.given,
        together(checks),
    )


def _moments(sde: SDE, a: Any, c: Any, q: Any) -> tuple[Any, Any]:
    """(m, S) at rest."""
    from derive.stochastic.laws.moments import lyapunov

    down, s = inverse(a), lyapunov(a, q)
    if down is None or s is None:
        raise Unsolvable("Lyapunov's equation A S + S Aᵀ + B ρ Bᵀ = 0 has no single solution: the drift is not stable")
    return (-down * c).applyfunc(sde.tidy), s.applyfunc(sp.factor)


def _noisy(sde: SDE, q: Any) -> tuple[list[int], Any]:
    """(indices of the noisy variables, the inverse of Q on them)."""
    loud = [i for i in range(sde.n) if any(e != 0 for e in q.row(i))]
    weight = inverse(q.extract(loud, loud)) if loud else None
    if weight is None:
        raise Unsolvable("the noises of the noisy variables are linearly dependent: no inverse of B ρ Bᵀ on them")
    return loud, weight


def _signs(sde: SDE, a: Any, back: Any, q: Any, odd: Iterable[Any] | None) -> tuple[int, ...]:
    """ε: as named; else all even, or for degenerate noise the first choice with a possible reversal, variables without
    noise (positions) even before odd."""
    if odd is not None:
        named = tuple(odd)
        signs = tuple(-1 if x in named else 1 for x in sde.states)
        if any(signs[i] != signs[j] and q[i, j] != 0 for i in range(sde.n) for j in range(i)):
            raise StochasticError("an odd and an even variable share a noise: their signs do not leave B ρ Bᵀ as it is")
        return signs
    even = (1,) * sde.n
    quiet = [i for i in range(sde.n) if all(e == 0 for e in q.row(i))]
    patterns = [even, *(pattern for pattern, turned in _parities(sde) if turned is None)] if quiet else []
    for signs in sorted(patterns, key=lambda pattern: sum(pattern[i] < 0 for i in quiet)):
        e = sp.diag(*signs)
        gap = a - e * back * e
        if all(zero(f, sde.given) for i in quiet for f in gap.row(i)):
            return signs
    return even


def _by_drift(sde: SDE, a: Any, c: Any, s: Any, mean: Any, e: Any, loud: list[int], weight: Any) -> Any:
    """2 E[a⁺ᵀ Q⁺ a⁺] + tr A⁺."""
    part, force = (a + e * a * e) / 2, (c + e * c) / 2
    at_mean = part * mean + force
    rows, here = part.extract(loud, list(range(sde.n))), sp.Matrix([at_mean[i] for i in loud])
    return 2 * (rows.T * weight * rows * s).trace() + 2 * (here.T * weight * here)[0, 0] + part.trace()
