from django.urls import path

from .views import dates, desk, files, portal, public

app_name = "disputes"
_own, _desk = "disputes/<str:reference>/", "desk/disputes/<str:reference>/"

urlpatterns = [
    path("procedure/", public.procedure, name="procedure"),
    path("statistics/", public.statistics, name="statistics"),
    path("disputes/", portal.disputes, name="disputes"),
    path(_own, portal.dispute, name="dispute"),
    path(_own + "say/", portal.say, name="say"),
    path(_own + "evidence/", portal.add_evidence, name="add-evidence"),
    path(_own + "evidence/<slug:key>/", files.item, name="evidence"),
    path(_own + "evidence/<slug:key>/preview/", files.preview, name="evidence-preview"),
    path(_own + "offers/", portal.offer, name="offer"),
    path(_own + "offers/<int:number>/", portal.answer_offer, name="answer-offer"),
    path(_own + "object/", portal.object_to_mediator, name="object"),
    path(_own + "accept/", portal.act, {"what": "accept"}, name="accept"),
    path(_own + "decline/", portal.act, {"what": "decline"}, name="decline"),
    path(_own + "confirm/", portal.act, {"what": "confirm"}, name="confirm"),
    path(_own + "no-comments/", portal.act, {"what": "no-comments"}, name="no-comments"),
    path(_own + "end-mediation/", portal.act, {"what": "end-mediation"}, name="end-mediation"),
    path(_own + "withdraw/", portal.act, {"what": "withdraw"}, name="withdraw"),
    path(_own + "withdraw/keep/", portal.act, {"what": "keep"}, name="keep"),
    path(_own + "withdraw/now/", portal.act, {"what": "withdraw-now"}, name="withdraw-now"),
    path(_own + "close/", portal.act, {"what": "close"}, name="close"),
    path("desk/disputes/", desk.disputes, name="desk-disputes"),
    path(_desk, desk.dispute, name="desk-dispute"),
    path(_desk + "draw/", desk.draw, name="desk-draw"),
    path(_desk + "declare/", desk.declare, name="desk-declare"),
    path(_desk + "recuse/", desk.recuse, name="desk-recuse"),
    path(_desk + "object/", desk.object_to_mediator, name="desk-object"),
    path(_desk + "say/", desk.say, name="desk-say"),
    path(_desk + "evidence/", desk.add_evidence, name="desk-add-evidence"),
    path(_desk + "offers/", desk.offer, name="desk-offer"),
    path(_desk + "offers/<int:number>/", desk.answer_offer, name="desk-answer-offer"),
    path(_desk + "no-settlement/", desk.no_settlement, name="desk-no-settlement"),
    path(_desk + "decision/", desk.decision, name="desk-decision"),
    path(_desk + "decision/final/", desk.finalise, name="desk-finalise"),
    path(_desk + "no-comments/", desk.no_comments, name="desk-no-comments"),
    path(_desk + "dates/", dates.extend, name="desk-extend"),
    path(_desk + "delay/", dates.send_notice, name="desk-delay"),
    path(_desk + "approve/", desk.approve, name="desk-approve"),
    path(_desk + "pay/", desk.pay, name="desk-pay"),
    path(_desk + "close/", desk.close, name="desk-close"),
]
