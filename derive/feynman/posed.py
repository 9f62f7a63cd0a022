"""What may be asked for: a scalar integrand built of known functions over a straight range, and nothing else.

Everything is refused here, before any search, that no search could answer: unknown functions, random variables,
matrices, text, expansions with a remainder, ranges that are no numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.claim import side
from derive.errors import DeriveError


def checked_limits(limits: Any) -> tuple[Any, Any, Any]:
    """(x, lower, upper) as SymPy objects; DeriveError if that is not what was given."""
    if not isinstance(limits, (tuple, sp.Tuple)) or len(limits) != 3:
        raise DeriveError(f"a definite integral needs its variable and both ends, (x, lower, upper), not {limits!r}")
    x, lower, upper = (side(part) for part in limits)
    if not isinstance(x, sp.Symbol):
        raise DeriveError(f"the variable of integration is a symbol, not {x!r}")
    for end in (lower, upper):
        if not isinstance(end, sp.Expr) or end.has(sp.nan, sp.zoo) or (end.is_infinite and end not in (sp.oo, -sp.oo)):
            raise DeriveError(f"an end of the range is a number, a parameter, oo or -oo, not {end!r}")
        refuse_strangers(end, f"the end {end} of the range")
    if x in lower.free_symbols | upper.free_symbols:
        raise DeriveError(f"{x} is the variable of integration: it may not stand in the limits; give it another name")
    return x, lower, upper


def checked_integrand(f: Any) -> Any:
    """f as a SymPy expression with values; DeriveError if it is none."""
    f = side(f)
    if not isinstance(f, sp.Expr) or isinstance(f, (sp.MatrixExpr, sp.Lambda)) or getattr(f, "is_Matrix", False):
        remedy = "; integrate its entries one by one" if getattr(f, "is_Matrix", False) else ""
        raise DeriveError(f"an integrand is a scalar expression, not {f!r}{remedy}")
    if f.has(sp.nan, sp.zoo, sp.oo, -sp.oo) and not f.has(sp.Integral, sp.Sum, sp.Product, sp.Limit):
        raise DeriveError(f"the integrand {f} has no finite value")
    refuse_strangers(f, "the integrand")
    return f


def refuse_strangers(expr: Any, where: str) -> None:
    """DeriveError, with the remedy, if something in the expression has no values of which a search could speak."""
    for is_one, remedy in _STRANGERS:
        found = sorted((node for node in sp.preorder_traversal(expr) if is_one(node)), key=sp.default_sort_key)
        if found:
            name = found[0]
            raise DeriveError(f"{where} contains {name}: {remedy.format(name=name)}")


def _random(node: Any) -> bool:
    # Known by its name: to import SymPy's statistics costs more than all the rest of the check.
    return type(node).__name__ in ("RandomSymbol", "RandomIndexedSymbol", "RandomMatrixSymbol")


# What is refused, and what to do instead.
_STRANGERS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (
        lambda node: isinstance(node, AppliedUndef),
        "it is an unknown function, so the integral has no closed form; "
        "give it as an expression, or put a symbol in its place where it does not depend on the variable",
    ),
    (_random, "it is a random variable; an expectation is the integral of its density, over a plain symbol"),
    (
        lambda node: isinstance(node, (sp.Indexed, sp.IndexedBase)),
        "an indexed symbol is no parameter of which anything is assumed; put a plain symbol in its place",
    ),
    (
        lambda node: isinstance(node, (sp.MatrixSymbol, sp.MatrixBase, sp.MatrixExpr)),
        "it is a matrix; integrate its entries one by one, with a plain symbol for each",
    ),
    (
        lambda node: isinstance(node, sp.Symbol) and node.is_commutative is False,
        "it does not commute, so it does not stand for a number; put a plain symbol in its place",
    ),
    (
        lambda node: isinstance(node, sp.Order),
        "it stands for an unknown remainder; leave it out (removeO) and integrate what is known",
    ),
)
