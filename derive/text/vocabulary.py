"""The words of mathematical text: names of functions with their numbers of arguments, constants, Greek letters.

Parentheses decide: `beta(x, y)` is the Beta function, `beta` alone is a symbol.
Nothing is looked up in a namespace of Python.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp


def _words(text: str) -> list[str]:
    return text.split()


GREEK = _words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
    "phi chi psi omega"
)
LETTER_OF = dict(zip(GREEK, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
LETTER_OF |= zip([name.capitalize() for name in GREEK], "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True)
LETTER_OF |= {"varepsilon": "ε", "vartheta": "ϑ", "varphi": "ϕ", "lamda": "λ", "ell": "ℓ", "hbar": "ℏ"}
_NAME_OF = {letter: name for name, letter in LETTER_OF.items() if name not in ("varepsilon", "lamda")}
_NAME_OF |= {"ϵ": "epsilon", "ς": "sigma", "ϱ": "rho", "ϖ": "pi", "µ": "mu"}
_LONE_GREEK = re.compile(r"(?<![^\W\d_])[\u0370-\u03ffµℓℏ](?![^\W\d_])")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

CONSTANTS: dict[str, sp.Basic] = {
    "pi": sp.pi,
    "E": sp.E,
    "e": sp.E,
    "I": sp.I,
    "oo": sp.oo,
    "inf": sp.oo,
    "infinity": sp.oo,
    "∞": sp.oo,
    "EulerGamma": sp.EulerGamma,
    "Catalan": sp.Catalan,
    "GoldenRatio": sp.GoldenRatio,
    "True": sp.true,
    "False": sp.false,
}


def spelled(name: str) -> str:
    """The name in plain letters: θ → theta, σ_t → sigma_t, x₀ → x_0; Greek and spelled names are the same symbol.

    A Greek letter that touches another letter stays as it is: Δt is a name of its own, not Deltat.
    """
    plain = re.sub(r"(?<![_₀-₉])(?=[₀-₉])", "_", name).translate(_SUBSCRIPTS) if re.search("[₀-₉]", name) else name
    return _LONE_GREEK.sub(lambda match: _NAME_OF.get(match[0], match[0]), plain)


@dataclass(frozen=True)
class Known:
    """A function of the table: how SymPy builds it, and how many arguments it takes at least and at most."""

    build: Callable[..., Any]
    least: int
    most: int
    integers_up_to: int | None = None

    def takes(self) -> str:
        """The number of arguments in words."""
        if self.least == self.most:
            return f"{self.least} argument{'s' if self.least != 1 else ''}"
        number = f"{self.least} to {self.most}" if self.most < 99 else f"at least {self.least}"
        return f"{number} arguments"


def _polygamma_first(x: sp.Expr) -> sp.Expr:
    return sp.polygamma(0, x)


def _order(expr: sp.Expr, *points: sp.Basic) -> sp.Expr:
    return sp.Order(expr, *points)


# Names separated by bars are one function. Least and most arguments; the largest integer argument that is evaluated,
# where evaluation spells out a number or polynomial that grows with it.
_TABLE: tuple[tuple[str, Any, int, int, int | None], ...] = (
    *(
        (name, getattr(sp, name), 1, 1, None)
        for name in _words(
            "sin cos tan cot sec csc sinc acos acot acsc asec sech csch asech acsch acoth erf erfc erfi erfcinv "
            "fresnels fresnelc Shi Chi li Li airyai airybi airyaiprime airybiprime elliptic_k"
        )
    ),
    ("asin|arcsin", sp.asin, 1, 1, None),
    ("arccos", sp.acos, 1, 1, None),
    ("atan|arctan|arctg", sp.atan, 1, 1, None),
    ("tg", sp.tan, 1, 1, None),
    ("ctg", sp.cot, 1, 1, None),
    ("arccot|arcctg", sp.acot, 1, 1, None),
    ("arcsec", sp.asec, 1, 1, None),
    ("arccsc", sp.acsc, 1, 1, None),
    ("atan2|arctan2", sp.atan2, 2, 2, None),
    ("sinh|sh", sp.sinh, 1, 1, None),
    ("cosh|ch", sp.cosh, 1, 1, None),
    ("tanh|th", sp.tanh, 1, 1, None),
    ("coth|cth", sp.coth, 1, 1, None),
    ("asinh|arsinh|arcsinh", sp.asinh, 1, 1, None),
    ("acosh|arcosh|arccosh", sp.acosh, 1, 1, None),
    ("atanh|artanh|arctanh", sp.atanh, 1, 1, None),
    ("exp", sp.exp, 1, 1, None),
    ("log|ln", sp.log, 1, 2, None),
    ("log2", lambda x: sp.log(x, 2), 1, 1, None),
    ("log10|lg", lambda x: sp.log(x, 10), 1, 1, None),
    ("sqrt", sp.sqrt, 1, 1, None),
    ("cbrt", sp.cbrt, 1, 1, None),
    ("root", sp.root, 2, 2, None),
    ("Pow", sp.Pow, 2, 2, None),
    ("Rational", lambda p, q: p / q, 2, 2, None),
    ("abs|Abs", sp.Abs, 1, 1, None),
    ("sign|sgn", sp.sign, 1, 1, None),
    ("floor", sp.floor, 1, 1, None),
    ("ceiling|ceil", sp.ceiling, 1, 1, None),
    ("frac", sp.frac, 1, 1, None),
    ("re|Re", sp.re, 1, 1, None),
    ("im|Im", sp.im, 1, 1, None),
    ("arg", sp.arg, 1, 1, None),
    ("conjugate|conj", sp.conjugate, 1, 1, None),
    ("max|Max", sp.Max, 1, 99, None),
    ("min|Min", sp.Min, 1, 99, None),
    ("mod|Mod", sp.Mod, 2, 2, None),
    ("Heaviside", sp.Heaviside, 1, 2, None),
    ("DiracDelta", sp.DiracDelta, 1, 2, None),
    ("KroneckerDelta", sp.KroneckerDelta, 2, 2, None),
    ("LeviCivita", sp.LeviCivita, 2, 9, None),
    ("factorial", sp.factorial, 1, 1, 1000),
    ("factorial2", sp.factorial2, 1, 1, 1000),
    ("subfactorial", sp.subfactorial, 1, 1, 1000),
    ("binomial", sp.binomial, 2, 2, 1000),
    ("RisingFactorial|rf", sp.RisingFactorial, 2, 2, 200),
    ("FallingFactorial|ff", sp.FallingFactorial, 2, 2, 200),
    ("gamma|Gamma", sp.gamma, 1, 1, 1000),
    ("loggamma|lgamma", sp.loggamma, 1, 1, 1000),
    ("digamma|psi", _polygamma_first, 1, 1, 300),
    ("polygamma", sp.polygamma, 2, 2, 300),
    ("uppergamma", sp.uppergamma, 2, 2, 60),
    ("lowergamma", sp.lowergamma, 2, 2, 60),
    ("beta|Beta", sp.beta, 1, 2, 1000),
    ("zeta", sp.zeta, 1, 2, 300),
    ("dirichlet_eta", sp.dirichlet_eta, 1, 1, 300),
    ("lerchphi", sp.lerchphi, 3, 3, 300),
    ("polylog", sp.polylog, 2, 2, 300),
    ("harmonic", sp.harmonic, 1, 2, 300),
    ("bernoulli", sp.bernoulli, 1, 2, 300),
    ("euler", sp.euler, 1, 2, 300),
    ("fibonacci", sp.fibonacci, 1, 2, 300),
    ("lucas", sp.lucas, 1, 1, 300),
    ("catalan", sp.catalan, 1, 1, 300),
    ("stieltjes", sp.stieltjes, 1, 2, 300),
    ("erf2", sp.erf2, 2, 2, None),
    ("erfinv", sp.erfinv, 1, 1, None),
    ("erf2inv", sp.erf2inv, 2, 2, None),
    ("Ei", sp.Ei, 1, 1, None),
    ("E1", sp.E1, 1, 1, None),
    ("expint", sp.expint, 2, 2, 60),
    ("Si", sp.Si, 1, 1, None),
    ("Ci", sp.Ci, 1, 1, None),
    ("LambertW|lambertw", sp.LambertW, 1, 2, None),
    ("besselj", sp.besselj, 2, 2, 1000),
    ("bessely", sp.bessely, 2, 2, 1000),
    ("besseli", sp.besseli, 2, 2, 1000),
    ("besselk", sp.besselk, 2, 2, 1000),
    ("hankel1", sp.hankel1, 2, 2, 1000),
    ("hankel2", sp.hankel2, 2, 2, 1000),
    ("jn", sp.jn, 2, 2, 100),
    ("yn", sp.yn, 2, 2, 100),
    ("elliptic_e", sp.elliptic_e, 1, 2, None),
    ("elliptic_f", sp.elliptic_f, 2, 2, None),
    ("elliptic_pi", sp.elliptic_pi, 2, 3, None),
    ("hyper", sp.hyper, 3, 3, 1000),
    ("meijerg", sp.meijerg, 3, 3, 1000),
    ("legendre", sp.legendre, 2, 2, 100),
    ("assoc_legendre", sp.assoc_legendre, 3, 3, 30),
    ("hermite", sp.hermite, 2, 2, 100),
    ("hermite_prob", sp.hermite_prob, 2, 2, 100),
    ("laguerre", sp.laguerre, 2, 2, 100),
    ("assoc_laguerre", sp.assoc_laguerre, 3, 3, 30),
    ("chebyshevt", sp.chebyshevt, 2, 2, 100),
    ("chebyshevu", sp.chebyshevu, 2, 2, 100),
    ("gegenbauer", sp.gegenbauer, 3, 3, 30),
    ("jacobi", sp.jacobi, 4, 4, 30),
    ("O|Order", _order, 1, 3, None),
    ("Eq", sp.Eq, 2, 2, None),
    ("Ne", sp.Ne, 2, 2, None),
    ("Lt", sp.Lt, 2, 2, None),
    ("Le", sp.Le, 2, 2, None),
    ("Gt", sp.Gt, 2, 2, None),
    ("Ge", sp.Ge, 2, 2, None),
    ("And", sp.And, 0, 99, None),
    ("Or", sp.Or, 0, 99, None),
    ("Not", sp.Not, 1, 1, None),
)

#: Functions that nobody means as a symbol: their bare name is an error.
NEEDS_ARGUMENT = frozenset(
    _words("sin cos tan cot exp log ln sqrt sinh cosh tanh asin acos atan arcsin arccos arctan erf erfc abs")
)

#: Functions whose construction may set SymPy thinking for long.
SLOW = frozenset(
    _words(
        "O Order re Re im Im arg abs Abs sign sgn floor ceiling ceil frac max Max min Min mod Mod Piecewise Matrix "
        "Integral integral integrate Sum Product Limit limit Derivative diff Subs Eq Ne meijerg hyper log2 log10 "
        "conjugate conj"
    )
)


@functools.cache
def functions() -> dict[str, Known]:
    """The functions by name."""
    return {
        name: Known(build, least, most, largest)
        for names, build, least, most, largest in _TABLE
        for name in names.split("|")
    }
