"""Point 8: symplectic and contact forms, Frobenius, and forms with values in a Lie algebra."""

from sympy import Function, Matrix, Rational, cos, log, sin

from derive import Claim, Derivation, Pitfall
from derive.exterior import Chart, Map, d
from derive.exterior.gauge import MatrixForm
from derive.exterior.gauge import curvature as field_strength
from derive.exterior.lines import D, Hook, Lie, Pull, Rows, Sum, Wedge
from derive.exterior.rules import (
    CartanFormula,
    ExteriorDerivative,
    InteriorProduct,
    Natural,
    Pullback,
    WedgeProduct,
)
from derive.exterior.symplectic import Contact, Symplectic

# --- Symplectic geometry ----------------------------------------------------------------------------------------------

phase = Symplectic.canonical("q1 q2", "p1 p2")
q1, q2, p1, p2 = phase.chart
H = Function("H")(q1, q2, p1, p2)
flow = phase.hamiltonian(H)
omega = phase.form

hamilton = (
    Derivation(Hook(flow, omega), name="hamilton", title=r"Hamilton's equations: $\iota_X\omega = dH$")
    .to(phase.chart.d(H), InteriorProduct(), remark=r"for $X = \partial_p H\,\partial_q - \partial_q H\,\partial_p$")
    .qed()
)
kept = (
    Derivation(Lie(flow, omega), name="kept", title="The flow keeps the symplectic form")
    .to(Sum.of(D(Hook(flow, omega)), Hook(flow, D(omega))), CartanFormula())
    .to(Sum.of(D(phase.chart.d(H)), Hook(flow, D(omega))), InteriorProduct())
    .to(Hook(flow, phase.chart.zero(3)), ExteriorDerivative(), remark=r"$d\,dH = 0$ and $d\omega = 0$.")
    .to(0, InteriorProduct())
    .qed()
)
liouville = (
    Derivation(Lie(flow, phase.volume), name="liouville", title=r"Liouville: it keeps the volume $\omega\wedge\omega/2$ of phase space")
    .to(Sum.of(D(Hook(flow, phase.volume)), Hook(flow, D(phase.volume))), CartanFormula())
    .to(Sum.of(D(phase.volume.hook(flow)), Hook(flow, D(phase.volume))), InteriorProduct())
    .to(Hook(flow, phase.chart.zero(5)), ExteriorDerivative())
    .to(0, InteriorProduct())
    .qed()
)
friction = phase.chart.vector([p1, p2, -q1 - p1, -q2 - p2])
shrinking = Pitfall(
    Claim(Lie(friction, phase.volume), 0),
    r"With friction, $\dot p = -q - p$, the flow is not Hamiltonian, and volumes of phase space shrink: $\mathcal{L}_X\,\mathrm{vol} = -2\,\mathrm{vol}$.",
    name="shrinking",
    title="Liouville's theorem with friction",
)
angle = Chart("phi J", positive="J")
ph, J = angle
plane = Chart("q p")
q, p = plane
action_angle = Map(angle, plane, [J * cos(ph), J * sin(ph)])
not_canonical = (
    Derivation(Pull(action_angle, Wedge.of(d(q), d(p))), name="not_canonical", title="Polar coordinates of phase space: the area says what is conjugate")
    .to(Wedge.of(Pull(action_angle, d(q)), Pull(action_angle, d(p))), Natural())
    .to(Wedge.of(-J * sin(ph) * d(ph) + cos(ph) * d(J), J * cos(ph) * d(ph) + sin(ph) * d(J)), Pullback())
    .to(-J * d(ph) * d(J), WedgeProduct())
    .to(D(-(J**2) / 2 * d(ph)) * -1, "the action is $J^2/2$")
    .qed()
)

# --- Contact forms and Frobenius --------------------------------------------------------------------------------------

jets = Chart("x y z")
x, y, z = jets
contact = d(z) - y * d(x)
contact_volume = (
    Derivation(Wedge.of(contact, D(contact)), name="contact_volume", title=r"A contact form: $\alpha\wedge d\alpha$ vanishes nowhere")
    .to(Wedge.of(contact, d(x) * d(y)), ExteriorDerivative())
    .to(jets.volume, WedgeProduct())
    .qed()
)
reeb = Contact(contact).reeb
reeb_flow = (
    Derivation(Lie(reeb, contact, name="R"), name="reeb_flow", title=r"Its Reeb field keeps it: $\alpha(R) = 1$, $\iota_R\,d\alpha = 0$")
    .to(Sum.of(D(Hook(reeb, contact, name="R")), Hook(reeb, D(contact), name="R")), CartanFormula())
    .to(Sum.of(D(jets.form(0, [1])), Hook(reeb, D(contact), name="R")), InteriorProduct())
    .to(Hook(reeb, d(x) * d(y), name="R"), ExteriorDerivative())
    .to(0, InteriorProduct())
    .qed()
)
no_surfaces = Pitfall(
    Claim(Wedge.of(contact, D(contact)), 0),
    r"$dz = y\,dx$ has curves but no surfaces for solutions: by Frobenius a 1-form has an integrating factor only if $\alpha\wedge d\alpha = 0$.",
    name="no_surfaces",
    title=r"Every equation $\alpha = 0$ can be integrated",
)
mu, f = (Function(name, positive=name == "mu")(x, y, z) for name in ("mu", "f"))
integrable = mu * jets.d(f)
frobenius = (
    Derivation(
        Wedge.of(integrable, D(integrable)), name="frobenius", title=r"Frobenius: $\alpha = \mu\,df$ obeys $\alpha\wedge d\alpha = 0$"
    )
    .to(Wedge.of(integrable, jets.d(mu) * jets.d(f)), ExteriorDerivative())
    .to(0, WedgeProduct())
    .qed()
)
heat = Chart("U V N", positive="U V N")
U, V, N = heat
first_law = d(U) + 2 * U / (3 * V) * d(V) - 2 * U / (3 * N) * (Rational(5, 2) - log(U ** Rational(3, 2) * V / N ** Rational(5, 2))) * d(N)
temperature = (
    Derivation(
        Wedge.of(first_law, D(first_law)),
        name="temperature",
        title=r"Thermodynamics: the heat $dU + p\,dV - \mu\,dN$ of an ideal gas has an integrating factor, its temperature",
    )
    .to(Wedge.of(first_law, first_law.d()), ExteriorDerivative())
    .to(0, WedgeProduct())
    .qed()
)

# --- Forms with values in a Lie algebra -------------------------------------------------------------------------------

angles = Chart("phi theta psi")
a, b, c = angles
R3 = lambda s: Matrix([[cos(s), -sin(s), 0], [sin(s), cos(s), 0], [0, 0, 1]])  # noqa: E731 - as one writes rotations
R1 = lambda s: Matrix([[1, 0, 0], [0, cos(s), -sin(s)], [0, sin(s), cos(s)]])  # noqa: E731
rotation = (R3(a) * R1(b) * R3(c)).applyfunc(lambda e: e.expand())
theta = (MatrixForm.of(angles, rotation.T) * MatrixForm.of(angles, rotation).d())


def entrywise(size, entry):
    """The matrix of lines with these entries."""
    return Rows.of([[entry(i, j) for j in range(size)] for i in range(size)])


maurer_cartan = (
    Derivation(
        entrywise(3, lambda i, j: Sum.of(D(theta[i, j]), *(Wedge.of(theta[i, k], theta[k, j]) for k in range(3)))),
        name="maurer_cartan",
        title=r"Maurer–Cartan on the rotations in Euler's angles: $\theta = g^{-1}dg$ obeys $d\theta + \theta\wedge\theta = 0$",
    )
    .to(
        entrywise(3, lambda i, j: Sum.of(theta[i, j].d(), *(Wedge.of(theta[i, k], theta[k, j]) for k in range(3)))),
        ExteriorDerivative(),
    )
    .to(0, WedgeProduct())
    .qed()
)
X = [[Function(f"A{i}{j}{k}")(x, y, z) for k in range(3)] for i in range(2) for j in range(2)]
A = MatrixForm(jets, 1, [[jets.form(1, X[2 * i + j]) for j in range(2)] for i in range(2)])
F = field_strength(A)
gauge_bianchi = (
    Derivation(
        entrywise(
            2,
            lambda i, j: Sum.of(
                D(F[i, j]), *(Wedge.of(A[i, k], F[k, j]) for k in range(2)), *(-Wedge.of(F[i, k], A[k, j]) for k in range(2))
            ),
        ),
        name="gauge_bianchi",
        title=r"Bianchi for any gauge field: $F = dA + A\wedge A$ obeys $dF + A\wedge F - F\wedge A = 0$",
    )
    .to(
        entrywise(
            2,
            lambda i, j: Sum.of(
                F[i, j].d(), *(Wedge.of(A[i, k], F[k, j]) for k in range(2)), *(-Wedge.of(F[i, k], A[k, j]) for k in range(2))
            ),
        ),
        ExteriorDerivative(),
    )
    .to(0, WedgeProduct())
    .qed()
)

parts = (
    "## 8. Mechanics and gauge fields\n\nA closed 2-form $\\omega$ of full rank turns functions into flows, $\\iota_X\\omega = dH$, and Cartan's formula gives "
    "Liouville's theorem in two lines. In odd dimensions its place is taken by a contact form; whether $\\alpha = 0$ has surfaces for solutions "
    "is decided by $\\alpha\\wedge d\\alpha$.",
    hamilton,
    kept,
    liouville,
    shrinking,
    not_canonical,
    contact_volume,
    reeb_flow,
    no_surfaces,
    frobenius,
    temperature,
    "### Forms with values in a Lie algebra",
    maurer_cartan,
    gauge_bianchi,
)
