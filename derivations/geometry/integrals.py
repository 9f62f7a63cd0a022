"""Point 3: one formula, ∫_∂D ω = ∫_D dω, is Green, Stokes and Gauss; grad, curl, div and the Laplacian in any orthogonal coordinates."""

from sympy import Derivative, Function, Integral, Rational, cos, pi, sin, symbols

from derivations.geometry import figures
from derive import Claim, Derivation, Pitfall
from derive.exterior import Chain, Chart, Metric, d
from derive.exterior.lines import D, Over, Star, Written
from derive.exterior.rules import ExteriorDerivative, HodgeStar, Insert, Iterated, Nilpotent, Parametrise, Stokes
from derive.exterior.spaces import spherical
from derive.rules import FundamentalTheorem

a, b = symbols("a b", positive=True)
r, s = symbols("r s", positive=True)
t = symbols("t", real=True)

# --- Green: formula (32) and its reading (33) ------------------------------------------------------------------------

plane = Chart("x y")
x, y = plane
P, Q = Function("P")(x, y), Function("Q")(x, y)

formula_32 = (
    Derivation(D(P * d(x) + Q * d(y)), name="formula_32", title="Formula (32)")
    .to((Derivative(Q, x) - Derivative(P, y)) * d(x) * d(y), ExteriorDerivative())
    .qed()
)

ellipse = Chain({x: a * s * cos(t), y: b * s * sin(t)}, (s, 0, 1), (t, 0, 2 * pi))
rim_form = -y / 2 * d(x) + x / 2 * d(y)
green_inside = (
    Derivation(Over(rim_form, ellipse.boundary(), r"\partial E"), name="green_inside", title="Green: the area of an ellipse from its rim")
    .to(Over(D(rim_form), ellipse, "E"), Stokes(ellipse, "E"))
    .to(Over(d(x) * d(y), ellipse, "E"), ExteriorDerivative())
    .to(Integral(a * b * s, (t, 0, 2 * pi), (s, 0, 1)), Parametrise(s, t))
    .to(pi * a * b, Iterated())
    .qed()
)
green_rim = (
    Derivation(Over(rim_form, ellipse.boundary(), r"\partial E"), name="green_rim", title="The same, along the rim itself")
    .to(Integral(a * b / 2, (t, 0, 2 * pi)), Parametrise(t))
    .to(pi * a * b, FundamentalTheorem(a * b * t / 2))
    .qed()
)
wrong_orientation = Pitfall(
    Claim(Over(D(rim_form), ellipse, "E"), Over(rim_form, -ellipse.boundary(), r"-\partial E")),
    r"Reading $dx\wedge dy$ as $-dx\,dy$ is allowed: it is the other orientation. But then the rim must be run through the other way too.",
    name="wrong_orientation",
    title="The other orientation inside, and the old one on the rim",
)

# --- Stokes in space: the flux of a field through a paraboloid, and along its rim -----------------------------------

space = Chart("x y z")
x3, y3, z3 = space
hat = Chain({x3: r * cos(t), y3: r * sin(t), z3: 1 - r**2}, (r, 0, 1), (t, 0, 2 * pi))
swirl = -y3 * d(x3) + x3 * d(y3) + z3 * x3 * d(z3)
stokes_flux = (
    Derivation(Over(D(swirl), hat), name="stokes_flux", title="Stokes: the flux of a curl through a paraboloid")
    .to(Over(2 * d(x3) * d(y3) - z3 * d(z3) * d(x3), hat), ExteriorDerivative())
    .to(Integral(2 * r - 2 * r**2 * (1 - r**2) * sin(t), (t, 0, 2 * pi), (r, 0, 1)), Parametrise(r, t))
    .to(2 * pi, Iterated())
    .qed()
)
stokes_rim = (
    Derivation(Over(D(swirl), hat), name="stokes_rim", title="The same flux, from the rim alone")
    .to(Over(swirl, hat.boundary(), r"\partial S"), Stokes())
    .to(Integral(1, (t, 0, 2 * pi)), Parametrise(t))
    .to(2 * pi, FundamentalTheorem(t))
    .qed()
)

# --- Gauss: the flux out of a ball ----------------------------------------------------------------------------------

ball = Chain(
    {x3: r * sin(s) * cos(t), y3: r * sin(s) * sin(t), z3: r * cos(s)}, (r, 0, a), (s, 0, pi), (t, 0, 2 * pi)
)
outward = x3 * d(y3) * d(z3) + y3 * d(z3) * d(x3) + z3 * d(x3) * d(y3)
gauss = (
    Derivation(Over(outward, ball.boundary(), r"\partial B"), name="gauss", title=r"Gauss: the flux of $(x, y, z)$ out of a ball")
    .to(Over(D(outward), ball, "B"), Stokes(ball, "B"))
    .to(Over(3 * space.volume, ball, "B"), ExteriorDerivative())
    .to(Integral(3 * r**2 * sin(s), (t, 0, 2 * pi), (s, 0, pi), (r, 0, a)), Parametrise(r, s, t))
    .to(4 * pi * a**3, Iterated())
    .qed()
)

# --- In n dimensions: the boundary of a simplex in four dimensions, five faces --------------------------------------

four = Chart("x1 x2 x3 x4")
x1, x2, x3_, x4 = four
simplex = Chain.simplex(four, *[[int(i == j) for j in range(1, 5)] for i in range(5)])
three_form = x1**2 * d(x2) * d(x3_) * d(x4) - x2 * x3_ * d(x1) * d(x3_) * d(x4) + x4 * d(x1) * d(x2) * d(x3_)
u1, u2, u3, u4 = symbols("u1 u2 u3 u4", positive=True)
simplex_inside = (
    Derivation(Over(D(three_form), simplex, r"\Delta"), name="simplex_inside", title="Four dimensions: the inside of a simplex")
    .to(Over((2 * x1 + x3_ - 1) * four.volume, simplex, r"\Delta"), ExteriorDerivative())
    .to(
        Integral(2 * u1 + u3 - 1, (u4, 0, 1 - u1 - u2 - u3), (u3, 0, 1 - u1 - u2), (u2, 0, 1 - u1), (u1, 0, 1)),
        Parametrise(u1, u2, u3, u4),
    )
    .to(Rational(3, 120) - Rational(1, 24), Iterated())
    .qed()
)
faces = Parametrise(u1, u2, u3)
simplex_faces = (
    Derivation(Over(three_form, simplex.boundary(), r"\partial\Delta"), name="simplex_faces", title="The same, from its five faces")
    .by(faces)
    .by(Iterated())
    .qed(Rational(3, 120) - Rational(1, 24))
)

# --- grad, curl, div in orthogonal coordinates with any scale factors -----------------------------------------------

chart = Chart("u v w")
u_, v_, w_ = chart
h1, h2, h3 = (Function(f"h{i}", positive=True)(*chart) for i in (1, 2, 3))
f = Function("f")(*chart)
A1, A2, A3 = (Function(f"A{i}")(*chart) for i in (1, 2, 3))
g = Metric(chart, [h1**2, h2**2, h3**2], signature=(1, 1, 1))
du, dv, dw = chart.differentials
e1, e2, e3 = h1 * du, h2 * dv, h3 * dw
function = chart.form(0, [f])
lowered = A1 * e1 + A2 * e2 + A3 * e3

gradient = (
    Derivation(D(function), name="gradient", title="The gradient in the unit frame $h_1du, h_2dv, h_3dw$")
    .to(Derivative(f, u_) / h1 * e1 + Derivative(f, v_) / h2 * e2 + Derivative(f, w_) / h3 * e3, ExteriorDerivative())
    .qed()
)
flux = A1 * h2 * h3 * dv * dw + A2 * h3 * h1 * dw * du + A3 * h1 * h2 * du * dv
sources = Derivative(A1 * h2 * h3, u_) + Derivative(A2 * h3 * h1, v_) + Derivative(A3 * h1 * h2, w_)
divergence = (
    Derivation(Star(g, D(Star(g, lowered))), name="divergence", title=r"The divergence is ${\star}d{\star}$")
    .to(Star(g, D(flux)), HodgeStar())
    .to(Star(g, Written.stated(chart, {(u_, v_, w_): sources})), ExteriorDerivative())
    .to(Written.stated(chart, {(): sources / (h1 * h2 * h3)}), HodgeStar())
    .qed()
)
whirl_u = Derivative(A3 * h3, v_) - Derivative(A2 * h2, w_)
whirl_v = Derivative(A1 * h1, w_) - Derivative(A3 * h3, u_)
whirl_w = Derivative(A2 * h2, u_) - Derivative(A1 * h1, v_)
curl = (
    Derivation(Star(g, D(lowered)), name="curl", title=r"The curl is ${\star}d$")
    .to(Star(g, Written.stated(chart, {(v_, w_): whirl_u, (u_, w_): -whirl_v, (u_, v_): whirl_w})), ExteriorDerivative())
    .to(
        Written.stated(
            chart,
            {(u_,): h1 / (h2 * h3) * whirl_u, (v_,): h2 / (h3 * h1) * whirl_v, (w_,): h3 / (h1 * h2) * whirl_w},
        ),
        HodgeStar(),
        remark="Divided by $h_1, h_2, h_3$ these are the components in the unit frame.",
    )
    .qed()
)
slopes = [f.diff(c) for c in chart]
currents = h2 * h3 / h1 * slopes[0], h3 * h1 / h2 * slopes[1], h1 * h2 / h3 * slopes[2]
spreading = sum(Derivative(current, along) for current, along in zip(currents, chart, strict=True))
laplacian = (
    Derivation(Star(g, D(Star(g, D(function)))), name="laplacian", title="The Laplacian in any orthogonal coordinates")
    .to(Star(g, D(Star(g, function.d()))), ExteriorDerivative())
    .to(Star(g, D(currents[0] * dv * dw + currents[1] * dw * du + currents[2] * du * dv)), HodgeStar())
    .to(Star(g, Written.stated(chart, {(u_, v_, w_): spreading})), ExteriorDerivative())
    .to(Written.stated(chart, {(): spreading / (h1 * h2 * h3)}), HodgeStar())
    .qed()
)
sphere = spherical()
rr, th, ph = sphere.chart
F = Function("f")(rr, th, ph)
spherical_laplacian = (
    Derivation(
        Star(sphere.metric, D(Star(sphere.metric, D(sphere.chart.form(0, [F]))))),
        name="spherical_laplacian",
        title="In spherical coordinates",
    )
    .to(Star(sphere.metric, D(Star(sphere.metric, sphere.chart.d(F)))), ExteriorDerivative())
    .to(Star(sphere.metric, D(sphere.metric.star(sphere.chart.d(F)))), HodgeStar())
    .to(Star(sphere.metric, sphere.metric.star(sphere.chart.d(F)).d()), ExteriorDerivative())
    .to(
        Written.stated(
            sphere.chart,
            {
                (): Derivative(rr**2 * F.diff(rr), rr) / rr**2
                + Derivative(sin(th) * F.diff(th), th) / (rr**2 * sin(th))
                + F.diff(ph, 2) / (rr**2 * sin(th) ** 2)
            },
        ),
        HodgeStar(),
    )
    .qed()
)
curl_grad = (
    Derivation(Star(g, D(D(function))), name="curl_grad", title="curl grad = 0, in all coordinates")
    .to(Star(g, chart.zero(2)), Nilpotent())
    .to(0, HodgeStar())
    .qed()
)
twice_star = (
    Derivation(Star(g, Star(g, lowered.d())), name="twice_star", title=r"${\star}{\star} = 1$ in space")
    .to(lowered.d(), HodgeStar())
    .qed()
)
div_curl = (
    Derivation(Star(g, D(Star(g, Star(g, lowered.d())))), name="div_curl", title="div curl = 0, in all coordinates")
    .to(Star(g, D(lowered.d())), Insert(), twice_star)
    .to(Star(g, chart.zero(3)), ExteriorDerivative())
    .to(0, HodgeStar())
    .qed()
)
missing_factor = Pitfall(
    Claim(
        Star(sphere.metric, D(Star(sphere.metric, sphere.chart.d(rr**2)))),
        sphere.chart.form(0, [(rr**2).diff(rr, 2)]),
    ),
    r"$\Delta r^2 = 6$ in space, not $2$: between the two $d$ stands $\star$, and $\star dr = r^2\sin\theta\,d\theta\wedge d\varphi$ depends on $r$.",
    name="missing_factor",
    title=r"$\Delta = \partial_r^2 + \dots$ in curvilinear coordinates",
)

parts = (
    "## 3. One theorem for all integrals\n\nFormula (32) is algebra. Reading $dx\\wedge dy$ as the area element $dx\\,dy$ makes it Green's theorem (33); "
    "$\\int_{\\partial D}\\omega = \\int_D d\\omega$ says the same in every dimension. Each side below is worked out by itself.",
    formula_32,
    green_inside,
    green_rim,
    wrong_orientation,
    figures.paraboloid,
    stokes_flux,
    stokes_rim,
    gauss,
    simplex_inside,
    simplex_faces,
    "### Gradient, curl, divergence, Laplacian\n\nWith the metric $h_1^2du^2 + h_2^2dv^2 + h_3^2dw^2$ the Hodge star turns a 1-form into a flux and back; "
    "every formula of the tables is one line of $d$ and $\\star$, and the identities of second derivatives are $d\\circ d = 0$.",
    gradient,
    divergence,
    curl,
    laplacian,
    spherical_laplacian,
    curl_grad,
    twice_star,
    div_curl,
    missing_factor,
)
