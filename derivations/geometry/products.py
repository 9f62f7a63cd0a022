"""Points 1 and 2: the wedge product knows determinants, Cramer's rule and volumes; d knows every change of coordinates."""

from sympy import Function, Matrix, cos, sin, symbols

from derive import Claim, Derivation, Pitfall
from derive.exterior import Chart, Map, Metric, d
from derive.exterior.lines import D, Hook, Named, Pull, Star, Sum, Wedge
from derive.exterior.rules import (
    Definition,
    ExteriorDerivative,
    HodgeStar,
    InteriorProduct,
    LeibnizWithSign,
    Natural,
    Nilpotent,
    Pullback,
    WedgeProduct,
)

space = Chart("x y z")
x, y, z = space
volume = d(x) * d(y) * d(z)

# --- 1. The wedge product --------------------------------------------------------------------------------------------

a11, a12, a13, a21, a22, a23, a31, a32, a33 = symbols("a11 a12 a13 a21 a22 a23 a31 a32 a33", real=True)
matrix = Matrix([[a11, a12, a13], [a21, a22, a23], [a31, a32, a33]])
alpha, beta, gamma = (row[0] * d(x) + row[1] * d(y) + row[2] * d(z) for row in matrix.tolist())

swap = (
    Derivation(Sum.of(Wedge.of(alpha, beta), Wedge.of(beta, alpha)), name="swap", title="Two 1-forms anticommute")
    .to(0, WedgeProduct())
    .qed()
)
determinant = (
    Derivation(Wedge.of(alpha, beta, gamma), name="determinant", title="A product of three 1-forms is a determinant")
    .to(matrix.det() * volume, WedgeProduct())
    .qed()
)

# Cramer: b = s a₁ + t a₂ + u a₃, multiplied by a₂∧a₃, leaves the first term only.

s, t, u = symbols("s t u", real=True)
b1, b2, b3 = symbols("b1 b2 b3", real=True)
right = b1 * d(x) + b2 * d(y) + b3 * d(z)
a1, a2, a3 = Named.of("a_1", alpha), Named.of("a_2", beta), Named.of("a_3", gamma)
cramer = (
    Derivation(
        Wedge.of(Sum.of(s * a1, t * a2, u * a3), a2, a3),
        name="cramer",
        title=r"Cramer's rule: in $b\wedge a_2\wedge a_3$ with $b = s\,a_1 + t\,a_2 + u\,a_3$ two terms vanish",
    )
    .to(Wedge.of(Sum.of(Wedge.of(s, alpha), Wedge.of(t, beta), Wedge.of(u, gamma)), beta, gamma), Definition())
    .to(Wedge.of(s, alpha, beta, gamma), WedgeProduct())
    .to(s * matrix.det() * volume, WedgeProduct())
    .qed()
)
solved = Matrix([[b1, b2, b3], [a21, a22, a23], [a31, a32, a33]])
cramer_side = (
    Derivation(Wedge.of(right, beta, gamma), name="cramer_side", title="The same product from the right-hand side $b$")
    .to(solved.det() * volume, WedgeProduct(), remark="Equal to the line above, so $s$ is a quotient of determinants.")
    .qed()
)

v, w, q = (space.vector(row) for row in matrix.tolist())
spanned = (
    Derivation(
        Hook(q, Hook(w, Hook(v, volume, name="v_1"), name="v_2"), name="v_3"),
        name="spanned",
        title="The volume spanned by three vectors",
    )
    .to(matrix.det(), InteriorProduct())
    .qed()
)
flat = Metric(space, [1, 1, 1])
lengths = (a11**2 + a12**2 + a13**2) * (a21**2 + a22**2 + a23**2) - (a11 * a21 + a12 * a22 + a13 * a23) ** 2
area = (
    Derivation(
        Wedge.of(alpha, beta, Star(flat, alpha * beta)),
        name="area",
        title=r"The area spanned by two vectors: $|v|^2|w|^2 - (v\cdot w)^2$",
    )
    .to(Wedge.of(alpha, beta, flat.star(alpha * beta)), HodgeStar())
    .to(lengths * volume, WedgeProduct())
    .qed()
)
commuting = Pitfall(
    Claim(Wedge.of(d(x), d(y)), Wedge.of(d(y), d(x))),
    r"$dx\wedge dy = -dy\wedge dx$: the order of the differentials is the orientation, and the Jacobian's sign lives in it.",
    name="commuting",
    title="Writing $dx\\,dy = dy\\,dx$ under a double integral",
)

# --- 2. The derivation d ---------------------------------------------------------------------------------------------

P, Q, R, S, T, U, f = (Function(name)(x, y, z) for name in ["P", "Q", "R", "S", "T", "U", "f"])
first, second = P * d(x) + Q * d(y) + R * d(z), S * d(x) + T * d(y) + U * d(z)

leibniz = (
    Derivation(D(Wedge.of(first, second)), name="leibniz", title="Leibniz with its sign")
    .to(Sum.of(Wedge.of(D(first), second), -Wedge.of(first, D(second))), LeibnizWithSign())
    .qed()
)
forgotten_sign = Pitfall(
    Claim(D(Wedge.of(y * d(x), z**2 * d(y))), Sum.of(Wedge.of(D(y * d(x)), z**2 * d(y)), Wedge.of(y * d(x), D(z**2 * d(y))))),
    r"$d$ has to pass the 1-form $\alpha$ before it reaches $\beta$, and that costs a sign: $d(\alpha\wedge\beta) = d\alpha\wedge\beta - \alpha\wedge d\beta$.",
    name="forgotten_sign",
    title="Leibniz without its sign",
)
twice_function = (
    Derivation(D(D(space.form(0, [f]))), name="twice_function", title="$d(df) = 0$: second derivatives commute")
    .to(0, Nilpotent())
    .qed()
)
four = Chart("x1 x2 x3 x4")
A = [Function(f"A{i + 1}")(*four) for i in range(4)]
potential = four.form(1, A)
twice_form = (
    Derivation(D(D(potential)), name="twice_form", title="$d(dA) = 0$ for a 1-form in four dimensions")
    .to(D(potential.d()), ExteriorDerivative(), remark="Six components, each a difference of two first derivatives.")
    .to(0, ExteriorDerivative())
    .qed()
)

# A change of coordinates needs no Jacobian: substitute, take d, multiply.

polar = Chart("r theta", positive="r")
plane = Chart("x y")
X, Y = plane
r, th = polar
to_plane = Map(polar, plane, [r * cos(th), r * sin(th)])
polar_area = (
    Derivation(Pull(to_plane, Wedge.of(d(X), d(Y))), name="polar_area", title=r"$dx\wedge dy = r\,dr\wedge d\theta$")
    .to(Wedge.of(Pull(to_plane, d(X)), Pull(to_plane, d(Y))), Natural())
    .to(Wedge.of(cos(th) * d(r) - r * sin(th) * d(th), sin(th) * d(r) + r * cos(th) * d(th)), Pullback())
    .to(r * d(r) * d(th), WedgeProduct())
    .qed()
)
balls = Chart("rho phi psi chi", positive="rho")
rho, ph, ps, ch = balls
hyperspherical = Map(
    balls,
    four,
    [
        rho * cos(ph),
        rho * sin(ph) * cos(ps),
        rho * sin(ph) * sin(ps) * cos(ch),
        rho * sin(ph) * sin(ps) * sin(ch),
    ],
)
hypervolume = (
    Derivation(
        Pull(hyperspherical, four.volume), name="hypervolume", title="The volume in four dimensions, in spherical coordinates"
    )
    .to(rho**3 * sin(ph) ** 2 * sin(ps) * d(rho) * d(ph) * d(ps) * d(ch), Pullback())
    .qed()
)
naturality = (
    Derivation(Pull(to_plane, D(X**2 * Y * d(Y))), name="naturality", title="$d$ commutes with every substitution")
    .to(D(Pull(to_plane, X**2 * Y * d(Y))), Natural())
    .qed()
)

# The product rule of determinants is the composition of two linear maps.

plane2, plane3 = Chart("u v"), Chart("s t")
m11, m12, m21, m22, n11, n12, n21, n22 = symbols("m11 m12 m21 m22 n11 n12 n21 n22", real=True)
outer = Map(plane2, plane, [m11 * plane2[0] + m12 * plane2[1], m21 * plane2[0] + m22 * plane2[1]])
inner = Map(plane3, plane2, [n11 * plane3[0] + n12 * plane3[1], n21 * plane3[0] + n22 * plane3[1]])
product_rule = (
    Derivation(
        Pull(inner, Pull(outer, d(X) * d(Y), name="M"), name="N"),
        name="product_rule",
        title=r"$\det MN = \det M\,\det N$, since $(MN)^* = N^*M^*$",
    )
    .to(Pull(inner, (m11 * m22 - m12 * m21) * d(plane2[0]) * d(plane2[1]), name="N"), Pullback())
    .to((m11 * m22 - m12 * m21) * (n11 * n22 - n12 * n21) * d(plane3[0]) * d(plane3[1]), Pullback())
    .qed()
)

parts = (
    "## 1. The wedge product\n\nThe only rules are linearity and $dx\\wedge dy = -dy\\wedge dx$. Determinants, Cramer's rule and volumes are what they say.",
    swap,
    determinant,
    cramer,
    cramer_side,
    spanned,
    area,
    product_rule,
    commuting,
    "## 2. The derivation $d$\n\n$d$ is the one derivation with $d\\circ d = 0$ that extends $df$. It commutes with substitutions, so a change of "
    "coordinates needs no Jacobian: put the new coordinates in, take $d$, multiply.",
    leibniz,
    forgotten_sign,
    twice_function,
    twice_form,
    polar_area,
    hypervolume,
    naturality,
)
