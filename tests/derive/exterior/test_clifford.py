"""The Clifford product: v·v = ⟨v, v⟩, associative, α∧β and contractions in it; Dirac's matrices as oracle."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.exterior import Chart, DifferentCharts, Form, Metric, clifford, d

SETTINGS = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
M = Chart("x y z w")
x, y, z, w = M
SIGNATURES = {"Euclidean": (1, 1, 1, 1), "(1,3)": (1, -1, -1, -1), "(3,1)": (1, 1, 1, -1), "(2,2)": (1, -1, 1, -1)}
CURVED = Metric(M, [[1, x, 0, 0], [x, 1 + x**2 + y**2, 0, 1], [0, 0, -2, 0], [0, 1, 0, 3]])
BASIS = [index for k in range(5) for index in combinations(range(4), k)]
NUMBERS = st.lists(st.sampled_from([-2, -1, 0, 0, 0, 1, 3]), min_size=16, max_size=16)


def multiform(coefficients):
    return Form.mixed(*(M.form(len(i), {i: c}) for i, c in zip(BASIS, coefficients, strict=True)))


def gammas(signature):
    """Matrices with γ_i γ_j + γ_j γ_i = 2 η_ij, by tensor products of Pauli's: another model of the algebra."""
    one, a, b, c = np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
    square = [np.kron(a, one), np.kron(b, one), np.kron(c, a), np.kron(c, b)]
    return [matrix if sign > 0 else 1j * matrix for matrix, sign in zip(square, signature, strict=True)]


def represented(form, signature):
    """The matrix of a form: dx^I ↦ γ_{i₁} … γ_{i_k} (right in an orthogonal basis)."""
    matrices, total = gammas(signature), np.zeros((4, 4), dtype=complex)
    for index, value in form.components.items():
        term = np.eye(4, dtype=complex)
        for i in index:
            term = term @ matrices[i]
        total += complex(value) * term
    return total


@pytest.mark.parametrize("name", SIGNATURES)
@SETTINGS
@given(NUMBERS, NUMBERS)
def test_against_matrices(name, first, second):
    signature = SIGNATURES[name]
    a, b = multiform(first), multiform(second)
    ab = Metric(M, list(signature)).clifford(a, b)
    assert np.allclose(represented(ab, signature), represented(a, signature) @ represented(b, signature))


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_square_of_the_volume(name):
    signature = SIGNATURES[name]
    square = Metric(M, list(signature)).clifford(M.volume, M.volume)
    assert square == (-1) ** (6 + signature.count(-1))


one_forms = st.lists(st.sampled_from([0, 1, x, y - z, 2 * w]), min_size=4, max_size=4).map(lambda c: M.form(1, c))


@settings(SETTINGS, max_examples=6)
@given(one_forms, one_forms)
def test_one_forms_in_a_curved_metric(v, u):
    assert CURVED.clifford(v, v) == CURVED.inner(v, v)
    assert CURVED.clifford(v, u) + CURVED.clifford(u, v) == 2 * CURVED.inner(v, u)
    assert CURVED.clifford(v, u).part(2) == v * u


@settings(SETTINGS, max_examples=6)
@given(one_forms, one_forms, one_forms)
def test_associativity_in_a_curved_metric(a, b, c):
    product = CURVED.clifford
    two = b * c + x * d(y) * d(z)
    assert product(product(a, two), c) == product(a, product(two, c))
    assert product(product(two, a), two) == product(two, product(a, two))


def test_mutants_of_the_product_are_refuted(monkeypatch):
    """Without the contraction it is the wedge product, with the other sign another algebra; both are noticed."""
    right = clifford.product
    for wrong in (
        lambda g, a, b: a * b,
        lambda g, a, b: 2 * Form.mixed(a * b) - right(g, a, b),
        lambda g, a, b: right(g, b, a),
    ):
        monkeypatch.setattr(clifford, "product", wrong)
        g = Metric(M, [1, 1, 1, 1])
        table = [(d(x), d(x), 1), (d(x), d(y), d(x) * d(y)), (d(x), d(x) * d(y), d(y))]
        assert any(g.clifford(a, b) != expected for a, b, expected in table)


def test_other_charts_are_named():
    with pytest.raises(DifferentCharts):
        CURVED.clifford(d(Chart("a b")[0]), d(x))
