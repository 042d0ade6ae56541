"""What every record has, and how its fields are declared: one table reads them and describes them."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..values import MS, TEXT, Kind, one_of, whole


def told(kind: Kind, *also: str, needed: bool = False) -> Any:
    """A field read as `kind`; `also` are names other sources know it by."""
    return field(default=None, metadata={"kind": kind, "also": also, "needed": needed})


DECIMALS = whole(0, 18)
SECONDS = whole(0, 10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every kind of record has."""

    product: str
    record_id: str = told(TEXT, needed=True)
    account_id: str | None = told(TEXT)
    account_currency: str | None = told(TEXT)
    currency_decimals: int | None = told(DECIMALS)
    rounding: str | None = told(one_of("half_up", "half_even", "down"))
    symbol: str | None = told(TEXT)
    market: str | None = told(one_of("fx_major", "fx_minor", "crypto_major", "other"))
    entity: str | None = told(TEXT)
    terms_version: str | None = told(TEXT)
    source_system: str | None = told(TEXT)
    imported_at: int | None = told(MS)
    source_signature: str | None = told(TEXT)
    device_id_hash: str | None = told(TEXT)
    ip_hash: str | None = told(TEXT)
    session_id: str | None = told(TEXT)
    app_version: str | None = told(TEXT)
    # The client's clock less the server's, as it was estimated from the session, and how sure that is.
    clock_offset_ms: int | None = told(whole(-86_400_000, 86_400_000))
    clock_error_ms: int | None = told(whole(0, 86_400_000))
    # Names that no rule knows; kept with the original, used by nobody.
    unknown: tuple[str, ...] = ()

    ORDER: ClassVar[tuple[tuple[str, str], ...]] = ()

    def contradictions(self) -> list[tuple[str, str]]:
        """What cannot be true of one trade: a moment before the one that has to come first."""
        return [(late, "order") for early, late in self.ORDER if _before(self, late, early)]


def _before(record: Record, late: str, early: str) -> bool:
    then, now = getattr(record, early), getattr(record, late)
    return then is not None and now is not None and now < then
