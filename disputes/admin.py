"""Configuration alone: the figures of jurisdictions and stages. An administrator sees no case content."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import (
    ApprovalLimit,
    Currency,
    ExternalBody,
    InterestRate,
    PolicyVersion,
    Rate,
    RetentionRule,
    UndertakingText,
)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(admin.ModelAdmin):
    """Editing means adding the next number; cases keep the version they were opened under."""

    list_display = ["jurisdiction", "name", "number", "created_at", "created_by"]
    list_filter = ["jurisdiction"]
    readonly_fields = ["created_at", "created_by"]

    def save_model(self, request: HttpRequest, obj: PolicyVersion, form: Any, change: bool) -> None:
        """Whoever adds a version stands beside it."""
        obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version is never changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor taken away."""
        return False


@admin.register(ExternalBody)
class ExternalBodyAdmin(admin.ModelAdmin):
    """The directory of bodies outside. What a case was told is kept with the case."""

    list_display = ["code", "name_en", "jurisdictions", "limit_n", "limit_unit", "counts_from", "active"]
    list_filter = ["active", "counts_from"]
    search_fields = ["code", "name_en", "name_zh"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A body that is no longer right is switched off: cases may name it."""
        return False


@admin.register(ApprovalLimit)
class ApprovalLimitAdmin(admin.ModelAdmin):
    """Who has to approve how much. What was approved keeps the band it was approved in."""

    list_display = ["above", "needs"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The lowest band has to stay: without it nobody would be needed."""
        return obj is None or obj.above > 0


@admin.register(Currency)
class CurrencyAdmin(admin.ModelAdmin):
    """The currencies sums are promised in."""

    list_display = ["code", "decimals"]


@admin.register(Rate)
class RateAdmin(admin.ModelAdmin):
    """A new day is a new row; a rate by which something was approved is never changed."""

    list_display = ["currency", "day", "usd", "source", "entered_by"]
    list_filter = ["currency"]
    readonly_fields = ["entered_by", "entered_at"]

    def save_model(self, request: HttpRequest, obj: Rate, form: Any, change: bool) -> None:
        """Whoever enters a rate stands beside it."""
        obj.entered_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rate is never changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor taken away."""
        return False


@admin.register(InterestRate)
class InterestRateAdmin(admin.ModelAdmin):
    """What late money costs a year; what was paid keeps its own figure."""

    list_display = ["jurisdiction", "day", "percent", "source"]


@admin.register(RetentionRule)
class RetentionRuleAdmin(admin.ModelAdmin):
    """How long things are kept."""

    list_display = ["retained", "jurisdiction", "law", "n", "unit", "basis"]


@admin.register(UndertakingText)
class UndertakingTextAdmin(admin.ModelAdmin):
    """What mediators from outside promise: the next version is added, those given stay as they were."""

    list_display = ["number", "published_at"]
    readonly_fields = ["published_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Somebody may have promised it in these words."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor taken away."""
        return False
