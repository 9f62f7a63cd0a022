"""Real functions of an angle as real parts of functions analytic in the unit disc.

With z = e^{iθ}: 1 − 2r cos θ + r² = |1 − rz|², so its logarithm is 2 Re log(1 − rz), its reciprocal is Re((1 + rz)/(1 −
rz))/(1 − r²), and sin θ over it Im(z/(1 − rz)); e^{a cos θ} = |e^{az}|; log(2 − 2cos θ) = 2 Re log(1 − z).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.exact import sign_of

Given = tuple[Any, ...]


def disc_function(f: Any, theta: sp.Symbol, z: sp.Symbol, given: Given = ()) -> Any | None:
    """F with f(θ) = Re F(e^{iθ}), F analytic in |z| < 1; None where f is not of a kind that is known."""
    coefficient, moving = f.as_independent(theta, as_Add=False)
    if moving == 1:
        return f
    if isinstance(moving, sp.Add):
        parts = [disc_function(term, theta, z, given) for term in moving.args]
        return None if any(part is None for part in parts) else coefficient * sp.Add(*parts)
    if isinstance(moving, (sp.cos, sp.sin)) and moving.args[0].is_polynomial(theta):
        n = sp.cancel(moving.args[0] / theta)
        if n.is_Integer:
            n = abs(n) if isinstance(moving, sp.cos) else n
            return coefficient * (z**n if isinstance(moving, sp.cos) else -sp.I * sp.sign(n) * z ** abs(n))
    found = _logarithm(moving, theta, z, given) or _exponential(moving, theta, z) or _kernel(moving, theta, z, given)
    return None if found is None else coefficient * found


def modulus(f: Any, theta: sp.Symbol, given: Given) -> tuple[Any, Any, int] | None:
    """(c, r, k) with f = c (1 − 2r cos kθ + r²) = c |1 − r e^{ikθ}|², |r| ≤ 1; cos² and sin² are taken as cos 2kθ."""
    f = sp.expand(f)
    squares = f.atoms(sp.sin, sp.cos)
    table = {}
    for node in squares:
        sign = 1 if isinstance(node, sp.cos) else -1
        table[node**2] = (1 + sign * sp.cos(2 * node.args[0])) / 2
    f = sp.expand(f.xreplace(table))
    nodes = list(f.atoms(sp.cos))
    if len(nodes) != 1 or f.has(sp.sin):
        return None
    b = f.coeff(nodes[0], 1)
    a = sp.expand(f - b * nodes[0])
    k = sp.cancel(nodes[0].args[0] / theta)
    if theta in a.free_symbols | b.free_symbols or not (k.is_Integer and k > 0):
        return None
    root = sp.sqrt(sp.factor(a**2 - b**2))
    root = _plain_root(a, b, given) or root
    if sign_of(a, given) != 1:
        return None
    c = sp.cancel((a + root) / 2) if not (a + root).has(sp.sqrt) else (a + root) / 2
    r = -b / (2 * c)
    return c, sp.cancel(r) if root.is_rational_function() else r, int(k)


def _plain_root(a: Any, b: Any, given: Given) -> Any | None:
    """√(a² − b²) where a² − b² is a square of something of known sign."""
    square = sp.factor(a**2 - b**2)
    root = sp.sqrt(square)
    inner = sp.Mul(*(base ** (power / 2) for base, power in square.as_powers_dict().items()))
    if square == 0:
        return sp.S.Zero
    if root.is_rational_function():
        inner = root
    elif not inner.is_rational_function():
        return None
    sign = sign_of(sp.expand(inner), given)
    if sign is None:
        inner_sign = sign_of(inner, given)
        return None if inner_sign is None else inner_sign * inner
    return sign * sp.expand(inner)


def _logarithm(f: Any, theta: sp.Symbol, z: sp.Symbol, given: Given) -> Any | None:
    if not isinstance(f, sp.log):
        return None
    inner = f.args[0]
    if inner.has(sp.tan, sp.cot):
        return _quotient(inner, theta, z, given)
    base, power = inner.as_base_exp()
    if isinstance(base, (sp.sin, sp.cos)) and power.is_Rational:
        n = sp.cancel(base.args[0] / theta)
        if not (2 * n).is_Integer or not n > 0:
            return None
        sine, cosine = sp.log(1 - z ** (2 * n)) - sp.log(2), sp.log(1 + z ** (2 * n)) - sp.log(2)
        return power * (sine if isinstance(base, sp.sin) else cosine)
    found = modulus(inner, theta, given)
    if found is None:
        return _quotient(inner, theta, z, given) if isinstance(inner, sp.Mul) else None
    c, r, k = found
    return sp.log(c) + 2 * sp.log(1 - r * z**k)


def _quotient(inner: Any, theta: sp.Symbol, z: sp.Symbol, given: Given) -> Any | None:
    """The logarithm of a product, or of a function of tan, by that of its factors."""
    ratio = {sp.tan(node.args[0]): sp.sin(node.args[0]) / sp.cos(node.args[0]) for node in inner.atoms(sp.tan)}
    ratio |= {sp.cot(node.args[0]): sp.cos(node.args[0]) / sp.sin(node.args[0]) for node in inner.atoms(sp.cot)}
    top, bottom = sp.fraction(sp.together(inner.xreplace(ratio)))
    total = sp.S.Zero
    for part, sign in ((top, 1), (bottom, -1)):
        constant, moving = part.as_independent(theta, as_Add=False)
        total += sign * sp.log(constant)
        for factor in sp.Mul.make_args(moving):
            base, power = factor.as_base_exp()
            own = _logarithm(sp.log(base), theta, z, given) if moving != 1 else sp.S.Zero
            if own is None or not power.is_Rational:
                return None
            total += sign * power * own
    return total


def _exponential(f: Any, theta: sp.Symbol, z: sp.Symbol) -> Any | None:
    """e^{a cos kθ} cos(a sin kθ + nθ) = Re z^n e^{a z^k} for n ≥ 0, and the sine."""
    parts = [arg for arg in sp.Mul.make_args(sp.powsimp(f)) if arg.has(theta)]
    exps = [arg for arg in parts if arg.func is sp.exp]
    turns = [arg for arg in parts if isinstance(arg, (sp.cos, sp.sin))]
    if len(exps) != 1 or len(turns) != 1 or len(parts) != 2:
        return None
    size, rest = exps[0].args[0].as_independent(theta, as_Add=False)
    if not isinstance(rest, sp.cos):
        return None
    k = sp.cancel(rest.args[0] / theta)
    phase = sp.expand(turns[0].args[0])
    sign = 1 if sp.expand(phase.coeff(sp.sin(rest.args[0]), 1) - size) == 0 else -1
    left = sp.expand(sign * phase - size * sp.sin(rest.args[0]))
    n = sp.cancel(left / theta)
    if not (k.is_Integer and k > 0 and n.is_Integer):
        return None
    whole = z**n * sp.exp(size * z**k)
    return whole if isinstance(turns[0], sp.cos) else -sp.I * sign * whole


def _kernel(f: Any, theta: sp.Symbol, z: sp.Symbol, given: Given) -> Any | None:
    """1/(1 − 2r cos kθ + r²) and sin kθ over it, k-th harmonics of the Poisson kernel."""
    top, bottom = f.as_numer_denom()
    found = modulus(bottom, theta, given)
    if found is None:
        return None
    c, r, k = found
    if sp.simplify(1 - r**2) == 0:
        return None
    w = r * z**k
    if top == 1 or theta not in top.free_symbols:
        return top * (1 + w) / (1 - w) / (c * (1 - r**2))
    if top == sp.sin(k * theta):
        return -sp.I * z**k / (1 - w) / c
    return None
