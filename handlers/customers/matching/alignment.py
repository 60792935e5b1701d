"""Two names laid side by side, so that each helps to read the other where the vocabulary knows a word of neither.

昆山宇阳模具 beside 宇阳模具 shows that 昆山 is a place; beside 昆山宇阳, that 模具 is a trade. Nothing here scores.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from handlers.customers.matching.naming import ParsedName, fold
from handlers.customers.matching.pinyin import sounds_alike

LEAST_BODY = 4  # 字号 and trade together: what is shorter names neither firm nor trade for certain
LEAST_SLIPPED = 5  # in a shorter name one character is too much of it
LONGEST_PLACE = 8
# A 字号 begins with these to be told from an elder one: 新宇阳 is not 宇阳 mistyped.
_TELLING_APART = frozenset("新大小老中华")
_PLACE_SUFFIX = ("省", "市", "区", "县", "州")

Slip = Literal["读音相同", "少一字"]


class Parts(NamedTuple):
    """A name as it reads beside the other one."""

    region: str
    brand: str
    words: tuple[str, ...]
    form: str

    @property
    def trade(self) -> str:
        return "".join(self.words)


class _Side(NamedTuple):
    parts: Parts
    typed: str  # the body
    body: str  # the same to be compared, with numerals as digits

    def placed(self, region: str, length: int) -> _Side:
        """With the first characters of the body read as the region."""
        brand, place, rest = self.parts.brand, self.typed[:length], self.typed[length:]
        cut = brand[length:] if len(brand) >= length + 2 and brand.startswith(place) else rest
        words = self.parts.words if cut != rest else ()
        return _Side(self.parts._replace(region=region, brand=cut, words=words), rest, self.body[length:])

    @property
    def named_within(self) -> bool:
        """Whether 字号 is a part of the body; of 上海汽车集团 it is not."""
        return bool(self.parts.brand) and self.body.startswith(fold(self.parts.brand))

    def split(self, brand: str, words: tuple[str, ...]) -> _Side:
        return self._replace(parts=self.parts._replace(brand=brand, words=words))


def aligned(a: ParsedName, b: ParsedName) -> tuple[Parts, Parts]:
    """Both names in parts; what one leaves unclear is read as the other shows it. Order does not matter."""
    left, right = _side(a), _side(b)
    left, right = _place(left, right), _place(right, left)
    if a.normal == b.normal and not a.brand:  # nothing but a legal form is at least itself
        return left.split(a.normal, ()).parts, right.split(a.normal, ()).parts
    if left.body == right.body and left.named_within and right.named_within:
        one = min(left.parts, right.parts, key=lambda parts: (len(parts.brand), parts))
        return left.split(one.brand, one.words).parts, right.split(one.brand, one.words).parts
    if fold(left.parts.brand) != fold(right.parts.brand):
        return _extend(left, right).parts, _extend(right, left).parts
    return left.parts, right.parts


def slip(a: ParsedName, b: ParsedName) -> Slip | None:
    """Whether the names before the legal form differ by one slip: of the ear, or a character left out.

    Looked for in the whole name, because which part the slip is in may be what the parser cannot tell.
    """
    if a.body == b.body or a.core == b.core or (a.region and b.region and a.region != b.region):
        return None
    if len(a.core) == len(b.core) and sounds_alike(a.core, b.core):
        return "读音相同"
    return "少一字" if _one_left_out(a, b, a.core, b.core) or _one_left_out(a, b, a.typed, b.typed) else None


def _side(name: ParsedName) -> _Side:
    return _Side(Parts(name.region, name.brand, name.words, name.form), name.body, fold(name.body))


def _place(side: _Side, other: _Side) -> _Side:
    """The side with its region found by the other: the place named there, or what precedes the other's body."""
    if side.parts.region:
        return side
    text = side.body
    known = other.parts.region
    for size in range(LONGEST_PLACE, 1, -1):
        if known and known.endswith(side.typed[:size]) and len(text) >= size + 2:
            return side.placed(known, size + text[size:].startswith(_PLACE_SUFFIX))
    extra = text.find(other.body)
    whole = text.endswith(other.body) or (side.parts.form and not other.parts.form)  # short for it: cut at both ends
    if 2 <= extra <= LONGEST_PLACE and len(other.body) >= LEAST_BODY and whole:
        return side.placed(side.typed[:extra], extra)
    return side


def _extend(side: _Side, other: _Side) -> _Side:
    """The side with 字号 and trade split where the shorter body ends, when one body begins with the other."""
    shorter, longer = sorted((side, other), key=lambda one: (len(one.body), one.body))
    least = 2 if side.parts.region and other.parts.region else LEAST_BODY
    if len(shorter.body) < least or not longer.body.startswith(shorter.body):
        return side
    brand, words = shorter.parts.brand, shorter.parts.words
    return side.split(brand, words if side is shorter else (*words, longer.typed[len(shorter.typed) :]))


def _one_left_out(a: ParsedName, b: ParsedName, left: str, right: str) -> bool:
    shorter, longer = sorted((left, right), key=len)
    if len(longer) < LEAST_SLIPPED or len(longer) != len(shorter) + 1 or Indel.distance(left, right) != 1:
        return False
    at = next((at for at, char in enumerate(shorter) if char != longer[at]), len(shorter))
    if longer[at].isascii():
        return False  # a number tells firms apart
    begins = len(longer) - max(len(a.body), len(b.body))  # where 字号 begins; 2 or 3 when the place is unknown
    return not (longer[at] in _TELLING_APART and at in ({begins} if begins else {0, 2, 3}))
