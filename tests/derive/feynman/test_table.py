"""The whole table of integrals: nothing wrong, and most of it solved; a part of it in every run."""

import pytest

from derive.errors import DeriveError
from derive.feynman import abel_integral
from derive.feynman.integrate import search_here
from numerics import enclose
from tests.derive.feynman.table import ROWS, arguments, read

SECONDS = 60
ALWAYS = {"gauss_06", "dir_12", "hyp_09", "log_46", "lp_01", "gm_05", "ra_01", "el_01"}
# Not solved when this was written; every other one must be, and these must not be wrong.
UNSOLVED = {"be_03", "be_23", "dir_21", "el_03", "log_02"}


def agrees(row, value):
    for reference in row["values"]:
        at = {symbol: reference["at"][symbol.name] for symbol in value.free_symbols}
        ball = enclose(value, {symbol: read(row, number) for symbol, number in at.items()}, digits=20)
        if abs(ball.mid - enclose(read(row, reference["value"]), {}, digits=25).mid) > 1e-15 * max(1, abs(ball.mid)):
            return False
    return True


@pytest.mark.parametrize("identity", sorted(ALWAYS))
def test_some_of_the_table(identity):
    row = next(row for row in ROWS if row["id"] == identity)
    f, limits, given = arguments(row)
    assert agrees(row, search_here(f, limits, given, timeout=20).value)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_nothing_of_the_table_is_wrong(row):
    f, limits, given = arguments(row)
    ask = abel_integral if row.get("regularised") else search_here
    try:
        result = ask(f, limits, given, timeout=SECONDS)
    except DeriveError:
        assert row["id"] in UNSOLVED
        return
    assert agrees(row, result.value)
    assert result.regularised == (row.get("regularised") or "")
