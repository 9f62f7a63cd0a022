"""Reports of every kind: the same questions, the same views."""

import pytest

from derive.evidence import Evidence, Status
from derive.view.notebook import fragment
from derive.view.terminal import render
from tests import specimen

REPORTS = [
    specimen.lorentz_report,
    specimen.chain_report,
    specimen.article_report,
    specimen.pitfall_report,
    specimen.tame,
    specimen.meeting_report,
    specimen.claim_report,
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_every_report_prints_as_the_terminal_shows_it_and_is_html(report):
    assert str(report) == render(report)
    assert report._repr_html_() == fragment(report) and report._repr_html_().startswith("<div")


def test_evidence_prints_on_one_line_and_is_html():
    assert "\n" not in str(specimen.REFUTED) and "counterexample" in specimen.REFUTED._repr_html_()


@pytest.mark.parametrize("subject", [*REPORTS, specimen.CAS, specimen.UNKNOWN, specimen.REFUTED])
@pytest.mark.parametrize("level", Status)
def test_a_level_is_reached_by_it_and_all_stronger_ones(subject, level):
    assert subject.reaches(level) == (subject.status >= level)
    assert subject.passed == (subject.status not in (Status.UNKNOWN, Status.REFUTED))


def test_the_level_is_agreed_unless_told():
    assert Evidence(Status.AGREED, "two routes").reaches() and not Evidence(Status.CITED, "a table").reaches()
