"""Exact steps of a simulation: the law of X(t + h) given X(t), where the symbolic side knows it.

Ways: linear drift and additive noise (Gaussian; Van Loan), the same with coefficients in the time, a solution as a
function of Gaussian functionals of the noise, and what Lamperti's transform brings to a square-root process.
References: C. Van Loan, IEEE Trans. Autom. Control 23 (1978) 395; P. Glasserman, Monte Carlo Methods, sec. 3.4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.sde import SDE, replace_sde

if TYPE_CHECKING:
    from numerics.simulate import Step

DIGITS, LONGEST = 34, 1000.0
AGREEMENT = mpmath.mpf(10) ** -15
ENTIRE = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.asinh, sp.atan, sp.erf)


@dataclass(frozen=True)
class ExactLaw:
    """`step` draws X(t + h) from its law given X(t). method: in words. evidence: for the law, before any sampling.
    bounded: whether the law has the ends of the domain in it."""

    sde: SDE
    h: float
    step: Step
    method: str
    evidence: Evidence
    bounded: bool = False


def exact_law(sde: SDE, h: float, at: Mapping[Any, Any] | None = None) -> ExactLaw:
    """The exact step of length h by the first way that applies; Unsolvable if none does.

    at: values of the parameters; all of them are needed.
    """
    numeric = with_values(sde, at)
    for way in WAYS:
        found = way(numeric, h)
        if found is not None:
            _stays_inside(numeric, found)
            return found
    raise Unsolvable(
        "no exact step: the process is neither linear with additive noise, nor solved by a formula that is finite for "
        "every path of the noise, nor brought to a square-root process by Lamperti's transform; take "
        "method='milstein', 'heun' or 'srk'"
    )


def _stays_inside(sde: SDE, law: ExactLaw) -> None:
    """The laws know of no ends: a stated domain must have none that the process reaches. It has none where z = ∫dx/b
    runs over the whole line; StochasticError otherwise."""
    if all(pair == (-sp.oo, sp.oo) for pair in sde.domain) or law.bounded:
        return
    if sde.n == 1 and sde.m == 1:
        from derive.stochastic.solutions.lamperti import lamperti

        form = lamperti(sde)
        if form is not None and form.image == (-sp.oo, sp.oo):
            return
    raise StochasticError(
        f"the exact step ({law.method}) may leave the domain {plain(sde.domain)}, and the law with its ends is not "
        "known: "
        f"take a scheme with boundary='reflect' or 'absorb', or leave the domain away if its ends cannot be reached"
    )


def with_values(sde: SDE, at: Mapping[Any, Any] | None) -> SDE:
    """The SDE with numbers for its parameters, as exact rationals; StochasticError names those that are missing."""
    values = {key: rational(value) for key, value in (at or {}).items()}
    if missing := sorted(str(p) for p in sde.parameters if p not in values):
        raise StochasticError(f"no value for {', '.join(missing)}: give it as at={{{missing[0]}: number}}")
    facts = [g.subs(values) for g in sde.given]
    if any(fact == sp.false for fact in facts):
        raise StochasticError(
            f"the values {plain(dict(values))} break an assumption of the process: {plain(sde.given)}"
        )
    return replace_sde(
        sde,
        drift=tuple(rational(a.subs(values)) for a in sde.drift),
        diffusion=sde.diffusion.subs(values).applyfunc(rational),
        correlation=sde.correlation.subs(values).applyfunc(rational),
        domain=tuple((rational(low.subs(values)), rational(high.subs(values))) for low, high in sde.domain),
        given=tuple(fact for fact in facts if fact != sp.true),
    )


def rational(value: Any) -> Any:
    """The expression with its decimal fractions as the rationals that they stand for."""
    found = sp.sympify(value, strict=True)
    return found.xreplace({f: sp.Rational(str(f)) for f in found.atoms(sp.Float) if f.is_finite})


def _gaussian(sde: SDE, h: float) -> ExactLaw | None:
    """X(t + h) = F X + g + ξ, F = e^{Ah}, g = ∫₀ʰ e^{As} c ds, Cov ξ = S = ∫₀ʰ e^{As} Q e^{Aᵀs} ds, by exponentials of
    block matrices (Van Loan) with 34 digits; checked by quadrature of the integrals."""
    from derive.stochastic.solutions.linear import linear_form

    form = linear_form(sde)
    if form is None or not all(b.is_zero_matrix for b in form[2]):
        return None
    a, c = form[0], form[1]
    q = sde.covariance.subs(dict.fromkeys(sde.states, 0))
    if any(entry.has(sde.t) for matrix in (a, c, q) for entry in matrix):
        return None
    from numerics.simulate import GaussianStep

    n = sde.n
    reach = float(_size(_matrix(a)) * h)
    if reach > LONGEST:
        raise StochasticError(f"the step {h:g} is {reach:.3g} times the shortest time of the drift; take more steps")
    with mpmath.workdps(DIGITS + math.ceil(reach)):
        drift, push, noise = (_matrix(m) for m in (a, c, q))
        span = mpmath.mpf(h)
        flow, shift = _flow(drift, push, span)
        big = mpmath.zeros(2 * n, 2 * n)
        for i, j in product(range(n), range(n)):
            big[i, j], big[i, n + j], big[n + i, n + j] = -drift[i, j], noise[i, j], drift[j, i]
        block = mpmath.expm(big * span)
        spread = block[n:, n:].T * block[:n, n:]
        spread = (spread + spread.T) / 2
        evidence = _by_quadrature(drift, push, noise, span, shift, spread)
        root = square_root(spread)
        numbers = [[[float(m[i, j]) for j in range(m.cols)] for i in range(m.rows)] for m in (flow, root)]
        step = GaussianStep(numbers[0], [float(v) for v in shift], numbers[1], h, "exact Gaussian step (Van Loan)")
    return ExactLaw(
        sde, h, step, "linear drift, additive noise: Gaussian step by Van Loan's block exponential", evidence
    )


def _matrix(m: Any) -> Any:
    digits = mpmath.mp.dps
    return mpmath.matrix([[mpmath.mpmathify(sp.N(e, digits)) for e in row] for row in m.tolist()])


def _flow(a: Any, c: Any, span: Any) -> tuple[Any, Any]:
    """(e^{As}, ∫₀ˢ e^{Au} c du)."""
    n = a.rows
    big = mpmath.zeros(n + 1, n + 1)
    big[:n, :n] = a
    for i in range(n):
        big[i, n] = c[i]
    found = mpmath.expm(big * span)
    return found[:n, :n], found[:n, n]


def _by_quadrature(a: Any, c: Any, q: Any, span: Any, shift: Any, spread: Any) -> Evidence:
    """g and S once more: the integrals of e^{As} c and e^{As} Q e^{Aᵀs} by Gauss-Legendre quadrature over a span short
    against ‖A‖, then doubled: g ← g + F g, S ← S + F S Fᵀ, F ← F²."""
    n = a.rows
    doublings = max(0, int(mpmath.ceil(mpmath.log(_size(a) * span + mpmath.mpf(10) ** -9, 2))) + 1)
    length = span / 2**doublings
    g, s = mpmath.zeros(n, 1), mpmath.zeros(n, n)
    for u, w in _legendre(16):
        flow, weight = mpmath.expm(a * (length * (1 + u) / 2)), w * length / 2
        g += flow * c * weight
        s += flow * q * flow.T * weight
    flow = mpmath.expm(a * length)
    for _ in range(doublings):
        g, s, flow = g + flow * g, s + flow * s * flow.T, flow * flow
    gap = max(
        max(abs(e) for e in g - shift) / (max(abs(e) for e in shift) or 1),
        max(abs(e) for e in s - spread) / (max(abs(e) for e in spread) or 1),
    )
    if gap > AGREEMENT:
        raise StochasticError(f"the exact step disagrees with quadrature of its integrals by {mpmath.nstr(gap, 3)}")
    words = "Van Loan's exponentials agree with Gauss-Legendre quadrature"
    return Evidence(Status.AGREED, words, f"relative difference {mpmath.nstr(gap, 3)}")


def _size(a: Any) -> Any:
    return max((abs(e) for e in a), default=mpmath.mpf(0)) * a.rows


def _legendre(order: int) -> list[tuple[Any, Any]]:
    """Nodes and weights on (−1, 1) by Newton's method on P_n."""

    def slope(x: Any) -> Any:
        return order * (x * mpmath.legendre(order, x) - mpmath.legendre(order - 1, x)) / (x * x - 1)

    pairs = []
    for k in range(order):
        x = mpmath.cos(mpmath.pi * (k + mpmath.mpf(3) / 4) / (order + mpmath.mpf(1) / 2))
        for _ in range(7):
            x -= mpmath.legendre(order, x) / slope(x)
        pairs.append((x, 2 / ((1 - x * x) * slope(x) ** 2)))
    return pairs


def square_root(s: Any) -> Any:
    """L with L Lᵀ = S for S ≥ 0, a column for each positive eigenvalue; StochasticError for a negative one."""
    value, vector = mpmath.eigsy(s)
    largest = max((abs(v) for v in value), default=mpmath.mpf(0))
    if any(v < -largest * mpmath.mpf(10) ** (12 - DIGITS) for v in value):
        raise StochasticError(f"the covariance of the step has a negative eigenvalue: {mpmath.nstr(min(value), 5)}")
    kept = [k for k in range(len(value)) if value[k] > largest * mpmath.mpf(10) ** (12 - DIGITS)]
    root = mpmath.zeros(s.rows, max(len(kept), 1))
    for column, k in enumerate(kept):
        for i in range(s.rows):
            root[i, column] = vector[i, k] * mpmath.sqrt(value[k])
    return root


def _gaussian_in_time(sde: SDE, h: float) -> ExactLaw | None:
    """Scalar linear drift and additive noise with coefficients in the time: mean and variance in closed form."""
    from derive.stochastic.laws.transition import mean_and_covariance

    if sde.n != 1 or not any(e.has(sde.t) for e in (*sde.ito_drift, *sde.covariance)):
        return None
    now = sp.Symbol("now", real=True)
    law = mean_and_covariance(sde, (sde.x,), now)
    if law is None:
        return None
    from numerics.simulate import MapStep

    xi = sp.Symbol("xi", real=True)
    later = now + sp.Float(h, 17)
    step = law[0][0].subs(sde.t, later) + sp.sqrt(law[1][0, 0].subs(sde.t, later)) * xi
    map_step = MapStep([step], [sde.x], [xi], [[1.0]], h, "exact Gaussian step, coefficients in time", now)
    return ExactLaw(sde, h, map_step, "linear drift, additive noise, coefficients in the time: Gaussian step", law[2])


def _formula(sde: SDE, h: float) -> ExactLaw | None:
    """A solution X(h) = Φ(x0; W(h), ∫ φ dW, …) with Gaussian functionals: their joint covariance by quadrature."""
    from derive.stochastic.solutions.solution import ItoIntegral, noise, solve

    if any(e.has(sde.t) for e in (*sde.ito_drift, *sde.diffusion)):
        return None
    try:
        found = solve(sde, sde.states)
    except Unsolvable:
        return None
    functionals = sorted({a for v in found.values for a in v.atoms(ItoIntegral)}, key=str)
    paths = [noise(sde, k) for k in range(sde.m)]
    if any(v.has(sp.Integral) for v in found.values) or any(
        f.args[1].atoms(sp.core.function.AppliedUndef, ItoIntegral) for f in functionals
    ):
        return None
    names = {p.func.__name__: k for k, p in enumerate(paths)}
    s = sp.Dummy("s")
    weights = [(k, sp.S.One) for k in range(sde.m)] + [
        (names[f.args[0].name], f.args[1].xreplace({f.args[2]: s})) for f in functionals
    ]
    symbols = [sp.Dummy(f"xi{i}", real=True) for i in range(len(weights))]
    table = dict(zip((*paths, *functionals), symbols, strict=True))
    step = tuple(v.xreplace(table).subs(sde.t, sp.Float(h, 17)) for v in found.values)
    if not all(_finite(e, set(symbols)) for e in step) and not _whole_line(found):
        return None
    from numerics.simulate import MapStep

    with mpmath.workdps(DIGITS):
        rho = _matrix(sde.correlation)
        size = len(weights)
        spread = mpmath.zeros(size, size)
        for i, j in product(range(size), range(size)):
            (k, f), (q, g) = weights[i], weights[j]
            value = sp.lambdify(s, f * g, "mpmath")
            spread[i, j] = rho[k, q] * mpmath.quad(lambda u, v=value: v(u) + mpmath.mpf(0), [0, mpmath.mpf(h)])
        root = square_root((spread + spread.T) / 2)
        numbers = [[float(root[i, j]) for j in range(root.cols)] for i in range(root.rows)]
    map_step = MapStep(step, sde.states, symbols, numbers, h, f"exact step by the solution ({found.method})")
    return ExactLaw(sde, h, map_step, f"solution: {found.method}", found.evidence)


def _finite(e: Any, noise: set[Any]) -> bool:
    """Whether an expression is finite and single-valued for all values of the noise by its structure."""
    if not e.free_symbols & noise:
        return True
    if e.is_Symbol:
        return True
    if e.is_Add or e.is_Mul or isinstance(e, ENTIRE):
        return all(_finite(part, noise) for part in e.args)
    if e.is_Pow:
        base, power = e.args
        if power.is_Integer and power >= 0:
            return _finite(base, noise)
        return not base.free_symbols & noise and base.is_positive is True and _finite(power, noise)
    return False


def _whole_line(found: Any) -> bool:
    """Whether z = ∫dx/b runs over the whole line, so that a linear equation in z never reaches an end."""
    return found.lamperti is not None and found.lamperti.image == (-sp.oo, sp.oo)


def _square_root(sde: SDE, h: float) -> ExactLaw | None:
    """dz = (α/z + βz) dt + dW for z = ∫dx/b on (0, ∞): y = z² is a square-root process of dimension δ = 2α + 1, its law
    a noncentral χ². For δ < 2 the end is reached: taken where b vanishes there (reflection is then the only solution).
    """
    from derive.stochastic.solutions.lamperti import lamperti

    if sde.n != 1 or sde.m != 1 or any(e.has(sde.t) for e in (sde.a, sde.b)):
        return None
    form = lamperti(sde)
    if form is None or form.inverse is None or form.image != (0, sp.oo):
        return None
    drift = form.drift_in_z()
    if drift is None or drift.has(sde.x):
        return None
    opened = sp.expand(drift)
    alpha, beta = opened.coeff(form.symbol, -1), opened.coeff(form.symbol, 1)
    delta = 2 * alpha + 1
    if sp.simplify(opened - alpha / form.symbol - beta * form.symbol) != 0 or not delta.is_number or not delta > 0:
        return None
    if delta < 2 and not _vanishes_at_the_end(sde, form):
        return None
    square = form.z**2
    facts = (*sde.facts,)
    evidence = together(
        (
            settled(sde.generator(square), delta + 2 * beta * square, facts, "the drift of y = z²"),
            settled(sde.covariation(square, square), 4 * square, facts, "the noise of y = z²"),
            settled(form.z.subs(sde.x, form.inverse), form.symbol, (*facts, form.symbol > 0), "the inverse of z(x)"),
        )
    )
    from numerics.simulate import SquaredBesselStep

    y = sp.Symbol("y", positive=True)
    words = f"exact step by noncentral χ² (dimension {sp.N(delta, 6)})"
    step = SquaredBesselStep(
        float(delta), float(beta), sde.x, square, y, form.inverse.subs(form.symbol, sp.sqrt(y)), h, words
    )
    return ExactLaw(sde, h, step, "square-root process by Lamperti's transform: noncentral χ² step", evidence, True)


def _vanishes_at_the_end(sde: SDE, form: Any) -> bool:
    end = sp.limit(form.inverse, form.symbol, 0, "+")
    return bool(end.is_finite) and sp.limit(sde.b, sde.x, end, "+" if end == form.domain[0] else "-") == 0


WAYS: tuple[Callable[[SDE, float], ExactLaw | None], ...] = (_gaussian, _gaussian_in_time, _formula, _square_root)
