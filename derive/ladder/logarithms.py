"""Logarithms of positive quantities put together: Σ c q_i log U_i vanishes where Π U_i^{q_i} = 1.

The q_i are whole. All U_i but one must be shown to be ≥ 0; the last one, real and with an odd exponent, is then
positive by the identity. Coefficients c that are no rational multiples of each other make groups of their own.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.exact import is_nonnegative, is_real
from derive.field import equal

MOST_LOGARITHMS, LARGEST = 8, 24
PLACES = (sp.Rational(37, 53), sp.Rational(29, 71), sp.Rational(83, 61), sp.Rational(17, 43), sp.Rational(59, 97))

Group = list[tuple[Any, Any]]


def equal_by_logarithms(lhs: Any, rhs: Any, given: tuple[Any, ...], timeout: float) -> bool:
    """Whether lhs − rhs is a sum of such groups and of a rest that vanishes."""
    difference = lhs - rhs
    if difference.has(sp.Integral, sp.Sum, sp.Limit, sp.Derivative):
        return False
    letters = {node: sp.Dummy("L", real=True) for node in difference.atoms(sp.log)}
    if not 0 < len(letters) <= MOST_LOGARITHMS:
        return False
    linear = difference.xreplace(letters)
    if any(letter.has(sp.log) for node in letters for letter in node.args):
        return False
    slopes = {node: sp.diff(linear, letter) for node, letter in letters.items()}
    if any(slope.free_symbols & set(letters.values()) for slope in slopes.values()):
        return False
    rest = linear.xreplace(dict.fromkeys(letters.values(), sp.S.Zero))
    share = timeout / (2 * len(slopes) + 2)
    if rest != 0 and not equal(rest, sp.S.Zero, given, timeout=share):
        return False
    groups = _groups({node: c for node, c in slopes.items() if c != 0}, given, share)
    return groups is not None and all(_one(group, given, share) for group in groups)


def _groups(slopes: dict[Any, Any], given: tuple[Any, ...], share: float) -> list[Group] | None:
    """Lists of (U, q), the coefficients in a list being c q with whole q; coefficients that vanish are left out."""
    firsts: list[Any] = []
    groups: list[Group] = []
    for node, c in slopes.items():
        for first, group in zip(firsts, groups, strict=True):
            q = _ratio(c, first)
            if q is not None and equal(c, q * first, given, timeout=share):
                group.append((node.args[0], q))
                break
        else:
            if equal(c, sp.S.Zero, given, timeout=share):
                continue
            firsts.append(c)
            groups.append([(node.args[0], sp.S.One)])
    scaled = []
    for group in groups:
        common = sp.ilcm(1, *(q.q for _, q in group))
        scaled.append([(U, q * common) for U, q in group])
    return None if any(abs(q) > LARGEST for group in scaled for _, q in group) else scaled


def _ratio(c: Any, first: Any) -> Any | None:
    """A guess at a rational c/first, by its value at one point."""
    letters = sorted(c.free_symbols | first.free_symbols, key=str)
    at = {letter: PLACES[i % len(PLACES)] + i // len(PLACES) for i, letter in enumerate(letters)}
    value = sp.N((c / first).xreplace(at), 20)
    if not value.is_real or not value.is_finite:
        return None
    return sp.nsimplify(value, rational=True, tolerance=1e-12) if abs(value) > 1e-15 else None


def _one(group: Group, given: tuple[Any, ...], share: float) -> bool:
    """Π U^q = 1, the U not negative."""
    unsure = [(U, q) for U, q in group if is_nonnegative(U, given) is not True]
    if len(unsure) > 1 or any(q % 2 == 0 or (abs(q) > 1 and not is_real(U, given)) for U, q in unsure):
        return False
    return bool(equal(sp.Mul(*(U**q for U, q in group)), sp.S.One, given, timeout=share))
