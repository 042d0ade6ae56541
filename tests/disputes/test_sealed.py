"""Evidence at rest: unreadable on the disk, for its owner what came in, and no damage goes unseen."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from disputes.models import Evidence, EvidenceDraft
from disputes.operations import evidence, tending
from helpdesk.core import vault
from tests.disputes import cases
from tests.disputes.copies import members, run, taken
from tests.disputes.rooms import WAV, aside, handed_in
from tests.disputes.walking import At
from tests.support import samples
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
PLACE, NAME = "48.8583N 2.2945E", "my-flat-in-paris.jpg"
LONG = WAV + bytes(range(256)) * 800  # four pieces


@pytest.fixture(autouse=True)
def a_store_of_its_own(tmp_path):
    """What is damaged here is met by no other test."""
    store = storages["default"]
    before = store._location

    def lies_in(folder):
        store._location = folder
        for name in ("base_location", "location"):
            store.__dict__.pop(name, None)

    lies_in(str(tmp_path / "media"))
    yield
    lies_in(before)


def photo():
    """As a phone takes it: it knows where."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = PLACE
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (48.0, 51.0, 29.9), 3: "E", 4: (2.0, 17.0, 40.2), 27: PLACE.encode()}
    )
    Image.effect_noise((400, 300), 90).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def on_disk(item):
    return Path(default_storage.path(item.storage_key))


def door(case, item, way=""):
    return f"/disputes/{case.reference}/evidence/{item.key}/{way}"


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def due():
    Evidence.objects.update(checked_at=timezone.now() - timedelta(days=8))


def test_on_the_disk_it_is_unreadable_and_its_owner_gets_what_they_sent(cast, tmp_path):
    case, sent = cases.in_mediation(cast), photo()
    assert PLACE.encode() in sent
    mei = At(cast.mei)
    mei.post("prepare", case, files=[samples.upload(NAME, sent)])
    draft = EvidenceDraft.objects.get()
    assert body(mei.client.get(f"/disputes/{case.reference}/prepare/{draft.pk}/file/")) == sent
    mei.post("submit-prepared", case, picked=[draft.pk])
    url = f"/api/v1/disputes/{case.reference}/evidence/"
    assert Caller(cast.mei).upload(url, files=samples.upload(NAME, sent)).status_code == 201
    first, second = case.evidence.filter(original_filename=NAME).order_by("number")
    lying = [path.read_bytes() for path in Path(default_storage.location).rglob("*") if path.is_file()]
    assert len(lying) >= 4
    for secret in (sent, sent[1000:1064], PLACE.encode(), NAME.encode(), b"Exif\0"):
        assert not any(secret in data for data in lying)
    answer = mei.client.get(door(case, first))
    assert (body(answer), answer["Content-Length"], answer["Content-Type"]) == (
        sent, str(len(sent)), "image/jpeg",
    )  # fmt: skip
    assert NAME in answer["Content-Disposition"]
    assert body(Caller(cast.mei).get(f"{url}{second.key}/")) == sent
    shown = body(mei.client.get(door(case, first, "preview/")))
    assert not Image.open(io.BytesIO(shown)).getexif()
    for way in ("", "preview/", "about/"):
        assert At(cast.omar).client.get(door(case, first, way)).status_code == 404
    (tmp_path / "case.zip").write_bytes(data := taken(case, cast.mei))
    parts = members(data)
    assert parts[f"evidence/{first.index_no}.jpg"] == parts[f"evidence/{second.index_no}.jpg"] == sent
    (tmp_path / "verify.py").write_bytes(parts["verify.py"])
    code, told = run(tmp_path, tmp_path / "case.zip", "--lang", "en")
    assert (code, "UNCHANGED" in told) == (0, True), told
    call_command("verify_bundle", str(tmp_path / "case.zip"))


@pytest.mark.parametrize("at", [0, 15, 16, 30, 63, 64, 70_000, -1, "cut", "longer"])
def test_one_changed_byte_is_never_handed_out_and_holds_the_case(cast, tmp_path, at):
    case = cases.in_mediation(cast)
    item, whole = handed_in(case, cast.mei, ("a.wav", LONG), ("b.wav", LONG))
    data = bytearray(on_disk(item).read_bytes())
    if isinstance(at, int):
        data[at] ^= 1
    on_disk(item).write_bytes(data[: -vault.PIECE] if at == "cut" else bytes(data) + b"?" * (at == "longer"))
    sun = At(cast.sun).client
    assert [sun.get(door(case, item, way)).status_code for way in ("", "play/", "about/")] == [404, 404, 200]
    assert Caller(cast.mei).get(f"/api/v1/disputes/{case.reference}/evidence/{item.key}/").status_code == 404
    (tmp_path / "case.zip").write_bytes(taken(case, cast.mei))
    with pytest.raises(CommandError):
        call_command("verify_bundle", str(tmp_path / "case.zip"), stdout=(said := io.StringIO()))
    assert f"evidence/{item.index_no}.wav" in said.getvalue()
    assert f"evidence/{whole.index_no}.wav" not in said.getvalue()
    due()
    tending.tend()
    item.refresh_from_db(), whole.refresh_from_db(), case.refresh_from_db()
    assert (item.status, item.exclusion_reason, case.hold) == ("excluded", "hash_mismatch", "legal")
    assert (whole.is_faulty, case.events.filter(action="dispute.evidence.damaged").count()) == (False, 1)


def test_film_is_wound_across_pieces_and_files_do_not_change_places(cast):
    case = cases.in_mediation(cast)
    item, other = handed_in(case, cast.mei, ("a.wav", LONG), ("b.wav", LONG[:-1] + b"x"))
    sun, n = At(cast.sun).client, len(LONG)
    for asked, first, last in (("0-0", 0, 0), ("65530-65545", 65530, 65545), ("-70000", n - 70000, n - 1),
                               (f"131072-{n + 9}", 131072, n - 1)):  # fmt: skip
        answer = sun.get(door(case, item, "play/"), headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, body(answer)) == (206, LONG[first : last + 1])
        assert answer["Content-Range"] == f"bytes {first}-{last}/{n}"
    data = bytearray(on_disk(item).read_bytes())
    data[-1] ^= 1
    on_disk(item).write_bytes(data)  # what was asked for lies before it, and is whole
    assert sun.get(door(case, item, "play/"), headers={"Range": "bytes=0-99"}).status_code == 206
    assert sun.get(door(case, item, "play/"), headers={"Range": "bytes=0-"}).status_code == 404
    on_disk(item).write_bytes(on_disk(other).read_bytes())
    assert sun.get(door(case, item)).status_code == 404


def test_an_earlier_key_opens_a_missing_one_accuses_nobody_and_a_new_one_takes_over(cast, settings):
    case, sent = cases.in_mediation(cast), photo()
    item, old = handed_in(case, cast.mei, (NAME, sent))[0], settings.SECRET_KEY
    settings.SECRET_KEY, mei = "another-" * 8, Caller(cast.mei)
    url = f"/api/v1/disputes/{case.reference}/evidence/{item.key}/"
    assert mei.get(url).status_code == 404
    due()
    tending.tend()
    item.refresh_from_db()
    assert (item.is_faulty, case.events.filter(action="dispute.evidence.damaged").exists()) == (False, False)
    with pytest.raises(CommandError, match="Locked"):
        call_command("seal_files")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert body(mei.get(url)) == sent
    settings.MEDIA_KEY = "for-files-alone-" * 3
    lay = on_disk(item).read_bytes()
    call_command("seal_files", stdout=io.StringIO())
    call_command("seal_files", stdout=(said := io.StringIO()))
    assert (" 0 sealed now" in said.getvalue(), on_disk(item).read_bytes() != lay) == (True, True)
    settings.SECRET_KEY_FALLBACKS = []
    assert body(mei.get(url)) == sent
    settings.MEDIA_KEY, settings.MEDIA_KEY_FALLBACKS = "a-newer-one-" * 4, [settings.MEDIA_KEY]
    assert body(mei.get(url)) == sent


def test_files_from_before_are_read_and_sealed_and_a_kill_loses_nothing(cast, monkeypatch):
    case, sent = cases.in_mediation(cast), photo()
    item, path = (found := handed_in(case, cast.mei, (NAME, sent))[0]), on_disk(found)
    draft = aside(case, cast.mei, (NAME, sent))[0]
    for one in (item, draft):
        on_disk(one).write_bytes(sent)
    mei, key = At(cast.mei).client, item.storage_key
    assert body(mei.get(door(case, item))) == sent

    def killed(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(vault, "_alone", killed)
        with pytest.raises(KeyboardInterrupt):
            vault.seal(key)
    assert path.read_bytes() == sent
    assert [one for one in path.parent.iterdir() if vault.DRAFT in one.name] == []
    due()
    tending.tend()
    item.refresh_from_db()
    assert (item.storage_key, PLACE.encode() in path.read_bytes(), item.is_faulty) == (key, False, False)
    assert body(mei.get(door(case, item))) == sent
    assert evidence.hash_stored(key) == item.sha256
    call_command("seal_files", stdout=io.StringIO())
    assert PLACE.encode() not in on_disk(draft).read_bytes()
    assert body(mei.get(f"/disputes/{case.reference}/prepare/{draft.pk}/file/")) == sent


def test_sealing_does_not_bring_back_what_is_erased_meanwhile(cast, monkeypatch):
    case = cases.in_mediation(cast)
    item = handed_in(case, cast.mei, (NAME, sent := photo()))[0]
    on_disk(item).write_bytes(sent)
    written = vault._written

    def slowly(draft, content):
        written(draft, content)
        default_storage.delete(item.storage_key)

    monkeypatch.setattr(vault, "_written", slowly)
    with pytest.raises(FileNotFoundError):
        vault.seal(item.storage_key)
    assert not list(on_disk(item).parent.glob(f"{on_disk(item).name}*"))
