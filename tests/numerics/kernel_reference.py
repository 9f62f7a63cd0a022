"""The oracle of the kernel tests: mpmath at 40 digits, and errors counted in units of last place times (1 +
condition)."""

from __future__ import annotations

from functools import cache

import mpmath
import numpy as np
from sympy import lambdify

from benchmarks.kernel_cases import Case


def _spherical(n: int, v: mpmath.mpf) -> mpmath.mpf:
    sign = 1 if v > 0 or n % 2 == 0 else -1
    return sign * mpmath.sqrt(mpmath.pi / (2 * abs(v))) * mpmath.besselj(n + mpmath.mpf(1) / 2, abs(v))


MISSING = {
    "jn": _spherical,
    "erfcinv": lambda v: mpmath.erfinv(1 - v),
    "airyaiprime": lambda v: mpmath.airyai(v, derivative=1),
}


@cache
def reference(case: Case) -> tuple[list, list[list]]:
    """(values, partial derivatives at each point) at 40 digits; no partials for a condition."""
    f = lambdify(case.variables, case.expr.doit(), [MISSING, "mpmath"])
    values, partials = [], []
    with mpmath.workdps(40):
        for point in zip(*case.columns, strict=True):
            p = [mpmath.mpf(v) for v in point]
            values.append(f(*p))
            unit = [tuple(int(i == j) for j in range(len(p))) for i in range(len(p))]
            partials.append([] if isinstance(values[-1], bool) else [mpmath.diff(f, tuple(p), u) for u in unit])
    return values, partials


def ulps(case: Case, got: list, eps: float) -> float:
    """max |got − f| / (eps (|f| + Σ |xᵢ ∂ᵢf|)): 1 is a result whose arguments were perturbed in the last place; inf
    for a nan or a wrong truth."""
    worst = 0.0
    values, partials = reference(case)
    with mpmath.workdps(40):
        for g, value, partial, point in zip(got, values, partials, zip(*case.columns, strict=True), strict=True):
            if isinstance(value, bool):
                worst = worst if bool(g) is value else np.inf
                continue
            scale = abs(value) + sum(abs(p * d) for p, d in zip(point, partial, strict=True))
            error = abs(mpmath.mpf(float(g)) - value)
            if error != 0:
                worst = max(worst, float(error / (eps * scale))) if error == error and scale else np.inf
    return worst
