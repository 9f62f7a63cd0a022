"""Elements of a differential field: num / Π p_i^{e_i} with known irreducible p_i, kept in lowest terms.

 The denominator is factored and free of algebraic generators; the numerator is reduced modulo their relations.
Law: two elements of one field with independent generators are equal if and only if both parts agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Expr

from .errors import FieldError

if TYPE_CHECKING:
    from .field import Field

Exponents = tuple[tuple[int, int], ...]  # ((factor, exponent > 0), ...), sorted by factor


class Element:
    """An immutable element of a `Field`: arithmetic, `diff`, `is_zero`, `expr`."""

    __slots__ = ("_diffs", "_expr", "_hash", "_num", "den", "field")

    def __init__(self, field: Field, num: Any, den: Exponents) -> None:
        self.field, self._num, self.den = field, num, den
        self._expr: Expr | None = None
        self._diffs: dict[Any, Element] | None = None
        self._hash: int | None = None

    @property
    def num(self) -> Any:
        """The numerator in the present ring of the field."""
        num, ctx = self._num, self.field.ring.ctx
        if num.context() is not ctx:
            num = self._num = self.field.ring.lift(num)
        return num

    def __add__(self, other: Any) -> Element:
        other = self.field.coerce(other)
        if other is None:
            return NotImplemented
        K, a, b = self.field, self.num, other.num
        if a.is_zero():
            return other
        if b.is_zero():
            return self
        if self.den == other.den:
            return K.lowest(a + b, self.den)
        den, left, right, shared = meet(self.den, other.den)
        total = K.ring.multiply(a, K.product(left)) + K.ring.multiply(b, K.product(right))
        return K.lowest(total, den, shared)

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element(self.field, -self.num, self.den)

    def __sub__(self, other: Any) -> Element:
        other = self.field.coerce(other)
        return NotImplemented if other is None else self + (-other)

    def __rsub__(self, other: Any) -> Element:
        return -self + other

    def __mul__(self, other: Any) -> Element:
        other = self.field.coerce(other)
        if other is None:
            return NotImplemented
        K, a, b = self.field, self.num, other.num
        if a.is_zero() or b.is_zero():
            return K.zero
        if not self.den and not other.den:
            return Element(K, K.ring.times(a, b), ())
        return K.lowest(K.ring.times(a, b), join(self.den, other.den))

    __rmul__ = __mul__

    def inverse(self) -> Element:
        """1/self. Raises `DivisionByZero`; `Undecided` where the divisor is not shown to be non-zero."""
        return self.field.invert(self)

    def __truediv__(self, other: Any) -> Element:
        other = self.field.coerce(other)
        return NotImplemented if other is None else self * other.inverse()

    def __rtruediv__(self, other: Any) -> Element:
        return self.inverse() * other

    def __pow__(self, n: int) -> Element:
        if not isinstance(n, int):
            return NotImplemented
        base, n = (self, n) if n >= 0 else (self.inverse(), -n)
        if n == 0:
            return self.field.one
        K = self.field
        if K.ring.is_rational(base.num):
            return Element(K, K.ring.power(base.num, n), tuple((i, e * n) for i, e in base.den))
        total = None
        while n:
            if n & 1:
                total = base if total is None else total * base
            n >>= 1
            if n:
                base = base * base
        return total  # pyright: ignore[reportReturnType] - n > 0 has a highest bit, so it is set

    def is_zero(self) -> bool:
        """Exact. True: the normal form is zero, a proof. Raises `Undecided` where neither is proven."""
        if self._num.is_zero():
            return True
        self.field.witness.nonzero(self)
        return False

    def __bool__(self) -> bool:
        return not self.is_zero()

    def __eq__(self, other: object) -> bool:
        try:
            there = self.field.coerce(other)
        except FieldError:
            return NotImplemented
        if there is None:
            return NotImplemented
        if self.den == there.den and self.num == there.num:
            return True
        return (self - there).is_zero()

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = self.field.fingerprint(self)
        return self._hash

    def diff(self, *variables: Any) -> Element:
        """The derivative by one variable, or by several in turn."""
        value = self
        for x in variables:
            if value._diffs is None:
                value._diffs = {}
            found = value._diffs.get(x)
            if found is None:
                found = value._diffs[x] = value.field.derivations.derive(value, x)
            value = found
        return value

    def expr(self) -> Expr:
        """The element as a person would have written it: one product of factored sums."""
        if self._expr is None:
            self._expr = self.field.writer.write(self)
        return self._expr

    def __repr__(self) -> str:
        return f"Element({self.expr()})"

    def _repr_latex_(self) -> str:
        from sympy import latex

        return f"$\\displaystyle {latex(self.expr())}$"

    def __reduce__(self) -> tuple[Callable[..., Element], tuple[Any, ...]]:
        return _restored, (self.field, self.expr())


def _restored(field: Field, expr: Expr) -> Element:
    return field(expr)


def join(a: Exponents, b: Exponents) -> Exponents:
    """Exponents of the product."""
    if not a:
        return b
    if not b:
        return a
    total = dict(a)
    for i, e in b:
        total[i] = total.get(i, 0) + e
    return tuple(sorted(total.items()))


def meet(a: Exponents, b: Exponents) -> tuple[Exponents, Exponents, Exponents, list[int]]:
    """Least common denominator, what each side lacks of it, and the factors that may cancel in a sum.

    A prime with unequal exponents cannot cancel: one summand is prime to it, the other is not.
    """
    x, y = dict(a), dict(b)
    den, left, right, shared = [], [], [], []
    for i in sorted(x.keys() | y.keys()):
        e, f = x.get(i, 0), y.get(i, 0)
        top = max(e, f)
        den.append((i, top))
        if e < top:
            left.append((i, top - e))
        elif f < top:
            right.append((i, top - f))
        else:
            shared.append(i)
    return tuple(den), tuple(left), tuple(right), shared
