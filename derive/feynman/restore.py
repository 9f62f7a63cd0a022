"""A derivation in the user's symbols: where the engine's symbols carry a sign, the user's get it as an assumption."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.derivation import Derivation
from derive.feynman.front import Normalised

_SIGNS = {"positive": sp.Gt, "negative": sp.Lt, "nonnegative": sp.Ge, "nonpositive": sp.Le}


def restored(steps: Derivation, problem: Normalised) -> Derivation:
    """The derivation with the user's parameters in all its lines, reasons and lemmas.

    The variable of integration stays the real symbol that the problem made of it. What an engine's symbol was declared
    to be (positive, real) is added to the assumptions of every part in which the symbol occurs.
    """
    table = {new: old for new, old in problem.back if new != problem.problem.variable}
    if not table:
        return steps
    return _put(steps, table, {old: _said(new, old) for new, old in table.items()})


def put_back(found: Any, problem: Normalised) -> Any:
    """Anything that was found (dataclasses, tuples, expressions) with the user's parameters in it."""
    table = {new: old for new, old in problem.back if new != problem.problem.variable}
    return _put(found, table, {}) if table else found


def _said(new: sp.Symbol, old: sp.Symbol) -> Any:
    for name, relation in _SIGNS.items():
        if getattr(new, f"is_{name}") and not getattr(old, f"is_{name}"):
            return relation(old, 0)
    return sp.Contains(old, sp.S.Reals)


def _put(part: Any, table: dict[Any, Any], said: dict[Any, Any]) -> Any:
    if isinstance(part, sp.Basic):
        return part.xreplace(table)
    if isinstance(part, (tuple, list)):
        return type(part)(_put(item, table, said) for item in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    copy = object.__new__(type(part))
    for field in fields(part):
        object.__setattr__(copy, field.name, _put(getattr(part, field.name), table, said))
    if isinstance(copy, (Claim, Derivation)):
        letters = _letters(copy)
        known = tuple(relation for relation in copy.given if relation != sp.true)
        more = tuple(fact for symbol, fact in said.items() if symbol in letters and fact not in known)
        object.__setattr__(copy, "given", (*more, *known))
    return copy


def _letters(part: Claim | Derivation) -> set[sp.Symbol]:
    lines = part.lines if isinstance(part, Derivation) else (part.lhs, part.rhs)
    return set().union(*(line.free_symbols for line in lines), *(relation.free_symbols for relation in part.given))
