"""Refusals about articles and policies."""

from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Invalid


class EditedMeanwhile(Conflict):
    code = "edited_meanwhile"
    default = _(
        "Someone else saved this article while you were writing."
        " Your text is kept below; nothing was overwritten."
    )


class NothingToPublish(Conflict):
    code = "nothing_to_publish"
    default = _("There is no text to publish yet. Write at least one language first.")


class AddressTaken(Invalid):
    code = "address_taken"
    default = _("Another article has or had this address. Please choose another one.")


class UnknownRevision(Invalid):
    code = "unknown_revision"
    default = _("There is no such revision.")


class TextMissing(Invalid):
    code = "text_missing"
    default = _("A policy needs its full text in both languages.")
