"""Using lemmas: instances are found at any depth, in flattened sums and products, and only where their conditions
hold."""

import pytest
import sympy as sp
from sympy import Eq, Function, Integral, Limit, Ne, Sum, cos, exp, gamma, log, oo, pi, sin, sqrt

from derive import Claim
from derive.rules import Context, RuleError, Specialise, Using

x, y, c = sp.symbols("x y c", real=True)
a, b, k, s, t = sp.symbols("a b k s t", positive=True)
p, q, z = sp.symbols("p q z")
n, m = sp.symbols("n m", integer=True, positive=True)
A, B, C, D, I = (Function(name) for name in "ABCDI")

lorentz = Claim(Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo)), pi / a * exp(-a * k))
gauss = Claim(Integral(exp(-p * x**2), (x, -oo, oo)), sqrt(pi / p), [p > 0])
fourier = Claim(Integral(exp(-p * x**2) * cos(c * x), (x, -oo, oo)), sqrt(pi / p) * exp(-(c**2) / (4 * p)), [p > 0])
moments = Claim(Integral(x**n * exp(-s * x), (x, 0, oo)), gamma(n + 1) / s ** (n + 1))
schwinger = Claim(1 / p, Integral(exp(-s * p), (s, 0, oo)), [p > 0])
reflection = Claim(gamma(p) * gamma(1 - p), pi / sin(pi * p), [p > 0, p < 1])

TRUE = [
    (3 * Integral(cos(2 * y) / (1 + y**2), (y, -oo, oo)) + 5, Using(), 3 * pi * exp(-2) + 5, lorentz, ()),
    (Integral(cos(x) / (a**2 + x**2), (x, -oo, oo)), Specialise({k: 1}), pi / a * exp(-a), lorentz, ()),
    (
        Integral(cos(k * x) / (x**2 + a**2), (x, -oo, oo)) - Integral(cos(k * x) / (x**2 + 4 * a**2), (x, -oo, oo)),
        Using(),
        pi / a * exp(-a * k) - pi / (2 * a) * exp(-2 * a * k),
        lorentz,
        (),
    ),
    (Integral(b * cos(k * x) / (x**2 + 4), (x, -oo, oo)), Using(), b * pi / 2 * exp(-2 * k), lorentz, ()),
    (
        Integral(exp(-(a**2) * s) * cos(k * y) * Integral(exp(-s * x**2), (x, -oo, oo)), (s, 0, oo)),
        Using(),
        Integral(exp(-(a**2) * s) * cos(k * y) * sqrt(pi / s), (s, 0, oo)),
        gauss,
        (),
    ),
    (
        Integral(exp(-(a**2) * s) * exp(-(s + 1) * x**2), (x, -oo, oo), (s, 0, oo)),
        Using(),
        Integral(exp(-(a**2) * s) * sqrt(pi / (s + 1)), (s, 0, oo)),
        gauss,
        (),
    ),
    (
        Integral(exp(-s * a**2 - s * x**2) * cos(k * x), (x, -oo, oo), (s, 0, oo)),
        Using({p: s, c: k}),
        Integral(exp(-s * a**2) * sqrt(pi / s) * exp(-(k**2) / (4 * s)), (s, 0, oo)),
        fourier,
        (),
    ),
    (
        Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo)),
        Using(),
        Integral(cos(k * x) * Integral(exp(-s * (a**2 + x**2)), (s, 0, oo)), (x, -oo, oo)),
        schwinger,
        (),
    ),
    (Integral(y**3 * exp(-2 * y), (y, 0, oo)), Using(), gamma(4) / 16, moments, ()),
    (Integral(y**m * exp(-k * y), (y, 0, oo)) / k, Using(), gamma(m + 1) / k ** (m + 2), moments, ()),
    (2 * A(k) + D(k) + 2 * B(k), Using(), 2 * C(k) + D(k), Claim(A(p) + B(p), C(p)), ()),
    (2 * A(k) * D(k) * B(k), Using(), 2 * C(k) * D(k), Claim(A(p) * B(p), C(p)), ()),
    (A(k) * (B(1) + 3), Using(), A(k) * (C(1) + 3), Claim(B(p), C(p)), ()),
    (
        sp.Derivative(I(k), (k, 2)) - a**2 * I(k),
        Using(),
        sp.Integer(0),
        Claim(sp.Derivative(I(k), (k, 2)), a**2 * I(k)),
        (),
    ),
    (5 * gamma(p) * gamma(1 - p) * p, Using(), 5 * pi * p / sin(pi * p), reflection, (p > 0, p < 1)),
    (1 + Sum(1 / m**2, (m, 1, oo)), Using(), 1 + pi**2 / 6, Claim(Sum(1 / n**2, (n, 1, oo)), pi**2 / 6), ()),
    (2 * Limit(sin(3 * y) / y, y, 0), Using(), sp.Integer(6), Claim(Limit(sin(c * x) / x, x, 0), c), ()),
    (log(k * (a + 1)) + 1, Using(), log(k) + log(a + 1) + 1, Claim(log(s * t), log(s) + log(t)), ()),
    (pi / 2 * exp(-2 * k) + D(k), Using(), Integral(cos(k * x) / (4 + x**2), (x, -oo, oo)) + D(k), lorentz, ()),
]


@pytest.mark.parametrize(("line", "rule", "written", "lemma", "given"), TRUE)
def test_instances_are_found(judged, line, rule, written, lemma, given):
    assert judged(line, rule, written, lemma, given=given) == "follows"


MUTANTS = [
    (Integral(exp(p * x**2), (x, -oo, oo)), Using({p: -q}), sqrt(-pi / q), gauss, ()),
    (Integral(exp(-c * x**2), (x, -oo, oo)), Using(), sqrt(pi / c), gauss, ()),
    (Integral(cos(x) / (c**2 + x**2), (x, -oo, oo)), Using(), pi / c * exp(-c), lorentz, ()),
    (Integral(1 / (a**2 + x**2), (x, -oo, oo)), Specialise({k: 0}), pi / a, lorentz, ()),
    (Integral(cos(2 * y) / (1 + y**2), (y, -oo, oo)), Using(), pi * exp(-1), lorentz, ()),
    (Integral(cos(k * x) / (a**2 + x**2), (x, 0, oo)), Using(), pi / a * exp(-a * k), lorentz, ()),
    (gamma(p) * gamma(1 - p), Using(), pi / sin(pi * p), reflection, (p > 0,)),
    (Integral(x**c * exp(-s * x), (x, 0, oo)), Using({n: c}), gamma(c + 1) / s ** (c + 1), moments, ()),
    (
        Integral(exp(-(a**2) * s) * Integral(exp(-(s - 1) * x**2), (x, -oo, oo)), (s, 0, oo)),
        Using(),
        Integral(exp(-(a**2) * s) * sqrt(pi / (s - 1)), (s, 0, oo)),
        gauss,
        (),
    ),
    (A(k) * B(k), Using(), C(k), Claim(A(p) + B(p), C(p)), ()),
    (A(k), Using({p: k}), A(k) + 1, Claim(p * A(p), p * (A(p) + 0)), ()),
]


@pytest.mark.parametrize(("line", "rule", "written", "lemma", "given"), MUTANTS)
def test_false_instances_are_not_licensed(judged, line, rule, written, lemma, given):
    try:
        verdict = judged(line, rule, written, lemma, given=given)
    except RuleError:
        return
    assert verdict != "follows"


def test_conditions_get_the_range_of_the_bound_variable():
    line = Integral(exp(-s) * Integral(exp(-(s + c) * x**2), (x, -oo, oo)), (s, 1, oo))
    found = next(Using().consequences(line, Context((c > 0,), (gauss,))))
    (owed,) = found.obligations
    assert (s > 1) in owed.claim.given
    assert owed.claim.rhs == c + s


def test_divisors_are_named():
    found = next(Using().consequences(c * A(1), Context((), (Claim(p * A(1), 1, [Ne(p, 0)]),))))
    assert found.after == 1 and [str(o.claim) for o in found.obligations] == ["c ≠ 0"]
    found = list(Using().consequences(A(1), Context((), (Claim(c * A(1), B(1)),))))
    assert any("c ≠ 0" in str(o.claim) for consequence in found for o in consequence.obligations)


def test_assumptions_do_not_leak_into_bound_variables():
    line = Integral(sp.Abs(x), (x, -1, 1))
    with pytest.raises(RuleError, match=r"x is bound in .* and also stands in the assumption"):
        list(Using().consequences(line, Context((x > 0,), (Claim(sp.Abs(c), c, [c > 0]),))))


def test_no_lemma_at_a_point_goes_under_a_derivative():
    line = sp.Derivative(A(c), c)
    with pytest.raises(RuleError, match="no part of"):
        list(Using().consequences(line, Context((Eq(c, 1),), (Claim(A(p), B(p), [Eq(p, 1)]),))))


def test_several_lemmas(judged):
    line = A(k) + 2 * B(k)
    assert judged(line, Using(), 3 * C(k), Claim(A(p), C(p)), Claim(B(p), C(p))) == "follows"


@pytest.mark.parametrize(
    ("rule", "lemmas", "said"),
    [
        (Using(), (), "no lemma"),
        (Using(), (Claim.of(a < b),), "only equations"),
        (Using(), (gauss,), "no part of"),
        (Using({t: 1}), (gauss,), "t is no letter of the lemma"),
    ],
)
def test_wrong_uses(rule, lemmas, said):
    with pytest.raises(RuleError, match=said):
        list(rule.consequences(Integral(sin(x), (x, 0, 1)), Context((), lemmas)))


def test_specialise_needs_a_value():
    with pytest.raises(RuleError, match="needs a value"):
        Specialise({})
    assert Eq(Using({k: 1}) == Using(((k, 1),)), True)


def test_the_letters_as_they_are_come_first(judged):
    """With b → −b the first lemma would give both parts too, but its assumption b > 0 would be owed."""
    p, q = sp.symbols("p q", positive=True)
    sums, differences = (sp.Integral(sp.sin((p + s * q) * x) / x, (x, 0, sp.oo)) for s in (1, -1))
    lemmas = [Claim(part, sp.pi / 2, [p > q]) for part in (sums, differences)]
    both = Context((p > q,), tuple(lemmas))
    found = {c.after: c.obligations for c in Using().consequences(sums + differences, both)}
    assert found[sp.pi] == ()
    assert judged(sums + differences, Using(), sp.pi, *lemmas, given=[p > q]) == "follows"
    one = Context((p > q,), (lemmas[0],))
    (alone,) = [c.obligations for c in Using().consequences(sums, one) if c.after == sp.pi / 2]
    assert alone == ()
