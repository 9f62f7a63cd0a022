"""What was done on the way to a value: the notes of the methods used, and whether all of them were rigorous."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Journal:
    notes: list[str] = field(default_factory=list)
    compared: list[tuple[str, str]] = field(default_factory=list)
    rigorous: bool = True

    def method(self, bits: int) -> str:
        seen = dict.fromkeys(self.notes)
        return "; ".join([*list(seen)[:6], f"ball arithmetic, {bits} bits"] if self.rigorous else list(seen)[:6])

    def routes(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.compared)


_OPEN: ContextVar[Journal | None] = ContextVar("journal", default=None)


@contextmanager
def journal() -> Iterator[Journal]:
    """A fresh journal for what happens inside; the outer one is back afterwards."""
    fresh = Journal()
    token = _OPEN.set(fresh)
    try:
        yield fresh
    finally:
        _OPEN.reset(token)


@contextmanager
def tentative() -> Iterator[None]:
    """A try: what was noted inside is struck out again if it raises."""
    book = _OPEN.get()
    before = None if book is None else (len(book.notes), len(book.compared), book.rigorous)
    try:
        yield
    except Exception:
        if book is not None and before is not None:
            del book.notes[before[0] :], book.compared[before[1] :]
            book.rigorous = before[2]
        raise


def note(text: str) -> None:
    book = _OPEN.get()
    if book is not None:
        book.notes.append(text)


def note_agreed(text: str, routes: list[tuple[str, str]]) -> None:
    """A value that only agreement stands behind: the whole answer is no longer rigorous."""
    book = _OPEN.get()
    if book is not None:
        book.notes.append(text)
        book.compared.extend(routes)
        book.rigorous = False
