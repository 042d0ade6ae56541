from .api_key import ApiKey
from .care import Adjustment, CareNote
from .factor import Factor
from .person import Person, SignedIn, Visitor, call, called, veiled
from .role_change import RoleChange
from .trading import LegalEntity, TradingAccount

__all__ = [
    "Adjustment",
    "ApiKey",
    "CareNote",
    "Factor",
    "LegalEntity",
    "Person",
    "RoleChange",
    "SignedIn",
    "TradingAccount",
    "Visitor",
    "call",
    "called",
    "veiled",
]
