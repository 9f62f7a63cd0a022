"""Residues above the line and in the disc: real poles, arcs, logarithms; wrong pole sets, orders, kernels, decay."""

import mpmath
import pytest
import sympy as sp
from sympy import I, Integral, Rational, atan, cos, exp, log, oo, pi, polylog, sin, sqrt, tan

from derive.ladder.decide import decide
from derive.rule import Context, RuleError
from derive.rules.theorems.contour import ResiduesAbove, ResiduesInDisc

# ruff: noqa: E501  (tables read best one case a line)

a, b, k = sp.symbols("a b k", positive=True)
x, r = sp.symbols("x r", real=True)
w, z = sp.symbols("w z")
s = sqrt(a**2 - b**2)
R = sqrt(2 * a + 2)
# 2B/D₋ with N/(D₊D₋) = A/D₊ + B/D₋.
TWO_POLES = (I * x / (a * b * (a + b)) - 1 / (a * b)) / ((x + I * a) * (x + I * b))

LINE = [
    (sin(k * x) / x, ResiduesAbove(x, -I * exp(I * k * x) / x, real={0: 1}), pi, ()),
    (sin(x) ** 2 / x**2, ResiduesAbove(x, (1 - exp(2 * I * x)) / (2 * x**2), real={0: 2}), pi, ()),
    (
        sin(x) ** 3 / x**3,
        ResiduesAbove(x, -I * (3 * exp(I * x) - exp(3 * I * x)) / (4 * x**3), real={0: 3}),
        3 * pi / 4,
        (),
    ),
    (
        sin(a * x) * cos(b * x) / x,
        ResiduesAbove(x, -I * (exp(I * (a + b) * x) + exp(I * (a - b) * x)) / (2 * x), real={0: 1}),
        pi,
        (a > b,),
    ),
    (
        sin(a * x) / (x * (x**2 + b**2)),
        ResiduesAbove(x, -I * exp(I * a * x) / (x * (x**2 + b**2)), {I * b: 1}, {0: 1}),
        pi * (1 - exp(-a * b)) / b**2,
        (),
    ),
    (
        cos(x) / (pi**2 / 4 - x**2),
        ResiduesAbove(x, exp(I * x) / (pi**2 / 4 - x**2), real={pi / 2: 1, -pi / 2: 1}),
        2,
        (),
    ),
    (
        log(a**2 + x**2) / (b**2 + x**2),
        ResiduesAbove(x, 2 * log(a - I * x) / (b**2 + x**2), {I * b: 1}),
        2 * pi * log(a + b) / b,
        (),
    ),
    (
        log(1 + a**2 / x**2) / (1 + x**2),
        ResiduesAbove(x, (2 * log(a - I * x) - 2 * log(-I * x)) / (1 + x**2), {I: 1}),
        2 * pi * log(a + 1),
        (),
    ),
    (
        atan(a * x) / (x * (1 + x**2)),
        ResiduesAbove(x, I * log(1 - I * a * x) / (x * (1 + x**2)), {I: 1}, {0: 1}),
        pi * log(1 + a),
        (),
    ),
    (exp(cos(x)) * sin(sin(x)) / x, ResiduesAbove(x, -I * exp(exp(I * x)) / x, real={0: 1}), pi * (sp.E - 1), ()),
    (
        log(1 - 2 * a * cos(k * x) + a**2) / (1 + x**2),
        ResiduesAbove(x, 2 * log(1 - a * exp(I * k * x)) / (1 + x**2), {I: 1}),
        2 * pi * log(1 - a * exp(-k)),
        (a < 1,),
    ),
    (1 / (1 + x**2) ** 3, ResiduesAbove(x, 1 / (1 + x**2) ** 3, {I: 3}), 3 * pi / 8, ()),
    (
        1 / (x**4 + 2 * a * x**2 + 1),
        ResiduesAbove(x, -(1 - I * x / R) / (x**2 + I * R * x - 1), stable={x**2 + I * R * x - 1: 1}),
        pi / R,
        (),
    ),
    (
        1 / ((x**2 + a**2) * (x**2 + b**2)),
        ResiduesAbove(x, TWO_POLES, stable={x + I * a: 1, x + I * b: 1}),
        pi / (a * b * (a + b)),
        (),
    ),
]
DISC = [
    (1 / (a + b * cos(x)), (0, 2 * pi), (a + b * (z + 1 / z) / 2) ** -1, {(s - a) / b: 1}, {}, {(-s - a) / b: 1},
     2 * pi / s, (a > b,)),
    (1 / (a + b * cos(x)) ** 2, (0, pi), (a + b * (z + 1 / z) / 2) ** -2, {(s - a) / b: 2}, {}, {(-s - a) / b: 2},
     pi * a / s**3, (a > b,)),
    (cos(2 * x) / (5 - 4 * cos(x)), (-pi, pi), z**2 / (5 - 2 * z - 2 / z), {Rational(1, 2): 1}, {}, {2: 1}, pi / 6, ()),
    (log(1 - 2 * a * cos(x) + a**2), (0, pi), 2 * log(1 - a * z), {0: 1}, {}, {}, 0, (a < 1,)),
    (log(1 - 2 * a * cos(x) + a**2), (0, 2 * pi), 2 * log(a) + 2 * log(1 - z / a), {0: 1}, {}, {}, 4 * pi * log(a),
     (a > 1,)),
    (log(1 - 2 * a * cos(x) + a**2) * cos(3 * x), (0, 2 * pi), (z**3 + z**-3) * log(1 - a * z), {0: 4}, {}, {},
     -2 * pi * a**3 / 3, (a < 1,)),
    (log(sin(x / 2)), (0, pi), log(1 - z) - log(2), {0: 1}, {}, {}, -pi * log(2), ()),
    (exp(a * cos(x)) * cos(a * sin(x)), (0, pi), exp(a * z), {0: 1}, {}, {}, pi, ()),
    (x * sin(x) / (1 - 2 * a * cos(x) + a**2), (0, pi), (1 / z - z) * log(1 + z) / ((1 - a * z) * (1 - a / z)),
     {0: 1, a: 1}, {}, {1 / a: 1}, pi * log(1 + a) / a, (a < 1,)),
    (x**2 / (1 - cos(x)), (0, pi), (pi**2 / 3 + 4 * polylog(2, -z)) / (1 - (z + 1 / z) / 2), {}, {1: 2}, {},
     4 * pi * log(2), ()),
    (x / tan(x / 2), (0, pi), 2 * log(1 + z) * (z + 1) / (z - 1), {0: 1}, {1: 1}, {}, 2 * pi * log(2), ()),
]  # fmt: skip
DISC = [
    (Integral(f, (x, *ends)), ResiduesInDisc(x, z, H, inside, rim, outside), value, given)
    for f, ends, H, inside, rim, outside, value, given in DISC
]
LINE = [(Integral(f, (x, -oo, oo)), rule, value, given) for f, rule, value, given in LINE]
STEPS = LINE + DISC


@pytest.mark.parametrize("line, rule, value, given", STEPS, ids=[str(step[0].function) for step in STEPS])
def test_follows_with_every_obligation_exact(line, rule, value, given):
    consequence = next(iter(rule.consequences(line, Context(given))))
    found = {o.why: decide(o.claim, 15, 0, 20.0, lambda _: None) for o in consequence.obligations}
    assert all(evidence.status.value == "exact" for evidence in found.values()), found
    point = {a: Rational(7, 5) if set(given) & {a > b, a > 1} else Rational(3, 5), b: Rational(1, 2), k: 2}
    assert abs(sp.N((consequence.after - value).xreplace(point), 25)) < 1e-20


@pytest.mark.parametrize("line, rule, value, given", LINE[:8:3] + DISC[:6:2])
def test_anywhere_in_a_line(line, rule, value, given, judged):
    assert judged(3 + 2 * line / pi, rule, 3 + 2 * next(iter(rule.consequences(line, Context(given)))).after / pi,
                  given=given) == "follows"  # fmt: skip


def test_half_the_line_for_even_integrands(judged):
    rule = ResiduesAbove(x, -I * exp(I * k * x) / x, real={0: 1})
    assert judged(Integral(sin(k * x) / x, (x, 0, oo)), rule, pi / 2) == "follows"
    odd = ResiduesAbove(x, (exp(I * x) - I * exp(I * x)) / (1 + x**2), {I: 1})
    value = pi / (2 * sp.E)
    assert "even" in judged(Integral((sin(x) + cos(x)) / (1 + x**2), (x, 0, oo)), odd, value)


# What is wrong in each is told by an obligation that fails, or by refusal.
MUTANTS = [
    (LINE[0][0], ResiduesAbove(x, I * exp(I * k * x) / x, real={0: 1}), (), "the real part"),
    (LINE[0][0], ResiduesAbove(x, -I * exp(I * k * x) / x, above={0: 1}, below={}), (), "lies above"),
    (LINE[0][0].xreplace({sin(k * x): cos(k * x)}), ResiduesAbove(x, exp(I * k * x) / x, real={0: 1}), (), "no pole at 0"),
    (Integral(cos(x) / x**2, (x, -oo, oo)), ResiduesAbove(x, exp(I * x) / x**2, real={0: 2}), (), "no pole at 0"),
    (Integral(1 / (x**2 - 1), (x, -oo, oo)), ResiduesAbove(x, 1 / (x**2 - 1), real={1: 1, -1: 1}), (), "no pole at"),
    (LINE[6][0], ResiduesAbove(x, 2 * log(a - I * x) / (b**2 + x**2), {2 * I * b: 1}), (), "zeros and no others"),
    (LINE[6][0], ResiduesAbove(x, log(a - I * x) / (b**2 + x**2), {I * b: 1}), (), "the real part"),
    (LINE[6][0], ResiduesAbove(x, 2 * log(a + I * x) / (b**2 + x**2), {I * b: 1}), (), "positive real part"),
    (LINE[1][0], ResiduesAbove(x, (exp(-2 * I * x) - 1) / (-2 * x**2), real={0: 2}), (), "bounded above"),
    (DISC[2][0], ResiduesInDisc(x, z, z**2 / (5 - 2 * z - 2 / z), {2: 1}, {}, {Rational(1, 2): 1}), (), "inside"),
    (DISC[2][0], ResiduesInDisc(x, z, z**2 / (5 - 2 * z - 2 / z), {Rational(1, 3): 1}, {}, {2: 1}), (), "zeros"),
    (DISC[2][0], ResiduesInDisc(x, z, z / (5 - 2 * z - 2 / z), {Rational(1, 2): 1}, {}, {2: 1}), (), "the real part"),
    (DISC[3][0], ResiduesInDisc(x, z, 2 * log(1 - a * z), {0: 1}), (a > 1,), "holomorphic"),
    (DISC[3][0], ResiduesInDisc(x, z, log(1 - a * z), {0: 1}), (a < 1,), "the real part"),
    (Integral(1 / (1 - cos(x)), (x, -pi, pi)), ResiduesInDisc(x, z, 1 / (1 - (z + 1 / z) / 2), {}, {1: 2}), (), "no pole"),
    (Integral(1 / sin(x), (x, -pi, pi)), ResiduesInDisc(x, z, 2 * I / (z - 1 / z), {}, {1: 1, -1: 1}), (), "no pole"),
    (Integral(x**2, (x, 0, 2 * pi)), ResiduesInDisc(x, z, pi**2 / 3 + 4 * polylog(2, -z), {0: 1}), (), "structure"),
    (Integral(sin(x), (x, 0, pi)), ResiduesInDisc(x, z, -I * z, {}, {}), (), "coefficients are real"),
    (Integral(sin(x) / x, (x, -oo, oo)), ResiduesAbove(x, -I * exp(exp(I * x)) / x, real={0: 1}), (), "the real part"),
    (LINE[12][0], ResiduesAbove(x, -(1 - I * x / R) / (x**2 - I * R * x - 1), stable={x**2 - I * R * x - 1: 1}), (), "lie below"),
    (LINE[12][0], ResiduesAbove(x, -(1 + I * x / R) / (x**2 + I * R * x - 1), stable={x**2 + I * R * x - 1: 1}), (), "real part"),
    (LINE[13][0], ResiduesAbove(x, TWO_POLES, stable={x + I * a: 1, x - I * b: 1}), (), "lie below"),
    (LINE[13][0], ResiduesAbove(x, TWO_POLES / 2, stable={x + I * a: 1, x + I * b: 1}), (), "the real part"),
    (LINE[13][0], ResiduesAbove(x, TWO_POLES, stable={x + I * a: 1, x + 2 * I * b: 1}), (), "zeros and no others"),
]  # fmt: skip


@pytest.mark.parametrize("line, rule, given, flaw", MUTANTS)
def test_mutants_fail_where_they_are_wrong(line, rule, given, flaw):
    try:
        (consequence,) = rule.consequences(line, Context(given))
    except RuleError as error:
        assert flaw in str(error), error
        return
    failed = [o.why for o in consequence.obligations if not decide(o.claim, 15, 0, 20.0, lambda _: None).passed]
    assert any(flaw in why for why in failed), failed


MISUSE = [
    (Integral(sin(x) * x / (1 + x**2), (x, -oo, oo)), ResiduesAbove(x, -I * x * exp(I * r * x) / (1 + x**2), {I: 1}),
     (r >= 0,), "Jordan"),
    (Integral(cos(x), (x, -oo, oo)), ResiduesAbove(x, exp(I * x)), (), "no arc vanishes"),
    (Integral(x / (1 + x**2), (x, -oo, oo)), ResiduesAbove(x, log(1 - I * x) / (1 - I * x), {}, {}, {-I: 1}), (), "no arc"),
    (Integral(1 / (1 + x**2), (x, 1, oo)), ResiduesAbove(x, 1 / (1 + x**2), {I: 1}), (), "half of it"),
    (Integral(1 / (1 + x**2), (x, -oo, oo)), ResiduesAbove(x, 1 / (1 + x**2), {I: 2}), (), "degree 2, but 4"),
    (Integral(exp(-x**2), (x, -oo, oo)), ResiduesAbove(x, exp(-x**2) / (1 + x**2), {I: 1}), (), "holomorphic"),
    (Integral(1 / (a + cos(x)), (x, 0, 2 * pi)), ResiduesInDisc(x, z, 1 / (a + (z + 1 / z) / 2), {-a + sqrt(a**2 - 1): 1},
     {}, {-a - sqrt(a**2 - 1): 1}), (), "structure|follow"),
    (Integral(cos(x), (x, 0, 1)), ResiduesInDisc(x, z, z), (), "length 2π"),
    (Integral(cos(x), (x, 0, 2 * pi)), ResiduesInDisc(x, z, sqrt(1 - z), {0: 1}), (), "structure|holomorphic"),
    (Integral(sqrt(a - 1) * I * cos(x), (x, 0, pi)), ResiduesInDisc(x, z, sqrt(a - 1) * z), (a < 1,), "real but for i"),
    (Integral(-sqrt(1 - a) * sin(x), (x, 0, pi)), ResiduesInDisc(x, z, sqrt(a - 1) * z), (a < 1,), "real but for i"),
    (Integral(cos(w), (w, 0, 2 * pi)), ResiduesInDisc(x, z, z), (), "over x"),
    (cos(x), ResiduesInDisc(x, z, z), (), "period"),
]  # fmt: skip


@pytest.mark.parametrize("line, rule, given, message", MISUSE)
def test_misuse_is_named(line, rule, given, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context(given)))


def test_poles_that_may_meet_are_told_apart_where_they_do_not(judged):
    f = x * sin(k * x) / ((x**2 + a**2) * (x**2 + b**2))
    value = pi * (exp(-a * k) - exp(-b * k)) / (b**2 - a**2)
    rule = ResiduesAbove(x, -I * x * exp(I * k * x) / ((x**2 + a**2) * (x**2 + b**2)), {I * a: 1, I * b: 1})
    assert judged(Integral(f, (x, -oo, oo)), rule, value) == "follows"
    twice = {I * (a + 1): 1, I * sqrt(a**2 + 2 * a + 1): 1}
    f = 1 / (x**2 + (a + 1) ** 2) ** 2
    rule = ResiduesAbove(x, f, twice, below={-I * (a + 1): 2})
    with pytest.raises(RuleError, match="coincide"):
        list(rule.consequences(Integral(f, (x, -oo, oo)), Context(())))


def test_the_values_are_those_of_quadrature():
    line, rule, _, given = DISC[8]
    (consequence,) = rule.consequences(line, Context(given))
    f = sp.lambdify(x, line.function.xreplace({a: Rational(3, 5)}), "mpmath")
    with mpmath.workdps(30):
        assert (
            abs(mpmath.quad(f, [0, 1, 2, mpmath.pi]) - sp.N(consequence.after.xreplace({a: Rational(3, 5)}), 30))
            < 1e-25
        )
