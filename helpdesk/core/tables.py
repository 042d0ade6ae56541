"""Tables for spreadsheet programs: CSV and XLSX in which no cell can be a formula. The only writer of either.

Source of the rule: a cell that begins with one of `RISKY` is a formula, a command or the start of a hidden
column to some program. In CSV it is marked as text; in XLSX every text is a typed string, which is never
evaluated, so it stays as it is.
"""

import csv
import io
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DIGITS = 15  # as many as a spreadsheet's number keeps
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST = 32_767
WIDEST = 60


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, bom: bool = False) -> bytes:
    """UTF-8 with CR LF; `bom` is the mark by which some programs know it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(row[column]) for column in columns] for row in rows)
    return ((BOM if bom else "") + out.getvalue()).encode()


def harmless(cell: str) -> str:
    """Numbers stay numbers; any other text that would be more than a text is marked as one."""
    cell = cell.replace("\0", "")
    if not cell.startswith(RISKY) or _NUMBER.fullmatch(cell):
        return cell
    return "'" + cell


def xlsx_bytes(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    *,
    at: datetime,
    numbers: Container[str] = (),
    dates: Container[str] = (),
) -> bytes:
    """One sheet, its first row frozen. `numbers` and `dates` name the columns that are typed so.

    Everything else is a string, and so is what does not look like its column's type or has more digits than
    a spreadsheet's number keeps. `at` is the only moment in the file: the same table gives the same bytes.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm:ss", "remove_timezone": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "created": at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, head)
    for number, column in enumerate(columns):
        longest = max((len(row[column]) for row in rows[:200]), default=0)
        sheet.set_column(number, number, min(WIDEST, max(10, len(column) + 2, longest + 2)))
    for line, row in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            text = row[column]
            if column in numbers and _fits(text):
                sheet.write_number(line, number, float(text))
            elif column in dates and _MOMENT.fullmatch(text):
                sheet.write_datetime(line, number, datetime.fromisoformat(text))
            elif column in dates and _DAY.fullmatch(text):
                sheet.write_datetime(line, number, datetime.fromisoformat(text), day)
            elif text:
                sheet.write_string(line, number, _FORBIDDEN.sub("", text)[:LONGEST])
    book.close()
    return out.getvalue()


def _fits(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and len(Decimal(text).as_tuple().digits) <= DIGITS
