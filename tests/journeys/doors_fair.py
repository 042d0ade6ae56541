"""The doors of the fairness rules: what a decider compares with, draws, systemic issues, figures."""

from tests.journeys import doors_sides

DOORS = """
GET  disputes:statistics-json      -          *:404|200   # nothing is published before a quarter ends
GET  disputes:statistics-csv       -          *:404|200
GET  disputes:desk-systemic        -          nobody:login sun,cody,ivo:200 *:404
GET  disputes:desk-systemic-issue  issue      nobody:login sun,cody,ivo:200 *:404
POST disputes:desk-systemic-issue  issue      nobody:login sun,cody:302 ivo:403 *:404
API:GET api_systemic_issues        -          nobody:401 sun,cody,ivo:200 *:404
API:GET api_systemic_issue         issue      nobody:401 sun,cody,ivo:200 *:404
API:POST api_systemic_issue        issue      nobody:401 sun,cody:200 ivo:403 *:404
POST disputes:desk-restrict        mediating  nobody:login sun,hal:302 nia,cody,ivo:403 *:404
POST disputes:desk-rule-restriction mediating nobody:login cody:409 sun,hal,nia,ivo:403 *:404   # none asked
POST disputes:desk-rule-objection  mediating  nobody:login cody,sun:409 hal,nia,ivo:403 *:404   # none waits
GET  disputes:desk-neutrals        -          nobody:login sun,cody,ivo,nia,dan,rex:200 *:404
POST disputes:desk-neutrals        -          nobody:login sun:409 cody,ivo,nia,dan,rex:403 *:404
API:GET api_neutrals               -          nobody:401 sun,cody,ivo,nia,dan,rex:200 *:404
API:GET api_dispute_similar        deciding   nobody:401 dan:200 mei,sun,hal,cody,ivo:403 *:404
"""
DATA: dict = {
    ("POST", "disputes:desk-restrict"): {"act": "suspend", "reason": "A court ordered it."},
    ("POST", "disputes:desk-rule-restriction"): {"do": "approve"},
    ("POST", "disputes:desk-rule-objection"): {"do": "dismiss", "ruling": "They never met."},
    ("POST", "disputes:desk-neutrals"): {"person": "nia@demo.test", "reason": "They were ill."},
    ("POST", "disputes:desk-systemic-issue"): {"do": "note", "text": "The bank was asked."},
    ("POST", "api_systemic_issue"): {"step": "note", "text": "The bank was asked."},
}
DOORS += doors_sides.DOORS
DATA |= doors_sides.DATA
