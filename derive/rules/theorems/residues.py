"""The residue theorem for integrals over the line of a rational function, with or without e^{ikx}, cos kx, sin kx.

Reference: L. Ahlfors, Complex Analysis, ch. 4 § 5.3; Jordan's lemma for denominators of degree one more than the
numerator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from derive.claim import AT_MOST, LESS, UNEQUAL
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import everywhere, finite, single, strictly_below, unclaimed

Poles = tuple[tuple[Any, int], ...]


@dataclass(frozen=True)
class Residues(Rule):
    """∫_{−∞}^{∞} R(x) e^{ikx} dx = 2πi Σ_{Im p > 0} Res_p R(z) e^{ikz} for k ≥ 0 (below: −2πi Σ_{Im p < 0}, k ≤ 0).

    `poles` maps every pole in the half plane to its order, `others` every pole in the opposite one (default: the
    conjugates, for real R). R cos kx and R sin kx are taken apart into e^{±ikx}, one closed above and one below. k = 0
    for a bare R. Obligations: the denominator is its leading coefficient times Π (z − p)^m over exactly the poles
    stated (an identity of polynomials, so that none is missing and none is real); each pole lies in its half plane;
    poles are distinct; k has the right sign. By structure: deg denominator ≥ deg numerator + 2, or + 1 with k ≠ 0
    (Jordan's lemma; the integral is then improper). The residue is (1/(m−1)!) d^{m−1}/dz^{m−1} of the function with the
    factor (z − p)^m removed, at p.
    """

    variable: sp.Symbol
    poles: Any
    others: Any = None
    half_plane: Literal["upper", "lower"] = "upper"

    def __post_init__(self) -> None:
        object.__setattr__(self, "poles", table_of_poles(self.poles))
        others = self.others if self.others is not None else tuple((sp.conjugate(p), m) for p, m in self.poles)
        object.__setattr__(self, "others", table_of_poles(others))
        if self.half_plane not in ("upper", "lower"):
            raise RuleError(f"the half plane is 'upper' or 'lower', not {self.half_plane!r}")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over the whole line")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if (low, high) != (-sp.oo, sp.oo):
            raise RuleError(f"looked for an integral over the whole line; this one goes from {low} to {high}")
        if x != self.variable:
            raise RuleError(f"the poles are stated in {self.variable}, the integral is over {x}")
        above, below = (self.poles, self.others) if self.half_plane == "upper" else (self.others, self.poles)
        numerator, denominator, waves = _taken_apart(f, x)
        leading, gap = _degrees(numerator, denominator, x)
        closed = sp.Mul(leading, *((x - p) ** m for p, m in (*above, *below)))
        number = sum(m for _, m in (*above, *below))
        if number != sp.Poly(denominator, x).degree():
            raise RuleError(
                f"the denominator {plain(denominator)} has degree {sp.degree(denominator, x)}, but {number} poles are "
                f"stated, counted with their orders; state all of them (`others` for those in the opposite half plane)"
            )
        obligations = [context.obligation(denominator, closed, "the denominator has these zeros and no others")]
        for p, _ in above:
            obligations.append(_apart(sp.S.Zero, sp.im(p), context, f"{plain(p)} lies in the upper half plane"))
        for p, _ in below:
            obligations.append(_apart(sp.im(p), sp.S.Zero, context, f"{plain(p)} lies in the lower half plane"))
        for side in (above, below):
            for i, (p, _) in enumerate(side):
                obligations += [distinct(p, q, context) for q, _ in side[i + 1 :]]
        total = sp.S.Zero
        for weight, k in waves:
            up = self.half_plane == "upper" if len(waves) == 1 else k == waves[0][1]
            inside = above if up else below
            obligations += _wave_number(k if up else -k, gap, context)
            rest = (*above, *below)
            residues = [_residue(weight * numerator / leading * sp.exp(sp.I * k * x), x, p, m, rest) for p, m in inside]
            total += (1 if up else -1) * 2 * sp.pi * sp.I * sp.Add(*residues)
        yield Consequence(total, tuple(dict.fromkeys(obligations)))

    def describe(self, show: Show = plain) -> str:
        return f"residues in the {self.half_plane} half plane"


def table_of_poles(poles: Any) -> Poles:
    """((pole, order), …), each pole once; RuleError otherwise."""
    pairs = poles.items() if isinstance(poles, Mapping) else poles
    table = tuple((formula(p), int(m)) for p, m in pairs)
    if any(m < 1 for _, m in table) or len({p for p, _ in table}) != len(table):
        raise RuleError("poles are given as {pole: order} with orders ≥ 1, each pole once")
    return table


def _taken_apart(f: Any, x: sp.Symbol) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """(numerator, denominator, [(weight, k)]): f = numerator/denominator · Σ weight e^{ikx}; RuleError if f is not of
    that form.
    """
    rational, waves = sp.S.One, [(sp.S.One, sp.S.Zero)]
    for factor in sp.Mul.make_args(sp.powsimp(f)):
        if x not in factor.free_symbols or factor.is_rational_function(x):
            rational *= factor
        elif isinstance(factor, (sp.exp, sp.cos, sp.sin)) and waves == [(sp.S.One, sp.S.Zero)]:
            waves = _wave(factor, x)
        else:
            raise RuleError(
                f"looked for a rational function of {x}, perhaps times e^(i k {x}), a cosine or a sine; found "
                f"{plain(factor)}"
            )
    numerator, denominator = sp.fraction(sp.together(rational))
    return numerator, denominator, waves


def _wave(factor: Any, x: sp.Symbol) -> list[tuple[Any, Any]]:
    argument = sp.expand(factor.args[0])
    slope = argument.coeff(x, 1)
    phase = sp.expand(argument - slope * x)
    if x in phase.free_symbols:
        raise RuleError(f"the argument of {plain(factor)} is not linear in {x}")
    if isinstance(factor, sp.exp):
        return [(sp.exp(phase), sp.expand(slope / sp.I))]
    plus, minus = sp.exp(sp.I * phase), sp.exp(-sp.I * phase)
    if isinstance(factor, sp.cos):
        return [(plus / 2, slope), (minus / 2, -slope)]
    return [(plus / (2 * sp.I), slope), (-minus / (2 * sp.I), -slope)]


def _degrees(numerator: Any, denominator: Any, x: sp.Symbol) -> tuple[Any, int]:
    top, bottom = sp.Poly(numerator, x), sp.Poly(denominator, x)
    gap = bottom.degree() - max(top.degree(), 0)
    if gap < 1:
        raise RuleError(
            f"no arc vanishes: the degrees of numerator and denominator are {top.degree()} and {bottom.degree()}"
        )
    return bottom.LC(), int(gap)


def _apart(low: Any, high: Any, context: Context, why: str) -> Obligation:
    """low < high; where parameters occur it is shown at once: they might reach equality at an end of their range."""
    if (high - low).is_number:
        return context.obligation(low, high, why, relation=LESS)
    return strictly_below(low, high, context, why)


def distinct(p: Any, q: Any, context: Context) -> Obligation:
    """p ≠ q for all admissible parameters; RuleError if the assumptions let them coincide, or it is not seen."""
    from derive.exact import is_nonzero

    gap = sp.factor_terms(p - q)
    if gap.free_symbols:
        gap = gap.as_independent(*gap.free_symbols, as_Add=False)[1]
        if is_nonzero(gap, context.given) is not True:
            raise RuleError(
                f"the poles {plain(p)} and {plain(q)} may coincide; assume Ne({p}, {q}), or state one pole of higher "
                f"order"
            )
    return context.obligation(gap, 0, "the poles are distinct", relation=UNEQUAL)


def _wave_number(k: Any, gap: int, context: Context) -> list[Obligation]:
    """k ≥ 0 for the half plane in which e^{ikz} is bounded; k > 0 where Jordan's lemma is needed."""
    if gap == 1 and k == 0:
        raise RuleError("without e^(ikx) the denominator's degree must exceed the numerator's by 2")
    if k == 0:
        return []
    if gap == 1:
        return [strictly_below(sp.S.Zero, k, context, "Jordan's lemma: the wave number is positive")]
    return [context.obligation(0, k, "the exponential is bounded", relation=AT_MOST)]


def _residue(top: Any, x: sp.Symbol, pole: Any, order: int, zeros: Poles) -> Any:
    rest = sp.Mul(*((x - p) ** m for p, m in zeros if p != pole))
    regular = sp.diff(top / rest, x, order - 1) / sp.factorial(order - 1)
    return finite(regular.xreplace({x: pole}), f"the residue at {plain(pole)}")
