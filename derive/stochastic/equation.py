"""The data of a stochastic differential equation, what makes them fit together, and what follows from them at once.

The Itô drift is a + α c with c_i = Σ_jkl B_jk ρ_kl ∂_j B_il (P. Kloeden, E. Platen, sec. 4.9; α = ½: Stratonovich).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import assumptions, side
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import exact, tidy

Vector = tuple[Any, ...]


@dataclass(frozen=True)
class Equation:
    """dX_i = a_i(X, t) dt + Σ_k B_ik(X, t) dW_k, dW_k dW_l = ρ_kl dt, read at the point α of each step.

    Shapes: n states, m noises; drift n, diffusion n×m, correlation m×m. Decimals are the rationals that they write.
    StochasticError names data that do not fit together.
    """

    states: tuple[sp.Symbol, ...]
    drift: Vector
    diffusion: sp.ImmutableDenseMatrix
    t: sp.Symbol
    correlation: sp.ImmutableDenseMatrix
    domain: tuple[tuple[sp.Expr, sp.Expr], ...]
    alpha: sp.Expr
    given: tuple[Any, ...]

    def __init__(
        self,
        states: Any,
        drift: Any,
        diffusion: Any,
        t: Any,
        correlation: Any = None,
        domain: Any = None,
        alpha: Any = 0,
        given: Iterable[Any] | Any = (),
    ) -> None:
        x = tuple(states) if _several(states) else (states,)
        a = tuple(map(side, drift)) if _several(drift) else (side(drift),)
        b = _matrix(diffusion, len(x))
        rho = sp.eye(b.cols) if correlation is None else sp.Matrix(correlation)
        for name, value in (
            ("states", x),
            ("drift", tuple(map(exact, a))),
            ("diffusion", b.applyfunc(exact)),
            ("t", t),
            ("correlation", sp.ImmutableDenseMatrix(rho).applyfunc(exact)),
            ("domain", tuple((exact(low), exact(high)) for low, high in intervals(domain, len(x)))),
            ("alpha", exact(side(alpha))),
            ("given", tuple(map(exact, assumptions(given)))),
        ):
            object.__setattr__(self, name, value)
        _check(self)

    @property
    def n(self) -> int:
        """The number of states."""
        return len(self.states)

    @property
    def m(self) -> int:
        """The number of noises."""
        return self.diffusion.cols

    @property
    def x(self) -> Any:
        """The state of a scalar process; StochasticError for several states."""
        if self.n != 1:
            raise StochasticError(f"this needs a scalar process; there are {self.n} states {plain(self.states)}")
        return self.states[0]

    @property
    def a(self) -> Any:
        """The Itô drift of a scalar process."""
        return self.ito_drift[0] if self.x else sp.nan

    @property
    def b(self) -> Any:
        """The noise amplitude of a scalar process: √(B ρ Bᵀ); B itself if there is one noise."""
        return self.diffusion[0, 0] if self.x and self.m == 1 else sp.sqrt(self.covariance[0, 0])

    @property
    def origin(self) -> Vector:
        """Symbols for the start with the assumptions of the states: x0, or x_start where x0 is a parameter."""
        taken = {s.name for s in (*self.states, self.t, *self.parameters)}

        def free(name: str) -> str:
            names = (f"{name}0", f"{name}_start", *(f"{name}_start{k}" for k in range(9)))
            return next(n for n in names if n not in taken)

        return tuple(sp.Symbol(free(x.name), **x.assumptions0) for x in self.states)

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The free symbols besides the states and the time, by name."""
        parts = (*self.drift, *self.diffusion, *self.correlation, *(end for pair in self.domain for end in pair))
        symbols = set().union(*(part.free_symbols for part in parts)) - set(self.states) - {self.t}
        return tuple(sorted(symbols, key=lambda symbol: symbol.name))

    @property
    def covariance(self) -> sp.ImmutableDenseMatrix:
        """B ρ Bᵀ, the rate of the quadratic covariation d⟨X_i, X_j⟩/dt; n×n."""
        return sp.ImmutableDenseMatrix(self.diffusion * self.correlation * self.diffusion.T)

    @property
    def spurious_drift(self) -> Vector:
        """c_i = Σ_jkl B_jk ρ_kl ∂_j B_il: the Itô drift is a + α c."""
        b, rho, x = self.diffusion, self.correlation, self.states
        return tuple(
            sp.Add(
                *(
                    b[j, k] * rho[k, q] * sp.diff(b[i, q], x[j])
                    for j in range(self.n)
                    for k in range(self.m)
                    for q in range(self.m)
                )
            )
            for i in range(self.n)
        )

    @property
    def ito_drift(self) -> Vector:
        """The drift in the Itô convention, a + α c."""
        if self.alpha == 0:
            return self.drift
        return tuple(self.tidy(a + self.alpha * c) for a, c in zip(self.drift, self.spurious_drift, strict=True))

    def tidy(self, expr: Any) -> Any:
        """An expression in the states, the time and the parameters in a short form."""
        return tidy(expr, (*self.states, self.t), self.facts)

    @property
    def facts(self) -> tuple[Any, ...]:
        """What may be assumed of a point of the state space: `given`, and that the states lie inside their domain."""
        inside = [
            relation
            for x, (low, high) in zip(self.states, self.domain, strict=True)
            for relation in ((x > low) if low != -sp.oo else sp.true, (x < high) if high != sp.oo else sp.true)
            if relation not in (sp.true, sp.false)
        ]
        return (*self.given, *inside)

    def need_inside(self, *points: Any) -> None:
        """StochasticError if a point of a scalar process provably lies outside its domain."""
        low, high = self.domain[0]
        for point in points:
            if (point - low).is_negative or (high - point).is_negative:
                raise StochasticError(
                    f"{plain(point)} does not lie in the domain ({plain(low)}, {plain(high)}) of {plain(self.x)}"
                )

    def need_real(self) -> None:
        """StochasticError if a coefficient is not shown to be real: a complex process has no density on the line."""
        for e in (*self.drift, *self.diffusion):
            if e.has(sp.I) and not _real(e):
                raise StochasticError(
                    f"the coefficient {plain(e)} is not shown to be real: write the real and the imaginary part as two "
                    "states"
                )

    def latex(self) -> str:
        """The equation as the field writes it, one line for each state."""
        from derive.stochastic.shown.printing import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def __str__(self) -> str:
        from derive.stochastic.shown.printing import plain

        return plain(self)


def _several(value: Any) -> bool:
    """Whether a value is a row of entries; text is one entry, which `side` refuses."""
    return isinstance(value, Sequence | sp.MatrixBase | sp.Tuple) and not isinstance(value, str)


def _matrix(diffusion: Any, n: int) -> sp.ImmutableDenseMatrix:
    if isinstance(diffusion, sp.MatrixBase):
        return sp.ImmutableDenseMatrix(diffusion)
    if _several(diffusion):
        rows = [tuple(row) if _several(row) else (row,) for row in diffusion]
        if len({len(row) for row in rows}) != 1:
            raise StochasticError(f"the rows of the diffusion matrix have lengths {[len(row) for row in rows]}")
        return sp.ImmutableDenseMatrix([[side(entry) for entry in row] for row in rows])
    if n > 1:
        raise StochasticError(
            f"{n} states need a diffusion matrix with {n} rows, one for each state; got {plain(diffusion)}"
        )
    return sp.ImmutableDenseMatrix([[side(diffusion)]])


def intervals(domain: Any, n: int) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """An interval (lo, hi) for each of n states, from SymPy's intervals or pairs; the line for None."""
    if domain is None:
        return ((-sp.oo, sp.oo),) * n
    intervals = [domain] if isinstance(domain, sp.Interval) else list(domain)
    if n == 1 and len(intervals) == 2 and not isinstance(intervals[0], Sequence | sp.Interval | sp.Tuple):
        intervals = [tuple(intervals)]
    if len(intervals) != n or not all(isinstance(i, sp.Interval) or (_several(i) and len(i) == 2) for i in intervals):
        need = f"{n} states need {n} intervals" if n > 1 else "1 state needs 1 interval"
        raise StochasticError(f"{need} (lo, hi) as domain; got {plain(domain)}")
    pairs = tuple(
        (side(i.start), side(i.end)) if isinstance(i, sp.Interval) else (side(i[0]), side(i[1])) for i in intervals
    )
    for low, high in pairs:
        if (low - high).is_nonnegative:
            raise StochasticError(
                f"the domain ({plain(low)}, {plain(high)}) is empty; give it as (lower end, upper end)"
            )
    return pairs


def _check(sde: Equation) -> None:
    symbols = (*sde.states, sde.t)
    for symbol in symbols:
        if not isinstance(symbol, sp.Symbol):
            raise StochasticError(f"states and time are symbols; {symbol!r} is a {type(symbol).__name__}")
    if len(set(symbols)) != len(symbols):
        raise StochasticError(f"the states {plain(sde.states)} and the time {plain(sde.t)} must be different symbols")
    if len(sde.drift) != sde.n:
        raise StochasticError(f"{sde.n} states {plain(sde.states)} need as many drifts; got {len(sde.drift)}")
    if sde.diffusion.rows != sde.n:
        raise StochasticError(
            f"the diffusion matrix is {sde.diffusion.rows}×{sde.m}; {sde.n} states need {sde.n} rows (one for each "
            f"state) and a column for each noise"
        )
    rho = sde.correlation
    if rho.shape != (sde.m, sde.m):
        raise StochasticError(f"{sde.m} noises need a {sde.m}×{sde.m} correlation matrix; got {rho.rows}×{rho.cols}")
    if any(sp.expand(rho[i, j] - rho[j, i]) != 0 for i in range(sde.m) for j in range(i)):
        raise StochasticError("the correlation matrix is not symmetric")
    if any(sp.simplify(rho[i, i] - 1) != 0 for i in range(sde.m)):
        raise StochasticError("the correlation matrix must have ones on its diagonal; put amplitudes into `diffusion`")
    if sde.alpha.is_number and not (sde.alpha.is_nonnegative and (1 - sde.alpha).is_nonnegative):
        raise StochasticError(
            f"alpha = {plain(sde.alpha)} is no point of a time step: give 0 (Itô), 1/2 (Stratonovich), 1, or one "
            "between"
        )
    for e in (*sde.drift, *sde.diffusion):
        if e.has(sp.nan, sp.oo, -sp.oo, sp.zoo):
            raise StochasticError(f"the coefficient {plain(e)} is not finite")
    for amplitude in sde.diffusion:
        _need_real_root(amplitude, sde.facts)
    rho = sde.correlation
    if all(e.is_number for e in rho) and rho.is_positive_semidefinite is False:
        raise StochasticError(
            f"the correlation matrix {plain(rho.tolist())} is no covariance: it has a negative eigenvalue"
        )
    if len(sde.given) > 1:
        from derive.ladder.consistency import contradiction

        excluded = contradiction(sde.given)
        if excluded is not None:
            raise StochasticError(
                f"the assumptions {', '.join(map(plain, sde.given))} contradict one another: {plain(excluded)} holds "
                "nowhere "
                f"where the others do; mend `given`"
            )


def _real(e: Any) -> bool:
    """Whether an expression with i in it is real for real symbols: its imaginary part is proven to vanish."""
    from derive.field import is_zero

    table = {s: sp.Symbol(s.name, real=True) for s in e.free_symbols if s.is_real is None}
    return is_zero(sp.im(sp.expand_complex(e.xreplace(table)))) is True


def _need_real_root(amplitude: Any, facts: tuple[Any, ...]) -> None:
    """StochasticError for √u in an amplitude where u < 0 is proven all over the domain."""
    from derive.exact import is_positive
    for power in amplitude.atoms(sp.Pow):
        halved = power.exp.is_Rational and power.exp.q % 2 == 0
        if not halved or power.base.is_nonnegative:
            continue
        table = {s: sp.Symbol(s.name, real=True) for s in power.base.free_symbols if s.is_real is None}
        if is_positive(-power.base.xreplace(table), tuple(fact.xreplace(table) for fact in facts)) is True:
            raise StochasticError(
                f"the amplitude {plain(amplitude)} is not real: {plain(power.base)} < 0 all over the domain; see the "
                f"sign under the root, and the domain"
            )
