"""Makes companies and labelled variants of their names from word lists, with a fixed seed.

Every second trade and place is for tuning, the others are for the benchmark: the two share no such word and no seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from opencc import OpenCC

from handlers.customers.matching.pinyin import readings
from handlers.customers.matching.regions import shipped_places
from handlers.customers.matching.words import TRADES

WORDS = Path(__file__).parent / "names"
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
FORM_WEIGHTS = (75, 15, 7, 3)


def _lines(name: str) -> list[str]:
    return [line for line in (WORDS / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@cache
def trades() -> tuple[str, ...]:
    return tuple(" ".join(_lines("trades.txt")).split())


@cache
def cities() -> tuple[str, ...]:
    """Places a name begins with: prefectures, county-level cities and municipalities."""
    kinds = {"市", "县", "直辖市"}
    return tuple(name for name, places in shipped_places().items() if any(place.kind in kinds for place in places))


@cache
def characters() -> tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]:
    """First, second and third characters of 字号 with their cumulative counts."""
    tables = []
    for line in _lines("characters.txt"):
        pairs = [(entry[0], int(entry[1:])) for entry in line.split()]
        tables.append((tuple(char for char, _ in pairs), tuple(accumulate(count for _, count in pairs))))
    return tuple(tables)


@cache
def homophones() -> dict[str, list[str]]:
    """By reading, the characters people might type instead."""
    found: dict[str, list[str]] = {}
    common = {char for chars, _ in characters() for char in chars} | set("".join((*trades(), *cities())))
    for char in sorted(common):
        found.setdefault(readings(char)[0], []).append(char)
    return found


@dataclass(frozen=True)
class Firm:
    """A company by the parts of its name; `city` without 市."""

    city: str
    with_suffix: bool
    brand: str
    words: tuple[str, ...]
    form: str

    @property
    def region(self) -> str:
        return self.city + "市" * self.with_suffix

    @property
    def trade(self) -> str:
        return "".join(self.words)

    @property
    def name(self) -> str:
        return f"{self.region}{self.brand}{self.trade}{self.form}"

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells firms apart, however it is written."""
        return self.city, self.brand, self.trade


class Maker:
    """Makes firms and variants from one half of the words ('tuning' or 'benchmark')."""

    def __init__(self, half: str, seed: int) -> None:
        start = {"tuning": 0, "benchmark": 1}[half]
        self.random = Random(f"{half} {seed}")
        self.trades, self.cities = trades()[start::2], cities()[start::2]
        self._weights = list(accumulate(1 / (10 + rank) for rank in range(len(self.cities))))
        self._traditional = OpenCC("s2t")

    def firm(self) -> Firm:
        words = [self.random.choice(self.trades) for _ in range(self.random.choices((1, 2), (60, 40))[0])]
        return Firm(self.city(), self.random.random() < 0.6, self.brand(), tuple(words), self.form())

    def firms(self, count: int) -> list[Firm]:
        """Different firms."""
        found: dict[tuple[str, str, str], Firm] = {}
        while len(found) < count:
            firm = self.firm()
            found.setdefault(firm.identity, firm)
        return list(found.values())

    def city(self) -> str:
        return self.random.choices(self.cities, cum_weights=self._weights)[0]

    def brand(self) -> str:
        length = self.random.choices((2, 3), (70, 30))[0]
        return "".join(self.random.choices(chars, cum_weights=sums)[0] for chars, sums in characters()[:length])

    def form(self) -> str:
        return self.random.choices(FORMS, FORM_WEIGHTS)[0]

    def hidden(self) -> set[str]:
        """Half of the trades and seven in ten of the places, of all that the parser or the benchmark knows."""
        words, places = sorted({*TRADES, *trades()}), sorted(shipped_places())
        return {
            *self.random.sample(words, len(words) // 2),
            *self.random.sample(places, len(places) * 7 // 10),
        }

    # --- the same firm, written otherwise --------------------------------------------------------------

    def form_swapped(self, firm: Firm) -> str:
        form = self.random.choice([form for form in FORMS[:3] if form != firm.form])
        return replace(firm, form=form).name

    def suffix_changed(self, firm: Firm) -> str:
        return replace(firm, with_suffix=not firm.with_suffix).name

    def region_bracketed(self, firm: Firm) -> str:
        left, right = self.random.choice(("()", "（）"))
        behind = f"{left}{firm.city}{right}"
        if self.random.random() < 0.5:
            return f"{firm.brand}{behind}{firm.trade}{firm.form}"
        return f"{firm.brand}{firm.trade}{behind}{firm.form}"

    def region_dropped(self, firm: Firm) -> str:
        return f"{firm.brand}{firm.trade}{firm.form}"

    def width_changed(self, firm: Firm) -> str:
        parts = (firm.region, firm.brand, firm.trade, firm.form)
        return self.random.choice(("\u3000", " ", " \u200b")).join(parts)

    def traditional(self, firm: Firm) -> str | None:
        typed = self._traditional.convert(firm.name)
        return typed if typed != firm.name else None

    def homophone(self, firm: Firm) -> str | None:
        text = f"{firm.region}{firm.brand}{firm.trade}"
        at = self.random.choice([at for at in range(len(text)) if at >= len(firm.region) or at < len(firm.city)])
        others = [char for char in homophones().get(readings(text[at])[0], ()) if char != text[at]]
        if not others:
            return None
        return f"{text[:at]}{self.random.choice(others)}{text[at + 1 :]}{firm.form}"

    def abbreviated(self, firm: Firm) -> str:
        """As people speak of it, without the form: 宇阳科技, 深圳宇阳, 深圳宇阳科技."""
        return self.random.choice(
            (f"{firm.brand}{firm.words[0]}", f"{firm.city}{firm.brand}", f"{firm.city}{firm.brand}{firm.words[0]}")
        )

    def character_dropped(self, firm: Firm) -> str:
        text = firm.name
        places = [at for at in range(len(text)) if not (firm.with_suffix and at == len(firm.city))]
        at = self.random.choice(places)
        return text[:at] + text[at + 1 :]

    # --- another firm ----------------------------------------------------------------------------------

    def other_city(self, firm: Firm) -> Firm:
        city = self.random.choice([city for city in self.cities if city != firm.city])
        return replace(firm, city=city, with_suffix=self.random.random() < 0.6, form=self.form())

    def other_brand(self, firm: Firm) -> Firm:
        return replace(firm, brand=self.brand(), form=self.form())

    def other_trade(self, firm: Firm) -> Firm:
        return replace(firm, words=self.firm().words, form=self.form())

    def branch(self, firm: Firm) -> str:
        return f"{firm.name}{self.random.choice(self.cities)}{self.random.choice(('', '市'))}分公司"


@dataclass(frozen=True)
class Query:
    """What somebody types; `wanted` is the firm it means, None when it is not in the store."""

    kind: str
    name: str
    wanted: Firm | None


def queries(maker: Maker, store: list[Firm], count: int) -> Iterator[Query]:
    """`count` queries of every kind about random firms of the store."""
    known = {firm.identity for firm in store}
    same: dict[str, Callable[[Firm], str | None]] = {
        "组织形式互换": maker.form_swapped,
        "“市”增减": maker.suffix_changed,
        "地区入括号": maker.region_bracketed,
        "地区省略": maker.region_dropped,
        "全角与空格": maker.width_changed,
        "繁体": maker.traditional,
        "同音错字": maker.homophone,
        "简称": maker.abbreviated,
        "漏一字": maker.character_dropped,
    }
    for kind, vary in same.items():
        for _ in range(count):
            yield _variant(maker, store, kind, vary)
    others: dict[str, Callable[[Firm], Firm]] = {
        "同字号异地": maker.other_city,
        "同城同业异字号": maker.other_brand,
        "同字号异业": maker.other_trade,
        "无关": lambda _: maker.firm(),
    }
    for kind, change in others.items():
        for _ in range(count):
            yield _stranger(maker, store, known, kind, change)
    for _ in range(count):
        yield Query("分支机构", maker.branch(maker.random.choice(store)), None)


def _variant(maker: Maker, store: list[Firm], kind: str, vary: Callable[[Firm], str | None]) -> Query:
    while True:
        firm = maker.random.choice(store)
        name = vary(firm)
        if name is not None and name != firm.name:
            return Query(kind, name, firm)


def _stranger(
    maker: Maker, store: list[Firm], known: set[tuple[str, str, str]], kind: str, change: Callable[[Firm], Firm]
) -> Query:
    while True:
        firm = change(maker.random.choice(store))
        if firm.identity not in known:
            return Query(kind, firm.name, None)
