"""Point 7: worked cases: free and drifting particles, Ornstein-Uhlenbeck by slices and by Van Vleck, a potential, Black-Scholes."""

from sympy import Derivative, Function, Integral, Lambda, Limit, cosh, erf, exp, log, oo, pi, sinh, sqrt, symbols

from derive import Derivation
from derive.rules import Algebra, EvaluateLimit, FundamentalTheorem
from derive.stochastic import SDE
from derive.stochastic.rules import GaussianSlice

x, y, z, v, m, mu = symbols("x y z v m mu", real=True)
t, s, D, theta, rho, w, u, omega, N = symbols("t s D theta rho w u omega N", positive=True)
S, K, r, sigma, T = symbols("S K r sigma T", positive=True)


def gauss(place, mean, variance):
    """The normal density."""
    return exp(-((place - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


# --- Free particle and constant drift ---------------------------------------------------------------------------------

drifting = gauss(x, y + v * t, 2 * D * t)
drifts = (
    Derivation(
        Derivative(drifting, t) + Derivative(v * drifting, x) - Derivative(D * drifting, x, 2),
        name="drifts",
        title="The free particle with a constant drift: its kernel solves the equation",
    )
    .to(0, Algebra())
    .qed()
)

# --- Ornstein-Uhlenbeck by slices -------------------------------------------------------------------------------------
# One slice of length t/N takes z to ρz with variance u; ρ = 1 − θt/N, u = 2Dt/N.

one_more = (
    Derivation(
        Integral(gauss(x, rho * z, u) * gauss(z, m, w), (z, -oo, oo)),
        name="one_more",
        title=r"One more slice: the mean is multiplied by $\rho$, the variance becomes $\rho^2 w + u$",
    )
    .to(gauss(x, rho * m, rho**2 * w + u), GaussianSlice(z))
    .qed()
)
closed = u * (1 - rho ** (2 * N)) / (1 - rho**2)
recurrence = (
    Derivation(rho**2 * closed + u, name="recurrence", title="So the variance after $N$ slices is a geometric sum")
    .to(u * (1 - rho ** (2 * (N + 1))) / (1 - rho**2), Algebra())
    .qed()
)
many_means = (
    Derivation(Limit((1 - theta * t / N) ** N * y, N, oo), name="many_means", title="Many slices: the mean")
    .to(y * exp(-theta * t), EvaluateLimit(y * exp(-theta * t)))
    .qed()
)
variance = D / theta * (1 - exp(-2 * theta * t))
many_variances = (
    Derivation(
        Limit(closed.subs({u: 2 * D * t / N, rho: 1 - theta * t / N}), N, oo),
        name="many_variances",
        title="Many slices: the variance",
    )
    .to(variance, EvaluateLimit(variance))
    .qed()
)

# --- The same by the classical action ---------------------------------------------------------------------------------

path = (x * sinh(theta * s) + y * sinh(theta * (t - s))) / sinh(theta * t)
speed = path.diff(s)
mehler = gauss(x, y * exp(-theta * t), variance)
euler_lagrange = (
    Derivation(
        Derivative(path, s, 2) - theta**2 * path, name="euler_lagrange", title=r"The classical path from $y$ to $x$: $\ddot q = \theta^2 q$"
    )
    .to(0, Algebra())
    .qed()
)
action = theta * (x - y * exp(-theta * t)) ** 2 / (2 * D * (1 - exp(-2 * theta * t))) - theta * t / 2
classical = (
    Derivation(
        Integral((speed + theta * path) ** 2 / (4 * D) - theta / 2, (s, 0, t)),
        name="classical",
        title="Its action in the midpoint discretisation",
    )
    .to(action, FundamentalTheorem(path * speed / (4 * D) + theta * path**2 / (4 * D) - theta * s / 2))
    .qed()
)
van_vleck = (
    Derivation(
        sqrt(-Derivative(action, x, y) / (2 * pi)) * exp(-action),
        name="van_vleck",
        title="Van Vleck: the propagator is the classical weight with a determinant, Mehler's kernel",
    )
    .to(mehler, Algebra(), remark="Mean and variance are those of the slices: the two routes meet.")
    .qed()
)
engine = SDE(x, -theta * x, sqrt(2 * D), t).transition(y)
ornstein = (
    Derivation(engine.value, name="ornstein", title="The third route: the moment equations of the stochastic differential equation")
    .to(mehler, Algebra())
    .qed()
)

# --- A harmonic potential ---------------------------------------------------------------------------------------------

oscillator = sqrt(omega / (4 * pi * D * sinh(omega * t))) * exp(
    -omega / (4 * D) * ((x**2 + y**2) * cosh(omega * t) - 2 * x * y) / sinh(omega * t)
)
harmonic = (
    Derivation(
        Derivative(oscillator, t) - D * Derivative(oscillator, x, 2) + omega**2 * x**2 / (4 * D) * oscillator,
        name="harmonic",
        title=r"Feynman-Kac with $V = \omega^2x^2/4D$: Mehler's kernel in another dress",
    )
    .to(0, Algebra())
    .qed()
)
cameron_martin = (
    Derivation(
        Integral(oscillator.subs(y, 0), (x, -oo, oo)),
        name="cameron_martin",
        title=r"Cameron and Martin: $\mathbb{E}\,e^{-\int V\,dt}$ from the origin",
    )
    .to(1 / sqrt(cosh(omega * t)), GaussianSlice(x))
    .qed()
)

# --- Geometric Brownian motion and Black-Scholes ----------------------------------------------------------------------

lognormal = gauss(log(x), log(y) + (mu - sigma**2 / 2) * t, sigma**2 * t) / x
price = symbols("x", positive=True)
lognormal = lognormal.subs({x: price, y: S})
geometric = (
    Derivation(
        Derivative(lognormal, t)
        + Derivative(mu * price * lognormal, price)
        - Derivative(sigma**2 * price**2 / 2 * lognormal, price, 2),
        name="geometric",
        title=r"Geometric Brownian motion $dx = \mu x\,dt + \sigma x\,dW$: the log-normal density",
    )
    .to(0, Algebra())
    .qed()
)


def phi(value):
    """The normal distribution function."""
    return (1 + erf(value / sqrt(2))) / 2


d_plus = (log(S / K) + (r + sigma**2 / 2) * T) / (sigma * sqrt(T))
d_minus = d_plus - sigma * sqrt(T)
call = S * phi(d_plus) - K * exp(-r * T) * phi(d_minus)
grown = S * exp((r - sigma**2 / 2) * T + sigma * sqrt(T) * z)
black_scholes = (
    Derivation(
        Integral(exp(-r * T) * (grown - K) * exp(-(z**2) / 2) / sqrt(2 * pi), (z, -d_minus, oo)),
        name="black_scholes",
        title="Black-Scholes: the discounted mean of the payoff over all paths",
    )
    .to(
        call,
        FundamentalTheorem(
            S * erf((z - sigma * sqrt(T)) / sqrt(2)) / 2 - K * exp(-r * T) * erf(z / sqrt(2)) / 2,
            at_upper=S / 2 - K * exp(-r * T) / 2,
        ),
    )
    .qed()
)
C = Function("C")(S, T)
pricing = (
    Derivation(
        Derivative(C, T) - sigma**2 * S**2 / 2 * Derivative(C, S, 2) - r * S * Derivative(C, S) + r * C,
        name="pricing",
        title=r"The price $C$ solves the equation of Feynman-Kac with $V = r$, $T$ the time that is left",
        where={Function("C"): Lambda((S, T), call)},
    )
    .to(0, Algebra())
    .qed()
)

parts = (
    "## 7. Worked cases\n\nFor quadratic actions the path integral is a Gaussian integral, and can be done slice by slice or by the classical path. Both give Mehler's kernel.",
    drifts,
    "### Ornstein-Uhlenbeck, slice by slice",
    one_more,
    recurrence,
    many_means,
    many_variances,
    "### Ornstein-Uhlenbeck, by the classical action",
    euler_lagrange,
    classical,
    van_vleck,
    ornstein,
    "### A harmonic potential",
    harmonic,
    cameron_martin,
    "### Geometric Brownian motion and Black-Scholes",
    geometric,
    black_scholes,
    pricing,
)
