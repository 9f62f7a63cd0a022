"""Feynman-Kac: u(x, t) = E[φ(X_t) exp(−∫₀ᵗ V(X_s) ds) | X_0 = x] solves u_t = L u − V u, u(x, 0) = φ(x).

Exponentials of quadratics by Riccati equations for their coefficients (affine and Gaussian models), piecewise payoffs
by the law of a Gaussian z (`payoffs`, `half_spaces`); a source f by Duhamel's integral, u_t = L u − V u + f.
References: I. Karatzas, S. Shreve, sec. 4.4 and 5.7; D. Duffie, D. Filipović, W. Schachermayer, Ann. Appl. Prob. 13
(2003) 984.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.exact import is_positive
from derive.printing import plain
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.exits.growth import moderate_noise
from derive.stochastic.expectations.half_spaces import half_space
from derive.stochastic.expectations.modes import modes
from derive.stochastic.expectations.payoffs import KINKS, payoff
from derive.stochastic.expectations.radial import radial
from derive.stochastic.expectations.riccati import from_zero, riccati, riccati_integral
from derive.stochastic.shown.polish import shortened
from derive.stochastic.solutions.lamperti import natural_domain

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
        return plain(self.value)


def feynman_kac(sde: SDE, data: Any, potential: Any = 0, wall: Any = None, source: Any = 0) -> FeynmanKac:
    """u_t = L u − V u + source with u(x, 0) = data, by the first way that applies; Unsolvable if none does.

    The coefficients must not depend on the time (t is the time that is left). wall: what happens at a stated end of the
    domain where the noise does not vanish, "absorbing" (u is 0 there) or "reflecting"; StochasticError if it is not
    said. Where drift and noise vanish at an end, X stays there and the data count.
    """
    from derive.stochastic.sde import replace_sde

    v, phi, f = side(potential), side(data), side(source)
    if any(e.has(sde.t) for e in (*sde.ito_drift, *sde.covariance, v, phi, f)):
        raise StochasticError(f"feynman_kac counts the time that is left: nothing may depend on {plain(sde.t)}")
    _need_wall(sde, wall, v)
    if sde.n == 1 and sde.b != 0 and (part := natural_domain(sde)) != sde.domain[0]:
        found = feynman_kac(replace_sde(sde, domain=(part,)), phi, v, wall, f)
        if not any(e.has(*KINKS, sp.Abs, sp.sign) for e in (phi, v, f)):
            return found
        (low, high), x = part, sde.x
        told = ((x > low) if low != -sp.oo else sp.true, (x < high) if high != sp.oo else sp.true)
        return replace(found, given=(*found.given, *(r for r in told if r not in (sp.true, sp.false, *found.given))))
    if f != 0:
        return _with_source(sde, phi, v, wall, f)
    if wall is not None:
        return _beside_walls(sde, phi, v, wall)
    for way in (_exponential, _polynomial, _generated, payoff, half_space, radial):
        try:
            found = way(sde, phi, v)
        except StochasticError:
            found = radial(sde, phi, v) if way is _polynomial else None
            if found is None:
                raise
            return found
        if found is not None and way in (payoff, half_space, radial):
            return found
        if found is not None:
            short, proof = shortened(found.value, sde.facts)
            return found if proof is None else replace(found, value=short, evidence=together([found.evidence, proof]))
    raise Unsolvable(_TRIED)


_TRIED = (
    "no closed solution: the data are no polynomial times exponentials of quadratics with solvable Riccati equations, "
    "no piecewise sum of zᵏe^{cz} of a process that is Gaussian in z = ∫dx/b, and no sum of z^p e^{−az²} of one whose "
    "drift is α/z + βz under a potential c/z² + ωz²"
)


def _beside_walls(sde: SDE, phi: Any, v: Any, wall: Any) -> FeynmanKac:
    """By modes or images, else by the radial kernel whose root belongs to the wall."""
    refusal = Unsolvable(_TRIED)
    try:
        found = modes(sde, phi, v, wall)
        if found is not None:
            return found
        found = payoff(sde, phi, v, wall)
        if found is not None:
            return found
    except Unsolvable as reason:
        refusal = reason
    found = radial(sde, phi, v, wall)
    if found is None:
        raise refusal
    return found


def _need_wall(sde: SDE, wall: Any, v: Any) -> None:
    """StochasticError if the process can reach a stated end with noise left and `wall` does not say what happens."""
    for i, ends in enumerate(sde.domain):
        for end in ends:
            noise = sde.covariance[i, i].subs(sde.states[i], end) if end.is_finite else sp.S.Zero
            noise = noise.replace(lambda p: p.is_Pow and p.base == 0, lambda p: sp.S.Zero)  # 0^b, b of unknown sign
            drift = sde.ito_drift[i].subs(sde.states[i], end)
            regular = noise.is_finite is not False and noise != 0 and drift.is_finite is not False
            if regular and wall is None and not (sde.n == 1 and v.subs(sde.x, end).has(sp.zoo, sp.oo)):
                raise StochasticError(
                    f"{plain(sde.states[i])} can reach the end {plain(end)} of its domain: say what happens there by "
                    "wall="
                    f'"absorbing" or wall="reflecting"'
                )


def _with_source(sde: SDE, phi: Any, v: Any, wall: Any, f: Any) -> FeynmanKac:
    """u = (the solution for the data) + ∫₀ᵗ w ds, w the solution with the source as data (Duhamel)."""
    ahead = feynman_kac(sde, phi, v, wall) if phi != 0 else None
    pushed = feynman_kac(sde, f, v, wall)
    total = from_zero(pushed.value, sde.t, sde.given)
    if total is None:
        raise Unsolvable(
            f"the integral of {plain(pushed.value)} over the time was not found in closed form", found=pushed
        )
    value = sde.tidy(total if ahead is None else ahead.value + total)
    found = [pushed, *([] if ahead is None else [ahead])]
    checks = [check(sde, value, phi if wall is None and not phi.has(sp.Piecewise) else None, v, f)]
    given = tuple(dict.fromkeys(g for part in found for g in part.given))
    evidence = together([*checks, *(part.evidence for part in found)])
    return FeynmanKac(sde, v, phi, value, f"{pushed.method}; the source by Duhamel's integral", given, evidence)


def check(sde: SDE, u: Any, data: Any = None, potential: Any = 0, source: Any = 0) -> Evidence:
    """Evidence that a given u solves u_t = L u − V u + source (and u(x, 0) = data, where data are given)."""
    facts, value, f = sde.facts, side(u), side(source)
    name = "u_t = L u − V u" + ("" if f == 0 else " + f")
    right = sde.generator(value) - side(potential) * value + f
    checks = [settled(sp.diff(value, sde.t), right, facts, name)]
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
        solved = coefficients(sde, log, v, degree)
        if solved is not None:
            value, evidence = _exponential_of(solved[0]), solved[1]
            method = f"exponential of a polynomial of degree {degree}: Riccati equations"
            given = (*sde.given, *_before_blowing_up(sde, solved[0]))
            return FeynmanKac(sde, v, phi, value, method, given, evidence)
    return None


def _before_blowing_up(sde: SDE, coefficients: dict[Any, Any]) -> tuple[Any, ...]:
    """D(t)/D(0) > 0, up to its first zero, for the denominators D of the coefficients of log u: there the expectation
    becomes infinite. What holds for all t > 0 is left out."""
    found: list[Any] = []
    for m, q in coefficients.items():
        bottom = sp.denom(sp.together(sp.sympify(q).replace(sp.tan, lambda u: sp.sin(u) / sp.cos(u))))
        for factor in sp.Mul.make_args(bottom) if m != 1 and bottom.has(sde.t) else ():
            start = factor.subs(sde.t, 0)
            base = factor.as_base_exp()[0]
            if not factor.has(sde.t) or base.func is sp.exp or start == 0 or start.has(sp.nan, sp.zoo):
                continue
            ratio = sp.expand(base / base.subs(sde.t, 0))
            rising = [e for e in ratio.atoms(sp.exp) if is_positive(e.exp / sde.t, sde.given)]
            above = {e: 1 + sp.Dummy(positive=True) for e in rising}
            raised = sp.expand(ratio.xreplace(above).xreplace({sde.t: sp.Dummy(positive=True)}))
            if raised.is_positive or is_positive(ratio, (*sde.given, sde.t > 0)) is True:
                continue
            found.append(ratio > 0)
    return tuple(dict.fromkeys(r for r in found if r not in (sp.true, sp.false)))


def _exponential_of(coefficients: dict[Any, Any]) -> Any:
    """exp Σ q m, with c log D in the coefficient of 1 as D^c."""
    whole = sp.Add(*(q * m for m, q in coefficients.items() if m != 1))
    alone = coefficients[sp.S.One]
    return sp.exp(whole + (sp.expand_mul(alone, deep=False) if alone.has(sp.log) else alone))


def coefficients(sde: SDE, log: Any, v: Any, degree: int) -> tuple[dict[Any, Any], Evidence] | None:
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
        y, name = known[q[m]], f"the equation of the coefficient of {plain(m)} in log u"
        checks.append(
            settled(sp.diff(y, sde.t), sp.expand(rates[m].xreplace(nothing)).xreplace(known), sde.given, name)
        )
        checks.append(settled(y.subs(sde.t, 0), log.coeff_monomial(m), sde.given, f"its start ({plain(m)})"))
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
    from derive.stochastic.laws.moments import moments

    conditions = moderate_noise(sde)
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
    given = (*sde.given, *conditions)
    return FeynmanKac(sde, v, phi, value, "polynomial data: moments", given, check(sde, value, phi, v))


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
        solved = coefficients(sde, poly, v, degree)
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
