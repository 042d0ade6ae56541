"""Locking: the case first, then its children, always in that order, and decisions only under the lock."""

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from .errors import NotFound

M = TypeVar("M", bound=models.Model)


def hold(row: M) -> M:
    """The row as it stands now, locked until the transaction ends. The first line of an operation.

    The instance handed in is stale by definition; work only with the one returned. A row that has been
    deleted in the meantime raises NotFound. `NO KEY UPDATE` is enough (keys never change) and lets rows
    that point here be inserted meanwhile.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("hold() outside a transaction would lock nothing.")
    model = row.__class__  # not type(): `request.user` is a wrapper around the person
    try:
        return model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    except ObjectDoesNotExist:
        raise NotFound from None


def hold_some(rows: "models.QuerySet[M]") -> list[M]:
    """Those of the rows that nobody else holds, locked. Search conditions are stale: check them again."""
    return list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True))
