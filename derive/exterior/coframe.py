"""Moving frames: connection and curvature by Cartan's structure equations, without coordinates' Christoffel symbols.

g = Σ η_a e^a⊗e^a with norms η_a: ±1 for an orthonormal frame, or functions, so that no root appears.
First structure equation de^a + ω^a_b∧e^b = 0 with dη_ab = ω_ab + ω_ba; second Ω^a_b = dω^a_b + ω^a_c∧ω^c_b.
Bianchi: Ω^a_b∧e^b = 0 and dΩ^a_b + ω^a_c∧Ω^c_b − Ω^a_c∧ω^c_b = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import sympy as sp

from derive.exterior.chart import Chart
from derive.exterior.curvature import Curvature, orbits
from derive.exterior.errors import DifferentCharts, SingularMetric, WrongCount
from derive.exterior.form import Form
from derive.exterior.metric import Metric
from derive.exterior.scalars import Ring, Scalar, expression, vanishes
from derive.exterior.tensor import Index, Tensor
from derive.field import DivisionByZero

Square = tuple[tuple[Form, ...], ...]


class Coframe:
    """n independent 1-forms with the norms of the dual frame; `signature` may hold functions, not only signs.

    >>> M = Chart("r theta"); r, theta = M
    >>> from derive.exterior.form import d
    >>> Coframe([d(r), r * d(theta)]).connection[0][1]
    -dθ
    """

    def __init__(self, forms: Sequence[Form], signature: Sequence[Any] = ()) -> None:
        self.forms = tuple(forms)
        if not self.forms or any(form.degree != 1 for form in self.forms):
            raise WrongCount("a coframe is made of 1-forms")
        self.chart: Chart = self.forms[0].chart
        if any(form.chart != self.chart for form in self.forms):
            raise DifferentCharts("the forms of a coframe lie on one chart")
        n = self.chart.dim
        self.signature = tuple(signature) or (1,) * n
        if len(self.forms) != n or len(self.signature) != n:
            raise WrongCount(
                f"a coframe on {self.chart} has {n} forms and {n} norms; "
                f"{len(self.forms)} and {len(self.signature)} were given"
            )
        flat = [form.coefficient(1 << i) for form in self.forms for i in range(n)]
        ring, values = self.chart.scalars([*flat, *self.signature])
        self.ring: Ring = ring
        self.rows: list[list[Scalar]] = [values[n * a : n * (a + 1)] for a in range(n)]
        self.norms: list[Scalar] = values[n * n :]
        try:
            self.dual: list[list[Scalar]] = ring.inverse(self.rows)
        except (DivisionByZero, sp.matrices.exceptions.NonInvertibleMatrixError) as error:
            raise SingularMetric("the forms of the coframe are dependent: their wedge product is zero") from error
        if any(vanishes(norm) for norm in self.norms):
            raise SingularMetric("a norm of the coframe is zero; a frame of null forms is not orthogonal")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__:
            raise AttributeError("a coframe is immutable")
        self.__dict__[name] = value

    def __reduce__(self) -> Any:
        return Coframe, (self.forms, tuple(expression(norm) for norm in self.norms))

    def along(self, value: Scalar) -> list[Scalar]:
        """E_a(f) for the dual frame E_a."""
        slopes = [value.diff(x) for x in self.chart]
        present = [i for i, slope in enumerate(slopes) if not vanishes(slope)]
        columns = range(len(self.rows))
        return [self.ring.dot([(self.dual[i][a], slopes[i]) for i in present]) for a in columns]

    @cached_property
    def structure(self) -> dict[Index, Scalar]:
        """T^a_bc = de^a(E_b, E_c), b < c."""
        n, out = self.chart.dim, {}
        for a in range(n):
            curls = {
                (i, j): value
                for i, j in combinations(range(n), 2)
                if not vanishes(value := self.rows[a][j].diff(self.chart[i]) - self.rows[a][i].diff(self.chart[j]))
            }
            for b, c in combinations(range(n), 2):
                terms = []
                for (i, j), value in curls.items():
                    terms += [(value, self.dual[i][b], self.dual[j][c]), (-value, self.dual[j][b], self.dual[i][c])]
                total = self.ring.dot(terms)
                if not vanishes(total):
                    out[a, b, c] = total
        return out

    def _torsion_free(self, a: int, b: int, c: int) -> list[tuple[Scalar, ...]]:
        """The term T_abc = η_a T^a_bc of the Koszul formula."""
        if b == c or (a, min(b, c), max(b, c)) not in self.structure:
            return []
        value = self.structure[a, min(b, c), max(b, c)]
        return [(self.norms[a], value if b < c else -value)]

    @cached_property
    def coefficients(self) -> dict[Index, Scalar]:
        """Γ^a_bc with ω^a_b = Γ^a_bc e^c: 2Γ_abc = E_c η_ab + E_b η_ac − E_a η_bc + T_abc + T_bca + T_cba."""
        n, K, out = self.chart.dim, self.ring, {}
        slopes = [self.along(norm) for norm in self.norms]
        for a in range(n):
            half = K(sp.Rational(1, 2)) / self.norms[a]
            for b in range(n):
                for c in range(n):
                    terms = self._torsion_free(a, b, c) + self._torsion_free(b, c, a) + self._torsion_free(c, b, a)
                    for sign, first, second, third in ((1, a, b, c), (1, a, c, b), (-1, b, c, a)):
                        if first == second and not vanishes(slopes[first][third]):
                            terms.append((slopes[first][third], K(sign)))
                    if terms:
                        value = K.dot(terms) * half
                        if not vanishes(value):
                            out[a, b, c] = value
        return out

    @cached_property
    def connection(self) -> Square:
        """The connection 1-forms ω^a_b, as ω[a][b]."""
        n = self.chart.dim

        def omega(a: int, b: int) -> Form:
            parts = {
                1 << i: self.ring.dot(
                    [(self.coefficients[a, b, c], self.rows[c][i]) for c in range(n) if (a, b, c) in self.coefficients]
                )
                for i in range(n)
            }
            return Form(self.chart, 1, self.ring, parts)

        return tuple(tuple(omega(a, b) for b in range(n)) for a in range(n))

    @cached_property
    def curvature(self) -> Square:
        """The curvature 2-forms Ω^a_b = dω^a_b + ω^a_c∧ω^c_b, as Ω[a][b]."""
        n, w = self.chart.dim, self.connection
        return tuple(tuple(sum((w[a][c] * w[c][b] for c in range(n)), w[a][b].d()) for b in range(n)) for a in range(n))

    @cached_property
    def tensors(self) -> Curvature:
        """The contractions of R_abcd = η_a Ω^a_b(E_c, E_d) in the frame."""
        n, K, entries, slopes = self.chart.dim, self.ring, {}, {}
        G, T = self.coefficients, self.structure
        for key, value in G.items():
            slopes[key] = self.along(value)
        for (a, b), (c, d) in orbits(n):
            terms: list[tuple[Scalar, ...]] = []
            if (a, b, d) in slopes:
                terms.append((slopes[a, b, d][c],))
            if (a, b, c) in slopes:
                terms.append((-slopes[a, b, c][d],))
            for e in range(n):
                for sign, left, right, table in (
                    (1, (a, b, e), (e, c, d), T),
                    (1, (a, e, c), (e, b, d), G),
                    (-1, (a, e, d), (e, b, c), G),
                ):
                    if left in G and right in table:
                        terms.append((G[left] if sign > 0 else -G[left], table[right]))
            if terms:
                value = K.dot(terms) * self.norms[a]
                if not vanishes(value):
                    entries[a, b, c, d] = value
        return Curvature(K, self._diagonal(self.norms), self._diagonal([K(1) / x for x in self.norms]), entries)

    def _diagonal(self, values: list[Scalar]) -> list[list[Scalar]]:
        return [[v if i == j else self.ring(0) for j in range(len(values))] for i, v in enumerate(values)]

    @property
    def metric(self) -> Metric:
        """g_ij = Σ η_a e^a_i e^a_j."""
        n = self.chart.dim

        def entry(i: int, j: int) -> Scalar:
            return self.ring.dot([(self.norms[a], self.rows[a][i], self.rows[a][j]) for a in range(n)])

        signs = self.signature if set(self.signature) <= {1, -1} else ()
        return Metric(self.chart, [[entry(i, j) for j in range(n)] for i in range(n)], signs)

    def riemann(self) -> Tensor:
        """R_abcd in the frame (indices are numbers of the frame)."""
        return Tensor(self.chart, self.ring, "dddd", "riemann", self.tensors.entries, "R")

    def ricci(self) -> Tensor:
        """R_ab in the frame."""
        return Tensor(self.chart, self.ring, "dd", "symmetric", self.tensors.ricci, "R")

    def scalar(self) -> sp.Expr:
        """The scalar curvature."""
        return expression(self.tensors.scalar)

    def kretschmann(self) -> sp.Expr:
        """R_abcd R^abcd."""
        return expression(self.tensors.kretschmann)

    def torsion(self) -> tuple[Form, ...]:
        """de^a + ω^a_b∧e^b, which the connection makes zero."""
        n, w = self.chart.dim, self.connection
        return tuple(sum((w[a][b] * self.forms[b] for b in range(n)), self.forms[a].d()) for a in range(n))

    def bianchi(self) -> tuple[tuple[Form, ...], Square]:
        """(Ω^a_b∧e^b, dΩ^a_b + ω^a_c∧Ω^c_b − Ω^a_c∧ω^c_b): both zero, the two Bianchi identities."""
        n, w, omega = self.chart.dim, self.connection, self.curvature
        first = tuple(sum((omega[a][b] * self.forms[b] for b in range(n)), self.chart.zero(3)) for a in range(n))
        second = tuple(
            tuple(
                sum((w[a][c] * omega[c][b] - omega[a][c] * w[c][b] for c in range(n)), omega[a][b].d())
                for b in range(n)
            )
            for a in range(n)
        )
        return first, second

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Coframe):
            return NotImplemented
        return self.forms == other.forms and all(a == b for a, b in zip(self.norms, other.norms, strict=True))

    def __hash__(self) -> int:
        return hash(("Coframe", self.chart))

    def __repr__(self) -> str:
        return f"Coframe({list(self.forms)}, {[expression(norm) for norm in self.norms]})"

    def _latex(self, printer: Any) -> str:
        rows = (f"e^{{{a}}} &= {printer._print(form)}" for a, form in enumerate(self.forms))
        return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"
