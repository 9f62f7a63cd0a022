"""From the parse tree of a mathematical text to its SymPy value: a method for each rule of the grammar."""

from __future__ import annotations

import difflib
import functools
import operator
import re
from typing import TYPE_CHECKING, Any, NoReturn

import sympy as sp
from sympy.logic.boolalg import Boolean
from sympy.matrices.matrixbase import MatrixBase

from derive.text.forms import FORMS
from derive.text.magnitude import OutOfTime, cpu_limit, digits_of_exponential, digits_of_power, power_size
from derive.text.reading import LARGEST_CONSTANT, Reading
from derive.text.syntax import Listing, Refusal, TextError, syntax_tree
from derive.text.vocabulary import CONSTANTS, NEEDS_ARGUMENT, SLOW, functions, spelled

if TYPE_CHECKING:
    from lark import Token, Tree

LONGEST_NUMBER = 1_000
CPU_SECONDS = 0.8

_RELATIONS: dict[str, type] = {
    "<": sp.StrictLessThan,
    "<=": sp.LessThan,
    "≤": sp.LessThan,
    ">": sp.StrictGreaterThan,
    ">=": sp.GreaterThan,
    "≥": sp.GreaterThan,
    "=": sp.Equality,
    "==": sp.Equality,
    "!=": sp.Unequality,
    "≠": sp.Unequality,
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


class Reader(Reading):
    """The value of a text: a method for each rule of the grammar."""

    def read(self) -> Any:
        """The value of the text."""
        tree = syntax_tree(self.text)
        try:
            if not self._may_be_slow():
                return self._result(tree)
            with cpu_limit(CPU_SECONDS):
                return self._result(tree)
        except OutOfTime:
            reason, remedy = (
                "reading this takes too long: SymPy does not come to an end with it",
                "give it in simpler parts",
            )
        except RecursionError:
            reason, remedy = "the text is nested too deeply", "split it into parts with names of their own"
        raise TextError(self.text, 0, len(self.text), reason, remedy)

    def _may_be_slow(self) -> bool:
        text = self.text
        return len(text) > 200 or bool(re.search("[<>=≤≥≠]", text)) or not SLOW.isdisjoint(re.findall(r"\w+", text))

    def _result(self, tree: Tree) -> Any:
        value = self._statement(tree.children[0]) if self.verbatim else self.value(tree.children[0])
        if isinstance(value, Listing):
            self.refuse_listing(tree)
        return value

    def _number(self, token: Token) -> sp.Rational:
        mantissa, _, exponent = token.lower().partition("e")
        if len(mantissa) > LONGEST_NUMBER or len(exponent) > 6 or abs(int(exponent or 0)) > LONGEST_NUMBER:
            raise Refusal(f"a number of more than {LONGEST_NUMBER} digits", "keep it as a symbol")
        whole, _, decimals = mantissa.partition(".")
        return sp.Rational(int((whole + decimals) or 0)) * sp.Integer(10) ** (int(exponent or 0) - len(decimals))

    def _name(self, token: Token) -> Any:
        name = spelled(token)
        for scope in reversed(self.bound):
            if name in scope:
                return scope[name]
        if name in self.names:
            return self.names[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.functions or name in NEEDS_ARGUMENT:
            raise Refusal(f"'{token}' is a function and has no argument here", f"write {token}(x)")
        if name == "i":
            raise Refusal(
                "'i' may be the imaginary unit or an index",
                "write I for the unit, or declare i, for example integer='i'",
            )
        return self.symbol(name)

    def _group(self, inner: Any) -> Any:
        return self.value(inner)

    def _sum(self, first: Any, *rest: Any) -> Any:
        terms = [self.expression(first)]
        for sign, term in zip(rest[::2], rest[1::2], strict=True):
            value = self.expression(term)
            terms.append(value if sign == "+" else -value)
        if any(isinstance(term, MatrixBase) for term in terms):
            return functools.reduce(operator.add, terms)
        return sp.Add(*terms)

    def _term(self, first: Any, *rest: Any) -> Any:
        product = self.expression(first)
        many = len(rest) > 200
        factors = [product]
        for sign, factor in zip(rest[::2], rest[1::2], strict=True):
            value = self.expression(factor)
            if sign in "/÷":
                if value == 0:
                    self.refuse(factor, "division by zero", "")
                value = sp.Pow(value, -1) if many else value
            if many:
                factors.append(value)
            else:
                product = product / value if sign in "/÷" else product * value
        return sp.Mul(*factors) if many else product

    def _signed(self, sign: Token, factor: Any) -> Any:
        value = self.expression(factor)
        return value if sign == "+" else -value

    def _power(self, base: Any, exponent: Any) -> Any:
        self._refuse_root(base)
        return self._raised(self.expression(base), self.expression(exponent))

    def _superscript(self, base: Any, token: Token) -> Any:
        self._refuse_root(base)
        return self._raised(self.expression(base), sp.Integer(int(token.translate(_SUPERSCRIPTS))))

    def _refuse_root(self, base: Any) -> None:
        if base.data == "root":
            raise Refusal("the root of a power, or the power of a root?", "write √(x^2) or (√x)^2")

    def _raised(self, base: Any, exponent: Any) -> Any:
        if isinstance(base, MatrixBase):
            if not (isinstance(exponent, sp.Integer) and abs(exponent) <= 30):
                raise Refusal("powers of matrices are read up to 30", "")
            return base**exponent
        if isinstance(exponent, sp.Rational):
            if base == 0 and exponent < 0:
                raise Refusal("division by zero", "")
            self.charge(digits_of_power(base, exponent))
            if exponent.q > 1 and digits_of_power(base, sp.Integer(1)) > 1500:
                raise Refusal("the root of a number of more than 450 digits", "keep it as a symbol")
        if base.is_number and exponent.is_number:
            size = power_size(self.magnitude.size(base), self.magnitude.log2(exponent))
            if size > LARGEST_CONSTANT and base not in (0, 1, -1, sp.I, -sp.I):
                raise Refusal("a constant too large, or too small, to be computed with", "keep it as a symbol")
        if base == sp.E:
            self.charge(digits_of_exponential(exponent))
        return base**exponent

    def _root(self, atom: Any) -> Any:
        return self._raised(self.expression(atom), sp.S.Half)

    def _factorial(self, operand: Any, bangs: Token) -> Any:
        self._refuse_root(operand)
        return self._apply("factorial" if bangs == "!" else "factorial2", [self.expression(operand)])

    def _statement(self, tree: Any) -> Any:
        """A top statement, whose relations are kept as they stand."""
        kind = getattr(tree, "data", "")
        if kind == "relation":
            return self._chain(*tree.children, evaluate=False)
        if kind == "group":
            return self._statement(tree.children[0])
        if kind in ("disjunction", "conjunction", "complement"):
            parts = [self._statement(child) for child in tree.children]
            for part, child in zip(parts, tree.children, strict=True):
                if not isinstance(part, Boolean) or isinstance(part, sp.Symbol):
                    self.refuse(
                        child, "an expression stands where a condition is wanted", "write a relation such as x > 0"
                    )
            return {"disjunction": sp.Or, "conjunction": sp.And, "complement": sp.Not}[kind](*parts)
        return self.value(tree)

    def _relation(self, *parts: Any) -> Any:
        return self._chain(*parts, evaluate=True)

    def _chain(self, *parts: Any, evaluate: bool) -> Any:
        sides = [self.expression(part) for part in parts[::2]]
        signs = [str(sign) for sign in parts[1::2]]
        links = []
        for left, sign, right in zip(sides, signs, sides[1:], strict=False):
            if isinstance(left, MatrixBase) != isinstance(right, MatrixBase) or (
                isinstance(left, MatrixBase) and sign not in "=="
            ):
                raise Refusal("a matrix is compared with something else, or by size", "")
            links.append(_RELATIONS[sign](left, right, evaluate=evaluate))
        return links[0] if len(links) == 1 else sp.And(*links)

    def _disjunction(self, *parts: Any) -> Any:
        return sp.Or(*[self.condition(part) for part in parts])

    def _conjunction(self, *parts: Any) -> Any:
        return sp.And(*[self.condition(part) for part in parts])

    def _complement(self, part: Any) -> Any:
        return sp.Not(self.condition(part))

    def _tuple(self, *parts: Any) -> Listing:
        return Listing("()", tuple(self.value(part) for part in parts))

    def _list(self, *parts: Any) -> Listing:
        return Listing("[]", tuple(self.value(part) for part in parts))

    def _call(self, name: Token, arguments: Any = None) -> Any:
        parts = list(arguments.children) if arguments is not None else []
        form = FORMS.get(name)
        if form is not None and name not in self.functions:
            return form(self, parts)
        values = []
        for part in parts:
            value = self.value(part)
            if isinstance(value, Listing) and name not in ("hyper", "meijerg", "O", "Order"):
                self.refuse(part, "a list stands where an expression is wanted", "")
            values.append(value.as_tuple() if isinstance(value, Listing) else value)
        return self._apply(str(name), values, name)

    def _apply(self, name: str, values: list[Any], token: Token | None = None) -> Any:
        plain = spelled(name)
        if plain in self.functions:
            if not values:
                raise Refusal(f"'{name}' has no argument here", f"write {name}(x)")
            return self.functions[plain](*values)
        known = functions().get(plain)
        if known is None:
            self._refuse_function(plain, token)
        if not known.least <= len(values) <= known.most:
            raise Refusal(f"'{name}' takes {known.takes()}, not {len(values)}", "")
        logical = plain in ("And", "Or", "Not")
        for value in values:
            if (isinstance(value, Boolean) and not isinstance(value, sp.Symbol)) != logical:
                raise Refusal(f"'{name}' takes {'conditions' if logical else 'expressions'}", "")
            if isinstance(value, MatrixBase):
                raise Refusal(f"'{name}' takes no matrix", "")
        largest = known.integers_up_to
        if largest is not None and any(isinstance(value, sp.Rational) and abs(value) > largest for value in values):
            raise Refusal(f"'{name}' of a number beyond {largest} would be spelled out", "keep the number as a symbol")
        if plain == "exp":
            self.charge(digits_of_exponential(values[0]))
            return self._raised(sp.E, values[0])
        if plain in ("sqrt", "cbrt", "root", "Pow"):
            second = {"sqrt": sp.Rational(1, 2), "cbrt": sp.Rational(1, 3)}.get(plain)
            return self._raised(values[0], second or (values[1] if plain == "Pow" else 1 / values[1]))
        if largest is not None:
            self.charge(sum(8.0 * float(abs(value)) for value in values if isinstance(value, sp.Rational)))
        return known.build(*values)

    def _refuse_function(self, name: str, token: Token | None) -> NoReturn:
        words = [*functions(), *self.functions, *FORMS]
        close = [name.lower()] if name.lower() in words else difflib.get_close_matches(name, words, 1)
        if name in self.names or (len(name) == 1 and not close):
            reason, remedy = (
                f"'{name}' is not a function",
                f'for a product write {name}*(...); for a function declare functions="{name}"',
            )
        else:
            reason = f"unknown function '{name}'"
            remedy = f"did you mean '{close[0]}'?" if close else f'declare it: functions="{name}"'
        self.refuse(token, reason, remedy)

    def _primed_name(self, name: Token, _primes: Token) -> NoReturn:
        raise Refusal(
            f"{name}' has no argument",
            f'write {name}\'(x) for a function declared by functions="{name}"; a symbol may be called {name}_1',
        )

    def _primed(self, name: Token, primes: Token, arguments: Any = None) -> Any:
        plain = spelled(name)
        if plain not in self.functions:
            raise Refusal(
                f"'{name}' is not declared as a function", f'declare functions="{name}", or write diff({name}(x), x)'
            )
        if arguments is None or len(arguments.children) != 1:
            raise Refusal("a prime is for functions of one argument", f"write diff({name}(x, y), x)")
        order = sum({"″": 2, "‴": 3}.get(mark, 1) for mark in primes)
        point = self.expression(arguments.children[0])
        if isinstance(point, sp.Symbol):
            return sp.Derivative(self.functions[plain](point), (point, order))
        inner = sp.Symbol("xi")
        while inner in point.free_symbols:
            inner = sp.Symbol(inner.name + "_1")
        return sp.Subs(sp.Derivative(self.functions[plain](inner), (inner, order)), inner, point)
