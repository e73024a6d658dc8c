"""The one style sheet of the pages of the check is made from three; it must not lag behind them."""

import gzip
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAN = ROOT / "static" / "css" / "lean.css"


def test_lean_sheet_is_current() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "lean_css.py"))["lean_css"]()

    assert LEAN.read_text() == made, "run scripts/lean_css.py"


def test_lean_sheet_is_small() -> None:
    assert len(gzip.compress(LEAN.read_bytes())) <= 8_000
