"""The doors of the fairness rules: what a decider compares with, draws, systemic issues, figures."""

DOORS = """
GET  disputes:statistics-json      -          *:404|200   # nothing is published before a quarter ends
GET  disputes:statistics-csv       -          *:404|200
API:GET api_dispute_similar        deciding   nobody:401 dan:200 mei,sun,hal,cody,ivo:403 *:404
"""
DATA: dict = {}
