"""Exterior calculus: from dx∧dy = −dy∧dx to Stokes, Kepler, Maxwell, curvature and gauge fields, and every step is checked.

After Su Jianlin's articles on exterior calculus. The eight points stand in `derivations/geometry`, a module each, as plain scripts:
products, integrals, kepler, potentials, fields, curvature, mechanics. Here they are put in order.
"""

from derive import Article
from derivations.geometry import curvature, fields, integrals, kepler, mechanics, potentials, products

result = Article(
    "exterior_geometry",
    "Exterior calculus and its geometric meaning",
    "The algebra comes first: an antisymmetric product $\\wedge$ and a derivation $d$ with $d\\circ d = 0$. Geometry is an interpretation of it, and the "
    "algebra gives back every formula of geometry that is an integral, a volume or a curvature. Each line below is known twice: the "
    "rule beside it is worked out by an engine of differential forms over a differential field, and the line by itself is checked from the textbook "
    "definitions in components, by partial derivatives, determinants and Christoffel symbols; integrals over chains go to a numeric oracle. Inside a form, functions of all coordinates are written without their arguments.",
    *products.parts,
    *integrals.parts,
    *kepler.parts,
    *potentials.parts,
    *fields.parts,
    *curvature.parts,
    *mechanics.parts,
    source="Su Jianlin, A light introduction to exterior calculus (5): geometric meaning, kexue.fm",
)

if __name__ == "__main__":
    from derivations.command import show

    raise SystemExit(show(result))
