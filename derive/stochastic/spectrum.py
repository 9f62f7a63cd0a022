"""Spectra of scalar diffusions: L φ_n = −λ_n φ_n, with φ_n orthogonal under the weight w that makes L symmetric.

L* (w f) = w L f, so p(x, t | x0) = w(x) Σ e^{−λ_n t} φ_n(x) φ_n(x0)/h_n with h_n = ∫ φ_n² w. References: E. Wong,
The construction of a class of stationary Markoff processes (1964); J. Forman, M. Sørensen, Scand. J. Stat. 35 (2008)
438 (Pearson diffusions); NIST DLMF, table 18.8.1 (the differential equations) and 18.3.1 (the norms).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence, Status
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.integration import by_integration

if TYPE_CHECKING:
    from derive.stochastic.density import Density
    from derive.stochastic.fokker_planck import FokkerPlanck

INDEX = sp.Symbol("n", integer=True, nonnegative=True)
SHOWN = 3


@dataclass(frozen=True)
class Spectrum:
    """Eigenvalues and eigenfunctions of the generator (backward); w φ_n are those of the forward operator.

    family: the name. index: the symbol n in the forms; first: its smallest value; count: how many eigenvalues there
    are, oo if all are (below a finite count the spectrum goes on continuously). function_form is None where the
    functions are given by a recurrence alone. given: where the functions are square integrable. evidence: the
    eigenvalue equation for every n, the symmetry of L under w, norms and orthogonality.
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
    recurrence: tuple[Any, ...] = ()

    def eigenvalue(self, n: Any) -> Any:
        """λ_n."""
        return sp.factor_terms(self.eigenvalue_form.subs(self.index, self._place(n)))

    def function(self, n: Any) -> Any:
        """φ_n(x)."""
        k = self._place(n)
        if self.function_form is not None:
            return self.function_form.subs(self.index, k)
        if not k.is_Integer:
            raise StochasticError(f"the {self.family} functions are given by a recurrence: n is a number, not {n}")
        return polynomial(self.equation.states[0], int(k), *self.recurrence)

    def norm(self, n: Any) -> Any:
        """h_n = ∫ φ_n² w dx."""
        if self.norm_form is None:
            raise Unsolvable(f"the norms of the {self.family} functions are not in the table")
        value = self.norm_form.subs(self.index, self._place(n))
        return sp.limit(self.norm_form, self.index, n) if value.has(sp.nan, sp.zoo) else value

    def transition(self, x0: Any = None) -> Density:
        """p(x, t | x0) = w(x) Σ e^{−λ_n t} φ_n(x) φ_n(x0)/h_n as a Sum over n."""
        from derive.stochastic.expansion import expansion

        return expansion(self, x0)

    def _place(self, n: Any) -> Any:
        k = sp.sympify(n)
        if k.is_number and not (k.is_Integer and k >= self.first):
            raise StochasticError(f"n counts from {self.first} in whole numbers; got {n}")
        return k

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        f = "" if self.function_form is None else rf",\quad \varphi_n = {latex(self.function_form)}"
        return rf"$\displaystyle \lambda_n = {latex(self.eigenvalue_form)}{f}$"


@dataclass(frozen=True)
class Ladder:
    """Functions F(x) Y_n(u(x)) with p2 Y″ + p1 Y′ + q Y = 0, `ode` = (u, p2, p1, q): `form(n)` is Y_n, `norm` is
    ∫ (F Y_n)² w dx.

    order: ν in λ_ν, which may be n itself or n moved by the exponents of the factor F.
    """

    family: str
    place: Any
    factor: Any
    form: Callable[[Any], Any]
    ode: tuple[Any, Any, Any, Any]
    order: Any
    norm: Any
    weight: Any
    conditions: tuple[Any, ...]


def spectrum(equation: FokkerPlanck, walls: Any = None) -> Spectrum:
    """The spectrum of a scalar equation: Pearson diffusions (drift linear, D quadratic), and processes that are
    Brownian motion with drift on an interval in z = ∫dx/b.

    walls: "absorbing", "reflecting", "periodic" or a pair (low, high); needed where an end can be reached. Without
    walls the eigenfunctions of a Pearson diffusion are polynomials: no current through the ends. Unsolvable if the
    process is of neither kind; StochasticError if there is nothing to normalise.
    """
    from derive.stochastic.lamperti import natural_domain
    from derive.stochastic.waves import waves

    if len(equation.states) != 1:
        raise StochasticError("spectra are found for one state")
    (x,), (a,), d = equation.states, equation.drift, equation.diffusion[0, 0]
    if any(e.has(equation.t) for e in (a, d, equation.potential)):
        raise StochasticError(f"the coefficients depend on {equation.t}: there is no spectrum; freeze the time first")
    if equation.potential.has(x):
        raise Unsolvable("spectra with a potential that depends on the place are not in the table; see symmetrise()")
    ends = natural_domain(equation.weighted()[0])
    drift, spread = a.as_poly(x), d.as_poly(x)
    degrees = (3, 3) if drift is None or spread is None else (drift.degree(), spread.degree())
    if degrees[0] > 1 or degrees[1] > 2 or max(degrees) < 1:
        return waves(equation, ends, walls)
    singular = [end for end in ends if end.is_finite and zero(d.subs(x, end), equation.given)]
    if all(end.is_finite for end in ends) and degrees[1] > 0 and len(singular) < 2:
        return waves(equation, ends, walls)
    return _pearson(equation, x, drift, spread, ends, walls)


def _pearson(equation: Any, x: Any, drift: Any, spread: Any, ends: tuple[Any, Any], walls: Any) -> Spectrum:
    a0, a1 = (drift.coeff_monomial(x**k) for k in range(2))
    d0, d1, d2 = (spread.coeff_monomial(x**k) for k in range(3))
    flips = _flips(walls)
    if zero(d2, equation.given):
        ladder = (
            _hermite(x, a0, a1, d0, ends, flips)
            if zero(d1, equation.given)
            else _laguerre(x, a0, a1, d0, d1, ends, flips)
        )
    else:
        ladder = _jacobi(x, a0, a1, (d0, d1, d2), ends, flips, equation.given)
    lam = -INDEX * a1 - INDEX * (INDEX - 1) * d2
    if ladder is None:
        return _finitely_many(equation, x, (a0, a1), (d0, d1, d2), lam, ends)
    values = lam.subs(INDEX, ladder.order)
    return assembled(equation, ladder, sp.factor(sp.expand(values)) + equation.potential, ends, sp.oo, 0)


def _flips(walls: Any) -> tuple[bool, bool]:
    """Which ends absorb."""
    pair = walls if isinstance(walls, tuple) else (walls, walls)
    if any(w not in (None, "absorbing", "reflecting") for w in pair) or len(pair) != 2:
        raise StochasticError(f"walls is 'absorbing', 'reflecting' or a pair of them; got {walls}")
    return pair[0] == "absorbing", pair[1] == "absorbing"


def _hermite(x: Any, a0: Any, a1: Any, d0: Any, ends: tuple[Any, Any], flips: tuple[bool, bool]) -> Ladder:
    """D constant: H_n(u), u = (x − m) √(−a1/2D), with a wall at the mean the odd or the even ones."""
    mean, n = -a0 / a1, INDEX
    stiff = -a1 / (2 * d0)
    u = (x - mean) * sp.sqrt(stiff)
    line = ends == (-sp.oo, sp.oo)
    at_mean = [k for k, end in enumerate(ends) if end.is_finite and zero(end - mean)]
    if not line and (len(at_mean) != 1 or ends[1 - at_mean[0]].is_finite):
        raise Unsolvable(
            f"an Ornstein-Uhlenbeck process with a wall beside its mean {mean} has parabolic cylinder functions of "
            f"orders that are roots of a transcendental equation; there is no closed spectrum"
        )
    order = n if line else 2 * n + 1 if flips[at_mean[0]] else 2 * n
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


def _laguerre(x: Any, a0: Any, a1: Any, d0: Any, d1: Any, ends: tuple[Any, Any], flips: tuple[bool, bool]) -> Ladder:
    """D = d1 y, y = x − root: L_n^{(α)}(u), u = −a1 y/d1, α = a(root)/d1 − 1.

    Absorbed at the root: u^{−α} L_n^{(−α)}.
    """
    root, n = -d0 / d1, INDEX
    if a1 == 0:
        raise Unsolvable(
            "a square-root process without a pull back has a continuous spectrum; `transition` gives its law"
        )
    if not (zero(ends[0] - root) or zero(ends[1] - root)) or all(e.is_finite for e in ends):
        raise Unsolvable(f"the square-root process lives on one side of {root}; its domain is ({ends[0]}, {ends[1]})")
    slope = -a1 / d1
    u = sp.expand(slope * (x - root))
    alpha = sp.expand((a0 + a1 * root) / d1 - 1)
    absorbed = flips[0] if zero(ends[0] - root) else flips[1]
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
        _positive(beta + 1),
    )


def _jacobi(
    x: Any, a0: Any, a1: Any, d: tuple[Any, Any, Any], ends: tuple[Any, Any], flips: tuple[bool, bool], given: Any
) -> Ladder | None:
    """D = κ(x − r1)(r2 − x) on (r1, r2): P_n^{(α,β)}(u), α = −a(r2)/κ(r2 − r1) − 1, β = a(r1)/κ(r2 − r1) − 1.

    An absorbing end at r2 replaces α by −α with the factor (1 − u)^{−α}, at r1 likewise with β. None if D is no such
    quadratic.
    """
    low, high = ends
    if not (low.is_finite and high.is_finite):
        return None
    kappa, n = -d[2], INDEX
    whole = d[0] + d[1] * x + d[2] * x**2
    if not zero(whole - kappa * (x - low) * (high - x), given):
        raise Unsolvable(f"D = {whole} does not vanish at both ends of ({low}, {high}): no polynomials there")
    width = high - low
    u = sp.expand(2 * (x - low) / width - 1)
    alpha = sp.expand(sp.cancel(-(a0 + a1 * high) / (kappa * width) - 1))
    beta = sp.expand(sp.cancel((a0 + a1 * low) / (kappa * width) - 1))
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
        _positive(p + 1, q + 1),
    )


def _positive(*values: Any) -> tuple[Any, ...]:
    return tuple(condition for v in values if (condition := sp.sympify(v) > 0) != sp.true)


def assembled(equation: Any, ladder: Ladder, values: Any, ends: tuple[Any, Any], count: Any, first: int) -> Spectrum:
    """The spectrum of a ladder, put to the test: StochasticError if a check fails."""
    if sp.false in ladder.conditions:
        raise StochasticError(
            f"no square integrable {ladder.family} functions: at an end the weight {ladder.weight} is not integrable. "
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
    )
    checks = [*every_order(equation, ladder, values, facts), symmetric(equation, ladder.weight, facts)]
    checks += [
        settled(
            generated(equation, spectrum.function(k)),
            -spectrum.eigenvalue(k) * spectrum.function(k),
            facts,
            f"L φ_{k} = −λ_{k} φ_{k}",
        )
        for k in range(first, first + SHOWN)
    ]
    pairs = [(first, first), (first, first + 1), (first + 1, first + 1)]
    for j, k in pairs:
        product = spectrum.function(j) * spectrum.function(k) * ladder.weight
        expected = sp.sympify(spectrum.norm(j)) if j == k else sp.S.Zero
        checks.append(by_integration(product, x, ends, expected, facts, f"∫ φ_{j} φ_{k} w"))
    from dataclasses import replace

    return replace(spectrum, evidence=together(checks))


def every_order(equation: Any, ladder: Ladder, values: Any, facts: tuple[Any, ...]) -> list[Evidence]:
    """(L − V) F Y + λ F Y = 0 for every n: Y″ is replaced by the classical equation, the coefficients of Y and Y′ must
    vanish."""
    x, (a,), d = equation.states[0], equation.drift, equation.diffusion[0, 0]
    f, u = ladder.factor, ladder.place
    dummy, p2, p1, q = ladder.ode
    p2, p1, q = (sp.sympify(e).subs(dummy, u) for e in (p2, p1, q))
    du, ddu, df, ddf = sp.diff(u, x), sp.diff(u, x, 2), sp.diff(f, x), sp.diff(f, x, 2)
    values = values.args[-1][0] if isinstance(values, sp.Piecewise) else values
    zeroth = d * (ddf - f * du**2 * q / p2) + a * df + (values - equation.potential) * f
    first = d * (2 * df * du + f * ddu - f * du**2 * p1 / p2) + a * f * du
    what = f"the generator in u = {u} is that of the {ladder.family} equation for every n"
    return [settled(sp.cancel(part / f), sp.S.Zero, facts, what) for part in (zeroth, first)]


def symmetric(equation: Any, weight: Any, facts: tuple[Any, ...]) -> Evidence:
    """L* (w f) = w L f, that is (D w)′ = a w."""
    x, (a,), d = equation.states[0], equation.drift, equation.diffusion[0, 0]
    log = sp.expand_log(sp.log(weight), force=True)
    return settled(sp.diff(d, x) + d * sp.diff(log, x), a, facts, "the generator is symmetric under the weight")


def generated(equation: Any, f: Any) -> Any:
    """a f′ + D f″ − V f."""
    x = equation.states[0]
    return equation.drift[0] * sp.diff(f, x) + equation.diffusion[0, 0] * sp.diff(f, x, 2) - equation.potential * f


def _inside(x: Any, ends: tuple[Any, Any]) -> tuple[Any, ...]:
    bounds = (x > ends[0] if ends[0] != -sp.oo else sp.true, x < ends[1] if ends[1] != sp.oo else sp.true)
    return tuple(b for b in bounds if b not in (sp.true, sp.false))


def polynomial(x: Any, n: int, a0: Any, a1: Any, d0: Any, d1: Any, d2: Any) -> Any:
    """The monic eigenpolynomial: (λ_n + k a1 + k(k−1) d2) c_k = −(k+1)(a0 + k d1) c_{k+1} − (k+2)(k+1) d0 c_{k+2}."""
    c = {n: sp.S.One, n + 1: sp.S.Zero}
    for k in range(n - 1, -1, -1):
        gap = (k - n) * a1 + (k * (k - 1) - n * (n - 1)) * d2
        c[k] = sp.cancel(-((k + 1) * (a0 + k * d1) * c[k + 1] + (k + 2) * (k + 1) * d0 * c[k + 2]) / gap)
    return sp.Add(*(c[k] * x**k for k in range(n + 1)))


def _finitely_many(
    equation: Any, x: Any, a: tuple[Any, Any], d: tuple[Any, Any, Any], lam: Any, ends: tuple[Any, Any]
) -> Spectrum:
    """D with a positive square: heavy tails |x|^{a1/d2 − 2}, so polynomials of degree n with 2n < 1 − a1/d2 alone."""
    bound = sp.expand((1 - a[1] / d[2]) / 2)
    disc = sp.expand(d[1] ** 2 - 4 * d[0] * d[2])
    if zero(d[0], equation.given) and zero(d[1], equation.given) and zero(a[0], equation.given):
        raise StochasticError("geometric Brownian motion has no stationary law and no discrete spectrum")
    family = "Bessel" if zero(disc, equation.given) else "Romanovski"
    weight = equation.weighted()[0].stationary(ends).value
    facts = (*equation.given, *_inside(x, ends))
    order = (*a, *d)
    checks = [symmetric(equation, weight, facts)]
    for k in range(SHOWN):
        f = polynomial(x, k, *order)
        checks.append(settled(generated(equation, f), -lam.subs(INDEX, k) * f, facts, f"L φ_{k} = −λ_{k} φ_{k}"))
    values = sp.factor(lam) + equation.potential
    return Spectrum(
        equation,
        family,
        INDEX,
        0,
        sp.ceiling(bound),
        values,
        None,
        None,
        weight,
        ends,
        (*equation.given, bound > INDEX),
        together(checks),
        order,
    )
