"""Linear systems dX = (A(t)X + c) dt + Σ (B_k(t)X + d_k) dW_k whose matrices are triangular together in another basis.

With A(t) = Σ f_j(t) A_j, the f_j linearly independent, wanted is a constant basis in which all A_j and B_k are upper
triangular; then Y = P⁻¹X is solved from its last component to the first, each equation linear with known coefficients.
There is one exactly if the Lie algebra of the matrices is solvable (Lie's theorem; McCoy: products of matrices and
commutators are nilpotent), and it is found step by step from common eigenvectors: these lie in the largest invariant
subspace on which the matrices commute, N₀ = ∩ ker [M_i, M_j], N_{k+1} = {v ∈ N_k : M_i v ∈ N_k}. A common eigenvector
spans the first step; the quotient goes on. Central commutators (Heisenberg's algebra) show as Lévy areas.

References: N. McCoy, Bull. Amer. Math. Soc. 42 (1936) 592; L. Arnold, Stochastic Differential Equations, sec. 8.5;
Y. Yamato, Z. Wahrsch. 47 (1979) 213 (nilpotent Lie algebras).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.linear import linear_form
from derive.stochastic.solutions.solution import ItoIntegral, Solution, follows

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

MOST_STATES = 6


def triangularised(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """The solution by a constant change of basis that makes the system triangular, put back as a whole; None if there
    is no such basis over the real numbers, or a component is not solved."""
    from derive.stochastic.sde import SDE as Process
    from derive.stochastic.solutions.chains import chain

    form = linear_form(sde) if sde.n <= MOST_STATES else None
    if form is None:
        return None
    a, c, noises, forces = form
    matrices = [m for whole in (a, *noises) for m in constant_parts(whole, sde.t)]
    basis = common_flag(matrices, sde.given)
    if basis is None or basis.is_diagonal():
        return None
    back = basis.inv().applyfunc(sp.cancel)
    names = tuple(sp.Symbol(f"eta_{k}", real=True) for k in range(sde.n))
    y = sp.Matrix(names)
    drift = (back * (a * basis * y + c)).applyfunc(sp.expand)
    columns = [(back * (b * basis * y + d)).applyfunc(sp.expand) for b, d in zip(noises, forces, strict=True)]
    moved = Process(names, list(drift), sp.Matrix.hstack(*columns), sde.t, sde.correlation, None, 0, sde.given)
    inner = chain(moved, tuple((back * sp.Matrix(begin)).applyfunc(sp.cancel)))
    if inner is None:
        return None
    values = tuple(joined(sp.expand(e)) for e in basis * sp.Matrix(inner.values))
    try:
        evidence = follows(sde, values, begin, inner.given)
    except StochasticError:
        return None
    method = "linear system, triangular in another basis: one component after another"
    return replace(inner, sde=sde, x0=begin, values=values, method=method, evidence=evidence)


def joined(e: Any) -> Any:
    """The integrands along the path with their exponentials put together and constant factors in front."""
    if isinstance(e, ItoIntegral):
        w, phi, s, low, high = e.args
        front, rest = _split(joined(phi), s)
        return front * ItoIntegral(w, rest, s, low, high)
    if isinstance(e, sp.Integral):
        front, rest = _split(joined(e.function), e.limits[0][0])
        return front * sp.Integral(rest, *e.limits)
    return e.func(*map(joined, e.args)) if e.args and e.has(ItoIntegral, sp.Integral) else e


def _split(phi: Any, s: Any) -> tuple[Any, Any]:
    return sp.powsimp(sp.factor_terms(sp.powsimp(sp.expand(phi)))).as_independent(s, AppliedUndef, as_Add=False)


def constant_parts(matrix: Any, t: Any) -> list[Any]:
    """Constant matrices M_j with M(t) = Σ f_j(t) M_j, the f_j the different functions of the time in its entries."""
    parts: dict[Any, Any] = {}
    for i in range(matrix.rows):
        for j in range(matrix.cols):
            for term in sp.Add.make_args(sp.expand(matrix[i, j])):
                factor, pace = term.as_independent(t, *term.atoms(AppliedUndef), as_Add=False)
                if factor != 0:
                    parts.setdefault(pace, sp.zeros(matrix.rows, matrix.cols))[i, j] += factor
    return list(parts.values())


def common_flag(matrices: list[Any], given: tuple[Any, ...] = ()) -> Any | None:
    """P with P⁻¹ M P upper triangular for all M, by common eigenvectors of the quotients; None if there are none with
    real eigenvalues."""
    n = matrices[0].rows if matrices else 0
    if n == 0 or all(m.is_upper for m in matrices):
        return sp.eye(n) if n else None
    vector = common_eigenvector(matrices, given)
    if vector is None:
        return None
    if n == 1:
        return sp.eye(1)
    pivot = next(i for i in range(n) if vector[i] != 0)
    others = [sp.eye(n)[:, i] for i in range(n) if i != pivot]
    first = sp.Matrix.hstack(vector, *others)
    back = first.inv()
    smaller = [(back * m * first)[1:, 1:].applyfunc(_short) for m in matrices]
    rest = common_flag(smaller, given)
    return None if rest is None else (first * sp.diag(1, rest)).applyfunc(_short)


def common_eigenvector(matrices: list[Any], given: tuple[Any, ...] = ()) -> Any | None:
    """A vector v ≠ 0 with M v ∥ v for all M, real eigenvalues; None if there is none."""
    n = matrices[0].rows
    space = sp.eye(n)
    for p, q in combinations(matrices, 2):
        space = _kernel_within((p * q - q * p).applyfunc(_short), space)
        if space.cols == 0:
            return None
    while True:
        smaller = space
        for m in matrices:
            complement = space.T.nullspace()
            if complement:
                smaller = _kernel_within(sp.Matrix.hstack(*complement).T * m, smaller)
        if smaller.cols in (0, space.cols):
            break
        space = smaller
    if smaller.cols == 0:
        return None
    for m in matrices:
        if space.cols == 1:
            break
        inner = ((space.T * space).inv() * space.T * m * space).applyfunc(_short)
        values = _real_eigenvalues(inner)
        if not values:
            return None
        kernel = (
            (inner - values[0] * sp.eye(space.cols)).applyfunc(_short).nullspace(iszerofunc=lambda e: zero(e, given))
        )
        space = (space * sp.Matrix.hstack(*kernel)).applyfunc(_short)
    vector = space[:, 0]
    return vector / next(e for e in vector if e != 0) if any(e != 0 for e in vector) else None


def _kernel_within(m: Any, space: Any) -> Any:
    """A basis of {v in the span of the columns of `space` : m v = 0}."""
    kernel = (m * space).applyfunc(_short).nullspace()
    return (space * sp.Matrix.hstack(*kernel)).applyfunc(_short) if kernel else sp.zeros(space.rows, 0)


def _real_eigenvalues(m: Any) -> list[Any]:
    """Eigenvalues that are not known to be unreal, rational ones in the parameters first."""
    poly = m.charpoly()
    roots = sp.roots(poly.as_expr(), poly.gen)
    real = [r for r in roots if r.is_real is not False and not r.has(sp.I)]
    return sorted(real, key=lambda r: (r.has(sp.Pow), r.count_ops(), str(r)))


def _short(e: Any) -> Any:
    return tidy(sp.radsimp(sp.cancel(e)), ()) if e.has(sp.Pow) else sp.cancel(e)
