"""Steps in time of a Fokker-Planck equation on a grid.

Implicit Euler (order 1, positive for every step), Crank-Nicolson (order 2, positive for steps up to 2/(largest rate)),
or the exponential, whose error of time, summed over cells, is at most 1e-9 of the mass at the start. Several families
of lines by Strang's splitting, x½ y½ … z … y½ x½, which is exact for the exponential where they commute, and of order 2
elsewhere. Steps that nobody gave are as many as make the error of time, estimated from two thirds as many, at most
1e-3 of the mass at the start.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from numerics.exponential import Exponential, expm
from numerics.fokker_planck.errors import FokkerPlanckError, StepTooLong
from numerics.fokker_planck.rates import Array, Bands
from numerics.tridiagonal import apply, solver

if TYPE_CHECKING:
    from numerics.fokker_planck.grid import FokkerPlanckGrid

METHODS = ("exponential", "crank-nicolson", "implicit")
MASS_TOLERANCE, MOST_JUMPS, RING, RING_JUMPS = 1e-9, 1e5, 512, 1e6
TIME_TOLERANCE, MOST_STEPS, PROBE = 1e-3, 10_000, 8191
_LOOSE = {"crank-nicolson": "crank-nicolson, of any sign"}
_SOONER = {"implicit": ", or 'crank-nicolson', which is of order 2"}
Move = Callable[[Array, float], Array]


@dataclass(frozen=True, eq=False)
class Evolved:
    """p: cell values at the time t. mass: Σ p × cell. steps, method: how it was found. error: an estimate of the error
    of time, summed over cells (that of space is the grid's); None where the steps were given."""

    p: Array
    t: float
    mass: float
    steps: int
    method: str
    error: float | None = None


def evolve(grid: FokkerPlanckGrid, q: Array, t: float, steps: int | None, method: str | None, start: float) -> Evolved:
    """See `FokkerPlanckGrid.propagate`; q are cell values."""
    smooth = not grid.timed and all(_turns(grid, k) for k, lines in enumerate(grid.lines) if lines.cyclic)
    chosen = method or ("exponential" if smooth and grid.separable else "crank-nicolson")
    if chosen not in METHODS:
        raise FokkerPlanckError(f"method {method!r} is none of {', '.join(METHODS)}")
    if chosen == "exponential" and not (smooth and len(grid.lines) == len(grid.states)):
        raise FokkerPlanckError(
            f"the exponential is for coefficients without time, periodic axes of {RING} cells at most along which all "
            f"lines are alike, and no mixed derivatives; take 'crank-nicolson' or 'implicit'"
        )
    if not 0 < t < math.inf:
        raise FokkerPlanckError(f"the equation runs forward only: t = {t} must be positive, and finite")
    before = grid.mass(q)
    if not math.isfinite(before):
        raise FokkerPlanckError("the density at the start is not finite everywhere")
    if (low := float(q.min())) < 0:
        raise FokkerPlanckError(f"the density at the start is negative somewhere: {low:.3g}")
    once = chosen == "exponential" and grid.separable
    count, error = steps, MASS_TOLERANCE * before if once else None
    if count is None and once:
        count = 1
    if count is None:
        found, count, error = _settled(grid, q, chosen, t, start, before)
    elif count < 1:
        raise FokkerPlanckError(f"steps must be 1 or more; got {steps}")
    else:
        found = _run(grid, q, chosen, t / count, count, start)
    found, mass = _kept(grid, found, q, before, chosen)
    return Evolved(found, start + t, mass, count, chosen, error)


def _settled(
    grid: FokkerPlanckGrid, q: Array, method: str, t: float, start: float, before: float
) -> tuple[Array, int, float]:
    """(cell values, steps, error of time) by as many steps as make the error at most 1e-3 of the mass at the start.

    m steps are compared with n = m − m/3 (positive or not), which no oscillation of the coefficients deceives but one
    that both miss: of order k, the finer differ from the limit by about Σ |p_n − p_m|/((m/n)^k − 1). FokkerPlanckError
    where that does not come down to the tolerance.
    """
    order, allowed = 1 if method == "implicit" else 2, TIME_TOLERANCE * before
    count = max(_steps(grid, method, t, start), _seen(grid, t, start) if grid.timed else 1)
    most = max(MOST_STEPS, 4 * count)
    while True:
        fewer = count - count // 3
        try:
            fine = _run(grid, q, method, t / count, count, start)
            coarse = _run(grid, q, _LOOSE.get(method, method), t / fewer, fewer, start)
        except StepTooLong as failure:
            error, wanted = math.inf, count * failure.times * 1.05
        else:
            error = float(abs(fine - coarse).sum()) * grid.cell / ((count / fewer) ** order - 1)
            if error <= allowed:
                return fine, count, error
            wanted = count * min(1.1 * (error / allowed) ** (1 / order), 8.0)
        if not wanted <= most:
            raise FokkerPlanckError(
                f"{count} steps by {method!r} leave an error of time of about {error:.1g}, and {wanted:.3g} are too "
                f"many to be taken unasked: give steps, or a shorter time{_SOONER.get(method, '')}"
            )
        count = math.ceil(wanted)


def _seen(grid: FokkerPlanckGrid, t: float, start: float) -> int:
    """So many steps that all of what the coefficients do in the time is seen: their means at the middles of steps are
    those over 8191 times, to 1e-2 of the mean size; so pulses are not stepped over."""

    def middles(n: int) -> Array:
        return grid.over_time(start + t * (np.arange(n) + 0.5) / n)

    often, count = middles(PROBE), 32
    mean, size = often.mean(axis=1), abs(often).mean(axis=1)
    while count < PROBE and (abs(middles(count).mean(axis=1) - mean) > 1e-2 * size).any():
        count *= 2
    return count


def _steps(grid: FokkerPlanckGrid, method: str, t: float, start: float) -> int:
    """How many to begin with; for Crank-Nicolson as many as keep positivity at 17 times."""
    if method == "exponential":
        return 32
    if method == "implicit":
        return 256
    times = [start + t * k / 16 for k in range(17)] if grid.timed else [start]
    spare = 1.25 if grid.timed else 1 + 1e-9
    rates = (grid.largest_rate(i, u) / 2 for i in range(len(grid.lines)) for u in times)
    return max(32, math.ceil(t * max(rates) * spare))


def _kept(grid: FokkerPlanckGrid, q: Array, begin: Array, before: float, method: str) -> tuple[Array, float]:
    """q without roundings below 0, and its mass; FokkerPlanckError if mass or positivity went beyond roundings of the
    start, whose mass is `before`."""
    low, mass = float(q.min()), grid.mass(q)
    lost = low < 0 and low < -MASS_TOLERANCE * max(-low, float(q.max()), float(begin.max()))
    if lost or not math.isfinite(mass):
        raise FokkerPlanckError(f"the density became {low:.3g}: positivity is lost by {method}; take more steps")
    if low < 0:
        q = np.maximum(q, 0)
        mass = grid.mass(q)
    if abs(mass - before) > MASS_TOLERANCE * before and not any("absorbing" in pair for pair in grid.boundary):
        raise FokkerPlanckError(f"the mass went from {before} to {mass} by {method}")
    return q, mass


def _run(grid: FokkerPlanckGrid, p: Array, method: str, dt: float, count: int, start: float) -> Array:
    """All steps by Strang's splitting, the halves of the first lines joined between steps."""
    last = len(grid.lines) - 1
    if last == 0:
        advance = _move(grid, method, 0, dt)
        for k in range(count):
            p = advance(p, start + k * dt)
        return p
    halves = [_move(grid, method, i, dt / 2) for i in range(last)]
    inner, whole = halves[1:], _move(grid, method, last, dt)
    joined = _move(grid, method, 0, dt) if count > 1 else halves[0]
    p = halves[0](p, start)
    for k in range(count):
        now, middle = start + k * dt, start + (k + 0.5) * dt
        for move in inner:
            p = move(p, now)
        p = whole(p, now)
        for move in reversed(inner):
            p = move(p, middle)
        p = (joined if k + 1 < count else halves[0])(p, middle)
    return p


def _move(grid: FokkerPlanckGrid, method: str, k: int, dt: float) -> Move:
    """A step dt along the lines number k, on cell values of the grid."""
    lines, along = grid.lines[k], _ALONG[method](grid, k, dt)
    return lambda p, t: lines.join(along(lines.split(p), t))


def _turns(grid: FokkerPlanckGrid, k: int) -> bool:
    """Whether the exponential goes around the rings number k: short ones, alike, that close on one axis."""
    diagonal = grid.bands(k)[1] if not grid.timed else np.empty(0)
    return k < len(grid.states) and diagonal.shape[-1] <= RING and diagonal.size == diagonal.shape[-1]


def _around(bands: Bands, dt: float) -> Array:
    """e^{dt T} of a ring. Columns that agree after 10⁶ jumps are what all later times have too."""
    lower, diagonal, upper = (band.reshape(-1) for band in bands)
    rates = np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)
    rates[0, -1] += lower[0]
    rates[-1, 0] += upper[-1]
    rest = RING_JUMPS / max(-float(diagonal.min()), RING_JUMPS * 1e-300)
    flow = expm(min(dt, rest) * rates)
    if dt > rest and abs(flow - flow[:, :1]).sum(axis=0).max() > MASS_TOLERANCE:
        raise FokkerPlanckError(
            f"over {dt * RING_JUMPS / rest:.2g} jumps around the ring roundings add up, and {RING_JUMPS:.0e} do not "
            f"bring it to rest: take fewer cells, or 'implicit' with steps as short as the error of time wants"
        )
    return flow / flow.sum(axis=0)


def _by_exponential(grid: FokkerPlanckGrid, k: int, dt: float) -> Move:
    lower, diagonal, upper = bands = grid.bands(k)
    if grid.lines[k].cyclic:
        turned = _around(bands, dt).T
        return lambda p, t: p @ turned
    # squaring adds up roundings, one for every jump; over long times lines are taken one by one
    if diagonal.ndim == 2 and grid.separable and -dt * diagonal.min() < MOST_JUMPS:
        flow = expm(dt * (np.diag(diagonal[0]) + np.diag(lower[0, 1:], -1) + np.diag(upper[0, :-1], 1)))
        return lambda p, t: p @ flow.T
    fixed = Exponential(*bands, dt)

    def move(p: Array, t: float) -> Array:
        try:
            return fixed(p)
        except ValueError as failure:
            raise FokkerPlanckError(
                f"the exponential does not reach its error of 1e-9: {failure}; take fewer cells, or 'implicit' or "
                f"'crank-nicolson' with an error of time"
            ) from failure

    return move


def _by_euler(grid: FokkerPlanckGrid, k: int, dt: float) -> Move:
    cyclic = grid.lines[k].cyclic
    if not grid.timed:
        fixed = _implicit(grid.bands(k), dt, cyclic)
        return lambda p, t: fixed(p)
    return lambda p, t: _implicit(grid.bands(k, t + dt), dt, cyclic)(p)


def _by_half(grid: FokkerPlanckGrid, k: int, dt: float, positive: bool = True) -> Move:
    cyclic = grid.lines[k].cyclic

    def move(bands: Bands) -> Callable[[Array], Array]:
        rate = float(-bands[1].min())
        if positive and dt * rate > 2 * (1 + 1e-9):
            raise StepTooLong(
                f"Crank-Nicolson keeps positivity for steps up to 2/(largest rate) = {2 / rate:.3g}, the step is "
                f"{dt:.3g}: take {dt * rate / 2:.3g} times as many steps, or 'implicit'",
                dt * rate / 2,
            )
        back = _implicit(bands, dt / 2, cyclic)
        return lambda p: back(p + (dt / 2) * apply(*bands, p, cyclic))

    if not grid.timed:
        fixed = move(grid.bands(k))
        return lambda p, t: fixed(p)
    return lambda p, t: move(grid.bands(k, t + dt / 2))(p)


def _implicit(bands: Bands, dt: float, cyclic: bool) -> Callable[[Array], Array]:
    lower, diagonal, upper = bands
    return solver(-dt * lower, 1 - dt * diagonal, -dt * upper, cyclic).solve


_ALONG: dict[str, Callable[[FokkerPlanckGrid, int, float], Move]] = {
    "exponential": _by_exponential,
    "crank-nicolson": _by_half,
    "crank-nicolson, of any sign": partial(_by_half, positive=False),
    "implicit": _by_euler,
}
