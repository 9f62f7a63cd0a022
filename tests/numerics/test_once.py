"""Expressions evaluated once: the values of kernels, for what is walked and for what is not."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from numerics.kernel import KernelError, kernel
from numerics.kernel import once as module
from numerics.kernel.once import once

x, y = sp.symbols("x y")
POINTS = np.linspace(-1.5, 2.0, 8)
WALKED = [
    x**3 - 2 * x * y / 3 + sp.pi,
    1 / (1 + x**2) + sp.sqrt(2) * y * x * sp.exp(-y),
    sp.exp(-(x**2)) * sp.sin(x + y) + sp.Abs(x),
    sp.sqrt(1 + x**2) ** 3,
    sp.Integer(3),
    sp.log(2 + sp.tanh(x)) * 0.3,
]
COMPILED = [sp.besselj(0, x), sp.Piecewise((x, x > 0), (y, True)), sp.exp(800 * x) / (1 + sp.exp(800 * x))]


@pytest.mark.parametrize("expr", WALKED + COMPILED)
def test_values_are_those_of_the_kernel(expr, monkeypatch):
    values = {x: POINTS, y: POINTS[::-1] + 2}
    expected = kernel(expr, (x, y), backend="numpy", dtype="float64")(*values.values())
    if expr in WALKED:
        monkeypatch.setattr(module, "kernel", None)
    found, again = once([expr, expr], values)
    assert np.allclose(found, expected, rtol=1e-13, atol=1e-14) and np.array_equal(found, again)


def test_errors_are_those_of_the_kernel():
    with pytest.raises(KernelError, match="not among the arguments"):
        once([x * y], {x: POINTS})
    (outside,) = once([sp.log(x)], {x: POINTS})
    assert np.isnan(outside[0]) and np.isfinite(outside[-1])
