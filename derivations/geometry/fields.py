"""Point 6: interior product, Lie derivative and Cartan's formula; the Hodge star in any signature; Maxwell: dF = 0, d⋆F = J."""

from sympy import Derivative, Function, cos, sin, symbols

from derive import Claim, Derivation, Pitfall
from derive.exterior import Chart, Metric, d
from derive.exterior.lines import Codifferential, D, Hook, Lie, Named, Star, Sum, Wedge, Written
from derive.exterior.maxwell import faraday
from derive.exterior.rules import (
    Antiderivation,
    CartanFormula,
    CodifferentialByStar,
    Definition,
    ExteriorDerivative,
    HodgeStar,
    InteriorProduct,
    LieDerivative,
    Nilpotent,
)
from derive.exterior.spaces import schwarzschild

# --- Interior product and Lie derivative ------------------------------------------------------------------------------

space = Chart("x y z")
x, y, z = space
P, Q, R, S, T, U = (Function(name)(x, y, z) for name in "PQRSTU")
A, B, C = (Function(name)(x, y, z) for name in ("X1", "X2", "X3"))
alpha, beta = P * d(x) + Q * d(y) + R * d(z), S * d(x) + T * d(y) + U * d(z)
flow = space.vector([A, B, C])

hook_product = (
    Derivation(Hook(flow, Wedge.of(alpha, beta)), name="hook_product", title=r"$\iota_X$ is an antiderivation")
    .to(Sum.of(Wedge.of(Hook(flow, alpha), beta), -Wedge.of(alpha, Hook(flow, beta))), Antiderivation())
    .qed()
)
along = space.form(0, [alpha.hook(flow).expr])
cartan = (
    Derivation(Lie(flow, alpha), name="cartan", title="Cartan's formula, for any field and any 1-form")
    .to(Sum.of(D(Hook(flow, alpha)), Hook(flow, D(alpha))), CartanFormula())
    .to(Sum.of(D(along), Hook(flow, D(alpha))), InteriorProduct())
    .to(Sum.of(along.d(), Hook(flow, alpha.d())), ExteriorDerivative())
    .to(alpha.lie(flow), InteriorProduct(), remark="The check differentiates the components along $X$, and turns the differentials.")
    .qed()
)
other = space.vector([S, T, U])
weight = P * d(x) * d(y) + Q * d(y) * d(z) + R * d(z) * d(x)
commutator = (
    Derivation(
        Sum.of(Lie(flow, Hook(other, weight, name="Y")), -Hook(other, Lie(flow, weight), name="Y")),
        name="commutator",
        title=r"$[\mathcal{L}_X, \iota_Y] = \iota_{[X,Y]}$ on 2-forms",
    )
    .to(Sum.of(Lie(flow, weight.hook(other)), -Hook(other, Lie(flow, weight), name="Y")), InteriorProduct())
    .to(Sum.of(weight.hook(other).lie(flow), -Hook(other, weight.lie(flow), name="Y")), LieDerivative())
    .to(weight.hook(flow.bracket(other)), InteriorProduct(), remark=r"$[X,Y]^i = X(Y^i) - Y(X^i)$.")
    .qed()
)
expansion = (
    Derivation(Lie(flow, space.volume), name="expansion", title="What a flow does to volumes is its divergence")
    .to(Sum.of(D(Hook(flow, space.volume)), Hook(flow, D(space.volume))), CartanFormula())
    .to(Sum.of(D(A * d(y) * d(z) + B * d(z) * d(x) + C * d(x) * d(y)), Hook(flow, D(space.volume))), InteriorProduct())
    .to(Hook(flow, space.zero(4)) + (A.diff(x) + B.diff(y) + C.diff(z)) * space.volume, ExteriorDerivative())
    .to((A.diff(x) + B.diff(y) + C.diff(z)) * space.volume, InteriorProduct())
    .qed()
)

# --- The Hodge star ---------------------------------------------------------------------------------------------------

flat = Metric(space, [1, 1, 1])
spacetime = Chart("t x y z")
t, X, Y, Z = spacetime
minkowski = Metric(spacetime, [-1, 1, 1, 1])
stars_space = (
    Derivation(Star(flat, Star(flat, alpha)), name="stars_space", title=r"Euclid: ${\star}{\star} = (-1)^{k(3-k)} = 1$")
    .to(Star(flat, P * d(y) * d(z) + Q * d(z) * d(x) + R * d(x) * d(y)), HodgeStar())
    .to(alpha, HodgeStar())
    .qed()
)
E1, E2, E3, B1, B2, B3 = (Function(name)(t, X, Y, Z) for name in ["E_x", "E_y", "E_z", "B_x", "B_y", "B_z"])
field = faraday(minkowski, [E1, E2, E3], [B1, B2, B3])
dual = minkowski.star(field)
stars_time = (
    Derivation(
        Star(minkowski, Star(minkowski, field)),
        name="stars_time",
        title=r"Minkowski: ${\star}{\star} = (-1)^{k(4-k)+1} = -1$ on 2-forms",
    )
    .to(Star(minkowski, dual), HodgeStar(), remark=r"${\star}$ exchanges $E$ and $B$ up to sign.")
    .to(-field, HodgeStar())
    .qed()
)
euclidean_habit = Pitfall(
    Claim(Star(minkowski, Star(minkowski, d(t) * d(X))), d(t) * d(X)),
    r"A minus sign in the metric turns the sign of ${\star}{\star}$: on 2-forms of space-time it is $-1$, so that self-dual fields are complex.",
    name="euclidean_habit",
    title=r"${\star}{\star} = 1$ in space-time",
)
codifferential = (
    Derivation(Codifferential(flat, alpha), name="codifferential", title=r"$\delta$ of a 1-form is minus the divergence")
    .to(-Star(flat, D(Star(flat, alpha))), CodifferentialByStar())
    .to(-Star(flat, D(flat.star(alpha))), HodgeStar())
    .to(-Star(flat, (P.diff(x) + Q.diff(y) + R.diff(z)) * space.volume), ExteriorDerivative())
    .to(space.form(0, [-P.diff(x) - Q.diff(y) - R.diff(z)]), HodgeStar())
    .qed()
)
adjoint = (
    Derivation(
        Sum.of(Wedge.of(D(alpha), Star(flat, weight)), -Wedge.of(alpha, Star(flat, Codifferential(flat, weight)))),
        name="adjoint",
        title=r"$\delta$ is the adjoint of $d$: $\langle d\alpha, \beta\rangle - \langle\alpha, \delta\beta\rangle$ is a divergence",
    )
    .to(D(Wedge.of(alpha, Star(flat, weight))), "integration by parts, without the integral")
    .qed()
)

# --- Maxwell ----------------------------------------------------------------------------------------------------------

F = Named.of("F", field)
faraday_law = (
    Derivation(D(F), name="faraday_law", title=r"$dF = 0$ is Faraday's law, and that $B$ has no sources")
    .to(D(field), Definition(), remark=r"$F = E\wedge dt + B$.")
    .to(
        (Derivative(B1, X) + Derivative(B2, Y) + Derivative(B3, Z)) * d(X) * d(Y) * d(Z)
        + (Derivative(B1, t) + Derivative(E3, Y) - Derivative(E2, Z)) * d(t) * d(Y) * d(Z)
        + (Derivative(B2, t) + Derivative(E1, Z) - Derivative(E3, X)) * d(t) * d(Z) * d(X)
        + (Derivative(B3, t) + Derivative(E2, X) - Derivative(E1, Y)) * d(t) * d(X) * d(Y),
        ExteriorDerivative(),
    )
    .qed()
)
ampere_law = (
    Derivation(D(Star(minkowski, F)), name="ampere_law", title=r"$d{\star}F = J$ is Gauss's law and Ampère's, with Maxwell's term")
    .to(D(Star(minkowski, field)), Definition())
    .to(D(dual), HodgeStar())
    .to(
        (Derivative(E1, X) + Derivative(E2, Y) + Derivative(E3, Z)) * d(X) * d(Y) * d(Z)
        + (Derivative(E1, t) - Derivative(B3, Y) + Derivative(B2, Z)) * d(t) * d(Y) * d(Z)
        + (Derivative(E2, t) - Derivative(B1, Z) + Derivative(B3, X)) * d(t) * d(Z) * d(X)
        + (Derivative(E3, t) - Derivative(B2, X) + Derivative(B1, Y)) * d(t) * d(X) * d(Y),
        ExteriorDerivative(),
    )
    .qed()
)
charge = (
    Derivation(D(D(Star(minkowski, F))), name="charge", title=r"Charge is conserved: $dJ = d\,d{\star}F = 0$")
    .to(0, Nilpotent())
    .qed()
)
potential = Named.of("A", spacetime.form(1, [Function(f"A{i}")(t, X, Y, Z) for i in range(4)]))
from_potential = (
    Derivation(D(D(potential)), name="from_potential", title=r"With $F = dA$ the first pair of equations is no equation at all")
    .to(0, Nilpotent())
    .qed()
)
k, amplitude = symbols("k E_0", positive=True)
phase = cos(k * (X - t))
wave = Written.stated(spacetime, {(Y,): amplitude * sin(k * (X - t))})
light = (
    Derivation(D(Star(minkowski, D(wave))), name="light", title="A wave with the speed of light solves them in the vacuum")
    .to(
        D(Star(minkowski, Written.stated(spacetime, {(t, Y): -k * amplitude * phase, (X, Y): k * amplitude * phase}))),
        ExteriorDerivative(),
    )
    .to(D(Written.stated(spacetime, {(t, Z): k * amplitude * phase, (X, Z): -k * amplitude * phase})), HodgeStar())
    .to(0, ExteriorDerivative())
    .qed()
)
hole = schwarzschild()
time, r, theta, phi = hole.chart
q = symbols("q", real=True)
coulomb = (
    Derivation(
        D(Star(hole, D(-q / r * d(time)))), name="coulomb", title=r"Coulomb's field solves them in Schwarzschild's space-time as in ours"
    )
    .to(D(Star(hole, q / r**2 * d(r) * d(time))), ExteriorDerivative())
    .to(D(q * sin(theta) * d(theta) * d(phi)), HodgeStar())
    .to(0, ExteriorDerivative())
    .qed()
)

parts = (
    "## 6. Fields\n\n$\\iota_X$ puts $X$ into the first place of a form; $\\mathcal{L}_X$ differentiates along the flow of $X$; Cartan's formula "
    "joins them by $d$. The check of each line works with components, and knows nothing of the formula.",
    hook_product,
    cartan,
    commutator,
    expansion,
    "### The Hodge star\n\n$\\alpha\\wedge{\\star}\\beta = \\langle\\alpha,\\beta\\rangle\\,\\mathrm{vol}$, so "
    "${\\star}{\\star} = (-1)^{k(n-k)+q}$ with $q$ minus signs in the metric.",
    stars_space,
    stars_time,
    euclidean_habit,
    codifferential,
    adjoint,
    "### Maxwell's equations\n\n$F = E\\wedge dt + B$ is a 2-form on space-time; $dF = 0$ needs no metric, $d{\\star}F = J$ needs one, any one.",
    faraday_law,
    ampere_law,
    charge,
    from_potential,
    light,
    coulomb,
)
