"""Pictures the story's people attach: real PNG and JPEG files, drawn here, the same on every machine."""

import io
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

INK, DIM, PAPER, LINE = "#e8eef6", "#8ea0b8", "#101a2b", "#26364f"
ACCENT, WARM = "#4f8cff", "#ffb454"
SIZE = (880, 520)
_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
)
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _chinese_font() -> str:
    """A font with Chinese signs, where the machine has one."""
    return next((place for place in _PLACES if Path(place).is_file()), "")


@cache
def _font(size: int) -> Font:
    found = _chinese_font()
    return ImageFont.truetype(found, size) if found else ImageFont.load_default(size)


def _sayable(text: str) -> str:
    """The text, without the signs that no font here can draw."""
    if _chinese_font():
        return text
    return " ".join("".join(sign if sign < "\u2e80" else " " for sign in text).split())


class Canvas:
    """A dark window of the platform with a title line."""

    def __init__(self, title: str, size: tuple[int, int] = SIZE) -> None:
        self.image = Image.new("RGB", size, PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.pen.rectangle((0, 0, size[0], 56), fill="#0b1220")
        self.pen.ellipse((22, 20, 38, 36), fill=ACCENT)
        self.write(52, 16, "Northlight", 20)
        self.write(size[0] - 360, 18, title, 17, DIM)

    def write(self, x: int, y: int, text: str, size: int = 20, fill: str = INK) -> None:
        """One line of text."""
        self.pen.text((x, y), _sayable(text), font=_font(size), fill=fill)

    def rows(self, y: int, pairs: list[tuple[str, str]]) -> None:
        """Label and value, one pair per line, with hair lines between."""
        for label, value in pairs:
            self.write(48, y, label, 19, DIM)
            self.write(330, y, value, 21)
            self.pen.line((48, y + 42, SIZE[0] - 48, y + 42), fill=LINE)
            y += 58

    def save(self, kind: str = "PNG") -> bytes:
        """The file's bytes."""
        out = io.BytesIO()
        self.image.save(out, kind, **({"quality": 82} if kind == "JPEG" else {"optimize": False}))
        return out.getvalue()


def _walk(seed: str, count: int, start: float, step: float) -> list[float]:
    draw = random.Random(seed)
    values = [start]
    while len(values) < count:
        values.append(values[-1] + draw.uniform(-step, step))
    return values


def withdrawal(
    *, number: str = "", amount: str = "", status: str = "", network: str = "", **_extra: str
) -> bytes:
    """The withdrawal's page with its state."""
    canvas = Canvas("提现记录 Withdrawals")
    canvas.write(48, 84, "提现详情 Withdrawal", 28)
    pairs = [("编号 Number", number), ("金额 Amount", amount), ("网络 Network", network)]
    canvas.rows(150, [*pairs, ("状态 Status", status), ("地址 Address", "TQ8v…x4Lm")])
    canvas.pen.rounded_rectangle((48, 452, 420, 486), 8, outline=WARM, width=2)
    canvas.write(62, 456, status, 19, WARM)
    return canvas.save()


def order(*, trade: str = "", symbol: str = "", stake: str = "", payout: str = "", **_extra: str) -> bytes:
    """An order ticket as the platform shows it."""
    canvas = Canvas("交易 Trade")
    canvas.write(48, 84, symbol, 30)
    pairs = [("订单 Trade", trade), ("数量 Stake", stake), ("收益率 / 状态 Payout", payout)]
    canvas.rows(150, pairs)
    _curve(canvas, _walk(trade + symbol, 70, 0.0, 1.0), (48, 340, 832, 490))
    return canvas.save()


def _curve(
    canvas: Canvas, values: list[float], box: tuple[int, int, int, int], *, level: float | None = None
) -> tuple[list[tuple[float, float]], float]:
    """Draw the values, `level` kept in sight. Returns the points, and where the level lies."""
    left, top, right, bottom = box
    level = values[0] if level is None else level
    low, high = min(*values, level), max(*values, level)
    span = (high - low) or 1.0
    points = [
        (
            left + (right - left) * n / (len(values) - 1),
            bottom - (bottom - top) * (value - low) / span,
        )
        for n, value in enumerate(values)
    ]
    canvas.pen.line(points, fill=INK, width=2)
    return points, bottom - (bottom - top) * (level - low) / span


def chart(*, symbol: str = "", strike: str = "0", price: str = "0", expiry: str = "", **_extra: str) -> bytes:
    """A price chart that ends at the expiry, with strike and last price."""
    canvas = Canvas(f"{symbol} · 1 s")
    target, level = float(price), float(strike)
    step = max(abs(target - level), level * 1e-5) / 2
    values = _walk(symbol + price, 58, level - step, step)
    values += [values[-1] + (target - values[-1]) * n / 6 for n in range(1, 7)]
    points, line = _curve(canvas, values, (48, 110, 720, 450), level=level)
    for x in range(48, 760, 14):
        canvas.pen.line((x, line, x + 7, line), fill=DIM)
    canvas.write(740, int(line) - 12, strike, 18, DIM)
    across, y = points[-1]
    canvas.pen.line((across, 80, across, 480), fill=ACCENT, width=2)
    canvas.pen.ellipse((across - 6, y - 6, across + 6, y + 6), fill=WARM)
    canvas.write(int(across) - 130, 64, f"expiry {expiry}", 18, ACCENT)
    canvas.write(int(across) - 100, int(y) - 34, price, 19, WARM)
    return canvas.save()


def chat(*, name: str = "", line: str = "", line2: str = "", **_extra: str) -> bytes:
    """A conversation in a messenger."""
    canvas = Canvas("Messenger", (640, 720))
    canvas.write(48, 84, name, 24)
    for y, text in ((160, line), (240, line2)):
        canvas.pen.rounded_rectangle((48, y, 560, y + 58), 14, fill="#1d2b45")
        canvas.write(66, y + 16, text, 19)
    canvas.write(48, 640, "online", 16, DIM)
    return canvas.save()


def turnover(*, needed: str = "", done: str = "", promotion: str = "", **_extra: str) -> bytes:
    """The page of a promotion with its progress."""
    canvas = Canvas("活动 Promotion")
    canvas.write(48, 84, promotion, 26)
    canvas.rows(150, [("所需流水 Turnover needed", needed), ("已完成 Done", done)])
    canvas.pen.rounded_rectangle((48, 320, 832, 348), 14, fill=LINE)
    canvas.pen.rounded_rectangle((48, 320, 322, 348), 14, fill=ACCENT)
    return canvas.save()


def error(*, title: str = "", code: str = "", line: str = "", **_extra: str) -> bytes:
    """A page that does not do what it should."""
    canvas = Canvas(code)
    canvas.write(48, 110, title, 30)
    canvas.pen.rounded_rectangle((48, 220, 832, 360), 14, outline=WARM, width=2)
    canvas.write(80, 262, line, 24)
    canvas.write(80, 312, code, 18, DIM)
    return canvas.save()


def document(*, title: str = "", name: str = "", **_extra: str) -> bytes:
    """A photograph of a paper on a table: JPEG, slightly turned, its lower edge cut off."""
    table = Image.new("RGB", (1000, 700), "#5b4a3b")
    grain, pen = random.Random(title + name), ImageDraw.Draw(table)
    for _n in range(420):
        x, y = grain.randrange(1000), grain.randrange(700)
        pen.line((x, y, x + grain.randrange(60), y), fill="#534335")
    paper = Image.new("RGB", (780, 560), "#efe9dc")
    ink = ImageDraw.Draw(paper)
    ink.text((40, 40), _sayable(title), font=_font(34), fill="#3a3a3a")
    ink.rectangle((40, 120, 240, 380), fill="#c9c2b2")
    ink.text((280, 140), _sayable(name), font=_font(28), fill="#222222")
    for n in range(6):
        ink.line((280, 210 + n * 32, 720 - n * 20, 210 + n * 32), fill="#9a9384", width=3)
    table.paste(paper.rotate(-3, expand=True, fillcolor="#5b4a3b"), (110, 160))
    out = io.BytesIO()
    table.save(out, "JPEG", quality=80)
    return out.getvalue()


DRAWINGS: dict[str, Callable[..., bytes]] = {
    "withdrawal": withdrawal,
    "order": order,
    "chart": chart,
    "chat": chat,
    "turnover": turnover,
    "error": error,
    "document": document,
}
