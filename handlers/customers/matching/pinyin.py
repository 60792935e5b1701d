"""Pinyin of names, without tones, aware that a character may have several readings (长: chang, zhang)."""

from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

MOST_READINGS = 2  # the third and later are archaic and make strangers sound alike (方: fang, pang, wang)
MOST_INITIALS = 8  # readings multiply; a name with more is still found by its first eight


@lru_cache(maxsize=8192)
def readings(char: str) -> tuple[str, ...]:
    """The two usual readings of one character; a Latin letter or digit reads as itself."""
    return tuple(dict.fromkeys(pinyin(char, style=Style.NORMAL, heteronym=True)[0]))[:MOST_READINGS]


def full_pinyin(text: str) -> str:
    """The likeliest reading of the whole text, lower case: 重庆长安 is `chongqingchangan`."""
    return "".join(lazy_pinyin(text, style=Style.NORMAL)).lower()


def initials(text: str) -> tuple[str, ...]:
    """The first letters in every likely combination of readings, at most eight: 长安 is `ca`, `za`."""
    letters = [tuple(dict.fromkeys(reading[:1].lower() for reading in readings(char))) for char in text]
    return tuple("".join(choice) for choice in islice(product(*letters), MOST_INITIALS))


def sounds_alike(left: str, right: str) -> bool:
    """Whether the texts can be read aloud the same, character by character."""
    return len(left) == len(right) and all(
        a == b or not set(readings(a)).isdisjoint(readings(b)) for a, b in zip(left, right, strict=True)
    )
