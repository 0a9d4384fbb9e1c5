"""The signs of page furniture (signs.toml): what a line is when its words alone tell."""

from __future__ import annotations

import functools
import importlib.resources
import re
import tomllib
from dataclasses import dataclass

# words; a longer line has prose run together with the sign, and is kept for its sake
_LONGEST_SIGN = {"footer": 90, "consent": 90, "notice": 45, "subscribe": 45}
_LONGEST_OTHER_SIGN = 25
_LONGEST_LINE = 1500  # characters
_ALIKE = str.maketrans({"ё": "е", "Ё": "Е", "’": "'", "ʼ": "'", "`": "'", "\u00a0": " "})
_TRAILING = r"[\s:.…!»>→↓▼|-]*"
_LEADING = re.compile(r"^[\s•·|▪■◆►▶→»>*#–—-]+")

_SPEECH = re.compile(r"[-–—]\s?\S.*[.!?…][»\"]?$")


@dataclass(frozen=True, slots=True)
class Sign:
    """What a line is; ``opens`` says what begins with it: "", "list", "sidebar" or "end"."""

    role: str
    opens: str


@functools.cache
def _patterns() -> tuple[tuple[Sign, re.Pattern[str]], ...]:
    file = importlib.resources.files("newsindex.documents") / "signs.toml"
    table = tomllib.loads(file.read_text("utf-8"))
    patterns = []
    for entry in table["sign"]:
        whole = [rf"(?:{pattern}){_TRAILING}\Z" for pattern in entry.get("whole", ())]
        starts = [rf"(?:{pattern})" for pattern in entry.get("start", ())]
        patterns.append(
            (
                Sign(entry["role"], entry.get("opens", "")),
                re.compile("|".join(whole + starts), re.IGNORECASE),
            )
        )
    return tuple(patterns)


@functools.lru_cache(1 << 14)
def sign_of(line: str) -> Sign | None:
    """The first sign of signs.toml that the line carries, or None for a line that carries none."""
    words = line.count(" ") + 1
    if words > max(_LONGEST_SIGN.values()) or len(line) > _LONGEST_LINE:
        return None
    plain = line.translate(_ALIKE).strip()
    if _SPEECH.match(plain):
        return None  # somebody says so
    bare = _LEADING.sub("", plain) or plain
    for sign, pattern in _patterns():
        if words <= _LONGEST_SIGN.get(sign.role, _LONGEST_OTHER_SIGN) and pattern.match(bare):
            return sign
    return None
