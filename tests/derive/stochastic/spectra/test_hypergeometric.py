"""Spectra by the variable in which the equation is hypergeometric, against finite differences of Schrödinger's operator
−½∂² + ½(A² + A′) in z = ∫dx/b: the values, how many there are, and where the continuum begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from sympy import Rational, cos, cosh, cot, coth, exp, log, oo, pi, sin, sinh, sqrt, tan, tanh

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.solutions.lamperti import lamperti
from derive.stochastic.spectra.hypergeometric import bound_states
from derive.stochastic.spectra.ladders import every_order
from derive.stochastic.spectra.oscillation import counted_zeros
from derive.stochastic.spectra.places import reduced

x, t = sp.Symbol("x", real=True), sp.Symbol("t", positive=True)
a, b, c, k, m, s = sp.symbols("a b c kappa mu sigma", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
HALF, THIRD = Rational(1, 2), Rational(1, 3)
RIGHT = (0, oo)

# name: (process with numbers, the interval of z for the grid, eigenvalues; None for infinitely many)
PROCESSES = {
    "radial": (SDE(x, 2 / x - x, 1, t, domain=RIGHT), (0, 8), None),
    "Gompertz": (SDE(x, x * (1 - 2 * log(x)), x / 2, t, domain=RIGHT), (-6, 8), None),
    "Pöschl-Teller": (SDE(x, -3 * tanh(x), 1, t), (-16, 16), 3),
    "Rosen-Morse": (SDE(x, HALF - 4 * tanh(x), 1, t), (-16, 16), 3),
    "Scarf": (SDE(x, -2 * tanh(x) - 1 / cosh(x), 1, t), (-18, 18), 2),
    "Morse": (SDE(x, 3 - exp(x), 1, t), (-14, 5), 3),
    "Coulomb": (SDE(x, 2 / x - 1, 1, t, domain=RIGHT), (0, 60), oo),
    "Eckart": (SDE(x, coth(x) - 9, 1, t, domain=RIGHT), (0, 8), 2),
    "Pöschl-Teller on the half-line": (SDE(x, coth(x) - 5 * tanh(x), 1, t, domain=RIGHT), (0, 14), 2),
    "circular": (SDE(x, 2 * cot(x), 1, t, domain=(0, pi)), (0, np.pi), None),
    "circular with a push": (SDE(x, 2 * cot(x) + 1, 1, t, domain=(0, pi)), (0, np.pi), None),
    "circular Scarf": (SDE(x, -2 * tan(x) + 1 / cos(x), 1, t, domain=(-pi / 2, pi / 2)), (-np.pi / 2, np.pi / 2), None),
    "tangent and cotangent": (SDE(x, 2 * cot(x) - tan(x), 1, t, domain=(0, pi / 2)), (0, np.pi / 2), None),
    "Student": (SDE(x, -2 * x, sqrt(1 + x**2), t), (-12, 12), 3),
    "inverse gamma": (SDE(x, 2 - 2 * x, x, t, domain=RIGHT), (-5, 14), 3),
    "logistic growth": (SDE(x, x * (3 - x), x, t, domain=RIGHT), (-14, 5), 3),
    "logistic switch": (SDE(x, 2 - 4 / (1 + 3 * exp(-x)), 1, t), (-14, 18), 4),
    "three halves": (SDE(x, x * (2 - x), x ** Rational(3, 2), t, domain=RIGHT), (0, 12), None),
}


def differences(process: SDE, interval: tuple[float, float], size: int = 900) -> tuple[np.ndarray, float]:
    """(eigenvalues, potential far out) of −½∂² + ½(A² + A′) with zeros at the ends of the interval."""
    form = lamperti(process)
    assert form is not None
    drift = form.drift_in_z()
    assert drift is not None
    z, low, high = form.symbol, *interval
    if form.image[1] == 0:
        low, high = -high, -low
    step = (high - low) / (size + 1)
    grid = low + step * np.arange(1, size + 1)
    potential = sp.lambdify(z, (drift**2 + sp.diff(drift, z)) / 2, "numpy")(grid)
    matrix = np.diag(1 / step**2 + potential) - np.diag(np.full(size - 1, 0.5 / step**2), 1)
    matrix -= np.diag(np.full(size - 1, 0.5 / step**2), -1)
    far = [v for v, end in zip((potential[0], potential[-1]), (low, high), strict=True) if abs(end) > 4]
    return np.linalg.eigvalsh(matrix), float(min(far, default=np.nan))


QUICK = {"radial", "Rosen-Morse", "Scarf", "Morse", "Coulomb", "circular", "inverse gamma"}
LONGER = [pytest.mark.slow, pytest.mark.ci]


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=LONGER) for n in PROCESSES])
def test_eigenvalues_by_finite_differences(name):
    process, interval, count = PROCESSES[name]
    found = process.fokker_planck().spectrum()
    assert found.evidence.status in SOUND
    values, far = differences(process, interval)
    shown = 3 if count in (None, oo) else min(int(count), 3)
    assert (found.edge is None) == (count is None)
    size = max(1.0, values[shown - 1], 0.0 if found.edge is None else float(found.edge))
    for n in range(shown):
        assert abs(float(found.eigenvalue(n)) - values[n]) < 0.01 * size
    if count is None or count == oo:
        assert found.count == oo
    else:
        assert found.count == count
        assert abs(float(found.edge) - far) < 0.02 * far
        assert (values < float(found.edge) * 0.999).sum() == count


SYMBOLIC = {
    "tanh": (SDE(x, -m * tanh(k * x), s, t), k * (2 * m - k * s**2) / 2, m**2 / (2 * s**2)),
    "coth": (SDE(x, m * coth(x) - c, s, t, domain=RIGHT), None, (c - m) ** 2 / (2 * s**2)),
    "cot": (SDE(x, m * cot(x), s, t, domain=(0, pi)), m + s**2 / 2, None),
    "Coulomb": (SDE(x, b / x - a, s, t, domain=RIGHT), None, a**2 / (2 * s**2)),
    "Fisher-Snedecor": (SDE(x, a * (m - x), s * sqrt(x * (1 + x)), t, domain=RIGHT), a, (2 * a + s**2) ** 2 / 8 / s**2),
    "Morse": (SDE(x, a - b * exp(x), s, t), a - s**2 / 2, a**2 / (2 * s**2)),
}


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", SYMBOLIC)
def test_spectra_with_symbols(name):
    process, second, edge = SYMBOLIC[name]
    found = process.fokker_planck().spectrum()
    assert found.evidence.status in SOUND
    assert second is None or sp.simplify(found.eigenvalue(1) - second) == 0
    assert found.edge is None if edge is None else sp.simplify(found.edge - edge) == 0


def test_bound_states_of_potentials():
    """Schrödinger's operators without drift: harmonic, Pöschl-Teller, Morse, hydrogen-like."""
    from derive.stochastic import FokkerPlanck

    def levels(potential, domain=None):
        equation = FokkerPlanck.of(SDE(x, 0, 1, t, domain=domain), potential=potential)
        return equation.spectrum("absorbing")

    assert [levels(x**2 / 2).eigenvalue(n) for n in range(2)] == [HALF, Rational(3, 2)]
    well = levels(-3 / cosh(x) ** 2)
    assert well.count == 2 and [well.eigenvalue(n) for n in range(2)] == [-2, -HALF] and well.edge == 0
    atom = levels(-1 / x + 1 / x**2, RIGHT)
    assert atom.eigenvalue(1) == -Rational(1, 2 * 9) and atom.edge == 0


def test_exits_absorb_without_being_asked():
    found = SDE(x, x * (1 - x), sqrt(x), t, domain=RIGHT).fokker_planck()
    with pytest.raises((Unsolvable, StochasticError)):
        found.spectrum()
    growth = SDE(x, coth(x) * -1 - 3 * tanh(x), 1, t, domain=RIGHT).fokker_planck().spectrum()
    assert growth.eigenvalue(0) > 0 and growth.function(0).subs(x, 0) == 0


@pytest.mark.parametrize(
    "process",
    [
        SDE(x, 3 * tanh(x) - 5 * x, 1, t),
        SDE(x, x - x**3, 1, t),
        SDE(x, m * tanh(x) - tanh(2 * x), 1, t),
        SDE(x, sin(x), 1, t),
    ],
)
def test_others_are_refused(process):
    with pytest.raises(StochasticError):
        process.fokker_planck().spectrum()


def test_wrong_values_and_functions_are_refuted():
    process = SDE(x, -3 * tanh(x), 1, t)
    equation = process.fokker_planck()
    form = reduced(equation, (-oo, oo))
    assert form is not None
    bound = bound_states(form, (None, None), ())
    assert all(e.status is Status.EXACT for e in every_order(equation, bound.ladder, bound.values, ()))
    with pytest.raises(StochasticError):
        every_order(equation, bound.ladder, bound.values + sp.Symbol("n", integer=True, nonnegative=True), ())
    with pytest.raises(StochasticError):
        every_order(equation, replace(bound.ladder, factor=bound.ladder.factor * cosh(x)), bound.values, ())
    found = equation.spectrum()
    moved = replace(found, function_form=found.function_form.subs(found.index, found.index + 1))
    with pytest.raises(StochasticError, match="zeros"):
        counted_zeros(moved)
    assert sinh(x) in found.function(1).atoms(sinh)
