"""A stochastic differential equation out of its text and what is declared about it: names, relations, domain, start,
convention.

Where Itô's and Stratonovich's products stand side by side, b ∘ dW_k = b dW_k + ½ Σ_jl ∂_j b B_jl ρ_lk dt makes all of
them Itô's (K. Itô, Appl. Math. Optim. 1 (1975) 374).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from derivations.command.errors import CommandError
from derivations.command.stochastic_text import ASK, LEFT, NOISE, Terms, lines, prepared, read_line, refuse

if TYPE_CHECKING:
    from derive.stochastic import SDE


@dataclass(frozen=True)
class Given:
    """What stands on the command line: the equations, and what is declared about them."""

    text: str
    positive: str = ""
    relations: tuple[str, ...] = ()
    domain: str = ""
    x0: str = ""
    alpha: str = ""
    stratonovich: bool = False
    correlations: tuple[str, ...] = ()


class Reading(NamedTuple):
    """The equation; its start, None if none is given; where products of both kinds stood, what making them Itô's added
    to the drift of each state."""

    sde: SDE
    x0: tuple[Any, ...] | None
    added: tuple[tuple[Any, Any], ...] = ()


def read_equation(given: Given) -> Reading:
    """The SDE that the text says, and its start.

    Raises TextError (with a caret) for text that cannot be read, CommandError for declarations that do not fit, and
    StochasticError for data that make no process.
    """
    from derive.text import TextError

    try:
        return _read(given, prepared(given.text))
    except TextError as error:
        if len(error.text) != len(given.text) or "\n" not in given.text:
            raise
        first = given.text.rfind("\n", 0, error.start) + 1
        line = given.text[first:].partition("\n")[0]
        places = error.start - first, min(error.end - first, len(line))
        raise TextError(line, *places, error.reason, error.remedy) from None


def _read(given: Given, text: str) -> Reading:
    import sympy as sp

    from derive.stochastic import SDE
    from derive.text import parse_relation

    table = _symbols(given, text)
    found = Terms(text)
    for start, end in lines(text):
        read_line(found, start, end, table)
    if not found.states:
        raise CommandError(f"no equation stands in the text; {ASK}")
    noises = list(dict.fromkeys(name for row in found.noises.values() for name in row))
    if not noises:
        start, end = found.places[found.states[0]]
        refuse(text, start, end, "no noise stands in the text", "a stochastic equation has a term such as sigma dW")
    reading = {"symbols": table, "default": "real"}
    _correlated(given, found, noises, reading)
    drift = [sp.Add(*found.drifts[state]) for state in found.states]
    matrix = sp.Matrix([[sp.Add(*found.noises[state].get(name, ())) for name in noises] for state in found.states])
    rho = sp.Matrix(len(noises), len(noises), lambda i, j: _correlation(found, noises[i], noises[j]))
    relations = [parse_relation(relation, **reading) for relation in given.relations]
    states = [table[state] for state in found.states]
    domain = _intervals(given.domain, found.states, reading)
    stated = domain is not None
    if domain is None:
        domain = [(sp.S.Zero, sp.oo) if state.is_positive else (-sp.oo, sp.oo) for state in states]
    added: tuple[tuple[Any, Any], ...] = ()
    if _mixed(given, found, states):
        added = tuple(zip(states, _corrections(found, states, noises, matrix, rho), strict=True))
        drift = [a + extra for a, (_, extra) in zip(drift, added, strict=True)]
    alpha = _alpha(given, found, mixed=bool(added))
    sde = SDE(states, drift, matrix, table["t"], rho, domain, alpha, relations)
    x0 = _start(given.x0, found, reading)
    _known_names(given, sde, x0)
    _inside(sde, x0)
    if stated:
        _real_inside(sde)
    return Reading(sde, x0, added)


def _symbols(given: Given, text: str) -> dict[str, Any]:
    """Names to symbols: t and what is not declared is real."""
    from derive.text import declare
    from derive.text.vocabulary import spelled

    import sympy as sp

    table: dict[str, Any] = dict(declare(positive=given.positive)) if given.positive.strip() else {}
    for start, end in lines(text):
        left = LEFT.match(text[start:end].partition("=")[0])
        if left and not NOISE.fullmatch(left["state"]):
            name = spelled(left["state"])
            table.setdefault(name, sp.Symbol(name, real=True))
    table.setdefault("t", sp.Symbol("t", real=True))
    return table


def _correlation(found: Terms, one: str, two: str) -> Any:
    import sympy as sp

    if one == two:
        return sp.S.One
    return found.pairs.get((one, two), found.pairs.get((two, one), sp.S.Zero))


def _correlated(given: Given, found: Terms, noises: list[str], reading: dict[str, Any]) -> None:
    """The pairs of --correlation "W1 W2 rho" beside those of the text; each of two noises that drive a state."""
    from derive.text import parse

    for text in given.correlations:
        one, two, *value = text.split(None, 2) if len(text.split()) > 2 else ("", "")
        if not value:
            raise CommandError(f'--correlation {text!r}: write two noises and a number, as in --correlation "W1 W2 rho"')
        found.pairs[one.removeprefix("d"), two.removeprefix("d")] = parse(value[0], **reading)
    for pair in found.pairs:
        for name in pair:
            if name not in noises:
                raise CommandError(f"d{name} is correlated but drives no state; the noises are {_names(noises)}")


def _mixed(given: Given, found: Terms, states: list[Any]) -> bool:
    """Whether products of both kinds stand with coefficients that depend on the states."""
    circles = any(circle and value.has(*states) for _, _, circle, value in found.products)
    plain = any(not circle and value.has(*states) for _, _, circle, value in found.products)
    return circles and plain and not given.stratonovich


def _corrections(found: Terms, states: list[Any], noises: list[str], matrix: Any, rho: Any) -> list[Any]:
    """½ d⟨b, W⟩/dt of the terms b ∘ dW, added up for each state."""
    import sympy as sp

    with_noise = matrix * rho  # d⟨x_j, W_k⟩/dt
    total = [sp.S.Zero] * len(states)
    for state, noise, circle, value in found.products:
        if circle:
            k = noises.index(noise)
            slopes = (sp.diff(value, x) * with_noise[j, k] for j, x in enumerate(states))
            total[found.states.index(state)] += sp.expand(sp.Add(*slopes) / 2)
    return total


def _alpha(given: Given, found: Terms, mixed: bool) -> Any:
    """The convention: ½ if a ∘ stands in the text or is asked for, 0 where both kinds stand and were made Itô's. Where
    the coefficient is free of the states, the product of either kind is the same."""
    import sympy as sp

    from derive.text import parse

    circles = any(circle for _, _, circle, _ in found.products)
    stated = sp.S.Zero if mixed else sp.Rational(1, 2) if given.stratonovich or circles else None
    if given.alpha:
        alpha = parse(given.alpha, default="real")
        if stated is not None and alpha != stated:
            raise CommandError(
                f"--alpha {given.alpha} contradicts Stratonovich's ∘, which is alpha = 1/2"
                + ("; where both products stand they are read as Itô's" if mixed else "")
            )
        if alpha.is_number and not (alpha.is_nonnegative and (1 - alpha).is_nonnegative):
            raise CommandError(f"--alpha {given.alpha}: the discretisation lies between 0 (Itô) and 1")
        return alpha
    return stated if stated is not None else sp.S.Zero


def _known_names(given: Given, sde: SDE, x0: tuple[Any, ...] | None) -> None:
    """CommandError for a name in --positive or --given that occurs nowhere else."""
    from difflib import get_close_matches

    from derive.text import parse_relation
    from derive.text.declarations import listed

    known = {s.name for s in (*sde.states, sde.t, *sde.parameters)} | {s.name for s in sde.origin}
    known |= {s.name for value in x0 or () for s in value.free_symbols}
    stated = [("--positive", name) for name in listed(given.positive)]
    for relation in given.relations:
        symbols = parse_relation(relation, default="real").free_symbols
        stated += [(f"--given {relation!r}", s.name) for s in sorted(symbols, key=str)]
    for where, name in stated:
        if name not in known:
            close = get_close_matches(name, known, 1)
            remedy = f"did you mean {close[0]}?" if close else f"the names are {', '.join(sorted(known))}"
            raise CommandError(f"{where}: {name} does not occur in the equations; {remedy}")


def _inside(sde: SDE, x0: tuple[Any, ...] | None) -> None:
    for x, value, (low, high) in zip(sde.states, x0 or (), sde.domain, strict=False):
        if (value - low).is_nonpositive or (high - value).is_nonpositive:
            raise CommandError(f"the start {x} = {value} does not lie inside the domain ({low}, {high})")


def _real_inside(sde: SDE) -> None:
    """CommandError where a coefficient is not real at a point of the stated domain."""
    import random

    import sympy as sp

    from derive.printing import plain
    from derive.sampling import NoPoint, admissible

    coefficients = [c for c in (*sde.ito_drift, *sde.diffusion) if c.has(*sde.states)]
    symbols = set().union(*(c.free_symbols for c in coefficients)) if coefficients else set()
    try:
        points = list(admissible(symbols, sde.facts, random.Random(2), 12, real=True))
    except NoPoint:
        return
    for point in points:
        for c in coefficients:
            value = sp.N(c.xreplace(point))
            if value.is_number and value.is_real is False:
                at = ", ".join(f"{plain(name)} = {sp.N(number, 3)}" for name, number in point.items() if c.has(name))
                raise CommandError(
                    f"--domain: {plain(c)} is not real at {at}: narrow the domain, or state a relation with --given"
                )


def _intervals(text: str, states: list[str], reading: dict[str, Any]) -> list[tuple[Any, Any]] | None:
    """`0 oo` for one state; for several, intervals separated by ; in the order of the equations."""
    from derive.text import parse

    if not text.strip():
        return None
    pairs = [re.split(r"[\s,]+", part.strip().strip("()[]")) for part in text.split(";")]
    if len(pairs) != len(states) or any(len(pair) != 2 for pair in pairs):
        example = "; ".join(["0 oo"] * len(states))
        raise CommandError(
            f"--domain {text!r}: {len(states)} state{'s' * (len(states) > 1)} ({', '.join(states)}) need as many "
            f"intervals, two ends each, such as --domain {example!r}"
        )
    found = [(parse(low, **reading), parse(high, **reading)) for low, high in pairs]
    for low, high in found:
        if (low - high).is_nonnegative:
            raise CommandError(f"--domain {text!r}: the interval from {low} to {high} is empty")
    return found


def _start(text: str, found: Terms, reading: dict[str, Any]) -> tuple[Any, ...] | None:
    """The start out of --x0 or of lines x(0) = …; states without such a line start at x0, y0, …"""
    from derive.text import parse

    states = found.states
    for state, (_, place) in found.starts.items():
        if state not in states:
            refuse(found.text, *place, f"{state} is no state", f"the states are {', '.join(states)}")
    if found.starts:
        if text.strip():
            raise CommandError("the start stands both in the equations and in --x0: write it once")
        symbols = reading["symbols"]
        begin = {x: type(symbols[x])(f"{x}0", **symbols[x].assumptions0) for x in states}
        return tuple(found.starts[x][0] if x in found.starts else begin[x] for x in states)
    if not text.strip():
        return None
    values = [part for part in re.split(r"[;,]" if re.search(r"[;,]", text) else r"\s+", text.strip()) if part.strip()]
    if len(values) != len(states):
        raise CommandError(
            f"--x0 {text!r}: {len(states)} state{'s' * (len(states) > 1)} ({', '.join(states)}) need as many initial "
            f"values, separated by commas"
        )
    return tuple(parse(value.strip(), **reading) for value in values)


def _names(noises: list[str]) -> str:
    return ", ".join(f"d{name}" for name in noises)
