"""Norms ∫ P_n² ρ of Jacobi's polynomials on (−1, 1), beyond 1 and on the imaginary line (Romanovski's), with one power
of 1 − w² more or less in the weight.

By Rodrigues' formula and parts ∫ P_n² ρ = k_n 2^{−n} ∫ (1 − w²)ⁿ ρ and ∫ P_n² ρ/(1 − w) = P_n(1) 2^{−n}
∫ (1 − w)^{A−1} (1 + w)^{B+n}, k_n the leading coefficient. Reference: NIST DLMF 18.3, 18.5.5, 5.12.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.stochastic.spectra.ladders import INDEX

N = INDEX


def jacobi_norm(a: Any, b: Any, pearson: bool, outside: bool) -> Any:
    """∫ P_n² ρ c/|σ| dw, ρ = |1 − w|^A (1 + w)^B, c = |σ| or 1, by Rodrigues' formula and parts."""
    if pearson:
        sign = (-1) ** N if outside else 1
        return sign * _leading(a + b) * _beta(a + N, b + N, outside) / 2**N
    minus = -1 if outside else 1
    first = _choose(a) * _beta(a - 1, b + N, outside)
    second = _choose(b) * _beta(a + N, b - 1, outside) * (minus * (-1) ** N if outside else 1)
    return (first + second) / 2 ** (N + 1)


def _leading(total: Any) -> Any:
    """The leading coefficient of P_n^{(A,B)}: 2^{−n} (n + A + B + 1)_n / n!."""
    return sp.rf(N + total + 1, N) / (2**N * sp.factorial(N))


def _choose(a: Any) -> Any:
    """P_n^{(A,B)}(1) = (A + 1)_n/n!."""
    return sp.rf(a + 1, N) / sp.factorial(N)


def _beta(alpha: Any, beta: Any, outside: bool) -> Any:
    """∫ |1 − w|^α (1 + w)^β over (−1, 1), or (1, ∞)."""
    if outside:
        return 2 ** (alpha + beta + 1) * sp.gamma(alpha + 1) * sp.gamma(-alpha - beta - 1) / sp.gamma(-beta)
    return 2 ** (alpha + beta + 1) * sp.gamma(alpha + 1) * sp.gamma(beta + 1) / sp.gamma(alpha + beta + 2)


def romanovski_norm(a: Any, b: Any, re: Any, im: Any, pearson: bool) -> Any:
    """∫ R_n² (1 + w²)^{A−1} e^{−2A′ atan w} c dw."""

    def beta(p: Any, q: Any, total: Any) -> Any:
        return sp.pi * 2 ** (total + 2) * sp.gamma(-total - 1) / (sp.gamma(-p) * sp.gamma(-q))

    if pearson:
        return (-1) ** N * _leading(2 * re) * beta(a + N, b + N, 2 * re + 2 * N) / 2**N
    total = 2 * re + N - 1
    both = _choose(a) * beta(a - 1, b + N, total) + _choose(b) * beta(a + N, b - 1, total)
    return (-1) ** N * both / 2 ** (N + 1)
