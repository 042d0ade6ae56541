"""The doors of letters: in a case, on paper, and where their words are written."""

from disputes.models import LetterTemplate
from disputes.operations import letterwriting

DOORS = """
GET  disputes:letter           mediating,letter  nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
GET  disputes:letter           drawn,letter  nobody:login mei,sun,hal,cody,ivo:200 nia:403 *:404  # not signed
GET  disputes:letter-pdf       mediating,letter  nobody:login mei,sun,hal,nia,cody,ivo:200 *:404
GET  disputes:letter           owed,letter   nobody:login mei,sun,hal,dan,cody,ivo:200 *:404  # not finance
POST disputes:dossier          mediating         nobody:login mei:200 *:404
POST disputes:desk-dossier     mediating         nobody:login sun,hal,nia,cody,ivo:200 *:404
POST disputes:desk-dossier     approved              nobody:login sun,hal,cody,ivo,dan:200 fin:403 *:404
GET  disputes:letter-templates -                 nobody:login sun,cody,faye,ivo:200 *:404
GET  disputes:letter-edit      words,tongue      nobody:login sun,cody,faye,ivo:200 *:404
POST disputes:letter-edit      words,tongue      nobody:login cody,faye:302 sun,ivo:403 *:404
POST disputes:letter-publish   words,tongue      nobody:login sun:302 cody:409 faye,ivo:403 *:404  # hers
GET  disputes:letter-template  words,tongue,first nobody:login sun,cody,faye,ivo:200 *:404
API:GET api_dispute_letters    mediating         nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_letter     mediating,letter  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_letter_pdf mediating,letter  nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
API:GET api_dispute_dossier    mediating         nobody:401 mei,sun,hal,nia,cody,ivo:200 *:404
"""


def build(world) -> None:
    """Cody's draft of one letter, which waits for somebody else."""
    base = LetterTemplate.objects.get(kind="remedy", language="en", number=1)
    letterwriting.save(
        "remedy", "en", subject=base.subject, body=f"{base.body}\n\nGoodbye.", seen="", by=world.cast.cody
    )
    world.names |= {"letter": 1, "words": "remedy", "tongue": "en", "first": 1}
    world.forgeries |= {"letter": 99, "words": "no-such-letter", "tongue": "xx", "first": 99}


def _draft(_world) -> dict:
    draft = LetterTemplate.objects.draft().get(kind="remedy", language="en")
    return {"do": "keep", "subject": draft.subject, "body": draft.body, "seen": letterwriting.seal(draft)}


DATA: dict = {
    ("POST", "disputes:letter-edit"): _draft,
    ("POST", "disputes:letter-publish"): lambda world: {"seen": _draft(world)["seen"]},
}
