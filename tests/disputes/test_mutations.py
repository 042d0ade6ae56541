"""Every form and every body of disputes, sent wrongly in many ways: never a server error, never half a write.

MUTATIONS=500 sends so many of each; FAULT_SEED sends others. What is sent rightly is in the table of doors.
"""

import json
import os
from collections import Counter

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.journeys import doors, worlds
from tests.journeys.rows import parse
from tests.support import cast as people
from tests.support import faults, mutants

from .walks.prints import Prints

pytestmark = pytest.mark.django_db
EACH = faults.times(1, 500, "MUTATIONS")
ANSWERS = {200, 201, 302, 400, 403, 404, 405, 409, 411, 413, 415, 422, 429}
DONE = {"200", "201", "302"}
BESIDE = {"tickets:desk-complaint", "api_ticket_complaint"}
ROWS = [
    row
    for row in parse(doors.TABLE)
    if row.method == "POST" and (row.name in BESIDE or row.name.startswith(("disputes:", "api_dispute")))
]


class Sender:
    """Each row's door with the person it belongs to; what a request wrote is undone."""

    def __init__(self):
        self.world = worlds.build()
        self.clients = {}
        for who in people.PEOPLE:
            self.clients[who] = Client(raise_request_exception=False)
            self.clients[who].force_login(getattr(self.world.cast, who))
        self.prints = Prints()
        self.before = self.prints.take()

    def valid(self, row):
        data = doors.DATA.get((row.method, row.name), {})
        return mutants.fresh(data(self.world) if callable(data) else data)

    def owner(self, row):
        return next((who for who in people.PEOPLE if row.expected(who).split("|")[0] in DONE), "mei")

    def send(self, row, data, **how):
        """(the answer, which tables changed, how many files were added)."""
        who = self.owner(row)
        path = reverse(row.name, args=[self.world.known(name) for name in row.args])
        headers = {"Authorization": f"Bearer {self.world.keys[who]}"} if row.api else {}
        held, stirred = files(), self.prints.stirred()
        with transaction.atomic():
            client = Client(raise_request_exception=False) if row.api else self.clients[who]
            answer = client.post(path, data, headers=headers, **how)
            if answer.streaming:
                b"".join(answer.streaming_content)
            # What touched no row has written nothing; only what did is compared, row by row.
            after = self.before if self.prints.stirred() == stirred else self.prints.take()
            transaction.set_rollback(True)
        wrote = {name for name in after if after[name] != self.before[name]}
        return answer, wrote, len(files() - held)


def files():
    return {
        os.path.join(at, name) for at, _dirs, names in os.walk(default_storage.location) for name in names
    }


@pytest.fixture
def sender(settings, monkeypatch):
    settings.API_PER_MINUTE = {"read": 10**9, "write": 10**9, "anonymous": 10**9}
    monkeypatch.setattr("helpdesk.core.throttle.take", lambda *_args, **_more: 0)
    return Sender()


def test_what_is_sent_wrongly_is_refused_whole(sender):
    told, wrong, sent = Counter(), [], 0
    for row in ROWS:
        dice = faults.dice("mutations", row)
        for turn in range(EACH):
            right = sender.valid(row)
            if row.api and not any(hasattr(value, "read") for value in right.values()):
                data, kind = mutants.body(right, dice)
                answer, wrote, left = sender.send(row, data, content_type=kind)
            else:
                data, how = mutants.form(right, dice)
                answer, wrote, left = sender.send(row, data, **how)
            status, sent = answer.status_code, sent + 1
            told[status] += 1
            if status not in ANSWERS or (status >= 400 and (wrote or left)):
                wrong.append(
                    f"{row} turn {turn}: {status}, wrote {sorted(wrote)}, {left} files: {str(data)[:200]}"
                )
    faults.tell(forms=len(ROWS), sent=sent, answers=dict(sorted(told.items())), wrong=len(wrong))
    assert not wrong, "\n".join(wrong[:30])
    _no_field_is_taken_in_silence(sender)


def _no_field_is_taken_in_silence(sender):
    """D3: what a body may not say is named in a refusal, for every endpoint that writes."""
    connection.ensure_connection()
    for row in (row for row in ROWS if row.api):
        right = sender.valid(row)
        if any(hasattr(value, "read") for value in right.values()):
            answer, wrote, _left = sender.send(row, right | {"state": "closed"})
            known = {"files", "title", "description"}
        else:
            extra = {name: "x" for name in mutants.SURPRISES if name not in right and name not in TAKEN}
            text = json.dumps(right | extra, default=mutants.plain)
            answer, wrote, _left = sender.send(row, text, content_type="application/json")
            known = set(right)
        assert (answer.status_code, wrote) == (400, set()), (row, answer.content[:300])
        assert not known & set(answer.json()["errors"]), row
        assert "state" in answer.json()["errors"], row


# Fields of steps that are there, for another step.
TAKEN = {"role", "outcome", "amount"}
