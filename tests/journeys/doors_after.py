"""The doors of what follows a decision: review, the way outside, reopening."""

from django.utils import timezone

from tests.journeys import doors_fair

DOORS = """
POST disputes:appeal        decided        nobody:login mei:302 *:404
POST disputes:drop-appeal   appealed       nobody:login mei:302 *:404
POST disputes:refer         mediating      nobody:login mei:302 *:404
POST disputes:stop-work     told           nobody:login mei:302 *:404
POST disputes:reopen        over           nobody:login mei:302 *:404
GET  disputes:desk-dispute  appealed       nobody:login sun,hal,cody,ivo,rex:200 *:404   # the decider is out
POST disputes:desk-appeal   decided        nobody:login sun:302 hal,dan,cody,ivo:403 *:404
POST disputes:desk-drop-appeal appealed    nobody:login sun,hal,rex,cody,ivo:403 *:404   # who asked alone
GET  disputes:desk-appeal-decision   appealed       nobody:login rex:200 sun,hal,cody,ivo:403 *:404
POST disputes:desk-appeal-decision   appealed       nobody:login rex:302 sun,hal,cody,ivo:403 *:404
POST disputes:desk-refer    mediating      nobody:login sun,cody:302 hal,nia,ivo:403 *:404
POST disputes:desk-external told           nobody:login sun,hal:302 dan,cody,ivo:403 *:404
API:POST api_dispute_decisions     deciding   nobody:401 dan:201 mei,sun,hal,cody,ivo:403 *:404
API:GET api_dispute_appeals        appealed   nobody:401 mei,sun,hal,rex,cody,ivo:200 *:404
API:GET api_dispute_referrals      told       nobody:401 mei,sun,hal,dan,cody,ivo:200 *:404
API:GET api_dispute_bodies         mediating  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
"""
DOORS += doors_fair.DOORS


def _court() -> dict:
    return {"body": "other", "body_name": "Court", "day": timezone.now().date(), "their_reference": "7 C 12"}


def _ruling(world) -> dict:
    case = world.deciding
    return {
        "do": "provisional", "facts": "The facts.", "rule_applied": "The rule.", "reasoning": "The reasons.",
        "calculation": "The sum.", "not_accepted": "Nothing.", "evidence": ["P-1", "T-1"],
        "outcome": "not_upheld", "root_cause": "RC-NONE", "remedy": "none",
        "findings": [
            {"point": point.number, "finding": "not_upheld", "answer": "It is not so."}
            for point in case.points.all()
        ],
    }  # fmt: skip


DATA: dict = {
    ("POST", "disputes:appeal"): {"ground": "procedure", "reasons": "Nobody looked at the chart."},
    ("POST", "disputes:drop-appeal"): {"sure": "on"},
    ("POST", "disputes:refer"): lambda world: _court() | {"work": "on"},
    ("POST", "disputes:stop-work"): {"sure": "on"},
    ("POST", "disputes:reopen"): {"reason": "There is more."},
    ("POST", "disputes:desk-appeal"): {"ground": "procedure", "reasons": "The log was not looked at."},
    ("POST", "disputes:desk-appeal-decision"): {"do": "keep", "facts": "The facts so far."},
    ("POST", "disputes:desk-refer"): lambda world: _court(),
    ("POST", "disputes:desk-external"): lambda world: {
        "outcome": "upheld", "text": "It is upheld.", "day": timezone.now().date(), "remedy": "none",
    },
    ("POST", "api_dispute_decisions"): _ruling,
}  # fmt: skip
DATA |= doors_fair.DATA
