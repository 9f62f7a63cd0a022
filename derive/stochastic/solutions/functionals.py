"""Functionals of the noise up to a time, nested in each other, each level with a running variable of its own:
∫₀ᵗ φ(s, W(s), ∫₀ˢ ψ(r, W(r)) dW(r)) dW(s).

SymPy replaces symbols without regard to what binds them: to put the running time s in place of t in an expression that
itself runs over s would merge the two. So a functional of the time t runs over the first of `clocks`, one inside it
over the second, and so on; `inside` and `outside` move an expression one level in and out.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.stochastic.solutions.solution import ItoIntegral

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

LETTERS = ("s", "r", "u", "q", "p")


def clocks(sde: SDE) -> tuple[Any, ...]:
    """The running variables, outermost first: letters that name nothing else in the equation."""
    unknown = {f.func.__name__ for e in (*sde.drift, *sde.diffusion) for f in e.atoms(AppliedUndef)}
    return _letters(frozenset(symbol.name for symbol in (*sde.states, sde.t, *sde.parameters)) | unknown)


@cache
def _letters(taken: frozenset[str]) -> tuple[Any, ...]:
    names = (*LETTERS, *(f"s_{k}" for k in range(1, 40)))
    return tuple(sp.Symbol(name, real=True) for name in names if name not in taken)


def inside(f: Any, sde: SDE) -> Any:
    """A function of t as an integrand, a function of the first clock; its own functionals run one level deeper."""
    return _moved(f, sde.t, clocks(sde)[0], 1, clocks(sde))


def outside(node: Any, sde: SDE) -> Any:
    """The integrand of a functional of t as a function of t: the inverse of `inside`."""
    f, s = (node.args[1], node.args[2]) if isinstance(node, ItoIntegral) else (node.function, node.limits[0][0])
    return _moved(f, s, sde.t, 0, clocks(sde))


def _moved(e: Any, old: Any, new: Any, level: int, names: tuple[Any, ...]) -> Any:
    """e with `new` for the time `old`, functionals up to it running over the clock of the level."""
    if e == old:
        return new
    if not e.args or old not in e.free_symbols:
        return e
    clock = names[level]
    if isinstance(e, ItoIntegral) and e.args[4] == old:
        w, phi, s, low, _ = e.args
        return ItoIntegral(w, _moved(phi, s, clock, level + 1, names), clock, low, new)
    if isinstance(e, sp.Integral) and len(e.limits) == 1 and len(e.limits[0]) == 3 and e.limits[0][2] == old:
        s, low, _ = tuple(e.limits[0])
        return sp.Integral(_moved(e.function, s, clock, level + 1, names), (clock, low, new))
    return e.func(*(_moved(arg, old, new, level, names) for arg in e.args))


def functionals(e: Any) -> list[Any]:
    """The outermost integrals along the path in an expression."""
    if isinstance(e, ItoIntegral | sp.Integral):
        return [e]
    found: list[Any] = []
    for arg in e.args:
        found += [node for node in functionals(arg) if node not in found]
    return found


def at_zero(e: Any, t: Any) -> Any:
    """A function of t at t = 0, where integrals from 0 to t vanish."""
    return e.xreplace({node: sp.S.Zero for node in functionals(e) if node.has(t)}).subs(t, 0)
