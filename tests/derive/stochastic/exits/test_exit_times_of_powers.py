"""Mean exit times of dX = σ X^p dW with a letter p: which p they hold for is said, and true by Green's function."""

import mpmath
import pytest
import sympy as sp

from derive.stochastic import SDE

x, t, p, sigma = sp.symbols("x t p sigma")
PROCESS = SDE(x, 0, sigma * x**p, t, domain=(0, sp.oo))
ABSORBING, UPPER, LOWER = ("absorbing", "absorbing"), ("absorbing", "reflecting"), ("reflecting", "absorbing")


def by_green(walls, place, power):
    """∫₀¹ G(x, y) m(y) dy, m = 2 y^{−2p}, σ = 1, G from s = 1 and the two walls of (0, 1)."""
    green = {
        ABSORBING: lambda y: min(place, y) * (1 - max(place, y)),
        UPPER: lambda y: min(place, y),
        LOWER: lambda y: 1 - max(place, y),
    }[walls]
    return mpmath.quad(lambda y: green(y) * 2 * y ** (-2 * power), [0, place / 100, place, 1])


@pytest.mark.parametrize("walls", [ABSORBING, UPPER, LOWER], ids=str)
@pytest.mark.parametrize("power", [sp.Rational(k, 4) for k in (1, -2, 3, 6)], ids=str)
def test_the_formula_holds_where_its_conditions_do(walls, power):
    found = PROCESS.mean_exit_time(0, 1, walls)
    allowed = all(condition.subs(p, power) == sp.true for condition in found.given)
    if power >= 1:
        assert not allowed  # 0 is not reached: no mean time of this form
    if allowed:
        for place in (sp.Rational(1, 5), sp.Rational(7, 10)):
            value = found.value.subs({p: power, sigma: 1}).subs(x, place).doit()
            assert abs(sp.N(value) - by_green(walls, mpmath.mpf(place.p) / place.q, float(power))) < 1e-5


def test_the_pole_of_the_formula_is_excepted():
    """At p = 1/2 the formula is 0/0 (a logarithm stands there): no law for p = 1/2 is claimed."""
    for walls in (ABSORBING, UPPER, LOWER):
        given = PROCESS.mean_exit_time(0, 1, walls).given
        assert any(condition.subs(p, sp.Rational(1, 2)) == sp.false for condition in given)


def test_some_powers_are_allowed():
    for walls, power in ((ABSORBING, sp.Rational(1, 4)), (UPPER, sp.Rational(3, 4)), (LOWER, sp.Rational(1, 4))):
        assert all(condition.subs(p, power) for condition in PROCESS.mean_exit_time(0, 1, walls).given)
