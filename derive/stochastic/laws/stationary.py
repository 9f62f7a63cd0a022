"""Stationary densities: zero current in one dimension, potential conditions or a linear drift in several.

References: C. Gardiner, Stochastic Methods, sec. 5.2 and 6.2; H. Risken, The Fokker-Planck Equation, sec. 6.4.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.conditions import by_signs, condition, shorter
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws import partition
from derive.stochastic.laws.balance import Balance, at_rest, balance
from derive.stochastic.laws.circle import on_a_circle
from derive.stochastic.laws.confinement import falls
from derive.stochastic.laws.density import Density, mass_check
from derive.stochastic.laws.integration import by_integration
from derive.stochastic.laws.moments import lyapunov
from derive.stochastic.laws.normalisers import LINE, exponential_of, terms_of
from derive.stochastic.laws.pieces import Pieces, continuous_antiderivative, kinked, split
from derive.stochastic.laws.rational_matrices import determinant, inverse
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.lamperti import antiderivative, natural_domain

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

CURRENT = "the current vanishes"


def stationary(sde: SDE, domain: Any = None, wall: str | None = None) -> Density:
    """The density with ∂_t p = 0: in 1-D p ∝ b⁻² exp ∫ 2a/b² dx (no current through the ends).

    In n dimensions the Gaussian with the covariance of Lyapunov's equation where the drift is linear and the noise
    additive, else by the potential conditions (`balance`): detailed balance, with odd variables too (Klein-Kramers), or
    a constant rotation. The normaliser is closed, or a stated integral whose convergence is decided (one variable) or
    a condition. wall: "reflecting" (what is meant without one) or "periodic", a circle, on which a current may flow.
    Unsolvable says what failed: no normalisable weight, or which condition of the potential.
    """
    from derive.stochastic.sde import replace_sde

    process = sde if domain is None else replace_sde(sde, domain=domain)
    process.need_real()
    if any(e.has(sde.t) for e in (*process.ito_drift, *process.covariance)):
        raise StochasticError(
            f"the coefficients depend on {plain(sde.t)}: no density is stationary; freeze the time first"
        )
    if wall not in (None, "reflecting", "periodic"):
        raise StochasticError(
            f'a stationary law needs walls that keep the mass: "reflecting" or "periodic"; with {wall!r} it leaks out'
        )
    if wall == "periodic" and process.n > 1:
        raise StochasticError("periodic walls were asked for several states: give one")
    if process.n > 1:
        return by_signs(_in_space, process)
    if process.covariance[0, 0] == 0:
        raise StochasticError("there is no noise: a stationary law sits at the zeros of the drift and has no density")
    return by_signs(on_a_circle if wall == "periodic" else between_walls, process)


def between_walls(sde: SDE, search: bool = True) -> Density:
    """The law without current on the domain, or on the part of it next to the origin in which the noise does not
    vanish."""
    x, ends = sde.x, natural_domain(sde)
    a, c = sde.ito_drift[0], sde.covariance[0, 0]
    ratio = 2 * a / c
    if kinked(a, x):
        return _in_pieces(sde, continuous_antiderivative(sp.expand(ratio), x, ends, sde.given), search)
    slope, above = antiderivative(sde.tidy(ratio), x, ends, sde.given), ()
    if slope is None and ends == LINE:
        slope, above = _over_a_square(sde.tidy(ratio), x)
    if slope is None:
        raise Unsolvable(f"∫ 2a/b² dx = ∫ {plain(sde.tidy(ratio))} dx was not found in closed form")
    log_weight = _named(slope, x) - sp.log(c)
    found = partition.on_the_line(log_weight, x, ends, sde.given, search)
    constant, terms = terms_of(log_weight, x, ends)
    value = _completed(terms, x) if found.how == "normal family" else None
    if value is None:
        value = sp.powsimp(exponential_of(sp.Add(*(c * g for g, c in terms.items())), x))
        value *= _short_size(constant, found.value, x)
    given = (*sde.given, *dict.fromkeys((*above, *found.conditions)))
    still = sde.tidy(sp.diff(_log(value), x) * c), sde.tidy(2 * a - sp.diff(c, x))
    flow = settled(*still, (*sde.facts, *given), CURRENT)
    checks = [flow, *found.checks]
    checks += [] if found.stated else [mass_check(value, x, ends, given)]
    return Density(sde, value, (ends,), f"zero current; {found.how}", given, together(checks))


def _over_a_square(ratio: Any, x: Any) -> tuple[Any | None, tuple[Any, ...]]:
    """∫ (αx + β)/(px² + qx + r) dx where the quadratic has no real zero, Δ = 4pr − q² > 0, as a condition; (None, ())
    for other quotients. The antiderivative is (α/2p) log(px² + qx + r) + (2pβ − αq)/(p√Δ) arctan((2px + q)/√Δ)."""
    above, below = (e.as_poly(x) for e in sp.fraction(sp.together(ratio)))
    if above is None or below is None or above.degree() > 1 or below.degree() != 2:
        return None, ()
    (p, q, r), alpha, beta = below.all_coeffs(), above.nth(1), above.nth(0)
    square = sp.factor(4 * p * r - q**2)
    if (condition := square > 0) == sp.false:
        return None, ()
    root = sp.sqrt(square)
    wave = (2 * p * beta - alpha * q) / (p * root) * sp.atan((2 * p * x + q) / root)
    return alpha / (2 * p) * sp.log(below.as_expr()) + wave, () if condition == sp.true else (condition,)


def _named(slope: Any, x: Any) -> Any:
    """log(1 + tanh u) as u − log cosh u, fractions taken apart."""
    tall = {f: f.args[0] - 1 for f in slope.atoms(sp.log) if isinstance(f.args[0] - 1, sp.tanh)}
    opened = sp.expand(slope.xreplace({f: h.args[0] - sp.log(sp.cosh(h.args[0])) for f, h in tall.items()}))
    rational = sp.Add(*(t for t in sp.Add.make_args(opened) if t.has(x) and t.is_rational_function(x)))
    apart = sp.apart(rational, x) if not rational.is_polynomial(x) else rational
    return sp.expand(opened - rational) + sp.Add(*map(sp.factor, sp.Add.make_args(apart)))


def _completed(terms: Any, x: Any) -> Any:
    """√(α/π) e^{−α(x − m)²} of the weight e^{−αx² + βx}."""
    a, m = -terms[x**2], sp.cancel(-terms.get(x, sp.S.Zero) / (2 * terms[x**2]))
    a = sp.factor(a)
    return sp.sqrt(a / sp.pi) * sp.exp(-a * (x - m) ** 2)


def _short_size(constant: Any, size: Any, x: Any) -> Any:
    """The factor in front; what a stated integral and the weight have in common cancels."""
    if not size.has(sp.Integral):
        return sp.powsimp(exponential_of(constant, x) / size)
    integral = next(iter(size.atoms(sp.Integral)))
    inside = sp.powsimp(integral.function / exponential_of(constant, x))
    return 1 / size.xreplace({integral: integral.func(sp.powsimp(sp.expand_power_base(inside)), *integral.limits)})


def _in_pieces(sde: SDE, slope: Pieces, search: bool) -> Density:
    """The same with a drift that has jumps or kinks: c p is continuous, and so is log(c p)."""
    x, a, c = sde.x, sde.ito_drift[0], sde.covariance[0, 0]
    if kinked(c, x):
        raise Unsolvable("the noise has jumps or kinks: such laws were looked for with smooth noise only")
    sizes, conditions, checks, words = [], [], [], []
    for piece, low, high in slope.parts:
        found = partition.on_the_line(piece - sp.log(c), x, (low, high), sde.given, search)
        sizes.append(found.value)
        conditions += [k for k in found.conditions if k not in conditions]
        checks += found.checks
        words += [found.how] if found.how not in words else []
    given, total = (*sde.given, *conditions), sde.tidy(sp.Add(*sizes))
    value = sp.exp(slope.whole) / (c * total) if not isinstance(slope.whole, sp.Piecewise) else None
    if value is None:
        cases: Any = slope.whole.args
        value = sp.Piecewise(*((sp.exp(e) / (c * total), k) for e, k in cases))
    drifts = split(a, x, (slope.parts[0][1], slope.parts[-1][2]), sde.given)
    for (piece, low, high), (drift, *_), size in zip(slope.parts, drifts, sizes, strict=True):
        inside = tuple(k for k in (x > low, x < high) if k not in (sp.true, sp.false))
        ours = _there(value, x, (low, high), given)
        checks.append(settled(sp.diff(piece, x) * c, 2 * drift, (*sde.given, *inside), CURRENT))
        checks.append(by_integration(ours, x, (low, high), size / total, given, "the mass of a piece"))
    return Density(sde, value, (natural_domain(sde),), f"zero current; {', '.join(words)}", given, together(checks))


def _there(value: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> Any:
    """The expression on one piece."""
    if isinstance(value, sp.Piecewise):
        return next(e for e, low, high in split(value, x, (-sp.oo, sp.oo), given) if (low, high) == ends)
    turn = {node: _signed(node, x, ends) for node in value.atoms(sp.Abs) if node.has(x)}
    return value.xreplace(turn)


def _signed(node: Any, x: Any, ends: tuple[Any, Any]) -> Any:
    """|x − c| on one side of c."""
    inner = node.args[0] * sp.diff(node.args[0], x)
    return inner if not ends[0].is_infinite and zero(inner.subs(x, ends[0])) else -inner


def _log(value: Any) -> Any:
    return sp.expand_log(sp.log(value), force=True)


def _in_space(sde: SDE, search: bool) -> Density:
    from derive.stochastic.solutions.linear import linear_form

    form = linear_form(sde)
    if form is not None and all(b.is_zero_matrix for b in form[2]) and all(ends == LINE for ends in sde.domain):
        return _lyapunov(sde, form[0], form[1])
    return _balanced(sde, search)


def _lyapunov(sde: SDE, a: Any, c: Any) -> Density:
    """N(−A⁻¹c, S) with A S + S Aᵀ + B ρ Bᵀ = 0."""
    n, noise = sde.n, sde.covariance
    down = inverse(a)
    found = None if down is None else lyapunov(a, noise)
    if found is None or down is None:
        raise Unsolvable("Lyapunov's equation A S + S Aᵀ + B ρ Bᵀ = 0 has no single solution: the drift is not stable")
    covariance = found.applyfunc(sde.tidy)
    mean = (-(down * c)).applyfunc(sde.tidy)
    size, precision = determinant(covariance), inverse(covariance)
    if precision is None:
        raise Unsolvable("the covariance at rest is singular: the noise does not reach every direction")
    value = _written(sde, mean, precision, size)
    checks = [
        settled(entry, sp.S.Zero, sde.given, "Lyapunov's equation")
        for entry in a * covariance + covariance * a.T + noise
    ]
    checks += [
        settled(entry, sp.Integer(i % (n + 1) == 0), sde.given, "S S⁻¹ = 1")
        for i, entry in enumerate(covariance * precision)
    ]
    if n <= 2:
        y = sp.Matrix(sde.states) - mean
        checks.append(_stationarity(sde, sp.expand(-(y.T * precision * y)[0, 0] / 2)))
    minors = [condition(determinant(covariance[: k + 1, : k + 1]), sde.given) for k in range(n)]
    if sp.false in minors:
        raise Unsolvable("the solution of Lyapunov's equation is not positive: the drift is not stable")
    conditions = shorter((m for m in minors if m != sp.true), sde.given)
    return Density(sde, value, sde.domain, "linear: Lyapunov's equation", (*sde.given, *conditions), together(checks))


def _written(sde: SDE, mean: Any, shape: Any, size: Any) -> Any:
    """The Gaussian with the precision S⁻¹ multiplied out, what its terms have in common in front."""
    y = sp.Matrix([x - m for x, m in zip(sde.states, mean, strict=True)])
    pairs = {(i, j): sp.Dummy() for i in range(sde.n) for j in range(i, sde.n) if shape[i, j] != 0}
    total = sp.factor(sp.Add(*((1 if i == j else 2) * shape[i, j] * d for (i, j), d in pairs.items())) / 2)
    exponent = total.xreplace({d: y[i] * y[j] for (i, j), d in pairs.items()})
    return sp.sqrt(sp.factor(1 / size) / (2 * sp.pi) ** sde.n) * sp.exp(-exponent)


def gaussian(
    states: tuple[Any, ...], mean: Any, covariance: Any, variables: tuple[Any, ...] = (), root: Any = None
) -> Any:
    """(2π)^{−n/2} det(S)^{−1/2} exp(−½ (x − m)ᵀ S⁻¹ (x − m)); variables: the time, where S depends on it.

    root: {symbol: value}, put in before the square root of the determinant is taken, since the value may be imaginary.
    """
    n, table = len(states), root or {}
    exponent = (-_quadratic(states, mean, covariance, variables) / 2).xreplace(table)
    return sp.exp(exponent) / sp.sqrt((2 * sp.pi) ** n * _determinant(covariance, variables).xreplace(table))


def _determinant(covariance: Any, variables: tuple[Any, ...] = ()) -> Any:
    return tidy(covariance.det(), variables) if variables else sp.factor(covariance.det())


def _quadratic(states: tuple[Any, ...], mean: Any, covariance: Any, variables: tuple[Any, ...] = ()) -> Any:
    """yᵀ adj(S) y/det S, y = x − m."""
    y, n = [x - m for x, m in zip(states, mean, strict=True)], len(states)
    if n == 1:
        return y[0] ** 2 / sp.factor(covariance[0, 0])
    adjugate = covariance.adjugate().applyfunc(lambda e: tidy(e, variables))
    pairs = ((i, j) for i in range(n) for j in range(i, n))
    terms = ((1 if i == j else 2) * adjugate[i, j] * y[i] * y[j] for i, j in pairs)
    return sp.Add(*terms) / _determinant(covariance, variables)


def _stationarity(sde: SDE, log: Any) -> Evidence:
    """L* p = 0 for p = e^{log}."""
    return settled(at_rest(sde, log), sp.S.Zero, sde.facts, "the Fokker-Planck equation at rest")


def _balanced(sde: SDE, search: bool) -> Density:
    """e^ℓ/Z with ∇ℓ from the potential conditions."""
    found = balance(sde)
    log_weight = sp.expand(found.log_weight)
    checks = [_stationarity(sde, log_weight)]
    _tight(sde, found, log_weight)
    size = partition.in_space(log_weight, sde.states, sde.domain, sde.given, search)
    constant, rest = log_weight.as_independent(*sde.states, as_Add=True)
    _sound_inside(sde, log_weight)
    logs, other = _by_kind(_by_radius(rest, sde.states), sde.states)
    shape = sp.powsimp(exponential_of(logs, *sde.states)) * sp.exp(sp.factor_terms(other))
    value = shape / sp.powsimp(sp.exp(-constant) * size.value)
    method = f"{found.method}; {size.how}"
    given = (*sde.given, *size.conditions)
    return Density(sde, value, sde.domain, method, given, together([*checks, *size.checks]))


def _by_radius(log_weight: Any, states: tuple[Any, ...]) -> Any:
    """A polynomial in |x|² alone written as such."""
    if not log_weight.is_polynomial(*states):
        return log_weight
    size = sp.Dummy()
    along = sp.expand(log_weight.subs(dict.fromkeys(states[1:], 0))).replace(
        lambda e: e.is_Pow and e.base == states[0] and e.exp.is_even, lambda e: size ** (e.exp / 2)
    )
    square = sp.Add(*(x**2 for x in states))
    if along.has(states[0]) or sp.expand(along.xreplace({size: square}) - log_weight) != 0:
        return log_weight
    return along.xreplace({size: square})


def _by_kind(rest: Any, states: tuple[Any, ...]) -> tuple[Any, Any]:
    """(logarithms, other terms): what becomes a power, and what an exponential."""
    if not rest.has(sp.log):
        return sp.S.Zero, rest
    logs = sp.Add(*(t for t in sp.Add.make_args(sp.expand(rest)) if t.has(sp.log)))
    return logs, sp.expand(rest - logs)


def _sound_inside(sde: SDE, log_weight: Any) -> None:
    """Unsolvable where B ρ Bᵀ is not positive or the weight not real somewhere on the domain: then the state space is
    no product of intervals."""
    free = sde.covariance.free_symbols | log_weight.free_symbols
    if log_weight.atoms(sp.core.function.AppliedUndef) or sde.covariance.atoms(sp.core.function.AppliedUndef):
        return
    positive = {s: sp.Symbol(s.name, positive=True) for s in free - set(sde.states) if s.is_real is None}
    facts = tuple(f.xreplace(positive) for f in sde.facts)
    try:
        points = list(admissible({positive.get(s, s) for s in free}, facts, random.Random(15), 8, real=True))
    except NoPoint:
        return
    for point in points:
        table = {s: sp.Float(v, 20) for s, v in point.items()}
        c = sde.covariance.xreplace(positive).xreplace(table)
        weight = sp.N(log_weight.xreplace(positive).xreplace(table))
        if not weight.is_real or any(sp.re(sp.N(c[: k + 1, : k + 1].det())) < -1e-9 for k in range(sde.n)):
            shown = ", ".join(f"{plain(s)} = {plain(v)}" for s, v in point.items())
            raise Unsolvable(f"B ρ Bᵀ is not positive or p not real at {shown}: the states do not fill the domain")


def _tight(sde: SDE, found: Balance, log_weight: Any) -> None:
    """StochasticError where the circulating current leaves through a wall: its component there must vanish, or be the
    same at both ends (then the ends are put together)."""
    for x, (low, high), drift in zip(sde.states, sde.domain, found.circulation, strict=True):
        ends = [end for end in (low, high) if not end.is_infinite]
        if all(falls(log_weight, x, end, 1 if end == low else -1) for end in ends):
            continue
        if all(zero(drift.subs(x, end), sde.given) for end in ends):
            continue
        around = len(ends) == 2 and all(zero(f.subs(x, low) - f.subs(x, high), sde.given) for f in (drift, log_weight))
        if not around:
            raise Unsolvable(
                f"the circulating current {plain(drift)} of {plain(x)} does not vanish at the wall "
                f"{' or '.join(map(plain, ends))}"
            )
