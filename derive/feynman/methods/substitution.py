"""Changes of the variable that bring an integral to a range and a form for which other methods are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.printing import plain
from derive.rules import Algebra, Substitute

SECONDS = 1.5
DEEPEST = 2
GROWTH = 1.6
ALLOWANCE = 14
# Of the time that is left, for the simplest change that has not been tried.
SHARE = 0.5


@dataclass(frozen=True)
class Change:
    """x = phi(u) with u from lower to upper; u grows with x or falls."""

    phi: Any
    lower: Any
    upper: Any
    why: str


class Substitution:
    """∫_a^b f(x) dx = ∫_α^β f(φ(u)) φ′(u) du for the φ that the functions in f and the range suggest."""

    name = "substitution"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value of the transformed integral; changes that complicate the integrand are left out."""
        if search.depth > DEEPEST:
            return
        u = _letter(problem)
        candidates = []
        for change in _changes(problem, u, search):
            body = search.limited(SECONDS, _transformed, problem, change, u)
            if body is None or body.has(sp.nan, sp.zoo, sp.oo) or problem.variable in body.free_symbols:
                continue
            if sp.count_ops(body) <= GROWTH * sp.count_ops(problem.integrand) + ALLOWANCE:
                candidates.append((sp.count_ops(body), change, body))
        candidates.sort(key=lambda item: item[0])
        for position, (_, change, body) in enumerate(candidates):
            down = change.lower is sp.oo or (change.upper is not sp.oo and (change.lower - change.upper).is_positive)
            low, high = (change.upper, change.lower) if down else (change.lower, change.upper)
            other = Problem(-body if down else body, u, low, high, problem.given)
            solved = search.solve(other, max(SHARE, 1 / (len(candidates) - position + 0.5)))
            if solved is None:
                continue
            steps = _steps(problem, change, u, other)
            yield Proposal(
                solved.value,
                f"{change.why}, {solved.proposal.route}",
                continued(steps, solved.value, solved),
                solved.proposal.conditions,
                solved.guessed,
            )


def _steps(problem: Problem, change: Change, u: sp.Symbol, other: Problem) -> Derivation:
    x = problem.variable
    slope = sp.diff(change.phi, u)
    sign = -1 if other.lower != change.lower else 1
    raw = sp.Integral(sign * problem.integrand.xreplace({x: change.phi}) * slope, (u, other.lower, other.upper))
    rule = Substitute(x, change.phi, u, change.lower, change.upper)
    steps = Derivation(problem.integral, problem.given).to(raw, rule)
    return steps if raw == other.integral else steps.to(other.integral, Algebra())


def _letter(problem: Problem) -> sp.Symbol:
    taken = {symbol.name for symbol in problem.integral.atoms(sp.Symbol)}
    return next(sp.Symbol(name, real=True) for name in ("u", "v", "w", "y", "z", "u_1") if name not in taken)


def _changes(problem: Problem, u: sp.Symbol, search: Search) -> Iterator[Change]:
    f, x, lower, upper = problem.integrand, problem.variable, problem.lower, problem.upper
    ends = lower, upper
    if f.has(TrigonometricFunction) and not any(end.is_infinite or end.free_symbols for end in ends):
        yield from _trigonometric(f, x, ends, u)
    if ends == (0, 1):
        if f.has(sp.log) or any(p.exp.free_symbols for p in f.atoms(sp.Pow) if p.base == x):
            yield Change(sp.exp(-u), sp.oo, sp.S.Zero, f"{x} = e^(−{u})")
        yield Change(u / (1 + u), sp.S.Zero, sp.oo, f"{x} = {u}/(1 + {u})")
        yield Change((1 - u) / (1 + u), sp.S.One, sp.S.Zero, f"{x} = (1 − {u})/(1 + {u})")
        yield Change(1 - u, sp.S.One, sp.S.Zero, f"{x} = 1 − {u}")
    if ends == (1, sp.oo):
        yield Change(1 / u, sp.S.One, sp.S.Zero, f"{x} = 1/{u}")
    if ends == (0, sp.oo) and f.has(sp.log, sp.sqrt(x), sp.atan):
        yield Change(1 / u, sp.oo, sp.S.Zero, f"{x} = 1/{u}")
    if lower.is_finite and upper is sp.oo and lower not in (0, 1):
        yield Change(lower + u, sp.S.Zero, sp.oo, f"{x} = {lower} + {u}")
    if lower.is_finite and upper.is_finite and lower != 0 and not f.has(TrigonometricFunction):
        yield Change(lower + (upper - lower) * u, sp.S.Zero, sp.S.One, f"{x} = {lower} + {upper - lower}{u}")
    if f.has(sp.atan(x)) and lower.is_nonnegative and not f.has(TrigonometricFunction):
        yield Change(sp.tan(u), sp.atan(lower), sp.pi / 2 if upper is sp.oo else sp.atan(upper), f"{x} = tan {u}")
    yield from _exponential(f, x, ends, u)
    yield from _algebraic(f, x, ends, u)
    yield from _inner(f, x, ends, u, search)


def _trigonometric(f: Any, x: sp.Symbol, ends: tuple[Any, Any], u: sp.Symbol) -> Iterator[Change]:
    """The tangent where f is rational in sin 2x, cos 2x, tan x, else the tangent of the half angle."""
    low, high = ends
    if low >= 0 and low < sp.pi / 2 and high <= sp.pi / 2:
        yield Change(sp.atan(u), sp.tan(low), sp.oo if high == sp.pi / 2 else sp.tan(high), f"{x} = arctan {u}")
    if low == 0 and high == sp.pi / 2:
        yield Change(sp.pi / 2 - u, sp.pi / 2, sp.S.Zero, f"{x} = π/2 − {u}")
    if low >= 0 and high <= sp.pi:
        upper = sp.oo if high == sp.pi else sp.tan(high / 2)
        yield Change(2 * sp.atan(u), sp.tan(low / 2), upper, f"{x} = 2 arctan {u}")


def _exponential(f: Any, x: sp.Symbol, ends: tuple[Any, Any], u: sp.Symbol) -> Iterator[Change]:
    """u = e^{−rx} where powers of e^{rx} stand in sums under roots, powers or functions."""
    powers = {node for node in f.atoms(sp.exp) if node.has(x)}
    inner = [arg for node in f.atoms(sp.Pow, sp.Function) - powers for arg in node.args if arg.is_Add and arg.has(x)]
    powers = [node for node in powers if any(arg.has(node) for arg in inner)]
    rates = [sp.cancel(node.args[0] / x) for node in powers]
    if not rates or any(rate.has(x) for rate in rates):
        return
    ratios = [sp.cancel(rate / rates[0]) for rate in rates]
    if not all(ratio.is_Rational for ratio in ratios):
        return
    rate = sp.Abs(rates[0]) * sp.gcd_list(ratios)
    if rate.is_positive and ends == (0, sp.oo):
        yield Change(-sp.log(u) / rate, sp.S.One, sp.S.Zero, f"{x} = {plain(-sp.log(u) / rate)}")
    if rate.is_positive and ends == (-sp.oo, sp.oo):
        yield Change(sp.log(u) / rate, sp.S.Zero, sp.oo, f"{x} = {plain(sp.log(u) / rate)}")


def _algebraic(f: Any, x: sp.Symbol, ends: tuple[Any, Any], u: sp.Symbol) -> Iterator[Change]:
    low, high = ends
    roots = {p.base for p in f.atoms(sp.Pow) if p.exp.is_Rational and not p.exp.is_Integer and x in p.base.free_symbols}
    if sp.expand(1 - x**2) in {sp.expand(root) for root in roots} and abs(low) <= 1 and abs(high) <= 1:
        yield Change(sp.sin(u), sp.asin(low), sp.asin(high), f"{x} = sin {u}")
        yield Change(sp.cos(u), sp.acos(low), sp.acos(high), f"{x} = cos {u}")
    if x in roots and low.is_nonnegative:
        yield Change(u**2, sp.sqrt(low), high if high is sp.oo else sp.sqrt(high), f"{x} = {u}²")
    if low == 0 and high is sp.oo and any(sp.expand(root - 1) == x**2 for root in roots):
        yield Change(sp.sinh(u), sp.S.Zero, sp.oo, f"{x} = sinh {u}")
        yield Change(sp.tan(u), sp.S.Zero, sp.pi / 2, f"{x} = tan {u}")
    powers = {p for p in f.atoms(sp.Pow) if p.base == x and p.exp.is_Integer}
    step = sp.Integer(0)
    for power in powers:
        step = sp.gcd(step, power.exp)
    bare = x in f.xreplace(dict.fromkeys(powers, sp.S.One)).free_symbols
    if step > 1 and not bare and low == 0 and high in (1, sp.oo):
        yield Change(u ** (1 / step), low, high, f"{x} = {u}^(1/{step})")


def _inner(f: Any, x: sp.Symbol, ends: tuple[Any, Any], u: sp.Symbol, search: Search) -> Iterator[Change]:
    """u = g(x) for functions g that stand inside others, where g can be solved for x on the range."""
    inside: dict[Any, None] = {}
    for node in sp.preorder_traversal(f):
        for arg in node.args if isinstance(node, (sp.Function, sp.Pow)) else ():
            for g in (arg, *sp.Mul.make_args(arg)):
                if x in g.free_symbols and g != x and isinstance(g, (sp.Function, sp.Pow)) and _alone(g, x):
                    inside[g] = None
    for g in sorted(inside, key=sp.count_ops)[:4]:
        found = search.limited(0.7, _inverse, g, x, u, ends)
        if found is not None:
            yield found


def _alone(g: Any, x: sp.Symbol) -> bool:
    """Whether no parameter is in g, but for a positive exponent of x."""
    return not g.free_symbols - {x} or (isinstance(g, sp.Pow) and g.base == x and g.exp.is_positive is True)


def _inverse(g: Any, x: sp.Symbol, u: sp.Symbol, ends: tuple[Any, Any]) -> Change | None:
    """x = g⁻¹(u): the solution that gives points of the range back."""
    if isinstance(g, sp.Pow) and g.base == x and g.exp.is_positive and ends[0].is_nonnegative:
        return Change(u ** (1 / g.exp), ends[0] ** g.exp, ends[1] ** g.exp, f"{u} = {g}")
    low, high = (sp.limit(g, x, end, side) for end, side in zip(ends, "+-", strict=True))
    if low == high or any(end.has(sp.nan, sp.zoo, sp.AccumBounds) for end in (low, high)):
        return None
    letter = sp.Dummy(positive=True) if low in (0, sp.oo) and high in (0, sp.oo) else sp.Dummy(real=True)
    sample = _sample(*ends)
    for solution in sp.solve(g - letter, x):
        if not solution.has(sp.I) and abs(sp.N(solution.subs(letter, g.subs(x, sample)) - sample)) < 1e-9:
            return Change(solution.xreplace({letter: u}), low, high, f"{u} = {g}")
    return None


def _sample(low: Any, high: Any) -> Any:
    if low.is_infinite:
        return sp.Rational(3, 7) if high.is_infinite else high - sp.Rational(3, 7)
    return low + sp.Rational(3, 7) * (sp.S.One if high.is_infinite else high - low)


def _transformed(problem: Problem, change: Change, u: sp.Symbol) -> Any:
    """f(φ(u)) φ′(u) in a short form; u is positive where both ends are not negative."""
    positive = all(end is sp.oo or end.is_nonnegative for end in (change.lower, change.upper))
    letter = sp.Dummy("u", positive=True) if positive else sp.Dummy("u", real=True)
    phi = change.phi.xreplace({u: letter})
    body = problem.integrand
    if isinstance(change.phi, sp.atan) or (isinstance(change.phi, sp.Mul) and change.phi.has(sp.atan)):
        body = _rational_waves(body, problem.variable, change.phi.as_independent(u)[0], letter)
    body = body.xreplace({problem.variable: phi}).xreplace(
        {inverse(phi): letter for inverse in _UNDONE.get(phi.func, ())}
    )
    body = body * sp.diff(phi, letter)
    if body.has(HyperbolicFunction, TrigonometricFunction):
        body = sp.simplify(body)
    if isinstance(change.phi, (sp.sin, sp.cos)):  # the range is one on which the other of the two is positive
        body = sp.simplify(body.replace(lambda node: isinstance(node, sp.Abs), lambda node: node.args[0]))
    forms = [body, _tidy(body)]
    forms.append(sp.factor(forms[-1]))
    return _roots_apart(min(forms, key=sp.count_ops)).xreplace({letter: u})


def _roots_apart(body: Any) -> Any:
    """Roots of fractions over positive denominators as fractions: √(1/u − 1) = √(1 − u)/√u."""
    table = {}
    for node in body.atoms(sp.Pow):
        if node.exp.is_Rational and not node.exp.is_Integer and node.base.is_Add:
            above, below = sp.fraction(sp.together(node.base))
            if below != 1 and below.is_positive:
                table[node] = above**node.exp / below**node.exp
    return sp.powsimp(body.xreplace(table)) if table else body


# arctan tan u = u where x = tan u is made for an x ≥ 0, and the like.
_UNDONE: dict[Any, tuple[Any, ...]] = {
    sp.tan: (sp.atan,),
    sp.sin: (sp.asin,),
    sp.cos: (sp.acos,),
    sp.sinh: (sp.asinh,),
    sp.exp: (sp.log,),
}


def _rational_waves(f: Any, x: sp.Symbol, multiple: Any, t: Any) -> Any:
    """sin kx, cos kx, tan kx for x = m·arctan t as algebraic functions of t."""
    if multiple == 2:
        c, s = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    else:
        c, s = 1 / sp.sqrt(1 + t**2), t / sp.sqrt(1 + t**2)
    table = {}
    for node in f.atoms(TrigonometricFunction):
        k = sp.cancel(node.args[0] / x)
        if not (k.is_Integer and k > 0):
            continue
        cosine, sine = sp.chebyshevt(k, c), s * sp.chebyshevu(k - 1, c)
        table[node] = sp.factor({sp.cos: cosine, sp.sin: sine, sp.tan: sine / cosine, sp.cot: cosine / sine,
                                 sp.sec: 1 / cosine, sp.csc: 1 / sine}[node.func])  # fmt: skip
    return f.xreplace(table)


def _tidy(body: Any) -> Any:
    """Arguments as fractions in lowest terms, logarithms of products as sums, common factors out."""
    body = body.replace(lambda node: isinstance(node, sp.log), lambda node: sp.log(sp.factor(node.args[0])))
    body = sp.expand_log(body, force=True)
    return sp.powsimp(sp.factor_terms(sp.cancel(body) if not body.has(sp.sqrt) else sp.factor(body)))
