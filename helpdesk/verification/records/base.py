"""What every record has, and how its fields are declared: one table reads them and describes them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from ..values import MS, TEXT, Kind, Wrong, one_of, shown, whole


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
            unknown |= set(_unknown(one.name, found))
    unknown |= {shown(str(name)) for name in given.keys() - names}
    return values, faults, tuple(sorted(unknown))


def _unknown(name: str, found: Any) -> Iterator[str]:
    """The names within a value that nobody knows, without the number of its row."""
    if isinstance(found, Row):
        yield from (f"{name}.{inner}" for inner in found.unknown)
    elif isinstance(found, tuple):
        for row in found:
            yield from _unknown(f"{name}[]", row)


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
            properties[one.name] = one.metadata["kind"].schema
            needed.append(one.name)
        elif one.metadata["needed"]:
            either.append({"anyOf": [{"required": [name]} for name in names]})
    found: dict[str, Any] = {"properties": properties, "required": needed}
    return found | ({"allOf": either} if either else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An object within another, its fields declared as those of a record are."""

    unknown: tuple[str, ...] = field(default=(), compare=False)

    # (earlier, later): moments that cannot stand the other way round.
    ORDER: ClassVar[tuple[tuple[str, str], ...]] = ()

    def contradictions(self) -> list[tuple[str, str]]:
        """What cannot be true of one thing: (field, reason)."""
        return [(late, "order") for early, late in self.ORDER if _before(self, late, early)]


def one(shape: type[Row]) -> Kind:
    """An object of this shape; a fault names its field, as in `bonus.rule.base`."""

    def read_one(given: Any) -> Row:
        if not isinstance(given, Mapping):
            raise Wrong("not_an_object")
        values, faults, unknown = read(shape, given)
        if not faults:
            found = shape(unknown=unknown, **values)
            if not (faults := found.contradictions()):
                return found
        raise Wrong(faults[0][1], *((f".{place}", reason) for place, reason in faults[:_MOST_FAULTS]))

    return Kind(read_one, {"type": "object", **described(shape)})


def several(kind: Kind, most: int) -> Kind:
    """A list of such values, in whatever order; more than `most` are not read at once."""

    def read_all(given: Any) -> tuple[Any, ...]:
        if not isinstance(given, list | tuple):
            raise Wrong("not_a_list")
        if len(given) > most:
            raise Wrong("too_large")
        found, faults = list[Any](), list[tuple[str, str]]()
        for number, each in enumerate(given):
            try:
                found.append(kind.read(each))
            except Wrong as wrong:
                faults += [(f"[{number}]{place}", reason) for place, reason in wrong.within]
                if len(faults) >= _MOST_FAULTS:
                    break
        if faults:
            raise Wrong(faults[0][1], *faults[:_MOST_FAULTS])
        return tuple(found)

    return Kind(read_all, {"type": "array", "maxItems": most, "items": kind.schema})


def rows(shape: type[Row], most: int = 10_000) -> Kind:
    """A list of such objects; a fault names the row and its field, as in `fills[3].price`."""
    return several(one(shape), most)


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


def _before(record: "Record | Row", late: str, early: str) -> bool:
    then, now = getattr(record, early), getattr(record, late)
    return then is not None and now is not None and now < then
