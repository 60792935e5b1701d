"""Make typed text comparable: one width, one kind of bracket, dot and space. Every check starts here."""

import re
import unicodedata
from dataclasses import dataclass

HAN = r"\u3007\u3400-\u9fff\U00020000-\U000323af"
LONGEST = 200  # nothing we check is longer; a pasted page is refused before any work is done on it

_BRACKETS = str.maketrans("[【〔〖{〈《「『]】〕〗}〉》」』", "(" * 9 + ")" * 9)
_DOTS = re.compile(r"[・•‧∙⋅●᛫]")  # NFKC keeps these apart from U+00B7
_DASHES = re.compile(r"[‐‑‒–—―−]")
_SPACE_TO_DROP = re.compile(f"(?<=[{HAN}·()]) | (?=[{HAN}·()])")


@dataclass(frozen=True)
class Checked:
    """A value that passed its check: the form to store, and what a person should still look at."""

    value: str
    warnings: tuple[str, ...] = ()


class Invalid(ValueError):
    """A value that cannot be right; the message says what is wrong, what it should be and what to do."""

    def __init__(self, message_zh: str) -> None:
        super().__init__(message_zh)
        self.message_zh = message_zh


def unify(text: str) -> str:
    """The text in NFKC with plain brackets, dots and dashes, without invisible characters.

    Spaces stay only between Latin words, one at a time: 「华为 技术」 becomes 「华为技术」.
    """
    visible = text if text.isprintable() else "".join(char for char in text if char.isspace() or not _invisible(char))
    plain = unicodedata.normalize("NFKC", visible).translate(_BRACKETS)
    plain = _DASHES.sub("-", _DOTS.sub("·", plain))
    return _SPACE_TO_DROP.sub("", " ".join(plain.split()))


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf")


def require(text: str, field: str, what: str) -> None:
    """Refuse an empty or absurdly long text before any work is done; `what` says what is expected."""
    if len(text) > LONGEST:
        raise Invalid(f"{field}过长（{len(text):,} 个字符）；应为{what}。请只填写{field}本身。")
    if not text.strip():
        raise Invalid(f"{field}未填写；应为{what}。请填写后再提交。")


def compact(text: str, field: str, what: str) -> str:
    """A code as it is stored: upper case, no spaces, no hyphens, half width."""
    require(text, field, what)
    code = re.sub(r"[\s\-_]", "", unify(text)).upper()
    if not code:
        raise Invalid(f"{field}只有空格或连字符；应为{what}。请填写后再提交。")
    return code


def require_length(code: str, length: int, field: str, source: str) -> None:
    """Refuse a code that is too short or too long; `source` is the paper to look at."""
    if len(code) != length:
        advice = "补全缺少的位" if len(code) < length else "删去多余的位"
        raise Invalid(f"{field}应为 {length} 位，现填 {len(code)} 位；请对照{source}{advice}。")


def require_digits(code: str, field: str, source: str) -> None:
    """Refuse a code with anything but the ten digits, naming the first place that is wrong."""
    for place, char in enumerate(code, start=1):
        if char not in "0123456789":
            likely = f"可能是数字 {LOOKALIKES[char]}" if char in LOOKALIKES else "只能是数字 0–9"
            raise Invalid(f"{field}第 {place} 位是“{char}”，{likely}；请对照{source}更正。")


LOOKALIKES = {"I": "1", "L": "1", "O": "0", "Q": "0", "D": "0", "S": "5", "Z": "2", "B": "8"}
