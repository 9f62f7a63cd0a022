"""Basis monomials of the exterior algebra as bitmasks: bit i of the mask says that dxⁱ is a factor, in rising order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations


def members(mask: int) -> tuple[int, ...]:
    """The indices of the factors, rising."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def mask_of(indices: Iterable[int]) -> int:
    """The mask of distinct indices."""
    return sum(1 << i for i in indices)


def product_sign(left: int, right: int) -> int:
    """dx^left ∧ dx^right = sign · dx^(left | right) for disjoint masks: (−1) to the number of inversions."""
    inversions = 0
    left >>= 1
    while left:
        inversions += (left & right).bit_count()
        left >>= 1
    return -1 if inversions & 1 else 1


def hook_sign(mask: int, index: int) -> int:
    """ι_{∂i} dx^mask = sign · dx^(mask without i): (−1) to the number of factors in front of dxⁱ."""
    return -1 if (mask & ((1 << index) - 1)).bit_count() & 1 else 1


def ordering(indices: tuple[int, ...]) -> tuple[int, int]:
    """(sign, mask) with dx^{i₁}∧…∧dx^{i_k} = sign · dx^mask; sign 0 if an index is repeated."""
    sign, mask = 1, 0
    for index in indices:
        if mask >> index & 1:
            return 0, 0
        sign *= product_sign(mask, 1 << index)
        mask |= 1 << index
    return sign, mask


@lru_cache(maxsize=1024)
def basis(dim: int, degree: int) -> tuple[int, ...]:
    """The masks of the basis of k-forms in n dimensions, in the order of their indices."""
    return tuple(mask_of(chosen) for chosen in combinations(range(dim), degree)) if degree >= 0 else ()


def in_order(masks: Iterable[int]) -> Iterator[int]:
    """Masks by degree, then by indices."""
    return iter(sorted(masks, key=lambda mask: (mask.bit_count(), members(mask))))
