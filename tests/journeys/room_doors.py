"""The doors of the evidence room; a part of the table in doors.py, read as it says there."""

from tests.support import samples

TABLE = """
GET  disputes:prepare         room           nobody:login mei,sun,hal,nia:200 cody,ivo:403 *:404
POST disputes:prepare         room           nobody:login mei,sun,hal,nia:302 cody,ivo:403 *:404
POST disputes:draft           room,aside     nobody:login mei:302 *:404   # nobody else knows of it
GET  disputes:draft-file      room,aside     nobody:login mei:200 *:404
POST disputes:draft-remove    room,aside     nobody:login mei:302 *:404
POST disputes:submit-prepared room           nobody:login mei:302 sun,hal,nia:422 cody,ivo:403 *:404
GET  disputes:ask             mediating      nobody:login sun,hal,nia:200 mei,cody,ivo:403 *:404
POST disputes:ask             mediating      nobody:login sun,hal,nia:302 mei,cody,ivo:403 *:404
POST disputes:ask             room           nobody:login sun,hal,nia:409 mei,cody,ivo:403 *:404
GET  disputes:asked           room,request   nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
POST disputes:answer-asked    room,request,wanted nobody:login mei:302 sun,hal,nia,cody,ivo:403 *:404
POST disputes:no-reply        room           nobody:login sun,hal:302 mei:409 nia,cody,ivo:403 *:404
GET  disputes:item            mediating,item nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
GET  disputes:play            room,sound     nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
POST disputes:rule-late       latecase,late_item nobody:login dan:302 mei,sun,hal,cody,ivo:403 *:404
GET  disputes:redact          mediating,item nobody:login sun,hal,nia,cody:200 mei,ivo:403 *:404
POST disputes:redact          mediating,item nobody:login sun,hal,nia,cody:302 mei,ivo:403 *:404
GET  disputes:redaction       room,covering  nobody:login sun,hal,cody,ivo:200 *:404
POST disputes:redaction       room,covering  nobody:login sun,cody:302 hal:409 ivo:403 *:404   # hal asked
GET  disputes:redaction-file  room,covering  nobody:login sun,hal,cody,ivo:200 *:404
API:GET api_dispute_drafts    room           nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_drafts   room           nobody:401 mei,sun,hal,nia:201 cody,ivo:403 *:404
API:PATCH api_dispute_draft   room,aside     nobody:401 mei:200 *:404
API:DELETE api_dispute_draft  room,aside     nobody:401 mei:204 *:404
API:POST api_dispute_submit   room           nobody:401 mei:201 sun,hal,nia:404 cody,ivo:403 *:404
API:GET api_dispute_requests  room           nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_requests mediating      nobody:401 sun,hal,nia:201 mei,cody,ivo:403 *:404
API:POST api_dispute_request_item room,request,wanted nobody:401 mei:200 sun,hal,nia,cody,ivo:403 *:404
API:GET api_dispute_custody   mediating,item nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_ruling   latecase,late_item nobody:401 dan:200 mei,sun,hal,cody,ivo:403 *:404
API:GET api_dispute_redactions room          nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:POST api_dispute_redactions mediating    nobody:401 sun,hal,nia,cody:201 mei,ivo:403 *:404
API:POST api_dispute_redaction room,covering nobody:401 sun,cody:200 hal:409 ivo:403 *:404
"""


def _file(world) -> dict:
    return {"files": samples.upload("a.png", samples.picture())}


DATA: dict = {
    ("POST", "disputes:prepare"): _file,
    ("POST", "disputes:draft"): {"title": "The chart", "kind": "screenshot"},
    ("POST", "disputes:submit-prepared"): lambda world: {"picked": world.known("aside")},
    ("POST", "disputes:ask"): {
        "side": "trader", "item_1": "Bank statement", "kind_1": "bank_proof", "note": "To see it.",
    },
    ("POST", "disputes:answer-asked"): {"because": "The bank is closed."},
    ("POST", "disputes:rule-late"): {"admit": "yes", "reason": "It decides the sum."},
    ("POST", "disputes:redact"): {"place_1": "Top", "reason_1": "identity", "summary": "A picture."},
    ("POST", "disputes:redaction"): {"approve": "yes"},
    ("POST", "api_dispute_drafts"): _file,
    ("PATCH", "api_dispute_draft"): {"title": "The chart"},
    ("POST", "api_dispute_submit"): lambda world: {"picked": [world.known("aside")]},
    ("POST", "api_dispute_requests"): {
        "side": "trader", "items": [{"title": "Bank statement"}], "note": "To see it.",
    },
    ("POST", "api_dispute_request_item"): {"because": "The bank is closed."},
    ("POST", "api_dispute_ruling"): {"admit": True, "reason": "It decides the sum."},
    ("POST", "api_dispute_redactions"): {
        "evidence": "P-1", "place": ["Line 3"], "reason": ["third_party"], "summary": "A talk.",
    },
    ("POST", "api_dispute_redaction"): {"approve": True},
}  # fmt: skip
