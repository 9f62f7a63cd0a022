"""Changes of measure and of the direction of time: Girsanov, Doob's h, Anderson's reversal, the probability flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.exact import is_positive
from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import exact

if TYPE_CHECKING:
    from derive.stochastic.equation import Vector
    from derive.stochastic.exits.true_martingale import Martingale
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Girsanov:
    """A change of measure dQ/dP = Z_t, dZ = Z uᵀ ρ⁻¹ dW, Z_0 = 1: under Q, dW̃ = dW − u dt is a Wiener process.

    `process` is the SDE under Q, driven by W̃. `log_density` is the pair of the dt coefficient −½ uᵀ ρ⁻¹ u and the dW
    coefficients ρ⁻¹ u of d log Z. Q is a probability measure only if Z is a martingale: `martingale` tells whether it
    is, True, False or None, with the reason (Novikov, or explosions).
    """

    sde: SDE
    u: tuple[Any, ...]
    process: SDE
    log_density: tuple[Any, tuple[Any, ...]]

    @property
    def drift(self) -> Vector:
        """The drift under the new measure, a + B u."""
        return self.process.drift

    @property
    def martingale(self) -> Martingale:
        """Whether E Z_t = 1, with the reason; see `exits.true_martingale`.

        >>> import sympy as sp
        >>> x, t = sp.symbols("x t", real=True)
        >>> from derive.stochastic import SDE
        >>> SDE(x, 0, 1, t).girsanov(x**2).martingale.answer
        False
        """
        from derive.stochastic.exits.true_martingale import true_martingale

        return true_martingale(self)

    @property
    def density_equation(self) -> tuple[Any, tuple[Any, ...]]:
        """(drift, diffusions) of dZ/Z by Itô's lemma on log Z: the drift is 0, so Z is a local martingale."""
        rate, noise = self.log_density
        half = sp.Add(
            *(noise[k] * self.sde.correlation[k, q] * noise[q] for k in range(self.sde.m) for q in range(self.sde.m))
        )
        return self.sde.tidy(rate + half / 2), noise


def girsanov(sde: SDE, u: Any) -> Girsanov:
    """The process under the measure in which dW − u dt is a Wiener process: its drift is a + B u (Itô).

    u: one expression for each noise, functions of the states and the time. Source: I. Girsanov (1960).
    """
    shift = tuple(exact(side(e)) for e in (u if isinstance(u, Sequence | sp.Tuple | sp.MatrixBase) else (u,)))
    if len(shift) != sde.m:
        raise StochasticError(f"{sde.m} noises need as many shifts u; got {len(shift)}")
    drift = tuple(
        sde.tidy(a + sp.Add(*(sde.diffusion[i, k] * shift[k] for k in range(sde.m))))
        for i, a in enumerate(sde.ito_drift)
    )
    column = sp.Matrix(shift)
    if is_zero(sde.correlation.det(), sde.given) is True:
        raise StochasticError(
            f"the correlation matrix {plain(sde.correlation.tolist())} is singular: some noise is a sum of the others; "
            "write "
            f"the process with independent noises first"
        )
    weights = sde.correlation.LUsolve(column)
    rate = sde.tidy(-(column.T * weights)[0, 0] / 2)
    return Girsanov(sde, shift, with_drift(sde, drift), (rate, tuple(sde.tidy(w) for w in weights)))


def doob(sde: SDE, h: Any) -> SDE:
    """The process conditioned through a positive space-time harmonic h: drift a + B ρ Bᵀ ∇ log h.

    h must obey ∂_t h + L h = 0 and be positive; StochasticError if it provably does not, or is negative all over the
    domain. Where a scalar process has no stated domain and h is linear in the state, the domain becomes {h > 0}.
    Source: J. Doob (1957).
    """
    if h == 0 or is_positive(-h, sde.facts) is True:
        raise StochasticError(f"h = {plain(h)} is nowhere positive: a process is conditioned through a positive h")
    residual = sp.diff(h, sde.t) + sde.generator(h)
    if is_zero(residual, sde.facts) is False:
        raise StochasticError(
            f"h = {plain(h)} is not harmonic: ∂_t h + L h = {plain(sde.tidy(residual))}, which is not 0"
        )
    return with_drift(_where_positive(sde, h), _along(sde, _score(sde, h), 1))


def _where_positive(sde: SDE, h: Any) -> SDE:
    """The process on the half-line {h > 0} where h is linear in its one state, which roams the line."""
    from derive.stochastic.sde import replace_sde

    if sde.n > 1 or sde.domain[0] != (-sp.oo, sp.oo) or h.has(sde.t):
        return sde
    poly = h.as_poly(sde.x)
    if poly is None or poly.degree() != 1 or any(c.has(sde.x) for c in poly.coeffs()):
        return sde
    slope, end = poly.nth(1), sp.cancel(-poly.nth(0) / poly.nth(1))
    part = (end, sp.oo) if is_positive(slope, sde.given) is True else (-sp.oo, end)
    known = is_positive(slope, sde.given) is True or is_positive(-slope, sde.given) is True
    return replace_sde(sde, domain=(part,)) if known else sde


def reverse(sde: SDE, p: Any) -> SDE:
    """dX = (a − ∇·(B ρ Bᵀ) − B ρ Bᵀ ∇ log p) dt + B dW̄, with t running backwards: Anderson's reversal.

    p(x, t) is the marginal density (it need not be normalised). Source: B. Anderson, Stoch. Proc. Appl. 12 (1982) 313.
    """
    _need_density(p)
    return with_drift(sde, _along(sde, _flux(sde, p), -1))


def _need_density(p: Any) -> None:
    if p == 0:
        raise StochasticError("p vanishes: the reversal and the flow need the density of the process, p > 0")


def probability_flow(sde: SDE, p: Any) -> Vector:
    """v = a − ½ ∇·(B ρ Bᵀ) − ½ B ρ Bᵀ ∇ log p: ẋ = v has the same marginals p, by ∂_t p = −∇·(v p).

    Source: D. Maoutsa, S. Reich, M. Opper, Entropy 22 (2020) 802; Y. Song et al. (2021), eq. (13).
    """
    _need_density(p)
    return _along(sde, _flux(sde, p), -sp.Rational(1, 2))


def with_drift(sde: SDE, drift: Vector) -> SDE:
    """The same noise with another Itô drift."""
    from derive.stochastic.sde import replace_sde

    return replace_sde(sde, drift=drift, alpha=sp.S.Zero)


def _score(sde: SDE, p: Any) -> list[Any]:
    """Σ_j (B ρ Bᵀ)_ij ∂_j log p."""
    c = sde.covariance
    gradient = [_log_slope(p, x) for x in sde.states]
    return [sp.Add(*(c[i, j] * gradient[j] for j in range(sde.n))) for i in range(sde.n)]


def _log_slope(p: Any, x: Any) -> Any:
    """∂ log p: the logarithm is taken apart, so that no exponential and no normaliser stays in it."""
    log = sp.expand_log(sp.log(p), force=True)
    return sp.diff(log, x)


def _flux(sde: SDE, p: Any) -> list[Any]:
    c, x = sde.covariance, sde.states
    return [sp.Add(*(sp.diff(c[i, j], x[j]) for j in range(sde.n))) + score for i, score in enumerate(_score(sde, p))]


def _along(sde: SDE, vector: list[Any], factor: Any) -> Vector:
    return tuple(sde.tidy(a + factor * v) for a, v in zip(sde.ito_drift, vector, strict=True))
