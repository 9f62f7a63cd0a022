"""Functions that floating point needs and SymPy lacks: the same value as their definition, but computable where that
definition cancels, overflows
or is 0·∞; each knows its derivative, so that gradients stay in stable form.

A form is never evaluated by SymPy's rules, only by the ladder of `emit` and the operations of a backend. Forms live
over the real numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import (
    Expr,
    Function,
    Integer,
    LambertW,
    Pow,
    Rational,
    ceiling,
    cos,
    erfc,
    exp,
    floor,
    log,
    pi,
    sign,
    sin,
    sqrt,
)


class Form(Function):
    """A function left alone by SymPy; `definition()` is what it equals, away from removable singularities."""

    is_real = True
    is_commutative = True

    if TYPE_CHECKING:

        def __new__(cls, *args: Any) -> Expr: ...

    @classmethod
    def eval(cls, *args: Any) -> None:
        return None

    @classmethod
    def _should_evalf(cls, arg: Any) -> int:
        return -1

    def definition(self) -> Expr:
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Expr | None:
        return self.definition()._eval_evalf(prec)


class Log1p(Form):
    """log(1 + u), u > −1."""

    def definition(self) -> Expr:
        return log(1 + self.args[0])

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (1 + self.args[0])


class Expm1(Form):
    """exp(u) − 1."""

    def definition(self) -> Expr:
        return exp(self.args[0]) - 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return exp(self.args[0])


class Log1mexp(Form):
    """log(1 − exp(u)), u < 0."""

    def definition(self) -> Expr:
        return log(1 - exp(self.args[0]))

    def fdiff(self, argindex: int = 1) -> Expr:
        return -1 / Expm1(-self.args[0])


class Sigmoid(Form):
    """1/(1 + exp(−u)); σ′(u) = σ(u) σ(−u)."""

    def definition(self) -> Expr:
        return 1 / (1 + exp(-self.args[0]))

    def fdiff(self, argindex: int = 1) -> Expr:
        return Sigmoid(self.args[0]) * Sigmoid(-self.args[0])


class Softplus(Form):
    """log(1 + exp(u)); its derivative is the sigmoid."""

    def definition(self) -> Expr:
        return log(1 + exp(self.args[0]))

    def fdiff(self, argindex: int = 1) -> Expr:
        return Sigmoid(self.args[0])


class LogSumExp(Form):
    """log Σᵢ exp(uᵢ); ∂ᵢ = exp(uᵢ − value), never above 1."""

    def definition(self) -> Expr:
        return log(sum((exp(u) for u in self.args), Integer(0)))

    def fdiff(self, argindex: int = 1) -> Expr:
        return exp(self.args[argindex - 1] - self)


class PowLog(Form):
    """PowLog(n, u) = uⁿ log u for a literal n ≥ 1 and u ≥ 0, with value 0 at u = 0."""

    def definition(self) -> Expr:
        n, u = self.args
        return u**n * log(u)

    def fdiff(self, argindex: int = 2) -> Expr:
        n, u = self.args
        if n == 1:
            return log(u) + 1
        lower = PowLog(n - 1, u) if n >= 2 else u ** (n - 1) * log(u)
        return n * lower + u ** (n - 1)


class XLog1p(Form):
    """(1 + u) log(1 + u) for u ≥ −1, with value 0 at u = −1."""

    def definition(self) -> Expr:
        return (1 + self.args[0]) * log(1 + self.args[0])

    def fdiff(self, argindex: int = 1) -> Expr:
        return Log1p(self.args[0]) + 1


class Erfcx(Form):
    """exp(u²) erfc(u)."""

    def definition(self) -> Expr:
        return exp(self.args[0] ** 2) * erfc(self.args[0])

    def fdiff(self, argindex: int = 1) -> Expr:
        return 2 * self.args[0] * self - 2 / sqrt(pi)


class LogErfc(Form):
    """log erfc(u), finite far in the tail."""

    def definition(self) -> Expr:
        return log(erfc(self.args[0]))

    def fdiff(self, argindex: int = 1) -> Expr:
        return -2 / (sqrt(pi) * Erfcx(self.args[0]))


class SphericalJ(Form):
    """SphericalJ(n, u): spherical Bessel j_n, j₀ = sin(u)/u; (2n+1) j_n′ = n j_{n−1} − (n+1) j_{n+1}, regular at 0
    (DLMF 10.51.2)."""

    def definition(self) -> Expr:
        from sympy import expand_func, jn

        return expand_func(jn(*self.args))

    def fdiff(self, argindex: int = 2) -> Expr:
        n, u = self.args
        lower = n * SphericalJ(n - 1, u) if n > 0 else Integer(0)
        return (lower - (n + 1) * SphericalJ(n + 1, u)) / (2 * n + 1)


class Lambert(Form):
    """Lambert(k, u): the real branch k = 0 (u ≥ −1/e) or k = −1 (−1/e ≤ u < 0) of W exp(W) = u; W′ = exp(−W)/(1 +
    W)."""

    def definition(self) -> Expr:
        return LambertW(self.args[1], self.args[0])

    def fdiff(self, argindex: int = 2) -> Expr:
        return exp(-self) / (1 + self)


class StepLike(Form):
    """A function that is constant between jumps: its derivative is 0 almost everywhere, and that is the derivative
    taken."""

    def fdiff(self, argindex: int = 1) -> Expr:
        return Integer(0)


class Floor(StepLike):
    """⌊u⌋."""

    def definition(self) -> Expr:
        return floor(self.args[0])


class Ceil(StepLike):
    """⌈u⌉."""

    def definition(self) -> Expr:
        return ceiling(self.args[0])


class Sign(StepLike):
    """u/|u|, and 0 at 0."""

    def definition(self) -> Expr:
        return sign(self.args[0])


class Step(StepLike):
    """Step(u, h): 1 for u > 0, 0 for u < 0, h at 0."""

    def definition(self) -> Expr:
        from sympy import Heaviside

        return Heaviside(*self.args)


class Remainder(Form):
    """Remainder(u, v) = u − v⌊u/v⌋, of the sign of v."""

    def definition(self) -> Expr:
        return self.args[0] - self.args[1] * floor(self.args[0] / self.args[1])

    def fdiff(self, argindex: int = 1) -> Expr:
        return Integer(1) if argindex == 1 else -Floor(self.args[0] / self.args[1])


class Select(Form):
    """Select(condition, a, b): a where the condition holds, else b. Made by `branches` after all differentiation is
    done."""

    is_real = None


HALF_ANGLE = {  # c − c f(u) without cancellation, by the class of f
    exp: lambda u: -Expm1(u),
    cos: lambda u: 2 * sin(u / 2) ** 2,
    Sigmoid: lambda u: Sigmoid(-u),
}
SQUARED = {  # c − c f(u)²
    cos: lambda u: sin(u) ** 2,
    sin: lambda u: cos(u) ** 2,
}


def literal_power(expr: Expr) -> tuple[Expr, Expr]:
    """(base, exponent) of `expr`, (expr, 1) when it is no power with a literal rational exponent."""
    if isinstance(expr, Pow) and isinstance(expr.exp, Rational):
        return expr.base, expr.exp
    return expr, Integer(1)
