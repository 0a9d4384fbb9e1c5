"""Posts of messengers: Markdown without its marks, and without what a channel puts under each post.

A link keeps its text, a hashtag its word. Lines at the end that only call to subscribe, name the
channel or list hashtags say nothing of the news, and the names in them would be found in every post
of the channel. What is cleaned once stays as it is.
"""

from __future__ import annotations

import re

# Quantifiers that could share a text between them in many ways are possessive: the time is linear.

# One of these is in every text that has something to clean.
_SIGNS = (
    *("#", "@", "](", "**", "__", "~~", "://", "t.me/", "одписаться", "одписыва", "одписка"),
    *("ідписатися", "ідписуй", "ідписка", "рислать новость", "редложить новость"),
    *("адіслати новину", "апропонувати новину"),
)
_PICTURE = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")
_EMOJI = r"[\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\U0001f000-\U0001faff\ufe0f\u200b-\u200f\u20e3]"
_ANY_EMOJI = re.compile(_EMOJI)
_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\]){0,300})\]"
    r"\((?:https?://|tg://|mailto:|www\.|t\.me/)[^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)"
)
# Marks of bold, struck-out and italic words; not those of code: 2**3, __init__, a__b.
_MARK = re.compile(
    r"(?<!\*)(?:\*\*|\*{4})(?!\*)(?:(?<![A-Za-z0-9)*]\*\*)|(?![A-Za-z0-9(]))|(?<!~)~~(?!~)"
    r"|(?<![A-Za-z0-9_])(__[a-z]+__)(?![A-Za-z0-9_])"
    r"|(?<![A-Za-z0-9_])(?:__|____(?=\S))(?!_)|(?<!_)(?:__|(?<=\S)____)(?![A-Za-z0-9_])"
)
_TAG = re.compile(r"(?<![\w&#/])#(?=[^\W\d_])")
_GLUED = re.compile(r"(?<=\w)(?=[\u2600-\u27bf\U0001f000-\U0001faff])")
_WALL = re.compile(rf"(?<![ \t])[ \t]*+(?:{_EMOJI}[ \t]*+){{4,}}+")
_ADDRESS = r"(?:https?://\S++|(?:www\.|t\.me/)\S++|@[A-Za-z]\w{3,}+)"
# A line of nothing but addresses, hashtags, signs and emoji.
_NOTHING = re.compile(rf"(?:{_ADDRESS}|#\w++|{_EMOJI}|[\W_])*+")
_SUBSCRIBE = re.compile(
    r"\b(?:подпис(?:аться|ывай(?:ся|тесь)|ка)|підпис(?:атися|уй(?:ся|теся|тесь)|ка)"
    r"|(?:прислать|предложить) новость|надіслати новину|запропонувати новину"
    r"|наш (?:телеграм|telegram)[- ]канал)\b",
    re.IGNORECASE,
)
_PASSES = 8  # what a pass bares the next one cleans, but for links within links without end
_MOST_WORDS = 9  # of a line that calls to subscribe
_LAST_MENTION = re.compile(r"(?<=[.!?…»\")])\s+(?:@[A-Za-z]\w{3,}\s*)+\Z")


def without_marks(text: str) -> str:
    """``text``, a post or any other, without the marks of Markdown, walls of emoji, and the lines
    at its beginning and end that only call to subscribe or list addresses and hashtags."""
    for _ in range(_PASSES):
        if not (any(sign in text for sign in _SIGNS) or _PICTURE.search(text)):
            break
        cleaned = _cleaned(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _cleaned(text: str) -> str:
    lines = text.split("\n")
    # Links tell calls, so lines go before the links in them.
    while lines and _says_nothing(lines[-1]):
        lines.pop()
    while lines and _says_nothing(lines[0]):
        lines.pop(0)
    kept = "\n".join(lines) or text
    # Most texts have one of these signs at most, and to look for one is faster than to replace.
    if "](" in kept:
        kept = _LINK.sub(r"\1", kept)
    if any(mark in kept for mark in ("**", "__", "~~")):
        kept = _MARK.sub(lambda match: match[1] or "", kept)
    if "#" in kept:
        kept = _TAG.sub("", kept)
    if _ANY_EMOJI.search(kept):
        kept = _GLUED.sub(" ", _WALL.sub(" ", kept))
    return (_LAST_MENTION.sub("", kept) if "@" in kept else kept).strip()


def _without_one_word(link: re.Match[str]) -> str:
    """The text of a link, if it is more than a word to click on (Читать, Зеркало, Ссылка)."""
    return link[1] if len(re.findall(r"[^\W_]+", link[1])) > 1 else ""


def _says_nothing(line: str) -> bool:
    """Whether a line is empty, or only calls to subscribe or to click, names addresses or lists
    hashtags."""
    if _NOTHING.fullmatch(line) or _NOTHING.fullmatch(_LINK.sub(_without_one_word, line)):
        return True
    words = re.findall(r"[^\W_]+", _LINK.sub(r"\1", line))
    call = _SUBSCRIBE.search(line) if len(words) <= _MOST_WORDS else None
    if call is None:
        return False
    linked = re.search(rf"\]\(|{_ADDRESS}|{_EMOJI}", line) is not None
    return linked or not re.search(r"\w", line[: call.start()])
