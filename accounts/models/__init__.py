from .api_key import ApiKey
from .person import Person, SignedIn, Visitor
from .trading import LegalEntity, TradingAccount

__all__ = ["ApiKey", "LegalEntity", "Person", "SignedIn", "TradingAccount", "Visitor"]
