"""Take a company name apart: 行政区划 + 字号 + 行业 + 组织形式 (State Council Decree 734, Art. 6), branch."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from opencc import OpenCC

from handlers.customers.pinyin import initials
from handlers.customers.regions import locate, whole_region
from handlers.customers.text import HAN, LONGEST, unify
from handlers.customers.words import BRANCHES, FORMS, split_trades, strip_form

_HAN = re.compile(f"[{HAN}]")
_PUNCTUATION = re.compile(r"[.,;:'\"“”‘’。、!?*_]")
_GROUP_BRACKET = re.compile(r"\((集团|控股|股份|筹)\)")
_BRACKET = re.compile(r"\(([^()]*)\)")
_BRANCH = re.compile(f"(?:{'|'.join(BRANCHES)})$")
_INNER_FORM = re.compile("|".join(map(re.escape, sorted((f for f in FORMS if len(f) > 2), key=len, reverse=True))))
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True)
class ParsedName:
    """The parts of a name, all normalised; "" for a part the name does not have.

    region is the full path in short names (江苏苏州昆山), branch what follows the head office (北京分公司).
    """

    original: str
    normal: str
    region: str
    brand: str
    trade: str
    form: str
    branch: str


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


@lru_cache(maxsize=4096)
def parse(original: str) -> ParsedName:
    """The name in its parts; of a text longer than any name only the beginning is read."""
    normal = normalise(original[:LONGEST])
    head, branch = _split_branch(_GROUP_BRACKET.sub(_unwrap, normal))
    head, bracketed = _take_region_bracket(head)
    path, rest = locate(head)
    if len(rest) < 2:  # the name is little more than a region: 上海公司
        path, rest = (), head
    region = "".join(path) or bracketed
    rest, form = strip_form(rest)
    brand, trade = _split_brand(rest.strip("() -·"), path[-1] if path else bracketed)
    return ParsedName(original, normal, region, brand, trade, form, branch)


def block_keys(parsed: ParsedName) -> set[str]:
    """The keys under which a name is indexed: bigrams of the 字号 (字:宇阳) and pinyin initials (拼:yy).

    Two names without a common key are not compared.
    """
    brand = fold(parsed.brand)
    latin = re.findall(r"[A-Z0-9]{2,}", brand)
    han = "".join(_HAN.findall(brand))
    pairs = ["".join(pair) for pair in pairwise(han)] or list(han)
    keys = {f"字:{part}" for part in (*pairs, *latin)}
    return keys | {f"拼:{letters}" for letters in initials(brand.replace(" ", "")) if letters}


def fold(text: str) -> str:
    """Chinese numerals as digits, so that 三一 and 31 compare equal."""
    return text.translate(_NUMERALS)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _unwrap(match: re.Match[str]) -> str:
    return "" if match[1] == "筹" else match[1]


def _split_branch(text: str) -> tuple[str, str]:
    """The head office and the branch: after its legal form, or else from the region before 分公司."""
    suffix = _BRANCH.search(text)
    if not suffix:
        return text, ""
    forms = list(_INNER_FORM.finditer(text, 0, suffix.start()))
    if forms:
        cut = forms[-1].end()
    else:
        starts = range(2, suffix.start() - 1)
        cut = next((at for at in starts if _is_place(text[at : suffix.start()])), suffix.start())
    return text[:cut], _branch_name(text[cut:])


def _is_place(text: str) -> bool:
    path, rest = locate(text)
    return bool(path) and len(rest) <= 4


def _branch_name(text: str) -> str:
    """The branch with its region in short names, so that 北京市分公司 and 北京分公司 are one."""
    path, rest = locate(text.strip("()"))
    return "".join(path) + rest if path else text


def _take_region_bracket(text: str) -> tuple[str, str]:
    """The text without a bracket that holds nothing but a region, and that region: 宇阳(深圳)科技."""
    for match in _BRACKET.finditer(text):
        path = whole_region(match[1])
        if path and not locate(text)[0]:
            return text[: match.start()] + text[match.end() :], "".join(path)
    return text, ""


def _split_brand(rest: str, place: str) -> tuple[str, str]:
    """字号 and 行业. A 字号 has at least two characters (Art. 8): a lone one takes back the next word.

    Where nothing but a trade follows the region, both together are the 字号: 上海汽车, 中国建筑.
    """
    brand, words = split_trades(rest)
    brand = brand.strip("() -·")
    if not brand:
        return place + rest, "".join(words)
    if len(brand) == 1 and words:
        return brand + words[0], "".join(words[1:])
    return brand, "".join(words)
