"""The article on path integrals: statuses of its parts, mutants of lines, simulations within their error bars."""

import math
import pickle
from dataclasses import replace
from statistics import NormalDist

import pytest
import sympy as sp

from derivations.path_integrals import result
from derivations.paths import action, cases, equation, figures, walk, walls
from derive import Claim, Derivation, Pitfall, Plot, Status, verify
from derive.article import Curve

# The names of parts that each point of the article must have.
POINTS = {
    1: {"pascal", "characteristic", "lattice", "heat_kernel"},
    2: {"symmetric", "neglected", "weak", "placed", "busy", "order_trap", "ballistic", "plane"},
    3: {"two_slices", "weight", "killed"},
    4: {"ito", "second_order", "norm", "mean", "spread", "midpoint_trap"},
    5: {"from_slices", "forward", "to_walk", "stratonovich", "convention_trap"},
    6: {"symmetrised", "ground", "level_1", "level_2"},
    7: {
        "drifts", "one_more", "many_variances", "van_vleck", "harmonic", "geometric", "black_scholes", "survival",
        "no_flux", "passage", "fair_step", "ruin_limit",
    },
    8: {"walk_figure", "ornstein_figure", "geometric_figure", "passage_figure", "convergence_figure", "solver_figure"},
}  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_every_point_is_there(point):
    assert {part.name for part in result.parts if not isinstance(part, str)} >= POINTS[point]


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("seed", [0, 11])
def test_every_part_is_proven(seed):
    """Exact, or enclosed; every line also by itself, apart from the rule."""
    report = verify(result, digits=15, seed=seed)
    assert {f.name: f.status for f in report.findings() if f.status < Status.ENCLOSED} == {}
    steps = [(f.name, step) for f in report.findings() for step in getattr(f, "steps", ())]
    assert not [name for name, step in steps if not step.check.passed]
    pitfalls = [part for part in report.parts if hasattr(part, "pitfall")]
    assert len(pitfalls) == 4 and all(part.evidence.counterexample for part in pitfalls)


# A few of each kind in the fast suite.
QUICK = [walk.pascal, walk.symmetric, action.two_slices, action.second_order, action.norm, equation.forward,
         equation.symmetrised, cases.van_vleck, cases.cameron_martin, walls.passage, walls.fair_step]  # fmt: skip


@pytest.mark.parametrize("derivation", QUICK, ids=lambda d: d.name)
def test_derivations(derivation):
    assert verify(derivation, digits=15).status is Status.EXACT


def mutated(derivation, line):
    """The derivation with another last line."""
    steps = (*derivation.steps[:-1], replace(derivation.steps[-1], after=line))
    return replace(derivation, steps=steps)


MUTANTS = [
    (walk.placed, lambda e: e.subs(walk.D, 2 * walk.D)),
    (action.norm, lambda e: sp.Derivative(action.f(action.x), action.x) / 2),
    (action.killed, lambda e: e + 2 * action.V(action.x) * action.P(action.x, action.t)),
    (equation.symmetrised, lambda e: e + sp.Derivative(equation.psi, equation.x)),
    (cases.van_vleck, lambda e: e.subs(cases.theta, 2 * cases.theta)),
    (cases.cameron_martin, lambda e: e**2),
    (walls.passage, lambda e: e / walls.L),
]


@pytest.mark.parametrize(("derivation", "mutate"), MUTANTS, ids=[d.name for d, _ in MUTANTS])
def test_mutants_do_not_pass(derivation, mutate):
    assert not verify(mutated(derivation, mutate(derivation.last)), digits=10, timeout=10).status.passed


def test_the_article_pickles():
    assert pickle.loads(pickle.dumps(result)).name == "path_integrals"


def test_pitfalls_are_refuted():
    for pitfall in (walk.order_trap, equation.convention_trap, walls.image_trap):
        assert isinstance(pitfall, Pitfall)
        assert verify(pitfall.claim, digits=10).status is Status.REFUTED


HISTOGRAMS = [figures.walk_figure, figures.ornstein_figure, figures.geometric_figure, figures.passage_figure]


@pytest.mark.parametrize("plot", HISTOGRAMS, ids=lambda p: p.name)
def test_histograms_agree_with_their_densities(plot):
    """Every bar lies within z standard errors and the curvature of the density in a bin, Bonferroni over the bars."""
    (curve, data) = plot.parts
    assert isinstance(plot, Plot) and isinstance(curve, Curve)
    rows = data.rows()
    z = NormalDist().inv_cdf(1 - 0.001 / (2 * len(rows)))
    f = sp.lambdify(curve.variable, curve.expr, "mpmath")
    width = rows[1][0] - rows[0][0]
    for place, height, two_sigma in rows:
        if place <= 0 and curve.variable.is_positive:
            continue
        lowest = 1e-9 if curve.variable.is_positive else -math.inf
        points = [float(f(max(place + width * shift, lowest))) for shift in (-0.5, -0.25, 0, 0.25, 0.5)]
        average = (points[0] + 4 * points[1] + 2 * points[2] + 4 * points[3] + points[4]) / 12
        slack = 0.02 * max(points) if plot.name == "walk_figure" else 0.01 * max(points)  # lattice, scheme
        assert abs(height - (points[2] if plot.name == "walk_figure" else average)) < z * two_sigma / 2 + slack


def test_slopes_of_convergence():
    found = {}
    for part in (*figures.convergence_figure.parts, *figures.solver_figure.parts):
        if not isinstance(part, Curve):
            rows = part.rows()
            found[part.label] = (rows[-1][1] - rows[0][1]) / (rows[-1][0] - rows[0][0])
    euler, milstein, solver = found.values()
    assert abs(euler - 0.5) < 0.1 and abs(milstein - 1) < 0.15 and abs(solver - 2) < 0.1


def test_a_claim_of_the_article_by_hand():
    """Mehler's kernel by numbers: mean and variance of the propagator for θ = 1, D = 1, t = 1/2 from y = 2."""
    values = {cases.theta: 1, cases.D: 1, cases.t: sp.Rational(1, 2), cases.y: 2}
    density = sp.lambdify(cases.x, cases.mehler.subs(values), "math")
    step = 0.001
    grid = [-8 + step * k for k in range(16001)]
    mass = sum(map(density, grid)) * step
    mean = sum(x * density(x) for x in grid) * step
    assert math.isclose(mass, 1, rel_tol=1e-9) and math.isclose(mean, 2 * math.exp(-0.5), rel_tol=1e-9)
    assert isinstance(cases.ornstein, Derivation) and isinstance(cases.ornstein.conclusion, Claim)
