"""`derive new NAME`: a small commented script to start from, which checks as `exact` as it stands."""

from __future__ import annotations

import argparse
from pathlib import Path

from derivations.command.errors import CommandError

TEMPLATE = '''"""{title}: the Gaussian sum of two squares.

Run me:  python {name}.py        or:  derive run {name}.py
"""

from sympy import symbols

from derive import Article, Derivation

# Symbols carry their assumptions: real=True, positive=True, integer=True ...
a, b = symbols("a b", real=True)

# A chain of lines. Each says why it follows: a text cites a reason, a rule from derive.rules
# also names and checks its side conditions. Every line is checked against the one before.
square = (
    Derivation((a + b)**2 + (a - b)**2, name="square", title="The parallelogram law")
    .to((a**2 + 2*a*b + b**2) + (a**2 - 2*a*b + b**2), "binomial theorem, twice")
    .to(2*a**2 + 2*b**2, "the mixed terms cancel")
    .qed()
)

# What `derive` looks at is called `result`: a Claim, a Derivation, or an Article with prose.
result = Article(
    "{name}",
    "{title}",
    r"""
    The cross terms of $(a+b)^2$ and $(a-b)^2$ have opposite signs, so their sum has none.
    """,
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
        raise CommandError(f"{options.name!r} is no name for a script: use letters, digits and _, and begin with a letter")
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
