"""Results as rows of a table: a name in letters, LaTeX and ASCII, a value, and the letters that abbreviate it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import latex, plain
from derive.stochastic.shown.abbreviations import abbreviated, rate_letter, written_out
from derive.stochastic.shown.layout import laid_out, root_of, same_form
from derive.stochastic.shown.noncentral import noncentral
from derive.stochastic.shown.polish import polish

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Row:
    """One result. name: what it is, in ASCII. text, tex: the same in letters and in LaTeX. value: an expression, an
    SDE, or words. letter: the symbol if the row says what a letter in the rows before it means."""

    name: str
    text: str
    tex: str
    value: Any
    letter: Any = None

    @classmethod
    def of(cls, pattern: str, tex: str, parts: Sequence[Any], value: Any) -> Row:
        """A name with places {} for expressions, as E[{}] and \\mathbb{{E}}[{}]."""
        return cls(
            pattern.format(*(plain(part, ascii=True) for part in parts)),
            pattern.format(*(plain(part) for part in parts)),
            tex.format(*(latex(part) for part in parts)),
            value,
        )

    @classmethod
    def meaning(cls, letter: Any, value: Any) -> Row:
        """What a letter means."""
        return cls(plain(letter, ascii=True), plain(letter), latex(letter), value, letter)


def whole(rows: Sequence[Row], chosen: Row | None = None) -> Any:
    """The value of a row, the first if none is chosen, with the meanings of its letters put in."""
    letters = [(one.letter, one.value) for one in rows if one.letter is not None]
    return written_out((rows[0] if chosen is None else chosen).value, letters)


def row(rows: Sequence[Row], name: str) -> Row:
    """The row of that name."""
    return next(one for one in rows if one.name == name)


def normal(y: Any, mean: Any, variance: Any) -> Any:
    """The normal density at y."""
    return sp.exp(-((y - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


def in_time(sde: SDE, rows: Iterable[Row]) -> list[Row]:
    """Functions of the time, laid out by exponentials and hyperbolic pairs, with letters for what recurs."""
    table = list(rows)
    taken = _names(sde, table)
    values = [row.value for row in table]
    root = root_of(values, sde.t, rate_letter(taken))
    facts = (*sde.given, *(r for r in sde.facts if r not in sde.given))
    shown = [laid_out(value, sde.t, facts, root) for value in values]
    letters = []
    if root is not None and any(value.has(root.symbol) for value in shown):
        letters = [(root.symbol, root.value)]
    return _with_letters(table, shown, letters, taken)


def density_rows(sde: SDE, found: Any, names: tuple[str, str, str]) -> list[Row]:
    """A density; of a Gaussian, in x or in log x, also the mean and the variance in which it is written."""
    form = _by_cases(sde, found) if sde.n == 1 else None
    known = (
        noncentral(found.value, sde.x, sde.t, (*sde.facts, *found.given), {s.name for s in found.value.free_symbols})
        if sde.n == 1 and form is None
        else None
    )
    if known is not None:
        return [Row(*names, known[0]), *(Row.meaning(*pair) for pair in known[1])]
    if form is None:
        value = _numbers_as_bases(polish(found.value, sde.facts))
        value = value if same_form(found.value, value, sde.facts) else found.value
        return _with_letters([Row(*names, value)], [value], [], _names(sde, [Row(*names, value)]))
    coordinate, m, v = form
    mean, variance = sp.Symbol("m", real=True), sp.Symbol("v", positive=True)
    value = sp.diff(coordinate, sde.x) * normal(coordinate, mean, variance)
    m, v = (laid_out(part, sde.t, sde.facts) for part in (m, v))
    if {mean.name, variance.name} & {s.name for s in (*sde.parameters, *sde.states, *found.value.free_symbols)}:
        return [Row(*names, value.xreplace({mean: m, variance: v}))]
    return [Row(*names, value), Row.meaning(mean, m), Row.meaning(variance, v)]


def _numbers_as_bases(e: Any) -> Any:
    """e^{c log q} as q^c for numbers q."""

    def base(node: Any) -> Any:
        logs = [f for f in sp.Mul.make_args(node.exp) if isinstance(f, sp.log) and f.args[0].is_number]
        return sp.Pow(logs[0].args[0], node.exp / logs[0], evaluate=False) if len(logs) == 1 else node

    return e.replace(lambda node: isinstance(node, sp.exp), base)


def _by_cases(sde: SDE, found: Any) -> tuple[Any, Any, Any] | None:
    """`gaussian_form`, mean and variance by cases where the density is (two rates that may be equal)."""
    whole_form = sp.piecewise_fold(found.value) if found.value.has(sp.Piecewise) else found.value
    if not isinstance(whole_form, sp.Piecewise):
        return gaussian_form(sde, found)
    cases: list[Any] = list(whole_form.args)
    forms = [gaussian_form(sde, replace(found, value=case.expr)) for case in cases]
    if any(form is None for form in forms) or len({form[0] for form in forms if form is not None}) != 1:
        return None
    table = [form for form in forms if form is not None]
    m, v = (
        sp.Piecewise(*((form[i], case.cond) for form, case in zip(table, cases, strict=True))) for i in (1, 2)
    )
    return table[0][0], m, v


def gaussian_form(sde: SDE, found: Any) -> tuple[Any, Any, Any] | None:
    """(y, m, v) for a density that is proven Gaussian in y = x on the line or y = log x on the half-line: log p is
    quadratic in y, so v = −1/(log p)″ and m = y + v (log p)′; the density with these is compared with the one found."""
    x, y = sde.x, sp.Dummy("y", real=True)
    if found.domain[0] == (-sp.oo, sp.oo):
        coordinate, log = x, found.log.xreplace({x: y})
    elif found.domain[0] == (0, sp.oo) and x.is_positive:
        coordinate, log = sp.log(x), sp.expand_log(found.log.xreplace({x: sp.exp(y)}), force=True) + y
    else:
        return None
    slope = sp.diff(log, y)
    curvature = sde.tidy(sp.expand(sp.diff(slope, y)))
    if curvature == 0 or curvature.has(y):
        return None
    v = sde.tidy(-1 / curvature)
    m = sde.tidy(sp.expand(y + v * sp.expand(slope)))
    if m.has(y):
        return None
    from derive.field import is_zero

    ratio = found.value**2 * 2 * sp.pi * v * sp.exp((coordinate - m) ** 2 / v) / sp.diff(coordinate, x) ** 2
    return (coordinate, m, v) if is_zero(ratio - 1, sde.facts, timeout=5) is True else None


def _with_letters(table: Sequence[Row], shown: Sequence[Any], letters: list[Any], taken: set[str]) -> list[Row]:
    found = abbreviated([*shown, *(meaning for _, meaning in letters)], taken | {s.name for s, _ in letters})
    values, meanings = found.values[: len(table)], found.values[len(table) :]
    rows = [replace(row, value=value) for row, value in zip(table, values, strict=True)]
    rows += [Row.meaning(letter, meaning) for letter, meaning in found.letters]
    return rows + [Row.meaning(letter, meaning) for (letter, _), meaning in zip(letters, meanings, strict=True)]


def _names(sde: SDE, rows: Iterable[Row]) -> set[str]:
    """Names that a letter must not take: those of the equation, the results, the noises and the operators."""
    symbols = {*sde.states, sde.t, *sde.parameters, *(s for row in rows for s in row.value.free_symbols)}
    noises = {"W", *(f"W{k + 1}" for k in range(sde.m))}
    return {s.name for s in symbols} | noises | {"E", "L", "f", "p", "s", "d", "e", "i", "m", "v"}
