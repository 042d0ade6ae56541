"""Every address of the API. Here, on the roof, because it puts together what the apps offer."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from accounts.api import resources as accounts
from disputes.api import (
    answer,
    files,
    letters,
    money,
    outsiders,
    packs,
    returns,
    room,
    rulings,
    service,
    sides,
    steps,
    systemic,
)
from disputes.api import resources as cases
from faq import api as faq
from helpdesk.api.docs import docs
from helpdesk.api.views import Nowhere
from helpdesk.site.api import Search
from tickets.api import actions, parts, setup
from tickets.api import tickets as listing

tickets = [
    path("", listing.Tickets.as_view(), name="api_tickets"),
    path("<str:reference>/", listing.One.as_view(), name="api_ticket"),
    path("<str:reference>/messages/", parts.Messages.as_view(), name="api_ticket_messages"),
    path("<str:reference>/attachments/", parts.Files.as_view(), name="api_ticket_files"),
    path("<str:reference>/attachments/<slug:key>/", parts.File.as_view(), name="api_ticket_file"),
    path("<str:reference>/timers/", parts.Timers.as_view(), name="api_ticket_timers"),
    path("<str:reference>/events/", parts.Events.as_view(), name="api_ticket_events"),
    path("<str:reference>/assign/", actions.Assign.as_view(), name="api_ticket_assign"),
    path("<str:reference>/reply/", actions.Reply.as_view(), name="api_ticket_reply"),
    path("<str:reference>/note/", actions.Note.as_view(), name="api_ticket_note"),
    path("<str:reference>/resolve/", actions.Resolve.as_view(), name="api_ticket_resolve"),
    path("<str:reference>/reopen/", actions.Reopen.as_view(), name="api_ticket_reopen"),
    path("<str:reference>/acknowledge/", actions.Acknowledge.as_view(), name="api_ticket_acknowledge"),
    path(
        "<str:reference>/no-reply-needed/",
        actions.NoReplyNeeded.as_view(),
        name="api_ticket_no_reply_needed",
    ),
    path("<str:reference>/complaint/", actions.Complaint.as_view(), name="api_ticket_complaint"),
    path("<str:reference>/escalate/", actions.Escalate.as_view(), name="api_ticket_escalate"),
]

disputes = [
    path("", cases.Disputes.as_view(), name="api_disputes"),
    path("returns/<slug:kind>/", returns.Return.as_view(), name="api_dispute_return"),
    path("neutrals/", service.Neutrals.as_view(), name="api_neutrals"),
    path("systemic/", systemic.Issues.as_view(), name="api_systemic_issues"),
    path("systemic/<int:number>/", systemic.Issue.as_view(), name="api_systemic_issue"),
    path("money/", money.Authorities.as_view(), name="api_dispute_money"),
    path("money/<int:pk>/approve/", money.Approve.as_view(), name="api_dispute_money_approve"),
    path("keeping/", money.Purges.as_view(), name="api_dispute_purges"),
    path("keeping/<int:pk>/approve/", money.Purge.as_view(), name="api_dispute_purge"),
    path("keeping/holds/", money.Holds.as_view(), name="api_dispute_holds"),
    path("keeping/holds/<int:pk>/", money.Hold.as_view(), name="api_dispute_hold"),
    path("bodies/", packs.Directory.as_view(), name="api_bodies"),
    path("bodies/<slug:code>/", packs.Body.as_view(), name="api_body"),
    path("<str:reference>/", cases.One.as_view(), name="api_dispute"),
    path("<str:reference>/points/", cases.Points.as_view(), name="api_dispute_points"),
    path("<str:reference>/evidence/", cases.Files.as_view(), name="api_dispute_evidence"),
    path("<str:reference>/evidence/<slug:key>/", cases.File.as_view(), name="api_dispute_file"),
    path("<str:reference>/evidence/<slug:key>/custody/", room.Custody.as_view(), name="api_dispute_custody"),
    path("<str:reference>/evidence/<slug:key>/ruling/", room.Ruling.as_view(), name="api_dispute_ruling"),
    path("<str:reference>/drafts/", room.Drafts.as_view(), name="api_dispute_drafts"),
    path("<str:reference>/drafts/submit/", room.Submit.as_view(), name="api_dispute_submit"),
    path("<str:reference>/drafts/<int:pk>/", room.Draft.as_view(), name="api_dispute_draft"),
    path("<str:reference>/requests/", room.Requests.as_view(), name="api_dispute_requests"),
    path(
        "<str:reference>/requests/<int:number>/<int:item>/",
        room.RequestItem.as_view(),
        name="api_dispute_request_item",
    ),
    path("<str:reference>/redactions/", room.Redactions.as_view(), name="api_dispute_redactions"),
    path(
        "<str:reference>/redactions/<int:number>/", room.OneRedaction.as_view(), name="api_dispute_redaction"
    ),
    path("<str:reference>/messages/", cases.Messages.as_view(), name="api_dispute_messages"),
    path("<str:reference>/promise/", outsiders.Promise.as_view(), name="api_dispute_promise"),
    path("<str:reference>/grants/", outsiders.Grants.as_view(), name="api_dispute_grants"),
    path("<str:reference>/names/", outsiders.Names.as_view(), name="api_dispute_names"),
    path("<str:reference>/offers/", cases.Offers.as_view(), name="api_dispute_offers"),
    path("<str:reference>/decisions/", rulings.Decisions.as_view(), name="api_dispute_decisions"),
    path("<str:reference>/appeals/", rulings.Appeals.as_view(), name="api_dispute_appeals"),
    path("<str:reference>/referrals/", rulings.Referrals.as_view(), name="api_dispute_referrals"),
    path("<str:reference>/similar/", rulings.Similar.as_view(), name="api_dispute_similar"),
    path("<str:reference>/bodies/", rulings.Bodies.as_view(), name="api_dispute_bodies"),
    path("<str:reference>/events/", cases.Events.as_view(), name="api_dispute_events"),
    path("<str:reference>/letters/", letters.Letters.as_view(), name="api_dispute_letters"),
    path("<str:reference>/letters/<int:number>/", letters.One.as_view(), name="api_dispute_letter"),
    path(
        "<str:reference>/letters/<int:number>/pdf/", letters.OnPaper.as_view(), name="api_dispute_letter_pdf"
    ),
    path("<str:reference>/dossier/", letters.Dossier.as_view(), name="api_dispute_dossier"),
    path(
        "<str:reference>/representatives/",
        sides.Representatives.as_view(),
        name="api_dispute_representatives",
    ),
    path(
        "<str:reference>/representatives/<int:number>/",
        sides.Representative.as_view(),
        name="api_dispute_representative",
    ),
    path(
        "<str:reference>/representatives/<int:number>/proof/",
        sides.Proof.as_view(),
        name="api_dispute_representative_proof",
    ),
    path("<str:reference>/surveys/", sides.Surveys.as_view(), name="api_dispute_surveys"),
    path("<str:reference>/surveys/<int:number>/", sides.Survey.as_view(), name="api_dispute_survey"),
    path("<str:reference>/care/", sides.Care.as_view(), name="api_dispute_care"),
    path("<str:reference>/sum-holds/", sides.SumHolds.as_view(), name="api_dispute_sum_holds"),
    path("<str:reference>/packs/", packs.Packs.as_view(), name="api_dispute_packs"),
    path("<str:reference>/packs/<int:number>/", packs.Pack.as_view(), name="api_dispute_pack"),
    path("<str:reference>/bundle/", files.Bundle.as_view(), name="api_dispute_bundle"),
    path("<str:reference>/answer/", answer.Answer.as_view(), name="api_dispute_answer"),
    path("<str:reference>/admission/", answer.Admission.as_view(), name="api_dispute_admission"),
    path("<str:reference>/transitions/", steps.Transitions.as_view(), name="api_dispute_transitions"),
]

urlpatterns = [
    path("docs/", docs, name="api_docs"),
    path(
        "v1/schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api_schema",
    ),
    path("v1/me/", accounts.Me.as_view(), name="api_me"),
    path("v1/me/adjustments/", accounts.Adjustments.as_view(), name="api_me_adjustments"),
    path("v1/me/adjustments/<int:pk>/", accounts.Adjustment.as_view(), name="api_me_adjustment"),
    path("v1/tickets/", include(tickets)),
    path("v1/disputes/", include(disputes)),
    path("v1/categories/", setup.Categories.as_view(), name="api_categories"),
    path("v1/sla-policies/", setup.Policies.as_view(), name="api_sla_policies"),
    path("v1/calendars/", setup.Calendars.as_view(), name="api_calendars"),
    path("v1/articles/", faq.Articles.as_view(), name="api_articles"),
    path("v1/articles/<slug:slug>/", faq.One.as_view(), name="api_article"),
    path("v1/search/", Search.as_view(), name="api_search"),
    re_path(r"^[\s\S]*$", Nowhere.as_view()),
]
