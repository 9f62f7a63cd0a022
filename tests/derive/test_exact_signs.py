"""Signs and bounds: every sign claimed holds at random points; what must be found is found."""

# ruff: noqa: E501  (tables read best one case a line)

import pytest
import sympy as sp
from sympy import Abs, I, Rational, atan, cos, cosh, exp, log, pi, sin, sqrt, symbols, tanh

from derive.bounds import absolute_bound, dominates
from derive.exact import is_nonnegative, is_nonzero, is_positive, is_real, sign_of
from derive.field import Field

x, y, z, a, b, c, k, eps, s, t = symbols("x y z a b c k epsilon s t")
p, q = symbols("p q", positive=True)
r, u = symbols("r u", real=True)

SIGNS = [
    (a - b, (a > b,), 1), (a + b, (a > b, b > 0), 1), (a**2 - b**2, (a > b, b > 0), 1), (1 - x, (x < 1,), 1),
    (x - 3, (x < 3,), -1), (s * (3 - s), (s > 0, s < 3), 1), (a**2 + b**2, (a > 0, b > 0), 1), (r**2 + 1, (), 1),
    (r**2 - 2 * r + 3, (), None), (1 - exp(-p), (), 1), (exp(-p) - 1, (), -1), (exp(r), (), 1), (log(1 + p), (), 1),
    (log(x), (x > 1,), 1), (log(x), (x > 0, x < 1), -1), (2 + sin(r), (), 1), (sin(r), (), None), (r, (), None),
    (p - q, (), None), (z**2, (), None), (sqrt(p + 1) - sqrt(p), (), 1), (cosh(r), (), 1), (p * q + 1, (), 1),
    (1 - tanh(r), (), 1), (a - c, (a > b, b > c), 1), (1 - x * y, (x > 0, x < 1, y > 0, y < 1), 1), (-p / q, (), -1),
    (Abs(r) + 1, (), 1), (exp(-p) - exp(-2 * p), (), 1), (atan(p), (), 1), (p**r, (), 1), (sp.Integer(0), (), 0),
    (1 - x**2, (x > -1, x < 1), 1), (a**2 - a * b + b**2, (a > 0, b > 0), None), (x, (sp.Eq(x, 3),), 1),
    (1 - a / b, (b > a, a > 0), 1), (1 - (p - q) / (p + q), (), 1), (1 / p - 1 / (p + q), (), 1), (1 / p - 1 / q, (), None),
    (1 + (sqrt(a**2 - b**2) - a) / b, (a > b, b > 0), 1), (a - sqrt(a**2 - b**2), (a > b, b > 0), 1),
    (1 - (sqrt(c**2 - 1) - c) ** 2, (c > 1,), 1), (sqrt(p**2 + q) - p - q, (), None), (p - sqrt(p**2 + q), (), -1),
    (a - b + sqrt(a**2 - 2 * b**2), (b > a, a > 0), None), (sqrt(p) + sqrt(q) - sqrt(p + q), (), None),
    (a + b * cos(r), (a > b, b > 0), 1), (a + b * cos(r), (a > 0, b > 0), None), (b * sin(r) - a, (a > b, b > 0), -1),
    (sin(x / 2), (x > 0, x < 2 * pi), 1), (sin(x), (x > 0, x < 2 * pi), None), (cos(x), (x > -pi / 2, x < pi / 2), 1),
    (1 - Abs(x), (x > -1, x < 1), 1), (Abs(x) - 2, (x > -1, x < 1), -1), (1 - Abs(x), (x < 1,), None),
    (1 - cos(x), (x > 0, x < 2 * pi), 1), (1 - cos(x), (x > -1, x < 1), None), (cos(x) + 1, (x > -pi, x < pi), 1),
    (sin(x) - 1, (x > -pi / 2, x < pi / 2), -1), (sin(x) + 1, (x > -pi / 2, x < pi), 1), (1 - sin(x), (x > 0, x < pi), None),
    (cos(2 * x), (x > 0, x < 1), None), (sqrt(p + q) + sqrt(p + q) * p - q, (), None),
]  # fmt: skip


@pytest.mark.parametrize(("e", "given", "expected"), SIGNS, ids=str)
def test_sign(e, given, expected):
    assert sign_of(e, given) == expected


@pytest.mark.parametrize(("e", "given", "expected"), SIGNS, ids=str)
def test_a_claimed_sign_holds_at_points(e, given, expected):
    found = sign_of(e, given)
    for seed in range(30):
        point = {v: Rational((37 * seed + 11 * i * i + 5) % 200 - (0 if v.is_positive else 60), 61)
                 for i, v in enumerate(sorted(e.free_symbols, key=str))}  # fmt: skip
        holds = all(rel.subs(point) == True for rel in given) and all(v != 0 for v in point.values())  # noqa: E712 - SymPy's truth values are no Python booleans
        if found is not None and holds:
            assert sp.sign(e.subs(point).evalf(20)) == found


def test_predicates_are_three_valued():
    assert is_positive(a - b, (a > b,)) is True
    assert is_positive(b - a, (a > b,)) is False
    assert is_positive(a - b) is None
    assert is_nonnegative((a - b), (a >= b,)) is True
    assert is_nonzero(a - b, (sp.Ne(a, b),)) is True
    assert is_nonnegative(2 - 2 * cos(r)) is True
    assert is_positive(2 - 2 * cos(r)) is None
    assert is_nonzero(z) is None
    assert is_real(r * u) is True
    assert is_real(z) is None
    assert is_real(z, (z > 0,)) is True


HALF_LINE = (a > 0, eps > 0, k > 0, x >= 0)

MAJORANTS = [
    (1 / (a**2 + x**2), cos(k * x) / (a**2 + x**2), True),
    (x * exp(-eps * x), x * exp(-eps * x) * sin(k * x), True),
    (1 / (1 + x**2), exp(-x) * cos(k * x) / (1 + x**2), True),
    (1 / (1 + x**2), 1 / (1 + x**2 + a), True),
    (exp(-x), exp(-x - I * k * x), True),
    (1, exp(-x), True),
    (pi / 2, atan(x), True),
    (exp(-a * x**2), exp(-a * x**2) * cos(x) * cos(k * x), True),
    (1 + x, sin(x) + x * cos(k * x), True),
    (exp(-x) * x**2, x**2 * exp(-2 * x) * tanh(x), True),
    (exp(-a * x), exp(-a * x) * sin(x) / x, True),
    (k, sin(k * x) / x, True),
    (k**2 * exp(-x), sin(k * x) ** 2 * exp(-x) / x**2, True),
    (1 / (a * (1 + x)), atan(x / a) / (x * (1 + x)), True),
    (1, sin(2 * x) / x, None),
    (1, sin(x) / x**2, None),
    (1, sin(I * x) / x, None),
    (1, sin(z * x) / (z * x), None),
    (1 / (2 + x**2), cos(k * x) / (1 + x**2), None),
    (1 / (1 + x**2), 2 * cos(k * x) / (1 + x**2), None),
    (1, sin(I * x), None),
    (1, exp(x), None),
    (0, sin(x), None),
    (-1, sin(x), None),
    (z, z * sin(x), None),
]


@pytest.mark.parametrize(("majorant", "f", "expected"), MAJORANTS, ids=str)
def test_dominates(majorant, f, expected):
    assert dominates(majorant, f, HALF_LINE) is expected


@pytest.mark.parametrize(("majorant", "f", "expected"), MAJORANTS, ids=str)
def test_absolute_bound_bounds(majorant, f, expected):
    bound = absolute_bound(f, HALF_LINE)
    for seed in range(1, 8):
        point = {x: Rational(seed, 3), a: Rational(seed + 2, 5), k: Rational(7 * seed, 4), eps: Rational(1, seed), z: I}
        assert abs(sp.N(f.subs(point))) <= sp.N(sp.sympify(bound).subs(point)) + 1e-12


@pytest.mark.parametrize("e", [
    (z**2 - 1) / (z - 1), 1 / z + 1 / (z + 1), sin(z) ** 2 + cos(z) ** 2, exp(z + 1) / exp(z), cos(z) ** 2 - sin(z) ** 2,
    sqrt(8) * p, log(p**2 * q), tanh(p), sp.gamma(z + 2) / sp.gamma(z), sin(z) / cos(z), exp(-p) * cos(r) ** 2,
], ids=str)  # fmt: skip
def test_the_way_through_a_field_keeps_the_value(e):
    shown = Field((z, r))(e).expr()
    point = {z: Rational(3, 7), p: Rational(5, 3), q: Rational(2, 9), r: Rational(1, 4)}
    if e.is_finite is not False:
        assert abs(sp.N((shown - e).subs(point), 30)) < 1e-20
