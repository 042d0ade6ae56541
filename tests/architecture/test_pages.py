"""House rules for templates, styles, scripts and documents."""

import re
import tomllib
from collections import defaultdict

import pytest

from helpdesk.ui import sprite

from .sources import APPS, ROOT, files, where

INLINE = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a script without src": re.compile(
        r"<script(?![^>]*\ssrc\s*=)(?![^>]*type=\"application/json\")[^>]*>", re.I
    ),
    "a style element": re.compile(r"<style\b", re.I),
    "a javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
    "something declared safe": re.compile(r"\|\s*safe\b|\|\s*safeseq\b|{%\s*autoescape\s+off"),
}
# A mail reader has no style sheet of ours: the mail layout alone carries its own.
MAIL = {"templates/layouts/email.html"}
INCLUDES = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")


def templates():
    return files(".html", ".txt", under="templates")


def lines(path):
    return enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def test_every_icon_that_a_page_names_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.svg()))
    named = {
        name for path in templates() for name in re.findall(r'{% icon "([^"]+)"', path.read_text("utf-8"))
    }
    assert named - drawn == set()


@pytest.mark.parametrize("what", INLINE)
def test_pages_obey_the_content_policy(what):
    broken = []
    for path in templates():
        if str(path.relative_to(ROOT)) in MAIL or "messages" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        broken += [
            where(path, text.count("\n", 0, found.start()) + 1) for found in INLINE[what].finditer(text)
        ]
    assert not broken


def test_templates_take_only_from_their_own_shelf():
    """A template includes its own app's shelf, the components, the layouts; the roof may include anything."""
    broken = []
    for path in templates():
        shelf = path.relative_to(ROOT / "templates").parts[0]
        if shelf in {"site", "reporting"}:
            continue
        for number, line in lines(path):
            for name in INCLUDES.findall(line):
                taken = name.split("/")[0]
                if taken not in {shelf, "components", "layouts", "allauth"} and not (
                    shelf in {"account", "mfa", "usersessions", "errors"}
                    and taken in {"account", "accounts", "errors"}
                ):
                    broken.append(f"{where(path, number)} takes {name}")
    assert not broken


def test_every_included_template_exists():
    names = {str(path.relative_to(ROOT / "templates")) for path in templates()}
    broken = [
        f"{where(path, number)} {name}"
        for path in templates()
        for number, line in lines(path)
        for name in INCLUDES.findall(line)
        if name.partition("#")[0] not in names and name.split("/")[0] not in {"allauth", "admin"}
    ]
    assert not broken


def test_components_say_what_they_need():
    broken = [
        str(path.relative_to(ROOT))
        for path in files(".html", under="templates/components")
        if not path.read_text(encoding="utf-8").startswith(("{#", "{% comment"))
    ]
    assert not broken


def test_every_app_has_only_its_own_shelves():
    known = {
        *APPS, "layouts", "components", "errors", "account", "mfa", "usersessions", "reporting", "site",
        "messages", "admin", "allauth", "ui", "notify", "socialaccount", "api", "realtime",
    }  # fmt: skip
    assert {path.relative_to(ROOT / "templates").parts[0] for path in templates()} <= known


def test_colours_have_one_home():
    broken = [
        where(path, number)
        for path in files(".css", under="static")
        if path.name not in {"tokens.css", "print.css"}
        for number, line in lines(path)
        if HEX.search(re.sub(r"/\*.*?\*/|url\([^)]*\)", "", line))
    ]
    assert not broken


def test_a_class_is_laid_out_in_one_file():
    """Every page loads every rule: two meanings of one name spoil pages."""
    homes = defaultdict(set)
    for path in files(".css", under="static"):
        for name in re.findall(r"^\.([\w-]+) \{", path.read_text(encoding="utf-8"), re.MULTILINE):
            homes[name].add(path.name)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_scripts_evaluate_nothing():
    broken = [
        where(path, number)
        for path in files(".js", under="static")
        for number, line in lines(path)
        if re.search(
            r"\beval\(|new Function\(|document\.write\(|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML", line
        )
    ]
    assert not broken


def test_decisions_are_short():
    broken = [
        str(path.relative_to(ROOT))
        for path in files(".md", under="docs/decisions")
        if len(path.read_text(encoding="utf-8").splitlines()) > 20
    ]
    assert not broken


def test_nothing_of_others_lies_in_the_tree():
    """Third-party code and fonts come from installed packages; the top level holds what the plan names."""
    assert not [p for p in files(".ttf", ".otf", ".woff", ".woff2", ".whl", ".min.js", ".map")]
    top = {
        p.relative_to(ROOT).parts[0]
        for p in files("", ".py", ".md", ".toml", ".yml", ".lock", ".html", ".css")
    }
    known = {
        *("manage.py", "helpdesk", "tickets", "disputes", "faq", "accounts", "templates", "static", "tests"),
        *("docs", "pyproject.toml", "docker-compose.yml", "README.md", "Makefile", "Dockerfile", "LICENSE"),
        *("requirements.lock", ".ci", ".gitignore", ".editorconfig", ".dockerignore"),
    }
    assert top <= known, top - known


def test_every_dependency_has_its_reason():
    """A package nobody can give a reason for is a package too many."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    told = " ".join(path.read_text(encoding="utf-8") for path in files(".md", under="docs/decisions"))
    words = set(re.findall(r"[a-z0-9][a-z0-9-]*", told.lower()))
    names = [re.match(r"[a-z0-9-]+", line.lower())[0] for line in wanted]
    assert not [name for name in names if name not in words]
