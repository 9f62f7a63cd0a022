"""Point 7: moving frames: dθ + ω∧θ = 0 and Ω = dω + ω∧ω give curvature, from the sphere to Kerr; Christoffel symbols check it."""

from sympy import Derivative, Function, Integral, Matrix, cos, pi, sin, sinh, symbols

from derivations.geometry import figures
from derive import Claim, Derivation, Pitfall
from derive.exterior import Chain, Chart, Coframe, d
from derive.exterior.frames import Connection, Curvature2, Einstein, GaussCurvature, Kretschmann, Ricci, ScalarCurvature
from derive.exterior.lines import D, Over, Rows, Sum, Wedge
from derive.exterior.rules import CurvatureForms, ExteriorDerivative, FirstStructure, Insert, Iterated, MovingFrame, Parametrise, SecondStructure, WedgeProduct
from derive.exterior.spaces import kerr as kerr_metric

a, b, M = symbols("a b M", positive=True)


def connection(frame, up, down, form, name, title):
    """ω^up_down from the first structure equation."""
    return Derivation(Connection(frame, up, down), name=name, title=title).to(form, FirstStructure()).qed()


# --- The sphere -------------------------------------------------------------------------------------------------------

globe = Chart("theta phi")
th, ph = globe
sphere = Coframe([a * d(th), a * sin(th) * d(ph)])
sphere_connection = connection(
    sphere, 0, 1, -cos(th) * d(ph), "sphere_connection", r"The sphere $a\,d\theta,\ a\sin\theta\,d\varphi$: its connection"
)
sphere_curvature = (
    Derivation(Curvature2(sphere, 0, 1), name="sphere_curvature", title="Its curvature form is its area, over $a^2$")
    .to(D(Connection(sphere, 0, 1)), SecondStructure())
    .to(D(-cos(th) * d(ph)), Insert(), sphere_connection)
    .to(sin(th) * d(th) * d(ph), ExteriorDerivative())
    .qed()
)
sphere_gauss = (
    Derivation(GaussCurvature(sphere.metric), name="sphere_gauss", title="Gauss curvature of the sphere")
    .to(1 / a**2, MovingFrame(sphere))
    .qed()
)
s, t = symbols("s t", real=True)
whole = Chain({th: s, ph: t}, (s, 0, pi), (t, 0, 2 * pi))
gauss_bonnet_sphere = (
    Derivation(
        Over(Curvature2(sphere, 0, 1), whole, "S^2"),
        name="gauss_bonnet_sphere",
        title=r"Gauss–Bonnet on the sphere: $\int\Omega = 2\pi\chi = 4\pi$, whatever the radius",
    )
    .to(Over(sin(th) * d(th) * d(ph), whole, "S^2"), Insert(), sphere_curvature)
    .to(Integral(sin(s), (t, 0, 2 * pi), (s, 0, pi)), Parametrise(s, t))
    .to(4 * pi, Iterated())
    .qed()
)

# --- The torus --------------------------------------------------------------------------------------------------------

donut = Chart("u v", given=[b < a])
u, v = donut
torus = Coframe([b * d(u), (a + b * cos(u)) * d(v)])
torus_connection = connection(
    torus, 0, 1, sin(u) * d(v), "torus_connection", r"The torus $b\,du,\ (a + b\cos u)\,dv$: its connection"
)
torus_curvature = (
    Derivation(Curvature2(torus, 0, 1), name="torus_curvature", title="positive outside, negative inside")
    .to(D(Connection(torus, 0, 1)), SecondStructure())
    .to(D(sin(u) * d(v)), Insert(), torus_connection)
    .to(cos(u) * d(u) * d(v), ExteriorDerivative())
    .qed()
)
ring = Chain({u: s, v: t}, (s, 0, 2 * pi), (t, 0, 2 * pi))
gauss_bonnet_torus = (
    Derivation(
        Over(Curvature2(torus, 0, 1), ring, "T^2"), name="gauss_bonnet_torus", title=r"Gauss–Bonnet on the torus: $2\pi\chi = 0$"
    )
    .to(Over(cos(u) * d(u) * d(v), ring, "T^2"), Insert(), torus_curvature)
    .to(Integral(cos(s), (t, 0, 2 * pi), (s, 0, 2 * pi)), Parametrise(s, t))
    .to(0, Iterated())
    .qed()
)
global_primitive = Pitfall(
    Claim(Over(D(-cos(th) * d(ph)), whole, "S^2"), 0),
    r"$\Omega = d\omega$ holds on the chart, and the sphere has no rim; but $\omega = -\cos\theta\,d\varphi$ is not smooth at the poles, where $d\varphi$ "
    r"has a hole. What the poles leave behind is $4\pi$.",
    name="global_primitive",
    title=r"By Stokes $\int_{S^2} d\omega = 0$, as the sphere has no boundary",
)

# --- The hyperbolic plane and space -----------------------------------------------------------------------------------

upper = Chart("x y", positive="y", label="upper half-plane")
X, Y = upper
halfplane = Coframe([d(X) / Y, d(Y) / Y])
hyperbolic = (
    Derivation(
        Curvature2(halfplane, 0, 1), name="hyperbolic", title=r"The half-plane $dx/y,\ dy/y$: $\Omega = -e^x\wedge e^y$"
    )
    .to(D(Connection(halfplane, 0, 1)), SecondStructure())
    .to(D(-d(X) / Y), FirstStructure())
    .to(-Wedge.of(d(X) / Y, d(Y) / Y), ExteriorDerivative())
    .qed()
)
ball = Chart("rho theta phi", positive="rho")
rho, th3, ph3 = ball
space3 = Coframe([d(rho), sinh(rho) * d(th3), sinh(rho) * sin(th3) * d(ph3)])
hyperbolic_space = (
    Derivation(Ricci(space3.metric), name="hyperbolic_space", title=r"Hyperbolic space is Einstein: $R_{ab} = -2 g_{ab}$")
    .to(-2 * space3.metric.matrix, MovingFrame(space3))
    .qed()
)

# --- Schwarzschild ----------------------------------------------------------------------------------------------------

outside = Chart("t r theta phi", positive="r")
ct, r, theta, phi = outside
f = 1 - 2 * M / r
hole = Coframe([d(ct), d(r), r * d(theta), r * sin(theta) * d(phi)], [-f, 1 / f, 1, 1])
hole_connection = connection(
    hole,
    0,
    1,
    M / (r**2 - 2 * M * r) * d(ct),
    "hole_connection",
    r"Schwarzschild, in the frame $dt, dr, r\,d\theta, r\sin\theta\,d\varphi$ with norms $-f, 1/f, 1, 1$ and $f = 1 - 2M/r$",
)
hole_tide = (
    Derivation(Curvature2(hole, 0, 1), name="hole_tide", title="The tide along the radius")
    .by(SecondStructure())
    .by(FirstStructure())
    .to(2 * M / (r**2 * (r - 2 * M)) * d(ct) * d(r), ExteriorDerivative())
    .qed()
)
hole_vacuum = (
    Derivation(Ricci(hole.metric), name="hole_vacuum", title="Schwarzschild solves Einstein's equation in the vacuum")
    .to(Matrix.zeros(4, 4), MovingFrame(hole))
    .qed()
)
hole_singular = (
    Derivation(
        Kretschmann(hole.metric),
        name="hole_singular",
        title=r"$r = 2M$ is a fault of the coordinates, $r = 0$ one of the space-time",
    )
    .to(48 * M**2 / r**6, MovingFrame(hole))
    .qed()
)
flat_vacuum = Pitfall(
    Claim(Kretschmann(hole.metric), 0),
    r"$R_{ab} = 0$ says that there is no matter here, not that space-time is flat: the tides remain, $48M^2/r^6$.",
    name="flat_vacuum",
    title="No Ricci curvature, hence no curvature",
)

# --- FLRW -------------------------------------------------------------------------------------------------------------

kappa = symbols("k", real=True)
cosmos = Chart("t r theta phi", positive="r", label="cosmos")
T, R, TH, PH = cosmos
scale = Function("a", positive=True)(T)
curved = 1 - kappa * R**2
universe = Coframe([d(T), scale * d(R), scale * R * d(TH), scale * R * sin(TH) * d(PH)], [-1, 1 / curved, 1, 1])
friedmann = (
    Derivation(ScalarCurvature(universe.metric), name="friedmann", title="An expanding universe: its scalar curvature")
    .to(6 * (Derivative(scale, (T, 2)) / scale + (Derivative(scale, T) ** 2 + kappa) / scale**2), MovingFrame(universe))
    .qed()
)
density, pressure = 3 * (scale.diff(T) ** 2 + kappa) / scale**2, -2 * scale.diff(T, 2) / scale - (scale.diff(T) ** 2 + kappa) / scale**2
g = universe.metric.matrix
friedmann_equations = (
    Derivation(
        Einstein(universe.metric),
        name="friedmann_equations",
        title=r"Friedmann's equations: $G_{tt} = 3\frac{\dot a^2 + k}{a^2}$, and one pressure in all directions",
    )
    .to(Matrix.diag(density, *(pressure * g[i, i] for i in (1, 2, 3))), MovingFrame(universe))
    .qed()
)

# --- Kerr -------------------------------------------------------------------------------------------------------------

spinning = kerr_metric()
tk, rk, thk, phk = spinning.chart
mass, spin = symbols("M", positive=True), symbols("a", real=True)
sigma, delta = rk**2 + spin**2 * cos(thk) ** 2, rk**2 - 2 * mass * rk + spin**2
carter = Coframe(
    [
        d(tk) - spin * sin(thk) ** 2 * d(phk),
        d(rk),
        d(thk),
        sin(thk) * (spin * d(tk) - (rk**2 + spin**2) * d(phk)),
    ],
    [-delta / sigma, sigma / delta, sigma, 1 / sigma],
)
kerr_vacuum = (
    Derivation(
        Ricci(spinning),
        name="kerr_vacuum",
        title="Kerr, in Carter's frame: a rotating hole is a vacuum too",
    )
    .to(Matrix.zeros(4, 4), MovingFrame(carter))
    .qed()
)
c2 = spin**2 * cos(thk) ** 2
kerr_singular = (
    Derivation(Kretschmann(spinning), name="kerr_singular", title="Its singularity is a ring: $r = 0$, $\\theta = \\pi/2$")
    .to(48 * mass**2 * (rk**2 - c2) * (sigma**2 - 16 * rk**2 * c2) / sigma**6, MovingFrame(carter))
    .qed()
)

# --- Bianchi ----------------------------------------------------------------------------------------------------------

def twisted(kind):
    """Ω^a_b∧e^b for each a, terms that vanish left out."""
    pairs = [[b for b in range(4) if hole.curvature[a][b].parts] for a in range(4)]
    return Rows.of([[Sum.of(*(Wedge.of(kind(a, b), hole.forms[b]) for b in row))] for a, row in enumerate(pairs)])


bianchi = (
    Derivation(
        twisted(lambda a, b: Curvature2(hole, a, b)),
        name="bianchi",
        title=r"First Bianchi identity, for Schwarzschild: $\Omega^a{}_b\wedge e^b = 0$",
    )
    .to(twisted(lambda a, b: hole.curvature[a][b]), CurvatureForms())
    .to(0, WedgeProduct())
    .qed()
)

parts = (
    "## 7. Moving frames\n\nGive a metric by a frame of 1-forms $e^a$, orthogonal, with norms $\\eta_a$. The first structure equation $de^a + \\omega^a{}_b\\wedge e^b = 0$ "
    "(with $\\omega_{ab} + \\omega_{ba} = d\\eta_{ab}$) determines the connection, the second, $\\Omega^a{}_b = d\\omega^a{}_b + \\omega^a{}_c\\wedge\\omega^c{}_b$, "
    "the curvature. Every line is checked by the other route, through the Christoffel symbols of the coordinates.",
    sphere_connection,
    figures.sphere,
    sphere_curvature,
    sphere_gauss,
    gauss_bonnet_sphere,
    global_primitive,
    torus_connection,
    torus_curvature,
    gauss_bonnet_torus,
    hyperbolic,
    hyperbolic_space,
    "### Space-times\n\nNorms that are functions save the square roots. $G = c = 1$.",
    hole_connection,
    hole_tide,
    bianchi,
    hole_vacuum,
    hole_singular,
    flat_vacuum,
    friedmann,
    friedmann_equations,
    kerr_vacuum,
    kerr_singular,
)
