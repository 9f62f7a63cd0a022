"""Points of the region: admissible, exact, and in all its corners."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.feynman.spread import NoPoint, spread

a, b, c = sp.symbols("a b c", positive=True)
r, q = sp.symbols("r q", real=True)
n = sp.Symbol("n", integer=True, positive=True)


def first(symbols, given, count, **options):
    return [point for point, _ in zip(spread(symbols, given, **options), range(count), strict=False)]


REGIONS = [
    ((a,), ()), ((a, b), ()), ((a, b), (a > b,)), ((a, b, c), (a > b, b > c)), ((r,), ()), ((r, q), (r < q,)),
    ((a,), (a < 1,)), ((n, a), ()), ((a, b), (a + b < 1,)),
]  # fmt: skip


@pytest.mark.parametrize("symbols, given", REGIONS)
def test_points_are_admissible_and_exact(symbols, given):
    for point in first(symbols, given, 8):
        assert set(point) == set(symbols)
        assert all(value.is_Rational for value in point.values())
        assert all(relation.xreplace(point) == sp.true for relation in given)


def test_both_signs_and_both_sides_of_one():
    points = first((r,), (), 5)
    values = [point[r] for point in points]
    assert min(values) < 0 < max(values)
    assert any(abs(v) < 1 for v in values) and any(abs(v) > 1 for v in values)


def test_all_orders_of_three_within_ten_points():
    points = first((a, b, c), (), 10)
    assert len({tuple(sorted("abc", key=lambda name: point[sp.Symbol(name, positive=True)])) for point in points}) >= 4
    assert all(any((p[u] > p[v]) for p in points) for u in (a, b, c) for v in (a, b, c) if u != v)


def test_small_and_large():
    values = [point[a] for point in first((a,), (), 6)]
    assert min(values) < sp.Rational(1, 20) and max(values) > 6


def test_watched_expressions_take_both_signs():
    points = first((a, b), (), 5, watched=(a * b - 3,))
    assert {bool(p[a] * p[b] > 3) for p in points} == {True, False}


def test_an_empty_region_says_so():
    with pytest.raises(NoPoint):
        first((a,), (a < 1, a > 2), 1)


def test_nothing_free_is_one_point():
    assert list(spread((), ())) == [{}]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_seed_decides(seed):
    assert first((a, b), (a > b,), 3, seed=seed) == first((a, b), (a > b,), 3, seed=seed)
