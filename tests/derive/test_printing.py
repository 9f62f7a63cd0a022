"""Laws of printing: what is printed means the expression; math-core accepts it; the scope of every operator shows."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

import math_core
import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy.core import evalf

from derive import Claim
from derive.printing import latex, plain
from derive.text import parse, parse_relation

FUNCTIONS = "f g p u I_0"

# Text as read, its LaTeX, its plain line; None where only acceptance is asked for.
TABLE: list[tuple[str, str | None, str | None]] = [
    ("cos(k*x)/(a^2+x^2)", r"\frac{\cos(k x)}{a^{2} + x^{2}}", "cos(k·x)/(a² + x²)"),
    ("pi*exp(-a*k)/a", r"\frac{\pi}{a}\,e^{-a k}", "(π/a)·e^(−a·k)"),
    ("-pi*exp(-a*k)/a", r"-\frac{\pi}{a}\,e^{-a k}", "−(π/a)·e^(−a·k)"),
    ("exp(-a*abs(k))", r"e^{-a \left|k\right|}", "e^(−a·|k|)"),
    ("exp(-x^2/2)/sqrt(2*pi)", r"\frac{1}{\sqrt{2 \pi}}\,e^{-x^{2}/2}", "(1/√(2·π))·e^(−x²/2)"),
    ("exp(-(x-mu)^2/(2*sigma^2))/(sqrt(2*pi)*sigma)",
     r"\frac{1}{\sigma \sqrt{2 \pi}}\,e^{-(x - \mu)^{2}/(2 \sigma^{2})}", None),
    ("Integral(cos(k*x)/(a^2+x^2), (x, -oo, oo))",
     r"\int_{-\infty}^{\infty} \frac{\cos(k x)}{a^{2} + x^{2}}\,dx", "∫_{−∞}^{∞} cos(k·x)/(a² + x²) dx"),
    ("Integral(x+1, (x, 0, 1))", r"\int_{0}^{1} (x + 1)\,dx", "∫_{0}^{1} (x + 1) dx"),
    ("Integral(x*y, (x, 0, y), (y, 0, 1))", r"\int_{0}^{1}\int_{0}^{y} x y\,dx\,dy", "∫_{0}^{1} ∫_{0}^{y} x·y dx dy"),
    ("Integral(exp(-x), x)", r"\int e^{-x}\,dx", "∫ e^(−x) dx"),
    ("diff(f(x)*p(x,t), x)", r"\frac{\partial}{\partial x} \left(f(x)\, p(x, t)\right)", "∂/∂x (f(x)·p(x, t))"),
    ("diff(f(x)+g(x), x)", r"\frac{d}{dx} (f(x) + g(x))", "d/dx (f(x) + g(x))"),
    ("-diff(a*x*p(x,t),x)+diff(p(x,t),x,2)/2", None, "−∂/∂x (a·x·p(x, t)) + (1/2)·∂²/∂x² p(x, t)"),
    ("diff(I_0(k), k, 2)", r"\frac{d^{2}}{dk^{2}} I_{0}(k)", "d²/dk² I₀(k)"),
    ("diff(u(x,y), x, 2, y)", r"\frac{\partial^{3}}{\partial x^{2}\,\partial y} u(x, y)", "∂³/(∂x² ∂y) u(x, y)"),
    ("diff(f(x)^2, x)", r"\frac{d}{dx} \left(f(x)^{2}\right)", "d/dx (f(x)²)"),
    ("f(x)*diff(g(x),x)*diff(f(x),x)", None, "f(x)·(d/dx f(x))·d/dx g(x)"),
    ("diff(f(x),x)^2", r"\left(\frac{d}{dx} f(x)\right)^{2}", "(d/dx f(x))²"),
    ("f'(2*x)", r"\left.\frac{d}{d\xi} f(\xi)\right|_{\xi=2 x}", "[d/dξ f(ξ)]_{ξ=2·x}"),
    ("sin(x)^2 + cos(x)^2", r"\sin^{2}(x) + \cos^{2}(x)", "sin(x)² + cos(x)²"),
    ("2*sin(x)/x", r"\frac{2 \sin(x)}{x}", "2·sin(x)/x"),
    ("x*sin(x)*exp(-x)*log(x)", r"x \log(x) \sin(x)\, e^{-x}", None),
    ("1/(x*y)", r"\frac{1}{x y}", "1/(x·y)"),
    ("x^(-n)", r"x^{-n}", "x^(−n)"),
    ("x^(1/3)", r"\sqrt[3]{x}", "x^(1/3)"),
    ("x^(-3/2)", r"\frac{1}{x^{3/2}}", "1/x^(3/2)"),
    ("sqrt(2)/2", r"\frac{1}{\sqrt{2}}", "1/√2"),
    ("-(x+y)*z/3", r"-\frac{z (x + y)}{3}", "−z·(x + y)/3"),
    ("(-x-y)/z", r"-\frac{x + y}{z}", "−(x + y)/z"),
    ("(a+b)*(c+d)", r"(a + b) (c + d)", "(a + b)·(c + d)"),
    ("2*3^x", r"2 \cdot 3^{x}", "2·3^x"),
    ("sigma_hat^2", r"\hat{\sigma}^{2}", "σ̂²"),
    ("x_bar + f_tilde + xdot", r"\tilde{f} + \bar{x} + \dot{x}", "f̃ + x̄ + ẋ"),
    ("x_0 + sigma_t + theta1", r"\sigma_{t} + \theta_{1} + x_{0}", "σ_t + θ₁ + x₀"),
    ("alpha_bar_t*x_0 + sqrt(1-alpha_bar_t)*epsilon",
     r"\bar{\alpha}_{t} x_{0} + \varepsilon \sqrt{1 - \bar{\alpha}_{t}}", "ᾱ_t·x₀ + ε·√(1 − ᾱ_t)"),
    ("mu*x*dt + sigma*dW", r"\sigma\, dW + \mu x\, dt", "σ·dW + μ·x·dt"),
    ("SNR*loss_min", r"\mathrm{SNR}\, \mathrm{loss}_{\mathrm{min}}", "SNR·loss_min"),
    ("x_star + x_prime", r"x' + x^{*}", "x′ + x*"),
    ("Limit(sin(epsilon)/epsilon, epsilon, 0)",
     r"\lim_{\varepsilon \to 0^{+}} \frac{\sin(\varepsilon)}{\varepsilon}", "lim_{ε→0⁺} sin(ε)/ε"),
    ("Limit((1+1/n)^n, n, oo)", r"\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^{n}", "lim_{n→∞} (1 + 1/n)^n"),
    ("Limit(x+1, x, 0, '+-')", r"\lim_{x \to 0} (x + 1)", "lim_{x→0} (x + 1)"),
    ("Sum(x^n/n!, (n, 0, oo))", r"\sum_{n=0}^{\infty} \frac{x^{n}}{n!}", "∑_{n=0}^{∞} x^n/n!"),
    ("Sum(a_n+b_n, (n, 0, N))", r"\sum_{n=0}^{N} (a_{n} + b_{n})", "∑_{n=0}^{N} (a_n + b_n)"),
    ("2*Sum(1/n^2, (n, 1, oo))*pi", r"2 \pi\, \sum_{n=1}^{\infty} \frac{1}{n^{2}}", "2·π·∑_{n=1}^{∞} 1/n²"),
    ("Product(1-x^2/n^2, (n, 1, oo))", None, "∏_{n=1}^{∞} (1 − x²/n²)"),
    ("abs(x)^2", r"\left|x\right|^{2}", "|x|²"),
    ("DiracDelta(k)", r"\delta(k)", "δ(k)"),
    ("DiracDelta(k, 1)", r"\delta^{(1)}(k)", "δ^(1)(k)"),
    ("Heaviside(x-a)", r"\theta(x - a)", "θ(x − a)"),
    ("Piecewise((x, x > 0), (-x, True))",
     r"\begin{cases} x & \text{if }x > 0 \\ -x & \text{otherwise} \end{cases}", "{x if x > 0; −x otherwise}"),
    ("Piecewise((1, x > 0 and y < 3 or x < -1), (0, True))", None, None),
    ("Matrix([[1, x], [y, 2/3]])", r"\begin{pmatrix}1 & x\\y & \frac{2}{3}\end{pmatrix}", "[1, x; y, 2/3]"),
    ("O(x^3)", r"\mathcal{O}(x^{3})", "O(x³)"),
    ("gamma(n+1/2)/gamma(n)", r"\frac{\Gamma\left(n + \frac{1}{2}\right)}{\Gamma(n)}", "Γ(n + 1/2)/Γ(n)"),
    ("besselj(nu, x)*besselk(0, x)", r"J_{\nu}(x)\, K_{0}(x)", "J_ν(x)·K₀(x)"),
    ("hankel1(n, x)^2 + polygamma(1, x)^2", None, None),
    ("arctan(b/a) + asinh(x)",
     r"\operatorname{arsinh}(x) + \arctan\left(\frac{b}{a}\right)", "arsinh(x) + arctan(b/a)"),
    ("polygamma(1, x) + zeta(3)", r"\psi^{(1)}(x) + \zeta(3)", "ψ^(1)(x) + ζ(3)"),
    ("max(x, 0)", r"\max(0, x)", "max(0, x)"),
    ("(n+1)!/n!!", r"\frac{(n + 1)!}{n!!}", "(n + 1)!/n!!"),
    ("I*omega*exp(I*omega*t)", r"i \omega\, e^{i \omega t}", "i·ω·e^(i·ω·t)"),
    ("exp(I*(k*x-omega*t))", r"e^{i (k x - \omega t)}", "e^(i·(k·x − ω·t))"),
    ("exp(-a*x^2-b/x^2)", r"e^{-a x^{2} - b/x^{2}}", "e^(−a·x² − b/x²)"),
    ("(1-exp(-2*x*y))/(2*x)", r"\frac{1 - e^{-2 x y}}{2 x}", "(1 − e^(−2·x·y))/(2·x)"),
    ("x^2*exp(-a*x)/(1+exp(-x))", r"\frac{x^{2}\, e^{-a x}}{1 + e^{-x}}", "x²·e^(−a·x)/(1 + e^(−x))"),
    ("exp(-theta*t)*(x_0-mu)", r"(x_{0} - \mu)\, e^{-\theta t}", "(x₀ − μ)·e^(−θ·t)"),
    ("m*omega^2*x^2/2", r"\frac{m \omega^{2} x^{2}}{2}", "m·ω²·x²/2"),
    ("exp(x)", "e^{x}", "e^x"),
    ("3 - x^2/2", r"3 - \frac{x^{2}}{2}", "3 − x²/2"),
    ("2*pi*I", r"2 \pi i", "2·π·i"),
    ("x^(y^z)", "x^{y^{z}}", "x^(y^z)"),
    ("(x^y)^z", "(x^{y})^{z}", "(x^y)^z"),
    ("(a*b/(c+d))^n", r"\left(\frac{a b}{c + d}\right)^{n}", "(a·b/(c + d))^n"),
    ("5*x/7 - 2/3", r"\frac{5 x}{7} - \frac{2}{3}", "5·x/7 − 2/3"),
    ("-1/3", r"-\frac{1}{3}", "−1/3"),
    ("Δt*x", r"x\, \Delta t", "x·Δt"),
    ("assoc_laguerre(n, a, x)^2", r"(L_{n}^{(a)}(x))^{2}", "L_n^(a)(x)²"),
    ("jacobi(n, a, b, x)", r"P_{n}^{(a, b)}(x)", "P_n^(a, b)(x)"),
    ("hyper((1, b), (c,), x)", r"{}_{2}F_{1}(1, b; c; x)", "₂F₁(1, b; c; x)"),
    ("harmonic(n)", r"H_{n}", "H_n"),
    ("RisingFactorial(a, n)^2/RisingFactorial(b, n)", r"\frac{((a)_{n})^{2}}{(b)_{n}}", "((a)_n)²/(b)_n"),
    ("uppergamma(a, x)", r"\Gamma\left(a, x\right)", "Γ(a, x)"),
    *((text, None, None) for text in (
        "floor(x) + ceiling(y)", "re(z) + im(z)", "conjugate(z)", "binomial(n, k)", "hyper((1, 2), (3,), x)",
        "mod(x, 2)", "meijerg(((1,), ()), ((2,), ()), x)", "elliptic_k(m) + elliptic_e(m)", "erf(x/sqrt(2))",
        "LambertW(x)*log(x)^2", "Si(x) + Ei(x) + expint(2, x)", "legendre(n, x) + hermite(n, x) + laguerre(n, x)",
        "polylog(2, x)", "atan2(y, x)", "uppergamma(a, x) + lowergamma(a, x)", "beta(x, y)", "KroneckerDelta(n, m)",
        "airyai(x)", "erfinv(x)", "frac(x)", "fresnels(x)", "harmonic(n)", "bernoulli(n, x)", "sign(x)", "oo",
        "EulerGamma", "e", "0", "f(x)", "jacobi(n, a, b, x)", "Integral(Sum(x^n + 1, (n, 0, 3)), x)", "exp(exp(x))",
        "A__i_j + hbar + ell + omicron + Alpha", "x_max^2", "dW^2",
    )),
]  # fmt: skip

RELATIONS = [
    ("a > 0", "a > 0", "a > 0"),
    ("0 < s < 3", "0 < s < 3", "0 < s < 3"),
    ("0 < s <= 3", r"0 < s \le 3", "0 < s ≤ 3"),
    ("a = b", "a = b", "a = b"),
    ("x != y", r"x \neq y", "x ≠ y"),
    ("a > 0 and b >= 0", r"a > 0\text{ and }b \ge 0", "a > 0 and b ≥ 0"),
    ("a > 0 or b < 0", r"a > 0\text{ or }b < 0", "a > 0 or b < 0"),
]


def _read(text: str) -> sp.Expr:
    return parse(text, functions=FUNCTIONS)


@pytest.mark.parametrize(("text", "tex", "line"), TABLE)
def test_table(text: str, tex: str | None, line: str | None) -> None:
    expr = _read(text)
    if tex is not None:
        assert latex(expr) == tex
    if line is not None:
        assert plain(expr) == normalize("NFC", line)


@pytest.mark.parametrize(("text", "tex", "line"), RELATIONS)
def test_relations(text: str, tex: str, line: str) -> None:
    relation = parse_relation(text)
    assert latex(relation) == tex
    assert plain(relation) == line


def test_everything_becomes_mathml() -> None:
    converter = math_core.LatexToMathML()
    expressions: list[Any] = [_read(text) for text, *_ in TABLE] + [parse_relation(text) for text, *_ in RELATIONS]
    assert len(expressions) >= 100
    for expr in expressions:
        for display in (True, False):
            markup = converter.convert_with_local_state(latex(expr), displaystyle=display)
            assert markup.startswith("<math")
            assert "merror" not in markup


@pytest.mark.parametrize("text", [text for text, *_ in TABLE])
def test_ascii_is_ascii_and_reads_back(text: str) -> None:
    expr = _read(text)
    line = plain(expr, ascii=True)
    assert line.isascii()
    assert "\n" not in line
    assert "\n" not in plain(expr)
    if not expr.has(sp.Subs) and "Δ" not in text:
        assert _read(line) == expr


def test_unevaluated_products_are_in_a_persons_order() -> None:
    x, y = sp.symbols("x y")
    assert latex(sp.Mul(sp.exp(x), x, sp.pi, 2, evaluate=False)) == r"2 \pi x\, e^{x}"
    assert latex(sp.Mul(2, 3, x, evaluate=False)) == r"2 \cdot 3 x"
    assert latex(sp.Mul(x, -y, evaluate=False)) == r"x\, (-y)"
    assert latex(sp.Add(x, sp.Add(x, -1, evaluate=False), evaluate=False)) == "x + (x - 1)"
    a, b = sp.symbols("A B", commutative=False)
    assert latex(a * b * a) == "A B A"


def test_no_integral_is_evaluated_to_find_its_place_in_a_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluated(*_: object) -> None:
        raise AssertionError("SymPy evaluates an integral in order to print it")

    monkeypatch.setitem(evalf.evalf_table, sp.Integral, evaluated)
    monkeypatch.setitem(evalf.evalf_table, sp.Sum, evaluated)
    x, n = sp.symbols("x n", real=True)
    both = sp.Integral(sp.sin(sp.tan(x)), (x, 0, 1)) - sp.Sum(1 / n**2, (n, 1, sp.oo)) + sp.pi
    assert (
        latex(both).count(r"\int") == 1
        and plain(both).count("∫") == 1
        and plain(both, ascii=True).count("Integral") == 1
    )
    assert "Integral" in str(Claim(both, 0))


def test_roots_join_only_where_that_is_true() -> None:
    x, y = sp.symbols("x y")
    p, q = sp.symbols("p q", positive=True)
    assert latex(sp.sqrt(x) * sp.sqrt(y)) == r"\sqrt{x} \sqrt{y}"
    assert latex(sp.sqrt(p) * sp.sqrt(q)) == r"\sqrt{p q}"


def test_objects_print_themselves() -> None:
    class TwoForm:
        def _latex(self, printer: Any) -> str:
            return rf"{printer._print(sp.Symbol('r'))}\,dr \wedge d\theta"

    assert latex(TwoForm()) == r"r\,dr \wedge d\theta"
    assert latex([TwoForm()]).count("wedge") == 1
    math_core.LatexToMathML().convert_with_local_state(latex(TwoForm()), displaystyle=True)


def test_width() -> None:
    expr = _read("a+b+c+d+x+y+z+k")
    assert plain(expr, width=100) == plain(expr)
    short = plain(expr, width=15)
    assert len(short) == 15
    assert "…" in short
    assert plain(expr, width=15, ascii=True).isascii()


class _Backwards:
    """A reader of the LaTeX of elementary expressions, in which juxtaposition multiplies."""

    def __init__(self, tex: str) -> None:
        tex = tex.replace(r"\left", "").replace(r"\right", "").replace(r"\,", " ").replace(r"\cdot", " ")
        self.tokens = re.findall(r"\\[a-z]+|[0-9]+|\S", tex)

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, token: str = "") -> str:
        assert self.tokens and token in ("", self.tokens[0]), (token, self.tokens)
        return self.tokens.pop(0)

    def sum(self) -> sp.Expr:
        total: sp.Expr = sp.S.Zero
        while True:
            sign = -1 if self.peek() == "-" else 1
            if self.peek() in ("+", "-"):
                self.take()
            total += sign * self.product()
            if self.peek() not in ("+", "-"):
                return total

    def product(self) -> sp.Expr:
        value = self.power()
        while self.peek() not in ("", "+", "-", ")", "}", "|"):
            if self.peek() == "/":
                self.take()
                value = value / self.power()
            else:
                value = value * self.power()
        return value

    def power(self) -> sp.Expr:
        token = self.take()
        if token == "e" and self.peek() == "^":
            return sp.exp(self.exponent())
        if token[1:] in ("sin", "cos", "tan", "log", "sinh", "cosh", "tanh", "coth"):
            order = self.exponent() if self.peek() == "^" else sp.S.One
            self.take("(")
            value = getattr(sp, token[1:])(self.sum()) ** order
            self.take(")")
            return value
        base = self.base(token)
        return base ** self.exponent() if self.peek() == "^" else base

    def exponent(self) -> sp.Expr:
        self.take("^")
        return self.group()

    def group(self) -> sp.Expr:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def base(self, token: str) -> sp.Expr:
        if token.isdigit():
            return sp.Integer(token)
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\sqrt":
            index = sp.Integer(2)
            if self.peek() == "[":
                index = sp.Integer(self.tokens[1])
                del self.tokens[:3]
            return self.group() ** (1 / index)
        if token in ("(", "|"):
            value = self.sum()
            self.take({"(": ")", "|": "|"}[token])
            return sp.Abs(value) if token == "|" else value
        if token == "e":
            return sp.E
        if token == r"\pi":
            return sp.pi
        assert re.fullmatch(r"[a-z]|\\(alpha|sigma)", token), token
        return sp.Symbol(token.lstrip("\\"), positive=True)


_symbols = [sp.Symbol(name, positive=True) for name in ("a", "k", "x", "z", "alpha", "sigma")]
_leaves = st.sampled_from([*_symbols, sp.pi, sp.Integer(2), sp.Integer(-3), sp.Rational(2, 3), sp.Rational(-1, 7)])


def _grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    exponents = st.sampled_from(
        [-2, -1, 2, 3, sp.S.Half, sp.Rational(-3, 2), sp.Rational(1, 3), *_symbols, -_symbols[0]]
    )
    return st.one_of(
        st.builds(lambda u, v: u + v, inner, inner),
        st.builds(lambda u, v: u - v, inner, inner),
        st.builds(lambda u, v: u * v, inner, inner),
        st.builds(lambda u, v: u / v, inner, inner),
        st.builds(lambda u, v: sp.Mul(u, v, evaluate=False), inner, inner),
        st.builds(lambda u, e: u**e, inner, exponents),
        st.builds(lambda function, u: function(u), st.sampled_from([sp.sin, sp.cos, sp.exp, sp.log, sp.sqrt]), inner),
    )


def _same(first: sp.Expr, second: sp.Expr) -> bool:
    point = {symbol: sp.Rational(7 + 2 * place, 10) for place, symbol in enumerate(_symbols)}
    here, there = (complex(sp.N(value.subs(point), 30)) for value in (first, second))
    return abs(here - there) <= 1e-9 * (1 + abs(here))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.recursive(_leaves, _grown, max_leaves=8))
def test_what_is_printed_means_the_expression(expr: sp.Expr) -> None:
    """LaTeX and plain text, read back by readers that share no code with the printers, have the expression's value."""
    assume(not expr.has(sp.nan, sp.zoo, sp.oo, sp.I))
    try:
        size = abs(
            complex(sp.N(expr.subs({symbol: sp.Rational(7 + 2 * place, 10) for place, symbol in enumerate(_symbols)})))
        )
    except (TypeError, ValueError, OverflowError):
        return
    assume(1e-6 < size < 1e6)
    names = {symbol.name: symbol for symbol in _symbols}
    assert _same(_Backwards(latex(expr)).sum(), expr), latex(expr)
    if not expr.has(sp.Abs):  # bars are written but not read
        assert _same(parse(plain(expr), symbols=names), expr), plain(expr)
    math_core.LatexToMathML().convert_with_local_state(latex(expr), displaystyle=True)
