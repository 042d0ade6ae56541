"""In which order the workers share the suite: what runs a whole product first, and one product at a time.

Those files take longest, and two of them at once disturb each other's clocks; at the end of a run one worker
would wait minutes for the other. Every other file stays whole, in one worker, in the order of its name; the
doors alone are two pieces, for pages and for programs.
"""

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

WHOLE_PRODUCT = {
    "test_runtime_up.py",
    "test_kept_word.py",
    "test_strikes.py",
    "test_redis_faults.py",
    "test_pooler.py",
    "test_clock_jumps.py",
}


class OneProductAtATime(LoadFileScheduling):
    """As by file, but the files of `WHOLE_PRODUCT` are one piece of work."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.rpartition("/")[2] in WHOLE_PRODUCT:
            return "whole product"
        return f"{file} by program" if "test_every_door" in file and "API" in nodeid else file


@pytest.hookimpl(trylast=True)  # pytest-django sorts by the database that tests need
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in WHOLE_PRODUCT)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneProductAtATime:
    config.option.loadscopereorder = False
    return OneProductAtATime(config, log)
