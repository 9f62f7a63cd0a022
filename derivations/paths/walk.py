"""Points 1 and 2: random walks, their laws, and what the Kramers-Moyal expansion makes of them."""

from sympy import Derivative, Function, I, Integral, Limit, Rational, Sum, Symbol, binomial, cos, exp, log, oo, pi, sqrt, symbols

from derive import Claim, Derivation, Pitfall
from derive.rules import Algebra, EvaluateLimit
from derive.stochastic.rules import GaussianSlice, KramersMoyal

x, y, k, v = symbols("x y k v", real=True)
h, D, t, p, q, r = symbols("h D t p q r", positive=True)
n = Symbol("n", integer=True, nonnegative=True)
j = Symbol("j", integer=True, nonnegative=True)
P, f, g = Function("P"), Function("f"), Function("g")

tau = h**2 / (2 * D)
heat = exp(-(x**2) / (4 * D * t)) / sqrt(4 * pi * D * t)

# --- The law of the walk ----------------------------------------------------------------------------------------------


def law(steps, up):
    """The binomial law: `up` of so many steps went up."""
    return binomial(steps, up) * p**up * q ** (steps - up)


pascal = (
    Derivation(
        p * law(n, j - 1) + q * law(n, j),
        given=[j >= 1, j <= n],
        name="pascal",
        title="The master equation keeps the binomial law",
    )
    .to(law(n + 1, j), Algebra("Pascal's triangle"))
    .qed()
)
characteristic = (
    Derivation(
        Sum(law(n, j) * exp(I * k * (2 * j - n)), (j, 0, n)),
        name="characteristic",
        title="Its characteristic function: one factor for each step",
    )
    .to((p * exp(I * k) + q * exp(-I * k)) ** n, "the binomial theorem")
    .qed()
)
lattice = (
    Derivation(
        Limit(cos(k * h) ** (t / tau), h, 0), name="lattice", title=r"De Moivre-Laplace: $n = t/\tau$ steps, $\tau = h^2/2D$"
    )
    .to(exp(-D * k**2 * t), EvaluateLimit(exp(-D * k**2 * t)))
    .qed()
)
lazy = (
    Derivation(
        Limit(t / tau * log(1 - r + r * cos(k * h)), h, 0),
        given=[r < 1],
        name="lazy",
        title=r"A walk that stays with probability $1-r$ is the same one in slower time",
    )
    .to(-r * D * k**2 * t, KramersMoyal(h))
    .qed()
)
heat_kernel = (
    Derivation(Integral(exp(I * k * x - D * k**2 * t) / (2 * pi), (k, -oo, oo)), name="heat_kernel", title="Back from waves: the heat kernel")
    .to(heat, GaussianSlice(k))
    .qed()
)

# --- Diffusion limits -------------------------------------------------------------------------------------------------


def rate(up, down, time_step=tau):
    """The master equation as a rate: what comes from left and right, less what leaves, over the time of a step."""
    return (up(x - h) * P(x - h, t) + down(x + h) * P(x + h, t) - P(x, t)) / time_step


half = Rational(1, 2)
symmetric = (
    Derivation(Limit(rate(lambda z: half, lambda z: half), h, 0), name="symmetric", title="The symmetric walk diffuses")
    .to(D * Derivative(P(x, t), x, 2), KramersMoyal(h))
    .qed()
)
neglected = (
    Derivation(
        Limit((rate(lambda z: half, lambda z: half) - D * Derivative(P(x, t), x, 2)) / h**2, h, 0),
        name="neglected",
        title="What is neglected there is of order $h^2$",
    )
    .to(D / 12 * Derivative(P(x, t), x, 4), KramersMoyal(h))
    .qed()
)
up = half + v * h / (4 * D)
weak = (
    Derivation(
        Limit(rate(lambda z: up, lambda z: 1 - up), h, 0),
        name="weak",
        title=r"A weak asymmetry $p - q = v\tau/h$ makes a drift",
    )
    .to(-v * Derivative(P(x, t), x) + D * Derivative(P(x, t), x, 2), KramersMoyal(h))
    .qed()
)


def leaning(z):
    """The probability of a step up from z."""
    return half + f(z) * h / (4 * D)


placed = (
    Derivation(
        Limit(rate(leaning, lambda z: 1 - leaning(z)), h, 0),
        name="placed",
        title="An asymmetry that depends on the place: the derivative stands outside",
    )
    .to(-Derivative(f(x) * P(x, t), x) + D * Derivative(P(x, t), x, 2), KramersMoyal(h))
    .qed()
)
busy = (
    Derivation(
        Limit((g(x - h) ** 2 * P(x - h, t) / 2 + g(x + h) ** 2 * P(x + h, t) / 2 - g(x) ** 2 * P(x, t)) / h**2, h, 0),
        name="busy",
        title="Steps that are more frequent in some places: $g^2$ inside both derivatives",
    )
    .to(Derivative(g(x) ** 2 * P(x, t), x, 2) / 2, KramersMoyal(h))
    .qed()
)
order_trap = Pitfall(
    Claim(
        Derivative(g(x) ** 2 * P(x, t), x, 2) / 2,
        Derivative(g(x) ** 2 * Derivative(P(x, t), x), x) / 2,
    ),
    r"$\frac12\partial^2(g^2P)$, $\frac12\partial(g^2\partial P)$ and $\frac12 g^2\partial^2P$ are three different equations. The walker decides by the "
    r"place it leaves, so both derivatives act on the product; Fick's form $\partial(g^2\partial P)$ belongs to a walk whose rate is that of the bond between two sites.",
    name="order_trap",
    title="Fick's law for any diffusion",
)
bond = (
    Derivation(
        Limit(
            (g(x + h / 2) ** 2 * (P(x + h, t) - P(x, t)) - g(x - h / 2) ** 2 * (P(x, t) - P(x - h, t))) / (2 * h**2), h, 0
        ),
        name="bond",
        title="Rates that belong to the bonds give Fick's form",
    )
    .to(Derivative(g(x) ** 2 * Derivative(P(x, t), x), x) / 2, KramersMoyal(h))
    .qed()
)
ballistic = (
    Derivation(
        Limit(t / h**2 * log(p * exp(2 * I * (1 - p) * k * h) + (1 - p) * exp(-2 * I * p * k * h)), h, 0),
        given=[p < 1],
        name="ballistic",
        title=r"A strong asymmetry: about the drift $(p-q)h/\tau$ the variance is $4pq\,t$, not $t$",
    )
    .to(-2 * p * (1 - p) * k**2 * t, KramersMoyal(h))
    .qed()
)
plane = (
    Derivation(
        Limit(
            (
                Rational(3, 8) * (P(x - h, y - h, t) + P(x + h, y + h, t))
                + Rational(1, 8) * (P(x - h, y + h, t) + P(x + h, y - h, t))
                - P(x, y, t)
            )
            / h**2,
            h,
            0,
        ),
        name="plane",
        title="In the plane, with steps that are correlated",
    )
    .to(
        (Derivative(P(x, y, t), x, 2) + Derivative(P(x, y, t), x, y) + Derivative(P(x, y, t), y, 2)) / 2, KramersMoyal(h)
    )
    .qed()
)

parts = (
    "## 1. The walk and its law\n\nAt each time step $\\tau$ the walker goes up by $h$ with probability $p$, down with $q = 1-p$. The master equation "
    "says where it comes from; its solution is binomial, and the sum over all paths is a power in the space of waves.",
    pascal,
    characteristic,
    lattice,
    lazy,
    heat_kernel,
    "## 2. From the walk to an equation\n\nThe Kramers-Moyal expansion is Taylor's series in the jumps. Which terms survive depends on how the probabilities "
    "scale with $h$, and on where they are taken. What is neglected is worked out, not dropped.",
    symmetric,
    neglected,
    weak,
    placed,
    busy,
    order_trap,
    bond,
    ballistic,
    plane,
)
