"""A mail server that takes everything and remembers which letters came, by their Message-ID."""

import asyncio
import email
import socket
from collections import Counter
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Box:
    def __init__(self, port):
        self.port, self.ids = port, []
        # While it is shut, a letter is neither taken nor refused: its sender stands in the door.
        self.shut, self.standing = False, 0

    async def handle_DATA(self, server, session, envelope):
        if self.shut:
            self.standing += 1
            while self.shut:
                await asyncio.sleep(0.02)
            return "451 come again"
        self.ids.append(email.message_from_bytes(envelope.content)["Message-ID"])
        return "250 taken"

    def doubled(self):
        """How many letters came a second time (or a third: two)."""
        return sum(count - 1 for count in Counter(self.ids).values())


@contextmanager
def open_box():
    with socket.socket() as room:
        room.bind(("127.0.0.1", 0))
        port = room.getsockname()[1]
    box = Box(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
