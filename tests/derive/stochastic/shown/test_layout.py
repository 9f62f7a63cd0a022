"""Display of results: every form equals what it replaces, is no longer, and has no exponential twice; letters mean what
they stand for."""

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.printing import plain
from derive.stochastic import SDE
from derive.stochastic.shown import layout as room
from derive.stochastic.shown.abbreviations import abbreviated, written_out
from derive.stochastic.shown.layout import Root, laid_out, root_of, same_form, size, terms_in_time
from derive.stochastic.shown.rows import Row, density_rows, in_time, normal, row, whole
from derive.stochastic.solutions.solution import ItoIntegral
from derive.text import parse

x, v, t, s = sp.symbols("x v t s", real=True)
a, b, g, w, sigma = sp.symbols("a b g w sigma", positive=True)
x0, v0 = sp.symbols("x0 v0", real=True)
OMEGA = sp.Symbol("Omega", positive=True)


def number(e, point):
    return mpmath.mpmathify(sp.N(e.subs({name: sp.Rational(str(value)) for name, value in point.items()}), 30))


# (expression in exponentials, the textbook form)
FORMS = [
    (a - a * sp.exp(-b * t) + x0 * sp.exp(-b * t), a + (x0 - a) * sp.exp(-b * t)),
    (sp.exp(-g * t) * (sp.exp(g * t) * a + b), a + b * sp.exp(-g * t)),
    (sp.cos(a) * sp.cos(b * t) * x0 - sp.sin(a) * sp.sin(b * t) * x0, x0 * sp.cos(a + b * t)),
    ((sp.exp(2 * a * t) - 1) * sigma**2 / (2 * a) * sp.exp(-2 * a * t), sigma**2 * (1 - sp.exp(-2 * a * t)) / (2 * a)),
    (a / (sp.exp(g * t) * b), a * sp.exp(-g * t) / b),
    (x0 - x0**2 + (x0**2 - x0) * sp.exp(-t), x0 * (1 - x0) * (1 - sp.exp(-t))),
    ((1 - x0) * a + (x0 - 1) * a * sp.exp(-b * t), a * (1 - x0) * (1 - sp.exp(-b * t))),
]


@pytest.mark.parametrize(("given_form", "known"), FORMS, ids=[plain(known) for _, known in FORMS])
def test_textbook_forms(given_form, known):
    found = laid_out(given_form, t)
    assert size(found) <= size(known) and same_form(found, known)


def test_the_damped_oscillator_is_hyperbolic():
    root = sp.sqrt(g**2 - 4 * w**2)
    e = sp.exp(-g * t / 2) * (
        (x0 / 2 + (v0 + g * x0 / 2) / root) * sp.exp(root * t / 2)
        + (x0 / 2 - (v0 + g * x0 / 2) / root) * sp.exp(-root * t / 2)
    )
    found = root_of([e], t, OMEGA)
    assert found is not None and sp.expand(found.value**2 - g**2 / 4 + w**2) == 0
    shown = laid_out(e, t, (), found)
    known = sp.exp(-g * t / 2) * (x0 * sp.cosh(OMEGA * t) + (v0 + g * x0 / 2) * sp.sinh(OMEGA * t) / OMEGA)
    assert sp.simplify(shown - known) == 0 and not shown.has(root)
    point = {g: 1.1, w: 2.3, x0: 0.7, v0: -0.2, t: 0.9}  # below: the root is imaginary, the form holds all the same
    left, right = (mpmath.re(number(form, point)) for form in (e, shown.subs(OMEGA, found.value)))
    assert abs(left - right) < 1e-20


def test_numbers_get_a_letter_where_they_recur():
    """√2 in each of several results is Ω; once it stays √2. What divides by its square is written by Ω too."""
    several = [sp.cosh(sp.sqrt(2) * t) / sp.sqrt(2) + k * sp.sinh(sp.sqrt(2) * t) / sp.sqrt(2) for k in (1, 2, 3)]
    found = root_of(several, t, OMEGA)
    assert found is not None and found.value == sp.sqrt(2) and root_of(several[:1], t, OMEGA) is None
    base = 4 * w**2 - g**2
    root = root_of([sp.cos(sp.sqrt(base) * t / 2) / base], t, OMEGA)
    assert root is not None and root.into(sp.cos(sp.sqrt(base) * t / 2) / -base) == -sp.cos(OMEGA * t) / (4 * OMEGA**2)


def test_roots_that_are_factored_are_one():
    e = sp.exp(sp.sqrt(g - 2 * w) * sp.sqrt(g + 2 * w) * t) * sp.sqrt(g - 2 * w) * sp.sqrt(g + 2 * w)
    found = root_of([e], t, OMEGA)
    assert found is not None and laid_out(e, t, (), found) == OMEGA * sp.exp(OMEGA * t)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-3, 3), st.integers(0, 1)), min_size=1, max_size=4))
def test_every_form_keeps_the_value(terms):
    e = sp.Add(*(c * (a + k) * t**j * sp.exp(k * b * t) for c, k, j in terms))
    e = sp.expand(e * sp.exp(-b * t)) * sp.exp(b * t)
    found = laid_out(e, t)
    point = {a: 1.3, b: 0.4, t: 0.8}
    assert abs(number(sp.sympify(found), point) - number(sp.sympify(e), point)) < 1e-20
    assert size(found) <= size(e)


@pytest.mark.parametrize("change", [lambda e: -e, lambda e: e + 1, lambda e: e.subs(b, 2 * b), lambda e: e * (1 + a)])
def test_wrong_forms_are_not_taken(monkeypatch, change):
    """A mutant among the forms, made the shortest, is refused by the proof."""
    e = FORMS[0][0]
    wrong = change(e)
    monkeypatch.setattr(room, "_forms", lambda *_: iter([wrong]))
    monkeypatch.setattr(room, "size", lambda form: (0 if form == wrong else 9, 0))
    assert laid_out(e, t) == e


@pytest.mark.parametrize(
    ("drift", "diffusion", "kernels"),
    [
        ([v, -(w**2) * x], [[0], [sigma]], ["sin(w*(t-s))*sigma/w", "cos(w*(t-s))*sigma"]),
        ([-a * x - b * v, b * x - a * v], [[sigma, 0], [0, sigma]], ["cos(b*(t-s))*exp(-a*(t-s))*sigma"]),
        ([-a * x, -a * v], [[sigma], [sigma]], ["exp(-a*(t-s))*sigma"]),
    ],
    ids=["oscillator", "rotation", "decay"],
)
def test_one_integral_for_each_noise(drift, diffusion, kernels):
    """∫ κ(t − s) dW(s): the kernel is the response to a kick."""
    sde = SDE([x, v], drift, diffusion, t)
    for value, kernel in zip(sde.solve([x0, v0]).values, kernels, strict=False):
        shown = laid_out(value, t)
        integrals = [n for n in shown.atoms(ItoIntegral) if n.args[0].name in ("W", "W1")]
        assert len(integrals) == 1
        letter = sp.Dummy()
        front = sp.expand(shown.xreplace({integrals[0]: letter})).coeff(letter, 1)
        known = parse(kernel, symbols={n.name: n for n in (a, b, w, sigma, t)} | {"s": integrals[0].args[2]})
        assert sp.simplify(front * integrals[0].args[1] - known) == 0


def test_what_is_no_function_of_the_lag_stays():
    value = ItoIntegral(sp.Symbol("W"), 1 / (2 - s), s, 0, t) * (2 - t)
    assert laid_out(value, t) == value


def test_halves_of_a_root():
    root = Root(OMEGA, g**2 - 4 * w**2, sp.Rational(1, 2))
    even, odd = root.halves((a + OMEGA) / (b - OMEGA))  # type: ignore[misc]
    point = {a: 1.7, b: 0.6, g: 3.1, w: 0.9}
    omega = root.value.subs(point)
    assert abs(((a + OMEGA) / (b - OMEGA) - even - odd * OMEGA).subs({**point, OMEGA: omega})) < 1e-12
    assert root.halves(sp.sin(OMEGA)) is None


def test_terms_in_time_refuse_what_is_no_sum():
    assert terms_in_time(1 / (1 + sp.exp(t)), t) is None and terms_in_time(sp.log(t), t) is None


def test_letters_shorten_and_can_be_put_back():
    long = a**2 + 2 * b * w + sigma
    values = [x * sp.sin(long * t), v / long + long**2, sp.exp(long * x)]
    found = abbreviated(values, ["c"])
    assert [letter.name for letter, _ in found.letters] == ["k"]
    assert list(found.written_out()) == values
    assert sum(len(plain(e)) for e in (*found.values, found.letters[0][1])) < sum(len(plain(e)) for e in values)
    assert abbreviated([a + b, (a + b) * x]).letters == ()
    assert abbreviated([long * sp.exp(x * v - w), long * sp.exp(x * v - w)]).values[0].has(sp.exp)
    assert not any(letter.name in "abgwxvt" for letter, _ in found.letters)


def test_variables_of_integrals_get_no_letter():
    inner = sp.exp(-(a**2) * s - b * s) + sp.cos(a * s + b * s)
    values = [ItoIntegral(sp.Symbol("W"), inner, s, 0, t) * k for k in (1, x, v)]
    assert all(not meaning.has(s) or meaning.has(ItoIntegral) for _, meaning in abbreviated(values).letters)


def test_rows_say_what_their_letters_mean():
    sde = SDE([x, v], [v, -g * v - w**2 * x], [0, sigma], t)
    table = [Row.of("E[{}]", "E[{}]", (y,), value) for y, value in zip(sde.states, sde.moments(1).mean, strict=True)]
    rows = in_time(sde, table)
    assert [row.name for row in rows] == ["E[x]", "E[v]", "Omega"] and rows[2].letter is not None
    assert rows[2].text == "Ω" and sp.expand(rows[2].value**2 - g**2 / 4 + w**2) == 0
    assert same_form(whole(rows), table[0].value)
    assert written_out(OMEGA, [(OMEGA, a), (a, b)]) == b


@pytest.mark.parametrize(
    ("process", "domain", "mean", "variance"),
    [
        ((-a * x, sigma), None, "x0*exp(-a*t)", "sigma^2*(1-exp(-2*a*t))/(2*a)"),
        ((-a * x, sigma * sp.exp(-b * t)), None, "x0*exp(-a*t)", "sigma^2*(exp(-2*a*t)-exp(-2*b*t))/(2*(b-a))"),
        ((a * x, sigma * x), (0, sp.oo), "log(x0)+(a-sigma^2/2)*t", "sigma^2*t"),
    ],
    ids=["decay", "two rates", "geometric"],
)
def test_gaussian_laws_show_mean_and_variance(process, domain, mean, variance):
    y = sp.Symbol("x", positive=True) if domain else x
    sde = SDE(y, *(sp.sympify(e).xreplace({x: y}) for e in process), t, domain=domain)
    found = sde.transition()
    assert found.x0 is not None
    origin, rows = found.x0[0], density_rows(sde, found, ("p", "p", "p"))
    point = {a: sp.Rational(7, 5), b: sp.Rational(2, 5), sigma: sp.Rational(3, 4), t: sp.Rational(1, 3)}
    names = {**{n.name: n for n in (a, b, sigma, t)}, "x0": origin}
    for name, known in (("m", mean), ("v", variance)):
        gap = (row(rows, name).value - parse(known, symbols=names)).subs(point).subs(origin, 2)
        assert abs(sp.N(gap)) < 1e-12
    ratio = (whole(rows) / found.value).subs(point).subs({origin: 2, y: sp.Rational(3, 2)})
    assert abs(sp.N(ratio) - 1) < 1e-12 and sp.integrate(normal(x, 0, 1), (x, -sp.oo, sp.oo)) == 1


def test_sums_over_roots_keep_their_polynomials():
    """A polynomial that two sums share is no abbreviation: its letter is bound."""
    from derive.stochastic.solutions.root_sums import SumOverRoots

    r, first, second = sp.symbols("r first second")
    chi = sp.Lambda(r, r**3 - 2 * r**2 * first + r**2 + 2 * r * first - 8 * r + 4 * first - 2)
    values = [SumOverRoots(chi, sp.Lambda(r, (r**2 * q + r * q - 6 * q) * sp.exp(r * x))) for q in (first, second)]
    found = abbreviated([*values, values[0] + values[1]])
    assert all(isinstance(s.args[0], sp.Lambda) for v in found.values for s in v.atoms(SumOverRoots))
    assert found.written_out()[:2] == tuple(values)
    assert not any(isinstance(meaning, sp.Lambda) or r in meaning.free_symbols for _, meaning in found.letters)
