"""Whether local martingales of a scalar process are martingales: the noise must not outgrow the state.

For b² ≤ C (1 + x²) and a drift that grows at most linearly all moments are finite, and the stochastic integrals of
polynomials are martingales. For dX = X² dW they are not: E X_t < X_0 (the reciprocal of a Bessel process in three
dimensions). References: I. Karatzas, S. Shreve, thm. 5.2.9; A. Cox, D. Hobson, Finance Stoch. 9 (2005) 477.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.exact import is_positive
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.solutions.lamperti import natural_domain

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def moderate_noise(sde: SDE) -> tuple[Any, ...]:
    """Conditions for b² ≤ C (1 + x²) at the infinite ends of a scalar process, () where it holds or is not a matter of
    powers of x; StochasticError if it fails."""
    if sde.n != 1 or sde.b == 0 or all(end.is_infinite is not True for end in natural_domain(sde)):
        return ()
    conditions: list[Any] = []
    for term in sp.Add.make_args(sp.expand(sp.powdenest(sp.expand(sde.covariance[0, 0]), force=True))):
        _, varying = term.as_independent(sde.x, as_Add=False)
        base, power = varying.as_base_exp()
        if base != sde.x or power.has(sde.x):
            continue
        if is_positive(power - 2, sde.given) is True:
            raise StochasticError(
                f"the noise b² = {plain(sde.covariance[0, 0])} grows faster than {plain(sde.x)}²: moments need not be "
                "those that the "
                f"generator gives (E {plain(sde.x)} of d{plain(sde.x)} = {plain(sde.x)}² dW falls); the transition "
                "density decides"
            )
        if not power.is_number and is_positive(2 - power, sde.given) is not True:
            conditions.append(power <= 2)
    return tuple(dict.fromkeys(conditions))
