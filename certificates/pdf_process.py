"""A process of its own that turns one page into a PDF: for previews, which a web thread asks for.

WeasyPrint must not run in two threads of a process, and the web server has threads. This program
reads one page with its assets as JSON from its standard input and writes the PDF to its standard
output. It knows neither database nor settings, has no secrets in its environment, and may take
only so much time and memory.
"""

import base64
import json
import resource
import sys

from certificates.pdf import to_pdf

MOST_SECONDS = 20
MOST_BYTES = 2 * 1024**3


def main() -> None:
    """Read, render, write."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    order = json.load(sys.stdin)
    assets = {
        url: (base64.b64decode(content), media_type)
        for url, (content, media_type) in order["assets"].items()
    }
    document = to_pdf(
        order["html"], design=order["layout"], identifier=order["identifier"], assets=assets
    )
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
