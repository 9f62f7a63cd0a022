"""Points 3 and 4: the product of short-time kernels, its weight, and the term ½∫f′dt of the midpoint."""

from sympy import Derivative, Function, Integral, Limit, Rational, Subs, Symbol, exp, oo, pi, sqrt, symbols

from derive import Claim, Derivation, Pitfall
from derive.rules import Algebra
from derive.stochastic.rules import GaussianSlice, ItoLemma, KramersMoyal

x, y, z, a, xi, X = symbols("x y z a xi X", real=True)
h, D, tau, s, t, b, e = symbols("h D tau s t b epsilon", positive=True)
alpha = Symbol("alpha", real=True)
P, V, f, F = Function("P"), Function("V"), Function("f"), Function("F")


def kernel(end, start, time):
    """The short-time kernel of free diffusion, exact for all times."""
    return exp(-((end - start) ** 2) / (4 * D * time)) / sqrt(4 * pi * D * time)


# --- Slices -----------------------------------------------------------------------------------------------------------

two_slices = (
    Derivation(
        Integral(kernel(x, z, tau) * kernel(z, y, s), (z, -oo, oo)),
        name="two_slices",
        title="Two slices make one: Chapman-Kolmogorov",
    )
    .to(kernel(x, y, tau + s), GaussianSlice(z))
    .qed()
)
weight = (
    Derivation(
        kernel(x, z, tau) * kernel(z, y, tau) * (4 * pi * D * tau),
        name="weight",
        title=r"The weight of a path: $\exp(-\sum(\Delta x)^2/4D\tau)$, which becomes $\exp(-\int\dot x^2/4D\,dt)$",
    )
    .to(exp(-(((x - z) / tau) ** 2 + ((z - y) / tau) ** 2) * tau / (4 * D)), Algebra("exponents add up"))
    .qed()
)
killed = (
    Derivation(
        Limit((exp(-V(x) * h**2 / (2 * D)) * (P(x - h, t) + P(x + h, t)) / 2 - P(x, t)) / (h**2 / (2 * D)), h, 0),
        name="killed",
        title=r"Feynman-Kac: the weight $e^{-V\tau}$ of each step kills",
    )
    .to(D * Derivative(P(x, t), x, 2) - V(x) * P(x, t), KramersMoyal(h))
    .qed()
)
ito = (
    Derivation(
        Limit((F(x + a * h**2 + b * h, t + h**2) / 2 + F(x + a * h**2 - b * h, t + h**2) / 2 - F(x, t)) / h**2, h, 0),
        name="ito",
        title=r"The equation $dx = a\,dt + b\,dW$ as a walk: Itô's lemma in the mean",
    )
    .to(
        Derivative(F(x, t), t) + a * Derivative(F(x, t), x) + b**2 / 2 * Derivative(F(x, t), x, 2),
        ItoLemma(h),
        remark="$a$ and $b$ stand for their values at the point $(x, t)$ that the step leaves.",
    )
    .qed()
)

# --- The discretisation -----------------------------------------------------------------------------------------------
# In a slice of length τ = ε² the path goes from x to x + εbξ. With f taken at x + αεbξ the weight is the standard
# normal density of ξ times R(ε, ξ).


def ratio(place, jacobian):
    """The slice over a standard normal density: exp of −(ẋ − f)²τ/2b² − (jacobian) f′τ, without the free part."""
    at = x + place * e * b * xi
    slope = Derivative(f(y), y).subs(y, at)
    return exp(e * xi * f(at) / b - e**2 * f(at) ** 2 / (2 * b**2) - jacobian * e**2 * slope)


normal = exp(-(xi**2) / 2) / sqrt(2 * pi)
fp = Derivative(f(x), x)
R = ratio(alpha, alpha)
second = alpha * (xi**2 - 1) * fp + (xi**2 - 1) * f(x) ** 2 / (2 * b**2)

first_order = (
    Derivation(Subs(Derivative(R, e), e, 0), name="first_order", title=r"The slice to order $\sqrt\tau$")
    .to(xi * f(x) / b, Algebra("chain rule"))
    .qed()
)
second_order = (
    Derivation(Subs(Derivative(R, (e, 2)), e, 0) / 2, name="second_order", title=r"The slice to order $\tau$, for any $\alpha$")
    .to(second, Algebra("chain rule"))
    .qed()
)
norm = (
    Derivation(
        Integral(normal * second, (xi, -oo, oo)),
        name="norm",
        title=r"With $\alpha f'$ in the action the slice keeps its norm",
    )
    .to(0, GaussianSlice(xi))
    .qed()
)
mean = (
    Derivation(Integral(b * xi * normal * xi * f(x) / b, (xi, -oo, oo)), name="mean", title="Its mean displacement, over the time, is the drift")
    .to(f(x), GaussianSlice(xi))
    .qed()
)
spread = (
    Derivation(Integral((b * xi) ** 2 * normal, (xi, -oo, oo)), name="spread", title="Its mean square displacement, over the time, is $b^2$")
    .to(b**2, GaussianSlice(xi))
    .qed()
)
bare = Subs(Derivative(ratio(Rational(1, 2), 0), (e, 2)), e, 0) / 2
midpoint_trap = Pitfall(
    Claim(Integral(normal * ((xi**2) * fp / 2 + (xi**2 - 1) * f(x) ** 2 / (2 * b**2)), (xi, -oo, oo)), 0),
    r"With $f$ at midpoints and no Jacobian the norm of each slice grows by $\frac12 f'\tau$, and that of the path integral by $\exp(\frac12\int f'\,dt)$: "
    r"the midpoint action is $\int\left[(\dot x - f)^2/2b^2 + \frac12 f'\right]dt$. At the left end ($\alpha = 0$) the term is absent.",
    name="midpoint_trap",
    title=r"One action $\int(\dot x-f)^2/2b^2\,dt$ for every discretisation",
)
midpoint_bare = (
    Derivation(bare, name="midpoint_bare", title="The midpoint slice without the Jacobian")
    .to((xi**2) * fp / 2 + (xi**2 - 1) * f(x) ** 2 / (2 * b**2), Algebra("chain rule"))
    .qed()
)
midpoint_excess = (
    Derivation(
        Integral(normal * ((xi**2) * fp / 2 + (xi**2 - 1) * f(x) ** 2 / (2 * b**2)), (xi, -oo, oo)),
        name="midpoint_excess",
        title=r"What it creates in each slice: $\frac12 f'\tau$",
    )
    .to(fp / 2, GaussianSlice(xi))
    .qed()
)

parts = (
    "## 3. From the walk to a path integral\n\nThe probability of a path is a product over its steps. In the limit each factor is a Gaussian slice, the exponents "
    "add up to an action, and a factor $e^{-V\\tau}$ in each step becomes a potential.",
    two_slices,
    weight,
    killed,
    "## 4. The action of a stochastic differential equation\n\nIn $dx = f\\,dt + b\\,dW$ the coefficient can be taken anywhere in the step, at $x + \\alpha\\,\\Delta x$. "
    "Since $\\Delta x$ is of order $\\sqrt\\tau$ this changes the slice at order $\\tau$, and the action must say so.",
    ito,
    first_order,
    second_order,
    norm,
    mean,
    spread,
    midpoint_bare,
    midpoint_excess,
    midpoint_trap,
)
