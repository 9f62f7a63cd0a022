"""Operators as they are shown equal the operators that they show; mutants do not."""

import pytest
import sympy as sp

from derive.field import is_zero
from derive.stochastic import SDE
from derive.stochastic.shown.operators import by_derivatives, by_scores, constants_out

x, y, t = sp.symbols("x y t", real=True)
mu, sigma, rho = sp.symbols("mu sigma rho", positive=True)

PROCESSES = {
    "geometric": SDE(x, mu * x, sigma * x, t),
    "Stratonovich": SDE(x, -sp.sin(x), 1 + x**2, t, alpha=sp.Rational(1, 2)),
    "correlated": SDE((x, y), (mu * y, -x), ((sigma * x, 0), (0, sp.exp(-t) * y)), t, [[1, rho], [rho, 1]]),
    "degenerate": SDE((x, y), (y, -mu * y - sigma * x), (0, sigma), t),
}


@pytest.mark.parametrize("name", PROCESSES)
def test_shown_operators_are_the_operators(name):
    sde = PROCESSES[name]
    f, p = sp.Function("f")(*sde.states), sp.Function("p")(*sde.states, t)
    assert is_zero(by_derivatives(sde, f).doit() - sde.generator(f)) is True
    shown = constants_out(sde, sde.fokker_planck())
    assert is_zero(shown.doit() - sde.fokker_planck(p).rhs) is True
    assert is_zero(shown.doit() + p - sde.fokker_planck(p).rhs) is False
    inside = [node.expr.as_independent(*sde.states, t, as_Add=False)[0] for node in shown.atoms(sp.Derivative)]
    assert all(abs(c) == 1 for c in inside)
    mixed = [node.variables for node in shown.atoms(sp.Derivative) if len(set(node.variables)) > 1]
    assert len(mixed) <= 1


@pytest.mark.parametrize("name", PROCESSES)
def test_scores(name):
    sde = PROCESSES[name]
    p = sp.Function("p", positive=True)(*sde.states, t)
    back = sde.reverse(p)
    shown = by_scores(back, p)
    for before, after in zip(back.drift, shown.drift, strict=True):
        assert is_zero(before - after.doit()) is True
        assert not any(node.expr == p for node in after.atoms(sp.Derivative))
