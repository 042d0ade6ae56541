"""Articles and search for programs: what one may read, in pages, in one's language."""

import pytest

from tests.faq.library import article
from tests.support.api import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(cast):
    texts = {"zh": ("提现多久到账", "链上确认需要时间。"), "en": ("When does a withdrawal arrive", "Wait.")}
    article(cast, "withdrawal-late", **texts)
    article(cast, "only-english", en=("Verifying your identity", "Verification takes one day."))
    article(cast, "for-staff", en=("CANARY withdrawal rules", "Internal."), internal=True)
    article(cast, "draft", en=("CANARY draft withdrawal", "Not yet."), publish=False)


@pytest.fixture
def mei(cast):
    return Caller(cast.mei)


def test_published_articles_in_the_language_asked_for(mei, shelf):
    page = mei.get("/api/v1/articles/?language=zh-hans").json()
    assert {row["slug"]: row["title"] for row in page["results"]} == {
        "withdrawal-late": "提现多久到账",
        "only-english": "Verifying your identity",
    }
    assert set(page["results"][0]) >= {"slug", "subject", "title", "summary", "language", "languages", "url"}


def test_a_whole_article(mei, shelf):
    found = mei.get("/api/v1/articles/withdrawal-late/").json()
    assert {text["language"]: text["title"] for text in found["texts"]} == {
        "en": "When does a withdrawal arrive",
        "zh-hans": "提现多久到账",
    }
    assert found["texts"][0]["body"]


@pytest.mark.parametrize("who", ["mei", "faye"])
@pytest.mark.parametrize("slug", ["draft", "nothing", "x" * 300, "%00"])
def test_what_is_not_published_is_not_there(cast, shelf, who, slug):
    assert Caller(getattr(cast, who)).get(f"/api/v1/articles/{slug}/").status_code == 404


def test_internal_articles_are_for_staff(cast, mei, shelf):
    assert mei.get("/api/v1/articles/for-staff/").status_code == 404
    assert Caller(cast.ada).get("/api/v1/articles/for-staff/").status_code == 200
    assert b"CANARY" not in mei.get("/api/v1/articles/").content
    assert b"CANARY" not in mei.get("/api/v1/search/?q=withdrawal").content


def test_search_finds_chinese_words_of_two_signs(mei, shelf):
    page = mei.get("/api/v1/search/?q=提现&in=articles&language=zh-hans").json()
    assert set(page) == {"next", "previous", "results"}
    hit = page["results"][0]
    assert set(hit) == {"kind", "id", "title", "url", "snippet", "language", "score"}
    assert (hit["kind"], hit["id"], hit["language"]) == ("articles", "withdrawal-late", "zh-hans")
    assert hit["url"].startswith("http")


def test_search_pages_meet(mei, cast):
    for number in range(5):
        article(cast, f"a{number}", en=(f"Withdrawal {number}", "A withdrawal."))
    seen, address = [], "/api/v1/search/?q=withdrawal&in=articles&limit=2"
    while address:
        page = mei.get(address).json()
        seen += [hit["id"] for hit in page["results"]]
        last, address = page, page["next"] and "/api" + page["next"].partition("/api")[2]
    assert sorted(seen) == [f"a{number}" for number in range(5)]
    assert last["previous"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=" + "x" * 201, "q"),
        ("q=a&in=nothing", "in"),
        ("q=a&language=xx", "language"),
    ],
)
def test_wrong_questions_are_named(mei, query, field):
    answer = mei.get(f"/api/v1/search/?{query}")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.parametrize(
    "q", ["'", "a & b | !c", "提", "<script>", "\\", ":*", "%25", "((((", "🙂", "a'b''c:D"]
)
def test_no_question_breaks_the_search(mei, shelf, q):
    assert mei.get(f"/api/v1/search/?q={q}").status_code in {200, 400}
