"""The certificate by an ansatz: w = N/W with bounded poles and degrees such that Σ c_i u_i = w′ + w M.

For rank one the bounds are those of Gosper's algorithm (a zero or pole of w is one of u, but for integer residues); for
higher rank they are generous, and the shape (poles, degrees, support) is found modulo a prime first. M. Bronstein and
M. Petkovšek (1996); C. Koutschan, A fast approach to creative telescoping (2010); S. Chen, M. Kauers (2017) for the
bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import nmod_poly

from derive.exact.budget import Budget
from derive.feynman.telescope.errors import NotTelescoped
from derive.feynman.telescope.module import Module
from derive.feynman.telescope.nullspace import PRIME, Row, Specialisation, exact_null, modular_null
from derive.feynman.telescope.rational import Rational, X

Vector = dict[int, Rational]
SLACK = 6
MOST_UNKNOWNS = 260


@dataclass
class Shape:
    """Where w may have poles, of which order, and of which degree its numerators are; per component of the vector."""

    factors: list[Any]
    poles: list[list[int]]  # component, factor
    degrees: list[int]  # of the numerators


@dataclass(frozen=True)
class Solution:
    """Σ c_i u_i = w′ + w M: the coefficients c_i as polynomials, the vector w."""

    coefficients: list[Any]
    vector: Vector


class Ansatz:
    """The search for a telescoper of one order in a module."""

    def __init__(self, module: Module, order: int, budget: Budget) -> None:
        self.module, self.order, self.budget = module, order, budget
        self.ring = module.algebra.ring
        self.u = module.reach(order)
        self.rank = len(module.basis)
        self.at = Specialisation(self.ring)

    def solve(self) -> Solution | None:
        """The telescoper of this order; None if there is none within the bounds."""
        shape = self.bounds()
        rows, columns, unknowns = self.system(shape)
        coefficients = list(range(self.order + 1))
        vector = modular_null(rows, columns, coefficients, self.at)
        if vector is None:
            return None
        shape = self.tightened(shape, unknowns, vector)
        rows, columns, unknowns = self.system(shape)
        vector = modular_null(rows, columns, coefficients, self.at)
        if vector is None:
            return None
        values = exact_null(rows, sorted(vector), self.ring, self.budget)
        return self._read(shape, unknowns, values)

    # -- bounds -------------------------------------------------------------------------------------------------

    def bounds(self) -> Shape:
        """Poles and degrees that w can have."""
        entries = [c for row in (*self.module.matrix, *self.u) for c in row.values()]
        factors: list[Any] = []
        for c in entries:
            for q, _ in c.den.factor()[1]:
                if q.degrees()[X] and not any(q == known for known in factors):
                    factors.append(q)
        groups = self.module.components()
        poles = [[0] * len(factors) for _ in range(self.rank)]
        for f, q in enumerate(factors):
            for j, bound in enumerate(self._local(groups, lambda c, q=q: _order(c, q), q)):
                poles[j][f] = bound
        growth = self._local(groups, _degree, None)
        heights = [sum(int(q.degrees()[X]) * poles[j][f] for f, q in enumerate(factors)) for j in range(self.rank)]
        return Shape(factors, poles, [growth[j] + heights[j] for j in range(self.rank)])

    def _local(self, groups: list[list[int]], order: Any, q: Any) -> list[int]:
        """Bounds at one place for all components: its `order` is that of a pole at q, or of growth at infinity.

        w_j′ + w_j M_jj takes a pole of order p to max(p + 1, p + ord M_jj), so p ≤ ord(right) − max(1, ord M_jj),
        unless the leading terms cancel: then p is an integer eigenvalue of the residue. What other components send in
        belongs to the right side. At infinity the same with x^d → max(d − 1, d + ord M_jj).
        """
        step = 1 if q is not None else -1
        right: list[int | None] = [None] * self.rank
        for u in self.u:
            for k, c in u.items():
                right[k] = max(order(c), right[k]) if right[k] is not None else order(c)  # type: ignore[type-var]
        bound = [0] * self.rank
        for group in groups:
            inside = set(group)
            incoming = [r for k in group if (r := right[k]) is not None]
            diagonal = [order(c) for j in group for k, c in self.module.matrix[j].items() if k in inside]
            steepest = max([step, *diagonal])
            free = steepest if len(group) == 1 else step
            base = max(incoming, default=None)
            value = None if base is None else base - free
            special = self._eigenvalues(group, steepest, step, q)
            candidates = [v for v in (value, special) if v is not None]
            top = max(candidates) if candidates else -SLACK
            if self.rank > 1:
                top = max(top, 0) if q is not None else top
            for j in group:
                bound[j] = top
                for k, c in self.module.matrix[j].items():
                    if k not in inside:
                        sent = top + order(c)
                        right[k] = max(sent, known) if (known := right[k]) is not None else sent
        return bound

    def _eigenvalues(self, group: list[int], steepest: int, step: int, q: Any) -> int | None:
        """The largest pole order (degree) of a solution of w′ + w M = 0 within a component, found modulo the prime."""
        if steepest > step:
            return None if len(group) == 1 else 0
        matrix = self.module.matrix
        if q is None:
            ends = [[self._at_infinity(matrix[j].get(k)) for k in group] for j in group]
            return _integer_root(ends, 1)
        local = self.at.univariate(q)
        roots = [r for r, _ in _roots(local)]
        if not roots:
            return 0 if len(group) == 1 and not self._at_pole(matrix[group[0]].get(group[0]), q) else SLACK // 3
        ends = [[self._residue(matrix[j].get(k), q, roots[0]) for k in group] for j in group]
        return _integer_root(ends, -1)

    def _at_pole(self, c: Rational | None, q: Any) -> bool:
        return c is not None and _order(c, q) > 0

    def _residue(self, c: Rational | None, q: Any, root: int) -> int:
        """The residue of an entry with a simple pole, modulo the prime."""
        if c is None or _order(c, q) <= 0:
            return 0
        num, den = self.at.univariate(c.num), self.at.univariate(c.den)
        slope = int(den.derivative()(root))
        return int(num(root)) * pow(slope, -1, PRIME) % PRIME if slope else 0

    def _at_infinity(self, c: Rational | None) -> int:
        """lim x c, modulo the prime."""
        if c is None or _degree(c) < -1:
            return 0
        num, den = self.at.univariate(c.num), self.at.univariate(c.den)
        return int(num[num.degree()]) * pow(int(den[den.degree()]), -1, PRIME) % PRIME

    # -- the linear system --------------------------------------------------------------------------------------

    def system(self, shape: Shape) -> tuple[list[Row], int, list[tuple[int, int]]]:
        """Rows (coefficients of powers of x), the number of unknowns, and what unknowns after c_0…c_r mean: the
        coefficient of x^m in the numerator of component j."""
        ring = self.ring
        below = [self._below(shape, j) for j in range(self.rank)]
        unknowns = [(j, m) for j in range(self.rank) for m in range(shape.degrees[j] + 1)]
        columns = self.order + 1 + len(unknowns)
        if columns > MOST_UNKNOWNS:
            raise NotTelescoped(f"the certificate would need {columns} unknown coefficients")
        # component k of w_j = x^m/W_j is sent to x^{m−1} (m P + x Q)
        sent: list[dict[int, tuple[Rational, Rational]]] = []
        for j in range(self.rank):
            inverse = below[j].inverse()
            slope = inverse.diff(X)
            own = {j: (inverse, slope)}
            for k, c in self.module.matrix[j].items():
                flat, other = own.get(k, (ring.zero, ring.zero))
                own[k] = (flat, other + c * inverse)
            sent.append(own)
        rows: dict[tuple[int, int], Row] = {}
        for k in range(self.rank):
            self.budget.tick()
            entries = [u[k] for u in self.u if k in u]
            entries += [part for own in sent if k in own for part in own[k]]
            common = ring.one_poly
            for c in entries:
                common = common * (c.den / common.gcd(c.den))
            for i, u in enumerate(self.u):
                if k in u:
                    for d, p in ring.by_degree(-(u[k].num * (common / u[k].den))).items():
                        rows.setdefault((k, d), {})[i] = p
            for j, own in enumerate(sent):
                if k not in own:
                    continue
                flat, other = (ring.by_degree(c.num * (common / c.den)) for c in own[k])
                for number, (jj, m) in enumerate(unknowns):
                    if jj != j:
                        continue
                    column = self.order + 1 + number
                    for d, p in other.items():
                        _add(rows.setdefault((k, d + m), {}), column, p)
                    if m:
                        for d, p in flat.items():
                            _add(rows.setdefault((k, d + m - 1), {}), column, p * m)
        return list(rows.values()), columns, unknowns

    def _below(self, shape: Shape, j: int) -> Rational:
        """The denominator W_j (a numerator where a pole order is negative)."""
        result = self.ring.one
        for q, p in zip(shape.factors, shape.poles[j], strict=True):
            result = result * self.ring.fraction(q, self.ring.one_poly) ** p
        return result

    def tightened(self, shape: Shape, unknowns: list[tuple[int, int]], vector: dict[int, int]) -> Shape:
        """The shape of a solution that is known modulo the prime."""
        factors = [self.at.univariate(q) for q in shape.factors]
        poles, degrees = [list(p) for p in shape.poles], list(shape.degrees)
        for j in range(self.rank):
            values = [0] * (shape.degrees[j] + 1) or [0]
            for number, (jj, m) in enumerate(unknowns):
                if jj == j:
                    values[m] = vector.get(self.order + 1 + number, 0)
            numerator = nmod_poly(values, PRIME)
            if numerator == 0:
                degrees[j] = -1
                poles[j] = [0] * len(factors)
                continue
            for f, q in enumerate(factors):
                while numerator.degree() >= q.degree() and numerator % q == 0:
                    numerator = numerator // q
                    poles[j][f] -= 1
            degrees[j] = int(numerator.degree())
        return Shape(shape.factors, poles, degrees)

    def _read(self, shape: Shape, unknowns: list[tuple[int, int]], values: dict[int, Any]) -> Solution:
        """The telescoper of a null vector, its coefficients without common factor."""
        ring, zero = self.ring, self.ring.ctx.constant(0)
        coefficients = [values.get(i, zero) for i in range(self.order + 1)]
        common = None
        for c in coefficients:
            if not c.is_zero():
                common = c if common is None else common.gcd(c)
        if common is None:
            raise NotTelescoped("the linear system gave no operator")
        lead = next(c for c in reversed(coefficients) if not c.is_zero())
        if (lead.leading_coefficient() < 0) != (common.leading_coefficient() < 0):
            common = -common
        numerators: dict[int, Any] = {}
        for number, (j, m) in enumerate(unknowns):
            c = values.get(self.order + 1 + number)
            if c is not None:
                numerators[j] = numerators.get(j, zero) + c * ring.ctx.gen(X) ** m
        vector = {j: ring.fraction(p, common) / self._below(shape, j) for j, p in numerators.items()}
        return Solution([c / common for c in coefficients], vector)

    def holds(self, solution: Solution) -> bool:
        """Σ c_i u_i = w′ + w M, by arithmetic in the field."""
        ring = self.ring
        for k in range(self.rank):
            total = ring.zero
            for c, u in zip(solution.coefficients, self.u, strict=True):
                if k in u:
                    total = total + ring.fraction(c, ring.one_poly) * u[k]
            for j, w in solution.vector.items():
                if j == k:
                    total = total - w.diff(X)
                if k in self.module.matrix[j]:
                    total = total - w * self.module.matrix[j][k]
            if not total.is_zero():
                return False
        return True


def _add(row: Row, column: int, p: Any) -> None:
    row[column] = row[column] + p if column in row else p


def _order(c: Rational, q: Any) -> int:
    """The order of the pole at the zeros of q; negative for a zero."""
    for poly, sign in ((c.den, 1), (c.num, -1)):
        count = 0
        while True:
            quotient, rest = divmod(poly, q)
            if not rest.is_zero():
                break
            poly, count = quotient, count + 1
        if count:
            return sign * count
    return 0


def _degree(c: Rational) -> int:
    """The order of growth in x at infinity."""
    return int(c.num.degrees()[X]) - int(c.den.degrees()[X])


def _roots(poly: Any) -> list[tuple[int, int]]:
    """Roots modulo the prime of a polynomial without multiple factors."""
    return [(int(-f[0] * pow(int(f[1]), -1, PRIME)) % PRIME, 1) for f, _ in poly.factor()[1] if f.degree() == 1]


def _integer_root(matrix: list[list[int]], sign: int) -> int | None:
    """The largest small integer p for which p + matrix (sign 1) or −p + matrix (sign −1) is singular; None."""
    from flint import nmod_mat

    n = len(matrix)
    for p in range(SLACK, -SLACK - 1, -1):
        flat = [(matrix[i][j] + (sign * p if i == j else 0)) % PRIME for i in range(n) for j in range(n)]
        if int(nmod_mat(n, n, flat, PRIME).det()) == 0:
            return p
    return None
