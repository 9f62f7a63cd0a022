"""The Clifford product of forms: v·v = ⟨v, v⟩ for 1-forms, associative, on the same components as the wedge product.

v·w = v∧w + ι_{v♯} w for a 1-form v and any form w (Chevalley), so (v∧r)·w = v·(r·w) − (ι_{v♯} r)·w by recursion on the
degree. With the volume form I of a metric with q minus signs: I·I = (−1)^{n(n−1)/2 + q}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.exterior import masks
from derive.exterior.errors import DifferentCharts
from derive.exterior.form import Form

if TYPE_CHECKING:
    from derive.exterior.metric import Metric


def product(g: Metric, left: Form, right: Form) -> Form:
    """left·right, a form of mixed degree; scalars act by multiplication. Raises DifferentCharts."""
    for form in (left, right):
        if form.chart != g.chart:
            raise DifferentCharts(f"a form on {form.chart} meets a metric on {g.chart}; carry it over by w.pull(F)")
    total = Form(g.chart, None, right.ring, {})
    for mask, value in left.parts.items():
        scalar = Form(g.chart, 0, left.ring, {0: value})
        total = total + scalar * _monomial(g, mask, right)
    return total


def _monomial(g: Metric, mask: int, right: Form) -> Form:
    """dx^mask · right."""
    right = Form(g.chart, None, right.ring, right.parts)
    if not mask:
        return right
    first = masks.members(mask)[0]
    rest = mask ^ 1 << first
    v = g.chart.form(1, {(first,): 1})
    along, after = g.sharp(v), _monomial(g, rest, right)
    out = v * after + after.hook(along)
    if rest:
        lower = g.chart.form(rest.bit_count(), {masks.members(rest): 1}).hook(along)
        out = out - product(g, lower, right)
    return out
