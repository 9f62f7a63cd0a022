"""`derive integrate` from outside: text in, value and steps out; exit codes, JSON by its schema, a page, LaTeX."""

import json

import pytest

from derivations.command import main
from derivations.command.integrate import SCHEMA, prepare
from derive.view.paper import length
from tests.derivations.test_command import conforms


def said(capsys, *words):
    """(exit code, standard output, standard error)."""
    code = main(["integrate", *words, "--timeout", "40"])
    return (code, *capsys.readouterr())


def test_value_conditions_judgement_and_steps(capsys):
    code, out, _ = said(capsys, "x^2*exp(-a*x)", "x", "0", "oo", "--positive", "a")
    assert code == 0
    first, *rest = out.splitlines()
    assert first == "∫_{0}^{∞} x²·e^(−a·x) dx = 2/a³"
    assert any(line.startswith("judged enclosed") for line in rest)
    assert "because fundamental theorem of calculus" in out and "exact" in out
    assert max(length(line) for line in out.splitlines()) <= 80


def test_a_lower_end_with_a_minus_sign_is_no_option(capsys):
    code, out, _ = said(capsys, "exp(-x^2)", "x", "-oo", "oo")
    assert code == 0 and out.startswith("∫_{−∞}^{∞} e^(−x²) dx = √π")
    assert prepare(["f", "x", "-oo", "--given", "a>0", "-h"]) == ["f", "x", " -oo", "--given", "a>0", "-h"]


def test_relations_are_taken(capsys):
    code, out, _ = said(capsys, "x^a", "x", "0", "1", "--given", "a > 0")
    assert code == 0 and "= 1/(a + 1)" in out and "given  a > 0" in out


@pytest.mark.parametrize(
    "words, kind",
    [(("x^2", "x", "0", "1"), ""), (("1/x", "x", "0", "1"), "Divergent"), (("x*exp(-x)", "x", "0", "oo"), "")],
)
def test_json_follows_its_schema(capsys, words, kind):
    code, out, _ = said(capsys, *words, "--json")
    printed, schema = json.loads(out), json.loads(SCHEMA.read_text("utf-8"))
    assert not conforms(printed, schema, schema["$defs"])
    assert (printed["failure"] or {"kind": ""})["kind"] == kind
    assert code == (1 if kind else 0) and (printed["value"] is None) == bool(kind)


def test_a_divergent_integral_says_where_and_why(capsys):
    code, out, _ = said(capsys, "1/x", "x", "-1", "1")
    assert code == 1 and "does not converge" in out and "x = 0" in out


def test_advice_names_options(capsys):
    code, out, _ = said(capsys, "1/(x-2)", "x", "0", "3")
    assert code == 1 and "--principal-value" in out and "principal_value=" not in out
    code, out, _ = said(capsys, "cos(x)", "x", "0", "oo")
    assert code == 1 and "--abel" in out and "abel_integral" not in out


def test_a_principal_value_on_request(capsys):
    _, out, _ = said(capsys, "1/(x-2)", "x", "0", "3", "--principal-value")
    assert out.splitlines()[0].endswith("= (principal value) −log(2)")


def test_what_was_found_is_said_in_formulas(capsys):
    """Where no closed form is found: the equation in the user's parameter, initial values, an enclosure."""
    code = main(["integrate", "exp(-x^5-a*x)", "x", "0", "oo", "--given", "a > 0", "--timeout", "12"])
    out = capsys.readouterr().out
    assert code == 1
    assert "differential equation: 5·I^(4)(a) + a·I(a) = 1" in out
    assert "initial value: I(0) = ∫_{0}^{∞} e^(−x⁵) dx = Γ(1/5)/5" in out
    assert "initial value: I‴(0)" in out and "numerically at a = 1: 0.59166658257631" in out
    assert "λ" not in out and max(length(line) for line in out.splitlines()) <= 80


def test_an_abel_value_is_marked(capsys):
    code, out, _ = said(capsys, "cos(k*x)", "x", "0", "oo", "--positive", "k", "--abel")
    assert code == 0 and "(Abel value) 0" in out.splitlines()[0]


def test_latex_and_page(capsys, tmp_path):
    page = tmp_path / "page.html"
    code, out, _ = said(capsys, "x^2", "x", "0", "1", "--latex", "--html", str(page))
    assert code == 0 and r"\int_{0}^{1} x^{2}\,dx = \frac{1}{3}" in out
    assert "<math" in page.read_text("utf-8")


@pytest.mark.parametrize(
    "words, part",
    [
        (("x +", "x", "0", "1"), "x +"),
        (("x", "2", "0", "1"), "variable"),
        (("__import__('os')", "x", "0", "1"), ""),
        (("x", "x", "0", "1", "--given", "a"), "relation"),
    ],
)
def test_what_cannot_be_read_is_usage(capsys, words, part):
    code, out, error = said(capsys, *words)
    assert code == 2 and not out and part in error


def test_the_lemmas_are_printed_with_their_steps(capsys, tmp_path):
    page = tmp_path / "page.html"
    words = ("exp(-x^2)*cos(2*b*x)", "x", "0", "oo", "--positive", "b", "--trick", "b", "--html", str(page))
    code, out, _ = said(capsys, *words)
    assert code == 0 and "Lemma 1: the equation in b" in out and "creative telescoping" in out
    assert "without a name" not in out and "unnamed" not in out
    *shown, last = out.splitlines()
    assert last == f"page: {page}"  # a path is printed whole, however long
    assert max(length(line) for line in shown) <= 80
    assert "Lemma 1: the equation in b" in page.read_text("utf-8")


def test_json_holds_the_lemmas(capsys):
    words = ("(exp(-a*x)-exp(-b*x))/x", "x", "0", "oo", "--positive", "a b", "--trick", "a", "--json")
    code, out, _ = said(capsys, *words)
    printed, schema = json.loads(out), json.loads(SCHEMA.read_text("utf-8"))
    assert code == 0 and not conforms(printed, schema, schema["$defs"])
    assert [lemma["name"] for lemma in printed["lemmas"]] == ["lemma 1", "lemma 2"]
    assert printed["report"]["uses"] == ["lemma 2"]


def test_a_citation_gives_way_to_steps(capsys):
    words = ("exp(-t*x)*sin(x)/x", "x", "0", "oo", "--positive", "t")
    _, brief, _ = said(capsys, *words, "--brief")
    code, out, _ = said(capsys, *words)
    assert "Mellin" in brief and "Lemma" not in brief
    assert code == 0 and "Lemma 2: the derivative by t" in out and "Leibniz" in out


def test_the_trick_needs_a_parameter_of_the_integral(capsys):
    code, _, error = said(capsys, "exp(-x)", "x", "0", "oo", "--trick", "c")
    assert code == 2 and "no such parameter" in error
