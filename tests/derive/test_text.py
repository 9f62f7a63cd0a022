"""Laws of reading: a text means what SymPy means or is refused with place and remedy; quickly; nothing is executed."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sympy as sp

from derive.errors import DeriveError
from derive.text import TextError, parse, parse_relation
from derive.text.declarations import declare
from derive.text.vocabulary import spelled

CASES = Path(__file__).parent.parent / "cases"
a, b, k, n, s, t, x, y, z = sp.symbols("a b k n s t x y z")
f, g = sp.Function("f"), sp.Function("g")
R = sp.Rational

READINGS = [
    ("cos(k*x)/(a^2+x^2)", sp.cos(k * x) / (a**2 + x**2)),
    ("-x^2", -(x**2)),
    ("(-x)^2", x**2),
    ("2^3^2", sp.Integer(512)),
    ("x^y^z", x ** (y**z)),
    ("2^-x", 2**-x),
    ("2*-x", -2 * x),
    ("a/b/x", a / b / x),
    ("a-b-x", a - b - x),
    ("x**2", x**2),
    ("x² − y³·z ÷ 2", x**2 - y**3 * z / 2),
    ("x⁻¹", 1 / x),
    ("x × y ⋅ √π", x * y * sp.sqrt(sp.pi)),
    ("√(x+1)", sp.sqrt(x + 1)),
    ("(√x)^3", x ** R(3, 2)),
    ("n!", sp.factorial(n)),
    ("n!!", sp.factorial2(n)),
    ("(2*n)!/2^n!", sp.factorial(2 * n) / 2 ** sp.factorial(n)),
    ("0.5", R(1, 2)),
    (".25*x", x / 4),
    ("1e-3", R(1, 1000)),
    ("2.5E2", sp.Integer(250)),
    ("2^0.5", sp.sqrt(2)),
    ("e^x + E", sp.exp(x) + sp.E),
    ("I^2", sp.Integer(-1)),
    ("oo", sp.oo),
    ("-∞", -sp.oo),
    ("infinity", sp.oo),
    ("π/2", sp.pi / 2),
    ("EulerGamma", sp.EulerGamma),
    ("ln(x) + log(x, 2)", sp.log(x) + sp.log(x, 2)),
    ("arcsin(x) + arctan(y) + arsinh(z)", sp.asin(x) + sp.atan(y) + sp.asinh(z)),
    ("sh(x)*ch(x)/th(x)", sp.sinh(x) * sp.cosh(x) / sp.tanh(x)),
    ("tg(x) + ctg(x)", sp.tan(x) + sp.cot(x)),
    ("abs(x) + sign(y)", sp.Abs(x) + sp.sign(y)),
    ("Gamma(x) + Γ(y) + gamma(1/2)", sp.gamma(x) + sp.gamma(y) + sp.sqrt(sp.pi)),
    ("beta + beta(x, y)", sp.Symbol("beta") + sp.beta(x, y)),
    ("lambda + S + N + Q + O", sum(sp.symbols("lambda S N Q O"))),
    ("λ*θ_1 + σ_t", sp.Symbol("lambda") * sp.Symbol("theta_1") + sp.Symbol("sigma_t")),
    ("x₀ + x₁₂", sp.Symbol("x_0") + sp.Symbol("x_12")),
    ("Δt", sp.Symbol("Δt")),
    ("besselj(0, x) + elliptic_k(x) + psi(x)", sp.besselj(0, x) + sp.elliptic_k(x) + sp.polygamma(0, x)),
    ("max(x, y, 0)", sp.Max(x, y, 0)),
    ("Integral(exp(-x^2), (x, -oo, oo))", sp.Integral(sp.exp(-(x**2)), (x, -sp.oo, sp.oo))),
    ("integral(exp(-x^2), x, 0, oo)", sp.Integral(sp.exp(-(x**2)), (x, 0, sp.oo))),
    ("Integral(x*y, x, y)", sp.Integral(x * y, x, y)),
    ("Integral(x*y, (x, 0, y), (y, 0, 1))", sp.Integral(x * y, (x, 0, y), (y, 0, 1))),
    ("Sum(i^2, (i, 1, n))", sp.Sum(sp.Symbol("i") ** 2, (sp.Symbol("i"), 1, n))),
    ("Sum(e, (e, 1, n)) + e", sp.Sum(sp.Symbol("e"), (sp.Symbol("e"), 1, n)) + sp.E),
    ("Product(k, (k, 1, n))", sp.Product(k, (k, 1, n))),
    ("Limit(sin(x)/x, x, 0)", sp.Limit(sp.sin(x) / x, x, 0)),
    ("Limit(abs(x)/x, x, 0, '-')", sp.Limit(sp.Abs(x) / x, x, 0, "-")),
    ("Limit(1/x^2, x, 0, dir='+-')", sp.Limit(1 / x**2, x, 0, "+-")),
    ("Derivative(sin(x), x)", sp.Derivative(sp.sin(x), x)),
    ("diff(x^3*y, x, 2, y)", sp.Derivative(x**3 * y, (x, 2), y)),
    ("Derivative(x^n, (x, n))", sp.Derivative(x**n, (x, n))),
    ("Piecewise((x, x > 0 and y <= 1), (-x, not x > 0), (0, True))",
     sp.Piecewise((x, (x > 0) & (y <= 1)), (-x, ~(x > 0)), (0, True))),
    ("Matrix([[1, x], [y, 2]])*Matrix([[1], [2]])", sp.ImmutableMatrix([[1 + 2 * x], [y + 4]])),
    ("hyper((1, 2), (3,), x)", sp.hyper((1, 2), (3,), x)),
    ("O(x^2)", sp.O(x**2)),
    ("2*(x+y)*z", 2 * (x + y) * z),
    ("exp(exp(pi)/pi)", sp.exp(sp.exp(sp.pi) / sp.pi)),
    ("exp(pi*exp(-pi))", sp.exp(sp.pi * sp.exp(-sp.pi))),
    ("exp(123456789/1000000)", sp.exp(R(123456789, 1000000))),
    ("orange + android + nothing", sp.Symbol("orange") + sp.Symbol("android") + sp.Symbol("nothing")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), READINGS)
def test_reads_as_mathematics(text: str, meaning: sp.Expr) -> None:
    assert parse(text) == meaning


def test_declarations() -> None:
    found = parse("a*k*m*w", positive="a, k", integer="k", default="real")
    facts = {symbol.name: symbol for symbol in found.free_symbols}
    assert facts["a"].is_positive
    assert facts["k"].is_positive
    assert facts["k"].is_integer
    assert facts["w"].is_real
    assert not facts["w"].is_positive
    own = sp.Symbol("x", negative=True)
    assert parse("x + y", symbols={"x": own}) == own + y
    assert parse("e*I", positive="e", complex="I") == sp.Symbol("e", positive=True) * sp.Symbol("I", complex=True)
    assert parse("i^2", integer="i") == sp.Symbol("i", integer=True) ** 2
    assert parse("θ", positive="theta") == parse("theta", positive="θ")
    bound = parse("Integral(x, (x, 0, a))", positive="x a")
    assert bound.variables[0].is_positive
    assert declare(positive="a")["a"].is_positive


def test_functions_and_primes() -> None:
    assert parse("f(x, t)*g(x)", functions="f g") == f(x, t) * g(x)
    assert parse("f''(x)", functions="f") == sp.Derivative(f(x), (x, 2))
    assert parse("f'(2*x)", functions="f").doit() == f(2 * x).diff(x).doit() / 2
    assert parse("gamma(x)", functions="gamma") == sp.Function("gamma")(x)
    assert parse("h(x)", symbols={"h": f}) == f(x)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("a > b", sp.Gt(a, b)),
        ("k >= 0", sp.Ge(k, 0)),
        ("k ≤ 0", sp.Le(k, 0)),
        ("a != b", sp.Ne(a, b)),
        ("a ≠ b", sp.Ne(a, b)),
        ("sin(x)^2 = 1 - cos(x)^2", sp.Eq(sp.sin(x) ** 2, 1 - sp.cos(x) ** 2)),
        ("a == b", sp.Eq(a, b)),
        ("0 < s < 3", sp.And(sp.Lt(0, s), sp.Lt(s, 3))),
        ("a < b <= x", sp.And(sp.Lt(a, b), sp.Le(b, x))),
        ("a > 0 and b > 0 or not x > 0", sp.Or(sp.And(a > 0, b > 0), sp.Not(x > 0))),
        ("(a > 0) & (b > 0) | ~(x > 0)", sp.Or(sp.And(a > 0, b > 0), sp.Not(x > 0))),
    ],
)
def test_relations(text: str, relation: sp.Basic) -> None:
    assert parse_relation(text) == relation


def test_relations_stand_as_written() -> None:
    positive = sp.Symbol("a", positive=True)
    assert parse_relation("a > 0", positive="a") == sp.Gt(positive, 0, evaluate=False)
    assert parse_relation("1 = 2") == sp.Eq(1, 2, evaluate=False)
    with pytest.raises(TextError, match="no relation"):
        parse_relation("x + 1")
    with pytest.raises(TextError, match="parse_relation"):
        parse("x > 1")


REFUSALS = [
    ("2x", 1, "2*x"),
    ("x y", 2, "x*y"),
    ("2(x+1)", 1, "2*("),
    ("(x)(y)", 3, ")*("),
    ("x(y+1)", 0, "x*"),
    ("sin x", 4, "sin(x)"),
    ("1 + coss(x)", 4, "did you mean 'cos'"),
    ("Sin(x)", 0, "did you mean 'sin'"),
    ("sin", 0, "sin(x)"),
    ("sin(x, y)", 0, "takes 1 argument, not 2"),
    ("besselj(x)", 0, "takes 2 arguments, not 1"),
    ("{x}", 0, "( )"),
    ("[x]", 0, "( )"),
    ("|x|", 0, "abs(x)"),
    ("a.b", 1, "point"),
    ("x'", 0, "x'(x)"),
    ("f'(x)", 0, 'functions="f"'),
    ("f'(x, y)", 0, "declare"),
    ("i", 0, "integer='i'"),
    ("1/0", 2, "division by zero"),
    ("0^(-1)", 0, "division by zero"),
    ("x + gamma(0)", 4, "no value"),
    ("oo - oo", 0, "no value"),
    ("", 0, "empty"),
    ("  ", 0, "empty"),
    ("x +", 3, "ends too early"),
    ("(x", 2, "ends too early"),
    ("x)", 1, "not opened"),
    ("0,5", 1, "0.5"),
    ("x; y", 1, "one expression"),
    ("√x^2", 0, "√(x^2)"),
    ("x + (y > 0)", 4, "condition"),
    ("Piecewise((1, x), (0, True))", 14, "x > 0"),
    ("Integral(x)", 0, "variable is missing"),
    ("Integral(x, (2, 0, 1))", 13, "variable"),
    ("Integral(x, (x, 0, 1, 2))", 12, "(x, lower, upper)"),
    ("Matrix([[1, 2], [3]])", 0, "dimensions"),
    (r"\frac{1}{2}", 0, "LaTeX"),
    ("9^9^9^9", 2, "digits"),
    ("(10^9)!", 0, "1000"),
    ("2^(10^9)", 0, "digits"),
    ("(2*x)^(10^9)", 0, "digits"),
    ("(2*sqrt(3)*x)^(10^9)", 0, "digits"),
    ("10^9!", 0, "digits"),
    ("exp(10^9*log(2) + x)", 0, "digits"),
    ("E^(10^9*log(2))", 0, "constant"),
    ("gamma(10^10)", 0, "1000"),
    ("zeta(10^10)", 0, "300"),
    ("binomial(10^9, 10^8)", 0, "1000"),
    ("polygamma(3, 10^9)", 0, "300"),
    ("legendre(10^6, x)", 0, "100"),
    ("1e999999", 0, "digits"),
    ("1e99999999999999999", 0, "digits"),
    ("9" * 1001, 0, "digits"),
    ("exp(exp(exp(100)))", 4, "constant"),
    ("floor(exp(10^9))", 6, "constant"),
    ("Piecewise((1, cos(exp(exp(20))) > 0), (0, True))", 18, "constant"),
    ("-" * 400 + "x", 199, "nested"),
    ("x^" * 400 + "x", 402, "nested"),
    ("(" * 150 + "x" + ")" * 150, 100, "nested"),
    ("x+" * 6000 + "x", 10_000, "12001 characters"),
]


@pytest.mark.parametrize(("text", "place", "words"), REFUSALS, ids=lambda value: str(value)[:30])
def test_refusals_name_place_and_remedy(text: str, place: int, words: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(TextError) as caught:
        parse(text)
    assert time.perf_counter() - begun < 2
    error = caught.value
    assert words in str(error)
    if len(text) < 100:
        assert error.start == place
    assert isinstance(error, DeriveError)
    lines = str(error).splitlines()
    assert lines[2].index("^") - 2 == error.start - max(0, min(error.start, len(text)) - 40)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_caret_stands_under_the_place() -> None:
    with pytest.raises(TextError) as caught:
        parse("1 + coss(x)")
    assert str(caught.value) == "unknown function 'coss'\n  1 + coss(x)\n      ^^^^\ndid you mean 'cos'?"


def test_declarations_are_checked() -> None:
    for declaration in ({"positiv": "a"}, {"positive": "a", "negative": "a"}, {"positive": "a+b"}, {"default": "reel"}):
        with pytest.raises(TextError):
            parse("a", **declaration)  # pyright: ignore[reportArgumentType] - what is tested


DANGEROUS = [
    "__import__('os').system('touch {path}')",
    "().__class__.__bases__[0].__subclasses__()",
    "open('{path}', 'w')",
    'exec(\'open("{path}", "w")\')',
    "eval(\"open('{path}', 'w')\")",
    "lambda x: x",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "x.__class__",
    "S('open(1)')",
    'sympify(\'open("{path}","w")\')',
    "N(x)",
    'f\'{{open("{path}", "w")}}\'',
    "Symbol('x')",
    "x if x else y",
    "x := 3",
    "import os",
    "getattr(x, 'func')",
    "globals()",
    "\x00",
    "x\u202e",
    "print(x)",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_is_executed(text: str, tmp_path: Path) -> None:
    path = tmp_path / "harm"
    with pytest.raises(TextError):
        parse(text.format(path=path))
    with pytest.raises(TextError):
        parse_relation(text.format(path=path))
    assert not path.exists()


def test_the_sources_never_evaluate() -> None:
    import derive.text

    folder = Path(str(derive.text.__file__)).parent
    for path in folder.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\.)\b(eval|exec|sympify|parse_expr|__import__)\(", source)


def test_long_flat_texts_are_read() -> None:
    begun = time.thread_time()
    assert parse("+".join(f"x_{index}" for index in range(1500))).args
    assert parse("*".join(["x"] * 4000)) == x**4000
    assert parse("+".join(["1"] * 4000)) == 4000
    assert time.thread_time() - begun < 3


def test_reading_is_fast() -> None:
    parse("x")
    begun = time.perf_counter()
    for _ in range(50):
        parse("cos(k*x)/(a^2+x^2)", positive="a k")
    assert (time.perf_counter() - begun) / 50 < 0.02


def test_the_grammar_library_is_loaded_only_when_needed() -> None:
    code = "import sys, derive.text; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_spelling() -> None:
    assert [spelled(name) for name in ("θ", "σ_t", "x₀", "x_₁", "ε1", "αβ", "Ω")] == [
        "theta", "sigma_t", "x_0", "x_1", "epsilon1", "αβ", "Omega",
    ]  # fmt: skip
