"""Refusals about tickets."""

from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Invalid


class AlreadyTaken(Conflict):
    code = "already_taken"


class Stale(Conflict):
    code = "stale"
    default = _("Something new has happened on this ticket. Read it first; your text is kept.")


class AnswerOwed(Conflict):
    code = "answer_owed"
    default = _("The trader is waiting for an answer. Please write one first; a status is no answer.")


class NothingToSay(Invalid):
    code = "empty_message"
    default = _("Please write something before sending.")


class CannotEscalate(Conflict):
    code = "escalation_not_open"
    default = _(
        "You can escalate once a promise was missed or an answer did not solve your problem. "
        "Until then the promise on this page holds."
    )


class HasCase(Conflict):
    code = "has_case"
    default = _("This ticket already has a case. A ticket has one; new points belong into it.")


class ReopenedOften(Conflict):
    code = "reopened_often"
    default = _(
        "You have opened this ticket again five times within a day. You can do so again tomorrow; "
        "if it cannot wait, please file a new ticket."
    )


class NothingOwed(Conflict):
    code = "nothing_owed"
    default = _("No answer is owed on this ticket just now.")


class TooLateToUndo(Conflict):
    code = "already_sent"
    default = _("The message has already been sent and cannot be taken back.")


class PolicyFault(Invalid):
    code = "policy_fault"


class PolicyStale(Conflict):
    code = "policy_stale"
    default = _("Somebody saved a newer version meanwhile. Open the page again and repeat your change on it.")


class DefaultStays(Conflict):
    code = "default_stays"
    default = _("The default policy catches what no other takes, so it stays in use. Edit it instead.")


class CalendarStale(PolicyStale):
    code = "calendar_stale"


class CalendarInUse(Conflict):
    code = "calendar_in_use"


class AlreadyApplying(Conflict):
    code = "already_applying"
    default = _("This version is being applied already. Its progress stands on the policy's page.")


class DutyOver(Conflict):
    code = "duty_over"
    default = _("This duty is not running. One that has not begun can be removed.")


class DutyBegun(Conflict):
    code = "duty_begun"
    default = _("This duty has begun and stays on the roster. It can be ended instead.")
