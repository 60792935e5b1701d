"""Take a company name apart: 行政区划 + 字号 + 行业 + 组织形式 (State Council Decree 734, Art. 6), branch."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

from handlers.customers.matching.regions import locate, whole_region
from handlers.customers.matching.vocabulary import Vocabulary, in_use
from handlers.customers.matching.words import BRANCHES, FORMS, split_trades, strip_form
from handlers.customers.values.text import HAN, LONGEST, unify

_HAN = re.compile(f"[{HAN}]")
_PUNCTUATION = re.compile(r"[.,;:'\"“”‘’。、!?*_]")
_GROUP_BRACKET = re.compile(r"\((集团|控股|股份|筹)\)")
_BRACKET = re.compile(r"\(([^()]*)\)")
_BRANCH = re.compile(f"(?:{'|'.join(BRANCHES)})$")
_INNER_FORM = re.compile("|".join(map(re.escape, sorted((f for f in FORMS if len(f) > 2), key=len, reverse=True))))
_MAYBE_PLACE = re.compile(f"[{HAN}]{{2,5}}")
_PLACE_SUFFIX = re.compile("(?<=..)[省市县区]$")
_CITY_SUFFIX = re.compile(f"^([{HAN}]{{2,4}})市(?![场政民])(?=.)")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True)
class ParsedName:
    """The parts of a name, all normalised; "" for a part the name does not have.

    region is the full path in short names (江苏苏州昆山), branch what follows the head office (北京分公司), words the
    trade word by word. What no vocabulary decides: body is 字号 and trade together, core the whole before the legal
    form with the place in front and without 市 (昆山恒川机械), typed the same as it was typed (昆山市恒川机械).
    """

    original: str
    normal: str
    region: str
    brand: str
    trade: str
    form: str
    branch: str
    words: tuple[str, ...]
    body: str
    core: str
    typed: str


def normalise(text: str) -> str:
    """The name as it is compared: NFKC, simplified, upper case, plain brackets, no punctuation."""
    plain = unify(_PUNCTUATION.sub(" ", unify(text).upper()))
    return simplify(plain)


def simplify(text: str) -> str:
    """Traditional characters to simplified; repeated because one pass may leave 薴 half-way (苧, then 苎)."""
    for _ in range(3):
        simple = _converter().convert(text)
        if simple == text:
            break
        text = simple
    return text


def parse(original: str) -> ParsedName:
    """The name in its parts; of a text longer than any name only the beginning is read."""
    return _parse(original[:LONGEST], in_use())


@lru_cache(maxsize=4096)
def _parse(original: str, known: Vocabulary) -> ParsedName:
    normal = normalise(original)
    head, branch = _split_branch(_GROUP_BRACKET.sub(_unwrap, normal), known)
    head, bracketed, typed = _take_region_bracket(head, known)
    path, rest = locate(head, known.places)
    if len(rest) < 2:  # the name is little more than a region: 上海公司
        path, rest = (), head
    if path:
        typed, bracketed = head[: len(head) - len(rest)], ""
    rest, form = strip_form(rest)
    place = path[-1] if path else bracketed
    typed = _bare(typed + rest)
    if not place:
        rest = _CITY_SUFFIX.sub(r"\1", rest)
    brand, words = _split_brand(rest.strip("() -·"), place, known)
    return ParsedName(
        original=original,
        normal=normal,
        region="".join(path) or bracketed,
        brand=brand,
        trade="".join(words),
        form=form,
        branch=branch,
        words=words,
        body=_bare(rest),
        core=_bare(place + rest),
        typed=typed,
    )


def fold(text: str) -> str:
    """Chinese numerals as digits, so that 三一 and 31 compare equal."""
    return text.translate(_NUMERALS)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _unwrap(match: re.Match[str]) -> str:
    return "" if match[1] == "筹" else match[1]


def _split_branch(text: str, known: Vocabulary) -> tuple[str, str]:
    """The head office and the branch: after its legal form, or else from the region before 分公司."""
    suffix = _BRANCH.search(text)
    if not suffix:
        return text, ""
    forms = list(_INNER_FORM.finditer(text, 0, suffix.start()))
    if forms:
        cut = forms[-1].end()
    else:
        starts = range(2, suffix.start() - 1)
        cut = next((at for at in starts if _is_place(text[at : suffix.start()], known)), suffix.start())
    return text[:cut], _branch_name(text[cut:], known)


def _is_place(text: str, known: Vocabulary) -> bool:
    path, rest = locate(text, known.places)
    return bool(path) and len(rest) <= 4


def _branch_name(text: str, known: Vocabulary) -> str:
    """The branch with its region in short names, so that 北京市分公司 and 北京分公司 are one."""
    path, rest = locate(text.strip("()"), known.places)
    return "".join(path) + rest if path else _CITY_SUFFIX.sub(r"\1", text)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _take_region_bracket(text: str, known: Vocabulary) -> tuple[str, str, str]:
    """The text without a bracket that holds a region: 宇阳(深圳)科技; that region in short names; and as typed.

    A bracket with two to five characters that are no trade is a region, known or not: nothing else is usual there.
    """
    if locate(text, known.places)[0]:
        return text, "", ""
    for match in _BRACKET.finditer(text):
        path = whole_region(match[1], known.places)
        if path or (_MAYBE_PLACE.fullmatch(match[1]) and split_trades(match[1], known.trades)[0]):
            region = "".join(path) or _PLACE_SUFFIX.sub("", match[1])
            return text[: match.start()] + text[match.end() :], region, path[-1] if path else match[1]
    return text, "", ""


def _split_brand(rest: str, place: str, known: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """字号 and 行业. A 字号 has at least two characters (Art. 8): a lone one takes back the next word.

    Where nothing but a trade follows the region, both together are the 字号: 上海汽车, 中国建筑.
    """
    brand, words = split_trades(rest, known.trades)
    brand = brand.strip("() -·")
    if not brand:
        return place + rest, words
    if len(brand) == 1 and words:
        return brand + words[0], words[1:]
    return brand, words
