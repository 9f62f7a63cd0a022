"""Real and imaginary parts of expressions in real letters, by structure.

(u + iv)ⁿ multiplied out; e^{u+iv} = e^u (cos v + i sin v); log(u + iv) = ½ log(u² + v²) + i arg, arg = atan(v/u) for u
> 0, ±π/2 − atan(u/v) for v ≷ 0; (−u)^r = u^r e^{iπr} for u > 0. On −π < x < π, with w
= e^{ix}: Im log(1 + w) = x/2, Re Li₂(−w) = x²/4 − π²/12, Im Li₃(−w) = (x³ − π²x)/12 (Fourier series of the Bernoulli
polynomials, DLMF 24.8.1, 25.12.7).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.rule import RuleError

Pair = tuple[Any, Any]


def parts(e: Any, given: tuple[Any, ...] = (), known: dict[Any, Pair] | None = None) -> Pair:
    """(Re e, Im e); `known` gives the parts of some subexpressions. RuleError where the structure does not tell."""
    from derive.exact import is_nonnegative, is_positive, is_real

    known = known or {}
    if e in known:
        return known[e]
    if e == sp.I:
        return sp.S.Zero, sp.S.One
    if isinstance(e, sp.Add):
        pairs = [parts(arg, given, known) for arg in e.args]
        return sp.Add(*(u for u, _ in pairs)), sp.Add(*(v for _, v in pairs))
    if isinstance(e, sp.Mul):
        re, im = sp.S.One, sp.S.Zero
        for arg in e.args:
            u, v = parts(arg, given, known)
            re, im = re * u - im * v, re * v + im * u
        return re, im
    if isinstance(e, sp.exp):
        u, v = parts(e.args[0], given, known)
        return sp.exp(u) * sp.cos(v), sp.exp(u) * sp.sin(v)
    if isinstance(e, sp.Pow) and e.exp.is_Integer:
        return _power(*parts(e.base, given, known), int(e.exp))
    if isinstance(e, sp.Pow) and e.exp.is_integer:
        u, v = parts(e.base, given, known)
        if v == 0:
            return u**e.exp, sp.S.Zero
    if isinstance(e, sp.log):
        return _logarithm(*parts(e.args[0], given, known), given)
    if isinstance(e, sp.Pow) and e.exp.is_Rational:
        u, v = parts(e.base, given, known)
        if v == 0 and is_nonnegative(u, given):
            return u**e.exp, sp.S.Zero
        if v == 0 and is_positive(-u, given):
            return (-u) ** e.exp * sp.cos(sp.pi * e.exp), (-u) ** e.exp * sp.sin(sp.pi * e.exp)
    elif e.is_extended_real or is_real(e, given):
        return e, sp.S.Zero
    elif isinstance(e, sp.polylog) and e.args[0].is_Integer:
        u, v = parts(e.args[1], given, known)
        if v == 0 and is_nonnegative(1 - u, given):
            return sp.polylog(e.args[0], u), sp.S.Zero
    raise RuleError(f"the real and the imaginary part of {e} are not told by its structure")


def _power(u: Any, v: Any, n: int) -> Pair:
    if v == 0:
        return u**n, sp.S.Zero
    re, im = sp.S.One, sp.S.Zero
    for _ in range(abs(n)):
        re, im = sp.expand(re * u - im * v), sp.expand(re * v + im * u)
    if n > 0:
        return re, im
    size = square(u, v) ** abs(n)
    return re / size, -im / size


def _logarithm(u: Any, v: Any, given: tuple[Any, ...]) -> Pair:
    from derive.exact import is_positive, sign_of

    if v == 0 and is_positive(u, given):
        return sp.log(u), sp.S.Zero
    modulus = sp.log(square(u, v)) / 2
    if u == 0:
        return modulus, sp.pi / 2 * sp.sign(v)
    if is_positive(u, given):
        return modulus, sp.atan(v / u)
    side = sign_of(v, given)
    return modulus, side * sp.pi / 2 - sp.atan(u / v) if side else sp.atan2(v, u)


def square(u: Any, v: Any) -> Any:
    """u² + v², with sin² written by cos² and the terms that cancel gone."""
    whole = sp.expand(u**2 + v**2)
    table = {node**2: 1 - sp.cos(node.args[0]) ** 2 for node in whole.atoms(sp.sin)}
    return sp.factor_terms(sp.expand(whole.xreplace(table)))


def on_the_circle(z: Any, x: Any, H: Any, principal: bool) -> tuple[dict[Any, Pair], tuple[Any, ...]]:
    """Parts of z = e^{ix}, of its powers in H, and, on the principal range, of the functions listed above; and the
    letters that stand there for parts without a closed form."""
    table: dict[Any, Pair] = {z: (sp.cos(x), sp.sin(x))}
    for node in H.atoms(sp.Pow):
        if node.base == z and node.exp.is_Integer:
            table[node] = (sp.cos(node.exp * x), sp.sin(node.exp * x))
    if not principal:
        return table, ()
    unknown = sp.Dummy("Im", real=True), sp.Dummy("Re", real=True)
    table[sp.log(1 + z)] = (sp.log(2 + 2 * sp.cos(x)) / 2, x / 2)
    table[sp.polylog(2, -z)] = (x**2 / 4 - sp.pi**2 / 12, unknown[0])
    table[sp.polylog(3, -z)] = (unknown[1], (x**3 - sp.pi**2 * x) / 12)
    return table, unknown
