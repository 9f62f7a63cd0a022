"""Curvature of metrics by the differential field beside plain SymPy: CPU time, and of the way back to expressions.

Run: python benchmarks/field.py [--peers]. Christoffel → Riemann → Ricci → Kretschmann, one loop for all; then d and
d∘d = 0 of a 2-form in 8 dimensions whose 28 components are unknown functions of all coordinates.
"""

from __future__ import annotations

import itertools
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import flint
import sympy as sp

from derive.exterior import Chart, scalars
from derive.field import Element, Field

t, r, th, ph, x, y, z = sp.symbols("t r theta phi x y z", real=True)
M, a, k, m, Q = sp.symbols("M a k m Q", positive=True)


def kerr() -> tuple[list[Any], sp.Matrix]:
    rho, delta, s2 = r**2 + a**2 * sp.cos(th) ** 2, r**2 - 2 * M * r + a**2, sp.sin(th) ** 2
    g = sp.zeros(4)
    g[0, 0], g[1, 1], g[2, 2] = -(1 - 2 * M * r / rho), rho / delta, rho
    g[3, 3] = (r**2 + a**2 + 2 * M * r * a**2 * s2 / rho) * s2
    g[0, 3] = g[3, 0] = -2 * M * r * a * s2 / rho
    return [t, r, th, ph], g


def kerr_half_angle() -> tuple[list[Any], sp.Matrix]:
    """Kerr with u = tan(θ/2) as coordinate: what the half-angle generator would compute."""
    u = sp.Symbol("u", positive=True)
    _, g = kerr()
    c, s = (1 - u**2) / (1 + u**2), 2 * u / (1 + u**2)
    g = g.subs({sp.cos(th): c, sp.sin(th): s})
    g[2, 2] = g[2, 2] * 4 / (1 + u**2) ** 2
    return [t, r, u, ph], g


def schwarzschild() -> tuple[list[Any], sp.Matrix]:
    h = 1 - 2 * M / r
    return [t, r, th, ph], sp.diag(-h, 1 / h, r**2, r**2 * sp.sin(th) ** 2)


def flrw() -> tuple[list[Any], sp.Matrix]:
    A = sp.Function("a")(t) ** 2
    return [t, r, th, ph], sp.diag(-1, A / (1 - k * r**2), A * r**2, A * r**2 * sp.sin(th) ** 2)


def diagonal() -> tuple[list[Any], sp.Matrix]:
    X = [t, x, y, z]
    return X, sp.diag(*[sp.Function(n)(*X) for n in "ABCD"])


METRICS: dict[str, Callable[[], tuple[list[Any], sp.Matrix]]] = {
    "Schwarzschild": schwarzschild, "FLRW a(t)": flrw, "diagonal 4 functions": diagonal, "Kerr": kerr,
    "Kerr, tan(theta/2)": kerr_half_angle,
}  # fmt: skip


def curvature(X: list[Any], matrix: sp.Matrix) -> dict[str, Any]:
    """All components by the field."""
    K, n = Field(X), len(X)
    g = [[K(matrix[i, j]) for j in range(n)] for i in range(n)]
    inv = K.inverse(g)
    span = range(n)
    dg = [[[g[i][j].diff(v) for v in X] for j in span] for i in span]
    half = K(sp.Rational(1, 2))
    low = [[[(dg[d][b][c] + dg[d][c][b] - dg[b][c][d]) * half for c in span] for b in span] for d in span]
    gamma = [[[K.dot((inv[i][d], low[d][b][c]) for d in span) if c >= b else K.zero for c in span] for b in span]
             for i in span]  # fmt: skip
    for i in span:
        for b in span:
            for c in range(b):
                gamma[i][b][c] = gamma[i][c][b]
    pairs = [(i, j) for i in span for j in range(i + 1, n)]
    riemann: dict[tuple[int, ...], Element] = {}
    for p, (i, j) in enumerate(pairs):
        for k_, l in pairs[p:]:
            # R_ijkl = ∂_k Γ_ijl − ∂_l Γ_ijk + Γ^e_jk Γ_eil − Γ^e_jl Γ_eik, with Γ_ijl = g_ie Γ^e_jl
            value = K.dot([
                (low[i][j][l].diff(X[k_]),), (-1, low[i][j][k_].diff(X[l])),
                *[(gamma[e][j][k_], low[e][i][l]) for e in span],
                *[(-1, gamma[e][j][l], low[e][i][k_]) for e in span],
            ])  # fmt: skip
            riemann[i, j, k_, l] = value

    def R(i: int, j: int, k_: int, l: int) -> tuple[int, Element] | None:
        if i == j or k_ == l:
            return None
        sign = 1
        if i > j:
            i, j, sign = j, i, -sign
        if k_ > l:
            k_, l, sign = l, k_, -sign
        if (k_, l) < (i, j):
            i, j, k_, l = k_, l, i, j
        value = riemann[i, j, k_, l]
        return None if value.num.is_zero() else (sign, value)

    ricci = {}
    for b in span:
        for d in range(b, n):
            terms = []
            for i in span:
                for c in span:
                    found = R(i, b, c, d)
                    if found and not inv[i][c].num.is_zero():
                        terms.append((found[0], inv[i][c], found[1]))
            ricci[b, d] = K.dot(terms)
    up: dict[tuple[int, ...], Element] = {}
    for i, j in pairs:
        for k_, l in pairs:
            terms = []
            for e, f in pairs:
                found = R(e, f, k_, l)
                if found:
                    minor = inv[i][e] * inv[j][f] - inv[i][f] * inv[j][e]
                    if not minor.num.is_zero():
                        terms.append((found[0], minor, found[1]))
            up[i, j, k_, l] = K.dot(terms)
    kretschmann = K.dot((4, up[p + q], up[q + p]) for p in pairs for q in pairs)
    return {"christoffel": gamma, "riemann": riemann, "ricci": ricci, "kretschmann": kretschmann, "field": K}


def expressions(found: dict[str, Any]) -> list[Any]:
    """Every component back as an expression."""
    out = [e.expr() for plane in found["christoffel"] for row in plane for e in row]
    out += [e.expr() for e in found["riemann"].values()] + [e.expr() for e in found["ricci"].values()]
    return [*out, found["kretschmann"].expr()]


def by_cancel(X: list[Any], g: sp.Matrix) -> Any:
    """Plain SymPy: the same quantities with `cancel` at every component."""
    n, inv, half = len(X), g.inv().applyfunc(sp.cancel), sp.Rational(1, 2)
    span = range(n)
    low = [[[(g[d, b].diff(X[c]) + g[d, c].diff(X[b]) - g[b, c].diff(X[d])) * half for c in span] for b in span]
           for d in span]  # fmt: skip
    gamma = [[[sp.cancel(sum(inv[i, d] * low[d][b][c] for d in span)) for c in span] for b in span] for i in span]
    pairs = [(i, j) for i in span for j in range(i + 1, n)]
    R = {}
    for i, j in pairs:
        for k_, l in pairs:
            R[i, j, k_, l] = sp.cancel(
                low[i][j][l].diff(X[k_]) - low[i][j][k_].diff(X[l])
                + sum(gamma[e][j][k_] * low[e][i][l] - gamma[e][j][l] * low[e][i][k_] for e in span)
            )  # fmt: skip
    up = {}
    for i, j in pairs:
        for k_, l in pairs:
            up[i, j, k_, l] = sp.cancel(sum(
                (inv[i, e] * inv[j, f] - inv[i, f] * inv[j, e]) * R[e, f, k_, l] for e, f in pairs
            ))  # fmt: skip
    return sp.cancel(sum(4 * up[p + q] * up[q + p] for p in pairs for q in pairs))


def generic_form(dim: int = 8) -> Any:
    """A 2-form with unknown functions of all coordinates as components, in a fresh field."""
    scalars.field_of.cache_clear()
    chart = Chart(" ".join(f"x{i}" for i in range(dim)))
    pairs = itertools.combinations(range(dim), 2)
    return chart.form(2, {(i, j): sp.Function(f"w{i}{j}")(*chart) for i, j in pairs})


def timed(f: Callable[..., Any], *args: Any) -> tuple[float, Any]:
    start = time.process_time()
    value = f(*args)
    return time.process_time() - start, value


def main() -> None:
    print(f"python {platform.python_version()}, sympy {sp.__version__}, python-flint {flint.__version__}")
    print(f"{'metric':24} {'first':>8} {'best':>8} {'expr':>8}   CPU seconds")
    for name, metric in METRICS.items():
        X, g = metric()
        runs = [timed(curvature, X, g) for _ in range(4)]
        back, _ = timed(expressions, runs[-1][1])
        print(f"{name:24} {runs[0][0]:8.4f} {min(s for s, _ in runs):8.4f} {back:8.4f}")
    w = generic_form()
    slope, dw = timed(w.d)
    twice, zero = timed(lambda: dw.d() == 0)
    back, _ = timed(lambda: dw.components)
    print(f"{'generic 2-form in 8-D':24} d {slope:.3f}, d∘d = 0 ({zero}) {twice:.3f}, dw as expressions {back:.3f}")
    if "--peers" in sys.argv:
        for name in METRICS:
            command = [sys.executable, __file__, "--one", name]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
                print(f"{name:24} SymPy with cancel {done.stdout.strip()}")
            except subprocess.TimeoutExpired:
                print(f"{name:24} SymPy with cancel > 120")


if __name__ == "__main__":
    if "--one" in sys.argv:
        print(f"{timed(by_cancel, *METRICS[sys.argv[-1]]())[0]:8.3f}")
    else:
        main()
