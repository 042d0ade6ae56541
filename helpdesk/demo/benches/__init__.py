"""The benchmarks. `manage.py bench NAME` runs the module NAME here; adding a file adds a benchmark.

A module offers `HELP` (one line) and `run(options: Options) -> Report`. Modules that begin with an underscore
are tools: `_client` (requests without a network), `_measure` (time, CPU, rounds), `_floor` (what Django costs
at least), `_world` (who asks for what).
"""

import importlib
import pkgutil
from types import ModuleType


def names() -> list[str]:
    """Every benchmark there is."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def module(name: str) -> ModuleType:
    """The benchmark of this name."""
    return importlib.import_module(f"{__name__}.{name}")
