"""A periodic factor times a rational one over a line: values against closed forms, the kernel against its sum."""

import mpmath
import pytest
import sympy as sp

from numerics import NotEnclosed, enclose
from numerics.oracle.folds import folded

x = sp.Symbol("x", real=True)
a = sp.Symbol("a", positive=True)
oo, pi = sp.oo, sp.pi

# Fourier series of P, term by term; Lobachevsky's formula for 1/x.
VALUES = [
    (sp.exp(sp.cos(x)) * sp.sin(sp.sin(x)) / x, 0, pi / 2 * (sp.E - 1)),
    (sp.sin(sp.tan(x)) / x, 0, pi / 2 * (1 - sp.exp(-1))),
    (sp.log(sp.sin(x) ** 2) / (x**2 + 1), 0, pi * sp.log((1 - sp.exp(-2)) / 2)),
    (sp.log(4 * sp.cos(x) ** 2) / (x**2 + 4), 0, pi / 2 * sp.log(1 + sp.exp(-4))),
    (1 / ((5 - 4 * sp.cos(x)) * (x**2 + 1)), 0, pi / 6 * (2 * sp.E + 1) / (2 * sp.E - 1)),
    (sp.exp(sp.cos(2 * x)) * sp.cos(sp.sin(2 * x)) / (x**2 + 1) ** 2, -oo, None),
    (1 / ((5 - 4 * sp.cos(x)) * (x**2 + x + 1)), -oo, None),
]


@pytest.mark.parametrize("f, lower, value", VALUES, ids=[str(case[0]) for case in VALUES])
def test_the_value(f, lower, value):
    found = enclose(sp.Integral(f, (x, lower, oo)), {}, digits=18, timeout=60)
    assert found.rigorous
    if value is None:  # Fourier's series of P, integrated term by term
        value = _by_series(f)
    with mpmath.workdps(30):
        exact = mpmath.mpf(sp.N(value, 25))
        assert abs(found.mid - exact) <= found.radius + mpmath.mpf(10) ** -17
        assert abs(found.mid - exact * (1 + mpmath.mpf(10) ** -12)) > found.radius


def _by_series(f):
    """Σ c_k ∫ cos kx R with ∫_{−∞}^∞ e^{ikx}/(x²+1)² = π/2 (1 + k) e^{−k}, and the residue at (−1 + i√3)/2."""
    if f.has(sp.exp):
        return sum(sp.Rational(1, sp.factorial(k)) * pi / 2 * (1 + 2 * k) * sp.exp(-2 * k) for k in range(25))
    pole, side = (-1 + sp.sqrt(3) * sp.I) / 2, 2 * pi / sp.sqrt(3)
    terms = [side, *(2 * side * sp.re(sp.exp(sp.I * k * pole)) / 2**k for k in range(1, 75))]
    return sum(sp.N(term, 30) for term in terms) / 3


def test_a_hidden_pole_is_refused():
    with pytest.raises(NotEnclosed, match="diverges") as caught:
        enclose(sp.Integral(sp.tan(x) / x, (x, 0, oo)), {}, timeout=60)
    assert caught.value.final


@pytest.mark.parametrize(
    "rational",
    [1 / x, 1 / (x**2 + a**2), x / (x**2 + a**2), 1 / (x**2 + x + 1), 1 / (x**2 + a**2) ** 2, 1 / (x**4 + 4)],
)
def test_the_kernel_is_the_sum_of_the_images(rational):
    periodic = sp.exp(sp.cos(3 * x)) * (sp.sin(sp.sin(3 * x)) if sp.expand(rational + rational.subs(x, -x)) == 0 else 1)
    body, lower, upper = folded(periodic * rational, x, -oo, oo)
    assert upper == pi / 3 and lower == -upper
    kernel = (body / periodic).subs(a, sp.Rational(3, 4))
    term = sp.lambdify(x, rational.subs(a, sp.Rational(3, 4)), "mpmath")
    with mpmath.workdps(20):
        place, step = mpmath.mpf(2) / 7, 2 * mpmath.pi / 3
        images = mpmath.nsum(lambda n: term(place + n * step) + term(place - n * step), [1, mpmath.inf]) + term(place)
        assert abs(images - sp.N(kernel.subs(x, sp.Rational(2, 7)), 20)) < 1e-12


NOT_OF_THE_KIND = [
    (sp.sin(x) / x, 0),
    (sp.sin(x) ** 3 / x, 0),
    (sp.exp(sp.cos(x)) / x, 0),
    (sp.exp(sp.cos(x)) / (x**2 + x + 1), 0),
    (sp.exp(sp.cos(x)) * sp.exp(sp.sin(sp.sqrt(2) * x)) / (x**2 + 1), -oo),
    (sp.exp(sp.cos(x + 1)) / (x**2 + 1), -oo),
    (sp.log(sp.sin(x) ** 2) / (x**2 - 1), 0),
    (x * sp.exp(sp.cos(x)), 0),
]


@pytest.mark.parametrize("f, lower", NOT_OF_THE_KIND, ids=[str(case[0]) for case in NOT_OF_THE_KIND])
def test_what_is_not_of_the_kind_is_left_alone(f, lower):
    assert folded(f, x, sp.sympify(lower), oo) is None
