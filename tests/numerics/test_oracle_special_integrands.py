"""Special functions under the integral sign: rigorous quadrature asks each where it is analytic, so each must know."""

import mpmath
import pytest
import sympy as sp

from numerics import enclose

x = sp.Symbol("x", real=True)
half, third = sp.Rational(1, 2), sp.Rational(1, 3)

INTEGRANDS = {
    "K": (sp.besselk(0, x), 1, 2),
    "K, fractional order": (sp.besselk(third, x) * x, half, 3),
    "I": (sp.besseli(half, x), 1, 2),
    "J, whole order across 0": (sp.besselj(2, x), -1, 2),
    "J, fractional order": (sp.besselj(third, x), 1, 5),
    "Y": (sp.bessely(1, x), 1, 4),
    "Hankel": (sp.hankel1(0, x), 1, 3),
    "complete elliptic, first": (sp.elliptic_k(x), -3, half),
    "complete elliptic, second": (sp.elliptic_e(x), -3, half),
    "complete elliptic, third": (sp.elliptic_pi(x / 4, x / 3), -1, 1),
    "incomplete gamma, upper": (sp.uppergamma(third, x), 1, 2),
    "incomplete gamma, whole order": (sp.uppergamma(2, x), -1, 2),
    "incomplete gamma, lower": (sp.lowergamma(third, x), 1, 2),
    "Legendre, whole order": (sp.legendre(3, x), -1, 1),
    "Legendre, fractional order": (sp.legendre(half, x), 2, 3),
    "Gauss": (sp.hyper((half, third), (2,), x), -2, half),
    "Kummer": (sp.hyper((half,), (third,), x), -2, 3),
    "log Gamma": (sp.loggamma(x), half, 3),
    "dilogarithm": (sp.polylog(2, x), -2, half),
    "trilogarithm": (sp.polylog(3, x), -1, half),
    "Lambert": (sp.LambertW(x), 0, 4),
    "exponential integral": (sp.Ei(x), half, 2),
    "cosine integral": (sp.Ci(x), half, 2),
    "logarithmic integral": (sp.li(x), 2, 4),
    "zeta": (sp.zeta(x), 2, 4),
    "polygamma": (sp.polygamma(1, x), half, 2),
    "error function": (sp.erf(x) * sp.erfc(x), -1, 2),
    "Airy": (sp.airyai(x), -3, 2),
}


def reference(f, low, high):
    """mpmath's quadrature, on its own implementation of the function."""
    function = sp.lambdify(x, f, "mpmath")
    return mpmath.quad(function, [mpmath.mpf(str(sp.N(low, 40))), mpmath.mpf(str(sp.N(high, 40)))])


@pytest.mark.parametrize("name", INTEGRANDS)
def test_quadrature_on_a_stretch_without_a_cut(name: str) -> None:
    f, low, high = INTEGRANDS[name]
    found = enclose(sp.Integral(f, (x, low, high)), digits=20)
    with mpmath.workdps(30):
        assert found.rigorous
        assert abs(found.mid - reference(f, low, high)) <= mpmath.mpf(10) ** -19 * max(1, abs(found.mid))
