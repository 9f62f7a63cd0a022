"""The laws of exterior calculus on drawn forms, fields and maps; each fails for an implementation with a wrong sign."""

import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import exp, sin

from derive.exterior import Chart, Map, Metric, d, hodge, masks, wedge
from derive.exterior.pfaff import is_integrable

SETTINGS = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
M = Chart("x y z w")
N = Chart("p q r")
L = Chart("s t")


def polynomials(chart):
    """Two terms of low degree with small coefficients."""
    index = st.integers(0, chart.dim - 1)
    term = st.builds(
        lambda c, i, j, k: c * chart[i] ** j * chart[k], st.integers(-3, 3), index, st.integers(0, 2), index
    )
    return st.builds(lambda a, b: a + b, term, term)


def functions(chart):
    """Polynomials, sometimes with sin, exp or a denominator that does not vanish."""
    u, v, *_ = chart
    dressing = st.sampled_from([sp.S.One, sp.S.One, sp.S.One, sin(u), exp(v), 1 / (1 + u**2)])
    return st.builds(lambda a, f: a * f, polynomials(chart), dressing)


def forms(chart, degree):
    places = masks.basis(chart.dim, degree)
    sparse = st.dictionaries(
        st.sampled_from([masks.members(m) for m in places]), functions(chart), min_size=1, max_size=2
    )
    return sparse.map(lambda table: chart.form(degree, table))


def any_form(chart, least=0, most=None):
    return st.integers(least, chart.dim if most is None else most).flatmap(lambda degree: forms(chart, degree))


def fields(chart):
    return st.lists(polynomials(chart), min_size=chart.dim, max_size=chart.dim).map(chart.vector)


def maps(source, target):
    return st.lists(polynomials(source), min_size=target.dim, max_size=target.dim).map(lambda v: Map(source, target, v))


def squares_to_zero(w):
    return d(d(w)) == 0


def leibniz(v, w):
    return d(v * w) == d(v) * w + (-1) ** v.degree * (v * d(w))


def commutes_gradedly(v, w):
    return v * w == (-1) ** (v.degree * w.degree) * (w * v)


def associates(u, v, w):
    return (u * v) * w == u * (v * w) == wedge(u, v, w)


def antiderives(X, v, w):
    return (v * w).hook(X) == v.hook(X) * w + (-1) ** v.degree * (v * w.hook(X))


def hooks_anticommute(X, Y, w):
    return w.hook(X).hook(Y) == -w.hook(Y).hook(X)


def cartan(X, w):
    """L_X w by its definition on vector fields: (L_X w)(Y…) = X(w(Y…)) − Σ w(…, [X, Y], …), on coordinate fields."""
    lie = w.lie(X)
    for mask in masks.basis(M.dim, w.degree):
        frame = [M.fields[i] for i in masks.members(mask)]
        value = X(w(*frame)) - sum(w(*frame[:i], X.bracket(Y), *frame[i + 1 :]) for i, Y in enumerate(frame))
        if M.form(0, [lie(*frame)]) != M.form(0, [value]):
            return False
    return True


def magic(X, v, w):
    """L = dι + ιd, L d = d L, and Leibniz' rule without a sign."""
    homotopy = d(v).hook(X) + (d(v.hook(X)) if v.degree else v.chart.zero(0))
    derivation = (v * w).lie(X) == v.lie(X) * w + v * w.lie(X)
    return v.lie(X) == homotopy and d(v).lie(X) == d(v.lie(X)) and derivation


def bracket_of_hooks(X, Y, w):
    return w.hook(Y).lie(X) - w.lie(X).hook(Y) == w.hook(X.bracket(Y))


def bracket_of_lies(X, Y, w):
    return w.lie(Y).lie(X) - w.lie(X).lie(Y) == w.lie(X.bracket(Y))


def d_on_fields(X, Y, w):
    """dw(X, Y) = X(w(Y)) − Y(w(X)) − w([X, Y])."""
    return M.form(0, [d(w)(X, Y)]) == M.form(0, [X(w(Y)) - Y(w(X)) - w(X.bracket(Y))])


def jacobi(X, Y, Z):
    return X.bracket(Y.bracket(Z)) + Y.bracket(Z.bracket(X)) + Z.bracket(X.bracket(Y)) == 0


def natural(F, v, w):
    return d(w).pull(F) == d(w.pull(F)) and (v * w).pull(F) == v.pull(F) * w.pull(F)


def functorial(F, G, w):
    return w.pull(G @ F) == w.pull(G).pull(F) and w.pull(Map.identity(w.chart)) == w


@SETTINGS
@given(any_form(M))
def test_d_squares_to_zero(w):
    assert squares_to_zero(w)


@SETTINGS
@given(any_form(M, 0, 2), any_form(M, 0, 2))
def test_leibniz(v, w):
    assert leibniz(v, w)


@SETTINGS
@given(any_form(M), any_form(M))
def test_graded_commutativity(v, w):
    assert commutes_gradedly(v, w)


@SETTINGS
@given(any_form(M, 0, 2), any_form(M, 0, 2), any_form(M, 0, 2))
def test_associativity(u, v, w):
    assert associates(u, v, w)


@SETTINGS
@given(fields(M), any_form(M, 1, 2), any_form(M, 1, 2))
def test_hook_is_an_antiderivation(X, v, w):
    assert antiderives(X, v, w)


@SETTINGS
@given(fields(M), fields(M), any_form(M, 2, 4))
def test_hooks_anticommute(X, Y, w):
    assert hooks_anticommute(X, Y, w)


@settings(SETTINGS, max_examples=6)
@given(fields(M), any_form(M, 0, 2))
def test_cartan(X, w):
    assert cartan(X, w)


@settings(SETTINGS, max_examples=8)
@given(fields(M), any_form(M, 0, 2), any_form(M, 0, 1))
def test_cartans_formula(X, v, w):
    assert magic(X, v, w)


@settings(SETTINGS, max_examples=6)
@given(fields(M), fields(M), any_form(M, 1, 3))
def test_brackets(X, Y, w):
    assert bracket_of_hooks(X, Y, w)


@settings(SETTINGS, max_examples=6)
@given(fields(M), fields(M), any_form(M, 1, 2))
def test_lie_derivatives_represent_the_bracket(X, Y, w):
    assert bracket_of_lies(X, Y, w)


@settings(SETTINGS, max_examples=6)
@given(fields(M), fields(M), forms(M, 1))
def test_d_by_brackets(X, Y, w):
    assert d_on_fields(X, Y, w)


@settings(SETTINGS, max_examples=8)
@given(fields(N), fields(N), fields(N))
def test_jacobi(X, Y, Z):
    assert jacobi(X, Y, Z)


@settings(SETTINGS, max_examples=8)
@given(maps(L, N), any_form(N, 0, 1), any_form(N, 0, 1))
def test_pullback_is_natural(F, v, w):
    assert natural(F, v, w)


@settings(SETTINGS, max_examples=6)
@given(maps(L, L), maps(L, N), any_form(N, 0, 2))
def test_pullback_is_functorial(F, G, w):
    assert functorial(F, G, w)


# Metrics: random symmetric ones with polynomial entries, of determinant that is not zero.


@st.composite
def metrics(draw, chart):
    """A diagonal of signs and squares, mixed by a unipotent matrix: signature known."""
    n = chart.dim
    signs = draw(st.lists(st.sampled_from([1, -1]), min_size=n, max_size=n))
    scales = [draw(st.sampled_from([1, 1 + chart[0] ** 2, chart[-1] ** 2 + 2, 2])) for _ in range(n)]
    mix = sp.eye(n)
    mix[0, n - 1] = draw(st.sampled_from([0, 1, chart[1]]))
    diagonal = sp.diag(*[sign * scale**2 for sign, scale in zip(signs, scales, strict=True)])
    return Metric(chart, mix.T * diagonal * mix), signs.count(-1)


def stars_twice(g, q, w):
    n, k = g.chart.dim, w.degree
    return g.star(g.star(w)) == (-1) ** (k * (n - k) + q) * w


def star_is_the_product(g, v, w):
    return v * g.star(w) == g.inner(v, w) * g.volume == w * g.star(v)


def delta_is_adjoint(g, v, w):
    """d(v∧⋆w) = dv∧⋆w − v∧⋆δw, so that ∫⟨dv, w⟩ = ∫⟨v, δw⟩ up to the boundary."""
    return d(v * g.star(w)) == d(v) * g.star(w) - v * g.star(g.codifferential(w))


@settings(SETTINGS, max_examples=8)
@given(metrics(N), any_form(N))
def test_star_twice(metric, w):
    g, q = metric
    assert stars_twice(g, q, w)


@settings(SETTINGS, max_examples=8)
@given(metrics(N), st.integers(0, 3).flatmap(lambda k: st.tuples(forms(N, k), forms(N, k))))
def test_star_is_the_product(metric, pair):
    assert star_is_the_product(metric[0], *pair)


@settings(SETTINGS, max_examples=6)
@given(metrics(N), st.integers(0, 2).flatmap(lambda k: st.tuples(forms(N, k), forms(N, k + 1))))
def test_codifferential_is_adjoint(metric, pair):
    assert delta_is_adjoint(metric[0], *pair)


@settings(SETTINGS, max_examples=8)
@given(metrics(N), functions(N), fields(N))
def test_vector_calculus_from_forms(metric, f, X):
    g = metric[0]
    assert g.curl(g.grad(f)) == 0
    assert N.form(0, [g.div(g.curl(X))]) == 0
    assert d(g.volume.hook(X)) == g.div(X) * g.volume
    assert g.sharp(g.flat(X)) == X
    assert N.form(0, [g.laplacian(f)]) == -g.laplace_de_rham(f)


@settings(SETTINGS, max_examples=6)
@given(functions(N), functions(N))
def test_f_dg_is_integrable(f, g):
    if N.d(g) != 0 and N.form(0, [f]) != 0:
        assert is_integrable(f * N.d(g))


@settings(SETTINGS, max_examples=6)
@given(any_form(N, 0, 2))
def test_potential_of_what_is_exact(p):
    w = d(p)
    if all(value.is_polynomial(*p.chart) for value in w.components.values()):
        assert d(w.potential()) == w
        assert d(w.potential(centre=[1, 2, -1])) == w


# Wrong signs: each must be noticed by a law.

x, y, z, w4 = M
A, B, C2 = y * d(x) + x * z * d(w4), z**2 * d(y) + x * d(z), x * y * d(z) * d(w4) + z * d(x) * d(y)
X4, Y4 = M.vector([y, x * z, 1, w4]), M.vector([z, 1, x, x * y])
G3 = Metric(N, [-1, 1 + N[0] ** 2, 1])


def all_laws():
    yield "normal", M.d(x * y) == y * d(x) + x * d(y) and d(x)(M.fields[0]) == 1
    yield "dd", squares_to_zero(x * y * z * d(w4)) and squares_to_zero(A)
    yield "leibniz", leibniz(A, B) and leibniz(A, C2)
    yield "commutativity", commutes_gradedly(A, B) and commutes_gradedly(A, C2)
    yield "associativity", associates(A, B, C2)
    yield "hook", antiderives(X4, A, B) and hooks_anticommute(X4, Y4, C2)
    yield "cartan", cartan(X4, A) and cartan(X4, C2) and magic(X4, A, B) and magic(X4, M.form(0, [x * w4]), C2)
    yield "fields", d_on_fields(X4, Y4, A) and bracket_of_hooks(X4, Y4, C2)
    p, q, r = N.differentials
    yield "star", all(stars_twice(G3, 1, f) and star_is_the_product(G3, f, f) for f in (p, q, r, p * q, q * r, p * r))
    yield "delta", delta_is_adjoint(G3, N[0] * p, N[1] * p * q) and delta_is_adjoint(G3, N.form(0, [N[0]]), N[0] * p)


def broken():
    failing = set()
    for name, holds in all_laws():
        if not holds:
            failing.add(name)
    return failing


def test_the_laws_hold_on_the_specimens():
    assert broken() == set()


RIGHT = {name: getattr(masks, name) for name in ("product_sign", "hook_sign")}
MUTANTS = {
    "hook_sign without sign": ("hook_sign", lambda mask, i: 1, {"dd", "cartan"}),
    "hook_sign turned": ("hook_sign", lambda mask, i: -RIGHT["hook_sign"](mask, i), {"normal"}),
    "wedge without sign": ("product_sign", lambda a, b: 1, {"commutativity", "leibniz"}),
    "wedge turned": ("product_sign", lambda a, b: -RIGHT["product_sign"](a, b), {"star"}),
    "wedge counts from the wrong end": ("product_sign", lambda a, b: RIGHT["product_sign"](b, a), {"leibniz"}),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_sign_is_noticed(name, monkeypatch):
    target, wrong, expected = MUTANTS[name]
    monkeypatch.setattr(masks, target, wrong)
    assert broken() & expected


def test_a_leibniz_rule_without_its_sign_is_refuted():
    assert d(A * B) != d(A) * B + A * d(B)


def test_a_wrong_star_is_refuted(monkeypatch):
    right = hodge.star
    monkeypatch.setattr(hodge, "star", lambda g, w: -right(g, w) if w.degree == 1 else right(g, w))
    assert broken() & {"star"}


def test_a_wrong_delta_is_refuted(monkeypatch):
    right = hodge.codifferential
    monkeypatch.setattr(hodge, "codifferential", lambda g, w: -right(g, w) if w.degree == 1 else right(g, w))
    assert broken() & {"delta"}
