"""Path integrals of diffusions: Onsager-Machlup action in any discretisation, short-time moments, slices, propagators.

p(x, t | y) = ∫ Dx exp(−∫ L dt), where each slice takes its coefficients at x + α δ. References: L. Onsager, S. Machlup,
Phys. Rev. 91 (1953) 1505; A. Lau, T. Lubensky, Phys. Rev. E 76 (2007) 011123 (α); I. Gelfand, A. Yaglom,
J. Math. Phys. 1 (1960) 48; L. Schulman, Techniques and Applications of Path Integration, ch. 6 (Van Vleck).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.shown.readable import exact
from derive.stochastic.solutions.linear import parts
from derive.stochastic.solutions.solution import start

if TYPE_CHECKING:
    from derive.stochastic.fokker_planck import FokkerPlanck
    from derive.stochastic.sde import SDE

HALF = sp.Rational(1, 2)


@dataclass(frozen=True)
class Propagator:
    """K(x, t | y, 0) = √(−∂²S/∂x∂y / 2π) e^{−S}: the value, the classical action S, and how it was checked."""

    value: Any
    action: Any
    path: Any
    method: str
    evidence: Evidence

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self.value)}$"


@dataclass(frozen=True)
class Sliced:
    """N slices of a linear process put together: Gaussian with this mean, variance and normalisation; `limit` is what
    N → ∞ makes of (mean, variance, normalisation)."""

    slices: Any
    mean: Any
    variance: Any
    norm: Any
    limit: tuple[Any, Any, Any]
    evidence: Evidence


@dataclass(frozen=True)
class PathIntegral:
    """The weight exp(−∫ L dt) of paths of an SDE, with coefficients at x_α = x + α (x′ − x) in each slice.

    lagrangian: L in the states and `velocities`. Each slice also has the factor (2π dt)^{−n/2} det(c)^{−½} at x_α,
    c = B ρ Bᵀ. With the Itô drift a and s_i = Σ_j ∂_j c_ij: L = ½ (ẋ − a + α s)ᵀ c⁻¹ (ẋ − a + α s) + α ∇·(a − α s/2);
    in one dimension s = 2 b b′. A potential V adds V to L.
    """

    sde: SDE
    alpha: Any
    velocities: tuple[Any, ...]
    lagrangian: Any
    potential: Any

    @classmethod
    def of(cls, sde: SDE, alpha: Any = 0, potential: Any = 0) -> PathIntegral:
        """The Onsager-Machlup weight of an SDE; StochasticError for degenerate noise."""
        theta, v_pot = exact(side(alpha)), exact(side(potential))
        x, c = sde.states, sde.covariance
        v = tuple(sp.Symbol(rf"\dot{{{y.name}}}", real=True) for y in x)
        if zero(c.det(), sde.given):
            raise StochasticError(
                "the noise is degenerate: paths have no density exp(−∫L dt) in all velocities; the law of the end is "
                "given by `transition`, where it is closed"
            )
        a = sde.ito_drift
        slope = [sp.Add(*(sp.diff(c[i, j], x[j]) for j in range(sde.n))) for i in range(sde.n)]
        gap = [v[i] - a[i] + theta * slope[i] for i in range(sde.n)]
        inverse = c.inv().applyfunc(sde.tidy) if sde.n > 1 else c.inv()
        pairs = ((i, j) for i in range(sde.n) for j in range(i, sde.n))
        kinetic = sp.Add(*(inverse[i, j] * gap[i] * gap[j] / (2 if i == j else 1) for i, j in pairs))
        jacobian = theta * sp.Add(*(sp.diff(a[i] - theta * slope[i] / 2, x[i]) for i in range(sde.n)))
        return cls(sde, theta, v, sp.Add(kinetic, jacobian, v_pot), v_pot)

    def short_time_kernel(self, new: Any, old: Any, step: Any) -> Any:
        """(2π dt)^{−n/2} det(c)^{−½} exp(−L dt) at x_α, ẋ = (new − old)/dt; new, old: n values, one for n = 1."""
        ends = [tuple(map(side, e)) if isinstance(e, Sequence | sp.Tuple) else (side(e),) for e in (new, old)]
        if any(len(e) != self.sde.n for e in ends):
            raise StochasticError(
                f"a slice leads from {self.sde.n} value(s) to as many; got {plain(old)} and {plain(new)}"
            )
        moved = [(x, b + self.alpha * (a - b)) for x, a, b in zip(self.sde.states, *ends, strict=True)]
        speeds = [(v, (a - b) / step) for v, a, b in zip(self.velocities, *ends, strict=True)]
        weight = sp.exp(-step * self.lagrangian.subs(dict([*moved, *speeds]), simultaneous=True))
        spread = self.sde.covariance.det().subs(dict(moved), simultaneous=True)
        return weight / sp.sqrt((2 * sp.pi * step) ** self.sde.n * spread)

    def short_time_moments(self) -> tuple[Any, Any, Any]:
        """(norm − 1, ⟨δ⟩, ⟨δ²⟩)/dt for dt → 0, from the kernel itself: for every α (−V, a, b²); in n dimensions
        (−V, the column a, the matrix B ρ Bᵀ)."""
        from derive.stochastic.paths.short_time import short_time_moments

        norm, drift, spread = short_time_moments(self.sde, self.alpha, self.velocities, self.lagrangian)
        if self.sde.n == 1:
            return norm, drift[0], self.sde.tidy(spread[0, 0])
        return norm, sp.Matrix(drift), spread

    def fokker_planck(self) -> FokkerPlanck:
        """The Fokker-Planck equation that the short-time moments give; the same for every α."""
        from derive.stochastic.fokker_planck import FokkerPlanck

        norm, drift, spread = self.short_time_moments()
        unknown = sp.Function("p")(*self.sde.states, self.sde.t)
        several = self.sde.n > 1
        matrix = sp.ImmutableDenseMatrix(spread / 2 if several else [[spread / 2]])
        drifts, sde = tuple(drift) if several else (drift,), self.sde
        return FokkerPlanck(
            sde.states, sde.t, drifts, matrix, -norm, unknown, sde.domain, sde.given
        )

    def sliced(self, slices: Any, x0: Any = None) -> Sliced:
        """N Gaussian slices of a linear process with constant noise, put together by completing the square.

        One slice takes x to ρ x + κ with variance σ² and norm ν; so the mean obeys m ↦ ρ m + κ, the variance
        v ↦ ρ² v + σ². Their closed forms in N are checked in the recurrences, their limits against the moments.
        """
        a1, a0, b2 = self._linear()
        (first,) = start(self.sde, x0)
        n, t = side(slices), self.sde.t
        tau = t / n
        shrink = 1 - self.alpha * a1 * tau
        rho, kappa, sigma2 = 1 + a1 * tau / shrink, a0 * tau / shrink, b2 * tau / shrink**2
        nu = sp.exp(-self.alpha * a1 * tau) / shrink
        if zero(a1, self.sde.given):
            mean, variance = first + n * kappa, n * sigma2
        else:
            mean = rho**n * first + kappa * (1 - rho**n) / (1 - rho)
            variance = sigma2 * (1 - rho ** (2 * n)) / (1 - rho**2)
        checks = self._recurrences(rho, kappa, sigma2)
        limit = self._limit(a1, a0, b2, first)
        shown = tuple(self._toward(e, n, value) for e, value in zip((mean, variance, nu**n), limit, strict=True))
        return Sliced(n, mean, variance, nu**n, limit, together([*checks, *shown]))

    def _linear(self) -> tuple[Any, Any, Any]:
        pair = parts(self.sde.ito_drift[0], self.sde.x)
        b2 = self.sde.covariance[0, 0]
        if self.sde.n != 1 or pair is None or b2.has(self.sde.x, self.sde.t) or any(e.has(self.sde.t) for e in pair):
            raise Unsolvable("slices are put together in closed form for a linear drift and constant noise")
        if self.potential != 0:
            raise Unsolvable("with a potential use `propagator`, which does the slices by the classical action")
        return pair[0], pair[1], b2

    def _recurrences(self, rho: Any, kappa: Any, sigma2: Any) -> list[Evidence]:
        """∫ N(z; ρy + κ, σ²) N(y; m, v) dy = N(z; ρm + κ, ρ²v + σ²), by completing the square in y."""
        y, z, m, r, k = sp.symbols("y z m r k", real=True)
        v, s = sp.symbols("v s", positive=True)
        exponent: Any = sp.expand(-((z - r * y - k) ** 2) / (2 * s) - (y - m) ** 2 / (2 * v))
        a, b, c = (exponent.coeff(y, j) for j in (2, 1, 0))
        done = c - b**2 / (4 * a)
        want = -((z - r * m - k) ** 2) / (2 * (r**2 * v + s))
        checks = [settled(done, want, (), "completing the square: the exponent")]
        checks.append(settled(sp.pi / (-a) / (4 * sp.pi**2 * s * v), 1 / (2 * sp.pi * (r**2 * v + s)), (), "the norm"))
        j = sp.Symbol("j", positive=True)
        if rho != 1:
            closed = sigma2 * (1 - rho ** (2 * j)) / (1 - rho**2)
            after = sigma2 * (1 - rho**2 * rho ** (2 * j)) / (1 - rho**2)
            checks.append(settled(rho**2 * closed + sigma2, after, self.sde.given, "the variance after one more slice"))
        return checks

    def _limit(self, a1: Any, a0: Any, b2: Any, first: Any) -> tuple[Any, Any, Any]:
        t = self.sde.t
        if zero(a1, self.sde.given):
            return first + a0 * t, b2 * t, sp.S.One
        growth = sp.exp(a1 * t)
        return growth * first + a0 * (growth - 1) / a1, b2 * (growth**2 - 1) / (2 * a1), sp.S.One

    def _toward(self, e: Any, n: Any, value: Any) -> Evidence:
        """lim_{N → ∞} of a slice formula, exactly: in h = 1/N with ρ^N = exp(N log ρ)."""
        if not n.free_symbols:
            return settled(value, value, (), "the limit is stated beside a fixed number of slices")
        h = sp.Symbol("h", positive=True)
        opened = e.subs(n, 1 / h).replace(
            lambda p: isinstance(p, sp.Pow) and p.exp.has(h), lambda p: sp.exp(p.exp * sp.log(p.base))
        )
        return settled(sp.limit(opened, h, 0, "+"), value, self.sde.given, "the limit of many slices")

    def propagator(self, y: Any = None) -> Propagator:
        """K(x, t | y) for a Lagrangian quadratic in x and ẋ, in n dimensions, also with a force that depends on the
        time (in one dimension any coefficients whose classical path is found): its action S and Van Vleck's factor.

        The action of the midpoint discretisation (α = ½) is used, whose paths obey ordinary calculus. Noise that
        depends on the place is first made constant by z = ∫dx/b. Checked in the Fokker-Planck equation.
        """
        from derive.stochastic.paths.quadratic_action import quadratic_action, solves_forward

        origin = start(self.sde, y)
        if self.sde.covariance.has(*self.sde.states):
            return self._by_lamperti(origin)
        midpoint = self if self.alpha == HALF else PathIntegral.of(self.sde, HALF, self.potential)
        if self.sde.n > 1 or midpoint.lagrangian.has(self.sde.t):
            begin = tuple(sp.Dummy(f"y_{q.name}", real=True) for q in self.sde.states)
            action, density, path, checks = quadratic_action(self.sde, midpoint.lagrangian, midpoint.velocities, begin)
            proof = solves_forward(self.sde, action, density, self.potential)
            value = sp.sqrt(density / (2 * sp.pi) ** self.sde.n) * sp.exp(-action)
            back = dict(zip(begin, origin, strict=True))
            value, action, shown = (e.xreplace(back) for e in (value, action, path))
            shown = shown[0] if self.sde.n == 1 else tuple(shown)
            return Propagator(value, action, shown, "Van Vleck: the classical action", together([checks, proof]))
        return self._scalar(midpoint, origin[0])

    def _by_lamperti(self, origin: tuple[Any, ...]) -> Propagator:
        """The propagator in z = ∫dx/b times |dz/dx|."""
        from derive.stochastic.sde import SDE
        from derive.stochastic.solutions.lamperti import lamperti

        form = lamperti(self.sde) if self.sde.n == 1 else None
        drift = None if form is None else form.drift_in_z()
        if form is None or drift is None or form.image != (-sp.oo, sp.oo):
            raise Unsolvable(
                "noise that depends on the place: no z = ∫dx/b on the whole line was found in which it is constant"
            )
        z, x = sp.Symbol(form.symbol.name, real=True), self.sde.x
        unit = SDE(z, drift.xreplace({form.symbol: z}), 1, self.sde.t, given=self.sde.given)
        potential = sp.sympify(self.potential).xreplace({x: form.inverse.xreplace({form.symbol: z})})
        place = sp.Dummy("z_0", real=True)
        found = PathIntegral.of(unit, HALF, potential).propagator(place)
        back = {z: form.z, place: form.z.subs(x, origin[0])}
        value = form.slope * found.value.xreplace(back)
        return Propagator(
            value, found.action.xreplace(back), found.path, f"{found.method}, in z = {plain(form.z)}", found.evidence
        )

    def _scalar(self, midpoint: PathIntegral, origin: Any) -> Propagator:
        """One state, constant coefficients: sines and hyperbolic sines."""
        x, (v,), t = self.sde.x, midpoint.velocities, self.sde.t
        poly = sp.expand(midpoint.lagrangian).as_poly(x, v)
        if poly is None or poly.total_degree() > 2 or any(c.has(t, x, v) for c in poly.coeffs()):
            raise Unsolvable(
                f"the Lagrangian {plain(midpoint.lagrangian)} is not quadratic: its action is no propagator"
            )
        mass, spring = (2 * poly.coeff_monomial(m) for m in (v**2, x**2))
        force, twist, pull, rest = (poly.coeff_monomial(m) for m in (x, v * x, v, 1))
        s = sp.Symbol("s", real=True)
        path = classical_path(mass, spring, force, x, origin, s, t, self.sde.given)
        action = classical_action(mass, spring, force, path, s, t, self.sde.given)
        action += twist * (x**2 - origin**2) / 2 + pull * (x - origin) + rest * t
        action = min(action, sp.factor(action), key=sp.count_ops) if action.is_rational_function() else action
        checks = [settled(mass * sp.diff(path, s, 2), spring * path + force, self.sde.given, "Euler-Lagrange")]
        factor = sp.factor_terms(sp.expand(-sp.diff(action, x, origin)))
        value = sp.sqrt(factor / (2 * sp.pi)) * sp.exp(-action)
        rate = sp.diff(sp.log(factor), t) / 2 - sp.diff(action, t)
        slope = -sp.diff(action, x)
        a, c = self.sde.ito_drift[0], self.sde.covariance[0, 0]
        flow = -sp.diff(a, x) - a * slope + c * (sp.diff(slope, x) + slope**2) / 2 - self.potential
        checks.append(settled(rate, flow, self.sde.given, "the Fokker-Planck equation with the potential"))
        return Propagator(value, action, path, "Van Vleck: the classical action", together(checks))

    def latex(self) -> str:
        """L as the field writes it."""
        from derive.printing import latex

        return rf"L = {latex(self.lagrangian)}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def classical_path(
    mass: Any, spring: Any, force: Any, end: Any, origin: Any, s: Any, t: Any, given: tuple[Any, ...] = ()
) -> Any:
    """The solution of m ẍ = k x + f with x(0) = origin, x(t) = end, as a function of s."""
    if zero(spring, given):
        bend = force / (2 * mass)
        return origin + (end - origin) * s / t + bend * s * (s - t)
    from derive.exact import is_positive

    square = sp.factor(spring / mass)
    rest = -force / spring
    if is_positive(-square, given) is True:
        w, wave = sp.sqrt(-square), sp.sin
    else:
        w, wave = sp.powdenest(sp.sqrt(square), force=True), sp.sinh
    return rest + ((end - rest) * wave(w * s) + (origin - rest) * wave(w * (t - s))) / wave(w * t)


def classical_action(mass: Any, spring: Any, force: Any, path: Any, s: Any, t: Any, given: tuple[Any, ...] = ()) -> Any:
    """∫₀ᵗ (½ m ẋ² + ½ k x² + f x) ds along a solution of m ẍ = k x + f: ½ [m x ẋ] + ½ f ∫ x ds."""
    speed = sp.diff(path, s)
    if zero(spring, given):
        return sp.integrate(sp.expand(mass * speed**2 / 2 + force * path), (s, 0, t))
    ends = [(path.subs(s, e), speed.subs(s, e)) for e in (t, sp.S.Zero)]
    area = (mass * (ends[0][1] - ends[1][1]) - force * t) / spring
    return mass * (ends[0][0] * ends[0][1] - ends[1][0] * ends[1][1]) / 2 + force * area / 2


def gelfand_yaglom(square: Any, t: Any, slices: Any = None) -> tuple[Any, Any]:
    """(D_N, D(t)): the determinant of N slices of −d²/dt² + ω², and its limit: D″ = ω² D, D(0) = 0, D′(0) = 1.

    D_{j+1} = (2 + ω²τ²) D_j − D_{j−1}, D_0 = 0, D_1 = τ, τ = t/N: D_N = τ (r^N − r^{−N})/(r − r^{−1}) with
    r + 1/r = 2 + ω²τ², and D_N = t for ω = 0. For ω²(t) there is no closed D_N (it is None), and D is found where the
    equation is solved; Unsolvable if not. StochasticError if the closed form does not obey the recurrence or the limit
    is another.
    """
    n = sp.Symbol("N", positive=True, integer=True) if slices is None else side(slices)
    w2 = side(square)
    if w2.has(t):
        return None, _determinant_in_time(w2, t)
    if zero(w2):
        return t, t
    tau = t / n
    middle = 1 + w2 * tau**2 / 2
    r = middle + sp.sqrt(middle**2 - 1)
    closed = tau * (r**n - r ** (-n)) / (r - 1 / r)
    turning = w2.could_extract_minus_sign()
    w = sp.powdenest(sp.sqrt(-w2 if turning else w2), force=True)
    limit = (sp.sin if turning else sp.sinh)(w * t) / w
    settled(r + 1 / r, 2 + w2 * tau**2, (), "the characteristic equation of the recurrence")
    settled(sp.diff(limit, t, 2), w2 * limit, (), "D″ = ω² D")
    return closed, limit


def _determinant_in_time(w2: Any, t: Any) -> Any:
    """D(t) as the path that starts at 0 with the speed 1, in the action ½ẋ² + ½ω²x²."""
    from derive.stochastic.paths.quadratic_action import classical_flow
    from derive.stochastic.sde import SDE

    clock = sp.Symbol(t.name, positive=True)
    process = SDE(sp.Symbol("x" if t.name != "x" else "q", real=True), 0, 1, clock)
    return classical_flow(process, w2.xreplace({t: clock})).xreplace({clock: t})
