"""Letters for what occurs again and again in a group of results: "where Ω = √(g²/4 − w²)".

A subexpression gets a letter where that makes the whole group shorter on paper: with n occurrences of length ℓ the
letter saves n(ℓ − 1) − (ℓ + 4) characters, since its meaning is written once. A function of a short argument has a
name already, and a whole result gets none. Putting the meanings back, the last
letter first, gives the results again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.printing import plain
from derive.stochastic.solutions.solution import ItoIntegral

LETTERS = ("c", "k", "q", "A", "B", "C", "D", "K", "Q", "R")
RATES = ("Omega", "Delta", "Lambda")
LEAST, SHORTEST, MOST = 24, 8, 4


@dataclass(frozen=True)
class Abbreviated:
    """values: the results with the letters. letters: (letter, meaning); a meaning has letters that come after it."""

    values: tuple[Any, ...]
    letters: tuple[tuple[Any, Any], ...]

    def written_out(self) -> tuple[Any, ...]:
        """The results without letters."""
        return tuple(written_out(value, self.letters) for value in self.values)


def written_out(value: Any, letters: Iterable[tuple[Any, Any]]) -> Any:
    """An expression with the meanings of its letters put back."""
    for letter, meaning in letters:
        value = value.xreplace({letter: meaning})
    return value


def abbreviated(values: Sequence[Any], taken: Iterable[str] = ()) -> Abbreviated:
    """The group with at most four letters, each the one that saves most; names in `taken` are not used."""
    group, letters = list(values), []
    used = {*taken, *(s.name for value in group for s in value.atoms(sp.Symbol))}
    used |= {f.func.__name__ for value in group for f in value.atoms(AppliedUndef)}
    names = (name for name in LETTERS if name not in used)
    while len(letters) < MOST:
        saved, node = max(_savings(group), key=lambda pair: pair[0], default=(0, sp.S.Zero))
        name = next(names, None)
        if saved < LEAST or name is None:
            break
        letter = sp.Symbol(name, **({"positive": True} if node.is_positive else {"real": True}))
        group = [value.xreplace({node: letter}) for value in group]
        letters = [(letter, node), *letters]
    return Abbreviated(tuple(group), tuple(letters))


def rate_letter(taken: Iterable[str]) -> Any:
    """A name for the root of the parameters that is the rate of an oscillation or of its decay."""
    used = set(taken)
    names = chain(RATES, (f"Omega_{k}" for k in count(1)))
    return sp.Symbol(next(name for name in names if name not in used), positive=True)


def _savings(group: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    bound = {s for value in group for s in _bound(value)}
    for node, times in Counter(node for value in group for node in sp.preorder_traversal(value)).items():
        if times < 2 or node in group or not isinstance(node, sp.Expr) or isinstance(node, sp.Lambda) or not node.args:
            continue
        if node.free_symbols and not node.free_symbols & bound:
            length = len(plain(node))
            named = isinstance(node, (sp.Function, sp.Derivative)) and length < 3 * SHORTEST
            if length >= SHORTEST and not named:
                yield times * (length - 1) - (length + 4), node


def _bound(value: Any) -> set[Any]:
    """Variables of integrals, sums and derivatives: what contains them has no meaning outside."""
    found = {node.args[2] for node in value.atoms(ItoIntegral)}
    for node in value.atoms(sp.Integral, sp.Sum, sp.Product, sp.Lambda):
        found |= set(node.variables)
    return found
