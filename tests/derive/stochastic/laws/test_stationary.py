"""Stationary laws: every law is put back into the Fokker-Planck equation and its mass is integrated here, by routes of
the test's own; wrong potentials and weights without a mass are refused."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Abs, Function, Integral, Matrix, cos, cosh, exp, eye, oo, pi, sign, sin, sinh, sqrt, tanh

from derive.evidence import Status
from derive.field import is_zero
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.conditions import condition, shorter
from derive.stochastic.laws.balance import at_rest, by_parities, even, rotation, with_parity
from derive.stochastic.laws.confinement import confined
from derive.stochastic.laws.partition import in_space, on_the_line
from tests.derive.stochastic.comparison import same

x, y, u, v, z, t = sp.symbols("x y u v z t")
a, b, c, g, k, r, s, w, F, L, T, mu, theta = sp.symbols("a b c g k r s w F L T mu theta")
U, B = Function("U"), Function("B")
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
LINE = (-oo, oo)

LINES: dict[str, tuple[Any, Any, Any, Any, Any]] = {
    # drift, noise, domain, the law up to a constant, its conditions
    "normal": (theta * (mu - x), s, None, exp(-theta * (x - mu) ** 2 / s**2), {theta > 0}),
    "double well": (a * x - b * x**3, s, None, exp((a * x**2 - b * x**4 / 2) / s**2), {b > 0}),
    "tilted": (x - x**3 + F, s, None, exp((2 * F * x + x**2 - x**4 / 2) / s**2), set()),
    "sextic": (x - x**5, 1, None, exp(x**2 - x**6 / 3), set()),
    "Gumbel": (a - b * exp(x), s, None, exp(2 * (a * x - b * exp(x)) / s**2), {a > 0, b > 0}),
    "hyperbolic": (-a * sinh(x), s, None, exp(-2 * a * cosh(x) / s**2), {a > 0}),
    "sech": (-a * tanh(x), s, None, cosh(x) ** (-2 * a / s**2), {a > 0}),
    "Laplace": (-k * sign(x - mu), s, None, exp(-2 * k * Abs(x - mu) / s**2), {k > 0}),
    "dry friction": (-g * x - mu * sign(x), s, None, exp(-(g * x**2 + 2 * mu * Abs(x)) / s**2), {g > 0}),
    "cubed size": (-a * x * Abs(x), s, None, exp(-2 * a * Abs(x) ** 3 / (3 * s**2)), {a > 0}),
    "two slopes": (sp.Piecewise((1, x < 0), (-2, True)), s, None, exp(-(x + 3 * Abs(x)) / s**2), set()),
    "population": (
        a * x - b * x**2 - c * x**3,
        s * x,
        (0, oo),
        x ** (2 * a / s**2 - 2) * exp(-(2 * b * x + c * x**2) / s**2),
        {c > 0, 2 * a - s**2 > 0},
    ),
    "half a normal": (-k * (x - mu), s, (0, oo), exp(-k * (x - mu) ** 2 / s**2), {k > 0}),
    "box": (mu, s, (0, L), exp(2 * mu * x / s**2), set()),
    "decimals": (0.7 * x - 0.2 * x**3, 0.6, None, exp((0.7 * x**2 - 0.1 * x**4) / sp.Rational(9, 25)), set()),
    "Pearson IV": (
        -k * (x - mu),
        s * sqrt(1 + x**2),
        None,
        (1 + x**2) ** (-k / s**2 - 1) * exp(2 * k * mu * sp.atan(x) / s**2),
        {2 * k + s**2 > 0},
    ),
    "rational": (-a * x / (b**2 + x**2), s, None, (b**2 + x**2) ** (-a / s**2), {2 * a - s**2 > 0}),
}
AT = {x: 0.7, a: 1.3, b: 0.8, c: 0.6, k: 0.9, g: 1.1, s: 0.7, F: 0.3, mu: 0.4, theta: 1.2, L: 1.5, T: 0.8, w: 1.4}


def number(e: Any, **changes: float) -> Any:
    """The value at fixed parameters, by mpmath."""
    table = {q.name: v for q, v in AT.items()} | changes
    names = sorted(e.free_symbols, key=str)
    return mpmath.mpmathify(sp.lambdify(names, e, "mpmath")(*(mpmath.mpf(str(table[q.name])) for q in names)))


SEARCHED = {"tilted", "sextic", "magnetic field of the place"}  # the integration engine looks for a closed form first


def marked(names: Any) -> list[Any]:
    return [pytest.param(n, marks=[pytest.mark.slow, pytest.mark.ci] if n in SEARCHED else []) for n in names]


@pytest.mark.parametrize("name", marked(LINES))
def test_laws_on_the_line(name):
    drift, noise, domain, shape, conditions = LINES[name]
    found = SDE(x, drift, noise, t).stationary(domain)
    assert found.evidence.status in SOUND
    assert set(found.given) == conditions
    places = ["-0.6", "0.3", "1.1"] if domain is None else ["0.2", "0.6", "1.1"]
    ratios = [number(found.value, x=place) / number(sp.sympify(shape), x=place) for place in places]
    assert max(abs(q / ratios[0] - 1) for q in ratios) < 1e-12
    low, high = found.domain[0]
    cuts = [e for e in (-3, 0, mpmath.mpf("0.4"), 3) if low < e < high.subs(L, 1.5)]
    ends = [mpmath.mpf(float(e.subs(L, 1.5))) for e in (low, high)]
    if name not in {"Gumbel", "hyperbolic", "sech", "tilted", "sextic"}:  # those overflow far out, or carry ∫
        weight = sp.lambdify(x, found.value.subs({q: sp.Rational(str(n)) for q, n in AT.items() if q != x}), "mpmath")
        assert abs(mpmath.quad(weight, [ends[0], *cuts, ends[1]]) - 1) < 1e-9


def test_a_stated_normaliser_is_named_after_no_variable_of_the_problem():
    found = on_the_line((2 * F * x + x**2 - x**4 / 2) / s**2, x, LINE, (s > 0,), search=False)
    (integral,) = found.value.atoms(Integral)
    assert integral.variables[0] not in {x, F, s} and found.value.free_symbols == {F, s}
    assert found.checks[0].status is Status.AGREED



V2 = x**4 + x**2 * y**2 + y**4
SPACES: dict[str, tuple[Any, Any, Any, Any, Any]] = {
    # states, drift, noise, domain, log p up to a constant
    "oscillator": ((x, v), (v, -g * v - w**2 * x), [0, s], None, -g * (v**2 + w**2 * x**2) / s**2),
    "Klein-Kramers": ((x, v), (v, -g * v + x - x**3), [0, s], None, -g * (v**2 - x**2 + x**4 / 2) / s**2),
    "any potential": ((x, v), (v, -g * v - U(x).diff(x)), [0, s], None, -g * (v**2 + 2 * U(x)) / s**2),
    "two degrees": (
        (x, y, u, v),
        (u, v, -g * u - V2.diff(x), -g * v - V2.diff(y)),
        Matrix([[0, 0], [0, 0], [s, 0], [0, s]]),
        None,
        -g * (u**2 + v**2 + 2 * V2) / s**2,
    ),
    "magnetic": (
        (x, y, u, v),
        (u, v, -g * u + b * v - U(x, y).diff(x), -g * v - b * u - U(x, y).diff(y)),
        Matrix([[0, 0], [0, 0], [s, 0], [0, s]]),
        None,
        -g * (u**2 + v**2 + 2 * U(x, y)) / s**2,
    ),
    "magnetic field of the place": (
        (x, y, u, v),
        (u, v, -g * u + B(x, y) * v - x**3, -g * v - B(x, y) * u - k * y),
        Matrix([[0, 0], [0, 0], [s, 0], [0, s]]),
        None,
        -g * (u**2 + v**2 + x**4 / 2 + k * y**2) / s**2,
    ),
    "friction of the energy": (
        (x, v),
        (v, -g * (v**2 + x**2 - 1) * v - x),
        [0, s],
        None,
        g * (v**2 + x**2 - (v**2 + x**2) ** 2 / 2) / s**2,
    ),
    "friction of the place": (
        (x, v),
        (v, -(1 + x**2) * v - x - x**3),
        [0, sqrt(2 * T * (1 + x**2))],
        None,
        -(v**2 / 2 + x**2 / 2 + x**4 / 4) / T,
    ),
    "thermostat": (
        (x, v, z),
        (v, -(x**3) - z * v, v**2 - T - g * z),
        [0, 0, sqrt(2 * g * T)],
        None,
        -(v**2 / 2 + x**4 / 4 + z**2 / 2) / T,
    ),
    "limit cycle": (
        (x, y),
        (x - x * (x**2 + y**2) - w * y, y - y * (x**2 + y**2) + w * x),
        eye(2) * s,
        None,
        (x**2 + y**2 - (x**2 + y**2) ** 2 / 2) / s**2,
    ),
    "rotated gradient": (
        (x, y),
        (-(4 * x**3 + y) - 2 * (x + 4 * y**3), -(x + 4 * y**3) + 2 * (4 * x**3 + y)),
        eye(2) * s,
        None,
        -2 * (x**4 + x * y + y**4) / s**2,
    ),
    "coupled gradient": ((x, y), (-V2.diff(x), -V2.diff(y)), eye(2) * s, None, -2 * V2 / s**2),
    "pendulum": ((x, v), (v, -g * v - k * sin(x)), [0, s], [(-pi, pi), LINE], g * (2 * k * cos(x) - v**2) / s**2),
    "charge before a wall": (
        (x, v),
        (v, -v - x + 1 / x),
        [0, s],
        [(0, oo), LINE],
        -(v**2 + x**2 - 2 * sp.log(x)) / s**2,
    ),
}


@pytest.mark.parametrize("name", marked(SPACES))
def test_laws_in_space(name):
    states, drift, noise, domain, log_weight = SPACES[name]
    found = SDE(states, drift, noise, t).stationary(domain)
    assert found.evidence.status in SOUND
    ratio = sp.expand_log(sp.log(found.value), force=True) - log_weight
    assert all(is_zero(sp.diff(ratio, q), found.given[:0]) is True for q in states)


@pytest.mark.parametrize("name", ["Klein-Kramers", "limit cycle", "friction of the energy"])
def test_the_mass_in_the_plane(name):
    states, drift, noise, _, _ = SPACES[name]
    found = SDE(states, drift, noise, t).stationary()
    f = sp.lambdify(states, sp.N(found.value.subs({q: sp.Rational(str(n)) for q, n in AT.items() if q not in states})))
    step = 0.05
    grid = [step * i - 6 for i in range(241)]
    total = sum(float(f(p, q)) for p in grid for q in grid) * step**2  # exact to all digits for entire densities
    assert abs(total - 1) < 1e-9


def test_the_oscillator_reads_like_the_book():
    process = SDE((x, v), (v, -g * v - w**2 * x), [0, s], t)
    found = process.stationary()
    assert found.value == g * Abs(w) / (pi * s**2) * exp(-g * (v**2 + w**2 * x**2) / s**2)
    assert found.given == (g > 0,)
    table = {q: sp.Symbol(q.name, positive=True) for q in (g, w, s)}
    plain = SDE((x, v), [e.xreplace(table) for e in process.drift], [0, table[s]], t).stationary()
    assert plain.value == found.value.xreplace(table) and plain.given == ()


def test_walls_of_linear_systems():
    quarter = SDE((x, y), (-k * x, -y), eye(2) * s, t).stationary([(0, oo), (0, oo)])
    free = SDE((x, y), (-k * x, -y), eye(2) * s, t).stationary()
    assert sp.simplify(quarter.value / free.value) == 4
    rotor = SDE((x, v), (v, -g * v), [0, s], t).stationary([(-pi, pi), LINE])
    assert sp.simplify(rotor.value * 2 * pi / (sqrt(g / pi) / Abs(s) * exp(-g * v**2 / s**2))) == 1


@pytest.mark.parametrize("way", [rotation, by_parities])
def test_each_way_by_itself(way):
    process = SDE((x, v), (v, -g * v - x**3), [0, s], t)
    found = way(process)
    assert sp.simplify(at_rest(process, found.log_weight)) == 0
    assert sp.simplify(at_rest(process, found.log_weight * sp.Rational(9, 10))) != 0
    drift = sp.Matrix(process.ito_drift) - sp.Matrix(found.circulation)
    gradient = sp.Matrix([sp.diff(found.log_weight, q) for q in (x, v)])
    assert (drift - process.covariance * gradient / 2).applyfunc(sp.simplify).is_zero_matrix


def test_wrong_parities_are_refused():
    process = SDE((x, v), (v, -g * v - x**3), [0, s], t)
    for signs in ((1, 1), (-1, -1)):
        with pytest.raises(Unsolvable):
            with_parity(process, signs)
    with pytest.raises(Unsolvable, match="degenerate"):
        even(process)


REFUSALS: dict[str, tuple[Any, str]] = {
    "no noise": (lambda: SDE(x, -x, 0, t).stationary(), "no noise"),
    "time": (lambda: SDE(x, cos(t) - x, 1, t).stationary(), "depend on t"),
    "free": (lambda: SDE(x, 0, 1, t).stationary(), "cannot be normalised"),
    "Morse": (lambda: SDE(x, exp(-2 * x) - exp(-x), s, t).stationary(), "x → ∞"),
    "wrong sign": (lambda: SDE(x, x**3 - x, s, t).stationary(), "goes to \\+∞"),
    "absorbed": (lambda: SDE(x, -x, sqrt(x), t).stationary((0, oo)), "x → 0"),
    "geometric": (lambda: SDE(x, mu * x, s * x, t).stationary((0, oo)), "cannot be normalised"),
    "leaking": (lambda: SDE(x, F, s, t).stationary((0, 1), "absorbing"), "leaks out"),
    "torn circle": (lambda: SDE(x, x, s, t).stationary((0, 1), "periodic"), "differs at the two ends"),
    "open circle": (lambda: SDE(x, -x, s, t).stationary(None, "periodic"), "finite domain"),
    "unstable": (lambda: SDE((x, v), (v, -v + x), [0, 1], t).stationary(), "not stable"),
    "inverted well": (lambda: SDE((x, v), (v, -v + x**3), [0, s], t).stationary(), "cannot be normalised"),
    "two baths": (
        lambda: SDE(
            (x, y, u, v),
            (u, v, -u - x**3 - x + y, -v - y**3 - y + x),
            Matrix([[0, 0], [0, 0], [1, 0], [0, 2]]),
            t,
        ).stationary(),
        "no potential",
    ),
    "coloured noise": (lambda: SDE((x, v), (v - x**3, -v), [0, 1], t).stationary(), "no potential"),
    "predator and prey": (
        lambda: SDE((x, y), (x * (1 - y), y * (x - 1)), Matrix([[x, 0], [0, y]]), t).stationary([(0, oo), (0, oo)]),
        "no potential",
    ),
    "saddle": (
        lambda: SDE((x, y), (2 * x * y**2 - 4 * x**3, 2 * x**2 * y - y), eye(2), t).stationary(),
        "no potential|cannot be normalised",
    ),
    "no box": (
        lambda: SDE(
            (x, y),
            (1 - 3 * x, 1 - 3 * y),
            Matrix([[sqrt(x * (1 - x)), 0], [-y * sqrt(x / (1 - x)), sqrt(y * (1 - x - y) / (1 - x))]]),
            t,
        ).stationary([(0, 1), (0, 1)]),
        "do not fill the domain",
    ),
    "wall": (lambda: SDE((x, v), (v, -v - x**3), [0, 1], t).stationary([(0, oo), LINE]), "does not vanish at the wall"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_tell_the_reason(name):
    ask, said = REFUSALS[name]
    with pytest.raises(StochasticError, match=said):
        ask()


@pytest.mark.slow
@pytest.mark.ci
def test_a_circle_with_a_current():
    process = SDE(x, F - k * sin(x), s, t)
    found = process.stationary((-pi, pi), "periodic")
    assert found.evidence.status in SOUND
    point = {q: sp.Rational(str(AT[q])) for q in (F, k, s)}
    p = sp.lambdify(x, found.value.subs(point), "mpmath")
    drift, c = sp.lambdify(x, process.a.subs(point), "mpmath"), process.covariance[0, 0].subs(point)
    want = number(found.current.subs(point))
    for place in (-2, mpmath.mpf("0.3")):
        slope = (p(place + mpmath.mpf("1e-4")) - p(place - mpmath.mpf("1e-4"))) / mpmath.mpf("2e-4")
        flow = drift(place) * p(place) - c * slope / 2
        assert abs(flow - want) < 1e-7 and abs(mpmath.im(p(place))) < 1e-12
    assert abs(mpmath.quad(p, [-mpmath.pi, 0, mpmath.pi]) - 1) < 1e-9
    assert abs(p(-mpmath.pi) - p(mpmath.pi)) < 1e-9


def test_circles_without_and_with_nothing_but_a_current():
    still = SDE(x, -k * sin(x), s, t).stationary((0, 2 * pi), "periodic")
    assert still.current == 0 and same(still.value, exp(2 * k * cos(x) / s**2) / (2 * pi * sp.besseli(0, 2 * k / s**2)))
    moving = SDE(x, F, s, t).stationary((0, 2 * pi), "periodic")
    assert moving.value == 1 / (2 * pi) and moving.current == F / (2 * pi)


CONFINED = {
    "power": (-a * x**4 + b * x**2, LINE, {a > 0}),
    "known": (-(x**4) + b * x**2, LINE, set()),
    "exponential wins": (a * x - b * exp(x), LINE, {a > 0, b > 0}),
    "logarithm": (-a * sp.log(1 + x**2), LINE, {2 * a - 1 > 0}),
    "at a wall": ((a - 1) * sp.log(x) - x, (sp.S.Zero, oo), {a > 0}),
    "inner": (-1 / x**2 - x, (sp.S.Zero, oo), set()),
}


@pytest.mark.parametrize("name", CONFINED)
def test_confinement(name):
    log_weight, ends, conditions = CONFINED[name]
    assert set(confined(log_weight, x, ends).conditions) == conditions


@pytest.mark.parametrize("log_weight", [x**4, -sp.log(1 + x**2) / 2, x - exp(-x), sp.S.Zero, exp(x) - x**8])
def test_what_is_not_confined(log_weight):
    with pytest.raises(Unsolvable, match="cannot be normalised"):
        confined(log_weight, x, LINE)


@pytest.mark.parametrize(
    ("log_weight", "ends"),
    [
        (-2 * x**4 + 3 * x**2 / 2, LINE),
        (-2 * x**4 - 3 * x**2 / 2, LINE),
        (-(x**2) + 3 * x + sp.log(x) / 2, (sp.S.Zero, oo)),
        (-1 / x**2 + 1 / x - 3 * sp.log(x), (sp.S.Zero, oo)),
        (-2 * sp.log(2 * x**3 + 5) + sp.log(x), (sp.S.Zero, oo)),
        (3 * x - 2 * exp(2 * x) - exp(x), LINE),
    ],
)
def test_partition_functions_against_sums(log_weight, ends):
    """The trapezoidal sum of an analytic weight that falls fast at both ends is exact to all digits; the half-line by
    x = e^y."""
    found = on_the_line(log_weight, x, ends)
    half = ends[0] == 0
    moved = log_weight.subs(x, exp(x)) + x if half else log_weight
    f = sp.lambdify(x, exp(moved), "numpy")
    grid = np.linspace(-30, 30, 60_001)
    with np.errstate(all="ignore"):
        direct = float(np.sum(np.nan_to_num(f(grid)))) * 1e-3
    assert abs(float(sp.N(found.value)) / direct - 1) < 1e-9


def test_partition_functions_in_space():
    found = in_space(-a * x**4 + x * y - b * y**6, (x, y), (LINE, LINE))
    assert found.stated and set(found.conditions) == {a > 0, b > 0}
    with pytest.raises(Unsolvable, match="does not fall off"):
        in_space(-(x**4) + 5 * x**2 * y**2 - y**4, (x, y), (LINE, LINE))


def test_conditions_are_short():
    q = sp.Symbol("q", positive=True)
    assert condition(a * b**2 * (1 + c**2) / q) == (a > 0)
    assert condition(-a / 3 + b / 3) == (b - a > 0)
    assert condition(-(a**2)) == sp.false and condition(q) == sp.true
    assert shorter([a > 0, a * b**2 > 0, 2 * a > 0], ()) == (a > 0,)


def test_linear_noise_with_a_correlated_push():
    """dX = −κX dt + b dW₁ + cX dW₂, dW₁ dW₂ = ρ dt: Pearson IV, its mass and its equation in numbers of the test's own;
    without the correlation Student's law."""
    rho, b, c, k = sp.Symbol("rho", real=True), sp.Rational(4, 5), sp.Rational(3, 5), sp.Symbol("k", positive=True)
    process = SDE(x, -k * x, [[b, c * x]], t, correlation=[[1, rho], [rho, 1]])
    law = process.stationary()
    assert "Pearson IV" in law.method and law.evidence.status in SOUND
    at = {k: 0.9, rho: 0.35}
    assert all(bool(g.subs(at)) for g in law.given) and not all(bool(g.subs({**at, rho: 1.2})) for g in law.given)
    f = sp.lambdify(x, sp.re(sp.N(law.value.subs(at), 25)), "mpmath")
    with mpmath.workdps(25):
        assert abs(mpmath.quad(f, [-mpmath.inf, -2, 0, 2, mpmath.inf]) - 1) < 1e-12
        noise = sp.lambdify(x, process.covariance[0, 0].subs(at), "mpmath")
        for place in (-1.3, 0.2, 2.1):
            flow = mpmath.diff(lambda q: noise(q) * f(q) / 2, place) + 0.9 * place * f(place)
            assert abs(flow) < 1e-10
    assert abs(f(0.4) - f(-0.4)) > 1e-3
    alone = SDE(x, -k * x, [[b, c * x]], t).stationary().value.subs({k: 0.9})
    assert abs(sp.N(alone.subs(x, 0.4) - alone.subs(x, -0.4))) < 1e-12


@pytest.mark.parametrize(("p", "q", "r", "m", "nu"), [(1, 0, 1, 2, 1), (2, 1, 3, 1.25, -2.5), (0.5, -1, 4, 0.75, 0.3)])
def test_normaliser_of_pearson_four(p, q, r, m, nu):
    from derive.stochastic.laws.normalisers import normaliser

    p, q, r, m, nu = (sp.Rational(str(e)) for e in (p, q, r, m, nu))
    wave = sp.atan((2 * p * x + q) / sqrt(4 * p * r - q**2))
    weight = -m * sp.log(p * x**2 + q * x + r) + nu * wave
    found = normaliser(weight, x, LINE)
    assert found is not None and found.family == "Pearson IV"
    f = sp.lambdify(x, exp(weight), "mpmath")
    with mpmath.workdps(20):
        tail = [-mpmath.inf, -50, -5, 0, 5, 50, mpmath.inf]
        assert abs(mpmath.quad(f, tail) / mpmath.mpmathify(sp.N(found.value, 20)).real - 1) < 1e-4
    assert normaliser(weight + nu * sp.atan(x - 7), x, LINE) is None
