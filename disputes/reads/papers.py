"""Letters and files as data for the typesetter, in the reader's language; the layout is `paper.typ`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk.core.paper import Sheet

from ..models import Decision, Evidence, Letter
from . import casefile, sidefile

LAYOUT = (Path(__file__).parents[1] / "data" / "paper.typ").read_text(encoding="utf-8")
Part = dict[str, Any]


def _tongue(language: str) -> tuple[str, str]:
    return ("zh", "cn") if language.startswith("zh") else ("en", "gb")


def _at(at: datetime | None) -> str:
    """A moment in the reader's zone, with what it differs from UTC."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M %z") if at else "–"


def _numbered() -> list[str]:
    """ "Page 1 of 9" as what stands before, between and after the numbers."""
    before, _x, rest = _("Page {x} of {y}").partition("{x}")
    between, _y, after = rest.partition("{y}")
    return [before, between, after]


def letter(found: Letter) -> Sheet:
    """A letter as it was issued. Nothing in it depends on who asks or when: its bytes are always the same."""
    told = found.told
    with translation.override(found.language):
        lang, region = _tongue(found.language)
        template = _("%(kind)s, words %(n)s") % {"kind": found.kind_word, "n": told["template"]}
        data = {
            "title": told["subject"],
            "short": found.kind_word,
            "author": told["from"],
            "reference": told["reference"],
            "lang": lang,
            "region": region,
            "page": _numbered(),
            "head-word": _("End of the log when it was issued"),
            "head": found.chain_head,
            "from": told["from"],
            "to": told["to"],
            "to-word": pgettext("letter", "To"),
            "meta": [
                [_("Reference"), told["reference"]],
                [_("Date"), found.issued_at.astimezone(UTC).strftime("%Y-%m-%d")],
                [_("Letter"), str(told["number"])],
                [_("Kind"), template],
            ],
            "blocks": told["blocks"],
            "seal": [["SHA-256", found.sha256], [_("Issued (UTC)"), told["issued_at"]]],
        }
    return Sheet(LAYOUT, data, found.issued_at)


def dossier(shown: casefile.Shown, letters: list[Letter], anchor: dict[str, Any] | None) -> Sheet:
    """The file as the reader sees it: the same parts as the page in the ZIP, for paper."""
    case, page = shown.dispute, shown.page
    lang, region = _tongue(shown.person.language)
    blocks: list[Part] = [{"is": "boxed", "text": f"{page['turn']} {page['sentence']}".strip()}]
    blocks += [*_case(shown), *_points(shown), *_letters(letters)]
    for part in (_decisions, _evidence, _offers, _sides, _said, _dates, _log):
        blocks += part(shown)
    if anchor:
        held = _("The log up to link %(n)s is held by the root published on %(day)s:") % {
            "n": anchor["length"],
            "day": anchor["day"],
        }
        blocks += [_quiet(held), _quiet(str(anchor["root"]))]
    data = {
        "title": case.subject,
        "short": _("Case file"),
        "author": "",
        "reference": case.reference,
        "lang": lang,
        "region": region,
        "page": _numbered(),
        "head-word": _("End of the log"),
        "head": case.chain_head,
        "from": _("Case file"),
        "to": str(shown.person),
        "to-word": _("Made for"),
        "meta": [
            [_("Reference"), case.reference],
            [_("Made at"), _at(shown.at)],
            [_("Ticket"), case.ticket.reference],
        ],
        "blocks": blocks,
        "seal": [],
    }
    return Sheet(LAYOUT, data, shown.at)


def _heading(text: str) -> Part:
    return {"is": "heading", "text": text}


def _quiet(text: str) -> Part:
    return {"is": "quiet", "text": text}


def _text(text: str, language: str = "") -> Part:
    return {"is": "text", "text": text} | ({"lang": _tongue(language)[0]} if language else {})


def _table(head: list[str], widths: list[int], rows: list[list[str]]) -> Part:
    return {"is": "table", "head": head, "widths": widths, "rows": rows}


def _case(shown: casefile.Shown) -> list[Part]:
    case, remedy = shown.dispute, shown.page["remedy"]
    rows = [
        [_("Trader"), str(case.trader)],
        [_("State"), " · ".join(filter(None, (case.get_state_display(), case.outcome_word)))],
        [_("Received"), _at(case.received_at)],
        [_("Rules"), case.jurisdiction_word],
    ]
    if case.external_latest_at:
        rows.append([_("Last day to go outside"), _at(case.external_latest_at)[:10]])
    for seat in shown.page["seats"]:
        until = [_("until"), _at(seat["ended_at"])] if seat["ended_at"] else []
        rows.append([str(seat["role"]), " ".join([seat["name"], *until])])
    if remedy:
        rows.append([_("What is owed"), f"{remedy.kind_word} {remedy.money} {remedy.proof}".strip()])
    return [_heading(_("The case")), {"is": "pairs", "rows": rows}]


def _points(shown: casefile.Shown) -> list[Part]:
    return [_heading(_("Points of the complaint"))] + [
        {"is": "row", "mark": f"{point.number}.", "title": point.title, "text": point.text}
        | ({"lang": _tongue(point.language)[0]} if point.language else {})
        for point in shown.page["points"]
    ]


def _letters(letters: list[Letter]) -> list[Part]:
    if not letters:
        return []
    rows = [[str(one.number), _at(one.issued_at), one.title, one.sha256] for one in letters]
    head = [_("No."), _("Issued"), _("Letter"), "SHA-256"]
    return [_heading(_("Letters")), _table(head, [1, 3, 6, 5], rows)]


def _decisions(shown: casefile.Shown) -> list[Part]:
    decisions = shown.page["decisions"]
    found: list[Part] = [_heading(_("Decisions"))] if decisions else []
    for decision in reversed(decisions):
        found += _decision(decision)
    return found


def _decision(decision: Decision) -> list[Part]:
    head = " – ".join(filter(None, (decision.kind_word, decision.outcome_word)))
    parts: list[Part] = [
        {"is": "heading2", "text": head},
        _quiet(f"{_at(decision.issued_at)} · {decision.author}"),
    ]
    for row in decision.findings.all():
        title = f"{row.point.title} – {row.finding_word}"
        parts.append({"is": "row", "mark": f"{row.point.number}.", "title": title, "text": row.answer})
    for name, text in (
        (_("Facts found"), decision.facts),
        (_("Evidence relied on"), ", ".join(decision.evidence_relied)),
        (_("Rule or term applied, with its version"), decision.rule_applied),
        (_("Reasons"), decision.reasoning),
        (_("Calculation"), decision.calculation),
        (_("What was not accepted, and why"), decision.not_accepted),
        (_("Why it differs from earlier decisions"), decision.differs_because),
        (_("Answer to the comments"), decision.comments_answered),
        (_("Remedy"), f"{decision.remedy_word} {decision.money}".strip()),
        (
            _("What we changed so that it does not happen again"),
            f"{decision.measure_word} {decision.measures}".strip(),
        ),
        (_("Your rights"), decision.rights),
    ):
        if text:
            parts.append({"is": "row", "mark": "", "title": name, "text": text})
    return [*parts, _quiet(f"SHA-256 {decision.sha256}")]


def _evidence(shown: casefile.Shown) -> list[Part]:
    rows = [
        [item.index_no, _item(item, shown), str(item.get_side_display()), _at(item.submitted_at)]
        for item in shown.page["evidence"]
    ]
    head = [_("No."), _("Item"), pgettext("evidence", "From"), pgettext("evidence", "Since")]
    found = _table(head, [1, 8, 2, 3], rows) if rows else _quiet(_("Nothing has been submitted yet."))
    return [_heading(_("Evidence")), found]


def _item(item: Evidence, shown: casefile.Shown) -> str:
    """What of an item stands in the index for this reader: nothing that was typed where it does not open."""
    if shown.is_typed(item):
        told = [item.title, item.description, item.original_filename]
    else:
        reasons = " · ".join(item.reason_words)
        told = [f"{_('Not shown whole')}: {reasons}", item.summary_for_other_side]
    return "\n".join(filter(None, (*told, item.sha256)))


def _offers(shown: casefile.Shown) -> list[Part]:
    found: list[Part] = [_heading(_("Offers"))] if shown.page["offers"] else []
    for offer in shown.page["offers"]:
        told = [str(offer.get_side_display()), _at(offer.made_at), str(offer.get_state_display())]
        text = "\n".join(filter(None, (f"{offer.remedy_word} {offer.money}".strip(), offer.text)))
        found.append(
            {"is": "quoted", "title": " · ".join(told), "text": text, "lang": _tongue(offer.language)[0]}
        )
    return found


def _sides(shown: casefile.Shown) -> list[Part]:
    found: list[Part] = []
    for title, lines in sidefile.parts(shown.page, _at):
        found += [_heading(title), *({"is": "item", "text": line} for line in lines)]
    return found


def _said(shown: casefile.Shown) -> list[Part]:
    found: list[Part] = [_heading(_("Messages"))]
    for message in shown.page["messages_said"]:
        told = [str(message.author), message.role_word, _at(message.created_at)]
        told += [message.channel_word] if message.channel != "open" else []
        lang = _tongue(message.language)[0]
        found.append({"is": "quoted", "title": " · ".join(told), "text": message.body, "lang": lang})
    return found if len(found) > 1 else [*found, _quiet(_("Nothing has been said yet."))]


def _dates(shown: casefile.Shown) -> list[Part]:
    rows = [
        [date.name, date.waits_for, _at(date.started), _at(date.due), date.state]
        for date in shown.page["dates"]
    ]
    head = [_("What"), _("Waits for"), pgettext("time", "From"), _("Until"), _("State")]
    return [_heading(_("Every date")), _table(head, [4, 2, 3, 3, 2], rows)]


def _log(shown: casefile.Shown) -> list[Part]:
    rows = [[str(line.seq), str(line.text), _at(line.at), line.hash] for line in shown.page["log"]]
    told = _("Each line carries the hash of the one before it. Changing one breaks all that follow.")
    head = [_("No."), _("What"), _("When"), "SHA-256"]
    return [_heading(_("Log")), _quiet(told), _table(head, [1, 6, 3, 6], rows)]
