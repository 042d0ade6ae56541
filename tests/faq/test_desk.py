"""Editors at work: writing, comparing, restoring, publishing, and two of them at once."""

import pytest
from django.db import DatabaseError, connection, transaction

from faq.errors import AddressTaken
from faq.models import Article, Revision
from faq.operations import publishing
from helpdesk.audit.models import Entry

from .library import article

FORM = {
    "subject": "security",
    "slug": "two-step",
    "position": "100",
    "zh_title": "设置两步验证",
    "zh_summary": "",
    "zh_body": "## 步骤\n\n1. 打开",
    "en_title": "",
    "en_summary": "",
    "en_body": "",
}
ADDRESSES = ["/desk/help/", "/desk/help/new/", "/desk/help/{pk}/", "/desk/help/{pk}/revisions/"]
ACTS = [
    "/desk/help/preview/",
    "/desk/help/{pk}/restore/",
    "/desk/help/{pk}/move/",
    "/desk/help/new/",
    "/desk/help/{pk}/",
]


@pytest.fixture
def faye(client, cast):
    client.force_login(cast.faye)
    return client


@pytest.fixture
def made(cast):
    return article(cast, "made", zh=("甲", "第一版"), en=("A", "first"), subject="security")


@pytest.mark.parametrize("who", ["mei", "ada", "sun", "eva", "root", "ivo"])
def test_nobody_else_finds_the_desk(client, cast, made, who):
    client.force_login(getattr(cast, who))
    for address in ADDRESSES:
        assert client.get(address.format(pk=made.pk)).status_code == 404
    for address in ACTS:
        assert client.post(address.format(pk=made.pk), FORM).status_code == 404
    assert Revision.objects.count() == 2


def test_strangers_are_asked_to_sign_in(client, made):
    for address in ADDRESSES:
        assert client.get(address.format(pk=made.pk)).status_code == 302


def test_an_article_from_nothing_to_readers(faye, client):
    answer = faye.post("/desk/help/new/", FORM | {"do": "publish"})
    assert answer.status_code == 302
    made = Article.objects.get(slug="two-step")
    assert (made.state, made.translations.get().live) == ("published", 1)
    client.logout()
    assert '<h2 id="s1">步骤</h2>' in client.get("/help/security/two-step/").text


def test_every_page_of_the_desk_opens(faye, made):
    for address in ADDRESSES:
        assert faye.get(address.format(pk=made.pk)).status_code == 200
    assert faye.get(f"/desk/help/{made.pk}/revisions/?language=en&number=1").status_code == 200
    for query in ("state=draft", "gap=en", "q=甲", "state=x&gap=y&q=%00%FF"):
        assert faye.get(f"/desk/help/?{query}").status_code == 200


def test_saving_shows_nothing_to_readers_until_published(faye, made, cast):
    faye.post(f"/desk/help/{made.pk}/", FORM | {"version": made.version, "slug": "made", "zh_body": "第二版"})
    assert "第一版" in faye.get("/help/security/made/?language=zh-hans").text
    faye.post(f"/desk/help/{made.pk}/move/", {"do": "publish"})
    assert "第二版" in faye.get("/help/security/made/?language=zh-hans").text
    assert [e.action for e in Entry.objects.filter(subject="article:made").order_by("id")][-2:] == [
        "article.revised",
        "article.published",
    ]


def test_two_editors_lose_nothing(faye, made, cast):
    started = made.version
    publishing.revise(
        made, by=cast.faye, version=started, texts={"zh-hans": publishing.Text("甲", "", "别人的文字")}
    )
    answer = faye.post(
        f"/desk/help/{made.pk}/", FORM | {"version": started, "slug": "made", "zh_body": "我的文字"}
    )
    assert answer.status_code == 409
    assert "我的文字" in answer.text
    assert "别人的文字" in answer.text
    assert made.translations.get(language="zh-hans").latest == 2
    made.refresh_from_db()
    assert f'name="version" value="{made.version}"' in answer.text


@pytest.mark.parametrize("version", ["", "0", "abc", "99"])
def test_a_missing_or_forged_version_is_a_conflict_or_an_error(faye, made, version):
    answer = faye.post(
        f"/desk/help/{made.pk}/", FORM | {"version": version, "slug": "made", "zh_body": "neu"}
    )
    assert answer.status_code in {409, 422}
    assert made.translations.get(language="zh-hans").latest == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Zwei Schritte"},
        {"slug": ""},
        {"subject": "nonsense"},
        {"zh_title": "", "zh_body": "Text ohne Titel"},
        {"zh_title": "x" * 121},
        {"zh_body": "x" * 60_001},
        {"zh_body": "null\x00byte"},
        {"zh_title": "", "zh_body": ""},
        {"position": "-1"},
        {"review_by": "tomorrow"},
    ],
)
def test_wrong_input_keeps_what_was_typed(faye, db, wrong):
    answer = faye.post(
        "/desk/help/new/", FORM | {"en_title": "Typed title", "en_body": "Typed words"} | wrong
    )
    assert answer.status_code == (422 if wrong != {"zh_title": "", "zh_body": ""} else 302)
    if answer.status_code == 422:
        assert "Typed words" in answer.text
        assert not Article.objects.exists()


def test_an_address_belongs_to_one_article(faye, made, cast):
    answer = faye.post("/desk/help/new/", FORM | {"slug": "made"})
    assert answer.status_code == 422
    other = article(cast, "other", zh=("乙", "丙"))
    settings = {"subject": made.subject, "internal": False, "position": 1, "review_by": None}
    publishing.change_settings(made, by=cast.faye, slug="moved", **settings)
    with pytest.raises(AddressTaken):
        publishing.change_settings(other, by=cast.faye, slug="made", **settings)
    publishing.change_settings(made, by=cast.faye, slug="made", **settings)
    assert Article.objects.get(slug="made") == made


def test_preview_without_script_saves_nothing(faye, db):
    answer = faye.post("/desk/help/new/", FORM | {"do": "preview", "zh_body": "**fett** <script>x</script>"})
    assert answer.status_code == 200
    assert "<strong>fett</strong>" in answer.text
    assert "<script>x" not in answer.text
    assert not Article.objects.exists()


def test_live_preview_is_what_readers_will_see(faye, made):
    body = "## Kopf\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[x](javascript:alert(1)) <img src=x onerror=y>"
    answer = faye.post("/desk/help/preview/?language=en", {"en_body": body}, HTTP_HX_REQUEST="true")
    publishing.revise(
        made, by=made.author, version=made.version, texts={"en": publishing.Text("A", "", body)}
    )
    publishing.publish(made, by=made.author)
    assert made.translations.get(language="en").body_html in answer.text
    assert 'href="javascript' not in answer.text
    assert faye.post("/desk/help/preview/?language=fr", {}).status_code == 404


def test_an_old_revision_comes_back_as_the_newest(faye, made, cast):
    publishing.revise(
        made, by=cast.faye, version=made.version, texts={"en": publishing.Text("A", "", "second")}
    )
    made.refresh_from_db()
    sent = {"language": "en", "number": "1", "version": str(made.version)}
    assert faye.post(f"/desk/help/{made.pk}/restore/", sent).status_code == 302
    newest = made.translations.get(language="en").revisions.first()
    assert (newest.number, newest.body) == (3, "first")
    assert faye.post(f"/desk/help/{made.pk}/restore/", sent).status_code == 409
    for forged in ({"number": "99"}, {"language": "fr"}, {"number": "x"}, {"version": ""}, {}):
        made.refresh_from_db()
        sent = {"language": "en", "number": "1", "version": str(made.version)} | forged
        expected = {409, 400} if forged else {302}
        assert faye.post(f"/desk/help/{made.pk}/restore/", sent).status_code in expected


def test_the_difference_is_shown_line_by_line(faye, made, cast):
    publishing.revise(
        made, by=cast.faye, version=made.version, texts={"en": publishing.Text("A", "", "first\nsecond <b>")}
    )
    text = faye.get(f"/desk/help/{made.pk}/revisions/?language=en&number=2").text
    assert "<ins>second &lt;b&gt;</ins>" in text


def test_moves_follow_the_table(faye, made):
    address = f"/desk/help/{made.pk}/move/"
    assert faye.post(address, {"do": "archive"}).status_code == 302
    assert faye.post(address, {"do": "publish"}).status_code == 409
    assert faye.post(address, {"do": "bring_back"}).status_code == 302
    assert faye.post(address, {"do": "delete"}).status_code == 404
    made.refresh_from_db()
    assert made.state == "draft"


@pytest.mark.parametrize("act", ["UPDATE faq_revision SET body = 'x'", "DELETE FROM faq_revision"])
def test_the_database_keeps_revisions_as_they_are(made, act):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_the_desk_list_costs_the_same_for_many(faye, cast, made, django_assert_max_num_queries):
    for n in range(20):
        article(cast, f"more-{n}", zh=(f"文{n}", "字"))
    with django_assert_max_num_queries(8):
        faye.get("/desk/help/")
