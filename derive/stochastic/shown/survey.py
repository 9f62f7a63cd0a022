"""What an SDE says, in one sweep: its operators, moments, densities, solution, reversal and walls, each checked, or why
there is none.

Each chapter is worked out by itself, under a time limit, so that one that does not end keeps no other from being told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.errors import DeriveError
from derive.evidence import Evidence, Status, weakest
from derive.exact import is_nonnegative, is_positive
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.laws.moments import Mean
from derive.stochastic.shown.operators import by_derivatives, by_scores, constants_out
from derive.stochastic.shown.rows import Row, density_rows, in_time
from derive.worker import Call, Outcome, pool

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

Start = tuple[Any, ...] | None


@dataclass(frozen=True)
class Chapter:
    """rows: the results. given: conditions beyond those of the SDE. method: how they were found. evidence: how they are
    known, None if there are none. refusal: why there are none. finished: False if the time ran out."""

    name: str
    title: str
    rows: tuple[Row, ...] = ()
    given: tuple[Any, ...] = ()
    method: str = ""
    evidence: Evidence | None = None
    refusal: str = ""
    finished: bool = True


@dataclass(frozen=True)
class Survey:
    """The chapters of an SDE started at x0."""

    sde: SDE
    x0: Start
    chapters: tuple[Chapter, ...]

    @property
    def status(self) -> Status:
        """The weakest status of a check; unknown if the time of a chapter ran out."""
        found = [c.evidence.status for c in self.chapters if c.evidence is not None]
        found += [Status.UNKNOWN for c in self.chapters if not c.finished]
        return weakest(*found)

    def __getitem__(self, name: str) -> Chapter:
        return next(chapter for chapter in self.chapters if chapter.name == name)


def survey(
    sde: SDE, x0: Start = None, timeout: float = 60.0, progress: Callable[[int, int, str], None] | None = None
) -> Survey:
    """All chapters, side by side in worker processes; `timeout` is for each of them, in seconds."""
    names = [name for name, (_, _, scalar) in CHAPTERS.items() if sde.n == 1 or not scalar]
    found: dict[str, Chapter] = {}

    def done(index: int, outcome: Outcome) -> None:
        name = names[index]
        title = CHAPTERS[name][0]
        found[name] = (
            outcome.value if outcome.finished else Chapter(name, title, refusal=outcome.failure, finished=False)
        )
        if progress is not None:
            progress(len(found), len(names), title)

    pool().run_all([Call(__name__, "chapter", (name, sde, x0), timeout) for name in names], done)
    return Survey(sde, x0, tuple(found[name] for name in names))


def chapter(name: str, sde: SDE, x0: Start, post: Callable[[Any], None] = lambda _: None) -> Chapter:
    """One chapter; a refusal of the engine is its answer, not an error."""
    title, work, _ = CHAPTERS[name]
    try:
        rows, given, method, evidence = work(sde, x0)
    except DeriveError as error:
        return Chapter(name, title, refusal=str(error))
    return Chapter(name, title, tuple(rows), tuple(given), method, evidence)


Found = tuple[Sequence[Row], Sequence[Any], str, Evidence]


def operators(sde: SDE, x0: Start) -> Found:
    """L and the Fokker-Planck equation, held together by Lagrange's identity."""
    x, t = sde.states, sde.t
    f, p = sp.Function("f")(*x), sp.Function("p")(*x, t)
    forward = sde.fokker_planck()
    rows = [
        Row("L f", "L f", "L f", by_derivatives(sde, f)),
        Row("d/dt p", "∂/∂t p", r"\frac{\partial p}{\partial t}", constants_out(sde, forward)),
    ]
    return rows, (), "Itô's lemma and its adjoint", lagrange_identity(sde, f, p)


def lagrange_identity(sde: SDE, f: Any, p: Any) -> Evidence:
    """p L f − f L* p = Σ_i ∂_i j_i: the forward operator is the adjoint of the generator, apart from what crosses the
    boundary."""
    left = p * sde.generator(f) - f * sde.fokker_planck(p).rhs
    right = sp.Add(*(sp.diff(j, y) for j, y in zip(flux(sde, f, p), sde.states, strict=True)))
    return settled(left.doit(), right.doit(), sde.facts, "Lagrange's identity p L f − f L* p = div")


def flux(sde: SDE, f: Any, p: Any) -> list[Any]:
    """j_i = a_i f p + ½ Σ_j (p c_ij ∂_j f − f ∂_j (c_ij p)), c = B ρ Bᵀ."""
    x, a, c = sde.states, sde.ito_drift, sde.covariance
    n = range(sde.n)
    return [
        a[i] * f * p + sp.Add(*(p * c[i, j] * sp.diff(f, x[j]) - f * sp.diff(c[i, j] * p, x[j]) for j in n)) / 2
        for i in n
    ]


def moments(sde: SDE, x0: Start) -> Found:
    """Mean and second moments."""
    found = sde.moments(2, x0)
    known = dict(found.values)
    rows = in_time(sde, _solved_moments(sde, found)) if known else []
    left = [e for e in found.equations if e.lhs.expr.monomial not in known]
    rows += [Row.of("d/dt {}", r"\frac{{d}}{{dt}} {}", (e.lhs.expr,), e.rhs) for e in left]
    walls = _reached(sde)
    if not left:
        return rows, (), f"the moment equations close and are solved{walls}", found.evidence
    beyond = ", ".join(map(_plain, found.open))
    what = f"they do not close: {beyond} occur{'s' * (len(found.open) == 1)}" if beyond else "not solved in closed form"
    some = "; those that close are solved" if known else ""
    checks = together([found.evidence, _moment_check(sde, left)]) if known else _moment_check(sde, left)
    return rows, (), f"the moment equations; {what}{some}{walls}", checks


def _reached(sde: SDE) -> str:
    """In words, the ends at which a wall would add to the moment equations: finite ones at which the noise does not
    vanish, unless they are proven never to be reached."""
    ends = []
    for i, (x, pair) in enumerate(zip(sde.states, sde.domain, strict=True)):
        for end in pair:
            if end.is_infinite or zero(sde.covariance[i, i].subs(x, end), sde.given):
                continue
            try:
                kind = sde.boundary(end).cases if sde.n == 1 else ()
            except DeriveError:
                kind = ()
            if not kind or any(name in ("regular", "exit") for name, _ in kind):
                ends.append(f"{_plain(x)} = {_plain(end)}")
    return f"; before the process reaches {' or '.join(ends)}, where a wall would add to them" if ends else ""


def _solved_moments(sde: SDE, found: Any) -> list[Row]:
    """Means, variances and covariances, as far as the moments in them are known."""
    known, x = dict(found.values), sde.states
    rows = [Row.of("E[{}]", r"\mathbb{{E}}[{}]", (y,), known[y]) for y in x if y in known]
    for i, y in enumerate(x):
        for j in range(i, sde.n):
            z = x[j]
            if not {y, z, y * z} <= set(known):
                continue
            value = found.covariance_of(i, j)
            rows.append(
                Row.of("Cov[{}, {}]", r"\operatorname{{Cov}}[{}, {}]", (y, z), value)
                if i != j
                else Row.of("Var[{}]", r"\operatorname{{Var}}[{}]", (y,), value)
            )
    return rows


def _moment_check(sde: SDE, equations: Sequence[Any]) -> Evidence:
    """The equations against Itô's lemma, a way that shares no step with the reading of coefficients: the right sides
    with every E[x^α] taken at a sure point are the drifts of the monomials."""
    checks = []
    for equation in equations:
        at_point = equation.rhs.xreplace({head: head.monomial for head in equation.rhs.atoms(Mean)})
        drift = sde.ito(equation.lhs.expr.monomial)[0]
        checks.append(settled(at_point, drift, sde.facts, "the equation at a sure point"))
    return together(checks)


def stationary(sde: SDE, x0: Start) -> Found:
    """The stationary density."""
    found = sde.stationary()
    rows = density_rows(sde, found, _density_names(sde, "p_s", None))
    return rows, _where(sde, found), found.method, found.evidence


def transition(sde: SDE, x0: Start) -> Found:
    """The density of X_t from X_0 = x0. A linear system with additive noise is Gaussian: its mean and covariance are
    its density, and the chapter on moments has them."""
    from derive.stochastic.solutions.solution import start

    drifts = [sp.expand(a).as_poly(*sde.states) for a in sde.ito_drift]
    linear = not sde.diffusion.has(*sde.states) and all(p is not None and p.total_degree() <= 1 for p in drifts)
    if sde.n > 1 and linear:
        law = sde.moments(2, x0)
        if law.values:
            mean = ", ".join(f"E[{_plain(x)}]" for x in sde.states)
            words = f"the normal density with mean ({mean}) and covariance matrix Cov[·, ·], both under Moments"
            rows = [Row(*_density_names(sde, "p", start(sde, x0)), words)]
            return rows, (), "linear drift, additive noise: Gaussian", law.evidence
    found = sde.transition(x0)
    rows = density_rows(sde, found, _density_names(sde, "p", found.x0))
    return rows, _where(sde, found), found.method, found.evidence


def solution(sde: SDE, x0: Start) -> Found:
    """X_t as a functional of the noise."""
    found = sde.solve(x0)
    rows = [Row.of("{}({})", "{}_{{{}}}", (x, sde.t), v) for x, v in zip(sde.states, found.values, strict=True)]
    return in_time(sde, rows), found.given, found.method, found.evidence


def reversal(sde: SDE, x0: Start) -> Found:
    """Anderson's reversal for an arbitrary marginal density p, checked in the equation of p."""
    p = sp.Function("p", positive=True)(*sde.states, sde.t)
    back = sde.reverse(p)
    return (
        [Row("reversed", "", "", by_scores(back, p))],
        (),
        "Anderson's formula, t running backwards, p the density of the process",
        reversal_check(sde, back, p),
    )


def reversal_check(sde: SDE, back: SDE, p: Any) -> Evidence:
    """With t running backwards the reversed process has the equation −∂_t p = L̄* p with drift −b; the same p solves it:
    −∇·(b p) − ½ ∂∂(c p) = L* p for all p."""
    x, b, c = sde.states, back.ito_drift, back.covariance
    n = range(sde.n)
    left = -sp.Add(*(sp.diff(b[i] * p, x[i]) for i in n))
    left -= sp.Add(*(sp.diff(c[i, j] * p, x[i], x[j]) for i in n for j in n)) / 2
    return settled(left.doit(), sde.fokker_planck(p).rhs, sde.facts, "the same density solves the equation backwards")


def action(sde: SDE, x0: Start) -> Found:
    """The Onsager-Machlup Lagrangian of the midpoint, checked by its short-time moments."""
    integral = sde.path_integral(sp.Rational(1, 2))
    norm, drift, spread = integral.short_time_moments()
    drifts, spreads = (drift, spread) if sde.n > 1 else ([drift], [spread])
    checks = [settled(norm, 0, sde.facts, "the short-time kernel keeps its norm")]
    checks += [
        settled(found, want, sde.facts, "its first moment is the drift")
        for found, want in zip(drifts, sde.ito_drift, strict=True)
    ]
    checks += [
        settled(found, want, sde.facts, "its second moment is the diffusion")
        for found, want in zip(spreads, sde.covariance, strict=True)
    ]
    named = [sp.Symbol(f"{x.name}_dot", real=True) for x in sde.states]
    shown = integral.lagrangian.subs(dict(zip(integral.velocities, named, strict=True)))
    return [Row("L", "L", "L", shown)], (), "weight exp(−∫L dt), coefficients at midpoints", together(checks)


def ends(sde: SDE, x0: Start) -> Found:
    """Feller's kind of each end of the domain, or of the part of it in which the noise does not vanish;
    StochasticError where neither can be told."""
    from derive.stochastic.sde import replace_sde
    from derive.stochastic.solutions.lamperti import natural_domain

    rows, checks, refused = [], [], []
    domain = natural_domain(sde)
    process = replace_sde(sde, domain=(domain,))
    if domain != sde.domain[0]:
        refused.append("between points at which the noise vanishes")
    for name, end in zip(("lower", "upper"), domain, strict=True):
        try:
            found = process.boundary(end)
        except DeriveError as error:
            refused.append(f"the {name} end {_plain(end)}: {error}")
            continue
        pieces = [(sp.Symbol(kind), condition) for kind, condition in found.cases]
        value = pieces[0][0] if len(pieces) == 1 else sp.Piecewise(*pieces)
        rows.append(Row.of("end {}", r"\text{{end }} {}", (end,), value))
        checks.append(found.evidence)
    if not rows:
        raise StochasticError("; ".join(refused))
    method = "; ".join(["Feller's classification by scale and speed", *refused])
    return rows, (), method, together(checks)


def spectrum(sde: SDE, x0: Start) -> Found:
    """The rates of relaxation and their eigenfunctions, where they are classical."""
    found = sde.fokker_planck().spectrum()
    n = _tex(found.index)
    rows = [Row(f"lambda_{found.index}", f"λ_{found.index}", rf"\lambda_{{{n}}}", found.eigenvalue_form)]
    if found.function_form is not None:
        rows.append(Row(f"phi_{found.index}", f"φ_{found.index}", rf"\varphi_{{{n}}}", found.function_form))
    many = f"{found.index} from {found.first} on"
    if found.count != sp.oo:
        many += f", {_plain(found.count)} of them"
    if found.edge is not None:
        many += f", a continuous spectrum from {_plain(found.edge)} on"
    return rows, found.given, f"−L φ = λ φ, {found.family}, {many}", found.evidence


# name → (title, how it is worked out, whether only for scalar processes)
CHAPTERS: dict[str, tuple[str, Callable[[Any, Start], Found], bool]] = {
    "operators": ("Generator and Fokker-Planck equation", operators, False),
    "moments": ("Moments", moments, False),
    "stationary": ("Stationary density", stationary, False),
    "transition": ("Transition density", transition, False),
    "solution": ("Solution", solution, False),
    "reversal": ("Time reversal", reversal, False),
    "ends": ("Ends of the domain", ends, True),
    "spectrum": ("Spectrum", spectrum, True),
    "action": ("Path integral, midpoint", action, False),
}


def _density_names(sde: SDE, name: str, origin: Any) -> tuple[str, str, str]:
    """p(x, t | x0) in ASCII, letters and LaTeX; no time and no start for a stationary density."""
    clock = () if origin is None else (sde.t,)
    ascii, text, tex = (
        ", ".join(map(show, (*sde.states, *clock)))
        + ("" if origin is None else bar + ", ".join(map(show, origin)))
        for show, bar in ((_ascii, " | "), (_plain, " | "), (_tex, r" \mid "))
    )
    return f"{name}({ascii})", f"{name}({text})", f"{name}({tex})"


def _where(sde: SDE, found: Any) -> tuple[Any, ...]:
    """The conditions of a density, and where the states lie if that is not the whole space."""
    ends = []
    for x, (low, high) in zip(sde.states, found.domain, strict=True):
        ends += [] if low == -sp.oo else [sp.StrictLessThan(low, x)]
        ends += [] if high == sp.oo else [sp.StrictLessThan(x, high)]
    kept: list[Any] = []
    for part in (*found.given, *(end for end in ends if end != sp.true)):
        if part in sde.given or not _follows(part, (*sde.facts, *kept)):
            kept.append(part)
    return tuple(kept)


def _follows(relation: Any, facts: tuple[Any, ...]) -> bool:
    """Whether an inequality is proven by what is stated already."""
    if not isinstance(relation, sp.core.relational.Relational) or relation.has(sp.oo):
        return False
    if not isinstance(relation, sp.Gt | sp.Ge | sp.Lt | sp.Le):
        return False
    strict = isinstance(relation, sp.Gt | sp.Lt)
    return (is_positive if strict else is_nonnegative)(relation.gts - relation.lts, facts) is True


def _ascii(expr: Any) -> str:
    from derive.printing import plain

    return plain(expr, ascii=True)


def _plain(expr: Any) -> str:
    from derive.printing import plain

    return plain(expr)


def _tex(expr: Any) -> str:
    from derive.printing import latex

    return latex(expr)
