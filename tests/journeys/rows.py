"""How the table of doors is read: a line per address and method, `who:status` pairs, the first that fits."""

from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

NOBODY = "nobody"
# Patterns without a name, and an address they answer at.
NAMELESS = {"/api/^[\\s\\S]*$": "/api/nowhere/"}
TRADERS = ("mei", "omar")
GROUPS = {
    "agents": ("ada", "bo", "sun", "hal"),
    # Whose role lets them read tickets.
    "readers": ("ada", "bo", "sun", "hal", "cody", "ivo"),
    "staff": ("ada", "bo", "sun", "hal", "nia", "dan", "rex", "cody", "fin", "faye", "root", "ivo"),
    "traders": TRADERS,
}


@dataclass(frozen=True)
class Row:
    """One method of one address, and what each person is answered."""

    method: str
    name: str
    args: tuple[str, ...]
    wanted: tuple[tuple[str, str], ...]
    api: bool = False

    def __str__(self) -> str:
        return f"{'API ' if self.api else ''}{self.method} {self.name} {','.join(self.args)}".strip()

    def expected(self, who: str) -> str:
        """The status this person must get."""
        for names, status in self.wanted:
            for name in names.split(","):
                if name in ("*", who) or who in GROUPS.get(name, ()):
                    return status
        raise AssertionError(f"{self}: nothing is said about {who}")


def parse(table: str) -> list[Row]:
    """`GET tickets:ticket ticket nobody:login mei,readers:200 *:404`; `#` begins a remark."""
    rows = []
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        api = words[0].startswith("API:")
        method, name, args, *pairs = words
        wanted = tuple(tuple(pair.rsplit(":", 1)) for pair in pairs)
        given = () if args == "-" else tuple(args.split(","))
        rows.append(Row(method.removeprefix("API:"), name, given, wanted, api))
    return rows


def every_address(skip: tuple[str, ...] = ("admin",)) -> set[str]:
    """The name of every address the product answers at; nameless ones by their pattern."""

    def walk(patterns: list, space: str, route: str):
        for pattern in patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                if pattern.namespace not in skip:
                    yield from walk(pattern.url_patterns, inner, here)
            elif isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}" if pattern.name else NAMELESS.get(f"/{here}", f"/{here}")

    return set(walk(get_resolver().url_patterns, "", ""))
