"""Torch operations with a derivative in closed form, so that gradients of every order exist and stay accurate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad


def smooth(value: Callable[..., Tensor], derivative: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The operation f(x) or f(order, x) with values `value` and ∂f/∂x = `derivative`, both of the same arguments.

    `value` sees float64; `derivative` is made of differentiable operations, hence derivatives of all orders, in
    reverse and forward mode and under vmap.
    Dynamo traces no Function that defines `jvp`: while compiling, the variant without it is used.
    """

    def partial(order: int | None, x: Tensor) -> Tensor:
        return derivative(x) if order is None else derivative(order, x)

    class Traced(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(order: int | None, x: Tensor) -> Tensor:
            wide = x.double()
            return (value(wide) if order is None else value(order, wide)).to(x.dtype)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
            ctx.order = inputs[0]
            ctx.save_for_backward(inputs[1])

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> tuple[Any, ...]:
            (x,) = ctx.saved_tensors
            return None, grads[0] * partial(ctx.order, x)

    class Smooth(Traced):
        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
            ctx.order = inputs[0]
            ctx.save_for_backward(inputs[1])
            ctx.save_for_forward(inputs[1])

        @staticmethod
        def jvp(ctx: Any, *tangents: Any) -> Tensor:
            with forward_ad._set_fwd_grad_enabled(
                True
            ):  # torch switches outer forward levels off here: nested jvp would lose terms
                x = forward_ad.unpack_dual(ctx.saved_tensors[0]).primal
                return forward_ad.unpack_dual(tangents[1]).primal * partial(ctx.order, x)

    def operation(*args: Any) -> Tensor:
        order, x = args if len(args) == 2 else (None, args[0])
        return (Traced if torch.compiler.is_compiling() else Smooth).apply(order, x)

    return operation


def like(value: Any, other: Tensor) -> Tensor:
    """A Python number as a tensor without dimensions beside `other`."""
    return value if isinstance(value, Tensor) else torch.full((), value, dtype=other.dtype, device=other.device)


def polynomial(coefficients: tuple[float, ...], x: Tensor) -> Tensor:
    """Σ cᵢ xⁱ by Horner."""
    result = coefficients[-1] * x + coefficients[-2]
    for c in reversed(coefficients[:-2]):
        result = result * x + c
    return result


def taylor(table: Tensor, index: Tensor, t: Tensor) -> Tensor:
    """Σ table[k, index] tᵏ by Horner."""
    rows = table.to(t.device)[:, index]
    result = rows[-1]
    for k in range(len(table) - 2, -1, -1):
        result = torch.addcmul(rows[k], result, t)
    return result
