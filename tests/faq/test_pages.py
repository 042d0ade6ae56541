"""The help centre at its addresses: what readers see, what strangers do not, what caches may keep."""

import pytest

from faq.models import Vote
from faq.operations import publishing

from .library import article

ZH = {"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9"}
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def late(cast):
    body = "链上网络确认需要时间。\n\n## 一\n\n甲\n\n## 二\n\n乙\n\n## 三\n\n丙"
    return article(
        cast,
        "withdrawal-late",
        zh=("提现多久到账", body),
        en=("When does it arrive", "The network confirms."),
    )


def page(client, made, **more):
    return client.get(made.get_absolute_url(), **more)


def test_the_reader_s_language_is_shown(client, late):
    assert "提现多久到账" in page(client, late, **ZH).text
    assert "When does it arrive" in page(client, late, **EN).text
    assert "提现多久到账" in client.get(f"{late.get_absolute_url()}?language=zh-hans", **EN).text


def test_a_missing_language_is_said_and_marked(client, cast):
    made = article(cast, "only-english", en=("Only English", "Words."))
    text = page(client, made, **ZH).text
    assert '<h1 id="title" lang="en">Only English</h1>' in text
    assert '<div class="prose" lang="en">' in text
    assert "languages" in text


def test_contents_link_to_the_headings(client, late):
    text = page(client, late, **ZH).text
    assert '<a href="#s2">二</a>' in text
    assert '<h2 id="s2">二</h2>' in text


def test_languages_are_told_to_machines(client, late):
    text = page(client, late, **EN).text
    assert 'hreflang="zh-hans"' in text
    assert 'hreflang="en"' in text
    assert 'property="og:title" content="When does it arrive"' in text


@pytest.mark.parametrize("who", ["nobody", "mei", "ada", "root"])
def test_drafts_and_archived_articles_do_not_exist(client, cast, who):
    if who != "nobody":
        client.force_login(getattr(cast, who))
    draft = article(cast, "draft", zh=("canary草稿", "x"), publish=False)
    gone = publishing.archive(article(cast, "gone", zh=("canary归档", "x")), by=cast.faye)
    back = publishing.unpublish(article(cast, "back", zh=("canary撤回", "x")), by=cast.faye)
    for made in (draft, gone, back):
        address = made.get_absolute_url()
        assert client.get(address).status_code == 404
        assert client.get(f"{address}vote/").status_code == 404
        assert client.post(f"{address}vote/", {"helpful": "yes", "language": "en"}).status_code == 404
    for address in (
        "/",
        "/help/",
        "/help/deposits-withdrawals/",
        "/help/search/?q=canary",
        "/help/suggest/?q=canary",
    ):
        assert "canary草" not in client.get(address).text
        assert "canary归" not in client.get(address).text
        assert "canary撤" not in client.get(address).text


@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 404), ("mei", 404), ("eva", 404), ("ada", 200), ("faye", 200)]
)
def test_internal_articles_are_for_staff(client, cast, who, status):
    if who != "nobody":
        client.force_login(getattr(cast, who))
    made = article(cast, "inside", en=("canary inside", "Words."), internal=True)
    assert page(client, made).status_code == status
    listed = client.get("/help/deposits-withdrawals/").text + client.get("/help/suggest/?q=inside").text
    assert ("canary" in listed) == (status == 200)


def test_a_former_address_leads_to_the_present_one(client, late, cast):
    former = late.get_absolute_url()
    publishing.change_settings(
        late, by=cast.faye, subject=late.subject, slug="new-name", internal=False, position=1, review_by=None
    )
    answer = client.get(former)
    assert (answer.status_code, answer.url) == (301, "/help/deposits-withdrawals/new-name/")
    assert client.get("/help/security/new-name/").url == "/help/deposits-withdrawals/new-name/"


def test_a_former_address_of_a_draft_tells_nothing(client, cast):
    made = article(cast, "old-name", zh=("甲", "乙"), publish=False)
    publishing.change_settings(
        made, by=cast.faye, subject=made.subject, slug="new-name", internal=False, position=1, review_by=None
    )
    assert client.get("/help/deposits-withdrawals/old-name/").status_code == 404


def test_markup_of_editors_stays_harmless(client, cast):
    bad = "<script>alert(1)</script> <b onclick=x>q</b> [go](javascript:alert(1)) ![p](data:text/html,x)"
    made = article(cast, "bad", en=('"><script>alert(2)</script>', bad))
    for address in (
        made.get_absolute_url(),
        "/help/",
        "/help/deposits-withdrawals/",
        "/help/search/?q=script",
    ):
        text = client.get(address, **EN).text
        assert "<script>alert" not in text
        assert "onclick=x>" not in text.replace("&lt;b onclick=x&gt;", "")
        assert 'href="javascript' not in text


@pytest.mark.parametrize("asked", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "提现</title>"])
def test_what_was_asked_is_shown_as_text(client, db, asked):
    text = client.get("/help/search/", {"q": asked}).text
    assert asked not in text


@pytest.mark.parametrize(
    "asked", ["", " ", "\x00", "a" * 50_000, "提" * 5_000, "' OR 1=1 --", "%%%", "\\", "🙂" * 300]
)
def test_strange_questions_are_answered(client, db, asked):
    assert client.get("/help/search/", {"q": asked}).status_code == 200
    assert client.get("/help/suggest/", {"q": asked, "category": asked[:500]}).status_code == 200


@pytest.mark.parametrize("extra", [{"from": "-1"}, {"from": "x"}, {"from": "99999"}, {"subject": "nonsense"}])
def test_strange_pages_of_results_are_answered(client, late, extra):
    assert client.get("/help/search/", {"q": "提现", **extra}).status_code == 200


def test_unknown_addresses_are_404(client, late, db):
    for address in (
        "/help/nonsense/",
        "/help/deposits-withdrawals/nonsense/",
        "/policies/nonsense/",
        "/policies/x/9/",
    ):
        assert client.get(address).status_code == 404


def test_anonymous_pages_may_be_kept_and_open_no_session(client, late):
    for address in ("/", "/help/", "/help/deposits-withdrawals/", late.get_absolute_url(), "/policies/"):
        answer = client.get(address)
        assert "public" in answer["Cache-Control"], address
        assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))
        assert not answer.cookies


def test_pages_of_known_people_are_never_kept(client, late, cast):
    client.force_login(cast.mei)
    for address in ("/", "/help/", late.get_absolute_url()):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_what_one_searches_is_not_kept(client, late):
    assert "no-store" in client.get("/help/search/?q=提现")["Cache-Control"]


def test_one_vote_per_person(client, cast, late):
    client.force_login(cast.mei)
    address = f"{late.get_absolute_url()}vote/"
    assert client.post(address, {"helpful": "yes", "language": "zh-hans"}).status_code == 302
    assert (
        client.post(address, {"helpful": "no", "language": "zh-hans", "reason": "unclear"}).status_code == 302
    )
    late.refresh_from_db()
    assert (late.helpful, late.unhelpful, Vote.objects.count()) == (0, 1, 1)
    client.force_login(cast.omar)
    client.post(address, {"helpful": "yes", "language": "en"})
    late.refresh_from_db()
    assert (late.helpful, late.unhelpful) == (1, 1)


def test_one_vote_per_browser(client, late):
    address = f"{late.get_absolute_url()}vote/"
    for _ in range(3):
        client.post(address, {"helpful": "yes", "language": "en"})
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"helpful": "maybe", "language": "en"},
        {"helpful": "yes", "language": "fr"},
        {"helpful": "no", "language": "en", "reason": "forged"},
        {"helpful": "no", "language": "en", "comment": "x" * 501},
        {"helpful": "no", "language": "en", "comment": "\x00"},
    ],
)
def test_forged_votes_are_refused(client, late, sent):
    assert client.post(f"{late.get_absolute_url()}vote/", sent).status_code == 422
    assert not Vote.objects.exists()


def test_a_vote_needs_the_visitor_s_token(late):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    address = f"{late.get_absolute_url()}vote/"
    assert strict.post(address, {"helpful": "yes", "language": "en"}).status_code == 403


@pytest.mark.parametrize("who", ["nobody", "mei"])
def test_the_search_costs_four_queries(client, cast, late, who, django_assert_max_num_queries):
    if who != "nobody":
        client.force_login(getattr(cast, who))
    for n in range(12):
        article(cast, f"more-{n}", zh=(f"提现说明{n}", "提现"), en=(f"Withdrawal {n}", "withdrawal"))
    with django_assert_max_num_queries(4 if who == "nobody" else 5):
        assert client.get("/help/search/?q=提现").status_code == 200
    with django_assert_max_num_queries(4 if who == "nobody" else 6):
        assert client.get("/help/search/?q=zebracrossing").status_code == 200


def test_lists_cost_the_same_for_one_and_for_many(client, cast, late, django_assert_max_num_queries):
    for n in range(12):
        article(cast, f"more-{n}", zh=(f"提现说明{n}", "提现"))
    for address, most in (("/help/", 4), ("/help/deposits-withdrawals/", 4), (late.get_absolute_url(), 5)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_first_page_says_what_is_promised_now(client, db):
    text = client.get("/", **EN).text
    assert "first answer within" in text
    assert 'href="/tickets/new/"' in text
    assert 'href="/procedure/"' in text
    assert 'href="/policies/"' in text


def test_the_ticket_form_s_own_field_is_understood(client, late):
    answer = client.get("/help/suggest/", {"subject": "提现", "category": "WDR-DELAY"}, **ZH)
    assert 'target="_blank"' in answer.text
    assert "withdrawal-late" in answer.text
