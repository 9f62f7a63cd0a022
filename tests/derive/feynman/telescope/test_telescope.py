"""Telescopers: the classics by their operators, the exact identity on random integrands, mutants refuted."""

import pickle
import random
from dataclasses import replace

import mpmath
import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.feynman import NotTelescoped, telescope

x, a, b, c, k, n, s = sp.symbols("x a b c k n s", positive=True)
m = sp.Symbol("m", integer=True, positive=True)

# The operators are those of the literature (Almkvist-Zeilberger, Gauss, Bessel, Legendre), up to a factor.
CLASSICS = [
    (sp.exp(k * x) / (x**2 + a**2), a, (a * k**2, 2, a)),
    (sp.exp(-(x**2) - a**2 / x**2), a, (-4, 0, 1)),
    (1 / sp.sqrt((1 - x**2) * (1 - a**2 * x**2)), a, (a, 3 * a**2 - 1, a * (a**2 - 1))),
    (1 / (x**3 + a * x + 1), a, (10 * a, 18 * a**2, 4 * a**3 + 27)),
    (
        x ** (s - 1) * (1 - x) ** (b - 1) * (1 - a * x) ** (-c),
        a,
        (c * s, (s + c + 1) * a - (s + b), a * (a - 1)),
    ),
    (sp.exp(-(x**4) - a * x**2), a, (-1, -2 * a, 4)),
    (1 / (x**4 + 2 * a * x**2 + 1) ** n, a, (4 * n - 1, 4 * a * (2 * n + 1), 4 * (a**2 - 1))),
    (sp.exp(-a * x) / (1 + x**2), a, (1, 0, 1)),
    (sp.exp(-a * x - b / x) / sp.sqrt(x), b, (-2 * a, 1, 2 * b)),
    (x**s * sp.exp(-a * x), a, (s + 1, a)),
    (sp.atan(a * x) / (x * (1 + x**2)), a, (0, 2 * a, a**2 - 1)),
    (sp.log(1 + a * x) / (1 + x**2), a, (0, 2, 4 * a, a**2 + 1)),
    (sp.cos(k * x) / (x**2 + a**2), k, (-(a**2), 0, 1)),
    (sp.cos(k * x) / (x**2 + a**2), a, (-a * k**2, 2, a)),
    (sp.exp(-(x**2)) * sp.cos(2 * b * x), b, (2 * b, 1)),
    (1 / (a + b * sp.cos(x)), a, (a, a**2 - b**2)),
    (sp.log(1 - 2 * a * sp.cos(x) + a**2), a, (0, 1, a)),
    (sp.cos(a * sp.sin(x)), a, (a, 1, a)),
    (sp.exp(a * sp.cos(x)) * sp.cos(a * sp.sin(x)), a, (0, 1)),
    (sp.exp(-a * sp.cosh(x)), a, (-a, 1, a)),
    (sp.sqrt(1 - a**2 * sp.sin(x) ** 2), a, (-a, a**2 - 1, a**3 - a)),
    (sp.exp(-a * x) * sp.besselj(0, b * x), a, (a, a**2 + b**2)),
    (sp.besselj(0, a * x) * sp.cos(b * x), a, (a, a**2 - b**2)),
    (sp.besselk(0, a * x) * sp.cos(b * x), b, (b, a**2 + b**2)),
    (sp.exp(-a * x) * sp.besselj(0, b * sp.sqrt(x)), b, (b, 2 * a)),
    (sp.exp(-x) * sp.erf(sp.sqrt(a * x)), a, (-1, 2 * a * (a + 1))),
    (sp.expint(1, x) * sp.exp(-a * x), a, (1, a)),
    (sp.elliptic_k(x**2) / (1 + a * x), a, (a, 3 * a**2 - 1, a**3 - a)),
    ((x**a - 1) / sp.log(x), a, (0, 1)),
    (1 / (a + 1 + sp.sin(x)), a, (a + 1, a**2 + 2 * a)),
    (sp.exp(-a * x) * sp.laguerre(m, x), a, (a - 1 - m, a * (a - 1))),
]


def proportional(left: tuple[sp.Expr, ...], right: tuple[sp.Expr, ...]) -> bool:
    if len(left) != len(right):
        return False
    return all(
        sp.expand(p * v - q * u) == 0
        for p, u in zip(left, right, strict=True)
        for q, v in zip(left, right, strict=True)
    )


@pytest.mark.parametrize(("F", "p", "operator"), CLASSICS, ids=lambda value: str(value)[:40])
def test_classics(F, p, operator):
    T = telescope(F, x, p)
    assert proportional(T.operator, tuple(sp.sympify(q) for q in operator))
    assert T.verify()
    assert numerically(T)
    assert pickle.loads(pickle.dumps(T)) == T
    assert T._repr_latex_().startswith("$$")


def numerically(T, seed: int = 3) -> bool:
    """The identity by mpmath at random points, and R F = G."""
    rng = random.Random(seed)
    letters = sorted((T.identity.free_symbols | T.function.free_symbols), key=str)
    with mpmath.workdps(30):
        for _ in range(2):
            point = {
                v: sp.Integer(rng.randrange(2, 5)) if v.is_integer else sp.Rational(rng.randrange(11, 60), 97)
                for v in letters
            }
            left = sp.N(T.left.xreplace(point), 30)
            right = sp.N(sp.diff(T.antiderivative, T.variable).xreplace(point), 30)
            product = sp.N((T.certificate * T.function - T.antiderivative).xreplace(point), 30, chop=True)
            if abs(left - right) > 1e-18 * (1 + abs(left)) or abs(product) > 1e-18:
                return False
    return True


MUTATED = [CLASSICS[i] for i in (0, 2, 4, 10, 15, 17, 21, 24)]


@pytest.mark.parametrize(("F", "p", "operator"), MUTATED, ids=lambda value: str(value)[:40])
def test_mutants_are_refuted(F, p, operator):
    T = telescope(F, x, p)
    G = T.antiderivative
    mutants = [
        replace(T, antiderivative=-G),
        replace(T, antiderivative=2 * G),
        replace(T, antiderivative=G + x),
        replace(T, antiderivative=G.subs(p, p + 1)),
        replace(T, operator=(*T.operator[:-1], -T.operator[-1])),
        replace(T, operator=(T.operator[0] + 1, *T.operator[1:])),
        replace(T, operator=(*T.operator, sp.S.One)),
        replace(T, operator=tuple(x * q for q in T.operator), antiderivative=x * G),
        replace(T, operator=(sp.S.Zero,) * len(T.operator), antiderivative=sp.S.One),
    ]
    for mutant in mutants:
        assert not mutant.verify(), mutant


@pytest.mark.parametrize(
    ("F", "says"),
    [
        (x ** (a - 1) / (1 + x), "exponents"),
        (sp.gamma(a * x), "D-finite"),
        (sp.zeta(x + a), "D-finite"),
        (sp.exp(-(b**2)) * x, "does not depend"),
        (1.5 * sp.exp(-a * x), "exact"),
    ],
    ids=str,
)
def test_refusals_name_the_reason(F, says):
    with pytest.raises(NotTelescoped, match=says):
        telescope(F, x, a)


def test_time_and_order_are_limits():
    hard = 1 / (x**7 + a * x**5 + b * x**2 + c * x + 1)
    with pytest.raises(NotTelescoped, match="within"):
        telescope(hard, x, a, timeout=0.05)
    with pytest.raises(NotTelescoped, match="order at most 1"):
        telescope(CLASSICS[2][0], x, a, max_order=1)


def test_the_letters_must_be_symbols():
    with pytest.raises(NotTelescoped, match="two symbols"):
        telescope(sp.exp(-a * x), x, x)


small = st.integers(min_value=-2, max_value=2)


@st.composite
def hyperexponential(draw):
    """A power of a polynomial, times a polynomial, times the exponential of a small rational function."""
    base = 1 + draw(st.sampled_from([a * x, a * x**2, x**2 + a, x + a * x**2]))
    exponent = draw(st.sampled_from([-1, -2, sp.Rational(-1, 2), sp.Rational(1, 3), -s, s - sp.Rational(1, 2)]))
    polynomial = sum(draw(small) * x**i for i in range(2)) or sp.S.One
    inner = draw(st.sampled_from([0, -b * x, -(x**2), -a * x, -1 / x, a * x - x**2]))
    return base**exponent * polynomial * sp.exp(inner)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(hyperexponential())
def test_random_hyperexponential_integrands(F):
    T = telescope(F, x, a, max_order=4)
    assert T.verify()
    assert numerically(T)
    assert T.operator[-1] != 0
    assert not any(p.has(x) for p in T.operator)
