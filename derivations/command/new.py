"""`derive new NAME`: a small commented script to start from, which checks as `exact` as it stands."""

from __future__ import annotations

import argparse
from pathlib import Path

from derivations.command.errors import CommandError

TEMPLATE = '''"""{title}: a first derivation, with a pitfall beside it.

Run me with  `python {name}.py`  or  `derive run {name}.py`.
"""

from sympy import Integral, cos, sin, symbols

from derive import Article, Claim, Derivation, Pitfall
from derive.rules import FundamentalTheorem

# Symbols carry their assumptions: real=True, positive=True, integer=True.
x = symbols("x", real=True)
a, b = symbols("a b", positive=True)

# A chain of lines, each with the reason why it follows. A rule from derive.rules names its side
# conditions, and they are checked; a text in its place is a citation. `.by(rule)` takes the line
# that the rule yields, `.to(line, rule)` one that you write yourself.
chirp = (
    Derivation(Integral(2*x*cos(x**2), (x, 0, a)), name="chirp", title="A chirp integrates to a sine")
    .by(FundamentalTheorem(sin(x**2)))
    .qed(sin(a**2))
)

# A plausible mistake: it passes only if it is refuted, with a counterexample.
square = Pitfall(Claim((a + b)**2, a**2 + b**2), "The mixed terms $2ab$ are missing.", name="square", title="Squaring term by term")

# What `derive` looks at is called `result`: a Claim, a Derivation, or an Article with prose.
result = Article(
    "{name}",
    "{title}",
    r"""
    The derivative of $\\sin x^2$ is $2x\\cos x^2$, so the fundamental theorem gives the integral.
    """,
    chirp,
    square,
)

if __name__ == "__main__":
    from derivations.command import show

    show(result)
'''


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("name", metavar="NAME", help="letters, digits and _: the script is NAME.py in this folder")


def run(options: argparse.Namespace) -> int:
    """Writes the script; never over an existing file."""
    name = options.name.removesuffix(".py")
    if not name.isidentifier() or not name.isascii():
        raise CommandError(
            f"{options.name!r} is no name for a script: use letters, digits and _, and begin with a letter"
        )
    path = Path(f"{name}.py")
    text = TEMPLATE.format(name=name, title=name.replace("_", " ").capitalize())
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise CommandError(f"{path} exists; it was left as it is") from None
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}") from None
    print(f"{path}: run it with `derive run {path}`")
    return 0
