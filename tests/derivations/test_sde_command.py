"""`derive sde`: what the text means, results against textbooks, errors with a caret, JSON by its schema, 80 columns."""

import json

import pytest
import sympy as sp

from derivations.command import main
from derivations.command.errors import CommandError
from derivations.command.sde import SCHEMA
from derivations.command.stochastic_equation import Given, read_equation
from derive.evidence import Status
from derive.stochastic.shown.survey import chapter, lagrange_identity, reversal_check
from derive.text import TextError, parse

OU = ["dx = theta*(mu - x) dt + sigma dW", "--positive", "theta sigma"]


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def read(text, **given):
    return read_equation(Given(text, **given))[0]


# (text, drift, diffusion rows, correlation of the first two, alpha)
TEXTS = [
    ("dx = theta*(mu - x) dt + sigma dW", ["theta*(mu-x)"], [["sigma"]], "1", "0"),
    ("dx = -x^-1*dt + dW", ["-1/x"], [["1"]], "1", "0"),
    ("dx = dB", ["0"], [["1"]], "1", "0"),
    ("dx = dt - dt - dW", ["0"], [["-1"]], "1", "0"),
    ("dx = 1e-3*x dt + (a + b)*x dW", ["x/1000"], [["(a+b)*x"]], "1", "0"),
    ("dS = mu*S dt + sigma*S ∘ dW", ["mu*S"], [["sigma*S"]], "1", "1/2"),
    ("dS = mu*S dt + sigma*S o dW", ["mu*S"], [["sigma*S"]], "1", "1/2"),
    ("dx = o dW", ["0"], [["o"]], "1", "0"),
    ("dx = v dt; dv = -k*x dt + s dW", ["v", "-k*x"], [["0"], ["s"]], "1", "0"),
    ("dx = y dW1\ndy = x dW2; dW1 dW2 = rho dt", ["0", "0"], [["y", "0"], ["0", "x"]], "rho", "0"),
    ("dx(t) = -x(t) dt + s dW(t)  # decay", ["-x"], [["s"]], "1", "0"),
    ("dx = a*x dt + b*x dW1 + c*x o dW2", ["a*x + c^2*x/2"], [["b*x", "c*x"]], "0", "0"),
    ("dx = y o dW1 + x dW2; dy = x o dW1; dW1 dW2 = r dt", ["x/2", "y/2 + r*x/2"], [["y", "x"], ["x", "0"]], "r", "0"),
    ("dx = sin(t)*x dt + exp(-t) dW_x", ["sin(t)*x"], [["exp(-t)"]], "1", "0"),
]


@pytest.mark.parametrize(("text", "drift", "diffusion", "rho", "alpha"), TEXTS, ids=[case[0] for case in TEXTS])
def test_what_a_text_means(text, drift, diffusion, rho, alpha):
    sde = read(text)

    def meant(word):
        return parse(word, default="real")

    assert [sp.simplify(a - meant(b)) for a, b in zip(sde.drift, drift, strict=True)] == [0] * sde.n
    assert sp.simplify(sde.diffusion - sp.Matrix([[meant(e) for e in row] for row in diffusion])) == sp.zeros(
        sde.n, sde.m
    )
    assert sde.correlation[0, sde.m - 1] == meant(rho) and sde.alpha == meant(alpha)


# (text, the words at the caret, what is said)
WRONG = [
    ("dx = a + b dt + dW", "+", "a sum stands before a differential"),
    ("dx = 2x dt + dW", "x", "operator is missing"),
    ("dx = mu dt", "dx", "no noise"),
    ("dx = mu + sigma dW", "+", "a sum"),
    ("dx = mu dt + sigma", "+ sigma", "without a differential"),
    ("dx = mu dt + sigma dZ", "dZ", "neither dt nor a noise"),
    ("dx = mu dt sigma dW", "s", "stands after dt"),
    ("x = mu dt + dW", "x ", "left side"),
    ("dx = dW; dx = dW", "dx", "two equations"),
    ("dt = dW", "dt", "cannot be a state"),
    ("dx/dt = -x + dW", "dx/dt", "rates"),
    ("dx = dW; y(0) = 1", "y(0)", "no state"),
    ("dx = dW; x(0) = 1; x(0) = 2", "x(0)", "two starts"),
    ("dx = dW; x(0) =", "=", "nothing stands after"),
    ("dx = ", "=", "nothing stands after"),
    ("hello", "hello", "no ="),
]


@pytest.mark.parametrize(("text", "place", "said"), WRONG, ids=[case[0] for case in WRONG])
def test_errors_point_at_the_place(text, place, said):
    with pytest.raises(TextError, match=said) as caught:
        read(text)
    assert text[caught.value.start : caught.value.end].strip().startswith(place.strip()[:1])
    assert "^" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"domain": "0"}, "two ends"),
        ({"domain": "1 0"}, "empty"),
        ({"x0": "1, 2"}, "initial values"),
        ({"alpha": "2"}, "between 0"),
        ({"alpha": "0", "stratonovich": True}, "contradicts"),
        ({"positive": "y"}, "y does not occur"),
        ({"relations": ("q > 0",)}, "q does not occur"),
        ({"x0": "2", "domain": "0 1"}, "inside the domain"),
        ({"correlations": ("W V rho",)}, "drives no state"),
        ({"correlations": ("W rho",)}, "two noises"),
    ],
)
def test_declarations_that_do_not_fit(given, said):
    with pytest.raises(CommandError, match=said):
        read("dx = x dW", **given)


def test_ito_and_stratonovich():
    sde = read("dx = a*x dt + s*x dW", stratonovich=True)
    x, a, s = (
        next(n for n in sde.drift[0].free_symbols | sde.diffusion.free_symbols if n.name == name) for name in "xas"
    )
    assert sp.simplify(sde.ito_drift[0] - (a + s**2 / 2) * x) == 0


def test_a_positive_state_lives_on_the_half_line():
    assert read("dS = S dW", positive="S").domain == ((0, sp.oo),)


def test_starts_and_correlations_in_the_text_or_beside_it():
    text = "dx = dW1; dy = x dW2"
    stated = read_equation(Given(text + "; y(0) = 2; dW1 dW2 = rho dt"))
    beside = read_equation(Given(text, correlations=("W1 W2 rho",), x0="x0, 2"))
    assert stated == beside and stated.x0 is not None and stated.x0[1] == 2
    with pytest.raises(CommandError, match="write it once"):
        read_equation(Given("dx = dW; x(0) = 1", x0="2"))


def test_both_products_are_told():
    ((x, extra),) = read_equation(Given("dx = b*x dW1 + c*x o dW2")).added
    assert sp.simplify(extra - parse("c^2*x/2", default="real")) == 0 and x.name == "x"
    assert not read_equation(Given("dx = b*x o dW1 + c o dW2")).added
    with pytest.raises(CommandError, match="contradicts"):
        read_equation(Given("dx = b*x dW1 + c*x o dW2", alpha="1/2"))


def test_what_was_converted_is_printed(capsys):
    assert main(["sde", "dx = b*x dW1 + c*x o dW2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["conversion"]
    assert said == "both products stand; b o dW = b dW + d<b, W>/2 adds (c^2*x/2) dt to dx"


def test_mixed_products_are_the_process_of_a_walk_between_them():
    """dx = x ∘ dW1 + x dW2: log x has drift 0 from the first and −1/2 from the second."""
    sde = read("dx = x o dW1 + x dW2", positive="x")
    drift, noises = sde.ito(sp.log(sde.x))
    assert sp.simplify(drift + sp.Rational(1, 2)) == 0 and noises == (1, 1)


def test_errors_in_a_file_show_their_line():
    with pytest.raises(TextError) as caught:
        read("# oscillator\ndx = v dt\ndv = -2x dt + dW")
    assert caught.value.text == "dv = -2x dt + dW" and str(caught.value).splitlines()[2].index("^") > 2


def test_coefficients_that_are_not_real_in_the_domain():
    with pytest.raises(CommandError, match=r"log\(x\) is not real at x"):
        read("dx = log(x) dt + dW", domain="-1 1")
    assert read("dx = -x dt + sqrt(1 - x^2) dW", domain="-1 1").domain == ((-1, 1),)


def test_equations_from_standard_input(monkeypatch, capsys):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("dx = -x dt + dW\nx(0) = 3  # start\n"))
    assert main(["sde", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["x0"] == ["3"]
    monkeypatch.setattr("sys.stdin", None)
    assert main(["sde", "-"]) == 2


def test_ornstein_uhlenbeck(capsys):
    code = main(["sde", *OU, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 0 and found["passed"]
    rows = {row["name"]: row["value"] for one in found["chapters"] for row in one["rows"]}
    names = {"positive": "theta sigma", "default": "real"}
    for name, known in (("E[x]", "mu+(x0-mu)*exp(-theta*t)"), ("Var[x]", "sigma^2/(2*theta)*(1-exp(-2*theta*t))"),
                        ("m", "mu+(x0-mu)*exp(-theta*t)"), ("v", "sigma^2/(2*theta)*(1-exp(-2*theta*t))")):  # fmt: skip
        assert sp.simplify(parse(rows[name], **names) - parse(known, **names)) == 0
    names = {one["name"]: one for one in found["chapters"]}
    assert names["operators"]["evidence"]["status"] == "exact" and names["solution"]["rows"]
    assert [row["value"] for row in names["ends"]["rows"]] == ["natural", "natural"]
    assert rows["lambda_n"] == "n*theta"
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert set(found) == set(schema["required"]) == set(schema["properties"])
    inner = schema["properties"]["chapters"]["items"]
    kinds = {"string": str, "array": list, "boolean": bool}
    for one in found["chapters"]:
        assert set(one) == set(inner["required"]) == set(inner["properties"])
        for name, rule in inner["properties"].items():
            assert "type" not in rule or isinstance(one[name], kinds[rule["type"]])
        assert bool(one["rows"]) != bool(one["refusal"])
        assert one["evidence"] is None or set(one["evidence"]) == set(schema["$defs"]["evidence"]["required"])


@pytest.mark.parametrize("form", [[], ["--latex"]])
def test_text_fits_80_columns_and_says_refusals(capsys, form):
    code = main(["sde", "dx = x*(1 - x^2) dt + x dW", *form, "--timeout", "20"])
    out = capsys.readouterr().out
    assert code in (0, 1) and "Fokker-Planck" in out
    if not form:
        assert max(map(len, out.splitlines())) <= 80
        assert "they do not close" in " ".join(out.split())


def test_exit_codes(capsys):
    assert main(["sde", "dx = a + b dt + dW"]) == 2 and "^" in capsys.readouterr().err
    assert main(["sde", "dx = dW", "--timeout", "0"]) == 2
    assert main(["sde", *OU, "--strict", "exact", "--timeout", "30"]) in (0, 1)


def test_errors_fit_80_columns(capsys):
    relations = [word for r in ("mu > 3", "mu < 2 - s^2", "s > 0") for word in ("--given", r)]
    assert main(["sde", "dx = mu*x dt + s*x dW", *relations]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 1 and all(len(line) <= 80 for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])
    assert main(["sde", "dx = theta*(mu - x dt + sigma dW"]) == 2
    quoted = capsys.readouterr().err.splitlines()
    assert quoted[1].startswith("  dx = theta") and quoted[2].strip("^ ") == ""


def test_simulation_asks_for_numbers(capsys):
    assert main(["sde", *OU, "--simulate", "x.svg", "--at", "theta=1"]) == 2
    assert "mu, sigma" in capsys.readouterr().err
    assert main(["sde", *OU, "--simulate", "x.svg", "--at", "zeta=1"]) == 2


def test_a_chapter_that_refuses_says_why():
    found = chapter("stationary", read("dx = dW"), None)
    assert not found.rows and found.refusal and found.finished


def test_the_checks_catch_mutants():
    """Another sign in the reversal, another drift in the adjoint: refuted."""
    from derive.stochastic import SDE
    from derive.stochastic.errors import StochasticError
    from derive.stochastic.sde import replace_sde

    x, t = sp.symbols("x t", real=True)
    sde = SDE(x, -x, 1 + x**2, t)
    p = sp.Function("p", positive=True)(x, t)
    back = sde.reverse(p)
    assert reversal_check(sde, back, p).status is Status.EXACT
    with pytest.raises(StochasticError, match="fails"):
        reversal_check(sde, replace_sde(back, drift=[-back.drift[0]]), p)

    class Wrong(SDE):
        def generator(self, f):
            return super().generator(f) + f

    assert lagrange_identity(sde, sp.Function("f")(x), p).status is Status.EXACT
    with pytest.raises(StochasticError, match="fails"):
        lagrange_identity(Wrong(x, -x, 1 + x**2, t), sp.Function("f")(x), p)


@pytest.mark.slow
@pytest.mark.ci
def test_simulation_and_page(tmp_path, capsys):
    figure, page = tmp_path / "paths.svg", tmp_path / "page.html"
    code = main(["sde", *OU, "--simulate", str(figure), "--at", "theta=1, mu=0 sigma=1", "--x0", "2", "--paths", "500",
                 "--steps", "50", "--html", str(page)])  # fmt: skip
    assert code == 0
    assert figure.read_text("utf-8").rstrip().endswith("</svg>") and "Fokker-Planck" in page.read_text("utf-8")
