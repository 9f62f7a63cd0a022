"""NumPy's vector functions in place of torch's: the same values to a few ulp, at the ends of the range too."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from numerics.kernel.vectorised import _UFUNCS, vectorised

KINDS = [(f, dtype) for f in _UFUNCS for dtype in (torch.float32, torch.float64)]
EDGES = [0.0, -0.0, 1.0, -1.0, 2.0, 1e-30, -1e-30, 1e-320, 88.0, 710.0, -745.0, 1e9, 3e38, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("function, dtype", KINDS, ids=lambda v: getattr(v, "__name__", str(v)))
def test_values(function, dtype):
    """Float32 against torch in float64, float64 against NumPy's loops in extended precision, which are others."""
    ufunc = vectorised(function, dtype)
    if ufunc is None:
        pytest.skip("no vector instructions for it here")
    generator = np.random.default_rng(0)
    spread = [generator.uniform(-s, s, 20_000) for s in (1e-3, 1, 10, 700, 1e5)]
    kind = np.float32 if dtype == torch.float32 else np.float64
    points = np.concatenate([*spread, EDGES]).astype(kind)
    with np.errstate(all="ignore"):
        found = ufunc(points)
        known = function(torch.from_numpy(points).double()).numpy()
        wide = ufunc(points.astype(np.longdouble)) if kind is np.float64 else known
        rounded = wide.astype(kind)
        error = abs(found.astype(np.longdouble) - wide) / np.spacing(abs(rounded))
    finite = np.isfinite(rounded)
    assert float(error[finite].max()) <= 4.5
    assert np.array_equal(found[~finite], rounded[~finite], equal_nan=True)
    assert np.array_equal(np.isnan(found), np.isnan(known))


def test_what_is_left_to_torch():
    assert vectorised(torch.sin, torch.float64) is None
    assert vectorised(torch.erf, torch.float32) is None
    assert vectorised(torch.exp, torch.float16) is None


def test_a_root_is_rounded():
    x = np.random.default_rng(1).uniform(0, 100, 10_000)
    root = vectorised(torch.sqrt, torch.float32)
    assert root is not None and np.array_equal(root(x.astype("f")), np.sqrt(x.astype("f").astype("d")).astype("f"))
