"""The web process of `manage.py up`: `python -m helpdesk.runtime.web 5` serves the socket it inherited as 5.

The supervisor holds that socket. While one web process ends and the next one starts, visitors wait in its
line, and nobody is refused.
"""

import asyncio
import socket
import sys

import uvicorn

BACKLOG = 1024
LULL = 0.4  # seconds in which those who were let in say what they want
PATIENCE = 8  # seconds for what is being answered; less than the supervisor waits


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in any more, hear out those who are inside, then end as usual."""
        from helpdesk.realtime import stream

        for server in self.servers:
            server.close()
        stream.let_go()
        await asyncio.sleep(LULL)
        await super().shutdown(sockets)


def listen(port: int) -> socket.socket:
    """The line in which visitors wait for a web process."""
    return socket.create_server(("127.0.0.1", port), backlog=BACKLOG)


def main(number: str) -> None:
    """Serve until asked to end."""
    config = uvicorn.Config(
        "helpdesk.asgi:mixed",
        lifespan="on",
        backlog=BACKLOG,
        timeout_graceful_shutdown=PATIENCE,
        access_log=False,
        log_level="warning",
    )
    config.load()  # outside the event loop, where Django may ask the database
    _Server(config).run(sockets=[socket.socket(fileno=int(number))])


if __name__ == "__main__":
    main(sys.argv[1])
