"""Contour integrals as steps: the poles of a kernel found and told apart by where they lie, the rule, its value."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.methods.halfplane import Sample, roots_of
from derive.feynman.steps import rewritten
from derive.rule import Rule
from derive.rules.theorems.contour import ResiduesAbove, ResiduesInDisc
from derive.rules.theorems.holomorphic import kernel_of
from derive.rules.theorems.residues import Poles

NEAR = sp.Float("1e-15")
FORMS = (sp.factor_terms, sp.expand_mul)


def above_the_line(H: Any, x: sp.Symbol, sample: Sample) -> ResiduesAbove | None:
    """The rule for ∫ Re H over the line; None where the poles are not found."""
    sides = _poles(H, x, sample, sp.im)
    return None if sides is None else ResiduesAbove(x, H, above=sides[2], real=sides[1], below=sides[0])


def in_the_disc(H: Any, z: sp.Symbol, x: sp.Symbol, sample: Sample) -> ResiduesInDisc | None:
    """The rule for ∫ Re H(e^{ix}) over a period; None where the poles of H/z are not found."""
    sides = _poles(H / z, z, sample, lambda p: sp.Abs(p) - 1)
    return None if sides is None else ResiduesInDisc(x, z, H, inside=sides[0], rim=sides[1], outside=sides[2])


def _poles(H: Any, z: sp.Symbol, sample: Sample, height: Any) -> tuple[Poles, Poles, Poles] | None:
    """The zeros of the denominator below, on and above the boundary, at the sample point."""
    try:
        D = kernel_of(H, z).denominator
    except DeriveError:
        return None
    if z not in D.free_symbols:
        return (), (), ()
    found = roots_of(D, z, sample)
    if found is None:
        return None
    sides: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
    for p, m in (*found.above, *found.real, *found.below):
        here = sp.N(height(sp.sympify(sample(p))), 20)
        sides[1 if abs(here) < NEAR else 2 if here > 0 else 0].append((p, m))
    return tuple(sides[0]), tuple(sides[1]), tuple(sides[2])


def by_rules(start: Derivation, rules: tuple[Rule | None, ...], value: Any) -> Derivation | None:
    """The derivation by the rules, one after the other, and on to the value, if one is known; None where one of them
    does not apply."""
    steps = start
    try:
        for rule in rules:
            if rule is None:
                return None
            steps = steps.by(rule)
    except DeriveError:
        return None
    return (steps if value is None else rewritten(steps, value)).qed()
