"""A report as text: every line fits, nothing that matters is left out, and what a terminal cannot show is spelt out."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.evidence import Status
from derive.report import Checked
from derive.view.paper import broken, coloured, length, prose, to_ascii, utf8
from derive.view.tally import counterexamples, counts, culprit, summary
from derive.view.terminal import render
from tests import specimen

REPORTS = {
    "article": specimen.article_report,
    "good": specimen.good_report,
    "derivation": specimen.lorentz_report,
    "chain": specimen.chain_report,
    "open": specimen.open_report,
    "pitfall": specimen.pitfall_report,
    "meeting": specimen.meeting_report,
    "claim": specimen.claim_report,
    "evidence": specimen.REFUTED,
}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("ascii", [True, False])
@pytest.mark.parametrize("color", [True, False])
def test_every_line_fits(report, width, ascii, color):
    text = render(report, width=width, color=color, ascii=ascii)
    assert max(length(line) for line in text.splitlines()) <= width
    assert ("\033[" in text) == color
    assert not ascii or text.isascii()


def test_colour_changes_nothing_but_colour():
    plain = render(specimen.article_report, color=False, ascii=False)
    bare = re.sub(r"\033\[[0-9;]*m", "", render(specimen.article_report, color=True, ascii=False))
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_a_derivation_says_all_that_matters():
    text = render(specimen.lorentz_report, color=False, ascii=False)
    lines = text.splitlines()
    assert [line[:3].strip() for line in lines if re.match(r"\s{2}\d  ", line)] == ["0", "1", "2", "3"]
    assert "because the integrand is even" in text
    assert "needs  enclosed the double integral converges absolutely" in text
    assert "uses   exact    gauss" in text
    assert any(line.endswith("agreed") and line.startswith("  2  =") for line in lines)
    assert lines[-1] == "3 steps: 2 exact, 1 agreed; weakest: agreed (step 2)."


def test_a_counterexample_stands_under_its_step():
    text = render(specimen.chain_report, color=False, ascii=False)
    after = text[text.index("because a wrong step") :]
    assert "at    k = 7/3, a = 2.27" in after
    assert "left  0.0034652113405182220140837 ± 1.2e-28" in after
    assert "right 0.1417905522311704509124188 ± 3.4e-28" in after


def test_a_pitfall_must_be_refuted():
    assert "refuted, as it must be" in render(specimen.pitfall_report, color=False)
    assert "NOT refuted" in render(specimen.tame, color=False)


def test_a_route_is_not_told_twice():
    text = render(specimen.article_report, color=False, ascii=False)
    assert text.count("because the integrand is even") == 1
    assert text.count("because the residue at") == 1


@pytest.mark.parametrize(
    "report", [specimen.article_report, specimen.chain_report, specimen.good_report, specimen.lorentz_report]
)
def test_the_weakest_status_of_the_summary_is_that_of_the_report(report):
    assert f"weakest: {report.status.value}" in summary(report)
    assert report.status is Status.EXACT or culprit(report)


def test_counts_add_up():
    assert sum(counts(specimen.lorentz_report).values()) == 3
    assert counts(Checked(specimen.pitfall.claim, "", specimen.REFUTED)) == {Status.REFUTED: 1}
    assert [where for where, _ in counterexamples(specimen.article_report)] == ["step 6 of chain"]


@given(st.text(alphabet="abxyz0123456789+-*/ ,()[]=", max_size=300), st.integers(20, 90), st.integers(20, 90))
@settings(max_examples=200, deadline=None)
def test_breaking_a_formula_loses_nothing(formula, first, other):
    pieces = broken(formula, first, other)
    assert "".join("".join(pieces).split()) == "".join(formula.split())
    assert length(pieces[0]) <= first
    assert all(length(piece) <= other for piece in pieces[1:])


def test_a_formula_breaks_at_the_outermost_operator():
    assert broken("sin(a + b + c) + cos(d + e)", 20, 20) == ["sin(a + b + c)", "+ cos(d + e)"]
    assert broken("x**2*y**2*z**2", 10, 10) == ["x**2*y**2", "*z**2"]


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_ascii_is_ascii(text):
    assert to_ascii(text).isascii()


def test_ascii_spells_mathematics():
    assert to_ascii("½ d⟨b, W⟩") == "1/2 d<b, W>"
    assert to_ascii("∫ λ² ≤ π/∞, Ω′ → é") == "Int  lambda2 <= pi/oo, Omega' -> e"


def test_prose_for_the_terminal():
    text = prose(r"A **bold** $\frac{a}{b} \le \lambda$ and *it*, `x*y*z`, 2 * 3 * 4, \$5; $2x\cos x$.")
    assert text == "A bold a/b ≤ λ and it, x*y*z, 2 * 3 * 4, $5; 2x cos x."
    text = prose(r"$\ddot q = \theta^2 q$, $\dot{x}\,$, $\tfrac12 f$, $\mathbb{E} f$")
    assert text == "q̈ = θ^2 q, ẋ , 1/2 f, E f"


def test_colour_only_where_it_is_wanted(monkeypatch):
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert coloured(Terminal()) and utf8(Terminal())
    assert not coloured(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())
    assert not utf8(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))


def test_control_characters_do_not_reach_the_terminal():
    evidence = type(specimen.REFUTED)(Status.UNKNOWN, "time \033[31mran\007 out")
    assert "\033" not in render(evidence, color=False) and "\007" not in render(evidence, color=False)
