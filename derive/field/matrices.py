"""Determinants, inverses and linear systems over a field: blocks apart, then expansion along sparse rows.

Law: matrix · inverse = 1; det of a block-diagonal matrix is the product of the blocks' determinants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .element import Element
from .errors import DivisionByZero, FieldError

if TYPE_CHECKING:
    from .field import Field

Rows = list[list[Element]]


def rows_of(K: Field, matrix: Any) -> Rows:
    """Rows of elements from a SymPy matrix or nested sequences."""
    rows = matrix.tolist() if hasattr(matrix, "tolist") else matrix
    out = [[K(entry) for entry in row] for row in rows]
    if any(len(row) != len(out) for row in out):
        raise FieldError("a square matrix is wanted")
    return out


def blocks(rows: Rows) -> list[list[int]]:
    """Indices that are linked by entries with a non-zero normal form."""
    n, seen, found = len(rows), set(), []
    for start in range(n):
        if start in seen:
            continue
        stack, block = [start], set()
        while stack:
            i = stack.pop()
            if i not in block:
                block.add(i)
                stack += [
                    j for j in range(n) if not (rows[i][j].num.is_zero() and rows[j][i].num.is_zero())
                ]
        seen |= block
        found.append(sorted(block))
    return found


def minors(K: Field, rows: Rows) -> Any:
    """det of the submatrix of the given rows and columns, memoised: expansion along its first row."""
    memo: dict[tuple[tuple[int, ...], tuple[int, ...]], Element] = {}

    def minor(r: tuple[int, ...], c: tuple[int, ...]) -> Element:
        if not r:
            return K.one
        if len(r) == 1:
            return rows[r[0]][c[0]]
        found = memo.get((r, c))
        if found is None:
            first, rest = r[0], r[1:]
            terms = []
            for k, j in enumerate(c):
                entry = rows[first][j]
                if not entry.num.is_zero():
                    below = minor(rest, (*c[:k], *c[k + 1 :]))
                    terms.append((-entry if k % 2 else entry, below))
            found = memo[r, c] = K.dot(terms)
        return found

    return minor


def determinant(K: Field, matrix: Any) -> Element:
    rows = rows_of(K, matrix)
    total = K.one
    for block in blocks(rows):
        total = total * minors(K, rows)(tuple(block), tuple(block))
    return total


def inverse(K: Field, matrix: Any) -> Rows:
    """Cofactors over the determinant, block by block."""
    rows = rows_of(K, matrix)
    out = [[K.zero] * len(rows) for _ in rows]
    for block in blocks(rows):
        minor, whole = minors(K, rows), tuple(block)
        det = minor(whole, whole)
        if det.num.is_zero():
            raise DivisionByZero("the matrix is singular: its determinant is zero")
        over = det.inverse()
        for a, i in enumerate(block):
            for b, j in enumerate(block):
                cofactor = minor(whole[:b] + whole[b + 1 :], whole[:a] + whole[a + 1 :])
                out[i][j] = (-cofactor if (a + b) % 2 else cofactor) * over
    return out


def solve(K: Field, rows: Rows, right: list[Element]) -> list[Element]:
    """rows · v = right, by elimination with a pivot of few terms."""
    n = len(rows)
    table = [[*row, b] for row, b in zip(rows, right, strict=True)]
    for k in range(n):
        usable = [i for i in range(k, n) if not table[i][k].num.is_zero()]
        if not usable:
            raise DivisionByZero("the system is singular")
        pivot = min(usable, key=lambda i: len(table[i][k].num))
        table[k], table[pivot] = table[pivot], table[k]
        over = table[k][k].inverse()
        table[k] = [entry * over for entry in table[k]]
        for i in range(n):
            if i != k and not table[i][k].num.is_zero():
                factor = table[i][k]
                table[i] = [K.dot([(a,), (-1, factor, b)]) for a, b in zip(table[i], table[k], strict=True)]
    return [row[n] for row in table]
