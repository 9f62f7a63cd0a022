"""The table of integrals with known closed forms, as normalised problems."""

import json
import re
from functools import cache
from pathlib import Path

import sympy as sp

from derive.feynman.front import normalise
from derive.text import parse, parse_relation

ROWS = json.loads((Path(__file__).parents[2] / "cases" / "feynman.json").read_text())
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


@cache
def posed(identity):
    """(problem, closed form) of the row in the engine's symbols."""
    row = next(row for row in ROWS if row["id"] == identity)
    f, limits, given = arguments(row)
    normal = normalise(f, limits, given)
    there = {old: new for new, old in normal.back}
    return normal.problem, read(row, row["closed_form"]).xreplace(there)
