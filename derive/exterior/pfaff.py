"""Pfaffian systems: Frobenius integrability, the class of a 1-form, the rank of a 2-form.

Frobenius: α¹ = … = α^k = 0 has integral manifolds of dimension n − k if and only if dαⁱ∧α¹∧…∧α^k = 0 for every i.
Darboux: a 1-form of class 2r + 1 is dz + Σ pᵢdqⁱ, one of class 2r is Σ pᵢdqⁱ, in suitable coordinates (generic points).
"""

from __future__ import annotations

from derive.exterior.errors import WrongCount
from derive.exterior.form import Form, wedge


def _of_degree(form: Form, degree: int) -> None:
    if form.degree != degree:
        raise WrongCount(f"a form of degree {degree} is wanted; {form} has degree {form.degree}")


def obstructions(*forms: Form) -> tuple[Form, ...]:
    """dαⁱ∧α¹∧…∧α^k, which all vanish if and only if the system is integrable."""
    for form in forms:
        _of_degree(form, 1)
    whole = wedge(*forms)
    return tuple(form.d() * whole for form in forms)


def is_integrable(*forms: Form) -> bool:
    """Whether the system α¹ = … = α^k = 0 is integrable (Frobenius); exact, or raises Undecided."""
    return all(obstruction.is_zero() for obstruction in obstructions(*forms))


def rank(form: Form) -> int:
    """2r with w^r ≠ 0 = w^{r+1}, at generic points, of a 2-form."""
    _of_degree(form, 2)
    power, r = form, 0
    while not power.is_zero():
        r += 1
        power = power * form
    return 2 * r


def pfaff_class(form: Form) -> int:
    """The class of a 1-form: the least number of functions in which it can be written, at generic points.

    2r + 1 if α∧(dα)^r ≠ 0 = (dα)^{r+1}; 2r if (dα)^r ≠ 0 = α∧(dα)^r.
    """
    _of_degree(form, 1)
    if form.is_zero():
        return 0
    slope = form.d()
    half = rank(slope) // 2
    return 2 * half if (form * slope**half).is_zero() else 2 * half + 1


def is_decomposable(form: Form) -> bool:
    """Whether a 2-form is a product of two 1-forms at each point: w∧w = 0."""
    _of_degree(form, 2)
    return (form * form).is_zero()
