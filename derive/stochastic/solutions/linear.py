"""Linear equations: dX = (a₁X + a₂) dt + Σ (b₁X + b₂) dW in one dimension, dX = (AX + c) dt + … in n.

X = Φ (x0 + ∫ Φ⁻¹(a₂ − Σ b₁ρb₂) ds + Σ ∫ Φ⁻¹ b₂ dW), Φ = exp(∫ (a₁ − ½ Σ b₁ρb₁) ds + Σ ∫ b₁ dW).
Reference: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, eqs. (4.2.9) and (4.8.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.stochastic.checking import zero
from derive.stochastic.errors import Unsolvable
from derive.stochastic.reals import restated
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.exponentials import ExpPoly, exponential, read, solve_linear, with_root
from derive.stochastic.solutions.functionals import clocks, inside
from derive.stochastic.solutions.solution import ItoIntegral, Solution, follows, noise

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def parts(expr: Any, x: Any) -> tuple[Any, Any] | None:
    """(slope, rest) of an expression that is linear in x; None if it is not."""
    opened = sp.expand(expr)
    slope = sp.diff(opened, x)
    if zero(sp.diff(slope, x)):
        slope = sp.simplify(slope) if slope.has(x) else slope
        rest = opened.subs(x, 0)
        return (slope, rest) if not slope.has(x) and not rest.has(sp.nan, sp.zoo) else None
    return None


def linear_scalar(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """The solution of a scalar linear equation, coefficients functions of the time; None if it is not linear."""
    x = sde.x
    drift = parts(sde.ito_drift[0], x)
    noises = [parts(b, x) for b in sde.diffusion]
    if drift is None or any(pair is None for pair in noises):
        return None
    rho, n = sde.correlation, range(sde.m)
    slopes, rests = zip(*noises, strict=True)  # type: ignore[arg-type] - none is None
    (a1, a2) = drift
    rate = a1 - sp.Add(*(slopes[k] * rho[k, j] * slopes[j] for k in n for j in n)) / 2
    push = a2 - sp.Add(*(slopes[k] * rho[k, j] * rests[j] for k in n for j in n))
    exponent = integral(sde, rate) + sp.Add(*(wiener(sde, k, b) for k, b in enumerate(slopes)))
    flow = sp.exp(exponent)
    flow = flow if exponent == 0 or exponent.has(*FUNCTIONALS) else sp.powsimp(sp.simplify(flow))
    inner = begin[0] + integral(sde, push / flow) + sp.Add(*(wiener(sde, k, b / flow) for k, b in enumerate(rests)))
    value = flow * inner if not inner.is_Add or flow == 1 else min(_spread(flow, inner), flow * inner, key=sp.count_ops)
    evidence = follows(sde, [value], begin, sde.given)
    return Solution(sde, begin, (value,), "linear equation: integrating factor", sde.given, evidence)


AppliedNoise = sp.core.function.AppliedUndef
FUNCTIONALS = (AppliedNoise, ItoIntegral, sp.Integral)


def _spread(flow: Any, inner: Any) -> Any:
    """flow · inner, with deterministic terms multiplied out and put together."""
    quiet = [term for term in inner.args if not term.has(*FUNCTIONALS)]
    if flow.has(AppliedNoise, ItoIntegral):
        return flow * inner
    loud = [term for term in inner.args if term not in quiet]
    return sp.expand(flow * sp.Add(*quiet)) + sp.Add(*(flow * term for term in loud))


def _time_integral(f: Any, t: Any) -> Any | None:
    """∫₀ᵗ f ds for a function of the time: of exponential polynomials term by term, else by SymPy; None if it finds
    none. Parameters are generic: rates that are not proven equal are different."""
    if f == 0:
        return sp.S.Zero
    if f.has(sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh) and (sums := read(f, t)) is not None:
        return tidy(sums.integral().expr(t), (t,))
    s = sp.Dummy("s", real=True)
    value = sp.integrate(f.subs(t, s), s)
    if isinstance(value, sp.Piecewise) and isinstance(value.args[0][1], sp.Ne):
        value = value.args[0][0]  # generic parameters
    if value.has(sp.Integral, sp.Piecewise):
        return None
    value = sp.simplify(value.subs(s, t) - value.subs(s, 0))
    return None if value.has(sp.nan, sp.zoo, sp.oo) else value


def integral(sde: SDE, f: Any) -> Any:
    """∫₀ᵗ f ds: done where f is a function of the time alone, else left as an integral along the path. A term with
    unknown functions of the time is left by itself."""
    t = sde.t
    if f == 0:
        return sp.S.Zero
    terms = sp.Add.make_args(f if f.has(*FUNCTIONALS) else sp.powsimp(sp.expand(f)))
    quiet = [term for term in terms if not term.has(*FUNCTIONALS)]
    value = _time_integral(sp.Add(*quiet), t)
    if value is None:
        value, quiet = sp.S.Zero, []
    rest = sp.powsimp(sp.Add(*(term for term in terms if term not in quiet)))
    if rest == 0:
        return value
    front, varying = sp.factor_terms(rest).as_independent(t, *FUNCTIONALS, as_Add=False)
    return value + front * sp.Integral(inside(varying, sde), (clocks(sde)[0], 0, t))


def wiener(sde: SDE, k: int, f: Any) -> Any:
    """∫₀ᵗ f dW_k: f W_k(t) for a constant, ∫ f dW_k as a symbol otherwise."""
    if f == 0:
        return sp.S.Zero
    f = sp.powsimp(f if f.has(*FUNCTIONALS) else sde.tidy(f))
    constant, varying = f.as_independent(sde.t, *FUNCTIONALS, as_Add=False)
    if varying == 1:
        return constant * noise(sde, k)
    name = sp.Symbol(noise(sde, k).func.__name__)
    return constant * ItoIntegral(name, inside(varying, sde), clocks(sde)[0], sp.S.Zero, sde.t)


def linear_form(sde: SDE) -> tuple[Any, Any, list[Any], list[Any]] | None:
    """(A, c, [B_k], [d_k]): drift A x + c, noise k: B_k x + d_k, entries functions of the time; None if not linear."""
    x = list(sde.states)
    a = sp.Matrix(sde.ito_drift).jacobian(x)
    noises = [sde.diffusion[:, k].jacobian(x) for k in range(sde.m)]
    if any(entry.has(*x) for matrix in (a, *noises) for entry in matrix.applyfunc(sp.simplify)):
        return None
    a, noises = a.applyfunc(sp.simplify), [b.applyfunc(sp.simplify) for b in noises]
    origin = dict.fromkeys(x, 0)
    c = sp.Matrix(sde.ito_drift).subs(origin)
    return a, c, noises, [sde.diffusion[:, k].subs(origin) for k in range(sde.m)]


def linear_system(sde: SDE, begin: tuple[Any, ...]) -> Solution | None:
    """Linear systems: additive noise and constant coefficients, or drift and noise matrices that commute at all times.

    Additive, with c(t) of exponentials, waves and powers: X = m(t) + Σ ∫₀ᵗ e^{A(t−s)} d_k dW_k. Commuting:
    X = Φ (x0 + ∫ Φ⁻¹(c − Σ ρ_kl B_k d_l) ds + Σ ∫ Φ⁻¹ d_k dW_k), Φ = exp(∫ (A − ½ Σ ρ_kl B_k B_l) ds + Σ ∫ B_k dW_k).
    """
    from derive.stochastic.sde import replace_sde

    form = linear_form(sde)
    if form is None:
        return None
    a, c, noises, forces = form
    still = not any(entry.has(sde.t) for matrix in (a, *noises, *forces) for entry in matrix)
    still = still and all(read_force(entry, sde) is not None for entry in c)
    try:
        if not still or any(not b.is_zero_matrix for b in noises):
            return _commuting(sde, begin, a, c, noises, forces)
        rational, root = with_root(a, sde.given)
        if not root:
            return _additive(sde, begin, a, c, forces)
        named = replace_sde(sde, drift=tuple(rational * sp.Matrix(sde.states) + c))
        found = _additive(named, begin, rational, c, forces)
        return None if found is None else replace(found, sde=sde, values=restated(found.values, root))
    except Unsolvable:
        return None


def _additive(sde: SDE, begin: tuple[Any, ...], a: Any, c: Any, forces: list[Any]) -> Solution | None:
    t = sde.t
    push = [force for entry in c if (force := read_force(entry, sde)) is not None]
    mean = [e.expr(t) for e in solve_linear(a, begin, push, sde.given)]
    flow = exponential(a, sde.given)
    values = []
    for i, centre in enumerate(mean):
        total = sde.tidy(centre)
        for k, d in enumerate(forces):
            kernel = ExpPoly((), sde.given)
            for j in range(sde.n):
                kernel = kernel + flow[i][j].times(d[j])
            total += _moving_average(sde, k, kernel)
        values.append(total)
    evidence = follows(sde, values, begin, sde.given)
    return Solution(sde, begin, tuple(values), "linear system, additive noise: matrix exponential", sde.given, evidence)


def read_force(entry: Any, sde: SDE) -> ExpPoly | None:
    """An entry of c(t) as an exponential polynomial; None if it is none."""
    return ExpPoly((), sde.given) if entry == 0 else read(entry, sde.t, sde.given)


def _moving_average(sde: SDE, k: int, kernel: ExpPoly) -> Any:
    """∫₀ᵗ κ(t − s) dW_k for κ = Σ c uʲ e^{λu}: (t − s)ʲ multiplied out, e^{iω(t−s)} by cosines and sines, so that t
    stands in front of each integral."""
    t, total = sde.t, sp.S.Zero
    for (rate, wave, power), (even, odd) in kernel.waves().items():
        for j in range(power + 1):
            weight = sp.binomial(power, j) * t ** (power - j) * sp.Integer(-1) ** j * sp.exp(rate * t)
            inner = t**j * sp.exp(-rate * t)
            if wave == 0:
                total += even * weight * wiener(sde, k, inner)
                continue
            by_cos, by_sin = (wiener(sde, k, inner * f(wave * t)) for f in (sp.cos, sp.sin))
            total += weight * (even * sp.cos(wave * t) + odd * sp.sin(wave * t)) * by_cos
            total += weight * (even * sp.sin(wave * t) - odd * sp.cos(wave * t)) * by_sin
    return total


def _commuting(
    sde: SDE, begin: tuple[Any, ...], a: Any, c: Any, noises: list[Any], forces: list[Any]
) -> Solution | None:
    """The solution by Φ, a product of exponentials; None if two of the matrices do not commute at all times."""
    earlier = sp.Dummy("s", real=True)
    everything = [m for m in (a, *noises) if not m.is_zero_matrix]
    before = [m.subs(sde.t, earlier) for m in everything]
    if any(not zero(e) for p in everything for q in before for e in p * q - q * p):
        return None
    rho, n = sde.correlation, range(sde.m)
    correction, push = sp.zeros(sde.n, sde.n), sp.Matrix(c)
    for k in n:
        for j in n:
            correction += noises[k] * noises[j] * rho[k, j] / 2
            push -= noises[k] * forces[j] * rho[k, j]
    factors = [factor(sde, a - correction, lambda f: integral(sde, f))]
    factors += [factor(sde, b, lambda f, k=k: wiener(sde, k, f)) for k, b in enumerate(noises)]
    flow, back = sp.eye(sde.n), sp.eye(sde.n)
    for forward, reverse in factors:
        flow, back = (forward * flow, back * reverse)
    inner = sp.Matrix(begin)
    forced = not push.applyfunc(sp.expand).is_zero_matrix or any(not d.is_zero_matrix for d in forces)
    if forced:
        drive, kicks = back * push, [back * d for d in forces]
        for i in range(sde.n):
            inner[i] += integral(sde, sp.expand(drive[i]))
            inner[i] += sp.Add(*(wiener(sde, k, sp.expand(kick[i])) for k, kick in enumerate(kicks)))
        values = tuple(sp.Add(*(flow[i, j] * inner[j] for j in range(sde.n))) for i in range(sde.n))
    else:
        values = tuple(sp.expand(entry) for entry in flow * inner)
    evidence = follows(sde, values, begin, sde.given)
    if all(b.is_zero_matrix for b in noises):
        method = "linear system, coefficients in time: matrix exponential"
    else:
        method = "linear system with commuting noise: exponentials"
    return Solution(sde, begin, values, method, sde.given, evidence)


def factor(sde: SDE, matrix: Any, clock: Callable[[Any], Any]) -> tuple[Any, Any]:
    """(e^M, e^{−M}) for M = `clock`(matrix) entrywise, the integral against dt or a noise: of f(t) N with a constant N
    by the exponential of N at the time clock(f), else by the exponential of the entries."""
    matrix = matrix.applyfunc(sde.tidy)
    if matrix.is_zero_matrix:
        return sp.eye(sde.n), sp.eye(sde.n)
    shape, pace = _shape(sde, matrix)
    letters: dict[Any, Any] = {}

    def letter(entry: Any) -> Any:
        if not entry.has(sde.t, *FUNCTIONALS):
            return entry
        sign = -1 if entry.could_extract_minus_sign() else 1
        return sign * letters.setdefault(sign * entry, sp.Dummy(f"w{len(letters)}", real=True))

    time = sp.S.One if pace is None else clock(pace)
    entries = matrix.applyfunc(clock).applyfunc(letter) if pace is None else shape
    names = {symbol: node for node, symbol in letters.items()}
    flow, u = exponential(entries, sde.given), sp.Dummy("u", real=True)
    shown = sp.Matrix([[sde.tidy(e.expr(u)) for e in row] for row in flow])
    return shown.xreplace({u: time, **names}), shown.xreplace({u: -time, **names})


def _shape(sde: SDE, matrix: Any) -> tuple[Any, Any]:
    """(N, f) with the matrix f(t) N, N constant; (the matrix, None) if it is not of this form."""
    if not any(entry.has(sde.t) for entry in matrix):
        return matrix, sp.S.One
    first = next(entry for entry in matrix if entry != 0)
    pace = first if first.is_Add else first.as_independent(sde.t, *FUNCTIONALS, as_Add=False)[1]
    shape = (matrix / pace).applyfunc(sde.tidy)
    return (matrix, None) if any(entry.has(sde.t, *FUNCTIONALS) for entry in shape) else (shape, pace)
