"""What absorbing ends take: by eigenfunctions against closed laws and against the mass that is left."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError

x, t = sp.Symbol("x", real=True), sp.Symbol("t", positive=True)
m = sp.Symbol("mu", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
UNIT = (0, 1)
GENES = SDE(x, 0, sp.sqrt(x * (1 - x)), t, domain=UNIT)
ONE_WAY = SDE(x, -x / 2, sp.sqrt(x * (1 - x)), t, domain=UNIT)
BRANCHING = SDE(x, -x, sp.sqrt(x), t, domain=(0, sp.oo))


def summed(e: Any, terms: int = 60) -> Any:
    """Sums cut off."""
    return e.replace(sp.Sum, lambda f, limits: sp.Add(*(f.subs(limits[0], k) for k in range(terms))))


@pytest.mark.parametrize("process", [GENES, ONE_WAY])
def test_what_is_lost_and_what_is_left_make_one(process):
    start, time = sp.Rational(3, 10), sp.Rational(3, 5)
    spectrum = process.fokker_planck().spectrum()
    law = spectrum.transition(start)
    density = sp.lambdify(x, summed(law.value, 14).subs(t, time), "mpmath")
    left = mpmath.quad(density, [0, 0.3, 1])
    ends = (0, 1) if process is GENES else (0,)
    lost = [spectrum.absorbed(end, start) for end in ends]
    assert all(evidence.status in SOUND for _, evidence in lost)
    total = left + sum(sp.N(summed(value, 14).subs(t, time)) for value, _ in lost)
    assert abs(total - 1) < 1e-9


def test_branching_dies_out_as_the_closed_law_says():
    value, evidence = BRANCHING.fokker_planck().spectrum().absorbed(0, sp.Rational(1, 2))
    closed = 1 - BRANCHING.transition(sp.Rational(1, 2)).mass
    assert evidence.status in SOUND
    assert abs(sp.N((summed(value) - closed).subs(t, 1))) < 1e-12


def test_fixation_of_a_gene():
    """For t → ∞ a gene of frequency x0 is fixed with probability x0 (Kimura)."""
    value, _ = GENES.fokker_planck().spectrum().absorbed(1, sp.Rational(3, 10))
    assert abs(sp.N(summed(value, 6).subs(t, 30)) - 0.3) < 1e-9


def test_nothing_is_lost_where_nothing_is_absorbed():
    with pytest.raises(StochasticError, match="nothing"):
        ONE_WAY.fokker_planck().spectrum().absorbed(1, sp.Rational(1, 2))
    with pytest.raises(StochasticError, match="discrete"):
        SDE(x, -3 * sp.tanh(x), 1, t).fokker_planck().spectrum().absorbed(0, 1)
