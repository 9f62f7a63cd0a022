"""Creative telescoping as a rule: what follows, what does not, and what is refused."""

import pytest
import sympy as sp

from derive.feynman.equation import operator_line
from derive.rule import Context, RuleError
from derive.rules import CreativeTelescoping
from derive.rules.telescoping import leibniz_terms

x = sp.Symbol("x", real=True)
a, b = sp.symbols("a b", positive=True)
oo, pi = sp.oo, sp.pi


def line(operator, f, lo, hi, p=a):
    return operator_line(tuple(map(sp.sympify, operator)), sp.Integral(f, (x, lo, hi)), p)


def rule(operator, G, *ends, **more):
    return CreativeTelescoping(a, tuple(map(sp.sympify, operator)), G, *ends, **more)


COS = 1 / (a + 2 + sp.cos(x))
COS_OPERATOR, COS_G = (a + 2, (a + 2) ** 2 - 1), sp.sin(x) / (a + 2 + sp.cos(x))
FOLLOWS = [
    (line((-4, 0, 1), sp.exp(-(x**2) - a**2 / x**2), 0, oo),
     rule((-4, 0, 1), 2 * sp.exp(-(x**2) - a**2 / x**2) / x, 0, 0), 0),
    (line(COS_OPERATOR, COS, 0, 2 * pi), rule(COS_OPERATOR, COS_G, closed=True), 0),
    (line((1, a), sp.exp(-a * x), 0, 1), rule((1, a), x * sp.exp(-a * x), closed=True), sp.exp(-a)),
    (line((1, a), sp.exp(-a * x), 0, a), rule((1, a), x * sp.exp(-a * x), closed=True), 2 * a * sp.exp(-a**2)),
    (line((1, a), sp.exp(-a * x), 0, oo),
     rule((1, a), x * sp.exp(-a * x), 0, majorant=x * sp.exp(-a * x / 2), interval=(a / 2, 2 * a)), 0),
    (line((0, 1), sp.sin(a * x) / x, 0, oo),
     rule((0, 1), sp.sin(a * x) / a, 0, 0, waves=(sp.sin(a * x) / a,)), 0),
]  # fmt: skip


@pytest.mark.parametrize(("before", "step", "after"), FOLLOWS, ids=lambda v: str(v)[:50])
def test_follows(judged, before, step, after):
    assert judged(before, step, sp.sympify(after)) == "follows"


DOES_NOT = [
    # the sign of the certificate, its size, another operator's certificate
    (line((1, a), sp.exp(-a * x), 0, 1), rule((1, a), -x * sp.exp(-a * x), closed=True), -sp.exp(-a)),
    (line((1, a), sp.exp(-a * x), 0, 1), rule((1, a), 2 * x * sp.exp(-a * x), closed=True), 2 * sp.exp(-a)),
    (line(COS_OPERATOR, COS, 0, 2 * pi), rule(COS_OPERATOR, COS_G.subs(a, a + 1), closed=True), 0),
    # a wrong limit at infinity, and at a singular end
    (line((1, a), sp.exp(-a * x), 0, oo), rule((1, a), x * sp.exp(-a * x), 1), 1),
    (line((-4, 0, 1), sp.exp(-(x**2) - a**2 / x**2), 0, oo),
     rule((-4, 0, 1), 2 * sp.exp(-(x**2) - a**2 / x**2) / x, 0, 1), -1),
    # the antiderivative jumps at π, and the jump is forgotten
    (line((1, a), 1 / (a * (1 + x**2)), 0, 1), rule((1, a), sp.atan(1 / (x - sp.S.Half)), closed=True),
     sp.atan(2) + sp.atan(2)),
    # no majorant
    (line((1, a), sp.exp(-a * x), 0, oo),
     rule((1, a), x * sp.exp(-a * x), 0, majorant=sp.exp(-a * x), interval=(a / 2, 2 * a)), 0),
    # not a wave but a constant: G = 1 at infinity
    (line((0, 1), sp.exp(-a * x) * x, 0, oo),
     rule((0, 1), x**2 * sp.exp(-a * x) / 2, 0, waves=(sp.sin(a * x),)), 0),
]  # fmt: skip


@pytest.mark.parametrize(("before", "step", "after"), DOES_NOT, ids=lambda v: str(v)[:50])
def test_does_not_follow(judged, before, step, after):
    assert judged(before, step, sp.sympify(after)).startswith("not shown")


def test_another_right_side_is_another_line(judged):
    before, step, after = FOLLOWS[2]
    assert judged(before, step, after + 1) == "other line"


@pytest.mark.parametrize(
    ("before", "step", "says"),
    [
        (sp.exp(-a), rule((1, a), x), "definite integral"),
        (line((2, a), sp.exp(-a * x), 0, 1), rule((1, a), x * sp.exp(-a * x)), "belongs to the operator"),
        (line((1, a), sp.exp(-a * x), 0, oo), rule((1, a), x * sp.exp(-a * x)), "state the limit"),
        (
            line((0, 1), sp.sin(a * x) / x, 0, oo),
            rule((0, 1), sp.sin(a * x) / a, 0, 0, waves=(sp.exp(x) * sp.sin(a * x),)),
            "no wave",
        ),
        (
            line((0, 1), sp.sin(a * x) / x, 0, oo),
            rule((0, 1), sp.sin(a * x) / a, 0, 0, waves=(x * sp.sin(a),)),
            "no wave",
        ),
    ],
    ids=lambda v: str(v)[:40],
)
def test_refuses_other_lines(before, step, says):
    with pytest.raises(RuleError, match=says):
        list(step.consequences(before, Context()))


@pytest.mark.parametrize(("lo", "hi"), [(0, a), (a, a**2 + 1), (-a, 3)])
@pytest.mark.parametrize("f", [sp.exp(-a * x), sp.cos(a * x) + x * a**2], ids=str)
def test_leibniz_terms_are_what_derivatives_of_the_value_add(f, lo, hi):
    operator = (a, sp.Integer(2), 1 + a)
    value = sp.integrate(f, (x, lo, hi))
    whole = sum(p * sp.diff(value, a, i) for i, p in enumerate(operator))
    inside = sp.integrate(sp.expand(sum(p * sp.diff(f, a, i) for i, p in enumerate(operator))), (x, lo, hi))
    gap = whole - inside - leibniz_terms(operator, f, x, sp.sympify(lo), sp.sympify(hi), a)
    assert all(abs(sp.N(gap.subs(a, sp.Rational(n, 7)), 25)) < 1e-18 for n in (3, 9, 16))
