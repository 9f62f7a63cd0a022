"""Complexes: ∂∂ = 0 exactly, homology with torsion against known spaces, ranks against floating-point ones."""

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.cochains import (
    CochainError,
    CubicalComplex,
    Hodge,
    SimplicialComplex,
    SparseMatrix,
    betti,
    eigenvalues,
    homology,
    invariant_factors,
    meshes,
    rank,
)

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True)

# Six vertices, the antipodal quotient of the icosahedron: the real projective plane.
PROJECTIVE = [
    (0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5), (0, 5, 1), (1, 2, 4), (2, 3, 5), (3, 4, 1), (4, 5, 2), (5, 1, 3),
]  # fmt: skip
NONE = ((), (), ())
SPACES = {
    "boundary of a triangle": (meshes.simplex_boundary(2), (1, 1), ((), ())),
    "boundary of a tetrahedron": (meshes.simplex_boundary(3), (1, 0, 1), NONE),
    "boundary of a 5-simplex": (meshes.simplex_boundary(5), (1, 0, 0, 0, 1), ((),) * 5),
    "torus, 9 vertices": (meshes.torus(3, 3), (1, 2, 1), NONE),
    "torus": (meshes.torus(7, 5), (1, 2, 1), NONE),
    "sphere": (meshes.sphere(1), (1, 0, 1), NONE),
    "Klein bottle": (meshes.klein_bottle(5, 4), (1, 1, 0), ((), (2,), ())),
    "projective plane": (SimplicialComplex.of(np.eye(6), PROJECTIVE), (1, 0, 0), ((), (2,), ())),
    "Kuhn square": (meshes.box((3, 2)), (1, 0, 0), NONE),
    "Kuhn cube": (meshes.box((2, 1, 2)), (1, 0, 0, 0), ((),) * 4),
    "Kuhn tesseract": (meshes.box((1, 1, 1, 1)), (1, 0, 0, 0, 0), ((),) * 5),
    "ring": (meshes.ring(3), (1, 1, 0), NONE),
    "ring, finer": (meshes.ring(6), (1, 1, 0), NONE),
    "grid": (meshes.grid((3, 4, 2)), (1, 0, 0, 0), ((),) * 4),
    "circle of one edge": (meshes.grid((1,), periodic=True), (1, 1), ((), ())),
    "torus of one square": (meshes.grid((1, 1), periodic=True), (1, 2, 1), NONE),
    "3-torus": (meshes.grid((3, 2, 3), periodic=True), (1, 3, 3, 1), ((),) * 4),
    "cylinder": (CubicalComplex.of([0, 1, 2], [0, 1, 2, 3], periodic=(False, True)), (1, 1, 0), NONE),
    "two squares apart": (CubicalComplex.of([0, 1, 2, 3], [0, 1], kept=[[1], [0], [1]]), (2, 0, 0), NONE),
    "shell": (
        CubicalComplex.of(
            *[range(4)] * 3, kept=[[[(i, j, k) != (1, 1, 1) for k in range(3)] for j in range(3)] for i in range(3)]
        ),
        (1, 0, 1, 0),
        ((),) * 4,
    ),
}


@pytest.fixture(params=SPACES, scope="module")
def space(request):
    return SPACES[request.param]


def test_the_boundary_has_no_boundary(space):
    complex = space[0]
    for k in range(1, complex.dim):
        product = complex.boundary(k) @ complex.boundary(k + 1)
        assert product.is_integer and product.is_zero
        assert (complex.coboundary(k) @ complex.coboundary(k - 1)).is_zero


def test_homology(space):
    complex, expected, torsion = space
    found = homology(complex)
    assert found.betti == betti(complex) == expected and found.torsion == torsion
    assert found.euler == complex.euler == sum((-1) ** k * n for k, n in enumerate(complex.counts))


def test_ranks_against_floating_point(space):
    complex = space[0]
    for k in range(complex.dim + 2):
        dense = complex.boundary(k).dense()
        expected = int(np.linalg.matrix_rank(dense)) if dense.size else 0
        assert rank(complex.boundary(k)) == expected


def test_harmonic_cochains_are_as_many_as_betti_numbers(space):
    complex, expected, _ = space
    hodge = Hodge(complex)
    for k, number in enumerate(expected):
        values = eigenvalues(hodge, k, complex.count(k))
        assert values.min() > -1e-8 and (values < 1e-8 * max(values.max(), 1)).sum() == number


def test_boundary_of_the_whole(space):
    """The chain of all top cells of a closed oriented manifold has no boundary; of a disc it has its rim."""
    complex, numbers, _ = space
    if complex.dim != 2:
        return
    edge = complex.boundary(2) @ complex.fundamental
    assert (not edge.any()) == (numbers[-1] == 1)
    assert not (complex.boundary(1) @ edge).any()


def test_the_counts_of_the_tables_torus():
    complex = meshes.torus(3, 3)
    assert complex.counts == (9, 27, 18) and complex.euler == 0


@SETTINGS
@given(
    st.integers(1, 5),
    st.integers(1, 5),
    st.lists(st.integers(-4, 4), min_size=25, max_size=25),
    st.sampled_from([1, 2, 6]),
)
def test_invariant_factors_against_dense_smith_form(rows, columns, entries, factor):
    dense = factor * np.array(entries[: rows * columns]).reshape(rows, columns)
    where = np.nonzero(dense)
    sparse = SparseMatrix.of(dense.shape, *where, dense[where])
    form = fmpz_mat(dense.tolist()).snf()
    assert invariant_factors(sparse) == tuple(
        abs(int(form[i, i])) for i in range(min(rows, columns)) if form[i, i] != 0
    )
    assert rank(sparse) == fmpz_mat(dense.tolist()).rank()


@SETTINGS
@given(st.lists(st.integers(-9, 9), min_size=24, max_size=24), st.integers(1, 4))
def test_sparse_products_are_the_dense_ones(entries, n):
    a, b = np.array(entries[: 3 * n]).reshape(3, n), np.array(entries[12 : 12 + 3 * n]).reshape(n, 3)
    A, B = (SparseMatrix.of(m.shape, *np.indices(m.shape), m) for m in (a, b))
    assert ((A @ B).dense() == a @ b).all() and (A.T.dense() == a.T).all()
    assert ((A @ b) == a @ b).all() and ((A @ b[:, 0]) == a @ b[:, 0]).all()


def test_integers_that_do_not_fit_are_refused():
    big = SparseMatrix.diagonal(np.array([2**40]))
    with pytest.raises(CochainError, match="64 bits"):
        big @ big
    with pytest.raises(CochainError, match="integer"):
        invariant_factors(SparseMatrix.diagonal(np.array([0.5])))


ERRORS = {
    "vertex twice": (lambda: SimplicialComplex.of(np.eye(2), [(0, 1, 1)]), "twice"),
    "cell twice": (lambda: SimplicialComplex.of(np.eye(3), [(0, 1, 2), (2, 0, 1)]), "given twice"),
    "no such vertex": (lambda: SimplicialComplex.of(np.eye(3), [(0, 1, 3)]), "there are 3"),
    "unused vertex": (lambda: SimplicialComplex.of(np.eye(4), [(0, 1, 2)]), "vertex 3"),
    "cells that are no numbers": (lambda: SimplicialComplex.of(np.eye(3), [(0, 1, 1.5)]), "vertex numbers"),
    "axis that falls": (lambda: CubicalComplex.of([0, 1, 1]), "rising"),
    "mask": (lambda: CubicalComplex.of([0, 1], [0, 1], kept=[1]), "shape"),
    "nothing kept": (lambda: CubicalComplex.of([0, 1], kept=[0]), "kept"),
    "small torus": (lambda: meshes.torus(2, 3), "3 × 3"),
    "ring": (lambda: meshes.ring(4), "three"),
    "flat": (lambda: SimplicialComplex.of([[0, 0], [1, 0], [2, 0]], [(0, 1, 2)]).slopes, "flat"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_named(name):
    action, words = ERRORS[name]
    with pytest.raises(CochainError, match=words):
        action()


def wrong_boundaries(complex, k):
    """The boundary matrix with one entry turned, dropped or doubled."""
    right = complex.boundary(k)
    for place in (0, len(right.values) // 2, len(right.values) - 1):
        for factor in (-1, 0, 2):
            values = right.values.copy()
            values[place] *= factor
            yield SparseMatrix.of(right.shape, right.rows, right.columns, values)


@pytest.mark.parametrize("name", ["torus", "Kuhn cube", "grid", "boundary of a tetrahedron"])
def test_a_wrong_incidence_is_noticed(name):
    complex = SPACES[name][0]
    for wrong in wrong_boundaries(complex, 2):
        assert not (complex.boundary(1) @ wrong).is_zero


def test_a_wrong_gluing_changes_homology():
    torus, bottle = homology(meshes.torus(5, 4)), homology(meshes.klein_bottle(5, 4))
    assert torus != bottle and torus.euler == bottle.euler
