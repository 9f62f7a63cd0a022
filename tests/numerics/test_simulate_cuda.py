"""Simulation on a CUDA device: moments, streams and the guard, as on the CPU. Skipped where there is none."""

import math

import pytest
import sympy as sp
import torch

from numerics.simulate import SimulationError, SquaredBesselStep, run, simulate

x, y, t = sp.symbols("x y t")
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]


@pytest.mark.parametrize("method", ["euler", "milstein", "heun", "srk"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_moments_and_streams(method, dtype):
    data = ([-x + sp.cos(t), -y], [[0.5, 0], [0.1, 0.5]], (x, y), [1, 0], 1, 64, 20000, method)
    one, two = (simulate(*data, generator=3, dtype=dtype, device="cuda") for _ in range(2))
    assert one.values.device.type == "cuda" and torch.equal(one.values, two.values)
    host = simulate(*data, generator=4, dtype=dtype)
    low, high = one.statistics(x, y, x * y).interval(0.9999)
    other = host.statistics(x, y, x * y)
    spare = 5 * other.standard_error
    assert bool(((low - spare <= other.mean) & (other.mean <= high + spare)).all())


def test_scalar_steps_and_exact_laws():
    cubic = simulate(x - x**3, 0.3 * x, x, 1, 1, 64, 20000, generator=1, device="cuda", noise_dtype="float32")
    host = simulate(x - x**3, 0.3 * x, x, 1, 1, 64, 20000, generator=1)
    assert abs(float(cubic[x].mean()) - float(host[x].mean())) < 0.01
    bessel = SquaredBesselStep(3.0, 0.0, x, x, y, y, 0.5, "given")
    found = run(bessel, (x,), 2, (0.0, 1.0), 2, 20000, 1, device="cuda")
    error = 5 * math.sqrt(2 * (2 * 2 + 3) / 20000)
    assert abs(float(found[x].mean()) - 5) < error


def test_the_guard():
    with pytest.raises(SimulationError, match=r"path \d+ at step \d+"):
        simulate(x**3, 1, x, 3, 1, 50, 200, generator=1, device="cuda")
    with pytest.raises(SimulationError, match="generator lives on"):
        simulate(-x, 1, x, 3, 1, 5, 20, generator=torch.Generator(), device="cuda")
