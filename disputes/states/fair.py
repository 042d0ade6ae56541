"""The words of what keeps both sides equal: a held sum, who speaks for a trader, what care is about."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .codes import OVER, State


class HoldRule(models.TextChoices):
    """When a held sum is free again, besides when both sides say so. The end of the case always frees it."""

    CASE = "case", _("when the case ends")
    RESULT = "result", _("as soon as there is a result: a settlement, an accepted answer or a decision")
    DAY = "day", _("at the end of a day both have named, or with the case if that ends earlier")


class HoldState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("held sum", "proposed")
    ACTIVE = "active", pgettext_lazy("held sum", "held")
    DECLINED = "declined", pgettext_lazy("held sum", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("held sum", "taken back")
    LAPSED = "lapsed", pgettext_lazy("held sum", "lapsed with the case")
    ENDED = "ended", pgettext_lazy("held sum", "free again")


STANDING = (HoldState.PROPOSED, HoldState.ACTIVE)


class HoldEnd(models.TextChoices):
    """Why a held sum is free again."""

    CASE = "case", _("the case ended")
    RESULT = "result", _("there is a result")
    DAY = "day", _("the day named was over")
    BOTH = "both", _("both sides wanted it")


# Where there is a result, whether or not everything is carried out already.
WITH_RESULT = (State.DECIDED, State.FINAL, State.REMEDY_DUE, *OVER)


class Acts(models.TextChoices):
    """What somebody who speaks for a trader is."""

    LAWYER = "lawyer", _("Lawyer")
    FIRM = "firm", _("Claims firm")
    RELATIVE = "relative", _("Relative or friend")
    OTHER = "other", pgettext_lazy("representative", "Somebody else")


class Standing(models.TextChoices):
    """What became of naming somebody to speak for a trader."""

    WAITING = "waiting", pgettext_lazy("representative", "the proof is being checked")
    ACCEPTED = "accepted", pgettext_lazy("representative", "may act")
    REFUSED = "refused", pgettext_lazy("representative", "not accepted")
    REVOKED = "revoked", pgettext_lazy("representative", "revoked")


class Caused(models.TextChoices):
    """Whether what makes somebody vulnerable had to do with the complaint: the second figure of a return."""

    YES = "yes", pgettext_lazy("vulnerability", "yes")
    NO = "no", pgettext_lazy("vulnerability", "no")
    UNKNOWN = "unknown", pgettext_lazy("vulnerability", "not known")
