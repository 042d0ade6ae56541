"""Streams: an ASGI application that touches no database. `mixed` adds the pages for a one-process set-up.

Production runs `application` under uvicorn for /stream/ and `helpdesk.wsgi` for everything else.
"""

import os
from typing import Any

import django
from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.prod")
django.setup()

from helpdesk.realtime import stream  # noqa: E402
from helpdesk.wsgi import application as pages  # noqa: E402

PAGE_THREADS = 8
_pages = WSGIMiddleware(pages, workers=PAGE_THREADS)  # type: ignore[arg-type]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """/stream/ only; anything else is answered 404 (or 200 for the liveness probe)."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/stream/":
        await stream.application(scope, receive, send)
    elif scope["type"] == "http":
        status = 200 if scope["path"] == "/healthz" else 404
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok\n" if status == 200 else b""})


async def mixed(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Streams here, pages in threads: psycopg2 connections belong to threads and are kept by them."""
    if scope["type"] == "http" and scope["path"] != "/stream/":
        await _pages(scope, receive, send)  # type: ignore[arg-type]
    else:
        await application(scope, receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
