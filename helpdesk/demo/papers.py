"""Papers of the story: PDF receipts and statements, and CSV records of a trade with its ticks."""

import csv
import io
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal

END = "10:00:00.000"
# The trade of the story that was settled on a tick after its end: what the terms say, and what was done.
STRIKE, BY_THE_TERMS, AS_SETTLED = Decimal("1.08415"), Decimal("1.08421"), Decimal("1.08409")
STAKE, PAYOUT_RATE = Decimal("500.00"), Decimal("0.82")
LAST_BEFORE_MS, SETTLED_MS = -130, 450


def _pdf(drawing: str) -> bytes:
    """One A4 page from PDF drawing operators, with a right cross-reference table."""
    stream = drawing.encode("latin-1", "replace")
    fonts = b"/Font << /F1 5 0 R /F2 6 0 R >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> >>"
        % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(bodies, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out.write(b"xref\n0 7\n0000000000 65535 f \n" + table)
    out.write(b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _text(x: int, y: int, text: str, size: int = 11, font: str = "F1") -> str:
    safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x} {y} Td ({safe}) Tj ET"


def _page(head: str, title: str, rows: Iterable[tuple[str, str]], foot: str) -> bytes:
    parts = ["0.12 0.29 0.55 rg 0 780 595 62 re f", "1 1 1 rg", _text(48, 804, head, 16, "F2"), "0 0 0 rg"]
    parts.append(_text(48, 730, title, 20, "F2"))
    y = 690
    for label, value in rows:
        parts += ["0.45 0.45 0.5 rg", _text(48, y, label), "0 0 0 rg", _text(220, y, value, 12)]
        parts.append(f"0.85 0.87 0.9 RG 48 {y - 9} m 547 {y - 9} l S")
        y -= 30
    parts += ["0.45 0.45 0.5 rg", _text(48, 60, foot, 9)]
    return _pdf("\n".join(parts))


def receipt(
    *, moment: datetime, number: str = "", amount: str = "", payer: str = "", payee: str = "", **_extra: str
) -> bytes:
    """A bank's confirmation of a transfer."""
    rows = [
        ("Reference", number), ("Amount", amount), ("Payer", payer), ("Payee", payee),
        ("Executed", f"{moment:%Y-%m-%d %H:%M} UTC"), ("State", "executed"),
    ]  # fmt: skip
    return _page("Example Bank", "Payment confirmation", rows, "Made for the demo story. No real account.")


def statement(*, moment: datetime, title: str = "", line: str = "", line2: str = "", **_extra: str) -> bytes:
    """A page of a statement."""
    rows = [("Date", f"{moment:%Y-%m-%d}"), ("Entry", line), ("Entry", line2)]
    return _page("Example Bank", title, rows, "Made for the demo story. No real account.")


def _csv(header: list[str], rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def ticks(
    *, moment: datetime, symbol: str = "", start: str = "1", moves: str = "40", drop: str = "", **_extra: str
) -> bytes:
    """An extract of a price feed; with `drop` the price jumps in the middle."""
    price, count, draw = Decimal(start), int(moves), random.Random(symbol + start)
    step = Decimal(1).scaleb(price.as_tuple().exponent)  # type: ignore[arg-type]
    base, rows = moment.replace(minute=0, second=0, microsecond=0), []
    for n in range(count):
        if drop and n == count // 2:
            price -= step * 180
        price += step * draw.randint(-6, 6)
        at = base + timedelta(milliseconds=250 * n + draw.randint(0, 120))
        rows.append((4_100_000 + n, f"{at.isoformat(timespec='milliseconds')}", price, price + 2 * step))
    return _csv(["seq", "ts", f"{symbol} bid", "ask"], rows)


def expiry(moment: datetime) -> datetime:
    """When the disputed trade ended: ten o'clock on the day of the ticket."""
    return moment.replace(hour=10, minute=0, second=0, microsecond=0)


def expiry_rows(moment: datetime) -> list[tuple[int, datetime, Decimal]]:
    """The 41 ticks around the end of the disputed trade: (sequence, moment, price)."""
    end, draw, rows = expiry(moment), random.Random("871204"), []
    wanted = {LAST_BEFORE_MS: BY_THE_TERMS, SETTLED_MS: AS_SETTLED}
    offsets = sorted(
        {-9200 + 460 * n for n in range(20)} | set(wanted) | {450 + 430 * n for n in range(1, 20)}
    )
    for n, offset in enumerate(offsets):
        price = wanted.get(offset)
        if price is None:
            base = Decimal("1.08412") if offset < LAST_BEFORE_MS else Decimal("1.08408")
            price = base + Decimal(draw.randint(-4, 4)) * Decimal("0.00001")
        rows.append((5_203_110 + n, end + timedelta(milliseconds=offset), price))
    return rows


def expiry_ticks(*, moment: datetime, **_extra: str) -> bytes:
    """The platform's own ticks of the disputed trade: the last one before the end makes it a winner."""
    rows = ((seq, at.isoformat(timespec="milliseconds"), price) for seq, at, price in expiry_rows(moment))
    return _csv(["seq", "ts", "EURUSD mid"], rows)


def trade_record(moment: datetime) -> dict[str, str]:
    """The disputed trade as the platform's system holds it, settled 450 ms after its end."""
    end = expiry(moment)
    settled = end + timedelta(milliseconds=SETTLED_MS)
    return {
        "record_id": "871204", "product": "binary", "symbol": "EURUSD", "contract_type": "call",
        "stake": str(STAKE), "payout_rate": str(PAYOUT_RATE), "strike": str(STRIKE),
        "accepted_at": (end - timedelta(minutes=5)).isoformat(timespec="milliseconds"),
        "expiry_at": end.isoformat(timespec="milliseconds"), "exit_rule": "last_at_or_before",
        "exit_tick_at": settled.isoformat(timespec="milliseconds"), "exit_tick_price": str(AS_SETTLED),
        "result": "lost", "payout_paid": "0.00", "currency": "USD", "source_system": "dealing",
    }  # fmt: skip


def trade(*, moment: datetime, **_extra: str) -> bytes:
    """That record as a file."""
    return _csv(["field", "value"], trade_record(moment).items())


PAPERS: dict[str, Callable[..., bytes]] = {
    "receipt": receipt,
    "statement": statement,
    "ticks": ticks,
    "expiry_ticks": expiry_ticks,
    "trade": trade,
}
