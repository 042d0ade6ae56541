"""Keys for programs: shown once, kept as a hash, one's own alone."""

import re

import pytest

from accounts.models import ApiKey
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
PAGE = "/me/api-keys/"


def test_a_key_is_shown_once_and_works(client, cast):
    client.force_login(cast.omar)
    made = client.post(PAGE, {"name": "Importer", "days": "90", "scopes": ["me:read"]}).content.decode()
    secret = re.search(r"hd_[\w-]{43}", made).group()
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert secret not in client.get(PAGE).content.decode()
    key = ApiKey.objects.get()
    assert secret not in {key.sha256, key.prefix, key.name}
    assert key.expires_at is not None
    assert key.scopes == ["me:read"]


def test_a_revoked_key_is_refused_at_once(client, cast):
    caller = Caller(cast.omar)
    client.force_login(cast.mei)
    assert client.post(f"{PAGE}{caller.key.pk}/revoke/").status_code == 404, "not hers"
    client.force_login(cast.omar)
    assert client.get(f"{PAGE}{caller.key.pk}/revoke/").status_code == 405
    assert client.post(f"{PAGE}{caller.key.pk}/revoke/").status_code == 302
    assert caller.get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"days": "9999"}, {"scopes": ["admin:all"]}, {"name": "a\x00b"}]
)
def test_a_wrong_form_makes_no_key(client, cast, wrong):
    client.force_login(cast.omar)
    assert client.post(PAGE, {"name": "x", "days": "30"} | wrong).status_code == 422
    assert not ApiKey.objects.exists()
