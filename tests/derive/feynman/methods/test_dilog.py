"""Dilogarithms: integrals against the oracle, the functional equations against mpmath, words against quadrature."""

import time

import mpmath
import pytest
import sympy as sp

from derive.feynman.methods.bloch import Dilogarithms
from derive.feynman.methods.dilog import Dilogarithmic, dilog_integral
from derive.feynman.methods.hyperlog import value_at_one
from derive.feynman.methods.surdlogs import argument, log_modulus
from derive.feynman.methods.surds import ONE, ZERO, Surd, surd
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("log(x)*log(1+x)/x^2", "1", "oo"),
    ("log(1+x)/(1+x^2)", "0", "1"),
    ("log(1+x)/(1+x^2)", "0", "oo"),
    ("log(1-x^2)/(1+x^2)", "0", "1"),
    ("log(1+x^4)/(1+x^2)", "0", "oo"),
    ("log(x)/(1-x+x^2)", "0", "1"),
    ("log(x)/(1+x^4)", "0", "1"),
    ("log(1+x+x^2)/x", "0", "1"),
    ("log(1+sqrt(2)*x+x^2)/x", "0", "1"),
    ("log(1-x)/x", "0", "(sqrt(5)-1)/2"),
    ("log(1+x)*log(1-x)", "0", "1"),
    ("log(2+x)/(1+x)", "0", "1"),
    ("log(1+x)/(x*(1+x^2))", "0", "1"),
    ("x*log(1-x)/(1+x^2)", "0", "1"),
    ("log(1+x)^2/x^2", "0", "oo"),
    ("atan(x)^2", "0", "1"),
    ("atan(x)^2/x^2", "0", "oo"),
    ("atan(x)/(x*(1+x^2))", "0", "oo"),
    ("atan(sqrt(3)*x)/x", "0", "1"),
    ("atan(x)/x", "0", "2-sqrt(3)"),
    ("atan(x)*log(1+x^2)", "0", "1"),
    ("x*atan(x)*log(x)", "0", "1"),
    ("atanh(x)/x", "0", "1"),
    ("atan(1/x)/(1+x)^2", "0", "oo"),
    ("log(1+x^2)/(1+x^2)", "-oo", "oo"),
]


@pytest.mark.parametrize("text, lower, upper", INTEGRALS)
def test_right(text, lower, upper):
    holds(Dilogarithmic(), text, lower, upper)


SLOW = [pytest.mark.slow, pytest.mark.ci]
STEPS = [
    ("log(1+x)/(1+x^2)", "0", "1"),
    ("log(1-x)/x", "0", "(sqrt(5)-1)/2"),
    ("log(x)*log(1+x)/x^2", "1", "oo"),
    pytest.param("log(1+x^2)/(1+x^2)", "-oo", "oo", marks=SLOW),
    pytest.param("atan(x)/(x*(1+x^2))", "0", "oo", marks=SLOW),
    pytest.param("log(1+x^4)/(1+x^2)", "0", "oo", marks=SLOW),
]


@pytest.mark.parametrize("text, lower, upper", STEPS)
def test_every_step_is_shown(text, lower, upper):
    shown(Dilogarithmic(), text, lower, upper)


KNOWN = [
    ("log(1+x)/(1+x^2)", "0", "1"),
    ("log(1+x)/(1+x^2)", "0", "oo"),
    ("log(1+x^2)/(1+x)", "0", "1"),
    ("atan(x)^2", "0", "1"),
    ("log(1-x)/x", "0", "(sqrt(5)-1)/2"),
    ("log(1+x^4)/x", "0", "1"),
]


@pytest.mark.parametrize("text, lower, upper", KNOWN)
def test_functional_equations_reach_known_constants(text, lower, upper):
    value = dilog_integral(problem(text, lower, upper))
    assert value is not None and not value.has(sp.polylog, sp.I)


OTHERS = ["log(x)^2*log(1+x)/x", "log(1+x^3+x^5)/x", "log(1+x)^2/x", "log(1+a*x)/x", "log(2*x-1)"]


@pytest.mark.parametrize("text", OTHERS)
def test_silent_where_the_weight_is_three_or_the_poles_are_no_square_roots(text):
    assert proposed(Dilogarithmic(), problem(text, "0", "1")) is None


NUMBERS = ["1/2", "-1/3", "2/3", "sqrt(2)-1", "I/2", "(1+I)/3", "(1+sqrt(3)*I)/4", "2+I", "(-1+sqrt(3)*I)/2"]


@pytest.mark.parametrize("text", NUMBERS)
def test_reduction_keeps_the_value(text):
    """R(z) + D(z) in the constants that are left, for a number and its square, against mpmath."""
    z = surd(sp.sympify(text))
    assert z is not None
    numbers = {z: ONE, z * z: Surd.of(3), ONE + z: -ONE}
    total, _ = Dilogarithms(_clock(0.6)).reduced(numbers, numbers)
    with mpmath.workdps(30):
        wanted = sum(c.mpc().real * (_wigner(w.mpc()) + mpmath.polylog(2, w.mpc()).real) for w, c in numbers.items())
        assert abs(mpmath.mpc(sp.N(total.sympy(), 30)) - wanted) < 1e-24


def _clock(seconds):
    end = time.process_time() + seconds
    return lambda: end - time.process_time()


def _wigner(z):
    if z.imag == 0:
        return mpmath.mpf(0)
    return mpmath.polylog(2, z).imag + mpmath.arg(1 - z) * mpmath.log(abs(z))


@pytest.mark.parametrize("text", [*NUMBERS, "3+4*I", "(2-I)/(3+2*I)", "sqrt(2)+I", "7-3*sqrt(5)", "-5/7"])
def test_logarithms_in_a_basis(text):
    z = surd(sp.radsimp(sp.sympify(text)))
    assert z is not None
    with mpmath.workdps(30):
        assert abs(sp.N(log_modulus(z).sympy(), 30) - mpmath.log(abs(z.mpc()))) < 1e-26
        assert abs(sp.N(argument(z).sympy(), 30) - mpmath.arg(z.mpc())) < 1e-26


LETTERS = ["0", "1", "-1", "2", "I", "-I", "2*I", "1+I", "1-I", "1/2+I", "1/2+2*I"]


@pytest.mark.parametrize("a", LETTERS)
@pytest.mark.parametrize("b", LETTERS)
def test_words_of_two_letters_against_quadrature(a, b):
    """Convergent words, real parts; the branch is right wherever the path of the dilogarithm runs."""
    p, q = surd(sp.sympify(a)), surd(sp.sympify(b))
    assert p is not None and q is not None
    if p == ONE or (p == ZERO and q == ZERO):
        return
    elementary, dilogs = value_at_one((p, q))
    with mpmath.workdps(20):
        mine = mpmath.mpf(sp.N(elementary.re.sympy(), 20)) + sum(n * mpmath.polylog(2, z.mpc()).real for z, n in dilogs)
        u, v = p.mpc(), q.mpc()
        true = mpmath.quad(lambda t: (mpmath.log(t) if v == 0 else mpmath.log(1 - t / v)) / (t - u), [0, 0.5, 1])
    assert abs(mine - true.real) < 1e-9


def test_field_operations():
    z = surd(sp.sqrt(2) + sp.I * sp.sqrt(3) - sp.Rational(1, 2))
    assert z is not None
    assert z * z.inverse() == ONE and (z - z) == ZERO and z.conjugate().conjugate() == z
    assert sp.expand((z * z).sympy() - z.sympy() ** 2) == 0
    assert surd(sp.cbrt(2)) is None
    with pytest.raises(ZeroDivisionError):
        ZERO.inverse()
