"""Point 4: formula (11) is Kepler's second law, and the orbit itself comes out of conserved functions, by forms alone."""

from sympy import Derivative, Function, Integral, cos, pi, sin, sqrt, symbols

from derivations.geometry import figures
from derive import Claim, Derivation, Pitfall
from derive.exterior import Chain, Chart, Map, d
from derive.exterior.lines import D, Hook, Lie, Over, Pull
from derive.exterior.rules import CartanFormula, ExteriorDerivative, InteriorProduct, Parametrise, Pullback
from derive.rules import Algebra, FundamentalTheorem

# --- The areal velocity -----------------------------------------------------------------------------------------------

plane = Chart("x y")
x, y = plane
polar = Chart("r theta", positive="r")
r, theta = polar
to_plane = Map(polar, plane, [r * cos(theta), r * sin(theta)])
swept = x / 2 * d(y) - y / 2 * d(x)

areal = (
    Derivation(Pull(to_plane, swept), name="areal", title=r"Formula (11): the area that the radius sweeps is $\frac12 r^2 d\theta$")
    .to(r**2 / 2 * d(theta), Pullback())
    .qed()
)
areal_d = (
    Derivation(D(swept), name="areal_d", title="It is an area: its $d$ is the area element")
    .to(d(x) * d(y), ExteriorDerivative())
    .qed()
)
clock = Chart("t")
(t,) = clock
X, Y = Function("x")(t), Function("y")(t)
motion = Map(clock, plane, [X, Y])
areal_velocity = (
    Derivation(Pull(motion, swept), name="areal_velocity", title=r"Along a motion it is $\frac12(x\dot y - y\dot x)\,dt$")
    .to((X * Derivative(Y, t) - Y * Derivative(X, t)) / 2 * d(t), Pullback())
    .qed()
)

# --- Phase space: positions, velocities, time; a central force pulls along the radius --------------------------------

phase = Chart("t x y u v")
time, px, py, u, v = phase
force = Function("phi")(px, py, u, v, time)
flow = phase.vector([1, u, v, -force * px, -force * py])
momentum = px * v - py * u

central = (
    Derivation(
        Lie(flow, phase.form(0, [momentum])),
        name="central",
        title=r"Kepler's second law: $x\dot y - y\dot x$ is conserved by every central force",
    )
    .to(Hook(flow, D(phase.form(0, [momentum]))), CartanFormula())
    .to(Hook(flow, v * d(px) - u * d(py) - py * d(u) + px * d(v)), ExteriorDerivative())
    .to(0, InteriorProduct(), remark=r"$vu - uv + \varphi\,xy - \varphi\,yx = 0$.")
    .qed()
)
sideways = phase.vector([1, u, v, -px - py, -py + px])
not_central = Pitfall(
    Claim(Lie(sideways, phase.form(0, [momentum])), 0),
    r"A force with a part across the radius, here $(-y, x)$, turns: $\frac{d}{dt}(x\dot y - y\dot x) = x^2 + y^2$. The law belongs to central forces only.",
    name="not_central",
    title="Equal areas for any attractive force",
)

# --- The orbit by forms alone -----------------------------------------------------------------------------------------
# For the inverse square the velocity moves on a circle: two more functions of phase space are conserved.

mu = symbols("mu", positive=True)
sky = Chart("t r theta p L", positive="r L")
_, R, Th, p, L = sky
kepler = sky.vector([1, p, L / R**2, L**2 / R**3 - mu / R**2, 0])
vx = p * cos(Th) - L / R * sin(Th)
vy = p * sin(Th) + L / R * cos(Th)

hodograph_x = (
    Derivation(
        Lie(kepler, sky.form(0, [vx + mu / L * sin(Th)])),
        name="hodograph_x",
        title=r"$\dot x + \frac{\mu}{L}\sin\theta$ is conserved",
    )
    .to(Hook(kepler, D(sky.form(0, [vx + mu / L * sin(Th)]))), CartanFormula())
    .to(Hook(kepler, sky.d(vx + mu / L * sin(Th))), ExteriorDerivative())
    .to(0, InteriorProduct())
    .qed()
)
hodograph_y = (
    Derivation(
        Lie(kepler, sky.form(0, [vy - mu / L * cos(Th)])),
        name="hodograph_y",
        title=r"$\dot y - \frac{\mu}{L}\cos\theta$ is conserved",
    )
    .to(Hook(kepler, D(sky.form(0, [vy - mu / L * cos(Th)]))), CartanFormula())
    .to(Hook(kepler, sky.d(vy - mu / L * cos(Th))), ExteriorDerivative())
    .to(0, InteriorProduct())
    .qed()
)
e, rho, th, ell, m = symbols("e r theta L mu", positive=True)
orbit = (
    Derivation(
        rho * (cos(th) * (m / ell * cos(th) + e * m / ell) - sin(th) * (-m / ell * sin(th))),
        name="orbit",
        title=r"$L = x\dot y - y\dot x$ on the hodograph $\dot x = -\frac{\mu}{L}\sin\theta,\ \dot y = \frac{\mu}{L}(\cos\theta + e)$",
    )
    .to(m * rho / ell * (1 + e * cos(th)), Algebra(r"$\cos^2\theta + \sin^2\theta = 1$"))
    .qed()
)
angles = Chart("theta")
(vartheta,) = angles
conic = ell**2 / m / (1 + e * cos(vartheta))
solution = Map(angles, sky, [Function("t")(vartheta), conic, vartheta, m * e / ell * sin(vartheta), ell])
turning, falling = L / R**2 * d(R) - p * d(Th), L / R**2 * d(p) - (L**2 / R**3 - mu / R**2) * d(Th)
orbit_turns = (
    Derivation(
        Pull(solution, turning, name="c"),
        given=[e < 1],
        name="orbit_turns",
        title=r"So $r = \frac{L^2/\mu}{1+e\cos\theta}$, a conic: along it $\dot r\,d\theta = \dot\theta\,dr$",
    )
    .to(0, Pullback())
    .qed()
)
orbit_falls = (
    Derivation(
        Pull(solution, falling, name="c"),
        given=[e < 1],
        name="orbit_falls",
        title=r"and $\ddot r = L^2/r^3 - \mu/r^2$: it is an orbit of the flow",
    )
    .to(0, Pullback())
    .qed()
)
a, b = symbols("a b", positive=True)
s = symbols("s", real=True)
ellipse = Chain({x: a * (cos(s) - sqrt(1 - b**2 / a**2)), y: b * sin(s)}, (s, 0, 2 * pi))
third_law = (
    Derivation(
        Over(swept, ellipse, r"\mathrm{orbit}"),
        given=[b < a],
        name="third_law",
        title=r"One revolution sweeps $\pi ab = \frac12 L T$, about the focus as about the centre",
    )
    .to(Integral(a * b / 2 * (1 - sqrt(1 - b**2 / a**2) * cos(s)), (s, 0, 2 * pi)), Parametrise(s))
    .to(pi * a * b, FundamentalTheorem(a * b / 2 * (s - sqrt(1 - b**2 / a**2) * sin(s))))
    .qed()
)
period = (
    Derivation(
        (2 * pi * a * (a * sqrt(1 - e**2)) / sqrt(m * a * (1 - e**2))) ** 2,
        given=[e < 1],
        name="period",
        title=r"Kepler's third law: $T = 2\pi ab/L$ with $b = a\sqrt{1-e^2}$ and $L^2 = \mu a(1-e^2)$",
    )
    .to(4 * pi**2 * a**3 / m, Algebra())
    .qed()
)

parts = (
    "## 4. Kepler\n\nFormula (11), $x\\,dy - y\\,dx = r^2 d\\theta$, needs no picture to be useful: it says that the areal velocity is an angular "
    "velocity, and for a central force its derivative is zero. On phase space, with time, the motion is a vector field $X$, and a conserved "
    "function is one with $\\mathcal{L}_X f = 0$.",
    areal,
    areal_d,
    areal_velocity,
    central,
    not_central,
    "### The orbit\n\nIn the coordinates $t, r, \\theta, p = \\dot r, L = r^2\\dot\\theta$ the inverse square force $-\\mu/r^2$ conserves two more functions: the "
    "velocity moves on a circle. Putting them into $L = x\\dot y - y\\dot x$ leaves the conic, without solving a differential equation.",
    hodograph_x,
    hodograph_y,
    orbit,
    orbit_turns,
    orbit_falls,
    figures.orbit,
    third_law,
    period,
)
