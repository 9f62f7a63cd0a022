"""A fourth table of integrals, of kinds that the others lack: Binet's, endpoint powers, kernels with powers of x.

The values are those of tanh-sinh quadrature by mpmath at 30 digits, independent of the oracle; the closed forms agreed
with them when the table was written, and the tests compare both again.
"""

import json
from pathlib import Path

import pytest
import sympy as sp

from numerics import enclose
from tests.derive.feynman.table import agrees, arguments, asked, marked, read

CASES = Path(__file__).parents[2] / "cases"
ROWS = json.loads((CASES / "feynman_fresh.json").read_text())
UNSOLVED: set[str] = set()
SOME = {
    "f_v010", "f_v026", "f_v027", "f_v030", "f_v081", "f_v104", "f_v118", "f_v131", "f_y05", "f_y24", "f_w03", "f_c2",
}  # fmt: skip


def test_the_table_is_another_one():
    seen = set()
    for name in ("feynman.json", "feynman_unseen.json", "feynman_textbooks.json"):
        rows = json.loads((CASES / name).read_text())
        seen |= {(row["integrand"].replace(" ", ""), row["lower"], row["upper"]) for row in rows}
    assert not any((row["integrand"].replace(" ", ""), row["lower"], row["upper"]) in seen for row in ROWS)
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 50


@pytest.mark.parametrize("row", ROWS[::4], ids=[row["id"] for row in ROWS[::4]])
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
