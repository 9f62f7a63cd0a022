"""Points 5 and 6: parabolic equations to processes and walks and back, and the symmetric form of Fokker-Planck."""

from sympy import Derivative, Function, Integral, Limit, Rational, exp, hermite, oo, pi, sqrt, symbols

from derive import Claim, Derivation, Pitfall
from derive.rules import Algebra
from derive.stochastic.rules import GaussianSlice, KramersMoyal

x, xi, t = symbols("x xi t", real=True)
D, h, e, theta = symbols("D h epsilon theta", positive=True)
P, phi, psi = Function("P"), Function("phi")(x, t), Function("psi")(x, t)
A, B, C = (Function(name)(x) for name in "ABC")
U = Function("U")(x)
f, b = Function("f"), Function("b")

# --- Three ways of saying one thing -----------------------------------------------------------------------------------

normal = exp(-(xi**2) / 2) / sqrt(2 * pi)
a0, b0 = symbols("a b", real=True)
expanded = P(x, t) - e * b0 * xi * Derivative(P(x, t), x) + e**2 * (
    b0**2 * xi**2 / 2 * Derivative(P(x, t), x, 2) - a0 * Derivative(P(x, t), x)
)
from_slices = (
    Derivation(
        Limit((Integral(normal * expanded, (xi, -oo, oo)) - P(x, t)) / e**2, e, 0),
        name="from_slices",
        title="Path integral to equation: the Gaussian moments of a slice",
    )
    .to(
        Limit((P(x, t) + e**2 * (b0**2 / 2 * Derivative(P(x, t), x, 2) - a0 * Derivative(P(x, t), x)) - P(x, t)) / e**2, e, 0),
        GaussianSlice(xi),
    )
    .to(-a0 * Derivative(P(x, t), x) + b0**2 / 2 * Derivative(P(x, t), x, 2), KramersMoyal(e))
    .qed()
)
forward = (
    Derivation(
        A * Derivative(phi, x, 2) + B * Derivative(phi, x) + C * phi,
        name="forward",
        title="Any parabolic equation to a process with a weight",
    )
    .to(
        Derivative(A * phi, x, 2) - Derivative((2 * Derivative(A, x) - B) * phi, x) - (Derivative(B, x) - Derivative(A, x, 2) - C) * phi,
        Algebra("Leibniz's rule"),
        remark=r"The process $dx = (2A' - B)\,dt + \sqrt{2A}\,dW$, and the weight $\exp(-\int V\,dt)$ with $V = B' - A'' - C$.",
    )
    .qed()
)
to_walk = (
    Derivation(
        Limit(
            (
                (Rational(1, 2) + f(x - h) * h / (4 * D)) * P(x - h, t)
                + (Rational(1, 2) - f(x + h) * h / (4 * D)) * P(x + h, t)
                - P(x, t)
            )
            / (h**2 / (2 * D))
            - Function("V")(x) * P(x, t),
            h,
            0,
        ),
        name="to_walk",
        title="And to a walk that solves it: asymmetric steps, and a chance to die in each",
    )
    .to(D * Derivative(P(x, t), x, 2) - Derivative(f(x) * P(x, t), x) - Function("V")(x) * P(x, t), KramersMoyal(h))
    .qed()
)
stratonovich = (
    Derivation(
        -Derivative((f(x) + b(x) * Derivative(b(x), x) / 2) * P(x, t), x) + Derivative(b(x) ** 2 * P(x, t), x, 2) / 2,
        name="stratonovich",
        title=r"The forward equation of $dx = f\,dt + b\circ dW$",
    )
    .to(
        -Derivative(f(x) * P(x, t), x) + Derivative(b(x) * Derivative(b(x) * P(x, t), x), x) / 2,
        Algebra(r"Leibniz's rule: half of $b\,b'$ moves"),
    )
    .qed()
)
convention_trap = Pitfall(
    Claim(
        -Derivative(f(x) * P(x, t), x) + Derivative(b(x) ** 2 * P(x, t), x, 2) / 2,
        -Derivative(f(x) * P(x, t), x) + Derivative(b(x) * Derivative(b(x) * P(x, t), x), x) / 2,
    ),
    r"The two differ by $\frac12\partial(b\,b'\,P)$, the drift that the noise itself makes. They agree for additive noise only.",
    name="convention_trap",
    title="Itô or Stratonovich is a matter of taste",
)

# --- Symmetrisation ---------------------------------------------------------------------------------------------------

drift = -Derivative(U, x)
inner = exp(-U / (2 * D))
symmetrised = (
    Derivation(
        Derivative(D * inner * psi, x, 2) / inner - Derivative(drift * inner * psi, x) / inner,
        name="symmetrised",
        title=r"$P = e^{-U/2D}\psi$ with $f = -U'$: a Schrödinger operator",
    )
    .to(
        D * Derivative(psi, x, 2) - (drift**2 / (4 * D) + Derivative(drift, x) / 2) * psi,
        Algebra(),
        remark=r"$V_s = f^2/4D + f'/2$: the terms with $\psi'$ cancel, and the operator is symmetric.",
    )
    .qed()
)
ground = (
    Derivation(
        D * Derivative(inner, x, 2) - (drift**2 / (4 * D) + Derivative(drift, x) / 2) * inner,
        name="ground",
        title=r"Its ground state is $e^{-U/2D}$, with eigenvalue 0: the stationary density is its square",
    )
    .to(0, Algebra())
    .qed()
)


def level(n):
    """Eigenfunction n for f = −θx: Hermite's polynomial times the ground state."""
    return hermite(n, x * sqrt(theta / (2 * D))) * exp(-theta * x**2 / (4 * D))


def relaxation(n):
    """H ψ_n = n θ ψ_n."""
    potential = theta**2 * x**2 / (4 * D) - theta / 2
    return (
        Derivation(
            -D * Derivative(level(n), x, 2) + potential * level(n),
            name=f"level_{n}",
            title=f"Ornstein-Uhlenbeck: the rate of relaxation number {n} is ${n if n > 1 else ''}\\theta$",
        )
        .to(n * theta * level(n), Algebra("Hermite's equation"))
        .qed()
    )


levels = tuple(relaxation(n) for n in (1, 2, 3))

parts = (
    "## 5. Three descriptions of one process\n\nWalk, stochastic differential equation, parabolic equation and path integral convert into one another. The walk became an "
    "equation and a path integral above; here the slices give the equation back, and any parabolic equation becomes a process with a weight, and a walk whose simulation solves it.",
    from_slices,
    forward,
    to_walk,
    stratonovich,
    convention_trap,
    "## 6. The symmetric form\n\nThe Fokker-Planck operator is not symmetric, but similar to an operator that is: its spectrum is real, and says how fast the process forgets.",
    symmetrised,
    ground,
    *levels,
)
