"""Copies of a case's file to test with, and the verifier run as a stranger runs it."""

import io
import json
import subprocess
import sys
import zipfile
from types import SimpleNamespace

from django.utils import timezone

from disputes.operations import anchoring, bundling, proposing, talking
from tests.disputes.cases import in_mediation

ONE_WINDOW = SimpleNamespace(time=lambda: 1_800_000_000.0)  # a clock on which no window of a throttle ends
SECRET, OFFERED, INSIDE = "caucus-of-the-trader", "offer-of-the-house", "note-inside-the-house"


def rich(cast):
    """A case in mediation in which something was said everywhere, anchored in the middle."""
    case = in_mediation(cast)
    anchoring.make(timezone.now().date())
    talking.post(case, by=cast.mei, channel="open", body="Said to everyone.")
    talking.post(case, by=cast.mei, channel="caucus_trader", body=SECRET)
    talking.post(case, by=cast.sun, channel="internal", body=INSIDE)
    proposing.make(case, by=cast.sun, text=OFFERED, remedy="apology")
    return case


def taken(case, by) -> bytes:
    """The ZIP as this person gets it."""
    with bundling.take(case, by=by) as stream:
        return stream.read()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def packed(parts: dict[str, bytes], how=zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    return out.getvalue()


def lines(data: bytes) -> list[dict]:
    return [json.loads(line) for line in data.decode().splitlines()]


def run(folder, target, *more):
    """`python -I -S verify.py TARGET`, in an empty environment: (exit code, what it printed)."""
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), str(target), *more],
        capture_output=True, check=False, env={}, cwd=folder, timeout=60,
    )  # fmt: skip
    return told.returncode, told.stdout.decode() + told.stderr.decode()
