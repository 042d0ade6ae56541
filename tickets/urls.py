from django.urls import path

from .views import board, calendars, desk, files, incidents, policies, portal, working

app_name = "tickets"
_own, _desk = "tickets/<str:reference>/", "desk/tickets/<str:reference>/"
_calendars, _policies = "desk/settings/calendars/", "desk/settings/policies/"

urlpatterns = [
    path("tickets/", portal.tickets, name="tickets"),
    path("tickets/new/", portal.new, name="new"),
    path(_own, portal.ticket, name="ticket"),
    path(_own + "reply/", portal.reply, name="reply"),
    path(_own + "solved/", portal.solved, name="solved"),
    path(_own + "reopen/", portal.reopen, name="reopen"),
    path(_own + "escalate/", portal.escalate, name="escalate"),
    path(_own + "transcript/", portal.transcript, name="transcript"),
    path(_own + "files/<str:key>/", files.attachment, name="attachment"),
    path(_own + "files/<str:key>/preview/", files.preview, name="preview"),
    path("desk/board/", board.board, name="board"),
    path("desk/queue/", desk.tickets, name="queue"),
    path("desk/queue/counts/", desk.counts, name="queue-counts"),
    path("desk/incidents/<int:pk>/close/", incidents.close, name="close-incident"),
    path(_desk, desk.ticket, name="desk-ticket"),
    path(_desk + "clocks/", desk.clocks, name="desk-clocks"),
    path(_desk + "reply/", working.reply, name="desk-reply"),
    path(_desk + "note/", working.note, name="desk-note"),
    path(_desk + "messages/<int:pk>/undo/", working.recall, name="desk-recall"),
    path(_desk + "take/", working.claim, name="desk-claim"),
    path(_desk + "assign/", working.assign, name="desk-assign"),
    path(_desk + "move/", working.move, name="desk-move"),
    path(_desk + "priority/", working.priority, name="desk-priority"),
    path(_desk + "tags/", working.tags, name="desk-tags"),
    path(_desk + "escalate/", working.escalate, name="desk-escalate"),
    path(_desk + "take-on/", working.take_on, name="desk-take-on"),
    path(_desk + "no-reply/", working.no_reply_needed, name="desk-no-reply"),
    path("desk/settings/", policies.settings, name="settings"),
    path("desk/settings/promise/", policies.promise, name="settings-promise"),
    path(_calendars, calendars.index, name="calendars"),
    path(_calendars + "new/", calendars.new, name="calendar-new"),
    path(_calendars + "<slug:code>/", calendars.edit, name="calendar"),
    path(_calendars + "<slug:code>/switch/", calendars.switch, name="calendar-switch"),
    path(_policies, policies.index, name="sla-policies"),
    path(_policies + "new/", policies.new, name="sla-policy-new"),
    path(_policies + "<int:pk>/", policies.edit, name="sla-policy"),
    path(_policies + "<int:pk>/move/", policies.move, name="sla-policy-move"),
    path(_policies + "<int:pk>/switch/", policies.switch, name="sla-policy-switch"),
    path(_policies + "<int:pk>/history/", policies.history, name="sla-policy-history"),
    path(_policies + "<int:pk>/apply/", policies.apply, name="sla-policy-apply"),
    path(_policies + "<int:pk>/progress/", policies.progress, name="sla-policy-progress"),
]
