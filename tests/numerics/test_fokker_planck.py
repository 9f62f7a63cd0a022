"""Fokker-Planck on grids: mass, positivity, stationary states, orders, spectra, against closed forms."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.exponential import expm
from numerics.fokker_planck import METHODS, FokkerPlanckError, FokkerPlanckGrid, bernoulli
from numerics.fokker_planck.rates import exchange, spread

x, y, t, k = sp.symbols("x y t k")


def gaussian(mean, variance, s=x):
    return sp.exp(-((s - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


def ornstein(cells, **options):
    return FokkerPlanckGrid(-x, 1, x, (-7, 7), cells, **options)


def l1(grid, p, exact):
    return float(abs(p - grid.values(exact)).sum() * grid.cell)


END = 0.7
LATER = gaussian(math.exp(-END), 0.2 * math.exp(-2 * END) + 1 - math.exp(-2 * END))


@pytest.mark.parametrize("method", ["exponential", "crank-nicolson"])
def test_order_two_in_space(method):
    errors = []
    for cells in (50, 100, 200):
        grid = ornstein(cells)
        errors.append(l1(grid, grid.propagate(gaussian(1, 0.2), END, method=method).p, LATER))
    slopes = [math.log2(a / b) for a, b in pairwise(errors)]
    assert all(1.9 < slope < 2.1 for slope in slopes)


@pytest.mark.parametrize("method, order", [("crank-nicolson", 2), ("implicit", 1)])
def test_order_in_time(method, order):
    """Against the exponential on the same grid, whose error in time is nil."""
    grid = ornstein(40)
    exact = grid.propagate(gaussian(1, 0.2), END).p
    errors = [abs(grid.propagate(gaussian(1, 0.2), END, n, method).p - exact).sum() for n in (16, 32, 64)]
    slopes = [math.log2(a / b) for a, b in pairwise(errors)]
    assert all(abs(slope - order) < 0.15 for slope in slopes)


@settings(max_examples=25, deadline=None)
@given(
    a=st.lists(st.floats(-5, 5), min_size=3, max_size=3),
    d=st.floats(0.01, 2),
    span=st.floats(0.01, 30),
    ends=st.sampled_from(["reflecting", "periodic"]),
    method=st.sampled_from(METHODS),
    spike=st.integers(0, 23),
)
def test_mass_and_positivity(a, d, span, ends, method, spike):
    grid = FokkerPlanckGrid(a[0] + a[1] * sp.sin(x) + a[2] * sp.cos(2 * x), d, x, (0, 2 * sp.pi), 24, ends)
    p = np.zeros(24)
    p[spike] = 1 / grid.cell
    if method == "crank-nicolson":
        span = min(span, 500 / grid.largest_rate())
    found = grid.propagate(p, span, method=method)
    assert found.p.min() >= 0
    assert found.mass == pytest.approx(1, abs=1e-9)


def test_stationary_states_stay():
    """The discrete stationary state is that of the equation where w is constant on faces, and none of the steps moves
    it; on a ring with a current too."""
    grid = ornstein(60)
    p = grid.stationary()
    assert l1(grid, p, gaussian(0, 1)) < 1e-9
    for method in METHODS:
        assert np.allclose(grid.propagate(p, 0.5, method=method).p, p, atol=1e-11)
    ring = FokkerPlanckGrid(1 + sp.sin(x) / 2, sp.Rational(1, 5) + sp.cos(x) / 10, x, (0, 2 * sp.pi), 64, "periodic")
    q = ring.stationary()
    for method in ("implicit", "exponential"):
        assert np.allclose(ring.propagate(q, 0.5, method=method).p, q, atol=1e-12)
    assert np.allclose(ring.propagate(ring.point(2.0), 1e9).p, q, atol=1e-9)
    assert np.allclose(ring.propagate(np.full(64, 1 / (2 * np.pi)), 60, 4000, "implicit").p, q, atol=1e-9)


def test_absorbing_ends():
    """Survival of Brownian motion in (0, 1) by its sine series; the rates of decay k²π²/2."""
    exact = sum(
        4 / math.pi / n * math.sin(0.3 * n * math.pi) * math.exp(-((n * math.pi) ** 2) * 0.1) for n in range(1, 40, 2)
    )
    errors = []
    for cells in (25, 50, 100):
        grid = FokkerPlanckGrid(0, sp.Rational(1, 2), x, (0, 1), cells, "absorbing")
        errors.append(abs(grid.propagate(grid.point(0.3), 0.2).mass - exact))
    assert errors[2] < 1e-6 and errors[0] > 3 * errors[1] > 9 * errors[2]
    rates, _ = FokkerPlanckGrid(0, sp.Rational(1, 2), x, (0, 1), 200, "absorbing").spectrum(4)
    assert rates == pytest.approx([(n * math.pi) ** 2 / 2 for n in range(1, 5)], rel=1e-3)
    mixed = FokkerPlanckGrid(0, sp.Rational(1, 2), x, (0, 1), 200, ("reflecting", "absorbing"))
    assert mixed.spectrum(2)[0] == pytest.approx([math.pi**2 / 8, 9 * math.pi**2 / 8], rel=1e-3)


def test_spectrum_is_an_expansion():
    """Ornstein-Uhlenbeck: rates 0, 1, 2, …; the expansion in eigenfunctions is the exponential."""
    grid = ornstein(120)
    rates, shapes = grid.spectrum(120)
    assert rates[:5] == pytest.approx([0, 1, 2, 3, 4], abs=0.03)
    p, ground = grid.values(gaussian(1, 0.2)), grid.stationary()
    assert np.allclose(shapes / ground @ shapes.T * grid.cell, np.eye(120), atol=1e-6)
    weights = (shapes / ground) @ p * grid.cell
    assert np.allclose(weights * np.exp(-rates * END) @ shapes, grid.propagate(p, END).p, atol=1e-8)


def test_exponentials_around_rings():
    """Against small steps of Crank-Nicolson, in the plane too; without noise or drift nothing moves; what does not come
    to rest is told."""
    ring = FokkerPlanckGrid(1 + sp.sin(x) / 2, sp.Rational(1, 5) + sp.cos(x) / 10, x, (0, 2 * sp.pi), 30, "periodic")
    fine = ring.propagate(ring.point(1.0), 0.8, 4000, "crank-nicolson")
    found = ring.propagate(ring.point(1.0), 0.8)
    assert found.method == "exponential" and found.steps == 1 and np.allclose(found.p, fine.p, atol=1e-7)
    ends, domain = ["periodic", "reflecting"], [(0, 2 * sp.pi), (-4, 4)]
    tube = FokkerPlanckGrid([1 + sp.sin(x) / 2, -y], [sp.Rational(1, 5), 1], (x, y), domain, 24, ends)
    slow = tube.propagate(tube.point(1.0, 0.5), 0.3, 2000, "crank-nicolson")
    quick = tube.propagate(tube.point(1.0, 0.5), 0.3)
    assert quick.method == "exponential" and np.allclose(quick.p, slow.p, atol=1e-6)
    still = FokkerPlanckGrid(0, 0, x, (0, 1), 10, "periodic")
    assert np.array_equal(still.propagate(still.point(0.25), 5.0).p, still.point(0.25))
    wells = FokkerPlanckGrid(30 * sp.sin(2 * x), 1, x, (0, 2 * sp.pi), 100, "periodic")
    with pytest.raises(FokkerPlanckError, match="do not bring it to rest"):
        wells.propagate(wells.point(1.0), 1e6)
    long = FokkerPlanckGrid(1, 1, x, (0, 2 * sp.pi), 600, "periodic")
    with pytest.raises(FokkerPlanckError, match="512 cells"):
        long.propagate(long.point(1.0), 0.01, method="exponential")


def test_periodic_drift_turns_the_cosine():
    errors = []
    for cells in (32, 64):
        grid = FokkerPlanckGrid(1, k, x, (0, 2 * sp.pi), cells, "periodic", at={k: sp.Rational(1, 5)})
        exact = (1 + sp.exp(-sp.Rational(1, 5)) * sp.cos(x - 1)) / (2 * sp.pi)
        errors.append(l1(grid, grid.propagate((1 + sp.cos(x)) / (2 * sp.pi), 1).p, exact))
    assert errors[0] < 0.02 and errors[0] / errors[1] > 3.5


@pytest.mark.parametrize("method", METHODS)
def test_two_dimensions(method):
    """Mean under a rotating drift: e^{At} x0; mass, positivity, and the product law where the axes are independent."""
    grid = FokkerPlanckGrid([-x + y / 2, -y - x / 2], [1, sp.Rational(1, 2)], (x, y), [(-6, 6), (-5, 5)], (48, 40))
    found = grid.propagate(gaussian(1, 0.3) * gaussian(0, 0.3, y), 0.5, method=method)
    a = mpmath.expm(mpmath.matrix([[-1, 0.5], [-0.5, -1]]) * 0.5)
    mean = [float((found.p * grid.axes[0][:, None]).sum()), float((found.p * grid.axes[1]).sum())]
    assert [m * grid.cell for m in mean] == pytest.approx([float(a[0, 0]), float(a[1, 0])], abs=0.006)
    assert found.mass == pytest.approx(1, abs=1e-9) and found.p.min() >= 0
    alone = FokkerPlanckGrid([-x, 0], [1, 1], (x, y), [(-5, 5), (-1, 1)], (40, 10))
    line = FokkerPlanckGrid(-x, 1, x, (-5, 5), 40)
    start = np.multiply.outer(line.values(gaussian(1, 0.3)), np.full(10, 0.5))
    along = line.propagate(gaussian(1, 0.3), 0.3, 64, method).p
    assert alone.propagate(start, 0.3).method == "exponential" and alone.propagate(start, 0.3).steps == 1
    assert np.allclose(alone.propagate(start, 0.3, 64, method).p, np.multiply.outer(along, np.full(10, 0.5)), atol=2e-3)


def test_matrices_of_any_make():
    """D from SymPy, from NumPy, as rows, or its diagonal alone."""
    rows = [[2, sp.Rational(1, 2)], [sp.Rational(1, 2), 1]]
    made = [([-x, 1], sp.Matrix(rows)), (sp.Matrix([-x, 1]), rows), ([-x, 1], np.array([[2, 0.5], [0.5, 1]]))]
    grids = [FokkerPlanckGrid(drift, d, (x, y), [(-2, 2)] * 2, 12) for drift, d in made]
    for grid in grids[1:]:
        for k in range(3):
            assert all(np.allclose(a, b) for a, b in zip(grid.bands(k), grids[0].bands(k), strict=True))
    plain = [FokkerPlanckGrid(np.array([1, 2]), d, (x, y), [(-2, 2)] * 2, 9) for d in (np.array([2.0, 1.0]), [2, 1])]
    assert all(np.allclose(a, b) for a, b in zip(plain[0].bands(0), plain[1].bands(0), strict=True))


def test_densities_as_functions_and_arrays():
    grid = ornstein(30)
    array = grid.values(gaussian(0, 1))
    assert np.allclose(grid.values(lambda s: np.exp(-(s**2) / 2) / math.sqrt(2 * math.pi)), array)
    assert np.allclose(grid.propagate(array, 1).p, grid.propagate(gaussian(0, 1), 1).p)


def test_coefficients_in_time():
    grid = FokkerPlanckGrid(-x + sp.sin(3 * t), 1, x, (-7, 7), 100)
    mean = float(mpmath.quad(lambda s: mpmath.exp(s - 1) * mpmath.sin(3 * s), [0, 1]))
    for method in ("crank-nicolson", "implicit"):
        found = grid.propagate(gaussian(0, 1), 1.0, method=method)
        assert float((found.p * grid.axes[0]).sum() * grid.cell) == pytest.approx(mean, abs=4e-3)
    with pytest.raises(FokkerPlanckError, match="without time"):
        grid.propagate(gaussian(0, 1), 1.0, method="exponential")
    later = grid.propagate(grid.propagate(gaussian(0, 1), 0.5).p, 0.5, start=0.5)
    assert float((later.p * grid.axes[0]).sum() * grid.cell) == pytest.approx(mean, abs=4e-3)


def test_oscillations_between_the_steps():
    """cos 128πt is 1 in the middle of each of 32 steps: a drift of 3, if nobody looks between them."""
    grid = FokkerPlanckGrid(3 * sp.cos(128 * sp.pi * t) - x, 1, x, (-6, 6), 24)
    start = gaussian(0, 1)
    careless, found = grid.propagate(start, 1.0, 32), grid.propagate(start, 1.0)
    wave = lambda s: 3 * mpmath.exp(s - 1) * mpmath.cos(128 * mpmath.pi * s)  # noqa: E731
    mean = float(mpmath.quad(wave, mpmath.linspace(0, 1, 65)))
    means = [float((run.p * grid.axes[0]).sum() * grid.cell) for run in (careless, found)]
    assert abs(means[0] - mean) > 1.5 and means[1] == pytest.approx(mean, abs=5e-3)
    assert careless.error is None and found.error < 1e-3 and found.steps > 32


def test_a_pulse_is_not_stepped_over():
    """A thousandth of the time, between the steps one would take without it."""
    pulse = 200 * sp.exp(-((2000 * (t - sp.Rational(71, 100))) ** 2))
    grid = FokkerPlanckGrid(pulse - x, 1, x, (-6, 6), 40)
    found = grid.propagate(gaussian(0, 1), 1.0)
    mean = 200 * math.sqrt(math.pi) / 2000 * math.exp(-0.29)
    assert float((found.p * grid.axes[0]).sum() * grid.cell) == pytest.approx(mean, abs=2e-3)
    assert abs(grid.propagate(gaussian(0, 1), 1.0, 32).p - grid.values(gaussian(0, 1))).max() < 2e-3
    calm = FokkerPlanckGrid(sp.exp(-t) - x, 1, x, (-6, 6), 20).propagate(gaussian(0, 1), 1.0)
    assert calm.steps == 32


TIMED = {
    "drift": (-x + 2 * sp.sin(9 * t), 1, x, (-6, 6), 30, None),
    "noise": (-x, (1 + sp.cos(20 * t) * sp.Rational(9, 10)) / 2, x, (-5, 5), 30, None),
    "ring": (1 + sp.cos(x - 5 * t), sp.Rational(1, 5), x, (0, 2 * sp.pi), 24, None),
    "implicit": (-x, 1, x, (-5, 5), 30, "implicit"),
    "splitting": ([-x + 3 * y, -y - 3 * x], [1, sp.Rational(1, 2)], (x, y), [(-4, 4)] * 2, 16, None),
    "splitting, exponential": ([3 * y - x, -3 * x], 1, (x, y), [(-4, 4)] * 2, 16, "exponential"),
}


@pytest.mark.parametrize("name", TIMED)
def test_the_error_of_time_is_what_is_said(name):
    """Against sixteen times as many steps by Crank-Nicolson (for one of them by the exponential)."""
    *equation, method = TIMED[name]
    grid = FokkerPlanckGrid(*equation, "periodic" if name == "ring" else "reflecting")
    start = grid.point(*[0.7] * len(grid.states))
    found = grid.propagate(start, 1.0, method=method)
    fine = grid.propagate(start, 1.0, 16 * found.steps, method if method == "exponential" else "crank-nicolson")
    off = float(abs(found.p - fine.p).sum() * grid.cell)
    assert off <= 1.3 * found.error + 1e-12 and found.error <= 1e-3 and off > found.error / 5


def test_steps_that_would_be_too_many():
    grid = FokkerPlanckGrid(300 * sp.cos(800 * t) - x, 1, x, (-9, 9), 40)
    with pytest.raises(FokkerPlanckError, match=r"too many to be taken unasked: .* or 'crank-nicolson'"):
        grid.propagate(gaussian(0, 1), 1.0, method="implicit")
    alone = ornstein(30).propagate(gaussian(0, 1), 1.0)
    assert alone.steps == 1 and alone.error == pytest.approx(1e-9, rel=1e-3)


def test_what_decays_to_nothing():
    """Absorbed all but for e^{−100}, and strong drift with no rates against it: no refusal, no more than 1e-9."""
    gone = FokkerPlanckGrid(-20, sp.Rational(1, 50), x, (-3, 3), 20, "absorbing")
    assert gone.propagate(gone.point(0.5), 20).mass < 1e-9
    blown = FokkerPlanckGrid(x - x**3, sp.Rational(1, 50), x, (-5, 5), 50)
    found = blown.propagate(blown.point(-4.5), 0.7)
    assert found.method == "exponential" and found.mass == pytest.approx(1, abs=1e-9)


def test_plain_symbols_are_real():
    """D = 1 + |x|, a = −x: p ∝ e^{−|x|} (1 + |x|)^{1−1} = e^{−|x|}."""
    grid = FokkerPlanckGrid(-x, 1 + sp.Abs(x), x, (-20, 20), 400)
    assert l1(grid, grid.stationary(), sp.exp(-sp.Abs(x)) / 2) < 5e-3


def test_degenerate_noise():
    """Wright-Fisher: absorbed at both ends with Kimura's rates n(n+1)/2; reflecting is refused, there is a point mass.
    Square-root process: reflecting at 0, gamma distributed at last. No noise at all: upwind."""
    fisher = FokkerPlanckGrid(0, x * (1 - x) / 2, x, (0, 1), 200, "absorbing")
    assert fisher.spectrum(3)[0] == pytest.approx([1, 3, 6], rel=1e-2)
    with pytest.raises(FokkerPlanckError, match="point mass"):
        FokkerPlanckGrid(0, x * (1 - x) / 2, x, (0, 1), 80)
    mutating = FokkerPlanckGrid(1 - 2 * x, x * (1 - x) / 2, x, (0, 1), 80)
    assert l1(mutating, mutating.stationary(), 6 * x * (1 - x)) < 5e-3
    root = FokkerPlanckGrid(1 - x, x / 2, x, (0, 16), 400)
    assert l1(root, root.stationary(), 4 * x * sp.exp(-2 * x)) < 5e-3
    FokkerPlanckGrid(-x, x**2, x, (0, 2), 40)
    pure = FokkerPlanckGrid(1, 0, x, (0, 8), 80, ("reflecting", "absorbing"))
    moved = pure.propagate(pure.point(1), 1, method="implicit")
    assert moved.mass == pytest.approx(1, abs=1e-6) and moved.p.min() >= 0
    assert float((moved.p * pure.axes[0]).sum() * pure.cell) == pytest.approx(2, abs=0.01)
    with pytest.raises(FokkerPlanckError, match="one way only"):
        pure.spectrum()
    lower, diagonal, upper = pure.bands(0)
    exact = expm(np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)) @ pure.point(1)
    assert np.allclose(pure.propagate(pure.point(1), 1).p, exact, atol=1e-10)


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: FokkerPlanckGrid(-x, -1, x, (-1, 1), 10), "negative inside"),
        (lambda: FokkerPlanckGrid(1 / x, 1, x, (0, 1), 10), "not finite"),
        (lambda: FokkerPlanckGrid(0, 1 / t, x, (0, 1), 10).propagate(1 + x, 1), "at t = 0; start later"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-sp.oo, 1), 10), "finite domain"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-1, 1), 2), "3 cells"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-1, 1), 10.5), "whole numbers"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-1, 1), "ten"), "entries of cells"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-1, y), 10), "of numbers"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (1, -1), 10), "must be an interval"),
        (lambda: FokkerPlanckGrid(-y * x, 1, x, (-1, 1), 10), r"no value for y: give it as at=\{y: number\}"),
        (lambda: FokkerPlanckGrid(sp.I * x, 1, x, (-1, 1), 10), "not real"),
        (lambda: FokkerPlanckGrid(sp.I * x * t, 1, x, (-1, 1), 10).propagate(1 + x, 1), "not real"),
        (lambda: FokkerPlanckGrid("-x", 1, x, (-1, 1), 10), "entries of drift"),
        (lambda: FokkerPlanckGrid(["-x"], 1, x, (-1, 1), 10), "no expression of SymPy"),
        (lambda: FokkerPlanckGrid(sp.Function("f")(x), 1, x, (-1, 1), 10), "no function 'f'"),
        (lambda: ornstein(100).propagate(gaussian(0, 1), math.inf), "finite"),
        (lambda: ornstein(100).propagate(np.full(100, math.nan), 1), "at the start is not finite"),
        (lambda: ornstein(100).propagate(gaussian(0, 1), 1, steps=-3), "steps must be 1 or more"),
        (lambda: ornstein(100).propagate(y**2, 1), "which is no state"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-1, 1), 10, "open"), "one of reflecting"),
        (lambda: FokkerPlanckGrid(-x, 1, x, (-1, 1), 10, ("periodic", "absorbing")), "both ends"),
        (lambda: FokkerPlanckGrid([0, 0], sp.Matrix([[1, 2], [2, 5]]), (x, y), [(0, 1)] * 2, 9), r"cells=\(21, 9\)"),
        (lambda: FokkerPlanckGrid([0, 0], sp.Matrix([[1, 2], [2, 3]]), (x, y), [(0, 1)] * 2, 9), "too strong"),
        (lambda: FokkerPlanckGrid([0, 0], sp.Matrix([[1, x], [0, 1]]), (x, y), [(0, 1)] * 2, 9), "not symmetric"),
        (lambda: FokkerPlanckGrid(-x * sp.Integer(10) ** 400, 1, x, (-1, 1), 10), "not finite"),
        (lambda: FokkerPlanckGrid(1, 1, sp.Function("x")(t), (-1, 1), 10), "states are symbols"),
        (lambda: FokkerPlanckGrid([x] * 3, 1, sp.symbols("a b c"), [(0, 1)] * 3, 10), "one or two axes"),
        (lambda: ornstein(100).propagate(gaussian(0, 1), 1, 3, "crank-nicolson"), "keeps positivity for steps up to"),
        (lambda: ornstein(100).propagate(gaussian(0, 1), -1), "forward only"),
        (lambda: ornstein(100).propagate(x, 1), "negative somewhere"),
        (lambda: ornstein(100).propagate(np.ones(7), 1), "shape"),
        (lambda: ornstein(100).propagate(gaussian(0, 1), 1, method="magic"), "none of"),
        (lambda: ornstein(100).point(9), "outside"),
    ],
)
def test_errors_name_what_and_the_remedy(build, words):
    with pytest.raises(FokkerPlanckError, match=words):
        build()


def test_how_much_the_grid_smears():
    """Spreads measured against e^{−2t} s + D(1 − e^{−2t}): what is too much is what `smearing` says. None for none."""
    for noise, cells, most in ((sp.Rational(1, 2), 300, 0.02), (sp.Rational(1, 1000), 300, 1.0), (0, 300, 1.0)):
        grid = FokkerPlanckGrid(-x, noise, x, (-3, 3), cells)
        found = grid.propagate(gaussian(1, sp.Rational(1, 100)), 1.0)
        mean = float((found.p * grid.axes[0]).sum() * grid.cell)
        variance = float((found.p * (grid.axes[0] - mean) ** 2).sum() * grid.cell)
        exact = 0.01 * math.exp(-2) + float(noise) * (1 - math.exp(-2))
        assert (variance > 1.5 * exact) == (grid.smearing(found.p) > most) == (most == 1.0)
    own, added = spread(*exchange(np.array([0.3, -2.0, 0.0]), np.array([0.5, 0.25, 1.5]), 0.1), 0.1)
    assert own == pytest.approx([0.5, 0.25, 1.5])
    assert added == pytest.approx([0.5 * 0.06**2 / 12, 0.25 * (0.4 / math.tanh(0.4) - 1), 0], rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(v=st.floats(-1e6, 1e6), d=st.floats(1e-6, 1e6), h=st.floats(1e-3, 10), parts=st.integers(1, 3))
def test_rates_through_a_face(v, d, h, parts):
    """The current of a constant density is v p, and the rates are as e^w; the one against the drift is 0 where e^w is
    beyond all numbers, and never another number."""
    cell = h / parts
    right, left = exchange(np.array([v]), np.array([d]), h, cell)
    assert (right - left)[0] * cell == pytest.approx(v, abs=1e-12 * (abs(v) + d / h))
    assert (min(right, left) > 0) == (abs(v * h / d) < 745) or 700 < abs(v * h / d) < 760
    if abs(v * h / d) < 600:
        assert math.log(right[0]) - math.log(left[0]) == pytest.approx(v * h / d, rel=1e-12, abs=1e-12)
    assert min(right, left) < d / h / cell * (1 + 1e-12)


def test_wells_steeper_than_numbers():
    """Which of two wells is deeper cannot be told from rates that are 0: no stationary density, no spectrum."""
    grid = FokkerPlanckGrid(2000 * (x - x**3) + 1, sp.Rational(1, 1000), x, (-2, 2), 40)
    for ask in (grid.stationary, grid.spectrum):
        with pytest.raises(FokkerPlanckError, match="one way only"):
            ask()


def test_rates_without_noise():
    """Upwind, whatever the drift; and the limit of little noise."""
    v = np.array([3.0, -2.0, 0.0, 1e50])
    right, left = exchange(v, np.zeros(4), 0.5, 0.25)
    assert right.tolist() == (np.maximum(v, 0) / 0.25).tolist() and left.tolist() == (np.maximum(-v, 0) / 0.25).tolist()
    assert np.array_equal(exchange(v[:2], np.full(2, 1e-280), 0.5, 0.25)[0], right[:2])


def test_bernoulli_function():
    z = np.array([-700.0, -3.0, -1e-9, 0.0, 1e-7, 2.0, 800.0])
    exact = [float(mpmath.mpf(v) / mpmath.expm1(v)) if v else 1.0 for v in z]
    assert bernoulli(z) == pytest.approx(exact, rel=1e-13, abs=1e-300)
