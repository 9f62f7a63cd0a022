"""Solutions against a scheme on the same Brownian path: equations of Øksendal, Gard, Mao, Klebaner, Kloeden-Platen and
Pavliotis in plain symbols, systems, coefficients in the time, several noises."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from sympy import Matrix, Rational, asinh, cos, exp, log, sin, sqrt

from derive.evidence import Status
from derive.stochastic import SDE, Unsolvable
from tests.derive.stochastic.solutions.one_path import distance

x, y, z, v, t = sp.symbols("x y z v t")
a, b, c, g, k, r, w, mu, sigma, theta, rho, K = sp.symbols("a b c g k r w mu sigma theta rho K")
f, h, q = sp.Function("f"), sp.Function("h"), sp.Function("q")
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
HALF = Rational(1, 2)
PARAMETERS = {
    a: 0.4, b: 0.3, c: 0.35, g: 0.5, k: 1.2, r: 0.5, w: 1.1, mu: 0.2, sigma: 0.4, theta: 0.8, rho: 0.3, K: 1.3,
    sp.Symbol("s"): 0.6, sp.Symbol("Q"): 0.5,
    f: lambda s: 1 / (1 + s), h: lambda s: s / 2 + sp.S.One, q: lambda s: exp(-s),
    **{sp.Symbol(f"{n}0"): value for n, value in (("x", 0.7), ("y", 0.4), ("z", 0.5), ("v", 0.3))},
}  # fmt: skip

SCALAR: dict[str, SDE] = {
    "noise that grows in time": SDE(x, x, exp(-t), t),
    "population in a crowded world": SDE(x, r * x * (K - x), b * x, t),
    "reciprocal drift": SDE(x, 1 / x, a * x, t),
    "power drift": SDE(x, x**c, a * x, t),
    "Gompertz": SDE(x, a * (b - log(x)) * x, sigma * x, t),
    "rates in time": SDE(x, mu * x * cos(t), sigma * x * exp(-t), t),
    "unknown rates": SDE(x, f(t) * x, h(t) * x, t),
    "Hull and White": SDE(x, q(t) - f(t) * x, h(t), t),
    "Verhulst with unknown rates": SDE(x, f(t) * x - x**2, h(t) * x, t),
    "Landau in time": SDE(x, t * x - x**3, t * x, t),
    "square root in time": SDE(x, t**2 / 4, t * sqrt(x), t),
    "sinh in time": SDE(x, exp(-2 * t) * x / 2, exp(-t) * sqrt(1 + x**2), t),
    "affine noise": SDE(x, a * x + b, c * x + g, t),
    "two noises, linear": SDE(x, -a * x + b, [[b * x, c]], t, [[1, rho], [rho, 1]]),
    "two noises, sinh": SDE(x, (a**2 + b**2) * x / 2, [[a * sqrt(1 + x**2), b * sqrt(1 + x**2)]], t),
    "two noises, Verhulst": SDE(x, r * x - x**2, [[a * x, b * x]], t, [[1, rho], [rho, 1]]),
    "two noises, square root": SDE(x, (a**2 + b**2) / 4, [[a * sqrt(x), b * sqrt(x)]], t),
    "two noises, Gompertz": SDE(x, -x * log(x), [[a * x, b * x]], t),
    "Stratonovich, a square": SDE(x, a * x + b * x**2, c * x**2, t, alpha=HALF),
    "Stratonovich, logistic": SDE(x, r * x * (1 - x), sigma * x * (1 - x), t, alpha=0.5),
    "backward, geometric": SDE(x, mu * x, sigma * x, t, alpha=1),
    "Ornstein-Uhlenbeck in arsinh": SDE(x, -sqrt(1 + x**2) * asinh(x) + x / 2, sqrt(1 + x**2), t),
    "an exponential beside a constant": SDE(x, a - b * exp(x), c, t),
    "beside a root of a parameter": SDE(x, 1, 2 * sqrt(x + b), t),
    "letters of SymPy": SDE(x, -sp.Symbol("s") * x, sp.Symbol("Q") * exp(-t), t),
}
SYSTEMS: dict[str, SDE] = {
    "noise of a price": SDE([x, y], [1, 0], [[1, 0], [0, x]], t),
    "exponential of an Ornstein-Uhlenbeck process": SDE([x, y], [-x, mu * y], [[sigma, 0], [0, exp(x) * y]], t),
    "Stein and Stein": SDE([y, x], [mu * y, -theta * x], [[x * y, 0], [0, sigma]], t),
    "growth by an Ornstein-Uhlenbeck process": SDE([x, y], [-x, x * y], [[sigma], [0]], t),
    "rotation at a rate in time": SDE([x, y], [-t * y, t * x], [[a, 0], [0, b]], t),
    "rotation at an unknown rate": SDE([x, y], [-f(t) * y, f(t) * x], [[1, 0], [0, 1]], t),
    "rotation noise and a force": SDE([x, y], [-x - w * y + a, -y + w * x], [[-sigma * y], [sigma * x]], t),
    "additive beside multiplicative noise": SDE([x, y], [-x, -y], [[-sigma * y, 1], [sigma * x, 0]], t),
    "correlated, additive too": SDE([x, y], [-x, -y], [[a * x, 1], [a * y, 0]], t, [[1, rho], [rho, 1]]),
    "friction in time": SDE([x, v], [v, -v / (1 + t)], [0, 1], t),
    "Jordan block in time": SDE([x, y], [x * cos(t) + y * t, y * cos(t)], [[a * x], [a * y]], t),
    "driven oscillator": SDE([x, v], [v, -x + cos(2 * t)], [0, sigma], t),
    "two nonlinear ones": SDE([x, y], [x / 2 + sqrt(1 + x**2), y - y**2], [[sqrt(1 + x**2), 0], [0, b * y]], t),
    "a logistic one drives": SDE([x, y], [x - x**2, x * y], [[b * x, 0], [0, c * y]], t),
    "Bernoulli, driven": SDE([x, y], [-x, x * y - y**2], [[1, 0], [0, b * y]], t),
    "Verhulst with two noises drives": SDE([x, y], [x - x**2, x * y], [[a * x, b * x, 0], [0, 0, c * y]], t),
    "square root drives": SDE([x, v], [0, Rational(1, 4) - v], [[sqrt(v), 0], [0, sqrt(v)]], t),
    "iterated integrals": SDE([x, y, z], [0, 0, 0], [[1], [x], [y]], t),
    "three noises": SDE([x, y], [mu * x, r * y], [[a * x, b * x, 0], [0, b * y, c * y]], t),
    "matrices for lists": SDE(Matrix([x, y]), Matrix([y, -x]), Matrix([[0], [1]]), t),
}  # fmt: skip


LONG = {
    "power drift", "Gompertz", "two noises, Gompertz", "Ornstein-Uhlenbeck in arsinh", "two nonlinear ones",
    "Verhulst with two noises drives", "rotation noise and a force", "square root drives", "Stein and Stein",
    "Bernoulli, driven", "a logistic one drives", "exponential of an Ornstein-Uhlenbeck process",
}  # fmt: skip


def names(table: dict[str, SDE]) -> list[Any]:
    return [pytest.param(n, marks=[pytest.mark.slow, pytest.mark.ci] if n in LONG else []) for n in table]


def found(sde: SDE) -> tuple[Any, float]:
    solution = sde.solve()
    return solution, distance(sde, solution.values, solution.x0, PARAMETERS)


@pytest.mark.parametrize("name", names(SCALAR))
def test_scalar(name):
    solution, gap = found(SCALAR[name])
    assert solution.evidence.status in SOUND
    assert gap < (2e-3 if SCALAR[name].m == 1 else 1e-2)


@pytest.mark.parametrize("name", names(SYSTEMS))
def test_system(name):
    solution, gap = found(SYSTEMS[name])
    assert solution.evidence.status in SOUND
    assert gap < (5e-3 if SYSTEMS[name].m == 1 else 2e-2)


@pytest.mark.parametrize("name", ["affine noise", "two noises, Verhulst", "Landau in time", "Gompertz"])
def test_the_path_tells_a_wrong_solution(name):
    sde = SCALAR[name]
    solution = sde.solve()
    drifted = solution.value * exp(sigma**2 * t)
    assert distance(sde, (drifted,), solution.x0, PARAMETERS) > 1.8e-2


def test_conditions_are_told():
    first = sp.Symbol("x0", **x.assumptions0)
    assert SDE(x, r * x - x**2, sigma * x, t).solve().given == (first > 0,)
    assert SDE(x, r * x - x**2, sigma * x, t, domain=(0, sp.oo)).solve().given == ()
    crowded = SDE(x, r * x + x**2, sigma * x, t, domain=(0, sp.oo)).solve()
    assert len(crowded.given) == 1 and crowded.given[0].has(sp.Integral)
    chained = SDE([v, x], [Rational(1, 4) - v, 0], [[sqrt(v), 0], [0, sqrt(v)]], t).solve()
    assert any(g.has(sp.Symbol("v0")) for g in chained.given)


@pytest.mark.parametrize(("place", "explodes"), [(2, True), (Rational(1, 3), False), (-3, True), (None, False)])
def test_the_branch_of_the_start_is_told(place, explodes):
    """∫dx/(1 − x²) is artanh x inside (−1, 1), arcoth x outside, where dX = −X(1 − X²) dt + (1 − X²) dW explodes."""
    process = SDE(x, -x * (1 - x**2), 1 - x**2, t)
    solution = process.solve(place)
    w = sp.Function("W", real=True)(t)
    if place is None:
        first = sp.Symbol("x0", **x.assumptions0)
        assert set(solution.given) == {first > -1, first < 1}
        return
    assert any(g.has(w) for g in solution.given) is explodes
    shape = sp.acoth if explodes else sp.atanh
    blow_up = -shape(sp.Integer(1) * place)
    values = [solution.value.subs(w, blow_up + gap) for gap in (Rational(1, 10), Rational(-1, 10))]
    curve = sp.coth if explodes else sp.tanh
    assert all(abs(sp.N(v - curve(g))) < 1e-9 for v, g in zip(values, (0.1, -0.1), strict=True))
    if explodes:
        side = sp.sign(place)
        held = [all(bool(g.subs(w, blow_up + side * gap)) for g in solution.given) for gap in (0.1, -0.1)]
        assert held == [True, False]


def test_nested_functionals_have_clocks_of_their_own():
    s = sp.Symbol("s", real=True)
    value = SDE([x, y], [-s * x, 0], [[1, 0], [0, x]], t).solve([0, 0]).values[1]
    letters = {node.args[2] for node in value.atoms(type(value.atoms(sp.Function).pop())) if len(node.args) == 5}
    assert s not in letters and s in value.free_symbols


def test_powers_with_symbolic_exponents_are_exact():
    n, X = sp.Symbol("n", positive=True), sp.Symbol("X", positive=True)
    assert SDE(X, X**n, a * X, t).solve().evidence.status is Status.EXACT


@pytest.mark.parametrize(
    ("sde", "reason"),
    [
        (SDE([x, y], [t * y, x], [[1, 0], [0, 1]], t), "neither a linear system"),
        (SDE(x, -(x**3), [[a * x, 1]], t), "not reducible"),
        (SDE(x, -(x**2), 0, t), "no noise"),
        (SDE(x, -sin(x), 1, t), "In z = x"),
    ],
)
def test_refusals(sde, reason):
    with pytest.raises(Unsolvable, match=reason):
        sde.solve()
