"""How acts about people are told."""

from django.utils.translation import gettext_lazy as _

from helpdesk.audit.words import say

say("person.registered", _("{actor} opened an account"), icon="user-plus")
say("person.roles.changed", _("{actor} changed roles from {before} to {after}"), icon="shield")
say("person.activity.changed", _("{actor} changed whether the account is active: {active}"), icon="user")
say("person.preferences.changed", _("{actor} changed settings: {fields}"), icon="settings")
say("apikey.issued", _("{actor} issued an API key"), icon="key")
say("apikey.revoked", _("{actor} revoked an API key"), icon="key")
