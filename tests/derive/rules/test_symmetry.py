"""Even doubles, odd vanishes, if it converges."""

import pytest
import sympy as sp
from sympy import Integral, cos, exp, oo, sin

from derive.rules import Averaged, Context, Halved, RuleError, Symmetry

x, y = sp.symbols("x y", real=True)
z = sp.Symbol("z")
a, c, k = sp.symbols("a c k", positive=True)
lorentz = 1 / (x**2 + a**2)

TRUE = [
    (
        k * Integral(cos(k * x) * lorentz, (x, -oo, oo)) + 1,
        Symmetry(),
        2 * k * Integral(cos(k * x) * lorentz, (x, 0, oo)) + 1,
    ),
    (Integral(sin(k * x) * lorentz, (x, -oo, oo)), Symmetry("odd"), 0),
    (Integral(z**2 * cos(z), (z, -c, c)), Symmetry("even"), 2 * Integral(z**2 * cos(z), (z, 0, c))),
    (
        Integral(cos(k * x) * lorentz, (x, -oo, oo)) + sp.I * Integral(sin(k * x) * lorentz, (x, -oo, oo)),
        Symmetry("odd"),
        Integral(cos(k * x) * lorentz, (x, -oo, oo)),
    ),
    (
        Integral(exp(-y) * Integral(exp(-sp.Abs(x) * y), (x, -1, 1)), (y, 0, oo)),
        Symmetry("even"),
        Integral(2 * exp(-y) * Integral(exp(-x * y), (x, 0, 1)), (y, 0, oo)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), TRUE)
def test_true(judged, line, rule, written):
    assert judged(line, rule, sp.sympify(written)) == "follows"


MIRROR = sp.pi - x
LORENTZ = 1 / (1 + x**2)


@pytest.mark.parametrize(
    ("line", "rule", "written"),
    [
        (
            Integral(x * sin(x), (x, 0, sp.pi)),
            Averaged(x, MIRROR, sp.pi * sin(x)),
            Integral(sp.pi * sin(x) / 2, (x, 0, sp.pi)),
        ),
        (
            Integral(LORENTZ / (1 + x**k), (x, 0, oo)),
            Averaged(x, 1 / x, LORENTZ),
            Integral(LORENTZ / 2, (x, 0, oo)),
        ),
        (
            Integral(sp.log(x) * LORENTZ, (x, 0, oo)),
            Averaged(x, 1 / x, 0, fold=1),
            0,
        ),
        (
            Integral(sp.log(1 + x) * LORENTZ, (x, 0, oo)),
            Averaged(x, 1 / x, (2 * sp.log(1 + x) - sp.log(x)) * LORENTZ, fold=1),
            Integral((2 * sp.log(1 + x) - sp.log(x)) * LORENTZ, (x, 0, 1)),
        ),
    ],
)
def test_an_image_of_the_range(judged, line, rule, written):
    assert judged(line, rule, sp.sympify(written)) == "follows"


@pytest.mark.parametrize(
    ("line", "rule", "written"),
    [
        # another sum; the sum of f and f(φ) without the factor |φ′|; no involution of the range; a divergent integral
        (
            Integral(x * sin(x), (x, 0, sp.pi)),
            Averaged(x, MIRROR, sp.pi * cos(x)),
            Integral(sp.pi * cos(x) / 2, (x, 0, sp.pi)),
        ),
        (
            Integral(exp(-x), (x, 0, oo)),
            Averaged(x, 1 / x, exp(-x) + exp(-1 / x)),
            Integral((exp(-x) + exp(-1 / x)) / 2, (x, 0, oo)),
        ),
        (Integral(x, (x, 0, 1)), Averaged(x, 2 - x, 2), Integral(1, (x, 0, 1))),
        (Integral(1 / (1 - 2 * x), (x, 0, 1)), Averaged(x, 1 - x, 0), 0),
        (Integral(x, (x, 0, 1)), Averaged(x, 1 - x, 1, fold=sp.Rational(1, 3)), Integral(1, (x, 0, sp.Rational(1, 3)))),
    ],
)
def test_no_image_of_the_range(judged, line, rule, written):
    assert judged(line, rule, sp.sympify(written)) != "follows"


MUTANTS = [
    (Integral(x * lorentz, (x, -oo, oo)), Symmetry("odd"), 0),
    (Integral(1 / x, (x, -1, 1)), Symmetry("odd"), 0),
    (Integral(sin(k * x) * lorentz, (x, -oo, oo)), Symmetry("even"), 2 * Integral(sin(k * x) * lorentz, (x, 0, oo))),
    (Integral(cos(k * x) * lorentz, (x, -oo, oo)), Symmetry("odd"), 0),
    (Integral(x * lorentz**2, (x, 0, oo)), Symmetry("even"), Integral(x * lorentz**2, (x, -oo, oo)) / 2),
    (Integral(lorentz, (x, 0, oo)), Symmetry("even"), Integral(lorentz, (x, -oo, oo))),
    (Integral((x + 1) * lorentz, (x, -oo, oo)), Symmetry("even"), 2 * Integral((x + 1) * lorentz, (x, 0, oo))),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false(judged, line, rule, written):
    assert judged(line, rule, sp.sympify(written)) != "follows"


def test_wrong_uses():
    with pytest.raises(RuleError, match="range from −c to c"):
        list(Symmetry().consequences(Integral(x, (x, 1, 2)), Context()))
    with pytest.raises(RuleError, match="'even' or 'odd'"):
        Symmetry("both")


def test_halved(judged):
    line = Integral(sin(x) ** c, (x, 0, sp.pi))
    assert judged(line, Halved(), 2 * Integral(sin(x) ** c, (x, 0, sp.pi / 2))) == "follows"
    assert judged(line, Halved(), Integral(sin(x) ** c, (x, 0, sp.pi / 2))) == "other line"
    shifted = Integral((x - a) ** 2, (x, a - 1, a + 1))
    assert judged(shifted, Halved(), 2 * Integral((x - a) ** 2, (x, a - 1, a))) == "follows"
    uneven = Integral(sin(x) + cos(x), (x, 0, sp.pi))
    half = 2 * Integral(sin(x) + cos(x), (x, 0, sp.pi / 2))
    assert judged(uneven, Halved(), half).startswith("not shown: the integrand is even")
    singular = Integral(1 / (x - 1) ** 2, (x, 0, 2))
    assert judged(singular, Halved(), 2 * Integral(1 / (x - 1) ** 2, (x, 0, 1))).startswith("not shown: the half")
    with pytest.raises(RuleError, match="finite range"):
        list(Halved().consequences(Integral(lorentz, (x, 0, oo)), Context()))
