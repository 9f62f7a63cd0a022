"""What every page has around its contents: the head with fonts and styles inside it, the legend, and how to reproduce the page."""

from __future__ import annotations

import base64
import platform
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_HERE = Path(__file__).parent
_FACES = (
    ("Derive Text", "DeriveText-Regular.woff2", "normal", "400"),
    ("Derive Text", "DeriveText-Italic.woff2", "italic", "400"),
    ("Derive Text", "DeriveText-SemiBold.woff2", "normal", "600"),
    ("Derive Math", "DeriveMath.woff2", "normal", "400"),
)
_PACKAGES = ("derive-toolkit", "sympy", "mpmath", "python-flint", "numpy", "math-core")


@cache
def _face(family: str, file: str, style: str, weight: str) -> str:
    data = base64.b64encode((_HERE / "fonts" / file).read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-style:{style};font-weight:{weight};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


@cache
def _style() -> str:
    return (_HERE / "style.css").read_text("utf-8")


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """The packages that a result depends on, with their versions."""
    found = [("Python", platform.python_version())]
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "from source"))
    return tuple(found)


def reproduce(command: str, refused: int) -> str:
    """The foot of a page: the command, the versions, and how many formulas had to stay plain text."""
    told = f"<p>Reproduce with <code>{escape(command)}</code>.</p>" if command else ""
    listed = ", ".join(f"{name} {number}" for name, number in versions())
    noun = "1 formula is" if refused == 1 else f"{refused} formulas are"
    plain = (
        f"<p>{noun} shown as plain text, because the converter to MathML refuses {'it' if refused == 1 else 'them'}.</p>"
        if refused
        else ""
    )
    return f"<footer>{told}<p>Made with {escape(listed)}. Fonts: subsets of STIX Two, SIL Open Font License 1.1.</p>{plain}</footer>"


def document(title: str, body: str, sort: str = "page") -> str:
    """A whole HTML page; `sort` is the class of its body. Fonts of mathematics are embedded only where there is mathematics."""
    faces = "".join(_face(*face) for face in _FACES if face[0] != "Derive Math" or "<math" in body)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{faces}\n{_style()}</style>\n</head>\n"
        f'<body class="{sort}">\n{body}\n</body>\n</html>\n'
    )
