"""Feynman-Kac: u(x, t) = E[φ(X_t) exp(−∫₀ᵗ V(X_s) ds) | X_0 = x] solves u_t = L u − V u, u(x, 0) = φ(x).

Exponentials of quadratics by Riccati equations for their coefficients (affine and Gaussian models), piecewise payoffs
by the law of a Gaussian z. References: I. Karatzas, S. Shreve, sec. 4.4 and 5.7; D. Duffie, D. Filipović,
W. Schachermayer, Ann. Appl. Prob. 13 (2003) 984; F. Black, M. Scholes, J. Pol. Econ. 81 (1973) 637.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.lamperti import lamperti, natural_domain
from derive.stochastic.polish import shortened

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class FeynmanKac:
    """u(x, t), t the time that is left: value, the potential, the data, how it was found, and the equation put back.

    `terminal(T)` is the same solution written with the time of the day, u(x, T − t), which solves −u_t = L u − V u.
    """

    sde: SDE
    potential: Any
    data: Any
    value: Any
    method: str
    given: tuple[Any, ...]
    evidence: Evidence

    def terminal(self, horizon: Any) -> Any:
        """u(x, T − t)."""
        return self.value.subs(self.sde.t, side(horizon) - self.sde.t)

    def greek(self, *symbols: Any) -> Any:
        """A sensitivity: the derivative by states, the time or parameters (delta, gamma, theta, vega …)."""
        return self.sde.tidy(sp.diff(self.value, *symbols))

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle u = {latex(self.value)}$"

    def __str__(self) -> str:
        from derive.printing import plain

        return plain(self.value)


def feynman_kac(sde: SDE, data: Any, potential: Any = 0) -> FeynmanKac:
    """u_t = L u − V u with u(x, 0) = data, by the first way that applies; Unsolvable if none does.

    The coefficients must not depend on the time (t is the time that is left).
    """
    from derive.stochastic.sde import replace_sde

    if sde.n == 1 and sde.b != 0:
        sde = replace_sde(sde, domain=natural_domain(sde))
    if any(e.has(sde.t) for e in (*sde.ito_drift, *sde.covariance, side(potential), side(data))):
        raise StochasticError(f"feynman_kac counts the time that is left: nothing may depend on {sde.t}")
    v, phi = side(potential), side(data)
    for way in (_exponential, _polynomial, _payoff):
        found = way(sde, phi, v)
        if found is not None:
            short, proof = shortened(found.value, sde.facts)
            return found if proof is None else replace(found, value=short, evidence=together([found.evidence, proof]))
    raise Unsolvable(
        "no closed solution: the data are no exponential of a quadratic with solvable Riccati equations, no "
        "polynomial, and no piecewise payoff of a process that is Gaussian in z = ∫dx/b"
    )


def check(sde: SDE, u: Any, data: Any = None, potential: Any = 0) -> Evidence:
    """Evidence that a given u solves u_t = L u − V u (and u(x, 0) = data, where data are given)."""
    facts, value = sde.facts, side(u)
    checks = [settled(sp.diff(value, sde.t), sde.generator(value) - side(potential) * value, facts, "u_t = L u − V u")]
    if data is not None:
        checks.append(settled(value.subs(sde.t, 0), side(data), facts, "u at t = 0"))
    return together(checks)


def _exponential(sde: SDE, phi: Any, v: Any) -> FeynmanKac | None:
    """u = exp(Σ q_α(t) x^α), |α| ≤ 2: Q_t = a·∇Q + ½ tr c(∇²Q + ∇Q ∇Qᵀ) − V, coefficient by coefficient."""
    x = sde.states
    log = sp.expand(sp.expand_log(sp.log(phi), force=True)).as_poly(*x)
    if log is None or log.total_degree() > 2 or any(c.has(*x) for c in log.coeffs()):
        return None
    for degree in range(max(1, log.total_degree()), 3):
        solved = _coefficients(sde, log, v, degree)
        if solved is not None:
            value = sp.exp(sp.Add(*(q * m for m, q in solved.items())))
            evidence = check(sde, value, phi, v)
            method = f"exponential of a polynomial of degree {degree}: Riccati equations"
            return FeynmanKac(sde, v, phi, value, method, sde.given, evidence)
    return None


def _coefficients(sde: SDE, log: Any, v: Any, degree: int) -> dict[Any, Any] | None:
    """{monomial: coefficient(t)} of log u; None if the equations do not close or cannot be solved one by one."""
    x, c = sde.states, sde.covariance
    monomials = [sp.Mul(*m) for k in range(degree + 1) for m in combinations_with_replacement(x, k)]
    q = {m: sp.Dummy(f"q[{m}]") for m in monomials}
    total = sp.Add(*(name * m for m, name in q.items()))
    n = range(sde.n)
    gradient = [sp.diff(total, y) for y in x]
    right = sp.Add(*(a * g for a, g in zip(sde.ito_drift, gradient, strict=True)), -v)
    right += sp.Add(*(c[i, j] * (sp.diff(gradient[i], x[j]) + gradient[i] * gradient[j]) / 2 for i in n for j in n))
    poly = sp.expand(right).as_poly(*x)
    if poly is None or any(e.has(*x) for e in poly.coeffs()):
        return None
    rates = {m: poly.coeff_monomial(m) for m in monomials}
    if sp.expand(poly.as_expr() - sp.Add(*(rate * m for m, rate in rates.items()))) != 0:
        return None
    known: dict[Any, Any] = {}
    left = list(monomials)
    while left:
        for m in left:
            rate = sp.expand(rates[m].xreplace(known))
            if rate.free_symbols & {q[k] for k in left if k != m}:
                continue
            found = riccati(rate, q[m], log.coeff_monomial(m), sde.t, sde.given)
            if found is None:
                return None
            known[q[m]] = found
            left.remove(m)
            break
        else:
            return None
    return {m: known[q[m]] for m in monomials}


def riccati(rate: Any, y: Any, first: Any, t: Any, given: tuple[Any, ...] = ()) -> Any | None:
    """The solution of y′ = p + q y + r y², y(0) = first: p and q functions of t if r = 0, constants otherwise.

    None if the equation has another form or an integral is not found.
    """
    poly = sp.Poly(rate, y) if rate.has(y) else None
    if poly is not None and poly.degree() > 2:
        return None
    p, q, r = (rate, sp.S.Zero, sp.S.Zero) if poly is None else (poly.coeff_monomial(y**k) for k in range(3))
    if r == 0:
        return _linear(p, q, first, t, given)
    if any(e.has(t) for e in (p, q, r)):
        return None
    if zero(p, given) and zero(q, given):
        return first / (1 - r * first * t)
    if zero(p, given):
        growth = sp.exp(q * t)
        return first * growth / (1 - r * first * (growth - 1) / q)
    return _constant_riccati(p, q, r, first, t, given)


def _linear(p: Any, q: Any, first: Any, t: Any, given: tuple[Any, ...]) -> Any | None:
    """y = Φ (first + ∫ p/Φ), Φ = exp ∫ q."""
    if zero(p, given) and zero(first, given):
        return sp.S.Zero
    growth = _from_zero(q, t, given)
    if growth is None:
        return None
    flow = sp.exp(growth)
    push = _from_zero(sp.powsimp(sp.expand(p / flow)), t, given)
    return None if push is None else sp.expand(flow * (first + push))


def _from_zero(f: Any, t: Any, given: tuple[Any, ...]) -> Any | None:
    """∫₀ᵗ f, differentiated back; logarithms start positive. None if it is not found."""
    if zero(f, given):
        return sp.S.Zero
    s = sp.Dummy("s", positive=True)
    for form in (sp.expand(f), sp.simplify(f), sp.expand(sp.simplify(f).rewrite(sp.exp))):
        inner = sp.integrate(form.subs(t, s), s)
        if isinstance(inner, sp.Piecewise):
            inner = inner.args[0][0]
        if inner.has(sp.Integral, sp.Piecewise, sp.nan):
            continue
        value = inner.subs(s, t) - inner.subs(s, 0)
        if not value.has(sp.nan, sp.zoo, sp.oo) and zero(sp.diff(value, t) - f, given):
            return value
    return None


def _constant_riccati(p: Any, q: Any, r: Any, first: Any, t: Any, given: tuple[Any, ...]) -> Any:
    """y = (y0 + (p' + …) tanh)/(…): with w² = q²/4 − p r, y = (y0 w + (p + q y0/2) T)/(w − (r y0 + q/2) T), T = tanh wt
    (tan, with −w² > 0, where that sign is known)."""
    from derive.exact import is_positive

    square = sp.factor(q**2 / 4 - p * r)
    if is_positive(-square, given) is True:
        w = sp.sqrt(-square)
        wave = sp.tan(w * t)
    else:
        w = sp.sqrt(square)
        wave = sp.tanh(w * t)
    return (first * w + (p + q * first / 2) * wave) / (w - (r * first + q / 2) * wave)


def _polynomial(sde: SDE, phi: Any, v: Any) -> FeynmanKac | None:
    """Polynomial data and a constant potential: moments, where the generator keeps degrees."""
    poly = phi.as_poly(*sde.states)
    if poly is None or v.has(*sde.states) or any(c.has(*sde.states) for c in poly.coeffs()):
        return None
    from derive.stochastic.moments import moments

    try:
        found = moments(sde, max(poly.total_degree(), 1), sde.states)
    except StochasticError:
        return None
    if not found.values:
        return None
    table = dict(found.values)
    value = sp.S.Zero
    for power, c in poly.terms():
        monomial = sp.Mul(*(y**k for y, k in zip(sde.states, power, strict=True)))
        value += c * table.get(monomial, sp.S.One)
    value *= sp.exp(-v * sde.t)
    return FeynmanKac(sde, v, phi, value, "polynomial data: moments", sde.given, check(sde, value, phi, v))


def _payoff(sde: SDE, phi: Any, v: Any) -> FeynmanKac | None:
    """Piecewise polynomial data of a process with a Gaussian z = ∫dx/b: E of e^{kz} on intervals, by erfc."""
    if sde.n != 1 or v.has(sde.x):
        return None
    form = lamperti(sde)
    drift = None if form is None else form.drift_in_z()
    if form is None or drift is None or form.image != (-sp.oo, sp.oo):
        return None
    from derive.stochastic.sde import SDE
    from derive.stochastic.transition import mean_and_covariance

    z = sp.Symbol(form.symbol.name, real=True)
    unit = SDE(z, drift.xreplace({form.symbol: z}), 1, sde.t, None, None, 0, sde.given)
    law = mean_and_covariance(unit, (form.z,))
    if law is None:
        return None
    mean, variance = law[0][0], law[1][0, 0]
    total = sp.S.Zero
    for piece, low, high in _pieces(phi, sde.x, form):
        body = sp.expand(sp.powsimp(sp.expand(piece.xreplace({sde.x: form.inverse.xreplace({form.symbol: z})}))))
        for term in sp.Add.make_args(body):
            c, k = _exponential_term(term, z)
            if k is None:
                return None
            total += c * sp.exp(k * mean + k**2 * variance / 2) * _probability(mean + k * variance, variance, low, high)
    value = sp.exp(-v * sde.t) * total
    evidence = together([law[2], check(sde, value, None, v), _starts(sde, value, phi)])
    return FeynmanKac(sde, v, phi, value, "piecewise data of a Gaussian z", sde.given, evidence)


def _pieces(phi: Any, x: Any, form: Any) -> Iterator[tuple[Any, Any, Any]]:
    """(expression, lower z, upper z) of piecewise data; Max, Min, Heaviside, Abs are opened."""
    opened: Any = sp.piecewise_fold(phi.rewrite(sp.Piecewise)) if phi.has(sp.Max, sp.Min, sp.Abs, sp.Heaviside) else phi
    increasing = sp.diff(form.z, x).is_negative is not True
    if not isinstance(opened, sp.Piecewise):
        yield opened, -sp.oo, sp.oo
        return
    left = sp.Interval(*form.domain)
    cases: Any = opened.args
    for piece, condition in cases:
        region = (
            left
            if condition == sp.true
            else condition.as_set().intersect(left)
            if not (condition.free_symbols - {x})
            else _half_line(condition, x, form.domain)
        )
        if region is None:
            raise Unsolvable(f"the region {condition} of the data is not read as an interval of {x}")
        left = left - region if condition != sp.true and not (condition.free_symbols - {x}) else left
        if condition == sp.true and any(c.free_symbols - {x} for _, c in cases[:-1]):
            region = _complement(cases[:-1], x, form.domain)
        for interval in region.args if isinstance(region, sp.Union) else (region,):
            if isinstance(interval, sp.Interval) and piece != 0:
                ends = [_in_z(form.z, x, end, form) for end in (interval.start, interval.end)]
                low, high = ends if increasing else ends[::-1]
                yield piece, low, high


def _half_line(condition: Any, x: Any, domain: tuple[Any, Any]) -> Any:
    """x > K, x − K ≥ 0 and the like, K a parameter."""
    relation = condition
    if not isinstance(relation, sp.core.relational.Relational):
        return None
    difference = sp.expand(relation.lhs - relation.rhs)
    slope = sp.diff(difference, x)
    if slope.has(x) or not (slope.is_positive or slope.is_negative):
        return None
    bound = sp.cancel(-difference.subs(x, 0) / slope)
    above = isinstance(relation, sp.Gt | sp.Ge) == bool(slope.is_positive)
    return sp.Interval(bound, domain[1]) if above else sp.Interval(domain[0], bound)


def _complement(args: Any, x: Any, domain: tuple[Any, Any]) -> Any:
    if len(args) != 1:
        return None
    region = _half_line(args[0][1], x, domain)
    if region is None:
        return None
    return sp.Interval(domain[0], region.start) if region.end == domain[1] else sp.Interval(region.end, domain[1])


def _in_z(z: Any, x: Any, end: Any, form: Any) -> Any:
    if end == form.domain[0] or end == form.domain[1]:
        low = form.image[0] if sp.diff(z, x).is_negative is not True else form.image[1]
        high = form.image[1] if low == form.image[0] else form.image[0]
        return low if end == form.domain[0] else high
    return z.subs(x, end)


def _exponential_term(term: Any, z: Any) -> tuple[Any, Any]:
    """(c, k) of c e^{kz}; k is None if the term is of another form."""
    c, varying = term.as_independent(z, as_Add=False)
    if varying == 1:
        return c, sp.S.Zero
    if isinstance(varying, sp.exp):
        k = sp.expand(varying.exp).coeff(z, 1)
        rest = sp.expand(varying.exp - k * z)
        if not k.has(z) and not rest.has(z):
            return c * sp.exp(rest), k
    return c, None


def _probability(mean: Any, variance: Any, low: Any, high: Any) -> Any:
    """P(low < N(mean, variance) < high)."""

    def above(bound: Any) -> Any:
        if bound == -sp.oo:
            return sp.S.One
        return sp.S.Zero if bound == sp.oo else sp.erfc((bound - mean) / sp.sqrt(2 * variance)) / 2

    return above(low) - above(high)


def _starts(sde: SDE, value: Any, phi: Any) -> Evidence:
    """u(x, t) → φ(x) for t → 0 at points off the kinks: |u − φ| is small at t = 10⁻¹², a numeric check."""
    import random

    from derive.evidence import Status
    from derive.sampling import NoPoint, admissible

    free = (value.free_symbols | phi.free_symbols) - {sde.t}
    positive = {s: sp.Symbol(s.name, positive=True) for s in free if s.is_positive is None and s != sde.x}
    try:
        facts = tuple(g.xreplace(positive) for g in sde.facts)
        points = list(admissible({positive.get(s, s) for s in free}, facts, random.Random(2), 4, real=True))
    except NoPoint:
        points = []
    worst = 0.0
    for point in points:
        tiny = {sde.t: sp.Rational(1, 10**12)}
        got = sp.N(value.xreplace(positive).xreplace(point).xreplace(tiny), 30)
        want = sp.N(phi.xreplace(positive).xreplace(point), 30)
        worst = max(worst, float(abs(got - want) / max(1, abs(want))))
    if points and worst > 1e-4:
        raise StochasticError(
            f"the solution that was found does not start with the data: off by {worst:.1e}; not returned"
        )
    status = Status.AGREED if points else Status.UNKNOWN
    return Evidence(status, f"u(x, 10⁻¹²) differs from the data by {worst:.1e} at {len(points)} points")
