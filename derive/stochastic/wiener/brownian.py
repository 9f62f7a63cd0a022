"""Functionals of Brownian motion: W(t) and Wiener integrals are jointly Gaussian with covariance ∫ φ ψ ds, and the
expectation of polynomials times exponentials of them is exact algebra.

References: I. Karatzas, S. Shreve, Brownian Motion and Stochastic Calculus, ch. 2; L. Isserlis, Biometrika 12 (1918).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.claim import assumptions, side
from derive.evidence import Evidence
from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.stochastic.checking import together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.shown.readable import tidy
from derive.stochastic.wiener.by_quadrature import by_quadrature
from derive.stochastic.wiener.names import TIME
from derive.stochastic.wiener.names import WienerIntegral as WienerIntegral
from derive.stochastic.wiener.signs import KINKS, in_signs, signed_moment


@dataclass(frozen=True)
class Brownian:
    """A standard Wiener process: `W(t)` is its value, `W.integral(φ, (s, a, b))` a Wiener integral. Processes of
    different names are independent.

    >>> W, s, t = Brownian("W"), *sp.symbols("s t", positive=True)
    >>> expectation(W(s)*W(t)).value
    Min(s, t)
    """

    name: str = "W"

    @property
    def head(self) -> Any:
        """The SymPy function that stands for the path."""
        return sp.Function(self.name, real=True)

    def __call__(self, t: Any) -> Any:
        """W(t), with W(0) = 0."""
        return sp.S.Zero if side(t) == 0 else self.head(side(t))

    def integral(self, integrand: Any, limits: tuple[Any, Any, Any]) -> Any:
        """∫_a^b φ(s) dW_s for a function φ of the time alone."""
        s, a, b = limits
        if side(a).is_negative or (side(b) - side(a)).is_negative:
            raise StochasticError(f"the times {plain(a)} to {plain(b)} do not follow one another from 0 on")
        if side(integrand).atoms(AppliedUndef):
            raise StochasticError(f"a Wiener integral has an integrand without randomness; got {plain(integrand)}")
        return WienerIntegral(sp.Symbol(self.name), side(integrand), s, side(a), side(b))

    def area(self, limits: tuple[Any, Any, Any]) -> Any:
        """∫_0^b W_s ds = ∫_0^b (b − s) dW_s, for limits (s, 0, b)."""
        s, a, b = limits
        if side(a) != 0:
            raise StochasticError("the area is taken from time 0; subtract two areas for another start")
        return self.integral(side(b) - s, (s, 0, b))


@dataclass(frozen=True)
class Expectation:
    """E[f]: the value, the conditions for it to be finite, and how it was checked."""

    value: Any
    given: tuple[Any, ...]
    evidence: Evidence


def expectation(f: Any, on: Mapping[Any, Any] | None = None, given: Iterable[Any] | Any = ()) -> Expectation:
    """E[f | on] for f a polynomial times exponentials (sines, cosines) of at most quadratic polynomials in W(t_i) and
    Wiener integrals; also a function of a single Gaussian variable that the integration engine can do (|W|, max), and
    integrals ∫ g(W_s, s) ds over the time (see `path_functionals`).

    on: values of some of the variables, {W(s): w}. given: facts about the times, such as s < t. Checked by
    Gauss-Hermite quadrature at random admissible points. Unsolvable if f is not of these kinds.
    """
    facts, f = assumptions(given), side(f)
    known = {side(key): side(value) for key, value in (on or {}).items()}
    f = f.replace(sp.Sum, lambda *args: sp.Sum(*args).doit())
    sure = [node for node in f.atoms(sp.Integral) if not node.atoms(AppliedUndef, WienerIntegral)]
    f = f.xreplace({node: node.doit() for node in sure})
    bound = [node for node in f.atoms(sp.Integral, sp.Sum, sp.Derivative, sp.Product) if node.atoms(AppliedUndef)]
    if bound and all(isinstance(node, sp.Integral) for node in bound):
        from derive.stochastic.wiener.path_functionals import over_time

        return over_time(f, known, facts)
    if bound:
        raise StochasticError(f"{bound[0]}: a path has no derivative, and sums over its times must be finite")
    atoms = sorted(_atoms(f) | set(known), key=str)
    free = [atom for atom in atoms if atom not in known]
    mean, covariance = _conditioned(free, known, facts)
    engine: list[Evidence] = []
    value, conditions = _gaussian(f.xreplace(known), free, mean, covariance, facts, engine)
    value = tidy(value, (), facts)
    evidence = by_quadrature(f.xreplace(known), free, mean, covariance, value, (*facts, *conditions))
    if engine and not evidence.passed:
        evidence = together(engine)
    return Expectation(value, (*facts, *conditions), evidence)


def covariance(x: Any, y: Any, given: tuple[Any, ...] = ()) -> Any:
    """Cov(X, Y) = ∫ φ_X φ_Y ds over the common time of two Gaussian variables of one Wiener process; 0 for two."""
    (w, f, a, b), (v, g, c, d) = _kernel(x), _kernel(y)
    if w != v:
        return sp.S.Zero
    low, high = _greater(a, c, given), _less(b, d, given)
    if is_nonnegative(low - high, given) is True:
        return sp.S.Zero
    value = sp.integrate(sp.expand(f * g), (TIME, low, high))
    if value.has(sp.Integral):
        raise Unsolvable(f"the covariance ∫ {plain(f * g)} d{TIME} has no closed form that SymPy finds", found=value)
    if is_nonnegative(high - low, given) is not True and a != c:
        value = sp.Piecewise((value, high > low), (sp.S.Zero, True))
    return value


def _kernel(x: Any) -> tuple[Any, Any, Any, Any]:
    """(process, φ, a, b): X = ∫_a^b φ(s) dW_s."""
    if isinstance(x, WienerIntegral):
        w, phi, s, a, b = x.args
        return w.name, phi.xreplace({s: TIME}), a, b
    return x.func.__name__, sp.S.One, sp.S.Zero, x.args[0]


def _less(a: Any, b: Any, given: tuple[Any, ...]) -> Any:
    if is_nonnegative(b - a, given) is True:
        return a
    return b if is_nonnegative(a - b, given) is True else sp.Min(a, b)


def _greater(a: Any, b: Any, given: tuple[Any, ...]) -> Any:
    return {a: b, b: a}.get(_less(a, b, given), sp.Max(a, b))


def _atoms(f: Any) -> set[Any]:
    paths = {node for node in f.atoms(AppliedUndef) if len(node.args) == 1}
    strangers = f.atoms(AppliedUndef) - paths
    if strangers:
        raise StochasticError(f"{plain(strangers)} are no values of a Wiener process: W takes one time")
    for node in paths:
        if node.args[0].is_negative:
            raise StochasticError(f"{plain(node)}: a Wiener process starts at the time 0")
    return paths | f.atoms(WienerIntegral)


def _conditioned(free: list[Any], known: dict[Any, Any], facts: tuple[Any, ...]) -> tuple[Any, Any]:
    """Mean and covariance of the free variables, given the known ones: μ = C K⁻¹ k, Σ − C K⁻¹ Cᵀ."""
    fixed = list(known)
    sigma = sp.Matrix(len(free), len(free), lambda i, j: covariance(free[i], free[j], facts))
    if not fixed or not free:
        return sp.zeros(len(free), 1), sigma
    cross = sp.Matrix(len(free), len(fixed), lambda i, j: covariance(free[i], fixed[j], facts))
    inner = sp.Matrix(len(fixed), len(fixed), lambda i, j: covariance(fixed[i], fixed[j], facts))
    weights = cross * inner.inv()
    mean = weights * sp.Matrix([known[k] for k in fixed])
    return (
        mean.applyfunc(lambda e: tidy(e, (), facts)),
        (sigma - weights * cross.T).applyfunc(lambda e: tidy(e, (), facts)),
    )


def _gaussian(
    f: Any, free: list[Any], mean: Any, sigma: Any, facts: tuple[Any, ...], engine: list[Evidence]
) -> tuple[Any, tuple[Any, ...]]:
    """E f(Z) for Z ~ N(mean, sigma), with the conditions for finiteness."""
    slots = [sp.Dummy(f"z{i}", real=True) for i in range(len(free))]
    body = f.xreplace(dict(zip(free, slots, strict=True)))
    body = sp.expand(body.rewrite(sp.exp) if body.has(sp.sin, sp.cos, sp.sinh, sp.cosh) else body)
    refusal = None
    if body.has(*KINKS):
        times = tuple(z.args[0] > 0 for z in free if not isinstance(z, WienerIntegral) and z.args[0].is_Symbol)
        known = (*facts, *(r for r in times if r is not sp.true))
        try:
            opened, signs = in_signs(body, tuple(slots), known)
            return _by_terms(opened, slots, mean, sigma, known, engine, signs.forms)
        except Unsolvable as reason:
            refusal = reason
    try:
        return _by_terms(body, slots, mean, sigma, facts, engine, {})
    except Unsolvable as reason:
        raise (reason if len(free) == 1 else refusal or reason) from None


def _by_terms(
    body: Any,
    slots: list[Any],
    mean: Any,
    sigma: Any,
    facts: tuple[Any, ...],
    engine: list[Evidence],
    signs: dict[Any, Any],
) -> tuple[Any, tuple[Any, ...]]:
    total, conditions = sp.S.Zero, []
    for term in sp.Add.make_args(sp.expand(sp.powsimp(body))):
        value, needed = _term(term, slots, mean, sigma, facts, engine, signs)
        total += value
        conditions += [c for c in needed if c not in conditions]
    if total.has(sp.I):
        total = total.replace(sp.erf, _real_erf)
        total = sp.expand(total.rewrite(sp.cos), complex=False)
        total = sp.simplify(total) if total.count_ops() < 200 else total
    return total, tuple(conditions)


def _real_erf(u: Any) -> Any:
    """erf u, and erf iv = i erfi v."""
    return sp.I * sp.erfi(u / sp.I) if sp.expand(u).coeff(sp.I) * sp.I == u else sp.erf(u)


def _term(
    term: Any,
    slots: list[Any],
    mean: Any,
    sigma: Any,
    facts: tuple[Any, ...],
    engine: list[Evidence],
    signs: dict[Any, Any],
) -> tuple[Any, list[Any]]:
    """E of constant · e^{quadratic} · polynomial · Π sign(affine), the signs as their symbols."""
    constant, varying = term.as_independent(*slots, *signs, as_Add=False)
    exponent, power, forms = sp.S.Zero, sp.S.One, []
    for factor in sp.Mul.make_args(varying):
        if isinstance(factor, sp.exp):
            exponent += factor.exp
        elif factor in signs:
            forms.append(signs[factor])
        else:
            power *= factor
    quadratic, poly = sp.Poly(exponent, *slots) if slots else None, power.as_poly(*slots) if slots else None
    if not slots:
        return term, []
    if poly is None or quadratic is None or quadratic.total_degree() > 2 or not _plain(quadratic, slots):
        if forms:
            raise Unsolvable(f"{plain(power)} beside kinks is no polynomial times exponentials of quadratics")
        return constant * _single(varying, slots, mean, sigma, facts, engine), []
    n = len(slots)
    b = sp.Matrix([quadratic.coeff_monomial(z) for z in slots])
    q = sp.Matrix(n, n, lambda i, j: quadratic.coeff_monomial(slots[i] * slots[j]) / (1 if i == j else 2))
    c = b + 2 * q * mean
    inverse = sp.eye(n) if q.is_zero_matrix else (sp.eye(n) - 2 * sigma * q).inv()
    tilted = inverse * sigma
    lead = quadratic.coeff_monomial(1) + (mean.T * q * mean + b.T * mean + c.T * tilted * c / 2)[0, 0]
    weight = sp.exp(sp.expand(lead)) / sp.sqrt(tidy((sp.eye(n) - 2 * sigma * q).det(), (), facts))
    needed = [] if q.is_zero_matrix else _finite(sigma, q, facts)
    centre = mean + tilted * c
    moment = signed_moment(poly, forms, centre, tilted, facts) if forms else _isserlis(poly, centre, tilted)
    return constant * weight * moment, needed


def _plain(poly: Any, slots: list[Any]) -> bool:
    return not any(c.has(*slots) for c in poly.coeffs())


def _finite(sigma: Any, q: Any, facts: tuple[Any, ...]) -> list[Any]:
    """Leading minors of 1 − 2ΣQ positive: the integral converges. What is proven is left out."""
    matrix = sp.eye(sigma.rows) - 2 * sigma * q
    minors = [sp.factor(matrix[: k + 1, : k + 1].det()) for k in range(sigma.rows)]
    return [minor > 0 for minor in minors if is_positive(minor, facts) is not True and (minor > 0) != sp.true]


def _isserlis(poly: Any, mean: Any, sigma: Any) -> Any:
    """E of a polynomial by E[z_i z^β] = μ_i E[z^β] + Σ_j β_j Σ_ij E[z^{β − e_j}]."""
    known: dict[tuple[int, ...], Any] = {}

    def moment(power: tuple[int, ...]) -> Any:
        if power not in known:
            i = next((k for k, p in enumerate(power) if p), None)
            if i is None:
                return sp.S.One
            rest = tuple(p - (k == i) for k, p in enumerate(power))
            value = mean[i] * moment(rest)
            for j, p in enumerate(rest):
                if p:
                    value += p * sigma[i, j] * moment(tuple(r - (k == j) for k, r in enumerate(rest)))
            known[power] = sp.expand(value)
        return known[power]

    return sp.Add(*(c * moment(power) for power, c in poly.terms()))


def _single(f: Any, slots: list[Any], mean: Any, sigma: Any, facts: tuple[Any, ...], engine: list[Evidence]) -> Any:
    """E of any other function of one Gaussian variable, by the integration engine; kinks also as payoffs."""
    from derive.errors import DeriveError
    from derive.feynman import integrate

    used = [i for i, z in enumerate(slots) if f.has(z)]
    if len(used) != 1:
        found = _by_payoffs(f, used, slots, mean, sigma, facts, engine)
        if found is not None:
            return found
        raise Unsolvable(f"{plain(f)} is no polynomial times exponentials of quadratics, and has {len(used)} variables")
    i, z = used[0], sp.Symbol("z", real=True)
    variance = sp.Symbol("v", positive=True)
    centre = sp.Symbol("m", real=True)
    shifted = f.xreplace(
        {slots[i]: centre + sp.sqrt(variance) * z} if mean[i] != 0 else {slots[i]: sp.sqrt(variance) * z}
    )
    try:
        found = integrate(shifted * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo), given=facts)
    except DeriveError as error:
        closed = _by_payoffs(f, used, slots, mean, sigma, facts, engine)
        if closed is not None:
            return closed
        raise Unsolvable(f"no closed form was found for E[{plain(f)}]: {error}") from error
    engine.append(found.evidence)
    return found.value.xreplace({variance: sigma[i, i], centre: mean[i]})


def _by_payoffs(
    f: Any, used: list[int], slots: list[Any], mean: Any, sigma: Any, facts: tuple[Any, ...], engine: list[Evidence]
) -> Any | None:
    """E f(Z) for piecewise f as the solution of u_t = ½ Σ_ij ∂_ij u with the data f, at the mean and t = 1; None if
    there are no kinks or no closed solution."""
    from derive.stochastic.fokker_planck import square_root
    from derive.stochastic.sde import SDE

    if not f.has(*KINKS):
        return None
    x, t = [sp.Symbol(f"x_{i}", real=True) for i in used], sp.Symbol("t", positive=True)
    spread = sigma.extract(used, used)
    try:
        if len(used) == 1:
            process, clock = SDE(x[0], 0, 1, t, given=facts), spread[0, 0]
        else:
            process, clock = SDE(x, [0] * len(x), square_root(spread, (), t, facts), t, given=facts), sp.S.One
        found = process.feynman_kac(f.xreplace({slots[i]: q for i, q in zip(used, x, strict=True)}))
    except StochasticError:
        return None
    engine.append(found.evidence)
    return found.value.xreplace({t: clock, **{q: mean[i] for i, q in zip(used, x, strict=True)}})


def isometry(f: Any, g: Any, limits: tuple[Any, Any, Any], given: Iterable[Any] | Any = ()) -> Expectation:
    """E[∫ f dW ∫ g dW] = ∫ E[f g] ds for adapted f, g of W(s) and s (Itô's isometry); limits (s, a, b)."""
    s, a, b = limits
    inner = expectation(side(f) * side(g), given=given)
    value = sp.integrate(inner.value, (s, side(a), side(b)))
    if value.has(sp.Integral):
        raise Unsolvable(f"∫ {plain(inner.value)} d{plain(s)} has no closed form that SymPy finds", found=value)
    return Expectation(tidy(value, (), assumptions(given)), inner.given, inner.evidence)
