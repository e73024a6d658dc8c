"""The broker over the file system, with messages that are whole when they can be seen.

kombu's own transport opens a message's file before it writes it, and a worker that looks in
between takes an empty message, for which it ends. Here a message is written under another name and
renamed. The table of queues is made in the same way by whoever comes first: who meets it half
written looks again.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils import json

write: Any = json.dumps  # kombu names no types, and two names for one argument
KombuChannel: Any = filesystem.Channel
LOOKS = 40
LOOK_SECONDS = 0.05


class Channel(KombuChannel):
    """Puts whole messages."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        """Write a message under a name that no worker looks for, then give it its own."""
        folder = Path(self.data_folder_out)
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}"
        draft = folder / f"{name}.draft"
        try:
            draft.write_text(write(message))
            draft.replace(folder / f"{name}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {folder}") from error

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Enter a queue into the table of an exchange, once nobody is in the middle of writing it."""
        bind: Any = super()._queue_bind
        for look in range(LOOKS):
            try:
                bind(exchange, routing_key, pattern, queue)
            except ValueError:  # an empty or half-written table is no JSON
                if look == LOOKS - 1:
                    raise
                time.sleep(LOOK_SECONDS)
            else:
                return


class Transport(filesystem.Transport):
    """The transport for `filesystem://`; lms/celery.py puts it in the place of kombu's."""

    Channel = Channel
