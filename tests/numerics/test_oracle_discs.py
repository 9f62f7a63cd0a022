"""Power series beside an end: what cancels there cancels in the coefficients, and the remainder is a proven bound."""

import flint
import mpmath
import pytest
import sympy as sp
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import NotEnclosed, enclose
from numerics.oracle.discs import Disc, NoModel, Taylor, near_zero
from numerics.oracle.evaluate import Compiler

x = sp.Symbol("x", positive=True)
half, gamma = sp.S.Half, sp.EulerGamma

# Poles and logarithms that cancel; the values are known ones (Gradshteyn and Ryzhik 3.427, 3.554).
KNOWN = [
    ((1 / x - 1 / sp.sinh(x)) / x, (0, sp.oo), sp.log(2)),
    ((sp.coth(x) - 1 / x) * sp.exp(-x) / x, (0, sp.oo), 1 - sp.log(2)),
    (1 / x**2 - 1 / sp.sinh(x) ** 2, (0, sp.oo), sp.S.One),
    ((half - 1 / x + 1 / (sp.exp(x) - 1)) * sp.exp(-x) / x, (0, sp.oo), 1 - sp.log(2 * sp.pi) / 2),
    (1 / sp.log(x) + 1 / (1 - x), (0, 1), gamma),
    ((1 / sp.log(x) + 1 / (1 - x)) ** 2, (0, 1), sp.log(2 * sp.pi) - sp.Rational(3, 2)),
    (sp.exp(-x) * sp.log(x) ** 2, (0, sp.oo), gamma**2 + sp.pi**2 / 6),
    ((sp.sin(x) - x * sp.cos(x)) ** 2 / x**6, (0, sp.oo), sp.pi / 15),
    ((x ** sp.Rational(1, 3) - 1) / sp.log(x), (0, 1), sp.log(sp.Rational(4, 3))),
    (sp.exp(-x) / x - 1 / (sp.exp(x) - 1), (0, sp.oo), -gamma),
    (sp.log(sp.sin(x)), (0, sp.pi / 2), -sp.pi * sp.log(2) / 2),
]


@pytest.mark.parametrize(("f", "ends", "value"), KNOWN, ids=lambda part: str(part)[:30])
def test_cancelling_ends_are_proven(f, ends, value):
    found = enclose(sp.Integral(f, (x, *ends)), {}, digits=25)
    assert found.rigorous and found.digits > 24
    assert found.overlaps(value)


@given(st.integers(1, 200), st.integers(1, 60))
@settings(max_examples=25, deadline=None)
def test_beta_function_close_to_divergence(p, q):
    a, b = sp.Rational(p, 150), sp.Rational(q, 40)
    found = enclose(sp.Integral(sp.sin(x) ** (2 * a - 1) * sp.cos(x) ** (2 * b - 1), (x, 0, sp.pi / 2)), {}, digits=20)
    assert found.rigorous and found.overlaps(sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b) / 2)


def test_what_diverges_is_still_refused():
    for f in (1 / x - 1 / sp.sinh(x) ** 2, 1 / sp.sin(x), sp.log(x) / x, (1 - sp.exp(-x)) / x**2):
        with pytest.raises(NotEnclosed, match="diverges"):
            enclose(sp.Integral(f, (x, 0, 1)), {})


FUNCTIONS = [
    sp.exp(-x) / (2 + x),
    sp.sin(x) / x,
    1 / x - 1 / sp.sinh(x),
    x / sp.tan(x),
    (1 + x + x**2) ** sp.Rational(-5, 3),
    sp.erf(x) / x,
    sp.log(1 + sp.sin(x)) / x,
    1 / sp.gamma(1 + x),
    sp.atan(sp.sin(x) / x),
]


def model(f, radius, n=24):
    with flint.ctx.workprec(160):
        flint.ctx.cap = 200
        return Disc(Compiler({}, bits=160), x, arb(radius), n).of(f)[sp.S.Zero, 0]


@pytest.mark.parametrize("f", FUNCTIONS, ids=str)
def test_series_and_remainder_hold_everywhere_on_the_disc(f):
    """At points of the disc, its rim too, the distance from the polynomial is within the remainder, and the bound is
    of use: the n-th power of a half makes it small."""
    t = model(f, 0.25)
    g = sp.lambdify(x, f, "mpmath")
    with mpmath.workdps(40):
        for k in range(16):
            z = mpmath.mpf("0.25") * (1 if k % 2 else mpmath.mpf(k + 1) / 17) * mpmath.expjpi(k / 8 + 0.01)
            polynomial = sum(_mp(c) * z**j for j, c in enumerate(t.c))
            distance = abs(g(z) / z**t.v - polynomial)
            assert distance <= _mp(t.rest).real * abs(z) ** len(t.c) + mpmath.mpf(10) ** -30
    assert t.rest * arb(0.0625) ** len(t.c) < arb(10) ** -9


def _mp(z):
    real, imaginary = (acb(z).real.mid().man_exp(), acb(z).imag.mid().man_exp())
    return mpmath.mpc(*(mpmath.ldexp(int(m), int(e)) for m, e in (real, imaginary)))


SINGULAR = [1 / (sp.cos(x) - half), sp.log(1 - 2 * x), sp.sqrt(sp.Rational(1, 5) - x), sp.tan(2 * x)]


@pytest.mark.parametrize("f", SINGULAR, ids=str)
def test_singularities_on_the_disc_are_seen(f):
    with pytest.raises(NoModel):
        model(f, 2)


def test_a_tail_that_is_left_out_would_be_seen():
    """The bound is more than what is left out, and no more than some times of it."""
    t = model(sp.exp(x), 1, n=6)
    truth = float(sp.E - sum(1 / sp.factorial(k) for k in range(6)))
    assert truth < t.rest < 40 * truth


def test_moments_against_quadrature():
    f = x ** sp.Rational(-2, 3) * sp.log(x) ** 2 * sp.cos(x)
    with flint.ctx.workprec(120), mpmath.workdps(30):
        found = near_zero(Compiler({}, bits=120), f, x, arb(0.125))
        assert found is not None
        top = _mp(found[0]).real
        ends = [0, mpmath.cbrt(top) / 50, mpmath.cbrt(top)]  # x = u³ takes the power away
        truth = mpmath.quad(lambda u: 27 * mpmath.log(u) ** 2 * mpmath.cos(u**3), ends)
        assert abs(_mp(found[1]).real - truth) < mpmath.mpf(10) ** -18


def test_exact_zeros_are_stripped():
    zero, one = acb(0), acb(1)
    stripped = Taylor(-2, (zero, zero, one), arb(0)).stripped
    assert stripped.v == 0 and len(stripped.c) == 1


@pytest.mark.parametrize("scale", [1, sp.Rational(15, 4), sp.Rational(53, 3), 40])
def test_a_disc_too_wide_for_the_function_gives_way_to_a_smaller_one(scale):
    """∫₀^∞ x^{s−1} erf(ax) dx = −a^{−s} Γ((s + 1)/2)/(s √π): erf is of size e^{|ax|²} on a disc."""
    s = -sp.Rational(3, 4)
    found = enclose(sp.Integral(x ** (s - 1) * sp.erf(scale * x), (x, 0, sp.oo)), digits=15)
    assert found.rigorous and found.digits > 14
    assert found.overlaps(-(scale ** (-s)) * sp.gamma((s + 1) / 2) / (s * sp.sqrt(sp.pi)))
