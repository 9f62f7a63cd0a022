"""Curvature and exterior derivatives beside what pip and Debian offer, in one run; CPU seconds.

Run: python benchmarks/curvature.py [--peer-python PATH] [--limit 60] [--times 5] [--all] [--no-peers] [--only TASK]
Peers: sympy.diffgeom, EinsteinPy, GraviPy, GAlgebra (in the Python at --peer-python, or this one), Maxima's ctensor.
A peer that is not installed is left out, and named. Every repetition of ours starts from fresh charts, fields and
caches; a peer's run is a process of its own, whose imports are not counted, stopped at the limit of CPU seconds.
Ours: Christoffel, Riemann, Ricci, Kretschmann; "as Expr" adds the conversion of all of it to SymPy expressions.
What a peer computes is printed below the table: mostly less. A peer's time is the median of three if short, else one.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from typing import Any

import sympy as sp
from curvature_metrics import METRICS, M, Rows, a
from curvature_peers import FORM, FORM_TWICE, FORMS_BY, PEERS
from sympy import Function

from derive.exterior import Chart, Coframe, Metric, d, scalars

BEYOND = ("Kerr–Newman", "Kerr–de Sitter", "Bondi–Sachs, V β U γ", "Myers–Perry, 5-D")  # peers with --all only


def curvature(names: str, rows: Callable[..., Rows]) -> tuple[float, float]:
    """(seconds to the results, seconds with their conversion to expressions)."""
    start = time.process_time()
    chart = Chart(names)
    g = Metric(chart, sp.Matrix(rows(*chart)))
    gamma, curved, ricci = g.christoffel(), g.curvature, g.ricci()
    value = curved.kretschmann
    ricci.is_zero()
    done = time.process_time() - start
    gamma.independent(), g.riemann(lower=True).independent(), ricci.independent(), value.expr()
    return done, time.process_time() - start


def frame() -> tuple[float, float]:
    """Kerr by Cartan's structure equations in a rational coframe, X = cos θ."""
    start = time.process_time()
    t, r, X, ph = Chart("t r X phi")
    S, D, s2 = r**2 + a**2 * X**2, r**2 - 2 * M * r + a**2, 1 - X**2
    forms = [d(t) - a * s2 * d(ph), d(r), d(X), (r**2 + a**2) * d(ph) - a * d(t)]
    e = Coframe(forms, [-D / S, S / D, S / s2, s2 / S])
    assert all(form.degree == 2 for row in e.curvature for form in row)
    assert e.ricci() == 0
    value = e.tensors.kretschmann
    done = time.process_time() - start
    [form.components for row in e.curvature for form in row], value.expr()
    return done, time.process_time() - start


def generic_form() -> Any:
    chart = Chart(" ".join(f"x{i}" for i in range(8)))
    table = {(i, j): Function(f"w{i}{j}")(*chart) for i, j in combinations(range(8), 2)}
    return chart.form(2, table)


def derivative() -> tuple[float, float]:
    """d of a 2-form whose 28 components are unknown functions of all 8 coordinates, built included."""
    start = time.process_time()
    slope = generic_form().d()
    done = time.process_time() - start
    assert len(slope.components) == 56
    return done, time.process_time() - start


def derivative_twice() -> tuple[float, float]:
    """d∘d = 0 of the same form."""
    start = time.process_time()
    assert generic_form().d().d() == 0
    done = time.process_time() - start
    return done, done


def fresh() -> None:
    """Forgets fields and SymPy's cache, so that no repetition lives on the one before."""
    scalars.field_of.cache_clear()
    scalars.expressions_of.cache_clear()
    sp.core.cache.clear_cache()


def median(action: Callable[[], tuple[float, float]], times: int) -> tuple[float, float]:
    """The median of each number that the action returns."""
    runs = []
    for _ in range(times):
        fresh()
        runs.append(action())
    return statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs)


class Peers:
    """Runs peers as processes with a limit of CPU seconds; remembers what each of them computed."""

    def __init__(self, python: str, limit: int, wanted: bool) -> None:
        self.python, self.limit = python, limit
        self.what: dict[str, set[str]] = {}
        self.absent: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        for peer in PEERS if wanted else ():
            answer = self._run(peer, "version")
            if "version" in answer:
                self.versions[peer] = answer["version"]
            else:
                self.absent[peer] = answer.get("missing", "did not start")

    def _run(self, peer: str, task: str) -> dict[str, Any]:
        def bounded() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (self.limit + 5, self.limit + 5))

        script = str(Path(__file__).with_name("curvature_peers.py"))
        try:
            shown = subprocess.run(
                [self.python, "-W", "ignore", script, peer, task],
                capture_output=True,
                text=True,
                preexec_fn=bounded,
                timeout=30 * self.limit,  # CPU seconds are what counts, and on a busy machine they take long
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"failed": f"no answer in {30 * self.limit} s of wall time"}
        if shown.returncode < 0:
            return {"late": True}
        lines = shown.stdout.strip().splitlines()
        if shown.returncode or not lines or not lines[-1].startswith("{"):
            return {"failed": (shown.stderr.strip().splitlines() or ["no output"])[-1]}
        return json.loads(lines[-1])

    def column(self, peer: str, task: str, ours: float) -> str:
        """Seconds and the ratio to ours, "> limit", or what went wrong."""
        first = self._run(peer, task)
        if "seconds" not in first:
            if "failed" in first:
                self.what.setdefault(peer, set()).add(f"{task}: {first['failed'][:80]}")
            return f"> {self.limit}" if "late" in first else "failed"
        self.what.setdefault(peer, set()).add(first["what"])
        runs = [first["seconds"]]
        if runs[0] < 5:
            runs += [self._run(peer, task)["seconds"] for _ in range(2)]
        seconds = statistics.median(runs)
        return f"{seconds:.2f} ({seconds / ours:.0f}×)" if seconds <= self.limit else f"> {self.limit}"


def main() -> None:
    parser = argparse.ArgumentParser(description="curvature beside other systems, CPU seconds")
    parser.add_argument("--peer-python", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--limit", type=int, default=60, help="CPU seconds granted to a peer for one task")
    parser.add_argument("--times", type=int, default=5, help="repetitions of ours")
    parser.add_argument("--all", action="store_true", help="peers on the larger metrics too (many minutes)")
    parser.add_argument("--no-peers", action="store_true", help="ours only")
    parser.add_argument("--only", action="append", metavar="TASK", help="these rows only, by their names")
    options = parser.parse_args()
    peers = Peers(options.peer_python, options.limit, not options.no_peers)
    machine = platform.processor() or platform.machine()
    print(f"Python {platform.python_version()}, python-flint {version('python-flint')}, {machine}")
    print(
        f"ours: sympy {version('sympy')}, median of {options.times}; peers: "
        + ("; ".join(f"{p}: {v}" for p, v in peers.versions.items()) or "none")
    )
    for peer, why in peers.absent.items():
        print(f"{peer} is left out: {why}")
    print(f"{'CPU seconds':22} {'ours':>8} | {'as Expr':>8} | " + " ".join(f"{p:>16}" for p in peers.versions))
    curvature(*METRICS["Schwarzschild"])

    def row(name: str, action: Callable[[], tuple[float, float]], able: Callable[[str], bool]) -> None:
        if options.only and name not in options.only:
            return
        times = median(action, options.times)
        columns = [peers.column(p, name, times[0]) if able(p) else "" for p in peers.versions]
        print(f"{name:22} {times[0]:8.4f} | {times[1]:8.4f} | " + " ".join(f"{c:>16}" for c in columns), flush=True)

    for name, (names, rows) in METRICS.items():
        able = name not in BEYOND or options.all
        row(
            name,
            lambda names=names, rows=rows: curvature(names, rows),
            lambda _, able=able: able,
        )
    row("Kerr by Cartan", frame, lambda _: False)
    row(FORM, derivative, lambda p: p in FORMS_BY)
    row(FORM_TWICE, derivative_twice, lambda p: p in FORMS_BY)
    for peer, some in peers.what.items():
        print(f"{peer} computes: {'; '.join(sorted(some))}")


if __name__ == "__main__":
    main()
