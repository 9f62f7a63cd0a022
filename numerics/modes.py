"""The modes of a chain of cells, by the singular values of its currents.

Rates right_j from cell j to j + 1 and left_j back are symmetric in ⟨p, q⟩ = Σ p q/π, π_{j+1}/π_j = right_j/left_j, and
in q = π^{−½} p the operator is −Cᵀ C with one row of C for each current: C_{j,j} = √right_j, C_{j,j+1} = −√left_j, and
√lost for what leaves at an end. So rates of decay are squares of singular values, with errors of a part of about
1e-15 √(largest/λ), and not of 1e-16 of the largest, as they would have as eigenvalues.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def modes(right: Array, left: Array, lost: tuple[float, float]) -> tuple[Array, Array]:
    """(rates λ_k ≥ 0 from the lowest, modes q_k with Σ q_k q_l = δ_kl, one row each) of N cells, from the rates of the
    N − 1 links and what is lost at the first and the last cell. Without loss λ_0 is 0."""
    n = len(right) + 1
    currents, j = np.zeros((n - 1, n)), np.arange(n - 1)
    currents[j, j], currents[j, j + 1] = np.sqrt(right), -np.sqrt(left)
    ends = [np.sqrt(rate) * np.eye(n)[[end]] for end, rate in zip((0, -1), lost, strict=True) if rate > 0]
    _, size, shapes = np.linalg.svd(np.concatenate([currents, *ends]))
    rates = np.zeros(n)
    rates[: len(size)] = size[:n] ** 2
    return rates[::-1], shapes[::-1]
