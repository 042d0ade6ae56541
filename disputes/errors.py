"""Refusals about disputes."""

from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Forbidden, Invalid, stands_behind


class DeclarationMissing(Forbidden):
    code = "declaration_missing"
    default = _("Please sign your declaration first. The file opens after that.")


class UndertakingMissing(Forbidden):
    code = "undertaking_missing"
    page = "disputes/outside/not_yet.html"
    default = _("Please promise first to keep this case to yourself; the page of your case asks for it.")


class MarkedAlone(Forbidden):
    code = "not_to_take_away"
    default = _(
        "You may look at this here, but not take it away: a mark with your name cannot be put into it."
    )


@stands_behind("disputes_uninvolved")
class Involved(Conflict):
    code = "involved"
    default = _("Somebody who worked on this case cannot take a neutral role in it, nor the other way round.")


@stands_behind("disputes_reporting_line")
class TooClose(Conflict):
    code = "too_close"
    default = _(
        "Somebody of the unit the complaint is about, or above or below a person who worked on it, cannot"
        " take a neutral role."
    )


@stands_behind("disputes_under_named")
class UnderNamed(Conflict):
    code = "under_named"
    default = _("Whoever works under somebody named in the complaint cannot handle it.")


class NoDetriment(Conflict):
    code = "no_detriment"
    default = _(
        "The trader has an open dispute: nothing may be restricted meanwhile, unless compliance has approved"
        " it on the page of the dispute."
    )


class NobodyEligible(Conflict):
    code = "nobody_eligible"
    default = _("Nobody can be drawn: everyone with this role is excluded by a rule. The list says why.")


class SeatTaken(Conflict):
    code = "seat_taken"
    default = _("This role is already taken in this case.")


class FileClosed(Conflict):
    code = "file_closed"
    default = _("The file is closed for new evidence: the case is with the decider.")


class ChannelClosed(Conflict):
    code = "channel_closed"
    default = _("Messages in this channel are not possible at this stage.")


class Incomplete(Invalid):
    code = "decision_incomplete"
    default = _("The decision is not complete yet. Your text is kept.")


class CommentsOpen(Conflict):
    code = "comments_open"
    default = _("Both sides still have time to comment on the provisional decision.")


class SecondNeeded(Conflict):
    code = "second_provisional_needed"
    default = _(
        "Outcome, remedy or sum differ from what both sides were sent. Please send a second provisional"
        " decision, so that they can comment on it."
    )


class SecondUsed(Conflict):
    code = "second_provisional_used"
    default = _(
        "A second provisional decision has already been sent. Please issue the decision with the result"
        " both sides were last sent."
    )


class ReplyOpen(Conflict):
    code = "reply_open"
    default = _("A side may still reply. This is possible when that time is over.")


class LateOpen(Conflict):
    code = "late_item_open"
    default = _("A late item waits for your word: admit it or leave it out first, with a reason.")


@stands_behind("disputes_restriction_four_eyes")
@stands_behind("disputes_remedy_four_eyes")
@stands_behind("disputes_admission_hands_apart")
@stands_behind("disputes_redaction_hands_apart")
@stands_behind("disputes_decision_answer_four_eyes")
class SameHands(Conflict):
    code = "same_hands"
    default = _("The person who proposed, approved or paid may not take another of these steps.")


class NotApproved(Conflict):
    code = "not_approved"
    default = _("This has to be approved before it can be carried out.")


@stands_behind("disputes_remedy_paid_after_approval")
class FurtherApproval(NotApproved):
    code = "not_approved"


class NoRate(Conflict):
    code = "no_rate"


@stands_behind("disputes_purge_held")
class Held(Conflict):
    code = "held"
    default = _("This case may not be erased now.")


class StillRunning(Conflict):
    code = "still_running"
    default = _("A time in this case still runs, so it is not erased yet.")


@stands_behind("disputes_purge_by_two")
@stands_behind("disputes_hold_lifted_by_two")
class SecondPerson(Conflict):
    code = "second_person"
    default = _("A second, different person has to do this.")


class TooEarly(Conflict):
    code = "too_early"


@stands_behind("disputes_handler_uninvolved")
class WasOnTicket(Conflict):
    code = "was_on_ticket"
    default = _("Whoever worked on the ticket, or is named in the complaint, cannot handle the case.")


class AnswerChanged(Conflict):
    code = "answer_changed"
    default = _("The text has changed since you read it. Please read it again.")


class LetterIncomplete(Invalid):
    code = "letter_incomplete"
    default = _("The letter is not complete, so it was not issued. Nothing was changed.")


@stands_behind("disputes_lettertemplate_four_eyes")
class OwnTemplate(Conflict):
    code = "own_template"
    default = _("Somebody else has to publish what you have written.")


class TemplateChanged(Conflict):
    code = "template_changed"
    default = _("The draft has changed since you read it. Please read it again.")


@stands_behind("disputes_sumhold_one_stands")
class SumStands(Conflict):
    code = "sum_stands"
    default = _("A sum is held or proposed already.")


class NotHeld(Conflict):
    code = "sum_not_held"
    default = _("This is not possible any more: nothing waits here, or it has been answered.")


class NotWaiting(Conflict):
    code = "representative_not_waiting"
    default = _("This has been checked or ended already.")


@stands_behind("disputes_representative_named_once")
class NamedAlready(Conflict):
    code = "named_already"
    default = _("Somebody with this address is named already.")


class Moved(Conflict):
    code = "case_moved"
    default = _("The case is moving right now. Please try again in a moment.")
