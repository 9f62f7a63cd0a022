"""Point 5: a closed form is d of something where the domain can be shrunk to a point; round a hole it need not be."""

from sympy import Integral, atan, pi, symbols, cos, exp, sin

from derive import Claim, Derivation, Pitfall
from derive.exterior import Chain, Chart, d
from derive.exterior.lines import D, Over
from derive.exterior.rules import ExteriorDerivative, Homotopy, Parametrise
from derive.rules import FundamentalTheorem

space = Chart("x y z")
x, y, z = space
one_form = (2 * x * y + z**3) * d(x) + (x**2 + z) * d(y) + (3 * x * z**2 + y) * d(z)
potential_1 = (
    Derivation(one_form, name="potential_1", title="A conservative field has a potential")
    .to(D(space.form(0, [x**2 * y + y * z + x * z**3])), Homotopy())
    .qed()
)
two_form = x * d(y) * d(z) + y * d(z) * d(x) - 2 * z * d(x) * d(y)
potential_2 = (
    Derivation(two_form, name="potential_2", title="A field without sources has a vector potential")
    .to(D(y * z * d(x) - x * z * d(y)), Homotopy())
    .qed()
)
three_form = x * y**2 * z**3 * space.volume
potential_3 = (
    Derivation(three_form, name="potential_3", title="Every density is a divergence")
    .by(Homotopy())
    .qed()
)
four = Chart("q1 q2 p1 p2")
q1, q2, p1, p2 = four
symplectic = d(q1) * d(p1) + d(q2) * d(p2)
liouville_form = (
    Derivation(symplectic, name="liouville_form", title="The symplectic form has a potential")
    .to(D(-p1 / 2 * d(q1) - p2 / 2 * d(q2) + q1 / 2 * d(p1) + q2 / 2 * d(p2)), Homotopy())
    .qed()
)
wave = exp(x) * cos(y) * d(x) - exp(x) * sin(y) * d(y)
harmonic = (
    Derivation(wave, name="harmonic", title="With exponentials under the homotopy")
    .to(D(space.form(0, [exp(x) * cos(y) - 1])), Homotopy())
    .qed()
)

# --- The hole ---------------------------------------------------------------------------------------------------------

plane = Chart("x y")
X, Y = plane
angle = (X * d(Y) - Y * d(X)) / (X**2 + Y**2)
t = symbols("t", real=True)
a = symbols("a", positive=True)
circle = Chain({X: a * cos(t), Y: a * sin(t)}, (t, 0, 2 * pi))
angle_closed = (
    Derivation(D(angle), name="angle_closed", title=r"$d\theta = \frac{x\,dy - y\,dx}{x^2+y^2}$ is closed")
    .to(0, ExteriorDerivative())
    .qed()
)
winding = (
    Derivation(Over(angle, circle, "C"), name="winding", title=r"But round the hole it is $2\pi$, for every radius")
    .to(Integral(1, (t, 0, 2 * pi)), Parametrise(t))
    .to(2 * pi, FundamentalTheorem(t))
    .qed()
)
no_potential = Pitfall(
    Claim(Over(angle, circle, "C"), 0),
    r"If $d\theta$ were $d$ of a function on the punctured plane, its integral along a closed curve would vanish. It is closed, and not exact: "
    r"the plane without a point cannot be shrunk to a point. `Homotopy` refuses it, and says why.",
    name="no_potential",
    title="A closed form has a potential, so its integral along a closed curve is zero",
)
half = Chart("x y", positive="x", label="half-plane")
hx, hy = half
half_angle = (hx * d(hy) - hy * d(hx)) / (hx**2 + hy**2)
angle_on_half = (
    Derivation(half_angle, name="angle_on_half", title="On the half-plane $x > 0$ there is no hole")
    .to(D(half.form(0, [atan(hy / hx)])), Homotopy(stated=half.form(0, [atan(hy / hx)])))
    .qed()
)

parts = (
    "## 5. Poincaré's lemma\n\nOn a star-shaped domain a closed form of degree $k$ is $d$ of "
    "$h\\omega = \\int_0^1 t^{k-1}\\,\\iota_{x-c}\\,\\omega(c + t(x-c))\\,dt$. The rule finds the potential, and has to show that the form is closed, that "
    "the domain is star-shaped, and that $d$ of what it found is the form.",
    potential_1,
    potential_2,
    potential_3,
    liouville_form,
    harmonic,
    "### A hole",
    angle_closed,
    winding,
    no_potential,
    angle_on_half,
)
