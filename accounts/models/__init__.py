from .api_key import ApiKey
from .care import Adjustment, CareNote
from .person import Person, SignedIn, Visitor
from .trading import LegalEntity, TradingAccount

__all__ = [
    "Adjustment",
    "ApiKey",
    "CareNote",
    "LegalEntity",
    "Person",
    "SignedIn",
    "TradingAccount",
    "Visitor",
]
