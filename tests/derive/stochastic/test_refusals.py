"""Data that fit no process are refused with what was looked for and the remedy; what is close to them is taken."""

import sympy as sp
from pytest import mark, raises

from derive.errors import DeriveError
from derive.evidence import Status
from derive.stochastic import SDE, FokkerPlanck, RandomWalk
from derive.stochastic.errors import StochasticError

x, y, t, h, a, b = sp.symbols("x y t h a b")
p = sp.Function("p")(x, t)
half = sp.Rational(1, 2)


def equation(rhs):
    return FokkerPlanck.from_equation(sp.Eq(sp.Derivative(p, t), rhs), p, t)


REFUSED = {
    "a drift as text": (lambda: SDE(x, "-x", 1, t), DeriveError, "'-x' is text"),
    "a noise as text": (lambda: SDE(x, -x, "s", t), DeriveError, "'s' is text"),
    "one interval for two states": (
        lambda: SDE((x, y), (0, 0), sp.eye(2), t, domain=(0, 1)), StochasticError, "2 states need 2 intervals"),
    "half an interval": (lambda: SDE(x, 0, 1, t, domain=(0,)), StochasticError, "1 state needs 1 interval"),
    "an amplitude that is nowhere real": (
        lambda: SDE(x, -x, sp.sqrt(-1 - x**2), t), StochasticError, "is not real"),
    "the same for a real state": (
        lambda: SDE(sp.Symbol("q", real=True), 0, sp.sqrt(-1 - sp.Symbol("q", real=True) ** 2), t),
        StochasticError, "is not real"),
    "an amplitude that is not real on the domain": (
        lambda: SDE(x, 0, sp.sqrt(1 - x**2), t, domain=(1, sp.oo)), StochasticError, "all over the domain"),
    "assumptions that exclude one another": (
        lambda: SDE(x, 0, a, t, given=[a > 0, a < 0]), StochasticError, "contradict one another"),
    "a density of a complex process": (lambda: SDE(x, sp.I * x, 1, t).transition(), StochasticError, "two states"),
    "a stationary law of a complex process": (
        lambda: SDE(x, sp.I * x, 1, t).stationary(), StochasticError, "two states"),
    "anti-diffusion": (lambda: equation(-sp.Derivative(p, x, 2)), StochasticError, "ill-posed"),
    "anti-diffusion in one direction": (
        lambda: FokkerPlanck((x, y), t, (0, 0), sp.diag(1, -1), 0, p, ((-sp.oo, sp.oo),) * 2).sde(),
        StochasticError, "ill-posed"),
    "an unknown without the time": (
        lambda: FokkerPlanck.from_equation(sp.Derivative(sp.Function("p")(x), x, 2), sp.Function("p")(x), t),
        StochasticError, "the time t"),
    "a density that vanishes": (lambda: SDE(x, -x, 1, t).reverse(0), StochasticError, "p vanishes"),
    "a flow of nothing": (lambda: SDE(x, -x, 1, t).probability_flow(0), StochasticError, "p vanishes"),
    "a weight that is negative": (
        lambda: SDE(sp.Symbol("r", positive=True), 0, 1, t, domain=(0, sp.oo)).doob(-sp.Symbol("r", positive=True)),
        StochasticError, "nowhere positive"),
    "a shift of noises that are one": (
        lambda: SDE(x, 0, [[1, 1]], t, correlation=[[1, 1], [1, 1]]).girsanov((a, b)), StochasticError, "singular"),
}  # fmt: skip


@mark.parametrize("name", REFUSED)
def test_refused(name):
    ask, error, words = REFUSED[name]
    with raises(error, match=words):
        ask()


r = sp.Symbol("r", positive=True)
TOLD = {
    "a density on the wrong side": lambda: SDE(r, 0, 1, t, domain=(0, sp.oo)).transition(-(a**2)),
    "no harmonic function": lambda: SDE(x, -x, sp.sqrt(a), t).doob(sp.sqrt(1 + x**2)),
    "moments that need the density": lambda: SDE(x, sp.sqrt(1 + x**2), 2 * a**2, t).moments(2),
    "an empty domain": lambda: SDE(r, 0, 1, t, domain=(3, sp.sqrt(2))),
    "a weight that does not fall off": lambda: SDE(x, 2 * a**2 * x, a, t, given=[a > 0]).stationary(),
    "assumptions": lambda: SDE(x, 0, a, t, given=[a > 2, a**2 < 1]),
    "a map that folds": lambda: SDE(x, 0, 1, t).transform(y, 2 * a * x**2),
    "an equation of third order": lambda: equation(sp.Derivative(p, x, 3)),
}


@mark.parametrize("name", TOLD)
def test_a_message_is_written_as_mathematics(name):
    """Formulas in messages are plain text, a² and √x, and no code: neither ** nor sqrt( nor * between letters."""
    with raises(DeriveError) as caught:
        TOLD[name]()
    message = str(caught.value)
    assert not any(code in message for code in ("**", "sqrt(", "2*", "oo", "Derivative("))


def test_what_is_close_to_it_is_taken():
    assert SDE(x, 0, sp.sqrt(1 - x**2), t, domain=(-1, 1)).b == sp.sqrt(1 - x**2)
    assert SDE(x, 0, a, t, given=[a > 0, a < 1]).given == (a > 0, a < 1)
    wave = (sp.exp(sp.I * x) + sp.exp(-sp.I * x)) / 2
    assert SDE(x, -wave * 0 - x, 1, t).transition().evidence.status is Status.EXACT
    SDE(x, wave, 1, t).need_real()
    assert equation(sp.Derivative(p, x, 2)).sde().covariance[0, 0] == 2


def test_rates_of_bonds_are_differentiated_at_the_site():
    rate = sp.Function("r")(x)
    for site, share in (("start", 0), ("middle", half), ("end", 1)):
        limit = RandomWalk([(h, rate), (-h, rate)], h, h**2, site=site).limit()
        assert sp.expand(limit.drift[0] - 2 * share * sp.diff(rate, x)) == 0


@mark.parametrize("closure", ["gaussian", "cumulant"])
def test_a_closure_is_an_assumption(closure):
    wells = SDE(x, x - x**3, 1, t)
    assert wells.moments(2, closure=closure).evidence.status is Status.ASSUMED
    assert wells.moments(2).evidence.status is Status.EXACT
    assert SDE(x, -x, 1, t).moments(2, closure=closure).evidence.status is Status.EXACT


def test_decimals_are_the_rationals_that_they_write():
    walk = RandomWalk([(2 * h, 0.25), (-h, 0.5)], h, 0.5 * h**2)
    assert walk.limit().covariance[0, 0] == 3 and walk.limit().drift == (0,)
    assert equation(0.3 * sp.Derivative(p, x, 2) - 0.1 * p).weighted()[1] == sp.Rational(1, 10)
    process = SDE(x, -0.5 * x, 0.3, t)
    found = [
        process.ito(0.1 * x**2)[0],
        process.generator(0.7 * x),
        process.to(0.25).drift[0],
        process.covariation(x, 0.3 * x),
        process.reverse(sp.exp(-0.2 * x**2)).drift[0],
        process.girsanov(0.4).drift[0],
        process.doob(sp.Float(0.5)).drift[0],
        process.path_integral(0.5).lagrangian,
        process.transform(y, 0.5 * x).drift[0],
    ]
    assert not any(sp.sympify(e).has(sp.Float) for e in found)


def test_the_start_has_a_name_of_its_own():
    """A parameter that is called x0 is not the start."""
    x0 = sp.Symbol("x0")
    process = SDE(x, -x0 * x, 1, t)
    (start,) = process.origin
    assert start.name == "x_start" and SDE(x, -x, 1, t).origin == (x0,)
    for value in (process.solve().value, process.moments(1).mean[0], process.transition().value):
        assert {start, x0} <= value.free_symbols
    assert sp.simplify(process.moments(1).mean[0] - start * sp.exp(-x0 * t)) == 0
    assert SDE(x, 1, 1, t, given=[x0 < 3]).first_passage(3).value.has(x0)


def test_conditioning_leads_to_where_h_is_positive():
    """Brownian motion kept above a is a Bessel process of three dimensions on (a, ∞); a stated domain stays."""
    w = SDE(x, 0, 1, t)
    assert w.doob(x - a).domain == ((a, sp.oo),) and w.doob(2 - x).domain == ((-sp.oo, 2),)
    assert w.doob(x).drift == (1 / x,) and w.doob(b * x).domain == ((-sp.oo, sp.oo),)
    assert SDE(x, 0, 1, t, domain=(0, 3)).doob(x).domain == ((0, 3),)
    assert w.doob(x).boundary(0).kind == "entrance"


@mark.parametrize(
    "ask",
    [
        lambda q: SDE(q, -q * (1 - q**2), 1 - q**2, t).exit_probability(-2, 2),
        lambda q: SDE(q, 0, q, t).mean_exit_time(-1, 1),
        lambda q: SDE(q, 1 / q, 1, t).exit_probability(-1, 1),
    ],
)
def test_exits_across_a_singular_point_are_refused(ask):
    with raises(StochasticError, match="on one side of"):
        ask(sp.Symbol("q", real=True))


def test_exits_on_another_part_of_the_line():
    """dX = X dW on (−2, −1): ½ x² u″ = −1; the mirror image of (1, 2)."""
    q = sp.Symbol("q", real=True)
    below = SDE(q, 0, q, t).mean_exit_time(-2, -1).value
    above = SDE(q, 0, q, t).mean_exit_time(1, 2).value
    for place in (sp.Rational(5, 4), sp.Rational(9, 5)):
        assert abs(sp.N(below.subs(q, -place) - above.subs(q, place))) < 1e-12
    outside = SDE(q, -q * (1 - q**2), 1 - q**2, t).exit_probability(2, 3).value
    assert abs(sp.N(outside.subs(q, 2))) < 1e-12 and 0 < sp.N(outside.subs(q, sp.Rational(5, 2))) < 1


def test_data_with_a_kink_are_told_to_hold_on_their_part_of_the_line():
    q = sp.Symbol("q", real=True)
    process = SDE(q, q / 2, q, t)
    assert process.feynman_kac(sp.Abs(q)).given == (q > 0,) and process.feynman_kac(q**3).given == ()
    assert SDE(q, q / 2, q, t, domain=(0, sp.oo)).feynman_kac(sp.Abs(q)).given == ()
