"""No float anywhere: not in the source, not in a division, not in a sum, not in an answer."""

import ast
import importlib
import json
import sys
from decimal import Decimal, FloatOperation, localcontext
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk.verification.values import EXACT
from tests.verification.good import ENTRY, EXPIRY, FEED, ROWS, case, disputed, right, run, sheet, verify

PACKAGE = settings.ROOT / "helpdesk" / "verification"
SOURCES = {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
INEXACT = {"math", "cmath", "statistics", "random", "secrets", "time", "datetime", "numpy", "struct"}
WHOLE = {"comb", "gcd", "isqrt", "lcm"}  # of whole numbers alone
QUOTES = [(FEED, n, EXPIRY + 100 * (n - 30), "1.0841", "1.0842", "") for n in range(1, 40)]


def places(wrong):
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if wrong(node)
    ]


def test_no_source_speaks_of_floats():
    def floats(node):
        match node:
            case ast.Constant(value=float() | complex()):
                return True
            case ast.Name(id="float" | "complex" | "pow") | ast.Attribute(attr="from_float" | "timestamp"):
                return True
            case ast.BinOp(op=ast.Pow()):  # a whole number to a power below nothing
                return not (
                    isinstance(node.right, ast.Constant) and node.right.value >= 0
                ) and not isinstance(node.right, ast.Name)
        return False

    assert places(floats) == []


def test_no_source_takes_in_a_module_that_has_any_or_a_clock():
    def takes(node):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
            if names == ["math"] and {one.name for one in node.names} <= WHOLE:
                return False
        return any(name.split(".")[0] in INEXACT for name in names)

    assert places(takes) == []


def test_json_is_read_without_floats():
    def reads(node):
        told = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        return told in ("json.loads", "json.load") and "parse_float" not in {one.arg for one in node.keywords}

    assert places(reads) == []


def wide():
    """Cases that take every way through the checks of a binary option."""
    barrier = {"contract_type": "touch", "exit_rule": "path", "strike": "1.09"}
    mean = right(exit_rule="trimmed_mean", price_decimals=4, symbol="US500")
    fx = right(exit_rule="trimmed_mean", price_decimals=4, price_basis="mid")
    wide_box = [("b", n, ENTRY - n, "", "", f"1.0841{n}") for n in range(1, 8)]
    two_more = [(feed, 1, ENTRY, "", "", "1.08413") for feed in "cd"]
    trades = run(*[f"1.08{n}" for n in range(10, 50)], step=300)
    return [
        (disputed(), ROWS),
        (right(), [*ROWS, *wide_box, *two_more]),
        (right(), [*ROWS[:6], *[("b", n, ENTRY - n, "", "", f"1.0842{n}") for n in range(1, 6)]]),
        (right(**barrier), ROWS),
        (mean, trades),
        (fx, QUOTES),
        (right(contract_type="even", rounding="down", stake="12.345"), ROWS),
        (right(expiry_rule="grid", grid_s=60, deadtime_s=0), ROWS),
        (right(duration_value=2, duration_unit="ticks"), ROWS),
        (right(clicked_at=EXPIRY, clock_offset_ms=5), []),
    ]


def test_every_division_is_one_of_decimals(tmp_path, monkeypatch):
    """The same package, each `/` in it replaced by one that refuses whole numbers, gives the same answers."""
    divided, seen = {}, set()

    class Divide(ast.NodeTransformer):
        def __init__(self, name):
            self.name = name

        def visit_BinOp(self, node):
            self.generic_visit(node)
            if not isinstance(node.op, ast.Div):
                return node
            place = f"{self.name}:{node.lineno}"
            divided[place] = self.name
            call = ast.Name("_divided", ast.Load())
            return ast.copy_location(ast.Call(call, [ast.Constant(place), node.left, node.right], []), node)

    for path, tree in SOURCES.items():
        if "management" in path.parts or path.name == "apps.py":
            continue
        name = str(path.relative_to(PACKAGE))
        copy = tmp_path / "exactly" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        source = ast.unparse(ast.fix_missing_locations(Divide(name).visit(ast.parse(ast.unparse(tree)))))
        copy.write_text(source)

    def _divided(place, one, other):
        assert Decimal in (type(one), type(other)), place
        assert {type(one), type(other)} <= {Decimal, int}, place
        seen.add(place)
        return one / other

    monkeypatch.setattr("builtins._divided", _divided, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    report = importlib.import_module("exactly.report")
    cases, records, ticks = (
        importlib.import_module(f"exactly.{name}") for name in ("case", "records", "ticks")
    )
    try:
        for told, rows in wide():
            found = list(ticks.read(sheet(rows).splitlines()))
            assert report.verify(cases.Case(records.parse(told), found)) == verify(told, rows)
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "exactly"]:
            del sys.modules[name]
    own = {"exits.py", "reference.py", "ticks.py", "checks/prices.py"}
    assert {place for place, name in divided.items() if name in own} <= seen
    assert not {Path(name) for name in divided.values()} & {Path("checks/settlement.py"), Path("money.py")}


def test_a_float_that_slips_in_is_no_sum():
    with localcontext(EXACT), pytest.raises(FloatOperation):
        assert Decimal(1) < 1.5
    with localcontext(EXACT), pytest.raises(TypeError):
        Decimal(1) + 0.5


def test_no_answer_holds_a_float():
    def nowhere(digits):
        raise AssertionError(digits)

    for told, rows in wide():
        answer = verify(told, rows)
        assert json.loads(json.dumps(answer), parse_float=nowhere) == answer


def test_what_is_asked_here_is_asked_of_typed_values():
    typed = case(disputed()).record
    values = {name: getattr(typed, name) for name in typed.__dataclass_fields__}
    assert {type(value) for value in values.values()} <= {str, int, Decimal, tuple, type(None)}
