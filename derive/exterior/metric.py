"""A metric of any signature on a chart: inverse, volume, Hodge star and the curvature of its Levi-Civita connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.exact import is_positive
from derive.exterior import clifford, hodge
from derive.exterior.chart import Chart
from derive.exterior.connection import LeviCivita
from derive.exterior.curvature import Curvature
from derive.exterior.errors import DifferentCharts, SingularMetric, WrongCount
from derive.exterior.form import Form
from derive.exterior.roots import sign_of_determinant, split_root
from derive.exterior.scalars import Ring, Scalar, expression
from derive.exterior.tensor import Tensor
from derive.exterior.vectors import VectorField
from derive.field import DivisionByZero

if TYPE_CHECKING:
    from derive.exterior.maps import Map


class Metric:
    """g = g_ij dxⁱ⊗dxʲ, from a symmetric matrix, or from its diagonal. Immutable.

    `signature`, the signs of the diagonal in an orthogonal frame, is needed only where the sign of det g is not seen
    (FLRW with 1 − k r²). `volume` replaces the root √|g| that is chosen: the one written as the product of the even
    powers' roots, so that r⁴ sin²θ gives r² sin θ. Raises SingularMetric, WrongCount.
    """

    def __init__(self, chart: Chart, matrix: Any, signature: Sequence[int] = (), volume: Any = None) -> None:
        rows = matrix.tolist() if hasattr(matrix, "tolist") else [list(r) if _is_row(r) else r for r in matrix]
        n = chart.dim
        if rows and not isinstance(rows[0], list):
            rows = [[value if i == j else 0 for j in range(len(rows))] for i, value in enumerate(rows)]
        if len(rows) != n or any(len(row) != n for row in rows):
            raise WrongCount(f"a metric on {chart} is a symmetric {n}×{n} matrix, or its diagonal of {n} entries")
        if signature and (len(signature) != n or set(signature) - {1, -1}):
            raise WrongCount(f"a signature on {chart} is {n} signs, such as {(-1,) + (1,) * (n - 1)}")
        self.chart, self.signature, self._volume = chart, tuple(signature), volume
        ring, flat = chart.scalars([entry for row in rows for entry in row])
        self.ring: Ring = ring
        self.rows: list[list[Scalar]] = [flat[n * i : n * (i + 1)] for i in range(n)]
        for i in range(n):
            for j in range(i):
                if not (self.rows[i][j] - self.rows[j][i]).is_zero():
                    raise SingularMetric(
                        f"the matrix is not symmetric: entries {(i, j)} and {(j, i)} are {expression(self.rows[i][j])} "
                        f"and {expression(self.rows[j][i])}; a metric is symmetric"
                    )

    @classmethod
    def from_line_element(cls, chart: Chart, line: Any, signature: Sequence[int] = ()) -> Metric:
        """The metric of ds² = Σ g_ij dxⁱ dxʲ, written with symbols named dr, dtheta, … beside the coordinates.

        Symbols are matched with the coordinates by name. Raises WrongCount if the expression is not quadratic in them.
        """
        line = side(line)
        by_name = {s.name: s for s in line.free_symbols}
        swap = {by_name[x.name]: x for x in chart if x.name in by_name}
        steps = [by_name.get("d" + x.name, sp.Dummy("d" + x.name)) for x in chart]
        try:
            poly = sp.Poly(sp.expand(line), *steps)
        except sp.PolynomialError as error:
            raise WrongCount(f"{line} is no quadratic form in {', '.join(map(str, steps))}: {error}") from error
        if poly.is_zero or any(sum(powers) != 2 for powers in poly.monoms()):
            raise WrongCount(f"{line} is no quadratic form in {', '.join(map(str, steps))}; each term has two of them")

        def entry(i: int, j: int) -> sp.Expr:
            value = poly.coeff_monomial(steps[i] * steps[j])
            return (value if i == j else value / 2).xreplace(swap)

        return cls(chart, sp.Matrix(chart.dim, chart.dim, entry), signature)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__:
            raise AttributeError("a metric is immutable")
        self.__dict__[name] = value

    def __reduce__(self) -> Any:
        return Metric, (self.chart, self.matrix, self.signature, self._volume)

    # The metric and its volume

    @cached_property
    def matrix(self) -> sp.ImmutableDenseMatrix:
        """g_ij."""
        return sp.ImmutableDenseMatrix([[expression(entry) for entry in row] for row in self.rows])

    @cached_property
    def determinant(self) -> Scalar:
        """det g, in the ring; SingularMetric if it is zero."""
        value = self.ring.det(self.rows)
        if value.is_zero():
            raise SingularMetric(f"the metric {self.matrix.tolist()} is degenerate: its determinant is zero")
        return value

    @cached_property
    def inverse_rows(self) -> list[list[Scalar]]:
        """g^{ij}, in the ring; SingularMetric if there is none."""
        try:
            return self.ring.inverse(self.rows)
        except (DivisionByZero, sp.matrices.exceptions.NonInvertibleMatrixError) as error:
            raise SingularMetric(
                f"the metric {self.matrix.tolist()} is degenerate: its determinant is zero; "
                "use independent coordinates, or the non-degenerate part"
            ) from error

    @property
    def inverse(self) -> sp.ImmutableDenseMatrix:
        """g^{ij}."""
        return sp.ImmutableDenseMatrix([[expression(entry) for entry in row] for row in self.inverse_rows])

    @cached_property
    def _root(self) -> tuple[int, sp.Expr]:
        outer, inner = split_root(expression(self.determinant), self.chart.given)
        if self.signature:
            sign = (-1) ** self.signature.count(-1)
            if is_positive(-sign * inner, self.chart.given):
                raise SingularMetric(
                    f"the signature {self.signature} says det g has the sign {sign}, but "
                    f"{expression(self.determinant)} has the other; correct the signature"
                )
        else:
            found = sign_of_determinant(inner, self.chart.given)
            if found is None:
                raise SingularMetric(
                    f"the determinant {expression(self.determinant)} has no single sign on {self.chart}; state "
                    "signature=(-1, 1, …), or assumptions on the symbols or in the chart's `given`"
                )
            sign = found
        return sign, outer * sp.sqrt(sign * inner) if self._volume is None else side(self._volume)

    @property
    def sign(self) -> int:
        """(−1)^q, the sign of det g."""
        return self._root[0]

    @property
    def density(self) -> sp.Expr:
        """√|g|, the root that was chosen."""
        return self._root[1]

    @property
    def volume(self) -> Form:
        """vol = √|g| dx¹∧…∧dxⁿ."""
        return self.chart.form(self.chart.dim, [self.density])

    def with_values(self, form: Form) -> tuple[Ring, list[list[Scalar]], Mapping[int, Scalar]]:
        """The inverse metric and a form's coefficients over one ring."""
        if form.chart != self.chart:
            raise DifferentCharts(f"a form on {form.chart} meets a metric on {self.chart}; carry it over by w.pull(F)")
        if form.ring is self.ring:
            return self.ring, self.inverse_rows, form.parts
        n = self.chart.dim
        ring, flat = self.chart.scalars([*(e for row in self.inverse_rows for e in row), *form.parts.values()])
        rows = [flat[n * i : n * (i + 1)] for i in range(n)]
        return ring, rows, dict(zip(form.parts, flat[n * n :], strict=True))

    # Hodge theory

    def star(self, form: Any) -> Form:
        """⋆w, with α∧⋆β = ⟨α, β⟩ vol."""
        return hodge.star(self, self._form(form))

    def inner(self, left: Form, right: Form) -> sp.Expr:
        """⟨α, β⟩."""
        return expression(hodge.inner(self, left, right))

    def clifford(self, left: Any, right: Any) -> Form:
        """The Clifford product α·β, with v·v = ⟨v, v⟩ for 1-forms; a form of mixed degree."""
        return clifford.product(self, self._form(left), self._form(right))

    def codifferential(self, form: Form) -> Form:
        """δw, the adjoint of d."""
        return hodge.codifferential(self, form)

    def laplace_de_rham(self, form: Any) -> Form:
        """Δw = dδw + δdw."""
        return hodge.laplace_de_rham(self, self._form(form))

    def flat(self, vector: VectorField) -> Form:
        """X♭ = g(X, ·)."""
        return hodge.flat(self, vector)

    def sharp(self, form: Form) -> VectorField:
        """w♯, with g(w♯, ·) = w."""
        return hodge.sharp(self, form)

    def grad(self, function: Any) -> VectorField:
        """grad f = (df)♯, in the basis of coordinate fields."""
        return hodge.gradient(self, function)

    def div(self, vector: VectorField) -> sp.Expr:
        """div X, with d(ι_X vol) = div X vol."""
        return expression(hodge.divergence(self, vector))

    def curl(self, vector: VectorField) -> VectorField:
        """curl X = (⋆dX♭)♯, in three dimensions, in the basis of coordinate fields."""
        return hodge.curl(self, vector)

    def laplacian(self, function: Any) -> sp.Expr:
        """The Laplace–Beltrami operator div grad f."""
        return self.div(self.grad(function))

    def _form(self, value: Any) -> Form:
        return value if isinstance(value, Form) else self.chart.form(0, {(): value})

    def pull(self, mapping: Map, signature: Sequence[int] = ()) -> Metric:
        """The induced metric F*g on the source of a map."""
        n, J = self.chart.dim, mapping.jacobian
        if mapping.target != self.chart:
            raise DifferentCharts(f"a map to {mapping.target} cannot pull back a metric on {self.chart}")
        along = sp.Matrix(n, n, lambda i, j: mapping.substituted(self.matrix[i, j]))
        _, entries = mapping.source.scalars(list(J.T * along * J))
        m = mapping.source.dim
        return Metric(mapping.source, [entries[m * i : m * (i + 1)] for i in range(m)], signature)

    # Curvature

    @cached_property
    def connection(self) -> LeviCivita:
        """The Levi-Civita connection."""
        return LeviCivita(self.chart, self.ring, self.rows, self.inverse_rows)

    @cached_property
    def curvature(self) -> Curvature:
        """The contractions of R_abcd."""
        return Curvature(self.ring, self.rows, self.inverse_rows, self.connection.riemann())

    def _tensor(self, places: str, symmetry: str, entries: dict[Any, Scalar], name: str) -> Tensor:
        return Tensor(self.chart, self.ring, places, symmetry, entries, name)

    def christoffel(self) -> Tensor:
        """Γ^c_ab, as T[c, a, b]."""
        return self._tensor("udd", "symmetric", self.connection.second, "Γ")

    def riemann(self, lower: bool = False) -> Tensor:
        """R^a_bcd = ∂_cΓ^a_bd − ∂_dΓ^a_bc + Γ^a_ce Γ^e_bd − Γ^a_de Γ^e_bc, or R_abcd with `lower`."""
        if lower:
            return self._tensor("dddd", "riemann", self.curvature.entries, "R")
        return self._tensor("uddd", "antisymmetric", self.curvature.raised, "R")

    def ricci(self) -> Tensor:
        """R_bd = R^a_bad."""
        return self._tensor("dd", "symmetric", self.curvature.ricci, "R")

    def scalar(self) -> sp.Expr:
        """R = g^{ab} R_ab."""
        return expression(self.curvature.scalar)

    def einstein(self) -> Tensor:
        """G_ab = R_ab − ½ R g_ab."""
        return self._tensor("dd", "symmetric", self.curvature.einstein, "G")

    def weyl(self) -> Tensor:
        """C_abcd, the traceless part of R_abcd; zero below four dimensions."""
        return self._tensor("dddd", "riemann", self.curvature.weyl, "C")

    def kretschmann(self) -> sp.Expr:
        """R_abcd R^abcd."""
        return expression(self.curvature.kretschmann)

    def gauss(self) -> sp.Expr:
        """The Gauss curvature R/2 of a surface."""
        if self.chart.dim != 2:
            raise WrongCount(
                f"the Gauss curvature belongs to surfaces; here are {self.chart.dim} dimensions: use scalar()"
            )
        return self.scalar() / 2

    def geodesic(self, parameter: sp.Symbol) -> tuple[Any, ...]:
        """The geodesic equations ẍ^c = −Γ^c_ab ẋ^a ẋ^b, as SymPy equations in functions of the parameter."""
        return self.connection.geodesic(parameter)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Metric):
            return NotImplemented
        return self.chart == other.chart and all(
            a == b
            for mine, theirs in zip(self.rows, other.rows, strict=True)
            for a, b in zip(mine, theirs, strict=True)
        )

    def __hash__(self) -> int:
        return hash(("Metric", self.chart))

    def __repr__(self) -> str:
        return f"Metric({self.chart}: {self.matrix.tolist()})"

    def _latex(self, printer: Any) -> str:
        from derive.exterior.printing import line_element

        return line_element(self.chart, self.matrix, printer)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"


def _is_row(row: Any) -> bool:
    return isinstance(row, Sequence)
