"""How an SDE stands on paper: dX = a dt + B dW, with ∘ for Stratonovich and a label for other conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import latex as tex
from derive.printing import plain as unicode

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

_HALF = sp.Rational(1, 2)


def latex(sde: SDE) -> str:
    """One aligned line for each state, and one for each pair of correlated noises."""
    circle = {sp.S.Zero: r"\,", _HALF: r"\circ "}.get(sde.alpha, rf"\ast_{{{tex(sde.alpha)}}}")
    noises = [r"\mathrm{d}W" + (f"_{{{k + 1}}}" if sde.m > 1 else "") for k in range(sde.m)]
    dt, brackets = rf"\,\mathrm{{d}}{tex(sde.t)}", (r"\left(", r"\right)")
    lines = []
    for i, x in enumerate(sde.states):
        terms = _terms(
            [(sde.drift[i], dt)] + [(sde.diffusion[i, k], circle + noises[k]) for k in range(sde.m)], tex, brackets
        )
        lines.append(rf"\mathrm{{d}}{tex(x)} &= {terms}")
    for i, j, rho in correlations(sde):
        lines.append(rf"\mathrm{{d}}W_{{{i + 1}}} \,\mathrm{{d}}W_{{{j + 1}}} &= {_terms([(rho, dt)], tex, brackets)}")
    body = r" \\ ".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}" if len(lines) > 1 else lines[0].replace("&", "")


def plain(sde: SDE, ascii: bool = False) -> str:
    """dx = a dt + b dW; one line for each state, and dW1 dW2 = ρ dt for each pair of correlated noises.

    `ascii` keeps to what `derive sde` reads."""

    def text(expr: Any) -> str:
        return unicode(expr, ascii=ascii)

    stratonovich, star, minus = (" o ", "*", "-") if ascii else (" ∘ ", "∗", "−")
    circle = {sp.S.Zero: " ", _HALF: stratonovich}.get(sde.alpha, f" {star}({text(sde.alpha)}) ")
    noises = ["dW" + (str(k + 1) if sde.m > 1 else "") for k in range(sde.m)]
    lines = []
    for i, x in enumerate(sde.states):
        terms = [(sde.drift[i], f" d{text(sde.t)}")]
        terms += [(sde.diffusion[i, k], circle + noises[k]) for k in range(sde.m)]
        lines.append(f"d{text(x)} = {_terms(terms, text, ('(', ')'), minus)}")
    for i, j, rho in correlations(sde):
        lines.append(f"dW{i + 1} dW{j + 1} = {_terms([(rho, f' d{text(sde.t)}')], text, ('(', ')'), minus)}")
    return "\n".join(lines)


def correlations(sde: SDE) -> list[tuple[int, int, Any]]:
    """(i, j, ρ_ij) for the pairs of noises that are correlated."""
    rho = sde.correlation
    return [(i, j, rho[i, j]) for i in range(sde.m) for j in range(i + 1, sde.m) if rho[i, j] != 0]


def _terms(terms: list[tuple[Any, str]], show: Any, brackets: tuple[str, str], minus: str = "-") -> str:
    """Σ coefficient differential, signs drawn to the front, sums in brackets, coefficients 1 left out."""
    shown = ""
    for coefficient, differential in terms:
        if coefficient == 0:
            continue
        negative = coefficient.could_extract_minus_sign() and not coefficient.is_Add
        size = -coefficient if negative else coefficient
        factor = "" if size == 1 else show(size)
        if size.is_Add:
            factor = brackets[0] + factor + brackets[1]
        sign = (minus if not shown else f" {minus} ") if negative else (" + " if shown else "")
        shown += sign + (factor + differential if factor else differential.lstrip(" "))
    return shown or "0"
