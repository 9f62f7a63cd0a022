"""Feynman's trick, on a parameter that is there and on one that is introduced: by these methods and antiderivatives
alone. Values are compared with mpmath's quadrature of the integral, not with the engine's own oracle."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp

from derive.feynman.front import normalise
from derive.feynman.methods.antiderivative import Antiderivative
from derive.feynman.methods.families import LETTER, families
from derive.feynman.methods.introduce import Introduce, itself
from derive.feynman.methods.parameter import Parameter
from derive.feynman.ode.weight import weight
from derive.feynman.problem import Problem
from derive.feynman.search import Searching
from derive.rules import Leibniz, SolveODE
from derive.text import parse

x, a, b = sp.symbols("x a b", real=True)
NAMES = {"x": x, "a": a, "b": b}
HALF = sp.Rational(1, 2)

# integrand, ends, what is assumed of the parameters
WITH_A_PARAMETER = [
    ("exp(-x^2)*cos(3*b*x)", 0, sp.oo, (b > 0,)),
    ("exp(-x^2-b^2/(4*x^2))", 0, sp.oo, (b > 0,)),
    ("(exp(-x)-exp(-a*x))/x", 0, sp.oo, (a > 0,)),
    ("exp(-x)*sin(a*x)/x", 0, sp.oo, (a > 0,)),
    ("atan(a*x)/(x*(1+x^2))", 0, sp.oo, (a > 0,)),
]
SLOWER = [
    ("log(1+a*cos(x))/cos(x)", 0, sp.pi, (a > 0, a < 1)),
    ("log(1+a^2*x^2)/(1+x^2)", 0, sp.oo, (a > 0,)),
    ("(1-exp(-a*x^2))/x^2", 0, sp.oo, (a > 0,)),
    ("x*sin(a*x)/(x^2+4)", 0, sp.oo, (a > 0,)),
    ("1/(x^4+a*x^2+1)", 0, sp.oo, (a > 0,)),
    ("erf(a*x)*exp(-x^2)", 0, sp.oo, (a > 0,)),
    ("exp(-a*x)/(4+x^2)", 0, sp.oo, (a > 0,)),
    ("1/sqrt((1-x^2)*(1-a^2*x^2))", 0, 1, (a > 0, a < 1)),
]
# integrand, ends, the value from the literature (Gradshteyn-Ryzhik; Boros, Moll, Irresistible Integrals)
WITHOUT = [
    ("x/tan(x)", 0, sp.pi / 2, sp.pi * sp.log(2) / 2),
    ("atan(x)^2/x^2", 0, sp.oo, sp.pi * sp.log(2)),
    ("sin(x)^2/x^2", 0, sp.oo, sp.pi / 2),
    ("cos(2*x)/(x^2+1)", 0, sp.oo, sp.pi * sp.exp(-2) / 2),
]
WITHOUT_SLOWER = [
    ("log(1+cos(x))/cos(x)", 0, sp.pi, sp.pi**2 / 2),
    ("erfc(x)^2", 0, sp.oo, (2 - sp.sqrt(2)) / sp.sqrt(sp.pi)),
    ("sin(x)/(x*(x^2+1))", 0, sp.oo, sp.pi / 2 * (1 - sp.exp(-1))),
    ("x*sin(x)/(x^2+4)", 0, sp.oo, sp.pi * sp.exp(-2) / 2),
    ("log(1+x)/(1+x^2)", 0, 1, sp.pi * sp.log(2) / 8),
]


def solved(text: str, lower: Any, upper: Any, given: tuple[Any, ...], *methods: Any) -> tuple[Any, Any]:
    problem = normalise(_read(text), (x, sp.sympify(lower), sp.sympify(upper)), given)
    found = Searching(60.0, methods=(Antiderivative(), *methods)).solve(problem.problem, 1.0)
    assert found is not None, f"no closed form of {text}"
    return problem, found


def _read(text: str) -> Any:
    expr = parse(text)
    return expr.xreplace({s: NAMES[s.name] for s in expr.free_symbols})


def by_quadrature(f: Any, lower: Any, upper: Any) -> Any:
    """∫ f dx by mpmath, a wave over a rational function by summed half periods; cut at 1 and π/2."""
    function = sp.lambdify(x, f, "mpmath")
    start = mpmath.mpf(str(sp.N(lower, 25)))
    if upper != sp.oo:
        return mpmath.quad(function, [start, mpmath.mpf(str(sp.N(upper, 25))) / 2, mpmath.mpf(str(sp.N(upper, 25)))])
    waves = [e.args[0].coeff(x) for e in f.atoms(sp.sin, sp.cos)]
    if waves and not f.has(sp.exp):
        return mpmath.quadosc(function, [start, mpmath.inf], omega=mpmath.mpf(str(sp.N(max(waves), 25))))
    return mpmath.quad(function, [start, 1, 10, mpmath.inf])


def check_with_parameter(text: str, lower: Any, upper: Any, given: tuple[Any, ...]) -> None:
    problem, found = solved(text, lower, upper, given, Parameter())
    numbers = {"a": sp.Rational(7, 12), "b": sp.Rational(9, 7)}
    point = {symbol: numbers[symbol.name] for symbol in problem.problem.parameters}
    with mpmath.workdps(20):
        expected = by_quadrature(
            _read(text).xreplace({NAMES[name]: value for name, value in numbers.items()}), lower, upper
        )
        value = mpmath.mpmathify(sp.N(found.value.xreplace(point), 20))
        assert abs(value - expected) < 1e-10 * max(1, abs(expected))


def check_without(text: str, lower: Any, upper: Any, value: Any) -> None:
    _, found = solved(text, lower, upper, (), Parameter(), Introduce())
    assert all(symbol.name != LETTER for symbol in found.value.free_symbols)
    assert abs(sp.N(found.value - value, 40)) < sp.Float(10) ** -30


@pytest.mark.parametrize(("text", "lower", "upper", "given"), WITH_A_PARAMETER)
def test_a_parameter_that_is_there(text: str, lower: Any, upper: Any, given: tuple[Any, ...]) -> None:
    check_with_parameter(text, lower, upper, given)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("text", "lower", "upper", "given"), SLOWER)
def test_a_parameter_that_is_there_slower(text: str, lower: Any, upper: Any, given: tuple[Any, ...]) -> None:
    check_with_parameter(text, lower, upper, given)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("text", "lower", "upper", "value"), WITHOUT)
def test_a_parameter_is_introduced(text: str, lower: Any, upper: Any, value: Any) -> None:
    check_without(text, lower, upper, value)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("text", "lower", "upper", "value"), WITHOUT_SLOWER)
def test_a_parameter_is_introduced_slower(text: str, lower: Any, upper: Any, value: Any) -> None:
    check_without(text, lower, upper, value)


def test_the_steps() -> None:
    """∫ (e^{−x} − e^{−ax})/x dx: Leibniz' rule, the equation, its solution with the base point a = 1."""
    _, found = solved("(exp(-x)-exp(-a*x))/x", 0, sp.oo, (a > 0,), Parameter())
    steps = found.proposal.derivation
    assert steps is not None
    assert steps.last == found.value
    rule = steps.steps[0].because
    assert isinstance(rule, SolveODE)
    assert rule.conditions[0].value == 0
    (equation,) = steps.uses
    assert isinstance(equation.steps[0].because, Leibniz)


@pytest.mark.parametrize(
    "text", ["log(1+x)/(1+x^2)", "atan(x)/x", "x/tan(x)", "sin(x)/x", "log(sin(x))", "(x^2-1)/log(x)"]
)
def test_families_pass_through_the_integral(text: str) -> None:
    """F(x, λ*) = f(x): as a limit at random points."""
    problem = Problem(_read(text), x, sp.S.Zero, sp.pi / 2 if "tan" in text or "sin(x))" in text else sp.S.One)
    found = families(problem)
    assert found
    for family in found:
        there = family.integrand_at(family.value)
        for point in (sp.Rational(1, 3), sp.Rational(5, 7)):
            gap = (there - problem.integrand).xreplace({problem.variable: point}).evalf(30)
            assert abs(gap) < sp.Float(10) ** -20
        # A mutant parameter value leads past it.
        assert (
            abs((family.integrand_at(family.value + HALF) - problem.integrand).subs(problem.variable, HALF).evalf())
            > 1e-6
        )


def test_the_integral_itself_in_its_derivative() -> None:
    """∫_0^1 (log(1 + λ)/(1 + λ²) + λ) dλ = I + ∫ λ for I = ∫_0^1 log(1 + x)/(1 + x²) dx."""
    p = sp.Symbol(LETTER, positive=True)
    problem = Problem(sp.log(1 + x) / (1 + x**2), x, sp.S.Zero, sp.S.One)
    again, rest = itself(-sp.log(1 + p) / (1 + p**2) + p, p, sp.S.Zero, sp.S.One, problem)
    assert (again, rest) == (-1, p)
    assert itself(p, p, sp.S.Zero, sp.Integer(2), problem) == (0, p)


def test_weights() -> None:
    """A derivative by a parameter is easier, sin bx/x is easier than x sin bx/(a² + x²)."""
    f = sp.log(1 + a * x) / (1 + x**2)
    assert weight(sp.diff(f, a), x) < weight(f, x)
    assert weight(sp.sin(b * x) / x, x) < weight(x * sp.sin(b * x) / (a**2 + x**2), x)
