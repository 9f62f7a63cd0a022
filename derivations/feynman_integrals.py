"""Feynman integration: the integrals of the series, by the engine, each with the steps that it found.

After Su Jianlin's series "Feynman integration". Each part states an integral; `integrate` differentiates it under the integral sign by a
parameter that is there or that it puts in, solves the equation, and fixes the constants. What it hands out is a derivation like any other:
it is checked line by line, and a numeric oracle checks each line once more.
"""

from sympy import I, Integral, Limit, Rational, Symbol, atan, cos, exp, gamma, log, oo, pi, sin, sqrt, symbols

from derive import Article, Claim, Curve, Derivation, Pitfall, Plot, Points
from derive.feynman import integrate
from derive.rules import (
    Abel,
    Algebra,
    AnalyticContinuation,
    EvaluateLimit,
    FundamentalTheorem,
    Linearity,
    Specialise,
    Substitute,
    Using,
)

x, u = symbols("x u", real=True)
a, b, p, s, t = symbols("a b p s t", positive=True)
eps = Symbol("epsilon", positive=True)


def half(f):
    """∫ f dx from 0 to ∞."""
    return Integral(f, (x, 0, oo))


def trick(f, lower, upper, by, name, title, given=()):
    """The steps to ∫ f dx by differentiating it by the parameter `by`, or by one that is put in (`by` = True); lemmas first."""
    return integrate(f, (x, lower, upper), given, trick=by, timeout=120).steps(name, title)


# --- Dirichlet's integral --------------------------------------------------------------------------------------------
# The derivative by t removes the x in the denominator, and as t grows the integral vanishes.

damped = trick(exp(-t * x) * sin(x) / x, 0, oo, t, "damped", "Dirichlet's integral, damped")
dirichlet = (
    Derivation(half(sin(x) / x), name="dirichlet", title="Dirichlet's integral")
    .to(Limit(half(exp(-t * x) * sin(x) / x), t, 0), Abel(t))
    .to(Limit(pi / 2 - atan(t), t, 0), Using(), damped[-1])
    .to(pi / 2, EvaluateLimit(pi / 2))
    .qed()
)

# --- The Gaussian family ---------------------------------------------------------------------------------------------

gauss = trick(exp(-(x**2)) * cos(2 * b * x), 0, oo, b, "gauss", "A Gaussian with a wave")
inverse = trick(exp(-(x**2) - b**2 / x**2), 0, oo, b, "inverse", "A Gaussian with its inverse")

# --- Powers over a logarithm -----------------------------------------------------------------------------------------

powers = trick((x**a - 1) / log(x), 0, 1, a, "powers", "A power over a logarithm")

# --- Poisson's logarithm ---------------------------------------------------------------------------------------------
# The answer changes its form at a = 1: the equation is the same, the range on which it is solved is not.

potential = log(1 - 2 * a * cos(x) + a**2)
inside = trick(potential, 0, pi, a, "inside", "Poisson's logarithm, a < 1", given=[a < 1])
outside = (
    Derivation(Integral(potential, (x, 0, pi)), given=[a > 1], name="outside", title="Poisson's logarithm, a > 1")
    .to(
        Integral(2 * log(a) + log(1 - 2 * cos(x) / a + 1 / a**2), (x, 0, pi)),
        Algebra("$a^2$ taken out of the logarithm"),
    )
    .to(2 * log(a) * Integral(1, (x, 0, pi)) + Integral(log(1 - 2 * cos(x) / a + 1 / a**2), (x, 0, pi)), Linearity())
    .to(2 * pi * log(a) + Integral(log(1 - 2 * cos(x) / a + 1 / a**2), (x, 0, pi)), FundamentalTheorem(x))
    .to(2 * pi * log(a), Using(at={a: 1 / a}), inside[-1])
    .qed()
)
one_form = Pitfall(
    Claim(Integral(potential, (x, 0, pi)), 0),
    name="one_form",
    title="One form for all a",
    lesson="The equation has the singular point $a = 1$: a solution found for $a < 1$ says nothing beyond it.",
)

# --- No parameter given ----------------------------------------------------------------------------------------------

serret = trick(log(1 + x) / (1 + x**2), 0, 1, True, "serret", "Serret's integral")

# --- Frullani's integral ---------------------------------------------------------------------------------------------

frullani = trick((exp(-a * x) - exp(-b * x)) / x, 0, oo, a, "frullani", "Frullani's integral")
arcs = trick((atan(a * x) - atan(b * x)) / x, 0, oo, a, "arcs", "Frullani's integral with arctangents")

# --- Fresnel's integrals ---------------------------------------------------------------------------------------------
# Euler's integral, continued to the imaginary axis; the limit is taken in the sense of Abel.

euler = (
    Derivation(Integral(u ** (s - 1) * exp(-p * u), (u, 0, oo)), name="euler", title="Euler's integral")
    .to(p**-s * Integral(t ** (s - 1) * exp(-t), (t, 0, oo)), Substitute(u, t / p, t))
    .to(gamma(s) * p**-s, "definition of the Gamma function")
    .qed()
)
power = u ** Rational(-1, 2)
half_power = (
    Derivation(Integral(power * exp(-p * u), (u, 0, oo)), name="half_power", title="Euler's integral for s = 1/2")
    .to(sqrt(pi) / sqrt(p), Specialise({s: Rational(1, 2)}), euler)
    .qed()
)


def fresnel(sign, name, title):
    """∫ e^{±ix²} dx over the half line."""
    c = eps - sign * I
    ends = Symbol("sigma_0", real=True), Symbol("sigma_1", real=True)
    continued = (
        Derivation(Integral(power * exp(-c * u), (u, 0, oo)), name=f"{name}_damped", title=f"{title}, damped and in $u = x^2$")
        .to(
            sqrt(pi) / sqrt(c),
            AnalyticContinuation(p, c, majorant=power * exp(-ends[0] * u), ends=ends),
            half_power,
        )
        .qed()
    )
    return (
        Derivation(half(exp(sign * I * x**2)), name=name, title=title)
        .to(Integral(power * exp(sign * I * u) / 2, (u, 0, oo)), Substitute(x, sqrt(u), u))
        .to(Limit(Integral(power * exp(-c * u), (u, 0, oo)) / 2, eps, 0), Abel(eps))
        .to(Limit(sqrt(pi) / sqrt(c) / 2, eps, 0), Using(), continued)
        .to(sqrt(pi) / 2 * exp(sign * I * pi / 4), EvaluateLimit(sqrt(pi) / 2 * exp(sign * I * pi / 4)))
        .qed()
    )


forward = fresnel(1, "forward", "The forward wave")
backward = fresnel(-1, "backward", "The backward wave")
cosine = (
    Derivation(half(cos(x**2)), name="cosine", title="Fresnel's integral of the cosine")
    .to(half((exp(I * x**2) + exp(-I * x**2)) / 2), Algebra("Euler's formula"))
    .to(half(exp(I * x**2)) / 2 + half(exp(-I * x**2)) / 2, Linearity())
    .to(sqrt(pi) / 4 * (exp(I * pi / 4) + exp(-I * pi / 4)), Using(), forward, backward)
    .to(sqrt(2 * pi) / 4, Algebra())
    .qed()
)
sine = (
    Derivation(half(sin(x**2)), name="sine", title="Fresnel's integral of the sine")
    .to(half(I * exp(-I * x**2) / 2 - I * exp(I * x**2) / 2), Algebra("Euler's formula"))
    .to(I * half(exp(-I * x**2)) / 2 - I * half(exp(I * x**2)) / 2, Linearity())
    .to(I * sqrt(pi) / 4 * (exp(-I * pi / 4) - exp(I * pi / 4)), Using(), forward, backward)
    .to(sqrt(2 * pi) / 4, Algebra())
    .qed()
)

plot = Plot(
    (
        Curve(pi / 2 - atan(t), t, 0.02, 6, label="π/2 − arctan t"),
        Points(damped[-1].start, t, tuple(Rational(j, 2) for j in range(1, 12)), label="the integral, enclosed"),
    ),
    title="Dirichlet's integral with the factor exp(−tx)",
    xlabel="t",
    name="plot",
)

result = Article(
    "feynman_integrals",
    "Feynman integration: the integrals of the series",
    "An integral that resists by itself often gives way as a member of a family: put a parameter in, differentiate by it under the integral "
    "sign, solve the equation that appears, and take the parameter back to its value. The steps below are those that the engine found; it says "
    "by which parameter it differentiates, what licenses that, and which value fixes the constant.",
    "## Dirichlet's integral\n\nThe factor $e^{-tx}$ makes $\\sin x/x$ absolutely integrable, and its derivative by $t$ cancels the denominator. "
    "The constant follows from the decay as $t$ grows; Abel's theorem takes $t$ to 0.",
    *damped,
    dirichlet,
    plot,
    "## The Gaussian family\n\nThe frequency $b$ is the parameter. The operator that makes the integrand a derivative by $x$ is found by creative "
    "telescoping: an equation of first order for the wave, of second order for $e^{-x^2-b^2/x^2}$, where the solution that grows is excluded.",
    *gauss,
    *inverse,
    "## A power over a logarithm\n\nThe derivative by the exponent $a$ brings down a factor $\\ln x$, which is the denominator.",
    *powers,
    "## Poisson's logarithm\n\nFor $a < 1$ the solution is bounded towards $a = 0$, so the logarithm in the basis is excluded and nothing remains. "
    "For $a > 1$ a factor $a^2$ is taken out first.",
    *inside,
    outside,
    one_form,
    "## No parameter given\n\nSerret's integral has none. The engine puts one in, and what it gets at the end contains the integral again: an "
    "equation for it.",
    *serret,
    "## Frullani's integral",
    *frullani,
    *arcs,
    "## Fresnel's integrals\n\nHere the derivative by a parameter does not converge, and the oscillating integral is the limit of damped ones. With "
    "$u = x^2$ they are Euler's integral of order $1/2$, continued towards the imaginary axis.",
    *forward.walk(),
    *tuple(backward.walk())[2:],
    cosine,
    sine,
    source="Su Jianlin, Feynman integration, kexue.fm",
)

if __name__ == "__main__":
    from derivations.command import show

    raise SystemExit(show(result))
