"""Chains: ∂∂ = 0, Stokes on both sides and by every method."""

# ruff: noqa: E501  (tables read best one case a line)

import pytest
import sympy as sp
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import cos, exp, pi, sin, symbols

from derive import NoClosedForm
from derive.exterior import Chain, Chart, Map, Metric, d

SETTINGS = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
M = Chart("x y z")
x, y, z = M
u, v, w = symbols("u v w", real=True)
r, a = symbols("r a", positive=True)
numbers = st.integers(-3, 3)


@st.composite
def chains(draw):
    kind = draw(st.sampled_from(["simplex", "box", "curved"]))
    k = draw(st.integers(1, 3))
    if kind == "simplex":
        return Chain.simplex(M, *[[draw(numbers) for _ in range(3)] for _ in range(k + 1)])
    names = (u, v, w)[:k]
    ranges = [(name, 0, 1) for name in names] if kind == "box" else [(u, 0, 1), (v, -u, 2), (w, u, 1 + v**2)][:k]
    values = {c: sum(draw(numbers) * s for s in names) + draw(numbers) * names[0] * names[-1] for c in M}
    return Chain(values, *ranges)


@st.composite
def forms(draw, degree):
    monomial = st.builds(lambda c, i, j: c * M[i] * M[j] ** 2, numbers, st.integers(0, 2), st.integers(0, 2))
    size = sp.binomial(3, degree)
    return M.form(degree, draw(st.lists(monomial, min_size=int(size), max_size=int(size))))


def stokes(form, chain, **options):
    return d(form).over(chain, **options), form.over(chain.boundary(), **options)


@SETTINGS
@given(chains())
def test_the_boundary_has_no_boundary(chain):
    assert chain.boundary().boundary() == 0


@SETTINGS
@given(chains().flatmap(lambda c: st.tuples(forms(c.dim - 1), st.just(c))))
def test_stokes(pair):
    inside, rim = stokes(*pair)
    assert sp.expand(inside - rim) == 0


@settings(SETTINGS, max_examples=4)
@given(chains().flatmap(lambda c: st.tuples(forms(c.dim - 1), st.just(c))))
def test_stokes_by_quadrature(pair):
    inside, rim = stokes(*pair, method="torch", nodes=12)
    assert torch.allclose(inside, rim, rtol=1e-9, atol=1e-9)
    assert abs(float(inside) - float(pair[0].d().over(pair[1]))) < 1e-6 * (1 + abs(float(inside)))


def test_a_boundary_with_a_wrong_sign_is_noticed():
    chain = Chain.simplex(M, (0, 0, 0), (1, 0, 0), (0, 1, 0))
    wrong = Chain.of(M, 1, [(abs(count), cell) for count, cell in chain.boundary().cells])
    assert wrong.boundary() != 0
    assert (x * d(y)).over(wrong) != d(x * d(y)).over(chain)


CURVED = {
    "paraboloid": (-y * d(x) + x * z * d(y) + x * d(z), {x: r * cos(u), y: r * sin(u), z: 1 - r**2}, [(r, 0, 1), (u, 0, 2 * pi)]),
    "hemisphere": (z * d(x) + x**2 * d(y), {x: sin(v) * cos(u), y: sin(v) * sin(u), z: cos(v)}, [(v, 0, pi / 2), (u, 0, 2 * pi)]),
    "helix": (exp(z) * M.form(0, [x * y]), {x: cos(u), y: sin(u), z: u}, [(u, 0, pi / 3)]),
    "ball": (x * d(y) * d(z), {x: r * sin(v) * cos(u), y: r * sin(v) * sin(u), z: r * cos(v)}, [(r, 0, a), (v, 0, pi), (u, 0, 2 * pi)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CURVED)
def test_stokes_on_curved_chains(name):
    form, values, ranges = CURVED[name]
    chain = Chain(values, *ranges)
    inside, rim = stokes(form, chain)
    assert sp.simplify(inside - rim) == 0
    at = {a: sp.Rational(3, 2)} if name == "ball" else {}
    ball = d(form).over(chain, method="ball", at=at)
    assert ball.rigorous and ball.overlaps(form.over(chain.boundary(), method="ball", at=at))
    assert abs(float(ball.mid) - float(inside.subs(at))) < 1e-12
    number = d(form).over(chain, method="torch", at={key: float(value) for key, value in at.items()})
    assert abs(float(number) - float(ball.mid)) < 1e-9


def test_torch_integrals_have_gradients():
    size = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    disc = Chain({x: a * r * cos(u), y: a * r * sin(u), z: 0}, (r, 0, 1), (u, 0, 2 * pi))
    area = (d(x) * d(y)).over(disc, method="torch", at={a: size})
    area.backward()
    assert abs(area.item() - 4 * float(pi)) < 1e-9 and abs(size.grad.item() - 4 * float(pi)) < 1e-9


def test_transport_of_chains_is_dual_to_pullback():
    polar = Chart("s t")
    s, t = polar
    F = Map(polar, M, {x: s * cos(t), y: s * sin(t), z: s})
    cell = Chain.box(polar, (s, 0, 1), (t, 0, s))
    form = z * d(x) * d(y)
    assert form.over(cell.pushed(F)) == form.pull(F).over(cell)
    assert Chain.box(polar, (t, 0, 1), (s, 0, 1)) != Chain.box(polar, (s, 0, 1), (t, 0, 1))
    assert (d(s) * d(t)).over(Chain.box(polar, (t, 0, 1), (s, 0, 2))) == 2


def test_a_constant_may_have_the_name_of_a_parameter():
    constant = sp.Symbol("u_1", real=True)
    assert d(x).over(Chain({x: constant * u, y: 0, z: 0}, (u, 0, 1))) == constant
    s = sp.Symbol("s_1", real=True)
    value = d(x).over(Chain({x: s * u, y: 0, z: 0}, (u, 0, 1)), method="torch", at={s: 3.0})
    assert abs(float(value) - 3) < 1e-12


def test_gauss_bonnet_on_an_ellipsoid_numerically():
    chart = Chart("theta phi")
    th, ph = chart
    shape = Map(chart, M, [3 * sin(th) * cos(ph), 2 * sin(th) * sin(ph), cos(th)])
    g = Metric(M, [1, 1, 1]).pull(shape, signature=(1, 1))
    total = (g.gauss() * g.volume).over(Chain.box(chart, (th, 0, pi), (ph, 0, 2 * pi)), method="torch", nodes=80)
    assert abs(float(total) - 4 * float(pi)) < 1e-6


def test_what_has_no_closed_form_is_named():
    curve = Chain({x: u, y: 0, z: 0}, (u, 0, 1))
    with pytest.raises(NoClosedForm, match=r"method='ball'|not confirmed|unknown functions"):
        (sp.Function("f")(x) * d(x)).over(curve)
