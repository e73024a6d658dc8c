"""Cuts the fonts of the certificate out of Gentium Plus; run once, its results are in the repository.

    apt-get download fonts-sil-gentiumplus && dpkg-deb -x fonts-sil-gentiumplus_*.deb gentium
    python scripts/subset_certificate_fonts.py gentium/usr/share/fonts/truetype/gentiumplus

The licence (SIL OFL 1.1) reserves the name Gentium for the whole font, so the cut one is renamed.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "certificates" / "fonts"
FAMILY = "Amparo Serif"
FACES = {
    "Regular": "GentiumPlus-Regular",
    "Bold": "GentiumPlus-Bold",
    "Italic": "GentiumPlus-Italic",
}
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),  # Latin-1, Extended-A and -B
    (0x0250, 0x02AF),  # IPA letters, which some orthographies borrow
    (0x02B0, 0x02FF),  # modifier letters: the glottal apostrophe of Quechua and Aymara
    (0x0300, 0x036F),  # combining marks
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x2070, 0x209C),
    (0x20A0, 0x20BF),
    (0x2116, 0x2116),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0xA788, 0xA78C),  # saltillo
)
FEATURES = ["kern", "mark", "mkmk", "ccmp", "liga", "locl"]


def cut(source: Path, face: str) -> Path:
    """Write one cut and renamed face; return its path."""
    options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    options.drop_tables += ["Silf", "Glat", "Gloc", "Sill", "Feat", "FFTM", "DSIG"]
    font = TTFont(source)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    cutter.subset(font)
    names = {1: FAMILY, 2: face, 3: f"{FAMILY} {face}", 4: f"{FAMILY} {face}"}
    names |= {6: f"AmparoSerif-{face}", 16: FAMILY, 17: face}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["head"].modified = font["head"].created
    path = TARGET / f"amparo-serif-{face.lower()}.ttf"
    font.save(path, reorderTables=True)
    return path


def main() -> None:
    """Cut every face."""
    for face, name in FACES.items():
        path = cut(Path(sys.argv[1]) / f"{name}.ttf", face)
        print(path.name, path.stat().st_size)


main()
