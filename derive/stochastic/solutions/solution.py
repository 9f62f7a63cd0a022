"""Exact solutions: X as a function of the time and of integrals along the noise, put back through Itô's lemma.

References: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, sec. 4.2-4.4 and 4.8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.claim import side
from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import same, settled, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.shown.readable import exact

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE
    from derive.stochastic.solutions.lamperti import Lamperti


class ItoIntegral(sp.Function):
    """∫_a^b φ dW as a symbol: ItoIntegral(W, φ, s, a, b) with φ a function of s and of W(s); Gaussian if φ is of s
    alone."""

    nargs = 5
    is_real = True
    is_commutative = True

    def _plain(self, printer: Any) -> str:
        w, phi, s, low, high = map(printer.doprint, self.args)
        phi = f"({phi})" if self.args[1].is_Add else phi
        shown = "" if self.args[1] == 1 else f"{phi} "
        return f"(∫_{{{low}}}^{{{high}}} {shown}d{w}({s}))"

    def _latex(self, printer: Any) -> str:
        w, phi, s, low, high = map(printer.doprint, self.args)
        phi = rf"\left({phi}\right)" if self.args[1].is_Add else phi
        shown = "" if self.args[1] == 1 else rf"{phi}\, "
        at = f"({s})" if "_" in w else f"_{{{s}}}"  # no second subscript
        return rf"\int_{{{low}}}^{{{high}}} {shown}\mathrm{{d}}{w}{at}"


@dataclass(frozen=True)
class Solution:
    """X_t for t ≥ 0 from X_0 = x0, a function of t, of W_k(t), of ∫ φ dW_k and ∫ φ ds.

    method: how it was found. given: where it holds (a branch, a range). lamperti: the form with unit noise, for scalar
    processes that were solved through it. evidence: Itô's lemma on the solution gives back drift and diffusion.
    """

    sde: SDE
    x0: tuple[Any, ...]
    values: tuple[Any, ...]
    method: str
    given: tuple[Any, ...]
    evidence: Evidence
    lamperti: Lamperti | None = None

    @property
    def value(self) -> Any:
        """The solution of a scalar equation; the tuple for several states."""
        return self.values[0] if len(self.values) == 1 else self.values

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        rows = [rf"{latex(x)}_t &= {latex(v)}" for x, v in zip(self.sde.states, self.values, strict=True)]
        body = r" \\ ".join(rows)
        return rf"$$\begin{{aligned}} {body} \end{{aligned}}$$"

    def __str__(self) -> str:
        return "\n".join(f"{plain(x)}(t) = {plain(v)}" for x, v in zip(self.sde.states, self.values, strict=True))


def noise(sde: SDE, k: int, at: Any = None) -> Any:
    """W(t), or W_k(t) where there are several noises."""
    name = "W" if sde.m == 1 else f"W{k + 1}"
    return sp.Function(name, real=True)(sde.t if at is None else at)


def start(sde: SDE, x0: Any) -> tuple[Any, ...]:
    """The initial values; symbols x0, y0, … with the assumptions of the states if none are given."""
    if x0 is None:
        return sde.origin
    values = tuple(map(side, x0)) if isinstance(x0, Sequence | sp.Tuple | sp.MatrixBase) else (side(x0),)
    values = tuple(map(exact, values))
    if len(values) != sde.n:
        raise StochasticError(f"{sde.n} states need as many initial values; got {len(values)}")
    if sde.n == 1:
        sde.need_inside(*values)
    return values


def solve(sde: SDE, x0: Any = None) -> Solution:
    """The solution by the first method that applies: linear, reducible (scalar), linear systems, chains of equations.

    Every solution has been put back through Itô's lemma. Unsolvable if none applies; its `found` is the Lamperti form.
    """
    begin = start(sde, x0)
    from derive.stochastic.solutions.chains import chain
    from derive.stochastic.solutions.linear import linear_scalar, linear_system
    from derive.stochastic.solutions.reducible import reducible
    from derive.stochastic.solutions.triangular import triangularised

    methods: tuple[Callable[..., Solution | None], ...] = (
        (linear_scalar, reducible) if sde.n == 1 else (linear_system, chain, triangularised)
    )
    for method in methods:
        found = method(sde, begin)
        if found is not None:
            other = chain(sde, begin) if method is linear_system and _by_both(sde, found) else None
            return _readable(found if other is None else min(found, other, key=_length))
    if sde.diffusion.is_zero_matrix:
        raise Unsolvable("there is no noise: this is an ordinary differential equation (sympy.dsolve), not linear")
    if sde.n == 1:
        from derive.stochastic.sde import replace_sde
        from derive.stochastic.shown.printing import plain as equation
        from derive.stochastic.solutions.lamperti import lamperti

        form = lamperti(sde)
        tried = "no closed solution: the equation is not linear and not reducible to a linear one"
        if form is None:
            raise Unsolvable(f"{tried}; ∫dx/b was not found either")
        drift = form.drift_in_z()
        forms = [form.drift] + ([] if drift is None else [drift.xreplace({form.symbol: sp.Symbol("z", real=True)})])
        shown = equation(replace_sde(sde, drift=min(forms, key=sp.count_ops), diffusion=1, correlation=None, alpha=0))
        raise Unsolvable(
            f"{tried}. In z = {plain(form.z)} it reads {shown.replace(f'd{plain(sde.x)}', 'dz', 1)}", found=form
        )
    raise Unsolvable(
        "no closed solution: neither a linear system with matrices that commute or are triangular together in a real "
        "basis, nor a chain of solvable equations"
    )


def _by_both(sde: SDE, found: Solution) -> bool:
    """Whether a linear system has multiplicative noise and its solution integrals: it may be shorter state by state."""
    from derive.stochastic.solutions.functionals import functionals

    states = set(sde.states)
    return any(b.free_symbols & states for b in sde.diffusion) and any(functionals(value) for value in found.values)


def _length(solution: Solution) -> tuple[int, int]:
    """What counts as shorter: integrals along the path, then operations."""
    from derive.stochastic.solutions.functionals import functionals

    nodes = {node for value in solution.values for node in functionals(value)}
    return len(nodes), sum(value.count_ops() for value in solution.values)


def _readable(solution: Solution) -> Solution:
    """The solution with its values and conditions in a shorter form, each proven equal."""
    from derive.stochastic.shown.polish import polish, shortened
    from derive.stochastic.solutions.lamperti import natural_domain

    sde, facts = solution.sde, [*solution.sde.given]
    for x, first in zip(sde.states, solution.x0, strict=True):
        low, high = natural_domain(sde) if sde.n == 1 else sde.domain[sde.states.index(x)]
        facts += [r for r in (first > low, first < high) if first.free_symbols and r not in (sp.true, sp.false)]
    pairs = [shortened(value, facts) for value in solution.values]
    proofs = [proof for _, proof in pairs if proof is not None]
    given = tuple(
        r.func(polish(r.lhs, facts), r.rhs) if isinstance(r, sp.core.relational.Relational) else r
        for r in solution.given
    )
    return replace(
        solution, values=tuple(v for v, _ in pairs), given=given, evidence=together([solution.evidence, *proofs])
    )


def follows(sde: SDE, values: Sequence[Any], begin: Sequence[Any], given: tuple[Any, ...] = ()) -> Evidence:
    """Evidence that the values obey the SDE: Itô's lemma in W_k(t), ∫ φ dW_k, ∫ φ ds as states, and the start at t = 0.

    StochasticError if it is refuted.
    """
    from derive.stochastic.solutions.functionals import functionals

    carrier, table = augmented(sde, values)
    checks = []
    shown = [value.xreplace(table) for value in values]
    inside = dict(zip(sde.states, shown, strict=True))
    facts = tuple(fact for g in given if not functionals(fact := g.xreplace(table)) and not fact.atoms(AppliedUndef))
    for x, value, first, a, row in zip(sde.states, shown, begin, sde.ito_drift, sde.diffusion.tolist(), strict=True):
        drift, diffusion = carrier.ito(value)
        checks.append(settled(drift, a.subs(inside, simultaneous=True), facts, f"the drift of {plain(x)}"))
        for k, b in enumerate(row):
            what = f"the noise {k + 1} of {plain(x)}"
            checks.append(settled(diffusion[k], b.subs(inside, simultaneous=True), facts, what))
        at_zero = value.subs({sde.t: 0, **dict.fromkeys(carrier.states, 0)})
        checks.append(settled(at_zero, first, sde.given, f"the start of {plain(x)}"))
    return together(checks)


def augmented(sde: SDE, values: Sequence[Any]) -> tuple[SDE, dict[Any, Any]]:
    """The SDE of the functionals in the values, started at 0, and the symbols that stand for them."""
    from derive.stochastic.sde import SDE
    from derive.stochastic.solutions.functionals import functionals, outside

    table: dict[Any, Any] = {}
    drifts: list[Any] = []
    rows: list[list[Any]] = []
    names = {noise(sde, k).func.__name__: k for k in range(sde.m)}

    def add(node: Any, drift: Any, row: list[Any]) -> None:
        table[node] = sp.Symbol(f"functional_{len(drifts)}", real=True)
        drifts.append(drift)
        rows.append(row)

    for k in range(sde.m):
        add(noise(sde, k), sp.S.Zero, [sp.Integer(j == k) for j in range(sde.m)])

    def placed(e: Any) -> Any:
        for node in functionals(e):
            if node not in table:
                follow(node)
        return e.xreplace(table)

    def follow(node: Any) -> None:
        integrand, row = placed(outside(node, sde)), [sp.S.Zero] * sde.m
        if isinstance(node, ItoIntegral):
            low, high = node.args[3:]
            row[names[node.args[0].name]] = integrand
        else:
            (_, low, high), *more = node.limits
            if more:
                raise StochasticError(f"{plain(node)} is an iterated integral; write it with one variable at a time")
        if low != 0 or high != sde.t:
            raise StochasticError(f"functionals in a solution run from 0 to {plain(sde.t)}; {plain(node)} does not")
        rates = (sp.S.Zero if isinstance(node, ItoIntegral) else integrand, *row)
        for symbol, drift, others in zip(dict.fromkeys(table.values()), drifts, rows, strict=True):
            if all(same(p, q, sde.given) for p, q in zip(rates, (drift, *others), strict=True)):
                table[node] = symbol  # the same functional, written in another way
                return
        add(node, rates[0], row)

    shown = [placed(v) for v in values]
    known = {f.func for e in (*sde.drift, *sde.diffusion) for f in e.atoms(AppliedUndef)}
    left = {f for v in shown for f in v.atoms(AppliedUndef) if f.func not in known}
    if left:
        raise StochasticError(
            f"the solution contains {plain(left)}, which are no functionals of the noise up to {plain(sde.t)}"
        )
    states = tuple(dict.fromkeys(table.values()))
    carrier = SDE(states, drifts, sp.Matrix(rows), sde.t, sde.correlation, None, 0, sde.given)
    return carrier, table
