"""How acts in the help centre are told."""

from django.utils.translation import gettext_lazy as _

from helpdesk.audit.words import say

say("article.created", _("{actor} created an article"), icon="plus")
say("article.revised", _("{actor} saved revision {number} ({language})"), icon="pencil")
say("article.settings.changed", _("{actor} changed the settings of an article: {fields}"), icon="settings")
say("article.published", _("{actor} published an article"), icon="globe")
say("article.unpublished", _("{actor} took an article back to draft"), icon="undo-2")
say("article.archived", _("{actor} archived an article"), icon="archive")
say("article.brought_back", _("{actor} brought an article back from the archive"), icon="rotate-ccw")
say("article.restored", _("{actor} restored revision {source} ({language})"), icon="history")
say("article.reviewed", _("{actor} confirmed that an article is still right"), icon="circle-check")
say("article.voted", _("{actor} said whether an article helped"), icon="thumbs-up")
say("policy.created", _("{actor} created a policy"), icon="plus")
say("policy.version.published", _("{actor} published version {number} of a policy"), icon="scale")
