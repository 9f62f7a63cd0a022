"""The integrals of the series as a whole: every part holds, the engine's steps too; mutants of the values do not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

ROOT = Path(__file__).resolve().parents[2]
# What the article must reach, by the names of the parts, as text to be read with a, b, t > 0.
a, b, t = sp.symbols("a b t", positive=True)
VALUES = {
    "damped": sp.pi / 2 - sp.atan(t),
    "dirichlet": sp.pi / 2,
    "gauss": sp.sqrt(sp.pi) * sp.exp(-(b**2)) / 2,
    "inverse": sp.sqrt(sp.pi) * sp.exp(-2 * b) / 2,
    "powers": sp.log(1 + a),
    "inside": sp.S.Zero,
    "outside": 2 * sp.pi * sp.log(a),
    "serret": sp.pi * sp.log(2) / 8,
    "frullani": sp.log(b / a),
    "arcs": sp.pi / 2 * sp.log(a / b),
    "cosine": sp.sqrt(2 * sp.pi) / 4,
    "sine": sp.sqrt(2 * sp.pi) / 4,
}
pytestmark = [pytest.mark.slow, pytest.mark.ci]


@pytest.fixture(scope="module")
def article():
    from derivations.feynman_integrals import result

    return result


@pytest.fixture(scope="module")
def report(article):
    from derive import verify

    return verify(article, digits=15)


@pytest.mark.parametrize("name", VALUES)
def test_the_value_is_reached(article, name):
    from derive import Status, verify
    from derive.claim import Claim

    (part,) = [d for d in article.derivations() if d.name == name]
    same = Claim(part.last, VALUES[name], part.given)
    wrong = Claim(part.last, VALUES[name] + sp.Rational(1, 10**9), part.given)
    assert verify(same).passed and verify(wrong).status is Status.REFUTED


def test_every_part_holds(report):
    from derive import Status

    below = {found.name: found.status for found in report.findings() if found.status < Status.ENCLOSED}
    assert below == {}


def test_the_steps_are_those_of_the_trick(article):
    """Every part by the engine differentiates under the integral sign, by Leibniz or by telescoping."""
    from derive.rules import AnalyticContinuation, CreativeTelescoping, Leibniz

    by_name = {d.name: d for d in article.derivations()}
    for name in VALUES:
        rules = {type(step.because) for d in by_name[name].walk() for step in d.steps}
        wanted = {AnalyticContinuation} if name in ("cosine", "sine") else {Leibniz, CreativeTelescoping}
        assert rules & wanted, name


def test_every_step_is_by_a_rule(article):
    """No line of the engine's rests on words alone."""
    from derive.rules import Cited

    assert [step.because for d in article.derivations() for step in d.steps if isinstance(step.because, Cited)] == []


def test_it_runs_as_a_script(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "derivations" / "feynman_integrals.py")],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "pages" / "feynman_integrals.html").exists()
