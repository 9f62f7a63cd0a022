"""Contractions of a Riemann tensor with all indices down: what the coordinate route and the frame route share.

Sign: R^a_bcd = ∂_cΓ^a_bd − ∂_dΓ^a_bc + …, R_bd = R^a_bad: the sphere has positive curvature.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import Any

from derive.exterior.scalars import Ring, Scalar, vanishes
from derive.exterior.tensor import Index, _riemann

Rows = list[list[Scalar]]
Pair = tuple[int, int]


class Curvature:
    """Ricci, scalar, Einstein, Weyl and Kretschmann of R_abcd (one component of each orbit) and a metric."""

    def __init__(self, ring: Ring, metric: Rows, inverse: Rows, riemann: dict[Index, Scalar]) -> None:
        self.ring, self.metric, self.inverse, self.entries = ring, metric, inverse, riemann
        self.dim = len(metric)
        self.above = [[(j, v) for j, v in enumerate(row) if not vanishes(v)] for row in inverse]

    def riemann(self, *index: int) -> Scalar | None:
        """R_abcd; None where it is known to be zero."""
        sign, stored = _riemann(index)
        value = self.entries.get(stored) if sign else None
        return value if value is None or sign > 0 else -value

    @cached_property
    def raised(self) -> dict[Index, Scalar]:
        """R^a_bcd for c < d."""
        n, out = self.dim, {}
        for a in range(n):
            for b in range(n):
                for c, d in combinations(range(n), 2):
                    terms = [(g, r) for e, g in self.above[a] if (r := self.riemann(e, b, c, d)) is not None]
                    if terms:
                        out[a, b, c, d] = self.ring.dot(terms)
        return out

    @cached_property
    def ricci(self) -> dict[Index, Scalar]:
        """R_bd = g^{ac} R_abcd, b ≤ d."""
        n, out = self.dim, {}
        for b in range(n):
            for d in range(b, n):
                terms: list[tuple[Scalar, Scalar]] = []
                for a in range(n):
                    for c, g in self.above[a]:
                        value = self.riemann(a, b, c, d)
                        if value is not None:
                            terms.append((g, value))
                if terms:
                    total = self.ring.dot(terms)
                    if not vanishes(total):
                        out[b, d] = total
        return out

    def ricci_at(self, a: int, b: int) -> Scalar | None:
        """R_ab; None where it is zero."""
        return self.ricci.get((min(a, b), max(a, b)))

    @cached_property
    def scalar(self) -> Scalar:
        """R = g^{ab} R_ab."""
        return self.ring.dot(
            [(g, r) for a in range(self.dim) for b, g in self.above[a] if (r := self.ricci_at(a, b)) is not None]
        )

    @cached_property
    def einstein(self) -> dict[Index, Scalar]:
        """G_ab = R_ab − ½ R g_ab."""
        half = self.scalar / 2
        return {
            (a, b): self.ring.sum([x for x in (self.ricci_at(a, b), -half * self.metric[a][b]) if x is not None])
            for a in range(self.dim)
            for b in range(a, self.dim)
        }

    @cached_property
    def weyl(self) -> dict[Index, Scalar]:
        """C_abcd = R_abcd − (g_ac R_bd − g_ad R_bc − g_bc R_ad + g_bd R_ac)/(n−2)

        + R (g_ac g_bd − g_ad g_bc)/((n−1)(n−2)).

        Zero for n < 4 (for n = 3 this is a theorem; for n < 3 the definition).
        """
        n, K, g, out = self.dim, self.ring, self.metric, {}
        if n < 4:
            return {}
        whole = self.scalar / ((n - 1) * (n - 2))
        for (a, b), (c, d) in orbits(n):
            terms: list[tuple[Any, ...]] = []
            value = self.riemann(a, b, c, d)
            if value is not None:
                terms.append((value,))
            for sign, (i, j), (k, m) in (
                (-1, (a, c), (b, d)),
                (1, (a, d), (b, c)),
                (1, (b, c), (a, d)),
                (-1, (b, d), (a, c)),
            ):
                part = self.ricci_at(k, m)
                if part is not None and not vanishes(g[i][j]):
                    terms.append((g[i][j], part, K(sign) / K(n - 2)))
            terms += [(whole, g[a][c], g[b][d]), (-whole, g[a][d], g[b][c])]
            total = K.dot(terms)
            if not vanishes(total):
                out[a, b, c, d] = total
        return out

    @cached_property
    def pairs_up(self) -> dict[tuple[Pair, Pair], Scalar]:
        """The metric on bivectors: g^{ac} g^{bd} − g^{ad} g^{bc}."""
        h, K, out = self.inverse, self.ring, {}
        pairs = list(combinations(range(self.dim), 2))
        for a, b in pairs:
            for c, d in pairs:
                terms = [
                    (x, y) for x, y in ((h[a][c], h[b][d]), (-h[a][d], h[b][c])) if not (vanishes(x) or vanishes(y))
                ]
                if terms:
                    value = K.dot(terms)
                    if not vanishes(value):
                        out[(a, b), (c, d)] = value
        return out

    @cached_property
    def kretschmann(self) -> Scalar:
        """R_abcd R^abcd = 4 Σ_{A,B} R^A_B R^B_A over bivectors A, B."""
        return self._squared(self.entries)

    @cached_property
    def weyl_squared(self) -> Scalar:
        """C_abcd C^abcd."""
        return self._squared(self.weyl)

    def _squared(self, entries: dict[Index, Scalar]) -> Scalar:
        K = self.ring
        up: dict[Pair, list[tuple[Pair, Scalar]]] = {}
        for (left, right), value in self.pairs_up.items():
            up.setdefault(left, []).append((right, value))
        rows: dict[Pair, dict[Pair, Scalar]] = {}
        for (a, b, c, d), value in entries.items():
            rows.setdefault((a, b), {})[c, d] = value
            rows.setdefault((c, d), {})[a, b] = value
        mixed: dict[tuple[Pair, Pair], Scalar] = {}
        for left, terms in up.items():
            columns: dict[Pair, list[tuple[Scalar, Scalar]]] = {}
            for middle, g in terms:
                for right, value in rows.get(middle, {}).items():
                    columns.setdefault(right, []).append((g, value))
            for right, products in columns.items():
                mixed[left, right] = K.dot(products)
        products = []
        for (left, right), value in mixed.items():
            if left == right:
                products.append((K(4), value, value))
            elif left < right and (right, left) in mixed:
                products.append((K(8), value, mixed[right, left]))
        return K.dot(products)


def orbits(dim: int) -> list[tuple[Pair, Pair]]:
    """One ((a, b), (c, d)) of each orbit of the pair symmetries of R_abcd."""
    pairs = list(combinations(range(dim), 2))
    return [(left, right) for i, left in enumerate(pairs) for right in pairs[i:]]
