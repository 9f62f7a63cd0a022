"""Integrals over (0, ∞) as finite parts of Mellin transforms: additive, whatever the strips of the terms are.

Let f = Σ_i c_i x^{α_i} log^{n_i}x g_i(x), every g_i with expansions in powers at 0 and at ∞. Then ∫ x^ε f dx = Σ c_i
∂_s^{n_i} M[g_i](α_i + 1 + ε) by analytic continuation, and at ε = 0 this is the integral if it converges: the poles of
the single terms cancel (Frullani's theorem is the first instance). Ranges other than (0, ∞) are brought there.
Reference: D. Zagier, The Mellin transform and related analytic techniques (2006), appendix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.laurent import NoExpansion, Pending, finite_part
from derive.feynman.methods.kernels import lambert_transform
from derive.feynman.methods.tidy import tidy
from derive.feynman.methods.transforms import kernel_transform, pair_transform, wave_transform
from derive.feynman.methods.waves import is_wave, waves
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rule import Cited

MOST = 60  # terms that an integrand may expand into


@dataclass(frozen=True)
class Term:
    """coefficient · x^{power} log^{logs}(x) · g(x), with M[g] as an expression in the letter s."""

    coefficient: Any
    power: Any
    logs: int
    transform: Any


@dataclass(frozen=True)
class Mellin:
    """The method: every way to bring the range to (0, ∞), then the finite parts."""

    name: str = "Mellin transforms"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value where every term is in the table."""
        for f, t, words in on_half_line(problem):
            found = search.limited(6.0, finite_value, f, t, problem.given)
            if found is None:
                continue
            value, parts = found
            derivation = Derivation(problem.integral, problem.given)
            if words:
                derivation = derivation.to(sp.Integral(f, (t, 0, sp.oo)), words)
            s = sp.Symbol("s")
            table = [
                sp.S(p.transform).xreplace({u: s for u in sp.S(p.transform).free_symbols if u.name in ("s", "_s")})
                for p in parts
            ]
            shown = tuple(sorted(dict.fromkeys(table), key=sp.default_sort_key)[:3])
            places = ", ".join(f"{{{n}}}" for n in range(len(shown)))
            words = f"Mellin transforms term by term, as finite parts (additive by continuation in s): {places}"
            reason = Cited(words, shown)
            yield Proposal(value, "Mellin transforms", derivation.to(value, reason).qed())


def on_half_line(problem: Problem) -> Iterator[tuple[Any, sp.Symbol, str]]:
    """(integrand, positive variable, how) for each way to write the integral over (0, ∞)."""
    f, x, low, high = problem.integrand, problem.variable, problem.lower, problem.upper
    t = sp.Dummy("t", positive=True)
    if (low, high) == (0, sp.oo):
        yield f.xreplace({x: t}), t, ""
        if f.has(sp.log):
            both = _put(f, x, sp.exp(-t)) * sp.exp(-t) + _put(f, x, sp.exp(t)) * sp.exp(t)
            yield both, t, "x = e^(−t) below 1, x = e^t above"
    elif (low, high) == (-sp.oo, sp.oo):
        yield f.xreplace({x: t}) + f.xreplace({x: -t}), t, "the range folded at 0"
    elif (low, high) == (0, 1):
        yield _put(f, x, sp.exp(-t)) * sp.exp(-t), t, "x = e^(−t)"
    elif (low, high) == (1, sp.oo):
        yield _put(f, x, sp.exp(t)) * sp.exp(t), t, "x = e^t"
        yield _put(f, x, 1 + t), t, "x = 1 + t"
    elif (low, high) == (-sp.oo, 0):
        yield f.xreplace({x: -t}), t, "x = −t"
    elif (low, high) == (0, sp.pi / 2) and f.has(sp.tan):
        yield f.xreplace({sp.tan(x): t, sp.cot(x): 1 / t}).xreplace({x: sp.atan(t)}) / (1 + t**2), t, "t = tan x"
    elif high is sp.oo and low.is_finite:
        yield f.xreplace({x: low + t}), t, f"x = {low} + t"
    elif low == 0 and high.is_finite:
        yield _put(f, x, high * sp.exp(-t)) * high * sp.exp(-t), t, f"x = {high} e^(−t)"


def _put(f: Any, x: sp.Symbol, value: Any) -> Any:
    return sp.expand_log(sp.powsimp(f.xreplace({x: value})))


def finite_value(f: Any, x: sp.Symbol, given: tuple[Any, ...] = ()) -> tuple[Any, list[Term]] | None:
    """∫_0^∞ f dx as the sum of finite parts, with the terms; None where a term has no transform in the tables."""
    s = sp.Symbol("_s")
    parts = terms(f, x, s, given)
    if not parts:
        return None
    try:
        pieces = [(p.coefficient * p.transform, p.logs) for p in parts]
        value, singular = finite_part(pieces, s, [1 + p.power for p in parts])
    except NoExpansion:
        return None
    if any(_plainly_nonzero(c) for c in singular):
        return None
    value = tidy(value)
    if value.has(Pending, sp.Derivative, sp.Subs, sp.nan, sp.zoo, sp.oo):
        return None
    return value, parts


def _plainly_nonzero(c: Any) -> bool:
    if c == 0 or not c.is_number or c.has(Pending):
        return False
    return bool(abs(sp.N(c, 20)) > sp.Float("1e-10"))


def terms(f: Any, x: sp.Symbol, s: sp.Symbol, given: tuple[Any, ...]) -> list[Term] | None:
    """The integrand in terms with known transforms; None if one has none."""
    found: list[Term] = []
    pieces = sp.Add.make_args(_expanded(sp.expand_log(f)))
    if len(pieces) > MOST:
        return None
    for piece in pieces:
        own = _term(piece, x, s, given)
        if own is None:
            return None
        found += own
    return found


def _expanded(f: Any) -> Any:
    """Numerators multiplied out, denominators left as they are."""
    below = {node: sp.Dummy() for node in f.atoms(sp.Pow) if node.base.is_Add and node.exp.is_negative}
    inner = {v: k for k, v in below.items()}
    return sp.expand(f.xreplace(below), power_exp=False).xreplace(inner)


def _term(piece: Any, x: sp.Symbol, s: sp.Symbol, given: tuple[Any, ...], depth: int = 0) -> list[Term] | None:
    coefficient, moving = piece.as_independent(x, as_Add=False)
    power, logs, exponent, trig, rest = sp.S.Zero, 0, sp.S.Zero, [], []
    for factor in sp.Mul.make_args(sp.powsimp(moving)):
        base, e = factor.as_base_exp()
        if base == x and x not in e.free_symbols:
            power += e
        elif base == sp.log(x) and e.is_Integer and e > 0:
            logs += int(e)
        elif factor.func is sp.exp:
            exponent += factor.args[0]
        elif is_wave(factor):
            trig.append(factor)
        else:
            rest.append(factor)
    if not rest:
        own = []
        for c, phase, kind in waves(trig):
            transform = (
                wave_transform(-exponent, phase, kind, x, s, given) if (exponent, phase) != (0, 0) else sp.S.Zero
            )
            if transform is None:
                return None
            own.append(Term(coefficient * c, power, logs, transform))
        return own
    whole = sp.Mul(sp.exp(exponent), *trig, *rest)
    transform = None
    if any(part.has(sp.exp, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch) for part in rest):
        transform = lambert_transform(whole, x, s, given)
    if transform is None and len(rest) == 1 and exponent == 0 and not trig:
        transform = kernel_transform(rest[0], x, s, given)
    if transform is None and not trig and len(rest) + (exponent != 0) == 2:
        pair = (*rest, sp.exp(exponent)) if exponent != 0 else tuple(rest)
        transform = pair_transform(pair[0], pair[1], x, s, given)
    if transform is not None:
        return [Term(coefficient, power, logs, transform)]
    if depth == 0 and exponent == 0 and not trig:
        return _by_partial_fractions(coefficient, power, logs, sp.Mul(*rest), x, s, given)
    return None


def _by_partial_fractions(
    coefficient: Any, power: Any, logs: int, rest: Any, x: sp.Symbol, s: sp.Symbol, given: tuple[Any, ...]
) -> list[Term] | None:
    """A rational function of x (or of one root of it) in partial fractions."""
    if not rest.is_rational_function(x):
        return None
    own: list[Term] = []
    for part in sp.Add.make_args(sp.apart(rest, x)):
        for piece in sp.Add.make_args(sp.expand(part)):
            term = _term(piece, x, s, given, 1)
            if term is None:
                return None
            own += [Term(coefficient * t.coefficient, power + t.power, logs + t.logs, t.transform) for t in term]
    return own
