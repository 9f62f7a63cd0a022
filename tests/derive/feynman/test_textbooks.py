"""A third table of integrals, of the kind that textbooks and tables have: nothing wrong, nearly all of it solved.

The closed forms are classics. Each was compared, when the table was written, with an enclosure of its integral (all
but one of them proven); the tests compare again, and with the values that the table states.
"""

import json

import pytest

from tests.derive.feynman.table import CASES, another_one, asked, marked, stands

ROWS = json.loads((CASES / "feynman_textbooks.json").read_text())
# Not solved when this was written; every other one must be, and these must not be wrong.
UNSOLVED: set[str] = set()
# Of the classes that the other tables do not have; in the runs of CI.
SOME = {"t_d04", "t_d14", "t_d16", "t_d20", "t_t06", "t_t12", "t_a04", "t_a06", "t_h31", "t_lr22", "t_lt17", "t_p09"}


def test_the_table_is_another_one():
    another_one(ROWS, "feynman.json", "feynman_unseen.json")
    assert len(ROWS) >= 55


@pytest.mark.parametrize("row", ROWS[::6], ids=[row["id"] for row in ROWS[::6]])
def test_the_table_is_right(row):
    stands(row)


@pytest.mark.slow
@pytest.mark.parametrize("row", marked(ROWS, SOME))
def test_nothing_is_wrong(row):
    asked(row, UNSOLVED)
