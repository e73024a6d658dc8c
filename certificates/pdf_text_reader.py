"""A program of its own that reads the text of a stranger's PDF: from standard input, as JSON.

It gives up its memory and its time before it looks at the file. Whatever the file does to the
parser ends here; `certificates.pdf_text` starts it and sees only whether an answer came.
"""

import io
import json
import resource
import sys

from pypdf import PdfReader

MOST_MEMORY = 512 * 1024 * 1024
MOST_CPU_SECONDS = 5
MOST_PAGES = 4
MOST_CHARACTERS = 100_000


def main() -> None:
    """Write the text of the first pages."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
    text = ""
    for number in range(min(len(reader.pages), MOST_PAGES)):
        text += reader.pages[number].extract_text() + "\n"
        if len(text) > MOST_CHARACTERS:
            break
    sys.stdout.write(json.dumps({"text": text[:MOST_CHARACTERS]}))


if __name__ == "__main__":
    main()
