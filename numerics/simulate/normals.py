"""Normal numbers for large blocks on the CPU: Box and Muller's map in passes of vector functions over SFC64's bits.

√(−2 log u) (cos θ, sin θ), u and θ uniform, with cos and sin from t = tan(θ/2): (1 − t²)/(1 + t²) and 2t/(1 + t²).
torch spends most of the time of a float32 normal on the bits of its Mersenne Twister, and draws float64 normals one by
one. Every call takes a key of 189 bits from the torch generator, so that seeds, states and streams of processes mean
what they mean in torch. u has 32 bits in float32 and 64 in float64: the numbers end at 6.7 and 9.4 deviations (torch's
float32 at 5.8).
References: G. Box, M. Muller, Ann. Math. Statist. 29 (1958) 610; C. Doty-Humphrey, PractRand (SFC64), as in NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from numerics.kernel.vectorised import vectorised

# fewest numbers for which the key and the passes, some 20 µs, pay
LEAST = {torch.float32: 2**15, torch.float64: 2**11}
_WORDS = {torch.float32: np.int32, torch.float64: np.int64}
_WARMING = 12


class Normals:
    """Fills tensors with normal numbers; keeps its source of bits, whose state is set by every call."""

    def __init__(self) -> None:
        self._source = np.random.SFC64(0)
        # a state of SFC64: a key of three words, and a counter
        self._key = torch.ones(4, dtype=torch.int64)
        self._room = np.empty((2, 0))

    def fill(self, out: Tensor, mean: float, deviation: float, generator: torch.Generator | None) -> Tensor:
        """out ← mean + deviation × normal numbers; by torch where they are few or not on the CPU."""
        if out.device.type != "cpu" or out.numel() < LEAST.get(out.dtype, math.inf) or not out.is_contiguous():
            return out.normal_(mean, deviation, generator=generator)
        numbers = out.view(-1).numpy()
        half, kind = (len(numbers) + 1) // 2, _WORDS[out.dtype]
        size = 2.0 ** (8 * kind().nbytes - 1)
        words = self._bits(2 * half * kind().nbytes // 8, generator).view(kind)
        if self._room.shape[1] != half or self._room.dtype != numbers.dtype:
            self._room = np.empty((2, half), numbers.dtype)
        radius, (tangent, square) = numbers[:half], self._room
        np.copyto(radius, words[:half])
        np.abs(radius, radius)
        np.multiply(radius, 1 / size, radius)
        np.add(radius, 0.25 / size, radius)
        _apply(torch.log, radius)
        np.multiply(radius, -2 * deviation**2, radius)
        _apply(torch.sqrt, radius)
        np.copyto(tangent, words[half:])
        np.multiply(tangent, math.pi / 2 / size, tangent)
        _apply(torch.tan, tangent)
        # r/(1 + t²), then 2t and 1 − t² times that
        np.multiply(tangent, tangent, square)
        np.add(square, 1, square)
        np.divide(radius, square, radius)
        np.multiply(tangent, 2, tangent)
        np.multiply(tangent[: len(numbers) - half], radius[: len(numbers) - half], numbers[half:])
        np.subtract(2, square, square)
        np.multiply(radius, square, radius)
        if mean:
            np.add(numbers, mean, numbers)
        return out

    def _bits(self, words: int, generator: torch.Generator | None) -> np.ndarray[Any, np.dtype[Any]]:
        """Words of 64 bits, keyed by three words of the generator's."""
        self._key[:3].random_(generator=generator)
        key = {"state": self._key.numpy().view(np.uint64)}
        self._source.state = {"bit_generator": "SFC64", "state": key, "has_uint32": 0, "uinteger": 0}
        return self._source.random_raw(words + _WARMING)[_WARMING:]


def _apply(function: Callable[..., Any], x: np.ndarray[Any, np.dtype[Any]]) -> None:
    """x ← f(x), by whoever has vector instructions for it."""
    tensor = torch.from_numpy(x)
    ufunc = vectorised(function, tensor.dtype)
    if ufunc is not None:
        ufunc(x, x)
    else:
        function(tensor, out=tensor)
