"""Where SymPy's assumptions may be believed: it answers wrongly about some functions, and is not asked about them."""

from __future__ import annotations

from typing import Any

from sympy import Mul, Pow, preorder_traversal
from sympy.functions.elementary.hyperbolic import InverseHyperbolicFunction
from sympy.functions.elementary.integers import RoundFunction, frac
from sympy.functions.elementary.trigonometric import InverseTrigonometricFunction


def trusted(expr: Any) -> bool:
    """SymPy's assumption system may be asked about the expression.

    Of inverse functions it says what is false (1.14): atan(n), asin(n), acos(n) ≠ 0 for integers n, atanh(n) not real,
    acot(−x) < 0 at x = 0, asinh(i) not imaginary; of floor, ceiling and frac off the real line; of products, that
    i y^{1/3} ≠ 0 for real y; of powers of negative numbers with complex exponents, that they are not real.
    """
    for node in preorder_traversal(expr):
        if isinstance(node, InverseTrigonometricFunction | InverseHyperbolicFunction) and node.free_symbols:
            return False
        if isinstance(node, RoundFunction | frac) and not node.args[0].is_extended_real:
            return False
        if isinstance(node, Mul) and node.is_zero is False and any(factor.is_zero is not False for factor in node.args):
            return False
        if isinstance(node, Pow) and not _plain_power(node):
            return False
    return True


def _plain_power(power: Any) -> bool:
    base, exponent = power.args
    if base.is_irrational and exponent.is_rational and base.free_symbols:
        return False
    return bool(exponent.is_extended_real or base.is_positive or not power.free_symbols)
