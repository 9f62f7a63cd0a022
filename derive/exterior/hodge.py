"""The Hodge star and what follows from it: codifferential, Laplacians, grad, curl, div.

Conventions: α∧⋆β = ⟨α, β⟩ vol, vol = √|g| dx¹∧…∧dxⁿ; ⋆⋆ = (−1)^{k(n−k)+q} with q minus signs in the metric;
δ = (−1)^{n(k+1)+1+q} ⋆d⋆, the adjoint of d; Δ = dδ + δd, so that Δf = −div grad f.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.exterior import masks
from derive.exterior.errors import WrongCount
from derive.exterior.form import Form
from derive.exterior.scalars import Ring, Scalar, vanishes
from derive.exterior.vectors import VectorField

if TYPE_CHECKING:
    from derive.exterior.metric import Metric


def raised(metric: Metric, form: Form) -> tuple[Ring, dict[int, Scalar]]:
    """β^I = Σ_J det(g^{IJ}) β_J over rising I, J of one degree."""
    ring, inverse, values = metric.with_values(form)
    terms: dict[int, list[tuple[Scalar, Scalar]]] = {}
    for mask, value in values.items():
        columns = masks.members(mask)
        for wanted in masks.basis(form.chart.dim, mask.bit_count()):
            rows = masks.members(wanted)
            block = [[inverse[i][j] for j in columns] for i in rows]
            if any(all(vanishes(entry) for entry in row) for row in block):
                continue
            minor = ring.det(block) if block else ring(1)
            if not vanishes(minor):
                terms.setdefault(wanted, []).append((minor, value))
    return ring, {mask: ring.dot(pairs) for mask, pairs in terms.items()}


def inner(metric: Metric, left: Form, right: Form) -> Scalar:
    """⟨α, β⟩ = α_I β^I over rising I; forms of different degrees are orthogonal."""
    ring, up = raised(metric, right)
    pairs = [(left.coefficient(mask), value) for mask, value in up.items() if mask in left.parts]
    if left.ring is not ring:
        return metric.chart.scalars([sum((a.expr() * b.expr() for a, b in pairs), 0)])[1][0]
    return ring.dot(pairs)


def star(metric: Metric, form: Form) -> Form:
    """⋆β = Σ_I β^I √|g| sign(I, I^c) dx^{I^c}."""
    whole = (1 << form.chart.dim) - 1
    ring, up = raised(metric, form)
    density = ring(metric.density)
    parts = {
        whole ^ mask: (value if masks.product_sign(mask, whole ^ mask) > 0 else -value) * density
        for mask, value in up.items()
    }
    return Form(form.chart, None if form.degree is None else form.chart.dim - form.degree, ring, parts)


def codifferential(metric: Metric, form: Form) -> Form:
    """δw = (−1)^{n(k+1)+1+q} ⋆d⋆w, zero on functions."""
    k, n = form.degree, form.chart.dim
    if k is None:
        raise WrongCount("the codifferential of a form of mixed degree; take its parts: w.part(k)")
    if k == 0:
        return form.chart.zero(0)
    result = star(metric, star(metric, form).d())
    return -result if (n * (k + 1) + 1 + (metric.sign < 0)) % 2 else result


def laplace_de_rham(metric: Metric, form: Form) -> Form:
    """Δw = dδw + δdw."""
    if form.degree == 0:
        return codifferential(metric, form.d())
    return codifferential(metric, form).d() + codifferential(metric, form.d())


def flat(metric: Metric, vector: VectorField) -> Form:
    """X♭ = g_ij Xʲ dxⁱ."""
    ring, values = metric.chart.scalars([*vector.values, *(e for row in metric.rows for e in row)])
    n = metric.chart.dim
    lowered = {1 << i: ring.dot([(values[n + n * i + j], values[j]) for j in range(n)]) for i in range(n)}
    return Form(metric.chart, 1, ring, lowered)


def sharp(metric: Metric, form: Form) -> VectorField:
    """w♯ = gⁱʲ w_j ∂_i."""
    if form.degree != 1:
        raise WrongCount(f"♯ makes a vector field of a 1-form; this one has degree {form.degree}")
    ring, up = raised(metric, form)
    return VectorField(metric.chart, [up.get(1 << i, ring(0)) for i in range(metric.chart.dim)])


def divergence(metric: Metric, vector: VectorField) -> Scalar:
    """div X = ∂_i Xⁱ + Xⁱ ∂_i|g| / (2|g|), which is d(ι_X vol) = div X vol, without the root."""
    ring, values = metric.chart.scalars([metric.determinant, *vector.values])
    g, terms = values[0], []
    for value, x in zip(values[1:], metric.chart, strict=True):
        terms += [(value.diff(x),), (value, g.diff(x), ring(1) / (g + g))]
    return ring.dot(terms)


def curl(metric: Metric, vector: VectorField) -> VectorField:
    """curl X = (⋆dX♭)♯ in three dimensions."""
    if metric.chart.dim != 3:
        raise WrongCount(f"curl is a vector field in three dimensions; here are {metric.chart.dim}: use d of X♭")
    return sharp(metric, star(metric, flat(metric, vector).d()))


def gradient(metric: Metric, function: Any) -> VectorField:
    """grad f = (df)♯."""
    return sharp(metric, metric.chart.d(function))
