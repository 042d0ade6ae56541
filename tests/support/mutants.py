"""What can be wrong with what is sent: a form or a body that is right, changed in one place or as a whole."""

import json
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from .payloads import ODD, SCRIPTS
from .samples import KEPT, REFUSED

NUMBERS = [
    "-1",
    "0",
    "9" * 40,
    "1e400",
    "-0.0",
    "NaN",
    "Infinity",
    "0x10",
    "²",
    "1,5",
    "1_000",
    "٣",
    "1.0000000000000000001",
]
DATES = [
    "2026-02-30",
    "0000-00-00",
    "99999-01-01",
    "2026-13-01",
    "2026-01-01T25:61",
    "tomorrow",
    "1970-01-01",
    "9999-12-31",
]
OTHERS = [
    "D-2026-000001",
    "omar@demo.test",
    "nobody@demo.test",
    "1",
    "2147483648",
    "9223372036854775808",
    "T-22ZZ22",
]
CODES = [
    "on",
    "off",
    "issue",
    "keep",
    "nonsense",
    "final",
    "decided",
    "trader",
    "None",
    "null",
    "[]",
    "__class__",
    "*",
]
TEXTS = [*ODD.values(), *SCRIPTS[:12], "\ufeff", "\x7f", "a" * 50_001, " lead", "x\x00", "\u202e"]
ANY = [NUMBERS, DATES, OTHERS, CODES, TEXTS]
VALUES = [
    None, True, False, 0, -1, 10**30, 1.5, float("1e300"), [], {}, [[]], ["x"] * 600, {"a": {"b": []}}, "",
]  # fmt: skip
SURPRISES = [
    "state", "trader", "outcome", "chain_head", "chain_length", "closed_at", "approved_by", "paid_at", "id",
    "external_latest_at", "policy_version", "is_superuser", "roles", "role", "by", "at", "pk", "amount",
]  # fmt: skip
NAMES = [
    "../../etc/passwd",
    "a\r\nX-Evil: 1.png",
    "x" * 400 + ".png",
    "con.png",
    "截图\u202egnp.exe",
    "a\x00.png",
]
KINDS = [
    "text/plain",
    "application/xml",
    "application/json",
    "multipart/form-data",
    "image/png",
    "",
    "x" * 300,
]


def fresh(data: dict) -> dict:
    """The same to send once more: a file is read only once."""
    return {name: _again(value) for name, value in data.items()}


def _again(value):
    if isinstance(value, SimpleUploadedFile):
        value.seek(0)
        return SimpleUploadedFile(value.name, value.read(), value.content_type)
    return value


def plain(value):
    return str(value) if isinstance(value, (date, datetime)) else value


def _text(dice):
    text = dice.choice(dice.choice(ANY))
    return text.encode("utf-8", "replace").decode()


def _file(dice):
    if dice.random() < 0.3:
        return SimpleUploadedFile(
            dice.choice(NAMES) or "x", b"\x89PNG\r\n\x1a\n" + dice.randbytes(40), "image/png"
        )
    small = [one for name, one in {**REFUSED, **KEPT}.items() if name not in {"bomb", "too large"}]
    name, make = dice.choice(small)
    return SimpleUploadedFile(name, make(), dice.choice(KINDS[:5]))


def form(data: dict, dice) -> tuple[dict | bytes, dict]:
    """A form sent wrongly: (what is sent, how)."""
    data, how = fresh(data), dice.randrange(12)
    names = list(data) or ["reason"]
    name = dice.choice(names)
    if how == 0:
        data.pop(name, None)
    elif how == 1:
        old = data.get(name, "")
        data[name] = [*(old if isinstance(old, list) else [old]), _text(dice)]
    elif how == 2:
        data = {**data, dice.choice(SURPRISES): _text(dice)}
    elif how == 3:
        data["files"] = [_file(dice) for _n in range(dice.choice([1, 1, 2, 11]))]
    elif how == 4:
        return b"\xff\xfe%00=%ff&" * dice.randrange(40), {"content_type": dice.choice(KINDS)}
    elif how == 5:
        return json.dumps({"reason": _text(dice)}).encode(), {"content_type": "application/json"}
    elif how == 6:
        data = {one: _text(dice) for one in names}
    elif how == 7:
        return b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nhalf', {
            "content_type": dice.choice(["multipart/form-data; boundary=x", "multipart/form-data"])
        }
    else:
        data[name] = _file(dice) if name == "files" else _text(dice)
    return {one: value for one, value in data.items() if value is not None}, {}


def body(data: dict, dice) -> tuple[bytes, str]:
    """A JSON body sent wrongly: (bytes, content type)."""
    data = json.loads(json.dumps(data, default=plain))
    how, kind = dice.randrange(14), "application/json"
    name = dice.choice(list(data) or ["step"])
    if how == 0:
        data.pop(name, None)
    elif how == 1:
        data[dice.choice(SURPRISES) + dice.choice(["", "_id"])] = dice.choice(VALUES)
    elif how == 2:
        data = dice.choice([[data], "text", 7, None, [], [[data]]])
    elif how == 3:
        return b"[" * dice.choice([10, 2000, 100_000]), kind
    elif how == 4:
        return json.dumps(data).encode()[: -dice.randrange(1, 9)], kind
    elif how == 5:
        return json.dumps(data).encode("utf-16"), kind
    elif how == 6:
        kind = dice.choice(KINDS)
    elif how == 7:
        text = json.dumps(data)
        return (text[:-1] + "," + json.dumps({name: _text(dice)})[1:]).encode(), kind
    elif how == 8:
        data[name] = {name: data.get(name)}
    elif how in (9, 10):
        data[name] = dice.choice(VALUES)
    elif how == 11:
        return json.dumps(data).encode() + b"\x00" * 3, kind
    else:
        data[name] = _text(dice)
    text = json.dumps(data, ensure_ascii=dice.random() < 0.5, allow_nan=True)
    return text.encode("utf-8", "surrogatepass"), kind
