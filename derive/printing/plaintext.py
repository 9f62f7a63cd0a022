"""One readable line of plain text for the terminal: ∫_{−∞}^{∞} cos(k·x)/(a² + x²) dx, (π/a)·e^(−a·k), d²/dk² I(k).

For a terminal without Unicode `plain(expr, ascii=True)` writes what `derive.text.parse` reads: pi*exp(-a*k)/a.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from unicodedata import normalize

import sympy as sp
from sympy.printing.str import StrPrinter

from derive.printing.notation import INDEXED, OPERATORS, Ordered, chain, conjuncts, lasting, named, ordered_terms, shape
from derive.text.vocabulary import LETTER_OF

_RAISED = str.maketrans("0123456789-+*'", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺*′")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_ACCENTS = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
    "check": "\u030c",
}
_OPEN = (sp.exp, sp.factorial, sp.factorial2, sp.RisingFactorial)
_RELATIONS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_FUNCTIONS = {"gamma": "Γ", "DiracDelta": "δ", "Heaviside": "θ", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
              "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh", "LambertW": "W", "zeta": "ζ", "beta": "Β",
              "Max": "max", "Min": "min", "sign": "sgn", "elliptic_k": "K", "elliptic_e": "E",
              "loggamma": "logΓ", "conjugate": "conj", "uppergamma": "Γ", "lowergamma": "γ", "dirichlet_eta": "η",
              "lerchphi": "Φ", "elliptic_f": "F", "elliptic_pi": "Π", "fresnels": "S", "fresnelc": "C",
              "airyai": "Ai", "airybi": "Bi", "airyaiprime": "Ai′", "airybiprime": "Bi′"}  # fmt: skip


def plain(expr: Any, width: int | None = None, ascii: bool = False) -> str:
    """One line; longer than `width` it loses its middle to an ellipsis. `ascii` keeps to what can be read back."""
    unicode = _line if lasting(expr) else _Line().doprint
    line = _ascii(expr) if ascii else unicode(expr)
    if width is None or len(line) <= width:
        return line
    gap = " ... " if ascii else " … "
    kept = max(2, width - len(gap))
    return line[: (kept + 1) // 2] + gap + line[len(line) - kept // 2 :]


def spelling(expr: Any) -> str:
    """SymPy's own spelling, as `str` has it, but no term is evaluated to find its place in a sum."""
    return _Readable().doprint(expr)


@lru_cache(maxsize=2048, typed=True)
def _line(expr: Any) -> str:
    return _Line().doprint(expr)


def _ascii(expr: Any) -> str:
    text = _Readable().doprint(expr).replace("**", "^")
    for letter, name in ((letter, name) for name, letter in LETTER_OF.items()):
        text = text.replace(letter, name)
    return text


class _Readable(Ordered, StrPrinter):
    """SymPy's string printer, on one line."""

    def _print_MatrixBase(self, expr: Any) -> str:
        rows = ["[" + ", ".join(self._print(entry) for entry in expr.row(row)) + "]" for row in range(expr.rows)]
        return f"Matrix([{', '.join(rows)}])"

    _print_ImmutableDenseMatrix = _print_MutableDenseMatrix = _print_MatrixBase


class _Line(Ordered, StrPrinter):
    """SymPy's string printer in Unicode, with the shapes of products and operators that the LaTeX has."""

    printmethod = "_plain"

    def _print_Symbol(self, expr: Any) -> str:
        return self._name(expr.name)

    _print_Dummy = _print_Symbol

    def _name(self, text: str) -> str:
        name = named(text)
        line = LETTER_OF.get(name.letter, name.letter) + "".join(_ACCENTS[accent] for accent in name.accents)
        line = normalize("NFC", ("d" if name.differential else "") + line)
        for part in name.lower:
            line += part.translate(_LOWERED) if part.isdigit() else "_" + LETTER_OF.get(part, part)
        return line + "".join(part.translate(_RAISED) for part in name.upper)

    def _print_Pi(self, expr: Any) -> Any:
        return "π"

    def _print_Infinity(self, expr: Any) -> Any:
        return "∞"

    def _print_NegativeInfinity(self, expr: Any) -> Any:
        return "−∞"

    def _print_Exp1(self, expr: Any) -> Any:
        return "e"

    def _print_ImaginaryUnit(self, expr: Any) -> Any:
        return "i"

    def _print_EulerGamma(self, expr: Any) -> Any:
        return "γ"

    def _print_Integer(self, expr: Any) -> str:
        return str(expr.p).replace("-", "−")

    def _print_Rational(self, expr: Any) -> str:
        return f"{expr.p}/{expr.q}".replace("-", "−")

    def _print_Add(self, expr: Any, order: str | None = None) -> str:
        line = ""
        for term in ordered_terms(self._as_ordered_terms(expr, order=order)):
            printed = self._print(term)
            if isinstance(term, (sp.Add, sp.Piecewise)) or term.is_Relational:
                printed = f"({printed})"
            if printed.startswith("−"):
                line += (" − " if line else "−") + printed[1:]
            else:
                line += (" + " if line else "") + printed
        return line

    def _print_Mul(self, expr: Any) -> str:
        if not expr.is_commutative:
            return super()._print_Mul(expr)
        form = shape(expr)
        sign = "−" if form.negative else ""
        if not form.below:
            return sign + self._factors([*form.above, *form.behind], alone=not sign)
        above = self._factors(form.above, alone=False) if form.above else "1"
        below = self._factors(form.below)
        single = len(form.below) == 1 and not isinstance(form.below[0], (sp.Add, sp.Mul, *OPERATORS))
        fraction = f"{above}/{below if single else f'({below})'}"
        return sign + (f"({fraction})·{self._factors(form.behind, alone=False)}" if form.behind else fraction)

    def _factors(self, factors: Any, alone: bool = True) -> str:
        if not factors:
            return "1"
        if len(factors) == 1 and alone:
            return self._print(factors[0])
        parts = []
        for place, factor in enumerate(factors):
            printed = self._print(factor)
            open_ended = isinstance(factor, (*OPERATORS, sp.Integral)) and place < len(factors) - 1
            if (
                isinstance(factor, (sp.Add, sp.Mul, sp.Piecewise))
                or factor.is_Relational
                or open_ended
                or printed[0] == "−"
            ):
                printed = f"({printed})"
            parts.append(printed)
        return "·".join(parts)

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.args
        if base == sp.E:
            return self._print_exp(sp.exp(exponent, evaluate=False))
        if isinstance(exponent, sp.Rational) and exponent < 0 and expr.is_commutative:
            return self._print_Mul(expr)
        printed = self._print(base)
        atom = base.is_Symbol or (base.is_Integer and base >= 0) or isinstance(base, (sp.NumberSymbol, sp.Abs))
        if exponent == sp.S.Half:
            return f"√{printed}" if atom else f"√({printed})"
        whole = atom or (isinstance(base, sp.Function) and not isinstance(base, _OPEN))
        if base.is_Symbol and (named(base.name).upper or named(base.name).differential):
            whole = False
        printed = printed if whole else f"({printed})"
        if exponent.is_Integer:
            return printed + str(exponent).translate(_RAISED)
        return printed + self._raised(exponent)

    def _raised(self, exponent: Any) -> str:
        printed = self._print(exponent)
        return f"^{printed}" if exponent.is_Symbol or (exponent.is_Integer and exponent >= 0) else f"^({printed})"

    def _print_exp(self, expr: Any) -> str:
        return "e" + self._raised(expr.args[0])

    def _print_Function(self, expr: Any) -> str:
        name = type(expr).__name__
        if name in INDEXED and len(expr.args) >= 2:
            letter, _, above = INDEXED[name].partition("^")
            index, *between, point = map(self._print, expr.args)
            above = f"({', '.join(between)})" if between else above
            return f"{letter}{self._lowered(index)}{'^' + above if above else ''}({point})"
        head = _FUNCTIONS.get(name) or (self._name(name) if isinstance(expr, sp.core.function.AppliedUndef) else name)
        return f"{head}({', '.join(self._print(argument) for argument in expr.args)})"

    def _lowered(self, index: str) -> str:
        return index.translate(_LOWERED) if index.isdigit() else f"_{index}" if len(index) == 1 else f"_{{{index}}}"

    def _print_hyper(self, expr: Any) -> str:
        above, below = (", ".join(map(self._print, numbers)) for numbers in (expr.ap, expr.bq))
        orders = (str(len(numbers)).translate(_LOWERED) for numbers in (expr.ap, expr.bq))
        return f"{'F'.join(orders)}({above}; {below}; {self._print(expr.argument)})"

    def _numbered(self, letter: str, expr: Any) -> str:
        index, *point = map(self._print, expr.args)
        return f"{letter}{self._lowered(index)}" + (f"({', '.join(point)})" if point else "")

    def _print_RisingFactorial(self, expr: Any) -> str:
        point, count = map(self._print, expr.args)
        return f"({point}){self._lowered(count)}"

    def _print_harmonic(self, expr: Any) -> str:
        index, *order = map(self._print, expr.args)
        return f"H{self._lowered(index)}" + (f"^({order[0]})" if order else "")

    def _print_bernoulli(self, expr: Any) -> str:
        return self._numbered("B", expr)

    def _print_euler(self, expr: Any) -> str:
        return self._numbered("E", expr)

    def _print_stieltjes(self, expr: Any) -> str:
        return self._numbered("γ", expr)

    def _print_Heaviside(self, expr: Any) -> str:
        return f"θ({self._print(expr.args[0])})"

    def _print_DiracDelta(self, expr: Any) -> str:
        order = f"^({self._print(expr.args[1])})" if len(expr.args) > 1 else ""
        return f"δ{order}({self._print(expr.args[0])})"

    def _print_polygamma(self, expr: Any) -> str:
        order = "" if expr.args[0] == 0 else f"^({self._print(expr.args[0])})"
        return f"ψ{order}({self._print(expr.args[1])})"

    def _print_floor(self, expr: Any) -> str:
        return f"⌊{self._print(expr.args[0])}⌋"

    def _print_ceiling(self, expr: Any) -> str:
        return f"⌈{self._print(expr.args[0])}⌉"

    _print_LambertW = _print_Max = _print_Min = _print_Function

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_factorial(self, expr: Any) -> str:
        return self._bang(expr, "!")

    def _print_factorial2(self, expr: Any) -> str:
        return self._bang(expr, "!!")

    def _bang(self, expr: Any, bangs: str) -> str:
        argument = expr.args[0]
        printed = self._print(argument)
        return (printed if argument.is_Symbol or (argument.is_Integer and argument >= 0) else f"({printed})") + bangs

    def _operand(self, body: Any) -> str:
        printed = self._print(body)
        return f"({printed})" if isinstance(body, (sp.Add, sp.Piecewise)) or printed.startswith("−") else printed

    def _print_Derivative(self, expr: Any) -> str:
        letter = "∂" if len(expr.expr.free_symbols) > 1 or len(expr.variable_count) > 1 else "d"

        def power(count: Any) -> str:
            return "" if count == 1 else str(count).translate(_RAISED) if count.is_Integer else f"^{self._print(count)}"

        order = power(sp.Add(*[count for _, count in expr.variable_count]))
        below = " ".join(f"{letter}{self._print(variable)}{power(count)}" for variable, count in expr.variable_count)
        below = f"({below})" if " " in below else below
        body = expr.expr
        printed = f"({self._print(body)})" if isinstance(body, (sp.Mul, sp.Pow)) else self._operand(body)
        return f"{letter}{order}/{below} {printed}"

    def _bounds(self, limit: Any) -> str:
        return "".join(
            mark + "{" + self._print(bound) + "}" for mark, bound in zip(("_", "^"), limit[1:], strict=False)
        )

    def _print_Integral(self, expr: Any) -> str:
        signs = " ".join("∫" + self._bounds(limit) for limit in reversed(expr.limits))
        ends = " ".join("d" + self._print(limit[0]) for limit in expr.limits)
        return f"{signs} {self._operand(expr.function)} {ends}"

    def _ranged(self, sign: str, expr: Any) -> str:
        signs = " ".join(
            f"{sign}_{{{self._print(limit[0])}={self._print(limit[1])}}}^{{{self._print(limit[2])}}}"
            for limit in reversed(expr.limits)
        )
        return f"{signs} {self._operand(expr.function)}"

    def _print_Sum(self, expr: Any) -> str:
        return self._ranged("∑", expr)

    def _print_Product(self, expr: Any) -> str:
        return self._ranged("∏", expr)

    def _print_Limit(self, expr: Any) -> str:
        body, variable, point, direction = expr.args
        side = {"+": "⁺", "-": "⁻"}.get(str(direction), "") if point not in (sp.oo, -sp.oo) else ""
        return f"lim_{{{self._print(variable)}→{self._print(point)}{side}}} {self._operand(body)}"

    def _print_Subs(self, obj: Any) -> str:
        body, old, new = obj.args
        places = ", ".join(f"{self._print(name)}={self._print(value)}" for name, value in zip(old, new, strict=True))
        return f"[{self._print(body)}]_{{{places}}}"

    def _print_Relational(self, expr: Any) -> str:
        return f"{self._print(expr.lhs)} {_RELATIONS[expr.rel_op]} {self._print(expr.rhs)}"

    def _print_And(self, expr: Any) -> str:
        if links := chain(expr):
            return f"{self._print(links[0])} {_RELATIONS[links[1].rel_op]} {self._print(links[1].rhs)}"
        return self._joined(" and ", expr)

    def _print_Or(self, expr: Any) -> str:
        return self._joined(" or ", expr)

    def _print_Not(self, expr: Any) -> str:
        return f"not ({self._print(expr.args[0])})"

    def _joined(self, word: str, expr: Any) -> str:
        parts = conjuncts(expr)
        return word.join(
            self._print(part) if part.is_Relational or part.is_Symbol else f"({self._print(part)})" for part in parts
        )

    def _print_Piecewise(self, expr: Any) -> str:
        return "{" + "; ".join(
            f"{self._print(value)} " + ("otherwise" if condition == True else f"if {self._print(condition)}")  # noqa: E712 - SymPy's truth values are no Python booleans
            for value, condition in expr.args
        ) + "}"  # fmt: skip

    def _print_MatrixBase(self, expr: Any) -> str:
        return (
            "[" + "; ".join(", ".join(self._print(entry) for entry in expr.row(row)) for row in range(expr.rows)) + "]"
        )

    _print_ImmutableDenseMatrix = _print_MutableDenseMatrix = _print_MatrixBase

    def emptyPrinter(self, expr: Any) -> str:
        return str(expr)
