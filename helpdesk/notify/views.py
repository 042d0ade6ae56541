"""The bell, what one wants to be told, and in demo mode the outgoing mail."""

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST, require_safe

from helpdesk.core.richtext import plain

from . import bell, kinds, preferences
from .models import Sent

PAGE = 30


@login_required
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Everything behind the bell, newest first."""
    before = request.GET.get("before", "")
    items = bell.items(
        request.user, limit=PAGE + 1, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    shown, more = items[:PAGE], len(items) > PAGE
    return render(
        request,
        "notify/notifications.html",
        {
            "items": shown,
            "older": shown[-1].notice.pk if more else None,
            "unread": bell.unread_count(request.user),
            "layout": _layout(request),
        },
    )


@login_required
@require_safe
@never_cache
def bell_fragment(request: HttpRequest) -> HttpResponse:
    """The bell with its figure, for pages that refresh it."""
    return render(request, "notify/_bell.html", {"unread": bell.unread_count(request.user)})


@login_required
@require_GET
def open_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it read and go where it points."""
    notice = bell.mark_read(bell.own_notice(request.user, pk))
    local = notice.url.startswith("/") and not notice.url.startswith(("//", "/\\"))
    return redirect(notice.url if local else "notifications")


@login_required
@require_POST
def read_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read and stay on the page."""
    bell.mark_read(bell.own_notice(request.user, pk))
    return redirect("notifications")


@login_required
@require_POST
def read_all_notifications(request: HttpRequest) -> HttpResponse:
    """Mark read what the page showed."""
    up_to = request.POST.get("up_to", "")
    if up_to.isdecimal() and len(up_to) < 19:
        bell.mark_all_read(request.user, up_to=int(up_to))
    return redirect("notifications")


@login_required
def notification_preferences(request: HttpRequest) -> HttpResponse:
    """Which notices reach one, and how."""
    if request.method == "POST":
        preferences.choose(request.user, set(request.POST.getlist("wanted")))
        messages.success(request, _("Your choice is saved."))
        return redirect("notification_preferences")
    return render(
        request,
        "notify/preferences.html",
        {
            "table": preferences.table(request.user),
            "channels": kinds.CHANNELS.values(),
            "layout": _layout(request),
        },
    )


@require_safe
@never_cache
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Outgoing mail, newest first; only where everything is a demonstration."""
    _demo_only()
    mails = Sent.objects.order_by("-id")
    if to := request.GET.get("to", "").replace("\x00", ""):
        mails = mails.filter(to__iexact=to)
    page = Paginator(mails, 25).get_page(request.GET.get("page"))
    return render(request, "notify/demo_mail.html", {"page": page, "to": to})


@require_safe
@never_cache
@csp_update({"frame-src": [SELF]})
def demo_mail_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as it went out: its text, and its HTML in a frame that can do nothing."""
    _demo_only()
    mail = get_object_or_404(Sent, pk=pk)
    return render(request, "notify/demo_mail_one.html", {"mail": mail, "text": plain(mail.text)})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": ["'unsafe-inline'"],
        "img-src": [SELF],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def demo_mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part alone, for the frame."""
    _demo_only()
    return HttpResponse(get_object_or_404(Sent, pk=pk).html)


def _layout(request: HttpRequest) -> str:
    desk = getattr(request.user, "has_desk", False)
    return "layouts/desk.html" if desk else "layouts/portal.html"


def _demo_only() -> None:
    if not settings.DEMO:
        raise Http404
