"""The doors of held sums, representatives, care and surveys."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.operations import caring
from disputes.operations import speaking, surveying
from tests.disputes import cases
from tests.support.samples import picture
from tickets.operations import attaching

DOORS = """
POST disputes:sum                  opened     nobody:login mei,sun,hal:302 cody,ivo:403 *:404
GET  disputes:representatives      named      nobody:login mei,sun,hal,cody,ivo:200 *:404
POST disputes:representatives      named      nobody:login mei:302 sun,hal,cody,ivo:403 *:404
POST disputes:representative       named,rep  nobody:login sun,hal,cody:302 mei,ivo:403 *:404
GET  disputes:representative-proof named,rep  nobody:login mei,sun,hal,cody,ivo:200 *:404
GET  disputes:represent            invited    nobody:login omar:200 *:404
POST disputes:represent            invited    nobody:login omar:302 *:404
GET  disputes:survey               surveyed,ask  nobody:login mei:200 *:404
POST disputes:survey               surveyed,ask  nobody:login mei:302 *:404
POST disputes:desk-care            cared      nobody:login sun,hal:302 cody,ivo:403 *:404
GET  tickets:desk-care             fresh      nobody:login ada,bo,sun,hal,cody:200 ivo:403 *:404
POST tickets:desk-care             fresh      nobody:login ada,bo,sun,hal,cody:302 ivo:403 *:404
GET  adjustments                   -          nobody:login mei,omar:200 *:404
POST adjustments                   -          nobody:login mei,omar:302 *:404
API:GET  api_me_adjustments        -          nobody:401 mei,omar:200 *:404
API:POST api_me_adjustments        -          nobody:401 mei,omar:201 *:404
API:DELETE api_me_adjustment       adjustment nobody:401 mei:204 *:404
API:GET  api_dispute_sum_holds     opened     nobody:401 mei,sun,hal,cody,ivo:200 *:404
API:POST api_dispute_sum_holds     opened     nobody:401 mei,sun,hal:200 cody,ivo:403 *:404
API:GET  api_dispute_representatives  named   nobody:401 mei,sun,hal,cody,ivo:200 *:404
API:POST api_dispute_representatives  named   nobody:401 mei:201 sun,hal,cody,ivo:403 *:404
API:POST api_dispute_representative   named,rep  nobody:401 sun,hal,cody:200 mei,ivo:403 *:404
API:GET  api_dispute_representative_proof named,rep nobody:401 mei,sun,hal,cody,ivo:200 *:404
API:GET  api_dispute_surveys       surveyed   nobody:401 mei,sun,hal,dan,cody,ivo:200 *:404
API:POST api_dispute_survey        surveyed,ask  nobody:401 mei:200 *:404
API:GET  api_dispute_care          cared      nobody:401 mei,sun,hal,cody,ivo:200 *:404
API:POST api_dispute_care          cared      nobody:401 sun,hal:201 mei,cody,ivo:403 *:404
"""


def _proof() -> dict:
    return {
        "named": "Faye's aunt", "email": "aunt@demo.test", "kind": "relative", "language": "en",
        "files": SimpleUploadedFile("power.png", picture(), "image/png"),
    }  # fmt: skip


_SUM = {"amount": "9", "asset": "USDT", "rule": "case"}
_SAYS = {"fairness": 4, "clarity": 4, "pace": 4}
DATA: dict = {
    ("POST", "disputes:sum"): {"do": "propose"} | _SUM,
    ("POST", "disputes:representatives"): lambda world: _proof(),
    ("POST", "disputes:representative"): {"do": "accept"},
    ("POST", "disputes:survey"): _SAYS,
    ("POST", "disputes:desk-care"): {"caused": "no", "reason": "It has nothing to do with it."},
    ("POST", "tickets:desk-care"): {"do": "adjust", "need": "plain"},
    ("POST", "adjustments"): {"do": "adjust", "need": "writing"},
    ("POST", "api_me_adjustments"): {"need": "writing"},
    ("POST", "api_dispute_sum_holds"): {"step": "propose"} | _SUM,
    ("POST", "api_dispute_representatives"): lambda world: _proof(),
    ("POST", "api_dispute_representative"): {"step": "accept"},
    ("POST", "api_dispute_survey"): _SAYS,
    ("POST", "api_dispute_care"): {"caused": "no", "reason": "It has nothing to do with it."},
}


def build(world) -> None:
    """A proof to check, an invitation to Omar, a mediation that has ended, a trader who is ill."""
    cast = world.cast
    named, invited, surveyed = cases.opened(cast), cases.opened(cast), cases.with_decider(cast)
    told = {"named": "Omar Haddad", "email": "omar@demo.test", "kind": "lawyer"}
    for case in (named, invited):
        files = attaching.store([attaching.Upload(io.BytesIO(picture()), "power.png")])
        speaking.name(case, files, by=cast.mei, **told)
    speaking.accept(invited, 1, by=cast.hal)
    surveying.open_due()
    cared = cases.opened(cast)
    caring.note(cast.mei, by=cast.ada, driver="health", reason="She is ill.")
    kept = caring.adjust(cast.mei, by=cast.ada, need="large")
    stages = {"named": named, "invited": invited, "surveyed": surveyed, "cared": cared}
    world.names |= {name: case.reference for name, case in stages.items()}
    ask = surveyed.surveys.get(side="trader").number
    world.names |= {"rep": 1, "ask": ask, "adjustment": kept.pk}
    world.forgeries |= dict.fromkeys(stages, "D-2026-999999") | {
        "rep": 99,
        "ask": 99,
        "adjustment": 999_999_999,
    }
