"""Errors of stochastic calculus: each names what was looked for and the remedy."""

from __future__ import annotations

from derive.errors import DeriveError, NoClosedForm


class StochasticError(DeriveError):
    """Data that make no stochastic process, or an operation that this process does not admit."""


class Unsolvable(NoClosedForm, StochasticError):
    """No closed form was found; `found` carries how far the method came (the Lamperti form, an open hierarchy …)."""
