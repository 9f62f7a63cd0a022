"""Propagators of quadratic actions: several states, forces that depend on the time, scalar actions with any k(t).

L = ½ ẋᵀM ẋ + ẋᵀN x + ½ xᵀK x + u·ẋ + w·x + l obeys ṗ = Nᵀẋ + K x + w, p = M ẋ + N x + u. From ∂S/∂x = p(t) and
∂S/∂y = −p(0), S is a quadratic form in the ends but for S(0, 0) = ½ ∫ (w − u̇)·x ds + ∫ l ds along the path from 0 to
0; K = (2π)^{−n/2} √det(−∂²S/∂x∂y) e^{−S} (C. Morette, Phys. Rev. 81 (1951) 848; L. Schulman, Techniques
and Applications of Path Integration, ch. 6 and 13; R. Feynman, A. Hibbs, sec. 3.5 and 3.11: forced oscillator).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_positive
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.solutions.exponentials import constant, read, solve_linear
from derive.worker import TimeIsUp, alarm

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

SECONDS, SHORT, CLOSE = 15.0, sp.Rational(1, 10**6), 1e-3


@dataclass(frozen=True)
class Quadratic:
    """The coefficients of L as matrices and columns, functions of the time at most."""

    mass: Any
    twist: Any
    spring: Any
    pull: Any
    force: Any
    rest: Any


def quadratic_action(sde: SDE, lagrangian: Any, velocities: tuple[Any, ...], origin: tuple[Any, ...]) -> Any:
    """(S, det(−∂²S/∂x∂y), path as a function of s, evidence of Euler and Lagrange's equation); Unsolvable if L is not
    quadratic or its classical path is not found."""
    parts, s = _parts(lagrangian, sde.states, velocities), sp.Symbol("s", positive=True)
    modes = _by_modes(sde, parts, origin, s)
    if modes is not None:
        return modes
    try:
        with alarm(2 * SECONDS):
            return _by_flow(sde, parts, origin, s)
    except TimeIsUp:
        raise Unsolvable(
            f"the classical path of {plain(lagrangian)} was not worked out in {2 * SECONDS} s: give numbers for the "
            "parameters"
        ) from None


def _by_modes(sde: SDE, parts: Quadratic, origin: tuple[Any, ...], s: Any) -> Any | None:
    """Normal modes, for constant M, K, a symmetric N and no force: K e = λ M e, λ = ω², E the matrix of the e. Then
    ∂²S/∂x² = M E diag(ω coth ωt) E⁻¹ + N and −∂²S/∂x∂y = M E diag(ω/sinh ωt) E⁻¹; 1/t for ω = 0, cot and sin for
    λ < 0. None in other cases."""
    t = sde.t
    whole = (*parts.mass, *parts.twist, *parts.spring)
    if any(e.has(t) for e in whole) or any(e != 0 for e in (*parts.force, *parts.pull)):
        return None
    if not all(zero(e, sde.given) for e in parts.twist - parts.twist.T):
        return None
    found = _eigenvectors((parts.mass.inv() * parts.spring).applyfunc(sp.factor))
    if found is None:
        return None
    values, vectors = found
    inverse = vectors.inv().applyfunc(sp.radsimp)
    even, odd, forth, back = [], [], [], []
    for value in values:
        w, ratio, size = _mode(value, t, sde)
        even.append(ratio)
        odd.append(w / size)
        forth.append(_mode(value, s, sde)[2] / size)
        back.append(_mode(value, t - s, sde)[2] / size)

    def spread(entries: list[Any]) -> Any:
        return (vectors * sp.diag(*entries) * inverse).applyfunc(sp.expand)

    x, y = sp.Matrix(sde.states), sp.Matrix(origin)
    hxx, hxy = parts.mass * spread(even), -parts.mass * spread(odd)
    action = (x.T * (hxx + parts.twist) * x + y.T * (hxx - parts.twist) * y)[0, 0] / 2 + (x.T * hxy * y)[0, 0]
    action += sp.integrate(parts.rest.xreplace({t: s}), (s, 0, t))
    density = parts.mass.det() * sp.Mul(*odd)
    path = spread(forth) * x + spread(back) * y
    checks = [_euler_lagrange(sde, parts, path, path.diff(s), s), _starts(sde, hxx + parts.twist, density)]
    return action, density, path, together(checks)


def _eigenvectors(matrix: Any) -> tuple[list[Any], Any] | None:
    """Eigenvalues and a matrix of eigenvectors; None if there are too few or they have no short closed form."""
    if matrix.is_diagonal():
        return [matrix[i, i] for i in range(matrix.rows)], sp.eye(matrix.rows)
    if matrix.rows > 2 and matrix.free_symbols:
        return None
    try:
        triples = matrix.eigenvects()
    except (NotImplementedError, sp.matrices.exceptions.MatrixError):
        return None
    columns = [column.applyfunc(sp.radsimp) for _, _, basis in triples for column in basis]
    values = [value for value, _, basis in triples for _ in basis]
    if len(columns) != matrix.rows or any(value.has(sp.CRootOf) or value.count_ops() > 40 for value in values):
        return None
    return values, sp.Matrix.hstack(*columns)


def _mode(value: Any, t: Any, sde: SDE) -> tuple[Any, Any, Any]:
    """(ω, ω coth ωt, sinh ωt), (1, 1/t, t) for ω = 0, or (ω, ω cot ωt, sin ωt) where λ = −ω² is known to be < 0."""
    if zero(value, sde.given):
        return sp.S.One, 1 / t, t
    if is_positive(-value, sde.given) is True:
        w = sp.sqrt(-value)
        return w, w * sp.cos(w * t) / sp.sin(w * t), sp.sin(w * t)
    w = sp.powdenest(sp.sqrt(sp.factor(value)), force=True)
    return w, w * sp.cosh(w * t) / sp.sinh(w * t), sp.sinh(w * t)


def _by_flow(sde: SDE, parts: Quadratic, origin: tuple[Any, ...], s: Any) -> Any:
    """The general case: the flow of the classical path from (y, v0), v0 from where the path ends."""
    n, t, x = sde.n, sde.t, sp.Matrix(sde.states)
    y, v0 = sp.Matrix(origin), sp.Matrix([sp.Dummy(f"v{i}") for i in range(n)])
    path = _path(sde, parts, y, v0, s)
    velocity = path.diff(s)
    here = [e.xreplace({s: t}) for e in (path, velocity)]
    free = here[0].xreplace(dict.fromkeys(v0, sp.S.Zero))
    flow = here[0].jacobian(v0)
    start = (flow.inv() * (x - free)).applyfunc(sde.tidy)
    at_start = dict(zip(v0, start, strict=True))
    then, now = {t: t}, {t: sp.S.Zero}
    last = parts.mass.xreplace(then) * here[1] + parts.twist * x + parts.pull
    first = parts.mass.xreplace(now) * v0 + parts.twist.xreplace(now) * y + parts.pull.subs(t, 0)
    last, first = (e.xreplace(at_start).applyfunc(sp.expand) for e in (last, first))
    nothing = dict.fromkeys((*sde.states, *origin), sp.S.Zero)
    hxx, hxy, hyy = last.jacobian(x), last.jacobian(y), -first.jacobian(y)
    hxx, hxy, hyy = (h.applyfunc(sde.tidy) for h in (hxx, hxy, hyy))
    bx, by = last.xreplace(nothing), -first.xreplace(nothing)
    alone = _alone(sde, parts, path.xreplace(at_start).xreplace(nothing), s)
    action = (x.T * hxx * x + y.T * hyy * y)[0, 0] / 2 + (x.T * hxy * y + x.T * bx + y.T * by)[0, 0] + alone
    checks = [_euler_lagrange(sde, parts, path, velocity, s)]
    checks += [settled(hxx[i, j], hxx[j, i], sde.given, "∂²S is symmetric") for i in range(n) for j in range(i)]
    density = sde.tidy((-hxy).det())
    checks.append(_starts(sde, hxx, density))
    return action, density, path.xreplace(at_start), together(checks)


def classical_flow(sde: SDE, square: Any) -> Any:
    """D with D″ = ω² D, D(0) = 0, D′(0) = 1, for ω² a function of the time; put back."""
    parts = Quadratic(sp.eye(1), sp.zeros(1), sp.Matrix([[square]]), sp.zeros(1), sp.zeros(1), sp.S.Zero)
    s = sp.Symbol("s", positive=True)
    path = _path(sde, parts, sp.zeros(1), sp.eye(1), s)
    proof = _euler_lagrange(sde, parts, path, path.diff(s), s)
    if not proof.passed:
        raise Unsolvable(f"the solution {plain(path[0])} of D″ = ({plain(square)}) D was not confirmed: {proof}")
    return sde.tidy(path[0].xreplace({s: sde.t}))


def solves_forward(sde: SDE, action: Any, density: Any, potential: Any) -> Evidence:
    """√density e^{−S} in ∂_t K = −∇·(aK) + ½ ∇∇:(cK) − V K, for c free of the place, divided by K."""
    x, a, c, n = sde.states, sde.ito_drift, sde.covariance, range(sde.n)
    slope = [-sp.diff(action, q) for q in x]
    rate = sp.diff(density, sde.t) / (2 * density) - sp.diff(action, sde.t)
    right = -potential - sp.Add(*(sp.diff(a[i], x[i]) + a[i] * slope[i] for i in n))
    right += sp.Add(*(c[i, j] * (sp.diff(slope[i], x[j]) + slope[i] * slope[j]) / 2 for i, j in product(n, n)))
    return settled(sp.expand(rate), sp.expand(right), sde.given, "the Fokker-Planck equation with the potential")


def _parts(lagrangian: Any, x: tuple[Any, ...], v: tuple[Any, ...]) -> Quadratic:
    poly = sp.expand(lagrangian).as_poly(*x, *v)
    if poly is None or poly.total_degree() > 2 or any(c.has(*x, *v) for c in poly.coeffs()):
        raise Unsolvable(
            f"the Lagrangian {plain(lagrangian)} is not quadratic: no propagator by the classical action alone"
        )
    n = range(len(x))

    def form(left: tuple[Any, ...], right: tuple[Any, ...], double: bool) -> Any:
        return sp.Matrix(
            len(n),
            len(n),
            lambda i, j: poly.coeff_monomial(left[i] * right[j]) * (2 if double and i == j else 1),
        )

    linear = [sp.Matrix([poly.coeff_monomial(q) for q in names]) for names in (v, x)]
    return Quadratic(
        form(v, v, True), form(v, x, False), form(x, x, True), linear[0], linear[1], poly.coeff_monomial(1)
    )


def _path(sde: SDE, parts: Quadratic, y: Any, v0: Any, s: Any) -> Any:
    """The classical path with x(0) = y, ẋ(0) = v0 as a column of functions of s."""
    t, n = sde.t, sde.n
    push = parts.force - parts.pull.diff(t)
    if any(e.has(t) for e in (*parts.mass, *parts.twist, *parts.spring)):
        return _path_in_time(sde, parts, push, y, v0, s)
    inverse = parts.mass.inv()
    lower = (inverse * parts.spring).row_join(-inverse * (parts.twist - parts.twist.T))
    matrix = sp.zeros(n).row_join(sp.eye(n)).col_join(lower).applyfunc(sde.tidy)
    forces = [constant(sp.S.Zero, sde.given)] * n
    for e in inverse * push:
        known = constant(e, sde.given) if not e.has(t) else read(e, t, sde.given)
        if known is None:
            raise Unsolvable(f"the force {plain(e)} is no sum of powers times exponentials of the time")
        forces.append(known)
    solved = solve_linear(matrix, [*y, *v0], forces, sde.given)
    return sp.Matrix([e.expr(s) for e in solved[:n]])


def _path_in_time(sde: SDE, parts: Quadratic, push: Any, y: Any, v0: Any, s: Any) -> Any:
    """A scalar path in m(t), k(t): two solutions of (m ẋ)˙ = (k − ṅ) x by SymPy, put back, joined to the start."""
    t = sde.t
    if sde.n > 1 or not zero(push[0], sde.given):
        raise Unsolvable("with coefficients that depend on the time, propagators are found for scalar states, no force")
    m, spring = parts.mass[0, 0], parts.spring[0, 0] - sp.diff(parts.twist[0, 0], t)
    f, r = sp.Function("f"), sp.Symbol("r", positive=True)
    table = {t: r}
    pair = _powers(sp.cancel((spring / m).xreplace(table)), r) if not m.has(t) else None
    pair = _solved(m.xreplace(table), spring.xreplace(table), f, r) if pair is None else pair
    begin = sp.Matrix([[g.subs(r, 0) for g in pair], [g.diff(r).subs(r, 0) for g in pair]])
    if begin.has(sp.nan, sp.oo, sp.zoo) or zero(begin.det(), sde.given):
        raise Unsolvable(f"the solutions {plain(pair)} are singular at the start")
    weights = begin.inv() * sp.Matrix([y[0], v0[0]])
    return sp.Matrix([sp.Add(*(w * g.xreplace({r: s}) for w, g in zip(weights, pair, strict=True)))])


def _powers(q: Any, r: Any) -> list[Any] | None:
    """(r + a)^p and (r + a)^{1 − p}, p(p − 1) = κ, for f″ = κ f/(r + a)² (with a logarithm for p = ½); else None."""
    bottom = sp.denom(sp.together(q))
    places = list(sp.roots(bottom, r)) if bottom.has(r) and bottom.is_polynomial(r) else []
    if len(places) != 1:
        return None
    moved = r - places[0]
    kappa = sp.cancel(q * moved**2)
    if kappa.has(r):
        return None
    p = sp.Rational(1, 2) + sp.sqrt(sp.Rational(1, 4) + kappa)
    return [moved**p, moved ** (1 - p)] if p != sp.Rational(1, 2) else [sp.sqrt(moved), sp.sqrt(moved) * sp.log(moved)]


def _solved(m: Any, spring: Any, f: Any, r: Any) -> list[Any]:
    """Two solutions of (m f′)′ = k f by SymPy; Unsolvable if it does not give two."""
    equation = sp.diff(m * f(r).diff(r), r) - spring * f(r)
    try:
        with alarm(SECONDS):
            found = sp.dsolve(equation.doit(), f(r)).rhs
    except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, TimeIsUp) as error:
        raise Unsolvable(f"({plain(m)} x')' = ({plain(spring)}) x was not solved: {error}") from error
    free = sorted(found.free_symbols - equation.free_symbols, key=str)
    if found.has(sp.Order, sp.Integral) or len(free) != 2:
        raise Unsolvable(f"({plain(m)} x')' = ({plain(spring)}) x was not solved in closed form: {plain(found)}")
    return [found.xreplace({free[0]: a, free[1]: b}) for a, b in ((sp.S.One, sp.S.Zero), (sp.S.Zero, sp.S.One))]


def _alone(sde: SDE, parts: Quadratic, path: Any, s: Any) -> Any:
    """S(0, 0) = ½ ∫₀ᵗ (w − u̇)·x ds + ∫₀ᵗ l ds."""
    t = sde.t
    push = (parts.force - parts.pull.diff(t)).xreplace({t: s})
    integrand = sp.expand((push.T * path)[0, 0] / 2) + parts.rest.xreplace({t: s})
    value = sp.integrate(sp.expand(integrand), (s, 0, t))
    if value.has(sp.Integral):
        raise Unsolvable(
            f"the action of the path from 0 to 0, ∫ {plain(integrand)} d{plain(s)}, was not found in closed form"
        )
    return sde.tidy(value)


def _euler_lagrange(sde: SDE, parts: Quadratic, path: Any, velocity: Any, s: Any) -> Evidence:
    now = {sde.t: s}
    mass, twist, spring, pull, force = (
        e.xreplace(now) for e in (parts.mass, parts.twist, parts.spring, parts.pull, parts.force)
    )
    momentum = mass * velocity + twist * path + pull
    rest = momentum.diff(s) - twist.T * velocity - spring * path - force
    return together([settled(sp.expand(e), sp.S.Zero, sde.given, "Euler-Lagrange") for e in rest])


def _starts(sde: SDE, hxx: Any, density: Any) -> Evidence:
    """t ∂²S/∂x² → c⁻¹ and tⁿ det(−∂²S/∂x∂y) → 1/det c for t → 0, in numbers: the kernel starts as a point mass."""
    t, c, n = sde.t, sde.covariance, sde.n
    symbols = (density.free_symbols | hxx.free_symbols | c.free_symbols) - {t}
    positive = {q: sp.Symbol(q.name, positive=True) for q in symbols if q.is_real is None}
    facts = tuple(g.xreplace(positive) for g in sde.given)
    try:
        points = list(admissible({positive.get(q, q) for q in symbols}, facts, random.Random(4), 3, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for a look at short times", str(reason))
    worst = 0.0
    forms = [*((t * hxx * c.subs(t, 0)) - sp.eye(n)), t**n * density * c.subs(t, 0).det() - 1]
    with mpmath.workdps(40):
        names = sorted(symbols, key=str)
        gaps = [sp.lambdify([t, *names], e, "mpmath") for e in forms]
        for point in points or [{}]:
            at = [mpmath.mpf(int(q.p)) / int(q.q) for q in (point[positive.get(q, q)] for q in names)]
            worst = max(worst, *(float(abs(g(mpmath.mpf(1) / SHORT.q, *at))) for g in gaps))
    if worst > CLOSE:
        raise StochasticError(f"the propagator does not start as the free one: off by {worst:.1e}; nothing is returned")
    return Evidence(Status.AGREED, f"at t = 10⁻⁶ the kernel is the free one to {worst:.1e}")
