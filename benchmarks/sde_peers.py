"""One task by one peer, timed: python sde_peers.py PEER TASK → JSON {seconds, version, …} or {missing} or {failed}.

Runs under any Python with the peer (and torch for torchsde); nothing of ours is imported. CPU seconds, one thread, the
best of three. Tasks: `ou` and `gbm`, float32 Euler-Maruyama of PATHS paths over STEPS steps; `error STEPS`, GBM in
float64 with the strong error of the peer's best scheme; `plane CELLS` and `line CELLS`, a harmonic well on a grid.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

PATHS, STEPS, END = 2**17, 300, 1.0
THETA, MU, SIGMA = 1.3, 0.5, 0.4
ERROR_PATHS = 50_000
HALF, START_MEAN, START_VARIANCE, PLANE_HALF, TIME = 7.0, 1.0, 0.2, 6.0, 0.7


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """(CPU seconds of the fastest run, its result)."""
    found, least = None, math.inf
    for _ in range(times):
        start = time.process_time()
        result = work()
        spent = time.process_time() - start
        if spent < least:
            least, found = spent, result
    return least, found


def torchsde(task: str, option: str, brownian: bool) -> dict[str, Any]:
    import torch
    import torchsde as peer

    torch.set_num_threads(1)

    class Equation(torch.nn.Module):
        noise_type, sde_type = "diagonal", "ito"

        def f(self, t: Any, x: Any) -> Any:
            return THETA * (MU - x) if task == "ou" else MU * x

        def g(self, t: Any, x: Any) -> Any:
            return torch.full_like(x, SIGMA) if task == "ou" else SIGMA * x

    exact = task == "error"
    paths, steps = (ERROR_PATHS, int(option)) if exact else (PATHS, STEPS)
    kind = torch.float64 if exact else torch.float32
    x0, ts = torch.ones(paths, 1, dtype=kind), torch.tensor([0.0, END], dtype=kind)
    best_of: dict[str, tuple[float, float]] = {}
    for method in ("euler", "milstein", "srk") if exact else ("euler",):

        def work(method: str = method) -> Any:
            levy = {"srk": "space-time"}.get(method, "none")
            width = {"dt": END / steps} if brownian else {}
            noise = peer.BrownianInterval(0.0, END, size=(paths, 1), dtype=kind, levy_area_approximation=levy, **width)
            with torch.no_grad():
                return peer.sdeint(Equation(), x0, ts, bm=noise, method=method, dt=END / steps)[-1], noise

        seconds, (end, noise) = best(work, 2 if steps > 20 else 3)
        w = noise(0.0, END) if not exact else noise(torch.tensor(0.0).double(), torch.tensor(END).double())
        w = w[0] if isinstance(w, tuple) else w
        gap = float((end - torch.exp((MU - SIGMA**2 / 2) * END + SIGMA * w)).abs().mean()) if exact else 0.0
        best_of[method] = (seconds, gap)
    chosen = min(best_of, key=lambda name: best_of[name][1])
    return {"seconds": best_of[chosen][0], "paths": paths, "steps": steps, "error": best_of[chosen][1], "by": chosen}


def sdeint(task: str, option: str) -> dict[str, Any]:
    import numpy as np
    import sdeint as peer

    steps, paths = 200, 4

    def work() -> None:
        for _ in range(paths):
            if task == "ou":
                f, g = (lambda x, t: THETA * (MU - x)), (lambda x, t: np.array([[SIGMA]]))
            else:
                f, g = (lambda x, t: MU * x), (lambda x, t: np.array([[SIGMA * x[0]]]))
            peer.itoEuler(f, g, np.array([1.0]), np.linspace(0, END, steps + 1))

    seconds, _ = best(work)
    return {"seconds": seconds, "paths": paths, "steps": steps}


def sdepy(task: str, option: str) -> dict[str, Any]:
    import sdepy as peer

    @peer.integrate
    def process(t: Any, x: Any) -> Any:
        return {"dt": THETA * (MU - x), "dw": SIGMA} if task == "ou" else {"dt": MU * x, "dw": SIGMA * x}

    seconds, _ = best(lambda: process(x0=1.0, paths=PATHS, steps=STEPS)((0.0, END)), 2)
    return {"seconds": seconds, "paths": PATHS, "steps": STEPS}


def fplanck(task: str, option: str) -> dict[str, Any]:
    import numpy as np

    np.product = np.prod  # what the peer calls, and numpy 2 no longer has
    import fplanck as peer
    from scipy import constants

    cells, boltzmann = int(option), constants.k
    axes = 1 if task == "line" else 2
    half = HALF if axes == 1 else PLANE_HALF
    parts: dict[str, float] = {}

    def work() -> float:
        start = time.process_time()
        grid = peer.fokker_planck(
            temperature=1 / boltzmann,
            drag=1.0,
            extent=[2 * half] * axes,
            resolution=2 * half / cells,
            boundary=peer.boundary.reflecting,
            potential=lambda *x: sum(v**2 for v in x) / 2,
        )
        built = time.process_time()

        def density(means: list[float], variance: float) -> Callable[..., Any]:
            norm = (2 * math.pi * variance) ** (axes / 2)
            return lambda *x: np.exp(-sum((v - m) ** 2 for v, m in zip(x, means, strict=True)) / (2 * variance)) / norm

        decay = math.exp(-TIME)
        p = grid.propagate(density([START_MEAN] * axes, START_VARIANCE), TIME)
        parts.update(build=built - start, propagate=time.process_time() - built)
        after = density([START_MEAN * decay] * axes, START_VARIANCE * decay**2 + 1 - decay**2)(*grid.grid)
        cell = (2 * half / cells) ** axes
        return float(abs(p - after * cell).sum())

    seconds, error = best(work, 3 if axes == 1 else 2)
    return {"seconds": seconds, "error": error, **parts}


PEERS: dict[str, tuple[str, Callable[[str, str], dict[str, Any]]]] = {
    "torchsde": ("torchsde", lambda task, option: torchsde(task, option, False)),
    "torchsde, dt given": ("torchsde", lambda task, option: torchsde(task, option, True)),
    "sdeint": ("sdeint", sdeint),
    "sdepy": ("sdepy", sdepy),
    "fplanck": ("fplanck", fplanck),
}


def main() -> None:
    peer, task, *rest = sys.argv[1:]
    package, run = PEERS[peer]
    try:
        if package == "fplanck":
            import numpy as np

            np.product = np.prod
        import_module(package)
    except ImportError as failure:
        print(json.dumps({"missing": str(failure)}))
        return
    try:
        print(json.dumps(run(task, rest[0] if rest else "") | {"version": version(package)}))
    except Exception as failure:  # noqa: BLE001 - the failure is the finding
        print(json.dumps({"failed": f"{type(failure).__name__}: {failure}"[:200]}))


if __name__ == "__main__":
    main()
