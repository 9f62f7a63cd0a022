"""The figure of `derive sde --simulate`: some paths, and the histogram at the last time against the density."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivations.command.errors import CommandError

if TYPE_CHECKING:
    from derive.stochastic import SDE
    from derive.stochastic.shown.survey import Survey

SHOWN, BINS = 24, 60
SCHEMES = {"euler": "Euler-Maruyama", "heun": "Heun"}


@dataclass(frozen=True)
class Simulation:
    """What is simulated: an SDE with numbers for its parameters and its start."""

    sde: SDE
    x0: tuple[float, ...]
    at: tuple[tuple[Any, Any], ...]
    until: float
    steps: int
    paths: int
    seed: int

    @classmethod
    def of(
        cls, sde: SDE, x0: tuple[Any, ...] | None, at: str, until: str, steps: int, paths: int, seed: int
    ) -> Simulation:
        """CommandError naming what has no number yet, or what cannot be imported."""
        from importlib.util import find_spec

        missing = [name for name in ("torch", "matplotlib") if find_spec(name) is None]
        if missing:
            raise CommandError(f"--simulate needs {' and '.join(missing)}, which cannot be imported: pip install it")
        table = _values(at, sde, x0)
        begin = (0,) * sde.n if x0 is None else x0
        open_symbols = {*sde.parameters, *(s for v in begin if hasattr(v, "free_symbols") for s in v.free_symbols)}
        without = sorted(s.name for s in open_symbols - {symbol for symbol, _ in table})
        if without:
            example = ", ".join(f"{name}=1" for name in without)
            raise CommandError(f'--simulate needs numbers for {", ".join(without)}: --at "{example}"')
        if x0 is None and any(not (low < 0 < high) for low, high in _ends(sde, table)):
            raise CommandError("--simulate needs a start inside the domain, which 0 is not: --x0 1")
        start = tuple(float(_number(value, table)) for value in begin)
        return cls(sde, start, table, float(_positive(until)), steps, paths, seed)

    def draw(self, found: Survey, path: Path) -> None:
        """Simulates and writes the SVG, whole or not at all."""
        import matplotlib
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        some, many = self._run(SHOWN, "all"), self._run(self.paths, "last")
        style = {"svg.hashsalt": "derive", "svg.fonttype": "path", "font.size": 10, "mathtext.fontset": "stix"}
        with matplotlib.rc_context(style):
            canvas = FigureCanvasSVG(Figure(figsize=(9, 3.2 * self.sde.n), layout="constrained"))
            axes = canvas.figure.subplots(self.sde.n, 2, squeeze=False)
            for (left, right), x in zip(axes, self.sde.states, strict=True):
                left.plot(some.times, some[x], color="#3465a4", linewidth=0.6, alpha=0.7)
                left.set_xlabel(self.sde.t.name)
                left.set_ylabel(x.name)
                self._histogram(right, many[x][-1], x, found)
            partial = path.with_name(path.name + ".part")
            canvas.figure.savefig(partial, format="svg", metadata={"Date": None})
        partial.replace(path)
        clock = f"{self.sde.t.name} = {self.until:g}"
        print(f"figure: {path} ({self.paths} paths, {self.steps} steps of {SCHEMES[self._scheme]} to {clock})")

    @property
    def _walls(self) -> bool:
        return any(math.isfinite(end) for pair in _ends(self.sde, self.at) for end in pair)

    @property
    def _scheme(self) -> str:
        """Heun's, whose drift is of second order (Euler's would blow an oscillator up), where no end is near."""
        return "euler" if self._walls else "heun"

    def _run(self, paths: int, store: str) -> Any:
        """The paths; steps over an end of the domain are folded back into it."""
        from numerics.simulate import simulate

        ends, walls = _ends(self.sde, self.at), self._walls
        return simulate(
            self.sde.ito_drift,
            self.sde.diffusion,
            self.sde.states,
            self.x0,
            self.until,
            self.steps,
            paths,
            self._scheme,
            self.seed,
            time=self.sde.t,
            correlation=self.sde.correlation,
            at=dict(self.at),
            domain=ends if walls else None,
            boundary="reflect" if walls else "raise",
            store=store,
        )

    def _histogram(self, axes: Any, values: Any, x: Any, found: Survey) -> None:
        """Counts with their standard errors; the density over them where there is one."""
        import numpy as np

        counts, edges = np.histogram(values.numpy(), bins=BINS)
        width, middle = np.diff(edges), (edges[1:] + edges[:-1]) / 2
        share = counts / len(values)
        error = np.sqrt(np.maximum(share * (1 - share), 1 / len(values)) / len(values)) / width
        axes.errorbar(middle, share / width, yerr=error, fmt=".", color="#3465a4", markersize=3, elinewidth=0.8)
        axes.set_xlabel(f"{x.name} at {self.sde.t.name} = {self.until:g}")
        density = self._density(found, x)
        if density is not None:
            places = np.linspace(edges[0], edges[-1], 401)[1:-1]
            axes.plot(places, density(places), color="#a40000", linewidth=1.4)
            axes.set_title("simulated, and the transition density", fontsize=9)

    def _density(self, found: Survey, x: Any) -> Any:
        """The density of x at the last time with the numbers put in, as a function; None if none is known."""
        import numpy as np


        value = _law(found, x)
        if value is None:
            return None
        begin = {s.name: start for s, start in zip(self.sde.origin, self.x0, strict=True)}
        starts = [(s, begin[s.name]) for s in value.free_symbols if s.name in begin]
        value = value.subs(starts).subs(dict(self.at)).subs(self.sde.t, self.until)
        if value.free_symbols - {x}:
            return None
        from derive.article import Curve
        from derivations.page.plots import curve_values

        def density(places: Any) -> Any:
            across, up = curve_values(Curve(value, x, places[0], places[-1]))
            return np.interp(places, across, up)

        return density


def _law(found: Survey, x: Any) -> Any | None:
    """The transition density of a scalar process, or the marginal in x of a Gaussian one; None if there is none."""
    from derive.stochastic.shown.rows import normal, row, whole

    rows = found["transition"].rows
    if not rows:
        return None
    if not isinstance(rows[0].value, str):
        return whole(rows) if found.sde.n == 1 else None
    moments = found["moments"].rows
    return normal(x, whole(moments, row(moments, f"E[{x.name}]")), whole(moments, row(moments, f"Var[{x.name}]")))


def _values(text: str, sde: SDE, x0: Any) -> tuple[tuple[Any, Any], ...]:
    """`theta=1, mu=0` as pairs; CommandError for names that do not occur."""
    from derive.text import parse
    from derive.text.vocabulary import spelled

    known = {s.name: s for s in sde.parameters}
    known |= {s.name: s for value in x0 or () for s in value.free_symbols}
    found = []
    for part in filter(str.strip, re.split(r"[,;]|\s+(?=[^\W\d]\w*\s*=)", text)):
        name, equals, value = part.partition("=")
        if not equals:
            raise CommandError(f'--at {part.strip()!r} has no value; write --at "theta=1, mu=0"')
        symbol = known.get(spelled(name.strip()))
        if symbol is None:
            raise CommandError(f"--at: {name.strip()} does not occur; the parameters are {', '.join(known) or 'none'}")
        number = parse(value.strip())
        if number.free_symbols or not number.is_real or (symbol.is_positive and not number.is_positive):
            raise CommandError(
                f"--at: {name.strip()} = {value.strip()} is no {'positive ' * bool(symbol.is_positive)}number"
            )
        found.append((symbol, number))
    return tuple(found)


def _ends(sde: SDE, table: tuple[tuple[Any, Any], ...]) -> list[tuple[float, float]]:
    return [(float(_number(low, table)), float(_number(high, table))) for low, high in sde.domain]


def _number(value: Any, table: tuple[tuple[Any, Any], ...]) -> Any:
    import sympy as sp

    return sp.N(value.subs(dict(table))) if hasattr(value, "subs") else value


def _positive(text: str) -> Any:
    from derive.text import parse

    value = parse(text.strip())
    if not value.is_positive or value.free_symbols:
        raise CommandError(f"--until {text!r} is no positive number")
    return value
