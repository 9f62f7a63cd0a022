"""Autocovariances and spectra of stationary processes, sums over roots, and moments driven by a Gaussian part: each
against matrix exponentials, quadrature or known laws."""

from __future__ import annotations

import pickle

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import Matrix, exp, eye, oo, sqrt

from derive.evidence import Status
from derive.printing import plain
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.laws.correlations import _hurwitz
from derive.stochastic.laws.gaussian_driver import expectation, gaussian_part
from derive.stochastic.solutions.root_sums import SumOverRoots, by_roots, entangled

x, y, v, z, t, tau = sp.symbols("x y v z t tau")
omega = sp.Symbol("omega", real=True)
a, b, g, k, s, w, mu, theta = sp.symbols("a b g k s w mu theta")
OSCILLATOR = SDE((x, v), (v, -g * v - w**2 * x), [0, s], t)
PROCESSES = {
    "OU": SDE(x, theta * (mu - x), s, t),
    "CIR": SDE(x, k * (theta - x), s * sqrt(x), t),
    "Jacobi": SDE(x, a * (b - x), s * sqrt(x * (1 - x)), t),
    "two noises": SDE(x, -a * x, Matrix([[s, k * x]]), t),
    "oscillator": OSCILLATOR,
    "filtered": SDE((x, y), (y - a * x, -b * y), [0, s], t),
    "decimals": SDE((x, v), (v, -1.2 * v - x), [0, 0.5], t),
}
AT = {q: sp.Rational(n, 10) for q, n in {a: 13, b: 4, g: 11, k: 9, s: 7, w: 14, mu: 4, theta: 12}.items()}


@pytest.mark.parametrize("name", PROCESSES)
def test_the_spectrum_is_the_transform_of_the_autocovariance(name):
    process = PROCESSES[name]
    c, density = process.autocovariance(tau), process.spectral_density(omega)
    assert c.evidence.status is Status.EXACT and density.evidence.status is Status.EXACT
    n, place = process.n, sp.Rational(3, 4)
    lag, there = sp.Matrix([c.value] if n == 1 else c.value), density.value
    there = sp.Matrix([there] if n == 1 else there).subs(AT).subs(omega, place).reshape(n, n)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    u = 40 + 40 * nodes
    values = [sp.lambdify(tau, sp.N(e.subs(AT)), "numpy")(u.astype(complex)) for e in lag]
    c = np.array([np.broadcast_to(e, u.shape) for e in values]).reshape(n, n, -1)
    both = c * np.exp(-0.75j * u) + c.transpose(1, 0, 2) * np.exp(0.75j * u)
    assert np.allclose((both * weights).sum(-1) * 40, np.array(there, dtype=complex), atol=1e-9)


def test_textbook_forms():
    place = OSCILLATOR.spectral_density(omega).value[0, 0]
    assert sp.simplify(place * ((w**2 - omega**2) ** 2 + g**2 * omega**2)) == s**2
    assert sp.fraction(place)[1] == (w**2 - omega**2) ** 2 + g**2 * omega**2  # the resonance is seen
    chain = SDE((x, y, v), (-k * x, x - k * y, y - g * v), [s, 0, 0], t, given=[k > 0, g > 0])
    below = sp.fraction(chain.spectral_density(omega).value[2, 2])[1]
    assert sp.expand(below - (k**2 + omega**2) ** 2 * (g**2 + omega**2)) == 0
    cir = PROCESSES["CIR"].autocovariance(tau)
    assert cir.value == theta * s**2 / (2 * k) * exp(-k * tau) and set(cir.given) == {k > 0, theta > 0}


@pytest.mark.parametrize(
    "process",
    [
        SDE(x, x, 1, t),
        SDE(x, -(x**3), 1, t),
        SDE((x, v), (v, -x), [0, 1], t),
        SDE(x, -x, Matrix([[1, 2 * x]]), t),
        SDE(x, -x + sp.cos(t), 1, t),
    ],
)
def test_no_stationary_correlation(process):
    with pytest.raises((Unsolvable, StochasticError)):
        process.spectral_density(omega)


def test_stability_by_determinants():
    stable, unstable = Matrix([[-1, 5, 0], [0, -1, 2], [-1, 0, -1]]), Matrix([[-1, 5, 0], [0, -1, 2], [3, 0, -1]])
    assert _hurwitz(Matrix([[0, 1], [-(w**2), -g]]), ()) == (g > 0,)
    for matrix in (stable, unstable):
        real = max(sp.re(sp.N(e)) for e in matrix.eigenvals(multiple=True))
        if real < 0:
            assert _hurwitz(matrix, ()) == ()
        else:
            with pytest.raises(Unsolvable, match="not stable"):
                _hurwitz(matrix, ())


RANDOM_FREQUENCY = SDE((x, v), (v, -g * v - w**2 * x), [0, s * x], t)


def test_an_oscillator_with_a_random_frequency():
    found = RANDOM_FREQUENCY.moments(2)
    assert found.evidence.status is Status.EXACT
    matrix = mpmath.matrix([[0, 2, 0], [-1.96, -1.1, 1], [0.49, -3.92, -2.2]])
    start = mpmath.matrix([0.09, -0.06, 0.04])
    want = mpmath.expm(matrix * 0.7) * start
    point = AT | {sp.Symbol("x0"): sp.Rational(3, 10), sp.Symbol("v0"): -sp.Rational(1, 5), t: sp.Rational(7, 10)}
    for form, value in zip((x**2, x * v, v**2), want, strict=True):
        assert abs(sp.N(found[form].subs(point), 20) - value) < 1e-12
        names = sorted(point, key=str)
        coded = sp.lambdify(names, found[form], "mpmath")(*(mpmath.mpf(float(point[q])) for q in names))
        assert abs(coded - value) < 1e-12
    assert pickle.loads(pickle.dumps(found)) == found and "Σ" in plain(found[x**2])


def test_forced_sums_over_roots():
    a3 = Matrix([[-1, k, 0], [0, -2, 1], [1, 0, -1]])
    found = by_roots(a3, [1, 0, 2], [0, 1, 0], t)
    numbers = mpmath.matrix([[-1, 0.9, 0], [0, -2, 1], [1, 0, -1]])
    still = -mpmath.inverse(numbers) * mpmath.matrix([0, 1, 0])
    want = still + mpmath.expm(numbers * 0.6) * (mpmath.matrix([1, 0, 2]) - still)
    for value, number in zip(found, want, strict=True):
        assert abs(sp.N(value.subs({k: sp.Rational(9, 10), t: sp.Rational(3, 5)}), 20) - number) < 1e-12
    with pytest.raises(Unsolvable, match="eigenvalue 0"):
        by_roots(Matrix([[0, k, 0], [0, 0, 1], [0, 0, -k]]), [1, 1, 1], [1, 0, 0], t)


def test_decimals_take_the_same_way_and_radicals_stay_where_they_are_short():
    found = SDE((x, v), (v, -0.4 * v - 1.0 * x), [0, 0.3 * x], t).moments(2, (1, 0))
    matrix = mpmath.matrix([[0, 2, 0], [-1, -0.4, 1], [0.09, -2, -0.8]])
    want = mpmath.expm(matrix) * mpmath.matrix([1, 0, 0])
    assert abs(sp.N(found[x**2].subs(t, 1), 20) - want[0]) < 1e-12
    assert entangled(Matrix([[0, 1, 0], [0, 0, 1], [1, k, 0]]))
    assert not entangled(Matrix([[0, 1, 0], [0, 0, 1], [2, 0, 0]])) and not entangled(Matrix([[k, 1], [1, g]]))


def test_an_integral_that_is_not_found_stays():
    found = SDE((x, y), (sp.cos(y), -k * y), Matrix([[1, 0], [0, s]]), t).moments(1, (0, 1))
    point = {k: 0.9, s: 0.7, t: 1.1}
    want = mpmath.quad(
        lambda u: mpmath.exp(-0.49 * (1 - mpmath.exp(-1.8 * u)) / 3.6) * mpmath.cos(mpmath.exp(-0.9 * u)), [0, 1.1]
    )
    assert abs(sp.N(found[x].subs(point)) - want) < 1e-10 and found[y] == exp(-k * t)


def test_a_sum_over_roots_is_differentiated_and_has_no_free_root():
    r = sp.Symbol("r")
    total = SumOverRoots(sp.Lambda(r, r**3 + k * r + 1), sp.Lambda(r, exp(r * t)))
    assert total.free_symbols == {k, t}
    assert sp.diff(total, t) == SumOverRoots(sp.Lambda(r, r**3 + k * r + 1), sp.Lambda(r, r * exp(r * t)))
    assert abs(sp.N(sp.diff(total, t).subs({k: 2, t: 0}))) < 1e-12  # the sum of the roots
    assert SumOverRoots(sp.Lambda(r, r**3 + 1), sp.Lambda(r, sp.S.Zero)) == 0


def test_volatility_that_is_the_exponential_of_a_gaussian_process():
    process = SDE((x, y), (0, -k * y), Matrix([[exp(y), 0], [0, s]]), t)
    found = process.moments(2)
    assert found.evidence.status is Status.EXACT
    point = {k: 0.9, s: 0.7, sp.Symbol("x0"): 0.3, sp.Symbol("y0"): -0.2, t: 1.1}
    rate = lambda u: mpmath.exp(-0.4 * mpmath.exp(-0.9 * u) + 2 * 0.49 * (1 - mpmath.exp(-1.8 * u)) / 1.8)  # noqa: E731
    want = 0.09 + mpmath.quad(rate, [0, 1.1])
    assert abs(sp.N(found[x**2].subs(point)) - want) < 1e-10
    brownian = SDE((x, y), (0, 0), Matrix([[exp(y), 0], [0, s]]), t).moments(2)
    assert sp.simplify(sp.diff(brownian[x**2], t) - exp(2 * sp.Symbol("y0") + 2 * s**2 * t)) == 0


def test_expectations_over_the_gaussian_part():
    process = SDE((x, y, z), (sp.cos(y) + y * exp(z), -k * y, y), Matrix([[1, 0, 0], [0, s, 0], [0, 0, 1]]), t)
    assert gaussian_part(process) == (1, 2)
    start = {x: 0, y: 0, z: 0}
    wave = expectation(SDE((x, y), (0, 0), eye(2), t), sp.cos(2 * y), {x: 0, y: 0})
    assert sp.simplify(wave - exp(-2 * t)) == 0
    mixed = expectation(SDE((x, y), (0, 0), eye(2), t), x * y**2 * exp(x), {x: 0, y: 0})
    assert sp.simplify(mixed - t**2 * exp(t / 2)) == 0
    assert expectation(process, x * exp(z), start) is None
    assert expectation(process, sp.log(1 + y**2), start) is None


def test_walls_are_not_forgotten():
    """A reflected process has other moments than the free one; where the noise vanishes at the end, or the drift keeps
    the process off, there is no wall."""
    reflected = SDE(x, -theta * x, s, t, domain=(0, oo))
    for ask in (lambda: reflected.moments(2), lambda: reflected.spectral_density(omega)):
        with pytest.raises(StochasticError, match="wall"):
            ask()
    assert SDE(x, k * (theta - x), s * sqrt(x), t, domain=(0, oo)).moments(1).values
    bessel = SDE(x, 1 / x, 1, t, domain=(0, oo))
    assert bessel.ito(x**2)[0] == 3
