"""An integrand before it enters the algebra: constants become letters, roots of letters become letters themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import Any

import sympy as sp


@dataclass(frozen=True)
class Prepared:
    """The function in which √b is written as a letter r with b = r², for letters b whose roots occur; `constants`: the
    letters it then has besides the variable and the parameter."""

    function: Any
    constants: tuple[Any, ...]
    roots: tuple[tuple[Any, Any], ...]

    def back(self, expr: Any) -> Any:
        """The same in the letters of the user."""
        return expr.xreplace(dict(self.roots))


def prepared(F: Any, x: Any, a: Any) -> Prepared:
    """Letters b, other than the variable and the parameter, of which b^{m/n} occurs are replaced by r^n, r > 0."""
    degrees: dict[Any, int] = {}
    for power in F.atoms(sp.Pow):
        base, e = power.as_base_exp()
        if base.is_Symbol and base not in (x, a) and e.is_Rational and not e.is_Integer and base.is_positive:
            degrees[base] = lcm(degrees.get(base, 1), int(e.q))
    roots = {b: sp.Dummy(f"{b}_root", positive=True) for b in degrees}
    function = sp.powdenest(F.xreplace({b: roots[b] ** n for b, n in degrees.items()})) if roots else F
    constants = tuple(sorted(function.free_symbols - {x, a}, key=lambda s: (s.name, str(s))))
    return Prepared(function, constants, tuple((r, b ** sp.Rational(1, degrees[b])) for b, r in roots.items()))
