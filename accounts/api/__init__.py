"""Ways in for programs. Keys stand here alone: REST framework asks for them while it is still loading."""

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .. import access
from ..models import ApiKey, Person
from ..operations import api_keys


class Keyed(Request):
    """A request that came with a valid key: the person it speaks for is known."""

    user: Person
    auth: ApiKey


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. A browser's session does not open the API: nothing to forge."""

    def authenticate(self, request: Request) -> tuple[Person, ApiKey] | None:
        """The key's owner and the key; None without a key; 401 for one that is not valid."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = access.key_for(secret.strip()) if secret.isascii() and len(secret) < 200 else None
        if key is None:
            raise AuthenticationFailed(_("This key is unknown, revoked or expired."))
        api_keys.note_use(key)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        """What to send instead."""
        return 'Bearer realm="helpdesk"'
