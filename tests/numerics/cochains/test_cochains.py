"""Cochains: Stokes on both levels, cup products, integrals against closed forms, quadrature against moments."""

from fractions import Fraction
from itertools import product
from math import factorial, pi, prod

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import KernelError
from numerics.cochains import Cochain, CochainError, PointForm, SimplicialComplex, de_rham, meshes, nodes

SETTINGS = settings(max_examples=20, deadline=None, derandomize=True)
X = sp.symbols("x y z w", real=True)
x, y, z, w = X
MESHES = {
    "grid": meshes.grid((3, 4)),
    "Kuhn square": meshes.box((3, 2), (2.0, 1.0)),
    "ring": meshes.ring(3),
    "grid in space": meshes.grid((2, 3, 2)),
    "Kuhn cube": meshes.box((2, 1, 2)),
    "tesseract": meshes.box((1, 1, 1, 1)),
    "sphere": meshes.sphere(1),
    "torus": meshes.torus(6, 5),
}


@pytest.fixture(params=MESHES, scope="module")
def mesh(request):
    return MESHES[request.param]


def derivative(degree, table, n):
    """dω by its definition on components: Σ ∂_i ω_I dxⁱ∧dx^I."""
    out = {}
    for index, value in table.items():
        for i in range(n):
            if i not in index:
                out[(i, *index)] = out.get((i, *index), 0) + sp.diff(value, X[i])
    return PointForm(degree + 1, out, X[:n])


FUNCTIONS = [x * sp.exp(y), sp.cos(x + 2 * y), x**2 * y, 1 / (5 + x), sp.sin(x) * y, x - y**3]


def smooth_form(degree, n, start=0):
    from itertools import combinations

    slots = list(combinations(range(n), degree))
    return {slot: FUNCTIONS[(start + i) % len(FUNCTIONS)] + X[n - 1] for i, slot in enumerate(slots)}


def test_stokes_on_both_levels(mesh):
    n = mesh.ambient
    for degree in range(mesh.dim):
        table = smooth_form(degree, n, degree)
        alpha = de_rham(PointForm(degree, table, X[:n]), mesh)
        direct = de_rham(derivative(degree, table, n), mesh)
        assert np.allclose(alpha.d().values, direct.values, rtol=1e-10, atol=1e-11)
        assert abs(direct.values).max() > 1e-3
        chain = np.arange(mesh.count(degree + 1)) % 7 - 3
        assert abs(direct.over(chain) - alpha.over(mesh.boundary(degree + 1) @ chain)) < 1e-9


def test_coboundary_of_coboundary_is_exactly_zero(mesh):
    rng = np.random.default_rng(3)
    for degree in range(mesh.dim - 1):
        values = rng.integers(-(10**6), 10**6, mesh.count(degree))
        twice = Cochain(mesh, degree, values).d().d()
        assert np.issubdtype(twice.values.dtype, np.integer) and not twice.values.any()


def test_a_wrong_derivative_is_noticed():
    mesh = MESHES["grid"]
    alpha = de_rham(PointForm(1, {(0,): -y, (1,): x}, (x, y)), mesh)
    for wrong in (-2, 1, 0, 2.001):
        direct = de_rham(PointForm(2, {(0, 1): wrong}, (x, y)), mesh)
        assert not np.allclose(alpha.d().values, direct.values)
    assert np.allclose(alpha.d().values, de_rham(PointForm(2, {(1, 0): -2}, (x, y)), mesh).values)


AREA = {
    "grid": (meshes.grid((3, 4)), {(0, 1): 1}, 1),
    "ring": (meshes.ring(3), {(0, 1): 9}, 8),
    "Kuhn": (meshes.box((2, 3), (2.0, 3.0)), {(0, 1): x * y}, 9),
    "Kuhn cube": (meshes.box((2, 2, 1)), {(2, 0, 1): sp.exp(x)}, float(sp.E - 1)),
    "backward": (SimplicialComplex.of([[0, 0], [1, 0], [0, 1]], [(0, 2, 1)]), {(0, 1): 1}, -0.5),
    "four dimensions": (meshes.box((1, 2, 1, 1)), {(0, 1, 2, 3): x * y * z * w}, 1 / 16),
}


@pytest.mark.parametrize("name", AREA)
def test_integrals_over_the_whole(name):
    mesh, table, expected = AREA[name]
    assert abs(de_rham(PointForm(mesh.dim, table, X[: mesh.ambient]), mesh).over() - expected) < 1e-12


def test_gauss_on_the_sphere_and_the_volume_inside():
    """∫ x dy∧dz over the polyhedron is the volume inside, which is that of its cones over the centre."""
    mesh = meshes.sphere(2)
    flux = de_rham(PointForm(2, {(1, 2): x}, (x, y, z)), mesh).over()
    corners = mesh.vertices[mesh.simplices[2]]
    cones = (mesh.fundamental * np.linalg.det(corners)).sum() / 6
    assert abs(flux - cones) < 1e-12 and 0.9 < flux / (4 * pi / 3) < 1
    assert mesh.fundamental.any() and not (mesh.boundary(2) @ mesh.fundamental).any()


def test_the_angle_is_a_cocycle_that_no_function_bounds():
    mesh = meshes.ring(6)
    centred = PointForm(
        1,
        {(0,): -(y - 0.5) / ((x - 0.5) ** 2 + (y - 0.5) ** 2), (1,): (x - 0.5) / ((x - 0.5) ** 2 + (y - 0.5) ** 2)},
        (x, y),
    )
    angle = de_rham(centred, mesh)
    assert abs(angle.d().values).max() < 1e-12
    rim = mesh.boundary(2) @ mesh.fundamental
    origins, _ = mesh.corners(1)
    outer = np.where(((origins == 0) | (origins == 1)).any(axis=1), rim, 0)
    assert abs(angle.over(outer) - 2 * pi) < 1e-10 and abs(angle.over(rim - outer) + 2 * pi) < 1e-10


@pytest.mark.parametrize("name", ["grid", "Kuhn square", "grid in space", "Kuhn cube", "torus", "tesseract"])
def test_cup_product(name):
    mesh = MESHES[name]
    rng = np.random.default_rng(5)

    def draw(k):
        return Cochain(mesh, k, rng.integers(-9, 10, mesh.count(k)))

    one = Cochain(mesh, 0, np.ones(mesh.count(0), dtype=np.int64))
    for p, q in product(range(mesh.dim + 1), repeat=2):
        if p + q <= mesh.dim:
            a, b = draw(p), draw(q)
            assert (one.cup(a).values == a.values).all() and (a.cup(one).values == a.values).all()
            if p + q < mesh.dim:
                assert (a.cup(b).d().values == a.d().cup(b).values + (-1) ** p * a.cup(b.d()).values).all()
            for r in range(mesh.dim + 1 - p - q):
                c = draw(r)
                assert (a.cup(b).cup(c).values == a.cup(b.cup(c)).values).all()


def test_cup_product_of_classes_is_the_wedge_product_of_forms():
    """On closed forms ∫ α∧β over the torus depends on the classes alone, so both products agree exactly there."""
    flat = meshes.grid((4, 5), periodic=True)
    a, b = (de_rham(PointForm(1, t, (x, y)), flat) for t in ({(0,): 2, (1,): 1}, {(0,): 1, (1,): 3}))
    assert abs(a.cup(b).over() - 5) < 1e-12 and abs(b.cup(a).over() + 5) < 1e-12


def moment(powers):
    """∫ Π s_i^{a_i} over the unit simplex: Π a_i! / (k + Σ a_i)!, exactly."""
    return Fraction(prod(factorial(a) for a in powers), factorial(len(powers) + sum(powers)))


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_simplex_rule_against_moments(dim):
    for degree in range(5):
        points, weights = nodes.simplex(dim, degree)
        for powers in product(range(degree + 1), repeat=dim):
            if sum(powers) <= degree:
                value = (np.prod(points ** np.array(powers), axis=1) * weights).sum()
                assert abs(value - float(moment(powers))) < 1e-14


@SETTINGS
@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.lists(st.integers(0, 2), min_size=2, max_size=2))
def test_edge_integrals_against_sympy(corners, powers):
    a, b = np.array(corners[:3]), np.array(corners[3:])
    if (a == b).all():
        return
    s = sp.Symbol("s")
    along = [int(p) + s * int(q - p) for p, q in zip(a, b, strict=True)]
    f = x ** powers[0] * y ** powers[1] * z
    exact = sp.integrate(sp.expand(f.subs(dict(zip(X, along, strict=False)))) * int(b[1] - a[1]), (s, 0, 1))
    mesh = SimplicialComplex.of([a, b], [(0, 1)])
    value = de_rham(PointForm(1, {(1,): f}, (x, y, z)), mesh).over()
    assert abs(value - float(exact)) < 1e-10 * (1 + abs(float(exact)))


def test_quadrature_is_raised_where_it_is_needed_and_says_its_error():
    mesh = meshes.grid((1, 1))
    narrow = PointForm(2, {(0, 1): sp.exp(-20 * (x - sp.Rational(1, 3)) ** 2)}, (x, y))
    exact = float(sp.N(sp.Integral(sp.exp(-20 * (x - sp.Rational(1, 3)) ** 2), (x, 0, 1)), 20))
    found, crude = de_rham(narrow, mesh), de_rham(narrow, mesh, order=3)
    assert abs(found.over() - exact) < 1e-11 and found.error < 1e-11 and abs(crude.over() - exact) > 1e-4
    assert np.isnan(crude.error)


def test_a_function_and_an_expression_are_the_same_form():
    mesh = MESHES["grid"]
    plain = PointForm(1, {(0,): lambda u, v: np.sin(u) * v, (1,): 2.0}, (x, y))
    compiled = PointForm(1, {(0,): sp.sin(x) * y, (1,): 2}, (x, y))
    assert np.allclose(de_rham(plain, mesh).values, de_rham(compiled, mesh).values, rtol=1e-14)


def test_torch_values_have_gradients():
    mesh = MESHES["Kuhn square"]
    values = torch.linspace(-1, 1, mesh.count(0), dtype=torch.float64, requires_grad=True)
    slope = Cochain(mesh, 0, values).d()
    assert np.allclose(slope.values.detach().numpy(), mesh.coboundary(0) @ values.detach().numpy())
    rim = mesh.boundary(2) @ mesh.fundamental
    total = (slope.values**2).sum() + slope.over(rim)
    total.backward()
    expected = 2 * (mesh.boundary(1) @ slope.values.detach().numpy()) + mesh.boundary(1) @ rim
    assert np.allclose(values.grad.numpy(), expected)
    sparse = mesh.coboundary(0).torch() @ values.detach()
    assert torch.allclose(sparse, slope.values.detach())


MESH = MESHES["grid"]
ONE_FORM = PointForm(1, {(0,): 1}, (x, y))
SPIKE = 1 / sp.sqrt(sp.Abs(x - sp.Rational(1, 7)))
ERRORS = {
    "singular": (lambda: de_rham(PointForm(1, {(0,): SPIKE}, (x, y)), MESH), CochainError, "changes by"),
    "nan": (lambda: de_rham(PointForm(0, {(): 1 / x}, (x, y)), MESH), CochainError, "finite"),
    "dimension": (lambda: de_rham(ONE_FORM, MESHES["sphere"]), CochainError, "2 dimensions"),
    "degree": (lambda: de_rham(PointForm(3, {(0, 1, 2): 1}, (x, y, z)), MESHES["sphere"]), CochainError, "0 to 2"),
    "component": (lambda: PointForm(1, {(0, 1): 1}, (x, y)), CochainError, "give 1"),
    "index": (lambda: PointForm(1, {(2,): 1}, (x, y)), CochainError, "0 to 1"),
    "free symbol": (lambda: PointForm(1, {(0,): z}, (x, y)), KernelError, "z in the expression"),
    "text": (lambda: PointForm(1, {(0,): "x"}, (x, y)), CochainError, "expression"),
    "count": (lambda: Cochain(MESH, 1, np.ones(3)), CochainError, "one value for each"),
    "top": (lambda: Cochain(MESH, 2, np.ones(MESH.count(2))).d(), CochainError, "0 to 2"),
    "whole": (lambda: de_rham(ONE_FORM, MESH).over(), CochainError, "chain"),
    "chain": (lambda: de_rham(ONE_FORM, MESH).over([1]), CochainError, "coefficients"),
    "two complexes": (lambda: de_rham(ONE_FORM, MESH) + de_rham(ONE_FORM, meshes.grid((3, 4))), CochainError, "one"),
    "two degrees": (lambda: de_rham(ONE_FORM, MESH) + Cochain(MESH, 0, np.ones(MESH.count(0))), CochainError, "degree"),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_named(name):
    action, kind, words = ERRORS[name]
    with pytest.raises(kind, match=words):
        action()
