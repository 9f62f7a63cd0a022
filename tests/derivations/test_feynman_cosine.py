"""Article 1 as a whole: every part at least `agreed`, the same statuses with another seed, swapped reasons fail."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

from derivations.feynman_cosine import result
from derive import Derivation, Pitfall, Status, verify
from derive.report import DerivationReport

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report():
    return verify(result, digits=15)


def test_every_part_holds(report):
    assert report.status >= Status.AGREED
    assert all(found.status >= Status.AGREED for found in report.findings())


def test_the_central_result_is_exact(report):
    by_name = {found.name: found.status for found in report.findings()}
    assert {by_name[name] for name in ("at_zero", "regulated_equation", "equation", "solution")} == {Status.EXACT}


def test_the_trap_is_refuted_with_a_counterexample(report):
    (trap,) = [part for part in report.parts if getattr(part, "name", "") == "trap"]
    assert trap.evidence.status is Status.REFUTED and trap.evidence.counterexample is not None


def test_all_seven_points_are_there():
    names = {part.name for part in result.parts if not isinstance(part, str)}
    points = {"at_zero", "equation", "solution", "abel_powers", "delta", "trap", "routes", "sines", "cube", "poisson"}
    assert points <= names
    assert sum(isinstance(part, Pitfall) for part in result.parts) == 2


@pytest.mark.slow
@pytest.mark.ci
def test_another_seed_gives_the_same_statuses(report):
    other = verify(result, digits=15, seed=17)
    assert {f.name: f.status for f in other.findings()} == {f.name: f.status for f in report.findings()}


def test_it_pickles_and_renders(report):
    again = pickle.loads(pickle.dumps(report))
    assert again == report and str(again) == str(report) and "<math" in again._repr_html_()


def test_a_lemma_that_does_not_yield_the_line_is_no_reason():
    """A chain whose lines are true but whose stated reason is another one's must not pass."""
    from derive.rules import Residues, Symmetry, Using

    integral, answer = result_lines("solution")
    x = sp.Symbol("x", real=True)
    for rule in (Symmetry("odd"), Residues(x, {2 * sp.I: 1}), Using()):
        chain = Derivation(integral, given=given_of("solution"), name="swapped").to(answer, rule).qed()
        found = verify(chain, digits=15)
        assert found.status is Status.UNKNOWN and found.steps[0].check.passed


def result_lines(name):
    return parts()[name].derivation.lines


def given_of(name):
    return parts()[name].derivation.given


def parts():
    return {d.name: DerivationReport(d, ()) for d in result.derivations()}


@pytest.mark.slow
def test_it_runs_as_a_script(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "derivations" / "feynman_cosine.py")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "pages" / "feynman_cosine.html").exists()
