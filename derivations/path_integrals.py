"""Path integrals: random walks, stochastic differential equations, parabolic equations, and how each becomes the others.

After the author's thesis. The eight points stand in `derivations/paths`, as plain scripts: walk (1, 2), action (3, 4), equation
(5, 6), cases and walls (7), figures (8). Here they are put in order.
"""

from derive import Article
from derivations.paths import action, cases, equation, figures, walk, walls

result = Article(
    "path_integrals",
    "Path integrals: random walks, stochastic equations, parabolic equations",
    "A random walk, a stochastic differential equation and a parabolic equation describe the same process, and the path integral is the hub: "
    "each becomes the others by an expansion in small steps or by a Gaussian integral. Asymmetric walks are treated throughout. Each line below is known twice: the rule beside it yields it, "
    "side conditions included, and the line by itself goes to an oracle that knows nothing of the rule; limits with unknown functions are tried with random smooth ones. "
    "Where Taylor's series is used, the functions are assumed to have as many continuous derivatives as occur.",
    *walk.parts,
    *action.parts,
    *equation.parts,
    *cases.parts,
    *walls.parts,
    *figures.parts,
    source="thesis on path integrals, random walks and stochastic differential equations",
)

if __name__ == "__main__":
    from derivations.command import show

    raise SystemExit(show(result))
