"""Curvature by two routes, and against finite differences of the metric at 50 digits."""

import mpmath
import pytest
import sympy as sp
from sympy import Function, Rational, cos, exp, sin, sinh, symbols

from derive.exterior import Chart, Coframe, Map, Metric, SingularMetric, d, spaces
from tests.derive.exterior import by_definition as by

M, a, k, H = symbols("M a k H", positive=True)


def static(f):
    def made():
        t, r, th, ph = Chart("t r theta phi", positive="r")
        g = f(r)
        return Coframe([d(t), d(r), r * d(th), r * sin(th) * d(ph)], [-g, 1 / g, 1, 1])

    return made


def kerr():
    t, r, X, ph = Chart("t r X phi", positive="r")
    S, D, s2 = r**2 + a**2 * X**2, r**2 - 2 * M * r + a**2, 1 - X**2
    return Coframe(
        [d(t) - a * s2 * d(ph), d(r), d(X), (r**2 + a**2) * d(ph) - a * d(t)], [-D / S, S / D, S / s2, s2 / S]
    )


def flrw():
    t, r, th, ph = Chart("t r theta phi", positive="r")
    A = Function("a", positive=True)(t)
    return Coframe([d(t), A * d(r), A * r * d(th), A * r * sin(th) * d(ph)], [-1, 1 / (1 - k * r**2), 1, 1])


def goedel():
    t, x, y, z = Chart("t x y z")
    return Coframe([d(t) + exp(x) * d(y), d(x), exp(x) * d(y), d(z)], [-1, 1, Rational(1, 2), 1])


def hyperbolic():
    r, u, v = Chart("r u v", positive="r")
    return Coframe([d(r), sinh(r) * d(u), sinh(r) * sin(u) * d(v)])


def upper_half_space():
    x, y, z = Chart("x y z", positive="z")
    return Coframe([d(x) / z, d(y) / z, d(z) / z])


def surface():
    u, v = Chart("u v")
    f = Function("f")(u, v)
    return Coframe([d(u), f * d(v)])


def skew():
    """Neither diagonal in the coordinates nor of constant norms."""
    x, y, z = Chart("x y z")
    return Coframe([d(x) + y * d(z), d(y) - x * d(x), (1 + x**2) * d(z)], [1, -1 - y**2, 1 + z**2])


FRAMES = {
    "Schwarzschild": static(lambda r: 1 - 2 * M / r),
    "Reissner-Nordström": static(lambda r: 1 - 2 * M / r + a**2 / r**2),
    "Schwarzschild-de Sitter": static(lambda r: 1 - 2 * M / r - H**2 * r**2),
    "static": static(Function("f")),
    "Kerr": kerr,
    "FLRW": flrw,
    "Gödel": goedel,
    "hyperbolic": hyperbolic,
    "half space": upper_half_space,
    "surface": surface,
    "skew": skew,
}


@pytest.mark.parametrize("name", FRAMES)
def test_two_routes(name):
    frame = FRAMES[name]()
    g = frame.metric
    chart = g.chart
    scalars = [(frame.scalar(), g.scalar()), (frame.kretschmann(), g.kretschmann())]
    assert all(chart.form(0, [one]) == chart.form(0, [two]) for one, two in scalars)
    ricci = sum(
        (
            g.ring.dot([(frame.tensors.ricci_at(i, j) or g.ring(0), frame.rows[i][0], frame.rows[j][0])])
            for i in range(chart.dim)
            for j in range(chart.dim)
        ),
        g.ring(0),
    )
    assert ricci == g.ricci().scalar(0, 0)


@pytest.mark.parametrize("name", FRAMES)
def test_structure_equations_and_bianchi(name):
    frame = FRAMES[name]()
    n = frame.chart.dim
    assert all(form == 0 for form in frame.torsion())
    for i in range(n):
        for j in range(n):
            lowered = frame.norms[i] * frame.connection[i][j] + frame.norms[j] * frame.connection[j][i]
            assert lowered == (frame.norms[i].expr() * frame.chart.form(0, [1])).d() if i == j else lowered == 0
    first, second = frame.bianchi()
    assert all(form == 0 for form in first) and all(form == 0 for row in second for form in row)
    curved = frame.riemann()
    for c in range(n):
        for e in range(c + 1, n):
            value = frame.curvature[0][1].hook(vector_of(frame, c)).hook(vector_of(frame, e))
            assert value == frame.chart.form(0, [curved[0, 1, c, e] / frame.signature[0]])


def vector_of(frame, index):
    return frame.chart.vector([frame.dual[i][index] for i in range(frame.chart.dim)])


NUMERIC = {
    "Kerr": lambda: (spaces.kerr(1, Rational(1, 2)), [0.1, 3.2, 0.7, 0.4]),
    "Schwarzschild": lambda: (spaces.schwarzschild(1), [0.1, 5, 1.2, 0.3]),
    "FLRW": lambda: (spaces.flrw(1, lambda t: 1 + t**2), [0.6, 0.4, 1.1, 0.2]),
    "Gödel": lambda: (goedel().metric, [0.1, 0.3, 0.2, 0.5]),
    "skew": lambda: (skew().metric, [0.3, 0.2, 0.7]),
    "torus": lambda: (Metric(Chart("u v"), [(2 + cos(Chart("u v")[1])) ** 2, 1]), [0.3, 0.8]),
}


@pytest.mark.parametrize("name", NUMERIC)
def test_riemann_against_finite_differences(name):
    g, point = NUMERIC[name]()
    with mpmath.workdps(by.DIGITS):
        numeric = by.Curved(by.metric_of(g.matrix, g.chart), [mpmath.mpf(v) for v in point]).riemann
    exact = g.riemann(lower=True)
    at = dict(zip(g.chart, map(sp.Rational, map(str, point)), strict=True))
    n = g.chart.dim
    largest = 0
    for index in [(i, j, p, q) for i in range(n) for j in range(i) for p in range(n) for q in range(p)]:
        value = mpmath.mpmathify(sp.N(exact[index].subs(at), 30))
        largest = max(largest, abs(value))
        assert abs(value - numeric(*index)) < 1e-12
    assert largest > 1e-3


@pytest.mark.parametrize("name", ["polar", "cylindrical", "spherical", "parabolic", "prolate", "toroidal"])
def test_ready_made_charts_are_flat(name):
    space = getattr(spaces, name)()
    g = space.metric
    off_diagonal = [g.matrix[i, j] for i in range(g.chart.dim) for j in range(i)]
    assert g.riemann() == 0 and set(off_diagonal) == {0}
    target = space.embedding.target
    pulled = target.volume.pull(space.embedding)
    assert pulled == g.volume or pulled == -g.volume


def test_weyl_is_conformally_invariant_and_traceless():
    t, r, th, _ = (chart := Chart("t r theta phi", positive="r"))
    f = 1 - 2 * M / r
    bare = [-f, 1 / f, r**2, r**2 * sin(th) ** 2]
    g, scaled = Metric(chart, bare), Metric(chart, [(1 + t**2) * entry for entry in bare])
    for index, value in g.weyl().independent().items():
        assert chart.form(0, [scaled.weyl()[index]]) == chart.form(0, [(1 + t**2) * value])
    assert chart.form(0, [scaled.einstein()[0, 0]]) != 0
    trace = sum(g.inverse[i, i] * scaled.weyl()[i, 2, i, 2] for i in range(4))
    assert chart.form(0, [trace]) == 0


def test_vacuum_with_a_cosmological_constant_and_five_dimensions():
    chart = Chart("t r u v w", positive="r")
    _, r, u, v, _ = chart
    f = 1 - M / r**2 - H**2 * r**2
    g = Metric(chart, [-f, 1 / f, r**2, r**2 * sin(u) ** 2, r**2 * sin(u) ** 2 * sin(v) ** 2])
    assert chart.form(0, [g.scalar()]) == chart.form(0, [20 * H**2])
    assert g.ricci().matrix().applyfunc(sp.simplify) == (4 * H**2 * g.matrix).applyfunc(sp.simplify)


def test_induced_metric_and_gauss_curvature():
    chart, space = Chart("u v"), Chart("x y z")
    u, v = chart
    R, rho = symbols("R rho", positive=True)
    place = Map(chart, space, [(R + rho * cos(v)) * cos(u), (R + rho * cos(v)) * sin(u), rho * sin(v)])
    g = Metric(space, [1, 1, 1]).pull(place)
    assert chart.form(0, [g.gauss()]) == chart.form(0, [cos(v) / (rho * (R + rho * cos(v)))])


def test_geodesics_of_the_sphere_are_great_circles():
    chart = Chart("theta phi")
    theta, _ = chart
    g = Metric(chart, [1, sin(theta) ** 2])
    tau = sp.Symbol("tau", real=True)
    th, ph = Function("theta")(tau), Function("phi")(tau)
    first, second = g.geodesic(tau)
    assert sp.simplify(first.rhs - sin(th) * cos(th) * ph.diff(tau) ** 2) == 0
    equator = {th: sp.pi / 2, ph: tau}
    assert first.subs(equator).doit() and second.subs(equator).doit()


def test_line_elements():
    r, th, dr, dth = symbols("r theta dr dtheta")
    chart = Chart("r theta")
    assert Metric.from_line_element(chart, dr**2 + r**2 * dth**2) == Metric(chart, [1, chart[0] ** 2])
    skewed = Metric.from_line_element(chart, dr**2 + 2 * dr * dth + (1 + r**2) * dth**2 + 0 * th)
    assert skewed.matrix[0, 1] == 1


# Space-times whose curvature is known.


def kerr_newman_de_sitter(charge, L):
    t, r, th, ph = Chart("t r theta phi", positive="r")
    S, s2 = r**2 + a**2 * cos(th) ** 2, sin(th) ** 2
    radial, polar = (r**2 + a**2) * (1 - L * r**2 / 3) - 2 * M * r + charge**2, 1 + L * a**2 * cos(th) ** 2 / 3
    unit = 1 + L * a**2 / 3
    forms = [(d(t) - a * s2 * d(ph)) / unit, d(r), d(th), ((r**2 + a**2) * d(ph) - a * d(t)) / unit]
    return Coframe(forms, [-radial / S, S / radial, S / polar, polar * s2 / S])


def test_kerr_newman_has_no_scalar_curvature_but_a_ricci_tensor():
    frame = kerr_newman_de_sitter(H, 0)
    assert frame.scalar() == 0 and frame.metric.scalar() == 0 and frame.ricci() != 0


def test_kerr_de_sitter_is_an_einstein_space():
    frame = kerr_newman_de_sitter(0, k)
    excess = [frame.tensors.ricci_at(i, i) - frame.ring(k) * frame.norms[i] for i in range(4)]
    assert all(value.is_zero() for value in excess)
    assert all(frame.tensors.ricci_at(i, j) is None for i in range(4) for j in range(i))
    assert not frame.tensors.weyl_squared.is_zero()


def test_bondi_sachs_with_unknown_functions():
    chart = Chart("u r theta phi", positive="r")
    _, r, th, _ = chart
    V, beta, U, gamma = (Function(name)(*chart.symbols[:3]) for name in ("V", "beta", "U", "gamma"))
    rim, drag = r**2 * exp(2 * gamma), -U * r**2 * exp(2 * gamma)
    rows = [
        [-(V / r) * exp(2 * beta) + U**2 * rim, -exp(2 * beta), drag, 0],
        [-exp(2 * beta), 0, 0, 0],
        [drag, 0, rim, 0],
        [0, 0, 0, r**2 * exp(-2 * gamma) * sin(th) ** 2],
    ]
    ricci = Metric(chart, rows).ricci()
    assert chart.form(0, [ricci["r", "r"]]) == chart.form(0, [4 * beta.diff(r) / r - 2 * gamma.diff(r) ** 2])


def test_myers_perry_in_five_dimensions_is_a_vacuum():
    t, r, th, ph, ps = (chart := Chart("t r theta phi psi", positive="r"))
    b = symbols("b", positive=True)
    rho = r**2 + a**2 * cos(th) ** 2 + b**2 * sin(th) ** 2
    delta = (r**2 + a**2) * (r**2 + b**2) / r**2 - M
    twist = d(t) - a * sin(th) ** 2 * d(ph) - b * cos(th) ** 2 * d(ps)
    bare = [-1, rho / delta, rho, (r**2 + a**2) * sin(th) ** 2, (r**2 + b**2) * cos(th) ** 2]
    g = Metric(chart, sp.Matrix(5, 5, lambda i, j: (bare[i] if i == j else 0) + M / rho * twist[i] * twist[j]))
    assert g.ricci() == 0 and chart.form(0, [g.kretschmann()]) != 0


def test_the_curvature_of_a_wrong_kerr_metric_is_refuted():
    chart = Chart("t r theta phi", positive="r")
    right = spaces.kerr(M, a).matrix
    wrong = right.as_mutable()
    wrong[3, 3] = wrong[3, 3] + a**2
    flipped = right.as_mutable()
    flipped[0, 3] = -flipped[0, 3]
    assert Metric(chart, wrong).ricci() != 0
    with pytest.raises(SingularMetric, match="symmetric"):
        Metric(chart, flipped)
