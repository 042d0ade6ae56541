"""What the queue's address asks for: filters, search words and tokens, and how each is taken off again."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from helpdesk.core import refs
from helpdesk.core.text import one_line

from .reads.queue import SIZES, VIEWS, Wanted
from .states import Channel, Priority, Status

NAMES = ("status", "category", "priority", "assignee", "requester", "tag", "language", "channel")
_TOKEN = re.compile(r'(?<!\S)(\w+):("[^"]*"|\S+)')
_DUE = re.compile(r"^<?(\d{1,5})(m|h|d)$")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its words, and the address without it."""

    text: str
    without: str


def wanted(asked: QueryDict) -> Wanted:
    """The address as a question. What is not understood is left out, never an error."""
    given = {name: one_line(asked.get(name, ""))[:120] for name in NAMES}
    text, tokens = _split(one_line(asked.get("q", ""))[:200])
    given |= {name: value for name, value in tokens.items() if name in NAMES}
    due = _DUE.match(tokens.get("due", ""))
    size = asked.get("size", "")
    return Wanted(
        view=str(asked["view"]) if asked.get("view") in VIEWS else "due",
        words=text,
        due=int(due[1]) * _SECONDS[due[2]] if due else None,
        after=asked.get("after", "")[:80],
        size=int(size) if size.isdecimal() and int(size) in SIZES else SIZES[0],
        **_understood(given),
    )


def _split(text: str) -> tuple[str, dict[str, str]]:
    tokens = {name.casefold(): value.strip('"') for name, value in _TOKEN.findall(text)}
    known = {*NAMES, "due"}
    rest = _TOKEN.sub(lambda hit: "" if hit[1].casefold() in known else hit[0], text)
    return one_line(rest), {name: value for name, value in tokens.items() if name in known}


def _understood(given: dict[str, str]) -> dict[str, str]:
    status, priority, channel = given["status"].casefold(), given["priority"].upper(), given["channel"]
    return given | {
        "status": status if status in Status.values else "",
        "priority": priority if priority in Priority.values else "",
        "channel": channel if channel in Channel.values else "",
        "language": _LANGUAGES.get(given["language"].casefold(), ""),
        "category": given["category"].upper(),
        "requester": given["requester"].casefold(),
        "tag": given["tag"].casefold(),
    }


def reference(asked: QueryDict) -> str:
    """The ticket's number, when the search is one and nothing else."""
    text = asked.get("q", "").strip().upper()
    text = text if text.startswith("T-") else f"T-{text}"
    return text if refs.TICKET.match(text) else ""


def chips(asked: QueryDict, question: Wanted, labels: dict[str, list[tuple[str, str]]]) -> list[Chip]:
    """One chip per filter that is on, tokens typed into the search included."""
    text, _tokens = _split(one_line(asked.get("q", "")))
    names = {
        "status": _("status"), "category": _("category"), "priority": _("priority"),
        "assignee": _("assignee"), "requester": _("requester"), "tag": _("tag"), "language": _("language"),
        "channel": _("channel"),
    }  # fmt: skip
    special = {"me": _("me"), "none": _("nobody")}
    found = []
    for name in NAMES:
        value = getattr(question, name)
        if value:
            said = dict(labels.get(name, [])).get(value) or special.get(value) or value
            found.append(Chip(f"{names[name]}: {said}", address(question, **{name: ""})))
    if question.due is not None:
        found.append(Chip(_("due soon"), address(question, due=None)))
    if text:
        found.append(Chip(f"“{text}”", address(question, words="")))
    return found


def address(question: Wanted, **changes: object) -> str:
    """The query string of a question, first page, with some parts changed."""
    changed = replace(question, **({"after": ""} | changes))  # type: ignore[arg-type]
    pairs = {"view": changed.view} | {name: getattr(changed, name) for name in NAMES}
    pairs["q"] = changed.words
    if changed.due is not None:
        pairs["q"] = one_line(f"{changed.words} due:<{int(changed.due // 60)}m")
    pairs["size"] = "" if changed.size == SIZES[0] else str(changed.size)
    pairs["after"] = changed.after
    return "?" + urlencode({name: value for name, value in pairs.items() if value})
