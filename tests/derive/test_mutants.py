"""Wrong variants of true formulas: none passes at any level, at least 95 % are refuted, and the counterexamples are
true."""

import itertools
import random

import mpmath
import pytest
import sympy as sp

from derivations.feynman_cosine import result as article
from derive import Claim, Status, verify
from derive.claim import Equal
from derive.sampling import NoPoint, admissible
from tests.identities import diffusion, integrals, noise_and_smoothing
from tests.mutation import mutants, truly_different

OPEN = (sp.Integral, sp.Sum, sp.Limit, sp.Derivative, sp.Product)
PER_STEP, PER_FORMULA = 5, 3


def is_closed(expr):
    return not expr.has(*OPEN)


def a_point(claim):
    try:
        return next(
            admissible(claim.lhs.free_symbols | claim.rhs.free_symbols, claim.given, random.Random(11), 1, real=True)
        )
    except (NoPoint, StopIteration):
        return None


def wrong_right_sides(claim, limit, rng):
    """The claim with a mutated closed right side, kept only where mpmath tells the two right sides apart at two
    points."""
    point = a_point(claim)
    if point is None:
        return []
    found = [
        (kind, Claim(claim.lhs, mutant, claim.given))
        for kind, mutant in itertools.islice(mutants(claim.rhs), 60)
        if is_closed(mutant)
        and truly_different(
            claim.rhs, mutant, {s: v for s, v in point.items() if s in (claim.rhs.free_symbols | mutant.free_symbols)}
        )
    ]
    return rng.sample(found, min(limit, len(found)))


def wrong_lines(claim):
    """For lines that are no closed forms: changes that are wrong because the line has a value other than 0 (its
    chain's)."""
    yield "twice the line", Claim(claim.lhs, 2 * claim.rhs, claim.given)
    yield "minus the line", Claim(claim.lhs, -claim.rhs, claim.given)
    yield "one seventh more", Claim(claim.lhs, claim.rhs + sp.Rational(1, 7), claim.given)


def from_the_article():
    rng = random.Random(1)
    for derivation in article.derivations():
        last = derivation.conclusion.rhs
        for number, step in enumerate(derivation.steps, 1):
            claim = derivation.claim(step)
            if not isinstance(claim.relation, Equal):
                continue
            made = wrong_right_sides(claim, PER_STEP, rng) if is_closed(claim.rhs) else []
            if not is_closed(claim.rhs) and last != 0:
                made = list(wrong_lines(claim))
            for kind, mutant in made:
                yield f"{derivation.name}-{number}: {kind}", mutant


def from_the_cases():
    rng = random.Random(2)
    chosen = [*integrals()[1::4], *noise_and_smoothing()[::2], *diffusion()[::5]]
    for name, claim in chosen:
        if is_closed(claim.rhs):
            for kind, mutant in wrong_right_sides(claim, PER_FORMULA, rng):
                yield f"{name}: {kind}", mutant


def shifted_limits():
    """∫ from a + 1/3 instead of a, for integrands that are positive on the range: the value is smaller, whatever it
    is."""
    for name, claim in integrals()[::5]:
        node = claim.lhs
        x, low, high = node.limits[0]
        point = a_point(claim)
        if point is None or low != 0:
            continue
        f = sp.lambdify(x, node.function.xreplace(point), "mpmath")
        if all(mpmath.im(f(mpmath.mpf(j) / 37)) == 0 and mpmath.re(f(mpmath.mpf(j) / 37)) > 0 for j in range(1, 36)):
            yield (
                f"{name}: limit",
                Claim(
                    sp.Integral(node.function, (x, sp.Rational(1, 3) if high is sp.oo else high / 3, high)),
                    claim.rhs,
                    claim.given,
                ),
            )


ARTICLE, CASES, LIMITS = list(from_the_article()), list(from_the_cases()), list(shifted_limits())
outcomes: dict[str, Status] = {}


def test_there_are_enough_of_them():
    formulas = {name.split(":")[0] for name, _ in CASES}
    steps = {name.split(":")[0] for name, _ in ARTICLE}
    assert len(formulas) >= 60 and len(steps) >= 45 and len(ARTICLE) + len(CASES) + len(LIMITS) >= 300


@pytest.mark.parametrize(
    "group",
    [pytest.param(ARTICLE, marks=[pytest.mark.slow, pytest.mark.ci]), CASES, LIMITS],
    ids=["article", "cases", "limits"],
)
def test_no_mutant_passes_and_almost_all_are_refuted(group):
    unknown = []
    for name, claim in group:
        evidence = verify(claim, digits=15, timeout=20)
        assert not evidence.passed, f"{name} passes as {evidence}: {claim}"
        if evidence.status is Status.UNKNOWN:
            unknown.append((name, str(claim), str(evidence)))
        else:
            check_by_hand(claim, evidence)
    assert len(unknown) <= 0.05 * len(group), unknown


def check_by_hand(claim, evidence):
    """The counterexample is true: its point is admitted, and mpmath's value of the right side is the stated one."""
    found = evidence.counterexample
    names = {str(s): s for s in claim.lhs.free_symbols | claim.rhs.free_symbols}
    point = {
        names[name]: sp.Rational(value) if "I" not in value else sp.sympify(value)
        for name, value in found.point
        if name in names
    }
    for relation in claim.given:
        if relation.free_symbols <= set(point):
            assert relation.xreplace(point) in (True, sp.true)
    if is_closed(claim.rhs) and all(value.is_Rational for value in point.values()):
        with mpmath.workdps(30):
            function = sp.lambdify(list(point), claim.rhs, "mpmath")
            try:
                value = mpmath.mpmathify(function(*(mpmath.mpf(v.p) / v.q for v in point.values())))
            except (NameError, TypeError):
                return
            stated = mpmath.mpmathify(found.rhs.split(" ± ")[0].replace("(", "").replace(")", "").replace(" ", ""))
            assert abs(value - stated) <= mpmath.mpf("1e-12") * max(1, abs(value))
