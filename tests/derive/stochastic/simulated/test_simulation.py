"""SDE.simulate: exact laws against symbolic moments, schemes against exact laws, control variates, orders."""

import math

import pytest
import sympy as sp
import torch

from derive.evidence import Status
from derive.stochastic import (
    SDE,
    StochasticError,
    Unsolvable,
    compare,
    compare_moments,
    controlled_expectation,
    convergence,
    exact_law,
)
from numerics.simulate import SimulationError

x, y, t = sp.symbols("x y t")
X, T = sp.symbols("x t", positive=True)
theta, mu, sigma = sp.symbols("theta mu sigma", positive=True)
AT = {theta: 1.3, mu: 0.5, sigma: 0.7}
SEED, PATHS, HALF = 5, 6000, sp.Rational(1, 2)

# An SDE whose exact step is known, a start, and a word that names the way.
EXACT = {
    "ornstein": (SDE(x, theta * (mu - x), sigma, t), 0.3, "Van Loan"),
    "brownian": (SDE(x, mu, sigma, T), 0.3, "Van Loan"),
    "geometric": (SDE(x, mu * x, sigma * x, t), 0.3, "solution"),
    "positive geometric": (SDE(X, mu * X, sigma * X, T), 0.3, "solution"),
    "two noises": (SDE(x, mu * x, [[sigma * x, x / 3]], t), 0.3, "solution"),
    "stratonovich": (SDE(x, mu * x, sigma * x, t, alpha=HALF), 0.3, "solution"),
    "square root": (SDE(X, theta * (mu - X), sigma * sp.sqrt(X), T), 0.3, "noncentral"),
    "oscillator": (SDE((x, y), [y, -x - y / 2], [0, 1], t), (1, 0), "Van Loan"),
    "correlated": (
        SDE((x, y), [-x + y / 3, -x / 5 - y], [[1, 0], [0, sigma]], t, correlation=[[1, HALF], [HALF, 1]]),
        (1, 0),
        "Van Loan",
    ),
}


@pytest.mark.parametrize("name", EXACT)
def test_one_exact_step_has_the_symbolic_moments(name):
    sde, x0, way = EXACT[name]
    law = exact_law(sde, 0.8, AT)
    assert way in law.method and law.evidence.reaches(Status.AGREED)
    paths = sde.simulate(x0, 0.8, 1, PATHS, method="exact", at=AT, generator=SEED)
    found = compare_moments(sde, paths, x0, 2, AT, confidence=0.9999)
    assert found.agrees and found.evidence.status is Status.AGREED, str(found)
    # a moment that is off by a tenth of a deviation of the quantity is noticed
    moved = compare(
        sde,
        paths,
        [
            (f, v + 0.1 * row.standard_error * math.sqrt(PATHS))
            for (f, v), row in zip(sde.moments(2, x0).values, found.rows, strict=True)
        ],
        AT,
        0.9999,
    )
    assert not moved.agrees and moved.evidence.status is Status.UNKNOWN


@pytest.mark.parametrize("name", ["ornstein", "geometric", "square root", "oscillator"])
def test_exact_steps_compose(name):
    """Chapman-Kolmogorov: many steps have the law of one."""
    sde, x0, _ = EXACT[name]
    paths = sde.simulate(x0, 0.8, 7, PATHS, method="exact", at=AT, generator=SEED)
    assert compare_moments(sde, paths, x0, 2, AT, confidence=0.9999).agrees


@pytest.mark.parametrize("method", ["euler", "milstein", "heun"])
@pytest.mark.parametrize("name", ["stratonovich", "two noises", "correlated"])
def test_schemes_have_the_symbolic_moments(name, method):
    """Up to a bias of the order of the step; the convention of the SDE is heeded."""
    sde, x0, _ = EXACT[name]
    paths = sde.simulate(x0, 0.8, 100, PATHS, method=method, at=AT, generator=SEED)
    for row in compare_moments(sde, paths, x0, 2, AT).rows:
        assert abs(row.simulated - row.exact) < 4.5 * row.standard_error + 0.01 * (1 + abs(row.exact))


def test_laws_beyond_polynomial_moments():
    """Bessel of dimension 3: E x² = x0² + 3t; coefficients in the time; sinh of a Gaussian: E x = x0 e^{t/2}."""
    bessel = SDE(X, 1 / X, 1, T)
    paths = bessel.simulate(0.5, 0.6, 2, PATHS, method="exact", generator=SEED)
    assert compare(
        bessel, paths, [(X**2, sp.Rational(1, 4) + 3 * T), (X**4, sp.Rational(1, 16) + 15 * T**2 + 5 * T / 2)]
    ).agrees
    forced = SDE(x, -x + sp.sin(t), 1, t)
    paths = forced.simulate(0, 1, 3, PATHS, method="exact", generator=SEED)
    mean = (sp.sin(t) - sp.cos(t) + sp.exp(-t)) / 2
    assert "time" in exact_law(forced, 0.5).method
    assert compare(forced, paths, [(x, mean), (x**2, mean**2 + (1 - sp.exp(-2 * t)) / 2)]).agrees
    bent = SDE(x, x / 2, sp.sqrt(1 + x**2), t)
    paths = bent.simulate(0.3, 0.5, 2, PATHS, method="exact", generator=SEED)
    assert compare(bent, paths, [(x, 0.3 * sp.exp(t / 2)), (x**2, (1 + 2 * 0.09) * sp.exp(2 * t) / 2 - 0.5)]).agrees


def test_square_root_process_that_reaches_zero():
    sde = SDE(x, theta * (mu - x), sigma * sp.sqrt(x), t, domain=(0, sp.oo))
    at = {theta: 1.3, mu: 0.1, sigma: 0.9}
    paths = sde.simulate(0.3, 1, 3, PATHS, method="exact", at=at, generator=SEED)
    assert float(paths.last.min()) >= 0
    assert compare_moments(sde, paths, 0.3, 2, at, 0.9999).agrees


@pytest.mark.parametrize(
    "sde, words",
    [
        (SDE(x, -(x**3), 1, t), "no exact step"),
        (SDE(x, x**3, x**2, t), "no exact step"),
        (SDE(X, sp.Rational(1, 4) / X, 1, T), "no exact step"),
    ],
    ids=["double well", "explodes", "reaches an end without saying what happens there"],
)
def test_no_exact_step_where_the_law_is_not_known(sde, words):
    with pytest.raises(Unsolvable, match=words):
        exact_law(sde, 0.1)


def test_a_law_without_ends_is_not_used_on_a_domain_with_ends():
    with pytest.raises(StochasticError, match="leave the domain"):
        exact_law(SDE(x, -x, 1, t, domain=(0, sp.oo)), 0.1)
    assert exact_law(SDE(x, x / 3, x, t, domain=(0, sp.oo)), 0.1).evidence.passed
    walled = SDE(x, -x, 1, t, domain=(0, sp.oo)).simulate(1, 1, 50, 200, boundary="reflect", generator=1)
    assert float(walled.last.min()) >= 0
    with pytest.raises(SimulationError, match="leaves the domain"):
        SDE(x, -x, 1, t, domain=(0, sp.oo)).simulate(1, 1, 50, 200, generator=1)


def test_a_wrong_gaussian_step_is_not_handed_out(monkeypatch):
    """The quadrature of the integrals is a check that can fail."""
    from derive.stochastic.simulated import exact_steps as module

    right = module._flow
    monkeypatch.setattr(module, "_flow", lambda a, c, span: (right(a, c, span)[0], right(a, c, span)[1] * 1.001))
    with pytest.raises(StochasticError, match="disagrees with quadrature"):
        exact_law(SDE(x, 1 - x, 1, t), 0.1)


@pytest.mark.parametrize("h", [1e-6, 1.0, 200.0])
def test_steps_of_any_length(h):
    """v = σ²(1 − e^{−2θh})/2θ to full precision, short and long."""
    law = exact_law(SDE(x, -x, 1, t), h)
    assert float(law.step.matrices[2][0, 0]) ** 2 == pytest.approx(-math.expm1(-2 * h) / 2, rel=1e-13)


def test_errors_name_what_and_the_remedy():
    sde = EXACT["ornstein"][0]
    with pytest.raises(StochasticError, match="no value for mu, sigma, theta"):
        sde.simulate(0, 1, 1, 10)
    with pytest.raises(StochasticError, match="no value for k in the start"):
        sde.simulate(sp.Symbol("k"), 1, 1, 10, at=AT)
    with pytest.raises(StochasticError, match="boundary: no option of exact steps"):
        sde.simulate(0, 1, 1, 10, method="exact", at=AT, boundary="reflect")
    with pytest.raises(StochasticError, match="break an assumption"):
        SDE(x, -theta * x, 1, t, given=[theta < 1]).simulate(0, 1, 1, 10, at=AT)


def test_control_variate_from_a_solved_model():
    """Local volatility with geometric Brownian motion as its model: the variance falls, the mean does not move."""
    model = SDE(x, mu * x, sigma * x, t)
    local = SDE(x, mu * x, sigma * x * (1 + sp.tanh(x - 1) / 5), t)
    plain = local.simulate(1, 1, 30, PATHS, at=AT, generator=SEED).expectation(x**2)
    better = controlled_expectation(local, x**2, 1, 1, 30, PATHS, model, at=AT, generator=SEED + 1)
    assert better.reduction > 10
    assert abs(plain.mean - better.mean) < 4.5 * math.hypot(plain.standard_error, better.standard_error)
    # the model by itself: the scheme's own bias is all that is left
    own = controlled_expectation(model, x, 1, 1, 30, PATHS, model, at=AT, generator=SEED)
    assert abs(own.mean - (1 + 0.5 / 30) ** 30) < 4.5 * own.standard_error
    with pytest.raises(Unsolvable, match="whole path"):
        controlled_expectation(local, x, 1, 1, 30, 10, EXACT["ornstein"][0], at=AT)


def test_orders_against_the_solution():
    sde = SDE(x, mu * x, sigma * x, t)
    found = convergence(sde, 1, 1, "milstein", at=AT, generator=SEED, steps=(8, 16, 32), paths=400)
    assert "the solution" in found.method and abs(found.order - 1) < found.halfwidth + 0.2
    pair = SDE((x, y), [x / 5, y / 3], [[x / 3, 0], [0, y / 2]], t, correlation=[[1, HALF], [HALF, 1]])
    found = convergence(pair, [1, 1], 1, "milstein", generator=SEED, steps=(8, 16, 32), paths=400)
    assert "the solution" in found.method and abs(found.order - 1) < found.halfwidth + 0.2
    grid = convergence(SDE(x, -(x**3), 1, t), 1, 1, "euler", generator=SEED, steps=(8, 16, 32), paths=400)
    assert "steps" in grid.method
    weak = convergence(sde, 1, 1, "euler", x**2, {mu: 0.3, sigma: 0.4}, generator=SEED, steps=(4, 8, 16), paths=20000)
    assert weak.kind == "weak" and abs(weak.order - 1) < weak.halfwidth + 0.15


def test_decimal_fractions_in_the_data():
    """0.5 is taken as 1/2, so that closed forms are not lost to rounding."""
    sde = SDE((x, y), [-x + y / 3, -x / 5 - y], [[1, 0], [0, sigma]], t, correlation=[[1, 0.5], [0.5, 1]])
    paths = sde.simulate((1, 0), 0.8, 1, PATHS, method="exact", at=AT, generator=SEED)
    assert compare_moments(sde, paths, (1, 0), 2, AT, 0.9999).agrees


def test_float32_and_seeds():
    sde = EXACT["ornstein"][0]
    one, two = (sde.simulate(0, 1, 2, 50, method="exact", at=AT, generator=3, dtype="float32").values for _ in range(2))
    assert torch.equal(one, two) and one.dtype == torch.float32
