"""C13: how much has to be turned over for a bonus, how much has been, and whether own money is locked."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..case import Case
from ..facts import Bonus, BonusRule, Stake
from ..verdicts import Finding, elsewhere, match, mismatch, unknown
from . import check


@dataclass(frozen=True, slots=True)
class Turnover:
    """What has been staked towards a bonus; `missing` are the names of what would be needed to tell."""

    done: Decimal
    figures: dict[str, Any]
    missing: tuple[str, ...] = ()


@check("C13")
def turned_over(case: Case) -> Finding:
    """required = base × multiplier, done = Σ eligible stakes in the period, left = max(0, required − done).

    base is the bonus, or deposit + bonus, by rule. A mismatch: another `left` recorded, own deposit locked
    though the rule does not allow it or nothing is left, or a rule newer than its acceptance.
    """
    if case.record.product == "p2p" or case.facts.lacks("bonus"):
        return elsewhere()
    bonus = case.facts.bonus
    if bonus is None:
        return unknown("bonus")
    rule = bonus.rule or BonusRule()
    turnover, (required, lacking) = staked(bonus, rule), needed(bonus, rule)
    left = None
    figures: dict[str, Any] = {"rule_version": rule.version, **turnover.figures}
    if required is not None:
        figures["required"] = case.paid(required)
    if required is not None and not turnover.missing:
        left = case.paid(max(Decimal(0), required - turnover.done))
        figures["left"] = left
    lacking = [*lacking, *turnover.missing]
    wrong = [*_recorded(case, bonus, left), *_newer(bonus, rule, lacking), *_locked(bonus, rule, left)]
    lacking += _not_told(bonus, rule)
    figures |= {f"recorded_{name}": getattr(bonus, name) for name in ("required", "done", "left")}
    figures["deposit_locked"] = bonus.deposit_locked
    if wrong:
        return mismatch(**figures, reasons=sorted(wrong))
    return unknown(*sorted(set(lacking)), **figures) if lacking else match(**figures)


def needed(bonus: Bonus, rule: BonusRule) -> tuple[Decimal | None, list[str]]:
    """base × multiplier, or what is missing for it."""
    if rule.base is None or rule.multiplier is None:
        names = {"bonus_base": rule.base, "bonus_multiplier": rule.multiplier}
        return None, [name for name, told in names.items() if told is None]
    parts = {"bonus_amount": bonus.amount}
    if rule.base == "deposit_and_bonus":
        parts["bonus_deposit"] = bonus.deposit
    told = [amount for amount in parts.values() if amount is not None]
    if len(told) < len(parts):
        return None, [name for name, amount in parts.items() if amount is None]
    return sum(told, Decimal(0)) * rule.multiplier, []


def staked(bonus: Bonus, rule: BonusRule) -> Turnover:
    """Σ eligible stakes of the period, its first and last moment in it; else from acceptance on."""
    begins = bonus.from_at if bonus.from_at is not None else bonus.accepted_at
    if bonus.stakes is None or begins is None:
        lacking = {"bonus_stakes": bonus.stakes, "bonus_accepted_at": begins}
        return Turnover(Decimal(0), {}, tuple(name for name, told in lacking.items() if told is None))
    ends = bonus.until_at
    stakes = {stake.reference: stake for stake in bonus.stakes}.values()
    period = [stake for stake in stakes if begins <= stake.at and (ends is None or stake.at <= ends)]
    counted = [(stake, *_eligible(stake, rule)) for stake in period]
    done = _sum(stake for stake, eligible, _why in counted if eligible)
    figures = {
        "done": done, "stakes": len(stakes), "in_period": len(period),
        "eligible": sum(eligible is True for _stake, eligible, _why in counted),
        "not_eligible_sum": _sum(stake for stake, eligible, _why in counted if eligible is False),
    }  # fmt: skip
    return Turnover(done, figures, tuple(sorted({why for _stake, _eligible, why in counted if why})))


def _eligible(stake: Stake, rule: BonusRule) -> tuple[bool | None, str]:
    """Whether it counts, by the rule and by what is said of it; or what is missing to tell."""
    by_rule: bool | None = True
    if rule.min_stake is not None and stake.amount < rule.min_stake:
        by_rule = False
    elif rule.products is not None:
        by_rule = None if stake.product is None else stake.product in rule.products
    if stake.eligible is None or by_rule is None:
        told = by_rule if stake.eligible is None else stake.eligible
        return told, "bonus_stake_product" if told is None else ""
    # Said to count though the rule says no, or the other way round: nobody can tell.
    return (by_rule, "") if stake.eligible == by_rule else (None, "bonus_stakes_that_agree")


def _sum(stakes: Iterable[Stake]) -> Decimal:
    return sum((stake.amount for stake in stakes), Decimal(0))


def _recorded(case: Case, bonus: Bonus, left: Decimal | None) -> Iterable[str]:
    """Where the platform says that something else is left, both at the currency's decimals."""
    if bonus.left is not None and left is not None and case.paid(bonus.left) != left:
        yield "other_left"


def _newer(bonus: Bonus, rule: BonusRule, lacking: list[str]) -> Iterable[str]:
    """Rules that came after what was accepted."""
    known = False
    if rule.version is not None and bonus.accepted_version is not None:
        known = True
        if rule.version != bonus.accepted_version:
            yield "other_version"
    if rule.from_at is not None and bonus.accepted_at is not None:
        known = True
        if rule.from_at > bonus.accepted_at:
            yield "rule_newer_than_acceptance"
    if not known:
        lacking.append("bonus_acceptance")


def _locked(bonus: Bonus, rule: BonusRule, left: Decimal | None) -> Iterable[str]:
    if bonus.deposit_locked:
        if rule.locks_deposit is False:
            yield "deposit_locked"
        elif left is not None and not left:
            yield "deposit_locked_with_nothing_left"


def _not_told(bonus: Bonus, rule: BonusRule) -> list[str]:
    names = {"bonus_left": bonus.left, "bonus_deposit_locked": bonus.deposit_locked}
    if bonus.deposit_locked:
        names["bonus_locks_deposit"] = rule.locks_deposit
    return [name for name, told in names.items() if told is None]
