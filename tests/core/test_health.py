"""Alive, and able to serve."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client


@pytest.mark.django_db
def test_alive_asks_nobody(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_names_what_it_needs(client: Client) -> None:
    response = client.get("/readyz")

    names = ("database", "cache", "broker", "storage", "keys")
    assert response.json() == dict.fromkeys(names, "ok")


@pytest.mark.django_db
def test_ready_says_what_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> bool:
        raise OSError("disk")

    monkeypatch.setattr(default_storage, "exists", broken)
    response = client.get("/readyz")

    assert (response.status_code, response.json()["storage"]) == (503, "down")
