r"""LaTeX as the field writes it.

`latex` differs from SymPy's printer where that one misleads or reads badly: ∂ₓ(f p) has its brackets, sums under
integrals and operators too; e^{-a|k|} and not exp; \frac{\pi}{a}\,e^{-ak} with the minus in front; ∂ where there are
several variables; fractions in exponents on one line; names with indices and accents. Objects with `_latex(printer)`
print themselves.
All output is within what math-core turns into MathML.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from derive.printing.notation import (
    INDEXED,
    OPERATORS,
    Ordered,
    chain,
    conjuncts,
    lasting,
    named,
    ordered_terms,
    rank,
    shape,
)
from derive.text.vocabulary import LETTER_OF, spelled

__all__ = ["Latex", "latex"]

_LETTERS = {name: "\\" + name for name, letter in LETTER_OF.items() if len(letter) == 1}
_LETTERS |= {"lamda": r"\lambda", "epsilon": r"\varepsilon", "omicron": "o", "digamma": r"\digamma"}
_LETTERS |= {
    name: rf"\mathrm{{{letter}}}"
    for name, letter in zip(
        ("Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau", "Chi"),
        "ABEZHIKMNOPTX",
        strict=True,
    )
}
_COMMAND_OF = {letter: _LETTERS[name] for name, letter in LETTER_OF.items()}
_FUNCTIONS = {
    **{name: "\\" + name for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "log")},
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "Max": r"\max",
    "Min": r"\min",
    "arg": r"\arg",
    **{f"a{name}": rf"\operatorname{{ar{name}}}" for name in ("sinh", "cosh", "tanh", "coth", "sech", "csch")},
    **{f"a{name}": rf"\operatorname{{arc{name}}}" for name in ("cot", "sec", "csc")},
    "gamma": r"\Gamma",
    "loggamma": r"\log\Gamma",
    "beta": r"\mathrm{B}",
    "LambertW": "W",
    "Heaviside": r"\theta",
    "DiracDelta": r"\delta",
    "sign": r"\operatorname{sgn}",
    "re": r"\operatorname{Re}",
    "im": r"\operatorname{Im}",
    "zeta": r"\zeta",
    "atan2": r"\operatorname{atan2}",
    "elliptic_k": "K",
    "elliptic_e": "E",
    "elliptic_f": "F",
    "airyai": r"\mathrm{Ai}",
    "airybi": r"\mathrm{Bi}",
}
_POWERED = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "log")
_SPACED = (r"\left|", r"\sin", r"\cos", r"\tan", r"\log", r"\arc", r"\operatorname", r"\exp", r"\max", r"\min")
_RELATIONS = {"==": "=", "!=": r"\neq", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}
_TALL = (r"\frac", r"\sum", r"\prod", r"\int", r"\begin", r"\left", r"\lim", r"\sqrt", r"\binom")


def latex(expr: Any) -> str:
    """The LaTeX of an expression, a relation, a matrix, a list, or an object with `_latex(printer)`."""
    return _latex(expr) if lasting(expr) else Latex().doprint(expr)


@lru_cache(maxsize=2048, typed=True)
def _latex(expr: Any) -> str:
    return Latex().doprint(expr)


def _bracketed(inner: str, marks: str = "()") -> str:
    """In brackets, which stretch only round what is tall."""
    if any(word in inner for word in _TALL):
        return rf"\left{marks[0]}{inner}\right{marks[1]}"
    return marks[0] + inner + marks[1]


class Latex(Ordered, LatexPrinter):
    """SymPy's LaTeX printer with the conventions of the field."""

    def __init__(self) -> None:
        super().__init__({"mat_str": "pmatrix", "mat_delim": "", "ln_notation": False})
        self._inline = 0

    # Names

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        return self._name(expr.name)

    _print_Dummy = _print_Symbol
    _print_RandomSymbol = _print_Symbol

    def _name(self, text: str) -> str:
        if text.startswith("\\"):
            return text
        name = named(text)
        tex = self._letter(name.letter)
        for accent in name.accents:
            tex = rf"\{accent}{{{tex}}}"
        tex = "d" + tex if name.differential else tex
        if name.lower:
            tex += "_{" + ",".join(self._letter(part) for part in name.lower) + "}"
        if name.upper == ("'",):
            return tex + "'"
        return tex + ("^{" + ",".join(self._letter(part) for part in name.upper) + "}" if name.upper else "")

    def _letter(self, text: str) -> str:
        if text in _LETTERS:
            return _LETTERS[text]
        if any(letter in _COMMAND_OF for letter in text):
            return " ".join(_COMMAND_OF.get(letter, letter) for letter in text)
        if len(text) <= 1 or text.isdigit() or (text[0] == "-" and text[1:].isdigit()):
            return text
        if len(text) == 2 and text[0].islower() and text[1].isdigit():
            return f"{text[0]}{text[1]}"
        return rf"\mathrm{{{text}}}"

    def _deal_with_super_sub(self, string: str, style: str = "plain") -> str:
        return self._name(string)

    # Sums and products

    def _print_Add(self, expr: sp.Add, order: str | None = None) -> str:
        tex = ""
        for term in ordered_terms(self._as_ordered_terms(expr, order=order)):
            printed = self._print(term)
            if isinstance(term, (sp.Add, sp.Piecewise)) or term.is_Relational:
                printed = _bracketed(printed)
            if printed.startswith("-"):
                tex += (" - " if tex else "-") + printed[1:].lstrip()
            else:
                tex += (" + " if tex else "") + printed
        return tex

    def _print_Mul(self, expr: Any) -> str:
        if not expr.is_commutative or isinstance(expr, sp.MatrixExpr):
            return super()._print_Mul(expr)
        form = shape(expr)
        sign = "-" if form.negative else ""
        if not form.below:
            return sign + self._factors([*form.above, *form.behind], alone=not sign)
        if self._inline:
            above = self._factors(form.above, alone=False) if form.above else "1"
            below = self._factors(form.below)
            bare = len(form.below) == 1 and (
                form.below[0].is_Symbol or form.below[0].is_Integer or form.below[0].is_Pow
            )
            text = f"{above}/{below if bare else _bracketed(below)}"
            return sign + text + (r"\, " + self._factors(form.behind) if form.behind else "")
        above = self._factors(form.above) if form.above else "1"
        tex = rf"{sign}\frac{{{above}}}{{{self._factors(form.below)}}}"
        return tex + (r"\," + self._factors(form.behind, alone=False) if form.behind else "")

    def _factors(self, factors: tuple[Any, ...] | list[Any], alone: bool = True) -> str:
        """Factors side by side; in brackets: sums, a sign that is not in front, operators before the last."""
        if not factors:
            return "1"
        if len(factors) == 1 and alone:
            return self._print(factors[0])
        tex = ""
        for place, factor in enumerate(factors):
            printed = self._print(factor)
            last = place == len(factors) - 1
            if (
                isinstance(factor, (sp.Add, sp.Piecewise))
                or factor.is_Relational
                or (isinstance(factor, OPERATORS) and not last)
                or printed.startswith("-")
            ):
                printed = _bracketed(printed)
            tex += self._between(tex, printed, factor) + printed
        return tex

    def _between(self, left: str, right: str, factor: Any) -> str:
        if not left:
            return ""
        if left.endswith(")") and right.startswith(("(", r"\left(")):
            return " "
        if right.startswith(_SPACED):
            return " "
        if right[0].isdigit() or (right.startswith(r"\frac") and left[-1].isdigit()):
            return r" \cdot "
        wide = rank(factor) > 4 or right.startswith((r"\mathrm", r"\operatorname", r"\frac", "d"))
        return r"\, " if wide or left.endswith(")") or r"\frac" in left or r"\mathrm" in left.split(" ")[-1] else " "

    def _print_Rational(self, expr: sp.Rational) -> str:
        if expr.q == 1:
            return str(expr.p)
        sign = "-" if expr.p < 0 else ""
        return f"{sign}{abs(expr.p)}/{expr.q}" if self._inline else rf"{sign}\frac{{{abs(expr.p)}}}{{{expr.q}}}"

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.args
        if base == sp.E:
            return self._exponential(exponent)
        if not expr.is_commutative:
            return super()._print_Pow(expr)
        if isinstance(exponent, sp.Rational) and exponent < 0:
            return self._print_Mul(expr)
        if isinstance(exponent, sp.Rational) and exponent.p == 1 and exponent.q > 1 and not self._inline:
            return rf"\sqrt{'' if exponent.q == 2 else f'[{exponent.q}]'}{{{self._print(base)}}}"
        if exponent == sp.S.Half:
            return rf"\sqrt{{{self._print(base)}}}"
        power = self._exponent(exponent)
        if type(base).__name__ in _POWERED and exponent.is_Integer and len(base.args) == 1:
            return self._applied(base, rf"^{{{power}}}")
        printed = self._print(base)
        simple = (
            base.is_Symbol
            or (base.is_Integer and base >= 0)
            or isinstance(base, (sp.Abs, sp.NumberSymbol, AppliedUndef))
        )
        if base.is_Symbol and ("^" in printed or "'" in printed or named(base.name).differential):
            simple = False
        return rf"{printed if simple else _bracketed(printed)}^{{{power}}}"

    def _exponent(self, exponent: sp.Basic) -> str:
        self._inline += 1
        try:
            return self._print(exponent)
        finally:
            self._inline -= 1

    def _exponential(self, exponent: sp.Basic) -> str:
        return "e" if exponent == 1 else rf"e^{{{self._exponent(exponent)}}}"

    def _print_ExpBase(self, expr: Any, exp: str | None = None) -> str:
        power = self._exponential(expr.args[0])
        return power if exp is None else rf"\left({power}\right)^{{{exp}}}"

    _print_exp = _print_ExpBase

    # Functions

    def _print_Function(self, expr: Any, exp: str | None = None) -> str:
        return self._applied(expr, "" if exp is None else rf"^{{{exp}}}")

    def _applied(self, expr: Any, power: str) -> str:
        name = type(expr).__name__
        if isinstance(expr, AppliedUndef):
            head = self._name(name)
        elif name in INDEXED and len(expr.args) >= 2:
            letter, _, above = INDEXED[name].partition("^")
            letter = letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"
            index, *between, point = map(self._print, expr.args)
            above = _bracketed(", ".join(between)) if between else above
            head = f"{letter}_{{{index}}}" + (f"^{{{above}}}" if above else "")
            return (_bracketed(head) if above and power else head) + power + _bracketed(point)
        else:
            head = _FUNCTIONS.get(name) or rf"\operatorname{{{name}}}".replace("_", r"\_")
        arguments = ", ".join(self._print(argument) for argument in expr.args)
        return head + power + _bracketed(arguments)

    def _print_log(self, expr: Any, exp: str | None = None) -> str:
        return self._applied(expr, "" if exp is None else rf"^{{{exp}}}")

    def _print_polygamma(self, expr: Any, exp: str | None = None) -> str:
        order, point = expr.args
        tex = r"\psi" + ("" if order == 0 else rf"^{{({self._print(order)})}}") + _bracketed(self._print(point))
        return tex if exp is None else rf"{_bracketed(tex)}^{{{exp}}}"

    def _print_hyper(self, expr: Any, exp: str | None = None) -> str:
        above, below = (", ".join(map(self._print, numbers)) for numbers in (expr.ap, expr.bq))
        tex = rf"{{}}_{{{len(expr.ap)}}}F_{{{len(expr.bq)}}}({above}; {below}; {self._print(expr.argument)})"
        return tex if exp is None else rf"{_bracketed(tex)}^{{{exp}}}"

    def _print_harmonic(self, expr: Any, exp: str | None = None) -> str:
        index, *order = map(self._print, expr.args)
        tex = rf"H_{{{index}}}" + (rf"^{{({order[0]})}}" if order else "")
        return tex if exp is None else rf"{_bracketed(tex) if order else tex}^{{{exp}}}"

    def _print_RisingFactorial(self, expr: Any, exp: str | None = None) -> str:
        point, count = map(self._print, expr.args)
        tex = f"{_bracketed(point)}_{{{count}}}"
        return tex if exp is None else rf"{_bracketed(tex)}^{{{exp}}}"

    def _print_Heaviside(self, expr: Any, exp: str | None = None) -> str:
        tex = r"\theta" + _bracketed(self._print(expr.args[0]))
        return tex if exp is None else rf"{tex}^{{{exp}}}"

    _print_gamma = _print_Max = _print_Min = _print_re = _print_im = _print_beta = _print_zeta = _print_Function
    _print_besselj = _print_bessely = _print_besseli = _print_besselk = _print_hankel1 = _print_hankel2 = (
        _print_Function
    )
    _print_jn = _print_yn = _print_legendre = _print_hermite = _print_laguerre = _print_chebyshevt = _print_Function
    _print_chebyshevu = _print_polylog = _print_expint = _print_assoc_laguerre = _print_assoc_legendre = _print_Function
    _print_gegenbauer = _print_jacobi = _print_airyai = _print_airybi = _print_Function
    _print_LambertW = _print_elliptic_k = _print_Function

    def _print_DiracDelta(self, expr: Any, exp: str | None = None) -> str:
        order = rf"^{{({self._print(expr.args[1])})}}" if len(expr.args) > 1 and expr.args[1] != 0 else ""
        tex = rf"\delta{order}{_bracketed(self._print(expr.args[0]))}"
        return tex if exp is None else rf"{_bracketed(tex)}^{{{exp}}}"

    def _print_Abs(self, expr: Any, exp: str | None = None) -> str:
        tex = rf"\left|{self._print(expr.args[0])}\right|"
        return tex if exp is None else rf"{tex}^{{{exp}}}"

    def _print_factorial(self, expr: Any, exp: str | None = None) -> str:
        return self._with_bangs(expr, "!", exp)

    def _print_factorial2(self, expr: Any, exp: str | None = None) -> str:
        return self._with_bangs(expr, "!!", exp)

    def _with_bangs(self, expr: Any, bangs: str, exp: str | None) -> str:
        argument = expr.args[0]
        printed = self._print(argument)
        tex = (
            printed if argument.is_Symbol or (argument.is_Integer and argument >= 0) else _bracketed(printed)
        ) + bangs
        return tex if exp is None else rf"({tex})^{{{exp}}}"

    # Operators

    def _operand(self, body: Any) -> str:
        printed = self._print(body)
        return _bracketed(printed) if isinstance(body, (sp.Add, sp.Piecewise)) or printed.startswith("-") else printed

    def _print_Derivative(self, expr: Any) -> str:
        letter = r"\partial" if len(expr.expr.free_symbols) > 1 or len(expr.variable_count) > 1 else "d"
        order = sp.Add(*[count for _, count in expr.variable_count])
        below = r"\,".join(
            (f"{letter} {self._print(variable)}" if letter != "d" else f"d{self._print(variable)}")
            + ("" if count == 1 else rf"^{{{self._print(count)}}}")
            for variable, count in expr.variable_count
        )
        above = letter + ("" if order == 1 else rf"^{{{self._print(order)}}}")
        body = expr.expr
        # SymPy prints ∂ₓ f p for ∂ₓ(f p); the scope of the operator must show.
        printed = rf"\left({self._print(body)}\right)" if isinstance(body, (sp.Mul, sp.Pow)) else self._operand(body)
        return rf"\frac{{{above}}}{{{below}}} {printed}"

    def _print_Integral(self, expr: Any) -> str:
        signs, ends = [], []
        for limit in reversed(expr.limits):
            bounds = [self._print(bound) for bound in limit[1:]]
            low, high = ([*bounds] if len(bounds) == 2 else ["", *bounds]) if bounds else ("", "")
            signs.append(r"\int" + (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else ""))
            ends.append(rf"\,d{self._print(limit[0])}")
        body = self._operand(expr.function)
        return "".join(signs) + " " + body + "".join(reversed(ends))

    def _ranged(self, sign: str, expr: Any) -> str:
        signs = "".join(
            rf"{sign}_{{{self._print(limit[0])}={self._print(limit[1])}}}^{{{self._print(limit[2])}}}"
            for limit in reversed(expr.limits)
        )
        return f"{signs} {self._operand(expr.function)}"

    def _print_Sum(self, expr: Any) -> str:
        return self._ranged(r"\sum", expr)

    def _print_Product(self, expr: Any) -> str:
        return self._ranged(r"\prod", expr)

    def _print_Limit(self, expr: Any) -> str:
        body, variable, point, direction = expr.args
        side = "" if str(direction) == "+-" or point in (sp.oo, -sp.oo) else rf"^{{{direction}}}"
        return rf"\lim_{{{self._print(variable)} \to {self._print(point)}{side}}} {self._operand(body)}"

    def _print_Subs(self, subs: Any) -> str:
        body, old, new = subs.args
        places = r",\,".join(f"{self._print(name)}={self._print(value)}" for name, value in zip(old, new, strict=True))
        return rf"\left.{self._operand(body)}\right|_{{{places}}}"

    def _print_Order(self, expr: Any) -> str:
        points = (
            ""
            if all(point == 0 for point in expr.point)
            else rf",\ {self._print(expr.variables[0])} \to {self._print(expr.point[0])}"
        )
        return rf"\mathcal{{O}}{_bracketed(self._print(expr.expr) + points)}"

    # Relations and conditions

    def _print_Relational(self, expr: Any) -> str:
        return f"{self._print(expr.lhs)} {_RELATIONS[expr.rel_op]} {self._print(expr.rhs)}"

    def _print_Piecewise(self, expr: Any) -> str:
        rows = [
            rf"{self._print(value)} & "
            + (r"\text{otherwise}" if condition == True else rf"\text{{if }}{self._print(condition)}")  # noqa: E712 - SymPy's truth values are no Python booleans
            for value, condition in expr.args
        ]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def _print_And(self, e: Any) -> str:
        if links := chain(e):
            return f"{self._print(links[0])} {_RELATIONS[links[1].rel_op]} {self._print(links[1].rhs)}"
        return self._joined(r"\text{ and }", e)

    def _print_Or(self, e: Any) -> str:
        return self._joined(r"\text{ or }", e)

    def _print_Not(self, e: Any) -> str:
        return r"\text{not }" + _bracketed(self._print(e.args[0]))

    def _joined(self, word: str, expr: Any) -> str:
        parts = conjuncts(expr)
        return word.join(
            self._print(part) if part.is_Relational or part.is_Symbol else _bracketed(self._print(part))
            for part in parts
        )

    def _print_BooleanTrue(self, expr: Any) -> str:
        return r"\text{true}"

    def _print_BooleanFalse(self, expr: Any) -> str:
        return r"\text{false}"

    def _print_str(self, expr: str) -> str:
        return rf"\text{{{expr}}}"

    def _print_UndefinedFunction(self, expr: Any) -> str:
        return self._name(spelled(str(expr)))
