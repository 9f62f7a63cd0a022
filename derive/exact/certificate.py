"""Positivity certificates: p = Σ λ_i f_i, λ_i ≥ 0, over products f_i of known nonnegative letters and facts.

Handelman's theorem (1988) says that such certificates exist for positive polynomials on polytopes;
here a small exact simplex (Bland's rule, no cycling) looks for one of degree two.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq
from sympy import Expr, cos, exp, sin

from .assumed import trusted
from .domain import Domain
from .letters import TooLarge, letters_of, polynomial

_MAX_COLUMNS = 80
_MAX_ROWS = 50
_MAX_OPS = 14


def combine(expr: Expr, domain: Domain) -> bool | None:
    """True: expr > 0 shown; False: expr ≥ 0 shown; None: nothing shown."""
    facts = [(f, True) for f in domain.positive] + [(f, False) for f in domain.nonnegative]
    letters = letters_of(expr)
    if not letters:
        return None
    closed = set(letters)
    for fact, _ in facts:
        closed.update(letters_of(fact))
    letters = sorted(closed, key=lambda e: e.sort_key())
    if len(letters) > 8:
        return None
    ground = [*facts, *_letter_facts(letters)]
    try:
        target = _vector(expr, letters)
        rows = [(_vector(f, letters), strict) for f, strict in ground]
    except TooLarge:
        return None
    unit = {(0,) * len(letters): fmpq(1)}
    columns = [(unit, True), *rows]
    columns += [(_times(a, b), s and t) for i, (a, s) in enumerate(rows) for b, t in rows[i:]]
    for i, letter in enumerate(letters):
        if letter.count_ops() <= _MAX_OPS and letter.is_extended_real and trusted(letter):
            square = tuple(2 * (j == i) for j in range(len(letters)))
            columns.append(({square: fmpq(1)}, letter.is_zero is False))
    monomials = sorted({m for column, _ in columns for m in column} | set(target))
    if len(columns) > _MAX_COLUMNS or len(monomials) > _MAX_ROWS:
        return None
    matrix = [[column.get(m, fmpq(0)) for column, _ in columns] for m in monomials]
    weights = _nonnegative_solution(matrix, [target.get(m, fmpq(0)) for m in monomials], [s for _, s in columns])
    if weights is None:
        return None
    return any(w > 0 and strict for w, (_, strict) in zip(weights, columns, strict=True))


def _letter_facts(letters: list[Expr]) -> list[tuple[Expr, bool]]:
    facts: list[tuple[Expr, bool]] = []
    for letter in letters:
        if letter.count_ops() > _MAX_OPS or not trusted(letter):
            continue
        if letter.is_positive:
            facts.append((letter, True))
        elif letter.is_nonnegative:
            facts.append((letter, False))
        elif letter.is_negative:
            facts.append((-letter, True))
        elif letter.is_nonpositive:
            facts.append((-letter, False))
        if isinstance(letter, sin | cos) and letter.is_extended_real:
            facts += [(1 - letter, False), (1 + letter, False)]
        if isinstance(letter, exp) and letter.args[0].is_nonpositive:
            facts.append((1 - letter, bool(letter.args[0].is_negative)))
        if isinstance(letter, exp) and letter.args[0].is_nonnegative:
            facts.append((letter - 1 - letter.args[0], False) if letter.args[0] in letters else (letter - 1, False))
    return facts


def _vector(expr: Expr, letters: list[Expr]) -> dict[tuple[int, ...], Any]:
    return dict(polynomial(expr, letters).to_dict())


def _times(a: dict[tuple[int, ...], Any], b: dict[tuple[int, ...], Any]) -> dict[tuple[int, ...], Any]:
    out: dict[tuple[int, ...], Any] = {}
    for m, c in a.items():
        for n, d in b.items():
            key = tuple(i + j for i, j in zip(m, n, strict=True))
            out[key] = out.get(key, fmpq(0)) + c * d
    return out


def _nonnegative_solution(matrix: list[list[Any]], right: list[Any], wanted: list[bool]) -> Any:
    """λ ≥ 0 with matrix·λ = right, if one exists; among these one that gives weight to `wanted` columns.

    Two-phase simplex in exact arithmetic. The second phase maximises Σ λ over wanted columns, and stops at the
    first positive value.
    """
    m, n = len(matrix), len(matrix[0])
    table = []
    for i, row in enumerate(matrix):
        flip = -1 if right[i] < 0 else 1
        table.append([flip * v for v in row] + [fmpq(int(i == j)) for j in range(m)] + [flip * right[i]])
    basis = list(range(n, n + m))
    cost = [-sum((row[j] for row in table), fmpq(0)) for j in range(n)] + [fmpq(0)] * m
    value = -sum((row[-1] for row in table), fmpq(0))
    objective = [*cost, value]
    if not _pivot_until(table, basis, objective, n) or objective[-1] != 0:
        return None
    objective = [fmpq(-int(w)) for w in wanted] + [fmpq(0)] * (m + 1)
    for i, b in enumerate(basis):
        if b < n and wanted[b]:
            objective = [o + v for o, v in zip(objective, table[i], strict=True)]
    weights = _read(table, basis, n)
    if not any(w > 0 and s for w, s in zip(weights, wanted, strict=True)):
        _pivot_until(table, basis, objective, n, stop_when_positive=True)
        weights = _read(table, basis, n)
    return weights if _solves(matrix, right, weights) else None


def _solves(matrix: list[list[Any]], right: list[Any], weights: list[Any]) -> bool:
    """The certificate is checked on its own, whatever the simplex did."""
    return all(w >= 0 for w in weights) and all(
        sum((a * w for a, w in zip(row, weights, strict=True)), fmpq(0)) == b
        for row, b in zip(matrix, right, strict=True)
    )


def _read(table: list[list[Any]], basis: list[int], n: int) -> list[Any]:
    weights = [fmpq(0)] * n
    for i, b in enumerate(basis):
        if b < n:
            weights[b] = table[i][-1]
    return weights


def _pivot_until(
    table: list[list[Any]], basis: list[int], objective: list[Any], n: int, stop_when_positive: bool = False
) -> bool:
    for _ in range(200):
        entering = next((j for j in range(n) if objective[j] < 0), None)
        if entering is None or (stop_when_positive and objective[-1] > 0):
            return True
        ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
        if not ratios:
            return stop_when_positive
        _, _, leaving = min(ratios)
        pivot = table[leaving][entering]
        table[leaving] = [v / pivot for v in table[leaving]]
        for row in (*(r for i, r in enumerate(table) if i != leaving), objective):
            if row[entering] != 0:
                scale = row[entering]
                for j, v in enumerate(table[leaving]):
                    row[j] -= scale * v
        basis[leaving] = entering
    return False
