"""How a text or a line of it ends: calls to click, "Читати далі", "Подробнее →", "Read more".

They stand behind the last sentence as feeds and messengers cut it off, and are no part of what it
says: left there, they join the names before them.
"""

from __future__ import annotations

import re

# What every call has one of: few lines do, so most are done with here.
_SIGNS = (
    *("далі", "далее", "дальше", "повністю", "полностью", "одробнее", "етальніше", "окладніше"),
    *("йте так", "ead more", "reading", "ДАЛ", "ПОВНІСТЮ", "ПОЛНОСТЬЮ", "ПОДРОБНЕЕ", "ЛЬНІШЕ"),
    *("ДОКЛАДНІШЕ", "ЙТЕ ТАК", "EAD MORE"),
)
_LONGEST_CALL = 120  # characters from the end of a line, an address among them
_HERE = (
    r"(?: (?:на (?:нашем |нашому )?(?:сайте|сайті|канале|каналі)|по ссылке|за посиланням"
    r"|тут|здесь|в источнике|у джерелі))?"
)
# No closing quotation mark: what is quoted is said by somebody.
_END = r"[\s:.…!>→➡⬇👇👉↓▼|_*()\[\]\ufe0f-]*(?:https?://\S+|t\.me/\S+)?[\s)\]]*\Z"
_CALL = re.compile(
    r"(?:(?:^|(?<=[\s.!?…»”\")\]*_]))"
    # Two words with a capital are a call wherever they end a line.
    r"(?:Чита(?:ти|ть|йте|й) (?:далі|далее|дальше|повністю|полностью)"
    r"|ЧИТА(?:ТИ|ТЬ|ЙТЕ) (?:ДАЛІ|ДАЛЕЕ|ДАЛЬШЕ|ПОВНІСТЮ|ПОЛНОСТЬЮ)"
    r"|R(?:ead more|EAD MORE)|Continue reading)"
    # One word, and one that may begin a sentence, only where no sentence is under way.
    r"|(?:^|(?<=[.!?…»”\")\]*_>→➡⬇👇👉↓▼|]))[\s>→➡⬇👇👉↓▼|]*"
    r"(?:Читайте (?:также|також)|ЧИТАЙТЕ (?:ТАКЖЕ|ТАКОЖ)|Подробнее|Детальніше|Докладніше"
    r"|Чита(?:ть|ти|йте) (?:подробнее|детальніше|докладніше)|ПОДРОБНЕЕ|ДЕТАЛЬНІШЕ|ДОКЛАДНІШЕ))"
    rf"{_HERE}{_END}"
)


def without_calls(text: str) -> str:
    """``text`` without the calls to click that end its lines; a line that is nothing else goes."""
    lines = []
    for line in text.split("\n"):
        start = max(0, len(line) - _LONGEST_CALL)
        end = line[start:]
        match = _CALL.search(line, start) if any(sign in end for sign in _SIGNS) else None
        kept = line if match is None else line[: match.start()].rstrip()
        if kept or match is None:
            lines.append(kept)
    return "\n".join(lines)
