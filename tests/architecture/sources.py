"""The product's own files, parsed once, and small questions about them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "faq", "tickets", "disputes")
PACKAGES = ("helpdesk", *APPS)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that belongs to the product (known to git, or new and not ignored)."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:  # an unpacked archive has no git: look at the folders instead
        folders = [ROOT / name for name in (*PACKAGES, "templates", "static", "tests", "docs")]
        return tuple(sorted(p for folder in folders for p in folder.rglob("*") if p.is_file()))
    return tuple(sorted(ROOT / line for line in told.stdout.splitlines() if (ROOT / line).is_file()))


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Files with one of the suffixes below a folder."""
    return [p for p in tracked() if p.suffix in suffixes and (ROOT / under) in (p, *p.parents)]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def parts(path: Path) -> tuple[str, ...]:
    """("tickets", "views", "portal") for tickets/views/portal.py."""
    return path.relative_to(ROOT).with_suffix("").parts


def product_python() -> list[Path]:
    """Python of the product: no tests, no migrations."""
    return [
        p for package in PACKAGES for p in files(".py", under=package) if "migrations" not in p.parts
    ]  # fmt: skip


def modules(*names: str) -> list[Path]:
    """The modules (or packages) of these names in the four apps."""
    return [p for p in product_python() if parts(p)[0] in APPS and len(parts(p)) > 1 and parts(p)[1] in names]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            yield node


def where(path: Path, node: ast.AST | int) -> str:
    """file:line, for the message of a failure."""
    line = node if isinstance(node, int) else getattr(node, "lineno", 0)
    return f"{path.relative_to(ROOT)}:{line}"


def decorated(node: ast.FunctionDef, *names: str) -> bool:
    """Whether one of the names stands among the decorators."""
    return any(name in ast.unparse(decorator) for decorator in node.decorator_list for name in names)


def called(node: ast.AST) -> set[str]:
    """The last names of everything called inside."""
    return {
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }
