"""Tables of true and false identities against two laws: true ones are proven, false ones never are.

The oracle is independent: mpmath at 40 digits, at random points of the domain.
"""

import random

import mpmath
import pytest
import sympy as sp
from sympy import Integer, Rational, oo

from derive.field import equal, is_zero
from tests.exact_identities import BEYOND, FALSE, FORMAL, TRUE, z


def at_random(e, given, rng):
    """A value of `e` at a random admissible point to 40 digits, or None where mpmath has none."""
    for _ in range(60):
        point = {}
        for v in sorted(e.free_symbols | {v for rel in given for v in rel.free_symbols}, key=str):
            if v.is_integer:
                point[v] = Integer(rng.randint(1, 5) if v.is_positive else rng.randint(-4, 5))
            else:
                point[v] = Rational(rng.randint(20 if v.is_positive else -300, 300), 97)
        if all(rel.subs(point) == True for rel in given):  # noqa: E712 - SymPy's truth values are no Python booleans
            try:
                value = sp.lambdify([], e.subs(point), "mpmath")()
                return mpmath.mpmathify(value)
            except Exception:  # noqa: BLE001  (any failure of the oracle only means: no value here)
                return None
    return None


def name(case):
    return f"{case[0]}={case[1]}"[:70]


@pytest.mark.parametrize("case", TRUE, ids=name)
def test_true_identities_are_proven(case):
    left, right, given = case
    assert equal(left, right, given, timeout=10) is True


@pytest.mark.parametrize("case", BEYOND, ids=name)
def test_true_identities_beyond_normal_forms_are_not_refuted(case):
    left, right, given = case
    assert equal(left, right, given, timeout=10) in (True, None)


@pytest.mark.parametrize("case", FALSE, ids=name)
def test_false_identities_are_never_proven(case):
    left, right, given = case
    assert equal(left, right, given, timeout=10) is not True


@pytest.mark.parametrize("case", [c for c in TRUE if c not in FORMAL], ids=name)
def test_every_true_answer_agrees_with_mpmath(case):
    left, right, given = case
    rng = random.Random(str(case))
    with mpmath.workdps(40):
        for _ in range(3):
            value = at_random(left - right, given, rng)
            if value is not None and mpmath.isfinite(value):
                assert abs(value) < mpmath.mpf(10) ** -25


MUTANTS = [
    lambda a, b: a + b, lambda a, b: 2 * a - b, lambda a, b: a - b - Rational(1, 1000), lambda a, b: a**2 - b,
    lambda a, b: a * b - 2,
]  # fmt: skip


@pytest.mark.parametrize("case", [c for c in TRUE if c not in FORMAL], ids=name)
def test_mutants_of_true_identities_are_never_proven(case):
    left, right, given = case
    rng = random.Random(0)
    with mpmath.workdps(40):
        for mutate in MUTANTS:
            mutant = mutate(left, right)
            value = at_random(mutant, given, rng)
            if value is not None and mpmath.isfinite(value) and abs(value) > 1e-10:
                assert is_zero(mutant, given, timeout=5) is not True


def test_floats_and_infinities_are_not_decided():
    assert is_zero(0.1 + z - z + sp.Float("0.2")) is None
    assert is_zero(oo * z) is None
    assert is_zero(sp.nan) is None
    assert is_zero(sp.zoo * z) is None


def test_tables_are_large_enough():
    assert len(TRUE) >= 120
    assert len(FALSE) + len(TRUE) - len(FORMAL) >= 120
