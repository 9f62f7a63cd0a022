"""Nearest-neighbour walks between walls: the exact law by reflection and by eigenfunctions, and what ruin tends to.

On 0…N with absorption (Feller, vol. 1, eq. XIV.5.7): P_n(k → j) = (2/N) (p/q)^{(j−k)/2} Σ_v (r + 2√(pq) cos πv/N)ⁿ
sin(πvk/N) sin(πvj/N). Half-line, absorbing at 0: b_n(j − k) − (q/p)^k b_n(j + k); reflecting between −1 and 0 with
p = q: b_n(j − k) + b_n(j + k + 1), b_n the free law. Two reflecting walls for any p, unequal walls for p = q.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.printing import plain
from derive.stochastic.checking import same, settled, together
from derive.stochastic.errors import StochasticError, Unsolvable

if TYPE_CHECKING:
    from derive.stochastic.exits.passage import Passage
    from derive.stochastic.walks.walk import RandomWalk

KINDS = ("absorbing", "reflecting")
TRIED = 5


@dataclass(frozen=True)
class WalledWalk:
    """A walk on the sites low…high (high may be oo), in units of the spacing.

    An absorbing wall is a site that is never left; at a reflecting wall a jump beyond the last site is not made (the
    walker stays), so the mirror lies half a spacing outside.
    """

    walk: RandomWalk
    low: Any
    high: Any
    walls: tuple[str, str]

    def probabilities(self, steps: int, start: int) -> dict[int, Any]:
        """The exact law after so many steps by the master equation: {site: probability}."""
        p, q, r = steps_of(self.walk)
        law: dict[int, Any] = {start: sp.S.One}
        for _ in range(steps):
            after: dict[int, Any] = {}
            for site, mass in law.items():
                for goal, chance in self._moves(site, p, q, r):
                    after[goal] = after.get(goal, sp.S.Zero) + mass * chance
            law = {site: sp.expand(mass) for site, mass in after.items() if mass != 0}
        return dict(sorted(law.items()))

    def _moves(self, site: int, p: Any, q: Any, r: Any) -> list[tuple[int, Any]]:
        ends = ((self.low, self.walls[0], -1, q), (self.high, self.walls[1], 1, p))
        moves = {site + 1: p, site - 1: q, site: r}
        for end, kind, direction, chance in ends:
            if site == end and kind == "absorbing":
                return [(site, sp.S.One)]
            if site == end:
                del moves[site + direction]
                moves[site] += chance
        return list(moves.items())

    def law(self, steps: Any, start: Any, place: Any) -> Any:
        """P(X_n = place | X_0 = start) at sites that are no absorbing walls, as a closed form or a finite sum.

        Checked against the master equation. Unsolvable for walls that are not in the table (unequal walls, or one
        reflecting wall, with p ≠ q).
        """
        n, k, j = side(steps), side(start) - self.low, side(place) - self.low
        p, q, r = steps_of(self.walk)
        if self.high == sp.oo:
            value = self._half_line(n, k, j, p, q)
        elif self.walls == ("absorbing", "absorbing"):
            size, v = self.high - self.low, sp.Symbol("v", integer=True, positive=True)
            wave = (r + 2 * sp.sqrt(p * q) * sp.cos(sp.pi * v / size)) ** n
            term = wave * sp.sin(sp.pi * v * k / size) * sp.sin(sp.pi * v * j / size)
            value = 2 / size * (p / q) ** ((j - k) / 2) * sp.Sum(term, (v, 1, size - 1))
        elif self.walls == ("reflecting", "reflecting") and same(p, q):
            size, v = self.high - self.low + 1, sp.Symbol("v", integer=True, positive=True)
            wave = (r + 2 * p * sp.cos(sp.pi * v / size)) ** n
            term = wave * sp.cos(sp.pi * v * (2 * k + 1) / (2 * size)) * sp.cos(sp.pi * v * (2 * j + 1) / (2 * size))
            value = 1 / size + 2 / size * sp.Sum(term, (v, 1, size - 1))
        elif self.walls == ("reflecting", "reflecting"):
            size, v = self.high - self.low + 1, sp.Symbol("v", integer=True, positive=True)
            value = _tilted(n, k, j, (p, q, r), size, v)
        elif same(p, q):
            size, v = self.high - self.low, sp.Symbol("v", integer=True, positive=True)
            first, last = (k, j) if self.walls[0] == "reflecting" else (size - k, size - j)
            angle = sp.pi * (2 * v - 1) / (2 * size + 1)
            term = sp.cos(angle * (first + sp.S.Half)) * sp.cos(angle * (last + sp.S.Half))
            value = 4 / (2 * size + 1) * sp.Sum((r + 2 * p * sp.cos(angle)) ** n * term, (v, 1, size))
        else:
            raise Unsolvable(
                f"no closed law for the walls {self.walls} with p = {plain(p)}, q = {plain(q)}; use probabilities(n, k)"
            )
        self._compare(value, n, side(start), side(place))
        return value

    def stationary(self, place: Any) -> Any:
        """The stationary law between two reflecting walls: ρ^j (1 − ρ)/(1 − ρ^N), ρ = p/q, N sites (1/N if p = q)."""
        if self.walls != ("reflecting", "reflecting") or self.high == sp.oo:
            raise StochasticError("there is a stationary law between two reflecting walls; absorbing ones take all")
        p, q, _ = steps_of(self.walk)
        size, ratio = self.high - self.low + 1, p / q
        if same(p, q):
            return 1 / sp.sympify(size)
        return ratio ** (side(place) - self.low) * (1 - ratio) / (1 - ratio**size)

    def _half_line(self, n: Any, k: Any, j: Any, p: Any, q: Any) -> Any:
        free = self.walk.law
        if self.walls[0] == "absorbing":
            return free(n, j - k) - (q / p) ** k * free(n, j + k)
        if not same(p, q):
            raise Unsolvable("a reflecting wall with p ≠ q has no law by images; use probabilities(n, k)")
        return free(n, j - k) + free(n, j + k + 1)

    def _compare(self, value: Any, n: Any, start: Any, place: Any) -> None:
        """The closed form at small numbers against the master equation; StochasticError where they differ."""
        top = 4 if self.high == sp.oo or self.high.free_symbols else self.high - self.low
        table = {} if self.high == sp.oo or not self.high.free_symbols else {self.high: self.low + top}
        walled = WalledWalk(self.walk, self.low, self.high.subs(table) if table else self.high, self.walls)
        inner = 1 if "absorbing" in self.walls else 0
        for step, (a, b) in enumerate(((1, 1), (inner, 2), (2, inner), (1, 2), (2, 2))[:TRIED], 1):
            points = {n: sp.Integer(step), start: self.low + a, place: self.low + b}
            numbers = {key: v for key, v in points.items() if key.free_symbols}
            if len(numbers) < 3:
                return
            got = sp.sympify(value).subs(table).subs(numbers).doit()
            want = walled.probabilities(step, int(self.low + a)).get(int(self.low + b), sp.S.Zero)
            samples = {s: sp.Rational(1, 3) for s in (got - want).free_symbols}
            if abs(sp.N((got - want).subs(samples), 20)) > 1e-12:
                raise StochasticError(
                    f"the law fails its check at {plain(points)}: {plain(got)}, by the master equation {plain(want)}"
                )


def _tilted(n: Any, k: Any, j: Any, steps: tuple[Any, Any, Any], size: Any, v: Any) -> Any:
    """Two reflecting walls, p ≠ q, N sites 0…N−1: the functions ρ^k (sin (k+1)θ − ρ sin kθ), ρ = √(q/p), θ = πv/N, with
    the eigenvalue r + 2√(pq) cos θ and the norm N(1 − 2ρ cos θ + ρ²)/2 under the weight ρ^{−2j} (Feller, XVI.3)."""
    p, q, r = steps
    rho, angle = sp.sqrt(q / p), sp.pi * v / size

    def mode(at: Any) -> Any:
        return rho**at * (sp.sin((at + 1) * angle) - rho * sp.sin(at * angle))

    wave = (r + 2 * sp.sqrt(p * q) * sp.cos(angle)) ** n
    term = wave * mode(k) * mode(j) / (1 - 2 * rho * sp.cos(angle) + rho**2)
    rest = (p / q) ** j * (1 - p / q) / (1 - (p / q) ** size)
    return rest + 2 * (p / q) ** j / size * sp.Sum(term, (v, 1, size - 1))


def between(walk: RandomWalk, low: Any, high: Any, walls: Any = "absorbing") -> WalledWalk:
    """The walk on the sites low…high (high may be oo or a symbol) with walls of a kind, or a pair (lower, upper)."""
    pair = walls if isinstance(walls, tuple) else (walls, walls)
    if len(pair) != 2 or any(w not in KINDS for w in pair):
        raise StochasticError(f"walls is one of {', '.join(KINDS)}, or a pair of them; got {walls!r}")
    a, b = side(low), side(high)
    if (a - b).is_extended_nonnegative:
        raise StochasticError(f"there are no sites between {plain(low)} and {plain(high)}: give the lower wall first")
    steps_of(walk)
    return WalledWalk(walk, a, b, pair)


def steps_of(walk: RandomWalk) -> tuple[Any, Any, Any]:
    """(p, q, r): the probabilities of a step up, down, and of none, of a homogeneous nearest-neighbour walk."""
    if not walk.homogeneous or len(walk.states) != 1:
        raise StochasticError("walls are set to homogeneous walks on the line; use an SDE with a domain otherwise")
    steps = {sp.cancel(jump[0] / walk.spacing): chance for jump, chance in walk.jumps}
    if not set(steps) <= {sp.S.One, sp.S.NegativeOne, sp.S.Zero}:
        raise StochasticError(f"walls are set to jumps of one spacing up and down; the jumps are {plain(set(steps))}")
    p, q = steps.get(sp.S.One, sp.S.Zero), steps.get(sp.S.NegativeOne, sp.S.Zero)
    return p, q, walk.stay + steps.get(sp.S.Zero, sp.S.Zero)


def ruin_in_the_limit(walk: RandomWalk, a: Any, b: Any) -> Passage:
    """The exit probability of the diffusion limit, with the evidence that the gambler's ruin tends to it.

    From x the walker wins N = (b − a)/h before 0 with probability (1 − ρ^k)/(1 − ρ^N), k = (x − a)/h, ρ = q/p.
    """
    h, (x,) = walk.spacing, walk.states
    passage = walk.limit().exit_probability(a, b)
    win, _ = walk.ruin((x - side(a)) / h, (side(b) - side(a)) / h)
    win = win.args[-1][0] if isinstance(win, sp.Piecewise) else win
    from dataclasses import replace

    from derive.stochastic.paths.slices import limit_of_slices

    n = sp.Symbol("N", positive=True)
    found = limit_of_slices(sp.sympify(win).subs(h, 1 / n), n, walk.given)
    proof = settled(found.value, passage.value, passage.given, "the limit of the gambler's ruin")
    return replace(passage, evidence=together([passage.evidence, found.evidence, proof]))
