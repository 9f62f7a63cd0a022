"""What an equation on one axis comes to rest at, and how fast: stationary densities and spectra of a chain of cells.

Everything is said by products of rates, without differences: densities down to any size and rates of escape from deep
wells keep their digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics.exponential import log_weights
from numerics.fokker_planck.errors import FokkerPlanckError
from numerics.fokker_planck.rates import Array
from numerics.modes import modes

if TYPE_CHECKING:
    from numerics.fokker_planck.grid import FokkerPlanckGrid

_NEVER = -1e5


def stationary(grid: FokkerPlanckGrid) -> Array:
    """The stationary density, cell values. FokkerPlanckError with absorbing ends, coefficients in the time, several
    axes, and where paths go one way only, so that it need not be the only one."""
    if len(grid.states) != 1 or "absorbing" in grid.boundary[0] or grid.timed:
        raise FokkerPlanckError("a stationary state is found on one axis without absorbing ends or time dependence")
    lower, _, upper = grid.bands(0)
    around = grid.lines[0].cyclic
    logs = ring_weights(np.append(lower[1:], lower[0]), upper) if around else _chain_weights(lower, upper)
    q = np.exp(logs - logs.max())
    return q / (q.sum() * grid.cell)


def spectrum(grid: FokkerPlanckGrid, count: int) -> tuple[Array, Array]:
    """See `FokkerPlanckGrid.spectrum`, and `numerics.modes` for how good the rates are."""
    if len(grid.states) != 1 or grid.lines[0].cyclic or grid.timed:
        raise FokkerPlanckError("the spectrum is found on one axis with reflecting or absorbing ends")
    lower, diagonal, upper = grid.bands(0)
    logs, (first, last) = _chain_weights(lower, upper), grid.boundary[0]
    rates, shapes = modes(
        lower[1:],
        upper[:-1],
        (
            -diagonal[0] - lower[1] if first == "absorbing" else 0.0,
            -diagonal[-1] - upper[-2] if last == "absorbing" else 0.0,
        ),
    )
    weight = np.exp((logs - logs.max()) / 2)
    return rates[:count], shapes[:count] * weight / (np.linalg.norm(weight) * grid.cell)


def _chain_weights(lower: Array, upper: Array) -> Array:
    """log π of a chain with two ends."""
    if not ((lower[1:] > 0) & (upper[:-1] > 0)).all():
        raise FokkerPlanckError("without noise between some cells paths go one way only: there is no detailed balance")
    return log_weights(lower, upper)


def ring_weights(right: Array, left: Array) -> Array:
    """log π, but for a constant, of a ring with the rates right_m from m to m + 1 and left_m back, indices modulo N:
    the sum over trees that lead to i, one for each link k that is cut,

        π_i = Σ_k  left_i … left_{k−1}  right_{k+1} … right_{i+N−1},  k = i, …, i + N − 1.

    Reference: J. Schnakenberg, Rev. Mod. Phys. 48 (1976) 571, sec. III. All rates of one of the ways must be positive,
    else there may be more than one stationary density (FokkerPlanckError).
    """
    n = len(right)
    if not ((right > 0).all() or (left > 0).all()):
        raise FokkerPlanckError("without noise between some cells the drift turns: there may be several densities")
    with np.errstate(divide="ignore"):
        ways = np.log(np.array([right, left]))
    # a common factor of all rates, which all trees have in the same power
    ways -= ways[np.isfinite(ways)].mean()
    ahead, back = (np.concatenate([[0.0], np.tile(way, 2).cumsum()]) for way in np.maximum(ways, _NEVER))
    cut = back[:-1] - ahead[1:]
    # the window of N cuts that begins at i is the end of the first turn and the beginning of the second
    trees = np.logaddexp.accumulate(cut[n - 1 :: -1])[::-1]
    trees[1:] = np.logaddexp(trees[1:], np.logaddexp.accumulate(cut[n:])[:-1])
    return trees + ahead[n:-1] - back[:n]
