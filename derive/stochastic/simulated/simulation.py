"""Paths of an SDE: by the schemes of `numerics.simulate`, or exactly, one step for any length of time, where the law of
the step is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.stochastic.errors import StochasticError
from derive.stochastic.simulated.exact_steps import exact_law, with_values

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE
    from numerics.simulate import Paths


def simulate(
    sde: SDE,
    x0: Any,
    until: Any,
    steps: int = 1,
    paths: int = 1000,
    method: str = "euler",
    at: Mapping[Any, Any] | None = None,
    **options: Any,
) -> Paths:
    """Paths from x0 over (0, until) or until = (t0, t1), in equal steps.

    method: a scheme of `numerics.simulate` ("euler", "milstein", "heun", "srk", "taylor2"), or "exact": every step is
    drawn from the law of the process, so that steps = 1 suffices for the end. at: values of the parameters. The
    convention α and the domain are those of the SDE. Further options are those of `numerics.simulate`: generator,
    dtype, device, boundary, store, noise_dtype, terms, compile, progress.
    """
    numeric = with_values(sde, at)
    start = _numbers(x0, at)
    if method != "exact":
        from numerics.simulate import simulate as by_scheme

        return by_scheme(
            numeric.ito_drift,
            sp.Matrix(numeric.diffusion),
            numeric.states,
            start,
            until,
            steps,
            paths,
            method,
            time=numeric.t,
            correlation=sp.Matrix(numeric.correlation),
            domain=_ends(numeric),
            **options,
        )
    from numerics.kernel.torch_ops import dtype_of
    from numerics.simulate import run
    from numerics.simulate.run import span

    allowed = {"generator", "dtype", "device", "store", "progress"}
    if unknown := sorted(set(options) - allowed):
        raise StochasticError(
            f"{', '.join(unknown)}: no option of exact steps, which take {', '.join(sorted(allowed))}"
        )
    if steps < 1:
        raise StochasticError(f"steps must be 1 or more; got {steps}")
    first, last = span(until)
    law = exact_law(numeric, (last - first) / steps)
    options["dtype"] = dtype_of(options.get("dtype") or "float64")
    return run(law.step, numeric.states, start, (first, last), steps, paths, **options)


def _numbers(x0: Any, at: Mapping[Any, Any] | None) -> Any:
    """The start with values for its parameters; tensors as they are."""
    if hasattr(x0, "detach"):
        return x0
    if isinstance(x0, list | tuple | sp.Tuple | sp.MatrixBase):
        return [_number(e, at) for e in x0]
    return _number(x0, at)


def _number(value: Any, at: Mapping[Any, Any] | None) -> float:
    found = sp.sympify(value, strict=True).subs(dict(at or {}))
    if found.free_symbols:
        missing = sorted(map(str, found.free_symbols))
        raise StochasticError(f"no value for {', '.join(missing)} in the start: give it in at=")
    return float(found)


def _ends(sde: SDE) -> Any:
    if all(pair == (-sp.oo, sp.oo) for pair in sde.domain):
        return None
    return [(float(low), float(high)) for low, high in sde.domain]
