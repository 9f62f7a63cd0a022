"""Spectra of scalar diffusions: L φ_n = −λ_n φ_n, with φ_n orthogonal under the weight w that makes L symmetric.

L* (w f) = w L f, so p(x, t | x0) = w(x) Σ e^{−λ_n t} φ_n(x) φ_n(x0)/h_n with h_n = ∫ φ_n² w. References: E. Wong,
The construction of a class of stationary Markoff processes (1964); J. Forman, M. Sørensen, Scand. J. Stat. 35 (2008)
438 (Pearson diffusions); NIST DLMF, table 18.8.1 (the differential equations) and 18.3.1 (the norms).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws.integration import by_integration
from derive.stochastic.spectra.ladders import INDEX, Ladder, at_order, every_order, generated, symmetric
from derive.stochastic.spectra.oscillation import counted_zeros, orders

if TYPE_CHECKING:
    from derive.stochastic.fokker_planck import FokkerPlanck
    from derive.stochastic.laws.density import Density

SHOWN = 3


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues and eigenfunctions of the generator (backward); w φ_n are those of the forward operator.

    family: the name. index: the symbol n in the forms; first: its smallest value; count: how many eigenvalues there
    are. edge: where the continuum begins, None if there is none. given: where the functions are square integrable.
    evidence: the eigenvalue equation for every n, the symmetry of L under w, norms and orthogonality, and that φ_n has
    n zeros, so that none was left out (Sturm).
    """

    equation: FokkerPlanck
    family: str
    index: Any
    first: int
    count: Any
    eigenvalue_form: Any
    function_form: Any
    norm_form: Any
    weight: Any
    domain: tuple[Any, Any]
    given: tuple[Any, ...]
    evidence: Evidence
    edge: Any = None

    def eigenvalue(self, n: Any) -> Any:
        """λ_n."""
        return sp.factor_terms(self.eigenvalue_form.subs(self.index, self._place(n)))

    def function(self, n: Any) -> Any:
        """φ_n(x)."""
        value = self.function_form.subs(self.index, self._place(n))
        unreal = [part for part in sp.Mul.make_args(value) if part.has(sp.I)]
        return value / sp.Mul(*unreal) * sp.expand(sp.Mul(*unreal)) if unreal and n != self.index else value

    def norm(self, n: Any) -> Any:
        """h_n = ∫ φ_n² w dx."""
        value = self.norm_form.subs(self.index, self._place(n))
        return sp.limit(self.norm_form, self.index, n) if value.has(sp.nan, sp.zoo) else value

    def transition(self, x0: Any = None) -> Density:
        """p(x, t | x0) = w(x) Σ e^{−λ_n t} φ_n(x) φ_n(x0)/h_n as a Sum over n."""
        from derive.stochastic.spectra.expansion import expansion

        return expansion(self, x0)

    def absorbed(self, end: Any, x0: Any) -> tuple[Any, Evidence]:
        """P(absorbed at the end by the time t | x0) as a Sum over n, with its evidence; see `losses.absorbed`."""
        from derive.stochastic.laws.losses import absorbed

        return absorbed(self, sp.sympify(end), sp.sympify(x0))

    def _place(self, n: Any) -> Any:
        k = sp.sympify(n)
        if k.is_number and not (k.is_Integer and k >= self.first):
            raise StochasticError(f"n counts from {self.first} in whole numbers; got {n}")
        return k

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        f = latex(self.function_form)
        return rf"$\displaystyle \lambda_n = {latex(self.eigenvalue_form)},\quad \varphi_n = {f}$"


# (j, k) ↦ (integrand, variable, interval) of ∫ φ_j φ_k w in a variable in which it is tame
Product = Callable[[int, int], tuple[Any, Any, tuple[Any, Any]]]


def spectrum(equation: FokkerPlanck, walls: Any = None) -> Spectrum:
    """The spectrum as `spectral` finds it, plain symbols tried as real ones where it finds none."""
    from derive.stochastic.reals import real_symbols, restated

    try:
        return spectral(equation, walls)
    except Unsolvable as first:
        table = real_symbols(equation.weighted()[0]) if len(equation.states) == 1 else {}
        if not table:
            raise
        try:
            found = spectral(restated(equation, table), walls)
        except StochasticError:
            raise first from None
        return restated(found, {new: old for old, new in table.items()})


def spectral(equation: FokkerPlanck, walls: Any = None) -> Spectrum:
    """The spectrum of a scalar equation: Pearson diffusions (drift linear, D quadratic), Brownian motion with drift on
    an interval in z = ∫dx/b, and all whose equation is hypergeometric in some variable (see `places`).

    walls: "absorbing", "reflecting", "periodic" or a pair (low, high); needed where an end can be reached. Without
    walls there is no current through an end, unless it is an exit, which absorbs. Unsolvable if the process is of no
    such kind; StochasticError if there is nothing to normalise.
    """
    from derive.stochastic.laws.waves import waves
    from derive.stochastic.solutions.lamperti import natural_domain

    if len(equation.states) != 1:
        raise StochasticError("spectra are found for one state")
    (x,), (a,), d = equation.states, equation.drift, equation.diffusion[0, 0]
    if any(e.has(equation.t) for e in (a, d, equation.potential)):
        raise StochasticError(
            f"the coefficients depend on {plain(equation.t)}: there is no spectrum; freeze the time first"
        )
    ends = natural_domain(equation.weighted()[0])
    if equation.potential.has(x):
        return _by_place(equation, ends, walls)
    drift, spread = a.as_poly(x), d.as_poly(x)
    degrees = (3, 3) if drift is None or spread is None else (drift.degree(), spread.degree())
    singular = [end for end in ends if end.is_finite and zero(d.subs(x, end), equation.given)]
    pearson = degrees[0] <= 1 and degrees[1] <= 2 and max(degrees) >= 1
    if all(end.is_finite for end in ends) and degrees[1] > 0 and len(singular) < 2:
        pearson = False
    if pearson and (degrees[1] < 2 or (len(singular) == 2 and all(end.is_finite for end in ends))):
        return _pearson(equation, x, drift, spread, ends, walls)
    if pearson:
        return _by_place(equation, ends, walls)
    try:
        return waves(equation, ends, walls)
    except Unsolvable as reason:
        return _by_place(equation, ends, walls, reason)


def _by_place(equation: Any, ends: tuple[Any, Any], walls: Any, reason: Unsolvable | None = None) -> Spectrum:
    """By the variable in which the equation is hypergeometric."""
    from derive.stochastic.spectra.hypergeometric import bound_states, product_in
    from derive.stochastic.spectra.places import reduced

    level = sp.S.Zero if equation.potential.has(*equation.states) else equation.potential
    form = reduced(replace(equation, potential=equation.potential - level), ends)
    if form is None:
        known = f"{reason}, and " if reason else ""
        raise Unsolvable(f"{known}no variable (z, z², e^z, tanh z … of z = ∫dx/b) makes the equation hypergeometric")
    found = bound_states(form, _pair(walls), equation.given)
    values = sp.factor(sp.expand(found.values)) + level
    edge = None if found.edge is None else sp.factor(sp.expand(found.edge)) + level
    product = product_in(form, _pair(walls), equation.given)
    spectrum = assembled(equation, found.ladder, values, ends, found.count, 0, edge, product)
    return replace(spectrum, evidence=together([spectrum.evidence, counted_zeros(spectrum)]))


def _pearson(equation: Any, x: Any, drift: Any, spread: Any, ends: tuple[Any, Any], walls: Any) -> Spectrum:
    a0, a1 = (drift.coeff_monomial(x**k) for k in range(2))
    d0, d1, d2 = (spread.coeff_monomial(x**k) for k in range(3))
    if zero(d2, equation.given):
        ladder = (
            _hermite(x, a0, a1, d0, ends, _pair(walls))
            if zero(d1, equation.given)
            else _laguerre(x, (a0, a1), (d0, d1), ends, _pair(walls), equation.given)
        )
    else:
        ladder = _jacobi(x, a0, a1, (d0, d1, d2), ends, _pair(walls), equation.given)
    if _repels(a1, (d0, d1, d2), ends, equation.given):
        return _by_place(equation, ends, walls)
    lam = -INDEX * a1 - INDEX * (INDEX - 1) * d2
    values = lam.subs(INDEX, ladder.order)
    return assembled(equation, ladder, sp.factor(sp.expand(values)) + equation.potential, ends, sp.oo, 0)


def _pair(walls: Any) -> tuple[Any, Any]:
    pair = walls if isinstance(walls, tuple) else (walls, walls)
    if any(w not in (None, "absorbing", "reflecting") for w in pair) or len(pair) != 2:
        raise StochasticError(f"walls is 'absorbing', 'reflecting' or a pair of them; got {walls}")
    return pair


def _repels(a1: Any, d: tuple[Any, Any, Any], ends: Any, given: Any) -> bool:
    """Whether the weight e^{a1 x/d1} or e^{a1 x²/2d0} grows towards infinity, for parameters whose signs are known."""
    if not zero(d[2], given):
        return False
    rate = a1 / d[0] if zero(d[1], given) else a1 / d[1] if ends[1] == sp.oo else -a1 / d[1]
    return is_positive(rate, given) is True


def _absorbs(wall: Any, exponent: Any, given: Any) -> bool:
    """Whether an end with the weight y^exponent absorbs: as its wall says, or because it is an exit (exponent ≤ −1);
    an entrance (exponent ≥ 0) is never reached."""
    if wall is None:
        return is_nonnegative(-exponent - 1, given) is True
    return wall == "absorbing" and is_nonnegative(exponent, given) is not True


def _hermite(x: Any, a0: Any, a1: Any, d0: Any, ends: tuple[Any, Any], walls: tuple[Any, Any]) -> Ladder:
    """D constant: H_n(u), u = (x − m) √(−a1/2D), with a wall at the mean the odd or the even ones."""
    mean, n = -a0 / a1, INDEX
    stiff = -a1 / (2 * d0)
    u = (x - mean) * sp.sqrt(stiff)
    line = ends == (-sp.oo, sp.oo)
    at_mean = [k for k, end in enumerate(ends) if end.is_finite and zero(end - mean)]
    if not line and (len(at_mean) != 1 or ends[1 - at_mean[0]].is_finite):
        raise Unsolvable(
            f"an Ornstein-Uhlenbeck process with a wall beside its mean {plain(mean)} has parabolic cylinder functions "
            "of "
            f"orders that are roots of a transcendental equation; there is no closed spectrum"
        )
    order = n if line else 2 * n + 1 if walls[at_mean[0]] == "absorbing" else 2 * n
    size = sp.sqrt(sp.pi) * 2**order * sp.factorial(order) / sp.sqrt(stiff) / (1 if line else 2)
    w = sp.Dummy("u")
    return Ladder(
        "Hermite",
        u,
        sp.S.One,
        lambda k: sp.hermite(order.subs(n, k), u),
        (w, sp.S.One, -2 * w, 2 * order),
        order,
        size,
        sp.exp(-(u**2)),
        _positive(stiff),
    )


def _laguerre(x: Any, a: tuple[Any, Any], d: tuple[Any, Any], ends: Any, walls: tuple[Any, Any], given: Any) -> Ladder:
    """D = d1 y, y = x − root: L_n^{(α)}(u), u = −a1 y/d1, α = a(root)/d1 − 1.

    Absorbed at the root: u^{−α} L_n^{(−α)}.
    """
    (a0, a1), (d0, d1) = a, d
    root, n = -d0 / d1, INDEX
    if a1 == 0:
        raise Unsolvable(
            "a square-root process without a pull back has a continuous spectrum; `transition` gives its law"
        )
    if not (zero(ends[0] - root) or zero(ends[1] - root)) or all(e.is_finite for e in ends):
        raise Unsolvable(
            f"the square-root process lives on one side of {plain(root)}; its domain is ({plain(ends[0])}, "
            f"{plain(ends[1])})"
        )
    slope = -a1 / d1
    u = sp.expand(slope * (x - root))
    alpha = sp.expand((a0 + a1 * root) / d1 - 1)
    absorbed = _absorbs(walls[0 if zero(ends[0] - root) else 1], alpha, given)
    beta = -alpha if absorbed else alpha
    w = sp.Dummy("u")
    inside = sp.Abs(slope) if not slope.is_positive else slope
    return Ladder(
        "Laguerre",
        u,
        u**-alpha if absorbed else sp.S.One,
        lambda k: sp.assoc_laguerre(k, beta, u),
        (w, w, beta + 1 - w, n),
        n - alpha if absorbed else n,
        sp.gamma(n + beta + 1) / sp.factorial(n) / inside,
        u**alpha * sp.exp(-u),
        _positive(beta if absorbed else beta + 1, slope if zero(ends[0] - root) else -slope),
    )


def _jacobi(
    x: Any, a0: Any, a1: Any, d: tuple[Any, Any, Any], ends: tuple[Any, Any], walls: tuple[Any, Any], given: Any
) -> Ladder:
    """D = κ(x − r1)(r2 − x) on (r1, r2): P_n^{(α,β)}(u), α = −a(r2)/κ(r2 − r1) − 1, β = a(r1)/κ(r2 − r1) − 1.

    An absorbing end at r2 replaces α by −α with the factor (1 − u)^{−α}, at r1 likewise with β.
    """
    low, high = ends
    kappa, n = -d[2], INDEX
    whole = d[0] + d[1] * x + d[2] * x**2
    if not zero(whole - kappa * (x - low) * (high - x), given):
        raise Unsolvable(
            f"D = {plain(whole)} does not vanish at both ends of ({plain(low)}, {plain(high)}): no polynomials there"
        )
    width = high - low
    u = sp.expand(2 * (x - low) / width - 1)
    alpha = sp.expand(sp.cancel(-(a0 + a1 * high) / (kappa * width) - 1))
    beta = sp.expand(sp.cancel((a0 + a1 * low) / (kappa * width) - 1))
    flips = _absorbs(walls[0], beta, given), _absorbs(walls[1], alpha, given)
    p, q = -beta if flips[0] else beta, -alpha if flips[1] else alpha
    factor = ((1 - u) ** -alpha if flips[1] else 1) * ((1 + u) ** -beta if flips[0] else 1)
    order = n - (alpha if flips[1] else 0) - (beta if flips[0] else 0)
    w = sp.Dummy("u")
    norm = 2 ** (p + q + 1) * sp.gamma(n + p + 1) * sp.gamma(n + q + 1) * width / 2
    norm /= (2 * n + p + q + 1) * sp.factorial(n) * sp.gamma(n + p + q + 1)
    if zero(p + q + 1, given):  # Chebyshev: (2n + s)Γ(n + s) is Γ(s + 1) at n = 0, not its limit in n
        at_zero = 2 ** (p + q + 1) * sp.gamma(p + 1) * sp.gamma(q + 1) * width / 2
        norm = sp.Piecewise((at_zero, sp.Eq(n, 0)), (norm, True))
    return Ladder(
        "Jacobi",
        u,
        sp.sympify(factor),
        lambda k: sp.jacobi(k, q, p, u),
        (w, 1 - w**2, p - q - (p + q + 2) * w, n * (n + p + q + 1)),
        order,
        norm,
        (1 - u) ** alpha * (1 + u) ** beta,
        _positive(p if flips[0] else p + 1, q if flips[1] else q + 1),
    )


def _positive(*values: Any) -> tuple[Any, ...]:
    return tuple(condition for v in values if (condition := sp.sympify(v) > 0) != sp.true)


def assembled(
    equation: Any,
    ladder: Ladder,
    values: Any,
    ends: tuple[Any, Any],
    count: Any,
    first: int,
    edge: Any = None,
    product: Product | None = None,
) -> Spectrum:
    """The spectrum of a ladder, put to the test: StochasticError if a check fails."""
    if sp.false in ladder.conditions:
        raise StochasticError(
            f"no square integrable {ladder.family} functions: at an end the weight {plain(ladder.weight)} is not "
            "integrable. "
            f"That end absorbs: ask for walls='absorbing' there"
        )
    x, n = equation.states[0], INDEX
    facts = (*equation.given, *ladder.conditions, *_inside(x, ends))
    form = ladder.factor * ladder.form(n)
    spectrum = Spectrum(
        equation,
        ladder.family,
        n,
        first,
        count,
        values,
        form,
        ladder.norm,
        ladder.weight,
        ends,
        (*equation.given, *ladder.conditions),
        Evidence(Status.UNKNOWN, "not yet checked"),
        edge,
    )
    shown = orders(spectrum)
    checks = [*every_order(equation, ladder, values, facts), symmetric(equation, ladder.weight, facts)]
    checks += [
        settled(
            generated(equation, spectrum.function(k)),
            -spectrum.eigenvalue(k) * spectrum.function(k),
            facts,
            f"L φ_{k} = −λ_{k} φ_{k}",
        )
        for k in range(first, first + shown)
    ]
    pairs = [(first, first), (first, first + 1), (first + 1, first + 1)]
    for j, k in pairs[: 1 if shown == 1 else 3]:
        if product is None:
            integral = spectrum.function(j) * spectrum.function(k) * ladder.weight, x, ends
        else:
            integral = product(j, k)
        expected = sp.sympify(spectrum.norm(j)) if j == k else sp.S.Zero
        checks.append(by_integration(*integral, expected, at_order(facts, k), f"∫ φ_{j} φ_{k} w"))
    return replace(spectrum, evidence=together(checks))


def _inside(x: Any, ends: tuple[Any, Any]) -> tuple[Any, ...]:
    bounds = (x > ends[0] if ends[0] != -sp.oo else sp.true, x < ends[1] if ends[1] != sp.oo else sp.true)
    return tuple(b for b in bounds if b not in (sp.true, sp.false))
