"""Feynman integration: ∫ cos(kx)/(a²+x²) dx over the line is (π/a) e^(−a|k|), and every step of it is checked.

After Su Jianlin's article "Feynman integration (7): the synthesis of Euler's mathematics". Read it from top to bottom: each derivation
is a chain of lines, and beside each line stands the reason why it follows from the line above.
"""

from sympy import (
    Abs, DiracDelta, Derivative, I, Integral, Limit, Ne, Rational, Sum, Symbol,
    atan, cos, coth, erf, exp, factorial, gamma, oo, pi, sin, sinh, sqrt, symbols,
)  # fmt: skip

from derive import Article, Claim, Curve, Derivation, Meeting, Pitfall, Plot, Points, Weakly
from derive.rules import (
    AgreeAndDerivative,
    Abel,
    Algebra,
    AnalyticContinuation,
    Bounded,
    ByParts,
    DeltaTransform,
    EvaluateLimit,
    Fubini,
    FundamentalTheorem,
    GeometricSeries,
    GreensFunction,
    Induction,
    Leibniz,
    Linearity,
    PoissonSummation,
    RegulatedOperator,
    Residues,
    SolveODE,
    Specialise,
    Substitute,
    Symmetry,
    Using,
    Value,
)

x, k = symbols("x k", real=True)
a, b, p, s, t, k0 = symbols("a b p s t k_0", positive=True)
eps = Symbol("epsilon", positive=True)
n = Symbol("n", integer=True, nonnegative=True)
m = Symbol("m", integer=True)


def line(f):
    """∫ f dx over the whole line."""
    return Integral(f, (x, -oo, oo))


def half(f):
    """∫ f dx from 0 to ∞."""
    return Integral(f, (x, 0, oo))


lorentzian = 1 / (a**2 + x**2)
integral = line(cos(k * x) * lorentzian)
answer = pi / a * exp(-a * k)

# --- 1. The value at k = 0 -------------------------------------------------------------------------------------------

at_zero = (
    Derivation(line(lorentzian), name="at_zero", title="The value at k = 0")
    .to(pi / a, FundamentalTheorem(atan(x / a) / a))
    .qed()
)

# --- 2. The differential equation in k -------------------------------------------------------------------------------
# Differentiated twice, the integrand no longer decays: dominated convergence does not license it. A regulator does.

regulator = exp(-eps * Abs(x))
regulated = line(regulator * cos(k * x) * lorentzian)

regulated_cosine = (
    Derivation(half(exp(-eps * x) * cos(k * x)), name="regulated_cosine", title="The cosine, regulated")
    .to(
        eps / (eps**2 + k**2), FundamentalTheorem(exp(-eps * x) * (k * sin(k * x) - eps * cos(k * x)) / (eps**2 + k**2))
    )
    .qed()
)
regulated_equation = (
    Derivation(
        a**2 * regulated - Derivative(regulated, k, 2),
        name="regulated_equation",
        title="The equation with the regulator",
    )
    .to(
        a**2 * regulated - line(-(x**2) * regulator * cos(k * x) * lorentzian),
        Leibniz(k, majorant=(Abs(x) * regulator * lorentzian, x**2 * regulator * lorentzian)),
    )
    .to(line(regulator * cos(k * x)), Linearity())
    .to(2 * half(exp(-eps * x) * cos(k * x)), Symmetry("even"))
    .to(2 * eps / (eps**2 + k**2), Using(), regulated_cosine)
    .qed()
)
equation = (
    Derivation(
        a**2 * integral - Derivative(integral, k, 2), given=[k > 0], name="equation", title="The equation for k > 0"
    )
    .to(0, RegulatedOperator(k, eps, majorant=lorentzian, bound=2 * eps / k0**2, away=k0), regulated_equation)
    .qed()
)

# --- 3. Its bounded solution -----------------------------------------------------------------------------------------

solution = (
    Derivation(integral, given=[k > 0], name="solution", title="The bounded solution")
    .to(
        answer,
        SolveODE(
            k,
            basis=(exp(-a * k), exp(a * k)),
            conditions=(Value(0, pi / a), Bounded((exp(a * k),))),
            majorant=lorentzian,
        ),
        equation,
        at_zero,
    )
    .qed()
)
at_one = (
    Derivation(line(cos(x) * lorentzian), name="at_one", title="The integral of the article, k = 1")
    .to(pi / a * exp(-a), Specialise({k: 1}), solution)
    .qed()
)
either_sign = (
    Derivation(integral, given=[Ne(k, 0)], name="either_sign", title="Either sign of k")
    .to(line(cos(Abs(k) * x) * lorentzian), Algebra("the cosine is even"))
    .to(pi / a * exp(-a * Abs(k)), Specialise({k: Abs(k)}), solution)
    .qed()
)

# --- 4. The regularised toolbox --------------------------------------------------------------------------------------

abel_cosine = (
    Derivation(
        Limit(half(exp(-eps * x) * cos(k * x)), eps, 0),
        given=[k > 0],
        name="abel_cosine",
        title=r"$\int_0^\infty \cos kx\,dx = 0$ in Abel's sense",
    )
    .to(Limit(eps / (eps**2 + k**2), eps, 0), Using(), regulated_cosine)
    .to(0, EvaluateLimit())
    .qed()
)
regulated_sine = (
    Derivation(half(exp(-eps * x) * sin(k * x)), name="regulated_sine", title="The sine, regulated")
    .to(k / (eps**2 + k**2), FundamentalTheorem(-exp(-eps * x) * (k * cos(k * x) + eps * sin(k * x)) / (eps**2 + k**2)))
    .qed()
)
abel_sine = (
    Derivation(
        Limit(half(exp(-eps * x) * sin(k * x)), eps, 0),
        given=[k > 0],
        name="abel_sine",
        title=r"$\int_0^\infty \sin kx\,dx = 1/k$ in Abel's sense",
    )
    .to(Limit(k / (eps**2 + k**2), eps, 0), Using(), regulated_sine)
    .to(1 / k, EvaluateLimit())
    .qed()
)

c = eps - I * k


def moment(order):
    """∫ xⁿ e^(−εx) e^(ikx) dx from 0 to ∞."""
    return half(x**order * exp(-c * x))


recurrence = (
    Derivation(moment(n), given=[n >= 1], name="recurrence", title="One moment from the one before")
    .to(n / c * moment(n - 1), ByParts(u=x**n, v=-exp(-c * x) / c, at_upper=0, at_lower=0))
    .qed()
)
moments = (
    Derivation(moment(n), name="moments", title="All moments, regulated")
    .to(factorial(n) / c ** (n + 1), Induction(n, factorial(n) / c ** (n + 1)), recurrence)
    .qed()
)
abel_moments = (
    Derivation(Limit(moment(n), eps, 0), given=[k > 0], name="abel_moments", title=r"$\int_0^\infty x^n e^{ikx}\,dx$ in Abel's sense")
    .to(Limit(factorial(n) / c ** (n + 1), eps, 0), Using(), moments)
    .to(factorial(n) / (-I * k) ** (n + 1), EvaluateLimit())
    .to(factorial(n) * I ** (n + 1) / k ** (n + 1), Algebra("$1/(-i) = i$"))
    .qed()
)
euler = (
    Derivation(half(x ** (s - 1) * exp(-p * x)), name="euler", title="Euler's integral")
    .to(p**-s * Integral(t ** (s - 1) * exp(-t), (t, 0, oo)), Substitute(x, t / p, t))
    .to(gamma(s) * p**-s, "definition of the Gamma function")
    .qed()
)
sigma = Symbol("sigma_0", real=True)
continued = (
    Derivation(half(x ** (s - 1) * exp(-c * x)), name="continued", title="Euler's integral off the axis")
    .to(
        gamma(s) * c**-s,
        AnalyticContinuation(p, c, majorant=x ** (s - 1) * exp(-sigma * x), ends=(sigma, Symbol("sigma_1", real=True))),
        euler,
    )
    .qed()
)
abel_powers = (
    Derivation(
        Limit(half(x ** (s - 1) * exp(-c * x)), eps, 0),
        given=[k > 0],
        name="abel_powers",
        title=r"$\int_0^\infty x^{s-1} e^{ikx}\,dx$ in Abel's sense",
    )
    .to(Limit(gamma(s) * c**-s, eps, 0), Using(), continued)
    .to(gamma(s) * (-I * k) ** -s, EvaluateLimit())
    .to(gamma(s) * exp(I * pi * s / 2) * k**-s, Algebra(r"$-i = e^{-i\pi/2}$"))
    .qed()
)
delta = (
    Derivation(line(exp(I * k * x)), name="delta", title=r"$\int e^{ikx}\,dx = 2\pi\delta(k)$, as distributions")
    .to(2 * pi * DiracDelta(k), DeltaTransform(k, eps), relation=Weakly(k))
    .qed()
)

# --- 5. The trap -----------------------------------------------------------------------------------------------------

even_moments = (
    Derivation(
        Limit(half(x ** (2 * n) * exp(-eps * x) * cos(k * x)), eps, 0),
        given=[k > 0],
        name="even_moments",
        title="Every even moment of the cosine vanishes",
    )
    .to(
        Limit(half(x ** (2 * n) * exp(-eps * x) * (exp(I * k * x) + exp(-I * k * x)) / 2), eps, 0),
        Algebra("Euler's formula"),
    )
    .to(Limit(moment(2 * n) / 2 + half(x ** (2 * n) * exp(-(eps + I * k) * x)) / 2, eps, 0), Linearity())
    .to(
        Limit(factorial(2 * n) / c ** (2 * n + 1) / 2 + factorial(2 * n) / (eps + I * k) ** (2 * n + 1) / 2, eps, 0),
        Using(),
        moments,
    )
    .to(factorial(2 * n) / (-I * k) ** (2 * n + 1) / 2 + factorial(2 * n) / (I * k) ** (2 * n + 1) / 2, EvaluateLimit())
    .to(0, Algebra("an odd power changes sign with its base"))
    .qed()
)
trap = Pitfall(
    Claim(integral, 0, given=[k > 0]),
    name="trap",
    title=r"Integrating the series in $x^2/a^2$ term by term",
    lesson=(
        "Write $1/(a^2+x^2) = \\sum_n (-1)^n x^{2n}/a^{2n+2}$ and integrate term by term with the toolbox: every term is an even moment of "
        "the cosine, every term vanishes, and the sum is 0. But the series holds for $|x| < a$ only, and the exchange has no majorant. "
        "The truth $e^{-ak}$ is smaller than every power of $1/a$, so no order of the expansion can see it."
    ),
)
other_trap = Pitfall(
    Claim(integral, -pi / a * sinh(a * k), given=[k > 0]),
    name="other_trap",
    title=r"Integrating the series in $a^2/x^2$ term by term",
    lesson=(
        "The other expansion, $\\sum_n (-1)^n a^{2n}/x^{2n+2}$, needs $\\int_0^\\infty x^{s-1}\\cos kx\\,dx = \\Gamma(s)\\cos(\\pi s/2)\\,k^{-s}$ continued to "
        "$s = -1-2n$. The terms add up to $-(\\pi/a)\\sinh ak$: the odd part of the answer and nothing of its even part $(\\pi/a)\\cosh ak$."
    ),
)
beyond = (
    Derivation(Limit(a**n * exp(-a * k), a, oo), given=[k > 0], name="beyond", title="Beyond all orders in 1/a")
    .to(0, EvaluateLimit(0))
    .qed()
)

# --- 6. Three other routes -------------------------------------------------------------------------------------------

gauss_at_zero = (
    Derivation(line(exp(-s * x**2)), name="gauss_at_zero", title="The Gaussian integral")
    .to(sqrt(pi / s), FundamentalTheorem(sqrt(pi / s) / 2 * erf(sqrt(s) * x)))
    .qed()
)
gaussian = line(exp(-s * x**2) * cos(k * x))
gauss_equation = (
    Derivation(Derivative(gaussian, k), name="gauss_equation", title="Its equation in k")
    .to(line(-x * exp(-s * x**2) * sin(k * x)), Leibniz(k, majorant=Abs(x) * exp(-s * x**2)))
    .to(
        -line(k * cos(k * x) * exp(-s * x**2) / (2 * s)),
        ByParts(u=sin(k * x), v=exp(-s * x**2) / (2 * s), at_upper=0, at_lower=0),
    )
    .to(-k / (2 * s) * gaussian, Algebra())
    .qed()
)
gauss = (
    Derivation(gaussian, given=[k > 0], name="gauss", title="The Gaussian's cosine transform")
    .to(
        sqrt(pi / s) * exp(-(k**2) / (4 * s)),
        SolveODE(k, basis=(exp(-(k**2) / (4 * s)),), conditions=(Value(0, sqrt(pi / s)),), majorant=exp(-s * x**2)),
        gauss_equation,
        gauss_at_zero,
    )
    .qed()
)
proper_time = (
    Derivation(Integral(exp(-s * p), (s, 0, oo)), name="proper_time", title="Schwinger's parameter")
    .to(1 / p, FundamentalTheorem(-exp(-s * p) / p))
    .qed()
)
cauchy_schlomilch = (
    Derivation(
        Integral(sqrt(pi / s) * exp(-(a**2) * s) * exp(-(k**2) / (4 * s)), (s, 0, oo)),
        given=[k > 0],
        name="cauchy_schlomilch",
        title="The integral over the proper time",
    )
    .to(Integral(2 * sqrt(pi) * exp(-(a**2) * t**2 - k**2 / (4 * t**2)), (t, 0, oo)), Substitute(s, t**2, t))
    .to(
        answer,
        FundamentalTheorem(
            pi / (2 * a) * (exp(a * k) * erf(a * t + k / (2 * t)) + exp(-a * k) * erf(a * t - k / (2 * t))),
            at_upper=pi / (2 * a) * (exp(a * k) + exp(-a * k)),
            at_lower=pi / (2 * a) * (exp(a * k) - exp(-a * k)),
        ),
    )
    .qed()
)
kernel = exp(-s * (a**2 + x**2))
schwinger = (
    Derivation(integral, given=[k > 0], name="schwinger", title="Schwinger's parameter, then a Gaussian")
    .to(line(cos(k * x) * Integral(kernel, (s, 0, oo))), Using(), proper_time)
    .to(line(Integral(cos(k * x) * kernel, (s, 0, oo))), Algebra())
    .to(
        Integral(line(cos(k * x) * kernel), (s, 0, oo)),
        Fubini(majorant=kernel, inner=lorentzian, inner_variable=s),
    )
    .to(Integral(exp(-(a**2) * s) * gaussian, (s, 0, oo)), Algebra())
    .to(Integral(exp(-(a**2) * s) * sqrt(pi / s) * exp(-(k**2) / (4 * s)), (s, 0, oo)), Using(), gauss)
    .to(answer, Using(), cauchy_schlomilch)
    .qed()
)
residues = (
    Derivation(integral, given=[k > 0], name="residues", title="Residues").to(answer, Residues(x, {I * a: 1})).qed()
)
weak_equation = (
    Derivation(
        a**2 * integral - Derivative(integral, k, 2), name="weak_equation", title="The equation on the whole line of k"
    )
    .to(
        2 * pi * DiracDelta(k),
        RegulatedOperator(k, eps, majorant=lorentzian, bound=2 * eps / k**2, away=k0, weak=True, mass=2 * pi),
        regulated_equation,
        relation=Weakly(k),
    )
    .qed()
)
green = (
    Derivation(integral, given=[k > 0], name="green", title="Green's function")
    .to(
        pi / a * exp(-a * Abs(k)),
        GreensFunction(
            k,
            kernel=exp(-a * Abs(k)) / (2 * a),
            homogeneous=((exp(a * k), oo), (exp(-a * k), -oo)),
            kernel_bound=1 / (2 * a),
            majorant=lorentzian,
        ),
        weak_equation,
    )
    .to(answer, Algebra("k > 0"))
    .qed()
)
routes = Meeting(solution, schwinger, residues, green, name="routes", title="Four routes to one value")

# --- 7. Consequences -------------------------------------------------------------------------------------------------

# The sine: differentiating the cosine under the integral sign is not licensed either; integrating it over k is.

dirichlet_damped = half(exp(-t * x) * sin(k * x) / x)
dirichlet_slope = (
    Derivation(Derivative(dirichlet_damped, k), name="dirichlet_slope", title="Dirichlet's integral, damped: its slope in k")
    .to(half(exp(-t * x) * cos(k * x)), Leibniz(k, majorant=exp(-t * x)))
    .to(t / (t**2 + k**2), Using(), regulated_cosine)
    .qed()
)
dirichlet_with_damping = (
    Derivation(dirichlet_damped, given=[k > 0], name="dirichlet_with_damping", title="Dirichlet's integral, damped")
    .to(atan(k / t), AgreeAndDerivative(k, atan(k / t), 0), dirichlet_slope)
    .qed()
)
dirichlet = (
    Derivation(half(sin(k * x) / x), given=[k > 0], name="dirichlet", title="Dirichlet's integral")
    .to(Limit(dirichlet_damped, t, 0), Abel(t))
    .to(Limit(atan(k / t), t, 0), Using(), dirichlet_with_damping)
    .to(pi / 2, EvaluateLimit(pi / 2))
    .qed()
)
tame = half(sin(k * x) / (x * (a**2 + x**2)))
sine_over_x = (
    Derivation(Integral(cos(t * x), (t, 0, k)), given=[k > 0, x > 0], name="sine_over_x", title="sin kx / x as an integral")
    .to(sin(k * x) / x, FundamentalTheorem(sin(t * x) / x))
    .qed()
)
half_cosine = (
    Derivation(half(cos(k * x) * lorentzian), given=[k > 0], name="half_cosine", title="The cosine over half the line")
    .to(integral / 2, Symmetry("even"))
    .to(answer / 2, Using(), solution)
    .qed()
)
tame_value = (
    Derivation(tame, given=[k > 0], name="tame_value", title="Integrated over k: a tame relative")
    .to(half(lorentzian * Integral(cos(t * x), (t, 0, k))), Using(), sine_over_x)
    .to(half(Integral(cos(t * x) * lorentzian, (t, 0, k))), Algebra())
    .to(Integral(half(cos(t * x) * lorentzian), (t, 0, k)), Fubini(majorant=lorentzian))
    .to(Integral(pi / (2 * a) * exp(-a * t), (t, 0, k)), Using(), half_cosine)
    .to(pi / (2 * a**2) * (1 - exp(-a * k)), FundamentalTheorem(-pi / (2 * a**2) * exp(-a * t)))
    .qed()
)
sine = (
    Derivation(half(x * sin(k * x) * lorentzian), given=[k > 0], name="sine", title="The sine transform, by Feynman's trick")
    .to(half(sin(k * x) / x - a**2 * sin(k * x) / (x * (a**2 + x**2))), Algebra(r"$x/(a^2+x^2) = 1/x - a^2/(x(a^2+x^2))$"))
    .to(half(sin(k * x) / x) - a**2 * tame, Linearity())
    .to(pi / 2 - a**2 * tame, Using(), dirichlet)
    .to(pi / 2 - pi / 2 * (1 - exp(-a * k)), Using(), tame_value)
    .to(pi / 2 * exp(-a * k), Algebra())
    .qed()
)
sine_by_residues = (
    Derivation(half(x * sin(k * x) * lorentzian), given=[k > 0], name="sine_by_residues", title="The sine transform, by residues")
    .to(line(x * sin(k * x) * lorentzian) / 2, Symmetry("even"))
    .to(pi / 2 * exp(-a * k), Residues(x, {I * a: 1}))
    .qed()
)
sines = Meeting(sine, sine_by_residues, name="sines", title="Two routes to the sine transform")

# Higher powers by d/d(a²) = (1/2a) d/da.


def next_power(power, lower, value, name):
    """∫ cos(kx)/(a²+x²)ⁿ⁺¹ from ∫ cos(kx)/(a²+x²)ⁿ = value."""
    below = cos(k * x) * lorentzian**power
    return (
        Derivation(line(cos(k * x) * lorentzian ** (power + 1)), given=[k > 0], name=name, title=f"The power {power + 1}")
        .to(-1 / (2 * power * a) * line(below.diff(a)), Algebra("d/da of the power below"))
        .to(
            -1 / (2 * power * a) * Derivative(line(below), a),
            Leibniz(a, of=below, majorant=4 * power * a / (a**2 / 4 + x**2) ** (power + 1), interval=(a / 2, 2 * a)),
        )
        .to(-1 / (2 * power * a) * Derivative(value, a), Using(), lower)
        .to((-value.diff(a) / (2 * power * a)).factor(), Algebra("carried out"))
        .qed()
    )


square = next_power(1, solution, answer, "square")
cube = next_power(2, square, square.last, "cube")

# Two parameters, and their confluence.

two = line(cos(k * x) / ((x**2 + a**2) * (x**2 + b**2)))
two_answer = pi / (b**2 - a**2) * (exp(-a * k) / a - exp(-b * k) / b)
two_parameters = (
    Derivation(two, given=[k > 0, Ne(a, b)], name="two_parameters", title="Two parameters")
    .to(line((cos(k * x) * lorentzian - cos(k * x) / (b**2 + x**2)) / (b**2 - a**2)), Algebra("partial fractions"))
    .to((integral - line(cos(k * x) / (b**2 + x**2))) / (b**2 - a**2), Linearity())
    .to((answer - line(cos(k * x) / (b**2 + x**2))) / (b**2 - a**2), Using(at={a: a}), solution)
    .to((answer - pi / b * exp(-b * k)) / (b**2 - a**2), Using(at={a: b}), solution)
    .to(two_answer, Algebra())
    .qed()
)
confluence = (
    Derivation(Limit(two_answer, b, a), given=[k > 0], name="confluence", title="The limit b → a")
    .to(pi * (1 + a * k) * exp(-a * k) / (2 * a**3), EvaluateLimit(pi * (1 + a * k) * exp(-a * k) / (2 * a**3)))
    .to(line(cos(k * x) * lorentzian**2), Using(), square)
    .qed()
)

# Poisson's summation formula makes a sum of all frequencies 2πm.

poisson = (
    Derivation(Sum(1 / (a**2 + m**2), (m, -oo, oo)), name="poisson", title="Poisson summation")
    .to(Sum(pi / a * exp(-2 * pi * a * Abs(m)), (m, -oo, oo)), PoissonSummation(x, m, decay=(1 + 1 / a**2) * 2, transform_bound=pi / a * exp(-2 * pi * a * Abs(m)), wave=k), solution, at_zero)
    .to(pi / a + 2 * pi / a * exp(-2 * pi * a) / (1 - exp(-2 * pi * a)), GeometricSeries())
    .to(pi / a * coth(pi * a), Algebra())
    .qed()
)

plot = Plot(
    (
        Curve(answer, k, 0.02, 4, at=((a, 1),), label=r"$(\pi/a)\,e^{-ak}$, a = 1"),
        Curve(answer, k, 0.02, 4, at=((a, 2),), label=r"$(\pi/a)\,e^{-ak}$, a = 2"),
        Points(integral, k, tuple(Rational(j, 2) for j in range(1, 9)), at=((a, 1),), label="the integral, enclosed"),
        Points(integral, k, tuple(Rational(j, 2) for j in range(1, 9)), at=((a, 2),), label="the integral, enclosed"),
    ),
    title="The integral and its closed form",
    xlabel="k",
    ylabel="I(k)",
    name="plot",
)
picture = Plot(
    (
        Curve(cos(k * x) * lorentzian, x, -12, 12, at=((a, 1), (k, 2)), label="cos(kx)/(a² + x²), a = 1, k = 2"),
        Curve(lorentzian, x, -12, 12, at=((a, 1),), label="its majorant 1/(a² + x²)"),
    ),
    title="The integrand",
    xlabel="x",
    name="integrand",
)

result = Article(
    "feynman_cosine",
    "Feynman integration: the cosine transform of a Lorentzian",
    "The goal is $I(k) = \\int_{-\\infty}^{\\infty} \\frac{\\cos kx}{a^2+x^2}\\,dx$ for $a > 0$: differentiate under the integral sign, find an "
    "equation, solve it. Every line below is checked twice: the reason beside it must yield the line, side conditions included, and the "
    "line by itself goes to a numeric oracle that knows nothing of the reason.",
    picture,
    at_zero,
    "## The differential equation\n\nTwice differentiated, the integrand is $-x^2\\cos(kx)/(a^2+x^2)$, which does not decay: dominated convergence does "
    "not license the step. The regulator $e^{-\\varepsilon|x|}$ licenses it; the limit $\\varepsilon \\to 0$ is taken in the equation, not in the integrand. "
    "The integral that remains, $\\int\\cos kx\\,dx$, is $2\\pi\\delta(k)$: zero for $k > 0$ in Abel's sense.",
    regulated_cosine,
    regulated_equation,
    equation,
    "## Its bounded solution",
    solution,
    at_one,
    either_sign,
    plot,
    "## The regularised toolbox\n\nIntegrals that do not converge get the limit of regulated ones. Each is derived with the regulator, then the regulator goes.",
    abel_cosine,
    regulated_sine,
    abel_sine,
    recurrence,
    moments,
    abel_moments,
    euler,
    continued,
    abel_powers,
    delta,
    "## The trap\n\nThe toolbox invites one to expand $1/(a^2+x^2)$ and to integrate term by term.",
    even_moments,
    trap,
    other_trap,
    beyond,
    "## Three other routes\n\nSchwinger's parameter and a Gaussian; residues; Green's function of $a^2 - d^2/dk^2$.",
    gauss_at_zero,
    gauss_equation,
    gauss,
    proper_time,
    cauchy_schlomilch,
    weak_equation,
    routes,
    "## Consequences\n\nThe sine transform (the derivative by $k$ is again not licensed; an integral over $k$ is), higher powers by "
    "$\\frac{d}{d(a^2)} = \\frac{1}{2a}\\frac{d}{da}$, two parameters and their confluence, and the sum over all frequencies $2\\pi m$.",
    dirichlet_slope,
    dirichlet_with_damping,
    dirichlet,
    sine_over_x,
    half_cosine,
    tame_value,
    sines,
    square,
    cube,
    two_parameters,
    confluence,
    poisson,
    source="Su Jianlin, Feynman integration (7): the synthesis of Euler's mathematics, kexue.fm",
)

if __name__ == "__main__":
    from derivations.command import show

    raise SystemExit(show(result))
