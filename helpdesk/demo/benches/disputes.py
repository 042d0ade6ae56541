"""What disputes cost: the supervisor's board and case pages, checking every chain, a copy of a large case."""

import io
import time

from django.core.management.base import CommandError

from disputes.models import Dispute
from disputes.operations import bundling, evidence
from disputes.reads import chains
from disputes.states import State
from tickets.operations import attaching

from .. import load_disputes
from . import _floor, _measure, _world
from ._client import Request, ask, environ, signed_in
from ._measure import Options, Report, Row, Target, row
from .pages import TABLE

HELP = "board, case pages, checking of all chains, a copy of a case with 200 files"
SOME, FILES, SIZE = 200, 200, 256 * 1024


def run(options: Options) -> Report:
    """Measure on whatever disputes there are; `seed_load --disputes 100000` makes them."""
    world, floor = _world.enter(), _floor.application()
    open_cases = list(Dispute.objects.open().order_by("id").values_list("reference", flat=True)[:SOME])
    own = list(Dispute.objects.filter(trader__in=world.traders).values_list("trader_id", "reference")[:SOME])
    if not open_cases or not own:
        raise CommandError("There are no disputes: run `manage.py seed_load --disputes 100000` first.")
    boss = load_disputes.supervisor()
    cookies = signed_in(boss)
    pages = {
        "board": lambda n: Request("/desk/disputes/", cookies),
        "board, one stage": lambda n: Request(f"/desk/disputes/?stage={State.IN_MEDIATION}", cookies),
        "case (desk)": lambda n: Request(f"/desk/disputes/{open_cases[n % len(open_cases)]}/", cookies),
        "case (trader)": lambda n: Request(
            f"/disputes/{own[n % len(own)][1]}/", world.trader_cookies[own[n % len(own)][0]]
        ),
    }
    targets = [_target(TABLE, floor, lambda n: Request("/floor/", world.agent_cookies[0]))]
    targets += [_target(name, world.app, asked, floor=TABLE) for name, asked in pages.items()]
    _measure.run(targets, options)
    remarks: list[str] = []
    rows = [*_measure.rows(targets), _verify(remarks), _copy(open_cases[0], remarks)]
    facts = {"disputes": Dispute.objects.count()} | _world.facts() | {"requests": options.requests}
    return Report("disputes", rows, facts, remarks)


def _target(name: str, app, request, *, floor: str = "") -> Target:  # type: ignore[no-untyped-def]
    def prepare(n: int):  # type: ignore[no-untyped-def]
        asked = request(n)
        return asked, environ(asked)

    return Target(name, prepare, lambda given: _world.check(ask(app, given[1]), given[0]), floor=floor)


def _verify(remarks: list[str]) -> Row:
    """Every chain, link by link."""
    count, start = chains.Count(), time.perf_counter()
    found = list(chains.faults(count=count))
    seconds = time.perf_counter() - start
    if found:
        raise CommandError(f"Chains that do not verify: {found[0]}")
    remarks.append(
        f"Verified {count.links:,} links of {count.cases:,} cases in {seconds:.1f} s: "
        f"{count.links / seconds:,.0f} links a second."
    )
    return row("verify_chain, all cases", [seconds * 1000], count.links)


def _copy(reference: str, remarks: list[str]) -> Row:
    """A copy of a case with so many files, taken by the supervisor, and its check."""
    case, boss = Dispute.objects.get(reference=reference), load_disputes.supervisor()
    Dispute.objects.filter(pk=case.pk).update(state=State.IN_MEDIATION)
    case.refresh_from_db()
    missing = FILES - case.evidence.count()
    for first in range(0, missing, 10):
        some = [_file(n) for n in range(first, min(first + 10, missing))]
        evidence.submit(case, attaching.store(some), by=boss, title="Bulk")
    walls = []
    for _ in range(5):
        start = time.perf_counter()
        stream = bundling.take(case, by=boss)
        walls.append((time.perf_counter() - start) * 1000)
    start = time.perf_counter()
    report = bundling.check(stream)
    checked = (time.perf_counter() - start) * 1000
    size = stream.seek(0, io.SEEK_END)
    if not report.ok:
        raise CommandError(f"The copy does not verify: {report.lines('wrong', 'en')}")
    remarks.append(
        f"A copy of {case.evidence.count()} files is {size / 1e6:.1f} MB: taken in "
        f"{sorted(walls)[2]:.0f} ms (median of 5), checked in {checked:.0f} ms."
    )
    return row(f"copy of a case with {FILES} files", sorted(walls), 1)


def _file(n: int) -> attaching.Upload:
    text = f"{n:08d} ".encode() * (SIZE // 9)
    return attaching.Upload(io.BytesIO(text), f"log-{n}.txt")
