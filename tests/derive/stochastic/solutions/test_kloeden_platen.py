"""Scalar equations with known solutions, of the kind of Kloeden and Platen's section 4.4, and some without."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, Unsolvable
from derive.text import parse
from tests.derive.stochastic.comparison import same

LINE = (-sp.oo, sp.oo)
HALF, UNIT, ABOVE = (0, sp.oo), (-1, 1), (1, sp.oo)
ARC, TURN = (-sp.pi / 2, sp.pi / 2), (0, sp.pi)
W = sp.Function("W", real=True)

# name: (drift, noise, domain, solution with w for W(t); None: checked by its evidence alone)
SOLVED = {
    "drifted motion": ("m", "b", LINE, "x0 + m*t + b*w"),
    "logarithmic martingale": ("0", "a*x", HALF, "x0*exp(a*w - a**2*t/2)"),
    "geometric": ("m*x", "b*x", HALF, "x0*exp((m - b**2/2)*t + b*w)"),
    "exponential of W": ("a**2*x/2", "a*x", HALF, "x0*exp(a*w)"),
    "power a^W": ("log(a)**2*x/2", "log(a)*x", HALF, "x0*a**w"),
    "power of W": ("3*x**(1/3)", "3*x**(2/3)", HALF, "(w + x0**(1/3))**3"),
    "square of W": ("1", "2*sqrt(x)", HALF, "(w + sqrt(x0))**2"),
    "sine": ("-a**2*x/2", "a*sqrt(1 - x**2)", UNIT, "sin(a*w + asin(x0))"),
    "cosine": ("-a**2*x/2", "-a*sqrt(1 - x**2)", UNIT, "cos(a*w + acos(x0))"),
    "tangent": ("a**2*x*(1 + x**2)", "a*(1 + x**2)", LINE, "tan(a*w + atan(x0))"),
    "cotangent": ("a**2*x*(1 + x**2)", "-a*(1 + x**2)", LINE, "-tan(a*w - atan(x0))"),
    "hyperbolic tangent": ("-a**2*x*(1 - x**2)", "a*(1 - x**2)", UNIT, "tanh(a*w + atanh(x0))"),
    "hyperbolic cotangent": ("a**2*x*(x**2 - 1)", "-a*(x**2 - 1)", ABOVE, None),
    "hyperbolic sine": ("a**2*x/2", "a*sqrt(x**2 + 1)", LINE, "sinh(a*w + asinh(x0))"),
    "hyperbolic cosine": ("a**2*x/2", "a*sqrt(x**2 - 1)", ABOVE, None),
    "arctangent": ("-a**2*sin(x)*cos(x)**3", "a*cos(x)**2", ARC, "atan(a*w + tan(x0))"),
    "arccotangent": ("a**2*cos(x)*sin(x)**3", "-a*sin(x)**2", TURN, None),
    "arcsine": ("a**2*tan(x)/(2*cos(x)**2)", "a/cos(x)", ARC, "asin(a*w + sin(x0))"),
    "arccosine": ("-a**2*cos(x)/(2*sin(x)**3)", "-a/sin(x)", TURN, "acos(a*w + cos(x0))"),
    "inverse hyperbolic sine": ("-a**2*tanh(x)/(2*cosh(x)**2)", "a/cosh(x)", LINE, "asinh(a*w + sinh(x0))"),
    "inverse hyperbolic cosine": ("-a**2*cosh(x)/(2*sinh(x)**3)", "a/sinh(x)", HALF, "acosh(a*w + cosh(x0))"),
    "logarithm": ("-a**2*exp(-2*x)/2", "a*exp(-x)", LINE, "log(a*w + exp(x0))"),
    "sinh with a drift": ("sqrt(1 + x**2) + x/2", "sqrt(1 + x**2)", LINE, "sinh(t + w + asinh(x0))"),
    "tan with a drift": ("(1 + x)*(1 + x**2)", "1 + x**2", LINE, "tan(t + w + atan(x0))"),
    "linear in time": ("2*x/(1 + t) + b*(1 + t)**2", "b*(1 + t)**2", LINE, "(1 + t)**2*(x0 + b*w + b*t)"),
    "damped noise": ("-x", "exp(-t)", LINE, "exp(-t)*(x0 + w)"),
    "Ornstein-Uhlenbeck": ("k*(m - x)", "b", LINE, None),
    "bridge": ("-x/(1 - t)", "1", LINE, None),
    "inhomogeneous linear": ("k*(m - x)", "b*x", HALF, None),
    "Verhulst": ("r*x - x**2", "b*x", HALF, None),
    "Bernoulli": ("r*x - x**3", "b*x", HALF, None),
    "Gompertz": ("r*x - k*x*log(x)", "b*x", HALF, None),
    "square root, solvable": ("b**2/4 - k*x", "b*sqrt(x)", HALF, None),
}
OPEN = {
    "square root": ("k*(m - x)", "b*sqrt(x)", HALF),
    "constant elasticity": ("m*x", "b*x**(2/3)", HALF),
    "double well": ("x - x**3", "b", LINE),
    "Wright-Fisher": ("0", "sqrt(x*(1 - x))", (0, 1)),
    "pendulum": ("-k*sin(x)", "b", LINE),
}


def process(drift: str, noise: str, domain: tuple, **kind: bool) -> SDE:
    x, t = sp.Symbol("x", **(kind or {"real": True})), sp.Symbol("t", positive=True)
    names = {"x": x, "t": t}
    return SDE(
        x,
        parse(drift, symbols=names, default="positive"),
        parse(noise, symbols=names, default="positive"),
        t,
        domain=domain,
    )


@pytest.mark.parametrize("name", SOLVED)
def test_solved_and_verified(name):
    drift, noise, domain, want = SOLVED[name]
    sde = process(drift, noise, domain, **({"positive": True} if domain == HALF else {}))
    solution = sde.solve()
    assert solution.evidence.status in {Status.EXACT, Status.AGREED, Status.ENCLOSED}, solution.evidence
    if want is None:
        return
    w = sp.Symbol("w", real=True)
    expected = parse(want, symbols={"w": w, "t": sde.t, "x0": solution.x0[0]}, default="positive")
    ranges = {"x0": (0.2, 0.6), "w": (0.02, 0.1)}
    if name == "inverse hyperbolic cosine":
        ranges = {"x0": (1.2, 1.6), "w": (0.02, 0.1)}
    assert same(solution.value.subs(W(sde.t), w), expected, (), ranges)


@pytest.mark.parametrize("name", OPEN)
def test_without_a_solution_the_lamperti_form_is_told(name):
    with pytest.raises(Unsolvable) as refusal:
        process(*OPEN[name]).solve()
    form = refusal.value.found
    sde = process(*OPEN[name])
    assert "In z = " in str(refusal.value)
    assert same(sp.diff(form.z, sde.x) * sde.b, sp.S.One, (), {"x": (0.2, 0.6)})
