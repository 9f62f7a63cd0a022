"""Fokker-Planck equations ∂_t p = −Σ ∂_i (a_i p) + Σ ∂_i ∂_j (D_ij p) on a grid of cells, in one or two dimensions.

Cells exchange probability with their neighbours along axes (`rates`) and, for mixed derivatives, diagonals (`lines`),
at nonnegative rates, of order 2 in space: mass and positivity are kept. Steps in time: `evolution`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from numerics.fokker_planck.data import counts, each, ends, entries, expression, intervals, symbols
from numerics.fokker_planck.errors import FokkerPlanckError
from numerics.fokker_planck.evolution import Evolved, evolve
from numerics.fokker_planck.lines import Axis, Diagonals, diagonals
from numerics.fokker_planck.rates import Array, Bands, chain, exchange, spread
from numerics.fokker_planck.rest import spectrum, stationary
from numerics.kernel import KernelError, kernel
from numerics.kernel.once import finite, once
from numerics.kernel.signature import real_symbols

_TIME = sp.Symbol("t")


class FokkerPlanckGrid:
    """The equation on a grid of cells; `axes` are the centres, `cell` is the volume of one.

    drift: a, and diffusion: D = ½ b² (not b), an expression or one for each axis, or in the plane the symmetric matrix
    D = ½ B Bᵀ with mixed entries; then cells must be such that |D_xy|/D_yy ≤ h_x/h_y ≤ D_xx/|D_xy| everywhere.
    states: the symbols. domain: (lo, hi) for each axis, numbers. cells: how many on each axis. boundary: "reflecting",
    "absorbing" or "periodic", one for each axis or one for all; a pair for two different ends. time: the symbol of the
    time. at: parameters.
    Reflecting means no current, absorbing p = 0 (or, where D vanishes, that what arrives is gone).
    Order 2 in the cells, once they are shorter than 2 D/|a − D′| where the density moves: `smearing` tells.
    FokkerPlanckError for data that do not fit, for D < 0, for cells too long or too flat for the mixed entries, and for
    a reflecting end at which paths come and stay.
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
        self.states = symbols(states)
        n = len(self.states)
        values = dict(at or {})
        a, (d, mixed) = each(drift, n, "drift"), entries(diffusion, n)
        a, d = ([expression(e, values) for e in column] for column in (a, d))
        mixed = expression(mixed, values)
        self.domain = intervals(domain, self.states)
        self.cells = counts(cells, n)
        self.boundary = ends(boundary, n)
        self.widths = tuple((hi - lo) / c for (lo, hi), c in zip(self.domain, self.cells, strict=True))
        self.axes = tuple(
            lo + h * np.arange(0.5, c) for (lo, _), h, c in zip(self.domain, self.widths, self.cells, strict=True)
        )
        self.cell = math.prod(self.widths)
        self.time = time if time is not None else _TIME
        noise = set().union(*(e.free_symbols for e in (*d, mixed) if not e.is_Number))
        free = noise.union(*(e.free_symbols for e in a)).difference(self.states)
        clock = next((s for s in free if s == self.time or (time is None and s.name == "t")), None)
        self.time, self.timed = clock or self.time, clock is not None
        if missing := sorted(str(s) for s in free - {clock}):
            raise FokkerPlanckError(f"no value for {', '.join(missing)}: give it as at={{{missing[0]}: number}}")
        self._symbols = (*self.states, self.time)
        if not noise.isdisjoint(self.states):
            # real symbols in their places, so that |x| has a derivative
            real = dict(real_symbols(self._symbols))
            self._symbols = tuple(real.values())
            a, d, mixed = [e.xreplace(real) for e in a], [e.xreplace(real) for e in d], mixed.xreplace(real)
        self.lines: list[Axis | Diagonals] = [Axis(i, n, self.boundary[i][0] == "periodic") for i in range(n)]
        drift = [_less_slope(e, f, x) for e, f, x in zip(a, d, self._symbols, strict=False)]
        self._coefficients: list[tuple[Any, ...]] = list(zip(drift, d, a, strict=True))
        sheared = mixed != 0
        if sheared:
            around = (self.lines[0].cyclic, self.lines[1].cyclic)
            self.lines += [diagonals(self.cells, sign, around) for sign in (1, -1)]  # type: ignore[arg-type]
            shear = [sp.diff(mixed, x) for x in self._symbols[:2]]
            taken = [(sp.Abs(mixed), sp.sign(mixed) * e) for e in shear]
            walls = [(mixed, d[o], drift[o] - shear[k], shear[o], taken[k][1]) for k, o in ((0, 1), (1, 0))]
            self._coefficients = [whole + more for whole, more in zip(self._coefficients, taken, strict=True)]
            self._coefficients += [(mixed,), (mixed,), *walls]
        self._compiled = [self._kernel(e) for e in self._coefficients] if self.timed else []
        self._frozen = None if self.timed else [self._rates(k, 0.0) for k in range(len(self.lines))]
        if self._frozen is not None and sheared:
            # a family of diagonals along which nothing moves
            moving = [k for k, bands in enumerate(self._frozen) if k < n or bands[1].any()]
            self.lines, self._frozen = [self.lines[k] for k in moving], [self._frozen[k] for k in moving]

    def _kernel(self, exprs: Sequence[Any]) -> Callable[..., Any]:
        """For coefficients that are asked for at every step."""
        return kernel(tuple(exprs), self._symbols, backend="numpy", dtype="float64")

    # The bands of the operator along lines, with the line last.

    def _faces(self, axis: int) -> list[Array]:
        """The states at the faces, for all lines along the axis, or for one if the lines are all alike."""
        low, high = self.domain[axis]
        faces = low + self.widths[axis] * np.arange(self.cells[axis] + 1.0)
        faces[-1] = high
        if len(self.states) == 1:
            return [faces]
        other = self.axes[1 - axis][:, None]
        alike = all(self._symbols[1 - axis] not in e.free_symbols for e in self._coefficients[axis])
        if alike:
            along, across = faces[None], np.full((1, len(faces)), other[0, 0])
        else:
            along, across = np.broadcast_arrays(faces[None], other)
        return [along, across] if axis == 0 else [across, along]

    def _rates(self, k: int, t: float) -> Bands:
        """(lower, diagonal, upper) of the operator along the lines number k, arrays (…, N)."""
        lines = self.lines[k]
        return self._axis(k, t) if isinstance(lines, Axis) else self._diagonal(lines, k, t)

    def _evaluated(self, k: int, points: Sequence[Array], t: float) -> list[Array]:
        if self.timed:
            found = self._compiled[k](*points, t)
        else:
            try:
                found = once(self._coefficients[k], dict(zip(self._symbols, points, strict=False)))
            except KernelError as failure:
                raise FokkerPlanckError(f"{self._coefficients[k][0]} has no values on the grid: {failure}") from failure
        if any(e.dtype.kind == "c" for e in found):
            raise FokkerPlanckError(f"the coefficients {self._coefficients[k]} are not real")
        return [e if e.shape == points[0].shape else _constant(e, points[0]) for e in found]

    def _axis(self, axis: int, t: float) -> Bands:
        h = self.widths[axis]
        v, d, a, *mixed = self._evaluated(axis, self._faces(axis), t)
        if not (finite(v) and finite(d)):
            when = f" at {self.time} = {t:g}; start later, or" if self.timed else ";"
            raise FokkerPlanckError(
                f"drift or diffusion along {self.states[axis]} is not finite at a face of the grid on "
                f"{self.domain[axis]}{when} move the ends of the domain"
            )
        least = d.min()
        if least < 0:
            raise FokkerPlanckError(f"the diffusion along {self.states[axis]} is negative inside the domain")
        if mixed:
            v, d = self._beside_walls(axis, *self._without_diagonals(axis, v, d, *mixed, t), t)
        right, left = exchange(v, d, h)
        first, last = self.boundary[axis]
        for end, inward, name in ((0, 1, first), (-1, -1, last)):
            if least > 0 or mixed or name != "reflecting":
                continue
            if ((d[..., end] == 0) & (inward * v[..., end] < 0) & (inward * a[..., end] <= 0)).any():
                raise FokkerPlanckError(
                    f"at {self.states[axis]} = {self.domain[axis][end]:g} the noise vanishes and paths come and stay: "
                    f"there is a point mass, which no density holds. Take 'absorbing', and its mass from what is lost"
                )
        around = (right[..., -1], left[..., 0]) if first == "periodic" else None
        lost = None
        if "absorbing" in (first, last):
            near, far = exchange(v, d, h / 2, h)
            lost = np.zeros((*v.shape[:-1], v.shape[-1] - 1))
            lost[..., 0] += far[..., 0] if first == "absorbing" else 0.0
            lost[..., -1] += near[..., -1] if last == "absorbing" else 0.0
        return chain(right[..., 1:-1], left[..., 1:-1], lost, around)

    def _without_diagonals(
        self, axis: int, v: Array, d: Array, taken: Array, slope: Array, t: float
    ) -> tuple[Array, Array]:
        """v + ∂|m| h/h_o and D − |m| h/h_o at the faces, what the diagonals leave to the axis. Inside, |m| and its
        slope are those between the cells, as the diagonals have them: then kinks at changes of sign cost no order."""
        h, ratio = self.widths[axis], self.widths[axis] / self.widths[1 - axis]
        if (d < ratio * taken * (1 - 1e-12)).any():
            raise FokkerPlanckError(self._proportions(t))
        along, across = np.broadcast_arrays(self.axes[axis][None], self.axes[1 - axis][: len(d), None])
        inside = abs(self._evaluated(2, [along, across] if axis == 0 else [across, along], t)[0])
        taken, slope = taken.copy(), slope.copy()
        taken[:, 1:-1] = (inside[:, 1:] + inside[:, :-1]) / 2
        slope[:, 1:-1] = np.diff(inside) / h
        return v + ratio * slope, np.maximum(d - ratio * taken, 0)

    def _beside_walls(self, axis: int, v: Array, d: Array, t: float) -> tuple[Array, Array]:
        """The lines along reflecting walls of the other axis o, where the jumps through the wall are missing and with
        them half of the current −∂_o (m p) − ∂ (|m| h/h_o p) along the wall, m = D_xy. It is put back with ∂_o p from
        J_o = 0: D + ½ |m| h/h_o − ½ m²/D_oo ≥ 0 and v − ½ (m v_o/D_oo + ∂_o m + ∂|m| h/h_o)."""
        other = 1 - axis
        v, d = (np.array(np.broadcast_to(e, (self.cells[other], v.shape[-1]))) for e in (v, d))
        faces = np.linspace(*self.domain[axis], self.cells[axis] + 1)
        ratio = self.widths[axis] / self.widths[other]
        for place, name in zip((0, -1), self.boundary[other], strict=True):
            if name != "reflecting":
                continue
            beside = np.full_like(faces, self.axes[other][place])
            points = [faces, beside] if axis == 0 else [beside, faces]
            mixed, whole, speed, shear, slope = self._evaluated(4 + axis, points, t)
            pull = np.divide(mixed, whole, out=np.zeros_like(mixed), where=whole > 0)
            d[place] += (abs(mixed) * ratio - mixed * pull) / 2
            v[place] -= (pull * speed + shear + slope * ratio) / 2
        return v, d

    def _diagonal(self, lines: Diagonals, k: int, t: float) -> Bands:
        mixed = self._evaluated(k, np.meshgrid(*self.axes, indexing="ij"), t)[0]
        if not np.isfinite(mixed).all():
            raise FokkerPlanckError("the mixed diffusion is not finite inside the domain; move the ends of the domain")
        return lines.bands(np.maximum(lines.sign * mixed, 0) / self.cell, self.boundary)

    def _proportions(self, t: float) -> str:
        """Why the cells do not suit the mixed entries, and which would."""
        points = np.meshgrid(*self.axes, indexing="ij")
        across = self.widths[0] / self.widths[1]
        whole = [self._evaluated(i, points, t)[1] for i in (0, 1)]
        taken = abs(self._evaluated(2, points, t)[0])
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = float(np.nanmax(taken / whole[1])), float(np.nanmin(whole[0] / taken))
        x, y = map(str, self.states)
        if not low <= high:
            return (
                f"the mixed diffusion is too strong for one grid (h_{x}/h_{y} should be at least {low:.3g} and at most "
                f"{high:.3g}): change to variables in which the noise is independent (SDE.transform)"
            )
        count = math.ceil(self.cells[0] * across / math.sqrt(low * high))
        return (
            f"the mixed diffusion needs cells with h_{x}/h_{y} between {low:.3g} and {high:.3g}, not {across:.3g}: "
            f"take cells=({count}, {self.cells[1]})"
        )

    def over_time(self, times: Array) -> Array:
        """All coefficients at some places all over the grid, a row each, at the times."""
        places = [axis[:: max(1, (len(axis) - 1) // 4)] for axis in self.axes]
        points = [axis.reshape(-1, 1) for axis in np.meshgrid(*places, indexing="ij")]
        shape = (points[0].size, times.size)
        return np.concatenate([np.broadcast_to(e, shape) for k in self._compiled for e in k(*points, times[None])])

    def largest_rate(self, axis: int = 0, t: float = 0.0) -> float:
        """The largest rate at which a cell is left along an axis (2 and above: along diagonals): Crank-Nicolson is
        positive for steps up to 2/rate."""
        return float(-self.bands(axis, t)[1].min())

    def bands(self, k: int, t: float = 0.0) -> Bands:
        """(lower, diagonal, upper) of the operator along the lines number k at the time t."""
        return self._frozen[k] if self._frozen is not None else self._rates(k, t)

    def values(self, p: Any) -> Array:
        """Cell values of a density: an array, or an expression in the states or a function taken at the centres."""
        if isinstance(p, np.ndarray):
            found = p.astype(float)
        elif callable(p):
            found = np.asarray(p(*self._centres()), dtype=float)
        else:
            points = self._centres()
            p = expression(p, {})
            if missing := sorted(map(str, p.free_symbols - set(self.states))):
                raise FokkerPlanckError(f"the density {p} depends on {', '.join(missing)}, which is no state")
            (found,) = once([p], dict(zip(self.states, points, strict=True)))
            if np.iscomplexobj(found):
                raise FokkerPlanckError(f"the density {p} is not real")
            found = np.broadcast_to(found, self.cells).copy()
        if found.shape != self.cells:
            raise FokkerPlanckError(f"a density on this grid has the shape {self.cells}; got {found.shape}")
        return found

    def _centres(self) -> Sequence[Array]:
        return np.meshgrid(*self.axes, indexing="ij") if len(self.states) > 1 else [axis.copy() for axis in self.axes]

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

    def smearing(self, p: Any, t: float = 0.0) -> float:
        """The share by which the grid adds to the diffusion where the density p is, the larger of the axes: about
        w²/12, w = (a − D′) h/D, and large where cells are too long for the drift, ∞ without noise. A stationary
        density is not smeared by it, a moving one is; more cells are the remedy."""
        q, found = self.values(p), 0.0
        for k, lines in enumerate(self.lines[: len(self.states)]):
            lower, _, upper = self.bands(k, t)
            along = lines.split(q)
            own, added = spread(lower[..., 1:], upper[..., :-1], self.widths[k])
            weight = along[..., 1:] + along[..., :-1]
            noise, extra = float((weight * own).sum()), float((weight * added).sum())
            found = max(found, extra / noise if noise > 0 else math.inf if extra > 0 else 0.0)
        return found

    def stationary(self) -> Array:
        """The stationary density of one axis without absorbing ends: from p_{i+1}/p_i = rate right/rate left, on a
        ring by the sum over trees; see `rest`."""
        return stationary(self)

    def spectrum(self, count: int = 10) -> tuple[Array, Array]:
        """The lowest rates of decay λ_k and the eigenfunctions p_k of the operator (one row each), one axis, not
        periodic: p(t) = Σ c_k e^{−λ_k t} p_k, c_k = ∫ p_k p(0)/p_0 where p_0 is the stationary density."""
        return spectrum(self, count)

    @property
    def separable(self) -> bool:
        """Whether the operator along each axis is the same on all lines and does not change: then the axes commute."""
        if len(self.states) == 1 or self._frozen is None:
            return len(self.states) == 1
        return len(self.lines) == 2 and all(len(bands[0]) == 1 for bands in self._frozen)

    def propagate(
        self, p: Any, t: float, steps: int | None = None, method: str | None = None, start: float = 0.0
    ) -> Evolved:
        """p at start + t, from p at `start`.

        method: "exponential" (the default for coefficients without time on axes that do not depend on each other, but
        for long rings), "crank-nicolson" (the default elsewhere), "implicit"; see `evolution`. steps: if not given, as
        many as make the error of time, summed over cells, about 1e-3 of the mass or less; its estimate is `error`.
        Kept: positivity, and the mass if no end absorbs; FokkerPlanckError if a step would break one of them, or where
        10,000 steps would not do.
        """
        return evolve(self, self.values(p), t, steps, method, start)


def _constant(value: Array, like: Array) -> Array:
    """The number everywhere."""
    found = np.empty(like.shape)
    found.fill(float(value))
    return found


def _less_slope(e: Any, f: Any, x: sp.Symbol) -> Any:
    """e − ∂f/∂x; without asking SymPy where x is not in f."""
    return e if f.is_Number or x not in f.free_symbols else e - sp.diff(f, x)
