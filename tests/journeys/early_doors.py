"""The doors of the part before mediation; a part of the table in doors.py, read as it says there."""

from tests.support import cast

TABLE = """
POST tickets:desk-complaint ticket       nobody:login agents:302 cody,ivo:403 *:404
POST disputes:solved        handled        nobody:login mei:302 *:404
POST disputes:automatic     handled        nobody:login mei:302 *:404
POST disputes:escalate      handled        nobody:login mei:409 *:404   # we still have time
POST disputes:accept-answer answered       nobody:login mei:302 *:404
POST disputes:say-no        answered       nobody:login mei:302 *:404
POST disputes:ask-review    refused        nobody:login mei:302 *:404
GET  disputes:desk-dispute  complained     nobody:login sun,hal,cody,ivo:200 *:404
GET  disputes:desk-dispute  reviewed       nobody:login sun,hal,cody,ivo,rex:200 *:404
POST disputes:desk-take     complained     nobody:login hal:302 sun,cody,ivo:403 *:404
POST disputes:desk-assign   complained     nobody:login sun:302 hal,cody,ivo:403 *:404
POST disputes:desk-name     complained     nobody:login sun,hal,cody:302 ivo:403 *:404
POST disputes:desk-propose  complained     nobody:login hal:302 sun,cody,ivo:403 *:404
POST disputes:desk-approve-refusal proposed nobody:login sun:302 hal,cody,ivo:403 *:404
POST disputes:desk-turn-down proposed      nobody:login sun:302 hal,cody,ivo:403 *:404
POST disputes:desk-review   reviewed       nobody:login rex:302 sun:409 hal,cody,ivo:403 *:404   # had a part
GET  disputes:desk-answer   handled        nobody:login hal:200 sun,cody,ivo:403 *:404
POST disputes:desk-answer   handled        nobody:login hal:302 sun,cody,ivo:403 *:404
POST disputes:desk-issue    waiting        nobody:login sun:302 hal,cody,ivo:403 *:404
POST disputes:desk-send-back waiting       nobody:login sun:302 hal,cody,ivo:403 *:404
POST disputes:desk-escalate handled        nobody:login sun:302 hal,cody,ivo:403 *:404
API:POST api_ticket_complaint  ticket  nobody:401 agents:200 mei,cody,ivo:403 *:404
API:GET api_dispute_answer         waiting    nobody:401 sun,hal:200 *:404
API:POST api_dispute_answer        handled    nobody:401 hal:200 mei,sun,cody,ivo:403 *:404
API:GET api_dispute_admission      proposed   nobody:401 sun,hal,cody:200 *:404
API:GET api_dispute_admission      refused    nobody:401 mei,sun,hal,cody,ivo:200 *:404
"""

DATA: dict = {
    ("POST", "tickets:desk-complaint"): lambda world: {"message": world.known("said"), "complaint": "yes"},
    ("POST", "api_ticket_complaint"): lambda world: {"message": world.known("said"), "complaint": True},
    ("POST", "api_dispute_answer"): {"keep": True, "facts": "The facts so far."},
    ("POST", "disputes:solved"): {"words": "The money is here."},
    ("POST", "disputes:automatic"): {"automatic": "off"},
    ("POST", "disputes:accept-answer"): lambda world: {"sure": "on", "sha256": world.known("seal")},
    ("POST", "disputes:say-no"): {"reason": "The price is still wrong."},
    ("POST", "disputes:ask-review"): {"reason": "No court has it."},
    ("POST", "disputes:desk-assign"): {"person": cast.address("hal")},
    ("POST", "disputes:desk-name"): {"person": cast.address("ada")},
    ("POST", "disputes:desk-propose"): {
        "reason": "in_court", "explanation": "A court has it.", "elsewhere": "The court.",
    },
    ("POST", "disputes:desk-turn-down"): {"reason": "No court has it."},
    ("POST", "disputes:desk-review"): {"admit": "yes", "text": "It is heard."},
    ("POST", "disputes:desk-answer"): {"do": "keep", "facts": "The facts so far."},
    ("POST", "disputes:desk-issue"): lambda world: {"sha256": world.known("draft_seal")},
    ("POST", "disputes:desk-send-back"): {"reason": "Name the rule."},
    ("POST", "disputes:desk-escalate"): {"reason": "Needs somebody neutral."},
}  # fmt: skip
