"""How the fonts in this folder were made: STIX Two cut down to what the pages set, the MATH table and its glyph variants kept.

A build step, not part of the package at run time: it needs fonttools and brotli, and the originals, which npm has:

    npm pack @fontsource/stix-two-math@5.3.0 @fontsource/stix-two-text@5.3.0     # and unpack both
    python subset.py MATH.woff2 REGULAR.woff2 ITALIC.woff2 SEMIBOLD.woff2

The licence (SIL OFL 1.1, in OFL.txt) lets us do so. It reserves the name `TM Math`, and `STIX Fonts` is a trademark: a modified
version should carry neither, so the families are renamed to `Derive Math` and `Derive Text`; the copyright record stays.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent

MATH_CHARACTERS = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x237, 0x237),
    (0x300, 0x30C), (0x332, 0x332), (0x338, 0x338), (0x20D0, 0x20D7), (0x20DB, 0x20DC), (0x20E1, 0x20E1),  # accents
    (0x391, 0x3C9), (0x3D1, 0x3D1), (0x3D5, 0x3D6), (0x3F0, 0x3F1), (0x3F5, 0x3F5),  # Greek and its variants
    (0x2002, 0x200B), (0x2010, 0x2026), (0x2032, 0x2037), (0x2057, 0x2057), (0x2061, 0x2064), (0x203E, 0x203E),
    (0x210B, 0x2138), (0x2102, 0x2102), (0x2146, 0x2149),  # letterlike: ℝ ℂ ℒ ℏ ℓ ℵ
    (0x2190, 0x219B), (0x21A6, 0x21A6), (0x21AA, 0x21AA), (0x21C0, 0x21C1), (0x21CC, 0x21CC), (0x21D0, 0x21D5), (0x21DD, 0x21DD),
    (0x27F5, 0x27FA), (0x27FC, 0x27FC), (0x2200, 0x222F), (0x2234, 0x2237), (0x223C, 0x223D), (0x2243, 0x224D), (0x2250, 0x2254),
    (0x2260, 0x226B), (0x2272, 0x2273), (0x227A, 0x227D), (0x2282, 0x228B), (0x228E, 0x22A5), (0x22A8, 0x22A8), (0x22C0, 0x22C6),
    (0x22EE, 0x22F1), (0x2308, 0x230B), (0x2320, 0x2321), (0x239B, 0x23B3), (0x23B4, 0x23B5), (0x23DC, 0x23E1),  # brackets and their parts
    (0x25A0, 0x25A1), (0x25B3, 0x25B3), (0x25CB, 0x25CB), (0x266D, 0x266F), (0x27C2, 0x27C2), (0x27E6, 0x27EB), (0x2A00, 0x2A02),
    (0x2A0C, 0x2A0C), (0x2A3F, 0x2A3F), (0x2A7D, 0x2A7E), (0x2AAF, 0x2AB0),
    (0x1D400, 0x1D49B), (0x1D49C, 0x1D4CF), (0x1D504, 0x1D56B), (0x1D5A0, 0x1D5D3), (0x1D6A4, 0x1D6A5), (0x1D6A8, 0x1D755),
)  # fmt: skip
TEXT_CHARACTERS = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2010, 0x2026),
    (0x2032, 0x2033),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
)


def cut(
    source: Path, target: Path, characters: tuple[tuple[int, int], ...], family: str, style: str, features: list[str]
) -> None:
    """Writes the subset of the font as woff2 under its new family name."""
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=features,
        name_IDs=[0, 1, 2, 3, 4, 6, 13, 14],
        notdef_outline=True,
    )
    options.drop_tables += ["DSIG", "meta"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in characters for code in range(first, last + 1)])
    cutter.subset(font)
    full = f"{family} {style}".replace(" Regular", "")
    for identifier, text in {1: family, 2: style, 3: f"{full}; subset", 4: full, 6: full.replace(" ", "-")}.items():
        font["name"].setName(text, identifier, 3, 1, 0x409)
    font["name"].setName("SIL Open Font License, Version 1.1; see OFL.txt", 13, 3, 1, 0x409)
    if "CFF " in font:
        names = font["CFF "].cff
        names.fontNames = [full.replace(" ", "-")]
        top = names.topDictIndex[0]
        top.rawDict.update(FullName=full, FamilyName=family)
        top.FullName, top.FamilyName = full, family
    font.flavor = "woff2"
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target)
    glyphs = len(TTFont(target).getGlyphOrder())
    print(f"{target.name}: {glyphs} glyphs, {target.stat().st_size} bytes")


def main(arguments: list[str]) -> int:
    if len(arguments) != 4:
        print(__doc__)
        return 2
    mathematics, *texts = map(Path, arguments)
    cut(
        mathematics,
        HERE / "DeriveMath.woff2",
        MATH_CHARACTERS,
        "Derive Math",
        "Regular",
        ["ssty", "dtls", "flac", "ccmp", "rtlm"],
    )
    for source, style in zip(texts, ("Regular", "Italic", "SemiBold"), strict=True):
        cut(
            source,
            HERE / f"DeriveText-{style}.woff2",
            TEXT_CHARACTERS,
            "Derive Text",
            style,
            ["kern", "liga", "ccmp", "mark", "onum", "lnum", "tnum", "locl"],
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
