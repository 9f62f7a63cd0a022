"""Autocovariances and spectral densities of stationary processes with a linear drift.

For dX = (A X + c) dt + B(X) dW with A stable and B ρ Bᵀ of degree ≤ 2 in X the mean is m = −A⁻¹c, the covariance S
solves A S + S Aᵀ + Q = 0 with Q = E[B ρ Bᵀ], and for τ ≥ 0
    C(τ) = Cov(X_{t+τ}, X_t) = e^{Aτ} S,    S(ω) = ∫ C(τ) e^{−iωτ} dτ = (iω − A)⁻¹ Q (−iω − Aᵀ)⁻¹
(Wiener-Khinchin; ∫ S(ω) dω/2π = S). Assumption: A is Hurwitz and S positive, which are conditions of the result.
References: C. Gardiner, Stochastic Methods, sec. 4.5; A. Papoulis, Probability, Random Variables, ch. 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled, together
from derive.stochastic.conditions import condition, shorter
from derive.stochastic.errors import Unsolvable
from derive.stochastic.laws.moments import need_no_walls
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.exponentials import exponential, with_root

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Correlation:
    """A function of the lag or of the frequency: a scalar for one state, an n×n matrix for several.

    mean, covariance: of the stationary law. given: stability. evidence: the defining equations, put back.
    """

    sde: SDE
    value: Any
    mean: Any
    covariance: Any
    given: tuple[Any, ...]
    evidence: Evidence
    method: str

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self.value)}$"

    def __str__(self) -> str:
        return plain(self.value)


def autocovariance(sde: SDE, tau: Any) -> Correlation:
    """C(τ) = Cov(X_{t+τ}, X_t) = e^{Aτ} S of the stationary process, τ ≥ 0; row i, column j: Cov(X_i(t+τ), X_j(t))."""
    a, mean, covariance, _, conditions = _at_rest(sde)
    rational, root = with_root(a, (*sde.given, *conditions))
    waves = exponential(rational, (*sde.given, *conditions))
    flow = sp.Matrix([[tidy(e.expr(tau), (tau,), sde.given).xreplace(root) for e in row] for row in waves])
    value = (flow * covariance).applyfunc(lambda e: sp.factor_terms(sp.expand(e)))
    checks = [_checked(sde, a, covariance)]
    for got, right in zip(value.diff(tau), a * value, strict=True):
        checks.append(settled(got, right, (*sde.given, *conditions), "C′ = A C"))
    for got, right in zip(value.subs(tau, 0), covariance, strict=True):
        checks.append(settled(got, right, sde.given, "C(0) = S"))
    return _result(sde, value, mean, covariance, conditions, checks, "e^{Aτ} S, A S + S Aᵀ + Q = 0")


def spectral_density(sde: SDE, omega: Any) -> Correlation:
    """S(ω) = ∫ C(τ) e^{−iωτ} dτ over the line, ω real, a rational function of ω."""
    a, mean, covariance, noise, conditions = _at_rest(sde)
    n, w = sde.n, sp.I * omega
    forward, back = w * sp.eye(n) - a, -w * sp.eye(n) - a.T
    size = sp.expand(sp.expand(forward.det()) * sp.expand(back.det()))
    above = (forward.adjugate() * noise * back.adjugate()).applyfunc(sp.expand)
    value = above.applyfunc(lambda e: sp.factor(e / size) if not e.has(sp.I) else _by_parts(e, size))
    squares = _squares(sp.expand(forward.det()))
    value = value.applyfunc(lambda e: _over_squares(e, squares))
    other = forward.inv() * covariance + covariance * back.inv()
    checks = [_checked(sde, a, covariance)]
    for got, right in zip(value, other, strict=True):
        checks.append(settled(sp.together(got - right), sp.S.Zero, sde.given, "S(ω) = transform of C for both signs"))
    return _result(sde, value, mean, covariance, conditions, checks, "(iω − A)⁻¹ Q (−iω − Aᵀ)⁻¹")


def _squares(chi: Any) -> Any:
    """|χ(iω)|² as (Re χ)² + (Im χ)², so that a resonance is seen: (k − ω²)² + γ²ω²."""
    unit = sp.Dummy("i")
    parts = chi.xreplace({sp.I: unit})
    real, imaginary = (parts.coeff(unit, 0), parts.coeff(unit, 1)) if parts.is_polynomial(unit) else (chi, sp.S.Zero)
    short = (min(sp.expand(e), sp.factor_terms(sp.expand(e)), key=sp.count_ops) for e in (real, imaginary))
    return sp.Add(*(e**2 for e in short))


def _over_squares(e: Any, squares: Any) -> Any:
    """The fraction with its denominator as these squares, where it is a multiple of them and no longer so."""
    above, below = sp.fraction(e)
    rest, ratio = sp.fraction(sp.cancel(below / squares))
    if ratio != 1 or rest.is_zero or squares.count_ops() > sp.expand(squares).count_ops():
        return e
    return above / (rest * squares)


def _by_parts(e: Any, size: Any) -> Any:
    """Real and imaginary part over one denominator."""
    imaginary = sp.Add(*(t / sp.I for t in sp.Add.make_args(e) if t.has(sp.I)))
    real = sp.expand(e - sp.I * imaginary)
    return sp.factor(real / size) + sp.I * sp.factor(imaginary / size)


def _result(
    sde: SDE, value: Any, mean: Any, covariance: Any, conditions: Any, checks: list[Evidence], method: str
) -> Correlation:
    shown = value[0] if sde.n == 1 else sp.ImmutableDenseMatrix(value)
    given = (*sde.given, *conditions)
    spread = sp.ImmutableDenseMatrix(covariance)
    return Correlation(sde, shown, tuple(mean), spread, given, together(checks), method)


def _checked(sde: SDE, a: Any, covariance: Any) -> Evidence:
    """The second moments are at rest, by the moment equations, which are read off the generator."""
    m = -a.inv() * sp.Matrix(sde.ito_drift).subs(dict.fromkeys(sde.states, 0))
    table: dict[Any, Any] = {}
    checks = []
    for i, x in enumerate(sde.states):
        table[x] = m[i]
        for j, y in enumerate(sde.states):
            table[x * y] = covariance[i, j] + m[i] * m[j]
    for i, x in enumerate(sde.states):
        for y in sde.states[i:]:
            poly = sp.Poly(sp.expand(sde.generator(x * y)), *sde.states)
            rate = sp.Add(*(c * _moment(sde, powers, table) for powers, c in poly.terms()))
            checks.append(settled(rate, sp.S.Zero, sde.given, f"d/dt E[{plain(x)} {plain(y)}] = 0"))
    return together(checks)


def _moment(sde: SDE, powers: tuple[int, ...], table: dict[Any, Any]) -> Any:
    term = sp.Mul(*(x**k for x, k in zip(sde.states, powers, strict=True)))
    return sp.S.One if term == 1 else table[term]


def _at_rest(sde: SDE) -> tuple[Any, Any, Any, Any, tuple[Any, ...]]:
    """(A, m, S, Q, conditions)."""
    x, n = sde.states, range(sde.n)
    a = sp.Matrix(sde.ito_drift).jacobian(x).applyfunc(sde.tidy)
    c = sp.Matrix(sde.ito_drift).subs(dict.fromkeys(x, 0))
    quadratic: list[list[Any]] = [[sp.expand(e).as_poly(*x) for e in sde.covariance.row(i)] for i in n]
    if any(e.has(*x) for e in a) or any(p is None or p.total_degree() > 2 for row in quadratic for p in row):
        raise Unsolvable("correlations in closed form need a linear drift and B ρ Bᵀ of degree ≤ 2 in the states")
    if any(e.has(sde.t) for e in (*a, *c, *sde.covariance)):
        raise Unsolvable(f"the coefficients depend on {plain(sde.t)}: the process is not stationary")
    need_no_walls(sde)
    stable = _hurwitz(a, sde.given)
    mean = (-a.inv() * c).applyfunc(sde.tidy)
    names = {(i, j): sp.Dummy(f"S{i}{j}") for i in n for j in n if i <= j}
    s = sp.Matrix(sde.n, sde.n, lambda i, j: names[min(i, j), max(i, j)])
    table = {q: mean[i] for i, q in enumerate(x)}
    table |= {x[i] * x[j]: s[i, j] + mean[i] * mean[j] for i in n for j in n}
    noise = sp.Matrix(
        sde.n,
        sde.n,
        lambda i, j: sp.Add(*(k * _moment(sde, powers, table) for powers, k in quadratic[i][j].terms())),
    )
    rest = a * s + s * a.T + noise
    found = sp.solve([rest[i, j] for i in n for j in n if i <= j], list(names.values()), dict=True)
    if not found or len(found[0]) < len(names):
        raise Unsolvable("the second moments have no single value at rest")
    s = s.subs(found[0]).applyfunc(sp.factor)
    minors = [condition(s[: k + 1, : k + 1].det(), (*sde.given, *stable)) for k in n]
    if sp.false in minors:
        raise Unsolvable("the second moments at rest are not positive: they grow without bound")
    return a, mean, s, noise.subs(found[0]).applyfunc(sp.factor), shorter((*stable, *minors), sde.given)


def _hurwitz(a: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The Routh-Hurwitz conditions for the eigenvalues of A to lie in the left half-plane."""
    n, z = a.rows, sp.Dummy("z")
    coefficients = a.charpoly(z).all_coeffs()
    at = dict(enumerate(coefficients))
    h = sp.Matrix(n, n, lambda i, j: at.get(2 * (j + 1) - (i + 1), sp.S.Zero))
    conditions: list[Any] = []
    for k in range(n):
        conditions.append(condition(h[: k + 1, : k + 1].det(), (*given, *conditions)))
    if sp.false in conditions:
        raise Unsolvable("the drift is not stable: an eigenvalue of its matrix does not lie in the left half-plane")
    return tuple(c for c in conditions if c != sp.true)
