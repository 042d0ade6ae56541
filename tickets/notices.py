"""How acts on tickets are told, and the kinds of notice they send."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from helpdesk.audit.words import say
from helpdesk.notify import kinds
from helpdesk.notify.kinds import Words

say("ticket.filed", _("{actor} filed the ticket"), icon="inbox", public=True)
say("ticket.public.posted", _("{actor} replied"), icon="reply", public=True)
say("ticket.note.posted", _("{actor} wrote an internal note"), icon="lock")
say("ticket.message.held", _("{actor} wrote a reply that is about to be sent"), icon="clock")
say("ticket.message.recalled", _("{actor} took a reply back before it was sent"), icon="undo-2")
say("ticket.claimed", _("{actor} took the ticket"), icon="user-check")
say("ticket.assigned", _("{actor} gave the ticket to {to}"), icon="user-check")
say("ticket.unassigned", _("{actor} put the ticket back into the queue"), icon="user-minus")
say("ticket.team.changed", _("{actor} moved the ticket to {team}"), icon="users")
say("ticket.priority.changed", _("{actor} changed the priority from {before} to {after}"), icon="flag")
say("ticket.tags.changed", _("{actor} changed the tags"), icon="tag")
say("ticket.wait_for_trader", _("{actor} waits for the trader"), icon="pause", public=True)
say("ticket.wait_for_third_party", _("{actor} waits for a third party"), icon="pause", public=True)
say("ticket.resume", _("{actor} went on with the ticket"), icon="play", public=True)
say("ticket.resolve", _("{actor} marked the ticket as solved"), icon="check", public=True)
say("ticket.reopen", _("{actor} reopened the ticket"), icon="rotate-ccw", public=True)
say("ticket.close", _("{actor} closed the ticket"), icon="check-check", public=True)
say("ticket.escalated", _("{actor} escalated the ticket"), icon="scale", public=True)
say("ticket.complaint.marked", _("{actor} took a message as a complaint"), icon="flag", public=True)
say("ticket.complaint.dismissed", _("{actor} noted that a message is no complaint: {reason}"), icon="flag")
say("ticket.into_dispute", _("The ticket waits for its case"), icon="scale")
say("ticket.out_of_dispute", _("The ticket is worked on again"), icon="play", public=True)
say("ticket.dispute.again", _("The dispute was taken up again"), icon="scale", public=True)
say("ticket.dispute.opened", _("Dispute {dispute} was opened"), icon="scale", public=True)
say("ticket.promise.broken", _("A promise was broken"), icon="alarm-clock", public=True)
CAUSES: dict[str, Words] = {
    "promise": _("a promise was broken"),
    "care": _("the person needs particular care"),
    "amount": _("much money is at stake"),
    "again": _("second contact on the same point"),
    "incident": _("many report the same fault"),
    "regulator": _("a regulator was named"),
    "court": _("a court was named"),
    "press": _("the press was named"),
    "police": _("the police was named"),
}


def why(data: dict[str, Any]) -> dict[str, str]:
    """The causes of a raise in words."""
    causes = data.get("causes") or [data.get("cause")]
    told = [str(CAUSES[cause]) for cause in causes if cause in CAUSES]
    return {"why": pgettext("between items of a list", ", ").join(told)}


say(
    "ticket.priority.raised",
    _("The priority rose from {before} to {after}: {why}"),
    icon="trending-up",
    words=why,
)
say("ticket.outside.named", _("Compliance was told: {why}"), icon="landmark", words=why)
say("incident.opened", _("An incident was opened: {category}"), icon="triangle-alert")
say("incident.closed", _("{actor} closed the incident"), icon="check")
say("ticket.promise.taken_on", _("{actor} took the late promise on"), icon="hand")
say("ticket.no_reply_needed", _("{actor} noted that no reply is needed"), icon="check")
say("ticket.pause.ended", _("The longest pause was over; the clock runs again"), icon="play", public=True)
say("ticket.answer.undelivered", _("An answer could not be delivered; its promise runs again"), icon="mail-x")
say("duty.added", _("{actor} put {name} on duty"), icon="phone")
say("duty.ended", _("{actor} relieved {name}"), icon="phone")
say("duty.removed", _("{actor} took {name} off the roster"), icon="phone")
say("team.created", _("{actor} made the team {name_en}"), icon="users")
say("team.renamed", _("{actor} renamed a team"), icon="users")
say("team.members.changed", _("{actor} changed who belongs to a team"), icon="users")
say("team.categories.changed", _("{actor} changed what a team looks after"), icon="users")
say("policy.created", _("{actor} made the SLA policy {name}"), icon="timer")
say("policy.revised", _("{actor} made version {number} of an SLA policy"), icon="timer")
say("policy.renamed", _("{actor} renamed an SLA policy from {before} to {after}"), icon="timer")
say("policy.moved", _("{actor} moved an SLA policy to place {place}"), icon="timer")
say("policy.switched", _("{actor} switched an SLA policy on or off"), icon="timer")
say("policy.applied", _("{actor} applied version {number} of an SLA policy to open tickets"), icon="timer")
say("policy.apply.ended", _("Version {number} was applied to {tickets} open tickets"), icon="timer")
say("ticket.policy.applied", _("The promise follows version {number} of “{policy}” now"), icon="timer")
say("calendar.created", _("{actor} made the calendar {name}"), icon="calendar")
say("calendar.renamed", _("{actor} renamed a calendar from {before} to {after}"), icon="calendar")
say("calendar.revised", _("{actor} made version {number} of a calendar"), icon="calendar")
say("calendar.switched", _("{actor} switched a calendar on or off"), icon="calendar")

kinds.register("ticket.filed", category="tickets", title=_("Your ticket was received"), essential=True)
kinds.register("ticket.answered", category="tickets", title=_("We answered your ticket"))
kinds.register("ticket.replied", category="work", title=_("A trader replied"))
kinds.register("ticket.assigned", category="work", title=_("A ticket was given to you"))
kinds.register(
    "ticket.warning", category="work", title=_("A promise is due soon"), essential=True, burst=True
)
kinds.register("ticket.still_late", category="work", title=_("Still late"), essential=True, burst=True)
kinds.register("ticket.pause_over", category="work", title=_("A ticket has waited long enough"))
kinds.register("ticket.still_waiting", category="tickets", title=_("We still need a word from you"))
kinds.register("ticket.late", category="work", title=_("A promise was broken"), essential=True, burst=True)
kinds.register("ticket.apology", category="tickets", title=_("We are late"), essential=True)
kinds.register("ticket.outside", category="work", title=_("Somebody outside was named"), essential=True)
kinds.register("ticket.incident", category="work", title=_("Many report the same fault"), essential=True)
