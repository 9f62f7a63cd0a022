"""Differentiation under the integral sign, and what must not pass for it."""

import pytest
import sympy as sp
from sympy import Abs, Derivative, Integral, Rational, cos, exp, log, oo, pi, sin

from derive.claim import LESS
from derive.rules import Context, Leibniz, RuleError

x, y = sp.symbols("x y", real=True)
z, p = sp.symbols("z p")
a, k, s = sp.symbols("a k s", positive=True)

laplace = Integral(exp(-s * x), (x, 0, oo))
gauss = Integral(exp(-(x**2)) * cos(k * x), (x, -oo, oo))
lorentz = Integral(cos(k * x) / (x**2 + a**2) ** 2, (x, -oo, oo))
dirichlet = Integral(exp(-s * x) * sin(x) / x, (x, 0, oo))
euler = Integral(log(1 - 2 * a * cos(x) + a**2), (x, 0, pi))
near = (s / 2, 2 * s)

TRUE = [
    (
        k - 3 * Derivative(laplace, s),
        Leibniz(s, x * exp(-s * x / 2), interval=near),
        k + 3 * Integral(x * exp(-s * x), (x, 0, oo)),
        (),
    ),
    (
        Derivative(laplace, (s, 2)),
        Leibniz(s, (x * exp(-s * x / 2), x**2 * exp(-s * x / 2)), interval=near),
        Integral(x**2 * exp(-s * x), (x, 0, oo)),
        (),
    ),
    (
        Derivative(gauss, k),
        Leibniz(k, Abs(x) * exp(-(x**2))),
        -Integral(x * exp(-(x**2)) * sin(k * x), (x, -oo, oo)),
        (),
    ),
    (
        Derivative(lorentz, k),
        Leibniz(k, Abs(x) / (x**2 + a**2) ** 2),
        -Integral(x * sin(k * x) / (x**2 + a**2) ** 2, (x, -oo, oo)),
        (),
    ),
    (
        Derivative(dirichlet, s) + Derivative(2 * laplace, s),
        Leibniz(s, (1 + x) * exp(-s * x / 2), interval=near),
        -Integral(exp(-s * x) * sin(x), (x, 0, oo)) - 2 * Integral(x * exp(-s * x), (x, 0, oo)),
        (),
    ),
    (
        Derivative(s * laplace**2, s),
        Leibniz(s, x * exp(-s * x / 2), interval=near),
        laplace**2 - 2 * s * laplace * Integral(x * exp(-s * x), (x, 0, oo)),
        (),
    ),
    (
        Derivative(euler, a),
        Leibniz(a),
        Integral((2 * a - 2 * cos(x)) / (1 - 2 * a * cos(x) + a**2), (x, 0, pi)),
        (a < 1,),
    ),
    (
        Derivative(Integral(log(1 + a * x) / (1 + x**2), (x, 0, a)), a),
        Leibniz(a),
        Integral(x / ((1 + a * x) * (1 + x**2)), (x, 0, a)) + log(1 + a**2) / (1 + a**2),
        (),
    ),
    (Derivative(Integral(exp(-p * z), (z, 0, 1)), p), Leibniz(p), -Integral(z * exp(-p * z), (z, 0, 1)), (p > 0,)),
    (
        Integral(x * exp(-s * x), (x, 0, oo)),
        Leibniz(s, x * exp(-s * x / 2), interval=near, of=-exp(-s * x)),
        -Derivative(laplace, s),
        (),
    ),
    (
        Derivative(laplace, (s, 2)),
        Leibniz(s, x * exp(-s * x / 2), interval=near, order=1),
        Derivative(-Integral(x * exp(-s * x), (x, 0, oo)), s),
        (),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written", "given"), TRUE)
def test_true(judged, line, rule, written, given):
    assert judged(line, rule, written, given=given) == "follows"


MUTANTS = [
    (Derivative(laplace, s), Leibniz(s, x * exp(-s * x / 2), interval=near), Integral(x * exp(-s * x), (x, 0, oo))),
    (Derivative(laplace, s), Leibniz(s, x * exp(-s * x), interval=near), -Integral(x * exp(-s * x), (x, 0, oo))),
    (Derivative(laplace, s), Leibniz(s, x, interval=near), -Integral(x * exp(-s * x), (x, 0, oo))),
    (
        Derivative(laplace, s),
        Leibniz(s, x * exp(-s * x / 2), interval=(2 * s, 3 * s)),
        -Integral(x * exp(-s * x), (x, 0, oo)),
    ),
    (Derivative(gauss, k), Leibniz(k, exp(-(x**2)) / 10), -Integral(x * exp(-(x**2)) * sin(k * x), (x, -oo, oo))),
    (
        Derivative(Integral(cos(k * x) / (x**2 + a**2), (x, -oo, oo)), k),
        Leibniz(k, Abs(x) / (x**2 + a**2)),
        -Integral(x * sin(k * x) / (x**2 + a**2), (x, -oo, oo)),
    ),
    (
        Derivative(Integral(log(1 + a * x) / (1 + x**2), (x, 0, a)), a),
        Leibniz(a),
        Integral(x / ((1 + a * x) * (1 + x**2)), (x, 0, a)),
    ),
    (
        Derivative(Integral(sp.Heaviside(s - x) * exp(-x), (x, 0, oo)), s),
        Leibniz(s, exp(-x)),
        Integral(sp.DiracDelta(s - x) * exp(-x), (x, 0, oo)),
    ),
    (
        Integral(x * exp(-s * x), (x, 0, oo)),
        Leibniz(s, x * exp(-s * x / 2), interval=near, of=exp(-s * x)),
        Derivative(laplace, s),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false(judged, line, rule, written):
    assert judged(line, rule, written) != "follows"


def test_obligations_are_listed():
    found = list(Leibniz(s, x * exp(-s * x / 2), interval=near).consequences(Derivative(laplace, s), Context()))
    claims = [o.claim for o in found[0].obligations]
    assert sum(c.relation == LESS and c.rhs == oo for c in claims) == 2
    assert any(sp.Symbol("s'", positive=True) in c.free_symbols for c in claims)


@pytest.mark.parametrize(
    ("rule", "line", "said"),
    [
        (Leibniz(s), laplace, "derivative by s of an integral"),
        (Leibniz(k), Derivative(laplace, s), "derivative by k"),
        (Leibniz(s), Derivative(laplace, s), "state majorant"),
        (Leibniz(s, exp(-s * x)), Derivative(laplace, s), "depends on the parameter s"),
        (Leibniz(s, (x, x, x)), Derivative(laplace, s), "need 1 majorants"),
        (Leibniz(s, x, order=2), Derivative(laplace, s), "order=2"),
        (Leibniz(s, of=exp(-s * y)), laplace, "integral over a variable of"),
    ],
)
def test_wrong_uses(rule, line, said):
    with pytest.raises(RuleError, match=said):
        list(rule.consequences(line, Context()))


def test_nested(judged):
    line = Integral(exp(-y) * Derivative(Integral(exp(-s * x) * cos(x), (x, 0, oo)), s), (y, 0, Rational(1, 2)))
    written = -Integral(exp(-y) * Integral(x * exp(-s * x) * cos(x), (x, 0, oo)), (y, 0, Rational(1, 2)))
    assert judged(line, Leibniz(s, x * exp(-s * x / 2), interval=near), written) == "follows"
