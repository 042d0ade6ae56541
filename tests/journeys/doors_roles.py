"""The doors of people and roles: administrators alone, and never one of them by themselves."""

from accounts.operations import registration, role_changes
from accounts.states import Role

DOORS = """
GET  people         -            nobody:login root:200 staff:403 *:404
GET  person_roles   somebody     nobody:login root:200 staff:403 *:404
POST person_roles   somebody     nobody:login root:302 staff:403 *:404
POST roles_decide   role_change  nobody:login root:302 staff:403 *:404
"""
DATA: dict = {
    ("POST", "person_roles"): {"roles": ["agent"], "reason": "Helps with mails."},
    ("POST", "roles_decide"): {"do": "approve"},
}


def build(world) -> None:
    """A second administrator has asked for something."""
    ruth = registration.register("ruth@demo.test", name="Ruth", password=None, roles=[Role.ADMIN])
    change = role_changes.ask(world.cast.bo, ["agent", "finance"], by=ruth, reason="Pays on Fridays.")
    world.names |= {"somebody": world.cast.faye.pk, "role_change": change.pk}
    world.forgeries |= {"somebody": 999_999_999, "role_change": 999_999_999}
