"""From forms to cochains: a form on a chart, integrated on the cells of a complex in the chart's coordinates.

Law: R(dω) = d(Rω): the exterior derivative of the form and the coboundary of the cochain agree (Stokes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.exterior.errors import WrongCount
from derive.exterior.form import Form

if TYPE_CHECKING:
    from numerics.cochains import Cochain, Complex, PointForm


def pointwise(form: Form, at: Mapping[Any, Any] | None = None) -> PointForm:
    """The form as numbers at points; `at` gives values to the symbols that are not coordinates."""
    from numerics.cochains import PointForm

    if form.degree is None:
        raise WrongCount("a form of mixed degree has no cochain; take a part: w.part(k).cochain(complex)")
    values = {side(name): side(value) for name, value in (at or {}).items()}
    components = {index: value.subs(values) for index, value in form.components.items()}
    left = set().union(*(value.free_symbols for value in components.values())) - set(form.chart)
    if left:
        raise WrongCount(f"no value was given for {', '.join(sorted(map(str, left)))}; name it in at={{...}}")
    unknown = set().union(*(value.atoms(sp.core.function.AppliedUndef) for value in components.values()))
    if unknown:
        raise WrongCount(f"the unknown function {next(iter(unknown))} has no numbers; put an expression in its place")
    return PointForm(form.degree, components, form.chart.symbols)


def cochain(form: Form, complex: Complex, at: Mapping[Any, Any] | None = None, **options: Any) -> Cochain:
    """∫_σ w for each cell σ of the form's degree; options of `numerics.cochains.de_rham` (tolerance, order).

    Raises WrongCount for values that are missing, CochainError for a complex of another dimension or a singular cell.
    """
    from numerics.cochains import de_rham

    return de_rham(pointwise(form, at), complex, **options)
