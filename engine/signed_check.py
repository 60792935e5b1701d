"""Checking a 签章文件: who signed what when, and the first thing that does not hold. No database, no network, no keys.

What each part proves: a section's values give its hash, a signature names the hashes, the department's seal covers the
signature, the root's seal covers the department's key and, last, the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine import signing
from engine.clock import local
from engine.errors import CountersignError
from engine.forms import digest
from engine.forms.sensitive import commitment
from engine.key_ring import fingerprint, read_public
from engine.seals import Seal, holds
from engine.signed_form import FORMAT, SHOWN, VALUE, canonical, code, text_digest
from engine.store import moment

Part = Mapping[str, Any]
_ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError)  # what a file of another make runs into


class NotASignedForm(CountersignError):
    """不是签章文件。"""

    template = "“{file}”不是会签系统导出的签章文件，或已残缺。请从流程页面重新下载“签章文件”。"


@dataclass
class Verdict:
    """What a check came to: lines that say who signed what when, and the first thing that does not hold, or ""."""

    lines: list[str] = field(default_factory=list)
    fault: str = ""


def check(text: bytes, name: str = "", root: str = "") -> Verdict:
    """Check a file; `root` is the fingerprint (64 hex digits) that the company has made known.

    Raises NotASignedForm when it cannot be read as one.
    """
    try:
        whole = orjson.loads(text)
        if whole["format"] != FORMAT:
            raise KeyError("format")
        return _Check(whole, text, root).verdict()
    except _ODD:
        raise NotASignedForm(file=name) from None


class _Check:
    """The work of one `check`."""

    def __init__(self, whole: Part, text: bytes, pinned: str) -> None:
        self.whole, self.text, self.pinned = whole, text, pinned
        self.sections: Part = whole["sections"]
        self.hashes = {name: _hash(one) for name, one in self.sections.items()}
        self.root = read_public(whole["root"]["public"])
        self.lines: list[str] = []

    def verdict(self) -> Verdict:
        self._head()
        faults = [*self._root(), *self._keys(), *self._signatures(), *self._letters(), *self._whole()]
        return Verdict(self.lines, faults[0] if faults else "")

    def _head(self) -> None:
        case, signed = self.whole["case"], [one["signed"] for one in self.whole["signatures"]]
        self.lines += [
            f"{case['number']} {case['title']}（{case['process']}第 {case['version']} 版）",
            f"{_at(self.whole['exported_at'])} 导出，校验码 {code(self.hashes, signed)}（与打印的申请表核对）",
            f"根密钥指纹 {fingerprint(self.root)}（与公司公布的核对{'，已核对' if self.pinned else ''}）",
        ]
        if kept := sum(_committed_only(one) for one in self.sections.values()):
            self.lines.append(f"敏感信息 {kept} 项未附原文，只有摘要，不影响核验。")

    def _root(self) -> Iterator[str]:
        found = fingerprint(self.root)
        if self.pinned and found != self.pinned:
            yield f"签发的根密钥是 {found}，不是所指定的 {self.pinned}：不是本公司的系统签发"
        elif found != self.whole["root"]["fingerprint"]:
            yield "根密钥与文件所写的指纹不符"

    def _keys(self) -> Iterator[str]:
        for one in self.whole["keys"]:
            told = {name: value for name, value in one.items() if name != "seal"}
            if not holds(self.root, told, one["seal"]):
                yield f"{one['name']}的印章密钥 {one['key_id']} 不是由根密钥签发，或其证书被改动"

    def _signatures(self) -> Iterator[str]:
        given: Sequence[Part] = self.whole["signatures"]
        for place, one in enumerate(given):
            later = {name for other in given[place + 1 :] for name in other["signed"]["sections"]}
            who = f"{_at(one['signed']['at'])} {one['department']}{_person(one)}在“{one['step']}”"
            then = f"（那时按流程第 {one['version']} 版办理）" if "version" in one else ""
            self.lines.append(f"{who}{_how(one['signed'])}：{self._titles(one['signed']['sections'])}{then}")
            yield from self._signature(who, one, later)

    def _signature(self, who: str, one: Part, later: set[str]) -> Iterator[str]:
        signed = one["signed"]
        if signed["case"] != self.whole["case"]["number"]:
            yield f"{who}签的是 {signed['case']}，不是本单"
        if one["person"] != signed.get("name", one["person"]):
            yield f"{who}的签字是{signed['name']}签的"
        if digest(signed["hashes"]) != signed["hash"] or set(signed["hashes"]) != set(signed["sections"]):
            yield f"{who}的签字与其所列的栏目不符"
        for name in signed["sections"]:
            if self.hashes[name] != signed["hashes"][name] and name not in later:
                yield f"“{self.sections[name]['title']}”的内容与{who}签字时不同，签字和印章不成立"
        yield from self._seal(who, one["department"], signed)

    def _seal(self, who: str, department: str, signed: Part) -> Iterator[str]:
        found = signing.proof(signed)
        if found is None:
            return
        key = next((one for one in self.whole["keys"] if one["key_id"] == found[1].get("key_id")), None)
        if key is None or key["owner"] != found[0]:
            yield f"{who}的印章不是{department}的印章：文件里没有这把密钥的证书"
        elif not holds(read_public(key["public"]), signing.payload(signed), found[1]):
            yield f"{who}的印章与所签的内容不符"
        elif not signed.get("scan") and key["name"] != department:
            yield f"{who}盖的是{key['name']}的印章"
        elif key["revoked"]:
            yield f"{who}所盖印章的密钥 {key['key_id']} 已作废：{key['revoked']}"
        elif not key["since"] <= signed["at"] or (key["until"] and signed["at"] >= key["until"]):
            yield f"{who}盖章时，所用的密钥 {key['key_id']} 不在有效期内（{_period(key)}）"

    def _letters(self) -> Iterator[str]:
        for one in self.whole["letters"]:
            signed, text = one["signed"], one["text"]
            who = f"{_at(signed['at'])} {one['department']}{signed['name']}发出的 {text['number']}"
            subject = text["subject"].removeprefix(text["number"]).strip()
            self.lines.append(f"{who}，盖{one['department']}印章，主送 {text['recipients']}：{subject}")
            if text_digest(text) != signed["hash"]:
                yield f"{who}的文字与盖章时不同，印章不成立"
            if signed["case"] != self.whole["case"]["number"]:
                yield f"{who}属于 {signed['case']}，不是本单"
            yield from self._seal(who, one["department"], signed)

    def _whole(self) -> Iterator[str]:
        plain = {name: value for name, value in self.whole.items() if name != "seal"}
        seal: Seal = self.whole["seal"]
        if not holds(self.root, plain, seal):
            yield "文件在导出之后被改动：与根密钥的总签章不符"
        elif self.text != canonical(self.whole):
            yield "文件的写法在导出之后被改动（空格、换行或次序）；请使用原文件"

    def _titles(self, names: Sequence[str]) -> str:
        return "、".join(self.sections[name]["title"] for name in names)


def _hash(section: Part) -> str:
    """The hash of a section: over its values, what is disclosed as the commitment that was hashed."""
    return str(section["hash"]) if "hash" in section else digest(_committed(section["values"]))


def _committed(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.keys() == {SHOWN, VALUE}:
            return commitment(str(value[SHOWN]), value[VALUE])
        return {name: _committed(one) for name, one in value.items()}
    return [_committed(one) for one in value] if isinstance(value, list) else value


def _committed_only(value: Any) -> int:
    """How many values are given by their commitment alone."""
    if isinstance(value, Mapping):
        return 1 if value.keys() == {"sha256"} else sum(_committed_only(one) for one in value.values())
    return sum(_committed_only(one) for one in value) if isinstance(value, list) else 0


def _at(stamped: str) -> str:
    return f"{local(moment(stamped)):%Y-%m-%d %H:%M}"


def _period(key: Part) -> str:
    since = _at(key["since"]) if key["since"] else "启用"
    return f"{since} 至 {_at(key['until'])}" if key["until"] else f"{since} 起"


def _person(one: Part) -> str:
    return f"{one['person']}（代{one['on_behalf_of']}）" if one["on_behalf_of"] else str(one["person"])


def _how(signed: Part) -> str:
    if scans := signed.get("scan"):
        told = "、".join(f"{one['name']}（sha256 {one['sha256'][:16]}…）" for one in scans)
        return f"以纸质签字盖章，附扫描件 {told}"
    return "签字并盖章" if signed.get("seal") else "签字"
