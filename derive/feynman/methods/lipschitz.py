"""Laplace and Fourier integrals of Bessel functions (Lipschitz, Weber), Hankel's with a rational factor, Sonine's.

With p on the imaginary axis as a limit of Re p > 0 (Abel):
    ∫_0^∞ e^{−px} J_ν(cx) dx = ((r − p)/c)^ν/r, ∫_0^∞ e^{−px} J_ν(cx) dx/x = ((r − p)/c)^ν/ν, r = √(p² + c²);
    I_ν: c → ic; K_0: arcosh(p/c)/√(p² − c²); Y_0: −(2/π) arsinh(p/c)/√(p² + c²);
    ∫_0^∞ x^{μ−1} J_ν(cx) dx = 2^{μ−1} c^{−μ} Γ((ν + μ)/2)/Γ(1 + (ν − μ)/2);
    ∫_0^∞ x^{ν+1} J_ν(cx) (x² + b²)^{−λ−1} dx = c^λ b^{ν−λ} K_{ν−λ}(bc)/(2^λ Γ(λ + 1)), since (x² + b²)^{−λ−1} is an
    integral of e^{−t(x² + b²)} (Fubini) and the inner integral is Weber's;
    ∫_0^∞ J_ν(cx) (x² + b²)^{−½} dx = I_{ν/2}(bc/2) K_{ν/2}(bc/2);
    ∫_0^∞ e^{ia sinh x}, e^{ia cosh x} times cosh νx, |ν| < 1 (Mehler and Sonine).
Reference: NIST DLMF 10.22.43-10.22.52, 10.32.7, 10.9.8-10.9.9; G. Watson, ch. 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.exact import sign_of
from derive.feynman.methods.weber import Found, weber_schafheitlin
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import BesselIntegral

Given = tuple[Any, ...]
HALF = sp.Rational(1, 2)
BESSEL = (sp.besselj, sp.bessely, sp.besseli, sp.besselk)


class LipschitzIntegrals:
    """The method, for one Bessel function of cx on (0, ∞), two J with a power, or e^{ia sinh x}, e^{ia cosh x}."""

    name = "integrals of Lipschitz, Weber and Sonine"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """One value, or two, where it depends on which of two rates is the larger one."""
        if (problem.lower, problem.upper) != (0, sp.oo):
            return
        constant, results = theorems(problem.integrand, problem.variable, problem.given)
        for found in results:
            value = constant * found.value
            case = tuple(c for c in found.conditions if c not in problem.given)
            steps = Derivation(problem.integral, (*problem.given, *case))
            yield Proposal(value, self.name, steps.to(value, BesselIntegral(found.words)).qed(), found.conditions)


def theorems(f: Any, x: sp.Symbol, given: Given) -> tuple[Any, list[Found]]:
    """The constant in front, and what the theorems say of ∫_0^∞ of the rest."""
    y = sp.Dummy("x", positive=True)
    constant, f = sp.powsimp(f.xreplace({x: y})).as_independent(y, as_Add=False)
    if not (f.has(*BESSEL) or f.has(sp.sinh, sp.cosh)):
        return constant, []
    return constant, [found for way in (_single, _sonine, weber_schafheitlin) for found in way(f, y, given) or ()]


def _single(f: Any, x: sp.Symbol, given: Given) -> list[Found] | None:
    """One Bessel function times x^k and e^{−px}, cos bx, sin bx or (x² + b²)^{−λ−1}."""
    k, rest, bessel = sp.S.Zero, sp.S.One, None
    for factor in sp.Mul.make_args(f):
        base, e = factor.as_base_exp()
        if base == x and not e.has(x):
            k += e
        elif isinstance(factor, BESSEL) and bessel is None:
            bessel = factor
        else:
            rest *= factor
    if bessel is None:
        return None
    nu, y = bessel.args
    c = sp.cancel(y / x)
    if c.has(x) or nu.has(x) or sign_of(c, given) != 1:
        return None
    if rest == 1 and isinstance(bessel, sp.besselj):
        return [_moment(nu, c, k + 1)]
    if isinstance(rest, sp.exp):
        p = sp.cancel(-rest.args[0] / x)
        return None if p.has(x) else _laplace(bessel.func, nu, c, p, k)
    if isinstance(rest, (sp.cos, sp.sin)):
        b = sp.cancel(rest.args[0] / x)
        if b.has(x) or sign_of(b, given) != 1:
            return None
        return _fourier(bessel.func, nu, c, b, k, isinstance(rest, sp.cos), given)
    return _hankel(nu, c, k, rest, x, given) if isinstance(bessel, sp.besselj) else None


def _moment(nu: Any, c: Any, mu: Any) -> Found:
    value = 2 ** (mu - 1) * c ** (-mu) * sp.gamma((nu + mu) / 2) / sp.gamma(1 + (nu - mu) / 2)
    needs = (sp.Gt(nu + mu, 0), sp.Lt(mu, sp.Rational(3, 2)))
    return Found(value, "Weber's integral: the Mellin transform of J, DLMF 10.22.43", (), needs)


def _laplace(kind: Any, nu: Any, c: Any, p: Any, k: Any) -> list[Found] | None:
    """e^{−px} with a real p; x^k by −d/dp."""
    if not k.is_Integer or k < -1 or k > 6:
        return None
    q = sp.Dummy("p", positive=True)
    value = _transform(kind, nu, c, q, k < 0)
    if value is None:
        return None
    for _ in range(int(k)):
        value = -sp.diff(value, q)
    value = sp.factor(sp.simplify(value)) if k > 0 else value
    rate = p - c if kind is sp.besseli else p + c if kind is sp.besselk else p
    needs = (sp.Gt(rate, 0), sp.Gt(nu + k + 1, 0) if kind in (sp.besselj, sp.besseli) else sp.true)
    return [Found(value.xreplace({q: p}), "Lipschitz's integral, DLMF 10.22.49", (), needs)]


def _transform(kind: Any, nu: Any, c: Any, p: Any, divided: bool) -> Any | None:
    if kind in (sp.besselj, sp.besseli):
        r = sp.sqrt(p**2 + c**2) if kind is sp.besselj else sp.sqrt(p**2 - c**2)
        base = (r - p) / c if kind is sp.besselj else (p - r) / c
        if divided:
            return None if nu == 0 else base**nu / nu
        return base**nu / r
    if divided or nu != 0:
        return None
    if kind is sp.besselk:
        return sp.acosh(p / c) / sp.sqrt(p**2 - c**2)
    return -2 / sp.pi * sp.asinh(p / c) / sp.sqrt(p**2 + c**2)


def _fourier(kind: Any, nu: Any, c: Any, b: Any, k: Any, cosine: bool, given: Given) -> list[Found] | None:
    """Real or minus imaginary part at p = ib, for b < c and for b > c."""
    words = "Lipschitz's integral at p = ib as Abel's limit, DLMF 10.22.49"
    if kind is sp.besselk and nu == 0 and k == 0:
        root = sp.sqrt(b**2 + c**2)
        return [Found(sp.pi / (2 * root) if cosine else sp.asinh(b / c) / root, words, (), (sp.Gt(b, 0),))]
    s, h = sp.sqrt(c**2 - b**2), sp.sqrt(b**2 - c**2)
    angle, q = nu * sp.asin(b / c), (b - h) / c
    quarter = sp.pi * nu / 2
    if kind is sp.besselj and k == 0:
        slow = (sp.cos if cosine else sp.sin)(angle) / s
        fast = (-sp.sin(quarter) if cosine else sp.cos(quarter)) * q**nu / h
    elif kind is sp.besselj and k == -1 and nu == 0 and not cosine:
        slow, fast = sp.asin(b / c), sp.pi / 2
    elif kind is sp.besselj and k == -1 and nu != 0:
        slow = (sp.cos if cosine else sp.sin)(angle) / nu
        fast = (sp.cos if cosine else sp.sin)(quarter) * q**nu / nu
    elif kind is sp.bessely and k == 0 and nu == 0:
        slow = sp.S.Zero if cosine else 2 / sp.pi * sp.asin(b / c) / s
        fast = -1 / h if cosine else 2 / sp.pi * sp.log(q) / h
    else:
        return None
    slow, fast = (sp.expand_trig(v) if nu.is_Integer else v for v in (slow, fast))
    side = sign_of(c - b, given)
    needs = (sp.Gt(b, 0), sp.Gt(nu + k + (1 if cosine else 2), 0) if kind is sp.besselj else sp.true)
    found = []
    if side != -1:
        found.append(Found(slow, words, () if side == 1 else (b < c,), (*needs, sp.Lt(b, c))))
    if side != 1:
        found.append(Found(fast, words, () if side == -1 else (b > c,), (*needs, sp.Gt(b, c))))
    return found


def _hankel(nu: Any, c: Any, k: Any, rest: Any, x: sp.Symbol, given: Given) -> list[Found] | None:
    base, e = rest.as_base_exp()
    if not base.is_polynomial(x) or sp.degree(base, x) != 2 or base.coeff(x, 1) != 0:
        return None
    lead, b2 = base.coeff(x, 2), base.subs(x, 0)
    b = sp.powdenest(sp.sqrt(b2 / lead), force=True)
    if sign_of(b2 / lead, given) != 1 or e.has(x):
        return None
    if sp.expand(k - nu - 1) == 0:
        mu = -e - 1
        value = c**mu * b ** (nu - mu) / (2**mu * sp.gamma(mu + 1)) * sp.besselk(_even(nu - mu), b * c)
        words = "(x² + b²)^(−λ−1) as an integral of e^(−t(x² + b²)), Fubini, Weber's integral: DLMF 10.22.46"
        needs = (sp.Gt(b, 0), sp.Gt(nu, -1), sp.Lt(nu, 2 * mu + sp.Rational(3, 2)))
        return [Found(lead**e * sp.expand_func(_half_k(value)), words, (), needs)]
    if k == 0 and e == -HALF:
        value = sp.besseli(nu / 2, b * c / 2) * sp.besselk(nu / 2, b * c / 2)
        needs = (sp.Gt(b, 0), sp.Gt(nu, -1))
        return [Found(lead**e * value, "Hankel's integral of J/√(x² + b²), DLMF 10.22.53", (), needs)]
    return None


def _even(order: Any) -> Any:
    order = sp.expand(order)
    return -order if order.could_extract_minus_sign() else order


def _half_k(value: Any) -> Any:
    from derive.feynman.methods.tidy import half_orders

    return half_orders(value)


def _sonine(f: Any, x: sp.Symbol, given: Given) -> list[Found] | None:
    """cos, sin of a sinh x or a cosh x, times cosh νx or sinh νx."""
    waves = [node for node in f.atoms(sp.cos, sp.sin) if node.args[0].has(sp.sinh, sp.cosh)]
    if len(waves) != 1:
        return None
    wave = waves[0]
    a, inner = wave.args[0].as_independent(x, as_Add=False)
    rest = sp.cancel(f / wave)
    if sign_of(a, given) != 1 or inner not in (sp.sinh(x), sp.cosh(x)):
        return None
    nu, odd = sp.S.Zero, isinstance(rest, sp.sinh)
    if isinstance(rest, (sp.cosh, sp.sinh)):
        nu = sp.cancel(rest.args[0] / x)
    if nu.has(x) or (rest != 1 and nu == 0):
        return None
    cosine, j, y, k = isinstance(wave, sp.cos), sp.besselj(nu, a), sp.bessely(nu, a), sp.besselk(nu, a)
    c, s = sp.cos(sp.pi * nu / 2), sp.sin(sp.pi * nu / 2)
    needs = (sp.Gt(a, 0), sp.Lt(nu, 1), sp.Gt(nu, -1))
    if inner == sp.cosh(x) and not odd:
        value = -sp.pi / 2 * (y * c + j * s) if cosine else sp.pi / 2 * (j * c - y * s)
        return [Found(value, "the integrals of Mehler and Sonine, DLMF 10.9.9", (), needs)]
    if inner == sp.sinh(x) and cosine is not odd:
        return [Found(c * k if cosine else s * k, "the rotated integral of K, DLMF 10.32.7", (), needs)]
    if inner == sp.sinh(x) and nu == 0 and not cosine:
        return [Found(sp.pi / 2 * (sp.besseli(0, a) - _struve(a)), "Struve's function, DLMF 11.5.6", (), needs)]
    return None


def _struve(a: Any) -> Any:
    """L_0(a) = (2a/π) ₁F₂(1; 3/2, 3/2; a²/4)."""
    return 2 * a / sp.pi * sp.hyper([1], [sp.Rational(3, 2), sp.Rational(3, 2)], a**2 / 4)
