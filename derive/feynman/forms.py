"""Rewritings towards the form in which a person would write a closed form.

Each is an identity on a part of the plane only (which sheet, which sign, is not looked at here): a rewritten value is
used only where the judge's enclosures confirm it at points of the region (`derive.feynman.tidy`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import sympy as sp

_INVERSES: dict[Any, Any] = {sp.atan: sp.tan, sp.acos: sp.cos, sp.asin: sp.sin, sp.asinh: sp.sinh, sp.acosh: sp.cosh}


def factored(value: Any) -> Any:
    """Sums and denominators as products."""
    return sp.factor(value)


def turned(value: Any) -> Any:
    """(−u)(−v) as u v, (−u)/v as u/(−v), where that needs fewer signs."""
    return value.replace(lambda e: isinstance(e, sp.Mul), _turned)


def _turned(product: Any) -> Any:
    sign, factors, even = 1, [], []
    for factor in product.args:
        base, exponent = factor.as_base_exp()
        if isinstance(base, sp.Add) and exponent.is_odd is True:
            gain = sp.count_ops(base) - sp.count_ops(-base)
            if gain > 0:
                base, sign = -base, -sign
            elif gain == 0:
                even.append(len(factors))
        factors.append(base**exponent)
    if sign < 0 and even:
        base, exponent = factors[even[0]].as_base_exp()
        factors[even[0]], sign = (-base) ** exponent, 1
    return sp.Mul(sign, *factors)


def logarithms_together(value: Any) -> Any:
    """Σ ± c log u as c log Π u^{±1}, the arguments in factors."""
    return _factored_arguments(value.replace(lambda e: isinstance(e, sp.Add) and e.has(sp.log), _together))


def _together(total: Any) -> Any:
    groups: dict[Any, Any] = defaultdict(lambda: sp.S.One)
    rest = []
    for term in total.args:
        outer, inner = term.as_independent(sp.log, as_Add=False)
        if not isinstance(inner, sp.log):
            rest.append(term)
        elif -outer in groups:
            groups[-outer] /= inner.args[0]
        else:
            groups[outer] *= inner.args[0]
    for c in [c for c in groups if c.could_extract_minus_sign() and sp.denom(groups[c]) != 1]:
        groups[-c] = 1 / groups.pop(c)
    return sp.Add(*rest, *(c * sp.log(argument) for c, argument in groups.items()))


def squares_out(value: Any) -> Any:
    """Arguments in factors, powers out of the logarithms: log u² = 2 log u for u > 0."""
    return sp.expand_log(_factored_arguments(value), force=True)


def waves_in_logarithms(value: Any) -> Any:
    """log(sin u/cos u) as log tan u and the like."""
    return value.replace(
        lambda e: isinstance(e, sp.log) and e.has(sp.sin, sp.cos, sp.sinh, sp.cosh),
        lambda e: sp.log(sp.trigsimp(_arguments_expanded(e.args[0]))),
    )


def _arguments_expanded(e: Any) -> Any:
    return e.replace(lambda w: isinstance(w, (sp.sin, sp.cos)), lambda w: w.func(sp.expand(w.args[0])))


def powers_out(value: Any) -> Any:
    """log uᶜ = c log u where c has letters, the products taken apart."""
    return value.replace(
        lambda e: isinstance(e, sp.log) and _lettered_power(e.args[0]), lambda e: sp.expand_log(e, force=True)
    )


def _lettered_power(e: Any) -> bool:
    return any(isinstance(p, sp.Pow) and p.exp.free_symbols for p in sp.preorder_traversal(e))


def _factored_arguments(value: Any) -> Any:
    return value.replace(lambda e: isinstance(e, sp.log) and e.free_symbols, lambda e: sp.log(_shorter(e.args[0])))


def _shorter(e: Any) -> Any:
    return min((e, sp.factor(e)), key=sp.count_ops)


def gammas_reflected(value: Any) -> Any:
    """log Γ(w) + log Γ(1 − w) = log(π/sin πw) (DLMF 5.5.3), for the sums that stand in a value."""
    return value.replace(lambda e: isinstance(e, sp.Add) and e.has(sp.loggamma), _reflected_sum)


def _reflected_sum(total: Any) -> Any:
    weights: dict[Any, Any] = defaultdict(lambda: sp.S.Zero)
    rest = []
    for term in total.args:
        outer, inner = term.as_independent(sp.loggamma, as_Add=False)
        if isinstance(inner, sp.loggamma):
            weights[sp.expand(inner.args[0])] += outer
        else:
            rest.append(term)
    for w in list(weights):
        other = sp.expand(1 - w)
        c, d = weights.get(w, 0), weights.get(other, 0)
        if w == other or c == 0 or sp.expand(c - d) != 0:
            continue
        weights[w] = weights[other] = sp.S.Zero
        small = min((w, other), key=sp.count_ops)
        rest.append(c * (sp.log(sp.pi) - sp.log(sp.sin(sp.pi * small))))
    return sp.Add(*rest, *(c * sp.loggamma(w) for w, c in weights.items()))


def gammas_together(value: Any) -> Any:
    """Sums of log Γ and logarithms as one logarithm of a quotient of Γ."""
    return sp.logcombine(value.replace(sp.loggamma, lambda w: sp.log(sp.gamma(w))), force=True)


def one_gamma(value: Any) -> Any:
    """Γ(q) for rational q by Γ(1 − q) sin πq Γ(q) = π where q lies in (½, 1)."""
    return sp.powsimp(
        value.replace(
            lambda e: isinstance(e, sp.gamma) and e.args[0].is_Rational and sp.Rational(1, 2) < e.args[0] < 1,
            lambda e: sp.pi / (sp.sin(sp.pi * e.args[0]) * sp.gamma(1 - e.args[0])),
        )
    )


def lemniscatic(value: Any) -> Any:
    """K(½) and E(½) by Γ(¼) (DLMF 19.20.2, with Legendre's relation)."""
    g, half = sp.gamma(sp.Rational(1, 4)), sp.Rational(1, 2)
    table = {
        sp.elliptic_k(half): g**2 / (4 * sp.sqrt(sp.pi)),
        sp.elliptic_e(half): sp.pi ** sp.Rational(3, 2) / g**2 + g**2 / (8 * sp.sqrt(sp.pi)),
    }
    found = value.xreplace(table)
    return value if found == value else sp.expand(one_gamma(found))


def complemented(value: Any) -> Any:
    """erf u = 1 − erfc u."""
    return sp.factor_terms(sp.expand(value.replace(sp.erf, lambda u: 1 - sp.erfc(u))))


def halved(value: Any) -> Any:
    """1 + cosh u = 2 cosh² u/2, 1 + cos u = 2 cos² u/2, 1 − cos u = 2 sin² u/2."""
    for wave, half, sign in ((sp.cosh, sp.cosh, 1), (sp.cos, sp.cos, 1), (sp.cos, sp.sin, -1)):
        for node in value.atoms(wave):
            whole = 2 * half(node.args[0] / 2) ** 2
            value = value.replace(lambda e, seek=1 + sign * node: e == seek, lambda e, whole=whole: whole)
            value = value.replace(lambda e, seek=2 + 2 * sign * node: e == seek, lambda e, whole=whole: 2 * whole)
    return sp.powsimp(value)


def inverse_undone(value: Any) -> Any:
    """arctan tan u = u and the like."""
    return value.replace(
        lambda e: type(e) in _INVERSES and isinstance(e.args[0], _INVERSES[type(e)]), lambda e: e.args[0].args[0]
    )


def moduli_open(value: Any) -> Any:
    """|u| = u."""
    return value.replace(sp.Abs, lambda u: u)


def signs_open(value: Any) -> Any:
    """sign(u) f(|u|) = f(u) for an odd f."""
    return value.replace(sp.Abs, lambda u: u).replace(sp.sign, lambda u: sp.S.One)


def moduli_turned(value: Any) -> Any:
    """|u| = −u."""
    return value.replace(sp.Abs, lambda u: -u)


def conjugate_logarithms(value: Any) -> Any:
    """log(u − iv) − log(u + iv) = −2i arctan(v/u) for u > 0, −2i arccos(u/√(u² + v²)) for v > 0."""
    return _conjugates(sp.expand(value), lambda u, v: sp.atan(sp.simplify(v / u)))


def conjugate_logarithms_above(value: Any) -> Any:
    """As conjugate_logarithms, by the arc cosine."""
    return _conjugates(sp.expand(value), _angle_above)


def _angle_above(u: Any, v: Any) -> Any:
    angle = sp.acos(sp.simplify(u / sp.sqrt(sp.trigsimp(u**2 + v**2))))
    return -angle if v.could_extract_minus_sign() else angle


def _conjugates(value: Any, angle: Callable[[Any, Any], Any]) -> Any:
    """Pairs of logarithms of conjugate arguments with opposite factors, as angles."""
    logs = sorted((e for e in value.atoms(sp.log) if e.has(sp.I)), key=sp.default_sort_key)
    total = sp.expand(value)
    for k, one in enumerate(logs):
        u, v = sp.expand_complex(one.args[0]).as_real_imag()
        for other in logs[k + 1 :]:
            p, q = sp.expand_complex(other.args[0]).as_real_imag()
            c, d = total.coeff(one), total.coeff(other)
            if c != 0 and sp.simplify(u - p) == 0 and sp.simplify(v + q) == 0 and sp.expand(c + d) == 0:
                total = sp.expand(total - c * one - d * other) + 2 * sp.I * c * angle(u, v)
    return sp.factor_terms(sp.expand(total))


def logarithms_turned(value: Any) -> Any:
    """log(u + √(u² − k)) = ½ log k + i arccos(u/√k) for u² < k."""
    return sp.expand(value.replace(sp.log, _turned_logarithm))


def _turned_logarithm(argument: Any) -> Any:
    roots = [term for term in sp.Add.make_args(argument) if _rooted(term)]
    if len(roots) != 1:
        return sp.log(argument)
    u = argument - roots[0]
    k = sp.simplify(u**2 - roots[0] ** 2)
    if u == 0 or not (k.is_positive and sp.count_ops(k) < sp.count_ops(u**2) + 1):
        return sp.log(argument)
    sign = -1 if roots[0].could_extract_minus_sign() else 1
    return sp.log(k) / 2 + sign * sp.I * sp.acos(u / sp.sqrt(k))


def squares_completed(value: Any) -> Any:
    """b² + 2bc + c² + … as (b + c)² + …"""
    return value.replace(lambda e: isinstance(e, sp.Add) and len(e.args) > 3 and e.is_polynomial(), _completed)


def _completed(total: Any) -> Any:
    letters = sorted(total.free_symbols, key=sp.default_sort_key)
    for k, one in enumerate(letters):
        for other in letters[k + 1 :]:
            for square in ((one + other) ** 2, (one - other) ** 2):
                rest = total - sp.expand(square)
                if len(sp.Add.make_args(rest)) == len(total.args) - 3:
                    return square + rest
    return total


def angles_doubled(value: Any) -> Any:
    """arctan y = ½ arcsin(2y/(1 + y²)) = ½ arctan(2y/(1 − y²)), where that rids y of its root."""
    return value.replace(lambda e: isinstance(e, sp.atan) and _rooted(e.args[0]), _doubled)


def _doubled(angle: Any) -> Any:
    y = angle.args[0]
    for inverse, image in ((sp.asin, 2 * y / (1 + y**2)), (sp.atan, 2 * y / (1 - y**2))):
        short = sp.simplify(sp.radsimp(image))
        if not _rooted(short):
            return inverse(short) / 2
    return angle


def _rooted(e: Any) -> bool:
    return any(p.exp.is_Rational and not p.exp.is_Integer and p.base.free_symbols for p in e.atoms(sp.Pow))


def roots_joined(value: Any) -> Any:
    """√u √v = √(uv), and what is below the root simplified: √(cosh² a − 1) = sinh a for a > 0."""
    joined = sp.powsimp(value, force=True, combine="base")
    return joined.replace(
        lambda e: isinstance(e, sp.Pow) and abs(e.exp) == sp.Rational(1, 2) and e.base.free_symbols,
        lambda e: sp.powdenest(sp.trigsimp(sp.expand(e.base)) ** e.exp, force=True),
    )


FORMS: tuple[Callable[[Any], Any], ...] = (
    signs_open,
    moduli_open,
    moduli_turned,
    gammas_reflected,
    conjugate_logarithms,
    conjugate_logarithms_above,
    logarithms_turned,
    inverse_undone,
    angles_doubled,
    roots_joined,
    complemented,
    factored,
    turned,
    squares_completed,
    squares_out,
    logarithms_together,
    powers_out,
    waves_in_logarithms,
    gammas_together,
    one_gamma,
    lemniscatic,
    halved,
)
