"""Objects within objects, read as records are: by one table, with faults that name their place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from .values import Kind, Refused, Wrong

MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known; its fields are declared with `told`, as those of a record."""

    # (earlier, later): moments that cannot stand the other way round.
    ORDER: ClassVar[tuple[tuple[str, str], ...]] = ()

    def contradictions(self) -> list[tuple[str, str]]:
        """What cannot be true of one thing: (field, reason)."""
        pairs = [(getattr(self, early), getattr(self, late), late) for early, late in self.ORDER]
        return [(late, "order") for one, two, late in pairs if None not in (one, two) and two < one]


@dataclass(frozen=True, slots=True)
class Nested(Kind):
    """A kind that has fields of its own; `many` where it is a list of them."""

    shape: type[Fact] = Fact
    many: bool = False


def one(shape: type[Fact]) -> Nested:
    """An object of this shape."""
    return Nested(lambda given: _object(shape, given), schema_of(shape), shape)


def rows(shape: type[Fact], most: int) -> Nested:
    """A list of such objects, in whatever order; more than `most` are not read at once."""
    told = {"type": "array", "items": schema_of(shape), "maxItems": most}
    return Nested(lambda given: _list(one(shape), most, given), told, shape, many=True)


def values(kind: Kind, most: int) -> Kind:
    """A list of plain values."""
    told = {"type": "array", "items": kind.schema, "maxItems": most}
    return Kind(lambda given: _list(kind, most, given), told)


def _list(kind: Kind, most: int, given: Any) -> tuple[Any, ...]:
    if not isinstance(given, list | tuple):
        raise Wrong("not_a_list")
    if len(given) > most:
        raise Wrong("too_large")
    found, faults = list[Any](), list[tuple[str, str]]()
    for number, each in enumerate(given):
        try:
            found.append(kind.read(each))
        except (Wrong, Refused) as error:
            faults += placed(f"[{number}]", error)
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise Refused(faults[:MOST_FAULTS])
    return tuple(found)


def _object(shape: type[Fact], given: Any) -> Fact:
    if not isinstance(given, Mapping):
        raise Wrong("not_an_object")
    told, faults = dict[str, Any](), list[tuple[str, str]]()
    for field in fields(shape):
        try:
            told[field.name] = _value(given, field.name, field.metadata)
        except (Wrong, Refused) as error:
            faults += placed(f".{field.name}", error)
    if faults:
        raise Refused(faults[:MOST_FAULTS])
    fact = shape(**told)
    if wrong := fact.contradictions():
        raise Refused([(f".{name}", reason) for name, reason in wrong[:MOST_FAULTS]])
    return fact


def placed(where: str, error: Wrong | Refused) -> list[tuple[str, str]]:
    """The faults of something inside, seen from outside."""
    if isinstance(error, Wrong):
        return [(where, str(error))]
    return [(where + place, reason) for place, reason in error.faults]


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


def stray(shape: type[Fact], given: Mapping[str, Any], where: str) -> Iterator[str]:
    """The names in a readable object that no rule knows, each once for all rows of a list."""
    known = {name for field in fields(shape) for name in (field.name, *field.metadata["also"])}
    for name in sorted(str(name)[:80] for name in given.keys() - known):
        yield f"{where}.{name}"
    for field in fields(shape):
        kind = field.metadata["kind"]
        if isinstance(kind, Nested):
            for name in (field.name, *field.metadata["also"]):
                yield from _stray_in(kind, given.get(name), f"{where}.{name}")


def _stray_in(kind: Nested, inner: Any, where: str) -> Iterator[str]:
    if inner is not None and not kind.many:
        yield from stray(kind.shape, inner, where)
    elif inner:
        yield from sorted({name for each in inner for name in stray(kind.shape, each, f"{where}[]")})


def schema_of(shape: type[Fact]) -> dict[str, Any]:
    """JSON Schema of one shape. Names that it does not tell are kept and used by nobody."""
    properties, either = dict[str, Any](), list[dict[str, Any]]()
    for field in fields(shape):
        names = (field.name, *field.metadata["also"])
        properties |= {name: {"anyOf": [field.metadata["kind"].schema, {"type": "null"}]} for name in names}
        if field.metadata["needed"]:
            either.append({"anyOf": [{"required": [name]} for name in names]})
    return {"type": "object", "properties": properties} | ({"allOf": either} if either else {})
