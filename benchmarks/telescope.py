"""Creative telescoping: CPU time of `telescope`, exact verification included, on the classics; and of the equations.

Run: python benchmarks/telescope.py [--equations]. Each integrand once in a warm process (SymPy's caches cleared in
between); the columns are CPU seconds, dimension of the module, order of the operator.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time

import sympy as sp
from sympy.core.cache import clear_cache

from derive.feynman import NotTelescoped, telescope
from derive.feynman.problem import Problem
from derive.feynman.telescope.equation import equation_for

x = sp.Symbol("x", real=True)
a, b, c, k, n, s = sp.symbols("a b c k n s", positive=True)
oo, pi = sp.oo, sp.pi

CLASSICS = [
    ("e^(kx)/(x²+a²)", sp.exp(k * x) / (x**2 + a**2), a, None),
    ("e^(−x²−a²/x²)", sp.exp(-(x**2) - a**2 / x**2), a, (0, oo)),
    ("1/√((1−x²)(1−a²x²))", 1 / sp.sqrt((1 - x**2) * (1 - a**2 * x**2)), a, None),
    ("Euler's integral of ₂F₁", x ** (s - 1) * (1 - x) ** (b - 1) * (1 - a * x) ** (-c), a, None),
    ("e^(−x⁴−ax²)", sp.exp(-(x**4) - a * x**2), a, (0, oo)),
    ("1/(x³+ax+1)", 1 / (x**3 + a * x + 1), a, (0, oo)),
    ("1/(x⁴+2ax²+1)^n", 1 / (x**4 + 2 * a * x**2 + 1) ** n, a, None),
    ("atan(ax)/(x(1+x²))", sp.atan(a * x) / (x * (1 + x**2)), a, (0, oo)),
    ("cos kx/(x²+a²) in k", sp.cos(k * x) / (x**2 + a**2), k, (0, oo)),
    ("cos kx/(x²+a²) in a", sp.cos(k * x) / (x**2 + a**2), a, (0, oo)),
    ("log(1+ax)/(1+x²)", sp.log(1 + a * x) / (1 + x**2), a, (0, 1)),
    ("log(1−2a cos x+a²)", sp.log(1 - 2 * a * sp.cos(x) + a**2), a, (0, pi)),
    ("1/(a+1+cos x)", 1 / (a + 1 + sp.cos(x)), a, (0, pi)),
    ("cos(a sin x)", sp.cos(a * sp.sin(x)), a, (0, pi)),
    ("e^(−a cosh x)", sp.exp(-a * sp.cosh(x)), a, (0, oo)),
    ("√(a²cos²x+b²sin²x)", sp.sqrt(a**2 * sp.cos(x) ** 2 + b**2 * sp.sin(x) ** 2), a, (0, pi / 2)),
    ("atan(a tan x)/tan x", sp.atan(a * sp.tan(x)) / sp.tan(x), a, (0, pi / 2)),
    ("e^(−ax) J₀(bx)", sp.exp(-a * x) * sp.besselj(0, b * x), a, (0, oo)),
    ("J₀(ax) cos bx", sp.besselj(0, a * x) * sp.cos(b * x), a, None),
    ("K₀(ax) cos bx", sp.besselk(0, a * x) * sp.cos(b * x), b, (0, oo)),
    ("e^(−x) erf √(ax)", sp.exp(-x) * sp.erf(sp.sqrt(a * x)), a, (0, oo)),
    ("K(x)/(1+ax)", sp.elliptic_k(x**2) / (1 + a * x), a, (0, 1)),
    ("log(1+a²x²) log(1+b²/x²)", sp.log(1 + a**2 * x**2) * sp.log(1 + b**2 / x**2), a, (0, oo)),
    ("(x^a−1)/log x", (x**a - 1) / sp.log(x), a, (0, 1)),
]


def main(equations: bool) -> None:
    print(f"{platform.machine()}, Python {platform.python_version()}, SymPy {sp.__version__}")
    telescope(sp.exp(-a * x) / (1 + x), x, a)
    times = []
    for name, F, p, ends in CLASSICS:
        clear_cache()
        began = time.process_time()
        try:
            T = telescope(F, x, p)
            words = f"dimension {T.rank}, order {T.order}"
        except NotTelescoped as refusal:
            words = f"none: {refusal}"
        times.append(time.process_time() - began)
        line = f"{name:28s} {times[-1]:6.2f} s  {words}"
        if equations and ends is not None:
            began = time.process_time()
            found = equation_for(Problem(F, x, *ends), p)
            spent = time.process_time() - began
            line += f"; equation {spent:5.2f} s: " + ("none" if found is None else f"right side {found.right}")
        print(line, flush=True)
    print(f"median {statistics.median(times):.2f} s, largest {max(times):.2f} s")


if __name__ == "__main__":
    main("--equations" in sys.argv[1:])
