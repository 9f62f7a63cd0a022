"""Forms on complexes: the exterior derivative and the coboundary agree, and integrals agree with those over chains."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Function, cos, exp, sin

from derive.exterior import Chain, Chart, Map, WrongCount, d, masks, spaces
from numerics.cochains import CochainError, Hodge, SimplicialComplex, meshes, study

SETTINGS = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
PLANE, SPACE = Chart("x y"), Chart("x y z")
x, y, z = SPACE
MESHES = {2: [meshes.grid((2, 3)), meshes.ring(3), meshes.box((2, 2))], 3: [meshes.grid((2, 1, 2)), meshes.box((1, 2, 1)), meshes.sphere(0)]}  # fmt: skip  # noqa: E501


@st.composite
def forms(draw, chart, degree):
    u, v, *_ = chart
    dressing = [sp.S.One, sin(u + v), exp(v), 1 / (3 + u**2), u * v]
    entries = {}
    for mask in masks.basis(chart.dim, degree):
        entries[masks.members(mask)] = draw(st.integers(-2, 2)) * draw(st.sampled_from(dressing)) * chart[-1]
    return chart.form(degree, entries)


@SETTINGS
@given(
    st.sampled_from([PLANE, SPACE]).flatmap(
        lambda c: st.tuples(st.integers(0, 1).flatmap(lambda k: forms(c, k)), st.integers(0, 2))
    )
)
def test_stokes_on_both_levels(pair):
    form, choice = pair
    mesh = MESHES[form.chart.dim][choice]
    alpha, direct = form.cochain(mesh), d(form).cochain(mesh)
    assert np.allclose(alpha.d().values, direct.values, rtol=1e-10, atol=1e-11)


def test_cells_as_chains():
    """The same numbers as the exact engine's over the same cells."""
    mesh = SimplicialComplex.of([[0, 0, 0], [1, 0, 1], [0, 2, 0], [1, 1, 3]], [(0, 1, 2, 3)])
    for form in (x * y * d(z) + z**2 * d(x), y * z * d(x) * d(y) - x * d(y) * d(z), x**2 * y * d(x) * d(y) * d(z)):
        values = form.cochain(mesh).values
        for number, simplex in enumerate(mesh.simplices[form.degree]):
            corners = [[sp.Rational(int(c)) for c in mesh.vertices[v]] for v in simplex]
            assert abs(values[number] - float(form.over(Chain.simplex(SPACE, *corners)))) < 1e-12


def test_a_constant_gets_its_value():
    k = sp.Symbol("k", positive=True)
    mesh = meshes.grid((2, 2))
    u, v = PLANE
    form = sin(k * u) * d(u) * d(v)
    assert np.allclose(form.cochain(mesh, at={k: 2}).over(), (1 - np.cos(2)) / 2)
    with pytest.raises(WrongCount, match="at="):
        form.cochain(mesh)


def test_cochains_in_curvilinear_coordinates():
    """The area of a sector, by the pullback of dx∧dy to polar coordinates on a grid in (r, θ)."""
    space = spaces.polar()
    area = space.embedding.target.volume.pull(space.embedding)
    mesh = meshes.grid((3, 4), (2.0, 1.5))
    assert abs(area.cochain(mesh).over() - 3) < 1e-12


def test_pullback_commutes_with_de_rham_on_affine_maps():
    u, v = PLANE
    F = Map(PLANE, SPACE, [u + 2 * v, 1 - u, 3 * v])
    mesh = meshes.box((2, 3))
    moved = np.stack([mesh.vertices @ [1, 2], 1 - mesh.vertices[:, 0], 3 * mesh.vertices[:, 1]], axis=1)
    image = SimplicialComplex.of(moved, mesh.simplices[2])
    form = x * d(y) + exp(z) * d(x)
    assert np.allclose(form.pull(F).cochain(mesh).values, form.cochain(image).values, rtol=1e-11)


def test_the_symbolic_codifferential_and_the_discrete_one():
    """δ of a form, integrated, against the discrete codifferential of its cochain: order two on a periodic grid."""
    u, v = PLANE
    from derive.exterior import Metric

    two_pi = 2 * sp.pi
    form = sin(two_pi * u) * cos(two_pi * v) * d(u) + cos(two_pi * (u - v)) * d(v)
    exact = Metric(PLANE, [1, 1]).codifferential(form)

    def error(mesh):
        hodge = Hodge(mesh, "diagonal")
        return hodge.norm(hodge.codifferential(form.cochain(mesh)) - exact.cochain(mesh))

    found = study([meshes.grid((n, n), periodic=True) for n in (8, 16, 32)], error)
    assert abs(found.order - 2) < 0.1


ERRORS = {
    "unknown function": (
        lambda: (Function("f")(x) * d(x)).cochain(meshes.box((1, 1, 1))),
        WrongCount,
        "unknown function",
    ),
    "dimension": (lambda: d(x).cochain(meshes.box((1, 1))), CochainError, "3 dimensions"),
    "degree": (lambda: SPACE.volume.cochain(meshes.sphere(0)), CochainError, "0 to 2"),
    "pole": (lambda: (d(x) / x).cochain(meshes.box((1, 1, 1))), CochainError, "cell"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_named(name):
    action, kind, words = ERRORS[name]
    with pytest.raises(kind, match=words):
        action()
