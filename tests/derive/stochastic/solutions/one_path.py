"""A solution and a scheme on one and the same Brownian path: what is printed is evaluated as sums along the path, the
equation is integrated by Heun's scheme (one noise, Stratonovich's drift) or Euler's (several)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from derive.stochastic import SDE
from derive.stochastic.solutions.solution import ItoIntegral

STEPS, UNTIL = 3000, 0.3


class Path:
    """Increments of correlated Wiener processes on a grid, and functionals of them."""

    def __init__(self, correlation: Any, seed: int = 5) -> None:
        rho = np.array(correlation.tolist(), dtype=float)
        root = np.linalg.cholesky(rho + 1e-14 * np.eye(len(rho)))
        self.h = UNTIL / STEPS
        self.steps = root @ np.random.default_rng(seed).standard_normal((len(rho), STEPS)) * np.sqrt(self.h)
        self.times = np.linspace(0, UNTIL, STEPS + 1)
        self.names = ["W"] if len(rho) == 1 else [f"W{k + 1}" for k in range(len(rho))]

    def values(self, e: Any, t: Any) -> Any:
        """A functional of the path up to t, on the grid: Itô sums, the trapezoidal rule."""
        table: dict[Any, Any] = {}

        def along(node: Any) -> Any:
            if isinstance(node, ItoIntegral) and node.args[4] == t:
                rate = self.values(node.args[1], node.args[2])[:-1]
                return np.concatenate([[0], np.cumsum(rate * self.steps[self.names.index(node.args[0].name)])])
            if isinstance(node, sp.Integral) and node.limits[0][2] == t:
                rate = self.values(node.function, node.limits[0][0])
                return np.concatenate([[0], np.cumsum((rate[:-1] + rate[1:]) / 2 * self.h)])
            if isinstance(node, AppliedUndef) and node.func.__name__ in self.names:
                return np.concatenate([[0], np.cumsum(self.steps[self.names.index(node.func.__name__)])])
            return None

        def opened(node: Any) -> Any:
            found = along(node)
            if found is not None:
                symbol = sp.Dummy()
                table[symbol] = found
                return symbol
            return node.func(*map(opened, node.args)) if node.args else node

        shown = opened(e)
        f = sp.lambdify([t, *table], shown, "numpy")
        return np.broadcast_to(np.asarray(f(self.times, *table.values()), dtype=float), self.times.shape)

    def scheme(self, sde: SDE, start: list[float]) -> Any:
        """X at the end of the path."""
        args = [*sde.states, sde.t]
        one = sde.m == 1
        drift = sp.lambdify(args, list(sde.to(sp.Rational(1, 2)).drift if one else sde.ito_drift), "math")
        noise = sp.lambdify(args, sde.diffusion.tolist(), "math")
        x, h = np.array(start, dtype=float), self.h
        for k, dw in enumerate(self.steps.T):
            a, b = np.array(drift(*x, k * h)), np.array(noise(*x, k * h))
            ahead = x + a * h + b @ dw
            if one:
                later, beside = np.array(drift(*ahead, k * h + h)), np.array(noise(*ahead, k * h + h))
                ahead = x + (a + later) / 2 * h + (b + beside) / 2 @ dw
            x = ahead
        return x


def distance(sde: SDE, values: tuple[Any, ...], start: tuple[Any, ...], at: Mapping[Any, Any]) -> float:
    """|solution − scheme| at the end of a path, relative to 1 + |scheme|; `at` gives numbers (and functions)."""

    def numeric(e: Any) -> Any:
        plain = {k: v for k, v in at.items() if isinstance(k, sp.Symbol)}
        named = {k: v for k, v in at.items() if not isinstance(k, sp.Symbol)}
        e = e.replace(lambda f: f.func in named, lambda f: named[f.func](*f.args)) if named else e
        return e.subs(plain)

    shown = SDE(
        sde.states,
        [numeric(a) for a in sde.ito_drift],
        sde.diffusion.applyfunc(numeric),
        sde.t,
        sde.correlation.applyfunc(numeric),
    )
    path = Path(shown.correlation)
    reached = path.scheme(shown, [float(numeric(x)) for x in start])
    got = np.array([path.values(numeric(value), sde.t)[-1] for value in values])
    return float(np.max(np.abs(got - reached) / (1 + np.abs(reached))))
