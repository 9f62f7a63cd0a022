"""The table of integrals with known closed forms, as normalised problems."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
import sympy as sp

from derive.errors import DeriveError
from derive.feynman.front import normalise
from derive.feynman.integrate import search_here
from derive.text import parse, parse_relation
from numerics import enclose

CASES = Path(__file__).parents[2] / "cases"
ROWS = json.loads((CASES / "feynman.json").read_text())
CONVERGENT = [row for row in ROWS if not row.get("regularised")]


def read(row, text):
    """An expression of the row with plain symbols; the table writes fractions as Rational(p,q)."""
    names = [p["name"] for p in row.get("parameters", [])]
    symbols = {name: sp.Symbol(name) for name in [*names, row["variable"]]}
    return parse(re.sub(r"Rational\((-?\d+),\s*(\d+)\)", r"(\1/\2)", text), symbols=symbols)


def stated(row):
    """The assumptions of the row, as relations between plain symbols."""
    symbols = {p["name"]: sp.Symbol(p["name"]) for p in row.get("parameters", [])}
    return [parse_relation(text, symbols=symbols) for text in row.get("assumptions") or []]


def arguments(row):
    """What `integrate` is called with: f, (x, lo, hi), given."""
    f, x, lower, upper = (read(row, row[key]) for key in ("integrand", "variable", "lower", "upper"))
    return f, (x, lower, upper), stated(row)


def agrees(row, value):
    """Whether the value is that of the row's closed form at the row's points."""
    known = read(row, row["closed_form"])
    for reference in row["values"]:
        at = {symbol: read(row, reference["at"][symbol.name]) for symbol in value.free_symbols | known.free_symbols}
        ball, right = (
            enclose(side, {symbol: at[symbol] for symbol in side.free_symbols}, digits=digits)
            for side, digits in ((value, 20), (known, 25))
        )
        if abs(ball.mid - right.mid) > 1e-15 * max(1, abs(ball.mid)):
            return False
    return True


def asked(row, unsolved, seconds=60):
    """The engine solves the row, and rightly; those that are known to be unsolved may be refused."""
    f, limits, given = arguments(row)
    try:
        result = search_here(f, limits, given, timeout=seconds)
    except DeriveError:
        assert row["id"] in unsolved
        return
    assert agrees(row, result.value)


def stands(row):
    """The row's numbers are the oracle's, and its closed form's; a form that is off by 1e-12 is not."""
    f, limits, _ = arguments(row)
    for reference in row["values"]:
        at = {sp.Symbol(name): sp.Rational(text) for name, text in reference["at"].items()}
        ball = enclose(sp.Integral(f, limits), at, digits=15, timeout=60)
        known = sp.Rational(reference["value"])
        assert abs(ball.mid - sp.N(known, 25)) < 1e-13 * max(1, abs(known))
    assert agrees(row, read(row, row["closed_form"]))
    assert not agrees(row, read(row, row["closed_form"]) * (1 + read(row, "1/10^12")))


def another_one(rows, *others):
    """No row stands in the other tables, and none twice."""
    seen = set()
    for name in others:
        known = json.loads((CASES / name).read_text())
        seen |= {(row["integrand"].replace(" ", ""), row["lower"], row["upper"]) for row in known}
    assert not any((row["integrand"].replace(" ", ""), row["lower"], row["upper"]) in seen for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


def marked(rows, some):
    """The rows as parameters of a test, some of them for the runs of CI."""
    return [pytest.param(row, marks=pytest.mark.ci if row["id"] in some else (), id=row["id"]) for row in rows]


@cache
def posed(identity):
    """(problem, closed form) of the row in the engine's symbols."""
    row = next(row for row in ROWS if row["id"] == identity)
    f, limits, given = arguments(row)
    normal = normalise(f, limits, given)
    there = {old: new for new, old in normal.back}
    return normal.problem, read(row, row["closed_form"]).xreplace(there)
