"""Every kind of notice that can be sent has the words it needs."""

import pytest

from helpdesk.notify import kinds

from .sources import ROOT

SHELF = ROOT / "templates" / "messages"
# Only behind the bell: nobody is written a letter about these.
BELL_ALONE = {"ticket.replied", "ticket.assigned"}
# Only by letter: the person may have no account, or is not signed in.
LETTER_ALONE = {kind.code for kind in kinds.all_kinds() if kind.code.startswith("account.")}


@pytest.mark.parametrize("kind", [kind.code for kind in kinds.all_kinds()])
def test_every_kind_of_notice_has_its_words(kind):
    wanted = set() if kind in BELL_ALONE else {"subject.txt", "body.txt"}
    wanted |= set() if kind in LETTER_ALONE else {"inapp.html"}
    assert not [name for name in sorted(wanted) if not (SHELF / kind / name).exists()]


def test_no_words_are_left_without_a_kind():
    shelves = {path.name for path in SHELF.iterdir() if path.is_dir()}
    assert not shelves - {kind.code for kind in kinds.all_kinds()}
