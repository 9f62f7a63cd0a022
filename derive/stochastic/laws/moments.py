"""Moment equations dE[x^α]/dt = E[L x^α]: closed and solved where the generator keeps degrees, closed by a named
approximation where not.

References: C. Gardiner, Stochastic Methods, ch. 4; for closures C. Kuehn, Moment closure - a brief review (2016).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import product
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.utilities.iterables import multiset_partitions

from derive.claim import side
from derive.evidence import Evidence, Status
from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.exits.growth import moderate_noise
from derive.stochastic.laws.gaussian_driver import expectation
from derive.stochastic.shown.readable import exact, tidy
from derive.stochastic.solutions.exponentials import constant, exponential, solve_linear, with_root
from derive.stochastic.solutions.functionals import at_zero
from derive.stochastic.solutions.root_sums import by_roots, entangled

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

Index = tuple[int, ...]
CLOSURES = ("gaussian", "cumulant")


class Mean(sp.Function):
    """E[f(X_t)] as an unknown function of the time: Mean(f, t), f a monomial in the states, which are bound."""

    nargs = 2
    is_real = True

    @property
    def monomial(self) -> Any:
        """What the mean is of."""
        return self.args[0]

    @property
    def free_symbols(self) -> set[Any]:
        return self.args[1].free_symbols

    def _eval_derivative(self, s: Any) -> Any:
        return sp.Derivative(self, s) if self.args[1] == s else sp.S.Zero

    def _plain(self, printer: Any) -> str:
        return f"E[{printer.doprint(self.args[0])}]"

    def _latex(self, printer: Any) -> str:
        return rf"\mathbb{{E}}[{printer.doprint(self.args[0])}]"

    def _sympystr(self, printer: Any) -> str:
        return f"Mean({printer.doprint(self.args[0])})"


@dataclass(frozen=True)
class Moments:
    """E[x^α] for 1 ≤ |α| ≤ order as functions of the time, from a start at x0.

    equations: the moment equations, in the unknowns Mean(x^α, t). values: pairs (monomial, closed form) for the moments
    whose equations need no others and are solved; empty where there are none. closed: whether
    no moment beyond the order occurs. open: the monomials beyond it that do. closure: the approximation by which they
    were expressed, "" if none: what follows from a closure is no exact moment. evidence: the values put back into the
    equations.
    """

    sde: SDE
    order: int
    equations: tuple[Any, ...]
    values: tuple[tuple[Any, Any], ...]
    closed: bool
    open: tuple[Any, ...]
    closure: str
    evidence: Evidence

    def __getitem__(self, monomial: Any) -> Any:
        """The closed form of E[monomial]; StochasticError if none was found, or if it is beyond the order."""
        known = dict(self.values)
        if side(monomial) not in known:
            if self.closed and self.values:
                raise StochasticError(
                    f"E[{plain(monomial)}] is not among the moments up to order {self.order}; ask for more"
                )
            beyond = ", ".join(map(plain, self.open))
            reason = f"need {beyond}" if beyond else "have coefficients that depend on the time"
            raise StochasticError(
                f"the moments have no closed form: the equations {reason}; choose "
                f"closure={' or '.join(map(repr, CLOSURES))} and integrate the equations numerically"
            )
        return known[side(monomial)]

    @property
    def mean(self) -> tuple[Any, ...]:
        """E[x_i]."""
        return tuple(self[x] for x in self.sde.states)

    @property
    def covariance(self) -> sp.ImmutableDenseMatrix:
        """E[x_i x_j] − E[x_i] E[x_j]; needs order ≥ 2."""
        return sp.ImmutableDenseMatrix(self.sde.n, self.sde.n, self.covariance_of)

    def covariance_of(self, i: int, j: int) -> Any:
        """E[x_i x_j] − E[x_i] E[x_j], of these two states alone."""
        x, y = self.sde.states[i], self.sde.states[j]
        return tidy(sp.expand(self[x * y] - self[x] * self[y]), (self.sde.t,), self.sde.given)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        rows = [(rf"\mathbb{{E}}[{latex(lhs)}]", latex(rhs)) for lhs, rhs in self.values]
        rows = rows or [(latex(e.lhs), latex(e.rhs)) for e in self.equations]
        body = r"\\ ".join(f"{lhs} &= {rhs}" for lhs, rhs in rows)
        return rf"$$\begin{{aligned}} {body} \end{{aligned}}$$"


def moments(sde: SDE, order: int = 2, x0: Any = None, closure: str | None = None) -> Moments:
    """The moment equations up to `order`, solved where they close; what has no closed integral stays an integral.

    The coefficients must be polynomials in the states. x0: the start, symbols x0, y0, … if not given. closure: what to
    do where a moment beyond the order occurs: None leaves the equations open; "gaussian" (order 2) and "cumulant" set
    the cumulants beyond the order to 0: the evidence is `assumed` then, unless values were solved without it.
    """
    if order < 1:
        raise StochasticError(f"moments are of order 1 or more; got order={order}")
    if closure is not None and closure not in CLOSURES:
        raise StochasticError(f"closure is None or one of {', '.join(CLOSURES)}; got {closure!r}")
    if closure == "gaussian" and order < 2:
        raise StochasticError("the Gaussian closure needs the moments of order 2: ask for order=2 or more")
    need_no_walls(sde)
    start = _start(sde, x0)
    indices = [index for degree in range(1, order + 1) for index in _of_degree(sde.n, degree)]
    rows = {index: _row(sde, index, start) for index in indices}
    beyond = sorted({index for row in rows.values() for index in row if sum(index) > order}, key=lambda i: (sum(i), i))
    heads = {index: Mean(monomial(sde, index), sde.t) for index in (*indices, *beyond)}
    kept = 2 if closure == "gaussian" else order
    replaced = {index: _closed(index, kept, heads) for index in beyond} if closure else {}
    if closure == "gaussian" and order > 2:
        replaced |= {index: _closed(index, kept, heads) for index in indices if sum(index) > 2}
    equations = tuple(
        sp.Eq(
            sp.Derivative(heads[index], sde.t),
            sp.expand(sp.Add(*(c * replaced.get(j, heads.get(j, sp.S.One)) for j, c in rows[index].items()))),
            evaluate=False,
        )
        for index in indices
        if index not in replaced
    )
    values, evidence = (), Evidence(Status.EXACT, "the equations follow from the generator; they were not solved")
    if replaced:
        evidence = Evidence(
            Status.ASSUMED, f"{closure} closure: the cumulants beyond order {kept} are set to 0, which is no theorem"
        )
    solvable = _closing(rows)
    if solvable:
        moderate_noise(sde)
        values, evidence = _solved(sde, solvable, rows, start)
    return Moments(
        sde,
        order,
        equations,
        values,
        not beyond,
        tuple(monomial(sde, index) for index in beyond),
        closure or "",
        evidence,
    )


def need_no_walls(sde: SDE) -> None:
    """StochasticError where the process meets a finite end of its domain at which the noise does not vanish and the
    drift is finite: there it is reflected or absorbed, which dE[f]/dt = E[L f] does not know of."""
    for i, (x, ends) in enumerate(zip(sde.states, sde.domain, strict=True)):
        for end in ends:
            if end.is_infinite:
                continue
            drift, noise = sde.ito_drift[i].subs(x, end), sde.covariance[i, i].subs(x, end)
            if not drift.has(sp.oo, -sp.oo, sp.zoo, sp.nan) and is_zero(noise, sde.given) is False:
                raise StochasticError(
                    f"{plain(x)} reaches the end {plain(end)} of its domain, where the noise does not vanish: what "
                    f"happens at this wall enters the moments, so that their equations do not close; without a "
                    f"domain they are those of the free process"
                )


def _closing(rows: dict[Index, dict[Index, Any]]) -> list[Index]:
    """The largest set of moments whose equations lead to one another alone."""
    kept = set(rows)
    while True:
        open_ones = {index for index in kept if any(sum(j) and j not in kept for j in rows[index])}
        if not open_ones:
            return [index for index in rows if index in kept]
        kept -= open_ones


def _solved(
    sde: SDE, indices: list[Index], rows: dict[Index, dict[Index, Any]], start: dict[Any, Any]
) -> tuple[tuple[tuple[Any, Any], ...], Evidence]:
    nothing = (0,) * sde.n
    begin = [monomial(sde, index).subs(start, simultaneous=True) for index in indices]
    if any(sp.sympify(c).has(sde.t) for index in indices for c in rows[index].values()):
        known = _in_time(sde, indices, rows, start)
        begin = [first for index, first in zip(indices, begin, strict=True) if index in known]
        indices = [index for index in indices if index in known]
        if not indices:
            return (), Evidence(Status.EXACT, "the equations follow from the generator; they were not solved")
        solution: list[Any] | None = [known[index] for index in indices]
    else:
        solution = _by_lyapunov(sde, indices, start) or _by_flow(sde, indices, start)
    if solution is None:
        a = sp.Matrix(len(indices), len(indices), lambda i, j: rows[indices[i]].get(indices[j], 0))
        push = [rows[index].get(nothing, sp.S.Zero) for index in indices]
        solved = None
        if entangled(a):
            with contextlib.suppress(Unsolvable):
                solved = by_roots(a, begin, push, sde.t)
        if solved is not None:
            known = Evidence(Status.EXACT, "sums over the roots of the characteristic polynomial: put back modulo it")
            return tuple((monomial(sde, index), value) for index, value in zip(indices, solved, strict=True)), known
        found = solve_linear(a, begin, [constant(f, sde.given) for f in push], sde.given)
        solution = [tidy(e.expr(sde.t), (sde.t,), sde.given) for e in found]
    table = dict(zip(indices, solution, strict=True)) | {nothing: sp.S.One}
    checks = []
    for index, value, first in zip(indices, solution, begin, strict=True):
        name = f"dE[{plain(monomial(sde, index))}]/dt"
        right = sp.Add(*(c * table[j] for j, c in rows[index].items()))
        checks.append(settled(sp.diff(value, sde.t), right, sde.given, name))
        what = f"the start of E[{plain(monomial(sde, index))}]"
        checks.append(settled(at_zero(value, sde.t), first, sde.given, what))
    return tuple((monomial(sde, index), table[index]) for index in indices), together(checks)


def _in_time(
    sde: SDE, indices: list[Index], rows: dict[Index, dict[Index, Any]], start: dict[Any, Any]
) -> dict[Index, Any]:
    """The moments that are found where coefficients depend on the time: up to order 2 of a linear process with additive
    noise from its law, else equation by equation."""
    from derive.stochastic.solutions.linear_in_time import law_in_time, solve_in_time

    law = law_in_time(sde, [start[x] for x in sde.states]) if max(map(sum, indices)) <= 2 else None
    if law is not None:
        return _of_law(law[0], law[1], indices)
    a = sp.Matrix(len(indices), len(indices), lambda i, j: rows[indices[i]].get(indices[j], 0))
    begin = [monomial(sde, index).subs(start, simultaneous=True) for index in indices]
    found = solve_in_time(sde, a, begin, [rows[index].get((0,) * sde.n, sp.S.Zero) for index in indices])
    return {indices[k]: value for k, value in found.items()}


def _of_law(mean: Any, covariance: Any, indices: list[Index]) -> dict[Index, Any]:
    """E x_i = m_i, E x_i x_j = m_i m_j + S_ij."""
    letters = {index: [i for i, k in enumerate(index) for _ in range(k)] for index in indices}
    return {
        index: sp.Mul(*(mean[i] for i in where)) + (covariance[where[0], where[1]] if len(where) == 2 else 0)
        for index, where in letters.items()
    }


def _by_flow(sde: SDE, indices: list[Index], start: dict[Any, Any]) -> list[Any] | None:
    """The same without Lyapunov's equation, for three states and more: S = ∫₀ᵗ e^{As} Q e^{Aᵀs} ds. None if the process
    is of another kind, or only means are asked; for two states the equations of the moments are as short."""
    from derive.stochastic.laws.transition import mean_and_covariance

    if sde.n < 3 or max(map(sum, indices)) != 2:
        return None
    try:
        law = mean_and_covariance(sde, tuple(start[x] for x in sde.states))
    except Unsolvable:
        return None
    return None if law is None else list(_of_law(law[0], law[1], indices).values())


def _by_lyapunov(sde: SDE, indices: list[Index], start: dict[Any, Any]) -> list[Any] | None:
    """Linear drift, additive noise, several states, order 2: E x xᵀ = m mᵀ + S − e^{At} S e^{Aᵀt}, A S + S Aᵀ + Q = 0.

    None where the process is of another kind or Lyapunov's equation has no single solution.
    """
    from derive.stochastic.solutions.linear import linear_form

    if sde.n == 1 or max(map(sum, indices)) != 2 or (form := linear_form(sde)) is None:
        return None
    a, c, noises, _ = form
    if any(not b.is_zero_matrix for b in noises) or any(e.has(sde.t) for e in (*a, *c, *sde.covariance)):
        return None
    a, root = with_root(a, sde.given)
    rest = lyapunov(a, sde.covariance)
    if rest is None:
        return None
    push = [constant(entry, sde.given) for entry in c]
    mean = [e.expr(sde.t) for e in solve_linear(a, [start[x] for x in sde.states], push, sde.given)]
    mean = [sde.tidy(value).xreplace(root) for value in mean]
    flow = sp.Matrix([[sde.tidy(e.expr(sde.t)) for e in row] for row in exponential(a, sde.given)])
    spread = rest - flow * rest * flow.T

    def value(index: Index) -> Any:
        letters = [i for i, k in enumerate(index) for _ in range(k)]
        whole = sp.Mul(*(mean[i] for i in letters))
        return whole if len(letters) == 1 else whole + sde.tidy(spread[letters[0], letters[1]]).xreplace(root)

    return [value(index) for index in indices]


def lyapunov(a: Any, noise: Any) -> Any | None:
    """The symmetric S with A S + S Aᵀ + Q = 0; None if there is no single one (two eigenvalues add up to 0)."""
    n = a.rows
    names = {(i, j): sp.Dummy(f"S{i}{j}") for i in range(n) for j in range(i, n)}
    s = sp.Matrix(n, n, lambda i, j: names[min(i, j), max(i, j)])
    equations = [(a * s + s * a.T + noise)[i, j] for i in range(n) for j in range(i, n)]
    solution = sp.solve(equations, list(names.values()), dict=True)
    found = s.subs(solution[0]) if solution else s
    return None if found.free_symbols & set(names.values()) else found


def _row(sde: SDE, index: Index, start: dict[Any, Any]) -> dict[Index, Any]:
    """E[L x^α] = Σ c_β E[x^β], terms in a Gaussian part of the process as functions of the time."""
    from derive.stochastic.calculus import generator

    image, known = sp.expand(generator(sde, monomial(sde, index))), sp.S.Zero
    if not image.is_polynomial(*sde.states):
        odd = sp.Add(*(term for term in sp.Add.make_args(image) if not term.is_polynomial(*sde.states)))
        value = expectation(sde, odd, start)
        if value is not None:
            image, known = image - odd, value
    poly = image.as_poly(*sde.states)
    if poly is None or any(c.has(*sde.states) for c in poly.coeffs()):
        names = ", ".join(map(plain, sde.states))
        raise StochasticError(
            f"moment equations need coefficients that are polynomials in {names}; "
            f"L({plain(monomial(sde, index))}) = "
            f"{plain(image)} is none. Change variables (transform) or use the stationary or transition density"
        )
    row: dict[Index, Any] = {tuple(power): c for power, c in poly.terms() if c != 0}
    return row if known == 0 else row | {(0,) * sde.n: row.get((0,) * sde.n, sp.S.Zero) + known}


def monomial(sde: SDE, index: Index) -> Any:
    """x^α."""
    return sp.Mul(*(x**k for x, k in zip(sde.states, index, strict=True)))


def _of_degree(n: int, degree: int) -> Iterator[Index]:
    yield from sorted((i for i in product(range(degree + 1), repeat=n) if sum(i) == degree), reverse=True)


def _start(sde: SDE, x0: Any) -> dict[Any, Any]:
    if x0 is None:
        values: tuple[Any, ...] = sde.origin
    else:
        values = tuple(map(side, x0)) if isinstance(x0, Sequence | sp.Tuple | sp.MatrixBase) else (side(x0),)
        values = tuple(map(exact, values))
    if len(values) != sde.n:
        raise StochasticError(f"{sde.n} states need as many initial values; got {len(values)}")
    return dict(zip(sde.states, values, strict=True))


def _closed(index: Index, order: int, heads: dict[Index, Any]) -> Any:
    """E[x^α] by lower moments, if all cumulants beyond the order vanish: κ(α) = 0 solved for E[x^α], recursively."""
    n = len(index)

    @cache
    def moment(power: Index) -> Any:
        if sum(power) == 0:
            return sp.S.One
        if sum(power) <= order:
            return heads[power]
        letters = [i for i in range(n) for _ in range(power[i])]
        total = sp.S.Zero
        for blocks in multiset_partitions(list(range(len(letters)))):
            if len(blocks) == 1:
                continue
            sign = (-1) ** (len(blocks) - 1) * sp.factorial(len(blocks) - 1)
            factors = (moment(tuple(sum(letters[b] == i for b in block) for i in range(n))) for block in blocks)
            total += sign * reduce(lambda p, q: p * q, factors)
        return sp.expand(-total)

    return moment(index)
