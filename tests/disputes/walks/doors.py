"""Each act's way in: the API where it has one, else the form of a page. What is sent is as people send it."""

import io
import json
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.operations import api_keys, registration
from accounts.states import Role
from disputes.models import BLOCKS
from disputes.operations import responding
from tests.disputes.walking import SIGN
from tests.support import cast

from .acts import RESULTS, ROLES, Doing
from .law import Case

MORE = {
    "hub": [Role.HANDLER], "sol": [Role.SUPERVISOR], "max": [Role.MEDIATOR, Role.AGENT],
    "dee": [Role.DECIDER], "ria": [Role.APPEAL_REVIEWER],
}  # fmt: skip
LONG = "x" * 25_000
_DAYS = timedelta(days=2)
PICTURE = io.BytesIO()
Image.new("RGB", (2, 2)).save(PICTURE, "PNG")


class House:
    """Everybody of a walk with a key and a browser of their own."""

    def __init__(self):
        for name, roles in MORE.items():
            registration.register(cast.address(name), name=name.title(), password=None, roles=roles)
        people = vars(cast.gather()) | {
            person.email.partition("@")[0]: person
            for person in type(cast.gather().mei).objects.filter(email__in=map(cast.address, MORE))
        }
        people["bo"].roles = [Role.AGENT, Role.DECIDER]
        people["root"].is_superuser = True
        people["bo"].save()
        people["root"].save()
        self.people, self.client, self.pages = people, Client(), {"nobody": Client()}
        self.keys = {name: api_keys.issue(people[name], name="walk", by=people[name])[1] for name in people}
        for name in ROLES.keys() - {"nobody"}:
            self.pages[name] = Client()
            self.pages[name].force_login(people[name])

    def api(self, who, name, args, body=None, **files):
        """One call; with a body it is a POST."""
        head = {"Authorization": f"Bearer {self.keys[who]}"} if who in self.keys else {}
        path = reverse(name, args=args)
        if files:
            return self.client.post(path, files, headers=head)
        if body is None:
            return self.client.get(path, headers=head)
        return self.client.post(path, json.dumps(body), content_type="application/json", headers=head)

    def page(self, who, name, args, body):
        return self.pages[who].post(reverse(f"disputes:{name}", args=args), body)


def code(answer) -> int:
    """What the answer says, in one number for both kinds of door."""
    status = answer.status_code
    if status == 302:
        return 401 if "/login/" in answer["Location"] else 0
    return {200: 0, 201: 0, 422: 400}.get(status, status)


# What each step of the API is told besides its name; the second is wrong on purpose.
SAID = {
    "pay": ({"proof": "ledger 8871"}, {"proof": " "}),
    "end_mediation": ({"note": "Apart."}, {"note": ""}),
    "propose_refusal": ({"note": "A court has it.", "elsewhere": "There."}, {"note": "", "elsewhere": ""}),
    "turn_down_refusal": ({"note": "It is fit."}, {"note": ""}),
    "review": ({"note": "Looked at anew."}, {"note": ""}),
    "solved": ({"note": "The money is here."}, {"note": " "}),
    "return_answer": ({"note": "Name the rule."}, {"note": ""}),
    "appeal": ({"ground": "procedure", "text": "Nobody looked."}, {"ground": "luck", "text": "x"}),
    "send_delay_notice": ({"reason": "The feed is late."}, {"reason": ""}),
    "extend": ({"reason": "Ill."}, {"reason": ""}),
    "rule_objection": ({"note": "Looked at."}, {"note": ""}),
    "reopen": ({"text": "There is more."}, {"text": ""}),
    "refer": ({"body": "The court", "their_reference": "7 C 12"}, {"body": "", "their_reference": ""}),
    "external_outcome": ({"text": "It is so."}, {"text": ""}),
}
RULINGS = {
    "provisional": "provisional", "second": "second", "final": "final", "confirm_decision": "confirm",
    "vary": "vary", "send_back": "send_back",
}  # fmt: skip
_ARGS = {"name_person": "person", "assign_handler": "person", "propose_refusal": "reason", "draw": "role"}


def knock(house: House, case: Case, dispute, doing: Doing, now):
    """Do it at its door; the answer."""
    ref, who, args = [dispute.reference], doing.who, doing.args
    send = _PAGES.get(doing.act) or _OTHER.get(doing.act)
    if send is not None:
        return send(house, case, dispute, doing, ref)
    if doing.act in RULINGS:
        body = _text(dispute, doing, args[0] if args else "small", "findings")
        return house.api(who, "api_dispute_decisions", ref, body | {"do": RULINGS[doing.act]})
    good, bad = SAID.get(doing.act, ({}, {"surprise": 1}))
    body = {"step": doing.act} | (bad if doing.bad else good)
    if doing.act in _ARGS:
        value = f"{args[0]}@demo.test" if _ARGS[doing.act] == "person" else args[0]
        body[_ARGS[doing.act]] = value
    body |= _special(case, dispute, doing, now)
    return house.api(who, "api_dispute_transitions", ref, body)


def _special(case, dispute, doing, now):
    today, args = str(now.date()), doing.args
    match doing.act:
        case "review" | "automatic" | "rule_objection":
            return {"yes": args[0]}
        case "escalate":
            return {"note": "" if doing.bad and doing.who != "mei" else "Please."}
        case "approve_answer" | "accept_answer":
            return {"sha256": _seal(dispute) if args[0] == "right" else "0" * 64}
        case "extend":
            until = [due for (key, _side), due in case.clocks.items() if key == args[0] and due]
            return {"clock": args[0], "until": str((max(until) if until else now).date() + _DAYS)}
        case "send_delay_notice":
            return {"until": str(now.date() + _DAYS)}
        case "refer":
            return {"day": today, "stops": args[0]}
        case "external_outcome":
            owed = RESULTS[args[1]] if args[1] else {"remedy": "none"}
            told = {name: value for name, value in owed.items() if name != "outcome"}
            return {"outcome": args[0], "day": today} | told
    return {}


def _seal(dispute):
    draft = dispute.decisions.answers().order_by("-number").first()
    if draft is None:
        return "1" * 64
    return draft.sha256 or responding.fingerprint(draft)


def _text(dispute, doing, result, points):
    """A reasoned text, complete; a bad one leaves a point open."""
    numbers = list(dispute.points.values_list("number", flat=True))[1 if doing.bad else 0 :]
    found = [{"point": number, "finding": "upheld", "answer": "So."} for number in numbers]
    body = {name: f"The {name}." for name in BLOCKS} | RESULTS[result]
    return (
        body
        | {"evidence": ["P-1"], "root_cause": "RC-FEED", points: found}
        | ({"comments_answered": "Heard."} if points == "findings" else {})
    )


def _answer(house, case, dispute, doing, ref):
    keep = doing.act == "answer_keep"
    body = _text(dispute, doing, doing.args[0], "points") | {"keep": keep}
    nothing = RESULTS[doing.args[0]]["remedy"] == "none"
    body |= {"measure": "nothing", "measures": "It was a single mistake."}
    body |= {"conclusion": "reject" if nothing else "accept"} | (
        {"surprise": 1} if keep and doing.bad else {}
    )
    return house.api(doing.who, "api_dispute_answer", ref, body)


def _say(house, case, dispute, doing, ref):
    body = {"channel": doing.args[0], "body": "" if doing.bad else "A word."}
    return house.api(doing.who, "api_dispute_messages", ref, body)


def _evidence(house, case, dispute, doing, ref):
    data = b"<svg xmlns='http://www.w3.org/2000/svg'/>" if doing.bad else PICTURE.getvalue()
    file = SimpleUploadedFile("shot.png", data, "image/png")
    return house.api(doing.who, "api_dispute_evidence", ref, files=file)


def _page(name, own=""):
    """A form of the desk, and of the trader's own pages where they have it."""

    def sent(body):
        def send(house, case, dispute, doing, ref):
            mine = own and doing.who == "mei"
            if doing.act.endswith("_offer"):
                ref = [*ref, doing.args[0]]
            return house.page(doing.who, own if mine else name, ref, body(case, dispute, doing))

        return send

    return sent


def _offered(case, dispute, doing):
    terms = {name: value for name, value in RESULTS[doing.args[0]].items() if name != "outcome"}
    return terms | {"text": "" if doing.bad else "This, and all is settled."}


def _accepted(case, dispute, doing):
    found = dispute.offers.filter(number=doing.args[0]).first()
    right = found and doing.args[1] == "right"
    return {"answer": "accept", "sha256": found.text_sha256 if right else "0" * 64}


def _sum(house, case, dispute, doing, ref):
    step = doing.act.removeprefix("sum_")
    body = {"step": step} | ({"surprise": 1} if doing.bad else {})
    body |= {"amount": "9.5", "asset": "USDT", "rule": doing.args[0]} if step == "propose" else {}
    return house.api(doing.who, "api_dispute_sum_holds", ref, body)


_PAGES = {
    "promise": _page("desk-promise")(lambda c, d, doing: {"number": "1", "sure": "on"}),
    "declare": _page("desk-declare")(lambda c, d, doing: {} if doing.bad else SIGN),
    "recuse": _page("desk-recuse")(lambda c, d, doing: {"reason": "" if doing.bad else "I know them."}),
    "object": _page("desk-object", "object")(lambda c, d, doing: {"reason": LONG if doing.bad else "Why."}),
    "offer": _page("desk-offer", "offer")(_offered),
    "take_offer": _page("desk-answer-offer", "answer-offer")(_accepted),
    "decline_offer": _page("desk-answer-offer", "answer-offer")(
        lambda c, d, doing: {"answer": "no", "reason": "" if doing.bad else "Too much."}
    ),
}
_OTHER = {
    "answer": _answer, "answer_keep": _answer, "say": _say, "evidence": _evidence,
    "look": lambda house, case, dispute, doing, ref: house.api(doing.who, "api_dispute", ref),
    "bundle": lambda house, case, dispute, doing, ref: house.api(doing.who, "api_dispute_bundle", ref),
    **dict.fromkeys(
        ("sum_propose", "sum_agree", "sum_decline", "sum_take_back", "sum_release", "sum_keep"), _sum
    ),
}  # fmt: skip
# What has nothing in it that could be wrong.
FLAWLESS = {"look", "bundle", "take_offer", "promise"}
