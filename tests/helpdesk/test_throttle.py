"""Who is counted: the caller's own address, which only our own fronts may tell."""

import pytest

from helpdesk.core.throttle import address

SPOOFED = {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9"}


@pytest.mark.parametrize(("fronts", "counted"), [(0, "10.0.0.2"), (1, "203.0.113.9"), (3, "10.0.0.2")])
def test_an_address_somebody_wrote_himself_is_not_believed(settings, fronts, counted):
    settings.TRUSTED_PROXIES = fronts
    assert address(SPOOFED) == counted


def test_two_keys_of_one_person_share_one_limit(client, cast, settings):
    from accounts.operations import api_keys

    settings.API_PER_MINUTE = {"read": 2}
    secrets = [api_keys.issue(cast.mei, name=str(n), by=cast.mei)[1] for n in range(3)]
    answers = [client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}) for secret in secrets]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
