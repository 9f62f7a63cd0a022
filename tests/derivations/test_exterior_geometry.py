"""The article on exterior calculus as a whole: statuses, another seed, pickling; mutants of its lines do not pass."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

from derivations.exterior_geometry import result
from derive import Claim, Derivation, Pitfall, Plot, Status, verify
from derive.exterior.lines import FormLine, Written

ROOT = Path(__file__).resolve().parents[2]
# The names of parts that each of the eight points must have.
POINTS = {
    1: {"determinant", "cramer", "spanned", "area", "commuting"},
    2: {"leibniz", "twice_form", "polar_area", "hypervolume", "naturality"},
    3: {"formula_32", "green_inside", "stokes_flux", "gauss", "simplex_faces", "laplacian", "div_curl"},
    4: {"areal", "central", "hodograph_x", "orbit_turns", "third_law", "period"},
    5: {"potential_1", "potential_2", "potential_3", "winding", "no_potential", "angle_on_half"},
    6: {"cartan", "commutator", "stars_time", "codifferential", "faraday_law", "ampere_law", "coulomb"},
    7: {"gauss_bonnet_sphere", "gauss_bonnet_torus", "hyperbolic_space", "hole_vacuum", "friedmann", "kerr_vacuum"},
    8: {"hamilton", "liouville", "contact_volume", "frobenius", "maurer_cartan", "gauge_bianchi"},
}


@pytest.fixture(scope="module")
def report():
    return verify(result, digits=15)


def test_every_part_is_exact(report):
    assert {found.name: found.status for found in report.findings() if found.status is not Status.EXACT} == {}


@pytest.mark.parametrize("point", POINTS)
def test_every_point_is_there(point):
    names = {part.name for part in result.parts if not isinstance(part, str)}
    assert POINTS[point] <= names


def test_every_line_passes_its_own_check_apart_from_the_reason(report):
    steps = [(found.name, step) for found in report.findings() for step in getattr(found, "steps", ())]
    assert steps and not [name for name, step in steps if not step.check.passed]


def test_the_pitfalls_have_counterexamples_and_there_are_three_figures(report):
    pitfalls = [part for part in report.parts if hasattr(part, "pitfall")]
    assert len(pitfalls) == 11 and all(part.evidence.counterexample for part in pitfalls)
    assert len([part for part in result.parts if isinstance(part, Plot)]) == 3


@pytest.mark.slow
@pytest.mark.ci
def test_another_seed_gives_the_same_statuses(report):
    other = verify(result, digits=15, seed=17)
    assert {f.name: f.status for f in other.findings()} == {f.name: f.status for f in report.findings()}


def test_it_pickles_and_renders(report):
    again = pickle.loads(pickle.dumps(report))
    assert again == report and str(again) == str(report) and "<math" in again._repr_html_()


def forms():
    """(derivation, a wrong last line) for all that end with a written form or a number."""
    for derivation in result.derivations():
        last, rule = derivation.last, derivation.steps[-1].because
        if isinstance(last, Written) and last.args[2]:
            (key, value), *rest = last.components.items()
            yield derivation, rule, Written.stated(last.chart, {key: 2 * value, **dict(rest)})
        elif isinstance(last, sp.Expr) and not isinstance(derivation.lines[0], FormLine) and last != 0:
            yield derivation, rule, last + sp.ones(*last.shape) if isinstance(last, sp.MatrixBase) else -last


@pytest.mark.parametrize(
    ("derivation", "rule", "wrong"), list(forms()), ids=[f"{d.name}-{n}" for n, (d, _, _) in enumerate(forms())]
)
def test_a_wrong_line_does_not_pass(derivation, rule, wrong):
    """A coefficient doubled, or a sign turned: the rule does not yield the line, and the check does not let it pass."""
    step = derivation.steps[-1]
    chain = Derivation(step.before, given=derivation.given, name="mutant").to(wrong, rule, *step.lemmas).qed()
    found = verify(chain, digits=15).steps[0]
    assert found.status in (Status.REFUTED, Status.UNKNOWN) and not found.check.passed
    assert found.reason.status is Status.UNKNOWN or not found.reason.passed


def test_pitfalls_are_claims_that_would_be_refuted_in_a_derivation():
    for part in result.parts:
        if isinstance(part, Pitfall):
            assert isinstance(part.claim, Claim) and part.lesson


@pytest.mark.slow
def test_it_runs_as_a_script(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "derivations" / "exterior_geometry.py")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "pages" / "exterior_geometry.html").exists()
