"""Feynman integration: the integrals of the series, by the engine, each with the steps that it found.

After Su Jianlin's series "Feynman integration". Each part states an integral; `integrate` differentiates it under the integral sign by a
parameter that is there or that it puts in, solves the equation, and fixes the constants. What it hands out is a derivation like any other:
it is checked line by line, and a numeric oracle checks each line once more.
"""

from sympy import Integral, Rational, atan, cos, exp, log, oo, pi, sin, symbols

from derive import Article, Claim, Curve, Pitfall, Plot, Points
from derive.feynman import integrate

x = symbols("x", real=True)
a, b, t = symbols("a b t", positive=True)


def trick(f, lower, upper, by, name, title, given=()):
    """The steps to ∫ f dx by differentiating it by the parameter `by`, or by one that is put in (`by` = True); lemmas first."""
    return integrate(f, (x, lower, upper), given, trick=by, timeout=120).steps(name, title)


# --- Dirichlet's integral --------------------------------------------------------------------------------------------
# The derivative by t removes the x in the denominator, and as t grows the integral vanishes.

damped = trick(exp(-t * x) * sin(x) / x, 0, oo, t, "damped", "Dirichlet's integral, damped")
dirichlet = trick(sin(x) / x, 0, oo, True, "dirichlet", "Dirichlet's integral")

# --- The Gaussian family ---------------------------------------------------------------------------------------------

gauss = trick(exp(-(x**2)) * cos(2 * b * x), 0, oo, b, "gauss", "A Gaussian with a wave")
inverse = trick(exp(-(x**2) - b**2 / x**2), 0, oo, b, "inverse", "A Gaussian with its inverse")

# --- Powers over a logarithm -----------------------------------------------------------------------------------------

powers = trick((x**a - 1) / log(x), 0, 1, a, "powers", "A power over a logarithm")

# --- Poisson's logarithm ---------------------------------------------------------------------------------------------
# The answer changes its form at a = 1: the equation is the same, the range on which it is solved is not.

potential = log(1 - 2 * a * cos(x) + a**2)
inside = trick(potential, 0, pi, a, "inside", "Poisson's logarithm, a < 1", given=[a < 1])
outside = trick(potential, 0, pi, a, "outside", "Poisson's logarithm, a > 1", given=[a > 1])
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
# The frequency becomes a complex parameter: Euler's integral, continued to the imaginary axis, in the sense of Abel.

cosine = trick(cos(x**2), 0, oo, True, "cosine", "Fresnel's integral of the cosine")
sine = trick(sin(x**2), 0, oo, True, "sine", "Fresnel's integral of the sine")

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
    *dirichlet,
    plot,
    "## The Gaussian family\n\nThe frequency $b$ is the parameter. The operator that makes the integrand a derivative by $x$ is found by creative "
    "telescoping: an equation of first order for the wave, of second order for $e^{-x^2-b^2/x^2}$, where the solution that grows is excluded.",
    *gauss,
    *inverse,
    "## A power over a logarithm\n\nThe derivative by the exponent $a$ brings down a factor $\\ln x$, which is the denominator.",
    *powers,
    "## Poisson's logarithm\n\nFor $a < 1$ the solution is bounded towards $a = 0$, so the logarithm in the basis is excluded and nothing remains. "
    "For $a > 1$ there is no such end; the constants follow from the behaviour for large $a$, where the integrand is $2\\ln a$ and a rest that "
    "vanishes.",
    *inside,
    *outside,
    one_form,
    "## No parameter given\n\nSerret's integral has none. The engine puts one in, and what it gets at the end contains the integral again: an "
    "equation for it.",
    *serret,
    "## Frullani's integral",
    *frullani,
    *arcs,
    "## Fresnel's integrals\n\nHere the derivative by a parameter does not converge. With $u = x^2$ and a decay $e^{-pu}$ in place of the wave they "
    "are Euler's integral of order $1/2$; it holds for complex $p$ in the right half plane, and the wave is the limit towards the imaginary axis.",
    *cosine,
    *sine,
    source="Su Jianlin, Feynman integration, kexue.fm",
)

if __name__ == "__main__":
    from derivations.command import show

    raise SystemExit(show(result))
