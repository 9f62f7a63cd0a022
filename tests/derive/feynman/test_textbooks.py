"""A third table of integrals, of the kind that textbooks and tables have: nothing wrong, nearly all of it solved.

The closed forms are classics. Each was compared, when the table was written, with an enclosure of its integral (all
but one of them proven); the tests compare again, and with the values that the table states.
"""

import json
from pathlib import Path

import pytest
import sympy as sp

from numerics import enclose
from tests.derive.feynman.table import agrees, arguments, asked, marked, read

ROWS = json.loads((Path(__file__).parents[2] / "cases" / "feynman_textbooks.json").read_text())
# Not solved when this was written; every other one must be, and these must not be wrong.
UNSOLVED = {"t_m06", "t_b08", "t_lt10"}
# Of the classes that the other tables do not have; in the runs of CI.
SOME = {"t_d04", "t_d14", "t_d16", "t_d20", "t_t06", "t_t12", "t_a04", "t_a06", "t_h31", "t_lr22", "t_lt17", "t_p09"}


def test_the_table_is_another_one():
    seen = set()
    for name in ("feynman.json", "feynman_unseen.json"):
        rows = json.loads((Path(__file__).parents[2] / "cases" / name).read_text())
        seen |= {(row["integrand"].replace(" ", ""), row["lower"], row["upper"]) for row in rows}
    assert not any((row["integrand"].replace(" ", ""), row["lower"], row["upper"]) in seen for row in ROWS)
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 55


@pytest.mark.parametrize("row", ROWS[::6], ids=[row["id"] for row in ROWS[::6]])
def test_the_table_is_right(row):
    f, limits, _ = arguments(row)
    for reference in row["values"]:
        at = {sp.Symbol(name): sp.Rational(text) for name, text in reference["at"].items()}
        ball = enclose(sp.Integral(f, limits), at, digits=15, timeout=60)
        known = sp.Rational(reference["value"])
        assert abs(ball.mid - sp.N(known, 25)) < 1e-13 * max(1, abs(known))
    assert agrees(row, read(row, row["closed_form"]))
    assert not agrees(row, read(row, row["closed_form"]) * (1 + read(row, "1/10^12")))


@pytest.mark.slow
@pytest.mark.parametrize("row", marked(ROWS, SOME))
def test_nothing_is_wrong(row):
    asked(row, UNSOLVED)
