"""Equations that a change of the state makes linear: by Lamperti's z, by e^{cz}, by powers and logarithms.

With A(z) the drift in z = ∫ dx/b: A′ = 0 is shifted Brownian motion, A″ = 0 an Ornstein-Uhlenbeck process, and for
A″ = −c A′ the variable e^{cz} obeys a linear equation. Reference: P. Kloeden, E. Platen, sec. 4.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.lamperti import Lamperti, coordinate, lamperti, natural_domain, parts_of_the_line
from derive.stochastic.solutions.linear import linear_scalar, parts
from derive.stochastic.solutions.solution import ItoIntegral, Solution

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def reducible(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """The solution of a scalar equation that a change of state makes linear; None if none does."""
    if sde.m != 1:
        return _by_one_noise(sde, begin)
    part = _part_with(sde, begin[0])
    if part is not None:
        from derive.stochastic.sde import replace_sde

        found = reducible(replace_sde(sde, domain=(part,)), begin)
        return None if found is None else replace(found, sde=sde)
    for new, method, form in _changes(sde):
        found = _through(sde, begin, new, method, form)
        if found is not None:
            return found
    return None


def _by_one_noise(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """Noises β_k f(x) dW_k with constants β_k are one noise κ f(x) dW, W = Σ β_k W_k/κ a Wiener process for
    κ² = Σ β_k ρ_kl β_l; None if the amplitudes are not proportional."""
    from derive.stochastic.sde import replace_sde
    from derive.stochastic.solutions.solution import noise

    first = next((b for b in sde.diffusion if b != 0), sp.S.Zero)
    if not first.has(sde.x):
        return None
    front, shape = sp.factor_terms(first).as_independent(sde.x, sde.t, as_Add=False)
    weights = [sde.tidy(front * b / first) for b in sde.diffusion]
    if any(w.has(sde.x, sde.t) for w in weights):
        return None
    rho, n = sde.correlation, range(sde.m)
    size = sp.sqrt(sp.factor(sp.Add(*(weights[k] * rho[k, j] * weights[j] for k in n for j in n))))
    single = replace_sde(sde, drift=sde.ito_drift, diffusion=size * shape, correlation=None, alpha=0)
    found = reducible(single, begin)
    if found is None:
        return None
    paths = [noise(sde, k).func for k in n]

    def spread(e: Any) -> Any:
        if isinstance(e, ItoIntegral):
            each = [ItoIntegral(sp.Symbol(p.__name__), spread(e.args[1]), *e.args[2:]) for p in paths]
        elif isinstance(e, sp.core.function.AppliedUndef) and e.func == noise(single, 0).func:
            each = [p(*e.args) for p in paths]
        else:
            return e.func(*map(spread, e.args)) if e.args else e
        return sp.Add(*(w * part for w, part in zip(weights, each, strict=True) if w != 0)) / size

    value, given = spread(found.values[0]), tuple(spread(g) for g in found.given)
    unit = sp.Add(*(weights[k] * rho[k, j] * weights[j] for k in n for j in n)) / size**2
    checks = [settled(unit, sp.S.One, sde.given, "the noises together are a Wiener process")]
    checks += [settled(w * shape, b, sde.facts, "a noise") for w, b in zip(weights, sde.diffusion, strict=True)]
    evidence = together([found.evidence, *checks])
    return Solution(sde, begin, (value,), f"{found.method}, the noises as one", given, evidence)


def _changes(sde: SDE) -> Iterator[tuple[tuple[Any, Any, Any, Any], str, Lamperti | None]]:
    """(u(x), the symbol u, x(u), range of u) of changes of state worth trying."""
    x = sde.x
    form = lamperti(sde)
    if sde.b.has(sde.t) and (moving := _in_time(sde)) is not None:
        y = coordinate(*moving.shape_image)
        yield (moving.shape, y, moving.unshape, moving.shape_image), "Lamperti's transform of the shape", None
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
                ends = ends if any(ends) else (sp.S.Zero, sp.oo)
                name = sde.tidy(c * form.amplitude)
                yield (_power(sp.exp(c * form.shape)), u, back, ends), f"linear in e^(c z), c = {name}", form
    for power in _powers(sde):
        u = sp.Symbol("upsilon", positive=True)
        yield (x**power, u, u ** (1 / power), (sp.S.Zero, sp.oo)), f"linear in x^({plain(power)}) (Bernoulli)", None


def _in_time(sde: SDE) -> Lamperti | None:
    """z = ∫ dx/f for a noise amplitude β(t) f(x); None if it is no such product or z has no inverse."""
    from derive.stochastic.sde import replace_sde

    shape = sp.factor_terms(sde.b).as_independent(sde.x, as_Add=False)[1]
    if shape.has(sde.t) or not shape.has(sde.x):
        return None
    form = lamperti(replace_sde(sde, drift=(sp.S.Zero,), diffusion=shape, alpha=0))
    return form if form is not None and form.unshape is not None else None


def _power(e: Any) -> Any:
    """e^{k log f} as f^k (f > 0 where its logarithm is real), else the shorter form."""
    if isinstance(e, sp.exp):
        rest, log = sp.factor_terms(e.args[0]).as_independent(sp.log, as_Add=False)
        if isinstance(log, sp.log):
            return log.args[0] ** sp.factor_terms(rest)
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
    given = (*_branch(sde, begin[0]), *_range(sde, inner.values[0], low, high, begin[0]))
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
        pairs = ((up, sde.ito_drift[0], "drift"), (across, sde.b, "noise"))
        checks = [
            settled(
                _denested(e, u), _denested(f.subs(x, back), u), there, f"the {name} of {plain(x)} through the change"
            )
            for e, f, name in pairs
        ]
        checks += [
            settled(back.subs(u, first), begin[0], _start_facts(sde, begin[0]), f"the start of {plain(x)}"),
        ]
    except StochasticError:
        return None
    evidence = together([inner.evidence, *checks])
    return Solution(sde, begin, (value,), method, (*sde.given, *given), evidence, form)


def _range(sde: SDE, value: Any, low: Any, high: Any, first: Any) -> tuple[Any, ...]:
    """low < value < high, what holds of itself left out: positive factors, sums of positive terms."""
    lower, upper = natural_domain(sde)
    shown = value
    if {low, high} <= {sp.S.Zero, sp.oo, -sp.oo, None}:
        shown = sp.Mul(*(f for f in sp.Mul.make_args(value) if not isinstance(f, sp.exp)))
    known: dict[Any, Any] = {}
    if first.is_Symbol and lower == 0:
        known[first] = sp.Dummy("first", positive=True)
    elif first.is_Symbol and upper == 0:
        known[first] = sp.Dummy("first", negative=True)

    def sign(e: Any) -> Any:
        if isinstance(e, sp.Integral):
            return sp.Dummy("i", positive=True) if sign(e.function).is_positive else sp.Dummy("i", real=True)
        if isinstance(e, ItoIntegral | sp.core.function.AppliedUndef):
            return sp.Dummy("w", real=True)
        if isinstance(e, sp.exp):
            return sp.Dummy("e", positive=True)
        return e.func(*map(sign, e.args)) if e.args else known.get(e, e)

    found = []
    if low is not None and low != -sp.oo and not sign(shown - low).is_positive:
        found.append(shown > low)
    if high is not None and high != sp.oo and not sign(high - shown).is_positive:
        found.append(shown < high)
    return tuple(relation for relation in found if relation not in (sp.true, sp.false))


def _branch(sde: SDE, x0: Any) -> tuple[Any, ...]:
    """x0 on the part of the line to which the transform belongs, where that is not all of the stated domain."""
    low, high = natural_domain(sde)
    if (low, high) == sde.domain[0] or not x0.free_symbols:
        return ()
    ends = ((x0 > low) if low != -sp.oo else sp.true, (x0 < high) if high != sp.oo else sp.true)
    return tuple(r for r in ends if r not in (sp.true, sp.false, *sde.given))


def _part_with(sde: SDE, x0: Any) -> tuple[Any, Any] | None:
    """The part of the line between singular points on which a number x0 lies, where it is not the one that is taken
    anyway."""
    taken = natural_domain(sde)

    def holds(part: tuple[Any, Any]) -> bool:
        return bool((x0 - part[0]).is_extended_positive and (part[1] - x0).is_extended_positive)

    if taken == sde.domain[0] or not x0.is_number or holds(taken):
        return None
    return next((part for part in parts_of_the_line(sde) if holds(part) and part != sde.domain[0]), None)


def _domained(e: Any, u: Any) -> Any:
    return sp.powdenest(e, force=bool(u.is_positive))


def _denested(e: Any, u: Any) -> Any:
    """(u^p)^q as u^{pq}, exponents in normal form, for a positive u: its powers with real exponents are positive."""
    if not u.is_positive:
        return e

    def exponent(f: Any) -> Any | None:
        if not isinstance(f, sp.Pow):
            return None
        return f.exp if f.base == u else None if (inner := exponent(f.base)) is None else inner * f.exp

    return e.replace(lambda f: exponent(f) is not None, lambda f: u ** sp.cancel(exponent(f)))


def _start_facts(sde: SDE, x0: Any) -> tuple[Any, ...]:
    low, high = natural_domain(sde)
    if not x0.free_symbols:
        return sde.given
    bounds = ((x0 > low) if low != -sp.oo else sp.true, (x0 < high) if high != sp.oo else sp.true)
    return (*sde.given, *(b for b in bounds if b not in (sp.true, sp.false)))
