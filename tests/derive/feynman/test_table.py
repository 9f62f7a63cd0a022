"""The whole table of integrals is solved, and rightly; a part of it in every run."""

import pytest

from derive.feynman import abel_integral
from derive.feynman.integrate import search_here
from numerics import enclose
from tests.derive.feynman.table import ROWS, arguments, read

SECONDS = 60
ALWAYS = {"gauss_06", "dir_12", "hyp_09", "log_46", "lp_01", "gm_05", "ra_01", "el_01"}


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
def test_all_of_the_table_is_solved(row):
    f, limits, given = arguments(row)
    ask = abel_integral if row.get("regularised") else search_here
    result = ask(f, limits, given, timeout=SECONDS)
    assert agrees(row, result.value)
    assert result.regularised == (row.get("regularised") or "")
