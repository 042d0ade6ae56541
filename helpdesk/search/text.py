"""Text made searchable: the same folding on the side of the index and of the question.

PostgreSQL splits no Chinese, so a run of Chinese signs becomes overlapping pairs:
提现失败 → 提现 现失 失败. A word of two signs is then found exactly, and only where it stands.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_RUN = re.compile(rf"[{HAN}]+")
# Traditional signs of this trade, so that 提現 and 帳戶 find what is written 提现 and 账户.
_SIMPLE = str.maketrans(
    "現帳賬戶幣種認證實資產價單買賣開關線圖點擊發劃轉雙驗碼號機簡動獎勵額傭費損盈虧險騙釣魚審覈處理爭議調"
    "協議條規則記錄聯繫繳稅務設備錢銀行級風槓桿強韌爆倉標數據結算選擇權時間問題無法進門檔網頁電話郵聲請退還遲",
    "现账账户币种认证实资产价单买卖开关线图点击发划转双验码号机简动奖励额佣费损盈亏险骗钓鱼审核处理争议调"
    "协议条规则记录联系缴税务设备钱银行级风杠杆强韧爆仓标数据结算选择权时间问题无法进门档网页电话邮声请退还迟",
)
_ENDINGS = (
    "ications", "ication", "ations", "ation", "ements", "ement", "ments", "ment", "ings", "ing", "ness",
    "ities", "ity", "ied", "ies",
    "als", "al", "ers", "er", "ed", "es", "ly", "s", "y", "e",
)  # fmt: skip


def fold(text: str) -> str:
    """One spelling for what people see as the same: width, case, traditional signs."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLE)


def pieces(text: str) -> Iterator[str]:
    """The words and the Chinese runs of a text, folded, in order, punctuation left out."""
    return (found.group() for found in _PIECE.finditer(fold(text)))


def is_han(piece: str) -> bool:
    return bool(_RUN.match(piece))


def pairs(run: str) -> list[str]:
    """Overlapping pairs of a Chinese run; a single sign stays alone."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def grams(text: str) -> str:
    """A text as it goes into the index: words as they are, Chinese as pairs.

    Every Chinese sign is also added once alone, for questions of one sign: finding them as prefixes of pairs
    would walk the whole table.
    """
    out: list[str] = []
    signs: dict[str, None] = {}
    for piece in pieces(text):
        if is_han(piece):
            out += pairs(piece) if len(piece) > 1 else []
            signs |= dict.fromkeys(piece)
        else:
            out.append(piece)
    return " ".join([*out, *signs])


def stem(word: str) -> str:
    """Roughly what the English dictionary leaves of a word; only for marking hits, never for finding them."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def readable(html: str) -> str:
    """The words of rendered HTML on one line, for snippets."""
    spaced = re.sub(r"</(?:p|li|h\d|td|th|pre|blockquote)>|<br\s*/?>", " ", html)
    return " ".join(unescape(strip_tags(spaced)).split())


class _Signs(dict[int, str]):
    """What each sign folds to, where that is one sign; worked out when a sign is met for the first time."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        folded = fold(sign)
        kept = folded if len(folded) == 1 else sign
        # More than any text of ours holds; what comes in from outside may not fill the memory.
        if len(self) < 20_000:
            self[code] = kept
        return kept


_signs = _Signs()


def _same_length(text: str) -> str:
    """Folded sign by sign, so that positions in it are positions in the text."""
    return text.translate(_signs)


def pattern(terms: Iterable[str]) -> re.Pattern[str] | None:
    """Where the words and runs of a question stand in a folded text."""
    parts = [
        re.escape(term) if is_han(term) else rf"(?<![^\W_]){re.escape(stem(term))}[^\W_{HAN}]*"
        for term in sorted(set(terms), key=len, reverse=True)
    ]
    return re.compile("|".join(parts)) if parts else None


def highlight(text: str, terms: Iterable[str]) -> SafeString:
    """The text, escaped, with `<mark>` around every hit."""
    where = pattern(terms)
    if where is None:
        return format_html("{}", text)
    spans: list[tuple[int, int]] = []
    for found in where.finditer(_same_length(text)):
        start, end = found.span()
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    marked: list[tuple[str, str]] = []
    last = 0
    for start, end in spans:
        marked.append((text[last:start], text[start:end]))
        last = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", marked), text[last:])


def snippet(text: str, terms: Iterable[str], *, length: int = 160) -> SafeString:
    """A window of the text around its first hit, marked."""
    terms = list(terms)
    where = pattern(terms)
    found = where.search(_same_length(text)) if where else None
    start = max(0, found.start() - length // 3) if found else 0
    if start:
        # Begin at a word, not inside one; Chinese has no spaces, so look only a little way back.
        space = text.rfind(" ", max(0, start - 15), start)
        start = space + 1 if space > 0 else start
    end = start + length
    if end < len(text) and (space := text.rfind(" ", end - 15, end)) > start:
        end = space
    window = text[start:end].strip()
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, highlight(window, terms), after)
