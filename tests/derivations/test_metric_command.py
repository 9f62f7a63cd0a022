"""`derive metric`: values against definitions, errors with a place and a remedy, JSON by its schema, 80 columns."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from derivations.command import main
from derivations.command.line_element import Given, read_metric
from derivations.command.metric import SCHEMA
from derive.evidence import Status
from derive.exterior import Metric
from derive.exterior.diagonal import orthogonal_coframe
from derive.exterior.spaces import kerr
from derive.exterior.survey import by_bianchi, by_frame, survey
from derive.text import parse

SCHWARZSCHILD = ["t r theta phi", "-(1-2*M/r)*dt^2 + dr^2/(1-2*M/r) + r^2*dtheta^2 + r^2*sin(theta)^2*dphi^2"]
KERR = (
    "-(1-2*M*r/(r^2+a^2*cos(theta)^2))*dt^2 - 4*M*a*r*sin(theta)^2/(r^2+a^2*cos(theta)^2)*dt*dphi"
    "+ (r^2+a^2*cos(theta)^2)/(r^2-2*M*r+a^2)*dr^2 + (r^2+a^2*cos(theta)^2)*dtheta^2"
    "+ (r^2+a^2+2*M*a^2*r*sin(theta)^2/(r^2+a^2*cos(theta)^2))*sin(theta)^2*dphi^2"
)
FLRW = "-dt^2+a(t)^2*(dr^2/(1-k*r^2)+r^2*dtheta^2+r^2*sin(theta)^2*dphi^2)"


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def as_json(capsys, *arguments):
    code = main(["metric", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def value(text):
    return parse(text, default="real", functions="a" if "a(t)" in text else "")


# (arguments, scalar, Kretschmann) in words of the same grammar; known from textbooks.
CASES = [
    (SCHWARZSCHILD, "0", "48*M^2/r^6"),
    (["dtheta^2+sin(theta)^2*dphi^2"], "2", "4"),
    (["x y", "(dx^2+dy^2)/y^2"], "-2", "4"),
    (["-dt^2 + cosh(t)^2*(dtheta^2+sin(theta)^2*dphi^2)"], "6", "12"),
    (["2*du*dv + H(u,x)*du^2 + dx^2"], "0", "0"),
    (["dr^2+r^2*dphi^2+dz^2", "--positive", "r"], "0", "0"),
    (["-dt^2+dx^2"], "0", "0"),
    (["x y", "Matrix([[1, 0], [0, exp(2*x)]])"], "-2", "4"),
    (["t r theta phi", KERR], "0", "48*M^2*(r^2-a^2*cos(theta)^2)*((r^2+a^2*cos(theta)^2)^2-16*r^2*a^2*cos(theta)^2)"
     "/(r^2+a^2*cos(theta)^2)^6"),
    ([FLRW], "6*(diff(a(t),t,t)/a(t)+(diff(a(t),t)^2+k)/a(t)^2)", None),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "scalar", "kretschmann"), CASES, ids=[c[0][-1][:30] for c in CASES])
def test_scalars(capsys, arguments, scalar, kretschmann):
    code, found = as_json(capsys, *arguments)
    assert code == 0 and found["passed"] and found["status"] == "exact"
    assert sp.simplify(value(found["scalar"]) - value(scalar)) == 0
    if kretschmann is not None:
        assert sp.simplify(value(found["kretschmann"]) - value(kretschmann)) == 0


def test_christoffel_symbols_by_their_definition(capsys):
    _, found = as_json(capsys, *SCHWARZSCHILD)
    names = found["coordinates"]
    x = [value(name) for name in names]
    g = sp.Matrix([[value(entry) for entry in row] for row in found["metric"]])
    inverse = g.inv()
    for c in range(4):
        for a in range(4):
            for b in range(a, 4):
                expected = sum(
                    inverse[c, e] * (g[e, a].diff(x[b]) + g[e, b].diff(x[a]) - g[a, b].diff(x[e])) / 2 for e in range(4)
                )
                stated = found["christoffel"].get(f"{names[c]} {names[a]} {names[b]}", "0")
                assert sp.simplify(value(stated) - expected) == 0


def test_the_json_is_that_of_the_schema(capsys):
    """Keys, types and status words as the schema says, by hand: no validator is among the dependencies."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    _, found = as_json(capsys, *SCHWARZSCHILD)
    assert set(found) == set(schema["required"]) == set(schema["properties"])
    kinds = {"string": str, "boolean": bool, "array": list}
    for name, rule in schema["properties"].items():
        if rule.get("type") in kinds:
            assert isinstance(found[name], kinds[rule["type"]]), name
    evidence = schema["$defs"]["evidence"]["required"]
    assert all(set(check["evidence"]) == set(evidence) for check in found["checks"])
    assert [check["name"] for check in found["checks"]] == ["moving frame", "Bianchi identity", "finite differences"]


@pytest.mark.parametrize("arguments", [SCHWARZSCHILD, ["t r theta phi", KERR], [FLRW], ["2*du*dv+H(u,x)*du^2+dx^2"]])
def test_text_keeps_to_eighty_columns(capsys, arguments):
    assert main(["metric", *arguments]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert all(title in text for title in ("Christoffel", "Riemann", "Ricci", "Einstein", "Scalars", "Checks"))


def test_latex_is_balanced(capsys):
    assert main(["metric", *SCHWARZSCHILD, "--latex"]) == 0
    text = capsys.readouterr().out
    assert text.count(r"\[") == text.count(r"\]") == 6 and r"\Gamma" in text and r"\frac{48 M^{2}}{r^{6}}" in text


def test_the_page_is_written(tmp_path, capsys):
    target = tmp_path / "metric.html"
    assert main(["metric", "dtheta^2+sin(theta)^2*dphi^2", "--html", str(target)]) == 0
    assert "Kretschmann" in target.read_text("utf-8")


# What is wrong, and words that the message must have; a caret stands under the place where there is one.
ERRORS = [
    (["dr^2+"], ("too early", "^")),
    (["dr^2+r*dtheta"], ("1 differentials", "^", "dt*dphi")),
    (["r^2"], ("no differential", "line element")),
    (["x y", "dx^2"], ("dy does not occur", "degenerate")),
    (["x y", "dx^2+dz*dphi"], ("dphi is the differential of no coordinate", "^", "x, y")),
    (["x y", "dx^2+dy^2+2*dx*dy"], ("degenerate", "determinant")),
    (["x y", "Matrix([[1,0,0],[0,1,0]])"], ("2 rows and 3 columns", "2 coordinates")),
    (["x y", "Matrix([[1,2],[0,1]])"], ("not symmetric",)),
    (["x x", "dx^2"], ("named twice",)),
    (["x y", "1/dx+dy^2"], ("no quadratic form", "^")),
    (["x", "y", "dx^2"], ("3 texts",)),
    (["__import__('os').system('true')*dx^2"], ("^",)),
    (["dx^2+f(x+1)*dy^2"], ("function", "^")),
]


@pytest.mark.parametrize(("arguments", "words"), ERRORS, ids=[" ".join(a)[:30] for a, _ in ERRORS])
def test_errors_name_the_place_and_the_remedy(capsys, arguments, words):
    assert main(["metric", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and all(word in said.err for word in words), said.err


def test_a_level_that_is_not_reached_is_exit_code_one(capsys, monkeypatch):
    from derivations.command import metric as verb
    from derive.evidence import Evidence

    def doubtful(metric, timeout):
        found = survey(metric)
        return replace(found, checks=(("moving frame", Evidence(Status.AGREED, "a weaker check")),))

    monkeypatch.setattr(verb, "_survey", doubtful)
    assert main(["metric", "dx^2+dy^2"]) == 0
    assert main(["metric", "dx^2+dy^2", "--strict", "exact"]) == 1


class Wrong(Metric):
    """A metric whose Ricci tensor is reported with one component off."""

    def ricci(self):
        right = super().ricci()
        entries = {index: right.ring(entry) for index, entry in right.independent().items()}
        entries[0, 0] = entries.get((0, 0), right.ring(0)) + right.ring(self.chart[1])
        return self._tensor("dd", "symmetric", entries, "R")

    def einstein(self):
        return self.ricci()


def test_the_checks_refute_a_wrong_tensor():
    good = kerr()
    bad = Wrong(good.chart, good.matrix, good.signature)
    assert by_frame(good).status is by_bianchi(good).status is Status.EXACT
    assert by_frame(bad).status is by_bianchi(bad).status is Status.REFUTED


@pytest.mark.parametrize("text", ["2*du*dv", "dx*dy+dy*dz+dz*dx", "dx^2+4*dx*dy+dy^2", KERR])
def test_a_frame_by_completing_squares_gives_back_the_metric(text):
    metric = read_metric(Given(text, "t r theta phi" if text is KERR else ""))
    frame = orthogonal_coframe(metric)
    assert frame.metric == metric


def test_nothing_is_evaluated_in_the_reader():
    source = Path(read_metric.__code__.co_filename).read_text("utf-8")
    assert "eval(" not in source and "sympify" not in source
