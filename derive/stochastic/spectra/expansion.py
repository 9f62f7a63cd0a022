"""Transition densities as eigenfunction expansions, p = w(x) Σ e^{−λ_n t} φ_n(x) φ_n(x0)/h_n.

Each term solves the forward equation; that the sum starts as a point mass (the functions are complete) is seen at short
times, where it must be the heat kernel. Reference: S. Karlin, H. Taylor, A Second Course, sec. 15.13.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError
from derive.stochastic.laws.density import Density

if TYPE_CHECKING:
    from derive.stochastic.spectra.spectrum import Spectrum

MOST_TERMS, SHORT, CLOSE = 1500, 0.01, 0.03
MPMATH = [{"assoc_laguerre": mpmath.laguerre, "RisingFactorial": mpmath.rf}, "mpmath"]


def expansion(spectrum: Spectrum, x0: Any = None) -> Density:
    """The transition density of a process with a purely discrete spectrum; StochasticError if it is not.

    Its mass is 1 where λ_0 = 0, else it is left as the integral of the sum: mass is lost at absorbing walls.
    """
    from derive.stochastic.solutions.solution import start

    equation = spectrum.equation
    if spectrum.edge is not None:
        raise StochasticError(
            f"from {plain(spectrum.edge)} on the spectrum is continuous: the sum over eigenfunctions alone is no "
            "density"
        )
    sde = equation.weighted()[0]
    x, t, n = equation.states[0], equation.t, spectrum.index
    (first,) = start(sde, x0)
    plain_term = term(spectrum, x, first, t, n)
    short, proofs = _shorter(plain_term, (*spectrum.given, *sde.facts))
    front, inner = short.as_independent(n, as_Add=False) if proofs else (sp.S.One, short)
    front = spectrum.weight * front
    front = sp.factor(front) if front.is_rational_function(x) else front
    value = front * sp.Sum(inner, (n, spectrum.first, sp.oo))
    conserves = spectrum.first == 0 and spectrum.eigenvalue(0) == 0 and spectrum.function(0).diff(x) == 0
    mass = sp.S.One if conserves else sp.Integral(value, (x, *spectrum.domain))
    evidence = together([spectrum.evidence, *proofs, _completeness(spectrum)])
    name = f"eigenfunction expansion, {spectrum.family}"
    return Density(sde, value, (spectrum.domain,), name, spectrum.given, evidence, (first,), sp.S.Zero, mass)


def _shorter(e: Any, given: tuple[Any, ...]) -> tuple[Any, list[Evidence]]:
    """A term with quotients of factorials and Pochhammer's symbols done, n a symbol; with the proof if it changed."""
    if not e.has(sp.RisingFactorial, sp.factorial) or e.has(sp.Piecewise):
        return e, []
    short = sp.factor_terms(sp.gammasimp(e.rewrite(sp.gamma)))
    if short.count_ops() >= e.count_ops():
        return e, []
    return short, [settled(short / e, sp.S.One, given, "the terms")]


def term(spectrum: Spectrum, x: Any, first: Any, t: Any, n: Any) -> Any:
    """e^{−λ_n t} φ_n(x) φ_n(x0)/h_n."""
    here = spectrum.function(n)
    there = here.subs(spectrum.equation.states[0], first)
    decay = sp.exp(-spectrum.eigenvalue(n) * t)
    return decay * here * there / spectrum.norm(n)


def _completeness(spectrum: Spectrum) -> Evidence:
    """The sum at x = x0 against what it must be: a closed kernel where λ_n is linear in n, the heat kernel at short
    times else. StochasticError if it is something else."""
    equation, n = spectrum.equation, spectrum.index
    x, d, a = equation.states[0], equation.diffusion[0, 0], equation.drift[0]
    symbols = sp.Tuple(spectrum.weight, spectrum.norm_form, d, a, *spectrum.domain).free_symbols - {n}
    inside = tuple(r for r in (x > spectrum.domain[0], x < spectrum.domain[1]) if r not in (sp.true, sp.false))
    facts = (*(g for g in spectrum.given if not g.has(n)), *inside)
    try:
        (point,) = admissible(symbols | {x}, facts, random.Random(17), 1, real=True)
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for the look at the sum", str(reason))
    names = sorted(point, key=str)
    with mpmath.workdps(40):
        numbers = [mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in names]

        def at(e: Any) -> Any:
            return sp.lambdify(names, e, MPMATH)(*numbers)

        step = sp.diff(spectrum.eigenvalue_form, n)
        linear = not step.has(n) and not isinstance(spectrum.eigenvalue_form, sp.Piecewise)
        if linear:
            t = mpmath.log(2) / at(step)
            want, close, name = at(_closed_kernel(spectrum)), 1e-9, "the closed kernel"
        else:
            gap = min(abs(at(x) - at(spectrum.domain[0])), abs(at(spectrum.domain[1]) - at(x)), 1)
            spread, drift = 2 * at(d), abs(at(a))
            t = SHORT * min(gap**2 / spread, spread / drift**2 if drift else mpmath.inf)
            want, close, name = 1 / mpmath.sqrt(2 * mpmath.pi * spread * t), CLOSE, "the heat kernel at short times"
        total = _sum(spectrum, names, numbers, t, at)
        if total is None:
            return Evidence(Status.UNKNOWN, f"{MOST_TERMS} terms do not reach {name}")
        ratio = float(total * at(spectrum.weight) / want)
    if abs(ratio - 1) > close:
        raise StochasticError(
            f"the expansion fails its check: the sum is {ratio} of {name}, at {plain(point)}; nothing is returned"
        )
    return Evidence(Status.AGREED, f"the sum is {name}: their ratio is 1 {ratio - 1:+.1e} at {plain(point)}")


def _sum(spectrum: Spectrum, names: list[Any], numbers: list[Any], t: Any, at: Any) -> Any | None:
    """Σ e^{−λ_n t} φ_n(x)²/h_n until e^{−(λ_n − λ_first) t} is negligible; None if that takes too many terms."""
    lam, form, norm = (
        sp.lambdify([spectrum.index, *names], e, MPMATH)
        for e in (spectrum.eigenvalue_form, spectrum.function_form, spectrum.norm_form)
    )
    total = mpmath.mpf(0)
    for k in range(spectrum.first, MOST_TERMS):
        h = at(spectrum.norm(k)) if k == spectrum.first else norm(mpmath.mpf(k), *numbers)  # 2**-k of an int underflows
        decay = mpmath.exp(-lam(k, *numbers) * t)
        part = mpmath.re(decay * form(k, *numbers) ** 2 / h)
        total += part
        if part <= 1e-14 * total and mpmath.exp((lam(spectrum.first, *numbers) - lam(k, *numbers)) * t) < 1e-14:
            return total
    return None


def _closed_kernel(spectrum: Spectrum) -> Any:
    """p(x, t | x)/w(x) · w(x) at e^{−λ t} = ½ for one step of λ: Mehler's kernel (Hermite), with its image for odd or
    even functions, or Hille and Hardy's (Laguerre); DLMF 18.18.28 and 18.18.27, rewritten for the density."""
    x, n = spectrum.equation.states[0], spectrum.index
    half = sp.Rational(1, 2)
    lowest = spectrum.eigenvalue(0) / sp.diff(spectrum.eigenvalue_form, n)
    (special,) = spectrum.function_form.atoms(sp.hermite, sp.assoc_laguerre)
    u, slope = special.args[-1], sp.Abs(sp.diff(special.args[-1], x))
    if isinstance(special, sp.hermite):
        step, first = sp.diff(special.args[0], n), special.args[0].subs(n, 0)
        z = half if step == 1 else sp.sqrt(half)
        ground = half ** (lowest - first / step)

        def mehler(v: Any) -> Any:
            return slope * sp.exp(-((u - z * v) ** 2) / (1 - z**2)) / sp.sqrt(sp.pi * (1 - z**2))

        return ground * (mehler(u) if step == 1 else mehler(u) + (1 if first == 0 else -1) * mehler(-u))
    beta = special.args[1]
    bessel = sp.besseli(beta, 2 * u * sp.sqrt(half) / (1 - half))
    size = slope * u**beta * sp.exp(-u) * (u**2 * half) ** (-beta / 2) / (1 - half)
    return size * sp.exp(-2 * u * half / (1 - half)) * bessel * half**lowest
