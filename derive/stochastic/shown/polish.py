"""Closed forms as a person would write them: arguments multiplied out or put over one denominator, inverse hyperbolic
functions named, logarithms of quotients, one exponential instead of several.

Law: every rewriting is an identity on the domain; the result is compared in numbers with what it replaces, and dropped
where they differ.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.evidence import Evidence
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled
from derive.stochastic.errors import StochasticError

POINTS, TRIES = 3, 24
LARGE = 600


def polish(expr: Any, given: Iterable[Any] = ()) -> Any:
    """A shorter form of an expression, equal to it at random admissible points; the expression itself if none is."""
    e = sp.sympify(expr)
    if e.is_number or e.is_Symbol or e.count_ops() > LARGE:
        return e
    opaque = {node: sp.Dummy(f"f{i}", real=True) for i, node in enumerate(_outermost(e))}
    inner = e.xreplace(opaque)
    better = _bottom_up(inner)
    better = min((better, _one_exponential(better)), key=weight)
    if weight(better) >= weight(inner) or not _same(inner, better, tuple(given)):
        return e
    return better.xreplace({dummy: node for node, dummy in opaque.items()})


def shortened(expr: Any, given: Iterable[Any] = ()) -> tuple[Any, Evidence | None]:
    """(shorter form, evidence that it is equal), or (the expression, None) where none is found or it is not proven."""
    facts = tuple(given)
    new = polish(expr, facts)
    if new == expr:
        return expr, None
    opaque = {node: sp.Symbol(f"functional_{i}", real=True) for i, node in enumerate(_outermost(expr))}
    try:
        found = settled(expr.xreplace(opaque), new.xreplace(opaque), facts, "the shorter form")
    except StochasticError:
        return expr, None
    return (new, found) if found.passed else (expr, None)


@lru_cache(maxsize=4096)
def weight(e: Any) -> tuple[int, int]:
    """What counts as shorter: operations, then letters."""
    return e.count_ops(), len(str(e))


def _outermost(e: Any) -> list[Any]:
    """W(t), integrals and sums: symbols to this algebra."""
    if isinstance(e, (AppliedUndef, sp.Integral, sp.Sum)) or e.func.__name__ in {"ItoIntegral", "WienerIntegral"}:
        return [e]
    found: list[Any] = []
    for arg in e.args:
        found += [node for node in _outermost(arg) if node not in found]
    return found


def _bottom_up(e: Any) -> Any:
    if not e.args or not isinstance(e, sp.Expr) or isinstance(e, sp.Piecewise):
        return e
    rebuilt = e.func(*(_bottom_up(arg) for arg in e.args))
    return min((rebuilt, *_forms(rebuilt)), key=weight)


def _forms(e: Any) -> Iterator[Any]:
    """Other ways to write this node."""
    for rule in RULES:
        found = rule(e)
        if found is not None:
            yield found


def _argument(e: Any) -> Any | None:
    """f(a (u + c/a)) → f(a u + c), and exponents over one denominator."""
    if not isinstance(e, sp.Function) or len(e.args) != 1 or isinstance(e, AppliedUndef):
        return None
    (u,) = e.args
    return min((e.func(v) for v in (sp.expand(u), sp.factor_terms(sp.together(u)), _pulled(u))), key=weight)


def _power(e: Any) -> Any | None:
    """(Σ)ⁿ with what the terms have in common in front: ((a − b)/σ)² → (a − b)²/σ²."""
    if not (e.is_Pow and e.base.is_Add and e.exp.is_number):
        return None
    pulled = _pulled(e.base)
    return sp.powdenest(pulled**e.exp) if e.exp.is_Integer else pulled**e.exp


def _product(e: Any) -> Any | None:
    """a (u + c/a) → a u + c."""
    if not (e.is_Mul and any(arg.is_Add for arg in e.args)):
        return None
    return min((sp.expand(e), sp.factor_terms(e), sp.cancel(e) if not e.has(sp.Pow) else e), key=weight)


def _pulled(u: Any) -> Any:
    """A sum divided by a factor of one of its terms, with that factor in front, where that is shorter."""
    if not u.is_Add:
        return u
    best = u
    for term in u.args:
        for c in {sp.Mul(*(f for f in sp.Mul.make_args(term) if f.is_Pow and f.exp.is_negative)), term}:
            if c in (1, u):
                continue
            inner = sp.expand(u / c)
            best = min((best, sp.Mul(c, _collected(inner), evaluate=True)), key=weight)
    return best


def _collected(u: Any) -> Any:
    """Terms with a symbol in common put together, where that is shorter."""
    forms = [u]
    for s in sorted(u.free_symbols, key=str):
        forms.append(sp.collect(u, s))
    return min(forms, key=weight)


def _artanh(e: Any) -> Any | None:
    """c (log A − log B) = 2c artanh((A − B)/(A + B)) where that is no quotient."""
    if not e.is_Add:
        return None
    logs = {}
    for term in e.args:
        c, rest = term.as_independent(*term.atoms(sp.log), as_Add=False)
        if isinstance(rest, sp.log):
            logs[rest] = c
    for first, c in logs.items():
        for second, d in logs.items():
            if c + d == 0 and first != second and not c.free_symbols & first.free_symbols:
                a, b = first.args[0], second.args[0]
                u = sp.cancel((a - b) / (a + b))
                above, below = sp.fraction(u)
                if above.free_symbols and below.free_symbols:
                    continue
                named = sp.acoth(sp.cancel(1 / u)) if below.free_symbols else sp.atanh(u)
                return e - c * first - d * second + 2 * c * named
    return None


def _quotient(e: Any) -> Any | None:
    """c log a − c log b = c log(a/b), c log a + c log b = c log(ab)."""
    if not e.is_Add:
        return None
    logs: list[tuple[Any, Any]] = []
    for term in e.args:
        c, rest = term.as_independent(*term.atoms(sp.log), as_Add=False)
        if isinstance(rest, sp.log):
            logs.append((c, rest))
    for i, (c, first) in enumerate(logs):
        for d, second in logs[i + 1 :]:
            if d in (c, -c) and not c.free_symbols & (first.free_symbols | second.free_symbols):
                a, b = first.args[0], second.args[0]
                pair = sp.log(a / b) if d == -c else sp.log(a * b)
                return e - c * first - d * second + c * pair
    return None


def hyperbolic(e: Any) -> Any | None:
    """log(u + √(u² + 1)) = arsinh u, log(u + √(u² − 1)) = arcosh u."""
    if not (isinstance(e, sp.log) and e.args[0].is_Add):
        return None
    for root in [p for p in e.args[0].args if p.is_Pow and p.exp == sp.S.Half]:
        u = e.args[0] - root
        gap = sp.expand(root.base - u**2)
        if gap == 1:
            return sp.asinh(_bottom_up(u))
        if gap == -1:
            return sp.acosh(_bottom_up(u))
    return None


def _half_angle(e: Any) -> Any | None:
    """2 arctan((√(u² + 1) − 1)/u) = arctan u."""
    factor, rest = e.as_coeff_Mul()
    if factor != 2 or not isinstance(rest, sp.atan):
        return None
    above, below = sp.fraction(sp.together(rest.args[0]))
    for root in above.atoms(sp.Pow):
        if root.exp == sp.S.Half and sp.expand(root.base - 1 - below**2) == 0 and sp.expand(above - root + 1) == 0:
            return sp.atan(sp.expand(below))
    return None


def _ratio(e: Any) -> Any | None:
    """sin x/cos x = tan x, and the like."""
    if not e.is_Mul or not e.has(sp.sin, sp.sinh):
        return None
    for u in {f.args[0] for f in e.atoms(sp.sin, sp.sinh)}:
        for top, bottom, name in ((sp.sin, sp.cos, sp.tan), (sp.sinh, sp.cosh, sp.tanh)):
            if top(u) in e.args and 1 / bottom(u) in e.args:
                return e / top(u) * bottom(u) * name(u)
            if bottom(u) in e.args and 1 / top(u) in e.args:
                return e * top(u) / bottom(u) / name(u)
    return None


RULES: tuple[Callable[[Any], Any | None], ...] = (
    _argument,
    _power,
    _product,
    _artanh,
    _quotient,
    hyperbolic,
    _half_angle,
    _ratio,
)


def _one_exponential(e: Any) -> Any:
    """e^a e^b = e^{a+b} in every product, the sum multiplied out or over one denominator."""

    def joined(node: Any) -> Any:
        exps = [f for f in node.args if isinstance(f, sp.exp)]
        if len(exps) < 2:
            return node
        total = sp.Add(*(f.exp for f in exps))
        best = min((total, sp.expand(total), sp.factor_terms(total), _pulled(total)), key=weight)
        return sp.Mul(*(f for f in node.args if not isinstance(f, sp.exp)), sp.exp(best))

    return e.replace(lambda node: node.is_Mul, joined)


def _same(a: Any, b: Any, given: tuple[Any, ...]) -> bool:
    """Whether both have the same value at random points (symbols without a sign positive)."""
    symbols = a.free_symbols | b.free_symbols
    positive = {s: sp.Symbol(s.name, positive=True) for s in symbols if s.is_positive is None and s.is_real is None}
    facts = tuple(g.xreplace(positive) for g in given if g not in (sp.true, sp.false) and g.free_symbols <= symbols)
    try:
        points = list(admissible({positive.get(s, s) for s in symbols}, facts, random.Random(9), TRIES, real=True))
    except NoPoint:
        return False
    seen = 0
    for point in points:
        left, right = (sp.N(e.xreplace(positive).xreplace(point), 30) for e in (a, b))
        if not (left.is_number and left.is_finite) or abs(sp.im(left)) > 1e-20:
            continue
        if not (right.is_number and right.is_finite) or abs(left - right) > 1e-20 * (1 + abs(left)):
            return False
        seen += 1
        if seen == POINTS:
            return True
    return False
