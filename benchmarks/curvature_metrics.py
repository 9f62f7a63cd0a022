"""The metrics of `curvature.py`, as rows of SymPy expressions in given coordinates; peers share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Function, cos, exp, sin, symbols

M, Q, a, b, k, L = symbols("M Q a b k L", positive=True)
Rows = list[list[Any]]


def diagonal(entries: list[Any]) -> Rows:
    return [[entry if i == j else 0 for j in range(len(entries))] for i, entry in enumerate(entries)]


def sum_of_squares(norms: list[Any], forms: list[list[Any]]) -> Rows:
    """Σ η_a e^a e^a."""
    n = len(forms)
    return [[sum(norms[c] * forms[c][i] * forms[c][j] for c in range(n)) for j in range(n)] for i in range(n)]


def schwarzschild(t: Any, r: Any, th: Any, ph: Any) -> Rows:
    f = 1 - 2 * M / r
    return diagonal([-f, 1 / f, r**2, r**2 * sin(th) ** 2])


def flrw(t: Any, r: Any, th: Any, ph: Any) -> Rows:
    A = Function("A")(t)
    return diagonal([-1, A**2 / (1 - k * r**2), A**2 * r**2, A**2 * r**2 * sin(th) ** 2])


def generic(*x: Any) -> Rows:
    return diagonal([Function(f"g{i}")(*x) for i in range(4)])


def goedel(t: Any, x: Any, y: Any, z: Any) -> Rows:
    h = exp(x)
    return [[-1, 0, -h, 0], [0, 1, 0, 0], [-h, 0, -(h**2) / 2, 0], [0, 0, 0, 1]]


def kerr(t: Any, r: Any, th: Any, ph: Any) -> Rows:
    S, D, s = r**2 + a**2 * cos(th) ** 2, r**2 - 2 * M * r + a**2, sin(th) ** 2
    drag = -2 * M * a * r * s / S
    return [
        [-(1 - 2 * M * r / S), 0, 0, drag],
        [0, S / D, 0, 0],
        [0, 0, S, 0],
        [drag, 0, 0, (r**2 + a**2 + 2 * M * a**2 * r * s / S) * s],
    ]


def rotating(charge: Any, cosmological: Any) -> Callable[..., Rows]:
    """Kerr–Newman–de Sitter, by its forms."""

    def rows(t: Any, r: Any, th: Any, ph: Any) -> Rows:
        S, s2, unit = r**2 + a**2 * cos(th) ** 2, sin(th) ** 2, 1 + cosmological * a**2 / 3
        radial = (r**2 + a**2) * (1 - cosmological * r**2 / 3) - 2 * M * r + charge**2
        polar = 1 + cosmological * a**2 * cos(th) ** 2 / 3
        forms = [[1 / unit, 0, 0, -a * s2 / unit], [0, 1, 0, 0], [0, 0, 1, 0], [-a / unit, 0, 0, (r**2 + a**2) / unit]]
        return sum_of_squares([-radial / S, S / radial, S / polar, polar * s2 / S], forms)

    return rows


def bondi_sachs(u: Any, r: Any, th: Any, ph: Any) -> Rows:
    V, beta, U, gamma = (Function(name)(u, r, th) for name in ("V", "bb", "U", "cc"))
    rim, drag = r**2 * exp(2 * gamma), -U * r**2 * exp(2 * gamma)
    return [
        [-(V / r) * exp(2 * beta) + U**2 * rim, -exp(2 * beta), drag, 0],
        [-exp(2 * beta), 0, 0, 0],
        [drag, 0, rim, 0],
        [0, 0, 0, r**2 * exp(-2 * gamma) * sin(th) ** 2],
    ]


def myers_perry(t: Any, r: Any, th: Any, ph: Any, ps: Any) -> Rows:
    rho = r**2 + a**2 * cos(th) ** 2 + b**2 * sin(th) ** 2
    delta = (r**2 + a**2) * (r**2 + b**2) / r**2 - M
    twist = [1, 0, 0, -a * sin(th) ** 2, -b * cos(th) ** 2]
    bare = [-1, rho / delta, rho, (r**2 + a**2) * sin(th) ** 2, (r**2 + b**2) * cos(th) ** 2]
    return [[(bare[i] if i == j else 0) + M / rho * twist[i] * twist[j] for j in range(5)] for i in range(5)]


METRICS: dict[str, tuple[str, Callable[..., Rows]]] = {
    "Schwarzschild": ("t r th ph", schwarzschild),
    "FLRW, unknown a(t)": ("t r th ph", flrw),
    "Gödel": ("t x y z", goedel),
    "generic diagonal": ("t r th ph", generic),
    "Kerr": ("t r th ph", kerr),
    "Kerr–Newman": ("t r th ph", rotating(Q, 0)),
    "Kerr–de Sitter": ("t r th ph", rotating(0, L)),
    "Bondi–Sachs, V β U γ": ("u r th ph", bondi_sachs),
    "Myers–Perry, 5-D": ("t r th ph ps", myers_perry),
}
