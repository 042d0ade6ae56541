"""House rules that an import linter cannot see. Each failure names file and line."""

import ast
import subprocess
import sys
from pathlib import Path

from .sources import (
    APPS,
    ROOT,
    called,
    decorated,
    files,
    functions,
    modules,
    parts,
    product_python,
    tree,
    where,
)

LINES = 400
# Files that are longer for a reason told in docs/decisions; a new one does not belong here.
LONGER = {"disputes/reads/verifier.py"}


def test_imports_keep_the_order():
    told = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout


def test_no_file_is_too_long():
    long = {
        f"{p.relative_to(ROOT)}: {count} lines"
        for p in files(".py", ".html", ".css", ".js")
        if "migrations" not in p.parts
        and str(p.relative_to(ROOT)) not in LONGER
        and (count := len(p.read_text(encoding="utf-8").splitlines())) > LINES
    }
    assert not long


def test_ways_in_ask_doors_and_never_the_tables():
    broken = [
        where(path, node)
        for path in modules("views", "api", "inbound", "subscribers", "adapters", "tasks")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager", "_default_manager"}
    ]
    assert not broken


def test_only_operations_change_a_state():
    def changes(node: ast.AST) -> bool:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        return isinstance(node, ast.Assign | ast.AugAssign) and any(
            isinstance(target, ast.Attribute) and target.attr in {"status", "state"} for target in targets
        )

    broken = [
        where(path, node)
        for path in product_python()
        if parts(path)[0] in APPS and parts(path)[1] != "operations"
        for node in ast.walk(tree(path))
        if changes(node) or _updates_state(node)
    ]
    assert not broken


def _updates_state(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(keyword.arg in {"status", "state"} for keyword in node.keywords)
    )


def test_only_tasks_and_subscribers_speak_to_the_queue():
    broken = [
        where(path, node)
        for path in product_python()
        # helpdesk/celery.py holds the beat table and its first beat.
        if not {"tasks", "subscribers", "celery"} & set(parts(path))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"delay", "apply_async", "send_task", "si"}
    ]
    assert not broken


def test_no_business_waits_in_the_queue():
    """A task with `eta` or `countdown` runs twice or never after a fault; due moments are rows."""
    broken = [
        where(path, node)
        for path in product_python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and any(word.arg in {"eta", "countdown"} for word in node.keywords)
    ]
    assert not broken


def test_every_operation_leaves_a_record():
    """A transaction in operations records what it did, itself or through a function of the same file."""
    broken = []
    for path in modules("operations"):
        known = {node.name: node for node in functions(path)}
        for node in known.values():
            if decorated(node, "atomic") and not _records(node, known, set()):
                broken.append(f"{where(path, node)} {node.name}")
    assert not broken


def _records(node: ast.FunctionDef, known: dict[str, ast.FunctionDef], seen: set[str]) -> bool:
    """`record(` is called here, in a helper of the file, or in another operation called as `module.act(`."""
    names = called(node)
    if names & {"record", "record_many"}:
        return True
    others = {
        f"{call.func.value.id}.{call.func.attr}"
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
    }
    if any(other.split(".")[0] in _operations() for other in others):
        return True
    return any(_records(known[name], known, seen | {name}) for name in names & set(known) - seen)


def _operations() -> set[str]:
    return {parts(path)[-1] for path in modules("operations")} - {"__init__"}


def test_operations_lock_before_they_decide():
    """An operation that is handed a row and writes holds it: the instance handed in is old by definition."""
    broken = []
    for path in modules("operations"):
        for node in functions(path):
            if not decorated(node, "atomic") or not {"save"} & called(node):
                continue
            if not {"hold", "hold_some", "select_for_update", "create", "create_user"} & called(
                node
            ) and not (called(node) & {other.name for other in functions(path) if other.name != node.name}):
                broken.append(f"{where(path, node)} {node.name}")
    assert not broken


def test_views_stay_small():
    broken = [
        f"{where(path, node)} {node.name}: {length} lines"
        for path in modules("views")
        for node in functions(path)
        if (length := _body(node)) > 15
    ]
    assert not broken


def _body(node: ast.FunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_nothing_below_can_reach_back_up():
    """A foreign key to a lower app hides its reverse name, or the lower app could walk up."""
    broken = []
    for path in modules("models"):
        height = APPS.index(parts(path)[0])
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in {"ForeignKey", "OneToOneField", "ManyToManyField"} or not node.args:
                continue
            target = node.args[0]
            if not (
                isinstance(target, ast.Constant) and isinstance(target.value, str) and "." in target.value
            ):
                continue
            app = target.value.split(".")[0]
            reverse = next((word.value for word in node.keywords if word.arg == "related_name"), None)
            hidden = isinstance(reverse, ast.Constant) and str(reverse.value).endswith("+")
            if app in APPS and APPS.index(app) < height and not hidden:
                broken.append(f"{where(path, node)} → {target.value}")
            assert app not in APPS or APPS.index(app) <= height, f"{where(path, node)} points up"
    assert not broken


def test_only_two_places_vouch_for_html():
    broken = [
        where(path, node)
        for path in product_python()
        if parts(path)[:3] != ("helpdesk", "core", "richtext") and parts(path)[:2] != ("helpdesk", "ui")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Name) and node.id in {"mark_safe", "SafeString"} and _is_use(path, node))
        or (isinstance(node, ast.ImportFrom) and any(alias.name == "mark_safe" for alias in node.names))
    ]
    assert not broken


def _is_use(path: Path, node: ast.Name) -> bool:
    return any(
        isinstance(call, ast.Call) and call.func is node for call in ast.walk(tree(path))
    )  # fmt: skip


def test_no_lock_outlives_its_transaction():
    """A session-level advisory lock leaks through a connection pool."""
    broken = [
        where(path, number)
        for path in product_python()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "advisory" in line and "pg_" in line and "xact" not in line and not line.lstrip().startswith("#")
    ]
    assert not broken


def test_the_product_does_not_print():
    broken = [
        where(path, node)
        for path in product_python()
        if not {"runtime", "management"} & set(parts(path))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not broken


def test_migrations_know_no_app_code():
    """A migration that imports today's code breaks when the code of tomorrow differs."""
    broken = [
        where(path, node)
        for path in files(".py")
        if "migrations" in path.parts and "tests" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] in APPS
        and not _allowed_in_migration(node)
    ]
    assert not broken


def _allowed_in_migration(node: ast.ImportFrom) -> bool:
    """Django itself writes references to functions used as defaults, managers and mixins."""
    return (node.module or "").split(".")[1:2] == ["models"]
