"""Whether the density Z of a change of measure is a martingale: bounded shifts (Novikov), or no explosions.

Z = exp(∫ θ·dW − ½ ∫ uᵀρ⁻¹u dt), θ = ρ⁻¹u, is always a local martingale. It is one, E Z_t = 1, if uᵀρ⁻¹u is bounded
(Novikov); and, for θ bounded on compact parts of the domain, if neither the process nor its image under the new
measure leaves the domain in finite time. If the process stays and its image leaves, E Z_t = Q(still inside) < 1.
References: A. Novikov (1972); P. Cheridito, D. Filipović, M. Yor, Ann. Appl. Probab. 15 (2005) 1713, thm. 2.4;
A. Mijatović, M. Urusov, Probab. Theory Relat. Fields 152 (2012) 1, thm. 2.1 (one state); R. Khasminskii, Stochastic
Stability of Differential Equations, thm. 3.5 (L|x|² ≤ K (1 + |x|²)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative, is_nonzero, is_positive
from derive.printing import plain
from derive.stochastic.checking import together
from derive.stochastic.errors import StochasticError
from derive.stochastic.reals import real_symbols, restated

if TYPE_CHECKING:
    from derive.stochastic.exits.boundaries import Boundary
    from derive.stochastic.sde import SDE
    from derive.stochastic.transforms import Girsanov

BOUNDED = (sp.sin, sp.cos, sp.tanh, sp.atan, sp.erf, sp.sign, sp.sech)
SMOOTH = (*BOUNDED, sp.exp, sp.sinh, sp.cosh, sp.asinh, sp.Abs, sp.erfc)


@dataclass(frozen=True)
class Martingale:
    """answer: True (E Z_t = 1), False (E Z_t < 1: no change of measure for a fixed time), None (not decided); reason
    in words; evidence, `unknown` where nothing decided it."""

    answer: bool | None
    reason: str
    evidence: Evidence

    def __str__(self) -> str:
        verdict = {True: "a martingale", False: "no martingale", None: "not decided"}[self.answer]
        return f"{verdict}: {self.reason}"


@dataclass(frozen=True)
class Stays:
    """Whether a process stays inside its domain for all times: True, False, None, with the reason."""

    answer: bool | None
    reason: str
    evidence: Evidence


def true_martingale(change: Girsanov) -> Martingale:
    """Whether Z of a change of measure is a martingale; plain symbols are read as real ones."""
    table = real_symbols(change.sde, change.u)
    before, after = (restated(part, table) for part in (change.sde, change.process))
    moved = before.correlation.has(*before.states, before.t)
    # With a constant ρ the bounds of u are those of θ, and u is the shorter text.
    theta = restated(change.log_density[1] if moved else change.u, table)
    timed = all(locally_bounded(e, before) for e in theta if e.has(before.t))
    if timed and all(degree(e, before.states) == 0 for e in (*theta, *before.correlation)):
        said = "Novikov: uᵀρ⁻¹u is bounded" + (" on bounded times" if any(e.has(before.t) for e in theta) else "")
        return Martingale(True, said, Evidence(Status.EXACT, said))
    if not all(locally_bounded(e, before) for e in theta):
        shown = ", ".join(map(plain, change.u))
        what = f"ρ⁻¹u for u = {shown}" if moved else f"u = {shown}"
        said = f"{what} is not shown to be bounded on compact parts of the domain and the time"
        return Martingale(None, said, Evidence(Status.UNKNOWN, said))
    old, new = stays(before), stays(after)
    evidence = together([old.evidence, new.evidence])
    if old.answer is True and new.answer is not None:
        return Martingale(new.answer, f"{old.reason}; under the new measure {new.reason}", evidence)
    which, why = ("first", old.reason) if old.answer is not True else ("new", new.reason)
    said = f"under the {which} measure {why}"
    return Martingale(None, said, Evidence(Status.UNKNOWN, said))


def stays(sde: SDE) -> Stays:
    """By linear growth on the whole space; one state: by Feller's test; else by Khasminskii's with V = |x|²."""
    whole = all(ends == (-sp.oo, sp.oo) for ends in sde.domain)
    coefficients = (*sde.ito_drift, *sde.diffusion, *sde.correlation)
    grown = [degree(e, sde.states) for e in coefficients]
    timed = all(locally_bounded(e, sde) for e in coefficients if e.has(sde.t))
    if whole and timed and all(k is not None and k <= 1 for k in grown):
        said = "the coefficients grow at most linearly, so that the process stays finite"
        return Stays(True, said, Evidence(Status.EXACT, said))
    if sde.n == 1 and not any(e.has(sde.t) for e in (*sde.ito_drift, *sde.covariance)):
        return _by_feller(sde)
    if whole and _by_khasminskii(sde):
        said = "L|x|² ≤ K (1 + |x|²), so that the process stays finite"
        return Stays(True, said, Evidence(Status.EXACT, said))
    said = "whether the process stays inside its domain was not decided (linear growth, Feller, L|x|² ≤ K (1 + |x|²))"
    return Stays(None, said, Evidence(Status.UNKNOWN, said))


def _by_feller(sde: SDE) -> Stays:
    try:
        found = [sde.boundary(end) for end in sde.domain[0]]
    except StochasticError as error:
        return Stays(None, f"the ends are not told: {error}", Evidence(Status.UNKNOWN, str(error)))
    evidence = together(b.evidence for b in found)
    open_cases = [b for b in found if len(b.cases) > 1]
    if open_cases:
        said = "; ".join(f"the end {plain(b.end)} is {_in_cases(b)}" for b in open_cases)
        return Stays(None, f"{said}: add a relation to `given`", evidence)
    reached = [b for b in found if b.kind in ("regular", "exit")]
    if reached:
        said = " and ".join(f"{plain(b.end)} ({b.kind})" for b in reached)
        return Stays(False, f"the process reaches {said} in finite time", evidence)
    said = " and ".join(f"{plain(b.end)} ({b.kind})" for b in found)
    return Stays(True, f"the process never reaches {said}", evidence)


def _in_cases(found: Boundary) -> str:
    return ", ".join(
        f"{kind} otherwise" if when == sp.true else f"{kind} if {plain(when)}" for kind, when in found.cases
    )


def _by_khasminskii(sde: SDE) -> bool:
    """Whether the part of L|x|² beyond degree 2 is proven to be ≤ 0."""
    square = sp.Add(*(x**2 for x in sde.states))
    poly = sp.expand(sde.generator(square)).as_poly(*sde.states)
    if poly is None or any(c.has(sde.t) for c in poly.coeffs()):
        return False
    beyond = [
        c * sp.Mul(*(x**k for x, k in zip(sde.states, powers, strict=True)))
        for powers, c in poly.terms()
        if sum(powers) > 2
    ]
    return not beyond or is_nonnegative(-sp.Add(*beyond), sde.facts) is True


def degree(e: Any, states: tuple[Any, ...]) -> Any | None:
    """k with |e| ≤ C (1 + |x|)^k for all x, read off the structure; None where no such k is seen."""
    e = sp.sympify(e)
    if not e.has(*states):
        return sp.S.Zero
    if e in states:
        return sp.S.One
    if isinstance(e, BOUNDED):
        return sp.S.Zero if e.args[0].is_extended_real else None
    if isinstance(e, sp.Abs | sp.asinh):
        return degree(e.args[0], states) if e.args[0].is_extended_real else None
    if isinstance(e, sp.Add | sp.Mul):
        parts = [degree(part, states) for part in e.args]
        if any(part is None for part in parts):
            return None
        return max(parts) if isinstance(e, sp.Add) else sp.Add(*parts)
    if isinstance(e, sp.Pow) and e.exp.is_number and e.exp.is_nonnegative:
        inner = degree(e.base, states)
        return None if inner is None else inner * e.exp
    return None


def locally_bounded(e: Any, sde: SDE) -> bool:
    """Whether an expression is shown to be bounded on compact parts of the domain and of the times t ≥ 0: smooth
    functions, powers and logarithms of what is proven not to vanish."""
    moving, facts = (*sde.states, sde.t), (*sde.facts, sde.t >= 0) if sde.t.is_nonnegative is None else sde.facts
    for node in sp.preorder_traversal(sp.sympify(e)):
        if not isinstance(node, sp.Basic) or not node.has(*moving) or node in moving:
            continue
        if isinstance(node, (sp.Add, sp.Mul, *SMOOTH)):
            continue
        if isinstance(node, sp.Pow) and node.exp.is_integer:
            good = node.exp.is_nonnegative or is_nonzero(node.base, facts) is True
        elif isinstance(node, sp.Pow) and not node.exp.has(*moving) and node.exp.is_nonnegative:
            good = is_nonnegative(node.base, facts) is True
        elif isinstance(node, sp.Pow | sp.log):
            good = is_positive(node.args[0], facts) is True
        else:
            good = False
        if not good:
            return False
    return True
