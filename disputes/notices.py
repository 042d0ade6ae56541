"""How acts in disputes are told, and the kinds of notice they send."""

from django.utils.translation import gettext_lazy as _

from helpdesk.audit.words import say
from helpdesk.notify import kinds

say("dispute.receive", _("The complaint was registered"), icon="inbox", public=True)
say("dispute.acknowledge", _("The complaint was acknowledged"), icon="mail", public=True)
say("dispute.escalate", _("The case went to mediation"), icon="scale", public=True)
say("dispute.admission.proposed", _("{actor} proposed not to admit the complaint"), icon="flag")
say("dispute.admission.approved", _("{actor} agreed not to admit the complaint"), icon="badge-check")
say("dispute.admission.turned_down", _("{actor} did not agree: the complaint is heard"), icon="x")
say("dispute.refuse_admission", _("The complaint was not admitted"), icon="x", public=True)
say("dispute.admission.review_asked", _("{actor} asked for a review"), icon="rotate-ccw", public=True)
say("dispute.admission.confirmed", _("{actor} confirmed the refusal"), icon="check", public=True)
say("dispute.admit_again", _("{actor} admitted the complaint"), icon="play", public=True)
say("dispute.investigate", _("A complaint handler has the case"), icon="user-check", public=True)
say("dispute.handler.changed", _("Another complaint handler has the case"), icon="user-check", public=True)
say("dispute.named", _("{actor} noted who is named in the complaint"), icon="user-minus")
say("dispute.close_simply", _("{actor} said that it is solved"), icon="check-check", public=True)
say("dispute.answer.drafted", _("{actor} worked on the answer"), icon="pencil")
say("dispute.answer.submitted", _("{actor} put the answer before a supervisor"), icon="pencil")
say("dispute.answer.returned", _("{actor} sent the answer back"), icon="undo-2")
say("dispute.respond", _("The platform answered; {actor} approved it"), icon="mail", public=True)
say("dispute.accept_response", _("{actor} accepted the answer"), icon="check-check", public=True)
say("dispute.accept_response_only", _("{actor} accepted the answer"), icon="check-check", public=True)
say("dispute.ask_for_mediation", _("{actor} asked for mediation"), icon="scale", public=True)
say("dispute.close_without_reply", _("The case was closed without a reply"), icon="archive", public=True)
say(
    "dispute.clock.again",
    _("The time begins anew: reminders were missing"),
    icon="clock",
    public=True,
)
say("dispute.default", _("Our time for the answer ended without one"), icon="alarm-clock", public=True)
say("dispute.automatic.on", _("{actor} lets the case go to mediation by itself"), icon="play", public=True)
say("dispute.automatic.off", _("{actor} will say when it goes to mediation"), icon="pause", public=True)
say("dispute.evidence.admitted", _("An item was added to the evidence"), icon="paperclip", public=True)
say("dispute.evidence.opened", _("{actor} opened a file"), icon="eye", public=True)
say("dispute.evidence.damaged", _("A stored file is not what it was: the case is held"), icon="alarm-clock",
    public=True)  # fmt: skip
say("dispute.evidence.admitted_late", _("{actor} admitted a late item"), icon="check", public=True)
say("dispute.evidence.left_out", _("{actor} left a late item out"), icon="x", public=True)
say("dispute.draft.changed", _("{actor} worked on an item not yet submitted"), icon="pencil")
say("dispute.draft.removed", _("{actor} removed an item not yet submitted"), icon="x")
say("dispute.reply.waived", _("{actor} has nothing more to reply"), icon="check", public=True)
say("dispute.info.asked", _("{actor} asked one side for things"), icon="list-checks", public=True)
say("dispute.info.answered", _("{actor} answered one thing asked for"), icon="reply", public=True)
say("dispute.info.complete", _("Everything asked for has been answered"), icon="check-check", public=True)
say("dispute.redaction.asked", _("{actor} asked to cover parts of an item"), icon="eye-off", public=True)
say("dispute.redaction.approved", _("{actor} agreed to cover parts of an item"), icon="eye-off", public=True)
say("dispute.redaction.refused", _("{actor} did not agree to cover an item"), icon="eye", public=True)
say("dispute.bundle.made", _("{actor} took a copy of the file"), icon="download", public=True)
say("dispute.anchor.made", _("The root of the day was published"), icon="hash")
say("dispute.neutral.drawn", _("A neutral person was drawn"), icon="users", public=True)
say("dispute.neutral.accepted", _("{actor} signed the declaration"), icon="square-pen", public=True)
say("dispute.neutral.left", _("A neutral person left the case"), icon="user-minus", public=True)
say(
    "dispute.begin_mediation",
    _("{actor} signed the declaration and began the mediation"),
    icon="handshake",
    public=True,
)
say("dispute.replace_mediator", _("Another mediator will be appointed"), icon="user-minus", public=True)
say("dispute.said.open", _("{actor} wrote to everyone in the case"), icon="message-square", public=True)
say("dispute.said.caucus_trader", _("{actor} wrote in the talk between trader and mediator"), icon="lock")
say("dispute.said.caucus_platform", _("{actor} wrote in the talk between platform and mediator"), icon="lock")
say("dispute.said.internal", _("{actor} wrote an internal note"), icon="lock")
say("dispute.said.neutral", _("{actor} wrote a note of their own"), icon="lock")
say("dispute.read", _("{actor} read the case as one of the house"), icon="eye")
say("dispute.offer.made", _("{actor} made an offer"), icon="handshake")
say("dispute.offer.declined", _("{actor} declined an offer"), icon="x")
say("dispute.settle", _("{actor} accepted the offer: the case is settled"), icon="handshake")
say("dispute.report_no_settlement", _("The mediation ended without an agreement"), icon="flag", public=True)
say("dispute.decision.drafted", _("{actor} worked on the decision"), icon="pencil")
say("dispute.issue_provisional", _("{actor} issued the provisional decision"), icon="gavel", public=True)
say("dispute.comments.closed", _("{actor} has no further comments"), icon="check", public=True)
say("dispute.decide", _("{actor} issued the decision"), icon="gavel", public=True)
say(
    "dispute.issue_second_provisional",
    _("{actor} changed the result and sent a second provisional decision"),
    icon="gavel",
    public=True,
)
say("dispute.appeal", _("{actor} asked for a review of the decision"), icon="scale", public=True)
say("dispute.end_appeal", _("The review ended: the decision stands"), icon="undo-2", public=True)
say("dispute.decide_appeal", _("{actor} issued the decision on review"), icon="gavel", public=True)
say("dispute.send_back", _("{actor} sent the case back to a new decider"), icon="undo-2", public=True)
say("dispute.accept_final", _("{actor} accepted the decision on review"), icon="check-check", public=True)
say(
    "dispute.accept_final_without_remedy",
    _("{actor} accepted the decision on review"),
    icon="check-check",
    public=True,
)
say("dispute.referral.told", _("{actor} told that an outside body has the case"), icon="scale", public=True)
say("dispute.refer", _("The work here ended: an outside body has the case"), icon="scale", public=True)
say("dispute.referral.ended", _("{actor} recorded that the outside body is done"), icon="flag", public=True)
say("dispute.close_referred", _("{actor} recorded what the outside body found"), icon="flag", public=True)
say(
    "dispute.owe_referred",
    _("{actor} recorded what the outside body found, and what is owed by it"),
    icon="flag",
    public=True,
)
say("dispute.reopen", _("{actor} reopened the case"), icon="rotate-ccw", public=True)
say("dispute.accept_decision", _("{actor} accepted the decision"), icon="check-check", public=True)
say("dispute.accept_without_remedy", _("{actor} accepted the decision"), icon="check-check", public=True)
say("dispute.leave_unaccepted", _("The decision was not accepted"), icon="x", public=True)
say("dispute.close_final", _("The file was closed"), icon="archive", public=True)
say("dispute.remedy.approved", _("{actor} approved what is owed"), icon="badge-check", public=True)
say("dispute.remedy.recounted", _("The sum needs more approvals than before"), icon="scale")
say("dispute.answer.allowed", _("{actor} approved the money in the answer"), icon="badge-check")
say("dispute.offer.proposed", _("{actor} proposed an offer: it waits for approval"), icon="handshake")
say("dispute.offer.allowed", _("{actor} approved the money in an offer"), icon="badge-check")
say("dispute.offer.released", _("The platform made an offer; {actor} approved it"), icon="handshake")
say("dispute.hold.set", _("{actor} set a legal hold"), icon="lock")
say("dispute.hold.lift_asked", _("{actor} asked to lift the legal hold"), icon="lock")
say("dispute.hold.lifted", _("{actor} lifted the legal hold"), icon="lock")
say("dispute.purge.proposed", _("The time to keep this file is over"), icon="archive")
say("dispute.purge.approved", _("{actor} agreed that the file is erased"), icon="badge-check")
say("dispute.purged", _("The file was erased when its time was over; {actor} agreed"), icon="archive")
say("dispute.remedy.paid", _("{actor} carried out what was owed"), icon="banknote", public=True)
say("dispute.confirm_remedy", _("The case was closed as carried out"), icon="check-check", public=True)
say("dispute.withdrawal.asked", _("{actor} asked to withdraw"), icon="undo-2", public=True)
say("dispute.withdrawal.kept", _("{actor} keeps the complaint"), icon="play", public=True)
say("dispute.withdraw", _("{actor} withdrew the complaint"), icon="undo-2", public=True)
say("dispute.clock.warned", _("A date comes near"), icon="clock", public=True)
say("dispute.return.made", _("{actor} made a return"), icon="file-text")
say("dispute.clock.extended", _("{actor} moved a date for both sides"), icon="clock", public=True)
say("dispute.delay.sent", _("{actor} sent the notice that our answer is late"), icon="mail", public=True)
say("dispute.letter.issued", _("A letter was issued"), icon="mail", public=True)
say("dispute.offer.letter", _("The settlement was put into a letter"), icon="mail")
say("dispute.letter.opened", _("{actor} opened a letter"), icon="eye", public=True)
say("dispute.dossier.made", _("{actor} took the file as a PDF"), icon="download", public=True)
say("dispute.pack.begun", _("{actor} began a file for an outside body"), icon="archive", public=True)
say("dispute.pack.made", _("{actor} made a file for an outside body"), icon="archive", public=True)
say("dispute.pack.taken", _("{actor} took the file made for an outside body"), icon="download", public=True)
say("dispute.pack.handed_over", _("{actor} handed the file to an outside body"), icon="scale", public=True)
say("body.added", _("{actor} added an outside body"), icon="plus")
say("body.changed", _("{actor} changed what is known of an outside body"), icon="pencil")
say("letter.template.saved", _("{actor} worked on the words of a letter"), icon="pencil")
say("letter.template.dropped", _("{actor} dropped a draft of a letter"), icon="trash-2")
say("letter.template.published", _("{actor} published the words of a letter"), icon="globe")
say("dispute.clock.broken", _("A date was missed"), icon="alarm-clock", public=True)
say("dispute.clock.over", _("A period is over"), icon="alarm-clock", public=True)

say("dispute.grant.promised", _("{actor} promised to keep the case confidential"), icon="lock", public=True)
say("dispute.grant.revoked", _("{actor} ended the access of the mediator from outside"), icon="user-minus",
    public=True)  # fmt: skip
say("dispute.names.agreed", _("{actor} agreed that the mediator is told the names"), icon="eye", public=True)
say("dispute.names.taken_back", _("{actor} took the agreement about names back"), icon="eye-off",
    public=True)  # fmt: skip
say("dispute.restriction.asked", _("{actor} asked compliance for a restriction"), icon="flag", public=True)
say("dispute.restriction.approved", _("{actor} approved a restriction"), icon="flag", public=True)
say("dispute.restriction.refused", _("{actor} did not allow the restriction"), icon="x", public=True)
say("dispute.restriction.done", _("The trader was restricted during the dispute"), icon="flag", public=True)
say("dispute.objection.made", _("{actor} objected with reasons"), icon="flag", public=True)
say("dispute.objection.upheld", _("{actor} upheld an objection"), icon="check", public=True)
say("dispute.objection.dismissed", _("{actor} dismissed an objection"), icon="x", public=True)
say("dispute.sum.proposed", _("{actor} proposed to hold the disputed sum"), icon="lock", public=True)
say("dispute.sum.held", _("{actor} agreed: the disputed sum is held"), icon="lock", public=True)
say("dispute.sum.declined", _("{actor} did not agree to hold the disputed sum"), icon="x", public=True)
say("dispute.sum.withdrawn", _("{actor} took back the proposal to hold the sum"), icon="undo-2", public=True)
say("dispute.sum.end_asked", _("{actor} wants the held sum free earlier"), icon="clock", public=True)
say("dispute.sum.kept", _("{actor} keeps the sum held"), icon="lock", public=True)
say("dispute.sum.locked", _("{actor} noted the lock of the held sum"), icon="lock", public=True)
say("dispute.sum.lapsed", _("The proposal to hold the sum ended with the case"), icon="x", public=True)
say("dispute.sum.ended", _("The disputed sum is free again"), icon="check", public=True)
say("dispute.representative.named", _("{actor} named somebody to act for them"), icon="users", public=True)
say("dispute.representative.accepted", _("{actor} accepted a representative"), icon="user-check", public=True)
say("dispute.representative.refused", _("{actor} did not accept a representative"), icon="x", public=True)
say("dispute.representative.revoked", _("{actor} ended a representation"), icon="x", public=True)
say("dispute.representative.seen", _("{actor} opened the proof of a representative"), icon="eye", public=True)
say("dispute.representative.joined", _("{actor} acts for the trader"), icon="user-check", public=True)
say("dispute.care.found", _("{actor} noted whether care had to do with the complaint"), icon="heart")
say("neutral.survey.opened", _("Both sides were asked how a mediator worked"), icon="list-checks")
say("neutral.survey.answered", _("A side said how a mediator worked"), icon="check")
say("neutral.lapsed", _("A mediator was late and is not drawn for now"), icon="alarm-clock")
say("neutral.cleared", _("{actor} let a mediator be drawn again: {reason}"), icon="check")
say("systemic.opened", _("A systemic issue was opened: {cause}"), icon="triangle-alert")
say("systemic.grew", _("Another case belongs to the systemic issue"), icon="plus")
say("systemic.noted", _("{actor} noted what was done"), icon="pencil")
say("systemic.given", _("{actor} gave the systemic issue to somebody, or another day"), icon="user-check")
say("systemic.contacted", _("{actor} wrote to a trader who may be affected"), icon="mail")
say("systemic.closed", _("{actor} closed the systemic issue"), icon="check-check")
kinds.register("dispute.systemic", category="disputes", title=_("A systemic issue is yours"), essential=True)
kinds.register("dispute.opened", category="disputes", title=_("Your complaint is registered"), essential=True)
kinds.register("dispute.step", category="disputes", title=_("A step in the dispute"), essential=True)
kinds.register("dispute.sides", category="disputes", title=_("What both sides agree on"), essential=True)
kinds.register("dispute.speaker", category="disputes", title=_("You are to act for somebody"), essential=True)
kinds.register("dispute.survey", category="disputes", title=_("How was the mediation?"))
kinds.register("dispute.message", category="disputes", title=_("A message in the dispute"))
kinds.register("dispute.decision", category="disputes", title=_("A decision in the dispute"), essential=True)
kinds.register("dispute.answer", category="disputes", title=_("The platform's answer"), essential=True)
kinds.register(
    "dispute.inadmissible", category="disputes", title=_("A complaint not admitted"), essential=True
)
kinds.register("dispute.solved", category="disputes", title=_("A complaint solved simply"), essential=True)
kinds.register("dispute.task", category="disputes", title=_("A dispute waits for you"), essential=True)
kinds.register("dispute.soon", category="disputes", title=_("A date in a dispute comes near"))
kinds.register(
    "dispute.delay", category="disputes", title=_("Our final answer is late: your rights"), essential=True
)
kinds.register("dispute.late", category="disputes", title=_("A date in a dispute was missed"), essential=True)
kinds.register("dispute.anchor", category="disputes", title=_("Root of all dispute logs"), essential=True)
