"""Solutions singled out by values and by growth: the article's I(k), Feynman's first-order equations; mutants."""

import pytest
import sympy as sp
from sympy import Derivative, E, Integral, atan, cos, exp, log, oo, pi, sin, sqrt

from derive import Status, verify
from derive.claim import Claim
from derive.rule import Context, RuleError
from derive.rules.integrate import AgreeAndDerivative, Integrate
from derive.rules.ode import Bounded, SolveODE, Value, Vanishing

a, k, t, tau = sp.symbols("a k t tau", positive=True)
x, b, y = sp.symbols("x b y", real=True)
X = sp.Symbol("x", positive=True)

M = 1 / (a**2 + x**2)
U = Integral(cos(k * x) * M, (x, -oo, oo))
AT_ZERO = Claim(Integral(M, (x, -oo, oo)), pi / a)
WAVE = Claim(Derivative(U, (k, 2)) - a**2 * U, 0)
BASIS = (exp(a * k), exp(-a * k))
GAUSS = Integral(exp(-(X**2)) * cos(2 * b * X), (X, 0, oo))
GAUSS_EQUATION = Claim(Derivative(GAUSS, b), -2 * b * GAUSS)
DIRICHLET = Integral(exp(-t * X) * sin(X) / X, (X, 0, oo))
DIRICHLET_SLOPE = Claim(Derivative(DIRICHLET, t), -1 / (1 + t**2))
POWER = Integral(x**t, (x, 0, 1))
CAUCHY = Integral(sin(t * x), (x, 0, 1))


def lorentzian(basis=BASIS, value=pi / a, excludes=BASIS[:1], majorant=M, domain=(0, oo)):
    """The article's conditions, to be spoilt one at a time."""
    return SolveODE(k, basis, (Value(0, value), Bounded(excludes)), majorant=majorant, domain=domain)


def test_the_bounded_solution(judged):
    assert judged(U, lorentzian(), pi / a * exp(-a * k), WAVE, AT_ZERO) == "follows"
    assert judged(1 + 2 * U, lorentzian(), 1 + 2 * pi / a * exp(-a * k), WAVE, AT_ZERO) == "follows"
    solved = Claim(Derivative(U, (k, 2)), a**2 * U)
    assert judged(U, lorentzian(), pi / a * exp(-a * k), solved, AT_ZERO) == "follows"


@pytest.mark.parametrize(
    "rule, after, lemma",
    [
        (lorentzian(), pi / a * exp(-2 * a * k), WAVE),
        (lorentzian(), pi / a * exp(a * k), WAVE),
        (lorentzian(value=2 * pi / a), 2 * pi / a * exp(-a * k), WAVE),
        (lorentzian(excludes=(exp(-a * k),)), pi / a * exp(a * k), WAVE),
        (lorentzian(basis=(exp(a * k), exp(-2 * a * k))), pi / a * exp(-2 * a * k), WAVE),
        (lorentzian(basis=(exp(a * k), 2 * exp(a * k))), pi / a * 2 * exp(a * k), WAVE),
        (lorentzian(majorant=M / 2), pi / a * exp(-a * k), WAVE),
        (lorentzian(majorant=sp.S.One), pi / a * exp(-a * k), WAVE),
        (lorentzian(), pi / a * exp(-a * k), Claim(Derivative(U, (k, 2)) + a**2 * U, 0)),
    ],
    ids=[
        "rate",
        "sign",
        "value",
        "wrong one excluded",
        "no solution",
        "dependent",
        "no majorant",
        "diverges",
        "equation",
    ],
)
def test_mutants_of_the_bounded_solution(rule, after, lemma, judged):
    try:
        assert judged(U, rule, after, lemma, AT_ZERO) != "follows"
    except RuleError as refusal:
        assert "solution" in str(refusal)


def test_first_order_with_a_value(judged):
    rule = SolveODE(b, (exp(-(b**2)),), (Value(0, sqrt(pi) / 2),), domain=(-oo, oo))
    assert judged(GAUSS, rule, sqrt(pi) / 2 * exp(-(b**2)), GAUSS_EQUATION) == "follows"
    wrong = SolveODE(b, (exp(-(b**2)),), (Value(0, sqrt(pi)),), domain=(-oo, oo))
    assert judged(GAUSS, wrong, sqrt(pi) * exp(-(b**2)), GAUSS_EQUATION) != "follows"
    faster = SolveODE(b, (exp(-2 * b**2),), (Value(0, sqrt(pi) / 2),), domain=(-oo, oo))
    assert judged(GAUSS, faster, sqrt(pi) / 2 * exp(-2 * b**2), GAUSS_EQUATION) != "follows"


def test_inhomogeneous_with_variable_coefficients(judged):
    """t ∂_t u + u = cos t for u = ∫_0^1 cos(tx) dx = sin t/t, on (0, ∞) with u(π) = 0."""
    u = Integral(cos(t * x), (x, 0, 1))
    lemma = Claim(t * Derivative(u, t) + u, cos(t))
    rule = SolveODE(t, (1 / t,), (Value(pi, 0),), particular=sin(t) / t)
    assert judged(u, rule, sin(t) / t, lemma) == "follows"
    wrong = SolveODE(t, (1 / t,), (Value(pi, 0),), particular=cos(t) / t)
    assert judged(u, wrong, cos(t) / t, lemma) != "follows"


def test_two_initial_values(judged):
    """u = ∫_0^1 t cos x dx solves u″ = 0 and passes through (1, sin 1) and (2, 2 sin 1)."""
    u = Integral(cos(x) * t, (x, 0, 1))
    lemma = Claim(Derivative(u, (t, 2)), 0)
    rule = SolveODE(t, (sp.S.One, t), (Value(1, sin(1)), Value(2, 2 * sin(1))))
    assert judged(u, rule, t * sin(1), lemma) == "follows"
    same = SolveODE(t, (sp.S.One, t), (Value(1, sin(1)), Value(1, sin(1))))
    with pytest.raises(RuleError, match="finite"):
        judged(u, same, t * sin(1), lemma)


def test_vanishing_at_infinity(judged):
    rule = SolveODE(
        t, (sp.S.One,), (Vanishing((sp.S.One,), bound=1 / t, majorant=exp(-t * X)),), particular=pi / 2 - atan(t)
    )
    assert judged(DIRICHLET, rule, pi / 2 - atan(t), DIRICHLET_SLOPE) == "follows"
    off = SolveODE(t, (sp.S.One,), (Vanishing((sp.S.One,), bound=1 / t, majorant=exp(-t * X)),), particular=-atan(t))
    assert judged(DIRICHLET, off, -atan(t), DIRICHLET_SLOPE) != "follows"
    for bound, majorant in ((1 / t**2, exp(-t * X)), (1 / t, exp(-t * X) / 2)):
        rule = SolveODE(
            t,
            (sp.S.One,),
            (Vanishing((sp.S.One,), bound=bound, majorant=majorant),),
            particular=pi / 2 - atan(t),
        )
        assert judged(DIRICHLET, rule, pi / 2 - atan(t), DIRICHLET_SLOPE) != "follows"


def test_the_integral_of_a_majorant_is_proven():
    condition = Vanishing((sp.S.One,), bound=1 / t, majorant=exp(-t * X))
    rule = SolveODE(t, (sp.S.One,), (condition,), particular=pi / 2 - atan(t))
    (consequence,) = rule.consequences(DIRICHLET, Context((), (DIRICHLET_SLOPE,)))
    about = [owed for owed in consequence.obligations if "integral of the majorant" in owed.why]
    assert len(about) >= 3 and all(verify(owed.claim).status is Status.EXACT for owed in about)


POTENTIAL = Integral(log(t**2 - 2 * t * cos(X) + 1), (X, 0, pi))
POTENTIAL_EQUATION = Claim(t * Derivative(POTENTIAL, (t, 2)) + Derivative(POTENTIAL, t), 0, [t > 1])


GROWTH, REST = log(t), -2 * log(1 - 1 / t)


def as_a_logarithm(leading=2 * pi * GROWTH, integrand=2 * GROWTH, majorant=REST, **changed):
    """∫_0^π log(t² − 2t cos x + 1) dx for t > 1 by its behaviour at infinity, to be spoilt one part at a time."""
    condition = Vanishing(
        changed.get("excludes", (log(t), sp.S.One)),
        bound=changed.get("bound", pi * majorant),
        majorant=majorant,
        leading=leading,
        integrand=integrand,
    )
    return SolveODE(t, (sp.S.One, log(t)), (condition,), changed.get("particular", leading), (1, oo))


def test_a_leading_part_at_infinity(judged):
    judge = {"given": [t > 1]}
    assert judged(POTENTIAL, as_a_logarithm(), 2 * pi * log(t), POTENTIAL_EQUATION, **judge) == "follows"
    total = Claim(Integral(2 * log(t), (X, 0, pi)), 2 * pi * log(t))
    assert judged(POTENTIAL, as_a_logarithm(), 2 * pi * log(t), POTENTIAL_EQUATION, total, **judge) == "follows"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"leading": 2 * pi * log(t) + 1},
        {"leading": pi * log(t), "integrand": log(t)},
        {"integrand": 2 * log(t) + 1 / pi, "leading": 2 * pi * log(t) + 1},
        {"majorant": 1 / t**2},
        {"bound": 1 / t},
        {"excludes": (sp.S.One, log(t))},
        {"particular": 2 * pi * log(t) + 1},
    ],
    ids=str,
)
def test_a_wrong_leading_part_does_not_follow(judged, spoilt):
    rule = as_a_logarithm(**spoilt)
    assert judged(POTENTIAL, rule, rule.particular, POTENTIAL_EQUATION, given=[t > 1]) != "follows"


def test_a_value_that_tells_nothing_does_no_harm(judged):
    """u = ∫_0^π log(t² − 2t cos x + 1) cos x dx = −πt: bounded at 0, where t tells nothing and u′ = −π does."""
    u = Integral(log(t**2 - 2 * t * cos(X) + 1) * cos(X), (X, 0, pi))
    equation = Claim(t**2 * Derivative(u, (t, 2)) + t * Derivative(u, t) - u, 0, [t < 1])
    values = (Bounded((1 / t,), at=0), Value(0, 0), Value(0, -pi, 1))
    near = {"majorant": -2 * log(sin(X)) + log(4), "domain": (0, 1)}
    rule = SolveODE(t, (t, 1 / t), values, **near)
    (found,) = rule.consequences(u, Context((t < 1,), (equation,)))
    assert found.after == -pi * t
    assert any(o.claim.rhs == -pi for o in found.obligations)  # the value that is used is owed
    assert any(o.claim.lhs == o.claim.rhs == 0 or o.claim.lhs == u.xreplace({t: 0}) for o in found.obligations)
    with pytest.raises(RuleError, match="2 conditions are needed"):
        list(SolveODE(t, (t, 1 / t), values[:1], **near).consequences(u, Context((t < 1,), (equation,))))


def test_the_reason_tells_the_general_solution_and_what_fixes_it():
    assert lorentzian().describe() == (
        "the bounded solution of the equation with this value; the general one is C₁·e^(a·k) + C₂·e^(−a·k); "
        "value π/a at k = 0; it is bounded as k → ∞, which excludes e^(a·k)"
    )
    assert (
        as_a_logarithm()
        .describe()
        .endswith("less 2·π·log(t) it tends to 0 as t → ∞, which excludes log(t), a constant")
    )
    slope = SolveODE(t, (t, sp.S.One), (Value(0, 2, 1), Value(0, 0)))
    assert "value 2 of the derivative of order 1 at t = 0; value 0 at t = 0" in slope.describe()


def test_a_leading_part_that_is_infinite_is_refused(judged):
    with pytest.raises(RuleError, match="finite"):
        judged(POTENTIAL, as_a_logarithm(leading=oo, particular=sp.S.Zero), 0, POTENTIAL_EQUATION, given=[t > 1])


def test_integrated_from_infinity(judged):
    after = Integral(-1 / (1 + tau**2), (tau, oo, t))
    rule = Integrate(t, oo, tau, value=0, bound=1 / t, majorant=exp(-t * X))
    assert judged(DIRICHLET, rule, after, DIRICHLET_SLOPE) == "follows"
    assert judged(DIRICHLET, rule, -after, DIRICHLET_SLOPE) != "follows"
    with pytest.raises(RuleError, match="tends to 0"):
        judged(DIRICHLET, Integrate(t, oo, tau, value=1, bound=1 / t, majorant=exp(-t * X)), 1 + after, DIRICHLET_SLOPE)
    weak = Integrate(t, oo, tau, value=0, bound=1 / t**2, majorant=exp(-t * X))
    assert judged(DIRICHLET, weak, after, DIRICHLET_SLOPE) != "follows"


def test_integrated_from_a_point(judged):
    u = Integral((x**t - 1) / log(x), (x, 0, 1))
    lemma = Claim(Derivative(u, t), 1 / (1 + t))
    rule = Integrate(t, 0, tau, value=0)
    obligations = [o for c in rule.consequences(u, Context((), (lemma,))) for o in c.obligations]
    assert any("continuous up to the start" in o.why for o in obligations)
    # |(x^t − 1)/log x| ≤ t: with a bound on t the integral is continuous up to 0
    v = Integral(exp(-t * X) * exp(-X), (X, 0, oo))
    slope = Claim(Derivative(v, t), -1 / (1 + t) ** 2)
    by_majorant = Integrate(t, 0, tau, value=1, majorant=exp(-X))
    after = 1 + Integral(-1 / (1 + tau) ** 2, (tau, 0, t))
    assert judged(v, by_majorant, after, slope) == "follows"
    assert judged(v, Integrate(t, 0, tau, value=2, majorant=exp(-X)), after + 1, slope) != "follows"


def test_a_majorant_near_the_end_with_a_value(judged):
    """|(xᵗ − 1)/log x| ≤ 1 for t ≤ 1 only: enough for continuity up to t = 0, since a solution is continuous inside."""
    u = Integral((X**t - 1) / log(X), (X, 0, 1))
    slope = Claim(Derivative(u, t), 1 / (1 + t))
    rule = SolveODE(t, (sp.S.One,), (Value(0, 0),), log(1 + t), (0, oo), sp.S.One, near=sp.S.One)
    assert judged(u, rule, log(1 + t), slope) == "follows"
    too_small = SolveODE(t, (sp.S.One,), (Value(0, 0),), log(1 + t), (0, oo), sp.S.Half, near=sp.S.One)
    assert judged(u, too_small, log(1 + t), slope) != "follows"
    too_far = SolveODE(t, (sp.S.One,), (Value(0, 0),), log(1 + t), (0, oo), sp.S.One, near=sp.Integer(3))
    assert judged(u, too_far, log(1 + t), slope) != "follows"
    off = SolveODE(t, (sp.S.One,), (Value(0, 1),), log(1 + t), (0, oo), sp.S.One, near=sp.S.One)
    assert judged(u, off, 1 + log(1 + t), slope) != "follows"
    with pytest.raises(RuleError, match="one end of the domain with a value"):
        inner = SolveODE(t, (sp.S.One,), (Value(1, log(2)),), log(1 + t), (0, oo), sp.S.One, near=2)
        judged(u, inner, log(1 + t), slope)


def test_what_grows_towards_a_finite_end_is_excluded(judged):
    """t u″ + u′ = 0 has the basis 1, log t; u = ∫ log(1 + t² − 2t cos x) has a value at t = 0, so no log t in it."""
    u = Integral(log(1 - 2 * t * cos(X) + t**2), (X, 0, pi))
    equation = Claim(t * Derivative(u, (t, 2)) + Derivative(u, t), 0, (t < 1,))
    basis = (sp.S.One, log(t))
    rule = SolveODE(t, basis, (Bounded((log(t),), at=sp.S.Zero), Value(0, 0)), domain=(0, 1))
    owed = [o for c in rule.consequences(u, Context((t < 1,), (equation,))) for o in c.obligations]
    assert [c.after for c in rule.consequences(u, Context((t < 1,), (equation,)))] == [0]
    assert any("outgrows" in o.why for o in owed) and any("continuous up to the end" in o.why for o in owed)
    without = SolveODE(t, basis, (Bounded((log(t),), at=sp.S.Zero), Value(sp.S.Half, 0)), domain=(0, 1))
    with pytest.raises(RuleError, match="at which the function has a value"):
        list(without.consequences(u, Context((t < 1,), (equation,))))
    wrong = SolveODE(t, basis, (Bounded((sp.S.One,), at=sp.S.Zero), Value(0, 0)), domain=(0, 1))
    with pytest.raises(RuleError):
        list(wrong.consequences(u, Context((t < 1,), (equation,))))


def test_equal_derivatives_and_a_common_value(judged):
    rule = AgreeAndDerivative(t, pi / 2 - atan(t), oo, (0, oo), 1 / t, exp(-t * X))
    assert judged(DIRICHLET, rule, pi / 2 - atan(t), DIRICHLET_SLOPE) == "follows"
    v = Integral(exp(-t * X) * exp(-X), (X, 0, oo))
    slope = Claim(Derivative(v, t), -1 / (1 + t) ** 2)
    assert judged(v, AgreeAndDerivative(t, 1 / (1 + t), 1, (0, oo)), 1 / (1 + t), slope) == "follows"
    assert judged(v, AgreeAndDerivative(t, 1 + 1 / (1 + t), 1, (0, oo)), 1 + 1 / (1 + t), slope) != "follows"
    assert judged(v, AgreeAndDerivative(t, 1 / (1 + t) ** 2, 1, (0, oo)), 1 / (1 + t) ** 2, slope) != "follows"


@pytest.mark.parametrize(
    "rule, line, lemmas, message",
    [
        (lorentzian(), U, (), "lemma"),
        (lorentzian(basis=(exp(-a * k),), excludes=()), U, (WAVE,), "order 2"),
        (SolveODE(k, BASIS, (Value(0, pi / a),), majorant=M), U, (WAVE,), "conditions are needed"),
        (SolveODE(k, BASIS, (Value(0, pi / a), Bounded((exp(a * k),)))), U, (WAVE,), "boundedness needs"),
        (SolveODE(k, BASIS, (Value(0, 1), Bounded((exp(3 * k),))), majorant=M), U, (WAVE,), "among the basis"),
        (lorentzian(domain=(-1, oo)), U, (WAVE, AT_ZERO), "declared with a sign"),
        (lorentzian(), sp.Sum(U, (k, 1, oo)), (WAVE,), "must be declared"),
        (lorentzian(), Integral(U**2, (k, 0, 1)), (WAVE,), "bound"),
        (SolveODE(t, (E**t,), (Value(1, 0),)), POWER, (Claim(Derivative(POWER, t), POWER**2),), "linear"),
        (Integrate(t, oo, tau), DIRICHLET, (DIRICHLET_SLOPE,), "state the limit"),
        (Integrate(t, 0, t), DIRICHLET, (DIRICHLET_SLOPE,), "another name"),
        (Integrate(t, 0, tau), CAUCHY, (DIRICHLET_SLOPE,), "lemma"),
    ],
)  # fmt: skip
def test_misuse_is_named(rule, line, lemmas, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context((), lemmas)))
