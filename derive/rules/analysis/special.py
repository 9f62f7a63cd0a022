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
    """{k: c_k} with e = Σ c_k log^k t + o(1), by log u = p log t + log h and Ei u = γ + p log t + log|h| + Σ u^k/(k k!)
    for u = t^p h(t), h(0) ≠ 0; None where nothing is to be taken apart.

    What vanishes at t = 0, log h/h(0) and the series, is left out where its factor does not make up for it.
    """
    t, L = germ.t, sp.Dummy("L", real=True)
    table, rests = {}, {}
    for node in sorted(e.atoms(sp.log, sp.Ei), key=sp.default_sort_key):
        found = _at_the_end(node, germ) if t in node.free_symbols else None
        if found is not None:
            order, constant, small, rest = found
            table[node] = order * L + constant
            if rest != 0:
                letter = sp.Dummy("Y")
                table[node] += letter
                rests[letter] = small, rest
    if not table:
        return None
    opened = sp.expand_mul(e.xreplace(table))
    for letter, (small, rest) in rests.items():
        factor: Any = opened.coeff(letter, 1)
        if not factor.free_symbols.isdisjoint(rests) or (opened - factor * letter).expand().has(letter):
            return None
        left_out = factor == 0 or germ.vanishes(factor.xreplace({L: sp.log(t)}) * small)
        if not left_out and rest is None:
            return None
        opened = opened.xreplace({letter: sp.S.Zero if left_out else rest})
    collected = sp.collect(sp.expand_mul(opened), L, evaluate=False) if opened.has(L) else {sp.S.One: opened}
    if any(c.has(L) for c in collected.values()) or not all(power.is_polynomial(L) for power in collected):
        return None
    return {int(sp.degree(power, L)) if power.has(L) else 0: c for power, c in collected.items()}


def _at_the_end(node: Any, germ: Any) -> tuple[Any, Any, Any, Any] | None:
    """(p, c, s, r): the function is p log t + c + O(s), s → 0, and r is what is left, where it is known exactly."""
    u, t = node.args[0], germ.t
    whole, lead = germ.puiseux(u), germ.leading(u)
    if whole is None or lead is None:
        return None
    p, h, start = lead
    exact = whole[1] == h or whole[1].is_rational_function(t)  # else h is a Taylor polynomial
    sign = 1 if germ.positive(start) else -1 if germ.positive(-start) else 0
    if isinstance(node, sp.log):
        if sign != 1 or p == 0:
            return None
        return p, sp.log(start), t, sp.log(h / start) if exact else None
    if not (sign and p.is_Rational and p > 0):
        return None
    series = sp.Add(*(u**k / (k * sp.factorial(k)) for k in range(1, int(sp.ceiling(_ACCURACY / p)) + 1)))
    small = t ** sp.Min(p, 1)
    return p, sp.EulerGamma + sp.log(sign * start), small, sp.log(h / start) + series if exact else None


_ACCURACY = 12  # more orders of t than expansions look at
