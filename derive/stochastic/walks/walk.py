"""Random walks: any finite set of jumps whose probabilities may depend on place and time.

Reference: W. Feller, An Introduction to Probability Theory, vol. 1, ch. 3 and 14 (laws, the gambler's ruin).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import assumptions, side
from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import exact, tidy

if TYPE_CHECKING:
    from derive.stochastic.exits.passage import Passage
    from derive.stochastic.walks.first_visit import FirstVisit
    from derive.stochastic.walks.kramers_moyal import WalkLimit
    from derive.stochastic.walks.local_limit import LocalLimit
    from derive.stochastic.walks.walls import WalledWalk

SITES = {"start": sp.S.Zero, "middle": sp.Rational(1, 2), "end": sp.S.One}


@dataclass(frozen=True)
class RandomWalk:
    """At each time step τ the walker jumps by j_i with probability p_i; what is left of 1 stays.

    jumps: pairs (jump, probability); a jump is a length (a multiple of the spacing) or a tuple of lengths, a
    probability may depend on the states, the time and the spacing. spacing: the symbol h that goes to 0. time_step: τ,
    an expression in h (h² diffusive, h ballistic) or a symbol of its own. site: where the probability of a jump from x
    by j is taken: "start" (at x, Itô), "middle" (at x + j/2), "end". StochasticError if the probabilities add up to
    something else than 1 (where nothing is left to stay) or exceed it for numbers.

    >>> h, x, v, D = sp.symbols("h x v D")
    >>> walk = RandomWalk([(h, sp.Rational(1, 2) + v*h/(4*D)), (-h, sp.Rational(1, 2) - v*h/(4*D))], h, h**2/(2*D))
    >>> walk.limit().drift, walk.limit().covariance[0, 0]
    ((v,), 2*D)
    """

    jumps: tuple[tuple[tuple[Any, ...], Any], ...]
    spacing: sp.Symbol
    time_step: Any
    states: tuple[sp.Symbol, ...]
    t: sp.Symbol
    site: str
    given: tuple[Any, ...]

    def __init__(
        self,
        jumps: Iterable[tuple[Any, Any]],
        spacing: sp.Symbol,
        time_step: Any,
        states: Any = None,
        t: Any = None,
        site: str = "start",
        given: Iterable[Any] | Any = (),
    ) -> None:
        pairs = tuple(
            (
                tuple(exact(side(j)) for j in (jump if isinstance(jump, Sequence | sp.Tuple) else (jump,))),
                exact(side(c)),
            )
            for jump, c in jumps
        )
        sizes = {len(jump) for jump, _ in pairs}
        if len(sizes) != 1:
            raise StochasticError(
                f"jumps must all have as many components as there are states; found {sizes or 'none'}"
            )
        if not isinstance(spacing, sp.Symbol):
            raise StochasticError(f"the spacing is the symbol that goes to 0, not {spacing!r}")
        if site not in SITES:
            raise StochasticError(f"site is one of {', '.join(SITES)}: where a probability is taken; got {site!r}")
        n = sizes.pop()
        names = sp.symbols("x") if n == 1 else sp.symbols(f"x1:{n + 1}")
        x = names if states is None else states
        x = tuple(x) if isinstance(x, Sequence | sp.Tuple) else (x,)
        if len(x) != n:
            raise StochasticError(f"the jumps have {n} components, but {len(x)} states are named")
        for name, value in (
            ("jumps", pairs),
            ("spacing", spacing),
            ("time_step", exact(side(time_step))),
            ("states", x),
            ("t", sp.Symbol("t") if t is None else t),
            ("site", site),
            ("given", tuple(map(exact, assumptions(given)))),
        ):
            object.__setattr__(self, name, value)
        self._check()

    def _check(self) -> None:
        for jump, chance in self.jumps:
            if chance.is_number and (chance.is_negative or (1 - chance).is_negative):
                raise StochasticError(
                    f"the probability {plain(chance)} of the jump {plain(jump)} does not lie between 0 and 1"
                )
        stays = self.stay
        if stays.is_number and stays.is_negative:
            raise StochasticError(f"the probabilities add up to {plain(1 - stays)}, more than 1")

    @property
    def stay(self) -> Any:
        """The probability to stay beyond the jumps listed, 1 − Σ p_i."""
        return tidy(1 - sp.Add(*(chance for _, chance in self.jumps)), (*self.states, self.t))

    @property
    def complete(self) -> bool | None:
        """Whether the listed probabilities add up to 1."""
        return is_zero(self.stay, self.given)

    def master_equation(self, p: Any = None) -> Any:
        """P(x, t+τ) = Σ_i p_i(x − j_i, t) P(x − j_i, t) + (1 − Σ p_i(x, t)) P(x, t), p_i at the chosen site."""
        law = sp.Function("P") if p is None else p
        x, t = self.states, self.t
        arrivals = []
        for jump, _ in self.jumps:
            origin = tuple(y - j for y, j in zip(x, jump, strict=True))
            chance = self.chance_from(jump).subs(dict(zip(x, origin, strict=True)), simultaneous=True)
            arrivals.append(chance * law(*origin, t))
        stays = 1 - sp.Add(*(self.chance_from(jump) for jump, _ in self.jumps))
        stays = sp.S.Zero if is_zero(stays, self.given) is True else stays
        return sp.Eq(law(*x, t + self.time_step), sp.Add(*arrivals, stays * law(*x, t)), evaluate=False)

    def chance_from(self, jump: tuple[Any, ...]) -> Any:
        """The probability of the jump as a function of the site at which it starts."""
        chance = next(c for j, c in self.jumps if j == jump)
        theta = SITES[self.site]
        table = {y: y + theta * j for y, j in zip(self.states, jump, strict=True)}
        return chance.subs(table, simultaneous=True) if theta else chance

    def moment(self, *indices: int) -> Any:
        """M_{i…k} = Σ p j_i … j_k / τ: the Kramers-Moyal coefficient, exact in the spacing. Indices count from 0."""
        from derive.stochastic.walks.kramers_moyal import moment

        return moment(self, indices)

    def kramers_moyal(self, order: int = 4) -> tuple[Any, ...]:
        """(M_1, …, M_order) of a walk on the line, exact in the spacing."""
        if len(self.states) != 1:
            raise StochasticError("kramers_moyal lists the coefficients on the line; use moment(i, j, …) in space")
        return tuple(tidy(self.moment(*([0] * k)), (*self.states, self.t)) for k in range(1, order + 1))

    def limit(self, given: Any = None) -> WalkLimit:
        """The diffusion limit as an SDE, with `.scaling` and the `.neglected` terms; see `kramers_moyal.limit`."""
        from derive.stochastic.walks.kramers_moyal import limit

        return limit(self if given is None else self.where(given))

    def where(self, table: Any) -> RandomWalk:
        """The walk with symbols replaced, as {dt: h**2/(2*D)}."""
        jumps = [(tuple(j.subs(table) for j in jump), chance.subs(table)) for jump, chance in self.jumps]
        return RandomWalk(jumps, self.spacing, self.time_step.subs(table), self.states, self.t, self.site, self.given)

    @property
    def homogeneous(self) -> bool:
        """Whether no probability depends on place or time."""
        return not any(chance.has(*self.states, self.t) for _, chance in self.jumps)

    def characteristic(self, k: Any, steps: Any = 1) -> Any:
        """E exp(i k·(X_n − X_0)) = (Σ p_j e^{i k·j} + stay)ⁿ of a homogeneous walk."""
        self._need_homogeneous("a characteristic function of the n-step law")
        wave = tuple(map(side, k)) if isinstance(k, Sequence | sp.Tuple) else (side(k),)
        one = sp.Add(
            *(
                chance * sp.exp(sp.I * sp.Add(*(q * j for q, j in zip(wave, jump, strict=True))))
                for jump, chance in self.jumps
            ),
            self.stay,
        )
        return one ** side(steps)

    def generating_function(self, z: Any, steps: Any = 1) -> Any:
        """E z^{(X_n − X_0)/h} = (Σ p_j z^{j/h} + stay)ⁿ of a homogeneous walk; in space z has a component for each."""
        self._need_homogeneous("a generating function of the n-step law")
        bases = tuple(map(side, z)) if isinstance(z, Sequence | sp.Tuple) else (side(z),)
        if len(bases) != len(self.states):
            raise StochasticError(f"{len(self.states)} states need as many variables; got {plain(bases)}")
        one = self.stay
        for jump, chance in self.jumps:
            powers = [sp.cancel(j / self.spacing) for j in jump]
            one += chance * sp.Mul(*(b**k for b, k in zip(bases, powers, strict=True)))
        return one ** side(steps)

    def mean(self, steps: Any = 1) -> Any:
        """E(X_n − X_0) = n Σ p j of a homogeneous walk; a tuple in space."""
        self._need_homogeneous("a closed mean")
        parts = [tidy(side(steps) * self.moment(i) * self.time_step, ()) for i in range(len(self.states))]
        return parts[0] if len(parts) == 1 else tuple(parts)

    def variance(self, steps: Any = 1) -> Any:
        """Var X_n = n (Σ p j² − (Σ p j)²) of a homogeneous walk; the covariance matrix in space."""
        self._need_homogeneous("a closed variance")
        n, tau = range(len(self.states)), self.time_step

        def entry(i: int, j: int) -> Any:
            return tidy(side(steps) * (tau * self.moment(i, j) - tau**2 * self.moment(i) * self.moment(j)), ())

        return entry(0, 0) if len(n) == 1 else sp.ImmutableDenseMatrix(len(n), len(n), entry)

    def first_passage(self, level: Any) -> FirstVisit:
        """The law of the first visit to `level` (in units of the spacing, from 0); see `first_visit`."""
        from derive.stochastic.walks.first_visit import first_visit

        return first_visit(self, side(level))

    def law(self, steps: Any, place: Any) -> Any:
        """P(X_n − X_0 = place · spacing) of a homogeneous walk on the line whose jumps are multiples of the spacing.

        Two jumps: the binomial law. More: the sum over how often each jump was made (multinomial); closed where the
        counts are determined. `place` and `steps` may be symbols (integers).
        """
        self._need_homogeneous("a closed n-step law")
        table: dict[Any, Any] = {}
        for jump, chance in (*self.jumps, (((0,) * len(self.states)), self.stay)):
            if len(jump) != 1:
                raise StochasticError("law(n, place) is for walks on the line; use probabilities(n) in space")
            steplength = sp.cancel(jump[0] / self.spacing)
            if not steplength.is_Integer:
                raise StochasticError(f"the jump {plain(jump[0])} is no multiple of the spacing {plain(self.spacing)}")
            table[steplength] = table.get(steplength, 0) + chance
        table = {j: c for j, c in table.items() if is_zero(c, self.given) is not True}
        n, m = side(steps), side(place)
        (first, p), *others = sorted(table.items())
        if not others:
            return sp.Piecewise((1, sp.Eq(m, n * first)), (0, True))
        (second, q), *more = others
        counts = [sp.Dummy(f"n_{j}", integer=True, nonnegative=True) for j, _ in more]
        used, distance = sp.Add(*counts), sp.Add(*(c * j for c, (j, _) in zip(counts, more, strict=True)))
        ahead = (m - distance - first * (n - used)) / (second - first)
        behind = n - used - ahead
        ways = sp.factorial(n) / (
            sp.Mul(*(sp.factorial(c) for c in counts)) * sp.factorial(ahead) * sp.factorial(behind)
        )
        term = ways * p**behind * q**ahead * sp.Mul(*(c**k for k, (_, c) in zip(counts, more, strict=True)))
        whole = sp.And(sp.Eq(sp.Mod(ahead, 1), 0), sp.Ge(ahead, 0), sp.Ge(behind, 0))
        if not counts:
            return sp.Piecewise((sp.binomial(n, ahead) * p**behind * q**ahead, whole), (0, True))
        summand = sp.Piecewise((term, whole), (0, True))
        return sp.Sum(summand, *((c, 0, n) for c in counts))

    def local_limit(self, steps: Any, place: Any) -> LocalLimit:
        """P(X_n − X_0 = place · spacing) for many steps by de Moivre and Laplace, with the order of the error."""
        from derive.stochastic.walks.local_limit import local_limit

        return local_limit(self, steps, place)

    def probabilities(self, steps: int, start: Any = None, at: Any = None) -> dict[Any, Any]:
        """The exact law after so many steps: {site (multiples of the spacing): probability}, by the master equation.

        Probabilities may depend on place and time: then `at` gives numbers for the spacing and the parameters, so that
        every probability becomes a number. Exact rationals where the data are.
        """
        table = dict(at or {})
        h = table[self.spacing] = side(table.get(self.spacing, 1))
        n = len(self.states)
        origin = (0,) * n if start is None else tuple(start) if isinstance(start, Sequence) else (start,)
        law: dict[tuple[Any, ...], Any] = {tuple(map(Fraction, origin)): sp.S.One}
        tau = self.time_step.subs(table)
        for step in range(int(steps)):
            after: dict[tuple[Any, ...], Any] = {}
            for site, weight in law.items():
                here = {y: sp.Rational(s.numerator, s.denominator) * h for y, s in zip(self.states, site, strict=True)}
                left = sp.S.One
                for jump, _ in self.jumps:
                    chance = self.chance_from(jump).subs({**here, self.t: step * tau, **table})
                    left -= chance
                    if chance.is_negative or left.is_negative:
                        raise StochasticError(
                            f"at {plain(here)} the jump {plain(jump)} has the probability {plain(chance)} and "
                            f"{plain(left)} is left to stay: no "
                            f"law; take a smaller spacing, or stay where they lie between 0 and 1"
                        )
                    by = [sp.nsimplify(sp.cancel(j.subs({**here, self.t: step * tau, **table}) / h)) for j in jump]
                    if not all(b.is_Rational for b in by):
                        raise StochasticError(
                            f"the jump {plain(jump)} is no rational multiple of the spacing; give numbers `at`"
                        )
                    goal = tuple(s + Fraction(int(b.p), int(b.q)) for s, b in zip(site, by, strict=True))
                    after[goal] = after.get(goal, sp.S.Zero) + weight * chance
                if left != 0:
                    after[site] = after.get(site, sp.S.Zero) + weight * left
            law = {site: sp.expand(weight) for site, weight in after.items() if weight != 0}
        named = {
            tuple(int(s) if s.denominator == 1 else sp.Rational(s.numerator, s.denominator) for s in site): weight
            for site, weight in law.items()
        }
        return {site[0] if n == 1 else site: named[site] for site in sorted(named)}

    def ruin(self, start: Any, goal: Any) -> tuple[Any, Any]:
        """(probability to reach `goal` or beyond before 0 or below, expected number of steps) of a homogeneous walk.

        In units of the spacing. From u(k) = p u(k+1) + q u(k−1) + r u(k); Piecewise where p = q is not excluded. For
        longer jumps u(k) = Σ p_j u(k+j) is solved as linear equations where start and goal are numbers, by sums over
        the roots of Σ p_j r^j = 1 where they are symbols. goal = oo: P(never at 0) and the expected steps to 0.
        """
        self._need_homogeneous("the gambler's ruin")
        steps = {sp.cancel(jump[0] / self.spacing): chance for jump, chance in self.jumps if len(jump) == 1}
        steps = {jump: chance for jump, chance in steps.items() if jump != 0}
        if side(goal) == sp.oo:
            from derive.stochastic.walks.ruin import never_ruined

            return never_ruined(steps, side(start), self.given)
        if set(steps) != {sp.S.One, sp.S.NegativeOne}:
            from derive.stochastic.walks.first_visit import ruin_by_equations
            from derive.stochastic.walks.ruin import ruin_by_roots

            if side(start).is_Integer and side(goal).is_Integer:
                return ruin_by_equations(steps, side(start), side(goal))
            return ruin_by_roots(steps, side(start), side(goal), self.given)
        p, q = steps[sp.S.One], steps[sp.S.NegativeOne]
        k, n = side(start), side(goal)
        fair = is_zero(p - q, self.given)
        ratio = tidy(q / p)
        win, time = (1 - ratio**k) / (1 - ratio**n), None
        time = (n * win - k) / (p - q)
        even = k / n, k * (n - k) / (2 * p)
        if fair is True:
            return even
        if fair is False and (p - q).is_number:
            return win, time
        return tuple(sp.Piecewise((e, sp.Eq(p, q)), (u, True)) for e, u in zip(even, (win, time), strict=True))  # type: ignore[return-value] - a pair

    def between(self, low: Any, high: Any, walls: Any = "absorbing") -> WalledWalk:
        """The walk between two walls, in units of the spacing; see `walls.between`."""
        from derive.stochastic.walks.walls import between

        return between(self, low, high, walls)

    def ruin_in_the_limit(self, a: Any, b: Any) -> Passage:
        """The exit probability of the limit, with the evidence that the gambler's ruin tends to it."""
        from derive.stochastic.walks.walls import ruin_in_the_limit

        return ruin_in_the_limit(self, a, b)

    def _need_homogeneous(self, what: str) -> None:
        if not self.homogeneous:
            raise StochasticError(
                f"{what} needs probabilities without {plain(self.states)} and {plain(self.t)}; use probabilities(n)"
            )

    def __str__(self) -> str:
        parts = [f"{', '.join(plain(j) for j in jump)} with probability {plain(chance)}" for jump, chance in self.jumps]
        return f"walk in steps of {plain(self.time_step)}: " + "; ".join(parts)


def product_walk(*walks: RandomWalk) -> RandomWalk:
    """Independent walks side by side, one for each axis, with a common spacing and time step."""
    first = walks[0]
    if any(w.spacing != first.spacing or w.time_step != first.time_step or len(w.states) != 1 for w in walks):
        raise StochasticError("walks side by side need one spacing, one time step and one state each")
    choices = [[*((jump[0], chance) for jump, chance in w.jumps), (sp.S.Zero, w.stay)] for w in walks]
    jumps = [
        (tuple(j for j, _ in combo), sp.Mul(*(c for _, c in combo)))
        for combo in product(*choices)
        if any(j != 0 for j, _ in combo) and sp.Mul(*(c for _, c in combo)) != 0
    ]
    return RandomWalk(
        jumps, first.spacing, first.time_step, tuple(w.states[0] for w in walks), first.t, first.site, first.given
    )
