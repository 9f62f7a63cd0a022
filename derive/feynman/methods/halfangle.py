"""A rational function of sines and cosines over a period by t = tan(x/2): a rational integral over the line, where the
zeros of the denominator need not be known (Routh and Hurwitz), nor differ from each other."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.methods.halfplane import Sample
from derive.feynman.methods.residues import rational_rule
from derive.feynman.steps import rewritten
from derive.field import equal
from derive.rule import Rule
from derive.rules import Algebra, Shift, Substitute

SECONDS = 1.5


def by_half_angle(start: Derivation, rules: tuple[Rule, ...], x: sp.Symbol, value: Any, sample: Sample) -> Any | None:
    """The derivation: the rules, then x = 2 atan t, then the arc at infinity; None where it does not go through."""
    steps = start
    try:
        for rule in rules:
            steps = steps.by(rule)
        if _integral(steps).limits[0][1:] == (0, 2 * sp.pi):
            steps = steps.by(Shift(x, sp.pi))
        if _integral(steps).limits[0][1:] not in ((-sp.pi, sp.pi), (0, sp.pi)):
            return None
        t = sp.Symbol(next(n for n in "tuvw" if n not in {s.name for s in start.start.free_symbols}), real=True)
        steps = steps.by(Substitute(x, 2 * sp.atan(t), t))
        inner = _integral(steps)
        R = _rational(inner.function, t)
        if R is None or not equal(inner.function, R, start.given, timeout=SECONDS):
            return None
        steps = steps.to(steps.last.xreplace({inner: sp.Integral(R, *inner.limits)}), Algebra("t = tan(x/2)"))
        rule = rational_rule(R, t, sample)
        return None if rule is None else rewritten(steps.by(rule), value).qed()
    except DeriveError:
        return None


def _integral(steps: Derivation) -> Any:
    (node,) = steps.last.atoms(sp.Integral)
    return node


def _rational(f: Any, t: sp.Symbol) -> Any | None:
    """f in t where its sines and cosines are of multiples of 2 atan t, shifted by multiples of π/2."""
    y = sp.Symbol("y", real=True)
    opened = sp.expand_trig(sp.expand(f.xreplace({2 * sp.atan(t): y, sp.atan(t): y / 2})))
    plain = {sp.sin(y): 2 * t / (1 + t**2), sp.cos(y): (1 - t**2) / (1 + t**2), sp.tan(y): 2 * t / (1 - t**2)}
    R = sp.cancel(sp.together(opened.xreplace(plain)))
    return R if R.is_rational_function(t) and y not in R.free_symbols else None
