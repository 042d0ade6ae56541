"""A mail server of the tests' own: it takes everything and remembers what came."""

import asyncio
import email
import email.policy
import socket
from collections import Counter
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller


class Box:
    """`got` holds recipients and content of each letter; `refuse` names addresses it does not know."""

    def __init__(self, port):
        self.port, self.got, self.ids, self.refuse, self.sessions = port, [], [], set(), set()
        # While it is shut, a letter is neither taken nor refused: its sender stands in the door.
        self.shut, self.standing = False, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.sessions.add(id(session))
        if address in self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.shut:
            self.standing += 1
            while self.shut:
                await asyncio.sleep(0.02)
            return "451 come again"
        self.got.append((envelope.rcpt_tos, envelope.content))
        self.ids.append(parsed(envelope.content)["Message-ID"])
        return "250 taken"

    def doubled(self):
        """How many letters came a second time (or a third: two)."""
        return sum(count - 1 for count in Counter(self.ids).values())


def parsed(content):
    """The letter as a mail program reads it."""
    return email.message_from_bytes(content, policy=email.policy.default)


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


@pytest.fixture
def box(settings):
    """The mail server this process sends to."""
    with open_box() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box
