"""Operations of the ball backend: arb and acb of python-flint. Every operation encloses: its result contains the
exact value for all points of its arguments.

Undecided conditions are None, and a selection on None is the union of both sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import flint
import numpy as np
from flint import acb, arb, fmpq, fmpz
from sympy import Expr, Rational

from numerics.kernel.errors import KernelError

LITERAL_ORDER: frozenset[str] = frozenset()
PRECISION = 53
Truth = bool | None


def ball(value: Any) -> arb | acb:
    """A ball that contains the value: exact for int, float, Fraction and SymPy rationals, rounded outwards for
    decimal text."""
    if isinstance(value, arb | acb):
        return value
    if isinstance(value, int | np.integer):
        return arb(int(value))
    if isinstance(value, float | np.floating | str | fmpz | fmpq):
        return arb(float(value) if isinstance(value, np.floating) else value)
    if isinstance(value, complex):
        return acb(value)
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    if isinstance(value, Rational):
        return arb(fmpq(int(value.p), int(value.q)))
    if isinstance(value, Expr):
        raise KernelError(
            f"{value}: balls take numbers; make it an argument of its own kernel, kernel({value}, [], backend='arb')()"
        )
    raise KernelError(f"no ball from {value!r}: give arb, acb, int, float, Fraction, a SymPy rational or decimal text")


def method(name: str) -> Callable[..., Any]:
    return lambda x: getattr(ball(x), name)()


def _kind(*values: Any) -> list[Any]:
    """Balls of one kind: all arb, or all acb."""
    balls = [ball(v) for v in values]
    return [acb(b) for b in balls] if any(isinstance(b, acb) for b in balls) else balls


def by_order(name: str) -> Callable[..., Any]:
    """SymPy's f(order, x) by flint's x.f(order)."""

    def operation(order: Any, x: Any) -> Any:
        order, x = _kind(order, x)
        return getattr(x, name)(order)

    return operation


def through_complex(function: Callable[..., acb]) -> Callable[..., Any]:
    """A function that flint has for complex balls only; of real arguments the result is real, or nan if it is not."""

    def operation(*values: Any) -> Any:
        balls = [ball(v) for v in values]
        result = function(*(acb(b) for b in balls))
        if any(isinstance(b, acb) for b in balls):
            return result
        return result.real if result.imag.contains(0) else arb.nan()

    return operation


def union(a: Any, b: Any) -> Any:
    a, b = _kind(a, b)
    return a.union(b)


def select(condition: Truth, a: Any, b: Any) -> Any:
    if condition is None:
        return union(a, b)
    return ball(a if condition else b)


def _order(yes: Callable[[Any, Any], bool], no: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    def decide(a: Any, b: Any) -> Truth:
        a, b = _kind(a, b)
        return True if yes(a, b) else False if no(a, b) else None

    return decide


less = _order(lambda a, b: a < b, lambda a, b: a >= b)
less_equal = _order(lambda a, b: a <= b, lambda a, b: a > b)
equal = _order(lambda a, b: a == b, lambda a, b: a != b)


def negation(condition: Truth) -> Truth:
    return None if condition is None else not condition


def all_of(*conditions: Truth) -> Truth:
    return False if any(c is False for c in conditions) else None if any(c is None for c in conditions) else True


def any_of(*conditions: Truth) -> Truth:
    return negation(all_of(*(negation(c) for c in conditions)))


def xor(*conditions: Truth) -> Truth:
    return None if any(c is None for c in conditions) else sum(map(bool, conditions)) % 2 == 1


def choose(condition: Truth, a: Any, b: Any) -> Any:
    """ITE: a condition or a ball, by a condition."""
    if isinstance(a, bool | None) and isinstance(b, bool | None):
        return (a if condition else b) if condition is not None else (a if a == b else None)
    return select(condition, a, b)


def step(x: Any, at_zero: Any) -> Any:
    return select(less(0, x), 1, select(less(x, 0), 0, at_zero))


def remainder(a: Any, b: Any) -> Any:
    a, b = ball(a), ball(b)
    return a - b * (a / b).floor()


def pow_log(n: Any, u: Any) -> Any:
    """uⁿ log u; a ball that touches 0 from the right gets |uⁿ log u| ≤ max(1/(ne), bⁿ |log b|) up to its upper end
    b."""
    u = ball(u)
    if u == 0:
        return arb(0)
    if u > 0:
        return u**n * u.log()
    if not u.lower() >= 0:
        return arb.nan()
    b = u.upper()
    bound = (1 / (ball(n) * arb.const_e())).max(b**n * abs(b.log())).upper()
    return arb(0, bound)


def log1m_exp(u: Any) -> Any:
    u = ball(u)
    return (-u.exp()).log1p() if u < -1 else (-u.expm1()).log()


def softplus(u: Any) -> Any:
    return ball(u).exp().log1p()


def spherical(n: int, u: Any) -> Any:
    """j_n(u) = uⁿ/(2n+1)!! ₀F₁(; n + 3/2; −u²/4), entire (DLMF 10.53.1)."""
    u = ball(u)
    return u**n / math.prod(range(1, 2 * n + 2, 2)) * (-u * u / 4).hypgeom_0f1(arb(n) + arb(1.5))


def hyper(a: Sequence[Any], b: Sequence[Any], z: Any) -> Any:
    return _kind(z)[0].hypgeom([ball(v) for v in a], [ball(v) for v in b])


def atan2(y: Any, x: Any) -> Any:
    return arb.atan2(ball(y), ball(x))


def polygamma(n: Any, x: Any) -> Any:
    if n == 0:
        return ball(x).digamma()
    return through_complex(lambda z: z.polygamma(acb(n)))(x)


def zeta(s: Any, a: Any = 1) -> Any:
    s, a = _kind(s, a)
    return s.zeta() if a == 1 else s.zeta(a)


def gamma_quotient(numerator: Sequence[Any], denominator: Sequence[Any]) -> Any:
    result = arb(1)
    for v in numerator:
        result = result * ball(v).gamma()
    for v in denominator:
        result = result * ball(v).rgamma()
    return result


def expint(n: Any, x: Any) -> Any:
    n, x = _kind(n, x)
    return x.expint(n)


def expand(value: Any, batch: Any = None) -> Any:
    return value if value is None or isinstance(value, bool) else ball(value)


def stack(parts: Sequence[Any], shape: tuple[int, ...], batch: Any) -> Any:
    result = np.empty(len(parts), dtype=object)
    result[:] = [expand(p) for p in parts]
    return result.reshape(shape)


_METHODS = (
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "exp",
    "log",
    "sqrt",
    "rsqrt",
    "sec",
    "csc",
    "cot",
    "sech",
    "csch",
    "coth",
    "erf",
    "erfc",
    "erfi",
    "erfinv",
    "erfcinv",
    "gamma",
    "digamma",
    "sinc",
)

OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: method(name) for name in _METHODS},
    "loggamma": method("lgamma"),
    "Ei": method("ei"),
    "Si": method("si"),
    "Ci": method("ci"),
    "Shi": method("shi"),
    "Chi": method("chi"),
    "li": method("li"),
    "fresnels": method("fresnel_s"),
    "fresnelc": method("fresnel_c"),
    "factorial": lambda x: (ball(x) + 1).gamma(),
    "acot": lambda x: (1 / ball(x)).atan(),
    "asec": lambda x: (1 / ball(x)).acos(),
    "acsc": lambda x: (1 / ball(x)).asin(),
    "asech": lambda x: (1 / ball(x)).acosh(),
    "acsch": lambda x: (1 / ball(x)).asinh(),
    "acoth": lambda x: (1 / ball(x)).atanh(),
    "square": lambda x: ball(x) ** 2,
    "power": lambda x, n: ball(x) ** n,
    "pow": lambda a, b: _kind(a, b)[0] ** _kind(a, b)[1],
    "Log1p": method("log1p"),
    "Expm1": method("expm1"),
    "Log1mexp": log1m_exp,
    "Softplus": softplus,
    "Sigmoid": lambda u: 1 / (1 + (-ball(u)).exp()),
    "LogSumExp": lambda *u: sum((ball(v).exp() for v in u), arb(0)).log(),
    "PowLog": pow_log,
    "XLog1p": lambda u: pow_log(1, 1 + ball(u)) if not 1 + ball(u) > 0 else (1 + ball(u)) * ball(u).log1p(),
    "Erfcx": lambda u: (ball(u) ** 2).exp() * ball(u).erfc(),
    "LogErfc": lambda u: ball(u).erfc().log(),
    "SphericalJ": spherical,
    "Lambert": lambda k, u: ball(u).lambertw(int(k)),
    "LambertW": lambda u, k=0: acb(ball(u)).lambertw(int(k)),
    "Floor": method("floor"),
    "Ceil": method("ceil"),
    "Sign": method("sgn"),
    "Step": step,
    "Remainder": remainder,
    "Abs": lambda x: abs(ball(x)),
    "re": lambda x: acb(ball(x)).real,
    "im": lambda x: acb(ball(x)).imag,
    "conjugate": method("conjugate"),
    "arg": lambda x: acb(ball(x)).arg(),
    "sign": lambda x: acb(ball(x)).sgn(),
    "atan2": atan2,
    "maximum": lambda *a: reduce(lambda p, q: p.max(q), map(ball, a)),
    "minimum": lambda *a: reduce(lambda p, q: p.min(q), map(ball, a)),
    "polygamma": polygamma,
    "beta": lambda a, b: gamma_quotient([a, b], [ball(a) + ball(b)]),
    "binomial": lambda n, k: gamma_quotient([ball(n) + 1], [ball(k) + 1, ball(n) - ball(k) + 1]),
    "zeta": zeta,
    "lowergamma": lambda s, x: ball(x).gamma_lower(ball(s)),
    "uppergamma": lambda s, x: ball(x).gamma_upper(ball(s)),
    "expint": expint,
    "besselj": by_order("bessel_j"),
    "bessely": by_order("bessel_y"),
    "besseli": by_order("bessel_i"),
    "besselk": by_order("bessel_k"),
    "airyai": lambda x: ball(x).airy()[0],
    "airyaiprime": lambda x: ball(x).airy()[1],
    "airybi": lambda x: ball(x).airy()[2],
    "airybiprime": lambda x: ball(x).airy()[3],
    "chebyshevt": by_order("chebyshev_t"),
    "chebyshevu": by_order("chebyshev_u"),
    "hermite": by_order("hermite_h"),
    "legendre": by_order("legendre_p"),
    "polylog": by_order("polylog"),
    "elliptic_k": through_complex(acb.elliptic_k),
    "elliptic_e": through_complex(lambda *a: acb.elliptic_e(*a) if len(a) == 1 else acb.elliptic_e_inc(*a)),
    "elliptic_f": through_complex(acb.elliptic_f),
    "hyper": hyper,
    "erf2": lambda a, b: ball(b).erf() - ball(a).erf(),
    "rational": lambda p, q: arb(fmpq(p, q)),
    "pi": arb.pi,
    "e": arb.const_e,
    "euler_gamma": arb.const_euler,
    "catalan": arb.const_catalan,
    "i": lambda: acb(0, 1),
    "golden_ratio": lambda: (1 + arb(5).sqrt()) / 2,
    "less": less,
    "less_equal": less_equal,
    "greater": lambda a, b: less(b, a),
    "greater_equal": lambda a, b: less_equal(b, a),
    "equal": equal,
    "not_equal": lambda a, b: negation(equal(a, b)),
    "all_of": all_of,
    "any_of": any_of,
    "xor": xor,
    "negation": negation,
    "select": choose,
    "Select": select,
    "stack": stack,
    "expand": expand,
    "common_batch": lambda *_: None,
}


def _elements(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """An argument as an object array of batch shape, its elements balls or, for a vector argument, arrays of balls."""
    array = np.asarray(value, dtype=object)
    split = array.ndim - len(shape)
    if split < 0 or array.shape[split:] != shape:
        raise KernelError(f"an argument's last dimensions must be {shape}, got shape {array.shape}")
    result = np.empty(array.shape[:split], dtype=object)
    for index in np.ndindex(*result.shape):
        result[index] = np.vectorize(ball, otypes=[object])(array[index]) if shape else ball(array[index])
    return result


def compile_kernel(
    source: Callable[[int | None], str],
    functions: Mapping[str, Callable[..., Any]],
    groups: Sequence[Any],
    dtype: Any,
    result: Callable[[Any], Any],
) -> tuple[str, Callable[..., Any]]:
    """(source text, callable on the tuple of values): balls one point after the other, object arrays of them for
    batches."""
    if not (dtype is None or isinstance(dtype, int) or str(dtype) == "complex"):
        raise KernelError(f"dtype {dtype!r}: for balls give the precision in bits, or 'complex'")
    text = source(None)
    namespace = OPERATIONS | dict(functions)
    exec(compile(text, "<kernel>", "exec"), namespace)
    body, bits = namespace["run"], dtype if isinstance(dtype, int) else PRECISION

    def run(values: Sequence[Any], prec: int | None = None) -> Any:
        with flint.ctx.workprec(prec or bits):
            columns = [_elements(v, g.shape) for v, g in zip(values, groups, strict=True)]
            if dtype == "complex":
                columns = [
                    np.vectorize(acb, otypes=[object])(c) if c.dtype == object and c.size else c for c in columns
                ]
            batch = np.broadcast_shapes(*(c.shape for c in columns))
            wide = [np.broadcast_to(c, batch) for c in columns]
            if not batch:
                return result(body(*(c[()] for c in wide)))
            rows = [body(*(c[index] for c in wide)) for index in np.ndindex(*batch)]
            return result([_gather(parts, batch) for parts in zip(*rows, strict=True)] if rows else [])

    return text, run


def _gather(parts: Sequence[Any], batch: tuple[int, ...]) -> np.ndarray:
    inner = parts[0].shape if isinstance(parts[0], np.ndarray) else ()
    result = np.empty((len(parts), *inner), dtype=object)
    for i, part in enumerate(parts):
        result[i] = part
    return result.reshape(batch + inner)
