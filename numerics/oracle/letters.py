"""SymPy's work on an integral is done once: equal questions get the same fresh letters and the same answers.

An integral is set up anew for every point, precision and claim in which it stands; as its parameters stay letters
(`numerics.oracle.placed`), the symbolic part is the same each time. Everything here is a pure function of immutable
arguments, so remembering it changes no answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

REMEMBERED = 4096


@lru_cache(maxsize=REMEMBERED, typed=True)
def fresh(
    of: Any, role: str, name: str, positive: bool | None = None, negative: bool | None = None, real: bool | None = True
) -> sp.Dummy:
    """A letter that does not occur in `of`, the same one for the same question.

    It is made after `of`, so `of` cannot contain it; different expressions get different letters, so that nested uses
    do not capture one another.
    """
    assumptions = {"real": real, "positive": positive, "negative": negative}
    return sp.Dummy(name, **{key: value for key, value in assumptions.items() if value is not None})


@lru_cache(maxsize=REMEMBERED, typed=True)
def replaced(f: Any, old: sp.Basic, new: sp.Basic) -> Any:
    """f with `new` for `old`."""
    return f.subs(old, new)


@lru_cache(maxsize=REMEMBERED, typed=True)
def derived(f: Any, x: sp.Symbol, times: int = 1) -> Any:
    """∂ⁿf/∂xⁿ."""
    return f.diff(x, times) if times else f


@lru_cache(maxsize=4 * REMEMBERED, typed=True)
def letters(e: sp.Basic) -> frozenset[sp.Basic]:
    """The free symbols of e."""
    return frozenset(e.free_symbols)


@lru_cache(maxsize=REMEMBERED, typed=True)
def conjugate_to_itself(f: Any) -> bool:
    """Whether f is real by SymPy's assumptions or by form."""
    return bool(f.is_extended_real) or (not f.has(sp.Integral, sp.Sum) and sp.conjugate(f) == f)


@lru_cache(maxsize=REMEMBERED, typed=True)
def polynomial(f: Any, x: sp.Symbol) -> sp.Poly:
    """f as a polynomial in x."""
    return sp.Poly(f, x)


@lru_cache(maxsize=REMEMBERED, typed=True)
def coefficient_of(f: Any, x: sp.Symbol, power: int) -> sp.Expr:
    """The coefficient of x^power in the polynomial f."""
    return polynomial(f, x).coeff_monomial(x**power)
