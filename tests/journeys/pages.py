"""The table of pages that are looked at: which page, of which case, through whose eyes.

`name  args  who  [?query]`; every row is seen in both languages, light and dark, wide and narrow. A page that
the doors show to somebody and that is missing here, or below with a reason, fails test_every_page.
"""

from dataclasses import dataclass

from django.urls import reverse

TABLE = """
home                     -                     nobody mei omar
faq:home                 -                     nobody mei
faq:search               -                     nobody mei           ?q=withdrawals
faq:search               -                     nobody               ?q=qzqzqz
faq:subject              subject               nobody
faq:article              subject,article       nobody mei
faq:vote                 subject,article       nobody
faq:policies             -                     nobody
faq:policy               policy                nobody
faq:policy_version       policy,number         nobody
disputes:procedure       -                     nobody omar
disputes:statistics      -                     nobody
disputes:anchors         -                     nobody
disputes:desk-systemic   -                     sun cody
disputes:desk-neutrals   -                     sun nia
disputes:desk-systemic-issue issue             cody ivo
disputes:verify          -                     nobody mei
disputes:receipt         mediating,item        mei sun
api_docs                 -                     nobody
/nowhere/                -                     nobody mei ada

account_login                          -       nobody
account_signup                         -       nobody
account_inactive                       -       nobody
account_reset_password                 -       nobody
account_reset_password_done            -       nobody
account_reset_password_from_key        uid,token nobody
account_reset_password_from_key_done   -       nobody
account_email_verification_sent        -       nobody
account_confirm_email                  token   nobody
account_logout           -                     mei
account_email            -                     mei
account_change_password  -                     mei
account_reauthenticate   -                     mei
usersessions_list        -                     mei
me                       -                     mei ada
api_keys                 -                     mei
notifications            -                     mei omar ada
notification_preferences -                     mei

tickets:new              -                     mei
tickets:new              -                     mei                  ?category=WDR-DELAY
tickets:new              -                     omar                 ?category=BIN-EXPIRY
tickets:tickets          -                     mei omar
tickets:ticket           fresh                 mei
tickets:ticket           ticket                mei
tickets:ticket           late                  mei
tickets:ticket           solved                mei
tickets:ticket           long                  mei
tickets:ticket           omars                 omar
tickets:escalate         ticket                mei
tickets:transcript       ticket                mei ada
tickets:duty             -                     sun
tickets:teams            -                     sun
tickets:team             team                  sun
tickets:team-new         -                     root
tickets:board            -                     sun root
tickets:queue            -                     ada bo sun hal cody ivo
tickets:queue            -                     sun                  ?view=all
tickets:queue            -                     ada                  ?q=提现&status=open
tickets:desk-ticket      ticket                ada bo sun cody
tickets:desk-ticket      fresh                 ada
tickets:desk-ticket      late                  sun
tickets:desk-ticket      solved                ada
tickets:desk-ticket      long                  ada
tickets:desk-ticket      overdue               ada
tickets:desk-ticket      thanked               ada
tickets:desk-clocks      overdue               ada sun
tickets:desk-clocks      solved                ada

tickets:settings         -                     sun root
tickets:settings-promise -                     sun                  ?category=WDR-DELAY
tickets:calendars        -                     sun root
tickets:calendar-new     -                     sun
tickets:calendar         calendar              sun
tickets:sla-policies     -                     sun root
tickets:sla-policy-new   -                     sun
tickets:sla-policy       sla                   sun
tickets:sla-policy-history sla                 sun
tickets:sla-policy-apply sla                   sun

disputes:disputes        -                     mei omar
disputes:dispute         opened                mei
disputes:dispute         drawn                 mei
disputes:dispute         mediating             mei
disputes:dispute         deciding              mei
disputes:dispute         provisional           mei
disputes:dispute         decided               mei
disputes:dispute         owed                  mei
disputes:dispute         paid                  mei
disputes:dispute         complained            mei
disputes:dispute         handled               mei
disputes:dispute         answered              mei
disputes:dispute         refused               mei
disputes:dispute         reviewed              mei
disputes:dispute         appealed              mei
disputes:dispute         told                  mei
disputes:dispute         over                  mei
disputes:dispute         longcase              mei
disputes:desk-disputes   -                     sun hal nia dan rex cody fin ivo
disputes:desk-dispute    outside               eva sun
disputes:desk-dispute    bidden                eva
factor                   -                     mei eva
disputes:desk-returns    -                     sun cody ivo
disputes:desk-money      -                     sun fin
disputes:desk-keeping    -                     cody sun
disputes:desk-dispute    opened                sun
disputes:desk-dispute    drawn                 sun
disputes:desk-dispute    drawn                 nia
disputes:desk-dispute    mediating             nia sun hal cody ivo
disputes:desk-dispute    deciding              dan sun
disputes:desk-dispute    provisional           sun
disputes:desk-dispute    commented             dan
disputes:desk-dispute    decided               sun
disputes:desk-dispute    owed                  cody
disputes:desk-dispute    approved              fin
disputes:desk-dispute    paid                  sun
disputes:desk-dispute    longcase              nia
disputes:desk-decision   deciding              dan
disputes:desk-dispute    complained            sun hal
disputes:desk-dispute    proposed              sun hal
disputes:desk-dispute    handled               hal
disputes:desk-dispute    waiting               sun hal
disputes:desk-dispute    answered              sun
disputes:desk-dispute    reviewed              rex
disputes:desk-answer     handled               hal
disputes:desk-dispute    appealed              rex sun
disputes:desk-dispute    told                  sun
disputes:desk-decision   commented             dan
disputes:desk-appeal-decision appealed         rex

disputes:prepare         room                  mei sun
disputes:ask             mediating             nia sun
disputes:asked           room,request          mei sun
disputes:item            mediating,item        mei sun nia
disputes:item            room,sound            mei
disputes:item            latecase,late_item        dan mei
disputes:redact          mediating,item        hal
disputes:redaction       room,covering         cody
disputes:dispute         room                  mei
disputes:letter          mediating,letter      mei sun
disputes:letter-templates -                    cody
disputes:packs           mediating             mei sun
disputes:bodies          -                     sun
disputes:body            outside_body          sun
disputes:body-new        -                     cody
disputes:letter-edit     words,tongue          cody
disputes:letter-template words,tongue,first    faye
disputes:desk-dispute    room                  sun
disputes:desk-dispute    latecase              dan
disputes:desk-appointments -                   eva
disputes:dispute         surveyed              mei
disputes:desk-dispute    cared                 hal
disputes:representatives named                 mei sun
disputes:represent       invited               omar
disputes:survey          surveyed,ask          mei
tickets:desk-care        fresh                 ada
adjustments              -                     mei
people                   -                     root
person_roles             somebody              root

faq:desk_list            -                     faye
faq:desk_new             -                     faye
faq:desk_edit            article_id            faye
faq:desk_revisions       article_id            faye
gallery                  -                     root
"""

# So long that axe takes twenty seconds for it unfolded.
LONG = {"api_docs"}
# What the doors answer with 200 and what is not looked at here, and why.
NO_PAGE = {
    "healthz": "text",
    "readyz": "JSON",
    "metrics": "text",
    "icons": "a picture",
    "live_token": "JSON",
    "faq:suggest": "a part of the form, seen in test_pages_browser",
    "notifications_bell": "a part of every page",
    "tickets:queue-counts": "a part of the queue",
    "tickets:attachment": "a file",
    "tickets:preview": "a picture",
    "disputes:evidence": "a file",
    "disputes:draft-file": "a file",
    "disputes:redaction-file": "a file",
    "disputes:play": "a file",
    "disputes:pack-file": "a file",
    "disputes:representative-proof": "a file",
    "disputes:letter-pdf": "a file",
    "disputes:statistics-csv": "a table",
    "disputes:statistics-json": "JSON",
    "disputes:anchors-json": "JSON",
    "disputes:evidence-preview": "a picture",
    "desk": "leads to the queue or the disputes",
}


@dataclass(frozen=True)
class Page:
    """One page of one case."""

    name: str
    args: tuple[str, ...]
    who: tuple[str, ...]
    query: str = ""

    def __str__(self) -> str:
        return f"{self.name} {','.join(self.args)}{self.query}".strip()

    @property
    def status(self) -> int:
        """What the page is answered with."""
        unsigned = self.args == ("bidden",) or (self.args == ("drawn",) and "nia" in self.who)
        return {"/nowhere/": 404}.get(self.name, 403 if unsigned else 200)

    def path(self, world) -> str:
        """Where it is in this world."""
        if self.name.startswith("/"):
            return self.name
        return reverse(self.name, args=[world.known(a) for a in self.args]) + self.query


def _page(line: str) -> Page:
    name, args, *rest = line.split()
    query = rest.pop() if rest[-1].startswith("?") else ""
    return Page(name, () if args == "-" else tuple(args.split(",")), tuple(rest), query)


PAGES = [_page(line) for line in TABLE.splitlines() if line.strip()]
