"""Fokker-Planck equations ∂_t p = −Σ ∂_i (a_i p) + Σ ∂_i² (D_i p) on a grid of cells, in one or two dimensions.

Space: Chang and Cooper's fluxes J = (D/h) (B(−w) p_i − B(w) p_{i+1}), w = (a − D′) h/D at the face, B(z) = z/(e^z − 1):
cells exchange probability at nonnegative rates, so that mass is kept and the stationary state is exact for a constant
w on each face. Order 2. Time: implicit Euler (order 1, positive for every step), Crank-Nicolson (order 2, positive for
steps up to 2/(largest rate)), or the exponential, without an error of time. Two axes by Strang's splitting, which is
exact for the exponential where the axes do not depend on each other, and of order 2 elsewhere.
References: J. Chang, G. Cooper, J. Comput. Phys. 6 (1970) 1; D. Scharfetter, H. Gummel, IEEE Trans. 16 (1969) 64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from numerics.errors import NumericsError
from numerics.kernel import kernel
from numerics.kernel.once import once
from numerics.tridiagonal import Exponential, apply, expm, log_weights, solver

Array = np.ndarray[Any, np.dtype[Any]]
BOUNDARIES = ("reflecting", "absorbing", "periodic")
METHODS = ("exponential", "crank-nicolson", "implicit")
MASS_TOLERANCE = 1e-9
Bands = tuple[Array, Array, Array]


class FokkerPlanckError(NumericsError):
    """An equation or a grid that the solver does not take, or a step that would not keep mass or positivity."""


@dataclass(frozen=True, eq=False)
class Evolved:
    """p: cell values at the time t. mass: Σ p × cell. steps, method: how it was found."""

    p: Array
    t: float
    mass: float
    steps: int
    method: str


class FokkerPlanckGrid:
    """The equation on a grid of cells; `axes` are the centres, `cell` is the volume of one.

    drift: a, and diffusion: D = ½ b² (not b), an expression or one for each axis. states: the symbols. domain:
    (lo, hi) for each axis, numbers. cells: how many on each axis. boundary: "reflecting", "absorbing" or "periodic",
    one for each axis or one for all; a pair for two different ends. time: the symbol of the time. at: parameters.
    Reflecting means no current, absorbing p = 0 (or, where D vanishes, that what arrives is gone).
    Mixed derivatives ∂_x ∂_y are not taken: change to variables in which the noise is independent.
    FokkerPlanckError for data that do not fit, for D < 0, and for a reflecting end at which paths come and stay.
    """

    def __init__(
        self,
        drift: Any,
        diffusion: Any,
        states: Any,
        domain: Any,
        cells: Any,
        boundary: Any = "reflecting",
        time: sp.Symbol | None = None,
        at: Mapping[Any, Any] | None = None,
    ) -> None:
        self.states = tuple(states) if isinstance(states, Sequence | sp.Tuple) else (states,)
        n = len(self.states)
        if n not in (1, 2):
            raise FokkerPlanckError(f"the grid has one or two axes; got {n} states. Simulate paths in more dimensions")
        values = dict(at or {})
        a, d = _each(drift, n, "drift"), _diagonal(diffusion, n)
        a, d = ([_with(e, values) for e in entries] for entries in (a, d))
        self.domain = tuple((float(p[0]), float(p[1])) for p in ([domain] if n == 1 and _flat(domain) else domain))
        self.cells = tuple(int(c) for c in _each(cells, n, "cells"))
        pairs = list(boundary) if n == 2 and not isinstance(boundary, str) else [boundary] * n
        self.boundary = tuple((b, b) if isinstance(b, str) else tuple(b) for b in pairs)
        self._check()
        self.widths = tuple((hi - lo) / c for (lo, hi), c in zip(self.domain, self.cells, strict=True))
        self.axes = tuple(
            lo + h * (np.arange(c) + 0.5) for (lo, _), h, c in zip(self.domain, self.widths, self.cells, strict=True)
        )
        self.cell = math.prod(self.widths)
        self.time = time if time is not None else sp.Symbol("t")
        free = set().union(*(e.free_symbols for e in (*a, *d))) - set(self.states)
        clock = next((s for s in free if s == self.time or (time is None and s.name == "t")), None)
        self.time, self.timed = clock or self.time, clock is not None
        self._coefficients = [(e - sp.diff(f, x), f, e) for e, f, x in zip(a, d, self.states, strict=True)]
        self._compiled = [self._kernel(e) for e in self._coefficients] if self.timed else []
        self._frozen = None if self.timed else [self._axis(i, 0.0) for i in range(n)]

    def _kernel(self, exprs: Sequence[Any]) -> Callable[..., Any]:
        """For coefficients that are asked for at every step."""
        return kernel(tuple(exprs), (*self.states, self.time), backend="numpy", dtype="float64")

    def _check(self) -> None:
        if len(self.domain) != len(self.states) or any(not lo < hi for lo, hi in self.domain):
            raise FokkerPlanckError(f"the domain {self.domain} must be an interval (lo, hi) for each of {self.states}")
        if any(not (math.isfinite(lo) and math.isfinite(hi)) for lo, hi in self.domain):
            raise FokkerPlanckError("the grid needs a finite domain; cut it where the density is negligible")
        if any(c < 3 for c in self.cells):
            raise FokkerPlanckError(f"each axis needs 3 cells or more; got {self.cells}")
        for pair in self.boundary:
            if len(pair) != 2 or any(end not in BOUNDARIES for end in pair):
                raise FokkerPlanckError(f"boundary {pair}: each end is one of {', '.join(BOUNDARIES)}")
            if ("periodic" in pair) and pair[0] != pair[1]:
                raise FokkerPlanckError("a periodic axis is periodic at both ends")

    # One axis: the bands of the operator, with the axis last.

    def _faces(self, axis: int) -> list[Array]:
        """The states at the faces, for all lines along the axis, or for one if the lines are all alike."""
        low, high = self.domain[axis]
        faces = np.linspace(low, high, self.cells[axis] + 1)
        if len(self.states) == 1:
            return [faces]
        other = self.axes[1 - axis][:, None]
        alike = all(self.states[1 - axis] not in e.free_symbols for e in self._coefficients[axis])
        along, across = np.broadcast_arrays(faces[None], other[:1] if alike else other)
        return [along, across] if axis == 0 else [across, along]

    def _axis(self, axis: int, t: float) -> Bands:
        """(lower, diagonal, upper) of the operator along an axis, arrays (…, N) with that axis last."""
        h = self.widths[axis]
        faces = self._faces(axis)
        if self.timed:
            rates = self._compiled[axis](*faces, t)
        else:
            rates = once(self._coefficients[axis], dict(zip(self.states, faces, strict=True)))
        v, d, a = (e if e.shape == faces[0].shape else np.full(faces[0].shape, float(e)) for e in rates)
        if not (np.isfinite(v).all() and np.isfinite(d).all()):
            raise FokkerPlanckError(
                f"drift or diffusion along {self.states[axis]} is not finite at a face of the grid on "
                f"{self.domain[axis]}; move the ends of the domain"
            )
        if (d < 0).any():
            raise FokkerPlanckError(f"the diffusion along {self.states[axis]} is negative inside the domain")
        right, left = _exchange(v, d, h)
        first, last = self.boundary[axis]
        for end, inward, name in ((0, 1, first), (-1, -1, last)):
            caught = (d[..., end] == 0) & (inward * v[..., end] < 0) & (inward * a[..., end] <= 0)
            if name == "reflecting" and caught.any():
                raise FokkerPlanckError(
                    f"at {self.states[axis]} = {self.domain[axis][end]:g} the noise vanishes and paths come and stay: "
                    f"there is a point mass, which no density holds. Take 'absorbing', and its mass from what is lost"
                )
        lower, upper = np.zeros((2, *v.shape[:-1], v.shape[-1] - 1))
        lower[..., 1:], upper[..., :-1] = right[..., 1:-1], left[..., 1:-1]
        out = np.zeros_like(lower)
        out[..., :-1] += right[..., 1:-1]
        out[..., 1:] += left[..., 1:-1]
        if first == "periodic":
            lower[..., 0], upper[..., -1] = right[..., -1], left[..., 0]
            out[..., -1] += right[..., -1]
            out[..., 0] += left[..., 0]
        near, far = _exchange(v, d, h / 2, h)
        if first == "absorbing":
            out[..., 0] += far[..., 0]
        if last == "absorbing":
            out[..., -1] += near[..., -1]
        return lower, -out, upper

    def largest_rate(self, axis: int = 0, t: float = 0.0) -> float:
        """The largest rate at which a cell is left along an axis: Crank-Nicolson is positive for steps up to 2/rate."""
        return float(-self._bands(axis, t)[1].min())

    def _bands(self, axis: int, t: float) -> Bands:
        return self._frozen[axis] if self._frozen is not None else self._axis(axis, t)

    def _cyclic(self, axis: int) -> bool:
        return self.boundary[axis][0] == "periodic"

    def values(self, p: Any) -> Array:
        """Cell values of a density: an array, or an expression in the states or a function taken at the centres."""
        points = np.meshgrid(*self.axes, indexing="ij")
        if isinstance(p, np.ndarray):
            found = p.astype(float)
        elif callable(p):
            found = np.asarray(p(*points), dtype=float)
        else:
            (found,) = once([sp.sympify(p, strict=True)], dict(zip(self.states, points, strict=True)))
            found = np.broadcast_to(found, self.cells).copy()
        if found.shape != self.cells:
            raise FokkerPlanckError(f"a density on this grid has the shape {self.cells}; got {found.shape}")
        return found

    def point(self, *x: float) -> Array:
        """All mass at a point: shared by the cells about it so that the mean is the point."""
        found = np.ones(())
        for at, axis, h, (low, high) in zip(x, self.axes, self.widths, self.domain, strict=True):
            if not low < at < high:
                raise FokkerPlanckError(f"the point {x} lies outside the domain {self.domain}")
            weights = np.clip(1 - abs(axis - min(max(at, axis[0]), axis[-1])) / h, 0, None)
            found = np.multiply.outer(found, weights / h)
        return found

    def mass(self, p: Array) -> float:
        """Σ p × cell."""
        return float(p.sum() * self.cell)

    def stationary(self, p: Any = None) -> Array:
        """The stationary density of one axis without absorbing ends: from p_{i+1}/p_i = rate right/rate left, or, on a
        periodic axis, the null vector by inverse iteration."""
        if len(self.states) != 1 or "absorbing" in self.boundary[0] or self.timed:
            raise FokkerPlanckError("a stationary state is found on one axis without absorbing ends or time dependence")
        lower, diagonal, upper = self._bands(0, 0.0)
        if self._cyclic(0):
            q = np.ones(self.cells)
            shifted = solver(-lower, 1e-10 * self.largest_rate() - diagonal, -upper, True)
            for _ in range(4):
                q = shifted.solve(q)
                q = q / q.sum()
            return q / self.cell
        logs = _logs(lower, upper)
        q = np.exp(logs - logs.max())
        return q / (q.sum() * self.cell)

    def spectrum(self, count: int = 10) -> tuple[Array, Array]:
        """The lowest rates of decay λ_k and the eigenfunctions p_k of the operator (one row each), one axis, not
        periodic: p(t) = Σ c_k e^{−λ_k t} p_k, c_k = ∫ p_k p(0)/p_0 where p_0 is the stationary density."""
        if len(self.states) != 1 or self._cyclic(0) or self.timed:
            raise FokkerPlanckError("the spectrum is found on one axis with reflecting or absorbing ends")
        lower, diagonal, upper = self._bands(0, 0.0)
        logs = _logs(lower, upper) / 2
        off = np.sqrt(lower[1:] * upper[:-1])
        value, vector = np.linalg.eigh(np.diag(-diagonal) - np.diag(off, 1) - np.diag(off, -1))
        shapes = vector[:, :count].T * np.exp(logs - logs.max())
        return value[:count], shapes / np.sqrt((np.exp(2 * (logs - logs.max())) * self.cell).sum() * self.cell)

    @property
    def _separable(self) -> bool:
        """Whether the operator along each axis is the same on all lines: then the two commute."""
        if len(self.states) == 1 or self._frozen is None:
            return len(self.states) == 1
        return all(len(bands[0]) == 1 for bands in self._frozen)

    # Time.

    def propagate(
        self, p: Any, t: float, steps: int | None = None, method: str | None = None, start: float = 0.0
    ) -> Evolved:
        """p at start + t, from p at `start`.

        method: "exponential" (the default for coefficients without time on axes that are not periodic and do not depend
        on each other), "crank-nicolson" (the default elsewhere), "implicit". steps: as many as the method needs, if not
        given.
        Kept: positivity, and the mass if no end absorbs; FokkerPlanckError if a step would break one of them.
        """
        smooth = not self.timed and not any(self._cyclic(i) for i in range(len(self.states)))
        chosen = method or ("exponential" if smooth and self._separable else "crank-nicolson")
        if chosen not in METHODS:
            raise FokkerPlanckError(f"method {method!r} is none of {', '.join(METHODS)}")
        if chosen == "exponential" and not smooth:
            raise FokkerPlanckError(
                "the exponential is for coefficients without time and axes that are not periodic; "
                "take 'crank-nicolson' or 'implicit'"
            )
        if not t > 0:
            raise FokkerPlanckError(f"the equation runs forward only: t = {t} must be positive")
        q = self.values(p)
        if (q < 0).any():
            raise FokkerPlanckError(f"the density at the start is negative somewhere: {q.min():.3g}")
        count = steps or self._steps(chosen, t, start)
        before = self.mass(q)
        q = self._kept(self._run(q, chosen, t / count, count, start), before, chosen)
        return Evolved(q, start + t, self.mass(q), count, chosen)

    def _steps(self, method: str, t: float, start: float) -> int:
        if method == "exponential":
            return 1 if self._separable else 32
        if method == "implicit":
            return 256
        times = [start + t * k / 16 for k in range(17)] if self.timed else [start]
        spare = 1.25 if self.timed else 1 + 1e-9
        rates = (self.largest_rate(i, u) / 2 for i in range(len(self.states)) for u in times)
        return max(32, math.ceil(t * max(rates) * spare))

    def _kept(self, q: Array, before: float, method: str) -> Array:
        low = float(q.min())
        if not np.isfinite(q).all() or low < -MASS_TOLERANCE * float(abs(q).max()):
            raise FokkerPlanckError(f"the density became {low:.3g}: positivity is lost by {method}; take more steps")
        q = np.maximum(q, 0)
        open_ends = any("absorbing" in pair for pair in self.boundary)
        if not open_ends and abs(self.mass(q) - before) > MASS_TOLERANCE * before:
            raise FokkerPlanckError(f"the mass went from {before} to {self.mass(q)} by {method}")
        return q

    def _run(self, p: Array, method: str, dt: float, count: int, start: float) -> Array:
        """All steps: along one axis, or by Strang's splitting x½ y x y … x y x½, with the inner halves joined."""
        moves = {"exponential": self._by_exponential, "crank-nicolson": self._by_half, "implicit": self._by_euler}
        move = moves[method]
        if len(self.states) == 1:
            advance = move(0, dt)
            for k in range(count):
                p = advance(p, start + k * dt)
            return p
        half, across = move(0, dt / 2), move(1, dt)
        along = move(0, dt) if count > 1 else half
        p = half(p.T, start).T
        for k in range(count):
            now = start + k * dt
            p = across(p, now)
            p = (along(p.T, now + dt / 2) if k + 1 < count else half(p.T, now + dt / 2)).T
        return p

    def _by_exponential(self, axis: int, dt: float) -> Callable[[Array, float], Array]:
        lower, diagonal, upper = bands = self._bands(axis, 0.0)
        if not ((lower[..., 1:] > 0) & (upper[..., :-1] > 0)).all():
            raise FokkerPlanckError(
                f"along {self.states[axis]} paths go one way only between some cells, and the exponential is for "
                f"operators with detailed balance on every line: take 'implicit' or 'crank-nicolson'"
            )
        if diagonal.ndim == 2 and self._separable:
            flow = expm(dt * (np.diag(diagonal[0]) + np.diag(lower[0, 1:], -1) + np.diag(upper[0, :-1], 1)))
            return lambda p, t: p @ flow.T
        fixed = Exponential(*bands, dt)

        def move(p: Array, t: float) -> Array:
            try:
                return fixed(p)
            except ValueError as failure:
                raise FokkerPlanckError(
                    f"the density starts too far out for the exponential, which would take {failure}: take 'implicit' "
                    f"or 'crank-nicolson', or fewer cells"
                ) from failure

        return move

    def _by_euler(self, axis: int, dt: float) -> Callable[[Array, float], Array]:
        cyclic = self._cyclic(axis)
        if not self.timed:
            fixed = _implicit(self._bands(axis, 0.0), dt, cyclic)
            return lambda p, t: fixed(p)
        return lambda p, t: _implicit(self._axis(axis, t + dt), dt, cyclic)(p)

    def _by_half(self, axis: int, dt: float) -> Callable[[Array, float], Array]:
        cyclic = self._cyclic(axis)

        def move(bands: Bands) -> Callable[[Array], Array]:
            rate = float(-bands[1].min())
            if dt * rate > 2 * (1 + 1e-9):
                raise FokkerPlanckError(
                    f"Crank-Nicolson keeps positivity for steps up to 2/(largest rate) = {2 / rate:.3g}, the step "
                    f"along {self.states[axis]} is {dt:.3g}: take {dt * rate / 2:.3g} times as many "
                    f"steps, or 'implicit'"
                )
            back = _implicit(bands, dt / 2, cyclic)
            return lambda p: back(p + (dt / 2) * apply(*bands, p, cyclic))

        if not self.timed:
            fixed = move(self._bands(axis, 0.0))
            return lambda p, t: fixed(p)
        return lambda p, t: move(self._axis(axis, t + dt / 2))(p)


def _logs(lower: Array, upper: Array) -> Array:
    """log of the stationary weights, normalised."""
    if not ((lower[1:] > 0) & (upper[:-1] > 0)).all():
        raise FokkerPlanckError("without noise between some cells paths go one way only: there is no detailed balance")
    return log_weights(lower, upper)


def bernoulli(z: Array) -> Array:
    """B(z) = z/(e^z − 1), 1 at 0."""
    safe = np.where(abs(z) < 1e-8, 1.0, z)
    with np.errstate(over="ignore"):
        return np.where(abs(z) < 1e-8, 1 - z / 2, safe / np.expm1(safe))


def _exchange(v: Array, d: Array, h: float, cell: float | None = None) -> tuple[Array, Array]:
    """The rates (to the right, to the left) through faces with velocity v = a − D′ between points h apart; the upwind
    rates max(±v, 0)/h where D vanishes against v h."""
    flat = d <= 1e-14 * abs(v) * h
    safe = np.where(flat, 1.0, d)
    w = np.where(flat, 0.0, v * h / safe)
    right = np.where(flat, np.maximum(v, 0), safe / h * bernoulli(-w))
    left = np.where(flat, np.maximum(-v, 0), safe / h * bernoulli(w))
    return right / (cell or h), left / (cell or h)


def _implicit(bands: Bands, dt: float, cyclic: bool) -> Callable[[Array], Array]:
    lower, diagonal, upper = bands
    return solver(-dt * lower, 1 - dt * diagonal, -dt * upper, cyclic).solve


def _flat(domain: Any) -> bool:
    return len(domain) == 2 and not isinstance(domain[0], Sequence | sp.Tuple)


def _with(e: Any, values: Mapping[Any, Any]) -> Any:
    e = sp.sympify(e, strict=True)
    return e.subs(values) if values else e


def _each(value: Any, n: int, what: str) -> list[Any]:
    found = list(value) if isinstance(value, Sequence | sp.MatrixBase | sp.Tuple) else [value] * n
    if len(found) != n:
        raise FokkerPlanckError(f"{n} axes need {n} entries of {what}; got {len(found)}")
    return found


def _diagonal(diffusion: Any, n: int) -> list[Any]:
    if isinstance(diffusion, sp.MatrixBase) and diffusion.shape == (n, n) and n > 1:
        if not diffusion.is_diagonal():
            raise FokkerPlanckError(
                "the diffusion matrix has mixed entries; the grid takes diagonal ones: change to variables in which "
                "the noise is independent (rotate by the eigenvectors, SDE.transform)"
            )
        return [diffusion[i, i] for i in range(n)]
    return _each(diffusion, n, "diffusion")
