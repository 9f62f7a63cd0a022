"""The page of `derive sde --html`: each result as a formula, and put back into the equation that defines it, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivations.command.sde import formula

if TYPE_CHECKING:
    from derive.stochastic.shown.survey import Chapter, Survey


def write(found: Survey, path: Path, command: str) -> Any:
    """Writes the page, whole or not at all; the report of its derivations."""
    from derivations.page import write_page
    from derive import Article, verify

    parts: list[Any] = [f"The equation is\n\n$${found.sde.latex()}$$"]
    for chapter in found.chapters:
        parts.append(_prose(chapter))
        parts += _DERIVED[chapter.name](found, chapter) if chapter.rows and chapter.name in _DERIVED else []
    report = verify(Article("sde", "A stochastic differential equation", *parts), digits=15)
    write_page(report, path, command=command)
    return report


def _prose(chapter: Chapter) -> str:
    """The results, how they were found and how they are known, or why there are none."""
    from derive.printing import latex

    lines = [f"## {chapter.title}"]
    lines += [
        f"${row.tex}$ is {row.value}." if isinstance(row.value, str) else f"$${formula(row)}$$" for row in chapter.rows
    ]
    if chapter.given:
        lines.append("Given " + ", ".join(f"${latex(relation)}$" for relation in chapter.given) + ".")
    if chapter.evidence is not None:
        lines.append(
            f"{chapter.method[:1].upper()}{chapter.method[1:]}; {chapter.evidence.status.value}: {chapter.evidence.method}.".replace(
                "$", ""
            )
        )
    if not chapter.rows:
        why = chapter.refusal.replace("\n", " ").replace("$", "")
        lines.append(f"There is no closed form: {why}." if chapter.finished else f"Unknown: {why}.")
    return "\n\n".join(lines)


def _adjoint(found: Survey, chapter: Chapter) -> list[Any]:
    """p L f − f L* p is a divergence, L f and L* p as they are shown."""
    import sympy as sp

    from derive import Derivation
    from derive.rules import Algebra
    from derive.stochastic.shown.survey import flux

    sde = found.sde
    x = sde.states
    f, p = sp.Function("f")(*x), sp.Function("p")(*x, sde.t)
    generated, moved = (row.value for row in chapter.rows)
    left = p * generated - f * moved
    right = sp.Add(*(sp.Derivative(j, y) for j, y in zip(flux(sde, f, p), x, strict=True)))
    return [
        Derivation(
            left, sde.facts, name="adjoint", title="The two operators are adjoint, apart from what crosses the boundary"
        )
        .to(right, Algebra("Leibniz's rule"))
        .qed()
    ]


def _solves(found: Survey, chapter: Chapter) -> list[Any]:
    """The density put back into the Fokker-Planck equation."""
    import sympy as sp

    from derive import Derivation
    from derive.rules import Algebra
    from derive.stochastic.shown.rows import whole

    sde = found.sde
    if isinstance(chapter.rows[0].value, str):
        return []
    density = whole(chapter.rows)
    forward = sde.fokker_planck(density).divergence_form
    rate = sp.Derivative(density, sde.t) if chapter.name == "transition" else sp.S.Zero
    title = "It solves the Fokker-Planck equation" if chapter.name == "transition" else "It is stationary"
    return [
        Derivation(rate - forward.rhs, (*sde.facts, *chapter.given), name=chapter.name, title=title)
        .to(0, Algebra("put back"))
        .qed()
    ]


_DERIVED = {"operators": _adjoint, "stationary": _solves, "transition": _solves}
