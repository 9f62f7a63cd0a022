"""Parabolic equations ∂_t p = Σ ∂_i ∂_j (D_ij p) − Σ ∂_i (a_i p) − V p, and their way to processes and operators.

References: H. Risken, The Fokker-Planck Equation, ch. 4-5; C. Gardiner, Stochastic Methods, ch. 5-6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence, Status
from derive.exact import is_positive
from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import exact, tidy

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE
    from derive.stochastic.spectra.spectrum import Spectrum
    from numerics.fokker_planck import FokkerPlanckGrid


@dataclass(frozen=True)
class FokkerPlanck:
    """∂_t p = Σ_ij ∂_i ∂_j (D_ij p) − Σ_i ∂_i (a_i p) − V p on the domain; D = ½ B ρ Bᵀ, V ≥ 0 kills, V < 0 creates.

    `p` is the unknown, a function of the states and the time. The order of differentiation and multiplication is that
    of the forward equation (Itô): ∂∂(D p), not ∂(D ∂p).
    """

    states: tuple[sp.Symbol, ...]
    t: sp.Symbol
    drift: tuple[Any, ...]
    diffusion: sp.ImmutableDenseMatrix
    potential: Any
    p: Any
    domain: tuple[tuple[Any, Any], ...]
    given: tuple[Any, ...] = ()

    @classmethod
    def of(cls, sde: SDE, p: Any = None, potential: Any = 0) -> FokkerPlanck:
        """The forward equation of an SDE."""
        unknown = sp.Function("p")(*sde.states, sde.t) if p is None else _unknown(p, (*sde.states, sde.t))
        half = (sde.covariance / 2).applyfunc(sde.tidy)
        return cls(
            sde.states,
            sde.t,
            sde.ito_drift,
            sp.ImmutableDenseMatrix(half),
            exact(side(potential)),
            unknown,
            sde.domain,
            sde.given,
        )

    @classmethod
    def from_equation(
        cls, equation: Any, p: Any, t: sp.Symbol, domain: Any = None, given: tuple[Any, ...] = ()
    ) -> FokkerPlanck:
        """The forward form of any linear parabolic equation ∂_t φ = Σ A_ij ∂_ij φ + Σ B_i ∂_i φ + C φ.

        `equation` is an Eq, or an expression that is to vanish, in φ = p(x…, t) and its derivatives. Then D = A,
        a_i = 2 Σ_j ∂_j A_ij − B_i, V = −C − Σ ∂_i a_i + Σ ∂_i ∂_j D_ij. StochasticError if it is not of that form.
        """
        if not p.has(t):
            raise StochasticError(f"the unknown {plain(p)} must be a function of the states and the time {plain(t)}")
        states = tuple(symbol for symbol in p.args if symbol != t)
        residual = exact(equation.lhs - equation.rhs if isinstance(equation, sp.Eq) else side(equation))
        a2, b1, c0 = coefficients(residual, p, states, t)
        n = range(len(states))
        _need_forward([a2[i, i] for i in n], t, given)
        drift = tuple(
            tidy(2 * sp.Add(*(sp.diff(a2[i, j], states[j]) for j in n)) - b1[i], (*states, t), given) for i in n
        )
        potential = -c0 - sp.Add(*(sp.diff(drift[i], states[i]) for i in n))
        potential += sp.Add(*(sp.diff(a2[i, j], states[i], states[j]) for i, j in product(n, n)))
        from derive.stochastic.equation import intervals

        return cls(states, t, drift, a2, tidy(potential, (*states, t), given), p, intervals(domain, len(states)), given)

    @property
    def rhs(self) -> Any:
        """The right side, multiplied out."""
        p, x = self.p, self.states
        first = [-sp.diff(a * p, y) for a, y in zip(self.drift, x, strict=True)]
        second = [sp.diff(self.diffusion[i, j] * p, x[i], x[j]) for i, j in product(range(len(x)), repeat=2)]
        return sp.expand(sp.Add(*first, *second, -self.potential * p).doit())

    @property
    def equation(self) -> Any:
        """∂_t p = right side, multiplied out."""
        return sp.Eq(sp.Derivative(self.p, self.t), self.rhs, evaluate=False)

    @property
    def divergence_form(self) -> Any:
        """The equation with the derivatives left standing outside: ∂_t p = ∂²(D p) − ∂(a p) − V p."""
        p, x = self.p, self.states
        terms = [-sp.Derivative(a * p, y) for a, y in zip(self.drift, x, strict=True) if a != 0]
        terms += [
            sp.Derivative(self.diffusion[i, j] * p, x[i], x[j])
            for i, j in product(range(len(x)), repeat=2)
            if self.diffusion[i, j] != 0
        ]
        return sp.Eq(sp.Derivative(p, self.t), sp.Add(*terms, -self.potential * p), evaluate=False)

    @property
    def current(self) -> tuple[Any, ...]:
        """The probability current J_i = a_i p − Σ_j ∂_j (D_ij p): ∂_t p = −∇·J − V p."""
        p, x = self.p, self.states
        return tuple(
            a * p - sp.Add(*(sp.diff(self.diffusion[i, j] * p, x[j]) for j in range(len(x)))).doit()
            for i, a in enumerate(self.drift)
        )

    def residual(self, density: Any) -> Any:
        """∂_t p − right side for a given density; 0 where it solves the equation."""
        q, x = side(density), self.states
        first = [sp.diff(a * q, y) for a, y in zip(self.drift, x, strict=True)]
        second = [-sp.diff(self.diffusion[i, j] * q, x[i], x[j]) for i, j in product(range(len(x)), repeat=2)]
        return sp.Add(sp.diff(q, self.t), *first, *second, self.potential * q)

    def sde(self) -> SDE:
        """The SDE with this forward equation: drift a, B the lower triangular root of 2 D.

        StochasticError if there is a potential (take `feynman_kac` then) or if D is not of full rank with a nonzero
        diagonal (choose B yourself: many processes share one law).
        """
        if is_zero(self.potential, self.given) is not True:
            raise StochasticError(
                f"the equation kills or creates with V = {plain(self.potential)}: it is no law of a process alone; "
                f"use `weighted()`, which gives the process and the weight exp(−∫V dt)"
            )
        return self.weighted()[0]

    def weighted(self) -> tuple[SDE, Any]:
        """The process and the potential V: p(x, t) dx = E[exp(−∫₀ᵗ V(X_s) ds); X_t ∈ dx] (Feynman-Kac, forward)."""
        from derive.stochastic.sde import SDE

        root = square_root(2 * self.diffusion, self.states, self.t, self.given)
        return SDE(self.states, self.drift, root, self.t, None, self.domain, 0, self.given), self.potential

    def symmetrise(self) -> Schroedinger:
        """p = √p_s ψ turns the equation into ∂_t ψ = ∇·(D ∇ψ) − V_s ψ: a self-adjoint operator.

        With s_i = a_i − Σ_j ∂_j D_ij and w = D⁻¹ s = ∇ log p_s: V_s = V + ¼ s·w + ½ ∇·s; for one state and constant D
        this is V + a²/(4D) + a′/2. For several states detailed balance is needed, ∂_i w_j = ∂_j w_i: StochasticError
        tells the curl if it is not shown to vanish. The coefficients may not depend on the time, D not be degenerate.
        """
        from derive.stochastic.checking import settled

        x, n, d = self.states, range(len(self.states)), self.diffusion
        if any(e.has(self.t) for e in (*self.drift, *d, self.potential)):
            raise StochasticError(
                f"the coefficients depend on {plain(self.t)}: there is no spectrum; freeze the time first"
            )
        if is_zero(d.det(), self.given) is True:
            raise StochasticError("the noise is degenerate: no weight makes the operator self-adjoint")
        slope = [a - sp.Add(*(sp.diff(d[i, j], x[j]) for j in n)) for i, a in enumerate(self.drift)]
        log_slope = tuple(tidy(e, x, self.given) for e in d.inv() * sp.Matrix(slope))
        for i, j in ((i, j) for i in n for j in n if i < j):
            curl = tidy(sp.diff(log_slope[j], x[i]) - sp.diff(log_slope[i], x[j]), x, self.given)
            if is_zero(curl, self.given) is not True:
                raise StochasticError(
                    f"detailed balance is not shown: with w = D⁻¹(a − ∇·D), ∂_{plain(x[i])} w_{plain(x[j])} − "
                    f"∂_{plain(x[j])} w_{plain(x[i])} = "
                    f"{plain(curl)}; a current flows in the stationary state, and no weight makes the operator "
                    "self-adjoint"
                )
        half = sp.Add(*(s * w / 4 + sp.diff(s, y) / 2 for s, w, y in zip(slope, log_slope, x, strict=True)))
        potential = tidy(self.potential + half, x, self.given)
        one = len(x) == 1
        found = Schroedinger(
            x[0] if one else x, d[0, 0] if one else d, potential, log_slope[0] if one else log_slope,
            self.domain[0] if one else self.domain, self.given, Evidence(Status.UNKNOWN, "not yet checked"),
        )  # fmt: skip
        psi = sp.Function("psi")(*x)

        def framed(f: Any, i: int) -> Any:
            return sp.diff(f, x[i]) + log_slope[i] * f / 2

        inside = sp.Add(*(framed(framed(d[i, j] * psi, j), i) for i, j in product(n, n)), -self.potential * psi)
        inside -= sp.Add(*(framed(a * psi, i) for i, a in enumerate(self.drift)))
        return replace(found, evidence=settled(inside, -found(psi), self.given, "p_s^(−1/2) L* p_s^(1/2) ψ = −H ψ"))

    def spectrum(self, walls: Any = None) -> Spectrum:
        """Eigenvalues and eigenfunctions of a scalar equation, where they are classical; see `spectrum.spectrum`."""
        from derive.stochastic.reals import in_time
        from derive.stochastic.spectra.spectrum import spectrum

        return in_time(lambda: spectrum(self, walls), "spectrum")

    def on_grid(
        self, cells: Any, domain: Any = None, boundary: Any = "reflecting", at: Mapping[Any, Any] | None = None
    ) -> FokkerPlanckGrid:
        """The equation on a grid of cells, in one or two dimensions, to be propagated; see `grids.on_grid`."""
        from derive.stochastic.simulated.grids import on_grid

        return on_grid(self, cells, domain, boundary, at)

    def latex(self) -> str:
        """The divergence form, with brackets where a derivative acts on a product."""
        from derive.printing import latex

        return latex(self.divergence_form)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def __str__(self) -> str:
        return f"{plain(self.divergence_form.lhs)} = {plain(self.divergence_form.rhs)}"


@dataclass(frozen=True)
class Schroedinger:
    """H = −∇·(D ∇·) + V_s with e^{−tH} = p_s^{−1/2} e^{tL*} p_s^{1/2}; `log_slope` is ∇ log p_s. One state: x, D and
    log_slope are scalars, domain is a pair; several: tuples, D a matrix.

    The ground state √p_s has eigenvalue 0 where p_s can be normalised; the others are the rates of relaxation.
    """

    x: Any
    diffusion: Any
    potential: Any
    log_slope: Any
    domain: tuple[Any, ...]
    given: tuple[Any, ...]
    evidence: Evidence

    def __call__(self, psi: Any) -> Any:
        """H ψ."""
        return -self._divergence([sp.diff(psi, y) for y in self._states]) + self.potential * psi

    def ground_residual(self) -> Any:
        """H √p_s / √p_s, which is 0 if there is no killing: with w = ∇ log p_s it is V_s − ½ ∇·(D w) − ¼ w·D w."""
        w = sp.Matrix([self.log_slope]) if isinstance(self.x, sp.Symbol) else sp.Matrix(self.log_slope)
        square = (w.T * self._matrix * w)[0, 0]
        return tidy(self.potential - self._divergence(list(w)) / 2 - square / 4, self._states, self.given)

    @property
    def _states(self) -> tuple[Any, ...]:
        return (self.x,) if isinstance(self.x, sp.Symbol) else self.x

    @property
    def _matrix(self) -> Any:
        return sp.Matrix([[self.diffusion]]) if isinstance(self.x, sp.Symbol) else self.diffusion

    def _divergence(self, vector: list[Any]) -> Any:
        flux = self._matrix * sp.Matrix(vector)
        return sp.Add(*(sp.diff(f, y) for f, y in zip(flux, self._states, strict=True)))


def coefficients(
    residual: Any, p: Any, states: tuple[sp.Symbol, ...], t: sp.Symbol
) -> tuple[sp.ImmutableDenseMatrix, tuple[Any, ...], Any]:
    """(A, B, C) of ∂_t φ = Σ A_ij ∂_ij φ + Σ B_i ∂_i φ + C φ, read off a residual that is linear in φ."""
    n = len(states)
    slots = {
        (): sp.Dummy("c"),
        **{(i,): sp.Dummy(f"b{i}") for i in range(n)},
        **{(i, j): sp.Dummy(f"a{i}{j}") for i in range(n) for j in range(i, n)},
    }
    rate = sp.Dummy("rate")

    def slot(node: Any) -> Any:
        if not isinstance(node, sp.Derivative):
            return slots[()]
        if node.expr != p:
            raise StochasticError(f"{plain(node)} is not a derivative of {plain(p)}")
        if node.variables == (t,):
            return rate
        index = tuple(sorted(states.index(v) for v in node.variables if v in states))
        if len(index) != len(node.variables) or index not in slots:
            raise StochasticError(
                f"{plain(node)}: a parabolic equation has ∂_t and at most second derivatives in {plain(states)}"
            )
        return slots[index]

    opened = sp.expand(residual.doit())
    derivatives = sorted(
        (node for node in opened.atoms(sp.Derivative) if node.has(p)), key=lambda node: -node.derivative_count
    )
    linear = opened.subs([(node, slot(node)) for node in derivatives]).subs(p, slots[()])
    unknowns = (rate, *slots.values())
    rest = linear.xreplace(dict.fromkeys(unknowns, sp.S.Zero))
    rows = {u: sp.diff(linear, u) for u in unknowns}
    if is_zero(rest) is not True or any(row.has(*unknowns) for row in rows.values()) or linear.has(p):
        raise StochasticError(f"the equation is not linear and homogeneous in {plain(p)}: {plain(residual)}")
    lead = rows[rate]
    if is_zero(lead) is not False:
        raise StochasticError(f"the equation has no derivative of {plain(p)} in {plain(t)}: it is not parabolic")

    def reading(index: tuple[int, ...]) -> Any:
        return tidy(-rows[slots[index]] / lead, (*states, t))

    second = sp.ImmutableDenseMatrix(n, n, lambda i, j: reading((min(i, j), max(i, j))) / (1 if i == j else 2))
    return second, tuple(reading((i,)) for i in range(n)), reading(())


def square_root(
    matrix: Any, states: tuple[sp.Symbol, ...] = (), t: Any = None, given: tuple[Any, ...] = ()
) -> sp.ImmutableDenseMatrix:
    """A lower triangular B with B Bᵀ = matrix (Cholesky), columns of zeros left out; checked by multiplying back.

    A pivot that vanishes must have a vanishing column; StochasticError otherwise, since the matrix is not ≥ 0.
    """
    n = matrix.rows
    b = sp.zeros(n, n)
    for j in range(n):
        pivot = sp.simplify(matrix[j, j] - sum(b[j, k] ** 2 for k in range(j)))
        if is_zero(pivot, given) is True:
            continue
        _need_forward([pivot], t, given)
        b[j, j] = _root(pivot)
        for i in range(j + 1, n):
            b[i, j] = tidy((matrix[i, j] - sum(b[i, k] * b[j, k] for k in range(j))) / b[j, j], states, given)
    difference = (b * b.T - matrix).applyfunc(sp.expand)
    if any(is_zero(entry, given) is False for entry in difference):
        raise StochasticError(f"{plain(matrix)} is not the covariance of any noise: it is not positive semidefinite")
    columns = [k for k in range(n) if any(b[i, k] != 0 for i in range(n))] or [0]
    return sp.ImmutableDenseMatrix(b.extract(list(range(n)), columns))


def _need_forward(squares: list[Any], t: Any, given: tuple[Any, ...]) -> None:
    """StochasticError if a second derivative provably has a negative coefficient: then the Cauchy problem is ill-posed
    forwards in the time, and no noise has that variance."""
    for square in squares:
        if is_positive(-square, given) is True:
            raise StochasticError(
                f"a second derivative has the coefficient {plain(square)} < 0: the equation is no diffusion and is "
                f"ill-posed in the direction of {plain(t or 'the time')}; a backward equation runs the other way: put "
                "−t for t"
            )


def _root(pivot: Any) -> Any:
    """A root of the pivot; its sign is free (B and −B give one law), so √(x²) is x."""
    return sp.powdenest(sp.sqrt(sp.factor(pivot)), force=True)


def _unknown(p: Any, arguments: tuple[Any, ...]) -> Any:
    """A function head applied to its arguments; an expression as it is."""
    return p(*arguments) if isinstance(p, sp.FunctionClass) else side(p)
