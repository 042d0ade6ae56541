"""Money and coins on their way: withdrawals, deposits, and trades from person to person."""

from dataclasses import dataclass
from decimal import Decimal

from ..values import AMOUNT, FLAG, MS, POSITIVE, TEXT, whole
from .base import Record, rows, told
from .orders import Status

# In the order in which they may follow each other; several words of one rank exclude one another.
RANKS = {
    "requested": 0, "user_confirm": 1, "review": 2, "processing": 3, "broadcast": 4, "confirming": 5,
    "completed": 6, "rejected": 6, "cancelled": 6, "failed": 6, "returned": 7,
}  # fmt: skip
# Words of other systems by (system, product). What their own description leaves open (Gate: FAIL is "pending
# confirm when fail", BCODE, SPLITPEND; Deribit: interrupted) stands nowhere here and is kept as it came.
FOREIGN: dict[tuple[str, str], dict[str, str]] = {
    ("binance", "withdrawal"): {
        "0": "user_confirm", "1": "cancelled", "2": "review", "3": "rejected", "4": "processing",
        "5": "failed", "6": "completed",
    },
    ("gate", "withdrawal"): {
        "DONE": "completed", "CANCEL": "cancelled", "REQUEST": "requested", "MANUAL": "review",
        "EXTPEND": "confirming", "INVALID": "rejected", "VERIFY": "review", "PROCES": "processing",
        "PEND": "processing", "DMOVE": "review",
    },
    ("deribit", "withdrawal"): {
        "unconfirmed": "user_confirm", "confirmed": "processing", "cancelled": "cancelled",
        "completed": "completed", "rejected": "rejected",
    },
}  # fmt: skip
_SYSTEMS = {"gate.io": "gate", "gateio": "gate"}
SYSTEMS = frozenset(system for system, _product in FOREIGN)

_TARGET = whole(0, 10**11)


def system_of(source: str | None) -> str:
    """The platform a record comes from, in one spelling."""
    name = (source or "").strip().lower()
    return _SYSTEMS.get(name, name)


def meaning(source: str | None, product: str, status: str) -> str | None:
    """What a status of this source means; None for a word that is not known, which is never guessed."""
    system = system_of(source)
    if system in SYSTEMS:
        return FOREIGN.get((system, product), {}).get(status)
    return status if status in RANKS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Record):
    """What withdrawals and deposits have in common."""

    client_ref: str | None = told(TEXT)
    asset: str | None = told(TEXT)
    network: str | None = told(TEXT)
    amount: Decimal | None = told(POSITIVE)
    fee: Decimal | None = told(AMOUNT)
    net_amount: Decimal | None = told(AMOUNT)
    address: str | None = told(TEXT)
    bank_account: str | None = told(TEXT)  # masked
    memo_tag: str | None = told(TEXT)
    address_book_since: int | None = told(MS)
    requested_at: int | None = told(MS)
    confirmed_by_user_at: int | None = told(MS)
    two_fa_at: int | None = told(MS, "2fa_at")
    risk_hold_from: int | None = told(MS)
    risk_hold_until: int | None = told(MS)
    risk_hold_code: str | None = told(TEXT)
    reviewer_role: str | None = told(TEXT)
    approved_at: int | None = told(MS)
    broadcast_at: int | None = told(MS)
    txid: str | None = told(TEXT)
    block_height: int | None = told(whole(0, 2**63 - 1))
    confirmations: int | None = told(whole(0, 10**12))
    required_confirmations: int | None = told(whole(0, 10**12))
    # What the chain itself says of the transaction.
    onchain_to: str | None = told(TEXT)
    onchain_amount: Decimal | None = told(AMOUNT)
    onchain_memo_tag: str | None = told(TEXT)
    completed_at: int | None = told(MS)
    rejected_at: int | None = told(MS)
    reject_code: str | None = told(TEXT)
    returned_at: int | None = told(MS)
    refunded_amount: Decimal | None = told(AMOUNT)
    psp_ref: str | None = told(TEXT)
    delay_reason: str | None = told(TEXT)
    status: str | None = told(TEXT)
    status_history: tuple[Status, ...] | None = told(rows(Status))
    # Instead of the targets of the house.
    risk_target_ms: int | None = told(_TARGET)
    kyc_target_ms: int | None = told(_TARGET)
    wallet_target_ms: int | None = told(_TARGET)
    network_target_ms: int | None = told(_TARGET)
    bank_target_ms: int | None = told(_TARGET)

    @property
    def by_bank(self) -> bool:
        """Whether it goes through a bank or a payment provider, and no chain can be asked."""
        chain = (self.network, self.address, self.txid, self.onchain_to)
        return all(each is None for each in chain) and (self.bank_account or self.psp_ref) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(Transfer):
    """Money or coins that leave."""

    withdrawal_id: str | None = told(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit(Transfer):
    """Money or coins that arrive; `address` is the one the trader was given."""

    deposit_id: str | None = told(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer2Peer(Record):
    """One trade from person to person, its coins held by the platform meanwhile."""

    order_id: str | None = told(TEXT)
    buyer: str | None = told(TEXT)
    seller: str | None = told(TEXT)
    asset: str | None = told(TEXT)
    qty: Decimal | None = told(POSITIVE)
    price: Decimal | None = told(POSITIVE)
    fiat: str | None = told(TEXT)
    fiat_amount: Decimal | None = told(POSITIVE)
    pay_method: str | None = told(TEXT)
    instant: bool | None = told(FLAG)
    created_at: int | None = told(MS)
    paid_marked_at: int | None = told(MS)
    pay_proof: str | None = told(TEXT)
    released_at: int | None = told(MS)
    released_qty: Decimal | None = told(AMOUNT)
    cancelled_at: int | None = told(MS)
    locked_until: int | None = told(MS)
    chat_ref: str | None = told(TEXT)
    name_match: bool | None = told(FLAG)
    delay_reason: str | None = told(TEXT)
    release_target_ms: int | None = told(_TARGET)
    status_history: tuple[Status, ...] | None = told(rows(Status))
