"""Normal numbers by vector functions: law, independence, seeds, the ends of the bits, and who draws them."""

from __future__ import annotations

import math
import pickle
from statistics import NormalDist

import numpy as np
import pytest
import torch

from numerics.simulate.normals import LEAST, Normals

DTYPES = [torch.float32, torch.float64]
N = 400_001


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def numbers(dtype, count=N, seed=0, mean=0.0, deviation=1.0):
    return Normals().fill(torch.empty(count, dtype=dtype), mean, deviation, generator(seed)).double().numpy()


def distance(sample):
    """sup |F_n − Φ| on a fine grid, in units of its bound at the level 1e-9 (Dvoretzky, Kiefer, Wolfowitz)."""
    grid = np.linspace(-5, 5, 2001)
    exact = np.array([NormalDist().cdf(v) for v in grid])
    found = np.searchsorted(np.sort(sample), grid, side="right") / len(sample)
    return abs(found - exact).max() / math.sqrt(math.log(2e9) / (2 * len(sample)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_law(dtype):
    """Distribution and moments up to the fourth; a deviation of 1.03, or a mean of 0.02, would be found."""
    sample = numbers(dtype)
    assert distance(sample) < 1
    for power, exact, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((sample**power).mean() - exact) < 6 * math.sqrt(variance / N)
    assert distance(1.03 * sample) > 1 and distance(sample + 0.02) > 1
    assert np.allclose(numbers(dtype, mean=3, deviation=0.5), 3 + sample / 2, atol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_halves_calls_and_neighbours_are_independent(dtype):
    """Correlations of the numbers and of their squares: the two numbers of a pair, neighbours, and calls in a row."""
    source, normals = generator(1), Normals()
    first, second = (
        normals.fill(torch.empty(N - 1, dtype=dtype), 0, 1, source).double().numpy().copy() for _ in range(2)
    )
    half = (N - 1) // 2
    for a, b in ((first[:half], first[half:]), (first[1:], first[:-1]), (first, second)):
        for f in (lambda v: v, lambda v: (v**2 - 1) / math.sqrt(2)):
            assert abs((f(a) * f(b)).mean()) < 6 / math.sqrt(len(a))
    angles = np.arctan2(first[half:], first[:half])
    counts = np.histogram(angles, np.linspace(-math.pi, math.pi, 65))[0]
    assert ((counts - half / 64) ** 2 / (half / 64)).sum() < 63 + 7 * math.sqrt(2 * 63)


@pytest.mark.parametrize("dtype", DTYPES)
def test_seeds_and_states(dtype):
    """The same state gives the same numbers, whoever draws; every call moves the state on; odd counts too."""
    source = generator(2)
    state = source.get_state()
    first = Normals().fill(torch.empty(N, dtype=dtype), 0, 1, source)
    kept = Normals()
    other = kept.fill(torch.empty(N, dtype=dtype), 0, 1, source)
    source.set_state(state)
    assert torch.equal(kept.fill(torch.empty(N, dtype=dtype), 0, 1, source), first)
    assert not torch.equal(other, first) and np.isfinite(numbers(dtype, LEAST[dtype] + 1)).all()
    source.set_state(state)
    assert torch.equal(pickle.loads(pickle.dumps(kept)).fill(torch.empty(N, dtype=dtype), 0, 1, source), first)
    block = kept.fill(torch.empty(3, LEAST[dtype], dtype=dtype), 0, 1, source)
    assert abs(torch.corrcoef(block) - torch.eye(3)).max() < 6 / math.sqrt(LEAST[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("word", [0, 1, -1, "least", "largest"])
def test_the_ends_of_the_bits(dtype, word, monkeypatch):
    """Finite, and no farther out than u = ¼ of the smallest step allows."""
    kind = {torch.float32: np.int32, torch.float64: np.int64}[dtype]
    value = {"least": np.iinfo(kind).min, "largest": np.iinfo(kind).max}.get(word, word)
    monkeypatch.setattr(Normals, "_bits", lambda self, words, generator: np.full(LEAST[dtype], value, kind).view("u8"))
    found = numbers(dtype, LEAST[dtype])
    most = math.sqrt(2 * math.log(4 * 2.0 ** (8 * kind().nbytes - 1)))
    assert np.isfinite(found).all() and abs(found).max() <= most * (1 + 1e-6)
    assert (abs(found).max() > 0.99 * most) == (word == 0)


def test_few_numbers_and_gaps_are_torchs():
    few = Normals().fill(torch.empty(1000), 1, 2, generator(3))
    assert torch.equal(few, torch.empty(1000).normal_(1, 2, generator=generator(3)))
    gaps = Normals().fill(torch.empty(2 * N)[::2], 0, 1, generator(3))
    assert torch.equal(gaps, torch.empty(2 * N)[::2].normal_(generator=generator(3)))
