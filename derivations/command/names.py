"""What a NAME on the command line means: one of the derivations of this package, or the path of a script of the user's own."""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from derivations.command.errors import CommandError

_PACKAGE = Path(__file__).parent.parent


class NameProblem(CommandError):
    """No derivation has that name, its script fails, or it has no usable `result`; the message says which, and the remedy."""


@dataclass(frozen=True)
class Entry:
    """A derivation of this package: its name, and its title (the first line of the docstring)."""

    name: str
    title: str


@dataclass(frozen=True)
class Subject:
    """What is to be checked: the name under which it was found, and its claim, derivation or article."""

    name: str
    result: Any
    command: str


def suggestion(word: str, names: Iterable[str]) -> str:
    """`; did you mean …?` where a name is near, else nothing."""
    near = difflib.get_close_matches(word, list(names), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def entries() -> list[Entry]:
    """The derivations of this package by name, read from their source without running it."""
    return [
        entry
        for path in sorted(_PACKAGE.glob("*.py"))
        if not path.name.startswith("_") and (entry := _entry(path)) is not None
    ]


def _entry(path: Path) -> Entry | None:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    targets = {
        target.id
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    if "result" not in targets:
        return None
    title = (ast.get_docstring(tree) or "").strip().split("\n")[0].rstrip(".")
    return Entry(path.stem, title)


def subject(name: str) -> Subject:
    """The subject of that name; NameProblem if there is none."""
    is_path = name.endswith(".py") or os.sep in name or (os.altsep is not None and os.altsep in name)
    module, stem = _script(Path(name)) if is_path else _ours(name)
    if not hasattr(module, "result"):
        raise NameProblem(
            f"{name} has no `result`; assign a Claim, Derivation or Article to `result` at the level of the module"
        )
    from derive.article import Article
    from derive.claim import Claim
    from derive.derivation import Derivation

    if not isinstance(module.result, (Claim, Derivation, Article)):
        kind = type(module.result).__name__
        raise NameProblem(f"`result` in {name} is of type {kind}; it must be a Claim, a Derivation or an Article")
    return Subject(stem, module.result, f"derive run {Path(name).name if is_path else stem}")


def subjects(names: list[str]) -> list[Subject]:
    """The subjects of these names, or of all in the package where none is named. NameProblem for the first that is none."""
    chosen = names or [entry.name for entry in entries()]
    if not chosen:
        raise NameProblem("this package holds no derivations; give the path of a script of your own")
    return [subject(name) for name in chosen]


def _ours(name: str) -> tuple[ModuleType, str]:
    stem = name.replace("-", "_")
    names = [entry.name for entry in entries()]
    if stem not in names:
        if Path(f"{name}.py").exists():
            raise NameProblem(f"no derivation is called {name!r}; for the script in this folder write {name}.py")
        raise NameProblem(f"no derivation is called {name!r}{suggestion(stem, names)}; `derive list` shows the names")
    return _loaded(name, lambda: importlib.import_module(f"derivations.{stem}")), stem


def _script(path: Path) -> tuple[ModuleType, str]:
    if not path.is_file():
        raise NameProblem(f"there is no file {path}")
    # The worker processes import what a claim refers to, so the script's folder must be on the path under the script's own name.
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    stem = path.stem
    taken = stem in sys.modules and getattr(sys.modules[stem], "__file__", None) != str(path.resolve())
    called = f"script_{stem}" if taken or not stem.isidentifier() else stem
    spec = importlib.util.spec_from_file_location(called, path.resolve())
    if spec is None or spec.loader is None:
        raise NameProblem(f"{path} cannot be loaded as a Python script")
    module = importlib.util.module_from_spec(spec)
    sys.modules[called] = module
    loader = spec.loader

    def load() -> ModuleType:
        try:
            loader.exec_module(module)
        except BaseException:
            del sys.modules[called]
            raise
        return module

    return _loaded(str(path), load), stem


def _loaded(name: str, load: Any) -> ModuleType:
    """The module, or a NameProblem with the line of the script at which it failed."""
    try:
        return load()
    except SyntaxError as error:
        raise NameProblem(f"{name}, line {error.lineno}: {error.msg}") from error
    except SystemExit as error:
        raise NameProblem(
            f"{name} ended the program ({error.code!r}) while it was loaded; guard that by __name__"
        ) from error
    except Exception as error:
        frames = [
            f
            for f in traceback.extract_tb(error.__traceback__)
            if "importlib" not in f.filename and f.filename != __file__
        ]
        own = [frame for frame in frames if Path(frame.filename).stem == Path(name).stem.replace("-", "_")] or frames
        where = f", line {own[-1].lineno}" if own else ""
        raise NameProblem(f"{name}{where}: {type(error).__name__}: {error}") from error
