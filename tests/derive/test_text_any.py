"""Laws of reading over drawn texts: what SymPy writes is read back; any text at all is read or refused, quickly."""

from __future__ import annotations

import json
import re
import string
import time
from pathlib import Path

import sympy as sp
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sympy.parsing.sympy_parser import parse_expr

from derive.text import TextError, parse, parse_relation
from derive.text.vocabulary import functions

CASES = Path(__file__).parent.parent / "cases"
a, b, k, n, s, t, x, y, z = sp.symbols("a b k n s t x y z")
f, g = sp.Function("f"), sp.Function("g")
R = sp.Rational


def _texts() -> list[str]:
    records = json.loads((CASES / "feynman.json").read_text(encoding="utf-8"))
    lines = [record[key] for record in records for key in ("integrand", "lower", "upper", "closed_form")]
    return [*lines, *json.loads((CASES / "text.json").read_text(encoding="utf-8"))]


def test_means_what_sympy_means() -> None:
    """Every text of the tables reads as SymPy's own parser reads it, which is trusted with these texts only."""
    texts = _texts()
    assert len(texts) > 700
    for text in dict.fromkeys(texts):
        words = set(re.findall(r"[A-Za-z_]\w*", text))
        called = set(re.findall(r"([A-Za-z_]\w*)\s*\(", text))
        symbols = {name: sp.Symbol(name) for name in words - called - {"oo", "pi", "I", "E", "True", "False"}}
        assert parse(text, symbols=symbols) == parse_expr(text, local_dict=dict(symbols)), text


_leaves = st.sampled_from(
    [x, y, z, sp.pi, sp.E, sp.I, sp.Integer(2), sp.Integer(-3), R(2, 3), R(-1, 7), sp.Symbol("alpha")]
)


def _grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    unary = [sp.sin, sp.cos, sp.exp, sp.log, sp.sqrt, sp.Abs, sp.atan, sp.erf, sp.gamma, sp.tanh, f, sp.conjugate]
    return st.one_of(
        st.builds(lambda u, v: u + v, inner, inner),
        st.builds(lambda u, v: u * v, inner, inner),
        st.builds(lambda u, v: u - v, inner, inner),
        st.builds(lambda u, e: u**e, inner, st.sampled_from([-2, -1, 2, 3, R(1, 2), R(-3, 2), x, -y])),
        st.builds(lambda h, u: h(u), st.sampled_from(unary), inner),
        st.builds(lambda u: sp.Derivative(f(x) * u, x), inner),
        st.builds(lambda u: sp.Integral(u, (x, 0, y)), inner),
        st.builds(lambda u, v: sp.Piecewise((u, x > 1), (v, True)), inner, inner),
        st.builds(sp.besselj, inner, inner),
    )


expressions = st.recursive(_leaves, _grown, max_leaves=8)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions)
def test_round_trip(expr: sp.Expr) -> None:
    """parse(str(e)) = e wherever SymPy's own reading of str(e) is e; elsewhere (−(x+y)·z evaluates) both read alike."""
    assume(not expr.has(sp.nan, sp.zoo, sp.oo, sp.AccumBounds))
    text = str(expr)
    assume(len(text) < 1500 and "xi" not in text and "Subs" not in text)
    names = {name: sp.Symbol(name) for name in ("x", "y", "z", "alpha")}
    try:
        reference = parse_expr(text, local_dict={**names, "f": f})
    except (TypeError, ValueError, AttributeError):
        return
    assume(not reference.has(sp.nan, sp.zoo))
    assert parse(text, functions="f") == reference
    if reference != expr:
        assert sp.expand(reference - expr).doit() == 0 or expr.has(sp.Integral, sp.Derivative, sp.Piecewise, sp.Pow)


def _readable_quickly(text: str) -> None:
    for read in (parse, parse_relation):
        begun = time.thread_time()
        try:
            value = read(text, positive="a", functions="f")
        except TextError as error:
            assert str(error)
        else:
            assert isinstance(value, sp.Basic)
        assert time.thread_time() - begun < 2.5


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60))
@example("Matrix([[]])")
@example("f()")
@example("sin()")
@example("()")
@example("hyper((),(),x)")
@example("meijerg(((1,),(2,)),((3,),(4,)),x)")
@example("hyper(1,2,x)")
@example("Limit(x,x,0,'?')")
def test_any_text_is_read_or_refused(text: str) -> None:
    _readable_quickly(text)


_WORDS = [
    *[
        "x",
        "y",
        "a",
        "f",
        "2",
        "0",
        "1",
        "10",
        "3.5",
        "pi",
        "I",
        "e",
        "oo",
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "(",
        ")",
        ",",
        "!",
        "!!",
        "'",
        "=",
        "<",
        ">",
        "<=",
        "!=",
        "[",
        "]",
        "and",
        "or",
        "not",
        "√",
        "²",
        "∞",
        "|",
    ],
    *sorted(functions()),
    *(
        "Integral(",
        "Sum(",
        "Limit(",
        "Piecewise((",
        "Matrix([[",
        "Derivative(",
        "sin(",
        "exp(",
        "99999",
        "10^9",
        "(x, 0, 1)",
        "True",
    ),
]


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_WORDS), max_size=14))
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    _readable_quickly(" ".join(words))


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({}){}({})".format, inner, st.sampled_from("+-*/^"), inner),
        st.builds("({})!".format, inner),
        st.builds("{}({})".format, st.sampled_from(sorted(functions())), inner),
        st.builds("{}({},{})".format, st.sampled_from(sorted(functions())), inner, inner),
        st.builds("Piecewise(({},{}>{}),({},True))".format, inner, inner, inner, inner),
        st.builds("Integral({},(x,{},{}))".format, inner, inner, inner),
        st.builds("Sum({},(x,{},{}))".format, inner, inner, inner),
        st.builds("Limit({},x,{})".format, inner, inner),
    )


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(
        st.sampled_from(
            [
                "x",
                "y",
                "a",
                "2",
                "3",
                "10",
                "99",
                "1000",
                "10^9",
                "0.5",
                "pi",
                "I",
                "e",
                "oo",
                "-1",
                "0",
                "1/3",
                "10^300",
            ]
        ),
        _compound,
        max_leaves=6,
    )
)
def test_absurd_sizes_are_refused_quickly(text: str) -> None:
    _readable_quickly(text)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(_texts()), st.integers(0, 200), st.sampled_from(string.printable), st.booleans())
def test_mutated_text_is_read_or_refused(text: str, place: int, letter: str, insert: bool) -> None:
    place %= len(text) + 1
    _readable_quickly(text[:place] + letter + text[place + (not insert) :])
