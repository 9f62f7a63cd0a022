"""Expressions as programs of tensor operations that write into tensors kept from call to call.

Where a kernel makes a tensor for every operation, a program has registers and fuses what torch fuses: c₀ + c·u and
t + c·u are one `add`, t + c·u·v one `addcmul`, t + c·u/v one `addcdiv`. What has no such operation is a kernel of its
own. On the CPU functions go to NumPy where it has them in vector instructions (`vectorised`). Made for steps that are
repeated many times over blocks which stay in the cache; nothing is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp
import torch
from torch import Tensor

from numerics.kernel.branches import branches
from numerics.kernel.constants import constant
from numerics.kernel.errors import KernelError
from numerics.kernel.forms import Expm1, Log1p
from numerics.kernel.kernel import closed, kernel
from numerics.kernel.lower import evaluate
from numerics.kernel.signature import stand_ins
from numerics.kernel.torch_ops import LITERAL_BITS, dtype_of
from numerics.kernel.vectorised import vectorised

REMEMBERED = 256
_UNARY: dict[type, Callable[..., Tensor]] = {
    sp.sin: torch.sin,
    sp.cos: torch.cos,
    sp.tan: torch.tan,
    sp.asin: torch.asin,
    sp.acos: torch.acos,
    sp.atan: torch.atan,
    sp.sinh: torch.sinh,
    sp.cosh: torch.cosh,
    sp.tanh: torch.tanh,
    sp.asinh: torch.asinh,
    sp.exp: torch.exp,
    sp.log: torch.log,
    sp.erf: torch.erf,
    sp.Abs: torch.abs,
    Log1p: torch.log1p,
    Expm1: torch.expm1,
}
_ROOTS: dict[Any, Callable[..., Tensor]] = {sp.Rational(1, 2): torch.sqrt, sp.Rational(-1, 2): torch.rsqrt}


@dataclass
class Buffers:
    """Tensors that are kept from call to call, one for each shape."""

    kept: dict[Any, Tensor] = field(default_factory=dict)

    def like(self, x: Tensor, rows: int, dtype: torch.dtype | None = None) -> Tensor:
        """An uninitialised tensor (rows, *last dimensions of x) on the device of x."""
        key = (rows, x.shape[1:], dtype or x.dtype, x.device)
        if key not in self.kept:
            self.kept[key] = torch.empty((rows, *x.shape[1:]), dtype=dtype or x.dtype, device=x.device)
        return self.kept[key]


@dataclass(frozen=True)
class _Operation:
    """target ← run(inputs, **options); inputs and target are places in the list of values."""

    run: Callable[..., Any]
    inputs: tuple[int, ...]
    target: int
    options: dict[str, float]


class Program:
    """out[i] ← exprs[i](values) for tensors of one shape, written in place; out[i] may be the tensor values[i].

    args: real symbols. points: those of them that are numbers (tensors without dimensions) rather than tensors.
    dtype: of all tensors. `len(program)` is the number of operations that are no copies. KernelError as for `kernel`.
    Law: the values are those of kernel(exprs, args), but for roundings.
    """

    def __init__(self, exprs: Sequence[Any], args: Sequence[sp.Symbol], dtype: Any, points: Sequence[Any] = ()) -> None:
        self.dtype = dtype_of(dtype)
        layout = _layout(tuple(map(sp.sympify, exprs)), tuple(args), self.dtype, tuple(points))
        self._constants, self._operations, self._rows, self._points = layout
        self._on: dict[torch.device, list[Tensor]] = {}
        self._buffers = Buffers()

    def __len__(self) -> int:
        return sum(each.run is not _copy for each in self._operations)

    def bind(self, values: Sequence[Tensor], out: Sequence[Tensor]) -> Callable[[], None]:
        """The program on these tensors, to be run as often as they change."""
        like = out[0]
        if like.device not in self._on:
            self._on[like.device] = [torch.tensor(c, dtype=self.dtype, device=like.device) for c in self._constants]
            self._on[like.device] += list(torch.empty(self._points, dtype=self.dtype, device=like.device))
        rows = self._buffers.like(like.unsqueeze(0), self._rows)
        places = [*values, *out, *self._on[like.device], *rows]
        calls = [
            _called_on([places[i] for i in each.inputs], places[each.target], each)
            for each in self._operations
            if each.run is not _copy or places[each.inputs[0]] is not places[each.target]
        ]

        def run() -> None:
            for call in calls:
                call()

        def quietly() -> None:
            with np.errstate(all="ignore"):
                run()

        return quietly if any(isinstance(call.func, np.ufunc) for call in calls) else run

    def __call__(self, values: Sequence[Tensor], out: Sequence[Tensor]) -> None:
        self.bind(values, out)()


@lru_cache(maxsize=REMEMBERED, typed=True)
def _layout(
    exprs: tuple[Any, ...], args: tuple[sp.Symbol, ...], dtype: torch.dtype, points: tuple[Any, ...]
) -> tuple[tuple[float, ...], tuple[_Operation, ...], int, int]:
    """(constants, operations, rows, points) of a program: what does not depend on tensors, kept for the next time."""
    stand_in: dict[Any, Any] = {a: a for a in args if a.is_real} | stand_ins([a for a in args if not a.is_real], True)
    lowered = [branches(closed(evaluate(e), stand_in, True), False) for e in exprs]
    builder = _Builder([stand_in[a] for a in args], {stand_in[p] for p in points}, dtype)
    operations, rows, single = _allocated(builder, builder.results(lowered))
    return tuple(builder.constants), tuple(operations), rows, single


def _called_on(values: Sequence[Tensor], target: Tensor, operation: _Operation) -> partial[Any]:
    ufunc = vectorised(operation.run, target.dtype) if target.dim() and target.device.type == "cpu" else None
    if ufunc is not None:
        return partial(ufunc, *(v.numpy() for v in values), target.numpy())
    return partial(operation.run, *values, out=target, **operation.options)


def _copy(value: Tensor, *, out: Tensor) -> Tensor:
    return out.copy_(value)


def _called(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def run(*values: Tensor, out: Tensor) -> Tensor:
        return out.copy_(function(*values))

    return run


class _Builder:
    """Nodes in the order of computing: arguments, then constants and operations as they come up."""

    def __init__(self, symbols: Sequence[Any], points: set[Any], dtype: torch.dtype) -> None:
        self.symbols, self.bits, self.dtype = list(symbols), LITERAL_BITS[dtype], dtype
        self.known: dict[Any, int] = {s: k for k, s in enumerate(symbols)}
        self.nodes: list[_Operation | float | None] = [None for _ in symbols]
        self.single = [s in points for s in symbols]
        self.order = {s: k for k, s in enumerate(symbols)}

    @property
    def constants(self) -> list[float]:
        return [node for node in self.nodes if isinstance(node, float)]

    def results(self, exprs: Sequence[Any]) -> list[int]:
        """The nodes of the expressions, common parts once; a copy where one is an argument of another place."""
        common, reduced = sp.cse(list(exprs), symbols=(sp.Dummy(f"t{k}", real=True) for k in range(10**6)))
        conditions: dict[Any, Any] = {}  # which have no register: they go back to where they were
        for symbol, part in common:
            whole = part.xreplace(conditions)
            if isinstance(whole, sp.Expr):
                self.known[symbol] = self.node(whole)
                self.order[symbol] = len(self.order)
            else:
                conditions[symbol] = whole
        found = [self.node(e.xreplace(conditions)) for e in reduced]
        return [
            self._add(_copy, node) if node != i and (node < len(self.symbols) or self.single[node]) else node
            for i, node in enumerate(found)
        ]

    def _add(self, run: Callable[..., Any], *inputs: int, **options: float) -> int:
        self.nodes.append(_Operation(run, inputs, len(self.nodes), options))
        self.single.append(run is not _copy and all(self.single[i] for i in inputs))
        return len(self.nodes) - 1

    def number(self, value: float) -> int:
        """The node of a constant."""
        if value not in self.known:
            self.known[value] = len(self.nodes)
            self.nodes.append(float(value))
            self.single.append(True)
        return self.known[value]

    def _float(self, e: Any) -> float:
        value = constant(e, self.bits)
        if isinstance(value, complex):
            raise KernelError(f"{e} is not real; a program computes with real numbers only")
        return value

    def node(self, e: Any) -> int:
        """The node that holds e."""
        if e not in self.known:
            self.known[e] = self._made(e)
        return self.known[e]

    def _made(self, e: Any) -> int:
        if not e.free_symbols and isinstance(e, sp.Expr):
            return self.number(self._float(e))
        if isinstance(e, sp.Add):
            return self._sum(e)
        if isinstance(e, sp.Mul) or (isinstance(e, sp.Pow) and e.exp.is_Integer):
            return self._product(*self._split(e))
        if isinstance(e, sp.Pow) and e.exp in _ROOTS:
            return self._add(_ROOTS[e.exp], self.node(e.base))
        if type(e) in _UNARY:
            return self._add(_UNARY[type(e)], self.node(e.args[0]))
        inside = sorted(e.free_symbols, key=lambda s: self.order[s])
        return self._add(_called(kernel(e, inside, dtype=self.dtype)), *(self.known[s] for s in inside))

    def _split(self, term: Any) -> tuple[float, list[Any], list[Any]]:
        """c, the factors above and those below the line."""
        c, above, below = 1.0, [], []
        for factor in sp.Mul.make_args(term):
            if not factor.free_symbols:
                c *= self._float(factor)
                continue
            base, power = factor.as_base_exp() if isinstance(factor, sp.Pow) else (factor, sp.S.One)
            if power.is_Integer:
                (above if power > 0 else below).extend(_powers(base, abs(int(power))))
            else:
                above.append(factor)
        return c, above, below

    def _times(self, factors: Sequence[Any]) -> int:
        found = self.node(factors[0])
        for factor in factors[1:]:
            found = self._add(torch.mul, found, self.node(factor))
        return found

    def _product(self, c: float, above: list[Any], below: list[Any]) -> int:
        if not below:
            found = self._times(above)
            return found if c == 1 else self._add(torch.mul, found, self.number(c))
        upper = self._times(above) if above else self.number(c)
        found = self._add(torch.div, upper, self._times(below))
        return found if c == 1 or not above else self._add(torch.mul, found, self.number(c))

    def _sum(self, e: Any) -> int:
        """The terms one after the other, each fused with what came before; first one that costs nothing, if any, and
        those that need work, so that the last one, often the argument which the sum replaces, has been read by then."""
        fixed, terms = 0.0, []
        for term in sp.Add.make_args(e):
            c, above, below = self._split(term)
            if above or below:
                terms.append((c, above, below))
            else:
                fixed += c
        terms.sort(key=lambda term: all(factor in self.known for factor in term[1] + term[2]))
        free = next((k for k, (c, above, below) in enumerate(terms) if c == 1 and len(above) == 1 and not below), None)
        if free is not None:
            total = self.node(terms.pop(free)[1][0])
        elif fixed != 0:
            total, fixed = self.number(fixed), 0.0
        else:
            total = self._product(*terms.pop(0))
        for c, above, below in terms:
            if below:
                upper = self._times(above) if above else self.number(1.0)
                total = self._add(torch.addcdiv, total, upper, self._times(below), value=c)
            elif len(above) == 1:
                total = self._add(torch.add, total, self.node(above[0]), alpha=c)
            else:
                total = self._add(torch.addcmul, total, self._times(above[:-1]), self.node(above[-1]), value=c)
        return total if fixed == 0 else self._add(torch.add, total, self.number(fixed))


def _powers(base: Any, n: int) -> list[Any]:
    """Factors of baseⁿ that are computed by squaring: two equal ones, or an even power and the base."""
    if n == 1:
        return [base]
    return [base ** (n // 2)] * 2 if n % 2 == 0 else [base ** (n - 1), base]


def _allocated(builder: _Builder, results: Sequence[int]) -> tuple[list[_Operation], int, int]:
    """The operations over places: values, out, constants, points, rows; and how many rows and points are needed.
    A result that is the argument of its own place is a copy, which `bind` leaves out where the two are one tensor.

    A register is free again after its last use. The last operation of a result writes straight to `out` unless the
    value that may lie there is still to be read; after the last look at that value, `out` is a register for whatever
    is read for the last time by then. An operation takes the register of an argument that it reads last, if it can.
    """
    args, nodes = len(builder.symbols), builder.nodes
    last: dict[int, int] = {}
    for k, node in enumerate(nodes):
        if isinstance(node, _Operation):
            last |= dict.fromkeys(node.inputs, k)
    direct = {
        node: args + i
        for i, node in enumerate(results)
        if isinstance(nodes[node], _Operation)
        and node not in last
        and results.count(node) == 1
        and last.get(i, 0) <= node
    }
    last |= dict.fromkeys(results, len(nodes))
    constants = [k for k, node in enumerate(nodes) if isinstance(node, float)]
    base = args + len(results)
    place: dict[int, Any] = {k: k for k in range(args)} | {k: base + i for i, k in enumerate(constants)}
    free: dict[bool, list[Any]] = {True: [], False: []}
    used = {True: 0, False: 0}
    # for every place of a result: when the result is written, if straight; and when the place is free next
    written = {at: node for node, at in direct.items()}
    ready = {at: last.get(at - args, -1) for at in written}
    draft: list[tuple[_Operation, Any]] = []
    for k, node in enumerate(nodes):
        if not isinstance(node, _Operation):
            continue
        for i in set(node.inputs):
            if last[i] == k and isinstance(place[i], tuple):
                free[place[i][0]].append(place[i])
        single = builder.single[k]
        dies = last.get(k, len(nodes))
        lent = [at for at, since in ready.items() if not single and since <= k and dies <= written[at]]
        if k in direct:
            place[k] = direct[k]
        elif lent:
            place[k] = lent[0]
            ready[lent[0]] = dies
        elif free[single]:
            place[k] = free[single].pop()
        else:
            place[k] = (single, used[single])
            used[single] += 1
        draft.append((node, place[k]))

    def final(where: Any) -> int:
        if not isinstance(where, tuple):
            return where
        single, index = where
        return base + len(constants) + (index if single else used[True] + index)

    done = [_Operation(op.run, tuple(final(place[i]) for i in op.inputs), final(at), op.options) for op, at in draft]
    for i, node in enumerate(results):
        if node not in direct:
            done.append(_Operation(_copy, (final(place[node]),), args + i, {}))
    return done, used[False], used[True]
