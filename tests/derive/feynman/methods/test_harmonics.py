"""Fourier coefficients with a symbolic integer: at many integers against the oracle, and what is refused."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive import Status, verify
from derive.feynman.integrate import search_here
from derive.feynman.methods.harmonics import Harmonics, analytic_half
from derive.feynman.methods.taylorcoefficients import taylor_coefficients
from derive.feynman.problem import Problem
from derive.feynman.search import Searching
from numerics import enclose

x, t = sp.symbols("x t", real=True)
z = sp.Symbol("z")
a = sp.Symbol("a", positive=True)
b = sp.Symbol("b", positive=True)
k = sp.Symbol("k", integer=True, nonnegative=True)
any_n = sp.Symbol("n", integer=True)
n0 = sp.Symbol("n", integer=True, nonnegative=True)
n1 = sp.Symbol("n", integer=True, positive=True)
cos, sin, exp, log, pi = sp.cos, sp.sin, sp.exp, sp.log, sp.pi

# (integrand, ends, assumptions): the values themselves are the oracle's.
COEFFICIENTS = [
    (cos(any_n * x) * x**2, (0, pi), []),
    (sin(any_n * x) * x, (-pi, pi), []),
    (cos(any_n * x) / (5 + 4 * cos(x)), (0, 2 * pi), []),
    (cos(n0 * x) / (a + b * cos(x)), (0, pi), [a > b]),
    (cos(n0 * x) / (1 - 2 * a * cos(x) + a**2) ** 2, (0, pi), [a < 1]),
    (sin(n1 * x) * sin(x) / (1 - 2 * a * cos(x) + a**2), (0, pi), [a < 1]),
    (cos(n0 * x) * log(1 - 2 * a * cos(x) + a**2), (0, pi), [a < 1]),
    (cos(n0 * x) * log(1 + a * cos(x)), (0, 2 * pi), [a < 1]),
    (cos(n0 * x) * exp(cos(x)) * cos(sin(x)), (0, 2 * pi), []),
    (sin(n1 * x) * exp(cos(x)) * sin(sin(x)), (0, pi), []),
    (cos(n0 * x) * exp(a * cos(x)), (0, pi), []),
    (cos(n0 * x - a * sin(x)), (0, pi), []),
    (cos(n0 * x) * cos(x) ** 2, (0, 2 * pi), []),
    (cos(n0 * x) * sin(x), (0, pi), []),
    (cos(2 * n1 * x) * log(sin(x)), (0, pi / 2), []),
    (cos(2 * n0 * x) / (a**2 * cos(x) ** 2 + b**2 * sin(x) ** 2), (0, pi / 2), []),
    (sin(n1 * x) * exp(a * x), (0, pi), []),
    (sin(n1 * x) * (pi - x) / 2, (0, 2 * pi), []),
]


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("f", "ends", "assumed"), COEFFICIENTS, ids=lambda part: str(part)[:40])
def test_the_value_at_many_integers(f, ends, assumed):
    """All small integers of either sign, where the exceptions are, and a large one."""
    result = search_here(f, (x, *ends), assumed, timeout=30)
    (n,) = (letter for letter in f.free_symbols if letter.is_integer)
    known = {a: sp.Rational(3, 4), b: sp.Rational(2, 5)}
    for number in (-3, -1, 0, 1, 2, 3, 4, 9):
        point = {**{s: v for s, v in known.items() if f.has(s)}, n: sp.Integer(number)}
        if (number < 1 and n.is_positive) or (number < 0 and n.is_nonnegative):
            continue
        left = enclose(sp.Integral(f, (x, *ends)).xreplace(point), {}, digits=15)
        right = enclose(result.value.xreplace(point), {}, digits=18)
        assert abs(left.mid - right.mid) < 1e-13, (number, result.value)


@pytest.mark.parametrize("index", [6, 8, 12])
def test_the_derivation_stands(index):
    f, ends, assumed = COEFFICIENTS[index]
    report = verify(search_here(f, (x, *ends), assumed, timeout=30).derivation, digits=12, timeout=20)
    assert report.reaches(Status.ENCLOSED), str(report)


@pytest.mark.parametrize(
    "f",
    [
        cos(n1 * x) / cos(x / 3),  # no whole period
        cos(n1 * x / 3) * x**2,  # no integer degree
        cos(n1 * x) * log(1 + x),
        cos(n1 * x) / (1 + cos(x)),  # a pole on the circle
        sin(n1 * x) / sin(x),
    ],
    ids=str,
)
def test_nothing_is_said_of_other_functions(f):
    assert list(Harmonics().proposals(Problem(f, x, -pi, pi), Searching(20.0, methods=()))) == []


SERIES = [
    (1 + a * z) / (1 - a * z),
    z**2 * exp(a * z) + 3,
    log(2 - z) * (1 + z),
    (sp.polylog(2, -z) - z) / z,
    1 / (1 - z / 2) ** 3,
    exp(-(z**2)),
    log(1 + z**2 / 3),
    sp.sqrt(1 - z / 2),
    (z**3 + z) / ((1 - z / 2) * (1 + z / 3)),
]


@pytest.mark.parametrize("F", SERIES, ids=str)
def test_taylor_coefficients_against_the_derivatives(F):
    found = taylor_coefficients(F, z, k)
    assert found is not None
    expansion = sp.series(F.replace(sp.polylog, lambda s, u: sum(u**j / j**s for j in range(1, 10))), z, 0, 8).removeO()
    for j in range(8 if not F.has(sp.polylog) else 7):
        assert sp.simplify(found.at(j) - sp.expand(expansion).coeff(z, j)) == 0


def test_functions_without_a_formula():
    assert taylor_coefficients(sp.tan(z), z, k) is None
    assert taylor_coefficients(exp(z) / (1 - z), z, k) is None
    assert taylor_coefficients(exp(z) / z, z, k) is None


@given(st.lists(st.fractions(-3, 3, max_denominator=9), min_size=3, max_size=3), st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_the_analytic_half_has_the_function_for_its_real_part(cs, size):
    """For R = P/|1 − rz|², real on the circle: Re F = R there, and F has no pole inside."""
    r = sp.Rational(1, size)
    p, q, s = (sp.Rational(c.numerator, c.denominator) for c in cs)
    P = p + q * (z + 1 / z) + s * (z**2 + z**-2)
    R = sp.cancel(P / ((1 - r * z) * (1 - r / z)))
    F = analytic_half(R, z, lambda e: sp.N(e, 30))
    assert F is not None
    for angle in (0.3, 1.9, 4.4):
        at = sp.exp(sp.I * sp.Float(angle, 30))
        assert abs(sp.re(sp.N((F - R).xreplace({z: at}), 20))) < 1e-15
    assert all(abs(root) > 1 for root in sp.Poly(sp.fraction(sp.together(F))[1], z).nroots()) if F.has(z) else True
