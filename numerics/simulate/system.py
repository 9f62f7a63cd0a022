"""The equation dX = a(X, t) dt + B(X, t) dW with independent noises, ready for schemes: correlation folded into B."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from numerics.kernel.signature import real_symbols
from numerics.simulate.errors import SimulationError


@dataclass(frozen=True)
class System:
    """a (n entries) and B (n×m) in the Itô convention, functions of the states and of the time, without parameters.

    names: the states as they were given. states, time: real symbols in their places, so that |x| has a derivative.
    """

    names: tuple[sp.Symbol, ...]
    states: tuple[sp.Symbol, ...]
    time: sp.Symbol
    drift: tuple[Any, ...]
    diffusion: sp.ImmutableDenseMatrix

    @property
    def n(self) -> int:
        """The number of states."""
        return len(self.states)

    @property
    def m(self) -> int:
        """The number of noises."""
        return self.diffusion.cols

    @property
    def additive(self) -> bool:
        """Whether B does not depend on the states."""
        return not self.diffusion.has(*self.states)

    def along(self, j: int, f: Any) -> Any:
        """L^j f = Σ_i B_ij ∂_i f."""
        return sp.Add(*(self.diffusion[i, j] * sp.diff(f, x) for i, x in enumerate(self.states)))

    def generator(self, f: Any) -> Any:
        """L⁰f = ∂_t f + Σ_i a_i ∂_i f + ½ Σ_ik (B Bᵀ)_ik ∂_i ∂_k f."""
        square = self.diffusion * self.diffusion.T
        slopes = [sp.diff(f, x) for x in self.states]
        second = [
            square[i, k] * sp.diff(slope, x) / 2 for i, slope in enumerate(slopes) for k, x in enumerate(self.states)
        ]
        return sp.Add(sp.diff(f, self.time), *(a * slope for a, slope in zip(self.drift, slopes, strict=True)), *second)

    @property
    def stratonovich_drift(self) -> tuple[Any, ...]:
        """a_i − ½ Σ_j L^j B_ij."""
        return tuple(
            a - sp.Add(*(self.along(j, self.diffusion[i, j]) for j in range(self.m))) / 2
            for i, a in enumerate(self.drift)
        )

    def brackets(self) -> list[Any]:
        """L^j B_ik − L^k B_ij for all i and j < k: the noise commutes if all of them vanish."""
        b = self.diffusion
        return [
            self.along(j, b[i, k]) - self.along(k, b[i, j])
            for i in range(self.n)
            for k in range(self.m)
            for j in range(k)
        ]

    def commutes(self) -> bool:
        """Whether all brackets are proven to vanish by expansion; for a False nothing is proven."""
        return all(b == 0 or sp.expand(b) == 0 or sp.simplify(b) == 0 for b in self.brackets())


def system(
    drift: Any,
    diffusion: Any,
    states: Any,
    time: sp.Symbol | None = None,
    correlation: Any = None,
    at: Mapping[Any, Any] | None = None,
) -> System:
    """The system with the parameters `at` put in and the noise made independent: B ← B C, C Cᵀ = correlation.

    time: the symbol of the time; the symbol called t in the coefficients if not given.
    SimulationError for shapes that do not fit and for parameters without a value.
    """
    x = tuple(states) if isinstance(states, Sequence | sp.MatrixBase | sp.Tuple) else (states,)
    values = {key: sp.sympify(value, strict=True) for key, value in (at or {}).items()}
    a = _entries(drift)
    b = _matrix(diffusion, len(x))
    if len(a) != len(x) or b.rows != len(x):
        raise SimulationError(
            f"{len(x)} states need {len(x)} drifts and a diffusion matrix with {len(x)} rows; "
            f"got {len(a)} and {b.rows}×{b.cols}"
        )
    if correlation is not None:
        b = b * root(sp.Matrix(correlation).subs(values), b.cols)
    a = tuple(sp.sympify(e, strict=True).subs(values) for e in a)
    b = b.subs(values)
    free = set().union(*(e.free_symbols for e in (*a, *b))) - set(x)
    clock = time if time is not None else next((s for s in free if s.name == "t"), sp.Symbol("t"))
    if missing := sorted(str(s) for s in free - {clock}):
        raise SimulationError(f"no value for {', '.join(missing)}: give it as at={{{missing[0]}: number}}")
    if bad := [e for e in (*a, *b) if e.has(sp.nan, sp.oo, -sp.oo, sp.zoo)]:
        raise SimulationError(f"the coefficient {bad[0]} is not finite")
    real = dict(real_symbols((*x, clock)))
    return System(
        x,
        tuple(real[s] for s in x),
        real[clock],
        tuple(e.xreplace(real) for e in a),
        sp.ImmutableDenseMatrix(b.xreplace(real)),
    )


def _entries(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str):
        raise SimulationError(f"{value!r} is text; coefficients are expressions of SymPy")
    return tuple(value) if isinstance(value, Sequence | sp.MatrixBase | sp.Tuple) else (value,)


def _matrix(diffusion: Any, n: int) -> Any:
    if isinstance(diffusion, sp.MatrixBase):
        return sp.Matrix(diffusion)
    if isinstance(diffusion, Sequence | sp.Tuple):
        return sp.Matrix([list(_entries(row)) for row in diffusion])
    if n > 1:
        raise SimulationError(f"{n} states need a diffusion matrix with {n} rows; got {diffusion}")
    return sp.Matrix([[diffusion]])


def root(rho: Any, m: int) -> Any:
    """C with C Cᵀ = ρ: Cholesky, or by eigenvalues where ρ is singular."""
    if rho.shape != (m, m):
        raise SimulationError(f"{m} noises need a {m}×{m} correlation matrix; got {rho.rows}×{rho.cols}")
    if rho == sp.eye(m):
        return rho
    if rho.free_symbols:
        raise SimulationError(f"no value for {sorted(map(str, rho.free_symbols))} in the correlation: give it in at=")
    if rho.is_positive_definite:
        return rho.cholesky()
    import numpy as np

    value, vector = np.linalg.eigh(np.array(rho.tolist(), dtype=float))
    if value.min() < -1e-12 * value.max():
        raise SimulationError(f"the correlation matrix has the eigenvalue {value.min():.3g}: it must not be negative")
    return sp.Matrix((vector * np.sqrt(np.clip(value, 0, None))).tolist())
