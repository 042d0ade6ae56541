"""Sentences of the product are found in the sources and none of them lacks Chinese."""

import gettext
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from helpdesk.ui import catalogue

TEMPLATE = """
{# {% translate "never" %} #}{% comment %}{% translate "never" %}{% endcomment %}
{% translate "50% of “it”" context "share" %}
{% blocktranslate trimmed count n=files|length %}
  {{ n }} file
  is here
{% plural %}
  {{ n }} files are here
{% endblocktranslate %}
{% include "x.html" with text=_("Nothing yet.") only %}
"""
PYTHON = """
from django.utils.translation import gettext_lazy as say, ngettext, pgettext
def told(n):
    return say("One " "sentence"), ngettext("%(n)s day", "%(n)s days", n), pgettext("verb", "Open")
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for folder in ("tickets", "templates/tickets", "templates/messages/dispute.opened", "templates/layouts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tickets/words.py").write_text(PYTHON)
    (tmp_path / "templates/tickets/page.html").write_text(TEMPLATE)
    (tmp_path / "templates/messages/dispute.opened/subject.txt").write_text('{% translate "Opened" %}')
    (tmp_path / "templates/layouts/desk.html").write_text('{% translate "Queue" %}')
    return tmp_path


def write(root: Path, given: dict | None = None) -> None:
    for path, text in catalogue.renewed(root, given).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_messages_are_found_where_they_are_written(sources):
    found = catalogue.extract(sources)
    assert set(found["tickets"]) == {
        ("", "One sentence"), ("", "%(n)s day"), ("verb", "Open"), ("share", "50%% of “it”"),
        ("", "%(n)s file is here"), ("", "Nothing yet."),
    }  # fmt: skip
    assert found["tickets"]["", "%(n)s file is here"].plural == "%(n)s files are here"
    assert set(found["disputes"]) == {("", "Opened")}
    assert set(found["helpdesk"]) == {("", "Queue")}


def test_a_catalogue_keeps_its_chinese_and_forgets_what_vanished(sources):
    write(sources, {("", "One sentence"): ["一句话"], ("verb", "Open"): ["打开"]})
    (sources / "tickets/words.py").write_text(PYTHON.replace("verb", "adjective"))
    write(sources)
    kept = catalogue.read(catalogue.place(sources, "tickets", "zh_Hans"), "zh_Hans")
    assert kept["", "One sentence"].forms == ["一句话"]
    assert ("verb", "Open") not in kept
    assert not kept["adjective", "Open"].translated()


def test_faults_are_named(sources):
    write(sources, {("", "%(n)s day"): ["%(m)s 天"], ("", "One sentence"): ["一句话"]})
    told = "\n".join(catalogue.faults(sources))
    assert "'%(n)s day': the placeholders of the translation differ" in told
    assert "'Queue' is not translated" in told
    assert "One sentence" not in told
    (sources / "templates/tickets/page.html").write_text('{% translate "New" %}')
    assert "does not match the sources" in "\n".join(catalogue.faults(sources))


def test_compiled_messages_speak(sources):
    write(sources, {("", "%(n)s day"): ["%(n)s 天"]})
    assert len(catalogue.compile_all(sources)) == 2
    assert catalogue.compile_all(sources) == []
    target = catalogue.place(sources, "helpdesk", "zh_Hans").with_suffix(".mo")
    spoken = gettext.GNUTranslations(target.open("rb"))
    assert spoken.ngettext("%(n)s day", "%(n)s days", 5) == "%(n)s 天"


def test_the_product_speaks_chinese_throughout():
    assert catalogue.faults(settings.ROOT) == []


def test_chinese_is_what_a_chinese_reader_gets():
    catalogue.compile_all(settings.ROOT)
    with translation.override("zh-hans"):
        assert translation.gettext("Your role does not allow this.") == "您的角色无权执行此操作。"
