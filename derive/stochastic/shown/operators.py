"""Operators as they are written: one term for each derivative, constants in front of ∂, the score ∂ log p for ∂p/p.

Law: each form equals what it replaces for every f and p (twice differentiable, so that ∂_i ∂_j = ∂_j ∂_i).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.stochastic.shown.layout import same_form

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def by_derivatives(sde: SDE, f: Any) -> Any:
    """Σ a_i ∂_i f + ½ Σ c_ij ∂_i ∂_j f, one term for each derivative."""
    x, c = sde.states, sde.covariance
    total = sp.Add(*(a * sp.Derivative(f, y) for a, y in zip(sde.ito_drift, x, strict=True)))
    for i in range(sde.n):
        total += sde.tidy(c[i, i] / 2) * sp.Derivative(f, (x[i], 2))
        total += sp.Add(*(sde.tidy(c[i, j]) * sp.Derivative(f, x[i], x[j]) for j in range(i + 1, sde.n)))
    return total


def constants_out(sde: SDE, forward: Any) -> Any:
    """The forward equation with what does not depend on the states in front of ∂, and ∂_i∂_j = ∂_j∂_i once."""
    total = sp.S.Zero
    for term in sp.Add.make_args(forward.divergence_form.rhs):
        for node in term.atoms(sp.Derivative):
            if term.coeff(node, 1) == 0 or node.expr.is_Derivative:
                continue
            front, inside = sde.tidy(node.expr).as_independent(*sde.states, sde.t, as_Add=False)
            for sum_ in (f for f in sp.Mul.make_args(inside) if f.is_Add):
                if all(part.could_extract_minus_sign() for part in sum_.args):
                    front, inside = -front, inside / sum_ * -sum_
            order = sorted(node.variables, key=sde.states.index)
            term = term.xreplace({node: front * sp.Derivative(inside, *order)})
        total += term
    return total if same_form(total.doit(), forward.rhs.doit(), sde.facts) else forward.divergence_form.rhs


def by_scores(back: SDE, p: Any) -> SDE:
    """∂_i p/p as ∂_i log p."""
    from derive.stochastic.sde import replace_sde

    table = {sp.Derivative(p, x): p * sp.Derivative(sp.log(p), x) for x in back.states}
    drift = []
    for a in back.drift:
        scores, rest = sp.S.Zero, sp.S.Zero
        for term in sp.Add.make_args(sp.expand(a.xreplace(table))):
            scores, rest = (scores + term, rest) if term.has(sp.Derivative) else (scores, rest + term)
        drift.append(back.tidy(rest) + sp.collect(scores, [*scores.atoms(sp.Derivative)], sp.factor))
    return replace_sde(back, drift=drift)
