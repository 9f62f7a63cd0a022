"""Reasons and titles: formulas are mathematics on pages, plain words in a terminal; lemmas go by their titles."""

from __future__ import annotations

import re

import pytest
import sympy as sp
from sympy import Integral, atan, cos, exp, oo, pi, sin

from derivations.page import report_page
from derivations.page.index import index_page
from derive.article import Article
from derive.claim import Claim
from derive.derivation import Derivation, Step
from derive.evidence import Evidence, Status
from derive.report import ArticleReport, DerivationReport, StepReport, to_dict
from derive.rules import (
    AgreeAndDerivative,
    Algebra,
    ByParts,
    DifferentiateBack,
    Fubini,
    FundamentalTheorem,
    Induction,
    Leibniz,
    PartialFractions,
    Residues,
    Rewrite,
    Specialise,
    Substitute,
    Taylor,
    Using,
)
from derive.view.notebook import fragment
from derive.view.terminal import render

x, k, a, s = sp.symbols("x k a s", positive=True)
n = sp.Symbol("n", integer=True, positive=True)
SEEN = Evidence(Status.EXACT, "seen")


def reported(derivation: Derivation) -> DerivationReport:
    """A report by hand, in which everything holds."""

    def step_report(step: Step) -> StepReport:
        lemmas = tuple((lemma.name, Status.EXACT) for lemma in step.lemmas)
        return StepReport(step, derivation.claim(step), SEEN, (), SEEN, lemmas)

    return DerivationReport(derivation, tuple(map(step_report, derivation.steps)))


LEMMA = (
    Derivation(Integral(1 / (a**2 + x**2), (x, -oo, oo)), name="value", title="The value for $a > 0$ & more")
    .to(pi / a, FundamentalTheorem(atan(x / a) / a))
    .qed()
)
USER = Derivation(2 * LEMMA.start, name="twice", title="Twice").to(2 * pi / a, Using(), LEMMA).qed()
ARTICLE = Article("short", "An integral for $a > 0$", LEMMA, USER, source="After $a^2$, 1 < 2")
REPORT = ArticleReport(ARTICLE, (reported(LEMMA), reported(USER)))


def test_a_formula_of_a_reason_is_mathematics_on_the_page_and_in_a_notebook():
    for html in (report_page(REPORT), fragment(REPORT)):
        reason = re.search(r"fundamental theorem of calculus with (.*?)</", html)
        assert reason and reason[1].startswith("<math") and "arctan" in html
        assert "arctan(x/a)" not in html


def test_a_formula_of_a_reason_is_text_in_the_terminal_and_in_json():
    words = "fundamental theorem of calculus with F = arctan(x/a)/a"
    assert words in render(REPORT, color=False, ascii=False)
    assert to_dict(REPORT)["parts"][0]["steps"][0]["because"] == words


def test_a_lemma_goes_by_its_title_and_links_to_it():
    title = r"The value for <math>.*?</math> &amp; more"
    assert re.search(rf'by “<a href="#value">{title}</a>”', report_page(REPORT))
    assert re.search(f"by “{title}”", fragment(REPORT))
    assert "because by “The value for a > 0 & more”" in render(REPORT, color=False, ascii=False)


def test_titles_with_formulas():
    page = report_page(REPORT)
    assert "<title>An integral for a &gt; 0</title>" in page
    assert re.search(r"<h1>An integral for <math>", page)
    assert re.search(r"<h2>The value for <math>", page)
    assert "$" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    index = index_page({"short.html": REPORT})
    assert re.search(r'<a href="short.html">An integral for <math>', index)
    assert "$" not in re.sub(r"<style>.*?</style>", "", index, flags=re.S)
    shown = render(REPORT, color=False, ascii=False)
    assert "An integral for a > 0" in shown and "$" not in shown


def test_contents_show_formulas():
    parts = [Derivation(x, name=f"p{m}", title=f"Part ${m} < x$").to(x, Algebra("same")).qed() for m in range(3)]
    page = report_page(ArticleReport(Article("many", "Many", *parts), tuple(map(reported, parts))))
    assert re.search(r'<nav class="contents".*?<a href="#p1">Part <math>', page)


IDENTITY = Claim(sin(x) ** 2, 1 - cos(x) ** 2)
RULES = [
    AgreeAndDerivative(k, sin(k), 7),
    ByParts(sin(7 * x), exp(x) / 7, x),
    DifferentiateBack(sin(7 * x), x, 7),
    Fubini(majorant=exp(-7 * x)),
    FundamentalTheorem(sin(7 * x)),
    Induction(n, 7**n),
    Leibniz(k, majorant=(exp(-7 * x), x**7)),
    PartialFractions(x),
    Rewrite(IDENTITY),
    Specialise({k: 7}),
    Substitute(x, s**7, s),
    Taylor(x, 7, 2),
    Using(at={k: 7}),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_every_formula_passes_through_the_view(rule):
    shown: list[object] = []
    words = rule.describe(lambda expr: shown.append(expr) or "□")
    assert shown and all(isinstance(expr, sp.Basic) for expr in shown)
    assert not re.search(r"[=^²7·]|\b[xkn]\b", words)
    assert "□" not in rule.describe() and rule.describe() == str(rule)


def test_reasons_with_several_lemmas_and_with_claims():
    step = Step(x, x, Residues(x, {sp.I: 1}), (LEMMA, USER))
    assert step.reason() == "residues in the upper half plane, by “The value for $a > 0$ & more” and “Twice”"
    assert Step(x, x, Specialise({a: 1}), (LEMMA,)).reason().startswith("the special case a = 1 of “The value")
    assert Step(x, x, Using(), (IDENTITY,)).reason() == "by sin(x)² = 1 − cos(x)²"
    assert Step(x, x, Using(at={a: a})).reason() == "by the lemma"
