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
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError
from derive.worker import Call, Outcome, pool

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

Start = tuple[Any, ...] | None


@dataclass(frozen=True)
class Row:
    """One result: its name as text and as LaTeX, and the value (an expression, an SDE, or words)."""

    name: str
    tex: str
    value: Any


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
        Row("L f", "L f", _collected(sde.generator(f), f)),
        Row("d/dt p", r"\frac{\partial p}{\partial t}", forward.divergence_form.rhs),
    ]
    return rows, (), "Ito's lemma and its adjoint", lagrange_identity(sde, f, p)


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
    if found.values:
        rows = [_mean(x, found[x]) for x in sde.states]
        rows += [
            Row(f"Cov[{x}, {y}]", rf"\operatorname{{Cov}}[{_tex(x)}, {_tex(y)}]", found.covariance[i, j])
            if i != j
            else Row(f"Var[{x}]", rf"\operatorname{{Var}}[{_tex(x)}]", found.covariance[i, i])
            for i, x in enumerate(sde.states)
            for j, y in enumerate(sde.states)
            if i <= j
        ]
        return rows, (), "the moment equations close and are solved", found.evidence
    rows = [Row(f"d/dt {_plain(e.lhs.expr)}", rf"\frac{{d}}{{dt}} {_tex(e.lhs.expr)}", e.rhs) for e in found.equations]
    beyond = ", ".join(map(_plain, found.open))
    what = f"they do not close: {beyond} occur" if beyond else "not solved in closed form"
    return rows, (), f"the moment equations; {what}", _moment_check(sde, found)


def _moment_check(sde: SDE, found: Any) -> Evidence:
    """The equations against Itô's lemma, a way that shares no step with the reading of coefficients: the right sides
    with every E[x^α] taken at a sure point are the drifts of the monomials."""
    checks = []
    for equation in found.equations:
        at_point = equation.rhs
        for head in at_point.atoms(sp.core.function.AppliedUndef):
            at_point = at_point.subs(head, _monomial(sde, head))
        checks.append(
            settled(at_point, sde.ito(_monomial(sde, equation.lhs.expr))[0], sde.facts, "the equation at a sure point")
        )
    return together(checks)


def _monomial(sde: SDE, head: Any) -> Any:
    """x^α of a symbol E[x^α](t), read off its name."""
    from derive.text import parse

    return parse(head.func.__name__[2:-1], symbols={x.name: x for x in sde.states})


def stationary(sde: SDE, x0: Start) -> Found:
    """The stationary density."""
    found = sde.stationary()
    return _density(sde, found, "p_s", (*sde.states,)), _where(sde, found), found.method, found.evidence


def transition(sde: SDE, x0: Start) -> Found:
    """The density of X_t from X_0 = x0. A linear system with additive noise is Gaussian: its mean and covariance are
    its density, and the chapter on moments has them."""
    drifts = [sp.expand(a).as_poly(*sde.states) for a in sde.ito_drift]
    linear = not sde.diffusion.has(*sde.states) and all(p is not None and p.total_degree() <= 1 for p in drifts)
    if sde.n > 1 and linear:
        law = sde.moments(2, x0)
        if law.values:
            shown = ", ".join(map(_plain, (*sde.states, sde.t)))
            words = "the normal density with the mean and the covariance above"
            return [Row(f"p({shown})", "p", words)], (), "linear drift, additive noise: Gaussian", law.evidence
    found = sde.transition(x0)
    return _density(sde, found, "p", (*sde.states, sde.t)), _where(sde, found), found.method, found.evidence


def solution(sde: SDE, x0: Start) -> Found:
    """X_t as a functional of the noise."""
    found = sde.solve(x0)
    rows = [Row(f"{x}(t)", rf"{_tex(x)}_{{{_tex(sde.t)}}}", v) for x, v in zip(sde.states, found.values, strict=True)]
    return rows, found.given, found.method, found.evidence


def reversal(sde: SDE, x0: Start) -> Found:
    """Anderson's reversal for an arbitrary marginal density p, checked in the equation of p."""
    p = sp.Function("p", positive=True)(*sde.states, sde.t)
    back = sde.reverse(p)
    return (
        [Row("reversed", "", back)],
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
    checks = [
        settled(norm, 0, sde.facts, "the short-time kernel keeps its norm"),
        settled(drift, sde.a, sde.facts, "its first moment is the drift"),
        settled(spread, sde.covariance[0, 0], sde.facts, "its second moment is the diffusion"),
    ]
    velocity = sp.Symbol(f"{sde.x.name}_dot", real=True)
    shown = integral.lagrangian.subs(integral.velocities[0], velocity)
    return [Row("L", "L", shown)], (), "weight exp(−∫L dt), coefficients at midpoints", together(checks)


def ends(sde: SDE, x0: Start) -> Found:
    """Feller's kind of each end of the domain, or of the part of it in which the noise does not vanish;
    StochasticError where neither can be told."""
    from derive.stochastic.lamperti import natural_domain
    from derive.stochastic.sde import replace_sde

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
        rows.append(Row(f"end {_plain(end)}", rf"\text{{end }} {_tex(end)}", value))
        checks.append(found.evidence)
    if not rows:
        raise StochasticError("; ".join(refused))
    method = "; ".join(["Feller's classification by scale and speed", *refused])
    return rows, (), method, together(checks)


def spectrum(sde: SDE, x0: Start) -> Found:
    """The rates of relaxation and their eigenfunctions, where they are classical."""
    found = sde.fokker_planck().spectrum()
    n = _tex(found.index)
    rows = [Row(f"lambda_{found.index}", rf"\lambda_{{{n}}}", found.eigenvalue_form)]
    if found.function_form is not None:
        rows.append(Row(f"phi_{found.index}", rf"\varphi_{{{n}}}", found.function_form))
    many = f"{found.index} from {found.first} on"
    if found.count != sp.oo:
        many += f", {_plain(found.count)} of them, with a continuous spectrum beyond"
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
    "action": ("Path integral, midpoint", action, True),
}


def _density(sde: SDE, found: Any, name: str, arguments: tuple[Any, ...]) -> list[Row]:
    """The density; of a Gaussian also mean and variance, in which it is written."""
    shown = ", ".join(map(_plain, arguments))
    tex = ", ".join(map(_tex, arguments))
    start = "" if found.x0 is None else " | " + ", ".join(map(_plain, found.x0))
    tex_start = "" if found.x0 is None else r" \mid " + ", ".join(map(_tex, found.x0))
    names = f"{name}({shown}{start})", f"{name}({tex}{tex_start})"
    form = gaussian_form(sde, found) if sde.n == 1 else None
    if form is None:
        return [Row(*names, found.value)]
    m, v = form
    mean, variance = sp.Symbol("m", real=True), sp.Symbol("v", positive=True)
    clash = {mean.name, variance.name} & {s.name for s in (*sde.parameters, *sde.states)}
    value = sp.exp(-((sde.x - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)
    if clash:
        return [Row(*names, value.xreplace({mean: m, variance: v}))]
    return [Row(*names, value), Row("m", "m", m), Row("v", "v", v)]


def _where(sde: SDE, found: Any) -> tuple[Any, ...]:
    """The conditions of a density, and where the states lie if that is not the whole space."""
    ends = []
    for x, (low, high) in zip(sde.states, found.domain, strict=True):
        ends += [] if low == -sp.oo else [sp.StrictLessThan(low, x)]
        ends += [] if high == sp.oo else [sp.StrictLessThan(x, high)]
    return (*found.given, *(part for part in ends if part != sp.true and part not in found.given))


def gaussian_form(sde: SDE, found: Any) -> tuple[Any, Any] | None:
    """Mean and variance of a density that is proven Gaussian on the line: log p is quadratic in x, so v = −1/(log p)″
    and m = x + v (log p)′; the density with these is compared with the one that was found."""
    x = sde.x
    if found.domain[0] != (-sp.oo, sp.oo):
        return None
    slope = sp.diff(found.log, x)
    curvature = sde.tidy(sp.diff(slope, x))
    if curvature == 0 or curvature.has(x):
        return None
    v = sde.tidy(-1 / curvature)
    m = sde.tidy(sp.expand(x + v * slope))
    if m.has(x):
        return None
    ratio = found.value**2 * 2 * sp.pi * v * sp.exp((x - m) ** 2 / v)
    from derive.field import is_zero

    return (m, v) if is_zero(ratio - 1, sde.facts, timeout=5) is True else None


def _mean(x: Any, value: Any) -> Row:
    return Row(f"E[{_plain(x)}]", rf"\mathbb{{E}}[{_tex(x)}]", value)


def _collected(expr: Any, f: Any) -> Any:
    """The terms by derivatives of f."""
    return sp.collect(sp.expand(expr), sorted(expr.atoms(sp.Derivative), key=str))


def _plain(expr: Any) -> str:
    from derive.printing import plain

    return plain(expr)


def _tex(expr: Any) -> str:
    from derive.printing import latex

    return latex(expr)
