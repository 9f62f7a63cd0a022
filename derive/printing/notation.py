"""How the field writes mathematics, apart from any output format: names with accents and indices, shapes of products.

A product is written sign, numbers, constants, parameters, functions; what divides stands below a bar, exponentials,
derivatives and integrals behind it: −(π/a)·e^(−ak).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.numbers import NumberSymbol

from derive.text.vocabulary import LETTER_OF, spelled

ACCENTS = ("hat", "bar", "tilde", "dot", "ddot", "vec", "check")
MARKS = {"star": "*", "prime": "'", "plus": "+", "minus": "-"}
OPERATORS = (sp.Derivative, sp.Sum, sp.Product, sp.Limit)
"""What acts on everything to its right, and so needs brackets unless it comes last."""
BEHIND = (*OPERATORS, sp.Integral, sp.Subs, sp.Piecewise, sp.MatrixBase, sp.MatrixExpr, sp.Order)


def lasting(expr: object) -> bool:
    """Whether an equal expression is always written alike, so that the text may be remembered (floats of different
    precision are equal)."""
    return isinstance(expr, sp.Basic) and not expr.has(sp.Float)


@dataclass(frozen=True)
class Name:
    """A symbol's name in parts: dsigma_hat_t__2 is d, sigma, (hat), (t), (2)."""

    differential: bool
    letter: str
    accents: tuple[str, ...]
    lower: tuple[str, ...]
    upper: tuple[str, ...]


def named(text: str) -> Name:
    """The parts of a name: `x_0`, `sigma_hat`, `xdot`, `theta1`, `dW_t`, `x_star`, `A__i_j`."""
    head, *raised = re.sub(r"\{|\}", "", spelled(text)).split("__")
    letter, *lowered = head.split("_")
    lowered = [part for part in lowered if part]
    accents = [part for part in lowered if part in ACCENTS]
    upper = [MARKS[part] for part in lowered if part in MARKS] + [part for group in raised for part in group.split("_")]
    lower = [part for part in lowered if part not in ACCENTS and part not in MARKS]
    if match := re.fullmatch(r"([^\W\d_]+?)(\d+)", letter):
        letter, lower = match[1], [match[2], *lower]
    for accent in sorted(ACCENTS, key=len, reverse=True):
        stem = letter.removesuffix(accent)
        if stem != letter and (len(stem) == 1 or stem in LETTER_OF):
            letter, accents = stem, [accent, *accents]
            break
    stem = letter.removeprefix("d")
    differential = stem != letter and (len(stem) == 1 or stem in LETTER_OF)
    return Name(
        differential,
        stem if differential else letter,
        tuple(accents),
        tuple(lower),
        tuple(part for part in upper if part),
    )


@dataclass(frozen=True)
class Shape:
    """A product as sign · above/below · behind."""

    negative: bool
    above: tuple[sp.Basic, ...]
    below: tuple[sp.Basic, ...]
    behind: tuple[sp.Basic, ...]


def rank(factor: sp.Basic) -> float:
    """The place of a factor: numbers, constants, the unit I, parameters, sums, functions, exponentials, operators.

    Among symbols: a to q and capitals, then Greek, then r to z, then differentials: m ω² x², θ t, σ dW.
    """
    base = factor.base if isinstance(factor, sp.Pow) and factor.base != sp.E else factor
    if isinstance(base, sp.Symbol):
        name = named(base.name)
        order = 1 if name.letter in LETTER_OF or name.letter > "z" else 2 if "r" <= name.letter[:1] <= "z" else 0
        small = name.differential or (len(name.letter) > 1 and name.letter[0] == "Δ")
        return len(_RANKS) if small else 3 + order / 4
    for place, kinds in enumerate(_RANKS):
        if isinstance(base, kinds):
            return place
    if not factor.free_symbols and isinstance(factor, sp.Pow):
        return 1
    return 6


_RANKS: tuple[tuple[type, ...], ...] = (
    (sp.Rational, sp.Float),
    (NumberSymbol,),
    (type(sp.I),),
    (sp.Symbol,),
    (sp.Add,),
    (AppliedUndef,),
    (sp.log, sp.sin, sp.cos),
    (sp.exp,),
    BEHIND,
)


def shape(product: sp.Mul | sp.Pow | sp.Rational) -> Shape:
    """The shape of a commutative product, power or number."""
    factors = list(product.args) if isinstance(product, sp.Mul) else [product]
    if isinstance(product, sp.Mul) and product == product.func(*product.args):
        factors = product.as_ordered_factors()
    negative = False
    above: list[sp.Basic] = []
    below: list[sp.Basic] = []
    for factor in factors:
        if isinstance(factor, sp.Rational):
            negative ^= factor < 0
            above += [sp.Integer(abs(factor.p))] if abs(factor.p) != 1 else []
            below += [sp.Integer(factor.q)] if factor.q != 1 else []
        elif isinstance(factor, sp.Pow) and factor.base != sp.E and _is_negative_number(factor.exp):
            inverse = factor.base if factor.exp == -1 else sp.Pow(factor.base, -factor.exp)
            below += [*sp.Mul.make_args(inverse)] if not isinstance(factor.base, sp.Mul) else [inverse]
        elif isinstance(factor, sp.Add) and all(term.could_extract_minus_sign() for term in factor.args):
            negative ^= True
            above.append(-factor)
        else:
            above.append(factor)
    above, below = _roots_below(above, below)
    above = sorted(_joined_roots(above), key=rank)
    below = sorted(_joined_roots(below), key=lambda factor: 3.9 if _is_root(factor) else rank(factor))
    behind = [factor for factor in above if isinstance(factor, BEHIND)]
    above = [factor for factor in above if not isinstance(factor, BEHIND)]
    waves = [factor for factor in above if isinstance(factor, sp.exp)]
    others = [factor for factor in above if not isinstance(factor, sp.exp)]
    if (
        below
        and waves
        and not any(part.has(sp.exp) for part in below)
        and (others or any(is_tall(wave.args[0]) for wave in waves))
    ):
        above, behind = others, waves + behind
    return Shape(bool(negative), tuple(above), tuple(below), tuple(behind))


def _is_negative_number(exponent: sp.Basic) -> bool:
    return isinstance(exponent, sp.Rational) and bool(exponent < 0)


def is_tall(exponent: sp.Basic) -> bool:
    """True if the exponent holds a fraction."""
    return any(
        (isinstance(part, sp.Rational) and part.q != 1) or (isinstance(part, sp.Pow) and _is_negative_number(part.exp))
        for part in sp.preorder_traversal(exponent)
    )


def _is_root(factor: sp.Basic) -> bool:
    return isinstance(factor, sp.Pow) and factor.exp == sp.S.Half


def _roots_below(above: list[sp.Basic], below: list[sp.Basic]) -> tuple[list[sp.Basic], list[sp.Basic]]:
    """√2/2 as 1/√2: the root of an integer goes below where it cancels."""
    for root in [factor for factor in above if _is_root(factor) and isinstance(factor.args[0], sp.Integer)]:
        for divisor in [factor for factor in below if isinstance(factor, sp.Integer)]:
            if divisor % root.args[0] == 0:
                above = [factor for factor in above if factor is not root]
                rest = sp.Integer(divisor / root.args[0])
                below = [factor for factor in below if factor is not divisor] + ([rest] if rest != 1 else []) + [root]
                break
    return above, below


def _joined_roots(factors: list[sp.Basic]) -> list[sp.Basic]:
    """√a·√b as √(ab) where a and b are not negative."""
    roots = [factor for factor in factors if _is_root(factor) and factor.args[0].is_nonnegative]
    if len(roots) < 2:
        return factors
    radicand = sp.Mul(*[root.args[0] for root in roots], evaluate=False)
    joined = sp.Pow(radicand, sp.S.Half, evaluate=False)
    return [factor for factor in factors if factor not in roots] + [joined]


class Ordered:
    """A printer whose order of terms asks for no numbers: SymPy's order would integrate ∫ and add up Σ numerically."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        nodes = expr.atoms(sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative)
        outer = sorted((node for node in nodes if not node.free_symbols), key=sp.default_sort_key)
        table = {node: sp.Dummy(real=True) for node in outer}
        standing = expr.xreplace(table) if table else expr
        ordered = super()._as_ordered_terms  # pyright: ignore[reportAttributeAccessIssue]
        if not table or not standing.is_Add:
            return ordered(expr, order=order)
        back = {letter: node for node, letter in table.items()}
        return [term.xreplace(back) for term in ordered(standing, order=order)]


def ordered_terms(terms: list[sp.Basic]) -> list[sp.Basic]:
    """Terms in the order given, but x − μ for −μ + x: a minus does not stand in front of plain terms without need."""
    if not terms[0].could_extract_minus_sign() or any(term.has(*OPERATORS, sp.Integral) for term in terms):
        return terms
    first = next((place for place, term in enumerate(terms) if not term.could_extract_minus_sign()), 0)
    return [terms[first], *terms[:first], *terms[first + 1 :]]


def conjuncts(condition: sp.Basic) -> list[sp.Basic]:
    """The parts of an And or Or, by their left sides."""
    return sorted(condition.args, key=lambda part: (str(part.lhs) if part.is_Relational else "~", str(part)))


INDEXED = {
    "besselj": "J",
    "bessely": "Y",
    "besseli": "I",
    "besselk": "K",
    "hankel1": "H^(1)",
    "hankel2": "H^(2)",
    "jn": "j",
    "yn": "y",
    "legendre": "P",
    "hermite": "H",
    "hermite_prob": "He",
    "laguerre": "L",
    "chebyshevt": "T",
    "chebyshevu": "U",
    "polylog": "Li",
    "expint": "E",
    "assoc_laguerre": "L",
    "assoc_legendre": "P",
    "gegenbauer": "C",
    "jacobi": "P",
}
"""Functions whose first argument is written as an index, and those between it and the last one above, in brackets."""


def chain(condition: sp.And) -> tuple[sp.Basic, ...] | None:
    """0 < s and s < 3 as the parts of 0 < s < 3: (0, <, s, <, 3); None if it is no such chain."""
    links = [
        link.reversed if isinstance(link, (sp.Gt, sp.Ge)) else link for link in condition.args if link.is_Relational
    ]
    if len(links) != 2 or len(condition.args) != 2 or not all(isinstance(link, (sp.Lt, sp.Le)) for link in links):
        return None
    first, second = links if links[0].rhs == links[1].lhs else links[::-1]
    return (first, second) if first.rhs == second.lhs else None
