"""Equations for integrals: boundary values, moving ends, jumps, oscillation; they hold on the numeric values."""

from dataclasses import replace

import pytest
import sympy as sp

from derive import verify
from derive.feynman.problem import Problem
from derive.feynman.telescope.boundary import breaks, end_value
from derive.feynman.telescope.equation import agrees, equation_for, equation_of
from derive.feynman.telescope.majorant import majorants
from derive.feynman.telescope.telescoper import telescope

x = sp.Symbol("x", real=True)
a, b, k = sp.symbols("a b k", positive=True)
q = sp.Symbol("q", real=True)
oo, pi = sp.oo, sp.pi

# integrand, range, parameter, known value of the integral, whether in the sense of Abel
KNOWN = [
    (sp.exp(-(x**2) - a**2 / x**2), (0, oo), a, sp.sqrt(pi) / 2 * sp.exp(-2 * a), False),
    (sp.atan(a * x) / (x * (1 + x**2)), (0, oo), a, pi / 2 * sp.log(1 + a), False),
    (sp.cos(b * x) / (x**2 + a**2), (0, oo), b, pi / (2 * a) * sp.exp(-a * b), True),
    (x * sp.sin(b * x) / (x**2 + a**2), (0, oo), b, pi / 2 * sp.exp(-a * b), True),
    (sp.sin(a * x) / x, (0, oo), a, pi / 2, True),
    (sp.exp(-a * x) * sp.besselj(0, b * x), (0, oo), a, 1 / sp.sqrt(a**2 + b**2), False),
    (sp.exp(-a * x) * sp.sin(b * x) / x, (0, oo), a, sp.atan(b / a), False),
    (1 / (a + 2 + sp.cos(x)), (0, 2 * pi), a, 2 * pi / sp.sqrt((a + 2) ** 2 - 1), False),
    (sp.exp(-x) * sp.erf(sp.sqrt(a * x)), (0, oo), a, sp.sqrt(a / (1 + a)), False),
    (sp.exp(-(x**2)) * sp.cos(2 * b * x), (-oo, oo), b, sp.sqrt(pi) * sp.exp(-(b**2)), False),
    (x**a, (0, 1), a, 1 / (1 + a), False),
    (sp.exp(x), (0, a), a, sp.exp(a) - 1, None),
    (sp.exp(-a * x), (0, a), a, (1 - sp.exp(-(a**2))) / a, False),
    (1 / (a**2 * sp.cos(x) ** 2 + b**2 * sp.sin(x) ** 2), (0, 2 * pi), a, 2 * pi / (a * b), False),
    (sp.atan(a * sp.tan(x)) / sp.tan(x), (0, pi / 2), a, pi / 2 * sp.log(1 + a), False),
]
TELESCOPED = [row for row in KNOWN if row[4] is not None and row[0] != x**a]


def vanishes(e) -> bool:
    """e = 0 at three points, to 25 digits."""
    points = ({a: sp.Rational(n, 7), b: sp.Rational(n + 3, 5), k: sp.Rational(n, 3)} for n in (3, 8, 19))
    return all(abs(sp.N(e.xreplace(point), 30)) < 1e-22 for point in points)


@pytest.mark.parametrize(("f", "ends", "p", "value", "abel"), TELESCOPED, ids=lambda v: str(v)[:40])
def test_the_known_value_solves_the_equation(f, ends, p, value, abel):
    found = equation_for(Problem(f, x, *ends), p)
    assert found is not None
    assert found.checked
    assert found.abel is abel
    assert vanishes(found.holds_for(value))
    assert not vanishes(found.holds_for(value + p**2 + 1))
    assert found.derivation.closed
    assert found.derivation.last == found.right


def test_a_parameter_in_the_end_alone_is_no_case_for_telescoping():
    assert equation_for(Problem(sp.exp(x), x, 0, a), a) is None


@pytest.mark.parametrize(
    ("f", "ends", "p"), [(x ** (a - 1) / (1 + x), (0, oo), a), (sp.gamma(a + x), (0, 1), a)], ids=str
)
def test_no_telescoper_no_equation(f, ends, p):
    assert equation_for(Problem(f, x, *ends), p) is None


@pytest.mark.parametrize("change", [lambda r: r + 1, lambda r: -r], ids=["shifted", "negated"])
def test_a_wrong_right_side_is_seen_in_the_numbers(change):
    problem = Problem(sp.atan(a * x) / (x * (1 + x**2)), x, 0, oo)
    T = telescope(problem.integrand, x, a)
    points = [{a: sp.Rational(3, 2)}, {a: sp.Rational(1, 3)}]
    assert agrees(problem, T, pi / 2, points, False, ()) is True
    assert agrees(problem, T, change(pi / 2), points, False, ()) is False


def test_differences_see_what_the_differentiated_integral_cannot():
    problem = Problem(sp.sin(a * x) / x, x, 0, oo)
    T = telescope(problem.integrand, x, a)
    points = [{a: sp.Rational(3, 2)}]
    assert agrees(problem, T, sp.S.Zero, points, True, ()) is True
    assert agrees(problem, T, sp.S.One, points, True, ()) is False


def test_a_false_certificate_gives_no_equation():
    problem = Problem(sp.exp(-a * x) / (1 + x**2), x, 0, oo)
    T = telescope(problem.integrand, x, a)
    assert equation_of(problem, T) is not None
    assert equation_of(problem, replace(T, antiderivative=T.antiderivative + sp.exp(-x))) is None


LIMITS = [
    (sp.atan(a * x) + a * x / (1 + a**2 * x**2), oo, "-", pi / 2, 0),
    (sp.exp(-a / x) / x, 0, "+", 0, 0),
    (x * sp.besselk(0, a * x), oo, "-", 0, 0),
    (x * sp.besselk(1, a * x), 0, "+", 1 / a, 0),
    (x * sp.besselj(0, a * x), oo, "-", 0, 1),
    (sp.Si(a * x), oo, "-", pi / 2, 0),
    (sp.elliptic_k(x**2) * (1 - x), 1, "-", 0, 0),
    (sp.expint(1, x) + sp.log(x), 0, "+", -sp.EulerGamma, 0),
    (sp.erf(a * x), -oo, "+", -1, 0),
    (sp.sin(a * x) ** 2, oo, "-", sp.S.Half, 1),
    (sp.sin(a * x) * sp.cos(b * x), oo, "-", 0, 1),
    ((1 - sp.cos(2 * a * x)) / x, 0, "+", 0, 0),
]


@pytest.mark.parametrize(("G", "end", "side", "value", "waves"), LIMITS, ids=lambda v: str(v)[:40])
def test_boundary_values(G, end, side, value, waves):
    found = end_value(G, x, sp.sympify(end), side, ())
    assert found is not None
    assert sp.simplify(found.value - value) == 0
    assert bool(found.waves) is bool(waves)


def test_equal_frequencies_are_excluded_by_a_condition():
    found = end_value(sp.sin(a * x) * sp.cos(b * x), x, oo, "-", ())
    assert any(condition.xreplace({a: b}) == sp.false for condition in found.given)


@pytest.mark.parametrize(
    "G", [x, sp.exp(a * x), 1 / x * sp.exp(x) * sp.sin(x), sp.log(x), x * (1 + sp.sin(x))], ids=str
)
def test_what_grows_has_no_value(G):
    assert end_value(G, x, oo, "-", ()) is None


def test_jumps_inside_are_found():
    point = {a: sp.Rational(3, 2)}
    found = breaks(sp.atan(a * sp.tan(x / 2)), x, sp.S.Zero, 2 * pi, point, ())
    assert [(j.place, j.left, j.right) for j in found] == [(pi, pi / 2, -pi / 2)]
    assert breaks(1 / (x - a), x, sp.S.Zero, sp.Integer(3), point, ()) is None
    assert breaks(sp.sin(x) / x, x, -pi, pi, point, ()) == []


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("f", "ends", "p", "value", "abel"), TELESCOPED[:4], ids=lambda v: str(v)[:40])
def test_the_derivation_verifies(f, ends, p, value, abel):
    report = verify(equation_for(Problem(f, x, *ends), p).derivation, digits=15, timeout=30)
    assert report.passed


@pytest.mark.parametrize(
    ("f", "ends", "order"),
    [
        (sp.exp(-a * x) * sp.sin(b * x) / x, (0, oo), 1),
        (sp.exp(-(x**2) - a**2 / x**2), (0, oo), 2),
        (1 / (x**2 + a**2) ** 2, (0, oo), 3),
    ],
    ids=str,
)
def test_majorants_dominate(f, ends, order):
    bounds, (low, high) = majorants(f, x, *map(sp.sympify, ends), a, order, ())
    for i, M in enumerate(bounds, 1):
        derivative = sp.diff(f, a, i)
        for centre in (sp.Rational(1, 3), sp.Rational(5, 2)):
            start, stop = low.subs(a, centre), high.subs(a, centre)
            for s in range(1, 5):
                for at in (sp.Rational(1, 9), sp.Rational(2, 3), sp.Integer(7)):
                    inside = {a: start + (stop - start) * sp.Rational(s, 5), b: sp.Rational(3, 2), x: at}
                    assert abs(sp.N(derivative.xreplace(inside))) <= sp.N(M.xreplace({**inside, a: centre})) * (
                        1 + 1e-9
                    )


def test_no_majorant_where_the_derivative_is_not_integrable():
    assert majorants(sp.sin(a * x) / x, x, sp.S.Zero, oo, a, 1, ()) is None
