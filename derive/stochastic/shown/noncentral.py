"""Densities with a modified Bessel function as in the books: c g′ (v/u)^{q/2} I_q(2√(uv)) e^{−u−v}.

With v = c g(x) and u free of x, and the power −q/2 where 0 absorbs, this is the law of a square-root, Bessel or radial
Ornstein-Uhlenbeck process: 2v is noncentral chi-squared with 2q + 2 degrees of freedom and noncentrality
2u. u and v are read off the exponent, and the form is handed out only where it is proven equal to the density.

Reference: W. Feller, Ann. Math. 54 (1951) 173; J. Cox, J. Ingersoll, S. Ross, Econometrica 53 (1985) 385, eq. (18).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from derive.field import is_zero
from derive.stochastic.shown.readable import tidy

SECONDS = 5.0
NAMES = ("c", "u", "v", "q")


def noncentral(
    p: Any, x: Any, t: Any, given: Iterable[Any], taken: set[str]
) -> tuple[Any, list[tuple[Any, Any]]] | None:
    """(p in the letters u, v, c, q, [(letter, meaning)]); None where p is of another form or a letter is taken."""
    facts, nodes = tuple(given), p.atoms(sp.besseli)
    if len(nodes) != 1 or taken & set(NAMES):
        return None
    (node,) = nodes
    order, w = node.args
    exponent = sp.Add(*(f.exp for f in _flat(p) if isinstance(f, sp.exp)))
    opened = sp.expand(exponent)
    v = tidy(-opened.as_independent(x, as_Add=True)[1], (x, t), facts)
    c, g = (e if e != 0 else sp.S.One for e in sp.factor_terms(v).as_independent(x, as_Add=False))
    if not v.has(x) or g.has(sp.exp):
        return None
    u = tidy(w**2 / (4 * v), (x, t), facts)
    if u.has(x):
        return None
    rest, inner = p.xreplace({node: sp.S.One}), (x, t)
    if is_zero(w**2 - 4 * u * v, facts, timeout=SECONDS) is not True:
        return None
    for size, turn in ((i * sp.diff(g, x), k) for i in (1, -1) for k in (1, -1)):
        body = c * size * (v / u) ** (turn * order / 2) * sp.exp(-u - v)
        ratio = sp.expand_log(sp.log(rest) - sp.log(body), force=True)
        if all(is_zero(sp.diff(ratio, y), facts, timeout=SECONDS) is True for y in inner) and _meet(rest, body):
            break
    else:
        return None
    letter_c, letter_u, letter_v = sp.symbols("c u v", positive=True)
    q = order if order.is_number or order.is_Symbol else sp.Symbol("q", real=True)
    form = letter_c * size * (letter_v / letter_u) ** (turn * q / 2)
    form *= sp.besseli(q, 2 * sp.sqrt(letter_u * letter_v)) * sp.exp(-letter_u - letter_v)
    meanings = [(letter_u, letter_c * _falling(u / c, t, facts)), (letter_v, letter_c * g)]
    meanings += [(letter_c, _falling(c, t, facts)), *([] if q == order else [(q, order)])]
    return form, meanings


def _flat(p: Any) -> list[Any]:
    return list(sp.Mul.make_args(sp.powsimp(p, combine="exp", deep=False) if not p.is_Mul else p))


def _falling(e: Any, t: Any, given: tuple[Any, ...]) -> Any:
    """The shorter of the forms with e^{κt} and with e^{−κt}."""
    forms = [tidy(e, (t,), given), sp.factor_terms(sp.simplify(e)), sp.factor(sp.simplify(e))]
    return min(forms, key=lambda f: (f.count_ops(), str(f)))


def _meet(p: Any, q: Any) -> bool:
    """Whether p = q at one place: their ratio is a constant already."""
    names = sorted(p.free_symbols | q.free_symbols, key=str)
    point = {s: sp.Rational(7 + 2 * k, 9 + k) for k, s in enumerate(names)}
    values = [sp.N(e.subs(point), 30) for e in (p, q)]
    return all(v.is_number for v in values) and bool(abs(values[0] / values[1] - 1) < sp.Float("1e-20"))
