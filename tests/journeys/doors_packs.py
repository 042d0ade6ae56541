"""The doors of files for bodies outside, and of the directory of these bodies."""

from django.utils import timezone

from disputes.models import Dispute
from disputes.operations import packing
from disputes.states import LetterLanguage

DOORS = """
GET  disputes:packs          mediating        nobody:login mei,sun,hal,cody,ivo:200 *:404
POST disputes:packs          mediating        nobody:login sun,hal,cody:302 mei,ivo:403 *:404
GET  disputes:pack-file      mediating,pack   nobody:login mei,sun,hal,cody,ivo:200 *:404
POST disputes:pack-handed    mediating,pack   nobody:login sun,hal,cody:302 mei,ivo:403 *:404
GET  disputes:bodies         -                nobody:login sun,cody,ivo:200 *:404
GET  disputes:body-new       -                nobody:login sun,cody:200 ivo:403 *:404
POST disputes:body-new       -                nobody:login sun,cody:302 ivo:403 *:404
GET  disputes:body           outside_body     nobody:login sun,cody:200 ivo:403 *:404
POST disputes:body           outside_body     nobody:login sun,cody:302 ivo:403 *:404
API:GET api_dispute_packs    mediating        nobody:401 mei,sun,hal,cody,ivo:200 *:404
API:POST api_dispute_packs   mediating        nobody:401 sun,hal,cody:201 mei,ivo:403 *:404
API:GET api_dispute_pack     mediating,pack   nobody:401 mei,sun,hal,cody,ivo:200 *:404
API:POST api_dispute_pack    mediating,pack   nobody:401 sun,hal,cody:200 mei,ivo:403 *:404
API:GET api_bodies           -                nobody:401 sun,cody,ivo:200 *:404
API:POST api_bodies          -                nobody:401 sun,cody:201 ivo:403 *:404
API:GET api_body             outside_body     nobody:401 sun,cody,ivo:200 *:404
API:POST api_body            outside_body     nobody:401 sun,cody:200 ivo:403 *:404
"""


def build(world) -> None:
    """A file made for a court, not handed over yet."""
    case = Dispute.objects.get(reference=world.names["mediating"])
    made = packing.make(case, by=world.cast.sun, body=None, body_name="Court", language=LetterLanguage.EN)
    world.names |= {"pack": made.number, "outside_body": "uk-fos"}
    world.forgeries |= {"pack": 99, "outside_body": "no-such-body"}


def _handed(_world) -> dict:
    return {"day": timezone.now().date().isoformat(), "how": "Their portal, receipt 7."}


_BODY = {
    "name_en": "Example Ombudsman", "name_zh": "示例申诉专员", "counts_from": "receipt", "limit_n": 3,
    "limit_unit": "months", "country": "NL", "active": True,
}  # fmt: skip
DATA: dict = {
    ("POST", "disputes:packs"): {"body": "other", "body_name": "Court"},
    ("POST", "api_dispute_packs"): {"body_name": "Court"},
    ("POST", "disputes:pack-handed"): _handed,
    ("POST", "api_dispute_pack"): _handed,
    ("POST", "disputes:body-new"): _BODY | {"code": "nl-example"},
    ("POST", "disputes:body"): _BODY,
    ("POST", "api_bodies"): _BODY | {"code": "nl-example"},
    ("POST", "api_body"): {"cost_en": "free"},
}
