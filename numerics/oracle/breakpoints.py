"""Where an integrand on a real range may fail to be analytic: zeros of denominators, arguments of logarithms, roots,
Abs, cases.

The list only guides where to cut. A point missed costs convergence, never truth; a point too many costs time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler
from numerics.oracle.letters import REMEMBERED, letters

_COS_ZERO, _SIN_ZERO = (sp.tan, sp.sec), (sp.cot, sp.csc)


def suspects(f: sp.Expr, x: sp.Symbol) -> Iterator[Any]:
    """Expressions whose zeros are the candidates."""
    for e in sp.preorder_traversal(f):
        if not e.has(x):
            continue
        if isinstance(e, sp.Pow) and not (e.exp.is_Integer and e.exp > 0) and e.base.has(x):
            yield e.base
        elif isinstance(e, sp.log | sp.Abs | sp.sign | sp.Heaviside | sp.DiracDelta):
            yield e.args[0]
        elif isinstance(e, sp.Max | sp.Min):
            first, *others = e.args
            for other in others:
                yield first - other
        elif isinstance(e, sp.core.relational.Relational):
            yield e.lhs - e.rhs
        elif isinstance(e, _COS_ZERO):
            yield sp.cos(e.args[0])
        elif isinstance(e, _SIN_ZERO):
            yield sp.sin(e.args[0])
        elif isinstance(e, sp.coth | sp.csch):
            yield e.args[0]
        elif isinstance(e, sp.asin | sp.acos | sp.atanh):
            yield 1 - e.args[0] ** 2
        elif isinstance(e, sp.acosh | sp.elliptic_k | sp.elliptic_e) and len(e.args) == 1:
            yield e.args[0] - 1
        elif isinstance(e, sp.besselk | sp.bessely | sp.Ci | sp.Ei | sp.expint):
            yield e.args[-1]


@lru_cache(maxsize=REMEMBERED, typed=True)
def _suspects(f: sp.Expr, x: sp.Symbol) -> tuple[Any, ...]:
    return tuple(map(sp.sympify, suspects(f, x)))


def _never_zero(h: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr, c: Compiler) -> bool:
    """Whether balls prove h ≠ 0 on the open range but for its ends (looked at from 2^−20 of its length on)."""
    try:
        fn = Compiler(c.fixed, frozenset({x}), c.budget, 64)(h)
        a, b = c.value(lo).real, c.value(hi).real
    except NotEnclosed:
        return False
    stack = [(arb(2) ** -20, 1 - arb(2) ** -20, 0)]
    looked = 0
    while stack:
        s, t, depth = stack.pop()
        looked += 1
        if looked > 120:
            return False
        z = fn({**c.fixed, x: acb((a + (b - a) * s).union(a + (b - a) * t))}, False)
        if z.is_finite() and not z.contains(0):
            continue
        if depth > 24:
            return False
        m = (s + t) / 2
        stack += [(s, m, depth + 1), (m, t, depth + 1)]
    return True


@lru_cache(maxsize=REMEMBERED, typed=True)
def zeros(h: sp.Expr, x: sp.Symbol) -> list[sp.Expr]:
    """Exact real zeros that are found at once: of polynomials, of factors, of f(g) with f one of the common
    functions."""
    h = sp.sympify(h)
    if not h.has(x):
        return []
    if isinstance(h, sp.Mul):
        return [z for factor in h.args for z in zeros(factor, x)]
    if isinstance(h, sp.Pow):
        return zeros(h.base, x)
    if h.is_polynomial(x):
        p = sp.Poly(h, x)
        if p.domain.is_QQ or p.domain.is_ZZ:
            return list(dict.fromkeys(sp.real_roots(p)))  # pyright: ignore[reportReturnType]
        if p.degree() == 1:
            a, b = p.all_coeffs()
            return [-b / a]
        if p.degree() <= 2:
            return [z for z in sp.roots(p, multiple=True) if z.is_real]
        return []
    if isinstance(h, sp.log):
        return zeros(h.args[0] - 1, x)
    if isinstance(h, sp.sin | sp.tan | sp.cos):
        shift = sp.pi / 2 if isinstance(h, sp.cos) else sp.S.Zero
        return [z for n in range(-40, 41) for z in zeros(h.args[0] - shift - n * sp.pi, x)]
    if isinstance(h, sp.sinh | sp.tanh | sp.atan | sp.asinh | sp.Abs | sp.sign):
        return zeros(h.args[0], x)
    if isinstance(h, sp.exp | sp.cosh):
        return []
    whole = sp.together(h)
    numerator, _ = sp.fraction(whole)
    if numerator != h:
        return zeros(sp.factor_terms(numerator), x)
    return _by_generator(h, x)


def _by_generator(h: sp.Expr, x: sp.Symbol) -> list[sp.Expr]:
    """h = P(g(x)) with one generator g: the roots of P, then g(x) = root inverted."""
    w = sp.Dummy("w", real=True)
    inverses = {
        sp.log: lambda r, a: zeros(a - sp.exp(r), x),
        sp.exp: lambda r, a: zeros(a - sp.log(r), x) if r.is_positive else [],
        sp.cos: lambda r, a: _periodic(a, sp.acos(r), x, True) if abs(sp.N(r)) <= 1 else [],
        sp.sin: lambda r, a: _periodic(a, sp.asin(r), x, False) if abs(sp.N(r)) <= 1 else [],
        sp.tan: lambda r, a: [z for n in range(-20, 21) for z in zeros(a - sp.atan(r) - n * sp.pi, x)],
        sp.sqrt: lambda r, a: [],
    }
    for g in sorted(h.atoms(sp.Function), key=lambda g: g.count_ops()):
        if type(g) in inverses and g.has(x):
            p = h.subs(g, w)
            if not p.has(x) and p.is_polynomial(w):
                return [z for r in zeros(p, w) for z in inverses[type(g)](r, g.args[0])]
    return []


def _periodic(a: sp.Expr, base: sp.Expr, x: sp.Symbol, even: bool) -> list[sp.Expr]:
    found: list[sp.Expr] = []
    for n in range(-10, 11):
        found += zeros(a - base - 2 * n * sp.pi, x)
        found += zeros(a + base - 2 * n * sp.pi, x) if even else zeros(a - sp.pi + base - 2 * n * sp.pi, x)
    return found


def breakpoints(f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr, c: Compiler) -> list[sp.Expr]:
    """Exact candidates strictly inside (lo, hi), in order."""
    inside: list[tuple[float, sp.Expr]] = []
    seen: set[sp.Expr] = set()
    finite = not (lo.is_infinite or hi.is_infinite)
    for h in _suspects(f, x):
        if h in seen or h == x - lo:
            continue
        seen.add(h)
        if finite and _never_zero(h, x, lo, hi, c):
            continue
        for z in zeros(h, x):
            if not letters(z) <= c.fixed.keys() or z.is_infinite or (z.is_finite is None and not letters(z)):
                continue
            with flint.ctx.workprec(64):
                ball = c.value(z)
                if not ball.is_finite() or not ball.imag.contains(0):
                    continue
                after = lo.is_infinite or ball.real > c.value(lo).real
                before = hi.is_infinite or ball.real < c.value(hi).real
            if after and before:
                inside.append((float(ball.real.mid()), z))
    inside.sort(key=lambda pair: pair[0])
    points: list[sp.Expr] = []
    last: float | None = None
    for value, z in inside:
        if last is None or abs(value - last) > 1e-12 * (1 + abs(value)):
            points.append(z)
        last = value
    return points
