"""Evidence kept on disk: by claim, assumptions, question and library versions; written whole or not at all; never
trusted when damaged."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import secrets
import time
import warnings
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.printing.repr import srepr

from derive.claim import Claim
from derive.evidence import Evidence, Status

# Part of every key: raise it whenever a rung of the ladder changes what it may answer.
LADDER_VERSION = 1


class CacheWarning(UserWarning):
    """A cache entry could not be read or written; the result was computed afresh."""


def directory() -> Path | None:
    """Where evidence is kept: $DERIVE_CACHE (empty: nowhere), else `derive-toolkit` in the user's cache directory."""
    chosen = os.environ.get("DERIVE_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "derive-toolkit"


def canonical(*parts: Any) -> list[str]:
    """An unambiguous text of each expression: dummies are numbered alike in all, so it is the same in every run.

    Symbols carry their assumptions, and so do unknown functions; a class from elsewhere comes with its source.
    """
    nodes = set().union(*(_telling(part) for part in parts if isinstance(part, sp.Basic)))
    dummies = sorted((node for node in nodes if isinstance(node, sp.Dummy)), key=lambda d: (d.name, d.dummy_index))
    table = {
        dummy: sp.Dummy(dummy.name, dummy_index=index, **dummy.assumptions0) for index, dummy in enumerate(dummies)
    }
    heads = {node.func for node in nodes if isinstance(node, AppliedUndef)} | {
        n for n in nodes if isinstance(n, UndefinedFunction)
    }
    unknown = sorted(f"{head.__name__} {sorted(head._kwargs.items())}" for head in heads)
    strangers = sorted({_origin(type(node)) for node in nodes if not _known(type(node))})
    texts = [written(part.xreplace(table) if table and isinstance(part, sp.Basic) else part) for part in parts]
    return [*texts, *unknown, *strangers]


def written(part: Any) -> str:
    """The unambiguous text of one expression; numbers that compare equal and are written differently are written
    anew each time."""
    remembered = isinstance(part, sp.Basic) and not part.has(sp.Float)
    return _written(part) if remembered else srepr(part, order="none")


@lru_cache(maxsize=4096, typed=True)
def _written(part: sp.Basic) -> str:
    return srepr(part, order="none")


@lru_cache(maxsize=4096, typed=True)
def _telling(part: sp.Basic) -> frozenset[Any]:
    """The nodes of which the text alone does not tell all: dummies, unknown functions, classes from elsewhere."""
    return frozenset(
        node
        for node in sp.preorder_traversal(part)
        if isinstance(node, (sp.Dummy, AppliedUndef, UndefinedFunction)) or not _known(type(node))
    )


def _known(kind: type) -> bool:
    return isinstance(kind, UndefinedFunction) or str(kind.__module__).startswith(("sympy.", "derive.", "numerics."))


@cache
def _origin(kind: type) -> str:
    """Where a class comes from and how it is written; without source, a text that does not outlive the process."""
    try:
        return f"{kind.__module__}.{kind.__qualname__} {digest(inspect.getsource(kind))}"
    except (OSError, TypeError):
        return f"{kind.__module__}.{kind.__qualname__} {id(kind)} {os.getpid()} {time.time_ns()}"


def key(claim: Claim, question: str) -> str:
    """The name under which the evidence for this claim and question (digits, seed, …) is kept."""
    stated = sorted(claim.given, key=written)
    texts = canonical(claim.lhs, claim.rhs, *vars(claim.relation).values(), *stated)
    parts = [question, type(claim.relation).__name__, str(len(claim.given)), *texts, *_versions()]
    return digest("\n".join(f"{len(part)} {part}" for part in parts))


def digest(text: str) -> str:
    """The hexadecimal SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _versions() -> tuple[str, ...]:
    from importlib.metadata import PackageNotFoundError, version  # a twentieth of what `import sympy` costs

    found = [f"ladder {LADDER_VERSION}"]
    for name in ("derive-toolkit", "sympy", "mpmath", "python-flint"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} from source")
    return (*found, _source_digest())


def _source_digest() -> str:
    """A digest of the checking code itself: evidence of an older checker is no evidence of this one."""
    content = hashlib.sha256()
    root = Path(__file__).parent
    files = [root / "claim.py", root / "sampling.py", root / "rule.py"]
    rooms = [root / name for name in ("exact", "ladder", "rules", "exterior", "field")]
    for folder in (*rooms, root.parent / "numerics" / "oracle"):
        files += sorted(folder.rglob("*.py"))
    for path in files:
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()


def load(name: str, timeout: float = 0.0) -> Evidence | None:
    """The evidence kept under this key; None if there is none.

    What is neither exact nor refuted was the best that could be found in its time: it answers no one who grants more.
    """
    entry = recall(name)
    if entry is None:
        return None
    try:
        evidence, granted = Evidence.from_dict(entry["evidence"]), float(entry["timeout"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return _damaged(name, error)
    return evidence if evidence.status in (Status.EXACT, Status.REFUTED) or granted >= timeout else None


def store(name: str, evidence: Evidence, timeout: float = 0.0) -> None:
    """Keeps decided evidence under the key, with the time that it was granted."""
    if evidence.passed or evidence.counterexample is not None:
        remember(name, {"timeout": timeout, "evidence": evidence.to_dict()})


def recall(name: str) -> dict[str, Any] | None:
    """What was remembered under this key; None if nothing was. A damaged entry is ignored with a CacheWarning."""
    folder = directory()
    if folder is None:
        return None
    path = folder / name[:2] / f"{name}.json"
    try:
        entry = json.loads(path.read_text("utf-8"))
        if entry["key"] != name or entry["digest"] != _digest(name, entry["body"]):
            raise ValueError("its digest does not fit")
        return entry["body"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return _damaged(name, error)


def remember(name: str, body: dict[str, Any]) -> None:
    """Keeps plain data under the key, atomically; an unwritable directory costs a warning, never the result."""
    folder = directory()
    if folder is None:
        return
    target = folder / name[:2] / f"{name}.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, json.dumps({"key": name, "digest": _digest(name, body), "body": body}))
    except OSError as error:
        warnings.warn(
            f"the cache at {folder} cannot be written ({error.strerror or error}); going on without it",
            CacheWarning,
            stacklevel=3,
        )


def _damaged(name: str, error: Exception) -> None:
    warnings.warn(f"the cache entry {name}.json is damaged and was ignored: {error}", CacheWarning, stacklevel=4)


def write_whole(target: Path, text: str) -> None:
    """Writes the file whole or leaves what was there: a temporary file beside it, then an atomic rename.

    The name of the temporary file is chosen before it is made, so that an interruption at any moment finds it to
    remove; its mode is that of any new file, by the umask.
    """
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _digest(name: str, body: dict[str, Any]) -> str:
    return digest(name + json.dumps(body, sort_keys=True))
