"""The doors of a mediator from outside: the promise, the end of their access, who is told names, factors."""

from disputes.models import Grant
from disputes.operations import appointing, granting
from tests.disputes import cases

DOORS = """
GET  factor                    -           nobody:login *:200
POST factor                    -           nobody:login eva:200 *:422   # hers is set up
POST factor_remove             -           nobody:login *:422
GET  factor_code               -           *:login|302
GET  disputes:desk-appointments -          nobody:login eva:200 *:404
GET  disputes:desk-dispute     outside     nobody:login sun,hal,cody,ivo,eva:200 *:404
GET  disputes:desk-dispute     bidden      nobody:login sun,hal,cody,ivo:200 eva:403 *:404
POST disputes:desk-promise     bidden      nobody:login eva:302 sun,hal,cody,ivo:403 *:404
POST disputes:desk-revoke      outside,grant nobody:login sun,cody:302 hal,ivo,eva:403 *:404
POST disputes:names            outside     nobody:login mei:302 *:404
POST disputes:desk-names       outside     nobody:login sun:302 hal,cody,ivo,eva:403 *:404
API:GET api_dispute            outside     nobody:401 mei,sun,hal,cody,ivo,eva:200 *:404
API:GET api_dispute            bidden      nobody:401 mei,sun,hal,cody,ivo:200 eva:403 *:404
API:GET api_dispute_promise    bidden      nobody:401 eva:200 *:404
API:POST api_dispute_promise   bidden      nobody:401 eva:200 mei,sun,hal,cody,ivo:403 *:404
API:GET api_dispute_grants     outside     nobody:401 mei,sun,hal,cody,ivo,eva:200 *:404
API:POST api_dispute_grants    outside     nobody:401 sun,cody:200 mei,hal,ivo,eva:403 *:404
API:POST api_dispute_names     outside     nobody:401 mei,sun:200 hal,cody,ivo,eva:403 *:404
"""


def build(world) -> None:
    """Eva mediates one case, and has been drawn for another."""
    cast = world.cast
    outside, bidden = cases.opened(cast), cases.opened(cast)
    for case in (outside, bidden):
        appointing.draw(case, "external_mediator", by=cast.sun)
    granting.promise(outside, by=cast.eva, number=1)
    appointing.accept(outside, by=cast.eva, statements=appointing.STATEMENTS)
    grant = Grant.objects.get(dispute=outside).pk
    world.names |= {"outside": outside.reference, "bidden": bidden.reference, "grant": grant}
    world.forgeries |= {"outside": "D-2026-999999", "bidden": "D-2026-999999", "grant": 999_999_999}


DATA: dict = {
    ("POST", "disputes:desk-promise"): {"number": "1", "sure": "on"},
    ("POST", "disputes:desk-revoke"): {"reason": "Passed something on."},
    ("POST", "disputes:names"): {"do": "agree"},
    ("POST", "disputes:desk-names"): {"do": "agree"},
    ("POST", "api_dispute_promise"): {"number": 1},
    ("POST", "api_dispute_grants"): lambda world: {"grant": world.known("grant"), "reason": "Why."},
    ("POST", "api_dispute_names"): {"agree": True},
}
