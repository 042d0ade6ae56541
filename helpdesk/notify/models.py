"""The outbox: what must be told to whom, and how far each telling has come. Rows first, sending later."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Whoever looks at a page; the ground knows no more about people than this.
Viewer = AbstractBaseUser | AnonymousUser


class NoticeQuerySet(models.QuerySet["Notice"]):
    def in_bell_of(self, person: Viewer) -> "NoticeQuerySet":
        """What the person finds behind the bell."""
        return self.filter(person_id=person.pk, in_bell=True)

    def unread(self) -> "NoticeQuerySet":
        """Not opened yet."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing one person must be told, written in the transaction of the act it tells of.

    `event_id` names the act; together with the recipient it is unique, so telling twice is impossible.
    `context` holds plain values for the templates of `kind`, rendered in the recipient's language when sent.
    """

    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en")
    subject_ref = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=300, blank=True)
    context = models.JSONField(default=dict, blank=True)
    in_bell = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "person"], name="notify_notice_once_per_person", condition=~Q(person=None)
            ),
            models.UniqueConstraint(
                fields=["event_id", "address"],
                name="notify_notice_once_per_address",
                condition=Q(person=None),
            ),
            models.CheckConstraint(
                name="notify_notice_has_recipient", condition=Q(person__isnull=False) | ~Q(address="")
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notify_notice_bell", condition=Q(in_bell=True)),
            models.Index(
                fields=["person"], name="notify_notice_unread", condition=Q(in_bell=True, read_at=None)
            ),
            models.Index(fields=["subject_ref"], name="notify_notice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id or self.address}"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    READ = "read", _("read")
    FAILED = "failed", _("failed")


class Delivery(models.Model):
    """A notice on its way through one channel. `next_attempt_at` is when somebody must look again.

    `attempts` counts how often somebody took it up, `deaths` how many of those never came back to say how it
    went; the carrier refused the others.

    `bundle` is empty but for letters of a burst (see `digests`): the person's number until a sender first
    takes one up, and from then on with the end of the window it fell into.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)
    bundle = models.CharField(max_length=40, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notify_delivery_once_per_channel")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="notify_delivery_waiting",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["bundle"], name="notify_delivery_bundle", condition=~Q(bundle="")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class Mute(models.Model):
    """A person wants no notices of one category by one channel; no row means yes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    category = models.CharField(max_length=30)
    channel = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "category", "channel"], name="notify_mute_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: no {self.category} by {self.channel}"


class Sent(models.Model):
    """The mail as it went out: kept in demo mode, and wherever no mail server is configured."""

    message_id = models.CharField(max_length=120, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "sent mails"
        indexes = [models.Index(fields=["to", "-id"], name="notify_sent_to")]

    def __str__(self) -> str:
        return self.subject

    @property
    def lang(self) -> str:
        """The language of its words, for the page that shows it among others."""
        return "zh-Hans" if any("\u4e00" <= sign <= "\u9fff" for sign in self.text) else "en"
