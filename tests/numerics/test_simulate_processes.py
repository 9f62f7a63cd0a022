"""Several processes: streams of their own, shares that add up, statistics merged to the same on every rank."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from numerics.simulate.world import place, share, stream

ROOT = Path(__file__).resolve().parents[2]
WORK = """
import json, sys, torch
torch.set_num_threads(1)
from sympy.abc import x
from numerics.simulate import join, simulate
rank, size = join()
begin = torch.arange(2001).double()
paths = simulate(-x, 1, x, 0, 1, 10, 2001, generator=11)
moved = simulate(0, 0 * x, x, begin, 1, 2, 2001)
found = paths.statistics(x, x**2)
print(json.dumps({"rank": rank, "size": size, "mine": len(paths.last), "first": float(paths.last[0, 0]),
    "count": found.count, "mean": found.mean.tolist(), "starts": [float(moved.last[0, 0]), float(moved.last[-1, 0])]}))
torch.distributed.destroy_process_group()
"""


def test_two_processes():
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": "0",
        "WORLD_SIZE": "2",
    }
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        environment["MASTER_PORT"] = str(free.getsockname()[1])
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORK],
            env=environment | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for rank in range(2)
    ]
    shown = [process.communicate(timeout=120) for process in running]
    assert all(process.returncode == 0 for process in running), shown
    one, two = (json.loads(out.strip().splitlines()[-1]) for out, _ in shown)
    assert (one["rank"], two["rank"], one["size"]) == (0, 1, 2)
    assert (one["mine"], two["mine"]) == (1001, 1000)
    assert one["first"] != two["first"]
    assert one["count"] == two["count"] == 2001 and one["mean"] == two["mean"]
    assert one["starts"] == [0, 1000] and two["starts"] == [1001, 2000]


@pytest.mark.parametrize("paths, size", [(10, 3), (2, 5), (7, 1)])
def test_shares_add_up(paths, size):
    shares = [share(paths, rank, size) for rank in range(size)]
    assert sum(shares) == paths and max(shares) - min(shares) <= 1


def test_one_process_is_alone():
    assert place() == (0, 1)
    cpu = torch.device("cpu")
    g = torch.Generator().manual_seed(4)
    assert stream(g, cpu, 0, 1) is g
    assert stream(4, cpu, 0, 1).initial_seed() == 4
    before = torch.initial_seed()
    assert stream(None, cpu, 0, 1).initial_seed() != stream(None, cpu, 0, 1).initial_seed()
    assert torch.initial_seed() == before


SEEDED = """
import sympy as sp, torch
from numerics.simulate import simulate
torch.set_num_threads(1)
x, y, t = sp.symbols("x y t")
one = simulate(x - x**3 + sp.sin(x) * sp.exp(-(x**2)), 0.3 * x, x, 1, 1, 20, 300, generator=5, dtype="float32")
two = simulate([x * y - x, t - x * y], [[x / 9, y / 5], [0.2, sp.cos(x) / 9]], (x, y), [1, 0], 1, 20, 300, "heun", 5)
print(one.values.numpy().tobytes().hex()[:4000], two.values.numpy().tobytes().hex()[:4000])
"""


@pytest.mark.slow
@pytest.mark.ci
def test_a_seed_gives_the_same_bits_in_every_process():
    """The order of operations does not hang on the hashes of strings, which Python salts anew for each process."""
    found = [
        subprocess.run(
            [sys.executable, "-c", SEEDED],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": salt, "OMP_NUM_THREADS": "1"},
            cwd=ROOT,
        ).stdout
        for salt in ("1", "77")
    ]
    assert found[0] == found[1] and len(found[0]) > 4000
