"""Every method of a process answers or refuses in words: no exception of the algebra underneath comes through, on odd
domains, singular coefficients, kinks and unknown functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from derive.errors import DeriveError
from derive.stochastic import SDE, Unsolvable, reals

t, x = sp.Symbol("t"), sp.Symbol("x", real=True)
y, theta, sigma = sp.symbols("y theta sigma", positive=True)
g, h = sp.symbols("g h")

PROCESSES = {
    "noise that grows": SDE(x, -x, sp.sqrt((1 + x**2) / 5), t),
    "noise that vanishes at 0": SDE(x, -x, x, t),
    "falls into 0": SDE(x, -1 / x, 1, t, domain=(-sp.oo, 0)),
    "pole at 1": SDE(x, 1 / (1 - x), 1, t, domain=(-sp.oo, 1)),
    "sign": SDE(x, -sp.sign(x), 1, t),
    "root of |x|": SDE(x, 0, sp.sqrt(sp.Abs(x)), t),
    "plain letters": SDE(y, g * (1 - y), h * sp.sqrt(y), t, domain=(0, sp.oo)),
    "in the time": SDE(x, -x / (1 - t), 1, t),
    "unknown drift": SDE(x, sp.Function("f")(x), 1, t),
    "no noise": SDE(x, -x, 0, t),
}
METHODS: dict[str, Callable[[SDE], Any]] = {
    "solve": lambda s: s.solve(),
    "solve from 0": lambda s: s.solve(0),
    "transition": lambda s: s.transition(),
    "transition from 0": lambda s: s.transition(0),
    "transition, absorbing": lambda s: s.transition(None, 0, "absorbing"),
    "stationary": lambda s: s.stationary(),
    "stationary, periodic": lambda s: s.stationary(domain=(0, 2 * sp.pi), wall="periodic"),
    "spectrum": lambda s: s.fokker_planck().spectrum(),
    "spectrum, mixed": lambda s: s.fokker_planck().spectrum(("absorbing", "reflecting")),
    "boundary": lambda s: s.boundary(s.domain[0][0]),
    "exit probability": lambda s: s.exit_probability(-2, -1),
    "exit time": lambda s: s.exit_time(-2, -1, sp.Rational(-3, 2)),
    "first passage": lambda s: s.first_passage(-2, -1),
    "moments": lambda s: s.moments(2),
    "autocovariance": lambda s: s.autocovariance(sp.Symbol("tau", positive=True)),
    "irreversibility": lambda s: s.irreversibility(),
    "expectation": lambda s: s.feynman_kac(s.x),
    "girsanov": lambda s: s.girsanov([s.x]),
}


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", PROCESSES)
def test_answers_or_refuses(name):
    for method in METHODS.values():
        try:
            found = method(PROCESSES[name])
        except DeriveError as refusal:
            assert len(str(refusal)) > 20
        else:
            assert getattr(found, "value", sp.S.Zero) not in (sp.nan, sp.zoo)


def test_a_call_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(reals, "SECONDS", 0.2)

    def endless() -> None:
        while True:
            pass

    with pytest.raises(Unsolvable, match="no answer within"):
        reals.in_time(endless, "waiting")


def test_what_algebra_stumbles_over_is_told():
    def stumbles() -> None:
        raise TypeError("cannot create mpf from -oo")

    with pytest.raises(Unsolvable, match="stumbled") as told:
        reals.in_time(stumbles, "spectrum")
    assert isinstance(told.value.__cause__, TypeError)
