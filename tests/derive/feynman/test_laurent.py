"""Laurent expansions against contour integrals in numbers; finite parts are limits where the poles cancel."""

import mpmath
import pytest
import sympy as sp

from derive.feynman.laurent import NoExpansion, Pending, finite_part, laurent

S = sp.Symbol("s")
A = sp.Rational(3, 7)
FUNCTIONS = [
    (sp.gamma(S), -2),
    (sp.gamma(2 * S + 1) * sp.cos(sp.pi * S), -1),
    (sp.gamma(S) * sp.gamma(1 - S) / sp.gamma(A), 1),
    (sp.gamma(S) * sp.zeta(S), 1),
    (sp.gamma(S) * sp.zeta(S, A), 0),
    (sp.zeta(S - 1) * 3 ** (-S) * (1 - 2 ** (1 - S)), 2),
    (sp.pi / (S * sp.sin(sp.pi * S)), 0),
    (1 / (S * sp.cos(sp.pi * S / 2)), -1),
    (sp.polygamma(1, S) / sp.gamma(S) ** 2, -3),
    (A ** (-S) * sp.gamma(S / 2) ** 2, -2),
]


@pytest.mark.parametrize("f, point", FUNCTIONS)
def test_coefficients_are_those_of_cauchy(f, point):
    series = laurent(f, S, sp.Integer(point), 7)
    g = sp.lambdify(S, f, "mpmath")

    def coefficient(k):
        r, n = mpmath.mpf(1) / 4, 64
        nodes = [r * mpmath.expjpi(2 * mpmath.mpf(j) / n) for j in range(n)]
        return mpmath.fsum(g(point + h) * h ** (-k) for h in nodes) / n

    for k in range(-3, 2):
        mine = series.at(k)
        if not mine.has(Pending):
            assert abs(complex(sp.N(mine, 25)) - complex(coefficient(k))) < 1e-9, (k, mine)


def test_finite_part_is_the_limit_where_poles_cancel():
    f, g = sp.gamma(S) * 2 ** (-S), -sp.gamma(S) * 5 ** (-S)
    value, singular = finite_part([(f, 0), (g, 0)], S, [sp.S.Zero, sp.S.Zero])
    assert sp.expand(singular[0]) == 0
    assert sp.simplify(value - sp.log(sp.Rational(5, 2))) == 0


def test_a_singularity_of_another_kind_is_refused():
    with pytest.raises(NoExpansion):
        laurent(sp.log(S), S, sp.S.Zero, 3)


def test_the_order_that_was_not_computed_is_not_invented():
    with pytest.raises(NoExpansion):
        laurent(sp.sin(S), S, sp.S.Zero, 2).at(5)
