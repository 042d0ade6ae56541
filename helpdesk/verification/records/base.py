"""What every record has, and how its fields are declared: one table reads them and describes them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from ..values import MS, TEXT, Kind, Wrong, one_of, whole


def told(kind: Kind, *also: str, needed: bool = False) -> Any:
    """A field read as `kind`; `also` are names other sources know it by."""
    return field(default=None, metadata={"kind": kind, "also": also, "needed": needed})


def read(
    shape: type, given: Mapping[str, Any], known: Collection[str] = ()
) -> tuple[dict[str, Any], list[tuple[str, str]], tuple[str, ...]]:
    """The values of the fields declared in `shape`, what is wrong with them, and the names nobody knows."""
    values, faults, names = dict[str, Any](), list[tuple[str, str]](), set(known)
    unknown: set[str] = set()
    for one in fields(shape):
        if "kind" not in one.metadata:
            continue
        names |= {one.name, *one.metadata["also"]}
        try:
            found = values[one.name] = _value(given, one.name, one.metadata)
        except Wrong as wrong:
            faults += [(one.name + place, reason) for place, reason in wrong.within]
        else:
            if isinstance(found, tuple):
                unknown |= {f"{one.name}[].{name}" for row in found for name in row.unknown}
    unknown |= {str(name)[:80] for name in given.keys() - names}
    return values, faults, tuple(sorted(unknown))


def _value(given: Mapping[str, Any], name: str, told: Mapping[str, Any]) -> Any:
    found = [given[each] for each in (name, *told["also"]) if given.get(each) is not None]
    if not found:
        if told["needed"]:
            raise Wrong("missing")
        return None
    read = [told["kind"].read(value) for value in found]
    if any(each != read[0] for each in read):
        raise Wrong("twice")
    return read[0]


def described(shape: type) -> dict[str, Any]:
    """What JSON Schema says of the fields declared in `shape`."""
    properties, needed, either = dict[str, Any](), list[str](), list[dict[str, Any]]()
    for one in fields(shape):
        if "kind" not in one.metadata:
            continue
        names = (one.name, *one.metadata["also"])
        properties |= {name: {"anyOf": [one.metadata["kind"].schema, {"type": "null"}]} for name in names}
        if one.metadata["needed"] and len(names) == 1:
            needed.append(one.name)
        elif one.metadata["needed"]:
            either.append({"anyOf": [{"required": [name]} for name in names]})
    found: dict[str, Any] = {"properties": properties, "required": needed}
    return found | ({"allOf": either} if either else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One object of a list within a record, its fields declared as those of a record are."""

    unknown: tuple[str, ...] = ()


def rows(shape: type[Row], most: int = 10_000) -> Kind:
    """A list of such objects; a fault names the row and its field, as in `fills[3].price`."""

    def read_all(value: Any) -> tuple[Row, ...]:
        if not isinstance(value, list | tuple):
            raise Wrong("not_a_list")
        if len(value) > most:
            raise Wrong("too_large")
        found, faults = list[Row](), list[tuple[str, str]]()
        for number, each in enumerate(value):
            if len(faults) >= _MOST_FAULTS:
                break
            if not isinstance(each, Mapping):
                faults.append((f"[{number}]", "not_an_object"))
                continue
            values, wrong, unknown = read(shape, each)
            faults += [(f"[{number}].{place}", reason) for place, reason in wrong]
            if not wrong:
                found.append(shape(unknown=unknown, **values))
        if faults:
            raise Wrong(faults[0][1], *faults)
        return tuple(found)

    return Kind(
        read_all, {"type": "array", "maxItems": most, "items": {"type": "object", **described(shape)}}
    )


_MOST_FAULTS = 50
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
