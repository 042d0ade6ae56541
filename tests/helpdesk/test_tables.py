"""Tables for spreadsheet programs: no cell is ever more than it looks like."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.core import tables

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
HOSTILE = [
    '=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1",
    "|calc",
    "%0A=1", "-inf", "+nan", "-1e5", "=1\0", "{=1}", "http://evil.example", "00123",
]  # fmt: skip


def sheet(data: bytes):
    """Every cell as (reference, type, text), a formula if there is one, and the sheet's own XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        strings = [
            "".join(part.text or "" for part in found.iter(f"{{{NS['m']}}}t"))
            for found in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).findall("m:si", NS)
        ]
        xml = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        names = book.namelist()
    cells = {}
    for cell in xml.iter(f"{{{NS['m']}}}c"):
        value, kind = cell.find("m:v", NS), cell.get("t", "n")
        text = strings[int(value.text)] if kind == "s" else value.text
        cells[cell.get("r")] = (kind, text, cell.find("m:f", NS))
    return cells, xml, names


def test_in_a_workbook_hostile_words_are_strings_and_nothing_else():
    rows = [{"a": text, "n": text, "d": text} for text in HOSTILE]
    data = tables.xlsx_bytes("register", ["a", "n", "d"], rows, at=AT, numbers={"n"}, dates={"d"})
    cells, xml, names = sheet(data)
    assert {kind for _ref, (kind, _text, _formula) in cells.items() if not _ref.startswith("B")} == {"s"}
    assert not [ref for ref, (_kind, _text, formula) in cells.items() if formula is not None]
    assert [ref for ref, (kind, _text, _formula) in cells.items() if kind == "n"] == [
        "B18"
    ]  # 00123 as a number
    assert cells["A18"][:2] == ("s", "00123")
    assert not [
        name for name in names if "hyperlink" in name.lower() or name.startswith("xl/worksheets/_rels")
    ]
    assert xml.find(".//m:hyperlinks", NS) is None
    assert xml.find(".//m:pane", NS).get("state") == "frozen"


def test_cells_have_their_columns_type_where_they_fit_it():
    rows = [
        {"sum": "91.00", "at": "2026-11-22T10:00:00Z", "on": "2026-11-22", "id": "1234567890"},
        {"sum": "0.123456789012345678", "at": "soon", "on": "", "id": "=1"},
        {"sum": "20.00 EUR; 91.00 USD", "at": "", "on": "2026-13-99x", "id": ""},
    ]
    cells, _xml, _names = sheet(
        tables.xlsx_bytes("t", ["sum", "at", "on", "id"], rows, at=AT, numbers={"sum"}, dates={"at", "on"})
    )
    assert (cells["A2"][0], float(cells["A2"][1])) == ("n", 91.0)
    assert cells["B2"][0] == cells["C2"][0] == "n"
    assert cells["D2"][:2] == ("s", "1234567890")
    assert cells["A3"][:2] == ("s", "0.123456789012345678")
    assert cells["A4"][:2] == ("s", "20.00 EUR; 91.00 USD")
    assert cells["B3"][:2] == ("s", "soon")
    assert "C3" not in cells


def test_the_same_table_gives_the_same_bytes_and_nothing_tells_when():
    rows = [{"a": "提现"}]
    first = tables.xlsx_bytes("t", ["a"], rows, at=AT)
    assert first == tables.xlsx_bytes("t", ["a"], rows, at=AT)
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        assert len({item.date_time for item in book.infolist()}) == 1
        core = book.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-11-22T12:00:00Z"}
    nil, _xml, _names = sheet(tables.xlsx_bytes("t", ["a", "b"], [], at=AT))
    assert [text for _kind, text, _formula in nil.values()] == ["a", "b"]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE), st.decimals(allow_nan=False).map(str)))
def test_no_cell_of_a_csv_begins_with_what_programs_obey(text):
    data = tables.csv_bytes(["a"], [{"a": text}])
    [_head, *rest] = list(csv.reader(io.StringIO(data.decode(), newline="")))
    cell = rest[0][0] if rest and rest[0] else ""
    assert not cell.startswith(tables.RISKY) or re.fullmatch(r"-?\d+(\.\d+)?", cell)
    assert "\0" not in cell
    assert cell.removeprefix("'") == text.replace("\0", "").removeprefix("'")
