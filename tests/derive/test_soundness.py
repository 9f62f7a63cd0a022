"""Attacks on the promises: a false claim never passes, a true one is never refuted, whatever the timeout.

Each row is a claim with the truth about it: FALSE may end `unknown` or `refuted`, THIN (false on a set that random
points may miss) anything but `exact`, TRUE anything but `refuted`.
"""

import time

import pytest
import sympy as sp
from sympy import (
    Abs,
    Derivative,
    DiracDelta,
    Eq,
    Function,
    Heaviside,
    I,
    Integral,
    Interval,
    LambertW,
    Limit,
    Max,
    Min,
    Mod,
    Ne,
    Piecewise,
    Product,
    Rational,
    S,
    Subs,
    Sum,
    acos,
    acosh,
    acoth,
    airyai,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    besselj,
    besselk,
    binomial,
    conjugate,
    cos,
    erf,
    exp,
    expint,
    factorial,
    floor,
    gamma,
    im,
    log,
    loggamma,
    oo,
    pi,
    polylog,
    re,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
    zeta,
)  # fmt: skip

from derive import Claim, Derivation, Status, verify
from derive.claim import AT_MOST, LESS, UNEQUAL, ContinuousOn, UpTo, Weakly
from derive.ladder.decide import decide
from derive.rules import Linearity

z, w = sp.symbols("z w")
x, y, t, c, k = sp.symbols("x y t c k", real=True)
a, b, s = sp.symbols("a b s", positive=True)
n, m = sp.symbols("n m", integer=True)
u = sp.Symbol("u", nonnegative=True)
q = sp.Symbol("q", negative=True)
even, odd = sp.Symbol("e", even=True), sp.Symbol("o", odd=True)
off = sp.Symbol("off", real=False)
A, B = sp.symbols("A B", commutative=False)
f, g = Function("f"), Function("g")
h = Rational(1, 2)


def of_order(gauge, point=0):
    return UpTo(sp.sympify(gauge), x, sp.sympify(point))


def continuous(expr, low=-1, high=1):
    return Claim(expr, Interval(low, high), (), ContinuousOn(x))


TANGENT = 2 * sp.atan(tan(x / 2) / sqrt(3)) / sqrt(3)  # jumps at π, where its derivative 1/(2 + cos x) does not

FALSE = [
    # antiderivatives that jump, out of the reach of points near 0
    Claim(Integral(1 / (2 + cos(t)), (t, 0, x)), TANGENT),
    Claim(Integral(1 / (2 + cos(t)), (t, c, x)), TANGENT - TANGENT.subs(x, c), [c < x]),
    Claim(Integral(Abs(sin(t)), (t, 0, s)), 1 - cos(s)),
    # branches and cuts
    Claim(log(z * w), log(z) + log(w)),
    Claim(sqrt(z**2), z),
    Claim(log(exp(z)), z),
    Claim(log(exp(I * x)), I * x),
    Claim((z**w) ** h, z ** (w / 2)),
    Claim(sqrt(1 / x), 1 / sqrt(x)),
    Claim(sqrt(z**2 - 1), sqrt(z - 1) * sqrt(z + 1)),
    Claim(sqrt(z**2 - 1), I * sqrt(1 - z**2)),
    Claim(asin(sin(x)), x),
    Claim(atan(x) + atan(1 / x), pi / 2),
    Claim(atan2(y, x), atan(y / x)),
    Claim(acosh(z), log(z + sqrt(z**2 - 1))),
    Claim(atanh(x), log((1 + x) / (1 - x)) / 2),
    Claim(atan(z), I / 2 * log((1 - I * z) / (1 + I * z)) + pi * Heaviside(re(z) - 5)),
    Claim(LambertW(z * exp(z)), z),
    Claim(loggamma(z), log(gamma(z))),
    Claim(log(-x), log(x) + I * pi),
    Claim(exp(I * x) ** k, exp(I * k * x)),
    Claim((-a) ** Rational(1, 3), -(a ** Rational(1, 3))),
    Claim(polylog(1, x), -log(x - 1)),
    Claim(conjugate(sqrt(x)), sqrt(x)),
    Claim(cos(Abs(z)), cos(z)),
    # properties of symbols
    Claim(Abs(im(off)), 0),
    Claim(A * B, B * A),
    Claim(conjugate(z), z, [Abs(z) < 1]),
    Claim(besselj(-k, a), (-1) ** k * besselj(k, a)),
    Claim(atan(n) / atan(n), 2),
    Claim(floor(n / 2), n / 2),
    # complex numbers are not ordered
    Claim(I * sin(x), 1, (), AT_MOST),
    Claim(I * x + 1, 2 + I * x, (), AT_MOST),
    Claim(I * x + 1, 2 + I * x, (), LESS),
    # inequalities at edges
    Claim(0, asin(n + Abs(n)), (), UNEQUAL),
    Claim(atan(n), 0, (), UNEQUAL),
    Claim(acos(n), 0, (), UNEQUAL),
    Claim(I * x ** Rational(1, 3), 0, (), UNEQUAL),
    Claim(0, atan(n**2), (), LESS),
    Claim(Abs(a / (a**2 + (x - h) ** 2)), 1000, [x > 0, x < 1], AT_MOST),
    Claim(a / (a**2 + (b - x) ** 2), 1000, [x > 0, x < 1], AT_MOST),
    Claim(log(a), 10, (), AT_MOST),
    Claim(Abs(sin(z)), 1, (), AT_MOST),
    # part of the domain
    Claim(sqrt((a - 1) ** 2), a - 1),
    Claim(Max(a, Rational(1, 100)), a),
    Claim(sqrt((1 - x) ** 2), 1 - x, [Abs(x) < 2]),
    Claim(Piecewise((x, x > 0), (1, x >= 0), (-x, True)), Abs(x)),
    Claim(Heaviside(x) ** 2, Heaviside(x)),
    Claim(sign(x) ** 2, 1),
    Claim(x, 1, [Eq(x**2, 1)]),
    Claim(5, x, [x > 2, x < 1], AT_MOST),
    # unknown functions
    Claim(Abs(f(x)), f(x)),
    Claim(f(x), f(-x)),
    Claim(f(x), f(x + 1), (), LESS),
    Claim(Subs(Derivative(f(t), t), t, x**2), Derivative(f(x**2), x)),
    # limits
    Claim(Limit(sin(x), x, oo), 0),
    Claim(Limit(1 / x, x, 0, "-"), oo),
    Claim(Limit(1 / x, x, 0, "+-"), oo),
    Claim(Limit(atan(1 / x), x, 0, "+-"), pi / 2),
    Claim(Limit(exp(1 / x), x, 0, "+-"), 0),
    Claim(Limit(floor(x), x, 1, "-"), 1),
    Claim(Limit(exp(-(k**2) * x), x, oo), 0),
    Claim(Limit(tanh(k * x), x, oo), 1),
    Claim(Limit(atan(2 * I - x), x, 0, "+"), atan(2 * I)),
    Claim(Limit(log(-1 - I * x), x, 0, "+"), I * pi),
    Claim(Limit(acos(2 + I * x), x, 0, "+"), acos(2)),
    Claim(Limit(exp(x) * sin(x), x, oo), oo),
    # orders
    Claim(sin(x), x, (), of_order(x**4)),
    Claim(x * log(x), 0, (), of_order(x)),
    Claim(x ** Rational(99, 100), 0, (), of_order(x)),
    Claim(x * log(-log(x)), 0, (), of_order(x)),
    Claim(log(x) / x, 0, (), of_order(1 / x, oo)),
    Claim(log(x), 0, (), of_order(1, oo)),
    Claim(x**3 + Rational(1, 10**30) * x, 0, (), of_order(x**3)),
    # continuity across a cut
    *(
        continuous(e)
        for e in (
            sqrt(-1 + I * x), log(-1 + I * x), log(-a + I * x), asin(2 + I * x), atan(2 * I + x), atan2(x, -1),
            LambertW(-1 + I * x), loggamma(-h + I * x), polylog(2, 2 + I * x), expint(1, -2 + I * x),
            besselk(0, -2 + I * x), k**x, sp.KroneckerDelta(x, 0), sign(x), 1 / x, 1 / (x - a), sp.arg(x),
            Derivative(Abs(x), x),
        )
    ),
    continuous(exp(-1 / x), 0, 1),
    continuous(tan(x), 0, 2),
    continuous(gamma(x), -h, h),
    # distributions
    Claim(Derivative(sign(k), k), DiracDelta(k), (), Weakly(k)),
    Claim(DiracDelta(2 * k), DiracDelta(k), (), Weakly(k)),
    Claim(k * DiracDelta(k, 1), DiracDelta(k), (), Weakly(k)),
    Claim(1 / k, 0, (), Weakly(k)),
    Claim(Derivative(log(Abs(k)), k), 1 / k, (), Weakly(k)),
    Claim(DiracDelta(k) ** 2, DiracDelta(k), (), Weakly(k)),
    Claim(DiracDelta(k) / k, 0, (), Weakly(k)),
]  # fmt: skip

THIN = [
    Claim(Max(x, Rational(1, 100)), x, [x > 0, x < 5]),
    Claim(Heaviside(x - 3) - Heaviside(x - 3 - Rational(1, 1000)), 0),
    Claim(0, (x - 3) ** 2, (), LESS),
    Claim(x**2, 0, (), of_order(k * x**2)),
    Claim(sqrt(f(x) ** 2), f(x), (), of_order(x)),
    Claim(factorial(u), gamma(u + 1) + Heaviside(u - 999)),
]

TRUE = [
    Claim(acosh(z), log(z + sqrt(z - 1) * sqrt(z + 1))),
    Claim(asinh(z), log(z + sqrt(z**2 + 1))),
    Claim(acos(z) + asin(z), pi / 2),
    Claim(acoth(z), atanh(1 / z)),
    Claim(LambertW(z) * exp(LambertW(z)), z),
    Claim(loggamma(z + 1), loggamma(z) + log(z)),
    Claim(log(a * z), log(a) + log(z)),
    Claim(sqrt(1 - z**2), sqrt(1 - z) * sqrt(1 + z)),
    Claim(atan2(y, x), atan(y / x), [x > 0]),
    Claim(Abs(exp(z)), exp(re(z))),
    Claim(floor(odd / 2), (odd - 1) / 2),
    Claim(floor(even / 2), even / 2),
    Claim((A + B) ** 2, A**2 + A * B + B * A + B**2),
    Claim(Abs(y) / 3, y / 3, [Eq(a, y)]),
    Claim(sin(2 * pi * y), 0, [Eq(n, 2 * y)]),
    Claim(x, t, [Eq(x, y), Eq(y, t)]),
    Claim(q * (zeta(3) - 1) * gamma(Rational(1, 3)), 0, (), LESS),
    Claim(sqrt((x - y) ** 2), y - x, [x < t, t < y]),
    Claim(sqrt((1 - z) ** 2), 1 - z, [Abs(z) < 1]),
    Claim(Max(x, y) + Min(x, y), x + y),
    Claim(Mod(x, 1), x - floor(x)),
    Claim(Heaviside(x) + Heaviside(-x), 1),
    Claim(sign(x) ** 2, 1, [Ne(x, 0)]),
    Claim(Derivative(Abs(x), x), sign(x)),
    Claim(Derivative(f(x, y), x, y), Derivative(f(x, y), y, x)),
    Claim(gamma(z) * gamma(1 - z), pi / sin(pi * z)),
    Claim(erf(x) + sp.erfc(x), 1),
    Claim(airyai(x), airyai(x) + 0 * y),
    Claim(binomial(n + 1, 2), n * (n + 1) / 2),
    Claim(x * (2 + sin(x)), x**2 + 10, (), AT_MOST),
    Claim(Limit(sin(x) / x, x, oo), 0),
    Claim(Limit(atan(1 / x), x, 0, "-"), -pi / 2),
    Claim(Limit(tanh(k * x), x, oo), sign(k)),
    Claim(sin(x), x, (), of_order(x**3)),
    Claim(x * sin(1 / x), 0, (), of_order(x)),
    Claim(Derivative(sign(k), k), 2 * DiracDelta(k), (), Weakly(k)),
    Claim(DiracDelta(-2 * k), DiracDelta(k) / 2, (), Weakly(k)),
    Claim(DiracDelta(2 * k, 1), DiracDelta(k, 1) / 4, (), Weakly(k)),
]


def status(claim, timeout=4.0):
    return decide(claim, 20, 0, timeout, lambda _: None).status


@pytest.mark.parametrize("claim", FALSE, ids=repr)
def test_a_false_claim_never_passes(claim):
    assert not status(claim).passed


@pytest.mark.parametrize("claim", THIN, ids=repr)
def test_what_fails_on_a_thin_set_is_never_exact(claim):
    assert status(claim) is not Status.EXACT


@pytest.mark.parametrize("claim", TRUE, ids=repr)
def test_a_true_claim_is_never_refuted(claim):
    assert status(claim) is not Status.REFUTED


DIVERGENT = [
    Integral(1 / x, (x, -1, 1)),
    Integral(1 / x**3, (x, -1, 2)),
    Integral(x / (1 + x**2), (x, -oo, oo)),
    Integral(sin(x), (x, -oo, oo)),
    Integral(tan(x), (x, 0, pi)),
    Integral(1 / x**2, (x, -1, 1)),
    Integral(1 / (x**2 - a**2), (x, -oo, oo)),
    Integral(1 / (x * log(x)), (x, 2, oo)),
    Integral(sin(x) ** 2 / x, (x, 1, oo)),
    Integral(exp(-k * x), (x, 0, oo)),
    Integral(cos(k * x) / x, (x, 1, oo)),
    Integral(1 / (x**2 + k**2), (x, -1, 1)),
    Sum((-1) ** n, (n, 0, oo)),
    Sum(n, (n, 1, oo)),
    Sum(1 / (n * log(n)), (n, 2, oo)),
    Sum(k**n, (n, 0, oo)),
]
VALUES = (S.Zero, Rational(3, 8), S(-2), h, Rational(-1, 12))


@pytest.mark.slow
@pytest.mark.parametrize("node", DIVERGENT, ids=str)
def test_what_diverges_is_not_said_to_converge(node):
    assert not status(Claim(node, oo, (), LESS)).passed
    if not node.free_symbols:
        assert not any(status(Claim(node, value)).passed for value in VALUES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "bad"),
    [
        (Claim(Integral(1 / (a + b * cos(x)), (x, 0, 2 * pi)), 2 * pi / sqrt(a**2 - b**2), [a < b]), "passed"),
        (Claim(Integral(x**-k, (x, 1, oo)), oo, [k >= 1], LESS), "passed"),
        (Claim(Integral(sin(k * x) / x, (x, 0, oo)), pi / 2), "passed"),
        (Claim(Integral(sin(k * x) / x, (x, 0, oo)), pi / 2 * sign(k)), "refuted"),
        (Claim(Derivative(Integral(sin(k * x) / x, (x, 0, oo)), k), Integral(cos(k * x), (x, 0, oo))), "passed"),
        (Claim(k * Integral(exp(-k * x), (x, 0, oo)), 1, [k >= 0]), "refuted"),
        (Claim(Integral(Integral(x * y, (y, 0, x)), (x, 0, 1)), Rational(1, 8)), "refuted"),
        (Claim(Integral(sp.exp(-(x**2)), (x, a, b)), Integral(sp.exp(-(x**2)), (x, b, a))), "passed"),
        (Claim(Product(t, (t, 1, n)), factorial(n), [n >= 0]), "refuted"),
    ],
    ids=str,
)
def test_integrals_with_parameters(claim, bad):
    found = status(claim, 8.0)
    assert not found.passed if bad == "passed" else found is not Status.REFUTED


def _deep(levels):
    expr = x
    for _ in range(levels):
        expr = sin(expr + 1)
    return expr


ENDLESS = {
    "tower": lambda: Claim(sp.Pow(10, sp.Pow(10, 8, evaluate=False), evaluate=False), 1),
    "power": lambda: Claim(x ** (10**8), x ** (10**8 + 1)),
    "factorial": lambda: Claim(factorial(10**8 * n), 1),
    "zeta": lambda: Claim(zeta(h + 10**8 * I), 1),
    "meijerg": lambda: Claim(sp.meijerg([[1, 1], [3]], [[1], [0, 2]], x), 1),
    "derivative": lambda: Claim(Derivative(tan(x) * exp(x**2) * gamma(x), (x, 60)), 1),
    "terms": lambda: Claim(sp.Add(*[sin(i * x) * x**i for i in range(1000)]), x),
    "deep": lambda: Claim(_deep(100), _deep(99)),
    "oscillating": lambda: Claim(Integral(sin(exp(x**2)), (x, 0, 50)), 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDLESS)
def test_the_time_limit_holds(name, monkeypatch):
    monkeypatch.setenv("DERIVE_CACHE", "")
    claim = ENDLESS[name]()
    start = time.monotonic()
    verify(claim, timeout=2)
    assert time.monotonic() - start < 8


@pytest.mark.slow
def test_the_time_limit_holds_for_rules_too(monkeypatch):
    monkeypatch.setenv("DERIVE_CACHE", "")
    terms = [sin(i * x) * exp(-x * i) / (1 + x**i) for i in range(1, 25)]
    whole, parts = Integral(sp.Add(*terms), (x, 0, oo)), sp.Add(*[Integral(term, (x, 0, oo)) for term in terms])
    start = time.monotonic()
    verify(Derivation(whole, name="many terms").to(parts, Linearity()).qed(), timeout=2)
    assert time.monotonic() - start < 16
