"""Reading the text of a stranger's PDF, at arm's length."""

import json
import subprocess
import sys
from pathlib import Path

READER = Path(__file__).with_name("pdf_text_reader.py")
MOST_SECONDS = 8
"""By the clock; the reader itself stops after less of the processor's time."""


def text_of(content: bytes) -> str | None:
    """Return the text of a PDF's first pages; None if it cannot be read within the limits.

    The file is read by another process, which has little memory, little time, no environment and
    nothing to write to. It never raises, whatever the file is.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the file is data for it)
            [sys.executable, "-I", str(READER)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=MOST_SECONDS,
            check=True,
        )
        text: str = json.loads(done.stdout)["text"]
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    return text
