"""Closed forms of diffusion models (schedules, posteriors, samplers, Fokker-Planck): proven, and their mutants are not."""

# ruff: noqa: E501  (tables read best one case a line)

import json
from pathlib import Path

import pytest
import sympy as sp

from derive.field import is_zero

REAL = {"X", "x", "x0", "e", "SC", "D0", "D1", "D2", "xx", "Dn", "de", "lm", "phi", "eta", "w", "m1"}
ROWS = json.loads((Path(__file__).parents[1] / "cases" / "diffusion.json").read_text())
PAIRS = [row for row in ROWS if row.get("lhs")]


def sides(row):
    letters = {s: sp.Symbol(s, real=True) if s in REAL else sp.Symbol(s, positive=True) for s in row["symbols"]}
    return sp.sympify(row["lhs"], letters), sp.sympify(row["rhs"], letters)


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["id"])
def test_closed_form_is_proven(row):
    left, right = sides(row)
    assert is_zero(left - right, timeout=10) is True


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["id"])
def test_mutants_are_never_proven(row):
    left, right = sides(row)
    for mutant in (left - 2 * right - 1, left + right + sp.pi, left * sp.Rational(3, 2) - right + sp.Rational(1, 7)):
        assert is_zero(mutant, timeout=5) is not True


def bumped(e):
    """The first power or exponential with another exponent, or None."""
    for node in sp.preorder_traversal(e):
        if isinstance(node, sp.exp) and node.free_symbols:
            return e.xreplace({node: sp.exp(2 * node.args[0])})
        if isinstance(node, sp.Pow) and node.base.free_symbols and node.exp.is_Rational:
            return e.xreplace({node: node.base ** (node.exp + 1)})
    return None


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["id"])
def test_another_exponent_is_never_proven(row):
    left, right = sides(row)
    mutant = bumped(left)
    if mutant is None:
        pytest.skip("no power to change")
    difference = mutant - right
    points = [{s: sp.Rational(p + 7 * i, 31) for i, s in enumerate(sorted(difference.free_symbols, key=str))} for p in (5, 9)]
    if all(abs(difference.subs(point).evalf(30)) < 1e-20 for point in points):
        pytest.skip("the change does not matter")
    assert is_zero(difference, timeout=5) is not True
