"""A stochastic differential equation as text: `dx = theta*(mu - x) dt + sigma dW`, one equation for each state.

Read by the grammar of `derive.text`, never evaluated: the text is cut at its differentials, what stands before each of
them is its coefficient. `∘ dW` (or `o dW`) is Stratonovich's product; a line `dW1 dW2 = rho dt` correlates two noises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from derivations.command.errors import CommandError

if TYPE_CHECKING:
    from derive.stochastic import SDE

_LEFT = re.compile(r"\s*d(?P<state>[^\W\d]\w*)\s*$")
_PAIR = re.compile(r"\s*d(?P<one>[WB]\w*)\s*\*?\s*d(?P<two>[WB]\w*)\s*$")
_STEP = re.compile(r"(?<![\w.])d(?P<name>[^\W\d]\w*)(?!\w|\s*\()")
_NOISE = re.compile(r"[WB](_?\w+)?")
_CIRCLE = re.compile(r"(∘|(?<=[\w)\]!'])\s+o)\s*$")
_ASK = "write a coefficient before each differential, as in dx = theta*(mu - x) dt + sigma dW"


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


@dataclass
class _Read:
    """The terms as they are found: (start, end) of coefficients in the text, by state and differential."""

    text: str
    states: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    drifts: dict[str, list[Any]] = field(default_factory=dict)
    noises: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    products: list[tuple[bool, Any, tuple[int, int]]] = field(default_factory=list)
    pairs: dict[tuple[str, str], Any] = field(default_factory=dict)


def read_equation(given: Given) -> tuple[SDE, tuple[Any, ...] | None]:
    """The SDE that the text says, and the start (None if none is given).

    Raises TextError (with a caret) for text that cannot be read, CommandError for declarations that do not fit, and
    StochasticError for data that make no process.
    """
    import sympy as sp

    from derive.stochastic import SDE
    from derive.text import parse_relation

    text = given.text.replace("\n", ";").replace("\t", " ").replace("\r", " ")
    table = _symbols(given, text)
    found = _Read(text)
    for start, end in _lines(text):
        _equation(found, start, end, table)
    if not found.states:
        _refuse(text, 0, len(text), "no equation stands in the text", _ASK)
    noises = list(dict.fromkeys(name for row in found.noises.values() for name in row))
    if not noises:
        start, end = found.places[found.states[0]]
        _refuse(text, start, end, "no noise stands in the text", "a stochastic equation has a term such as sigma dW")
    for pair in found.pairs:
        for name in pair:
            if name not in noises:
                raise CommandError(f"d{name} is correlated but drives no state; the noises are {_names(noises)}")
    drift = [sp.Add(*found.drifts[state]) for state in found.states]
    matrix = [[sp.Add(*found.noises[state].get(name, ())) for name in noises] for state in found.states]
    rho = sp.Matrix(len(noises), len(noises), lambda i, j: _correlation(found, noises[i], noises[j]))
    reading = {"symbols": table, "default": "real"}
    relations = [parse_relation(relation, **reading) for relation in given.relations]
    states = [table[state] for state in found.states]
    domain = _intervals(given.domain, found.states, reading)
    if domain is None:
        domain = [(sp.S.Zero, sp.oo) if state.is_positive else (-sp.oo, sp.oo) for state in states]
    sde = SDE(states, drift, matrix, table["t"], rho, domain, _alpha(given, found, states), relations)
    return sde, _start(given.x0, found.states, reading)


def _symbols(given: Given, text: str) -> dict[str, Any]:
    """Names to symbols: t and what is not declared is real."""
    from derive.text import declare
    from derive.text.vocabulary import spelled

    import sympy as sp

    table: dict[str, Any] = dict(declare(positive=given.positive)) if given.positive.strip() else {}
    for start, end in _lines(text):
        left = _LEFT.match(text[start:end].partition("=")[0])
        if left and not _NOISE.fullmatch(left["state"]):
            name = spelled(left["state"])
            table.setdefault(name, sp.Symbol(name, real=True))
    table.setdefault("t", sp.Symbol("t", real=True))
    return table


def _lines(text: str) -> list[tuple[int, int]]:
    """Where each equation stands."""
    found, start = [], 0
    for part in text.split(";"):
        if part.strip():
            found.append((start, start + len(part)))
        start += len(part) + 1
    return found


def _equation(found: _Read, start: int, end: int, table: dict[str, Any]) -> None:
    text = found.text
    equals = text.find("=", start, end)
    if equals < 0:
        _refuse(text, start, end, "no = stands in this equation", _ASK)
    left = text[start:equals]
    if pair := _PAIR.match(left):
        names = (pair["one"], pair["two"])
        terms = list(_terms(text, equals + 1, end))
        if len(terms) != 1 or terms[0][2] != "t" or terms[0][3]:
            _refuse(
                text, equals + 1, end, f"d{names[0]} d{names[1]} is a correlation times dt", "write dW1 dW2 = rho dt"
            )
        found.pairs[names] = _coefficient(text, terms[0][0], terms[0][1], table)
        return
    head = _LEFT.match(left)
    if not head:
        _refuse(text, start, equals, "the left side is no differential of a state", "write dx = … for the state x")
    from derive.text.vocabulary import spelled

    state = spelled(head["state"])
    place = (start + head.start("state") - 1, start + head.end("state"))
    if state == "t" or _NOISE.fullmatch(head["state"]):
        _refuse(
            text, *place, f"{head['state']} cannot be a state", "t is the time, W… and B… are noises; rename the state"
        )
    if state in found.states:
        _refuse(text, *place, f"there are two equations for {state}", "write one equation for each state")
    found.states.append(state)
    found.places[state] = place
    found.drifts[state], found.noises[state] = [], {}
    for begin, stop, name, circle in _terms(text, equals + 1, end):
        value = _coefficient(text, begin, stop, table)
        if name == "t":
            if circle:
                _refuse(text, begin, stop + 1, "∘ stands before dt", "Stratonovich's product belongs to a noise: ∘ dW")
            found.drifts[state].append(value)
        else:
            found.noises[state].setdefault(name, []).append(value)
            lead = re.match(r"[\s+−-]*", text[begin:stop])
            found.products.append((circle, value, (begin + lead.end() if lead else begin, stop)))


def _terms(text: str, start: int, end: int) -> Any:
    """(start, end of the coefficient, name of the differential, whether ∘ stands before it) of each term."""
    if not text[start:end].strip():
        _refuse(text, start - 1, start, "nothing stands after =", _ASK)
    if text[start:end].strip() == "0":
        return
    begin, depth, position = start, 0, start
    while position < end:
        letter = text[position]
        depth += (letter in "([") - (letter in ")]")
        step = _STEP.match(text, position, end) if letter == "d" and not depth else None
        if step is None:
            position += 1
            continue
        name = step["name"]
        if name != "t" and not _NOISE.fullmatch(name):
            _refuse(
                text, step.start(), step.end(), f"d{name} is neither dt nor a noise",
                "noises are called dW, dW1, dW_x or dB; a drift stands before dt",
            )  # fmt: skip
        before = text[begin : step.start()]
        circle = _CIRCLE.search(before)
        stop = begin + (circle.start() if circle else len(before))
        yield begin, stop, name, circle is not None
        begin = position = step.end()
        rest = text[begin:end].lstrip()
        if rest and rest[0] not in "+-−":
            where = end - len(rest.rstrip()) if not rest else begin + len(text[begin:end]) - len(rest)
            _refuse(
                text,
                where,
                where + 1,
                f"{rest[0]!r} stands after d{name}",
                "a term ends with its differential: sigma*x dW",
            )
    if text[begin:end].strip():
        lead = begin + len(text[begin:end]) - len(text[begin:end].lstrip())
        _refuse(text, lead, end, "a term without a differential", "end it with dt, or with a noise such as dW")


def _coefficient(text: str, start: int, end: int, table: dict[str, Any]) -> Any:
    """The factor in text[start:end], with its sign; one term only, since a + b dt would be misread."""
    import sympy as sp

    from derive.text import TextError, parse

    piece = text[start:end]
    bare = piece.strip()
    sign = -1 if bare[:1] in ("-", "−") and bare else 1
    lead = len(piece) - len(piece.lstrip()) + (bare[:1] in ("+", "-", "−") if bare else 0)
    body = piece[lead:].rstrip()
    if body.endswith("*"):
        body = body[:-1].rstrip()
    if not body:
        if bare.endswith("*"):
            _refuse(text, start + lead, end, "no factor stands before *", _ASK)
        return sp.Integer(sign)
    if (odd := _loose_sign(body)) is not None:
        at = start + lead + odd
        _refuse(
            text,
            at,
            at + 1,
            "a sum stands before a differential",
            "put it in brackets: (a + b) dt; or give each term its own",
        )
    try:
        value = parse(" " * (start + lead) + body, symbols=table, default="real")
    except TextError as error:
        shift = error.start, error.end
        raise TextError(text, *shift, error.reason, error.remedy) from None
    return sign * value


def _loose_sign(body: str) -> int | None:
    """Where a + or − of two operands stands outside brackets; None if nowhere."""
    depth = 0
    for place, letter in enumerate(body):
        depth += (letter in "([") - (letter in ")]")
        if letter in "+-−" and not depth and place:
            before = body[:place].rstrip()
            exponent = re.search(r"(?<![\w.])(\d+\.?\d*|\.\d+)[eE]$", before)
            if before and before[-1] not in "*/^(,+-−" and not exponent:
                return place
    return None


def _correlation(found: _Read, one: str, two: str) -> Any:
    import sympy as sp

    if one == two:
        return sp.S.One
    return found.pairs.get((one, two), found.pairs.get((two, one), sp.S.Zero))


def _alpha(given: Given, found: _Read, states: list[Any]) -> Any:
    """The convention: ½ if a ∘ stands in the text or is asked for. Where the coefficient is free of the states, the
    product of either kind is the same."""
    import sympy as sp

    from derive.text import parse

    circles = [place for circle, _, place in found.products if circle]
    plain = [place for circle, value, place in found.products if not circle and value.has(*states)]
    if circles and plain:
        _refuse(
            found.text, *plain[0], "one noise is multiplied by ∘, this one is not",
            "write all terms whose coefficient depends on the state in one convention",
        )  # fmt: skip
    stated = sp.Rational(1, 2) if given.stratonovich or circles else None
    if given.alpha:
        alpha = parse(given.alpha, default="real")
        if stated is not None and alpha != stated:
            raise CommandError(f"--alpha {given.alpha} contradicts Stratonovich's ∘, which is alpha = 1/2")
        if alpha.is_number and not (alpha.is_nonnegative and (1 - alpha).is_nonnegative):
            raise CommandError(f"--alpha {given.alpha}: the discretisation lies between 0 (Ito) and 1")
        return alpha
    return stated if stated is not None else sp.S.Zero


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
    found = [tuple(parse(end, **reading) for end in pair) for pair in pairs]
    for low, high in found:
        if (low - high).is_nonnegative:
            raise CommandError(f"--domain {text!r}: the interval from {low} to {high} is empty")
    return found  # type: ignore[return-value] - pairs


def _start(text: str, states: list[str], reading: dict[str, Any]) -> tuple[Any, ...] | None:
    from derive.text import parse

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


def _refuse(text: str, start: int, end: int, reason: str, remedy: str) -> NoReturn:
    from derive.text import TextError

    raise TextError(text, start, end, reason, remedy)
