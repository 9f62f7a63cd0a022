"""A stochastic differential equation dX = a(X, t) dt + B(X, t) dW as one object, from which everything else follows.

References: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, ch. 3-4; C. Gardiner,
Stochastic Methods, ch. 4; B. Øksendal, Stochastic Differential Equations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import assumptions, side
from derive.stochastic.errors import StochasticError
from derive.stochastic.readable import exact, tidy

if TYPE_CHECKING:
    from derive.stochastic.boundaries import Boundary
    from derive.stochastic.consistent import ConsistentWalk
    from derive.stochastic.density import Density
    from derive.stochastic.feynman_kac import FeynmanKac
    from derive.stochastic.fokker_planck import FokkerPlanck
    from derive.stochastic.moments import Moments
    from derive.stochastic.passage import Passage
    from derive.stochastic.path_integral import PathIntegral
    from derive.stochastic.solution import Solution
    from derive.stochastic.transforms import Girsanov

Vector = tuple[Any, ...]


@dataclass(frozen=True)
class SDE:
    """dX_i = a_i(X, t) dt + Σ_k B_ik(X, t) dW_k, with dW_k dW_l = ρ_kl dt.

    states: one symbol or n of them. drift: a, as many. diffusion: B, a scalar, a list of n (one noise) or an n×m
    matrix; it may be degenerate. t: the time. correlation: ρ, m×m, the identity if not given. domain: an interval for
    each state (lo, hi), the line if not given. alpha: the point of each time step at which B is taken: 0 Itô (default),
    1/2 Stratonovich, 1 backward (Hänggi-Klimontovich). given: assumptions on the parameters.

    Decimals are read as the exact rationals that they write (0.3 is 3/10): so every check can be exact.

    Immutable; SDEs print as LaTeX and pickle. StochasticError names data that do not fit together.

    >>> from sympy.abc import x, t
    >>> theta, mu, sigma = sp.symbols("theta mu sigma", positive=True)
    >>> SDE(x, theta*(mu - x), sigma, t).ito(x**2)
    (-2*theta*x*(-mu + x) + sigma**2, (2*sigma*x,))
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
        x = tuple(states) if isinstance(states, Sequence | sp.MatrixBase | sp.Tuple) else (states,)
        a = tuple(map(side, drift)) if isinstance(drift, Sequence | sp.MatrixBase | sp.Tuple) else (side(drift),)
        b = _matrix(diffusion, len(x))
        rho = sp.eye(b.cols) if correlation is None else sp.Matrix(correlation)
        for name, value in (
            ("states", x),
            ("drift", tuple(map(exact, a))),
            ("diffusion", b.applyfunc(exact)),
            ("t", t),
            ("correlation", sp.ImmutableDenseMatrix(rho).applyfunc(exact)),
            ("domain", tuple((exact(low), exact(high)) for low, high in _domain(domain, len(x)))),
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
            raise StochasticError(f"this needs a scalar process; there are {self.n} states {self.states}")
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

    def to(self, alpha: Any) -> SDE:
        """The same process written in the convention α: its drift is (Itô drift) − α c, c the spurious drift."""
        target = side(alpha)
        drift = tuple(self.tidy(a - target * c) for a, c in zip(self.ito_drift, self.spurious_drift, strict=True))
        return replace_sde(self, drift=drift, alpha=target)

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
                raise StochasticError(f"{point} does not lie in the domain ({low}, {high}) of {self.x}")

    # What follows from the equation; each in a module of its own.

    def ito(self, f: Any) -> tuple[Any, tuple[Any, ...]]:
        """Itô's lemma: (drift, diffusions) of df(X, t)."""
        from derive.stochastic.calculus import ito

        return ito(self, side(f))

    def covariation(self, f: Any, g: Any) -> Any:
        """d⟨f(X), g(X)⟩/dt = ∇fᵀ B ρ Bᵀ ∇g."""
        from derive.stochastic.calculus import covariation

        return covariation(self, side(f), side(g))

    def generator(self, f: Any) -> Any:
        """L f = Σ a_i ∂_i f + ½ Σ (B ρ Bᵀ)_ij ∂_i ∂_j f."""
        from derive.stochastic.calculus import generator

        return generator(self, side(f))

    def adjoint(self, p: Any) -> Any:
        """L* p = −Σ ∂_i (a_i p) + ½ Σ ∂_i ∂_j ((B ρ Bᵀ)_ij p)."""
        from derive.stochastic.calculus import adjoint

        return adjoint(self, side(p))

    def fokker_planck(self, p: Any = None) -> FokkerPlanck:
        """The forward Kolmogorov equation ∂_t p = L* p, for a density p (a function p(x…, t) if not given)."""
        from derive.stochastic.fokker_planck import FokkerPlanck

        return FokkerPlanck.of(self, p)

    def backward(self, u: Any, potential: Any = 0) -> Any:
        """The backward Kolmogorov equation −∂_t u = L u − V u."""
        from derive.stochastic.calculus import backward

        return backward(self, side(u), side(potential))

    def transform(self, new: Any, map: Any, inverse: Any = None, domain: Any = None) -> SDE:
        """The SDE of Y = map(X, t) in the new states; the inverse map is found where it is not given."""
        from derive.stochastic.calculus import transform

        return transform(self, new, map, inverse, domain)

    def commutative(self) -> bool | None:
        """Whether the noise commutes: Σ_j B_jk ∂_j B_il = Σ_j B_jl ∂_j B_ik; True, False or None (undecided)."""
        from derive.stochastic.calculus import commutative

        return commutative(self)

    def moments(self, order: int = 2, x0: Any = None, closure: str | None = None) -> Moments:
        """The moment equations up to an order, solved where they close."""
        from derive.stochastic.moments import moments

        return moments(self, order, x0, closure)

    def stationary(self, domain: Any = None) -> Density:
        """The stationary density."""
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.stationary import stationary

        return on_the_reals(stationary, self, domain)

    def transition(self, x0: Any = None, s: Any = 0, wall: Any = None) -> Density:
        """The density of X_t given X_s = x0; `wall` says what happens at the ends: "absorbing", "reflecting", a pair of
        these, or "periodic"."""
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solution import start
        from derive.stochastic.transition import transition

        return on_the_reals(transition, self, start(self, x0), exact(side(s)), wall)

    def solve(self, x0: Any = None) -> Solution:
        """The solution as a function of time and Wiener functionals, checked by Itô's lemma."""
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solution import solve, start

        return on_the_reals(solve, self, start(self, x0))

    def reverse(self, p: Any) -> SDE:
        """The time reversal (Anderson 1982), in the reversed time's own direction of the same clock t."""
        from derive.stochastic.transforms import reverse

        return reverse(self, side(p))

    def probability_flow(self, p: Any) -> Vector:
        """The velocity of the ordinary differential equation with the same marginals."""
        from derive.stochastic.transforms import probability_flow

        return probability_flow(self, side(p))

    def girsanov(self, u: Any) -> Girsanov:
        """The drift under the measure in which dW − u dt is a Wiener process, with the density martingale."""
        from derive.stochastic.transforms import girsanov

        return girsanov(self, u)

    def doob(self, h: Any) -> SDE:
        """Doob's h-transform: the drift grows by B ρ Bᵀ ∇ log h."""
        from derive.stochastic.transforms import doob

        return doob(self, side(h))

    def boundary(self, end: Any) -> Boundary:
        """Feller's kind of an end: regular, exit, entrance or natural, with the reason."""
        from derive.stochastic.boundaries import boundary

        return boundary(self, side(end))

    def exit_probability(self, a: Any, b: Any) -> Passage:
        """The probability to leave (a, b) at b, as a function of the start."""
        from derive.stochastic.passage import exit_probability
        from derive.stochastic.reals import on_the_reals

        return on_the_reals(exit_probability, self, exact(side(a)), exact(side(b)))

    def mean_exit_time(self, a: Any, b: Any, walls: tuple[str, str] | None = None, power: int = 1) -> Passage:
        """E T^power for the time T to leave (a, b), as a function of the start; `walls`: what happens at a and at b,
        "absorbing" (the default) or "reflecting"."""
        from derive.stochastic.passage import mean_exit_time
        from derive.stochastic.reals import on_the_reals

        kinds = ("absorbing", "absorbing") if walls is None else tuple(walls)
        return on_the_reals(mean_exit_time, self, exact(side(a)), exact(side(b)), kinds, power)

    def first_passage(self, level: Any, x0: Any = None) -> Passage:
        """The law of the first time at a level: Laplace transform and density where closed."""
        from derive.stochastic.first_passage import first_passage
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solution import start

        return on_the_reals(first_passage, self, exact(side(level)), start(self, x0))

    def feynman_kac(self, data: Any, potential: Any = 0, wall: Any = None, source: Any = 0) -> FeynmanKac:
        """u(x, t) = E[data(X_t) exp(−∫ potential ds) + ∫ source(X_s) exp(…) ds], t the time that is left; `wall` says
        what happens at an end that can be reached, "absorbing" or "reflecting"."""
        from derive.stochastic.feynman_kac import feynman_kac
        from derive.stochastic.reals import on_the_reals

        parts = (exact(side(data)), exact(side(potential)))
        return on_the_reals(feynman_kac, self, *parts, wall, exact(side(source)))

    def path_integral(self, alpha: Any = 0) -> PathIntegral:
        """The Onsager-Machlup action in the discretisation α, and what follows from it."""
        from derive.stochastic.path_integral import PathIntegral

        return PathIntegral.of(self, side(alpha))

    def to_walk(self, h: Any) -> ConsistentWalk:
        """A random walk with this process as its limit, valid under a stated condition on the step."""
        from derive.stochastic.consistent import to_walk

        return to_walk(self, side(h))

    def simulate(self, x0: Any, until: float, steps: int, paths: int, **options: Any) -> Any:
        """Paths by `numerics.simulate`; by exact transition steps where `method="exact"` and a law is known."""
        from derive.stochastic.simulation import simulate

        return simulate(self, x0, until, steps, paths, **options)

    def latex(self) -> str:
        """The equation as the field writes it, one line for each state."""
        from derive.stochastic.printing import latex

        return latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def __str__(self) -> str:
        from derive.stochastic.printing import plain

        return plain(self)


def replace_sde(sde: SDE, **changes: Any) -> SDE:
    """The SDE with some of its parts changed."""
    return SDE(**{part.name: changes.get(part.name, getattr(sde, part.name)) for part in fields(SDE)})


def _matrix(diffusion: Any, n: int) -> sp.ImmutableDenseMatrix:
    if isinstance(diffusion, sp.MatrixBase):
        return sp.ImmutableDenseMatrix(diffusion)
    if isinstance(diffusion, Sequence | sp.Tuple):
        rows = [tuple(row) if isinstance(row, Sequence | sp.Tuple) else (row,) for row in diffusion]
        if len({len(row) for row in rows}) != 1:
            raise StochasticError(f"the rows of the diffusion matrix have lengths {[len(row) for row in rows]}")
        return sp.ImmutableDenseMatrix([[side(entry) for entry in row] for row in rows])
    if n > 1:
        raise StochasticError(f"{n} states need a diffusion matrix with {n} rows, one for each state; got {diffusion}")
    return sp.ImmutableDenseMatrix([[side(diffusion)]])


def _domain(domain: Any, n: int) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    if domain is None:
        return ((-sp.oo, sp.oo),) * n
    intervals = [domain] if isinstance(domain, sp.Interval) else list(domain)
    if n == 1 and len(intervals) == 2 and not isinstance(intervals[0], Sequence | sp.Interval | sp.Tuple):
        intervals = [tuple(intervals)]
    pairs = tuple(
        (side(i.start), side(i.end)) if isinstance(i, sp.Interval) else (side(i[0]), side(i[1])) for i in intervals
    )
    if len(pairs) != n:
        raise StochasticError(f"{n} states need {n} intervals (lo, hi) as domain; got {len(pairs)}")
    for low, high in pairs:
        if (low - high).is_nonnegative:
            raise StochasticError(f"the domain ({low}, {high}) is empty; give it as (lower end, upper end)")
    return pairs


def _check(sde: SDE) -> None:
    symbols = (*sde.states, sde.t)
    for symbol in symbols:
        if not isinstance(symbol, sp.Symbol):
            raise StochasticError(f"states and time are symbols; {symbol!r} is a {type(symbol).__name__}")
    if len(set(symbols)) != len(symbols):
        raise StochasticError(f"the states {sde.states} and the time {sde.t} must be different symbols")
    if len(sde.drift) != sde.n:
        raise StochasticError(f"{sde.n} states {sde.states} need as many drifts; got {len(sde.drift)}")
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
            f"alpha = {sde.alpha} is no point of a time step: give 0 (Itô), 1/2 (Stratonovich), 1, or one between"
        )
    for e in (*sde.drift, *sde.diffusion):
        if e.has(sp.nan, sp.oo, -sp.oo, sp.zoo):
            raise StochasticError(f"the coefficient {e} is not finite")
    rho = sde.correlation
    if all(e.is_number for e in rho) and rho.is_positive_semidefinite is False:
        raise StochasticError(f"the correlation matrix {rho.tolist()} is no covariance: it has a negative eigenvalue")
