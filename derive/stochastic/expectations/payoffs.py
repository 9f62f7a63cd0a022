"""Feynman-Kac with piecewise data of a process that is Gaussian in z = ∫dx/b, on the line or beside one wall.

E[zᵏ e^{κz} 1(low < z < high) e^{−∫V}] = ∂_κᵏ G(κ) P(low < N(m + κs², s²) < high), log G(κ) = log G(0) + κm + κ²s²/2:
the potential (at most quadratic in z) and the drift (linear) leave z Gaussian under the weight e^{−∫V}. Beside a wall
at e: U(z) ∓ e^{−2μ(z − e)} U(2e − z), U the solution on the line for the data cut off at the wall.
References: F. Black, M. Scholes, J. Pol. Econ. 81 (1973) 637; R. Merton, Bell J. 4 (1973) 141 (barriers); D. Cox,
H. Miller, The Theory of Stochastic Processes, sec. 5.7 (images).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_positive
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.expectations.regions import regions
from derive.stochastic.solutions.lamperti import Lamperti, lamperti

if TYPE_CHECKING:
    from derive.stochastic.expectations.feynman_kac import FeynmanKac
    from derive.stochastic.sde import SDE

KINKS = (sp.Max, sp.Min, sp.Piecewise, sp.Heaviside)


@dataclass(frozen=True)
class GaussianLaw:
    """log E[e^{κ z_t} e^{−∫V} | z_0 = origin] = weight + κ mean + κ² variance/2."""

    weight: Any
    mean: Any
    variance: Any
    origin: Any
    evidence: Evidence

    def begun(self, z: Any) -> GaussianLaw:
        """The law from a place z."""
        weight, mean, variance = (e.xreplace({self.origin: z}) for e in (self.weight, self.mean, self.variance))
        return GaussianLaw(weight, mean, variance, z, self.evidence)


def payoff(sde: SDE, phi: Any, v: Any, wall: Any = None) -> FeynmanKac | None:
    """The solution for data Σ c zᵏe^{κz} on intervals; None if the process or the data are of another kind.

    wall: "absorbing" or "reflecting", for a domain with one finite end in z. Unsolvable where a wall has no images.
    """
    from derive.stochastic.expectations.feynman_kac import FeynmanKac, check

    form = lamperti(sde) if sde.n == 1 else None
    drift = None if form is None else form.drift_in_z()
    if form is None or drift is None or (wall is None and form.image != (-sp.oo, sp.oo)):
        return None
    z = sp.Symbol(form.symbol.name, real=True)
    drift = drift.xreplace({form.symbol: z})
    potential = sp.expand(v.xreplace({sde.x: form.inverse.xreplace({form.symbol: z})})) if v.has(sde.x) else v
    law = _law(sde, z, drift, potential)
    if law is None:
        return None
    pieces = list(_pieces(phi, sde, form))
    total = _of_pieces(pieces, law.begun(form.z), form, z, sde)
    if total is None:
        return None
    conditions: tuple[Any, ...] = ()
    cut = any(not end.is_infinite for _, *ends in pieces for end in ends)
    if (cut or wall is not None) and is_positive(form.amplitude, sde.given) is not True:
        conditions = (form.amplitude > 0,)
    if wall is not None:
        e, sign = _image(form, z, drift, potential, wall, sde)
        total += sign * _of_pieces(pieces, law.begun(2 * e - form.z), form, z, sde)
    value = total.replace(lambda e: isinstance(e, sp.exp), lambda e: sp.exp(sp.expand(e.exp)))
    checks = [law.evidence, check(sde, value, None, v), starts(sde, value, phi)]
    if wall is not None:
        end = next(e for e, at in zip(sde.domain[0], form.image, strict=True) if at.is_infinite is not True)
        shown = value if wall == "absorbing" else sp.diff(value, sde.x)
        checks.append(settled(shown.subs(sde.x, end), sp.S.Zero, sde.given, f"the {wall} wall at {plain(end)}"))
    name = "piecewise data of a Gaussian z" + ("" if wall is None else f", image at the {wall} wall")
    return FeynmanKac(sde, v, phi, value, name, (*sde.given, *conditions), together(checks))


def _law(sde: SDE, z: Any, drift: Any, potential: Any) -> GaussianLaw | None:
    from derive.stochastic.expectations.feynman_kac import coefficients
    from derive.stochastic.laws.transition import mean_and_covariance
    from derive.stochastic.sde import SDE

    unit, origin = SDE(z, drift, 1, sde.t, None, None, 0, sde.given), sp.Dummy("origin", real=True)
    if not potential.has(z):
        law = mean_and_covariance(unit, (origin,))
        if law is None:
            return None
        return GaussianLaw(-potential * sde.t, law[0][0], law[1][0, 0], origin, law[2])
    kappa = sp.Dummy("kappa")
    poly = potential.as_poly(z)
    if poly is None or poly.degree() > 2 or any(c.has(z) for c in poly.coeffs()):
        return None
    for degree in (1, 2):
        solved = coefficients(unit, (kappa * z).as_poly(z), potential, degree)
        if solved is not None:
            log = sp.expand(sp.Add(*(q * m for m, q in solved[0].items()))).as_poly(kappa)
            if log is None or log.degree() > 2 or any(c.has(kappa) for c in log.coeffs()):
                return None
            parts = [sde.tidy(log.coeff_monomial(kappa**k)).xreplace({z: origin}) for k in range(3)]
            return GaussianLaw(parts[0], parts[1], 2 * parts[2], origin, solved[1])
    return None


def _of_pieces(pieces: list[Any], law: GaussianLaw, form: Lamperti, z: Any, sde: SDE) -> Any | None:
    """Σ over pieces and terms c zⁿ e^{κz}; None for a term of another form."""
    slope, total = sp.Dummy("kappa"), sp.S.Zero
    for piece, low, high in pieces:
        inside = piece.xreplace({sde.x: form.inverse.xreplace({form.symbol: z})})
        opened = sp.powdenest(sp.expand_log(inside, force=True), force=True)
        body = sp.expand(sp.powsimp(sp.expand(opened)))
        for term in sp.Add.make_args(body):
            c, power, k = exponential_term(term, z)
            if k is None:
                return None
            weight = sp.exp(sp.expand(law.weight + slope * law.mean + slope**2 * law.variance / 2))
            chance = probability(law.mean + slope * law.variance, law.variance, low, high)
            total += c * sp.expand(sp.diff(weight * chance, slope, power), deep=False).subs(slope, k)
    return total


def _image(form: Lamperti, z: Any, drift: Any, potential: Any, wall: str, sde: SDE) -> tuple[Any, Any]:
    """(e, the factor of U(2e − z)): −e^{−2μ(z − e)} at an absorbing wall for a drift μ, −1 for one that is odd about
    the wall, 1 at a reflecting wall for a drift that is odd about it. The potential must be even about the wall."""
    ends = [end for end in form.image if end.is_infinite is not True]
    if wall not in ("absorbing", "reflecting") or len(ends) != 1:
        raise Unsolvable(f"images do one wall, absorbing or reflecting, and the other end far off; got {wall!r}")
    e, mu = ends[0], drift.subs(z, ends[0])
    mirror = 2 * e - z
    odd = zero(drift + drift.subs(z, mirror), sde.given)
    even = zero(potential - potential.subs(z, mirror), sde.given)
    if not even or not (odd or (wall == "absorbing" and not drift.has(z))):
        raise Unsolvable(
            f"the {wall} wall has no image: in z = ∫dx/b the drift {plain(drift)} must be odd about the wall z = "
            f"{plain(e)} "
            f"(or constant, if the wall absorbs) and the potential {plain(potential)} even"
        )
    if wall == "reflecting":
        return e, sp.S.One
    return e, sp.S.NegativeOne if odd else -sp.exp(-2 * mu * (form.z - e))


def unkinked(phi: Any) -> Any:
    """Max, Min, Heaviside, Abs and sign as cases (of real quantities)."""
    phi = phi.replace(sp.Abs, lambda u: sp.Piecewise((u, u >= 0), (-u, True)))
    phi = phi.replace(sp.sign, lambda u: sp.Piecewise((1, u > 0), (-1, True)))
    phi = phi.replace(sp.Heaviside, lambda u, *_: sp.Piecewise((1, u > 0), (0, True)))
    return sp.piecewise_fold(phi.rewrite(sp.Piecewise)) if phi.has(*KINKS) else phi


def _pieces(phi: Any, sde: SDE, form: Lamperti) -> Iterator[tuple[Any, Any, Any]]:
    """(expression, lower z, upper z); data that are a sum term by term, where the places of the whole have no order."""
    try:
        yield from list(_of_one(phi, sde, form))
    except Unsolvable:
        terms = sp.Add.make_args(sp.expand(phi))
        if len(terms) == 1:
            raise
        for term in terms:
            yield from _of_one(term, sde, form)


def _of_one(phi: Any, sde: SDE, form: Lamperti) -> Iterator[tuple[Any, Any, Any]]:
    x, opened = sde.x, unkinked(phi)
    increasing = form.slope == sp.diff(form.z, x)
    if not isinstance(opened, sp.Piecewise):
        yield opened, *form.image
        return
    for piece, start, end in regions(opened.args, x, form.domain, sde.given):
        if piece != 0:
            ends = [_in_z(form, x, place) for place in (start, end)]
            low, high = ends if increasing else ends[::-1]
            yield piece, low, high


def _in_z(form: Lamperti, x: Any, end: Any) -> Any:
    if end == form.domain[0] or end == form.domain[1]:
        low = form.image[0] if sp.diff(form.z, x).is_negative is not True else form.image[1]
        high = form.image[1] if low == form.image[0] else form.image[0]
        return low if end == form.domain[0] else high
    return sp.expand_log(form.z.subs(x, end), force=True)


def exponential_term(term: Any, z: Any) -> tuple[Any, int, Any]:
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


def probability(mean: Any, variance: Any, low: Any, high: Any) -> Any:
    """P(low < N(mean, variance) < high)."""

    def above(bound: Any) -> Any:
        if bound == -sp.oo:
            return sp.S.One
        return sp.S.Zero if bound == sp.oo else sp.erfc(_over_one(bound - mean, variance)) / 2

    return above(low) - above(high)


def _over_one(gap: Any, variance: Any) -> Any:
    """gap/√(2 variance), its logarithms joined and its fractions over one denominator where that is shorter."""
    joined = sp.together(joined_logarithms(gap))
    return min((joined, gap), key=lambda e: (len(e.atoms(sp.log)), sp.count_ops(e))) / sp.sqrt(2 * variance)


def joined_logarithms(e: Any) -> Any:
    """c log A − c log B as c log(A/B), for terms of an expanded sum that share c up to its sign (A, B positive)."""
    ratios: dict[Any, Any] = {}
    rest = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(e)):
        logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        if len(logs) != 1:
            rest += term
            continue
        c = term / logs[0]
        key = -c if -c in ratios else c
        ratios[key] = ratios.get(key, sp.S.One) * (logs[0].args[0] if key == c else 1 / logs[0].args[0])
    return rest + sp.Add(*(c * sp.log(ratio) for c, ratio in ratios.items()))


def starts(sde: SDE, value: Any, phi: Any) -> Evidence:
    """u(x, t) → φ(x) for t → 0 at points off the kinks: |u − φ| is small at t = 10⁻¹², a numeric check."""
    states = set(sde.states)
    free = (value.free_symbols | phi.free_symbols | states) - {sde.t}
    positive = {s: sp.Symbol(s.name, positive=True) for s in free if s.is_positive is None and s not in states}
    try:
        facts = tuple(g.xreplace(positive) for g in sde.facts)
        points = list(admissible({positive.get(s, s) for s in free}, facts, random.Random(2), 4, real=True))
    except NoPoint:
        points = []
    worst, names = 0.0, sorted(free, key=str)
    with mpmath.workdps(40):
        u = sp.lambdify([sde.t, *names], value, "mpmath")
        for point in points:
            numbers = {s: point[positive.get(s, s)] for s in names}
            at = [mpmath.mpf(int(q.p)) / int(q.q) for q in numbers.values()]
            got = mpmath.mpmathify(u(mpmath.mpf(10) ** -12, *at))
            want = complex(sp.N(phi.xreplace(numbers), 30))
            worst = max(worst, float(abs(got - want) / max(1, abs(want))))
    if points and worst > 1e-4:
        raise StochasticError(
            f"the solution that was found does not start with the data: off by {worst:.1e}; not returned"
        )
    status = Status.AGREED if points else Status.UNKNOWN
    return Evidence(status, f"u(x, 10⁻¹²) differs from the data by {worst:.1e} at {len(points)} points")
