"""Equations that a change of the state makes linear: by Lamperti's z, by e^{cz}, by powers and logarithms; and chains.

With A(z) the drift in z = ∫ dx/b: A′ = 0 is shifted Brownian motion, A″ = 0 an Ornstein-Uhlenbeck process, and for
A″ = −c A′ the variable e^{cz} obeys a linear equation. Reference: P. Kloeden, E. Platen, sec. 4.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.functionals import functionals
from derive.stochastic.lamperti import Lamperti, coordinate, lamperti, natural_domain
from derive.stochastic.linear import integral, linear_scalar, parts, wiener
from derive.stochastic.readable import tidy
from derive.stochastic.solution import ItoIntegral, Solution, follows

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def reducible(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """The solution of a scalar equation with one noise that a change of state makes linear; None if none does."""
    if sde.m != 1:
        return None
    for new, method, form in _changes(sde):
        found = _through(sde, begin, new, method, form)
        if found is not None:
            return found
    return None


def _changes(sde: SDE) -> Iterator[tuple[tuple[Any, Any, Any, Any], str, Lamperti | None]]:
    """(u(x), the symbol u, x(u), range of u) of changes of state worth trying."""
    x = sde.x
    form = lamperti(sde)
    if form is not None and form.unshape is not None:
        y, slope = coordinate(*form.shape_image), sp.diff(form.drift, x) * sde.b
        bend = sp.diff(slope, x) * sde.b
        if zero(slope, sde.facts) or zero(bend, sde.facts):
            yield (form.shape, y, form.unshape, form.shape_image), "unit noise by Lamperti's transform", form
        else:
            c = sde.tidy(-bend / slope / form.amplitude)
            if not c.has(x, sde.t):
                u = sp.Symbol("upsilon", positive=True)
                back = tidy(form.unshape.subs(y, sp.log(u) / c), (u,))
                ends = tuple(
                    None if end is None else sp.exp(c * end) if end.is_finite else None for end in form.shape_image
                )
                name = sde.tidy(c * form.amplitude)
                yield (_power(sp.exp(c * form.shape)), u, back, ends), f"linear in e^(c z), c = {name}", form
    for power in _powers(sde):
        u = sp.Symbol("upsilon", positive=True)
        yield (x**power, u, u ** (1 / power), (sp.S.Zero, sp.oo)), f"linear in x^({power}) (Bernoulli)", None


def _power(e: Any) -> Any:
    return sp.simplify(e) if e.count_ops() < 60 else e


def _powers(sde: SDE) -> list[Any]:
    """1 − n for drifts with a term xⁿ besides a linear one."""
    x = sde.x
    low, _ = natural_domain(sde)
    if low != 0:
        return []
    terms = sp.Add.make_args(sp.expand(sde.ito_drift[0]))
    exponents = [term.as_independent(x, as_Add=False)[1].as_base_exp() for term in terms if term.has(x)]
    found = [1 - n for base, n in exponents if base == x and n != 1 and not n.has(x)]
    return [p for p in dict.fromkeys(found) if p != 0]


def _through(
    sde: SDE, begin: tuple[Any, ...], change: tuple[Any, Any, Any, Any], method: str, form: Lamperti | None
) -> Solution | None:
    """Solve the linear equation of U = u(X) and go back; checked in U's own equation and, through x(u), in X's."""
    from derive.stochastic.sde import SDE

    forward, u, back, (low, high) = change
    x = sde.x
    a, (b,) = sde.ito(forward)
    mapped = [sde.tidy(_domained(e.subs(x, back), u)) for e in (a, b)]
    drift, noise_part = [parts(e, u) for e in mapped]
    if drift is None or noise_part is None:
        mapped = [sp.simplify(e) for e in mapped]
        drift, noise_part = [parts(e, u) for e in mapped]
        if drift is None or noise_part is None:
            return None
    linear = SDE(u, drift[0] * u + drift[1], noise_part[0] * u + noise_part[1], sde.t, None, None, 0, sde.given)
    first = forward.subs(x, begin[0])
    inner = linear_scalar(linear, (first,))
    if inner is None:
        return None
    value = back.xreplace({u: inner.values[0]})
    given = tuple(
        relation
        for relation in (
            (inner.values[0] > low) if low is not None and low != -sp.oo else sp.true,
            (inner.values[0] < high) if high is not None and high != sp.oo else sp.true,
        )
        if relation not in (sp.true, sp.false)
    )
    range_of_u = tuple(
        relation
        for relation in (
            (u > low) if low is not None and low != -sp.oo else sp.true,
            (u < high) if high is not None and high != sp.oo else sp.true,
        )
        if relation not in (sp.true, sp.false)
    )
    try:
        up, (across,) = linear.ito(back)
        there = (*sde.given, *range_of_u)
        checks = [
            settled(up, sde.ito_drift[0].subs(x, back), there, f"the drift of {x} through the change"),
            settled(across, sde.diffusion[0, 0].subs(x, back), there, f"the noise of {x} through the change"),
            settled(back.subs(u, first), begin[0], _start_facts(sde, begin[0]), f"the start of {x}"),
        ]
    except StochasticError:
        return None
    evidence = together([inner.evidence, *checks])
    return Solution(sde, begin, (value,), method, (*sde.given, *given), evidence, form)


def _domained(e: Any, u: Any) -> Any:
    return sp.powdenest(e, force=bool(u.is_positive))


def _start_facts(sde: SDE, x0: Any) -> tuple[Any, ...]:
    low, high = natural_domain(sde)
    if not x0.free_symbols:
        return sde.given
    bounds = ((x0 > low) if low != -sp.oo else sp.true, (x0 < high) if high != sp.oo else sp.true)
    return (*sde.given, *(b for b in bounds if b not in (sp.true, sp.false)))


def chain(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """Systems solved one state after another: each equation closed or linear in its own state, with the states before
    it as known functionals of the noise. None if there is no such order."""
    solved: dict[Any, Any] = {}
    evidence = []
    left = list(range(sde.n))
    while left:
        for i in left:
            x = sde.states[i]
            row: list[Any] = [sde.ito_drift[i], *(sde.diffusion[i, k] for k in range(sde.m))]
            if any(e.has(*(sde.states[j] for j in left if j != i)) for e in row):
                continue
            value = _link(sde, i, [e.subs(solved, simultaneous=True) for e in row], begin[i])
            if value is None:
                return None
            solved[x] = value
            left.remove(i)
            break
        else:
            return None
    values = tuple(solved[x] for x in sde.states)
    try:
        evidence.append(follows(sde, values, begin, sde.given))
    except StochasticError:
        return None
    return Solution(sde, begin, values, "one state after another", sde.given, together(evidence))


def _link(sde: SDE, i: int, row: list[Any], first: Any) -> Any | None:
    """One state: linear in itself with random coefficients, or a scalar equation by itself."""
    x = sde.states[i]
    pieces = [piece for e in row if (piece := parts(e, x)) is not None]
    if len(pieces) < len(row):
        return None if any(functionals(e) for e in row) else _alone(sde, i, first)
    (a1, a2), *noises = pieces
    slopes = [b1 for b1, _ in noises]
    if a1 == 0 and not any(slopes):
        return first + integral(sde, a2) + sp.Add(*(wiener(sde, k, b2) for k, (_, b2) in enumerate(noises)))
    rho, n = sde.correlation, range(sde.m)
    rate = a1 - sp.Add(*(slopes[k] * rho[k, j] * slopes[j] for k in n for j in n)) / 2
    push = a2 - sp.Add(*(slopes[k] * rho[k, j] * noises[j][1] for k in n for j in n))
    flow = sp.exp(integral(sde, rate) + sp.Add(*(wiener(sde, k, b) for k, b in enumerate(slopes))))
    inner = first + integral(sde, push / flow)
    return flow * (inner + sp.Add(*(wiener(sde, k, b2 / flow) for k, (_, b2) in enumerate(noises))))


def _alone(sde: SDE, i: int, first: Any) -> Any | None:
    """A nonlinear equation that stands by itself and is driven by one noise."""
    from derive.stochastic.sde import SDE
    from derive.stochastic.solution import noise

    used = [k for k in range(sde.m) if sde.diffusion[i, k] != 0]
    if len(used) != 1:
        return None
    single = SDE(sde.states[i], sde.ito_drift[i], sde.diffusion[i, used[0]], sde.t, None, sde.domain[i], 0, sde.given)
    found = reducible(single, (first,))
    if found is None:
        return None
    name = noise(sde, used[0]).func.__name__
    return (
        found.values[0]
        .replace(
            lambda e: isinstance(e, sp.core.function.AppliedUndef) and e.func.__name__ == "W",
            lambda e: sp.Function(name, real=True)(*e.args),
        )
        .replace(lambda e: isinstance(e, ItoIntegral), lambda e: ItoIntegral(sp.Symbol(name), *e.args[1:]))
    )
