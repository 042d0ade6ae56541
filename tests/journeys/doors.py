"""The table of doors. One line per address and method: what each person is answered.

`who` is a person, a group of rows.py, or `*`; the first that fits counts. `login` is a redirect to sign-in.
Persons: mei owns the case, omar is another trader, ada and bo agents, sun supervisor, hal complaint handler,
nia mediator, eva external mediator, dan decider, rex appeal reviewer, cody compliance, fin finance, faye
editor, root administrator, ivo auditor; nobody is not signed in.
"""

from datetime import timedelta

from django.utils import timezone

from tests.journeys import doors_after, doors_letters, doors_money, doors_outside, doors_packs, doors_roles  # isort: skip
from tests.journeys import early_doors, room_doors  # isort: skip
from tests.support import cast, samples

EVERYONE = """
GET home                     -  *:200|302
GET desk                     -  nobody:login staff,eva:200|302 *:404
GET gallery                  -  nobody:login staff:200 *:404
GET healthz                  -  *:200
GET readyz                   -  *:200|503
GET metrics                  -  *:200
GET icons                    -  *:200
GET stream                   -  *:204
GET /nowhere/                -  *:404
GET /api/nowhere/            -  *:404
GET /static/../settings.py   -  *:404
"""

PEOPLE = """
GET  account_login                          -  nobody:200 *:302
POST account_login                          -  nobody:302 *:302
GET  account_signup                         -  nobody:200 *:302
POST account_signup                         -  nobody:302 *:302
GET  account_logout                         -  nobody:302 *:200
POST account_logout                         -  *:302
GET  account_inactive                       -  *:200
GET  account_email                          -  nobody:login *:200
GET  account_change_password                -  nobody:login *:200
GET  account_set_password                   -  nobody:login *:302
GET  account_reauthenticate                 -  nobody:login *:200
GET  account_reset_password                 -  *:200
POST account_reset_password                 -  *:302
GET  account_reset_password_done            -  *:200
GET  account_reset_password_from_key_done   -  *:200
GET  account_reset_password_from_key        uid,token  *:200
GET  account_email_verification_sent        -  *:200
GET  account_confirm_email                  token  *:200
GET  account_confirm_login_code             -  *:login|302
GET  usersessions_list                      -  nobody:login *:200
POST language                               -  *:302
POST theme                                  -  *:302
GET  me                                     -  nobody:login *:200
POST me                                     -  nobody:login *:302
GET  api_keys                               -  nobody:login *:200
POST api_keys                               -  nobody:login *:200|302
POST api_key_revoke                         key  nobody:login mei:302 *:404
GET  notifications                          -  nobody:login *:200
GET  notifications_bell                     -  nobody:login *:200
POST notifications_read_all                 -  nobody:login *:302
GET  notification_preferences               -  nobody:login *:200
POST notification_preferences               -  nobody:login *:302
GET  notification_open                      notice  nobody:login mei:302 *:404
POST notification_read                      notice  nobody:login mei:302 *:404
GET  demo_mail                              -  *:404   # only in demo mode
GET  demo_mail_one                          mail  *:404
GET  demo_mail_html                         mail  *:404
GET  live_token                             -  mei,readers:200 *:404
"""

HELP = """
GET  faq:home            -                     *:200
GET  faq:search          -                     *:200
GET  faq:suggest         -                     *:200
GET  faq:subject         subject               *:200
GET  faq:article         subject,article       *:200
GET  faq:article         subject,draft         faye:200 *:404
GET  faq:article         subject,internal      staff:200 *:404
GET  faq:vote            subject,article       *:200
POST faq:vote            subject,article       *:302
POST faq:vote            subject,internal      staff:302 *:404
GET  faq:policies        -                     *:200
GET  faq:policy          policy                *:200
GET  faq:policy_version  policy,number         *:200
GET  faq:desk_list       -                     nobody:login faye:200 *:404
GET  faq:desk_new        -                     nobody:login faye:200 *:404
POST faq:desk_new        -                     nobody:login faye:422 *:404
POST faq:desk_preview    -                     nobody:login faye:200 *:404
GET  faq:desk_edit       article_id            nobody:login faye:200 *:404
POST faq:desk_edit       article_id            nobody:login faye:422 *:404
GET  faq:desk_revisions  article_id            nobody:login faye:200 *:404
POST faq:desk_restore    article_id            nobody:login faye:302|409 *:404
POST faq:desk_move       article_id            nobody:login faye:302 *:404
"""

TICKETS = """
GET  tickets:tickets      -              nobody:login *:200   # each their own
GET  tickets:new          -              nobody:login *:200
POST tickets:new          -              nobody:login *:302
GET  tickets:ticket       ticket         nobody:login mei:200 *:404
POST tickets:reply        ticket         nobody:login mei:302 *:404
POST tickets:solved       ticket         nobody:login mei:302 *:404
POST tickets:reopen       solved         nobody:login mei:302 *:404
GET  tickets:escalate     ticket         nobody:login mei:200 *:404
POST tickets:escalate     ticket         nobody:login mei:302 *:404
GET  tickets:transcript   ticket         nobody:login mei,readers:200 *:404
GET  tickets:attachment   ticket,file    nobody:login mei,readers:200 *:404
GET  tickets:preview      ticket,file    nobody:login mei,readers:200 *:404
GET  tickets:attachment   ticket,secret  nobody:login readers:200 *:404   # hangs on an internal note
GET  tickets:preview      ticket,secret  nobody:login readers:200 *:404
GET  tickets:ticket       omars          nobody:login omar:200 *:404
GET  tickets:board        -              nobody:login sun,root:200 *:404
GET  tickets:queue        -              nobody:login readers:200 *:404
GET  tickets:queue-counts -              nobody:login readers:200 *:404
POST tickets:close-incident incident     nobody:login sun:302 agents,cody,ivo:403 *:404
GET  tickets:desk-ticket  ticket         nobody:login readers:200 *:404
GET  tickets:desk-clocks  ticket         nobody:login readers:200 *:404
POST tickets:desk-reply   ticket         nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-note    ticket         nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-recall  ticket,held    nobody:login ada:302 cody,ivo:403 *:404
POST tickets:desk-claim   fresh          nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-assign  ticket         nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-move    ticket         nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-priority ticket        nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-tags    ticket         nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-take-on  overdue       nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-no-reply thanked       nobody:login agents:302 cody,ivo:403 *:404
POST tickets:desk-escalate ticket        nobody:login sun:302 agents,cody,ivo:403 *:404
GET  tickets:settings           -        nobody:login sun,root:200 staff:403 *:404
GET  tickets:settings-promise   -        nobody:login sun,root:200 staff:403 *:404
GET  tickets:duty               -        nobody:login sun,root:200 staff:403 *:404
POST tickets:duty               -        nobody:login sun,root:302 staff:403 *:404
POST tickets:duty-end           duty     nobody:login sun,root:302 staff:403 *:404
POST tickets:duty-remove        planned  nobody:login sun,root:302 staff:403 *:404
GET  tickets:teams              -        nobody:login sun,root:200 staff:403 *:404
GET  tickets:team-new           -        nobody:login sun,root:200 staff:403 *:404
POST tickets:team-new           -        nobody:login sun,root:302 staff:403 *:404
GET  tickets:team               team     nobody:login sun,root:200 staff:403 *:404
POST tickets:team               team     nobody:login sun,root:302 staff:403 *:404
GET  tickets:calendars          -        nobody:login sun,root:200 staff:403 *:404
GET  tickets:calendar-new       -        nobody:login sun,root:200 staff:403 *:404
POST tickets:calendar-new       -        nobody:login sun,root:302 staff:403 *:404
GET  tickets:calendar           calendar nobody:login sun,root:200 staff:403 *:404
POST tickets:calendar           calendar nobody:login sun,root:302 staff:403 *:404
POST tickets:calendar-switch    calendar nobody:login sun,root:302 staff:403 *:404
GET  tickets:sla-policies       -        nobody:login sun,root:200 staff:403 *:404
GET  tickets:sla-policy-new     -        nobody:login sun,root:200 staff:403 *:404
POST tickets:sla-policy-new     -        nobody:login sun,root:302 staff:403 *:404
GET  tickets:sla-policy         sla      nobody:login sun,root:200 staff:403 *:404
POST tickets:sla-policy         sla      nobody:login sun,root:302 staff:403 *:404
POST tickets:sla-policy-move    sla      nobody:login sun,root:302 staff:403 *:404
POST tickets:sla-policy-switch  sla      nobody:login sun,root:302 staff:403 *:404
GET  tickets:sla-policy-history sla      nobody:login sun,root:200 staff:403 *:404
GET  tickets:sla-policy-apply   sla      nobody:login sun,root:200 staff:403 *:404
POST tickets:sla-policy-apply   sla      nobody:login sun,root:302 staff:403 *:404
GET  tickets:sla-policy-progress sla     nobody:login sun,root:302 staff:403 *:404
"""

DISPUTES = """
GET  disputes:procedure     -              *:200
GET  disputes:statistics    -              *:200
GET  disputes:anchors       -              *:200
GET  disputes:anchors-json  -              *:200
GET  disputes:verify        -              *:200
POST disputes:verify        -              *:200
GET  disputes:receipt       mediating,item nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
POST disputes:bundle        mediating      nobody:login mei:200 *:404
POST disputes:desk-bundle   mediating      nobody:login sun,hal,nia,cody,ivo:200 *:404
POST disputes:desk-bundle   drawn          nobody:login sun,hal,cody,ivo:200 nia:403 *:404  # not signed
POST disputes:desk-bundle   approved       nobody:login sun,hal,cody,ivo,dan:200 fin:403 *:404
GET  disputes:disputes      -              nobody:login *:200
GET  disputes:dispute       mediating      nobody:login mei:200 *:404
POST disputes:say           mediating      nobody:login mei:302 *:404
POST disputes:add-evidence  mediating      nobody:login mei:302 *:404
GET  disputes:evidence      mediating,item nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
GET  disputes:evidence-preview mediating,item nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
POST disputes:offer         mediating      nobody:login mei:302 *:404
POST disputes:answer-offer  mediating,offer nobody:login mei:302 *:404
POST disputes:object        mediating      nobody:login mei:302 *:404
POST disputes:end-mediation mediating      nobody:login mei:302 *:404
POST disputes:withdraw      mediating      nobody:login mei:302 *:404
POST disputes:keep          mediating      nobody:login mei:409 *:404   # nothing was asked
POST disputes:withdraw-now  mediating      nobody:login mei:409 *:404   # not before it was asked for
POST disputes:no-comments   provisional    nobody:login mei:302 *:404
POST disputes:accept        decided        nobody:login mei:302 *:404
POST disputes:decline       decided        nobody:login mei:302 *:404
POST disputes:confirm       paid           nobody:login mei:302 *:404
POST disputes:close         mediating      nobody:login mei:409 *:404   # not at this stage
GET  disputes:desk-disputes -              nobody:login sun,hal,nia,dan,rex,cody,fin,ivo:200 *:404
GET  disputes:desk-returns  -              nobody:login sun,cody,ivo:200 *:404
POST disputes:desk-returns  -              nobody:login sun,cody,ivo:200 *:404
GET  disputes:desk-dispute  opened         nobody:login sun,hal,cody,ivo:200 *:404
GET  disputes:desk-dispute  drawn          nobody:login sun,hal,cody,ivo:200 nia:403 *:404  # not signed
GET  disputes:desk-dispute  mediating      nobody:login sun,hal,cody,ivo,nia:200 *:404
GET  disputes:desk-dispute  deciding       nobody:login sun,hal,cody,ivo,dan:200 *:404   # the mediator is out
GET  disputes:desk-dispute  owed           nobody:login sun,hal,cody,ivo,dan:200 *:404   # not approved yet
POST disputes:desk-draw     opened         nobody:login sun:302 hal,cody,ivo:403 *:404
POST disputes:desk-declare  drawn          nobody:login nia:302 sun,hal,cody,ivo:403 *:404
POST disputes:desk-recuse   drawn          nobody:login nia:302 sun,hal,cody,ivo:403 *:404
POST disputes:desk-object   mediating      nobody:login sun:302 hal,nia,cody,ivo:403 *:404
POST disputes:desk-say      mediating      nobody:login sun,hal,nia:302 cody,ivo:422|403 *:404
POST disputes:desk-add-evidence mediating  nobody:login sun,hal,nia:302 cody,ivo:403 *:404
POST disputes:desk-offer    mediating      nobody:login sun,hal:302 nia,cody,ivo:403 *:404
POST disputes:desk-answer-offer mediating,own_offer nobody:login sun,hal:302 nia,cody,ivo:403 *:404
POST disputes:desk-no-settlement mediating nobody:login sun,nia:302 hal,cody,ivo:403 *:404
GET  disputes:desk-decision deciding       nobody:login dan:200 sun,hal,cody,ivo:403 *:404
POST disputes:desk-decision deciding       nobody:login dan:302 sun,hal,cody,ivo:403 *:404
POST disputes:desk-no-comments provisional nobody:login sun:302 hal,dan,cody,ivo:403 *:404
POST disputes:desk-finalise commented      nobody:login dan:302 sun,hal,cody,ivo:403 *:404
POST disputes:desk-approve  owed           nobody:login sun:302 cody,hal,dan,ivo:403 *:404
POST disputes:desk-pay      approved       nobody:login fin:302 sun,hal,dan,cody,ivo:403 *:404
POST disputes:desk-extend   mediating      nobody:login sun,hal,cody:302 ivo,nia:403 *:404   # hers
POST disputes:desk-delay    mediating      nobody:login sun,cody:409 hal,ivo,nia:403 *:404   # none is waiting
POST disputes:desk-close    mediating      nobody:login sun:409 hal,nia,cody,ivo:403 *:404
"""

API = """
API:GET api_docs    -  *:200
API:GET api_schema  -  *:200
API:GET api_me      -  nobody:401 *:200
API:GET api_categories    -  nobody:401 *:200
API:GET api_articles      -  nobody:401 *:200
API:GET api_article       article nobody:401 *:200
API:GET api_article       internal nobody:401 staff:200 *:404
API:GET api_article       draft nobody:401 *:404
API:GET api_search        -  nobody:401 *:200
API:GET api_sla_policies  -  nobody:401 sun,root:200 *:403
API:POST api_sla_policies -  nobody:401 sun,root:201 *:403
API:GET api_calendars     -  nobody:401 sun,root:200 *:403
API:GET api_tickets       -  nobody:401 *:200
API:POST api_tickets      -  nobody:401 *:201
API:GET api_ticket             ticket  nobody:401 mei,readers:200 *:404
API:GET api_ticket_messages    ticket  nobody:401 mei,readers:200 *:404
API:POST api_ticket_messages   ticket  nobody:401 mei,agents:201 cody,ivo:403 *:404
API:GET api_ticket_files       ticket  nobody:401 mei,readers:200 *:404
API:POST api_ticket_files      ticket  nobody:401 mei,agents:201 cody,ivo:403 *:404
API:GET api_ticket_file        ticket,file nobody:401 mei,readers:200 *:404
API:GET api_ticket_file        ticket,secret nobody:401 readers:200 *:404
API:GET api_ticket_timers      ticket  nobody:401 mei,readers:200 *:404
API:GET api_ticket_events      ticket  nobody:401 mei,readers:200 *:404
API:POST api_ticket_assign     ticket  nobody:401 agents:200 mei,cody,ivo:403 *:404
API:POST api_ticket_reply      ticket  nobody:401 mei,agents:201 cody,ivo:403 *:404
API:POST api_ticket_note       ticket  nobody:401 agents:201 mei,cody,ivo:403 *:404
API:POST api_ticket_resolve    ticket  nobody:401 mei,agents:200 cody,ivo:403 *:404
API:POST api_ticket_reopen     solved  nobody:401 mei,agents:200 cody,ivo:403 *:404
API:POST api_ticket_acknowledge overdue nobody:401 agents:200 mei,cody,ivo:403 *:404
API:POST api_ticket_no_reply_needed thanked nobody:401 agents:200 mei,cody,ivo:403 *:404
API:POST api_ticket_escalate   ticket  nobody:401 mei,sun:200 agents,cody,ivo:403 *:404
API:GET api_disputes               -          nobody:401 *:200   # each what they may know of
API:GET api_dispute_return         return     nobody:401 sun,cody,ivo:200 *:404
API:GET api_dispute                mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute                drawn      nobody:401 mei,sun,hal,cody,ivo:200 nia:403 *:404
API:GET api_dispute_points         mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_evidence       mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_evidence      mediating  nobody:401 mei,sun,hal,nia:201 cody,ivo:403 *:404
API:GET api_dispute_file           mediating,item nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_messages       mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_messages      mediating  nobody:401 mei,sun,hal,nia:201 cody,ivo:403 *:404
API:GET api_dispute_offers         mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_decisions      decided    nobody:401 mei,sun,hal,dan,cody,ivo:200 *:404
API:GET api_dispute_bundle         mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_events         mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_transitions   opened     nobody:401 sun:200 mei,hal,cody,ivo:403 *:404
"""


def _day(ahead: int) -> str:
    return f"{timezone.now() + timedelta(days=ahead):%Y-%m-%dT%H:%M}"


def _evidence(text: str) -> dict:
    """Files of a case, as its form sends them."""
    return {"title": text, "description": "The tick.", "supports": "1",
            "files": samples.upload("a.png", samples.picture(text=text))}  # fmt: skip


_LATER = (doors_after, doors_letters, doors_money, doors_outside, doors_packs, doors_roles)
_OWN = EVERYONE + PEOPLE + HELP + TICKETS + DISPUTES + API + room_doors.TABLE + early_doors.TABLE
TABLE = "".join((_OWN, *(part.DOORS for part in _LATER)))

# What a POST sends; a function gets the world.
DATA: dict = {
    ("POST", "account_login"): {"login": cast.address("mei"), "password": cast.PASSWORD},
    ("POST", "account_signup"): {
        "name": "Zoe", "email": "zoe@demo.test", "password1": "a long enough phrase 9", "password2": "",
    },
    ("POST", "account_reset_password"): {"email": cast.address("mei")},
    ("POST", "language"): {"language": "en", "next": "/help/"},
    ("POST", "theme"): {"theme": "dark", "next": "/help/"},
    ("POST", "me"): {
        "name": "Somebody", "language": "en", "time_zone": "UTC", "theme": "dark", "density": "compact",
        "undo_seconds": "10",
    },
    ("GET", "live_token"): lambda world: {"topic": f"ticket:{world.known('ticket')}"},
    ("GET", "faq:search"): {"q": "提现"},
    ("GET", "faq:suggest"): {"q": "withdrawal"},
    ("POST", "faq:vote"): {"helpful": "yes", "language": "en"},
    ("POST", "faq:desk_restore"): {"number": "1", "version": "1", "language": "en"},
    ("POST", "faq:desk_move"): {"do": "unpublish"},
    ("POST", "faq:desk_preview"): {"en_body": "# Hello"},
    ("POST", "tickets:new"): lambda world: {
        "category": "GEN-ASK", "subject": "A question", "body": "How long does it take?",
        "files": samples.upload("a.png", samples.picture()),
    },
    ("POST", "api_keys"): {"name": "script", "days": "30"},
    ("POST", "api_sla_policies"): lambda world: {
        "name": "Quick", "position": 1, "conditions": {"category": ["GEN-ASK"]}, "calendar": "24x7",
        "targets": [{"metric": "first_response", "seconds": 3, "mode": "calendar"}],
    },
    ("POST", "api_tickets"): {
        "category": "GEN-ASK", "subject": "By key", "body": "Hello from a script.", "channel": "api",
    },
    ("POST", "api_ticket_messages"): {"body": "One more thing.", "kind": "public"},
    ("POST", "api_ticket_reply"): {"body": "We are looking."},
    ("POST", "api_ticket_note"): {"body": "For us only."},
    ("POST", "api_ticket_assign"): {"assignee": "bo@demo.test"},
    ("POST", "api_ticket_resolve"): {},
    ("POST", "api_ticket_reopen"): {},
    ("POST", "api_ticket_acknowledge"): {},
    ("POST", "api_ticket_no_reply_needed"): {},
    ("POST", "api_ticket_escalate"): {"reason": "Still nothing."},
    ("POST", "api_ticket_files"): lambda world: {"files": samples.upload("a.png", samples.picture())},
    ("POST", "api_dispute_evidence"): lambda world: {
        "files": samples.upload("b.png", samples.picture(text="Ticks")),
    },
    ("POST", "api_dispute_messages"): {"body": "Please look again."},
    ("POST", "api_dispute_transitions"): {"step": "draw", "role": "mediator"},
    ("GET", "api_search"): {"q": "withdrawals", "in": "articles"},
    ("POST", "disputes:desk-returns"): {
        "kind": "fca",
        "form": "csv",
        "first": "2026-01-01",
        "last": "2026-01-31",
    },
    ("POST", "disputes:desk-extend"): {
        "metric": "mediation",
        "until": (timezone.now() + timedelta(days=30)).date().isoformat(),
        "reason": "More time for the mediation.",
    },
    ("POST", "disputes:desk-delay"): {
        "reason": "Not ready.",
        "expected_on": (timezone.now() + timedelta(days=9)).date().isoformat(),
    },
    ("POST", "disputes:verify"): lambda world: {"file": samples.upload("a.zip", b"no ZIP")},
    ("POST", "disputes:say"): {"channel": "open", "body": "Please look again."},
    ("POST", "disputes:add-evidence"): lambda world: _evidence("Chart of the trader"),
    ("POST", "disputes:offer"): {"text": "Pay me", "remedy": "payment", "amount": "91", "currency": "USDT"},
    ("POST", "disputes:answer-offer"): {"answer": "decline"},
    ("POST", "disputes:end-mediation"): {"sure": "on"},
    ("POST", "disputes:withdraw"): {"sure": "on"},
    ("POST", "disputes:withdraw-now"): {"sure": "on"},
    ("POST", "disputes:accept"): {"sure": "on"},
    ("POST", "disputes:decline"): {"sure": "on"},
    ("POST", "disputes:close"): {"sure": "on"},
    ("POST", "disputes:desk-draw"): {"role": "mediator"},
    ("POST", "disputes:desk-declare"): {"statements": ["impartial", "no_interest", "available"]},
    ("POST", "disputes:desk-recuse"): {"reason": "I know the trader."},
    ("POST", "disputes:desk-object"): {"reason": "Known to the trader."},
    ("POST", "disputes:desk-say"): {"channel": "open", "body": "The price stands."},
    ("POST", "disputes:desk-add-evidence"): lambda world: _evidence("Ticks of the platform"),
    ("POST", "disputes:desk-offer"): {"text": "Half", "remedy": "payment", "amount": "4", "currency": "USD"},
    ("POST", "disputes:desk-answer-offer"): {"answer": "decline", "reason": "Too much."},
    ("POST", "disputes:desk-no-settlement"): {"note": "The sides stay apart."},
    ("POST", "disputes:desk-decision"): {"do": "keep", "facts": "The facts so far."},
    ("POST", "disputes:desk-finalise"): {"comments_answered": "They change nothing."},
    ("POST", "disputes:desk-pay"): {"proof": "ledger 8871"},
    ("POST", "tickets:duty"): lambda world: {
        "person": world.cast.ada.pk, "starts_at": _day(1), "ends_at": _day(2),
    },
    ("POST", "tickets:team-new"): {"name_en": "Cards", "name_zh": "卡片"},
    ("POST", "tickets:team"): {"name_en": "Payments and cards", "name_zh": "支付与卡片"},
    ("POST", "tickets:reply"): {"body": "One more thing."},
    ("POST", "tickets:escalate"): {"reason": "Still nothing."},
    ("POST", "tickets:desk-reply"): {"body": "We are looking into it."},
    ("POST", "tickets:desk-note"): {"body": "For us only."},
    ("POST", "tickets:desk-assign"): lambda world: {"assignee": world.cast.bo.pk, "reason": "shift ends"},
    ("POST", "tickets:desk-move"): {"move": "wait_for_third_party"},
    ("POST", "tickets:desk-priority"): {"priority": "P1"},
    ("POST", "tickets:desk-tags"): {"tags": "bank, slow"},
    ("POST", "tickets:desk-escalate"): {"reason": "Needs a mediator."},
    ("POST", "tickets:calendar-new"): {"name": "Nights", "tz": "UTC", "w0-from": "22:00", "w0-to": "06:00"},
    ("POST", "tickets:calendar"): {"name": "Office", "tz": "UTC", "w0-from": "09:00", "w0-to": "17:00"},
    ("POST", "tickets:calendar-switch"): {"to": "off"},
    ("POST", "tickets:sla-policy-new"): {
        "name": "Chat", "calendar": "24x7", "channel": "chat", "t-first_response": "1 minute",
        "m-first_response": "calendar", "apology": "1 hour",
    },
    ("POST", "tickets:sla-policy"): {
        "name": "Logins", "calendar": "24x7", "category": "ACC-LOGIN", "t-first_response": "1 hour",
        "m-first_response": "calendar", "apology": "1 hour",
    },
    ("POST", "tickets:sla-policy-move"): {"to": "down"},
    ("POST", "tickets:sla-policy-switch"): {"to": "off"},
    ("POST", "tickets:sla-policy-apply"): {"number": "1"},
}  # fmt: skip
DATA |= {key: sent for part in (early_doors, room_doors, *_LATER) for key, sent in part.DATA.items()}
QUERY = {"faq:desk_preview": "?language=en"}
# Addresses that other tests look at, and why.
ELSEWHERE: dict[str, str] = {}
