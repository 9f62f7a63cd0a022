"""Several processes: independent streams of random numbers, and statistics merged over all of them.

Under `torchrun` (RANK, WORLD_SIZE in the environment) call `join()` once; torch.distributed with gloo does the rest.
"""

from __future__ import annotations

import os

import numpy as np
import torch
from torch import Tensor

from numerics.simulate.errors import SimulationError


def join() -> tuple[int, int]:
    """(rank, number of processes): the process group is started by gloo if the environment of torchrun is there."""
    import torch.distributed as dist

    if not dist.is_available() or "WORLD_SIZE" not in os.environ:
        return 0, 1
    if not dist.is_initialized():
        dist.init_process_group("gloo")
    return dist.get_rank(), dist.get_world_size()


def place() -> tuple[int, int]:
    """(rank, number of processes) of a group that has been started; (0, 1) without one."""
    import torch.distributed as dist

    there = dist.is_available() and dist.is_initialized()
    return (dist.get_rank(), dist.get_world_size()) if there else (0, 1)


def share(paths: int, rank: int, size: int) -> int:
    """How many of the paths this process runs; the shares add up to all of them."""
    return paths // size + (rank < paths % size)


def stream(generator: int | torch.Generator | None, device: torch.device, rank: int, size: int) -> torch.Generator:
    """A generator for this process: of the seed alone where there is one process, else of (seed, rank), spread by
    numpy's SeedSequence so that streams are independent. Without a seed one is drawn and shared by all ranks."""
    if generator is None:
        seed = int.from_bytes(os.urandom(7), "big")
    elif isinstance(generator, int):
        seed = generator
        if not -(2**63) <= seed < 2**64:
            raise SimulationError(f"a seed has 64 bits at most; got {seed}")
    elif not isinstance(generator, torch.Generator):
        raise SimulationError(f"the generator is a seed (a whole number) or a torch.Generator; got {generator!r}")
    else:
        if generator.device.type != device.type:
            raise SimulationError(f"the generator lives on {generator.device}, the paths on {device}")
        if size == 1:
            return generator
        seed = generator.initial_seed()
    if size > 1:
        seed = int(gather(torch.tensor([seed & (2**62 - 1)], dtype=torch.int64))[0, 0])
        words = np.random.SeedSequence([seed, rank]).generate_state(1, np.uint64)
        seed = int(words[0] & np.uint64(2**63 - 1))
    return torch.Generator(device=device).manual_seed(seed)


def gather(values: Tensor) -> Tensor:
    """The values of all processes, a row for each in the order of ranks; the same on every one."""
    import torch.distributed as dist

    _, size = place()
    if size == 1:
        return values.unsqueeze(0)
    rows = [torch.empty_like(values) for _ in range(size)]
    dist.all_gather(rows, values.contiguous())
    return torch.stack(rows)
