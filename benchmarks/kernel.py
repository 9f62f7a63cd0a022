"""Side by side: kernels, SymPy's lambdify for torch, and torch written by hand.

1. Of a table of expressions, how many does each build, and get right to 64 units in the last place times (1 +
condition), in float64 on tensors?
2. CPU time of one call, 100,000 points in float64: ours, lambdify for numpy, and torch by hand.

Run: python benchmarks/kernel.py
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import sympy
import torch
from sympy import Max, Piecewise, Symbol, exp, lambdify, log, pi, sin, sqrt, symbols

from benchmarks.kernel_cases import CASES, Case
from numerics.kernel import kernel
from tests.numerics.kernel_reference import ulps

RIGHT = 64
POINTS = 100_000
ROUNDS = 30


def outcome(build: Callable[[Case], Callable], case: Case) -> tuple[str, str]:
    """("right" | "inaccurate" | "fails", detail): the function built, called on float64 tensors, its value and dtype
    checked."""
    values = [torch.tensor(c, dtype=torch.float64) for c in case.columns]
    try:
        got = build(case)(*values)
        got = torch.broadcast_to(torch.as_tensor(got), values[0].shape)
        error = ulps(case, got.tolist(), 2.0**-52)
    except Exception as failure:  # noqa: BLE001 - the failure is the finding
        return "fails", f"{type(failure).__name__}: {str(failure).splitlines()[0][:80] if str(failure) else ''}"
    if error > RIGHT:
        return "inaccurate", f"{error:.2g} units"
    return ("right", "") if got.dtype in (torch.float64, torch.bool) else ("inaccurate", f"dtype {got.dtype}")


def coverage() -> None:
    builders = {
        "kernel (torch)": lambda c: kernel(c.expr, c.variables),
        'lambdify(modules="torch")': lambda c: lambdify(c.variables, c.expr, modules="torch"),
        'lambdify(modules="torch", cse=True)': lambda c: lambdify(c.variables, c.expr, modules="torch", cse=True),
    }
    for name, build in builders.items():
        found = {c.name: outcome(build, c) for c in CASES}
        counts = {kind: sum(o[0] == kind for o in found.values()) for kind in ("right", "inaccurate", "fails")}
        print(
            f"{name:38s} right {counts['right']:3d}   inaccurate {counts['inaccurate']:3d}   "
            f"fails {counts['fails']:3d}   of {len(CASES)}"
        )
        bad = [f"{n} ({d})" for n, (kind, d) in found.items() if kind != "right"]
        print("    " + "; ".join(bad[:12]) + (f"; and {len(bad) - 12} more" if len(bad) > 12 else ""))


x, y = symbols("x y")


def _by_hand() -> dict[str, tuple[sympy.Expr, Sequence[Symbol], Callable]]:
    """Expression, its arguments, and the same in torch as one would write it."""
    t, two_pi = torch, 2 * np.pi
    return {
        "normal density": (
            exp(-((x - 1) ** 2) / 2) / sqrt(2 * pi),
            (x,),
            lambda a: t.exp(-0.5 * (a - 1) ** 2) / two_pi**0.5,
        ),
        "polynomial, degree 7": (
            x**7 - 3 * x**5 + x**3 / 7 - x + 1,
            (x,),
            lambda a: a**7 - 3 * a**5 + a**3 / 7 - a + 1,
        ),
        "softplus mixture": (
            log(1 + exp(x)) * Max(y, 0) + sin(x * y),
            (x, y),
            lambda a, b: t.nn.functional.softplus(a) * t.relu(b) + t.sin(a * b),
        ),
        "branches": (
            Piecewise((x**2, x < -1), (exp(x) - 1, x < 1), (log(x), True)),
            (x,),
            lambda a: t.where(a < -1, a**2, t.where(a < 1, t.expm1(a), t.log(a.clamp(min=1)))),
        ),
        "potential": (
            (1 - exp(-2 * x * y)) / (2 * sqrt(x**2 + y**2)) + 1 / (x**2 + y**2),
            (x, y),
            lambda a, b: -t.expm1(-2 * a * b) / (2 * t.sqrt(a * a + b * b)) + 1 / (a * a + b * b),
        ),
    }


def cpu_time(call: Callable[[], object]) -> float:
    """The median of process time over the rounds, in milliseconds."""
    call()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        call()
        times.append(1e3 * (time.process_time() - start))
    return statistics.median(times)


def speed() -> None:
    generator = torch.Generator().manual_seed(0)
    print(
        f"\n{'milliseconds of CPU, median of ' + str(ROUNDS):32s} {'kernel':>8s} {'by hand':>8s} "
        f"{'numpy kernel':>13s} {'lambdify numpy':>15s} {'build':>7s}"
    )
    for name, (expr, args, hand) in _by_hand().items():
        values = [torch.rand(POINTS, dtype=torch.float64, generator=generator) * 4 - 1.5 for _ in args]
        arrays = [v.numpy() for v in values]
        start = time.process_time()
        ours = kernel(expr, args)
        built = 1e3 * (time.process_time() - start)
        ours_numpy, theirs = kernel(expr, args, backend="numpy"), lambdify(args, expr, modules="numpy")
        with np.errstate(all="ignore"):
            row = [
                cpu_time(lambda f=f, v=v: f(*v))
                for f, v in ((ours, values), (hand, values), (ours_numpy, arrays), (theirs, arrays))
            ]
        close = torch.allclose(ours(*values), hand(*values), rtol=1e-9, equal_nan=True)
        ratios = f"kernel/by hand {row[0] / row[1]:.2f}, numpy/lambdify {row[2] / row[3]:.2f}" + (
            "" if close else "  VALUES DIFFER"
        )
        print(f"{name:32s} {row[0]:8.3f} {row[1]:8.3f} {row[2]:13.3f} {row[3]:15.3f} {built:7.1f}   {ratios}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(
        f"Python {platform.python_version()}, SymPy {sympy.__version__}, torch {torch.__version__}, "
        f"NumPy {np.__version__}, 1 thread\n"
    )
    coverage()
    speed()
