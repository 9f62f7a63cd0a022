"""Plain symbols read as real numbers, the time as a positive one: what an equation for a real process means by them.

SymPy simplifies log(e^x) or √(x²) only for symbols that are known to be real. A method that fails with symbols that
carry no assumptions is tried once more with real ones in their place; the result is handed out in the user's symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import sympy as sp

from derive.errors import DeriveError
from derive.feynman.limits import OutOfTime, deadline
from derive.ladder.attempt import STUMBLES
from derive.stochastic.errors import Unsolvable

SECONDS = 50.0


def on_the_reals(method: Callable[..., Any], sde: Any, *data: Any) -> Any:
    """method(sde, *data); where it is Unsolvable, the same with real symbols for those without assumptions."""
    return in_time(lambda: _tried(method, sde, *data), method.__name__.replace("_", " "))


def in_time(call: Callable[[], Any], what: str) -> Any:
    """The call; Unsolvable where it takes too long, or where SymPy fails on an expression."""
    try:
        with deadline(SECONDS):
            return call()
    except OutOfTime:
        raise Unsolvable(
            f"{what}: no answer within {SECONDS:.0f} s of CPU; numbers for some parameters, or assumptions on them, "
            "make it easier"
        ) from None
    except DeriveError:
        raise
    except STUMBLES as error:
        raise Unsolvable(f"{what}: computer algebra stumbled ({type(error).__name__}: {error})") from error


def _tried(method: Callable[..., Any], sde: Any, *data: Any) -> Any:
    try:
        return method(sde, *data)
    except Unsolvable as first:
        table = real_symbols(sde, data)
        if not table:
            raise
        try:
            found = method(restated(sde, table), *(restated(part, table) for part in data))
        except Unsolvable:
            raise first from None
        return restated(found, {new: old for old, new in table.items()})


def real_symbols(sde: Any, data: Any = ()) -> dict[Any, Any]:
    """{symbol: real symbol of the same name} for all that carry no assumptions; the time becomes positive."""
    used = {*sde.states, *sde.parameters, *_symbols(data)} - {sde.t}
    plain = {s for s in used if isinstance(s, sp.Symbol) and s.is_complex is None}
    if not plain:
        return {}
    table: dict[Any, Any] = {s: sp.Symbol(s.name, real=True) for s in plain}
    return table | ({sde.t: sp.Symbol(sde.t.name, positive=True)} if sde.t.is_complex is None else {})


def restated(thing: Any, table: dict[Any, Any]) -> Any:
    """A result with its symbols replaced: expressions, tuples and frozen dataclasses of them."""
    if isinstance(thing, sp.Basic | sp.MatrixBase):
        return thing.xreplace(table)
    if isinstance(thing, tuple | list):
        return type(thing)(restated(part, table) for part in thing)
    if is_dataclass(thing) and not isinstance(thing, type) and not type(thing).__module__.endswith("evidence"):
        new = object.__new__(type(thing))
        for part in fields(thing):
            object.__setattr__(new, part.name, restated(getattr(thing, part.name), table))
        return new
    return thing


def _symbols(data: Any) -> set[Any]:
    if isinstance(data, sp.Basic | sp.MatrixBase):
        return set(data.free_symbols)
    return set().union(*map(_symbols, data)) if isinstance(data, tuple | list) else set()
