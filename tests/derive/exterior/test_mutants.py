"""Wrong results are refuted: single mutations of curvatures, Laplacians, potentials, connections, stars and integrals.

Which mutants are wrong is said by mpmath (`truly_different`), not by the engine; the engine must refuse each of them.
"""

import pytest
import sympy as sp
from sympy import Function, Rational, cos, exp, sin, symbols

from derive import Claim, Status, verify
from derive.exterior import Chain, Chart, Coframe, Metric, d, spaces
from tests.mutation import mutants, truly_different

M, a, k, Q = symbols("M a k Q", positive=True)
VALUES = [
    Rational(13, 5),
    Rational(7, 10),
    Rational(9, 8),
    Rational(5, 3),
    Rational(2, 7),
    Rational(4, 9),
    Rational(6, 7),
]


def reissner_nordstroem():
    chart = Chart("t r theta phi", positive="r")
    _, r, th, _ = chart
    f = 1 - 2 * M / r + Q**2 / r**2
    return Metric(chart, [-f, 1 / f, r**2, r**2 * sin(th) ** 2])


def conformal():
    chart = Chart("x y")
    x, y = chart
    return Metric(chart, [(1 + x**2 + y**4) * exp(x * y)] * 2)


def torus():
    u, v = Chart("u v")
    return Coframe([d(v), (2 + a * cos(v)) * d(u)])


def laplacian():
    space = spaces.parabolic()
    u, v, ph = space.chart
    return space.metric.laplacian(u**2 * v * sin(ph) + exp(u))


def potential():
    x, y, z = Chart("x y z")
    return ((2 * x * y + z**3) * d(x) + x**2 * d(y) + 3 * x * z**2 * d(z)).potential().expr


def area():
    x, y = Chart("x y")
    t = sp.Symbol("t", real=True)
    return (x * d(y)).over(Chain({x: a * cos(t), y: (1 + k) * sin(t) + a * t}, (t, 0, 1)))


RESULTS = {
    "Kerr, Kretschmann": lambda: spaces.kerr(M, a).kretschmann(),
    "Kerr, a Christoffel symbol": lambda: spaces.kerr(M, a).christoffel()["r", "theta", "theta"],
    "Schwarzschild, a component of Riemann": lambda: spaces.schwarzschild(M).riemann(lower=True)[0, 1, 0, 1],
    "Schwarzschild, Γ": lambda: spaces.schwarzschild(M).christoffel()["r", "t", "t"],
    "Reissner–Nordström, Kretschmann": lambda: reissner_nordstroem().kretschmann(),
    "Reissner–Nordström, Ricci": lambda: reissner_nordstroem().ricci()["theta", "theta"],
    "Reissner–Nordström, Weyl": lambda: reissner_nordstroem().weyl()[0, 1, 0, 1],
    "Friedmann": lambda: spaces.flrw(k, lambda t: 1 + t**2).einstein()[0, 0],
    "conformal surface": lambda: conformal().gauss(),
    "torus by frames": lambda: torus().scalar(),
    "Laplacian": laplacian,
    "divergence": lambda: spaces.spherical().metric.div(spaces.spherical().chart.vector([M, a, 1])),
    "potential": potential,
    "integral": area,
}


def wrong_ones(name, most=14):
    """(right, mutant, point) for mutants that mpmath tells from the result."""
    right = RESULTS[name]()
    names = sorted(right.free_symbols, key=str)
    point = dict(zip(names, VALUES, strict=False))
    found = [m for _, m in mutants(right) if truly_different(right, m, point)]
    return right, found[:: max(len(found) // most, 1)][:most], point


@pytest.mark.parametrize("name", RESULTS)
def test_wrong_results_are_refuted_exactly(name):
    right, wrong, _ = wrong_ones(name)
    chart = next((s.chart for s in right.free_symbols if hasattr(s, "chart")), Chart("x"))
    assert len(wrong) >= 2 and chart.form(0, [right]) == chart.form(0, [sp.expand(right)])
    for mutant in wrong:
        assert chart.form(0, [right]) != chart.form(0, [mutant]), mutant


@pytest.mark.parametrize("name", RESULTS)
def test_wrong_results_are_refuted_by_the_ladder(name):
    right, wrong, _ = wrong_ones(name, 3)
    for mutant in wrong:
        evidence = verify(Claim(right, mutant))
        assert evidence.status is Status.REFUTED and evidence.counterexample is not None, mutant


def test_there_are_enough_of_them():
    assert sum(len(wrong_ones(name)[1]) for name in RESULTS) >= 100


# Whole objects.


def kerr_frame():
    t, r, X, ph = Chart("t r X phi", positive="r")
    S, D, s2 = r**2 + a**2 * X**2, r**2 - 2 * M * r + a**2, 1 - X**2
    forms = [d(t) - a * s2 * d(ph), d(r), d(X), (r**2 + a**2) * d(ph) - a * d(t)]
    return Coframe(forms, [-D / S, S / D, S / s2, s2 / S])


def hyperbolic():
    r, u, v = Chart("r u v", positive="r")
    return Coframe([d(r), sp.sinh(r) * d(u), sp.sinh(r) * sin(u) * d(v)])


FRAMES = {"Kerr": kerr_frame, "hyperbolic": hyperbolic, "surface": lambda: Coframe([d(Chart("u v")[0]), Function("f")(*Chart("u v")) * d(Chart("u v")[1])])}  # fmt: skip  # noqa: E501
CHANGES = {"sign": lambda w: -w, "factor": lambda w: 2 * w, "dropped": lambda w: 0 * w}


def with_connection(frame, omega):
    """The same frame with other connection forms."""
    copy = Coframe(frame.forms, [norm.expr() for norm in frame.norms])
    copy.__dict__["connection"] = omega
    return copy


def replaced(square, place, form):
    i, j = place
    return tuple(
        tuple(form if (p, q) == (i, j) else entry for q, entry in enumerate(row)) for p, row in enumerate(square)
    )


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("change", CHANGES)
def test_a_wrong_connection_has_torsion(name, change):
    frame = FRAMES[name]()
    assert all(form == 0 for form in frame.torsion())
    changed = 0
    for i, row in enumerate(frame.connection):
        for j, form in enumerate(row):
            # a part of ω^i_j along e^j does not enter the torsion: that part is seen by dη = ω + ωᵀ instead
            if form * frame.forms[j] != 0:
                wrong = with_connection(frame, replaced(frame.connection, (i, j), CHANGES[change](form)))
                assert any(torsion != 0 for torsion in wrong.torsion())
                changed += 1
    assert changed


@pytest.mark.parametrize("name", ["Kerr", "hyperbolic"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_wrong_curvature_breaks_bianchi(name, change):
    """One curvature form of Ω^a_b∧e^b = 0 changed, wherever it is not parallel to e^b by itself."""
    frame = FRAMES[name]()
    changed = 0
    for i, row in enumerate(frame.curvature):
        for j, form in enumerate(row):
            if form * frame.forms[j] != 0 or i == j == 0:
                wrong = Coframe(frame.forms, [norm.expr() for norm in frame.norms])
                wrong.__dict__["curvature"] = replaced(frame.curvature, (i, j), CHANGES[change](form))
                first, second = wrong.bianchi()
                broken = any(f != 0 for f in first) or any(f != 0 for r in second for f in r)
                assert broken == (form != 0)
                changed += form != 0
            elif form != 0:
                wrong = Coframe(frame.forms, [norm.expr() for norm in frame.norms])
                wrong.__dict__["curvature"] = replaced(frame.curvature, (i, j), CHANGES[change](form))
                assert any(f != 0 for r in wrong.bianchi()[1] for f in r)
                changed += 1
    assert changed >= 6


VACUA = {
    "Schwarzschild": lambda: spaces.schwarzschild(M).matrix,
    "Kerr": lambda: spaces.kerr(M, a).matrix,
}


@pytest.mark.parametrize("name", VACUA)
def test_a_wrong_vacuum_is_refuted(name):
    """An entry of a vacuum metric doubled, or with a term added, is none any more."""
    chart = Chart("t r theta phi", positive="r")
    right = VACUA[name]()
    assert Metric(chart, right).ricci() == 0
    for i, change in ((0, lambda e: e - 1), (1, lambda e: 2 * e), (2, lambda e: e + M**2), (3, lambda e: 2 * e)):
        wrong = right.as_mutable()
        wrong[i, i] = change(wrong[i, i])
        if (name, i) == ("Schwarzschild", 3):
            continue  # 2 dφ² is the same vacuum in another angle
        assert Metric(chart, wrong).ricci() != 0, i


def test_wrong_potentials_are_refuted():
    x, y, z = Chart("x y z")
    exact = d(y * z**2 * d(x) + x**2 * y * d(y) + x * y * z**3 * d(z))
    right = exact.potential()
    for index, value in right.components.items():
        for factor in (-1, 2, 0):
            wrong = right + right.chart.form(1, {index: (factor - 1) * value})
            assert d(wrong) != exact
