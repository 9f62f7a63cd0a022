"""Reports made by hand, with every status and every kind of part: what terminal, notebook and page must show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Derivative, Eq, Function, Integral, Lambda, Limit, Matrix, cos, exp, oo, pi, sin, sqrt

from derive.article import Article, Curve, Meeting, Pitfall, Plot, Points
from derive.claim import AT_MOST, Claim, UpTo
from derive.derivation import Derivation
from derive.evidence import Counterexample, Evidence, Status
from derive.report import ArticleReport, Checked, DerivationReport, MeetingReport, PitfallReport, StepReport
from derive.rule import Assumed, Consequence, Context, Rule, Show, plain


@dataclass(frozen=True)
class Stated(Rule):
    """A rule that yields whatever the step says."""

    words: str

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return iter(())

    def describe(self, show: Show = plain) -> str:
        return self.words


k, a, s = sp.symbols("k a s", positive=True)
x, y, t = sp.symbols("x y t", real=True)
I = Function("I")

RULE = Evidence(Status.EXACT, "the rule yields this line")
AGREED = Evidence(Status.AGREED, "quadosc and a contour of balls", "28 digits at 5 random points")
ENCLOSED = Evidence(Status.ENCLOSED, "ball arithmetic", "difference below 2.1e-41 at 7 points")
CAS = Evidence(Status.CAS, "simplify(lhs - rhs) = 0", beside=(AGREED,))
UNKNOWN = Evidence(
    Status.UNKNOWN,
    "no rung decided it",
    "time ran out after 30 s",
    beside=(
        Evidence(Status.UNKNOWN, "normal form", "not in the field: Si(x)"),
        Evidence(Status.UNKNOWN, "balls", "time ran out"),
    ),
)
REFUTED = Evidence(
    Status.REFUTED,
    "ball arithmetic",
    "the balls are disjoint",
    Counterexample(
        (("k", "7/3"), ("a", "2.27")), "0.0034652113405182220140837 ± 1.2e-28", "0.1417905522311704509124188 ± 3.4e-28"
    ),
)

gauss = Derivation(Integral(exp(-(x**2)), (x, -oo, oo)), name="gauss", title="The Gaussian").to(sqrt(pi), "table").qed()
nameless = Derivation(sin(2 * x)).to(2 * sin(x) * cos(x), "table").qed()
lorentz_integral = Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo))
lorentz = (
    Derivation(
        lorentz_integral, name="lorentz", title="Cosine over a Lorentzian", where={I: Lambda(k, lorentz_integral)}
    )
    .to(
        2 * Integral(cos(k * x) / (a**2 + x**2), (x, 0, oo)),
        Stated("the integrand is even"),
    )
    .to(
        Integral(exp(-s * a**2) * exp(-s * x**2) * cos(k * x), (x, -oo, oo), (s, 0, oo)),
        Stated("Schwinger's parameter: $1/A$ as an integral of exp(-sA); Fubini for a positive majorant"),
        Claim(1 / (a**2 + x**2), Integral(exp(-s * (a**2 + x**2)), (s, 0, oo))),
        gauss,
        nameless,
        remark="The inner integral is a Gaussian, known in closed form.",
    )
    .to(pi * exp(-a * k) / a, Stated("the Gaussian integral, then the substitution s = u**2"))
    .qed()
)
lorentz_report = DerivationReport(
    lorentz,
    (
        StepReport(lorentz.steps[0], lorentz.claim(lorentz.steps[0]), RULE, (), Evidence(Status.EXACT, "symmetry")),
        StepReport(
            lorentz.steps[1],
            lorentz.claim(lorentz.steps[1]),
            RULE,
            (
                Checked(
                    lorentz.steps[1].conclusions[0],
                    "lemma: the parameter",
                    Evidence(Status.EXACT, "differentiated back"),
                ),
                Checked(
                    Claim(Integral(exp(-s * (a**2 + x**2)), (x, -oo, oo), (s, 0, oo)), oo, (a > 0, k > 0)),
                    "the double integral converges absolutely",
                    ENCLOSED,
                ),
            ),
            AGREED,
            (("gauss", Status.EXACT), ("", Status.AGREED)),
        ),
        StepReport(lorentz.steps[2], lorentz.claim(lorentz.steps[2]), RULE, (), AGREED),
    ),
)

long_sum = sum(((-1) ** n * (a + n * k) ** 2 * sin((n + 1) * x) / (n + 1) ** 2 for n in range(7)), sp.Integer(0))
chain = (
    Derivation(
        Derivative(I(k), k),
        [a > 0, Eq(y, 2 * a)],
        name="chain",
        title="One step for every status",
        where={I: Lambda(k, lorentz_integral)},
    )
    .to(
        Integral(Derivative(cos(k * x) / (a**2 + x**2), k), (x, -oo, oo)),
        Stated("differentiate under the integral sign"),
        lorentz,
    )
    .to(long_sum, "cited from a table of series, which is long enough to be broken at the operators of the sum")
    .to(sqrt(long_sum**2), Stated("SymPy's simplify"))
    .to(Matrix([[a, k], [0, 1 / (1 + a**2)]])[0, 0] + Limit(sin(x) / x, x, 0), Stated("the limit of $\\sin x / x$"))
    .to(pi * exp(-a * k), Assumed("bounded by its value at zero"), relation=AT_MOST)
    .to(pi * exp(-2 * a * k), Stated("a wrong step"), relation=AT_MOST)
    .qed()
)
_checks = (
    (RULE, UNKNOWN),
    (Evidence(Status.CITED, "table of series"), Evidence(Status.UNKNOWN, "nothing decided it")),
    (RULE, CAS),
    (RULE, ENCLOSED),
    (RULE, Evidence(Status.ASSUMED, "taken as given")),
    (RULE, REFUTED),
)
chain_report = DerivationReport(
    chain,
    tuple(
        StepReport(
            step,
            chain.claim(step),
            reason,
            (Checked(Claim(a, a + k), "the sides agree", REFUTED),) if check is REFUTED else (),
            check,
            tuple((lemma.name, lorentz_report.status) for lemma in step.lemmas),
        )
        for step, (reason, check) in zip(chain.steps, _checks, strict=True)
    ),
)
open_chain = Derivation(sin(x), name="taylor", title="An unfinished expansion").to(
    x - x**3 / 6, "Taylor", relation=UpTo(x**5, x)
)
open_report = DerivationReport(
    open_chain,
    (
        StepReport(
            open_chain.steps[0], open_chain.claim(open_chain.steps[0]), RULE, (), Evidence(Status.EXACT, "series")
        ),
    ),
)

residue = (
    Derivation(lorentz_integral, name="residue", title="The same by residues")
    .to(pi * exp(-a * k) / a, "the residue at $ia$, Jordan's lemma")
    .qed()
)
residue_report = DerivationReport(
    residue, (StepReport(residue.steps[0], residue.claim(residue.steps[0]), RULE, (), AGREED),)
)

pitfall = Pitfall(
    Claim(lorentz_integral, pi * exp(a * k) / a, [k > 0]),
    "The contour must be closed where $e^{ikz}$ decays: **above** for k > 0.",
    "wrong-half-plane",
    "Closing the contour below",
)
pitfall_report = PitfallReport(pitfall, REFUTED)
tame = PitfallReport(
    Pitfall(Claim(a, a), "This is no pitfall.", "tame", "A pitfall that is none"), Evidence(Status.EXACT, "identical")
)

meeting = Meeting(lorentz, residue, name="two-routes", title="Two routes to one value")
meeting_report = MeetingReport(
    meeting,
    (lorentz_report, residue_report),
    tuple(Checked(claim, "the ends are equal", Evidence(Status.EXACT, "identical")) for claim in meeting.claims),
)
plot = Plot(
    (
        Curve(pi * exp(-a * k) / a, k, 0.05, 3, ((a, 1),), "closed form"),
        Points(pi * exp(-a * k) / a, k, (sp.Rational(1, 2), 1, 2), ((a, 1),), "oracle"),
    ),
    title="The transform at $a = 1$",
    xlabel="$k$",
    ylabel="$I(k)$",
    name="figure",
)

PROSE = r"""
## Why a *parameter* helps

An integral such as $\int_{-\infty}^{\infty} \frac{\cos kx}{a^2+x^2}\,dx$ has **no** elementary antiderivative; with a
parameter it becomes a matter of `d/dk`. Escapes: 3 < 5 & "quotes", \$5, <script>alert(1)</script>, 2 * 3 * 4.

$$ \frac{d}{dk} \int_0^\infty f(x, k)\,dx = \int_0^\infty \frac{\partial f}{\partial k}\,dx $$

- first, name the parameter;
- then differentiate,
  and integrate back.

1. one
2. two

What the converter refuses is shown as it stands: $\undefinedcommand{x}$.
"""

article = Article(
    "specimen",
    "Every status once",
    PROSE,
    lorentz,
    chain,
    open_chain,
    pitfall,
    tame.pitfall,
    meeting,
    plot,
    source="Made by hand; no source.",
)
article_report = ArticleReport(
    article, (PROSE, chain_report, open_report, pitfall_report, tame, meeting_report, plot), (lorentz_report,)
)
good_report = ArticleReport(Article("good", "A good article", residue, meeting), (residue_report, meeting_report))
claim_report = Checked(Claim(sin(x) ** 2 + cos(x) ** 2, 1), "pythagoras", Evidence(Status.EXACT, "normal form"))
