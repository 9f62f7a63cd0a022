"""Curvature of metrics beside sympy.diffgeom: Christoffel symbols, Riemann, Ricci and Kretschmann; CPU seconds.

Run: python benchmarks/curvature.py [--slow] [repetitions]. Every repetition starts from fresh charts and fresh fields.
diffgeom has no Kretschmann scalar and does not simplify: its column stops at Ricci; Kerr there only with --slow.
Our columns are the symbolic result and, after the bar, the same as SymPy expressions.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import sympy as sp
from sympy import Function, cos, exp, sin, symbols
from sympy.diffgeom import CoordSystem, Manifold, Patch, TensorProduct, metric_to_Ricci_components

from derive.exterior import Chart, Coframe, Metric, d, scalars

M, a, k = symbols("M a k", positive=True)
Rows = list[list[Any]]


def diagonal(entries: list[Any]) -> Rows:
    return [[entry if i == j else 0 for j in range(len(entries))] for i, entry in enumerate(entries)]


def schwarzschild(t: Any, r: Any, th: Any, ph: Any) -> Rows:
    f = 1 - 2 * M / r
    return diagonal([-f, 1 / f, r**2, r**2 * sin(th) ** 2])


def flrw(t: Any, r: Any, th: Any, ph: Any) -> Rows:
    A = Function("a")(t)
    return diagonal([-1, A**2 / (1 - k * r**2), A**2 * r**2, A**2 * r**2 * sin(th) ** 2])


def generic(*x: Any) -> Rows:
    return diagonal([Function(f"g{i}")(*x) for i in range(4)])


def goedel(t: Any, x: Any, y: Any, z: Any) -> Rows:
    h = exp(x)
    return [[-1, 0, -h, 0], [0, 1, 0, 0], [-h, 0, -(h**2) / 2, 0], [0, 0, 0, 1]]


def kerr(t: Any, r: Any, th: Any, ph: Any) -> Rows:
    S, D, s = r**2 + a**2 * cos(th) ** 2, r**2 - 2 * M * r + a**2, sin(th) ** 2
    drag = -2 * M * a * r * s / S
    return [
        [-(1 - 2 * M * r / S), 0, 0, drag],
        [0, S / D, 0, 0],
        [0, 0, S, 0],
        [drag, 0, 0, (r**2 + a**2 + 2 * M * a**2 * r * s / S) * s],
    ]


METRICS: dict[str, Callable[..., Rows]] = {
    "Schwarzschild": schwarzschild,
    "FLRW, unknown a(t)": flrw,
    "Gödel": goedel,
    "generic diagonal": generic,
    "Kerr": kerr,
}


def ours(rows: Callable[..., Rows]) -> tuple[float, float]:
    """(seconds to the results, seconds with their conversion to expressions)."""
    start = time.process_time()
    chart = Chart("t r theta phi")
    g = Metric(chart, rows(*chart))
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
    value.expr()
    return done, time.process_time() - start


def diffgeom(rows: Callable[..., Rows]) -> float:
    """sympy.diffgeom to the Ricci components."""
    start = time.process_time()
    patch = Patch("P", Manifold("M", 4))
    system = CoordSystem("C", patch, symbols("t r theta phi", real=True))
    functions, forms = system.base_scalars(), system.base_oneforms()
    table = rows(*functions)
    g = sum(table[i][j] * TensorProduct(forms[i], forms[j]) for i in range(4) for j in range(4))
    metric_to_Ricci_components(g)
    return time.process_time() - start


def fresh() -> None:
    """Forgets fields and SymPy's cache, so that no repetition lives on the one before."""
    scalars.field_of.cache_clear()
    scalars.expressions_of.cache_clear()
    sp.core.cache.clear_cache()


def median(action: Callable[[], Any], times: int) -> Any:
    """The median of each number that the action returns."""
    runs = []
    for _ in range(times):
        fresh()
        runs.append(action())
    if isinstance(runs[0], tuple):
        return tuple(statistics.median(column) for column in zip(*runs, strict=True))
    return statistics.median(runs)


def main() -> None:
    slow = "--slow" in sys.argv
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    times = numbers[0] if numbers else 5
    print(
        f"Python {platform.python_version()}, sympy {version('sympy')}, python-flint {version('python-flint')}, "
        f"{platform.processor() or platform.machine()}; CPU seconds, median of {times}"
    )
    print(f"{'metric':22} {'ours':>8} | {'as Expr':>8} {'diffgeom':>9}")
    ours(schwarzschild)
    for name, rows in METRICS.items():
        done, written = median(lambda rows=rows: ours(rows), times)
        theirs = "" if name == "Kerr" and not slow else f"{median(lambda rows=rows: diffgeom(rows), 1):9.3f}"
        print(f"{name:22} {done:8.4f} | {written:8.4f} {theirs}", flush=True)
    done, written = median(frame, times)
    print(f"{'Kerr by Cartan':22} {done:8.4f} | {written:8.4f}")


if __name__ == "__main__":
    main()
