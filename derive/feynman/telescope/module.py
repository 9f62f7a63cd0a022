"""The finite module of an integrand: ∂_a^i F = u_i · v for a vector v of monomials with ∂_x v = M v."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.feynman.telescope.algebra import Algebra, Element, Monomial
from derive.feynman.telescope.errors import NotTelescoped
from derive.feynman.telescope.rational import A, Rational, X

MOST_RANK = 14


@dataclass
class Module:
    """Monomials closed under ∂_x, the matrix of ∂_x on them, and F with its derivatives by a as row vectors.

    It grows as higher derivatives by a are asked for: `reach(i)`.
    """

    algebra: Algebra
    first: Element
    basis: list[Monomial] = field(default_factory=list)
    matrix: list[dict[int, Rational]] = field(default_factory=list)  # row j: ∂_x v_j = Σ_k row[k] v_k
    derivatives: list[Element] = field(default_factory=list)

    def reach(self, order: int) -> list[dict[int, Rational]]:
        """u_0, …, u_order; NotTelescoped if the monomials do not close under ∂_x."""
        while len(self.derivatives) <= order:
            last = self.derivatives[-1] if self.derivatives else None
            self.derivatives.append(self.first if last is None else self.algebra.diff(last, A))
            self._close(self.derivatives[-1])
        index = {m: i for i, m in enumerate(self.basis)}
        return [{index[m]: c for m, c in e.terms.items()} for e in self.derivatives[: order + 1]]

    def _close(self, element: Element) -> None:
        index = {m: i for i, m in enumerate(self.basis)}
        waiting = [m for m in element.terms if m not in index]
        while waiting:
            m = waiting.pop(0)
            if m in index:
                continue
            if len(self.basis) == MOST_RANK:
                raise NotTelescoped(
                    f"the integrand and its derivatives by {self.algebra.x} span more than {MOST_RANK} dimensions over "
                    "the rational functions: it is not D-finite in the classes treated"
                )
            index[m] = len(self.basis)
            self.basis.append(m)
            self.matrix.append({})
            waiting += [n for n in self.algebra.slope(m, X).terms if n not in index]
        for j, m in enumerate(self.basis):
            if not self.matrix[j]:
                self.matrix[j] = {index[n]: c for n, c in self.algebra.slope(m, X).terms.items()}

    def components(self) -> list[list[int]]:
        """The strongly connected components of the matrix, those that feed others first."""
        n = len(self.basis)
        reach = [{j} | set(self.matrix[j]) for j in range(n)]
        for k in range(n):
            for j in range(n):
                if k in reach[j]:
                    reach[j] |= reach[k]
        groups: list[list[int]] = []
        for j in range(n):
            home = next((g for g in groups if g[0] in reach[j] and j in reach[g[0]]), None)
            if home is None:
                groups.append([j])
            else:
                home.append(j)
        return sorted(groups, key=lambda g: -len(reach[g[0]]))
