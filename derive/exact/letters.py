"""Polynomials in letters: an expression read as a polynomial over Q, what is not rational taken as letters."""

from __future__ import annotations

from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx
from sympy import Add, Expr, Integer, Mul, Pow, Rational

_MAX_TERMS = 400


class TooLarge(Exception):
    """More terms than a quick question deserves."""


def letters_of(expr: Expr) -> list[Expr]:
    """The maximal subexpressions that are no sums, products or natural powers."""
    found: dict[Expr, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Add | Mul):
            stack.extend(node.args)
        elif isinstance(node, Pow) and node.exp.is_Integer and int(node.exp) > 0:
            stack.append(node.base)
        elif not node.is_Rational:
            found[node] = None
    return sorted(found, key=lambda e: e.sort_key())


def polynomial(expr: Expr, letters: list[Expr]) -> Any:
    """`expr` as a flint polynomial in `letters`. Raises `TooLarge`."""
    ctx = fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(letters))], Ordering.degrevlex)
    index = {letter: i for i, letter in enumerate(letters)}

    def read(node: Expr) -> Any:
        if node.is_Rational:
            return ctx.constant(fmpq(int(node.p), int(node.q)))
        if isinstance(node, Add):
            total = ctx.constant(0)
            for arg in node.args:
                total = total + read(arg)
            return total
        if isinstance(node, Mul):
            total = ctx.constant(1)
            for arg in node.args:
                total = total * read(arg)
                if len(total) > _MAX_TERMS:
                    raise TooLarge
            return total
        if isinstance(node, Pow) and node.exp.is_Integer and int(node.exp) > 0:
            base = read(node.base)
            if len(base) > 1 and int(node.exp) > 12:
                raise TooLarge
            return base ** int(node.exp)
        return ctx.gen(index[node])

    return read(expr)


def expression(poly: Any, letters: list[Expr]) -> Expr:
    """Back from a flint polynomial."""
    terms = []
    for mono, coeff in poly.to_dict().items():
        powers = [letter**e for letter, e in zip(letters, mono, strict=True) if e]
        terms.append(Mul(Rational(int(coeff.p), int(coeff.q)), *powers))
    return Add(*terms)


def factors(expr: Expr) -> list[tuple[Expr, Integer]] | None:
    """Factors of `expr` over Q with multiplicities, the constant first; None if it is too large to factor here."""
    letters = letters_of(expr)
    if not letters or len(letters) > 10:
        return None
    try:
        poly = polynomial(expr, letters)
    except TooLarge:
        return None
    if len(poly) > _MAX_TERMS // 4 or poly.is_zero() or poly.total_degree() > 30:
        return None
    constant, parts = poly.factor()
    out = [(expression(part, letters), Integer(int(e))) for part, e in parts]
    return [(Rational(int(constant.p), int(constant.q)), Integer(1)), *out] if constant != 1 else out
