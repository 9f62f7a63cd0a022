"""Integrals over a period: R Re F with R rational in e^{ix} and F analytic in the unit disc, by residues inside.

∫_{−π}^{π} R Re F dx = Re 2π [Σ_{|p| < 1} Res_p RF/z + ½ Σ_{|p| = 1} Res_p RF/z], R real on the circle, where the poles
on the circle cancel in the real part. x, x², x³ are real parts themselves on (−π, π): x = 2 Im log(1 + z), x² = Re(π²/3
+ 4 Li₂(−z)). Half a period by parity, (0, π/2) by x = y/2. Reference: L. Ahlfors, Complex Analysis, ch. 4 § 5.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.contours import by_rules, in_the_disc
from derive.feynman.methods.disc import disc_function
from derive.feynman.methods.halfangle import by_half_angle
from derive.feynman.methods.halfplane import Sample, roots_of
from derive.feynman.methods.residues import principal_residue, residue, sampler
from derive.feynman.methods.tidy import real_part
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rule import Rule
from derive.rules import Reflect, Scale, Shift, Substitute, Symmetry

Given = tuple[Any, ...]
PROBES = (0.37, 0.81, 1.33, 2.11, 2.9)
POWERS = 3


@dataclass(frozen=True)
class UnitCircle:
    """The method, for (0, 2π), (−π, π), (0, π) and (0, π/2)."""

    name: str = "residues in the unit disc"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """One proposal for every way to see the range as part of a period."""
        if not problem.integrand.has(sp.sin, sp.cos, sp.tan, sp.cot):
            return
        sample = sampler(problem)
        if sample is None:
            return
        for view in periods(problem, sample):
            found = search.limited(8.0, circle_integral, view.integrand, problem.variable, problem.given, sample)
            if found is None:
                continue
            value, H, z = found
            start = Derivation(problem.integral, problem.given)
            rule = search.limited(2.0, in_the_disc, view.jacobian * H, z, problem.variable, sample)
            if value is not None:
                value = sp.factor_terms(view.factor * value)
            steps = search.limited(4.0, by_rules, start, (*view.rules, rule), value)
            if value is None:
                if steps is None:
                    continue
                value = steps.last
            if steps is None:
                steps = search.limited(4.0, by_half_angle, start, view.rules, problem.variable, value, sample)
            if steps is None:
                reason = f"{view.words}; residues in the unit disc, z = e^(i{problem.variable})"
                steps = start.to(value, reason).qed()
            yield Proposal(value, "residues in the unit disc", steps)


@dataclass(frozen=True)
class View:
    """The range as a part of a period: the integrand on (−π, π), the part of its integral that is meant, the rules
    which lead there, and the factor that they bring under the integral sign."""

    integrand: Any
    factor: Any
    words: str
    rules: tuple[Rule, ...] = ()
    jacobian: Any = sp.S.One


def periods(problem: Problem, sample: Sample) -> Iterator[View]:
    """The ways to see the range as a part of a period."""
    f, x = problem.integrand, problem.variable
    ends = (problem.lower, problem.upper)
    if ends == (-sp.pi, sp.pi):
        yield View(f, sp.S.One, "a whole period")
    elif ends == (0, 2 * sp.pi) or ends == (-sp.pi / 2, 3 * sp.pi / 2):
        if _same(f, f.xreplace({x: x + 2 * sp.pi}), x, sample):
            yield View(f, sp.S.One, "a whole period")
            mirrored = f.subs(x, sp.pi / 2 - x)
            yield View(mirrored, sp.S.One, f"a whole period, {x} = π/2 − y", (Reflect(x, sp.pi / 2),))
        elif ends[0] == 0:
            yield View(f.subs(x, x + sp.pi), sp.S.One, f"{x} moved by π", (Shift(x, sp.pi),))
    elif ends == (0, sp.pi):
        if _same(f, f.xreplace({x: -x}), x, sample):
            yield View(f, sp.S.Half, "half of a period, the integrand is even")
        middle = x / 2 + sp.pi / 2
        yield View(f.subs(x, middle), sp.S.Half, f"{x} = (y + π)/2", (Substitute(x, middle, x),), sp.S.Half)
    elif ends in ((0, sp.pi / 2), (-sp.pi / 2, sp.pi / 2)):
        part = sp.Rational(1, 4) if ends[0] == 0 else sp.S.Half
        if ends[0] != 0 or _same(f, f.xreplace({x: -x}), x, sample):
            yield View(f.xreplace({x: x / 2}), part, f"{x} = y/2", (Scale(x, sp.S.Half),), sp.S.Half)
            if _same(f, f.xreplace({x: sp.pi - x}), x, sample):
                turned = (Reflect(x, sp.pi / 2), Symmetry("even", x), Reflect(x, sp.pi / 2))
                rules = turned if ends[0] == 0 else (Symmetry("even", x), *turned)
                yield View(f, part, "a part of a period, by symmetry", rules)


def _same(f: Any, g: Any, x: sp.Symbol, sample: Sample) -> bool:
    """Whether Re f = Re g at a few points (log sin is even in this sense): the judge decides about what follows."""
    try:
        values = [complex(sample((f - g).xreplace({x: sp.Float(p, 30)}))).real for p in PROBES]
    except (TypeError, ValueError):
        return False
    return all(abs(v) < 1e-12 for v in values)


def circle_integral(f: Any, x: sp.Symbol, given: Given, sample: Sample) -> tuple[Any | None, Any, sp.Symbol] | None:
    """∫_{−π}^{π} f dx, if it is found here, H and z, with f = Re H(e^{ix}); None if a term is not (rational in e^{ix})
    times Re(analytic in the disc)."""
    z = next(letter for letter in map(sp.Symbol, ("z", "w", "zeta", "z_0")) if letter.name not in _names(f))
    total, rims, kernel = sp.S.Zero, sp.S.Zero, sp.S.Zero
    circle: dict[Any, int] = {}
    for term in sp.Add.make_args(_opened(f)):
        rational, rest = sp.S.One, []
        for factor in sp.Mul.make_args(term):
            if _own_part(factor, x):
                rest.append(factor)
            else:
                rational *= factor
        inside = _disc_part(rest, rational, x, z, given)
        if inside is None:
            return None
        rational, F = inside
        R = _in_z(rational, x, z)
        if R is None:
            return None
        kernel += R * F
        for factor in sp.Mul.make_args(F):
            if factor.is_Pow and factor.base == z and factor.exp.is_negative:
                R, F = R * factor, F / factor
        whole = sp.cancel(sp.together(R / z))
        top, bottom = sp.fraction(whole)
        roots = roots_of(bottom, z, sample) if bottom.has(z) else None
        if bottom.has(z) and roots is None:
            return None
        for p, order in (*roots.above, *roots.real, *roots.below) if roots else ():
            radius = abs(complex(sample(p)))
            if radius > 1 + 1e-12:
                continue
            if radius > 1 - 1e-12:
                circle[p] = max(order, circle.get(p, 0))
                continue
            here = residue(top * F, z, p, order, roots)
            if here.has(sp.nan, sp.zoo):  # a removable singularity of F, such as Li₂(−z)/z at 0
                here = principal_residue(whole * F, z, p, order)
            if here is None:
                return None
            total += here
        rims += whole * F
    for p, order in circle.items():
        here = principal_residue(rims, z, p, order)
        if here is None:
            return None
        total += here / 2
    value = real_part(sp.expand_func(total))
    if value is None or value.has(sp.nan, sp.zoo, sp.oo):
        return None, kernel, z
    value = value.replace(sp.Abs, lambda e: e if sample(e) > 0 else -e)
    value = 2 * sp.pi * min((value, sp.factor(value), sp.expand_mul(value)), key=sp.count_ops)
    value = sp.sqrtdenest(value) if value.is_number else value
    return (sp.simplify(value) if sp.count_ops(value) > 30 else value), kernel, z


def _names(f: Any) -> set[str]:
    return {letter.name for letter in f.free_symbols}


def _opened(f: Any) -> Any:
    below = {node: sp.Dummy() for node in f.atoms(sp.Pow) if node.base.is_Add and node.exp.is_negative}
    inner = {v: k for k, v in below.items()}
    return sp.expand(f.xreplace(below), power_exp=False, log=False, trig=False).xreplace(inner)


def _own_part(factor: Any, x: sp.Symbol) -> bool:
    """Not a rational function of sines and cosines."""
    letters = {node: sp.Dummy() for node in factor.atoms(sp.sin, sp.cos, sp.tan, sp.cot) if not _deep(node, x)}
    flat = factor.xreplace(letters)
    return flat.has(x) or not flat.is_rational_function(*letters.values())


def _deep(node: Any, x: sp.Symbol) -> bool:
    return not node.args[0].is_polynomial(x)


def _disc_part(rest: list[Any], rational: Any, x: sp.Symbol, z: sp.Symbol, given: Given) -> tuple[Any, Any] | None:
    """(R, F) for what is no rational function of z."""
    if not rest:
        return rational, sp.S.One
    base, power = rest[0].as_base_exp()
    if len(rest) == 1 and base == x and power.is_Integer and 0 < power <= POWERS:
        return rational, {
            1: -2 * sp.I * sp.log(1 + z),
            2: sp.pi**2 / 3 + 4 * sp.polylog(2, -z),
            3: -2 * sp.pi**2 * sp.I * sp.log(1 + z) - 12 * sp.I * sp.polylog(3, -z),
        }[int(power)]
    if len(rest) == 1:
        F = disc_function(rest[0], x, z, given)
        return None if F is None else (rational, F)
    F = disc_function(sp.Mul(*rest), x, z, given)
    return None if F is None else (rational, F)


def _in_z(f: Any, x: sp.Symbol, z: sp.Symbol) -> Any | None:
    """A rational function of sines and cosines of multiples of x (and of x/2, if only z comes out) in z = e^{ix}."""
    w = sp.Dummy("w")
    table = {}
    for node in f.atoms(sp.sin, sp.cos, sp.tan, sp.cot):
        argument = sp.expand(node.args[0])
        slope = argument.coeff(x, 1)
        shift = sp.expand(argument - slope * x)
        if x in shift.free_symbols or not (2 * slope).is_Integer:
            return None
        up = w ** int(2 * slope) * sp.exp(sp.I * shift)
        cosine, sine = (up + 1 / up) / 2, (up - 1 / up) / (2 * sp.I)
        table[node] = {sp.cos: cosine, sp.sin: sine, sp.tan: sine / cosine, sp.cot: cosine / sine}[node.func]
    whole = sp.cancel(sp.together(f.xreplace(table)))
    if not whole.is_rational_function(w):
        return None
    if sp.cancel(whole - whole.xreplace({w: -w})) != 0:
        return None
    top, bottom = sp.fraction(whole)
    if any(k % 2 for (k,), _ in sp.Poly(bottom, w).terms()):
        top, bottom = top * w, sp.expand(bottom * w)
    halved = [sp.Add(*(c * z ** (k // 2) for (k,), c in sp.Poly(part, w).terms())) for part in (top, bottom)]
    return halved[0] / halved[1]
