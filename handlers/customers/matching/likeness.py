"""How alike two parts of two customers are: points for the parts of a name, shares (0–1) for other facts."""

import re

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from handlers.customers.matching.alignment import LEAST_BODY, Parts
from handlers.customers.matching.naming import fold, normalise
from handlers.customers.matching.pinyin import sounds_alike
from handlers.customers.matching.words import FORMS, SYNONYMS, WEAK_TRADES
from handlers.customers.values.phone import check_phone, split_extension
from handlers.customers.values.text import Invalid

# What the parts of a name can earn; together 100. Chosen so that of two names with the same 字号 another city
# or another trade stays under 80, a missing region or a homophone comes between 80 and 95.
BRAND, REGION, TRADE, FORM = 42, 25, 26, 7


SLIPS = {"读音相同": 84, "少一字": 79}  # of BRAND + REGION + TRADE, when the whole name differs by one slip
COMMONEST = 6  # points a missing part loses beside the commonest 字号


def brand_points(a: Parts, b: Parts) -> int:
    """字号: equal, read the same, one slip in a long one, one inside the other."""
    left, right = (fold(name.brand).replace(" ", "") for name in (a, b))
    if not left or not right:
        return 0
    if left == right:
        return BRAND
    if sounds_alike(left, right):
        return 33
    if re.findall(r"\d+", left) != re.findall(r"\d+", right):
        return 0  # a number tells firms apart: 第一 and 第二, 1 号 and 11 号
    shorter, longer = sorted((left, right), key=len)
    # Without a region a long 字号 may be an unknown place and a short one: 昆山宇阳 and 昆山宇航.
    least = 4 if a.region and b.region else 6
    if len(shorter) >= least and (Levenshtein.distance(left, right) <= 1 or ratio(left, right) >= 90):
        return 30
    slip = len(shorter) == len(longer) == 3 and Levenshtein.distance(left, right) == 1
    inside = len(shorter) >= 2 and (longer.startswith(shorter) or longer.endswith(shorter))
    return 21 if slip or inside else 0


def region_points(a: str, b: str, commonness: int = 1) -> int:
    """行政区划: equal, one inside the other, one missing, another place."""
    if a == b:
        return REGION
    if not a or not b:
        return 15 - discount(commonness)
    if a.startswith(b) or b.startswith(a):
        return 18
    # A bracket holds the last name of a path that is read in full before 字号: (龙泉) and 浙江丽水龙泉.
    return REGION if a.endswith(b) or b.endswith(a) else 0


def trade_points(a: Parts, b: Parts, commonness: int = 1) -> int:
    """行业: equal, equal but for 发展 and the like, cut short with the form, one missing, sharing a word, another."""
    left, right = _trades(a), _trades(b)
    if left == right:
        return TRADE
    strong_left, strong_right = left - WEAK_TRADES, right - WEAK_TRADES
    if strong_left and strong_left == strong_right:
        return 20
    if _abbreviates(a, b) or _abbreviates(b, a):
        return 20 - discount(commonness)
    if not strong_left or not strong_right:
        return 10 - discount(commonness)
    return 4 if any(one in two or two in one for one in strong_left for two in strong_right) else 0


def discount(commonness: int) -> int:
    """What a common 字号 takes from a missing part: 1 point from 8 customers on, another at each doubling."""
    return min(COMMONEST, max(0, commonness.bit_length() - 3))


def form_points(a: str, b: str) -> int:
    """组织形式: the same kind, one missing, 有限 and 股份 (a firm may be converted), another kind."""
    left, right = FORMS.get(a, a), FORMS.get(b, b)
    if left == right:
        return FORM
    if not left or not right:
        return 4
    return 1 if {left, right} == {"有限", "股份"} else 0


def phone_share(a: str, b: str) -> float:
    """1 when both dial the same line, whatever the spelling and the extension."""
    left, right = _dialled(a), _dialled(b)
    return 1.0 if left and left == right else 0.0


def address_share(a: str, b: str) -> float:
    """How alike two addresses are; other numbers in them (楼栋, 门牌) count half."""
    left, right = (normalise(text).replace(" ", "") for text in (a, b))
    alike = ratio(left, right) / 100
    if not left or not right or alike < 0.8:
        return 0.0
    return alike if re.findall(r"\d+", left) == re.findall(r"\d+", right) else alike / 2


def person_share(a: str, b: str) -> float:
    """1 for the same name, less for one that reads the same."""
    left, right = normalise(a), normalise(b)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    return 0.4 if sounds_alike(left, right) else 0.0


def _trades(name: Parts) -> frozenset[str]:
    return frozenset(SYNONYMS.get(word, word) for word in name.words)


def _abbreviates(short: Parts, full: Parts) -> bool:
    """A name without its legal form is short for a fuller one: its trade may be cut short, or unknown in 字号."""
    if short.form or not full.form:
        return False
    return full.trade.startswith(short.trade) if short.words else len(short.brand) >= LEAST_BODY


def _dialled(text: str) -> str:
    number = split_extension(text)[0]
    try:
        return check_phone(number).value
    except Invalid:
        return re.sub(r"\D", "", number)
