"""Continuity and growth of exponential and elliptic integrals and of polylogarithms, and logarithms taken apart at an
end.

For real u ≠ 0: Ei u = γ + log|u| + Σ_{k ≥ 1} u^k/(k k!), and |Ei u| ≤ e^u for u ≤ −1, ≤ 2e^u for u ≥ 1 (NIST DLMF
6.6.1, 6.8.1, 6.12.2). F(φ, m) and E(φ, m) are continuous in real φ for m < 1, Li_n, n ≥ 2, on (−∞, 1], Li_1 on (−∞, 1).
"""

from __future__ import annotations

from typing import Any, Protocol

import sympy as sp


class Tells(Protocol):
    """What is asked about arguments on a range."""

    x: Any

    def real(self, e: Any) -> bool: ...
    def positive(self, e: Any) -> bool: ...
    def nonnegative(self, e: Any) -> bool: ...
    def nonzero(self, e: Any) -> bool: ...


TURNS = range(-3, 4)


def continuous(e: Any, on: Tells) -> str | None:
    """Why the outermost operation of e is continuous at the values that its arguments take; None: not seen, or none of
    these functions."""
    if isinstance(e, (sp.Ei, sp.li, sp.Ci, sp.Chi)):
        u = e.args[0]
        if isinstance(e, sp.Ei):
            return f"{u} ≠ 0" if on.real(u) and on.nonzero(u) else None
        shown = on.positive(u) and (not isinstance(e, sp.li) or on.nonzero(u - 1))
        return f"{u} > 0" if shown else None
    if isinstance(e, sp.Shi):
        return "everywhere"
    if isinstance(e, (sp.expint, sp.uppergamma)):
        return f"{e.args[1]} > 0" if on.x not in e.args[0].free_symbols and on.positive(e.args[1]) else None
    if isinstance(e, (sp.elliptic_f, sp.elliptic_e, sp.elliptic_k)):
        m = e.args[-1]
        real = all(on.real(arg) for arg in e.args)
        return f"1 − {m} > 0" if real and on.positive(1 - m) else None
    if isinstance(e, sp.polylog):
        n, u = e.args
        if not n.is_Integer or n < 1:
            return None
        inside = on.nonnegative(1 - u) if n > 1 else on.positive(1 - u)
        return f"1 − {u} ≥ 0" if inside else None
    return None


def turned(wave: Any, on: Tells) -> bool:
    """Whether sin g or cos g has no zero: g lies between two of them, up to three turns off."""
    g = wave.args[0] if isinstance(wave, sp.sin) else wave.args[0] + sp.pi / 2
    return any(on.positive(g - k * sp.pi) and on.positive((k + 1) * sp.pi - g) for k in TURNS)


def taken_apart(e: Any, germ: Any) -> dict[int, Any] | None:
    """{k: c_k} with e = Σ c_k log^k t, by log u = p log t + log h and Ei u = γ + p log t + log|h| + … for u = t^p h(t),
    h(0) ≠ 0; None where nothing is to be taken apart."""
    t, L = germ.t, sp.Dummy("L", real=True)
    table = {}
    for node in e.atoms(sp.log, sp.Ei):
        if t not in node.free_symbols:
            continue
        whole, lead = germ.puiseux(node.args[0]), germ.leading(node.args[0])
        if whole is None or lead is None:
            continue
        p, h, start = lead
        if p == 0 and isinstance(node, sp.log):
            continue
        if whole[1] != h and not h.is_rational_function(t):
            continue  # h is then a Taylor polynomial, good for the order and no more
        sign = 1 if germ.positive(start) else -1 if germ.positive(-start) else 0
        if isinstance(node, sp.log) and sign == 1:
            table[node] = p * L + sp.log(h)
        elif isinstance(node, sp.Ei) and sign and p.is_Rational and p > 0:
            u = node.args[0]
            terms = range(1, int(sp.ceiling(_ACCURACY / p)) + 1)
            series = sp.Add(*(u**k / (k * sp.factorial(k)) for k in terms))
            table[node] = sp.EulerGamma + p * L + sp.log(sign * h) + series
    if not table:
        return None
    opened = sp.expand_mul(e.xreplace(table))
    collected = sp.collect(opened, L, evaluate=False) if opened.has(L) else {sp.S.One: opened}
    if any(c.has(L) for c in collected.values()) or not all(power.is_polynomial(L) for power in collected):
        return None
    return {int(sp.degree(power, L)) if power.has(L) else 0: c for power, c in collected.items()}


_ACCURACY = 12  # more orders of t than expansions look at
