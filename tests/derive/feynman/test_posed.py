"""What is no integral is refused before any search, with the reason and the remedy; what is one is not."""

import sys

import pytest
import sympy as sp
from sympy.stats import Normal

from derive import DeriveError, NoClosedForm
from derive.feynman import abel_integral, integrate
from derive.feynman.posed import checked_integrand, checked_limits

x, a, n = sp.symbols("x a n", real=True)
f = sp.Function("f")
REFUSED = {
    "a function without a rule": (f(x), "unknown function.*give it as an expression"),
    "one inside a step": (x * sp.Heaviside(f(x)), "unknown function"),
    "its derivative": (sp.Derivative(f(x), x), "unknown function"),
    "one of a parameter": (x * f(a), "put a symbol in its place"),
    "a random variable": (x * Normal("X", 0, 1), "density"),
    "a matrix": (sp.Matrix([x, 1]), "entries one by one"),
    "an entry of a matrix": (x * sp.MatrixSymbol("A", 2, 2)[0, 1], "matrix"),
    "an indexed symbol": (x * sp.IndexedBase("B")[0], "plain symbol"),
    "an operator": (x * sp.Symbol("N", commutative=False), "does not commute"),
    "an expansion": (x + sp.O(x**2), "remainder"),
    "text": ("x", "derive.text.parse"),
    "a relation": (x < 1, "scalar"),
    "a function object": (sp.Lambda(x, x), "scalar"),
    "no value": (x * sp.oo, "no finite value"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("engine", [integrate, abel_integral])
def test_the_integrand_is_refused_without_a_search(name, engine, monkeypatch):
    integrand, words = REFUSED[name]
    monkeypatch.setattr(sys.modules[engine.__module__], "in_a_worker", None)
    with pytest.raises(DeriveError, match=words) as refusal:
        engine(integrand, (x, 0, sp.oo))
    assert not isinstance(refusal.value, NoClosedForm)


@pytest.mark.parametrize(
    "limits", [(x, 0, sp.nan), (x, sp.zoo, 1), (x, sp.Interval(0, 1), 1), (x, 0, f(a)), (x, "0", 1), (sp.S(2), 0, 1), x]
)
def test_a_range_that_is_none_is_refused(limits):
    with pytest.raises(DeriveError):
        checked_limits(limits)


def test_parameters_that_cannot_be_are_refused():
    with pytest.raises(DeriveError, match=r"no a satisfies .*a > 1, a < 0"):
        integrate(x**a, (x, 0, 1), given=[a > 1, a < 0])


@pytest.mark.parametrize(
    "integrand",
    [
        sp.Sum(x**n, (n, 0, sp.oo)), sp.Integral(sp.exp(-x * a), (a, 0, sp.oo)), sp.Heaviside(x - a),
        sp.besselj(0, x), sp.Piecewise((x, x < a), (1, True)), sp.Dummy("q") * x,
    ],
)  # fmt: skip
def test_what_has_values_is_let_through(integrand):
    assert checked_integrand(integrand) == integrand
