from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisputesConfig(AppConfig):
    name = "disputes"

    def ready(self) -> None:
        from accounts.access import keep_care_from
        from helpdesk.realtime import topics
        from helpdesk.timers import sweeps
        from helpdesk.ui import navigation

        from . import access, notices, subscribers  # noqa: F401
        from .access import grants, letters, packs, sides
        from .operations import (
            anchoring,
            publishing,
            purging,
            resting,
            sumholds,
            surveying,
            sweeping,
            systemic,
            tending,
        )
        from .reads import keeping, money

        sweeps.register("disputes.deadlines", sweeping.sweep_due, lag=sweeping.lag)
        sweeps.register("disputes.anchors", anchoring.make_due)
        sweeps.register("disputes.rest", resting.close_rested)
        sweeps.register("disputes.figures", publishing.publish_due)
        sweeps.register("disputes.systemic", systemic.open_due)
        sweeps.register("disputes.evidence", tending.tend)
        sweeps.register("disputes.sums", sumholds.free_due)
        sweeps.register("disputes.surveys", surveying.open_due)
        sweeps.register("disputes.purges", purging.propose_due)
        sweeps.register("disputes.files", purging.delete_files)
        navigation.register("portal", _("Disputes"), "disputes:disputes", "scale", order=30)
        navigation.register(
            "desk", _("Disputes"), "disputes:desk-disputes", "scale", allowed=access.has_register, order=30
        )
        navigation.register(
            "desk", _("My appointment"), "disputes:desk-appointments", "scale", allowed=grants.is_outside,
            order=30,
        )  # fmt: skip
        navigation.register(
            "desk", _("Words of letters"), "disputes:letter-templates", "mail", allowed=letters.has_templates,
            order=62,
        )  # fmt: skip
        navigation.register(
            "desk", _("Outside bodies"), "disputes:bodies", "globe", allowed=packs.has_directory, order=63
        )
        navigation.register(
            "desk", _("Approvals"), "disputes:desk-money", "banknote", allowed=money.has_money, order=31
        )
        navigation.register(
            "desk", _("Retention"), "disputes:desk-keeping", "archive", allowed=keeping.has_keeping, order=32
        )
        navigation.register("public", _("Procedure"), "disputes:procedure", "scale", order=50)
        topics.guard("dispute")(access.may_watch)
        keep_care_from(sides.judges)
