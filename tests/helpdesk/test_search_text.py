"""How texts are cut for the index and marked for the eye."""

import pytest

from helpdesk.search import query, text


@pytest.mark.parametrize(
    ("given", "cut"),
    [
        ("提现失败", "提现 现失 失败 提 现 失 败"),
        ("提現", "提现 提 现"),
        ("币", "币"),
        ("USDT提现到TRC20网络", "usdt 提现 现到 trc20 网络 提 现 到 网 络"),
        ("ＡＰＩ　Ｋｅｙ", "api key"),
        ("T+1, two-factor", "t 1 two factor"),
        ("", ""),
        ("'; DROP TABLE x; --", "drop table x"),
    ],
)
def test_grams(given, cut):
    assert text.grams(given) == cut


@pytest.mark.parametrize(
    ("given", "terms", "marked"),
    [
        ("为什么提现失败", ["提现"], "为什么<mark>提现</mark>失败"),
        ("Withdrawals are slow", ["withdrawal"], "<mark>Withdrawals</mark> are slow"),
        ("verify your identity", ["verification"], "<mark>verify</mark> your identity"),
        ("a <b>提现</b> & more", ["提现"], "a &lt;b&gt;<mark>提现</mark>&lt;/b&gt; &amp; more"),
        ("<script>hi</script>", ["script"], "&lt;<mark>script</mark>&gt;hi&lt;/<mark>script</mark>&gt;"),
        ("ＡＰＩ密钥", ["api"], "<mark>ＡＰＩ</mark>密钥"),
        ("提現到帳", ["提现"], "<mark>提現</mark>到帳"),
        ("nothing here", ["absent"], "nothing here"),
        ("ABC", [], "ABC"),
        ("提现失败", ["提现", "失败"], "<mark>提现失败</mark>"),
        ("现失败", ["提现失败"], "现失败"),
    ],
)  # fmt: skip
def test_highlight(given, terms, marked):
    assert text.highlight(given, terms) == marked


def test_a_snippet_opens_near_the_first_hit():
    long = "word " * 100 + "提现在这里" + " word" * 100
    found = text.snippet(long, ["提现"], length=80)
    assert "<mark>提现</mark>" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) < 120


def test_a_question_is_cut_to_what_counts():
    asked = query.parse("w" * 5000)
    assert len(asked.asked) == query.LONGEST
    many = query.parse(" ".join(f"word{n}" for n in range(100)))
    assert len(many.terms) <= query.MOST_TERMS
    assert len(query.parse("提" * 200).parts) <= 2 * query.MOST_TERMS


@pytest.mark.parametrize("asked", ["", "   ", "!!!", "' | ' & (", "\x00\x01", "<>"])
def test_a_question_without_words_is_empty(asked):
    assert not query.parse(asked)


@pytest.mark.parametrize("language_sign", ["'", "\\", ":*", "!", "(", "&", "|", "<->"])
def test_a_question_never_speaks_the_database_s_language(language_sign):
    for part in query.parse(f"a{language_sign}bc 提{language_sign}现").parts:
        assert set(part) - set("'():*| ") <= set("abc提现")
