"""Point 7, with walls: images, first passage, the gambler's ruin and its limit."""

from sympy import Derivative, Integral, Limit, Subs, erf, erfc, exp, oo, pi, sqrt, symbols

from derive import Claim, Derivation, Pitfall
from derive.rules import Algebra, EvaluateLimit, FundamentalTheorem

x = symbols("x", real=True)
t, y, D, L, v, h, p, q = symbols("t y D L v h p q", positive=True)
k, n = symbols("k n", positive=True)


def heat(place):
    """The heat kernel."""
    return exp(-(place**2) / (4 * D * t)) / sqrt(4 * pi * D * t)


absorbed = heat(x - y) - heat(x + y)
reflected = heat(x - y) + heat(x + y)

at_wall = (
    Derivation(Subs(absorbed, x, 0), name="at_wall", title="An absorbing wall at 0: an image with the opposite sign")
    .to(0, Algebra("the two are equal there"))
    .qed()
)
survival = (
    Derivation(Integral(absorbed, (x, 0, oo)), name="survival", title="The probability to have survived")
    .to(
        erf(y / sqrt(4 * D * t)),
        FundamentalTheorem((erf((x - y) / sqrt(4 * D * t)) - erf((x + y) / sqrt(4 * D * t))) / 2, at_upper=0),
    )
    .qed()
)
no_flux = (
    Derivation(
        Subs(Derivative(reflected, x), x, 0), name="no_flux", title="A reflecting wall: an image with the same sign, no current"
    )
    .to(0, Algebra("the two are opposite there"))
    .qed()
)

# --- First passage of a drifting particle at the level L > 0 ----------------------------------------------------------

drifted = heat(x - v * t) - exp(v * L / D) * heat(x - 2 * L - v * t)
solves = (
    Derivation(
        Derivative(drifted, t) + Derivative(v * drifted, x) - Derivative(D * drifted, x, 2),
        name="solves",
        title="With a drift the image has a weight: it solves the equation",
    )
    .to(0, Algebra())
    .qed()
)
vanishes = (
    Derivation(Subs(drifted, x, L), name="vanishes", title="It vanishes at the level")
    .to(0, Algebra())
    .qed()
)
passage_density = L / sqrt(4 * pi * D * t**3) * exp(-((L - v * t) ** 2) / (4 * D * t))
passage = (
    Derivation(
        Subs(-D * Derivative(drifted, x), x, L),
        name="passage",
        title="What crosses the level: the inverse Gaussian density of the first passage",
    )
    .to(passage_density, Algebra("the drift carries nothing where the density is 0"))
    .qed()
)
arrived = (erfc((L - v * t) / sqrt(4 * D * t)) + exp(v * L / D) * erfc((L + v * t) / sqrt(4 * D * t))) / 2
certain = (
    Derivation(Integral(passage_density, (t, 0, oo)), name="certain", title="With the drift it arrives for certain")
    .to(1, FundamentalTheorem(arrived, at_upper=1, at_lower=0))
    .qed()
)
plain_image = heat(x - v * t) - heat(x - 2 * L - v * t)
image_trap = Pitfall(
    Claim(plain_image.subs(x, L), 0),
    r"The mirror image of the start does not move as the mirror image of the particle: the drift carries both to the right. The weight $e^{vL/D}$ mends it (Girsanov's factor along the reflected path).",
    name="image_trap",
    title="The same image with a drift",
)

# --- The gambler's ruin -----------------------------------------------------------------------------------------------


def win(place):
    """The probability to reach n before 0."""
    return (1 - (q / p) ** place) / (1 - (q / p) ** n)


fair_step = (
    Derivation(
        (p * win(k + 1) + q * win(k - 1)) / (p + q),
        name="fair_step",
        title="The gambler's ruin: the chance to win is the mean over the next step",
    )
    .to(win(k), Algebra(r"$p\,(q/p)^{k+1} + q\,(q/p)^{k-1} = (p+q)(q/p)^k$"))
    .qed()
)
small = (1 - v * h / (2 * D)) / (1 + v * h / (2 * D))
leaving = (1 - exp(-v * y / D)) / (1 - exp(-v * L / D))
ruin_limit = (
    Derivation(
        Limit((1 - small ** (y / h)) / (1 - small ** (L / h)), h, 0),
        given=[y < L],
        name="ruin_limit",
        title="Its limit: the walk between two walls becomes a diffusion",
    )
    .to(leaving, EvaluateLimit(leaving))
    .qed()
)
harmonic_exit = (
    Derivation(
        D * Derivative(leaving, y, 2) + v * Derivative(leaving, y),
        name="harmonic_exit",
        title=r"The same comes from the generator: $D\,u'' + v\,u' = 0$",
    )
    .to(0, Algebra())
    .qed()
)

parts = (
    "### Walls\n\nA wall changes which paths count. For one wall the reflection principle does the sum: each path that touched it has a mirror image.",
    at_wall,
    survival,
    no_flux,
    "### First passage",
    solves,
    vanishes,
    passage,
    certain,
    image_trap,
    "### The gambler's ruin",
    fair_step,
    ruin_limit,
    harmonic_exit,
)
