"""The text of stochastic equations, cut at its differentials: what stands before each of them is its coefficient.

One equation to a line or between semicolons: `dx = … dt + … dW` for each state, `dW1 dW2 = rho dt` for correlated noises,
`x(0) = 1` for a start. `∘ dW` (or `o dW`) is Stratonovich's product; x(t), W(t) may be written for x, W; what follows # is
a remark. Nothing is evaluated: coefficients are read by the grammar of `derive.text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

LEFT = re.compile(r"\s*d(?P<state>[^\W\d]\w*)\s*$")
_PAIR = re.compile(r"\s*d(?P<one>[WB]\w*)\s*\*?\s*d(?P<two>[WB]\w*)\s*$")
_NAMED = re.compile(r"\s*d([^\W\d]\w*)\s*(?:\(\s*t\s*\))?\s*=")
_START = re.compile(r"\s*(?P<state>[^\W\d]\w*)\s*\(\s*0\s*\)\s*$")
_RATE = re.compile(r"\s*d[^\W\d]\w*\s*/\s*dt\s*$")
_STEP = re.compile(r"(?<![\w.])d(?P<name>[^\W\d]\w*)(?!\w|\s*\()")
NOISE = re.compile(r"[WB](_?\w+)?")
_CIRCLE = re.compile(r"(∘|(?<=[\w)\]!'])\s+o)\s*$")
ASK = "write a coefficient before each differential, as in dx = theta*(mu - x) dt + sigma dW"


@dataclass
class Terms:
    """The terms as they are found: (start, end) of coefficients in the text, by state and differential."""

    text: str
    states: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    drifts: dict[str, list[Any]] = field(default_factory=dict)
    noises: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    products: list[tuple[str, str, bool, Any]] = field(default_factory=list)
    pairs: dict[tuple[str, str], Any] = field(default_factory=dict)
    starts: dict[str, tuple[Any, tuple[int, int]]] = field(default_factory=dict)


def prepared(text: str) -> str:
    """Line breaks as semicolons, remarks and the (t) of states and noises as blanks: every place stays where it was."""
    text = re.sub(r"#[^\n]*", lambda found: " " * len(found[0]), text)
    text = text.replace("\n", ";").replace("\t", " ").replace("\r", " ")
    names = {found[1] for start, end in lines(text) if (found := _NAMED.match(text[start:end]))}
    for name in sorted(names):
        text = re.sub(rf"(?<!\w)(d?{re.escape(name)})\(\s*t\s*\)", lambda f: f[1] + " " * (len(f[0]) - len(f[1])), text)
    return re.sub(r"(?<!\w)(d[WB]\w*)\(\s*t\s*\)", lambda f: f[1] + " " * (len(f[0]) - len(f[1])), text)


def lines(text: str) -> list[tuple[int, int]]:
    """Where each equation stands."""
    found, start = [], 0
    for part in text.split(";"):
        if part.strip():
            found.append((start, start + len(part)))
        start += len(part) + 1
    return found


def read_line(found: Terms, start: int, end: int, table: dict[str, Any]) -> None:
    text = found.text
    equals = text.find("=", start, end)
    if equals < 0:
        refuse(text, start, end, "no = stands in this equation", ASK)
    left = text[start:equals]
    if pair := _PAIR.match(left):
        names = (pair["one"], pair["two"])
        terms = list(_terms(text, equals + 1, end))
        if len(terms) != 1 or terms[0][2] != "t" or terms[0][3]:
            refuse(
                text, equals + 1, end, f"d{names[0]} d{names[1]} is a correlation times dt", "write dW1 dW2 = rho dt"
            )
        found.pairs[names] = _coefficient(text, terms[0][0], terms[0][1], table)
        return
    if begins := _START.match(left):
        _start(found, begins["state"], (start, equals), (equals + 1, end), table)
        return
    head = LEFT.match(left)
    if not head and _RATE.match(left):
        refuse(text, start, equals, "an equation stands here in rates", "multiply by dt: dx = -x dt + sigma dW")
    if not head:
        refuse(text, start, equals, "the left side is no differential of a state", "write dx = … for the state x")
    from derive.text.vocabulary import spelled

    state = spelled(head["state"])
    place = (start + head.start("state") - 1, start + head.end("state"))
    if state == "t" or NOISE.fullmatch(head["state"]):
        refuse(
            text, *place, f"{head['state']} cannot be a state", "t is the time, W… and B… are noises; rename the state"
        )
    if state in found.states:
        refuse(text, *place, f"there are two equations for {state}", "write one equation for each state")
    found.states.append(state)
    found.places[state] = place
    found.drifts[state], found.noises[state] = [], {}
    for begin, stop, name, circle in _terms(text, equals + 1, end):
        value = _coefficient(text, begin, stop, table)
        if name == "t":
            if circle:
                refuse(text, begin, stop + 1, "∘ stands before dt", "Stratonovich's product belongs to a noise: ∘ dW")
            found.drifts[state].append(value)
        else:
            found.noises[state].setdefault(name, []).append(value)
            found.products.append((state, name, circle, value))


def _start(found: Terms, state: str, place: tuple[int, int], value: tuple[int, int], table: dict[str, Any]) -> None:
    """x(0) = value; that x is a state is looked at when all equations are read."""
    from derive.text import TextError, parse
    from derive.text.vocabulary import spelled

    if spelled(state) in found.starts:
        refuse(found.text, *place, f"there are two starts for {state}", "write one start for each state")
    body = found.text[slice(*value)]
    lead = value[0] + len(body) - len(body.lstrip())
    if not body.strip():
        refuse(found.text, value[0] - 1, value[0], "nothing stands after =", f"write {state}(0) = 1")
    try:
        start = parse(" " * lead + body.strip(), symbols=table, default="real")
    except TextError as error:
        raise TextError(found.text, error.start, error.end, error.reason, error.remedy) from None
    found.starts[spelled(state)] = start, place


def _terms(text: str, start: int, end: int) -> Any:
    """(start, end of the coefficient, name of the differential, whether ∘ stands before it) of each term."""
    if not text[start:end].strip():
        refuse(text, start - 1, start, "nothing stands after =", ASK)
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
        if name != "t" and not NOISE.fullmatch(name):
            refuse(
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
            refuse(
                text,
                where,
                where + 1,
                f"{rest[0]!r} stands after d{name}",
                "a term ends with its differential: sigma*x dW",
            )
    if text[begin:end].strip():
        lead = begin + len(text[begin:end]) - len(text[begin:end].lstrip())
        refuse(text, lead, end, "a term without a differential", "end it with dt, or with a noise such as dW")


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
            refuse(text, start + lead, end, "no factor stands before *", ASK)
        return sp.Integer(sign)
    if (odd := _loose_sign(body)) is not None:
        at = start + lead + odd
        refuse(
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


def refuse(text: str, start: int, end: int, reason: str, remedy: str) -> NoReturn:
    from derive.text import TextError

    raise TextError(text, start, end, reason, remedy)
