"""Source code of a kernel: straight lines of arithmetic and named operations, common parts computed once, constants
folded.

Every subexpression without variables becomes one literal, rounded once from 30 digits to the precision of the target;
for balls nothing is folded, constants
are computed at the precision of the call. Division, small integer powers and square roots are written as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import (
    ITE,
    Add,
    And,
    Basic,
    Dummy,
    Eq,
    Expr,
    Float,
    Function,
    Ge,
    Gt,
    I,
    Integer,
    Le,
    Lt,
    Max,
    Min,
    Mul,
    Ne,
    Not,
    Number,
    NumberSymbol,
    Or,
    Pow,
    Rational,
    S,
    Symbol,
    Tuple,
    Xor,
    cse,
    numbered_symbols,
)
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from numerics.kernel.constants import constant
from numerics.kernel.errors import KernelError
from numerics.kernel.signature import Argument, Leaf

SUM, PRODUCT, ATOM = 0, 1, 2
_OPERATION = {
    Eq: "equal",
    Ne: "not_equal",
    Lt: "less",
    Le: "less_equal",
    Gt: "greater",
    Ge: "greater_equal",
    And: "all_of",
    Or: "any_of",
    Not: "negation",
    Xor: "xor",
    ITE: "select",
    Max: "maximum",
    Min: "minimum",
}
_CONSTANT = {
    S.Pi: "pi",
    S.Exp1: "e",
    S.EulerGamma: "euler_gamma",
    S.Catalan: "catalan",
    I: "i",
    S.GoldenRatio: "golden_ratio",
}
HIGHEST_ORDER = 20


@dataclass
class Emitter:
    """Text of expressions for one backend; `bits` is the mantissa of the literals, None for balls; `operations` are
    the names it may call."""

    names: dict[Basic, str]
    operations: frozenset[str]
    functions: frozenset[str]
    backend: str
    bits: int | None
    literal_order: frozenset[str] = frozenset()
    literals: dict[Basic, Expr] = field(default_factory=dict)

    def text(self, expr: Basic, level: int = SUM) -> str:
        """`expr` as source text, in brackets if it binds looser than `level`."""
        text, own = self._text(expr)
        return f"({text})" if own < level else text

    def _text(self, expr: Basic) -> tuple[str, int]:
        if expr in self.names:
            return self.names[expr], ATOM
        if isinstance(expr, BooleanTrue | BooleanFalse):
            return str(bool(expr)), ATOM
        if expr in self.literals:
            return self._constant(self.literals[expr])
        if isinstance(expr, Number | NumberSymbol) or expr is I:
            return self._constant(expr)
        if isinstance(expr, Add):
            return self._add(expr), SUM
        if isinstance(expr, Mul):
            return self._mul(expr), PRODUCT
        if isinstance(expr, Pow):
            return self._pow(expr)
        if isinstance(expr, Tuple):
            return f"[{', '.join(self.text(a) for a in expr.args)}]", ATOM
        if isinstance(expr, Symbol):
            raise KernelError(f"{expr} is not among the arguments")
        return self._call(expr), ATOM

    def _constant(self, expr: Expr) -> tuple[str, int]:
        if isinstance(expr, Integer) and abs(int(expr)) <= 2 ** (self.bits or 4096):
            text = str(int(expr))
        elif self.bits is not None:
            value = constant(expr, self.bits)
            text = repr(value)
        elif isinstance(expr, Rational):
            return f"rational({expr.p}, {expr.q})", ATOM
        elif isinstance(expr, Float):
            p, q = Rational(expr).as_numer_denom()
            return f"rational({p}, {q})", ATOM
        elif expr in _CONSTANT:
            return f"{_CONSTANT[expr]}()", ATOM
        else:
            raise KernelError(f"the constant {expr} has no ball; give it as an argument")
        return text, PRODUCT if text.startswith("-") else ATOM

    def _add(self, expr: Add) -> str:
        terms = sorted(expr.args, key=lambda t: t.is_Number or t in self.literals)
        text = self.text(terms[0], SUM)
        for term in terms[1:]:
            part = self.text(term, PRODUCT)
            text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
        return text

    def _mul(self, expr: Mul) -> str:
        factors = sorted(expr.args, key=lambda f: not (f.is_Number or f in self.literals))
        sign, above, below = "", [], []
        if factors[0] == -1:
            sign, factors = "-", factors[1:]
        for f in factors:
            if isinstance(f, Pow) and isinstance(f.exp, Rational) and f.exp < 0 and f.exp != Rational(-1, 2):
                below.append(self.text(Pow(f.base, -f.exp), ATOM))
            else:
                above.append(self.text(f, PRODUCT if not above and not sign else ATOM))
        text = sign + ("*".join(above) or "1")
        if below:
            text += f"/{below[0]}" if len(below) == 1 else f"/({'*'.join(below)})"
        return text

    def _pow(self, expr: Pow) -> tuple[str, int]:
        base, exponent = expr.args
        if exponent.is_Rational and exponent < 0 and exponent != Rational(-1, 2):
            return f"1/{self.text(Pow(base, -exponent), ATOM)}", PRODUCT
        name = {Rational(2): "square", Rational(1, 2): "sqrt", Rational(-1, 2): "rsqrt"}.get(exponent)
        if name:
            return f"{self._name(name, expr)}({self.text(base)})", ATOM
        if exponent.is_Integer:
            return f"{self._name('power', expr)}({self.text(base)}, {int(exponent)})", ATOM
        return f"{self._name('pow', expr)}({self.text(base)}, {self.text(exponent)})", ATOM

    def _call(self, expr: Basic) -> str:
        name = _OPERATION.get(type(expr), type(expr).__name__)
        if isinstance(expr, AppliedUndef):
            name = str(expr.func)
        if name in self.literal_order and not (expr.args[0].is_Integer and -1 <= expr.args[0] <= HIGHEST_ORDER):
            raise KernelError(
                f"{expr}: the {self.backend} backend has {name} only for a literal integer "
                f"order up to {HIGHEST_ORDER}; try expand_func, or backend='arb'"
            )
        return f"{self._name(name, expr)}({', '.join(self.text(a) for a in expr.args)})"

    def _name(self, name: str, expr: Basic) -> str:
        if name not in self.functions and (name not in self.operations or isinstance(expr, AppliedUndef)):
            what = "function" if isinstance(expr, Function) else "operation"
            raise KernelError(
                f"the {self.backend} backend has no {what} {name!r}, needed for {expr}; "
                f"give it as functions={{{name!r}: callable}}, "
                "rewrite the expression (`.rewrite`, `expand_func`), or take backend='arb', which knows more functions"
            )
        return name

    def fold(self, expr: Basic, memo: dict[Basic, Basic]) -> Basic:
        """`expr` with each greatest part without variables (but for rationals, which are exact) replaced by a symbol
        for its literal."""
        if expr in memo:
            return memo[expr]
        result = expr
        if not expr.free_symbols:
            if isinstance(expr, Expr) and not isinstance(expr, Rational):
                result = Dummy("c")
                self.literals[result] = expr
        elif isinstance(expr, Add | Mul):
            fixed = expr.func(*(a for a in expr.args if not a.free_symbols))
            rest = (self.fold(a, memo) for a in expr.args if a.free_symbols)
            result = expr.func(self.fold(fixed, memo), *rest)
        elif expr.args:
            args = [self.fold(a, memo) for a in expr.args]
            result = expr.func(*args) if any(a is not b for a, b in zip(args, expr.args, strict=True)) else expr
        memo[expr] = result
        return result


def emit(
    name: str,
    arguments: Sequence[Argument],
    symbols: Mapping[Basic, str],
    outputs: Sequence[Leaf],
    emitter: Emitter,
    comment: str,
) -> str:
    """The source of one function of the arguments that returns the tuple of `outputs`; `symbols` names the variables
    in the expressions.

    A scalar that misses some argument, and every matrix, is expanded to the batch shape of all arguments.
    """
    taken = {
        *emitter.operations,
        *emitter.functions,
        *symbols.values(),
        *(a.name for a in arguments),
        "batch",
        "stack",
        "expand",
    }
    letters = (s for s in numbered_symbols("t", start=0) if s.name not in taken)
    entries, memo = [e for leaf in outputs for e in leaf.entries], {}
    if emitter.bits:
        entries = [emitter.fold(e, memo) for e in entries]
    common, reduced = cse(entries, symbols=letters)
    lines = [a.unpacking() for a in arguments if a.shape]
    emitter.names |= dict(symbols)
    body = []
    for symbol, part in common:
        body.append(f"{symbol.name} = {emitter.text(part)}")
        emitter.names[symbol] = symbol.name
    everything = set(symbols)
    results, start, batched = [], 0, False
    for leaf in outputs:
        parts = [emitter.text(e) for e in reduced[start : start + len(leaf.entries)]]
        start += len(leaf.entries)
        if leaf.shape:
            results.append(f"stack([{', '.join(parts)}], {leaf.shape}, batch)")
        elif everything and everything <= leaf.entries[0].free_symbols:
            results.append(parts[0])
            continue
        else:
            results.append(f"expand({parts[0]}, batch)")
        batched = True
    if batched:
        lines.append(f"batch = common_batch({', '.join(symbols.values())})")
    lines += [*body, f"return ({', '.join(results)},)"]
    head = f"def {name}({', '.join(a.name for a in arguments)}):"
    return "\n".join([f"# {comment}", head, *(f"    {line}" for line in lines)]) + "\n"
