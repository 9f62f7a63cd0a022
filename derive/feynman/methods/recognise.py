"""The last resort: a number without parameters as a short combination of constants (PSLQ): a guess, and marked so.

The value is enclosed to `DIGITS` digits; an integer relation is looked for with all of them but `SPARE`; it counts only
if its coefficients hold far fewer digits than were used, and if it survives on the spare ones. Constants of one weight
go together (π, log 2 have weight 1; π², Catalan's constant 2; ζ(3) 3), times a square root that the integrand suggests.
Reference: H. Ferguson, D. Bailey, S. Arno, Analysis of PSLQ, Math. Comp. 68 (1999), 351-369.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from typing import Any

import mpmath
import sympy as sp

from derive.derivation import Derivation
from derive.feynman.limits import OutOfTime
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

DIGITS, SPARE, LEAST = 65, 20, 34
LARGEST = 5000  # of a coefficient
SHORT = 4  # bases up to this size are tried with every factor
ENOUGH = 0.7  # seconds
MARGIN = 14  # digits by which the relation has to be overdetermined before the spare ones

_LOG2, _LOG3, _LOG5 = sp.log(2), sp.log(3), sp.log(5)
_PI, _G, _GAMMA, _ZETA = sp.pi, sp.Catalan, sp.EulerGamma, sp.zeta(3)


@dataclass(frozen=True)
class Recognise:
    """The method, for integrals without parameters."""

    name: str = "recognised number"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """At most one guess, for the integral that was asked for itself; the method is asked last."""
        if problem.parameters or search.depth > 1:
            return
        if search.left < ENOUGH:
            raise OutOfTime
        number = search.enclose(problem, {}, DIGITS) or search.enclose(problem, {}, LEAST + SPARE)
        if number is None:
            return
        value = mpmath.re(number.mid)
        if abs(value) <= number.radius or abs(mpmath.im(number.mid)) > number.radius:
            return
        good = int(-mpmath.log10(number.radius / abs(value))) if number.radius else DIGITS
        if good < LEAST:
            return
        found = search.limited(8.0, recognised, value, min(good, DIGITS), suggested(problem.integrand))
        if found is None:
            return
        words = f"recognised to {min(good, DIGITS)} digits by an integer relation (a guess, no proof)"
        steps = Derivation(problem.integral, problem.given).to(found, words).qed()
        yield Proposal(found, "recognised number", steps, guessed=True)


def suggested(f: Any) -> tuple[Any, ...]:
    """Factors that the numbers and functions in the integrand suggest, 1 first."""
    integers = {abs(int(n)) for n in f.atoms(sp.Integer)} | {int(q.q) for q in f.atoms(sp.Rational)}
    roots = [sp.sqrt(n) for n in sorted({2, 3, *(n for n in integers if 4 < n < 30)}) if not sp.sqrt(n).is_Integer]
    out: list[Any] = [sp.S.One, *roots]
    if f.has(sp.exp, sp.erf, sp.erfc, sp.log):
        out += [1 / sp.sqrt(sp.pi), sp.sqrt(2 / sp.pi), sp.sqrt(sp.pi)]
    out += [1 / sp.pi]
    if f.has(sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh):
        out += [sp.exp(-1), sp.exp(1)]
    return tuple(out)


def recognised(value: Any, digits: int, factors: tuple[Any, ...]) -> Any | None:
    """The value as a short rational combination of one of the bases times one of the factors; None if it is none."""
    used = digits - SPARE
    with mpmath.workdps(digits + 10):
        target = mpmath.mpf(value)
        order = [(factors[0], basis) for basis in _BASES]
        order += [(factor, basis) for factor in factors[1:] for basis in _BASES if len(basis) <= SHORT]
        for factor, basis in order:
            numbers = [_number(c, digits) for c in basis]
            relation = _relation([target / _number(factor, digits), *numbers], used, digits)
            if relation is not None:
                terms = (sp.Rational(-k, relation[0]) * c for k, c in zip(relation[1:], basis, strict=True))
                return factor * sp.Add(*terms)
        logs = [mpmath.log(_number(c, digits)) for c in _FACTORS]
        relation = _relation([mpmath.log(abs(target)), *logs], used, digits)
        if relation is not None and abs(relation[0]) <= 12 and max(map(abs, relation)) <= 48:
            powers = (sp.Rational(-k, relation[0]) for k in relation[1:])
            return sp.sign(target) * sp.Mul(*(c**p for c, p in zip(_FACTORS, powers, strict=True)))
    return None


def _number(constant: Any, digits: int) -> Any:
    return mpmath.mpf(sp.N(constant, digits + 10)._mpf_) if constant.is_number else mpmath.mpf(constant)


def _relation(numbers: list[Any], used: int, digits: int) -> list[int] | None:
    """An integer relation that involves the first number, overdetermined at `used` digits and true at `digits`."""
    with mpmath.workdps(used):
        found = mpmath.pslq([+v for v in numbers], maxcoeff=LARGEST, maxsteps=4000)
    if found is None or found[0] == 0:
        return None
    if sum(log10(abs(k)) for k in found if k) + MARGIN > used:
        return None
    size = max(abs(k * v) for k, v in zip(found, numbers, strict=True))
    residue = abs(mpmath.fsum(k * v for k, v in zip(found, numbers, strict=True)))
    return [int(k) for k in found] if residue < size * mpmath.mpf(10) ** (3 - digits) else None


_BASES: tuple[tuple[Any, ...], ...] = (
    (sp.S.One, sp.sqrt(2), sp.sqrt(3)),
    (_GAMMA, _LOG2, _PI, sp.log(_PI), sp.S.One),
    (_PI, _PI * sp.exp(-1), sp.S.One, sp.exp(-1)),
    (_PI, _PI * sp.exp(1), sp.S.One, sp.exp(1)),
    (_PI**3, _PI * _LOG2, _PI**2, _PI),
    (sp.S.One, _PI, _LOG2, _PI**2),
    (_PI**2, _PI * _LOG2, _LOG2**2, _G),
    (sp.S.One, _PI, _LOG2, _PI**2, _PI * _LOG2, _LOG2**2, _G),
    (_PI, _LOG2, _LOG3, _LOG5, sp.S.One),
    (_PI**2, _PI * _LOG2, _PI * _LOG3, _LOG2**2, _LOG2 * _LOG3, _LOG3**2, _G),
    (_ZETA, _PI**2 * _LOG2, _LOG2**3, _PI**3, _PI * _G, _PI * _LOG2**2),
    (_ZETA, _PI**2, _PI**2 * _LOG2, _LOG2, _LOG2**2, _PI, sp.S.One),
    (_PI, _PI * _LOG2, _PI * sp.log(_PI), _PI * _GAMMA, _PI * sp.loggamma(sp.Rational(1, 4))),
    (sp.S.One, _GAMMA, _LOG2, sp.log(_PI), _LOG3),
    (_GAMMA**2, _GAMMA * _LOG2, _LOG2**2, _PI**2, _GAMMA, _LOG2),
    (_PI * _LOG2, _PI * sp.log(1 + sp.sqrt(2)), _PI**2, _G, _LOG2**2, sp.log(1 + sp.sqrt(2)) ** 2),
    (_PI * _LOG2, _PI * _LOG3, _PI * sp.log(2 + sp.sqrt(3)), _G, _PI**2, sp.polygamma(1, sp.Rational(1, 3))),
    (_PI**4, _ZETA * _LOG2, _PI**2 * _LOG2**2, _LOG2**4, sp.polylog(4, sp.Rational(1, 2)), _PI * _ZETA),
    (_PI**3, _PI * _LOG2**2, _G * _LOG2, _PI * _ZETA, _PI**2, sp.S.One),
    (_PI**2, _PI**2 * sp.sqrt(3), _PI**2 * sp.sqrt(2), _LOG2**2, _LOG2 * sp.log(1 + sp.sqrt(3)), _PI * _LOG2),
    (sp.S.One, _PI, _PI**2, sp.sqrt(2), sp.sqrt(2) * _PI, sp.log(1 + sp.sqrt(2)), sp.sqrt(2) * sp.log(1 + sp.sqrt(2))),
)
_FACTORS: tuple[Any, ...] = (
    sp.Integer(2),
    sp.Integer(3),
    _PI,
    sp.gamma(sp.Rational(1, 4)),
    sp.gamma(sp.Rational(1, 3)),
)
