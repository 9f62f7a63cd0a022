"""A stochastic differential equation dX = a(X, t) dt + B(X, t) dW as one object, from which everything else follows.

References: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, ch. 3-4; C. Gardiner,
Stochastic Methods, ch. 4; B. Øksendal, Stochastic Differential Equations.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from derive.claim import side
from derive.stochastic.equation import Equation, Vector
from derive.stochastic.shown.readable import exact

if TYPE_CHECKING:
    from derive.stochastic.exits.boundaries import Boundary
    from derive.stochastic.exits.passage import Passage
    from derive.stochastic.expectations.feynman_kac import FeynmanKac
    from derive.stochastic.fokker_planck import FokkerPlanck
    from derive.stochastic.laws.correlations import Correlation
    from derive.stochastic.laws.density import Density
    from derive.stochastic.laws.irreversibility import Irreversibility
    from derive.stochastic.laws.moments import Moments
    from derive.stochastic.paths.path_integral import PathIntegral
    from derive.stochastic.solutions.solution import Solution
    from derive.stochastic.transforms import Girsanov
    from derive.stochastic.walks.consistent import ConsistentWalk


@dataclass(frozen=True, init=False)
class SDE(Equation):
    """dX_i = a_i(X, t) dt + Σ_k B_ik(X, t) dW_k, with dW_k dW_l = ρ_kl dt.

    states: one symbol or n of them. drift: a, as many. diffusion: B, a scalar, a list of n (one noise) or an n×m
    matrix; it may be degenerate. t: the time. correlation: ρ, m×m, the identity if not given. domain: an interval for
    each state (lo, hi), the line if not given. alpha: the point of each time step at which B is taken: 0 Itô (default),
    1/2 Stratonovich, 1 backward (Hänggi-Klimontovich). given: assumptions on the parameters.

    Decimals are read as the exact rationals that they write (0.3 is 3/10): so every check can be exact.

    Immutable; SDEs print as LaTeX and pickle. StochasticError names data that do not fit together; results that were
    not found raise its subclass Unsolvable, with what was looked for. Results carry `.evidence`: they have been put
    back into the equation that defines them.

    >>> import sympy as sp
    >>> from sympy.abc import x, t
    >>> theta, mu, sigma = sp.symbols("theta mu sigma", positive=True)
    >>> SDE(x, theta*(mu - x), sigma, t).ito(x**2)
    (sigma**2 + 2*theta*x*(mu - x), (2*sigma*x,))
    """

    def to(self, alpha: Any) -> SDE:
        """The same process written in the convention α: its drift is (Itô drift) − α c, c the spurious drift.

        >>> import sympy as sp
        >>> from sympy.abc import x, t
        >>> SDE(x, 0, x, t).to(sp.Rational(1, 2)).drift
        (-x/2,)
        """
        target = exact(side(alpha))
        drift = tuple(self.tidy(a - target * c) for a, c in zip(self.ito_drift, self.spurious_drift, strict=True))
        return replace_sde(self, drift=drift, alpha=target)

    def ito(self, f: Any) -> tuple[Any, tuple[Any, ...]]:
        """Itô's lemma: (∂_t f + L f, [Σ_i B_ik ∂_i f for each noise k]), the drift and the diffusions of df(X, t).

        f: an expression in the states and the time, twice differentiable.
        """
        from derive.stochastic.calculus import ito

        return ito(self, exact(side(f)))

    def covariation(self, f: Any, g: Any) -> Any:
        """d⟨f(X), g(X)⟩/dt = ∇fᵀ B ρ Bᵀ ∇g, so that d(fg) = f dg + g df + d⟨f, g⟩."""
        from derive.stochastic.calculus import covariation

        return covariation(self, exact(side(f)), exact(side(g)))

    def generator(self, f: Any) -> Any:
        """L f = Σ a_i ∂_i f + ½ Σ (B ρ Bᵀ)_ij ∂_i ∂_j f, a the Itô drift."""
        from derive.stochastic.calculus import generator

        return generator(self, exact(side(f)))

    def adjoint(self, p: Any) -> Any:
        """L* p = −Σ ∂_i (a_i p) + ½ Σ ∂_i ∂_j ((B ρ Bᵀ)_ij p): ∫ p L f = ∫ f L* p if nothing crosses the boundary."""
        from derive.stochastic.calculus import adjoint

        return adjoint(self, exact(side(p)))

    def fokker_planck(self, p: Any = None) -> FokkerPlanck:
        """The forward Kolmogorov equation ∂_t p = L* p, for a density p (a function p(x…, t) if not given).

        The result has .rhs, .divergence_form, the current, the symmetrised (Schrödinger) form and .spectrum().
        """
        from derive.stochastic.fokker_planck import FokkerPlanck

        return FokkerPlanck.of(self, p)

    def backward(self, u: Any, potential: Any = 0) -> Any:
        """The backward Kolmogorov equation −∂_t u = L u − V u as an equation, V the potential that kills."""
        from derive.stochastic.calculus import backward

        return backward(self, exact(side(u)), exact(side(potential)))

    def transform(self, new: Any, map: Any, inverse: Any = None, domain: Any = None) -> SDE:
        """The SDE of Y = map(X, t) in the new states; the inverse map is found where it is not given.

        new: n symbols. map: n expressions in the states and t. StochasticError if the inverse does not fit or is not
        the only one.

        >>> import sympy as sp
        >>> t, mu, y = sp.symbols("t mu y", real=True); x, s = sp.symbols("x s", positive=True)
        >>> print(SDE(x, mu*x, s*x, t).transform(y, sp.log(x)))
        dy = (μ − s²/2) dt + s dW
        """
        from derive.stochastic.calculus import transform

        return transform(self, new, map, inverse, domain)

    def commutative(self) -> bool | None:
        """Whether the noise commutes: Σ_j B_jk ∂_j B_il = Σ_j B_jl ∂_j B_ik; True, False or None (undecided).

        Then Milstein's scheme needs no Lévy areas.
        """
        from derive.stochastic.calculus import commutative

        return commutative(self)

    def moments(self, order: int = 2, x0: Any = None, closure: str | None = None) -> Moments:
        """The moment equations dE[x^α]/dt = E[L x^α] for |α| ≤ order, solved where they close.

        The coefficients must be polynomials in the states. x0: the start, symbols x0, y0, … if not given. closure:
        None, "gaussian" or "cumulant" sets cumulants beyond the order to 0: no exact moments then. The result has
        .mean (n), .covariance (n×n), [monomial], .equations, .open; StochasticError for other coefficients.

        >>> import sympy as sp
        >>> x, t = sp.symbols("x t", real=True); theta, sigma = sp.symbols("theta sigma", positive=True)
        >>> SDE(x, -theta*x, sigma, t).moments().mean
        (x0*exp(-t*theta),)
        """
        from derive.stochastic.laws.moments import moments
        from derive.stochastic.reals import in_time

        return in_time(lambda: moments(self, order, x0, closure), "moments")

    def stationary(self, domain: Any = None, wall: str | None = None) -> Density:
        """The stationary density p_s, L* p_s = 0, ∫ p_s = 1.

        One state: p_s ∝ e^{∫2a/b²}/b², normalised by structure, or with a current on a circle (wall="periodic").
        Several: by Lyapunov's equation, or by potential conditions, velocities odd under time reversal (Klein-Kramers).
        domain: (lo, hi) for each state, that of the process if not given. Z may be a stated integral.
        The result has .value, .given (conditions), .evidence, .current; Unsolvable says why there is none.
        """
        from derive.stochastic.laws.stationary import stationary
        from derive.stochastic.reals import on_the_reals

        return on_the_reals(stationary, self, domain, wall)

    def irreversibility(self, odd: Any = None) -> Irreversibility:
        """The entropy production σ of a linear process at rest, its current v p and the process run backwards.

        odd: the states that are odd under time reversal (velocities). The result has .production, .velocity,
        .circulation, .reversed; Unsolvable where the drift is not linear or the reversed paths are impossible.

        >>> import sympy as sp
        >>> x, y, t = sp.symbols("x y t", real=True); k, c, sigma = sp.symbols("k c sigma", positive=True)
        >>> SDE([x, y], [-k*x + c*y, -c*x - k*y], sp.eye(2)*sigma, t).irreversibility().production
        2*c**2/k
        """
        from derive.stochastic.laws.irreversibility import irreversibility
        from derive.stochastic.reals import in_time

        return in_time(lambda: irreversibility(self, odd), "irreversibility")

    def autocovariance(self, tau: Any) -> Correlation:
        """C(τ) = Cov(X_{t+τ}, X_t), τ ≥ 0, of the stationary process: e^{Aτ} S for a linear drift; .value, .given.

        A scalar for one state, n×n for several. Unsolvable where the drift is not linear or not stable.
        """
        from derive.stochastic.laws.correlations import autocovariance
        from derive.stochastic.reals import in_time

        return in_time(lambda: autocovariance(self, side(tau)), "autocovariance")

    def spectral_density(self, omega: Any) -> Correlation:
        """S(ω) = ∫ C(τ) e^{−iωτ} dτ over the line, ω real: (iω − A)⁻¹ Q (−iω − Aᵀ)⁻¹ for a linear drift.

        >>> import sympy as sp
        >>> x, t, w = sp.symbols("x t omega", real=True); theta, sigma = sp.symbols("theta sigma", positive=True)
        >>> SDE(x, -theta*x, sigma, t).spectral_density(w).value
        sigma**2/(omega**2 + theta**2)
        """
        from derive.stochastic.laws.correlations import spectral_density
        from derive.stochastic.reals import in_time

        return in_time(lambda: spectral_density(self, side(omega)), "spectral density")

    def transition(self, x0: Any = None, s: Any = 0, wall: Any = None) -> Density:
        """The density p(x, t | x0, s) of X_t given X_s = x0: ∂_t p = L* p, p → δ(x − x0) for t → s.

        wall: what happens at ends that are reached: "absorbing", "reflecting", a pair of these, or "periodic"
        (scalar processes). Unsolvable names the ways that were tried; StochasticError asks for a wall.
        """
        from derive.stochastic.laws.transition import transition
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solutions.solution import start

        return on_the_reals(transition, self, start(self, x0), exact(side(s)), wall)

    def solve(self, x0: Any = None) -> Solution:
        """X_t from X_0 = x0 as a function of t, W_k(t), ∫ φ dW and ∫ φ ds, put back through Itô's lemma.

        The result has .value (scalar) or .values, .method, .given; Unsolvable tells Lamperti's form instead.

        >>> import sympy as sp
        >>> t, mu = sp.symbols("t mu", real=True); x, s = sp.symbols("x s", positive=True)
        >>> SDE(x, mu*x, s*x, t, domain=(0, sp.oo)).solve(1).value
        exp(mu*t - s**2*t/2 + s*W(t))
        """
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solutions.solution import solve, start

        return on_the_reals(solve, self, start(self, x0))

    def reverse(self, p: Any) -> SDE:
        """dX = (a − ∇·(B ρ Bᵀ) − B ρ Bᵀ ∇ log p) dt + B dW̄ with t running backwards on the same clock (Anderson 1982).

        p(x, t): the density of the process, which need not be normalised.
        """
        from derive.stochastic.transforms import reverse

        return reverse(self, exact(side(p)))

    def probability_flow(self, p: Any) -> Vector:
        """v = a − ½ ∇·(B ρ Bᵀ) − ½ B ρ Bᵀ ∇ log p: the ordinary equation ẋ = v has the same marginals p."""
        from derive.stochastic.transforms import probability_flow

        return probability_flow(self, exact(side(p)))

    def girsanov(self, u: Any) -> Girsanov:
        """The process under dQ = Z dP, dZ = Z uᵀρ⁻¹ dW: dW − u dt is a Wiener process and the drift is a + B u.

        u: one expression for each noise. The result has .process, .log_density: (−½ uᵀρ⁻¹u, ρ⁻¹u).
        """
        from derive.stochastic.transforms import girsanov

        return girsanov(self, u)

    def doob(self, h: Any) -> SDE:
        """Doob's h-transform, drift a + B ρ Bᵀ ∇ log h; StochasticError if ∂_t h + L h is proven not to vanish."""
        from derive.stochastic.transforms import doob

        return doob(self, exact(side(h)))

    def boundary(self, end: Any) -> Boundary:
        """Feller's kind of an end of a scalar process: regular, exit, entrance or natural, by cases of the parameters.

        The result has .kind, .cases and .reason (how scale and speed go there).
        """
        from derive.stochastic.exits.boundaries import boundary
        from derive.stochastic.reals import in_time

        return in_time(lambda: boundary(self, exact(side(end))), "boundary")

    def exit_probability(self, a: Any, b: Any) -> Passage:
        """P(X leaves (a, b) at b) = (S(x) − S(a))/(S(b) − S(a)) as a function of the start x; L S = 0.

        StochasticError for an end that is never reached first.

        >>> import sympy as sp
        >>> x, t = sp.symbols("x t", real=True)
        >>> print(SDE(x, 0, 1, t).exit_probability(-1, 2))
        (x + 1)/3
        """
        from derive.stochastic.exits.passage import exit_probability
        from derive.stochastic.reals import on_the_reals

        return on_the_reals(exit_probability, self, exact(side(a)), exact(side(b)))

    def mean_exit_time(self, a: Any, b: Any, walls: tuple[str, str] | None = None, power: int = 1) -> Passage:
        """u(x) = E T^power for the time T to leave (a, b) from x: L u = −1, u(a) = u(b) = 0 for power 1.

        walls: what happens at a and at b, "absorbing" (the default) or "reflecting" (u′ = 0).

        >>> import sympy as sp
        >>> x, t = sp.symbols("x t", real=True)
        >>> print(SDE(x, 0, 1, t).mean_exit_time(-1, 1))
        1 − x²
        """
        from derive.stochastic.exits.passage import mean_exit_time
        from derive.stochastic.reals import on_the_reals

        kinds = ("absorbing", "absorbing") if walls is None else tuple(walls)
        return on_the_reals(mean_exit_time, self, exact(side(a)), exact(side(b)), kinds, power)

    def exit_time(self, a: Any, b: Any, x0: Any = None, walls: tuple[str, str] | None = None) -> Passage:
        """The law of the time T to leave (a, b): its density as .value where closed, else E e^{−λT} (.laplace).

        walls: at a and at b "absorbing" (the default), "reflecting", or "uncounted": absorbing, with T = ∞ then.
        """
        from derive.stochastic.exits.exit_laws import exit_time
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solutions.solution import start

        kinds = ("absorbing", "absorbing") if walls is None else tuple(walls)
        return on_the_reals(exit_time, self, exact(side(a)), exact(side(b)), start(self, x0), kinds)

    def first_passage(self, level: Any, x0: Any = None, wall: str | None = None) -> Passage:
        """The law of the first time T at a level: its density as .value where closed, else E e^{−λT} (.laplace).

        x0 must be on one side of the level for all parameters: StochasticError asks for a relation otherwise. wall:
        what happens at an end of the domain behind the start that is reached, "absorbing" or "reflecting".
        """
        from derive.stochastic.exits.first_passage import first_passage
        from derive.stochastic.reals import on_the_reals
        from derive.stochastic.solutions.solution import start

        return on_the_reals(first_passage, self, exact(side(level)), start(self, x0), wall)

    def feynman_kac(self, data: Any, potential: Any = 0, wall: Any = None, source: Any = 0) -> FeynmanKac:
        """u(x, t) = E[data(X_t) exp(−∫ V ds) + ∫ source(X_s) exp(−∫ V) ds], V the potential, t the time that is left:
        ∂_t u = L u − V u + source, u(x, 0) = data.

        wall: what happens at an end that can be reached, "absorbing" or "reflecting".
        """
        from derive.stochastic.expectations.feynman_kac import feynman_kac
        from derive.stochastic.reals import on_the_reals

        parts = (exact(side(data)), exact(side(potential)))
        return on_the_reals(feynman_kac, self, *parts, wall, exact(side(source)))

    def path_integral(self, alpha: Any = 0) -> PathIntegral:
        """The Onsager-Machlup action in the discretisation α, with its Jacobian, and what follows from it."""
        from derive.stochastic.paths.path_integral import PathIntegral

        return PathIntegral.of(self, exact(side(alpha)))

    def to_walk(self, h: Any) -> ConsistentWalk:
        """A random walk of spacing h with this process as its limit, valid under a stated condition on the step."""
        from derive.stochastic.walks.consistent import to_walk

        return to_walk(self, exact(side(h)))

    def simulate(self, x0: Any, until: float, steps: int, paths: int, **options: Any) -> Any:
        """Paths by `numerics.simulate`, or by exact steps with method="exact" where a law is known.

        options: method ("euler", "milstein", "heun", "srk", "taylor2", "exact"), at={parameter: number},
        generator, dtype, device, boundary, store, compile. The result has .times and [state], tensors of torch: stored
        times × paths.
        """
        from derive.stochastic.simulated.simulation import simulate

        return simulate(self, x0, until, steps, paths, **options)


def replace_sde(sde: SDE, **changes: Any) -> SDE:
    """The SDE with some of its parts changed."""
    return SDE(**{part.name: changes.get(part.name, getattr(sde, part.name)) for part in fields(SDE)})
