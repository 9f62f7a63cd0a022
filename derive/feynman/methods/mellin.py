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
from derive.feynman.methods.kernels import exponential_series, lambert_transform, logarithm_series
from derive.feynman.methods.tidy import tidy
from derive.feynman.methods.transforms import kernel_transform, pair_transform, wave_transform
from derive.feynman.methods.transformsteps import EXPONENTIALS, transform_steps
from derive.feynman.methods.waves import is_wave, waves
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rule import Cited
from derive.rules import FiniteParts, Folded, Linearity, SameValue, Substitute

MOST = 60  # terms that an integrand may expand into


@dataclass(frozen=True)
class Term:
    """coefficient · x^{power} log^{logs}(x) · g(x), with M[g] as an expression in the letter s; `kernel` is g."""

    coefficient: Any
    power: Any
    logs: int
    transform: Any
    kernel: Any


@dataclass(frozen=True)
class Mellin:
    """The method: every way to bring the range to (0, ∞), then the finite parts."""

    name: str = "Mellin transforms"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value where every term is in the table."""
        for way in on_half_line(problem):
            found = search.limited(6.0, finite_value, way.integrand, way.variable, problem.given)
            if found is None:
                continue
            value, parts = found
            steps = search.limited(4.0, mellin_steps, problem, way, parts, value)
            yield Proposal(value, "Mellin transforms", steps or _cited(problem, parts, value))


def _cited(problem: Problem, parts: list[Term], value: Any) -> Derivation:
    """One line, where a transform has no derivation."""
    s = sp.Symbol("s")
    table = [
        sp.S(p.transform).xreplace({u: s for u in sp.S(p.transform).free_symbols if u.name in ("s", "_s")})
        for p in parts
    ]
    shown = tuple(sorted(dict.fromkeys(table), key=sp.default_sort_key)[:3])
    places = ", ".join(f"{{{n}}}" for n in range(len(shown)))
    words = f"Mellin transforms term by term, as finite parts (additive by continuation in s): {places}"
    return Derivation(problem.integral, problem.given).to(value, Cited(words, shown)).qed()


@dataclass(frozen=True)
class HalfLine:
    """An integral over (0, ∞) in a positive variable, and the steps to it: substitutions x = φ(t), or a fold at 0."""

    integrand: Any
    variable: sp.Symbol
    steps: tuple[Any, ...] = ()


def on_half_line(problem: Problem) -> Iterator[HalfLine]:
    """Each way to write the integral over (0, ∞)."""
    f, x, low, high = problem.integrand, problem.variable, problem.lower, problem.upper
    t = sp.Dummy("t", positive=True)
    if (low, high) == (0, sp.oo):
        yield HalfLine(f.xreplace({x: t}), t)
        if f.has(sp.log):
            both = _put(f, x, sp.exp(-t)) * sp.exp(-t) + _put(f, x, sp.exp(t)) * sp.exp(t)
            yield HalfLine(both, t, (sp.exp(t), Folded()))
    elif (low, high) == (-sp.oo, sp.oo):
        yield HalfLine(f.xreplace({x: t}) + f.xreplace({x: -t}), t, (Folded(),))
    elif (low, high) == (0, 1):
        yield HalfLine(_put(f, x, sp.exp(-t)) * sp.exp(-t), t, (sp.exp(-t),))
    elif (low, high) == (1, sp.oo):
        yield HalfLine(_put(f, x, sp.exp(t)) * sp.exp(t), t, (sp.exp(t),))
        yield HalfLine(_put(f, x, 1 + t), t, (1 + t,))
    elif (low, high) == (-sp.oo, 0):
        yield HalfLine(f.xreplace({x: -t}), t, (-t,))
    elif (low, high) == (0, sp.pi / 2) and f.has(sp.tan):
        moved = f.xreplace({sp.tan(x): t, sp.cot(x): 1 / t}).xreplace({x: sp.atan(t)}) / (1 + t**2)
        yield HalfLine(moved, t, (sp.atan(t),))
    elif high is sp.oo and low.is_finite:
        yield HalfLine(f.xreplace({x: low + t}), t, (low + t,))
    elif low == 0 and high.is_finite:
        yield HalfLine(_put(f, x, high * sp.exp(-t)) * high * sp.exp(-t), t, (high * sp.exp(-t),))


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
            wave = sp.cos(phase) if kind == "cos" else sp.sin(phase)
            own.append(Term(coefficient * c, power, logs, transform, sp.exp(exponent) * wave))
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
        return [Term(coefficient, power, logs, transform, whole)]
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
            own += [
                Term(coefficient * t.coefficient, power + t.power, logs + t.logs, t.transform, t.kernel) for t in term
            ]
    return own


def mellin_steps(problem: Problem, way: HalfLine, parts: list[Term], value: Any) -> Derivation | None:
    """From the integral to the value: to (0, ∞), then directly where there is one term that converges, else by finite
    parts; None where a transform has no derivation."""
    taken = {symbol.name for symbol in problem.integral.free_symbols | {problem.variable}}
    x = _letter("tuv", taken) if way.steps else problem.variable
    s = _letter("sσz", taken | {x.name})
    here = {way.variable: x}
    steps = _to_half_line(problem, way, x)
    given = problem.given
    terms = [(t.coefficient, t.power, t.logs, _kernel(t, here)) for t in parts]
    terms = [term for one in terms for term in _decaying(one, x, given)]
    if len(terms) == 1 and terms[0][2] == 0:
        c, p, _, g = terms[0]
        direct = transform_steps(g, x, s, given, at=1 + p)
        if direct is not None:
            line = c * direct.start
            if steps.last != line:
                steps = steps.to(line, Linearity())
            for step in direct.steps:
                steps = steps.to(c * step.after, step.because)
            return _ended(steps, value)
    lemmas = {}
    for g in dict.fromkeys(g for _, _, _, g in terms if g != 1):
        own = transform_steps(g, x, s, tuple(r for r in given if r.free_symbols <= g.free_symbols))
        if own is None:
            return None
        lemmas[g] = own.qed()
    return steps.to(value, FiniteParts(x, s, tuple(terms), value), *lemmas.values()).qed()


def _ended(steps: Derivation, value: Any) -> Derivation:
    if steps.last != value:
        steps = steps.to(value, SameValue(value))
    return steps.qed()


def _letter(names: str, taken: set[str]) -> sp.Symbol:
    return next(sp.Symbol(name, real=True) for name in (*names, "w", "y") if name not in taken)


def _to_half_line(problem: Problem, way: HalfLine, x: sp.Symbol) -> Derivation:
    steps = Derivation(problem.integral, problem.given)
    for k, how in enumerate(way.steps, start=1):
        last = steps.last
        if isinstance(how, Folded):
            old = last.variables[0]
            body = last.function.xreplace({old: x}) + last.function.xreplace({old: -x})
            line = sp.Integral(body, (x, 0, sp.oo))
            steps = steps.to(line if k < len(way.steps) else _final(way, x), how)
            continue
        phi = how.xreplace({way.variable: x})
        whole = len(way.steps) > k
        body = _put(problem.integrand, problem.variable, phi) * sp.diff(phi, x)
        line = sp.Integral(body, (x, -sp.oo, sp.oo)) if whole else _final(way, x)
        steps = steps.to(line, Substitute(problem.variable, phi, x))
    return steps


def _final(way: HalfLine, x: sp.Symbol) -> Any:
    return sp.Integral(way.integrand.xreplace({way.variable: x}), (x, 0, sp.oo))


def _kernel(term: Term, here: dict[Any, Any]) -> Any:
    return sp.S.One if term.transform == 0 else term.kernel.xreplace(here)


def _decaying(term: tuple[Any, Any, int, Any], x: sp.Symbol, given: tuple[Any, ...]) -> list[tuple[Any, Any, int, Any]]:
    """The term in terms that decay and powers: a kernel that tends to a constant at ∞ (coth, 1/(1 − e^{−x})) without
    it, and the logarithm of one, which grows as c − ρx, as logarithms of 1 − e^{−hx}."""
    c, p, n, g = term
    if isinstance(g, sp.log) and g.has(*EXPONENTIALS):
        logs = logarithm_series(g.args[0], x, given)
        if logs is None or sp.expand(logs[0]) == 0:
            return [term]
        constant, slope = logs[0].subs(x, 0), sp.diff(logs[0], x)
        powers = [(c * constant, p, n, sp.S.One), (c * slope, p + 1, n, sp.S.One)]
        parts = [(c * w, p, n, sp.log(1 - sp.exp(-rate * x))) for w, rate in logs[1]]
        return [one for one in (*powers, *parts) if one[0] != 0]
    found = exponential_series(g, x, given) if g.has(*EXPONENTIALS) and not g.has(sp.log) else None
    if found is None or not any(rate == 0 for _, rate in found[0]):
        return [term]
    h, order = found[1:]
    constant = sp.Add(*(w for w, rate in found[0] if rate == 0))
    if order != 1:
        return [(c * constant, p, n, sp.S.One), (c, p, n, g - constant)]
    rest = sp.Add(*(w * sp.exp(-(rate if rate != 0 else h) * x) for w, rate in found[0])) / (1 - sp.exp(-h * x))
    return [(c * constant, p, n, sp.S.One), (c, p, n, rest)]
