"""A fourth table of integrals, of kinds that the others lack: Binet's, endpoint powers, kernels with powers of x.

The values are those of tanh-sinh quadrature by mpmath at 30 digits, independent of the oracle; the closed forms agreed
with them when the table was written, and the tests compare both again.
"""

import json

import pytest

from tests.derive.feynman.table import CASES, another_one, asked, marked, stands

ROWS = json.loads((CASES / "feynman_fresh.json").read_text())
UNSOLVED: set[str] = set()
SOME = {
    "f_v010", "f_v026", "f_v027", "f_v030", "f_v081", "f_v104", "f_v118", "f_v131", "f_y05", "f_y24", "f_w03", "f_c2",
}  # fmt: skip


def test_the_table_is_another_one():
    another_one(ROWS, "feynman.json", "feynman_unseen.json", "feynman_textbooks.json")
    assert len(ROWS) >= 50


@pytest.mark.parametrize("row", ROWS[::4], ids=[row["id"] for row in ROWS[::4]])
def test_the_table_is_right(row):
    stands(row)


@pytest.mark.slow
@pytest.mark.parametrize("row", marked(ROWS, SOME))
def test_nothing_is_wrong(row):
    asked(row, UNSOLVED)
