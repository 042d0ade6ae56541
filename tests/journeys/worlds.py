"""The cases everybody tries to reach: Mei's ticket with files and a note, Omar's own, what hangs on them."""

from types import SimpleNamespace

from accounts.operations import api_keys
from tests.support import cast as people

CANARY = "canary-7f3a-internal"


class World(SimpleNamespace):
    """`known("ticket")` is a real identifier, `forged("ticket")` one of its shape that does not exist."""

    def known(self, name: str):
        return self.names[name]

    def forged(self, name: str):
        return self.forgeries.get(name)


def build() -> World:
    everybody = people.gather()
    keys = {
        name: api_keys.issue(getattr(everybody, name), name="test", by=getattr(everybody, name))[1]
        for name in people.PEOPLE
    }
    return World(cast=everybody, keys=keys, names={}, forgeries={})
