"""Means of three states in a ring with rates as symbols, against the matrix exponential in numbers."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE

x, y, z = sp.symbols("x y z", real=True)
a, b, c, s, t = sp.symbols("a b c s t", positive=True)


@pytest.mark.slow
@pytest.mark.ci
def test_means_of_a_ring():
    drift = [a * z - b * x, b * x - c * y, c * y - a * z]
    found = SDE([x, y, z], drift, s * sp.eye(3), t).moments(1)
    assert found.evidence.status is Status.EXACT
    start = sp.symbols("x0 y0 z0", real=True)
    numbers = dict(zip((a, b, c, t, *start), (0.7, 1.3, 0.4, 0.9, 1.0, -2.0, 0.5), strict=True))
    matrix = sp.Matrix(drift).jacobian([x, y, z]).subs(numbers)
    want = mpmath.expm(mpmath.matrix((matrix * numbers[t]).tolist())) * mpmath.matrix([numbers[q] for q in start])
    for state, value in zip((x, y, z), want, strict=True):
        assert abs(complex(sp.N(found[state].subs(numbers), 20)) - complex(value)) < 1e-12
