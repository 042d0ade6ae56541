"""Does a message only say thank you? A guess that is shown to an agent and never ends a clock by itself."""

import re

LONGEST = 80  # characters; whoever writes more than this has something to say
_CHINESE = (
    r"非常|十分|太|真的?|多|很|万分|衷心|我|们|你|您|好|的|了|啦|哈|呢|呀|哦|噢|嗯|那|就|先|也|都|已经?|这么快|"
    r"谢+|感谢|感激|多谢|谢了|辛苦|麻烦|帮助|帮忙|支持|回复|答复|解答|处理|协助|耐心|收到|好的?|好滴|行|可以|明白|"
    r"知道|了解|清楚|没问题|没事|问题|解决|搞定|到账|大家|客服|老师|小姐姐|同学|祝|生活|工作|愉快|顺利|再见|拜拜|以及|和|对|"
    r"OK|ok"
)
_ENGLISH = (
    r"thanks?|thank|thx|tks|ty|cheers|you|u|so|very|much|many|a|lot|million|again|really|indeed|all|everyone|team|"
    r"ok|okay|okey|k|got|it|i|we|have|received|noted|understood|clear|great|perfect|excellent|awesome|nice|good|fine|"
    r"cool|super|wonderful|appreciate|appreciated|that|this|is|was|the|your|for|quick|fast|kind|help|helping|helpful|"
    r"support|reply|answer|response|explanation|assistance|time|patience|job|well|done|and|now|works?|working|solved|"
    r"resolved|fixed|sorted|arrived|yes|alright|right|dear|hi|hello|bye|regards|best|have|day|weekend|see|will|do|to|"
    r"my|me|m|s|ve|everything|am|happy|glad"
)
# One of these must be there: the rest only keeps it company.
_HEART = re.compile(
    r"谢|感激|收到|好的|好滴|明白了|知道了|了解了|没问题了|"
    r"\b(?:thanks?|thx|tks|ty|cheers|appreciated?|got it|ok(?:ay)?|noted|understood|received|perfect|"
    r"great)\b",
    re.I,
)
# Possessive: it never looks back, so no text can make it slow.
_COMPANY = re.compile(rf"(?:{_CHINESE}|\b(?:{_ENGLISH})\b|[\s\W_])++", re.I)
# A question, a figure, an address or a turn of the thought: then there is more to it.
_MORE = re.compile(
    r"[?？0-9０-９@]|https?:|www\.|但|可是|不过|还是|还没|没有|然而|怎么|为什么|什么时候|请问|吗|么$|不(?!客气)|"
    r"\b(?:but|however|still|yet|not|no|except|although|though|why|when|how|what|where|please|could|can|would)\b|n['’]t\b",
    re.I,
)
_FACES = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d]")


def looks_like_thanks(text: str) -> bool:
    """Whether the text is short, says thank you or that it was understood, and asks for nothing."""
    text = _FACES.sub(" ", text).strip()
    if not text or len(text) > LONGEST or _MORE.search(text) or not _HEART.search(text):
        return False
    return _COMPANY.fullmatch(text) is not None
