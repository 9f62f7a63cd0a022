"""Quantiles of confidence: Student's and the normal distribution, by the regularised beta function and by erfc⁻¹."""

from __future__ import annotations

from statistics import NormalDist

import mpmath


def normal(confidence: float) -> float:
    """z with P(|ξ| < z) = confidence for a standard normal ξ."""
    return -NormalDist().inv_cdf((1 - confidence) / 2)


def student(confidence: float, freedom: int) -> float:
    """t with P(|T| < t) = confidence: P(|T| > t) is the regularised beta function at ν/(ν + t²)."""

    def beyond(t: float) -> float:
        return float(mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True))

    low, high = 0.0, 1.0
    while beyond(high) > 1 - confidence:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) > 1 - confidence else (low, middle)
    return high
