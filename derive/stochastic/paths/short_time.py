"""The moments of one slice of a path integral, for noise that depends on the place in any number of dimensions.

A slice of length ε² has the density K(δ) = (2πε²)^{−n/2} det c(x_α)^{−½} exp(−ε² L(x_α, δ/ε²)), x_α = x + α δ. With
c = R Rᵀ at x and δ = ε R ξ, K is the standard normal density of ξ times 1 + ε o₁ + ε² (q + o₁²/2) + …. In the frame R
let ∂_k act along the k-th column of R, g_k = R⁻¹ (∂_k c) R⁻ᵀ, h_kl = R⁻¹ (∂_k ∂_l c) R⁻ᵀ (R held fixed), and
L = ½ vᵀ c⁻¹ v + l·v + l₀ with λ = Rᵀ l. Then, since ∂c⁻¹ = −c⁻¹ (∂c) c⁻¹ and ∂ log det c = tr(c⁻¹ ∂c),

    o₁ = ½ α (g_k)_ij ξ_i ξ_j ξ_k − (λ_k + ½ α tr g_k) ξ_k
    q  = −¼ α² (g_k g_l + g_l g_k − h_kl)_ij ξ_i ξ_j ξ_k ξ_l − α (∂_k λ_l) ξ_k ξ_l − l₀
         − ¼ α² tr(h_kl − g_k g_l) ξ_k ξ_l

so that per time the norm grows by E[q + o₁²/2], the mean displacement is R E[ξ o₁] and the mean square is c.
Reference: F. Langouche, D. Roekaerts, E. Tirapegui, Functional Integration and Semiclassical Expansions (1982), ch. 3.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.fokker_planck import square_root

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def short_time_moments(
    sde: SDE, alpha: Any, velocities: tuple[Any, ...], lagrangian: Any
) -> tuple[Any, tuple[Any, ...], sp.ImmutableDenseMatrix]:
    """(norm − 1, the means ⟨δ_i⟩, the matrix ⟨δ_i δ_j⟩) over dt, for dt → 0, of a slice with this L.

    StochasticError if the part of L that is quadratic in the velocities is not ½ vᵀ c⁻¹ v: then no limit exists.
    """
    c, n, tidy = sde.covariance, range(sde.n), sde.tidy
    frame = _frame(sde)
    inverse = frame.inv().applyfunc(tidy)
    still = dict.fromkeys(velocities, sp.S.Zero)
    mass = sp.Matrix(sde.n, sde.n, lambda i, j: sp.diff(lagrangian, velocities[i], velocities[j]))
    if not all(zero(e, sde.facts) for e in frame.T * mass * frame - sp.eye(sde.n)):
        raise StochasticError(
            f"L is no action of this noise: its part quadratic in the velocities is not that of {plain(c)}"
        )

    def along(f: Any, k: int) -> Any:
        return sp.Add(*(frame[i, k] * f.diff(x) for i, x in enumerate(sde.states)))

    def along_both(f: Any, k: int, m: int) -> Any:
        pairs = product(enumerate(sde.states), repeat=2)
        return sp.Add(*(frame[i, k] * frame[j, m] * f.diff(x, y) for (i, x), (j, y) in pairs))

    def framed(matrix: Any) -> Any:
        return (inverse * matrix * inverse.T).applyfunc(tidy)

    def matrices(entry: Any) -> Any:
        return framed(sp.Matrix(sde.n, sde.n, lambda i, j: entry(c[i, j])))

    g = [matrices(lambda e, k=k: along(e, k)) for k in n]
    h = {(k, m): matrices(lambda e, k=k, m=m: along_both(e, k, m)) for k in n for m in n if k <= m}
    force = [sp.diff(lagrangian, v).subs(still) for v in velocities]
    slope = [tidy(sp.Add(*(frame[i, k] * force[i] for i in n))) for k in n]
    steep = sp.Add(*(frame[i, k] * along(force[i], k) for i, k in product(n, n)))
    rest = lagrangian.subs(still)

    linear = [-slope[k] - alpha * g[k].trace() / 2 for k in n]
    cubic = {(i, j, k): alpha * (g[k][i, j] + g[i][j, k] + g[j][k, i]) / 6 for i, j, k in product(n, repeat=3)}
    contracted = [sp.Add(*(cubic[i, i, k] for i in n)) for k in n]
    mean = [tidy(linear[k] + 3 * contracted[k]) for k in n]
    squared = sp.Add(*(linear[k] ** 2 + 6 * contracted[k] * linear[k] + 9 * contracted[k] ** 2 for k in n))
    squared += 6 * sp.Add(*(e**2 for e in cubic.values()))
    quartic = sp.S.Zero
    for k, m in product(n, n):
        second = h[min(k, m), max(k, m)]
        form = g[k] * g[m] + g[m] * g[k] - second
        quartic += form.trace() + (second - g[k] * g[m]).trace() if k == m else sp.S.Zero
        quartic += form[k, m] + form[m, k]
    norm = -(alpha**2) * quartic / 4 - alpha * steep - rest + squared / 2
    drift = tuple(tidy(sp.Add(*(frame[i, k] * mean[k] for k in n))) for i in n)
    return tidy(norm), drift, c


def _frame(sde: SDE) -> Any:
    """R with R Rᵀ = B ρ Bᵀ: B times a constant root of ρ where B is square, else a triangular one."""
    if sde.n == sde.m:
        return sp.Matrix(sde.diffusion * square_root(sde.correlation, (), sde.t, sde.given))
    return sp.Matrix(square_root(sde.covariance, sde.states, sde.t, sde.given))
