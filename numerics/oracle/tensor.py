"""Iterated integrals on tensor products of nodes, in double precision: two families of rules that share no node.

The order of integration is kept: the inner rule is applied at every outer node, never an interchange, and reaches
twice as far (in log u) as the outer one, as a limit taken before: with equal reach the sum would be symmetric in the
variables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy as sp

from numerics.oracle.budget import Budget
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.nodes import Array, DoubleExponential, Gauss, Nodes, Rule
from numerics.oracle.scale import NoGerm
from numerics.oracle.waves import waves

Env = Mapping[sp.Symbol, Array]

NEGLIGIBLE = 1e-13
MOST_AT_ONCE, MOST_NODES = 2_000_000, 100_000_000
_NUMPY = [{"erf": np.vectorize(math.erf), "erfc": np.vectorize(math.erfc), "gamma": np.vectorize(math.gamma)}, "numpy"]


class NoTensor(NotEnclosed):
    """The tensor rules do not apply."""


@dataclass(frozen=True)
class Tensor:
    """Values of expressions with integrals at arrays of points, by one family of rules."""

    rule: Rule
    budget: Budget

    def value(self, e: sp.Expr, env: Env, shape: tuple[int, ...]) -> Array:
        """e at the points of env, each array of `shape`."""
        inner = _outermost(e)
        names = {i: sp.Dummy(f"I{k}") for k, i in enumerate(inner)}
        deeper = Tensor(replace(self.rule, depth=len(shape)), self.budget)
        values = {names[i]: deeper.integral(i, env, shape)[0] for i in inner}
        f = e.xreplace(names)
        known = {**env, **values}
        symbols = sorted(f.free_symbols, key=str)
        lacking = [s for s in symbols if s not in known]
        if lacking:
            raise NoTensor(e, f"no value for {lacking}")
        with np.errstate(all="ignore"):
            out = _numeric(f, tuple(symbols))(*(known[s] for s in symbols))
        return np.broadcast_to(np.asarray(out), shape)

    def integral(self, e: sp.Expr, env: Env, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """(∫ f, Σ|weight × value|) at every point."""
        if isinstance(e, sp.Sum):
            return self._sum(e, env, shape)
        *inner, (x, lo, hi) = e.limits
        f = sp.Integral(e.function, *inner) if inner else e.function
        u = sp.Dummy("u", positive=True)
        if lo == -sp.oo and hi == sp.oo:
            parts = [(f.subs(x, u), None), (f.subs(x, -u), None)]
        elif hi == sp.oo:
            parts = [(f.subs(x, lo + u), None)]
        elif lo == -sp.oo:
            parts = [(f.subs(x, hi - u), None)]
        else:
            half = self.value((hi - lo) / 2, env, shape)
            parts = [(f.subs(x, lo + u), half), (f.subs(x, hi - u), half)]
        total, mass = np.zeros(shape, dtype=complex), np.zeros(shape)
        for g, length in parts:
            pieces = [(g, self.rule.finite(length))] if length is not None else self._half_line(g, u, env, shape)
            for h, nodes in pieces:
                value, size = self._apply(h, u, nodes, env, shape)
                total, mass = total + value, mass + size
        return total, mass

    def _sum(self, e: sp.Sum, env: Env, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """Term by term to a last one that differs between the families; enough for exponential decay."""
        *inner, (n, lo, hi) = e.limits
        f = sp.Sum(e.function, *inner) if inner else e.function
        if not lo.is_Integer or not (hi == sp.oo or hi.is_Integer):
            raise NoTensor(e, "a sum with moving limits")
        count = 150 * (1 + self.rule.level) + (37 if isinstance(self.rule, Gauss) else 0)
        last = int(lo) + count if hi == sp.oo else int(hi)
        if last - lo > 5000:
            raise NoTensor(e, "too many terms")
        k = np.arange(int(lo), last + 1).astype(float)
        u = sp.Dummy("n", integer=True)
        nodes = np.broadcast_to(k, (*shape, k.size))
        return self._apply(f.subs(n, u), u, Nodes(nodes, np.ones_like(nodes), (-1,) if hi == sp.oo else ()), env, shape)

    def _half_line(self, f: sp.Expr, u: sp.Symbol, env: Env, shape: tuple[int, ...]) -> list[tuple[sp.Expr, Nodes]]:
        """The pieces of ∫₀^∞ f du: all at once, or a head and the tails of its waves."""
        whole = [(f, self.rule.infinite(shape))]
        if not f.has(sp.sin, sp.cos, sp.sinc, sp.I):
            return whole
        try:
            parts = waves(f, u)
        except NoGerm:
            return whole
        flat = sp.S.Zero
        turning: list[tuple[Array, sp.Expr]] = []
        for phase, amplitude in parts.items():
            coefficients = sp.Poly(phase, u).all_coeffs()[::-1] if phase.has(u) else [phase]
            turn = [np.imag(self.value(c, env, shape)) for c in coefficients]
            if any(np.any(c != 0) for c in turn[2:]):
                raise NoTensor(f, "a phase that turns faster than linearly")
            if len(turn) > 1 and np.any(turn[1] != 0):
                _grouped(turning, np.abs(turn[1]), amplitude * sp.exp(phase))
            else:
                flat += amplitude * sp.exp(phase)
        if not turning:
            return whole
        if len(turning) == 1 and flat == 0:
            turning = [(turning[0][0], f)]
        with np.errstate(all="ignore"):
            start = np.pi / np.max([omega for omega, _ in turning], axis=0)
            pieces = [(f, self.rule.finite(start))]
            if flat != 0:
                beyond = self.rule.infinite(shape)
                pieces.append((flat, replace(beyond, at=start[..., None] + beyond.at)))
            for omega, g in turning:
                tail = self.rule.tail(start, omega)
                dies = self._dies_down(g, u, start, omega, env, shape)
                pieces.append((g, replace(tail, weight=np.where(dies[..., None], tail.weight, np.nan))))
        return pieces

    def _dies_down(
        self, g: sp.Expr, u: sp.Symbol, start: Array, omega: Array, env: Env, shape: tuple[int, ...]
    ) -> Array:
        """Whether a wave is smaller far out than after 10² half-periods: averaging would sum a constant one too."""
        sizes = []
        for far in (1.0, 1e2, 1e10 if _outermost(g) else 1e50):
            at = start[..., None] + np.pi / omega[..., None] * (far * np.array([1.0, 1.3, 1.55, 1.8]))
            sizes.append(np.max(np.abs(self._at(g, u, at, env, shape)), axis=-1))
        near, middle, end = sizes
        return (end <= 0.3 * middle) | (end <= NEGLIGIBLE * near)

    def _at(self, f: sp.Expr, u: sp.Symbol, at: Array, env: Env, shape: tuple[int, ...]) -> Array:
        wide = (*shape, at.shape[-1])
        lifted = {s: np.broadcast_to(v[..., None], wide) for s, v in env.items()}
        return self.value(f, {**lifted, u: at}, wide)

    def _apply(self, f: sp.Expr, u: sp.Symbol, nodes: Nodes, env: Env, shape: tuple[int, ...]) -> tuple[Array, Array]:
        at, weight = (np.broadcast_to(a, (*shape, a.shape[-1])) for a in (nodes.at, nodes.weight))
        inner = sum(1 for _ in _outermost(f))
        block = max(1, MOST_AT_ONCE // (2000 * max(1, math.prod(shape)))) if inner else at.shape[-1]
        if inner and math.prod(at.shape) * 2000 > MOST_NODES:
            raise NoTensor(f, "too many nodes in this many dimensions")
        values = []
        for i in range(0, at.shape[-1], block):
            self.budget.check(f, "evaluating on a tensor product of nodes")
            values.append(self._at(f, u, at[..., i : i + block], env, shape))
        with np.errstate(all="ignore"):
            return _added(weight * np.concatenate(values, axis=-1), nodes.ends)


def _grouped(turning: list[tuple[Array, sp.Expr]], omega: Array, g: sp.Expr) -> None:
    """Waves of one frequency are one."""
    for i, (known, together) in enumerate(turning):
        if np.array_equal(known, omega):
            turning[i] = known, together + g
            return
    turning.append((omega, g))


def _added(terms: Array, ends: tuple[int, ...]) -> tuple[Array, Array]:
    """Sums along the last axis. A term that is not finite counts as 0 where its finite neighbours are negligible;
    elsewhere, or where a term at one of the `ends` matters, the sum is not a number."""
    bad = ~np.isfinite(terms)
    kept = np.where(bad, 0, terms)
    sizes = np.abs(kept)
    mass = sizes.sum(axis=-1)
    for end in ends:
        mass = np.where(sizes[..., end] > NEGLIGIBLE * mass, np.nan, mass)
    if bad.any():
        beside = np.zeros_like(bad)
        beside[..., 1:] |= bad[..., :-1]
        beside[..., :-1] |= bad[..., 1:]
        worst = np.where(beside & ~bad, sizes, 0).max(axis=-1)
        spoilt = ~(worst <= NEGLIGIBLE * mass) | bad.all(axis=-1)
        mass = np.where(spoilt, np.nan, mass)
    return np.where(np.isnan(mass), np.nan, kept.sum(axis=-1)), mass


def _outermost(e: sp.Expr) -> list[sp.Expr]:
    """The integrals and sums of e that lie inside no other."""
    if isinstance(e, sp.Integral | sp.Sum):
        return [e]
    found = [i for a in e.args if isinstance(a, sp.Expr) for i in _outermost(a)]
    return list(dict.fromkeys(found))


def _numeric(f: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    if f.atoms(sp.Limit, sp.Derivative, sp.Product, sp.DiracDelta) or f.has(sp.Piecewise):
        raise NoTensor(f, "not a function of numbers by inspection")
    return sp.lambdify(symbols, f, modules=_NUMPY)


def by_tensor(e: sp.Expr, budget: Budget, digits: int = 11) -> tuple[complex, complex, float]:
    """(value by double-exponential rules, value by Gauss rules, Σ|weight × value|) at the first level where they
    agree to `digits`, else at the last; NoTensor where the rules do not apply."""
    best: tuple[complex, complex, float] | None = None
    for level in (1, 2):
        pair = []
        for rule in (DoubleExponential(level), Gauss(level)):
            try:
                value, mass = Tensor(rule, budget).integral(e, {}, ())
            except (NameError, TypeError, ValueError, AttributeError, sp.PolynomialError) as why:
                raise NoTensor(e, f"no numbers in double precision ({type(why).__name__})") from why
            pair.append((complex(value), float(mass)))
        (first, size), (second, _) = pair
        if not all(map(math.isfinite, (first.real, first.imag, second.real, second.imag, size))):
            continue
        if best is None or abs(first - second) < abs(best[0] - best[1]):
            best = first, second, size
        if abs(first - second) <= 10.0**-digits * abs(second):
            break
    if best is None:
        raise NoTensor(e, "a node with a weight that matters has no finite value")
    return best
