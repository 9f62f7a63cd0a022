"""Substitution keeps the value of an integral; a wrong Jacobian, end or direction does not pass."""

import pytest
import sympy as sp
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from sympy import Integral, Rational, cos, exp, log, oo, pi, sin, sqrt, tan

from derive.rules import Context, Reflect, RuleError, Scale, Shift, Substitute

x, u, y = sp.symbols("x u y", real=True)
z, p = sp.symbols("z p")
a, k, s = sp.symbols("a k s", positive=True)

TRUE = [
    (
        Integral(1 / (1 + x**2) ** 2, (x, -oo, oo)),
        Substitute(x, tan(u), u),
        Integral(cos(u) ** 2, (u, -pi / 2, pi / 2)),
    ),
    (3 * Integral(log(x), (x, 0, 1)) + k, Substitute(x, exp(-u), u), -3 * Integral(u * exp(-u), (u, 0, oo)) + k),
    (Integral(1 / (x**2 + a**2), (x, -oo, oo)), Scale(x, a), Integral(1 / (x**2 + 1), (x, -oo, oo)) / a),
    (Integral(exp(-((x + k) ** 2)), (x, -oo, oo)), Shift(x, -k), Integral(exp(-(x**2)), (x, -oo, oo))),
    (Integral(log(sin(x)), (x, 0, pi / 2)), Reflect(x, pi / 2), Integral(log(cos(x)), (x, 0, pi / 2))),
    (Integral(exp(-(x**2)), (x, -oo, 0)), Reflect(x), Integral(exp(-(x**2)), (x, 0, oo))),
    (
        Integral(exp(-(x**2) - a**2 / x**2), (x, 0, oo)),
        Substitute(x, a / u, u),
        a * Integral(exp(-(u**2) - a**2 / u**2) / u**2, (u, 0, oo)),
    ),
    (Integral(sqrt(x) * exp(-x), (x, 0, oo)), Substitute(x, y**2, y), 2 * Integral(y**2 * exp(-(y**2)), (y, 0, oo))),
    (Integral(exp(-z), (z, 0, s)), Scale(z, s), s * Integral(exp(-s * z), (z, 0, 1))),
    (Integral(1 / x, (x, 1, a)), Substitute(x, 1 / u, u, lower=1, upper=1 / a), -Integral(1 / u, (u, 1, 1 / a))),
    (Integral(cos(x * y), (x, 0, 1), (y, 1, 2)), Substitute(x, u / y, u), Integral(cos(u) / y, (u, 0, y), (y, 1, 2))),
    (
        Integral(1 / (1 + x), (x, 0, 1)),
        Substitute(x, (1 - u) / (1 + u), u),
        Integral(2 / ((1 + u) ** 2 * (1 + (1 - u) / (1 + u))), (u, 0, 1)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), TRUE)
def test_true_substitutions(judged, line, rule, written):
    assert judged(line, rule, written) == "follows"


MUTANTS = [
    (
        Integral(1 / (1 + x**2) ** 2, (x, -oo, oo)),
        Substitute(x, tan(u), u),
        Integral(cos(u) ** 4, (u, -pi / 2, pi / 2)),
    ),
    (Integral(log(x), (x, 0, 1)), Substitute(x, exp(-u), u), Integral(u * exp(-u), (u, 0, oo))),
    (Integral(x, (x, 0, 1)), Substitute(x, 1 - u, u, lower=0, upper=1), Integral(u - 1, (u, 0, 1))),
    (Integral(x**2, (x, -1, 1)), Substitute(x, sqrt(u), u, lower=1, upper=1), sp.S.Zero),
    (
        Integral(exp(x), (x, 0, 1)),
        Substitute(x, tan(u), u, lower=0, upper=5 * pi / 4),
        Integral(exp(tan(u)) * (1 + tan(u) ** 2), (u, 0, 5 * pi / 4)),
    ),
    (
        Integral(x, (x, 0, 1)),
        Substitute(x, u**2 - u, u, lower=0, upper=(1 + sqrt(5)) / 2),
        Integral((u**2 - u) * (2 * u - 1), (u, 0, (1 + sqrt(5)) / 2)),
    ),
    (
        Integral(exp(-x), (x, 0, oo)),
        Substitute(x, tan(u), u, lower=0, upper=pi),
        Integral(exp(-tan(u)) / cos(u) ** 2, (u, 0, pi)),
    ),
    (
        Integral(1 / (1 + x**2), (x, 0, oo)),
        Substitute(x, sp.atan(u), u, lower=0, upper=oo),
        Integral(1 / (1 + sp.atan(u) ** 2) / (1 + u**2), (u, 0, oo)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false_ones_are_not_licensed(judged, line, rule, written):
    assert judged(line, rule, written) != "follows"


@settings(max_examples=20, deadline=None)
@for_all(st.integers(-4, 4), st.integers(-4, 4).filter(bool), st.integers(-3, 3), st.integers(1, 4))
def test_linear_substitutions_keep_the_value(shift, factor, low, width):
    line = Integral(x**3 - 2 * x + 1, (x, low, low + width))
    (found,) = Substitute(x, factor * u + shift, u).consequences(line, Context())
    assert found.after.doit() == line.doit()
    assert found.after.limits[0][1] < found.after.limits[0][2]


@pytest.mark.parametrize(
    ("rule", "line", "said"),
    [
        (Substitute(x, tan(u), u), Integral(y, (y, 0, 1)), "definite integral over x"),
        (Substitute(x, y**2, u), Integral(x, (x, 0, 1)), "does not contain the new variable u"),
        (Substitute(x, u**2, u), Integral(u * x, (x, 0, 1)), "already stands"),
        (Substitute(x, u + sin(u), u), Integral(x, (x, 0, 1)), "state upper|state lower"),
    ],
)
def test_wrong_uses(rule, line, said):
    with pytest.raises(RuleError, match=said):
        list(rule.consequences(line, Context()))


def test_ends_are_solved_for():
    (found,) = Substitute(x, exp(u), u).consequences(Integral(1 / x, (x, 0, Rational(1, 2))), Context())
    assert found.after.limits[0][1:] == (-oo, -log(2))


def test_the_new_integrand_as_it_shall_stand(judged):
    line = sp.Integral(1 / sp.sqrt(1 - x**4), (x, 0, 1))
    body = 1 / (2 * sp.sqrt(u) * sp.sqrt(1 - u) * sp.sqrt(1 + u))
    rule = Substitute(x, sp.sqrt(u), u, 0, 1, body)
    assert judged(line, rule, sp.Integral(body, (u, 0, 1))) == "follows"
    wrong = Substitute(x, sp.sqrt(u), u, 0, 1, 2 * body)
    assert judged(line, wrong, sp.Integral(2 * body, (u, 0, 1))).startswith("not shown: the new integrand")
