"""What the help centre finds, and what it must not."""

import pytest
from django.contrib.auth.models import AnonymousUser

from faq import search
from faq.models import SearchMiss
from faq.operations import publishing
from faq.reads import portal
from helpdesk.core.errors import Invalid
from helpdesk.search import index
from helpdesk.search.query import parse

from .library import article

NOBODY = AnonymousUser()


@pytest.fixture
def shelf(cast):
    article(
        cast,
        "withdrawal-late",
        zh=("提现多久到账", "提现申请通过后，链上网络确认需要时间。"),
        en=("When does a withdrawal arrive", "Once a withdrawal is approved, the network has to confirm it."),
    )
    article(
        cast,
        "deposit-missing",
        zh=("充值未到账怎么办", "请提供现金流水与交易哈希。提交后现有余额不受影响。"),
        en=("My deposit is missing", "Send us the transaction hash of your deposit."),
    )
    article(cast, "only-english", en=("Verifying your identity", "Verification takes one working day."))
    article(cast, "freeze", subject="compliance", zh=("账户冻结", "账户被冻结的原因与解冻步骤。"))


def slugs(asked, person=NOBODY, language="zh-hans", **more):
    return [hit.id for hit in search.find(person, parse(asked), language, 20, **more)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("提现", ["withdrawal-late"]),
        ("提現", ["withdrawal-late"]),
        ("充值", ["deposit-missing"]),
        ("冻结", ["freeze"]),
        ("冻", ["freeze"]),
        ("结", ["freeze"]),
        ("withdrawals", ["withdrawal-late"]),
        ("Withdrawing", ["withdrawal-late"]),
        ("verify", ["only-english"]),
        ("ｖｅｒｉｆｙ", ["only-english"]),
        ("transaction hash", ["deposit-missing"]),
        ("zebra", []),
        ("提币", []),
    ],
)
def test_words_find_their_articles(shelf, asked, found):
    assert slugs(asked) == found


def test_two_signs_are_found_only_where_they_stand(shelf):
    """「提」 and 「现」 stand apart in the other article (提供现金): it is no hit."""
    assert slugs("提现") == ["withdrawal-late"]
    assert slugs("供现") == ["deposit-missing"]


def test_a_word_still_being_typed_is_suggested(shelf):
    for typed in ("withdrawa", "withd", "network wi", "提", "提现"):
        hits = portal.suggestions(NOBODY, typed, "zh-hans")
        assert [hit.id for hit in hits][:1] == ["withdrawal-late"], typed


def test_both_languages_of_one_article_are_one_hit(shelf):
    [hit] = search.find(NOBODY, parse("hash"), "zh-hans", 20)
    assert (hit.id, hit.language) == ("deposit-missing", "en")
    assert hit.url.endswith("?language=en")
    [hit] = search.find(NOBODY, parse("hash"), "en", 20)
    assert "?" not in hit.url


def test_a_long_question_finds_the_closest_when_nothing_is_exact(shelf):
    assert slugs("我的提现一直没有到账怎么办")[0] in {"withdrawal-late", "deposit-missing"}
    assert not any(hit.exact for hit in search.find(NOBODY, parse("提现审核失败了"), "zh-hans", 5))


def test_a_mistyped_word_is_understood(shelf):
    answer = portal.answer(NOBODY, "verfication", "en")
    assert [hit.id for hit in answer.hits] == ["only-english"]
    assert answer.corrected == "verification"


def test_hits_are_marked_and_nothing_else_is_markup(cast):
    article(
        cast,
        "evil",
        zh=("<img src=x onerror=alert(1)>提现", "<script>alert(1)</script> 提现 [x](javascript:alert(1))"),
    )
    [hit] = search.find(NOBODY, parse("提现"), "zh-hans", 5)
    assert hit.title_html == "&lt;img src=x onerror=alert(1)&gt;<mark>提现</mark>"
    assert "<script" not in hit.snippet
    assert "<mark>提现</mark>" in hit.snippet


@pytest.mark.parametrize("who", ["nobody", "mei", "omar", "eva"])
def test_drafts_and_internal_articles_are_found_by_no_outsider(cast, who):
    person = NOBODY if who == "nobody" else getattr(cast, who)
    article(cast, "draft", zh=("秘密草稿", "canary草稿"), publish=False)
    article(cast, "inside", zh=("内部手册", "canary内部"), internal=True)
    gone = article(cast, "gone", zh=("已归档", "canary归档"))
    publishing.archive(gone, by=cast.faye)
    assert slugs("canary", person) == []
    assert slugs("内部", person) == []
    assert portal.suggestions(person, "canary", "zh-hans") == []
    assert index.search(["articles"], "canary", person, "zh-hans").hits == []


def test_staff_find_internal_articles_and_nobody_finds_drafts(cast):
    article(cast, "draft", zh=("秘密草稿", "canary草稿"), publish=False)
    article(cast, "inside", zh=("内部手册", "canary内部"), internal=True)
    assert slugs("canary", cast.ada) == ["inside"]
    assert slugs("canary", cast.faye) == ["inside"]


def test_an_unpublished_revision_is_not_found(cast):
    made = article(cast, "one", zh=("标题", "旧的文字"))
    publishing.revise(
        made,
        by=cast.faye,
        version=made.version,
        texts={"zh-hans": publishing.Text("标题", "", "canary新的文字")},
    )
    assert slugs("canary") == []
    assert slugs("旧的") == ["one"]
    publishing.publish(made, by=cast.faye)
    assert slugs("canary") == ["one"]
    assert slugs("旧的") == []


def test_internal_words_are_never_offered_as_corrections(cast):
    article(cast, "inside", en=("Manual", "zanzibarcanary"), internal=True)
    assert portal.answer(NOBODY, "zanzibarcanari", "en").corrected == ""


def test_pages_follow_each_other_without_gaps(cast):
    for n in range(7):
        article(cast, f"a{n}", zh=(f"提现说明{n}", "提现"))
    seen, cursor = [], ""
    while True:
        found = index.search(["articles"], "提现", NOBODY, "zh-hans", cursor, size=3)
        seen += [hit.id for hit in found.hits]
        if not (cursor := found.cursor):
            break
    assert sorted(seen) == [f"a{n}" for n in range(7)]


@pytest.mark.parametrize(
    ("kinds", "cursor"), [(["nonsense"], ""), ([], "-1"), ([], "x"), ([], "99999"), ([], "١")]
)
def test_forged_kinds_and_cursors_are_refused(db, kinds, cursor):
    with pytest.raises(Invalid):
        index.search(kinds, "提现", NOBODY, "zh-hans", cursor)


def test_a_question_without_answer_is_noted_once_a_day_per_wording(client, shelf):
    for asked in ("zebra crossing", "Zebra crossing", "提币"):
        client.get("/help/search/", {"q": asked})
    assert sorted(SearchMiss.objects.values_list("text", "count")) == [("zebra crossing", 2), ("提币", 1)]
