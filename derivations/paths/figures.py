"""Point 8: simulations against the closed forms, with error bars; slopes of convergence; the error of a Fokker-Planck solver."""

from dataclasses import dataclass
from math import log2, sqrt

from sympy import Rational, Symbol, exp, log, oo, pi, symbols
from sympy import sqrt as root

from derive import Curve, Data, Plot

x = symbols("x", real=True)
t, price = symbols("t x", positive=True)
h = Symbol("h", real=True)
BARS = "Error bars: two standard errors."


def histogram(values, low, high, bins):
    """Bars of a histogram as a density, (middle, height, two standard errors); what lies outside is counted in the whole."""
    import torch

    counts = torch.histc(values.double(), bins, low, high)
    share, width = counts / len(values), (high - low) / bins
    error = 2 * (share * (1 - share)).clamp(min=1 / len(values)).sqrt() / sqrt(len(values))
    middle = [low + (i + 0.5) * width for i in range(bins)]
    return tuple(zip(middle, (share / width).tolist(), (error / width).tolist(), strict=True))


@dataclass(frozen=True)
class Walked(Data):
    """A walk of n steps ±h with probability p up: its place after n steps, every walker simulated."""

    steps: int = 100
    up: float = 0.5
    spacing: float = 0.1
    walkers: int = 40_000
    seed: int = 0

    def rows(self):
        import torch

        generator = torch.Generator().manual_seed(self.seed)
        ups = torch.zeros(self.walkers)
        for _ in range(self.steps):
            ups += torch.rand(self.walkers, generator=generator) < self.up
        place, counts = ups.unique(return_counts=True)
        share = counts / self.walkers
        found = zip(place.tolist(), share.tolist(), (2 * (share * (1 - share) / self.walkers).sqrt()).tolist(), strict=True)
        return tuple(
            ((2 * k - self.steps) * self.spacing, s / (2 * self.spacing), e / (2 * self.spacing)) for k, s, e in found
        )


@dataclass(frozen=True)
class Simulated(Data):
    """The histogram of X at a time, from paths by Euler's or Milstein's scheme."""

    drift: object = 0
    diffusion: object = 1
    state: Symbol = x
    start: float = 0.0
    until: float = 1.0
    low: float = -4.0
    high: float = 4.0
    method: str = "milstein"
    steps: int = 100
    paths: int = 40_000
    bins: int = 40
    seed: int = 0

    def rows(self):
        from numerics import simulate

        found = simulate(
            self.drift, self.diffusion, self.state, self.start, self.until, self.steps, self.paths, self.method, self.seed
        )
        return histogram(found.last[:, 0], self.low, self.high, self.bins)


@dataclass(frozen=True)
class Arrived(Data):
    """When a particle with drift v and noise b first reaches a level, from paths on a grid of time.

    A path is seen on the grid only, so the level is put lower by 0.5826 b √(step), the mean overshoot (H. Chernoff,
    Proc. 4th Berkeley Symp. 1 (1961) 79; D. Siegmund, Sequential Analysis, 1985).
    """

    level: float = 1.0
    speed: float = 1.0
    noise: float = 1.0
    until: float = 4.0
    steps: int = 1000
    paths: int = 20_000
    bins: int = 40
    seed: int = 0

    def rows(self):
        from numerics import simulate

        seen = self.level - 0.5826 * self.noise * sqrt(self.until / self.steps)
        found = simulate(
            self.speed, self.noise, x, 0.0, self.until, self.steps, self.paths, "euler", self.seed, domain=(-oo, seen), boundary="absorb"
        )
        return histogram(found.exit_times, 0.0, self.until, self.bins)


@dataclass(frozen=True)
class Converged(Data):
    """log₂ of the strong error of a scheme against log₂ of the step, for geometric Brownian motion with its exact solution."""

    method: str = "euler"
    seed: int = 0
    paths: int = 4000

    def rows(self):
        import torch

        from numerics.simulate import strong_order

        mu, sigma = 0.5, 0.8

        def exact(w):
            return torch.exp((mu - sigma**2 / 2) + sigma * w)

        found = strong_order(
            mu * price, sigma * price, price, 1.0, 1.0, self.method, (8, 16, 32, 64, 128), self.paths, self.seed, exact=exact
        )
        rows = zip(found.sizes, found.errors, found.standard_errors, strict=True)
        return tuple((log2(size), log2(error), 2 * bar / error / 0.6931) for size, error, bar in rows)


@dataclass(frozen=True)
class GridError(Data):
    """log₂ of the L¹ error of the Chang-Cooper solver against log₂ of the cell, Ornstein-Uhlenbeck from a Gaussian."""

    cells: tuple[int, ...] = (40, 80, 160, 320)

    def rows(self):
        import numpy as np

        from numerics.fokker_planck import FokkerPlanckGrid

        begin, late = 0.25, 0.75  # times after a start at 1
        found = []
        for count in self.cells:
            grid = FokkerPlanckGrid(-x, 1, x, (-6, 6), count)
            p = grid.propagate(grid.values(ornstein(1, begin)), late - begin).p
            error = float(np.abs(p - grid.values(ornstein(1, late))).sum() * grid.cell)
            found.append((log2(12 / count), log2(error), 0.0))
        return tuple(found)


def ornstein(start, time):
    """The density of dx = −x dt + √2 dW at a time."""
    variance = 1 - exp(-2 * time)
    return exp(-((x - start * exp(-time)) ** 2) / (2 * variance)) / root(2 * pi * variance)


def gauss(mean, variance):
    """The normal density."""
    return exp(-((x - mean) ** 2) / (2 * variance)) / root(2 * pi * variance)


walk_figure = Plot(
    (
        Curve(gauss(1, Rational(99, 100)), x, -3, 5, label="its diffusion limit"),
        Walked(up=0.55, label="40 000 walkers", note=BARS),
    ),
    title=r"An asymmetric walk, $p = 0.55$, after 100 steps of 0.1: the mean is $(p-q)nh = 1$, the variance $4pq\,nh^2 = 0.99$",
    xlabel="place",
    ylabel="density",
    name="walk_figure",
)
ornstein_figure = Plot(
    (
        Curve(ornstein(2, Rational(1, 2)), x, -3, 5, label="Mehler's kernel"),
        Simulated("40 000 paths", BARS, -x, root(2), start=2.0, until=0.5, low=-3.0, high=5.0),
    ),
    title=r"Ornstein-Uhlenbeck, $dx = -x\,dt + \sqrt2\,dW$ from 2, at $t = \frac12$",
    xlabel="x",
    ylabel="density",
    name="ornstein_figure",
)
geometric_figure = Plot(
    (
        Curve(
            exp(-((log(price) - Rational(3, 8)) ** 2) / Rational(1, 2)) / (price * root(pi / 2)), price, 0.05, 5, label="the log-normal density"
        ),
        Simulated("40 000 paths", BARS, price / 2, price / 2, price, 1.0, 1.0, 0.0, 5.0),
    ),
    title=r"Geometric Brownian motion, $dx = \frac12 x\,dt + \frac12 x\,dW$ from 1, at $t = 1$",
    xlabel="x",
    ylabel="density",
    name="geometric_figure",
)
passage_figure = Plot(
    (
        Curve(exp(-((1 - t) ** 2) / (2 * t)) / root(2 * pi * t**3), t, 0.01, 4, label="the inverse Gaussian density"),
        Arrived("20 000 paths", BARS),
    ),
    title=r"First passage of $dx = dt + dW$ from 0 at the level 1",
    xlabel="time",
    ylabel="density",
    name="passage_figure",
)
convergence_figure = Plot(
    (
        Curve(h / 2 - 1, h, -7.2, -2.8, label="slope 1/2"),
        Curve(h - 1, h, -7.2, -2.8, label="slope 1"),
        Converged("Euler-Maruyama", BARS, "euler"),
        Converged("Milstein", "", "milstein"),
    ),
    title="Strong errors for geometric Brownian motion, against the exact solution on the same noise: order 1/2 and order 1",
    xlabel=r"$\log_2$ of the step",
    ylabel=r"$\log_2$ of the mean error",
    name="convergence_figure",
)
solver_figure = Plot(
    (
        Curve(2 * h - 4, h, -5, -1.5, label="slope 2"),
        GridError("Chang-Cooper, exact in time", "The solver is deterministic: no error bars."),
    ),
    title=r"The Fokker-Planck equation on a grid: the $L^1$ error against Mehler's kernel is of order 2",
    xlabel=r"$\log_2$ of the cell",
    ylabel=r"$\log_2$ of the error",
    name="solver_figure",
)

parts = (
    "## 8. Simulated\n\nEach case is simulated with torch, with a fixed seed, and the histogram is held against the density that was derived. About one bar in twenty "
    "should miss the curve by more than its error bar.",
    walk_figure,
    ornstein_figure,
    geometric_figure,
    passage_figure,
    convergence_figure,
    solver_figure,
)
