"""Side by side: stochastic simulation and Fokker-Planck solvers, CPU time, one thread, one run.

Run: python benchmarks/sde.py [--peer-python PATH] [--limit 120]
Peers: torchsde (with its default Brownian interval, and with dt given to it), sdeint, sdepy, fplanck (with the name
that numpy 2 dropped put back), in the Python at --peer-python or in this one. One that is not installed is left out.

1. Scalar float32 Euler-Maruyama, nanoseconds for a path and step, against normal numbers alone in the same run.
2. Strong error at equal cost: geometric Brownian motion by the symbolic exact step and by the peer's best scheme, which
   is given at least the same CPU time.
3. A linear system in four dimensions: one exact step against a hundred of Euler-Maruyama.
4. Fokker-Planck in a harmonic well at equal L1 error, whole job and propagation alone.

With --device cuda: the first part alone, on that device, by its own clock (not tried: no such device was at hand).

Measured (AMD EPYC, two cores, nothing else running; torch 2.13, numpy 2.4, torchsde 0.2.6, sdepy 1.2.0, sdeint 0.3.0,
fplanck 0.2.2). 1. throughput of torch's normals', the equation known from an earlier call: 1.18 for Ornstein-Uhlenbeck,
1.20 for geometric Brownian motion, 1.14 for the double well, 1.13 for the logistic equation, 1.08 for a rational drift,
0.95 with a square root, 0.95 with a sine (NumPy's sine takes 0.5 ns for a number, torch's 1.3; our normals 2.6, torch's
3.4). torchsde takes 10 times as long, 4 with dt, sdepy 9, sdeint 1,400. 2. 1e-16 in 0.4 ms; torchsde's best (srk) 6e-2
in 8 ms, 1e-4 in 620 ms. 3. 38 times, 2.1 ms against 79. 4. Against fplanck, whole job and propagation, both cores busy
with other work, medians of rounds in turn: 46 (43 to 52) and 77 times at an error of 1e-3 on a line (100 cells), 98 and
150 at 3e-4, 268 and 434 at 8e-5, 831 and 1173 at 2e-5; in the plane 60 and 16 at 9e-3 (40² cells), 116 and 53 at 2e-3,
98 and 55 at 9e-4. On 100 cells 0.22 ms are some 250 calls of NumPy and SymPy, whatever the number of cells: 0.07 ms to
read the equation and set the rates, 0.07 ms for six levels of cyclic reduction, factored and solved.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import sympy as sp
import torch
from sde_peers import (
    END,
    ERROR_PATHS,
    HALF,
    MU,
    PATHS,
    PEERS,
    PLANE_HALF,
    SIGMA,
    START_MEAN,
    START_VARIANCE,
    STEPS,
    THETA,
    TIME,
    best,
)

from derive.stochastic import SDE, exact_law
from numerics import simulate
from numerics.fokker_planck import FokkerPlanckGrid
from numerics.simulate.normals import Normals

x, y, t = sp.symbols("x y t")
REPEATS, BUSY, ROUNDS, SHORT = 5, 0.02, 7, 0.05


class Peers:
    """Runs tasks of peers in processes of their own; knows which are missing."""

    def __init__(self, python: str, limit: float) -> None:
        self.python, self.limit, self.missing = python, limit, {}

    def run(self, peer: str, task: str, option: str = "") -> dict[str, Any] | None:
        """The peer's answer; None if it is missing, fails or runs too long."""
        if PEERS[peer][0] in self.missing:
            return None
        script = str(Path(__file__).with_name("sde_peers.py"))
        try:
            done = subprocess.run(
                [self.python, "-W", "ignore", script, peer, task, option],
                capture_output=True,
                text=True,
                timeout=self.limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print(f"    {peer}, {task} {option}: over {self.limit:g} s")
            return None
        lines = done.stdout.strip().splitlines()
        found = json.loads(lines[-1]) if lines else {"failed": done.stderr.strip()[-200:]}
        if "missing" in found:
            self.missing[PEERS[peer][0]] = found["missing"]
        if "failed" in found:
            print(f"    {peer}, {task} {option}: {found['failed']}")
        return found if "seconds" in found else None


EQUATIONS = {
    "ou": (THETA * (MU - x), sp.Float(SIGMA)),
    "gbm": (MU * x, SIGMA * x),
    "double well": (x - x**3, sp.Float(SIGMA)),
    "logistic": (x * (1 - x), SIGMA * x),
    "Hill": (x / (1 + x**2) - x / 2, sp.Float(SIGMA)),
    "square root": (THETA * (MU - x), SIGMA * sp.sqrt(sp.Abs(x))),
    "sine": (sp.sin(x), sp.Float(SIGMA)),
}


def clock(device: str, work: Callable[[], Any]) -> float:
    """Seconds of the CPU, or of the device from an idle one to an idle one."""
    if device == "cpu":
        return best(work, 1)[0]
    torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def throughput(peers: Peers | None, device: str) -> None:
    """Nanoseconds for one path and step."""
    paths = PATHS if device == "cpu" else 2**22
    g = torch.Generator(device=device).manual_seed(0)
    buffer = torch.empty(paths, device=device)

    def normals() -> None:
        for _ in range(STEPS):
            buffer.normal_(generator=g)

    print(f"1. Euler-Maruyama, float32, {paths} paths × {STEPS} steps: nanoseconds for a path and step, on {device}")
    for name, (a, b) in EQUATIONS.items():

        def ours(a: Any = a, b: Any = b) -> Any:
            return simulate(a, b, x, 1.0, END, STEPS, paths, "euler", g, "float32", device)

        ours()
        # alternating, so that what else the machine does weighs on both alike
        pairs = [(clock(device, normals), clock(device, ours)) for _ in range(REPEATS)]
        alone, spent = (min(column) / (paths * STEPS) * 1e9 for column in zip(*pairs, strict=True))
        print(
            f"   {name:12s} normal numbers {alone:6.3f}   ours {spent:6.3f}   throughput {alone / spent:.2f} of theirs"
        )
        if name not in ("ou", "gbm") or peers is None:
            continue
        for peer in ("torchsde", "torchsde, dt given", "sdepy", "sdeint"):
            if found := peers.run(peer, name):
                each = found["seconds"] / (found["paths"] * found["steps"]) * 1e9
                print(f"   {'':12s} {peer + ' ' + found['version']:30s} {each:9.1f}   {each / spent:8.1f} × ours")


def equal_cost(peers: Peers) -> None:
    """Strong error of GBM: ours against the formula in extended precision on the same normals."""
    sde = SDE(x, MU * x, SIGMA * x, t)
    step = exact_law(sde, END).step

    def ours() -> Any:
        block = torch.ones(1, ERROR_PATHS, dtype=torch.float64)
        step.advance(block, 0.0, torch.Generator().manual_seed(3))
        return block

    ours()
    seconds, end = best(ours, REPEATS)
    w = Normals().fill(torch.empty(1, ERROR_PATHS).double(), 0, math.sqrt(END), torch.Generator().manual_seed(3))
    a, b = np.longdouble(str(MU)), np.longdouble(str(SIGMA))
    exact = np.exp((a - b**2 / 2) * np.longdouble(END) + b * w.numpy().astype(np.longdouble))
    error = float(abs(end.numpy().astype(np.longdouble) - exact).mean())
    print(f"\n2. Geometric Brownian motion, {ERROR_PATHS} paths, float64: strong error E|X_h − X| and CPU milliseconds")
    print(f"   {'exact step':30s} error {error:.1e}   {1e3 * seconds:8.2f} ms")
    for peer in ("torchsde", "torchsde, dt given"):
        for steps in ("1", "4", "16", "64"):
            if found := peers.run(peer, "error", steps):
                print(
                    f"   {peer + ', ' + found['by'] + ', ' + steps + ' steps':30s} error {found['error']:.1e}   "
                    f"{1e3 * found['seconds']:8.2f} ms   error {found['error'] / error:.1e} × at "
                    f"{found['seconds'] / seconds:.0f} × the cost"
                )


def linear_system() -> None:
    """One exact step against 100 of Euler-Maruyama."""
    z = sp.symbols("z0:4")
    a = sp.Matrix([[-2, 1, 0, 0], [0, -1, 1, 0], [1, 0, -3, 1], [0, sp.Rational(1, 2), 0, -1]])
    b = sp.Matrix([[1, 0], [0, 1], [1, 1], [sp.Rational(1, 2), 0]])
    sde, paths = SDE(z, list(a * sp.Matrix(z)), b, t), 50_000
    law = exact_law(sde, 1.0)

    def exact() -> Any:
        from numerics.simulate import run

        return run(law.step, z, [1, 0, 0, 1], (0.0, 1.0), 1, paths, 1)

    def euler() -> Any:
        return sde.simulate([1, 0, 0, 1], 1.0, 100, paths, generator=1)

    exact(), euler()
    one, many = best(exact, REPEATS)[0], best(euler, 2)[0]
    print(
        f"\n3. Linear system, 4 states: exact step {1e3 * one:.2f} ms, 100 steps of Euler {1e3 * many:.0f} ms: "
        f"{many / one:.0f} ×"
    )


def gaussian(mean: float, variance: float, axes: int) -> Any:
    norm = (2 * math.pi * variance) ** (axes / 2)
    return lambda *x: np.exp(-sum((v - mean) ** 2 for v in x) / (2 * variance)) / norm


def on_a_grid(task: str, cells: int) -> tuple[float, float, float]:
    """(whole job, propagation alone, L1 error) of ours: seconds of CPU, the kernels' building included."""
    axes, half = (1, HALF) if task == "line" else (2, PLANE_HALF)
    states, decay = (x, y)[:axes], math.exp(-TIME)
    parts: list[float] = []

    def work() -> float:
        grid = FokkerPlanckGrid([-s for s in states], 1, states, [(-half, half)] * axes, cells)
        p = grid.values(gaussian(START_MEAN, START_VARIANCE, axes))
        seconds, found = best(lambda: grid.propagate(p, TIME), 1)
        parts.append(seconds)
        return float(
            abs(
                found.p - grid.values(gaussian(START_MEAN * decay, START_VARIANCE * decay**2 + 1 - decay**2, axes))
            ).sum()
            * grid.cell
        )

    once, error = best(work, REPEATS)
    # short jobs more often: what else the machine does must not decide
    whole = min(once, best(work, min(int(BUSY / once), 100))[0]) if once < BUSY else once
    return whole, min(parts), error


def fokker_planck(peers: Peers) -> None:
    """At equal L1 error: ours with the fewest cells that are at least as accurate. Ratios are medians of rounds."""
    print("\n4. Fokker-Planck, harmonic well: CPU milliseconds at equal L1 error (whole job; propagation alone)")
    for task, sizes in (("line", (100, 200, 400, 800)), ("plane", (40, 80, 120))):
        for cells in sizes:
            found = peers.run("fplanck", task, str(cells))
            if found is None:
                whole, alone, error = on_a_grid(task, cells)
                print(f"   {task} {cells:4d} cells: ours {1e3 * whole:.2f}; {1e3 * alone:.2f}, error {error:.1e}")
                continue
            for ours in range(cells // 2, 4 * cells, max(cells // 20, 1)):
                whole, alone, error = on_a_grid(task, ours)
                if error <= found["error"]:
                    break
            # short jobs in turn, so that what else the machine does weighs on both alike
            pairs = [(found["seconds"] / whole, found["propagate"] / alone)]
            while len(pairs) < ROUNDS and found["seconds"] < SHORT:
                found = peers.run("fplanck", task, str(cells)) or found
                whole, alone, error = on_a_grid(task, ours)
                pairs.append((found["seconds"] / whole, found["propagate"] / alone))
            jobs, alones = (sorted(column) for column in zip(*pairs, strict=True))
            spread = f" ({jobs[0]:.0f} to {jobs[-1]:.0f} in {len(jobs)} rounds)" if len(jobs) > 1 else ""
            print(
                f"   {task} fplanck {cells} cells: {1e3 * found['seconds']:.1f}; {1e3 * found['propagate']:.1f}, error "
                f"{found['error']:.2e}   ours {ours} cells: {1e3 * whole:.2f}; {1e3 * alone:.2f}, error {error:.2e}   "
                f"{statistics.median(jobs):.0f} ×{spread}; {statistics.median(alones):.0f} ×"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    peers = Peers(options.peer_python, options.limit)
    if options.device != "cpu":
        throughput(None, options.device)
        return
    throughput(peers, "cpu")
    equal_cost(peers)
    linear_system()
    fokker_planck(peers)
    for name, why in peers.missing.items():
        print(f"not here: {name} ({why})")


if __name__ == "__main__":
    main()
