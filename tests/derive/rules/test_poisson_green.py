"""Poisson's formula, Green's function, the transform of 1, testing against Gaussians."""

import pytest
import sympy as sp
from sympy import Abs, Derivative, DiracDelta, I, Integral, Sum, cos, exp, oo, pi

from derive.claim import Claim, Weakly
from derive.rule import Context, RuleError
from derive.rules.green import DeltaTransform, GreensFunction, TestAgainst
from derive.rules.theorems.poisson import PoissonSummation

a, k, eps = sp.symbols("a k epsilon", positive=True)
x, kr = sp.symbols("x k", real=True)
m, n = sp.symbols("m n", integer=True)

M = 1 / (a**2 + x**2)
U = Integral(cos(k * x) * M, (x, -oo, oo))
LORENTZ = Claim(U, pi / a * exp(-a * k))
LINE = Sum(1 / (n**2 + a**2), (n, -oo, oo))
BOUND = pi / a * exp(-2 * pi * a * Abs(m))
AFTER = Sum(BOUND, (m, -oo, oo))
THETA = Sum(exp(-pi * n**2 * a), (n, -oo, oo))
GAUSS = Claim(Integral(exp(-pi * a * x**2) * cos(2 * pi * m * x), (x, -oo, oo)), exp(-pi * m**2 / a) / sp.sqrt(a))


def test_poisson_with_a_wave_number(judged):
    assert judged(LINE, PoissonSummation(x, m, 1 + 1 / a**2, BOUND, wave=k), AFTER, LORENTZ) == "follows"


def test_poisson_with_a_lemma_for_integers(judged):
    """Jacobi's theta function, with 1/(1 + u) ≥ e^{−u} as decay."""
    rule = PoissonSummation(x, m, 1 + 1 / (pi * a), exp(-pi * m**2 / a) / sp.sqrt(a))
    assert judged(THETA, rule, Sum(exp(-pi * m**2 / a) / sp.sqrt(a), (m, -oo, oo)), GAUSS) == "follows"


@pytest.mark.parametrize(
    "rule, before, after, lemma",
    [
        (PoissonSummation(x, m, 1 + 1 / a**2, BOUND, wave=k), LINE, 2 * AFTER, LORENTZ),
        (PoissonSummation(x, m, sp.S.One, BOUND, wave=k), LINE, AFTER, LORENTZ),
        (PoissonSummation(x, m, 1 + 1 / a**2, BOUND / 2, wave=k), LINE, AFTER, LORENTZ),
        (PoissonSummation(x, m, 1 + 1 / a**2, pi / a, wave=k), LINE, AFTER, LORENTZ),
        (PoissonSummation(x, m, 1 + 1 / a**2, BOUND, wave=k), LINE, AFTER.xreplace({a: 2 * a}), LORENTZ),
        (PoissonSummation(x, m, 1 + 1 / a**2, BOUND, delta=2, wave=k), LINE, AFTER, LORENTZ),
    ],
    ids=["factor", "decay constant", "bound", "not summable", "rate", "decays too slowly"],
)
def test_poisson_mutants(rule, before, after, lemma, judged):
    assert judged(before, rule, after, lemma) != "follows"


def test_an_odd_part_is_noticed(judged):
    line = Sum(exp(-(n**2) + n), (n, -oo, oo))
    transform = Integral(exp(-(x**2) + x) * cos(2 * pi * m * x), (x, -oo, oo))
    rule = PoissonSummation(x, m, 20, 5 * exp(-Abs(m)))
    assert judged(line, rule, Sum(transform, (m, -oo, oo))) != "follows"


V = U.xreplace({k: kr})
EQUATION = Claim(a**2 * V - Derivative(V, (kr, 2)), 2 * pi * DiracDelta(kr), relation=Weakly(kr))
KERNEL = exp(-a * Abs(kr)) / (2 * a)
WAVES = ((exp(a * kr), oo), (exp(-a * kr), -oo))


def test_greens_function(judged):
    rule = GreensFunction(kr, KERNEL, WAVES, 1 / (2 * a), M)
    assert judged(V, rule, pi / a * exp(-a * Abs(kr)), EQUATION) == "follows"


@pytest.mark.parametrize(
    "rule, after, lemma",
    [
        (GreensFunction(kr, 2 * KERNEL, WAVES, 1 / a, M), 2 * pi / a * exp(-a * Abs(kr)), EQUATION),
        (GreensFunction(kr, KERNEL + exp(a * kr), WAVES, 1 / (2 * a), M), pi / a * exp(-a * Abs(kr)), EQUATION),
        (GreensFunction(kr, KERNEL, tuple(reversed([(y, -e) for y, e in WAVES])), 1 / (2 * a), M),
         pi / a * exp(-a * Abs(kr)), EQUATION),
        (GreensFunction(kr, KERNEL, WAVES, 1 / (2 * a), sp.S.One), pi / a * exp(-a * Abs(kr)), EQUATION),
        (GreensFunction(kr, KERNEL, WAVES, 1 / (4 * a), M), pi / a * exp(-a * Abs(kr)), EQUATION),
        (GreensFunction(kr, KERNEL, WAVES, 1 / (2 * a), M), pi / a * exp(a * Abs(kr)), EQUATION),
    ],
    ids=["twice the kernel", "unbounded kernel", "wrong ends", "majorant", "kernel bound", "wrong line"],
)  # fmt: skip
def test_greens_function_mutants(rule, after, lemma, judged):
    assert judged(V, rule, after, lemma) != "follows"


@pytest.mark.parametrize("wave", [exp(I * kr * x), exp(-I * kr * x), cos(kr * x)])
def test_the_transform_of_one(wave, judged):
    rule = DeltaTransform(kr)
    assert rule.relation == Weakly(kr)
    assert judged(3 * Integral(a * wave, (x, -oo, oo)), rule, 6 * pi * a * DiracDelta(kr)) == "follows"
    assert judged(Integral(wave, (x, -oo, oo)), rule, pi * DiracDelta(kr)) != "follows"


def test_against_gaussians(judged):
    phi = (1 + kr**2) * exp(-(kr**2) + kr)
    assert judged(Integral(DiracDelta(kr - 1) * phi, (kr, -oo, oo)), TestAgainst(kr), sp.S(2)) == "follows"
    assert judged(Integral(DiracDelta(kr - 1) * phi, (kr, -oo, oo)), TestAgainst(kr), sp.S.One) != "follows"
    delta = Claim(V, 3 * DiracDelta(kr), relation=Weakly(kr))
    assert (
        judged(
            Integral(V * phi, (kr, -oo, oo)), TestAgainst(kr), Integral(3 * DiracDelta(kr) * phi, (kr, -oo, oo)), delta
        )
        == "follows"
    )


@pytest.mark.parametrize(
    "rule, line, lemmas, message",
    [
        (PoissonSummation(a, m, 1, 1), LINE, (), "new names"),
        (PoissonSummation(x, sp.Symbol("m", integer=True, positive=True), 1, 1), LINE, (), "all integers"),
        (PoissonSummation(x, m, 1, 1), Sum(exp(-n), (n, 0, oo)), (), "all integers"),
        (PoissonSummation(x, m, x, 1), LINE, (), "free of"),
        (GreensFunction(kr, KERNEL, WAVES, 1 / (2 * a), M), V, (), "Weakly"),
        (GreensFunction(kr, KERNEL, WAVES[:1], 1 / (2 * a), M), V, (EQUATION,), "order 2"),
        (GreensFunction(k, KERNEL, WAVES, 1 / (2 * a), M), U, (EQUATION,), "declared with a sign"),
        (DeltaTransform(kr), Integral(exp(I * kr * x**2), (x, -oo, oo)), (), "constant times"),
        (DeltaTransform(kr), Integral(exp(I * kr * x), (x, 0, oo)), (), "whole line"),
        (TestAgainst(kr), Integral(DiracDelta(kr) * cos(kr), (kr, -oo, oo)), (), "test function"),
        (TestAgainst(kr), Integral(exp(-(kr**2)), (kr, -oo, oo)), (), "neither"),
    ],
)
def test_misuse_is_named(rule, line, lemmas, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context((), lemmas)))
