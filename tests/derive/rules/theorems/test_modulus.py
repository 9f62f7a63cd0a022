"""Moments of the complete elliptic integrals: by mpmath; wrong values and other kinds are refused."""

import mpmath
import pytest
import sympy as sp
from sympy import Integral, Rational, elliptic_e, elliptic_k, pi, sqrt

from derive.rule import Context, RuleError
from derive.rules.theorems.modulus import ModulusMoments

x = sp.Symbol("x", real=True)
s = sp.Symbol("s", positive=True)

VALUES = [
    (elliptic_k(x**2), 2 * sp.Catalan),
    (x * elliptic_k(x**2), 1),
    (elliptic_e(x**2), (1 + 2 * sp.Catalan) / 2),
    (elliptic_k(1 - x**2), pi**2 / 4),
    (elliptic_e(1 - x**2), pi**2 / 8),
    (elliptic_k(x) / sqrt(x), 4 * sp.Catalan),
    (3 * x**2 * elliptic_k(x**2) - 2 * elliptic_e(x**2) + x, None),
    (x**s * elliptic_k(1 - x**2), pi / 4 * sp.gamma((s + 1) / 2) ** 2 / sp.gamma((s + 2) / 2) ** 2),
]


@pytest.mark.parametrize("f, value", VALUES, ids=[str(case[0]) for case in VALUES])
def test_values(f, value, judged):
    line = Integral(f, (x, 0, 1))
    (consequence,) = ModulusMoments(x).consequences(line, Context(()))
    if value is not None:
        assert judged(1 - 2 * line, ModulusMoments(x), 1 - 2 * value) == "follows"
        assert judged(line, ModulusMoments(x), value + Rational(1, 100)) == "other line"
    at = {s: Rational(1, 3)}
    g = sp.lambdify(x, f.xreplace(at), "mpmath")
    with mpmath.workdps(30):
        wanted = mpmath.quad(g, [mpmath.mpf(10) ** -16, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - mpmath.mpf(10) ** -16])
        assert abs(sp.N(consequence.after.xreplace(at), 25) - wanted) < 1e-7


@pytest.mark.parametrize(
    "line, message",
    [
        (Integral(elliptic_k(x**2) ** 2, (x, 0, 1)), "looked for c"),
        (Integral(elliptic_k(x**2), (x, 0, Rational(1, 2))), "0 to 1"),
        (Integral(sqrt(x) * elliptic_k(x**2), (x, 0, 1)), "looked for c"),
        (Integral(elliptic_k(1 - x**2) / x, (x, 0, 1)), "looked for c"),
        (Integral(elliptic_k(-(x**2)), (x, 0, 1)), "looked for c"),
        (elliptic_k(x), "0 to 1"),
    ],
)
def test_refused(line, message):
    with pytest.raises(RuleError, match=message):
        list(ModulusMoments(x).consequences(line, Context(())))
