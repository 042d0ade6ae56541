"""Who is called: the on-duty roster, and the teams with the categories they look after."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line

from ..errors import DutyBegun, DutyOver
from ..models import Category, Duty, Team

LONGEST, FARTHEST = timedelta(days=31), timedelta(days=366)
LONGEST_NAME = 120


@transaction.atomic
def add_duty(person: Person, *, starts_at: datetime, ends_at: datetime, by: Person) -> Duty:
    """Put somebody on duty; others may be on duty at the same time, and all of them are called."""
    now = clock.now()
    wrong: dict[str, list[str | Promise]] = {}
    if not person.is_agent:
        wrong["person"] = [_("%(name)s does not work on tickets.") % {"name": person}]
    if ends_at <= starts_at:
        wrong["ends_at"] = [_("The end must come after the start.")]
    elif ends_at <= now:
        wrong["ends_at"] = [_("This is over already. Choose an end in the future.")]
    elif ends_at - starts_at > LONGEST:
        wrong["ends_at"] = [_("Nobody is on duty for more than 31 days at a stretch.")]
    if starts_at > now + FARTHEST:
        wrong["starts_at"] = [_("Please plan no further ahead than a year.")]
    if wrong:
        raise Invalid(fields=wrong)
    duty = Duty.objects.create(person=person, starts_at=starts_at, ends_at=ends_at)
    record(
        "duty.added", subject=f"duty:{duty.pk}", actor=by, name=str(person), person=person.pk,
        starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat(),
    )  # fmt: skip
    return duty


@transaction.atomic
def end_duty(duty: Duty, *, by: Person) -> Duty:
    """Relieve somebody who is on duty now."""
    duty, now = hold(duty), clock.now()
    if duty.starts_at >= now or duty.ends_at <= now:
        raise DutyOver
    before, duty.ends_at = duty.ends_at, now
    duty.save(update_fields=["ends_at"])
    record(
        "duty.ended", subject=f"duty:{duty.pk}", actor=by, name=str(duty.person), person=duty.person_id,
        before=before.isoformat(),
    )  # fmt: skip
    return duty


@transaction.atomic
def remove_duty(duty: Duty, *, by: Person) -> None:
    """Take a duty that has not begun off the roster; what was served stays."""
    duty = hold(duty)
    if duty.starts_at <= clock.now():
        raise DutyBegun
    record(
        "duty.removed", subject=f"duty:{duty.pk}", actor=by, name=str(duty.person), person=duty.person_id,
        starts_at=duty.starts_at.isoformat(), ends_at=duty.ends_at.isoformat(),
    )  # fmt: skip
    duty.delete()


@transaction.atomic
def create_team(
    *, name_en: str, name_zh: str, members: Collection[Person], categories: Collection[Category], by: Person
) -> Team:
    """A new team with its people and what it looks after."""
    names = _names(name_en, name_zh)
    try:
        with transaction.atomic():
            team = Team.objects.create(code=_code(names["name_en"]), **names)
    except IntegrityError:  # somebody makes the same one in this very moment
        raise Invalid(fields={"name_en": [_("There is a team of this name already.")]}) from None
    record("team.created", subject=f"team:{team.code}", actor=by, **names)
    _fill(team, members, categories, by)
    return team


@transaction.atomic
def change_team(
    team: Team,
    *,
    name_en: str,
    name_zh: str,
    members: Collection[Person],
    categories: Collection[Category],
    by: Person,
) -> Team:
    """Other names, other people, other categories; tickets that are with the team already stay with it."""
    team, names = hold(team), _names(name_en, name_zh, but=team)
    before = {"name_en": team.name_en, "name_zh": team.name_zh}
    if before != names:
        team.name_en, team.name_zh = names["name_en"], names["name_zh"]
        team.save(update_fields=["name_en", "name_zh"])
        record("team.renamed", subject=f"team:{team.code}", actor=by, before=before, after=names)
    _fill(team, members, categories, by)
    return team


def _names(name_en: str, name_zh: str, but: Team | None = None) -> dict[str, str]:
    names = {"name_en": one_line(name_en), "name_zh": one_line(name_zh)}
    wrong: dict[str, list[str | Promise]] = {}
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    for field, name in names.items():
        if not name:
            wrong[field] = [_("Please give a name; agents of either language must know the team.")]
        elif len(name) > LONGEST_NAME:
            wrong[field] = [_("Please keep the name below 120 characters.")]
        elif others.filter(**{f"{field}__iexact": name}).exists():
            wrong[field] = [_("There is a team of this name already.")]
    if wrong:
        raise Invalid(fields=wrong)
    return names


def _code(name: str) -> str:
    """A short code nobody has yet."""
    stem = slugify(name)[:16].strip("-") or "team"
    taken = set(Team.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code for code in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if code not in taken
    )


def _fill(team: Team, members: Collection[Person], categories: Collection[Category], by: Person) -> None:
    if strangers := [str(person) for person in members if not person.is_agent]:
        told = _("%(names)s: not among those who work on tickets.") % {"names": ", ".join(strangers)}
        raise Invalid(fields={"members": [told]})
    before = {person.pk: person for person in team.members.all()}
    after = {person.pk: person for person in members}
    if before.keys() != after.keys():
        team.members.set(after)
        record(
            "team.members.changed", subject=f"team:{team.code}", actor=by,
            added=_told(after, before.keys()), removed=_told(before, after.keys()),
        )  # fmt: skip
    looked_after = {row.pk: row for row in Category.objects.filter(team=team)}
    wanted = {row.pk: row for row in categories}
    if looked_after.keys() != wanted.keys():
        Category.objects.filter(pk__in=looked_after.keys() - wanted.keys()).update(team=None)
        Category.objects.filter(pk__in=wanted).update(team=team)
        record(
            "team.categories.changed", subject=f"team:{team.code}", actor=by,
            added=[row.code for pk, row in wanted.items() if pk not in looked_after],
            removed=[row.code for pk, row in looked_after.items() if pk not in wanted],
        )  # fmt: skip


def _told(people: dict[int, Person], but: Iterable[int]) -> list[str]:
    return [str(person) for pk, person in people.items() if pk not in but]
