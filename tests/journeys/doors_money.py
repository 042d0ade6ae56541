"""The doors of money and of keeping: approvals, holds, what is erased."""

DOORS = """
GET  disputes:desk-dispute  approved       nobody:login sun,hal,cody,ivo,dan,fin:200 *:404
GET  disputes:desk-money          -      nobody:login sun,cody,fin,ivo:200 *:404
POST disputes:desk-money-approve  asked  nobody:login sun:302 cody,ivo:403 fin:403 *:404
GET  disputes:desk-keeping        -      nobody:login sun,cody,ivo:200 *:404
POST disputes:desk-purge          due    nobody:login sun,cody:302 ivo:403 *:404
POST disputes:desk-hold           -      nobody:login cody:302 sun,ivo:403 *:404
POST disputes:desk-hold-end       hold   nobody:login cody:302 sun,ivo:403 *:404
API:GET api_dispute_money         -      nobody:401 sun,cody,fin,ivo:200 *:404
API:POST api_dispute_money_approve asked nobody:401 sun:200 cody,fin,ivo:403 *:404
API:GET api_dispute_purges        -      nobody:401 sun,cody,ivo:200 *:404
API:POST api_dispute_purge        due    nobody:401 sun,cody:200 ivo:403 *:404
API:GET api_dispute_holds         -      nobody:401 sun,cody,ivo:200 *:404
API:POST api_dispute_holds        -      nobody:401 cody:201 sun,ivo:403 *:404
API:POST api_dispute_hold         hold   nobody:401 cody:200 sun,ivo:403 *:404
"""
DATA: dict = {
    ("POST", "disputes:desk-hold"): lambda world: {
        "reference": world.known("deciding"), "kind": "legal", "reason": "Court.",
    },
    ("POST", "disputes:desk-hold-end"): {"reason": "It is over."},
    ("POST", "api_dispute_holds"): lambda world: {
        "dispute": world.known("deciding"), "kind": "legal", "reason": "Court.",
    },
    ("POST", "api_dispute_hold"): {"reason": "It is over."},
}  # fmt: skip
