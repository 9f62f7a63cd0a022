"""Pages: well-formed, self-contained, complete, the same bytes for the same report; graphs and figures that hold."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urldefrag

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.page import PageError, graph, report_page, write_page, write_report
from derivations.page.plots import Measured, curve_values, figure, measure
from derivations.page.prose import prose
from derivations.page.sheet import Sheet, slug
from derive.article import Curve, Data, Plot
from derive.errors import DeriveError
from derive.view.mathml import flowing, mathml
from derive.view.notebook import fragment
from tests import specimen

REPORTS = [
    specimen.article_report,
    specimen.good_report,
    specimen.lorentz_report,
    specimen.chain_report,
    specimen.open_report,
    specimen.claim_report,
]
VOID = {"col", "meta", "wbr", "br", "img", "link", "hr", "input", "mspace"}


class Page(HTMLParser):
    """What a page consists of, and whether its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.loads: list[str] = []
        self._open: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)
        self._attributes(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._attributes(tag, attrs)

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> has {name} twice" for name in names if names.count(name) > 1]
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag in ("a", "use"):
                self.links.append(value or "")
            if name == "src" or (name == "href" and tag not in ("a", "use")) or name.startswith("on"):
                self.loads.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    paths = write_report(REPORTS, folder)
    return {path.name: path.read_text("utf-8") for path in paths}


def test_one_page_each_and_an_index(pages):
    assert list(pages) == [
        "specimen.html",
        "good.html",
        "lorentz.html",
        "chain.html",
        "taylor.html",
        "pythagoras.html",
        "index.html",
    ]


def test_pages_are_well_formed_and_self_contained(pages):
    for name, text in pages.items():
        page = Page(text)
        assert not page.faults, name
        assert len(page.ids) == len(set(page.ids)), name
        assert not page.loads, name
        assert "script" not in page.tags and "link" not in page.tags and "iframe" not in page.tags
        assert not re.search(r"@import|url\((?!data:|#|&quot;#)", text), name
        assert not re.search(r"https?://", text), name
        assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert page.tags.count("h1") == 1 and page.tags.count("title") >= 1


def test_internal_links_lead_somewhere(pages):
    ids = {name: set(Page(text).ids) for name, text in pages.items()}
    for name, text in pages.items():
        for link in Page(text).links:
            file, anchor = urldefrag(link)
            assert (file or name) in pages, link
            assert not anchor or anchor in ids[file or name], f"{name}: {link}"


def test_mathematics_is_mathml_in_an_embedded_font(pages):
    for name, text in pages.items():
        assert ("<math" in text) == ('font-family:"Derive Math"' in text), name
    assert "\\frac" not in "".join(Page(pages["specimen.html"]).text)


def test_the_embedded_math_font_can_stretch_brackets(pages):
    fonttools = pytest.importorskip("fontTools.ttLib")
    pytest.importorskip("brotli")
    data = re.search(r'"Derive Math".*?base64,([^)]*)\)', pages["specimen.html"])
    assert data is not None
    font = fonttools.TTFont(io.BytesIO(base64.b64decode(data[1])))
    variants = font["MATH"].table.MathVariants
    cmap = font.getBestCmap()
    for sign in "()[]{}|∫√":
        assert ord(sign) in cmap
    for sign in "()[]{}":
        assert cmap[ord(sign)] in variants.VertGlyphCoverage.glyphs
    assert all("STIX" not in font["name"].getDebugName(n) for n in (1, 4, 6))
    assert "STIX Fonts Project Authors" in font["name"].getDebugName(0)


def test_the_same_report_gives_the_same_bytes(pages, tmp_path):
    again = {path.name: path.read_text("utf-8") for path in write_report(REPORTS, tmp_path)}
    assert again == pages


def test_nothing_of_a_report_is_left_out(pages):
    text = pages["specimen.html"]
    words = "".join(Page(text).text)
    for status in ("exact", "enclosed", "cas", "agreed", "cited", "assumed", "unknown", "refuted"):
        assert f'class="badge {status}"' in text
    assert "Pitfall: refuted, as it must be" in words
    assert "Pitfall: not refuted, though it should have been" in words
    assert "0.0034652113405182220140837 ± 1.2e-28" in words
    assert "not in the field: Si(x)" in words
    assert "<script>alert(1)</script>" in words and "<script>alert" not in text
    assert "\\undefinedcommand{x}" in words
    assert "1 formula is shown as plain text" in words
    assert "Reproduce with derive run specimen." in words
    assert "largest radius is" in words
    assert text.count("The same by residues") >= 2


def test_a_page_tells_nothing_of_the_machine(pages, tmp_path):
    for text in pages.values():
        assert str(tmp_path.parent) not in text
        assert not re.search(r"/(home|root|tmp|usr|work)/", text)


def test_equal_names_get_pages_of_their_own(tmp_path):
    report = specimen.residue_report
    names = [path.name for path in write_report([report, report, replace(report)], tmp_path)]
    assert names == ["residue.html", "residue-2.html", "residue-3.html", "index.html"]


def test_a_report_called_index_does_not_overwrite_the_index(tmp_path):
    paths = write_report({"index": specimen.residue_report}, tmp_path)
    assert [path.name for path in paths] == ["index_.html", "index.html"]


def test_a_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PageError, match=r"cannot write .*file"):
        write_page(specimen.residue_report, tmp_path / "file" / "page.html")


def test_an_interrupted_write_leaves_the_old_page(tmp_path, monkeypatch):
    target = write_page(specimen.residue_report, tmp_path / "page.html")
    before = target.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_page(specimen.lorentz_report, target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


PROSE = [
    ("a\n\nb", "<p>a</p>\n<p>b</p>"),
    ("## Title\ntext", '<h2 class="prose" id="title">Title</h2>\n<p>text</p>'),
    ("**a** and *b*", "<p><strong>a</strong> and <em>b</em></p>"),
    ("2 * 3 * 4 and a*b*c", "<p>2 * 3 * 4 and a*b*c</p>"),
    ("`a*b*c` <b>", "<p><code>a*b*c</code> &lt;b&gt;</p>"),
    (r"it costs \$5 or $ 6", "<p>it costs $5 or $ 6</p>"),
    ("- a\n- b\n  c", "<ul><li>a</li><li>b\n  c</li></ul>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("so:\n- a\n- b", "<p>so:</p><ul><li>a</li><li>b</li></ul>"),
    ("$x$", f"<p>{mathml('x')}</p>"),
]


@pytest.mark.parametrize(("text", "html"), PROSE)
def test_prose(text, html):
    assert prose(text, Sheet()) == html


def test_displayed_formulas_stand_apart():
    html = prose("Before\n$$ a = b $$\nafter.", Sheet())
    assert (
        html.startswith("<p>Before</p>")
        and '<div class="formula shown"><math' in html
        and html.endswith("<p>after.</p>")
    )


@given(st.text(alphabet="a*`$\\<>&#-1. \n_{}^\"'", max_size=60))
@settings(max_examples=200, deadline=None)
def test_prose_of_any_text_is_well_formed(text):
    assert not Page(prose(text, Sheet())).faults


LATEX = [
    r"a^2 + b^2",
    r"\int_0^\infty \frac{\sin x}{x}\,dx = \frac{\pi}{2} + \sum_{n=1}^{\infty} \frac{1}{n^2} - \prod_{k} a_k - x",
    r"-a_1 + b_2 - c_3 + d_4 - e_5 + f_6 - g_7 + h_8 - i_9 + j_{10} - k_{11} + l_{12}",
    r"\left(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o\right) + p + q",
    r"f(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o) = -x + y < z",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} + \begin{cases} 1 & x > 0 \\ 0 & x \le 0\end{cases}",
]


@pytest.mark.parametrize("latex", LATEX)
def test_a_formula_that_flows_says_the_same(latex):
    whole, pieces = mathml(latex, True), flowing(latex)
    assert whole is not None and pieces is not None
    assert "".join(Page(whole).text) == "".join(Page(pieces).text)
    assert not Page(pieces).faults
    for piece in pieces.split("<wbr>"):
        ElementTree.fromstring(piece.replace("&ApplyFunction;", ""))


def test_a_long_sum_may_break_and_a_bracket_may_not():
    assert flowing(LATEX[2]).count("<wbr>") == 11
    assert flowing(LATEX[3]).count("<wbr>") == 2
    assert flowing(LATEX[4]).count("<wbr>") == 3


def test_refused_latex_is_text():
    sheet = Sheet()
    assert sheet.latex(r"\nonsense{<x>}") == r"<code>\nonsense{&lt;x&gt;}</code>"
    assert sheet.refused == 1


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_layout_has_no_overlap_and_arrows_lead_right(pairs, size):
    keys = [f"n{n}" for n in range(size)]
    edges = list(dict.fromkeys((f"n{a}", f"n{b}") for a, b in pairs if a < b < size))
    plan = graph.layout(keys, edges)
    assert set(plan.corners) == set(keys)
    for one in keys:
        x, y = plan.corners[one]
        assert x >= 0 and x + graph.WIDTH <= plan.width and y >= 0 and y + graph.HEIGHT <= plan.height
        for other in keys:
            u, v = plan.corners[other]
            assert one == other or abs(x - u) >= graph.WIDTH or abs(y - v) >= graph.HEIGHT
    for source, target in edges:
        assert plan.corners[source][0] + graph.WIDTH < plan.corners[target][0]
    again = graph.layout(keys, edges)
    assert again == plan


def test_curves_have_gaps_where_there_is_no_real_value():
    x = specimen.x
    places, values = curve_values(Curve(sp.log(x), x, -1, 1))
    assert len(places) == len(values)
    assert all(v != v for p, v in zip(places, values, strict=True) if p < 0)
    assert values[-1] == pytest.approx(0)


@pytest.mark.parametrize("field", ["xlabel", "ylabel", "label"])
def test_a_label_that_cannot_be_set_is_named(field):
    wrong = r"$\nosuchcommand{x}$"
    if field == "label":
        plot = replace(specimen.plot, parts=(replace(specimen.plot.parts[0], label=wrong),))
    else:
        plot = replace(specimen.plot, **{field: wrong})
    with pytest.raises(DeriveError, match=rf"the plot 'figure': .* {field} .*nosuchcommand.*Unknown symbol"):
        figure(plot, Sheet(), "figure")


def test_points_carry_their_true_radius():
    k = specimen.k
    found = measure(sp.exp(-k), {k: 1}, 1.0)
    assert isinstance(found, Measured) and found.rigorous
    assert abs(sp.exp(-1).evalf(30) - found.value) <= found.radius + 1e-16
    assert measure(1 / k, {k: 0}, 0.0) is None


@pytest.mark.parametrize("report", [*REPORTS, specimen.pitfall_report, specimen.meeting_report, specimen.REFUTED])
def test_notebook_fragment(report):
    text = fragment(report)
    page = Page(text)
    assert not page.faults and not page.loads and not page.ids
    assert "<style" not in text and "class=" not in text and "script" not in page.tags
    assert "refuted" in text or "agreed" in text or "exact" in text


def test_names_for_files():
    assert slug("Ünïted <States>!") == "united-states"
    assert slug("∫∫") == "part"


def test_a_page_of_one_report():
    assert "<h1>Cosine over a Lorentzian" in report_page(specimen.lorentz_report)


@dataclass(frozen=True)
class Counted(Data):
    """Three points that a script worked out."""

    height: float = 1.0

    def rows(self):
        return ((0.0, self.height, 0.1), (1.0, 2 * self.height, 0.2), (2.0, 3 * self.height, 0.3))


def test_data_are_drawn_with_their_error_bars_and_their_note():
    drawn = figure(Plot((Counted("counts", "Error bars: as counted."),), name="counted"), Sheet(), "counted")
    taller = figure(Plot((Counted("counts", "Error bars: as counted.", 2.0),), name="counted"), Sheet(), "counted")
    assert "Error bars: as counted." in drawn and drawn.count("<use") >= 3 + 2 * 3
    assert drawn != taller
    with pytest.raises(DeriveError, match="rows"):
        Data().rows()
