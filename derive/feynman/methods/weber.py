"""The discontinuous integral of Weber and Schafheitlin: two Bessel functions J of different rates, and a power.

With μ + ν + 1 > λ > −1, 0 < a < b:
    ∫_0^∞ x^{−λ} J_μ(ax) J_ν(bx) dx = a^μ Γ(α) ₂F₁(α, α − ν; μ + 1; a²/b²)/(2^λ b^{μ−λ+1} Γ(ν + 1 − α) Γ(μ + 1)),
    α = (μ + ν − λ + 1)/2;
for a = b, λ > 0, it is (a/2)^{λ−1} Γ(α) Γ(λ)/(2 Γ(α − ν + λ) Γ(α − μ + λ) Γ(α + λ)).
Reference: NIST DLMF 10.22.56-10.22.57; G. Watson, § 13.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.exact import sign_of

WORDS = "the integral of Weber and Schafheitlin, DLMF 10.22.56"
EQUAL = "the integral of Weber and Schafheitlin at equal rates, DLMF 10.22.57"


@dataclass(frozen=True)
class Found:
    """A value, what it is called, the case of the parameters in which it is one, what the theorem needs besides."""

    value: Any
    words: str
    conditions: tuple[Any, ...] = ()
    needs: tuple[Any, ...] = ()


def weber_schafheitlin(f: Any, x: sp.Symbol, given: tuple[Any, ...]) -> list[Found] | None:
    """x^{−λ} J_μ(ax) J_ν(bx): one value, or two where it is open which rate is the larger one."""
    rate, bessels = sp.S.Zero, []
    for factor in sp.Mul.make_args(f):
        base, e = factor.as_base_exp()
        if base == x and not e.has(x):
            rate -= e
        elif isinstance(base, sp.besselj) and e in (1, 2):
            bessels += [base] * int(e)
        else:
            return None
    if len(bessels) != 2:
        return None
    (mu, a), (nu, b) = ((J.args[0], sp.cancel(J.args[1] / x)) for J in bessels)
    if any(e.has(x) for e in (mu, a, nu, b)) or not all(sign_of(c, given) == 1 for c in (a, b)):
        return None
    converges = sp.Gt(mu + nu + 1, rate)
    if converges == sp.false:
        return None
    if sp.expand(a - b) == 0:
        value = _equal(mu, nu, rate, a)
        return None if value is None else [Found(value, EQUAL, (), (converges, sp.Gt(rate, 0)))]
    side, found = sign_of(sp.expand(b - a), given), []
    for (m, p), (n, q), sign in (((mu, a), (nu, b), 1), ((nu, b), (mu, a), -1)):
        if side in (None, sign):
            case = sp.Lt(p, q)
            needs = (converges, sp.Gt(rate, -1), case)
            found.append(Found(_unequal(m, n, rate, p, q), WORDS, () if side else (case,), needs))
    return found


def _unequal(mu: Any, nu: Any, rate: Any, a: Any, b: Any) -> Any:
    alpha = (mu + nu - rate + 1) / 2
    front = a**mu * sp.gamma(alpha) / (2**rate * b ** (mu - rate + 1) * sp.gamma(nu + 1 - alpha) * sp.gamma(mu + 1))
    if front == 0:
        return sp.S.Zero
    series = sp.hyper([alpha, alpha - nu], [mu + 1], sp.cancel(a**2 / b**2))
    short = sp.hyperexpand(series)
    return sp.powsimp(front * (series if short.has(sp.hyper, sp.meijerg, sp.Piecewise) else short))


def _equal(mu: Any, nu: Any, rate: Any, a: Any) -> Any | None:
    alpha = (mu + nu - rate + 1) / 2
    below = sp.gamma(alpha - nu + rate) * sp.gamma(alpha - mu + rate) * sp.gamma(alpha + rate)
    value = (a / 2) ** (rate - 1) * sp.gamma(alpha) * sp.gamma(rate) / (2 * below)
    return sp.gammasimp(value) if value.is_finite is not False else None
