"""Signs of expressions on a domain, by structure: sound, incomplete, quick.

A sign set S ⊆ {−1, 0, 1} holds every sign that the expression may take; `None` means: not shown to be real.
"""

from __future__ import annotations

from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Mul,
    PolynomialError,
    Pow,
    S,
    Symbol,
    acosh,
    arg,
    asinh,
    atan,
    conjugate,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    factor_terms,
    fraction,
    gamma,
    im,
    log,
    pi,
    re,
    sin,
    sinh,
    tanh,
    together,
)

from .assumed import trusted
from .budget import OutOfReach
from .certificate import combine
from .domain import Domain, domain_of
from .radicals import by_squaring
from .reading import formula

Signs = frozenset[int]
ANY: Signs = frozenset({-1, 0, 1})
POSITIVE, NEGATIVE, ZERO = frozenset({1}), frozenset({-1}), frozenset({0})
NONNEGATIVE, NONPOSITIVE, NONZERO = frozenset({0, 1}), frozenset({-1, 0}), frozenset({-1, 1})

_ODD_INCREASING = (sinh, asinh, atan, tanh, erf)
_MAX_DEPTH = 12
_MAX_FRACTION = 80
_MAX_OPS = 14  # the assumption system may take exponential time on nested expressions


def signs(expr: Expr, domain: Domain, depth: int = 0) -> Signs | None:
    """The possible signs of `expr` (already refined) on `domain`."""
    key = ("signs", expr)
    if key in domain.memo:
        return domain.memo[key]
    if depth > _MAX_DEPTH:
        return _assumed(expr)
    domain.memo[key] = _assumed(expr)
    found = domain.memo[key]
    if found is None or len(found) > 1:
        found = _meet(found, _structural(expr, domain, depth))
        if found is not None and len(found) > 1:
            found = _meet(found, _from_facts(expr, domain))
    domain.memo[key] = found
    return found


def _meet(a: Signs | None, b: Signs | None) -> Signs | None:
    if a is None or b is None:
        return b if a is None else a
    return (a & b) or a


def _assumed(expr: Expr) -> Signs | None:
    """What SymPy's assumption system says of atoms and of small expressions."""
    if expr.is_Rational:
        return frozenset({int(expr.p > 0) - int(expr.p < 0)})
    if expr.args and (expr.count_ops() > _MAX_OPS or not trusted(expr)):
        return None
    if not expr.is_extended_real:
        return None
    if expr.is_positive:
        return POSITIVE
    if expr.is_negative:
        return NEGATIVE
    if expr.is_zero:
        return ZERO
    out = ANY
    if expr.is_nonnegative:
        out = NONNEGATIVE
    elif expr.is_nonpositive:
        out = NONPOSITIVE
    return out - {0} if expr.is_zero is False else out


def _product(a: Signs, b: Signs) -> Signs:
    return frozenset(x * y for x in a for y in b)


def _sum(a: Signs, b: Signs) -> Signs:
    out: set[int] = set()
    for x in a:
        for y in b:
            out |= {x, y} - {0} if x * y == 0 and (x or y) else {x} if x == y else {-1, 0, 1}
    return frozenset(out)


def _structural(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    if isinstance(expr, Mul):
        return _fold(expr.args, _product, domain, depth)
    if isinstance(expr, Add):
        return _of_sum(expr, domain, depth)
    if isinstance(expr, Pow):
        return _of_power(expr, domain, depth)
    if not expr.args:
        return None
    inner = signs(expr.args[0], domain, depth + 1)
    if isinstance(expr, Abs):
        return POSITIVE if inner is not None and 0 not in inner else NONNEGATIVE
    if isinstance(expr, re | im | arg):
        return ANY
    if inner is None:
        return None
    if isinstance(expr, exp | cosh | erfc):
        return POSITIVE
    if isinstance(expr, sin | cos):
        return _in_the_first_arc(expr, domain, depth)
    if isinstance(expr, conjugate):
        return ANY
    if isinstance(expr, _ODD_INCREASING):
        return inner
    if isinstance(expr, gamma):
        return POSITIVE if inner == POSITIVE else None
    if isinstance(expr, log):
        return signs(expr.args[0] - 1, domain, depth + 1) if inner == POSITIVE else None
    if isinstance(expr, acosh):
        low = signs(expr.args[0] - 1, domain, depth + 1)
        return low if low is not None and low <= NONNEGATIVE else None
    return None


def _in_the_first_arc(expr: Expr, domain: Domain, depth: int) -> Signs:
    """sin y > 0 for 0 < y < π, cos y > 0 for |y| < π/2."""
    y: Any = expr.args[0]
    gaps = (y, pi - y) if isinstance(expr, sin) else (pi / 2 + y, pi / 2 - y)
    if not y.has(sin, cos) and all(signs(gap.expand(), domain, depth + 1) == POSITIVE for gap in gaps):
        return POSITIVE
    return ANY


def _by_extremes(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    """a + b c with one c = sin y or cos y lies between a − b and a + b."""
    waves = expr.atoms(sin, cos)
    if len(waves) != 1:
        return None
    (wave,) = waves
    slope: Any = expr.expand().coeff(wave, 1)
    if slope == 0 or slope.has(wave) or (expr - slope * wave).expand().has(wave):
        return None
    if signs(wave.args[0], domain, depth + 1) is None:
        return None
    ends = {e: signs((expr - slope * wave + e * slope).expand(), domain, depth + 2) for e in (1, -1)}
    if any(end is None for end in ends.values()):
        return None
    both = ends[1] | ends[-1]  # pyright: ignore - neither is None here
    if not (both <= NONNEGATIVE or both <= NONPOSITIVE):
        return None
    zero = [e for e, end in ends.items() if 0 in end]  # pyright: ignore - neither is None here
    return both - {0} if len(zero) == 1 and _never(wave, zero[0], domain, depth) else both


def _by_absolute(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    """|u| is u or −u."""
    nodes = expr.atoms(Abs)
    if len(nodes) != 1:
        return None
    (node,) = nodes
    u: Any = node.args[0]
    if signs(u, domain, depth + 1) is None:
        return None
    both = [signs(expr.xreplace({node: sign * u}).expand(), domain, depth + 2) for sign in (1, -1)]
    return None if None in both else both[0] | both[1]  # pyright: ignore - none is None here


def _never(wave: Expr, extreme: int, domain: Domain, depth: int) -> bool:
    """Whether cos y (sin y) does not take the value ±1: y lies between two neighbouring places where it does."""
    y: Any = wave.args[0] - pi / 2 if isinstance(wave, sin) else wave.args[0]
    first = 0 if extreme == 1 else pi
    return any(
        all(signs(gap.expand(), domain, depth + 2) == POSITIVE for gap in (y - low, low + 2 * pi - y))
        for low in (first, first - 2 * pi)
    )


def _fold(args: Any, law: Any, domain: Domain, depth: int) -> Signs | None:
    total: Signs | None = None
    for part in args:
        one = signs(part, domain, depth + 1)
        if one is None:
            return None
        total = one if total is None else law(total, one)
    return total


def _of_power(expr: Pow, domain: Domain, depth: int) -> Signs | None:
    base, exponent = expr.args
    under = signs(base, domain, depth + 1)
    if under is None:
        return None
    if under == POSITIVE and signs(exponent, domain, depth + 1) is not None:
        return POSITIVE
    if exponent.is_integer:
        if exponent.is_Integer and int(exponent) < 0:
            under = under - {0}
        if exponent.is_even:
            return POSITIVE if 0 not in under else frozenset({0, 1} if 1 in under or -1 in under else {0})
        return under if exponent.is_odd else None
    if under <= NONNEGATIVE and exponent.is_Rational:
        return under if exponent > 0 else POSITIVE
    return None


def _of_sum(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    plain = _fold(expr.args, _sum, domain, depth)
    if plain is None or len(plain) == 1:
        return plain
    monotone = _monotone(expr, domain, depth)
    best = _meet(plain, monotone)
    if best is not None and len(best) == 1:
        return best
    if depth < 6:
        best = _meet(best, _factored(expr, domain, depth))
        best = _meet(best, _by_extremes(expr, domain, depth))
        best = _meet(best, _by_absolute(expr, domain, depth))
        if best is None or len(best) > 1:
            best = _meet(best, _over_one_denominator(expr, domain, depth))
        if (best is None or len(best) > 1) and any(p.exp == S.Half or p.exp == -S.Half for p in expr.atoms(Pow)):
            best = _meet(best, by_squaring(expr, lambda part: signs(part, domain, depth + 2)))
    return best


def _factored(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    """Signs of the factors over Q, the subexpressions that are no polynomials taken as letters."""
    from .letters import factors

    split = factors(expr)
    if split is None or len(split) < 2:
        pulled = factor_terms(expr)
        return _fold(pulled.args, _product, domain, depth + 1) if isinstance(pulled, Mul) else None
    total: Signs = POSITIVE
    for base, power in split:
        one = _of_power(Pow(base, power, evaluate=False), domain, depth + 1) if power != 1 else signs(
            base, domain, depth + 1)  # fmt: skip
        if one is None:
            return None
        total = _product(total, one)
    return total


def _over_one_denominator(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    """The signs of numerator and denominator of a sum of fractions."""
    if not any(p.exp.is_negative for p in expr.atoms(Pow)) or expr.count_ops() > _MAX_FRACTION:
        return None
    top, bottom = fraction(together(expr))
    if bottom == 1 or top.count_ops() > 2 * _MAX_FRACTION:
        return None
    return _fold((expand(top), bottom), _product, domain, depth + 2)


def _monotone(expr: Expr, domain: Domain, depth: int) -> Signs | None:
    """F(u) − F(v) has the sign of u − v for increasing F: exp, log, √, sinh, tanh, atan, erf; or constants."""
    if len(expr.args) != 2:
        return None
    a, b = expr.args
    u, v = _as_exponent(a), _as_exponent(-b)
    if u is not None and v is not None:
        return signs(u - v, domain, depth + 1)
    u, v = _as_exponent(-a), _as_exponent(b)
    if u is not None and v is not None:
        return signs(v - u, domain, depth + 1)
    for first, second in ((a, -b), (b, -a)):
        if first.func == second.func and isinstance(first, (*_ODD_INCREASING, log)):
            inner = signs(first.args[0], domain, depth + 1), signs(second.args[0], domain, depth + 1)
            if isinstance(first, log) and inner != (POSITIVE, POSITIVE):
                continue
            return signs(first.args[0] - second.args[0], domain, depth + 1)
        if isinstance(first, _BOUNDED_BY_ONE) and second.is_Rational and abs(second) >= 1:
            return NEGATIVE if second > 0 else POSITIVE
        roots = _square(first), _square(second)
        if roots[0] is not None and roots[1] is not None and (first.is_Pow or second.is_Pow):
            both = signs(first, domain, depth + 1), signs(second, domain, depth + 1)
            if all(s is not None and s <= NONNEGATIVE for s in both):
                return signs(roots[0] - roots[1], domain, depth + 1)
    return None


_BOUNDED_BY_ONE = (tanh, erf)


def _square(expr: Expr) -> Expr | None:
    if isinstance(expr, Pow) and expr.exp == S.Half:
        return expr.base
    return expr**2 if isinstance(expr, Symbol) or expr.is_Rational else None


def _as_exponent(expr: Expr) -> Expr | None:
    """u with expr = exp(u), for exp, for positive rationals, and for products of both."""
    if expr == 1:
        return S.Zero
    if isinstance(expr, exp):
        return Add(expr.args[0])
    if isinstance(expr, Mul):
        inner = [_as_exponent(arg) for arg in expr.args]
        return None if any(u is None for u in inner) else Add(*inner)  # pyright: ignore - no part is None here
    return log(expr) if expr.is_Rational and expr > 0 else None


def _from_facts(expr: Expr, domain: Domain) -> Signs | None:
    """expr = Σ λ_i f_i with λ_i ≥ 0 and f_i ≥ 0 known or products of known ones (Handelman's certificate)."""
    up, down = combine(expr, domain), combine(-expr, domain)
    out = ANY
    if up is not None:
        out &= POSITIVE if up else NONNEGATIVE
    if down is not None:
        out &= NEGATIVE if down else NONPOSITIVE
    for fact in domain.nonzero:
        if (fact - expr).expand() == 0 or (fact + expr).expand() == 0:
            out -= {0}
    return out or None


def _ask(expr: Any, given: Any) -> Signs | None:
    try:
        domain = given if isinstance(given, Domain) else domain_of(given)
        refined = expr if isinstance(given, Domain) else domain.refine(expr)
        return signs(refined, domain)
    except OutOfReach:
        return None


def sign_of(expr: Any, given: Any = ()) -> int | None:
    """1, 0 or −1 if `expr` has that one sign everywhere on the domain, else None."""
    found = _ask(formula(expr), given)
    return next(iter(found)) if found is not None and len(found) == 1 else None


def is_positive(expr: Any, given: Any = ()) -> bool | None:
    """True: expr > 0 on the domain. False: nowhere on it. None: neither is shown."""
    return _member(_ask(formula(expr), given), POSITIVE)


def is_nonnegative(expr: Any, given: Any = ()) -> bool | None:
    """True: expr ≥ 0 on the domain. False: nowhere on it. None: neither is shown."""
    return _member(_ask(formula(expr), given), NONNEGATIVE)


def is_nonzero(expr: Any, given: Any = ()) -> bool | None:
    """True: expr ≠ 0 on the domain. False: it is zero there. None: neither is shown."""
    expr = formula(expr)
    found = _member(_ask(expr, given), NONZERO)
    plainly = found is None and expr.is_zero is False and trusted(expr)
    return True if plainly or (found is None and _stated_nonzero(expr, given)) else found


def _stated_nonzero(expr: Any, given: Any) -> bool:
    """`expr` is, up to a rational factor, the difference of the sides of a given `Ne`."""
    try:
        domain = given if isinstance(given, Domain) else domain_of(given)
        refined = expr if isinstance(given, Domain) else domain.refine(expr)
        return any((refined / fact).cancel().is_Rational for fact in domain.nonzero if fact.count_ops() < 40)
    except (OutOfReach, PolynomialError):
        return False


def is_real(expr: Any, given: Any = ()) -> bool | None:
    """True: expr is real (finite) on the domain. None: not shown."""
    expr = formula(expr)
    found = _ask(expr, given)
    if found is None:
        return False if expr.is_extended_real is False and trusted(expr) else None
    return True if expr.is_infinite is not True else None


def _member(found: Signs | None, wanted: Signs) -> bool | None:
    if found is None:
        return None
    if found <= wanted:
        return True
    return None if found & wanted else False
