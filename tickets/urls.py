from django.urls import path

from .views import desk, files, portal, working

app_name = "tickets"
_own, _desk = "tickets/<str:reference>/", "desk/tickets/<str:reference>/"

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
    path("desk/queue/", desk.tickets, name="queue"),
    path("desk/queue/counts/", desk.counts, name="queue-counts"),
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
]
