"""Feynman-Kac: u(x, t) = E[φ(X_t) exp(−∫₀ᵗ V(X_s) ds) | X_0 = x] solves u_t = L u − V u, u(x, 0) = φ(x).

Exponentials of quadratics by Riccati equations for their coefficients (affine and Gaussian models), piecewise payoffs
by the law of a Gaussian z. References: I. Karatzas, S. Shreve, sec. 4.4 and 5.7; D. Duffie, D. Filipović,
W. Schachermayer, Ann. Appl. Prob. 13 (2003) 984; F. Black, M. Scholes, J. Pol. Econ. 81 (1973) 637.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.lamperti import lamperti, natural_domain
from derive.stochastic.polish import shortened
from derive.stochastic.regions import regions
from derive.stochastic.riccati import riccati, riccati_integral

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
    for way in (_exponential, _polynomial, _generated, _payoff):
        found = way(sde, phi, v)
        if found is not None and way is _payoff:
            return found
        if found is not None:
            short, proof = shortened(found.value, sde.facts)
            return found if proof is None else replace(found, value=short, evidence=together([found.evidence, proof]))
    raise Unsolvable(
        "no closed solution: the data are no polynomial times exponentials of quadratics with solvable Riccati "
        "equations, and no piecewise sum of zᵏe^{cz} of a process that is Gaussian in z = ∫dx/b"
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
            value, evidence = _exponential_of(solved[0]), solved[1]
            method = f"exponential of a polynomial of degree {degree}: Riccati equations"
            return FeynmanKac(sde, v, phi, value, method, sde.given, evidence)
    return None


def _exponential_of(coefficients: dict[Any, Any]) -> Any:
    """exp Σ q m, with c log D in the coefficient of 1 as D^c."""
    whole = sp.Add(*(q * m for m, q in coefficients.items() if m != 1))
    alone = coefficients[sp.S.One]
    return sp.exp(whole + (sp.expand_mul(alone, deep=False) if alone.has(sp.log) else alone))


def _coefficients(sde: SDE, log: Any, v: Any, degree: int) -> tuple[dict[Any, Any], Evidence] | None:
    """{monomial: coefficient(t)} of log u, each put back into its equation; None if the equations do
    not close or cannot be solved one by one."""
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
    nothing: dict[Any, Any] = dict.fromkeys(_staying_zero(rates, q, log), sp.S.Zero)
    known, sums = dict(nothing), {}
    left = [m for m in monomials if q[m] not in known]
    while left:
        for m in left:
            rate = sp.expand(rates[m].xreplace(known))
            if rate.free_symbols & {q[k] for k in left if k != m}:
                continue
            moving = sp.expand(rates[m].xreplace(nothing))
            closed = not moving.free_symbols & (set(q.values()) - set(sums))
            found = _summed(moving, sums, log.coeff_monomial(m), sde.t) if closed else None
            if found is None:
                found = riccati(rate, q[m], log.coeff_monomial(m), sde.t, sde.given)
            if found is None:
                return None
            known[q[m]] = found
            total = riccati_integral(rate, q[m], log.coeff_monomial(m), sde.t, sde.given)
            if total is not None:
                sums[q[m]] = total
            left.remove(m)
            break
        else:
            return None
    checks = []
    for m in monomials:
        y, name = known[q[m]], f"the equation of the coefficient of {m} in log u"
        checks.append(
            settled(sp.diff(y, sde.t), sp.expand(rates[m].xreplace(nothing)).xreplace(known), sde.given, name)
        )
        checks.append(settled(y.subs(sde.t, 0), log.coeff_monomial(m), sde.given, f"its start ({m})"))
    return {m: known[q[m]] for m in monomials}, together(checks)


def _staying_zero(rates: dict[Any, Any], q: dict[Any, Any], log: Any) -> set[Any]:
    """The coefficients that start at 0 and stay there: the largest set whose rates vanish where the set does."""
    found = {q[m] for m in q if log.coeff_monomial(m) == 0}
    while True:
        nothing = dict.fromkeys(found, sp.S.Zero)
        kept = {q[m] for m in q if q[m] in found and sp.expand(rates[m].xreplace(nothing)) == 0}
        if kept == found:
            return found
        found = kept


def _summed(rate: Any, sums: dict[Any, Any], first: Any, t: Any) -> Any | None:
    """first + ∫₀ᵗ rate where the rate is a constant plus multiples of coefficients whose integrals are known."""
    poly = sp.expand(rate).as_poly(*sums) if sums else None
    if poly is None or poly.total_degree() != 1 or any(c.has(t) for c in poly.coeffs()):
        return None
    constant = poly.coeff_monomial(1)
    if constant.free_symbols & set(sums):
        return None
    return first + constant * t + sp.Add(*(poly.coeff_monomial(y) * total for y, total in sums.items()))


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


def _generated(sde: SDE, phi: Any, v: Any) -> FeynmanKac | None:
    """Data Σ c x^α e^{ℓ(x)}, cosines by complex exponentials: ∂_ε^α at ε = 0 of the solution for e^{ℓ+ε·x}."""
    opened = sp.expand(phi.rewrite([sp.cos, sp.sin, sp.tan, sp.cosh, sp.sinh], sp.exp))
    total = sp.S.Zero
    for term in sp.Add.make_args(opened):
        found = _by_derivatives(sde, term, v)
        if found is None:
            return None
        total += found
    if total.has(sp.I) and not phi.has(sp.I):
        total = _real(total)
    evidence = check(sde, total, phi, v)
    return FeynmanKac(sde, v, phi, total, "derivatives of a generating function", sde.given, evidence)


def _by_derivatives(sde: SDE, term: Any, v: Any) -> Any | None:
    x = sde.states
    c, varying = term.as_independent(*x, as_Add=False)
    log, powers = sp.S.Zero, dict.fromkeys(x, 0)
    for factor in sp.Mul.make_args(sp.powsimp(varying)):
        base, power = factor.as_base_exp()
        if isinstance(factor, sp.exp):
            log += factor.exp
        elif base in powers and power.is_Integer and power > 0:
            powers[base] += int(power)
        elif factor != 1:
            return None
    used = {y: sp.Dummy(f"epsilon_{y}") for y, k in powers.items() if k}
    poly = sp.expand(log + sp.Add(*(e * y for y, e in used.items()))).as_poly(*x)
    if poly is None or poly.total_degree() > 2 or any(q.has(*x) for q in poly.coeffs()):
        return None
    for degree in range(max(1, poly.total_degree()), 3):
        solved = _coefficients(sde, poly, v, degree)
        if solved is not None:
            value = _exponential_of(solved[0])
            for y, e in used.items():
                value = sp.diff(value, e, powers[y]).subs(e, 0)
            return c * value
    return None


def _real(value: Any) -> Any:
    """e^{A + iB} = e^A (cos B + i sin B) multiplied out: what is real shows no i."""

    def turned(node: Any) -> Any:
        exponent = sp.expand(node.exp)
        wave = sp.Add(*(term / sp.I for term in sp.Add.make_args(exponent) if term.has(sp.I)))
        rest = sp.expand(exponent - sp.I * wave)
        return sp.exp(rest) * (sp.cos(wave) + sp.I * sp.sin(wave))

    return sp.expand(value.replace(lambda node: isinstance(node, sp.exp) and node.has(sp.I), turned))


def _payoff(sde: SDE, phi: Any, v: Any) -> FeynmanKac | None:
    """Piecewise data Σ c zᵏ e^{κz} of a process with a Gaussian z = ∫dx/b, N(m, s²) at time t:
    E z^k e^{κz} 1(low < z < high) = ∂_κᵏ e^{κm + κ²s²/2} P(low < N(m + κs², s²) < high)."""
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
    mean, variance, total = law[0][0], law[1][0, 0], sp.S.Zero
    slope = sp.Dummy("kappa")
    for piece, low, high in _pieces(phi, sde, form):
        inside = piece.xreplace({sde.x: form.inverse.xreplace({form.symbol: z})})
        opened = sp.powdenest(sp.expand_log(inside, force=True), force=True)
        body = sp.expand(sp.powsimp(sp.expand(opened)))
        for term in sp.Add.make_args(body):
            c, power, k = _exponential_term(term, z)
            if k is None:
                return None
            weight = sp.exp(sp.expand(slope * mean + slope**2 * variance / 2 - v * sde.t))
            chance = _probability(mean + slope * variance, variance, low, high)
            total += c * sp.expand(sp.diff(weight * chance, slope, power), deep=False).subs(slope, k)
    value = total.replace(lambda e: isinstance(e, sp.exp), lambda e: sp.exp(sp.expand(e.exp)))
    evidence = together([law[2], check(sde, value, None, v), _starts(sde, value, phi)])
    return FeynmanKac(sde, v, phi, value, "piecewise data of a Gaussian z", sde.given, evidence)


def _pieces(phi: Any, sde: SDE, form: Any) -> Iterator[tuple[Any, Any, Any]]:
    """(expression, lower z, upper z) of piecewise data; Max, Min, Heaviside, Abs are opened."""
    x = sde.x
    phi = phi.replace(sp.Abs, lambda u: sp.Piecewise((u, u >= 0), (-u, True)))  # the state is real
    folded = phi.has(sp.Max, sp.Min, sp.Piecewise, sp.Heaviside)
    opened: Any = sp.piecewise_fold(phi.rewrite(sp.Piecewise)) if folded else phi
    increasing = form.slope == sp.diff(form.z, x)
    if not isinstance(opened, sp.Piecewise):
        yield opened, -sp.oo, sp.oo
        return
    cases: Any = opened.args
    for piece, start, end in regions(cases, x, form.domain, sde.given):
        if piece != 0:
            ends = [_in_z(form.z, x, place, form) for place in (start, end)]
            low, high = ends if increasing else ends[::-1]
            yield piece, low, high


def _in_z(z: Any, x: Any, end: Any, form: Any) -> Any:
    if end == form.domain[0] or end == form.domain[1]:
        low = form.image[0] if sp.diff(z, x).is_negative is not True else form.image[1]
        high = form.image[1] if low == form.image[0] else form.image[0]
        return low if end == form.domain[0] else high
    return z.subs(x, end)


def _exponential_term(term: Any, z: Any) -> tuple[Any, int, Any]:
    """(c, n, k) of c zⁿ e^{kz}; k is None if the term is of another form."""
    c, varying = term.as_independent(z, as_Add=False)
    power, k = 0, sp.S.Zero
    for factor in sp.Mul.make_args(varying):
        base, order = factor.as_base_exp()
        if isinstance(factor, sp.exp):
            opened = sp.expand(factor.exp)
            step = opened.coeff(z, 1)
            rest = sp.expand(opened - step * z)
            if step.has(z) or rest.has(z):
                return c, 0, None
            k, c = k + step, c * sp.exp(rest)
        elif base == z and order.is_Integer and order > 0:
            power += int(order)
        elif factor != 1:
            return c, 0, None
    return c, power, k


def _probability(mean: Any, variance: Any, low: Any, high: Any) -> Any:
    """P(low < N(mean, variance) < high)."""

    def above(bound: Any) -> Any:
        if bound == -sp.oo:
            return sp.S.One
        return sp.S.Zero if bound == sp.oo else sp.erfc(_over_one(bound - mean, variance)) / 2

    return above(low) - above(high)


def _over_one(gap: Any, variance: Any) -> Any:
    """gap/√(2 variance), its logarithms joined and its fractions over one denominator where that is shorter."""
    joined = sp.logcombine(sp.together(sp.expand(gap)), force=True)
    return min((joined, gap), key=lambda e: (len(e.atoms(sp.log)), sp.count_ops(e))) / sp.sqrt(2 * variance)


def _starts(sde: SDE, value: Any, phi: Any) -> Evidence:
    """u(x, t) → φ(x) for t → 0 at points off the kinks: |u − φ| is small at t = 10⁻¹², a numeric check."""
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
