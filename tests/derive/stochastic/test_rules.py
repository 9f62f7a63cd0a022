"""Kramers-Moyal, Itô's lemma, Gaussian slices: what they yield against independent values; mutants do not pass."""

import pickle

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Derivative, Function, Integral, Limit, Rational, exp, oo, pi, sqrt, symbols

from derive import Derivation, Status, verify
from derive.rule import Context, RuleError
from derive.stochastic.rules import GaussianSlice, ItoLemma, KramersMoyal, gaussian, laurent

x, y, z, t, v, a = symbols("x y z t v a", real=True)
h, D, b, s = symbols("h D b s", positive=True)
P, V = Function("P"), Function("V")
half = Rational(1, 2)


def yielded(rule, line):
    return [c.after for c in rule.consequences(line, Context())]


def concrete(expr, function, body):
    """An unknown function made a known one."""
    return expr.replace(function, body).doit()


# Rates of change of one function of x; their limits are compared with values at a tiny step, with 80 digits.
RATES = {
    "symmetric": (half * P(x - h) + half * P(x + h) - P(x)) / h**2,
    "weakly asymmetric": ((half + v * h) * P(x - h) + (half - v * h) * P(x + h) - P(x)) / h**2,
    "three jumps": (P(x - h) / 6 + P(x + 2 * h) / 12 - P(x) / 4) / h**2,
    "killed": (exp(-a * h**2) * (P(x - h) + P(x + h)) / 2 - P(x)) / h**2,
    "quotient": (P(x + h) - P(x - h)) / (2 * sp.sin(h)),
    "increments": (P(x + v * h**2 + b * h) / 2 + P(x + v * h**2 - b * h) / 2 - P(x)) / h**2,
    "fourth": (P(x + 2 * h) - 4 * P(x + h) + 6 * P(x) - 4 * P(x - h) + P(x - 2 * h)) / h**4,
}


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
def test_the_limit_is_that_of_known_functions(rate):
    (after,) = yielded(KramersMoyal(h), Limit(rate, h, 0))
    at = {x: Rational(3, 7), v: Rational(5, 3), a: Rational(-2, 9), b: Rational(7, 4)}
    for body in (lambda u: u**5 - 2 * u, lambda u: sp.exp(u / 2), sp.sin):
        known = sp.N(concrete(rate, P, body).subs(at).subs(h, Rational(1, 10**12)), 80)
        assert abs(concrete(after, P, body).subs(at).evalf(30) - known) < 1e-9


def test_terms_that_blow_up_are_owed():
    """A fixed asymmetry under the diffusive scaling: the term of order 1/h is an obligation, and it is refuted."""
    line = Limit((Rational(2, 3) * P(x - h) + Rational(1, 3) * P(x + h) - P(x)) / h**2, h, 0)
    (found,) = KramersMoyal(h).consequences(line, Context())
    assert [o.claim.lhs for o in found.obligations] == [-Derivative(P(x), x) / 3]
    report = verify(Derivation(line).to(found.after, KramersMoyal(h)).qed(), digits=10, timeout=8)
    assert report.status is Status.REFUTED


def test_no_limit_in_the_step_is_said():
    with pytest.raises(RuleError, match="limit h"):
        yielded(KramersMoyal(h), P(x))


def test_two_places_and_the_time():
    line = Limit((P(x + h, y + h, t + h**2) / 2 + P(x - h, y - h, t + h**2) / 2 - P(x, y, t)) / h**2, h, 0)
    (after,) = yielded(ItoLemma(h), line)
    p = P(x, y, t)
    expected = Derivative(p, t) + (Derivative(p, x, 2) + 2 * Derivative(p, x, y) + Derivative(p, y, 2)) / 2
    assert sp.expand(after - expected) == 0


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=4),
    st.integers(1, 5),
    st.integers(-3, 3),
    st.integers(-2, 2),
)
def test_gaussian_integrals_against_quadrature(coefficients, square, slope, constant):
    q = sum(c * z**k for k, c in enumerate(coefficients))
    weight = exp(-square * z**2 / 2 + slope * z - constant)
    if q == 0:
        return
    _, value = gaussian(q * weight, z)
    f = sp.lambdify(z, q * weight, "mpmath")
    with mpmath.workdps(20):
        known = mpmath.quad(f, [-12, -6, -3, 0, 3, 6, 12])
    assert abs(known - mpmath.mpf(sp.N(value, 20))) < 1e-9 * (1 + abs(known))


def test_slices_compose_and_mutants_do_not():
    def kernel(end, start, time):
        return exp(-((end - start) ** 2) / (4 * D * time)) / sqrt(4 * pi * D * time)

    line = Integral(kernel(x, z, h) * kernel(z, y, s), (z, -oo, oo))
    good = Derivation(line).to(kernel(x, y, h + s), GaussianSlice(z)).qed()
    assert verify(good, digits=10).status is Status.EXACT
    for wrong in (kernel(x, y, h - s), 2 * kernel(x, y, h + s), kernel(x, -y, h + s)):
        assert not verify(Derivation(line).to(wrong, GaussianSlice(z)).qed(), digits=10).status.passed


@pytest.mark.parametrize(
    ("integrand", "said"),
    [(sp.cos(z), "no polynomial"), (exp(-(z**4)), "no polynomial"), (exp(-(z**2)) + exp(-2 * z**2), "weights")],
)
def test_what_is_no_gaussian_is_refused(integrand, said):
    with pytest.raises(RuleError, match=said):
        yielded(GaussianSlice(z), Integral(integrand, (z, -oo, oo)))


def test_a_weight_that_grows_is_not_passed():
    line = Integral(exp(z**2), (z, -oo, oo))
    report = verify(Derivation(line).by(GaussianSlice(z)).qed(), digits=10, timeout=10)
    assert not report.status.passed


def test_half_a_line_is_refused():
    with pytest.raises(RuleError, match="whole line"):
        yielded(GaussianSlice(z), Integral(exp(-(z**2)), (z, 0, oo)))


@pytest.mark.parametrize("rule", [KramersMoyal(h), ItoLemma(h), GaussianSlice(z)])
def test_rules_pickle_and_describe(rule):
    assert pickle.loads(pickle.dumps(rule)) == rule and str(rule)


def test_laurent_divides_by_series():
    assert laurent((sp.exp(h) - 1) / sp.sin(h), h) == {-1: 0, 0: 1}
