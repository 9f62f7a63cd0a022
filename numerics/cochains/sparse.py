"""Sparse matrices by their entries: exact where the entries are integers, applied to numpy arrays and torch tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.cochains.errors import CochainError

_LARGEST = 2**63 - 1


@dataclass(frozen=True, eq=False)
class SparseMatrix:
    """Entries (row, column, value) in rising order, each place once, no zeros. Immutable.

    `A @ x` acts on the first axis of an array or torch tensor; `A @ B` is sparse. Integer products are exact: what
    could exceed 64 bits raises CochainError instead of wrapping round.
    """

    shape: tuple[int, int]
    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, shape: tuple[int, int], rows: Any, columns: Any, values: Any) -> SparseMatrix:
        """The matrix Σ value · e_row e_columnᵀ; entries at one place are added, zeros dropped."""
        rows, columns = np.asarray(rows, dtype=np.int64).ravel(), np.asarray(columns, dtype=np.int64).ravel()
        values = np.asarray(values).ravel()
        order = np.lexsort((columns, rows))
        rows, columns, values = rows[order], columns[order], values[order]
        if len(values):
            new = np.concatenate([[True], (np.diff(rows) != 0) | (np.diff(columns) != 0)])
            values = np.add.reduceat(values, np.flatnonzero(new))
            rows, columns = rows[new], columns[new]
            kept = values != 0
            rows, columns, values = rows[kept], columns[kept], values[kept]
        for array in (rows, columns, values):
            array.setflags(write=False)
        return cls(shape, rows, columns, values)

    @classmethod
    def diagonal(cls, values: Any) -> SparseMatrix:
        """The diagonal matrix."""
        places = np.arange(len(values))
        return cls.of((len(values), len(values)), places, places, values)

    @property
    def T(self) -> SparseMatrix:
        """The transpose."""
        return SparseMatrix.of((self.shape[1], self.shape[0]), self.columns, self.rows, self.values)

    @property
    def is_zero(self) -> bool:
        """Whether no entry is left: exact for integer matrices."""
        return not len(self.values)

    @property
    def is_integer(self) -> bool:
        """Whether the entries are integers, so that products and ranks are exact."""
        return np.issubdtype(self.values.dtype, np.integer)

    def dense(self) -> np.ndarray:
        """The same as a full array."""
        full = np.zeros(self.shape, dtype=self.values.dtype)
        full[self.rows, self.columns] = self.values
        return full

    def torch(self, dtype: Any = None) -> Any:
        """The same as a sparse torch tensor, float64 unless told."""
        import torch

        where = torch.as_tensor(np.stack([self.rows, self.columns]))
        values = torch.as_tensor(np.array(self.values)).to(dtype or torch.float64)
        return torch.sparse_coo_tensor(where, values, self.shape, check_invariants=False).coalesce()

    def diagonal_part(self) -> np.ndarray:
        """The entries on the diagonal."""
        out = np.zeros(min(self.shape), dtype=self.values.dtype)
        on = self.rows == self.columns
        out[self.rows[on]] = self.values[on]
        return out

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, SparseMatrix):
            return self._times(other)
        if other.shape[0] != self.shape[1]:
            raise CochainError(
                f"a matrix with {self.shape[1]} columns meets {other.shape[0]} values; "
                "a cochain has one value for each cell of its degree"
            )
        return self._on_tensor(other) if type(other).__module__.startswith("torch") else self._on_array(other)

    def _on_array(self, x: np.ndarray) -> np.ndarray:
        tail = (slice(None), *(None,) * (x.ndim - 1))
        out = np.zeros((self.shape[0], *x.shape[1:]), dtype=np.result_type(self.values, x))
        if len(self.values):
            starts = np.flatnonzero(np.concatenate([[True], np.diff(self.rows) != 0]))
            out[self.rows[starts]] = np.add.reduceat(self.values[tail] * x[self.columns], starts, axis=0)
        return out

    def _on_tensor(self, x: Any) -> Any:
        import torch

        rows, columns = (torch.as_tensor(np.array(a), device=x.device) for a in (self.rows, self.columns))
        values = torch.as_tensor(np.array(self.values), device=x.device).to(x.dtype)
        terms = values.reshape(-1, *(1,) * (x.ndim - 1)) * x[columns]
        return torch.zeros((self.shape[0], *x.shape[1:]), dtype=x.dtype, device=x.device).index_add(0, rows, terms)

    def _times(self, other: SparseMatrix) -> SparseMatrix:
        if self.shape[1] != other.shape[0]:
            raise CochainError(f"a {self.shape} matrix times a {other.shape} one: the inner sizes differ")
        shape = (self.shape[0], other.shape[1])
        if self.is_zero or other.is_zero:
            return SparseMatrix.of(shape, [], [], np.zeros(0, dtype=np.result_type(self.values, other.values)))
        first = np.searchsorted(other.rows, self.columns, side="left")
        count = np.searchsorted(other.rows, self.columns, side="right") - first
        mine = np.repeat(np.arange(len(self.values)), count)
        within = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
        theirs = np.repeat(first, count) + within
        if self.is_integer and other.is_integer:
            bound = int(abs(self.values).max()) * int(abs(other.values).max()) * max(len(mine), 1)
            if bound > _LARGEST:
                raise CochainError("a product of integer matrices may exceed 64 bits; use smaller coefficients")
        products = self.values[mine] * other.values[theirs]
        return SparseMatrix.of(shape, self.rows[mine], other.columns[theirs], products)
