"""What a restricted item is called, and how long talk can keep a decision from being made."""

import pytest

from disputes.operations import lettervalues, printing, redacting, replying, ruling, staging, talking, weighing
from disputes.reads import papers
from helpdesk.core import paper
from helpdesk.core.errors import Conflict
from tests.disputes import cases
from tests.disputes.rooms import aside, handed_in, stored
from tests.disputes.test_room import refused
from tests.disputes.walking import At

pytestmark = pytest.mark.django_db

TITLE, FILE, TOLD = "Fraud rule seven", "rule-seven.txt", "How the rule found it"


def test_what_was_typed_about_a_covered_item_stays_with_its_side(cast, monkeypatch):
    case = cases.in_mediation(cast)
    held, plain = aside(case, cast.sun, (FILE, b"secret"), "open.png")
    written = {"title": TITLE, "description": TOLD, "held_back": "security", "summary": "A rule of ours."}
    staging.change(held, written, by=cast.sun)
    held, plain = staging.submit(case, [held.pk, plain.pk], by=cast.sun)
    redacting.decide(case.redactions.get(), by=cast.cody, approve=True)
    held.refresh_from_db()
    sheets = []
    monkeypatch.setattr(paper, "pdfs", lambda some: [sheets.extend(some) or b"%PDF-" for _one in some])
    for person, knows in ((cast.mei, False), (cast.nia, False), (cast.sun, True)):
        client, base = At(person).client, f"/disputes/{case.reference}/evidence"
        seen = [client.get(f"{base}/{one.key}/receipt/").content.decode() for one in (held, plain)]
        seen.append(client.get(f"{base}/{held.key}/about/").content.decode())
        seen.append(str(printing.sheet(case, by=person).data["blocks"]))
        for page in seen[:1] + seen[2:]:
            assert held.sha256 in page
        assert [any(word in page for word in (TITLE, FILE, TOLD)) for page in seen] == [knows] * 4, person
    decision = type("D", (), {"evidence_relied": [held.index_no, plain.index_no]})
    named = lettervalues.names_of(case, decision.evidence_relied)
    assert TITLE not in str(named)
    assert "open.png" in str(named)
