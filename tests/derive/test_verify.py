"""The ladder: what is true is never refuted, what is refuted comes with a true counterexample, and each status keeps
its promise."""

import pickle
import time

import pytest
import sympy as sp
from sympy import Abs, Integral, Limit, Matrix, Sum, cos, cosh, exp, gamma, log, oo, pi, sin, sinh, sqrt, tan

from derive import (
    AT_MOST,
    LESS,
    UNEQUAL,
    Article,
    Claim,
    ContinuousOn,
    Derivation,
    DeriveError,
    Meeting,
    Pitfall,
    Status,
    UpTo,
    Weakly,
    verify,
)
from derive.rule import Assumed

a, b, k, eps = sp.symbols("a b k epsilon", positive=True)
x, y, t = sp.symbols("x y t", real=True)
z = sp.Symbol("z")
n = sp.Symbol("n", integer=True, nonnegative=True)
f = sp.Function("f")

TRUE = [
    (Claim((a + b) ** 2, a**2 + 2 * a * b + b**2), Status.EXACT),
    (Claim((1 - exp(-2 * x * y)) / (2 * x), exp(-x * y) * sinh(x * y) / x), Status.EXACT),
    (Claim(sin(2 * z), 2 * sin(z) * cos(z)), Status.EXACT),
    (Claim(gamma(a + 2), a * (a + 1) * gamma(a)), Status.EXACT),
    (Claim(sqrt(x**2), Abs(x)), Status.EXACT),
    (Claim(log(a * b), log(a) + log(b)), Status.EXACT),
    (Claim(sp.Derivative(x * f(x), x), f(x) + x * sp.Derivative(f(x), x)), Status.EXACT),
    (
        Claim(
            Matrix([[cos(x), -sin(x)], [sin(x), cos(x)]]) ** 2,
            Matrix([[cos(2 * x), -sin(2 * x)], [sin(2 * x), cos(2 * x)]]),
        ),
        Status.EXACT,
    ),
    (Claim(Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo)), pi / a * exp(-a * k)), Status.ENCLOSED),
    (Claim(Integral(exp(-(x**2)) * cos(2 * b * x), (x, -oo, oo)), sqrt(pi) * exp(-(b**2))), Status.ENCLOSED),
    (Claim(Integral(log(1 + x) / (1 + x**2), (x, 0, 1)), pi * log(2) / 8), Status.ENCLOSED),
    (Claim(Integral(1 / sqrt(1 - x**2), (x, 0, 1)), pi / 2), Status.ENCLOSED),
    (Claim(Integral(x**n * exp(-a * x), (x, 0, oo)), sp.factorial(n) / a ** (n + 1)), Status.ENCLOSED),
    (Claim(Sum(1 / (n**2 + a**2), (n, -oo, oo)), pi / a * sp.coth(pi * a)), Status.ENCLOSED),
    (Claim(Limit(Integral(exp(-eps * x) * cos(k * x), (x, 0, oo)), eps, 0, "+"), 0), Status.AGREED),
    (Claim(Limit(eps / (eps**2 + k**2), eps, 0, "+"), 0), Status.ENCLOSED),
    (Claim(a, b, [a < b], relation=LESS), Status.EXACT),
    (Claim(2 * a * b, a**2 + b**2, relation=AT_MOST), Status.AGREED),
    (Claim(Abs(sin(k * x)) / (a**2 + x**2), 1 / (a**2 + x**2), relation=AT_MOST), Status.EXACT),
    (Claim(Integral(1 / (a**2 + x**2), (x, -oo, oo)), oo, relation=LESS), Status.EXACT),
    (Claim(exp(x), 0, relation=UNEQUAL), Status.EXACT),
    (Claim(eps - sp.I * k, 0, relation=UNEQUAL), Status.EXACT),
    (Claim(sin(x), x - x**3 / 6, relation=UpTo(x**5, x)), Status.EXACT),
    (Claim(exp(a * x), 1 + a * x, relation=UpTo(x**2, x)), Status.ENCLOSED),
    (Claim(sp.Derivative(sp.Heaviside(x), x), sp.DiracDelta(x), relation=Weakly(x)), Status.ENCLOSED),
    (Claim(1 / (a + x**2), sp.Interval(0, 1), relation=ContinuousOn(x)), Status.EXACT),
    (Claim(tan(x), sp.Interval(0, 1), relation=ContinuousOn(x)), Status.ENCLOSED),
]
FALSE = [
    Claim(0, sp.Symbol("r", nonnegative=True) ** 3, relation=LESS),
    Claim(0, x**2, [x >= 0], relation=LESS),
    Claim((a + b) ** 2, a**2 + a * b + b**2),
    Claim(sqrt(z**2), z),
    Claim(log(z**2), 2 * log(z)),
    Claim(cosh(x) ** 2 + sinh(x) ** 2, 1),
    Claim(sp.Derivative(x * f(x), x), x * sp.Derivative(f(x), x)),
    Claim(Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo)), pi / a * exp(-a * k) * (1 + sp.Rational(1, 10**9))),
    Claim(Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo)), 0),
    Claim(Sum(1 / (n**2 + a**2), (n, -oo, oo)), pi / a * sp.tanh(pi * a)),
    Claim(Limit(eps / (eps**2 + k**2), eps, 0, "+"), 1 / k),
    Claim(a, b, relation=LESS),
    Claim(exp(x), 1 + 2 * x, relation=AT_MOST),
    Claim(sin(x) ** 2 + cos(x) ** 2, 1, relation=UNEQUAL),
    Claim(sin(x), x - x**3 / 6, relation=UpTo(x**6, x)),
    Claim(sp.Derivative(sp.Heaviside(x), x), 2 * sp.DiracDelta(x), relation=Weakly(x)),
    Claim(Matrix([[1, a], [b, 1]]), Matrix([[1, a], [2 * b, 1]])),
]
UNDECIDABLE = [
    Claim(x, y, relation=UNEQUAL),
    Claim(Integral(1 / x, (x, 0, 1)), 5),
    Claim(tan(x), sp.Interval(1, 2), relation=ContinuousOn(x)),
    Claim(Integral(1 / x, (x, 1, oo)), oo, relation=LESS),
    Claim(a, b, [a > b, b > a + 1]),
]


@pytest.mark.parametrize(("claim", "least"), TRUE, ids=lambda v: str(v)[:60])
def test_true_claims_reach_their_rung(claim, least):
    evidence = verify(claim)
    assert evidence.status >= least, evidence


@pytest.mark.parametrize("claim", FALSE, ids=lambda v: str(v)[:60])
def test_false_claims_are_refuted_with_a_counterexample(claim):
    evidence = verify(claim)
    assert evidence.status is Status.REFUTED and evidence.counterexample is not None, evidence


@pytest.mark.parametrize("claim", UNDECIDABLE, ids=lambda v: str(v)[:60])
def test_what_nothing_decides_is_unknown(claim):
    assert verify(claim).status is Status.UNKNOWN


def test_the_counterexample_can_be_checked_by_hand():
    found = verify(Claim(sqrt(z**2), z)).counterexample
    ((name, value),) = found.point
    point = sp.sympify(value, rational=True)
    assert name == "z" and sp.re(point) < 0
    assert sp.N(sqrt(point**2) - point) != 0


def test_evidence_does_not_depend_on_the_run_but_on_the_seed():
    claim = Claim(Integral(exp(-a * x**2), (x, 0, oo)), sqrt(pi / a) / 2)
    first, again, other = verify(claim), verify(claim), verify(claim, seed=5)
    assert first == again and other.status is first.status and other != first


def test_a_hanging_call_is_stopped(monkeypatch):
    monkeypatch.setenv("DERIVE_CACHE", "")
    hopeless = Claim(sp.Product(sin(sp.Symbol("m") + 1), (sp.Symbol("m"), 1, oo)), 0)
    began = time.monotonic()
    evidence = verify(hopeless, timeout=2)
    assert evidence.status is not Status.REFUTED and time.monotonic() - began < 10


def test_verify_names_what_it_takes():
    with pytest.raises(DeriveError, match="Claim, Derivation"):
        verify(a + b)
    with pytest.raises(DeriveError, match="digits"):
        verify(Claim(a, a), digits=1)


def chain(last, name="chain", because="binomial theorem"):
    return Derivation((a + b) ** 2, name=name).to(last, because).qed()


def test_a_citation_is_as_good_as_its_check():
    assert verify(chain(a**2 + 2 * a * b + b**2)).status is Status.EXACT
    report = verify(chain(a**2 + b**2))
    assert report.status is Status.REFUTED and report.steps[0].counterexamples


def test_an_assumption_stays_one():
    assert verify(chain(a**2 + 2 * a * b + b**2, because=Assumed("for the sake of argument"))).status is Status.ASSUMED


def test_an_open_derivation_is_unknown():
    report = verify(Derivation(a + a).to(2 * a, "addition"))
    assert report.status is Status.UNKNOWN and report.steps[0].status is Status.EXACT


def test_a_derivation_is_as_strong_as_its_weakest_step_and_lemma():
    good, bad = chain(a**2 + 2 * a * b + b**2, "good"), chain(a**2 + b**2, "bad")
    top = Derivation((a + b) ** 2, name="top").to(a**2 + 2 * a * b + b**2, "by the lemma", good).qed()
    assert verify(top).status is Status.EXACT
    resting_on_sand = Derivation((a + b) ** 2, name="sand").to(a**2 + 2 * a * b + b**2, "by the lemma", bad).qed()
    assert verify(resting_on_sand).status is Status.REFUTED


def test_pitfalls_must_be_refuted():
    wrong, right = Pitfall(Claim(a + b, a), "no", name="w"), Pitfall(Claim(a + a, 2 * a), "true", name="r")
    assert verify(wrong).status is Status.EXACT
    assert verify(right).status is Status.UNKNOWN
    assert verify(Article("x", "X", right)).status is Status.UNKNOWN


def test_routes_must_meet():
    first, second, third = chain(a**2 + 2 * a * b + b**2), chain(a * (a + 2 * b) + b**2), chain(a**2 + b**2)
    assert verify(Meeting(first, second)).status is Status.EXACT
    assert verify(Meeting(first, third)).status is Status.REFUTED


def test_reports_pickle_and_become_plain_data():
    from derive.report import to_dict

    report = verify(Article("x", "X", "text", chain(a**2 + 2 * a * b + b**2), Pitfall(Claim(a, b), "no", name="p")))
    assert pickle.loads(pickle.dumps(report)) == report
    data = to_dict(report)
    assert data["status"] == "exact" and [part["kind"] for part in data["parts"]] == ["derivation", "pitfall"]


def test_progress_is_told():
    seen = []
    verify(
        Article("x", "X", chain(a**2 + 2 * a * b + b**2)),
        seed=77,
        progress=lambda done, total, label: seen.append((done, total)),
    )
    assert seen[-1][0] == seen[-1][1] > 0
