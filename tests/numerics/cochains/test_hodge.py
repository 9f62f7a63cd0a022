"""Whitney's forms and discrete Hodge theory: R W = 1, d W = W d, masses in closed form, adjoints, measured orders."""

from itertools import combinations

import numpy as np
import pytest
import sympy as sp

from numerics.cochains import (
    Cochain,
    CochainError,
    CubicalComplex,
    Hodge,
    PointForm,
    SimplicialComplex,
    de_rham,
    decompose,
    diagonal_mass,
    dual_volumes,
    eigenvalues,
    fit,
    interpolation_error,
    meshes,
    star_error,
    study,
    whitney_mass,
)

X = sp.symbols("x y z w", real=True)
x, y, z, w = X
CURVED = CubicalComplex.of([0, 0.5, 1.5, 2], [0, 1, 1.2])
MESHES = {
    "uneven grid": CURVED,
    "grid in space": meshes.grid((2, 2, 3), (1, 2, 1)),
    "periodic grid": meshes.grid((3, 4), periodic=True),
    "ring": meshes.ring(3),
    "Kuhn square": meshes.box((3, 2), (2.0, 1.0)),
    "Kuhn cube": meshes.box((1, 2, 1)),
    "tesseract": meshes.box((1, 1, 1, 1)),
    "sphere": meshes.sphere(1),
    "torus": meshes.torus(6, 5),
}


@pytest.fixture(params=MESHES, scope="module")
def mesh(request):
    return MESHES[request.param]


def test_the_cells_integrals_of_whitneys_forms_are_the_cochain(mesh):
    """R W = 1: each top cell's local forms, integrated on its faces by pulling back to them."""
    top_origins, top_edges = mesh.corners(mesh.dim)
    gram = top_edges @ np.swapaxes(top_edges, -1, -2)
    for k in range(mesh.dim + 1):
        faces = mesh.faces(k)
        for cell in range(0, len(top_origins), max(len(top_origins) // 3, 1)):
            table = np.zeros((faces.shape[1],) * 2)
            for row, face in enumerate(faces[cell]):
                points, weights = mesh.points(k, 3, [face])
                away = points[0] - top_origins[cell]
                if any(getattr(mesh, "periodic", ())):
                    lengths = np.array([axis[-1] - axis[0] for axis in mesh.axes])
                    away = np.where(away < -1e-9, away + lengths, away)
                local = np.linalg.solve(gram[cell], top_edges[cell] @ away.T).T
                values = mesh.whitney(k, local)[cell]
                table[row] = np.einsum("fqc,c,q->f", values, mesh.tangents(k)[face], weights)
            assert np.allclose(table, np.eye(len(table)), atol=1e-12)


def test_constant_forms_are_interpolated_exactly(mesh):
    n = mesh.ambient
    if n != mesh.dim or any(getattr(mesh, "periodic", ())):
        return
    local, _ = mesh.rule(mesh.dim, 3)
    for k in range(n + 1):
        table = {index: i + 1 for i, index in enumerate(combinations(range(n), k))}
        values = de_rham(PointForm(k, table, X[:n]), mesh).interpolated(local)
        assert np.allclose(values, np.arange(1, len(table) + 1)[None, None, :])


def test_mass_matrices_measure_constant_forms(mesh):
    """⟨ω, ω⟩ = |ω|² vol for a constant form: by Whitney's mass, and by the diagonal one (duals are orthogonal)."""
    n = mesh.ambient
    if n != mesh.dim or any(getattr(mesh, "periodic", ())):
        return
    volume = mesh.volumes(n).sum()
    for k in range(n + 1):
        table = {index: (-1) ** i * (i + 2) for i, index in enumerate(combinations(range(n), k))}
        cochain = de_rham(PointForm(k, table, X[:n]), mesh)
        exact = volume * sum(v**2 for v in table.values())
        for kind in ("whitney", "diagonal"):
            assert abs(Hodge(mesh, kind).inner(cochain, cochain) / exact - 1) < 1e-12


def test_masses_of_one_simplex_in_closed_form():
    """∫ λ_i λ_j = (1 + δ_ij) n!/(n + 2)! vol, and the same with Gram determinants for forms (symbolically)."""
    corners = [[0, 0, 0], [2, 0, 0], [1, 3, 0], [0, 1, 1]]
    mesh = SimplicialComplex.of(corners, [(0, 1, 2, 3)])
    volume = sp.Rational(1, 6) * sp.Matrix(corners[1:]).det()
    expected = sp.Matrix(4, 4, lambda i, j: (1 + (i == j)) * volume / 20)
    assert np.allclose(whitney_mass(mesh, 0).dense(), np.array(expected, dtype=float), rtol=1e-13)
    s = sp.symbols("s1:4")
    lam = [1 - sum(s), *s]
    slopes = [sp.Matrix([sp.diff(one, v) for v in s]).T * sp.Matrix(corners[1:]).T.inv() for one in lam]
    edges = [tuple(e) for e in mesh.simplices[1]]
    forms = [lam[i] * slopes[j] - lam[j] * slopes[i] for i, j in edges]

    def over(f):
        """∫ over the unit simplex, monomial by monomial: Π a_i!/(3 + Σ a_i)!."""
        terms = sp.Poly(sp.expand(f), *s).terms()
        return sum(c * sp.prod(map(sp.factorial, a)) / sp.factorial(3 + sum(a)) for a, c in terms)

    table = [[float(6 * volume * over((a * b.T)[0])) for b in forms] for a in forms]
    assert np.allclose(whitney_mass(mesh, 1).dense(), table, rtol=1e-12)


def test_dual_volumes(mesh):
    """Σ |σ||⋆σ| = (n over k)·volume; for k = 0 and n the volume itself, cell by cell on grids."""
    total = mesh.volumes(mesh.dim).sum()
    for k in range(mesh.dim + 1):
        chosen = len(list(combinations(range(mesh.dim), k)))
        assert abs(mesh.volumes(k) @ dual_volumes(mesh, k) - chosen * total) < 1e-9 * total
    assert np.allclose(dual_volumes(mesh, mesh.dim), 1)


def test_the_diagonal_star_of_the_cotangent_formula():
    """On a triangle mesh |⋆e|/|e| = (cot α + cot β)/2 with the angles opposite to the edge (Pinkall–Polthier)."""
    mesh = meshes.torus(7, 5)
    expected = np.zeros(mesh.count(1))
    for triangle in mesh.simplices[2]:
        for place in range(3):
            apex, a, b = (mesh.vertices[triangle[(place + i) % 3]] for i in range(3))
            u, v = a - apex, b - apex
            edge = mesh.number(sorted(triangle[[(place + 1) % 3, (place + 2) % 3]]))
            expected[edge] += u @ v / np.linalg.norm(np.cross(u, v)) / 2
    assert np.allclose(diagonal_mass(mesh, 1).diagonal_part(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", ["whitney", "diagonal"])
def test_codifferential_is_the_adjoint(mesh, kind):
    hodge, rng = Hodge(mesh, kind), np.random.default_rng(2)
    for k in range(mesh.dim):
        alpha, beta = (Cochain(mesh, j, rng.normal(size=mesh.count(j))) for j in (k, k + 1))
        if kind == "diagonal" and (dual_volumes(mesh, k) <= 1e-12).any():
            with pytest.raises(CochainError, match="whitney"):
                hodge.codifferential(beta)
            continue
        delta = hodge.codifferential(beta)
        scale = hodge.norm(alpha) * hodge.norm(delta) if kind == "whitney" else 1 + abs(hodge.inner(alpha, delta))
        assert abs(hodge.inner(alpha.d(), beta) - hodge.inner(alpha, delta)) < 1e-10 * scale
        if k:
            twice = hodge.codifferential(delta)
            assert abs(twice.values).max() < 1e-8 * (1 + abs(delta.values).max()) / mesh.volumes(k).min() ** 2


def test_laplacian_is_symmetric_and_kills_constants(mesh):
    hodge, rng = Hodge(mesh), np.random.default_rng(4)
    for k in range(mesh.dim + 1):
        a, b = (Cochain(mesh, k, rng.normal(size=mesh.count(k))) for _ in range(2))
        left, right = hodge.inner(hodge.laplacian(a), b), hodge.inner(a, hodge.laplacian(b))
        assert abs(left - right) < 1e-8 * (1 + abs(left)) and hodge.inner(hodge.laplacian(a), a) > -1e-9
    constant = Cochain(mesh, 0, np.ones(mesh.count(0)))
    assert abs(hodge.laplacian(constant).values).max() < 1e-10


@pytest.mark.parametrize("name", ["ring", "torus", "Kuhn cube", "periodic grid", "sphere"])
def test_hodge_decomposition(name):
    mesh = MESHES[name]
    hodge, rng = Hodge(mesh), np.random.default_rng(6)
    alpha = Cochain(mesh, 1, rng.normal(size=mesh.count(1)))
    found = decompose(hodge, alpha)
    parts = [found.exact, found.coexact, found.harmonic]
    for one, two in combinations(parts, 2):
        assert abs(hodge.inner(one, two)) < 1e-9 * hodge.inner(alpha, alpha)
    assert abs(found.exact.d().values).max() < 1e-9 and abs(hodge.codifferential(found.coexact).values).max() < 1e-8
    harmonic = found.harmonic
    assert abs(harmonic.d().values).max() < 1e-9 and abs(hodge.codifferential(harmonic).values).max() < 1e-8
    closed = {"ring": True, "torus": True, "periodic grid": True, "Kuhn cube": False, "sphere": False}[name]
    assert (hodge.norm(harmonic) > 1e-3) == closed


# Orders of convergence, measured.


def waves(degree, n):
    """Periodic on the unit cube."""
    two_pi = 2 * sp.pi
    choices = [
        sp.sin(two_pi * x) * sp.cos(two_pi * y),
        sp.cos(two_pi * x) + sp.sin(two_pi * y),
        sp.cos(two_pi * (x - y)),
    ]
    return PointForm(degree, {i: choices[p % 3] for p, i in enumerate(combinations(range(n), degree))}, X[:n])


SQUARES = [meshes.box((n, n)) for n in (8, 16, 32, 48)]
TORI = [meshes.grid((n, n), periodic=True) for n in (8, 16, 32, 64)]
CUBES = [meshes.grid((n, n, n), periodic=True) for n in (6, 9, 12, 16)]
ORDERS = {
    "interpolation, functions on triangles": (SQUARES, interpolation_error, 0, 2),
    "interpolation, 1-forms on triangles": (SQUARES, interpolation_error, 1, 1),
    "interpolation, 2-forms on triangles": (SQUARES, interpolation_error, 2, 1),
    "interpolation, functions on squares": (TORI, interpolation_error, 0, 2),
    "interpolation, 1-forms on squares": (TORI, interpolation_error, 1, 1),
    "interpolation, 2-forms on squares": (TORI, interpolation_error, 2, 1),
    "diagonal star, functions on squares": (TORI, star_error, 0, 2),
    "diagonal star, 1-forms on squares": (TORI, star_error, 1, 2),
    "diagonal star, 2-forms on squares": (TORI, star_error, 2, 2),
    "diagonal star, 1-forms on cubes": (CUBES, star_error, 1, 2),
    "diagonal star, 2-forms on cubes": (CUBES, star_error, 2, 2),
}


@pytest.mark.parametrize("name", ORDERS)
def test_measured_order(name):
    family, error, degree, order = ORDERS[name]
    form = waves(degree, family[0].ambient)
    found = study(family, lambda mesh: error(form, mesh))
    assert abs(found.order - order) < 0.1 and found.halfwidth < 0.25
    assert not found.contains(order + 0.5) and not found.contains(order - 0.5)


def exact_laplacian(form):
    """Componentwise in flat space."""
    table = {i: -sum(sp.diff(v, s, 2) for s in form.coordinates) for i, v in form.components.items()}
    return PointForm(form.degree, table, form.coordinates)


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_the_grids_laplacian_converges_at_order_two(degree):
    form = waves(degree, 2)

    def error(mesh):
        hodge = Hodge(mesh, "diagonal")
        wrong = hodge.laplacian(de_rham(form, mesh)) - de_rham(exact_laplacian(form), mesh)
        return hodge.norm(wrong)

    found = study(TORI, error)
    assert abs(found.order - 2) < 0.1 and found.halfwidth < 0.2


def test_eigenvalues_of_the_sphere_converge_to_l_times_l_plus_one():
    """The first eigenvalue 2, three times, and 6, five times, by Whitney's star; from above, as in Rayleigh–Ritz."""
    spheres = [meshes.sphere(n) for n in (1, 2, 3)]
    values = [eigenvalues(Hodge(mesh), 0, 9) for mesh in spheres]
    assert abs(values[-1][0]) < 1e-10
    found = fit([mesh.size for mesh in spheres], [abs(v[1:4].mean() - 2) for v in values])
    assert abs(found.order - 2) < 0.15
    assert np.allclose(values[-1][1:4], 2, rtol=0.01) and np.allclose(values[-1][4:], 6, rtol=0.03)


def test_the_spectrum_of_one_forms_contains_that_of_functions():
    """d maps eigenfunctions to eigenforms, exactly."""
    hodge = Hodge(meshes.torus(6, 5))
    functions, forms = eigenvalues(hodge, 0, 8)[1:], eigenvalues(hodge, 1, 60)
    assert all(abs(forms - value).min() < 1e-8 * value for value in functions)


def test_the_fit_finds_a_planted_order_and_its_confidence():
    h = np.array([1, 0.5, 0.25, 0.125])
    exact = fit(h, 3 * h**1.5)
    assert abs(exact.order - 1.5) < 1e-12 and exact.halfwidth < 1e-10
    noisy = fit(h, 3 * h**1.5 * np.exp([0.1, -0.1, 0.1, -0.1]))
    # slope error √(Σr²/(n−2)/Σ(x−x̄)²) times the 0.975 quantile of Student's t with 2 degrees, 4.302652729911275
    logs = np.log(h) - np.log(h).mean()
    r = np.array([0.1, -0.1, 0.1, -0.1])
    slope = logs @ r / (logs @ logs)
    left = r - r.mean() - slope * logs
    assert abs(noisy.order - 1.5 - slope) < 1e-12 and noisy.contains(1.5)
    assert abs(noisy.halfwidth - 4.302652729911275 * np.sqrt(left @ left / 2 / (logs @ logs))) < 1e-9
    for sizes, errors in ((h[:2], h[:2]), (h, 0 * h), (h, h[:3])):
        with pytest.raises(CochainError):
            fit(sizes, errors)


def test_a_wrong_star_is_noticed():
    """A dual volume halved, or a mass turned, breaks the norm of constants and the order."""
    mesh = meshes.grid((4, 4))
    constant = de_rham(PointForm(1, {(0,): 1}, (x, y)), mesh)
    right = diagonal_mass(mesh, 1).diagonal_part()
    for wrong in (right / 2, -right, 1 / right):
        assert abs(constant.values @ (wrong * constant.values) - 1) > 0.01


def test_an_unknown_star_is_named():
    with pytest.raises(CochainError, match="whitney, diagonal"):
        Hodge(CURVED, "galerkin")
    with pytest.raises(CochainError, match="0 to 2"):
        Hodge(CURVED).codifferential(Cochain(CURVED, 0, np.ones(CURVED.count(0))))
