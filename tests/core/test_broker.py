"""The broker over the file system: nobody ever sees half a message."""

from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from lms.core import broker

MESSAGE = {"body": "cuerpo", "properties": {}, "headers": {}}


@pytest.fixture
def channel(tmp_path: Path) -> Any:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.channel()


def test_our_transport_serves_the_file_system(channel: Any) -> None:
    assert isinstance(channel, broker.Channel)


def test_message_cannot_be_taken_before_it_is_whole(
    channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    rename = Path.replace

    def look_first(draft: Path, target: Path) -> Path:
        with pytest.raises(Empty):
            channel._get("cola")
        seen.append(draft.read_text())
        return rename(draft, target)

    monkeypatch.setattr(Path, "replace", look_first)
    channel._put("cola", MESSAGE)

    assert channel._get("cola") == MESSAGE
    assert len(seen) == 1
    with pytest.raises(Empty):
        channel._get("cola")


def test_half_written_table_of_queues_is_looked_at_again(
    channel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "control" / "cambio.exchange"
    table.write_text("")
    monkeypatch.setattr(broker.time, "sleep", lambda seconds: table.write_text("[]"))

    channel._queue_bind("cambio", "clave", "", "cola")

    assert [row.queue for row in channel.get_table("cambio")] == ["cola"]


def test_table_of_queues_that_stays_broken_is_an_error(
    channel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "control" / "cambio.exchange").write_text("")
    monkeypatch.setattr(broker.time, "sleep", lambda seconds: None)

    with pytest.raises(ValueError, match="Expecting value"):
        channel._queue_bind("cambio", "clave", "", "cola")
