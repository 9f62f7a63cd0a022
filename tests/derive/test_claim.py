"""Laws of claims: immutable values, assumptions as data, instances by replacement."""

import pickle

import pytest
import sympy as sp
from sympy.abc import x, y

from derive import AT_MOST, LESS, UNEQUAL, Claim, ContinuousOn, DeriveError, UpTo, Weakly
from derive.claim import assumptions

a, b = sp.symbols("a b", positive=True)
CLAIMS = [
    Claim((a + b) ** 2, a**2 + 2 * a * b + b**2),
    Claim(sp.Integral(sp.exp(-a * x), (x, 0, sp.oo)), 1 / a, [a < 3]),
    Claim(sp.sin(x), x, relation=UpTo(x**3, x)),
    Claim(sp.Derivative(sp.Heaviside(x), x), sp.DiracDelta(x), relation=Weakly(x)),
    Claim(1 / (1 + x**2), sp.Interval(0, 1), relation=ContinuousOn(x)),
    Claim(sp.eye(2), sp.Matrix([[1, 0], [0, 1]])),
    Claim(sp.Function("f")(x), 0),
]


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_a_claim_is_an_immutable_value(claim):
    assert pickle.loads(pickle.dumps(claim)) == claim
    assert hash(Claim(claim.lhs, claim.rhs, claim.given, claim.relation)) == hash(claim)
    with pytest.raises(AttributeError):
        claim.lhs = sp.S.Zero


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_a_claim_prints_in_a_notebook(claim):
    assert claim._repr_latex_().startswith("$\\displaystyle")
    assert str(claim) in repr(claim)


@pytest.mark.parametrize(
    ("relation", "lhs", "rhs", "kind"),
    [
        (a > x, x, a, LESS),
        (a >= x, x, a, AT_MOST),
        (x < a, x, a, LESS),
        (x <= a, x, a, AT_MOST),
        (sp.Ne(x, y), x, y, UNEQUAL),
    ],
)
def test_sympy_relations_become_claims_with_the_smaller_side_left(relation, lhs, rhs, kind):
    claim = Claim.of(relation)
    assert (claim.lhs, claim.rhs, claim.relation) == (lhs, rhs, kind)


def test_decided_relations_keep_their_truth():
    assert Claim.of(a + 1 > 0) == Claim(0, 0)
    assert Claim.of(a < 0) == Claim(0, 1)


def test_assumptions_are_taken_apart_and_contradictions_named():
    assert assumptions(sp.And(x > 0, x < 3)) == assumptions([x < 3, x > 0]) or set(
        assumptions(sp.And(x > 0, x < 3))
    ) == {x > 0, x < 3}
    assert assumptions([x > 0, x > 0, True]) == (x > 0,)
    with pytest.raises(DeriveError, match="an assumption is false"):
        Claim(x, x, [a < 0])
    with pytest.raises(DeriveError, match="no assumption"):
        Claim(x, x, [x + 1])


def test_text_is_refused_not_evaluated():
    with pytest.raises(DeriveError, match=r"derive\.text\.parse"):
        Claim("x + 1", x)


def test_shapes_must_fit():
    with pytest.raises(DeriveError, match="shapes"):
        Claim(sp.eye(2), sp.eye(3))


def test_an_instance_replaces_symbols_in_the_assumptions_too():
    assert Claim(x**2, y, [x > y]).xreplace({x: a}) == Claim(a**2, y, [a > y])
    assert Claim(sp.sin(x), x, relation=UpTo(x**3, x)).xreplace({x: y}) == Claim(sp.sin(y), y, relation=UpTo(y**3, y))


def test_the_variable_of_an_order_term_is_bound():
    assert Claim(a * sp.sin(x), a * x, relation=UpTo(x**3, x)).free_symbols == {a}
