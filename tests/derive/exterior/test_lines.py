"""Lines of exterior calculus: printing, two routes to their value, rules that yield what they say, and refusals."""

import pickle

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive import Claim, Derivation, DeriveError, Status, verify
from derive.exterior import Chain, Chart, Coframe, Map, Metric, d
from derive.exterior.carried import alike, form, gathered
from derive.exterior.components import components, spelled_out
from derive.exterior.frames import Connection, Curvature2, Kretschmann, Ricci, ScalarCurvature
from derive.exterior.lines import Codifferential, D, Hook, Lie, Named, Over, Pull, Rows, Star, Sum, Wedge, Written
from derive.exterior.rules import (
    CartanFormula,
    ExteriorDerivative,
    FirstStructure,
    HodgeStar,
    Homotopy,
    Insert,
    InteriorProduct,
    Iterated,
    LeibnizWithSign,
    MovingFrame,
    Natural,
    Nilpotent,
    Parametrise,
    Pullback,
    Stokes,
    WedgeProduct,
)
from derive.printing import latex, plain
from derive.rule import Context, RuleError

M = Chart("x y z")
x, y, z = M
EUCLID = Metric(M, [1, 1, 1])
SKEW = Metric(M, [[2, 1, 0], [1, 2, 0], [0, 0, 1 + x**2]])
LORENTZ = Metric(M, [-1, 1, 4])
X = M.vector([y, -x * z, 1 + x])
SHEAR = Map(M, M, [x + y * z, y - x**2, z * x])

POINTS = ({x: sp.Rational(7, 5), y: sp.Rational(-3, 4), z: sp.Rational(5, 9)}, {x: sp.Rational(2, 7), y: 3, z: -2})
polynomials = st.sampled_from([sp.S.Zero, sp.S.One, x, y * z, x**2 - z, 3 * y + 2, x * y * z, z**2 - y])


def forms(degree):
    count = {0: 1, 1: 3, 2: 3, 3: 1}[degree]
    return st.lists(polynomials, min_size=count, max_size=count).map(lambda values: M.form(degree, values))


operations = st.sampled_from(
    [
        D, lambda w: Hook(X, w), lambda w: Lie(X, w), lambda w: Pull(SHEAR, w),
        lambda w: Star(EUCLID, w), lambda w: Star(SKEW, w), lambda w: Star(LORENTZ, w),
        lambda w: Codifferential(SKEW, w), lambda w: Codifferential(LORENTZ, w), lambda w: Wedge.of(w, y * d(x) - d(z)),
    ]
)  # fmt: skip


def same(node):
    """Whether engine and definition agree, component by component, to 25 digits at two points."""
    mine, theirs = form(node).components, components(node)
    gaps = [sp.sympify(mine.get(key, 0) - theirs.get(key, 0)) for key in {*mine, *theirs}]
    return all(abs(gap.subs(at).evalf(30, chop=True)) < 1e-25 for gap in gaps for at in POINTS)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 2).flatmap(forms), operations, operations)
def test_the_engine_and_the_definitions_in_components_agree(w, first, second):
    once = first(Written.of(w))
    assert same(once)
    if 1 <= once.degree <= 3:
        assert same(second(once))


@settings(max_examples=15, deadline=None)
@given(forms(1), forms(2))
def test_leibniz_in_components(a, b):
    whole = Sum.of(D(Wedge.of(a, b)), -Wedge.of(D(a), b), Wedge.of(a, D(b)))
    assert all(sp.expand(value) == 0 for value in components(whole).values())


FRAMES = {
    "sphere": lambda: Coframe([d(x), sp.sin(x) * d(y), d(z)]),
    "norms": lambda: Coframe([d(x), d(y), x * d(z) + d(y)], [-1, 1 + x**2, x**2]),
}


@pytest.mark.parametrize("name", FRAMES)
def test_connection_and_curvature_by_christoffel_symbols(name):
    frame = FRAMES[name]()
    assert all(same(kind(frame, a, b)) for kind in (Connection, Curvature2) for a in range(3) for b in range(3))


# line, LaTeX, one line of text
PRINTED = [
    (D(x * d(y)), r"d\left(x\, dy\right)", "d(x dy)"),
    (D(D(Named.of("omega", x * d(y)))), r"d d\omega", "ddω"),
    (Wedge.of(d(x), d(y) + d(z)), r"dx \wedge \left(dy + dz\right)", "dx∧(dy + dz)"),
    (-Wedge.of(d(x), d(y)), r"-dx \wedge dy", "-dx∧dy"),
    (Hook(X, d(x) * d(y)), r"\iota_{X}\left(dx \wedge dy\right)", "ι_X(dx∧dy)"),
    (Star(EUCLID, Named.of("F", d(x) * d(y))), r"{\star}F", "⋆F"),
    (Pull(SHEAR, d(x)), r"F^{*}\left(dx\right)", "F*(dx)"),
    (Over(d(x), Chain({x: y, y: 0, z: 0}, (y, 0, 1)), "C"), r"\int_{C} dx", "∫_C dx"),
    (Written.of(M.form(1, [sp.Function("P")(x, y, z), 0, 0])), r"P\, dx", "P dx"),
    (Written.of(M.form(1, [sp.Function("P")(x, y), 0, 0])), r"P(x, y)\, dx", "P(x, y) dx"),
    (ScalarCurvature(EUCLID), "R", "R"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "tex", "text"), PRINTED, ids=[text for *_, text in PRINTED])
def test_printing_and_pickling(line, tex, text):
    assert latex(line) == tex and plain(line) == text
    assert pickle.loads(pickle.dumps(line)) == line


def first(rule, line, *lemmas, given=()):
    return next(iter(rule.consequences(line, Context(given, lemmas))))


w = x * y * d(y) + z * d(x)
Y2 = x * d(y) * d(z)
square = Chain({x: x, y: y, z: 0}, (x, 0, 1), (y, 0, 1))
YIELDS = [
    (ExteriorDerivative(), D(w), Written.of(w.d())),
    (WedgeProduct(), Wedge.of(d(x), d(y), d(x)), Written.of(M.zero(3))),
    (InteriorProduct(), Hook(X, Y2), Written.of(Y2.hook(X))),
    (Pullback(), Pull(SHEAR, w), Written.of(w.pull(SHEAR))),
    (HodgeStar(), Star(EUCLID, d(x)), Written.of(d(y) * d(z))),
    (LeibnizWithSign(), D(Wedge.of(w, d(z))), Sum.of(Wedge.of(D(w), d(z)), -Wedge.of(w, D(d(z))))),
    (Nilpotent(), D(D(w)), Written.of(M.zero(3))),
    (Natural(), Pull(SHEAR, D(w)), D(Pull(SHEAR, w))),
    (CartanFormula(), Lie(X, w), Sum.of(D(Hook(X, w)), Hook(X, D(w)))),
    (Stokes(), Over(D(w), square), Over(w, square.boundary(), r"\partial S")),
]


@pytest.mark.parametrize(("rule", "line", "after"), YIELDS, ids=[type(r).__name__ for r, *_ in YIELDS])
def test_what_a_rule_yields(rule, line, after):
    found = first(rule, line).after
    assert alike(gathered(found), gathered(after))
    chain = Derivation(line, name="one").to(after, rule).qed()
    assert verify(chain, digits=15).status is Status.EXACT


REFUSED = [
    (ExteriorDerivative(), Written.of(w), "looked for"),
    (Nilpotent(), D(w), "looked for"),
    (CartanFormula(), D(w), "Lie derivative"),
    (Homotopy(), Written.of(x * d(y)), "not zero"),
    (Homotopy(), Written.of((x * d(y) - y * d(x)) / (x**2 + y**2)), "star-shaped"),
    (Homotopy(stated=M.form(0, [sp.log(x)])), Written.of(d(x)), "smooth"),
    (Parametrise(), D(w), "integral of a form"),
    (Stokes(), Over(w, square.boundary(), "C"), "named with the rule"),
    (Insert(), D(w), "no lemma that is an equation"),
    (MovingFrame(FRAMES["sphere"]()), D(w), "curvature"),
    (Iterated(), D(w), "iterated integral"),
    (FirstStructure(), D(w), "connection form"),
]


@pytest.mark.parametrize(
    ("rule", "line", "word"), REFUSED, ids=[f"{n}-{type(r[0]).__name__}" for n, r in enumerate(REFUSED)]
)
def test_what_a_rule_refuses(rule, line, word):
    with pytest.raises(RuleError, match=word):
        list(rule.consequences(line, Context()))


def test_stokes_owes_smoothness_where_there_is_a_hole():
    """dθ over the rim of the disk: x² + y² ≠ 0 cannot be shown at the centre, so that the step does not pass.

    The parameter r runs from 0 on, and is a positive symbol in the chain: the obligation must not inherit that.
    """
    plane = Chart("x y")
    a, b = plane
    r, t = sp.symbols("r t", real=True)
    disk = Chain({a: r * sp.cos(t), b: r * sp.sin(t)}, (r, 0, 1), (t, 0, 2 * sp.pi))
    angle = (a * d(b) - b * d(a)) / (a**2 + b**2)
    chain = (
        Derivation(Over(angle, disk.boundary(), "C"), name="hole")
        .to(Over(D(angle), disk), Stokes(disk))
        .to(Over(plane.zero(2), disk), ExteriorDerivative())
        .qed()
    )
    found = verify(chain, digits=15)
    assert not found.passed
    assert found.steps[0].obligations and not any(o.evidence.passed for o in found.steps[0].obligations)
    ring = Chain({a: r * sp.cos(t), b: r * sp.sin(t)}, (r, 1, 2), (t, 0, 2 * sp.pi))
    (owed,) = first(Stokes(), Over(D(angle), ring)).obligations
    assert verify(owed.claim, digits=15).status is Status.EXACT


def test_a_frame_of_another_metric_is_refuted():
    frame = FRAMES["sphere"]()
    chain = Derivation(Kretschmann(EUCLID), name="other").to(frame.kretschmann(), MovingFrame(frame)).qed()
    assert verify(chain, digits=15).status is Status.REFUTED


# Claims that are false, some by a sign only.
FALSE = [
    Claim(D(w), -w.d()),
    Claim(Wedge.of(d(x), d(y)), d(y) * d(x)),
    Claim(Star(LORENTZ, Star(LORENTZ, d(x))), d(x)),
    Claim(Codifferential(EUCLID, x * d(x)), M.form(0, [1])),
    Claim(Lie(X, w), w.lie(-X)),
    Claim(Rows.of([[D(w)], [Written.of(w.d())]]), 0),
    Claim(Over(D(x * d(y)), square), 2),
    Claim(Curvature2(FRAMES["sphere"](), 0, 1), -sp.sin(x) * d(x) * d(y)),
    Claim(Ricci(FRAMES["sphere"]().metric), sp.zeros(3, 3)),
]


@pytest.mark.parametrize("claim", FALSE, ids=[str(c)[:40] for c in FALSE])
def test_false_claims_are_refuted_with_a_counterexample(claim):
    found = verify(claim, digits=15)
    assert found.status is Status.REFUTED and found.counterexample is not None


def test_the_assumptions_of_a_chart_come_with_the_claim():
    half = Chart("x y", positive="x")
    hx, hy = half
    assert verify(Claim(D(sp.sqrt(hx**2) * d(hy)), d(hx) * d(hy))).status is Status.EXACT
    given_ = Chart("u v", given=[sp.Symbol("u") > 1])
    claim = spelled_out(Claim(D(given_[0] * d(given_[1])), d(given_[0]) * d(given_[1])))
    assert claim.given == given_.given


def test_a_form_is_compared_with_forms_only():
    with pytest.raises(DeriveError, match="must be a form too"):
        spelled_out(Claim(D(w), x))
    with pytest.raises(DeriveError, match="one degree"):
        Sum.of(d(x), d(x) * d(y))
