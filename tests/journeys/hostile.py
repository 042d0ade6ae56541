"""A house full of hostile texts: every payload in every place where somebody's words are kept.

One place is one function of PLACES; what it made is found again on the pages of `sights`.
"""

import io
import os
from decimal import Decimal

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.operations import api_keys, registration
from disputes.models import BLOCKS, PolicyVersion
from disputes.operations import appointing, authorising, mediating, proposing, remedying, ruling, talking
from disputes.operations import evidence as proofs
from faq.models import Subject
from faq.operations import policies, publishing
from helpdesk.notify import delivering
from helpdesk.notify.models import Sent
from tests.disputes import cases
from tests.support import builders, samples
from tests.support import cast as people
from tests.support.api import Caller
from tests.support.payloads import HOSTILE
from tickets.models import Category
from tickets.operations import attaching, conversation, lifecycle

from .worlds import World

FULL = os.environ.get("BROWSER") == "full"
RAW = [text for _, text in HOSTILE]
TEXTS = [text.replace("\x00", "") for _, text in HOSTILE]
ALL = "\n\n".join(TEXTS)
# A message for each, or in haste for three of them.
MESSAGES = TEXTS if FULL else ["\n\n".join(TEXTS[start : start + 3]) for start in range(0, len(TEXTS), 3)]


def packs(size: int) -> list[str]:
    """All of them on as few lines of `size` characters as it takes."""
    lines = [""]
    for text in (" ".join(text.split())[:size] for text in TEXTS):
        if len(lines[-1]) + len(text) + 1 > size:
            lines.append("")
        lines[-1] = f"{lines[-1]} {text}".strip()
    return lines


def build() -> World:
    """Filled through the operations and doors that people use."""
    world = World(cast=people.gather(), names={}, forgeries={})
    for place in PLACES:
        place(world)
    delivering.deliver_due()
    return world


def _stored(*names: str) -> list[attaching.Stored]:
    picture = samples.picture(size=(48, 48))
    return attaching.store([attaching.Upload(io.BytesIO(picture), name) for name in names])


def names_of_people(world: World) -> None:
    """Everybody has such a name, and a crowd of traders has the rest; each of them has filed something."""
    staff = [getattr(world.cast, name) for name in people.PEOPLE]
    for person, text in zip(staff, packs(80), strict=False):
        registration.set_preferences(person, name=text)
    for number, text in enumerate(packs(80)):
        trader = registration.register(f"crowd{number}@demo.test", name=text, password=None)
        builders.file(trader, "GEN-ASK", subject="From the crowd", body=text)
    world.cast = people.gather()


def subjects_and_fields(world: World) -> None:
    """Subjects, own fields, first messages, tags, in tickets of Mei's."""
    world.packed = []
    for text, tags in zip(packs(200), [*packs(40)] * 2, strict=False):
        ticket = builders.file(world.cast.mei, subject=text, body=ALL, fields={"withdrawal": text})
        lifecycle.set_tags(ticket, [tags, *(other[:40] for other in TEXTS[:9])], by=world.cast.ada)
        world.packed.append(ticket)


def messages_notes_and_files(world: World) -> None:
    """A message for each text: what a trader types, what an agent writes in Markdown; notes, files."""
    mei, ada = world.cast.mei, world.cast.ada
    ticket = world.talk = builders.file(mei, "GEN-ASK", subject="Talk", body=ALL)
    for text in MESSAGES:
        conversation.post_message(ticket, by=mei, body=text)
        conversation.post_message(ticket, by=ada, body=text)
        conversation.post_message(ticket, by=ada, body=text, kind="note")
    names = [f"{text}.png" for text in packs(100)]
    for start in range(0, len(names), 10):
        conversation.post_message(ticket, by=mei, body="Files", files=_stored(*names[start : start + 10]))


def by_program(world: World) -> None:
    """What comes in through the API: a ticket, messages, the names of keys and policies."""
    mei, ada, sun = Caller(world.cast.mei), Caller(world.cast.ada), Caller(world.cast.sun)
    filed = mei.post(
        "/api/v1/tickets/",
        {"category": "WDR-DELAY", "subject": packs(200)[0], "body": ALL, "channel": "api",
         "fields": {"withdrawal": packs(200)[1]}},
    )  # fmt: skip
    assert filed.status_code == 201, filed.content
    world.names["by_program"] = reference = filed.json()["reference"]
    assert mei.post(f"/api/v1/tickets/{reference}/messages/", {"body": ALL}).status_code == 201
    assert ada.post(f"/api/v1/tickets/{reference}/note/", {"body": ALL}).status_code == 201
    target = {"metric": "first_response", "seconds": 3, "mode": "calendar"}
    kinds = Category.objects.order_by("code").values_list("code", flat=True)
    for number, text in enumerate(packs(80)):
        api_keys.issue(world.cast.mei, name=text, by=world.cast.mei)
        promise = {"name": text, "position": 200 + number, "calendar": "24x7", "targets": [target]}
        made = sun.post("/api/v1/sla-policies/", promise | {"conditions": {"category": [kinds[number]]}})
        assert made.status_code == 201, made.content
        world.names["promise"] = made.json()["id"]


def articles_and_policies(world: World) -> None:
    """Titles, summaries and Markdown, published in both languages."""
    faye, subject = world.cast.faye, Subject.objects.get(slug="security")
    world.articles, lines = [], packs(280)
    for number, title in enumerate(packs(110)):
        summary = f"withdrawal {lines[number % len(lines)]}"
        text = publishing.Text.clean(title, summary, ALL if number < 2 else title)
        article = publishing.create(
            by=faye, subject=subject, slug=f"hostile-{number}", texts={"en": text, "zh-hans": text}
        )
        world.articles.append(publishing.publish(article, by=faye))
    policy = policies.create(by=faye, slug="hostile")
    for title in packs(110)[-2:]:
        texts = {"en": (title, ALL), "zh-hans": (title, title)}
        policies.publish_version(policy, by=faye, texts=texts, effective_at=timezone.now())


def disputes(world: World) -> None:
    """Subject, reason, points, what is said in every channel, evidence, offers, and the words of neutrals."""
    cast = world.cast
    case = world.mediating = cases.in_mediation(cast, subject=packs(200)[2], body=ALL, reason=ALL[:2000])
    for text in MESSAGES:
        talking.post(case, by=cast.mei, channel="open", body=text)
    said = [(cast.mei, "caucus_trader"), (cast.sun, "internal"), (cast.sun, "open"), (cast.nia, "open")]
    for person, channel in said:
        talking.post(case, by=person, channel=channel, body=ALL)
    for text in packs(90):
        proofs.submit(case, _stored(f"{text}.png"), by=cast.mei, title=text, description=ALL[:3900])
    for by, other in ((cast.hal, cast.mei), (cast.mei, cast.sun)):
        offer = proposing.make(case, by=by, text=ALL, remedy="payment", amount=Decimal(9), currency="USD")
        authorising.approve(offer.authority, by=cast.sun)
        proposing.decline(case, offer.number, by=other, reason=packs(900)[0])
    objected = world.objected = cases.in_mediation(
        cast, subject=packs(200)[3], body=ALL, reason=ALL[2000:4000]
    )
    appointing.object_to(objected, by=cast.mei, reason=packs(900)[1])


def decisions(world: World) -> None:
    """A note of the mediator, a draft, provisional and final decisions, comments, the proof of payment."""
    cast = world.cast
    world.deciding, world.paid = [
        cases.in_mediation(cast, subject=packs(200)[n], body=ALL, reason=ALL[:2000]) for n in (4, 5)
    ]
    for case in (world.deciding, world.paid):
        mediating.report_no_settlement(case, by=cast.nia, note=ALL[:4000])
        appointing.accept(case, by=cast.dan, statements=appointing.STATEMENTS, interests=packs(900)[0])
        case.refresh_from_db()
    answers = {point.number: ("upheld", ALL) for point in world.paid.points.all()}
    draft = cases.draft(world.paid, blocks=dict.fromkeys(BLOCKS, ALL), findings=answers)
    ruling.save_draft(world.deciding, draft, by=cast.dan)
    case = world.paid
    ruling.issue_provisional(case, draft, by=cast.dan)
    talking.post(case, by=cast.mei, channel="open", body=ALL)
    for person in (cast.mei, cast.sun):
        ruling.close_comments(case, by=person)
    ruling.finalise(case, by=cast.dan, comments_answered=ALL)
    case.refresh_from_db()
    cases.answering.accept(case, by=cast.mei)
    remedying.approve(case, by=cast.sun)
    remedying.pay(case, by=cast.fin, proof=packs(200)[0])


def sign_ins(world: World) -> None:
    """Browsers that call themselves such things."""
    for text in packs(190):
        client = Client(headers={"user-agent": text})
        client.force_login(world.cast.mei)
        client.get("/me/notifications/bell/")


def configuration(world: World) -> None:
    """What the administration sees: groups, and who wrote a version of the figures."""
    sun, root = world.cast.sun, world.cast.root
    root.is_superuser = True  # as `createsuperuser` makes them
    root.save(update_fields=["is_superuser"])
    for number, text in enumerate(packs(140)):
        Group.objects.create(name=f"{text} {number}"[:150])
    PolicyVersion.objects.create(
        jurisdiction=TEXTS[1][:20], number=9, rule={"x": ALL}, stages={}, created_by=sun
    )


PLACES = [
    names_of_people, subjects_and_fields, messages_notes_and_files, by_program, articles_and_policies,
    disputes, decisions, sign_ins, configuration,
]  # fmt: skip


def sights(world: World) -> dict[str, list[str]]:
    """Who looks where. Between them they see every place; agents see every subject as a heading."""
    packed = [ticket.reference for ticket in world.packed]
    talk, api = world.talk.reference, world.names["by_program"]
    all_cases = [one.reference for one in (world.mediating, world.objected, world.deciding, world.paid)]
    case, _, deciding, paid = all_cases
    articles = [article.slug for article in world.articles]
    desk = [
        f"/desk/tickets/{talk}/",
        f"/desk/tickets/{api}/",
        f"/desk/tickets/{packed[0]}/",
        "/desk/queue/?view=all",
    ]
    help_pages = [f"/help/security/{slug}/" for slug in articles]
    return {
        "nobody": [
            "/", "/help/", "/help/security/", *help_pages, "/help/search/?q=withdrawal",
            "/policies/", "/policies/hostile/", "/policies/hostile/1/",
        ],
        "mei": [
            "/tickets/", *(f"/tickets/{one}/" for one in (*packed, talk, api)),
            f"/tickets/{talk}/transcript/", f"/tickets/{talk}/escalate/", "/me/", "/me/api-keys/",
            "/me/notifications/", "/accounts/sessions/",
            "/disputes/", *(f"/disputes/{one}/" for one in all_cases), help_pages[0],
        ],
        "ada": [*desk, *(f"/desk/tickets/{one}/" for one in packed), f"/tickets/{talk}/transcript/"],
        "sun": [
            *desk, "/desk/disputes/", *(f"/desk/disputes/{one}/" for one in all_cases), "/desk/board/",
            "/desk/settings/policies/", f"/desk/settings/policies/{world.names['promise']}/",
            f"/desk/settings/policies/{world.names['promise']}/history/", "/desk/settings/calendars/",
            "/desk/settings/teams/", "/desk/settings/duty/",
        ],
        "hal": ["/desk/disputes/", f"/desk/disputes/{case}/", desk[0]],
        "nia": ["/desk/disputes/", f"/desk/disputes/{case}/"],
        "dan": ["/desk/disputes/", f"/desk/disputes/{deciding}/", f"/desk/disputes/{deciding}/decision/"],
        "fin": ["/desk/disputes/", f"/desk/disputes/{paid}/"],
        "cody": [desk[0], "/desk/disputes/", f"/desk/disputes/{paid}/"],
        "ivo": [desk[0], f"/desk/disputes/{case}/"],
        "faye": [
            "/desk/help/", *(f"/desk/help/{one.pk}/" for one in world.articles[:2]),
            *(f"/desk/help/{one.pk}/revisions/" for one in world.articles[:2]),
        ],
        "root": [
            "/admin/", "/admin/auth/group/", "/admin/disputes/policyversion/",
            *(f"/admin/auth/group/{pk}/change/" for pk in Group.objects.values_list("pk", flat=True)[:2]),
            "/me/",
        ],
    }  # fmt: skip


def letters() -> list[int]:
    """The mails that went out, newest of each kind."""
    return list(Sent.objects.order_by("-id").values_list("pk", flat=True)[:8])
