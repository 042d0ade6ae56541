"""Somebody who calls the API with a key of their own."""

from typing import Any

from django.test import Client

from accounts.operations import api_keys


class Caller:
    """`Caller(cast.mei).post("/api/v1/tickets/", {...})` – JSON both ways."""

    def __init__(self, person: Any, **key: Any) -> None:
        self.key, self.secret = api_keys.issue(person, name="test", by=person, **key)
        self.client = Client()

    def _headers(self, once: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} | ({"Idempotency-Key": once} if once else {})

    def get(self, path: str):
        return self.client.get(path, headers=self._headers(None))

    def post(self, path: str, body: Any = None, *, once: str | None = None):
        """`body` as JSON; bytes go as they are."""
        return self.client.post(
            path,
            body if body is not None else {},
            content_type="application/json",
            headers=self._headers(once),
        )

    def upload(self, path: str, *, once: str | None = None, **fields: Any):
        return self.client.post(path, fields, headers=self._headers(once))
