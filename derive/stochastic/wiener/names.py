"""What stands for a Wiener integral in an expression."""

from __future__ import annotations

import sympy as sp

TIME = sp.Symbol("s", real=True)


class WienerIntegral(sp.Function):
    """∫_a^b φ(s) dW_s as a symbol: WienerIntegral(W, φ, s, a, b); Gaussian with mean 0 and variance ∫_a^b φ² ds."""

    nargs = 5
    is_real = True
    is_commutative = True
