"""Simulation beside symbols: simulated moments against the closed ones, control variates from solved equations, and
orders of convergence against exact solutions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.sde import SDE, replace_sde
from derive.stochastic.simulated.exact_steps import rational, with_values

if TYPE_CHECKING:
    from numerics.simulate import Estimate, Paths
    from numerics.simulate.convergence import Order

DIGITS, ROUNDING = 30, 1e-12


@dataclass(frozen=True)
class Row:
    """One quantity: simulated mean ± standard error, the closed form's value, and their distance in standard errors."""

    quantity: Any
    simulated: float
    standard_error: float
    exact: float

    @property
    def deviation(self) -> float:
        """(simulated − exact)/standard error."""
        return (self.simulated - self.exact) / self.standard_error if self.standard_error else float("inf")


@dataclass(frozen=True)
class Comparison:
    """Simulated against symbolic expectations, all at once: `bound` is Bonferroni's for the largest deviation at the
    confidence. evidence: `agreed` if all rows are inside; `unknown` if not, since a scheme has a bias of its own."""

    rows: tuple[Row, ...]
    confidence: float
    bound: float
    method: str

    @property
    def worst(self) -> Row:
        """The row that deviates most."""
        return max(self.rows, key=lambda row: abs(row.deviation))

    @property
    def agrees(self) -> bool:
        """Whether no deviation is beyond the bound."""
        return abs(self.worst.deviation) <= self.bound

    @property
    def evidence(self) -> Evidence:
        """The comparison as evidence for the closed forms."""
        worst = f"{abs(self.worst.deviation):.2f} standard errors ({plain(self.worst.quantity)})"
        far = f"largest deviation {worst}, bound "
        far += f"{self.bound:.2f} for {len(self.rows)} expectations at {self.confidence:.4g}"
        status = Status.AGREED if self.agrees else Status.UNKNOWN
        return Evidence(status, f"Monte Carlo: {self.method}", far)

    def __str__(self) -> str:
        lines = [
            f"E[{plain(row.quantity)}] = {row.exact:.6g}, simulated {row.simulated:.6g} ± {row.standard_error:.2g} "
            f"({row.deviation:+.2f} standard errors)"
            for row in self.rows
        ]
        return "\n".join([*lines, str(self.evidence)])


def compare_moments(
    sde: SDE,
    paths: Paths,
    x0: Any,
    order: int = 2,
    at: Mapping[Any, Any] | None = None,
    confidence: float = 0.999,
) -> Comparison:
    """The moments up to `order` of the simulated ends against the closed ones of `sde.moments`, from a start at x0 at
    time 0. StochasticError if the moments have no closed form."""
    exact = replace_sde(
        sde,
        drift=tuple(map(rational, sde.drift)),
        diffusion=sde.diffusion.applyfunc(rational),
        correlation=sde.correlation.applyfunc(rational),
    )
    start = tuple(map(rational, x0)) if isinstance(x0, Sequence) else rational(x0)
    values = exact.moments(order, start).values
    if not values:
        raise StochasticError("the moments of this process have no closed form: there is nothing to compare with")
    return compare(sde, paths, values, at, confidence)


def compare(
    sde: SDE,
    paths: Paths,
    expectations: Sequence[tuple[Any, Any]],
    at: Mapping[Any, Any] | None = None,
    confidence: float = 0.999,
) -> Comparison:
    """Pairs (f, E f(X_t)), expressions in the states and in t, against the simulated ends, with Bonferroni's bound."""
    from numerics.confidence import normal

    numbers = {**dict(at or {}), sde.t: float(paths.times[-1])}
    quantities = [side(f).subs(dict(at or {})) for f, _ in expectations]
    found = paths.statistics(*quantities)
    rows = []
    for i, (f, value) in enumerate(expectations):
        exact, imaginary = sp.N(side(value).subs(numbers), DIGITS).as_real_imag()
        if not (exact.is_number and imaginary.is_number and abs(imaginary) <= ROUNDING * (1 + abs(exact))):
            raise StochasticError(
                f"E[{plain(f)}] = {plain(value)} is no number at {plain(numbers)}: give the missing values in at="
            )
        rows.append(Row(f, float(found.mean[i]), float(found.standard_error[i]), float(exact)))
    bound = normal(1 - (1 - confidence) / len(rows))
    return Comparison(tuple(rows), confidence, bound, f"{found.count} paths, {paths.method}")


def controlled_expectation(
    sde: SDE,
    f: Any,
    x0: Any,
    until: float,
    steps: int,
    paths: int,
    model: SDE,
    g: Any = None,
    model_x0: Any = None,
    method: str = "euler",
    at: Mapping[Any, Any] | None = None,
    **options: Any,
) -> Estimate:
    """E f(X_until) with g(Y_until) as control variate: Y solves `model` with the same independent noises, in closed
    form by W(t), and E g(Y) is known exactly. The bias of the scheme in X stays.

    g: f in the states of the model if not given. Unsolvable if the model's solution needs more of the noise than its
    value at the end.
    """
    from derive.stochastic.simulated.simulation import simulate
    from derive.stochastic.wiener.brownian import expectation

    numeric, other = with_values(sde, at), with_values(model, at)
    if numeric.m != other.m or numeric.correlation != sp.eye(numeric.m) or other.correlation != sp.eye(other.m):
        raise StochasticError("process and model must have the same number of independent noises")
    begin = x0 if model_x0 is None else model_x0
    values, noises = by_noise_at_end(other, begin, at)
    rename = dict(zip(sde.states, model.states, strict=False))
    target = side(f if g is None else g)
    target = (target.xreplace(rename) if g is None else target).subs(dict(at or {}))
    inside = target.subs(dict(zip(other.states, values, strict=True)), simultaneous=True)
    known = expectation(inside.subs(other.t, rational(until)))
    ends = [sp.Dummy(f"w{k}", real=True) for k in range(numeric.m)]
    joint = SDE(
        (*numeric.states, *ends),
        (*numeric.ito_drift, *[sp.S.Zero] * numeric.m),
        sp.Matrix(numeric.diffusion).col_join(sp.eye(numeric.m)),
        numeric.t,
        None,
        (*numeric.domain, *[(-sp.oo, sp.oo)] * numeric.m),
    )
    start = [*(x0 if isinstance(x0, Sequence) else [x0]), *[0] * numeric.m]
    found = simulate(joint, start, until, steps, paths, method, at, **options)
    control = inside.xreplace(dict(zip(noises, ends, strict=True))).subs(other.t, sp.Float(until, 17))
    return found.expectation(side(f).subs(dict(at or {})), found.of(control), [float(sp.N(known.value))])


def by_noise_at_end(sde: SDE, x0: Any, at: Mapping[Any, Any] | None = None) -> tuple[tuple[Any, ...], list[Any]]:
    """(X_t, [W_k(t)]) of a solution that is a function of t and W(t) alone; Unsolvable if it is not."""
    from derive.stochastic.solutions.solution import ItoIntegral, noise, solve, start

    begin = tuple(rational(e).subs({k: rational(v) for k, v in (at or {}).items()}) for e in start(sde, x0))
    values = solve(sde, begin).values
    if any(v.has(ItoIntegral, sp.Integral) for v in values):
        raise Unsolvable("the solution depends on the whole path of the noise, not on W(t) alone")
    return values, [noise(sde, k) for k in range(sde.m)]


def convergence(
    sde: SDE,
    x0: Any,
    until: float,
    method: str = "euler",
    f: Any = None,
    at: Mapping[Any, Any] | None = None,
    **options: Any,
) -> Order:
    """The strong order of a scheme, or with an expression f the weak one, against the solution where it is a function
    of t and W(t), else against a finer grid. Options are those of `numerics.simulate.strong_order`: steps, paths,
    generator, reference, refinement, confidence."""
    from numerics.simulate import strong_order, weak_order

    numeric = with_values(sde, at)
    exact: Callable[[Any], Any] | None
    try:
        exact = _exact(numeric, x0, until, at)
    except Unsolvable:
        exact = None
    data = (numeric.ito_drift, sp.Matrix(numeric.diffusion), numeric.states)
    start = [float(rational(e).subs(dict(at or {}))) for e in (x0 if isinstance(x0, Sequence) else [x0])]
    known: dict[str, Any] = {
        "time": numeric.t,
        "correlation": sp.Matrix(numeric.correlation),
        "exact": exact,
        **options,
    }
    if f is None:
        return strong_order(*data, start, until, method, **known)
    return weak_order(side(f).subs(dict(at or {})), *data, start, until, method, **known)


def _exact(sde: SDE, x0: Any, until: float, at: Mapping[Any, Any] | None) -> Callable[[Any], Any]:
    """W(until) of independent noises, (m, paths) ↦ X(until), (n, paths)."""
    from numerics.kernel import kernel
    from numerics.simulate.system import root

    values, noises = by_noise_at_end(sde, x0, at)
    independent = [sp.Dummy(f"w{k}", real=True) for k in range(sde.m)]
    mixed = root(sp.Matrix(sde.correlation), sde.m) * sp.Matrix(independent)
    table = dict(zip(noises, mixed, strict=True))
    ends = [v.xreplace(table).subs(sde.t, sp.Float(until, 17)) for v in values]
    compiled = kernel(sp.Matrix(ends), independent, dtype="float64")
    return lambda w: compiled(*w).movedim(-1, 0)
