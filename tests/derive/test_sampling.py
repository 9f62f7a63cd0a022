"""Every sampled point is exact and admitted by the assumptions; the seed alone decides it."""

import random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.sampling import NoPoint, admissible, with_functions

a, b = sp.symbols("a b", positive=True)
r = sp.Symbol("r", real=True)
z = sp.Symbol("z")
n = sp.Symbol("n", integer=True, positive=True)
DOMAINS = [
    ({a, b}, (a > b,)),
    ({r}, (r > 0, r < sp.Rational(1, 1000))),
    ({a, b, r}, (r < a, r > -a, a + b < 4)),
    ({n, a}, (n < a + 5,)),
    ({r}, (sp.Abs(r) < 1,)),
    ({a, b}, (sp.Ne(a, b),)),
    ({a}, (sp.sin(a) > 0,)),
    ({z}, (z > sp.pi, z < sp.pi + 1)),
    ({a, b}, (sp.Eq(a, b),)),
]


@pytest.mark.parametrize(("symbols", "given"), DOMAINS, ids=[str(given) for _, given in DOMAINS])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_points_are_exact_and_admitted(symbols, given, seed):
    points = list(admissible(symbols, given, random.Random(seed), 6))
    assert len(points) == 6
    for point in points:
        assert set(point) == symbols
        assert all(value.is_Rational for value in point.values())
        for relation in given:
            value = relation.xreplace(point)
            assert value == sp.true or bool(value.func(sp.N(value.lhs - value.rhs, 30), 0))
        assert all(point[s] > 0 for s in symbols if s.is_positive)
        assert all(point[s].is_integer for s in symbols if s.is_integer)


def test_a_plain_symbol_is_complex_unless_compared():
    assert any(not point[z].is_real for point in admissible({z}, (), random.Random(0), 4))
    assert all(point[z].is_real for point in admissible({z}, (z > -1,), random.Random(0), 4))
    assert all(point[z].is_real for point in admissible({z}, (), random.Random(0), 4, real=True))


def test_contradictory_assumptions_are_named():
    with pytest.raises(NoPoint, match="no point satisfies"):
        list(admissible({r}, (r**2 < -1,), random.Random(0), 1))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_the_seed_decides(seed):
    draw = [list(admissible({a, b, z}, (a > b,), random.Random(seed), 3)) for _ in range(2)]
    assert draw[0] == draw[1]


def test_unknown_functions_become_smooth_ones_and_derivatives_follow():
    f, x = sp.Function("f"), sp.Symbol("x", real=True)
    expr, chosen = with_functions(sp.Derivative(f(x), x) + f(2), random.Random(3))
    assert not expr.has(f) and not expr.has(sp.Derivative) and set(chosen) == {"f"}


def test_edges_are_visited_where_they_are_admitted():
    closed, opened = sp.Symbol("c", nonnegative=True), sp.Symbol("o", positive=True)
    points = list(admissible({closed, opened, r}, (r >= -2, r < 1), random.Random(0), 40, edges=True))
    assert any(point[closed] == 0 for point in points) and any(point[r] == -2 for point in points)
    assert all(point[opened] > 0 and point[r] < 1 for point in points)


DECLARED = [
    {"odd": True},
    {"even": True},
    {"negative": True},
    {"real": False},
    {"irrational": True},
    {"prime": True},
    {"zero": True},
]


@pytest.mark.parametrize("properties", DECLARED, ids=str)
@pytest.mark.parametrize("edges", [False, True])
def test_no_point_contradicts_a_declared_property(properties, edges):
    s = sp.Symbol("s", **properties)
    for point in admissible({s}, (), random.Random(1), 8, edges=edges, wide=True):
        assert all(getattr(point[s], f"is_{name}") is wanted for name, wanted in s.assumptions0.items())


def test_equations_pin_symbols_within_their_properties():
    points = list(admissible({a, n, r}, (sp.Eq(a, r), sp.Eq(n, 2 * r)), random.Random(0), 3))
    assert all(p[a] == p[r] > 0 and p[n] == 2 * p[r] and p[n].is_integer for p in points)


def test_letters_that_do_not_commute_have_no_values():
    with pytest.raises(NoPoint, match="does not stand for a number"):
        list(admissible({sp.Symbol("A", commutative=False)}, (), random.Random(0), 1))


def test_functions_are_put_in_under_every_sign_and_limits_are_left_alone():
    """Derivatives of an unknown function are worked out inside integrals and limits; SymPy evaluates no limit."""
    x, h, z = sp.symbols("x h z", real=True)
    f = sp.Function("f")
    slope = sp.Limit((f(x + h) - f(x)) / h, h, 0)
    mean = sp.Integral(sp.exp(-(z**2)) * z**2 * sp.Derivative(f(x), x), (z, -sp.oo, sp.oo))
    concrete, _ = with_functions(sp.Tuple(slope, mean, sp.Derivative(f(x), x)), random.Random(3))
    assert isinstance(concrete[0], sp.Limit) and isinstance(concrete[1], sp.Integral)
    assert not concrete.atoms(sp.Derivative)
    assert sp.simplify(concrete[1].doit() - sp.sqrt(sp.pi) / 2 * concrete[2]) == 0
