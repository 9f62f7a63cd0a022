"""Antiderivatives: real where the integrand is, in exponential integrals, with jumps piece by piece; steps verify."""

import pytest
import sympy as sp

from derive import Status, verify
from derive.feynman.methods.antiderivative import Antiderivative, in_exponential_integrals, real_form
from derive.feynman.problem import Problem
from tests.derive.feynman.methods.posing import agrees, problem, proposed

INTEGRALS = [
    ("1/(x^2+2*a*x+1)", "0", "oo", "a<1"),
    ("(x^a-1)/log(x)", "0", "1", ""),
    ("e^(-x)*log(x)", "0", "oo", ""),
    ("1/(1+x^3)", "0", "oo", ""),
    ("sqrt(1-a^2*sin(x)^2)", "0", "pi/2", "a<1"),
]


@pytest.mark.parametrize("text, lower, upper, given", INTEGRALS, ids=[case[0] for case in INTEGRALS])
def test_every_step_is_exact(text, lower, upper, given):
    found = proposed(Antiderivative(), problem(text, lower, upper, given))
    assert found is not None and not found.value.has(sp.I)
    assert agrees(problem(text, lower, upper, given), found.value)
    report = verify(found.derivation.qed() if not found.derivation.closed else found.derivation, digits=15)
    assert report.status is Status.EXACT, str(report)


def test_a_real_antiderivative_by_its_real_part():
    x, a = sp.Symbol("x", real=True), sp.Symbol("a", positive=True)
    root = sp.sqrt(a - 1) * sp.sqrt(a + 1)
    F = (sp.log(a + x - root) - sp.log(a + x + root)) / (2 * root)
    real = real_form(F, Problem(1 / (x**2 + 2 * a * x + 1), x, sp.S.Zero, sp.oo, (a < 1,)))
    assert real is not None and not real.has(sp.I)
    assert sp.simplify(sp.diff(real, x) - 1 / (x**2 + 2 * a * x + 1)) == 0
    assert real_form(F, Problem(1 / (x**2 + 2 * a * x + 1), x, sp.S.Zero, sp.oo, (a > 1,))) is None


@pytest.mark.parametrize("n", [1, 2, 3])
def test_exponential_integrals(n):
    u = sp.Symbol("u", positive=True)
    F = in_exponential_integrals(sp.expint(n, 2 * u))
    assert not F.has(sp.expint)
    assert abs(sp.N((F - sp.expint(n, 2 * u)).subs(u, sp.Rational(3, 4)), 30)) < 1e-25


def test_jumps():
    steps = holds_with_jumps("1/(2+cos(x))", "0", "2*pi")
    assert [type(step.because).__name__ for step in steps][:3] == ["SplitRange", *["FundamentalTheorem"] * 2]


def holds_with_jumps(text, lower, upper):
    from derive.feynman.search import Searching

    posed = problem(text, lower, upper)
    search = Searching(timeout=20.0, methods=())
    found = next(p for p in Antiderivative().proposals(posed, search) if p.route == "antiderivative with jumps")
    assert agrees(posed, found.value)
    assert verify(found.derivation.qed(), digits=15).status is Status.EXACT
    return found.derivation.steps


def test_nothing_wrong_where_it_is_silent_or_not():
    for text in ("log(x)/(1+x)", "x*atan(x)", "x^2*e^(-x)"):
        assert proposed(Antiderivative(), problem(text, "0", "1")) is None or agrees(
            problem(text, "0", "1"), proposed(Antiderivative(), problem(text, "0", "1")).value)  # fmt: skip
