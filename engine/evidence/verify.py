"""证据包核验：不用会签系统，不用网络，只要 Python 3.9 以上。

用法：python3 verify.py [证据包.zip] [--root 根密钥指纹]；解压后在文件夹里运行时可以不写文件名。
退出码：0 全部相符；1 有不符，并指出第一处。--root 是公司公布的 64 位十六进制指纹，用来确认确是本公司的系统签发。
"""

from __future__ import annotations

import base64
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

FORMAT = "countersign-evidence/1"
GENESIS = "0" * 64
COLUMNS = ("instance_id", "seq", "kind", "occurred_at", "recorded_at", "actor_id", "node", "subject", "data")
SHOWN, VALUE = "_salt", "_value"  # a sensitive value that is disclosed, with its own salt


# --- Ed25519 (RFC 8032, 5.1), checking only -----------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _add(found, point)
        point, factor = _add(point, point), factor >> 1
    return found


def _x(y: int, sign: int) -> int:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign) or y >= P:
        raise ValueError("no point of the curve")
    return P - x if x & 1 != sign else x


def _point(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = _x(y, number >> 255)
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE: Point = (_x(BASE_Y, 0), BASE_Y, 1, _x(BASE_Y, 0) * BASE_Y % P)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message was made with the private half of this key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        key, r = _point(public), _point(signature[:32])
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _times(s, BASE), _add(r, _times(h, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# --- hashes as the system makes them ------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """Sorted keys, no blanks: what is hashed and sealed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(before: str, event: Mapping[str, Any]) -> str:
    """The hash of an event: over the hash before it and its columns."""
    row = json.dumps([event[name] for name in COLUMNS], ensure_ascii=False, separators=(",", ":"))
    return sha256((before + row).encode()).hexdigest()


def digest(values: Mapping[str, Any]) -> str:
    """The hash over what is filled in."""
    filled = {name: one for name, one in values.items() if one is not None and one not in ("", [], {})}
    return sha256(canonical(filled)).hexdigest()


def committed(value: Any) -> Any:
    """The value as it was hashed: its salted commitment where a sensitive value is disclosed."""
    if isinstance(value, dict):
        if set(value) == {SHOWN, VALUE}:
            return {"sha256": sha256(f"{value[SHOWN]}:".encode() + canonical(value[VALUE])).hexdigest()}
        return {name: committed(one) for name, one in value.items()}
    return [committed(one) for one in value] if isinstance(value, list) else value


def merkle(leaf: str, index: int, size: int, path: list[str]) -> str:
    """The root that a leaf gives with its path (RFC 9162, 2.1.3.2); "" when the path does not fit."""
    at, last, found = index, size - 1, sha256(b"\x00" + leaf.encode()).digest()
    for one in map(bytes.fromhex, path):
        if last == 0:
            return ""
        if at & 1 or at == last:
            found = sha256(b"\x01" + one + found).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + one).digest()
        at, last = at >> 1, last >> 1
    return found.hex() if last == 0 else ""


def sealed(public: str, payload: Any, seal: Mapping[str, str]) -> bool:
    """Whether this is the seal of this key (base64) over this payload."""
    key = base64.b64decode(public, validate=True)
    named = sha256(key).hexdigest()[:16] == seal["key_id"]
    return named and ed25519(key, canonical(payload), base64.b64decode(seal["value"], validate=True))


def without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name not in names}


# --- the check ----------------------------------------------------------------------------------------------------


class Check:
    """The check of one 证据包: `lines` tell what it holds, `fault` the first thing that is wrong, or ""."""

    def __init__(self, files: Mapping[str, bytes], pinned: str = "") -> None:
        self.files, self.pinned, self.fault = files, pinned, ""
        self.lines: list[str] = []
        try:
            self.manifest = json.loads(files["manifest.json"])
            listed = self.manifest["files"]
            if self.manifest["format"] != FORMAT or not isinstance(listed, dict):
                raise KeyError("format")
        except (KeyError, ValueError, TypeError):
            self.fault = "没有 manifest.json 或它已残缺：不是会签系统的证据包"
            return
        self.fault = next(self._missing(), "") or self._content() or next(self._altered(), "") or self._sealed()

    def _missing(self) -> Iterator[str]:
        listed = set(self.manifest["files"])
        yield from (f"文件 {name} 被删除" for name in sorted(listed - set(self.files)))
        yield from (f"文件 {name} 是后来加入的" for name in sorted(set(self.files) - listed - {"manifest.json"}))

    def _altered(self) -> Iterator[str]:
        for name, expected in self.manifest["files"].items():
            if sha256(self.files[name]).hexdigest() != expected:
                yield f"文件 {name} 的内容被改动"

    def _content(self) -> str:
        try:
            self._read()
            checks = (
                self._events, self._versions, self._deadlines, self._sources, self._attachments, self._certificates,
                self._signatures, self._roots,
            )  # fmt: skip
            return next((fault for check in checks for fault in check()), "")
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            return next(self._altered(), "") or f"内容残缺（{type(error).__name__} {error}）"

    def _read(self) -> None:
        self.case = self._json("case.json")
        self.events = [json.loads(line) for line in self.files["events.jsonl"].decode().splitlines()]
        self.datas = [json.loads(event["data"]) for event in self.events]
        self.told = [(event, self.datas[at]) for at, event in enumerate(self.events)]
        self.root_key = self.manifest["root"]["public"]
        self.keys = {one["key_id"]: one for one in self._json("keys.json")}
        self.signed = self._json("signed.json") if "signed.json" in self.files else None

    def _json(self, name: str) -> Any:
        return json.loads(self.files[name].decode())

    def _events(self) -> Iterator[str]:
        """The chain: an event altered, removed or inserted breaks it at that place."""
        before, count = GENESIS, self.case["events"]
        for expected, event in enumerate(self.events, start=1):
            seq = event["seq"]
            if event["instance_id"] != self.case["id"]:
                yield f"第 {expected} 条事件不属于这件流程"
            if seq > expected:
                yield f"第 {expected} 条事件被删除（其后是第 {seq} 条）"
            if seq < expected or expected > count:
                yield f"第 {seq} 条事件（{event['kind']}）是后来插入的"
            if link(before, event) != event["hash"]:
                yield f"第 {seq} 条事件（{event['kind']}）与其校验值不符：内容被改动，或其前被插入事件"
            before = event["hash"]
        if len(self.events) < count:
            yield f"第 {len(self.events) + 1} 条事件被删除（案卷记有 {count} 条，现存 {len(self.events)} 条）"
        if before != self.case["head"]:
            yield "案卷登记的末条校验值与事件不符"
        self.lines.append(f"{self.case['number']} {self.case['title']}：{count} 条事件首尾相扣")

    def _versions(self) -> Iterator[str]:
        """What was filled in, step by step, against the hashes in the events."""
        versions = {one["seq"]: one for one in self._json("versions.json")}
        for event, data in self.told:
            if "submitted" in data and event["seq"] not in versions:
                yield f"第 {event['seq']} 条事件所填的内容被删除"
        proved = [one for one in versions.values() if one["proved"]]
        for one in proved:
            if digest(committed(one["values"])) != self.datas[one["seq"] - 1].get("submitted"):
                yield f"{one['person']}在“{one['step']}”所填的内容与第 {one['seq']} 条事件不符：内容被改动"
        rest = len(versions) - len(proved)
        more = f"；另有 {rest} 次只列内容，日志里没有可核对的摘要" if rest else ""
        self.lines.append(f"{len(proved)} 次填写的内容与事件相符{more}")

    def _deadlines(self) -> Iterator[str]:
        opened, closed = (
            {event["subject"]: data for event, data in self.told if event["kind"] == kind}
            for kind in ("deadline.opened", "deadline.closed")
        )
        for one in self._json("deadlines.json"):
            start, end = opened.get(one["id"]), closed.get(one["id"])
            if start and (start["due"], start["limit"]) != (one["first_due"], one["limit"]):
                yield f"时限 {one['clock']}（{one['id']}）与开始计时的事件不符"
            if end and end["status"] != one["status"]:
                yield f"时限 {one['clock']}（{one['id']}）的结果与计时结束的事件不符"

    def _sources(self) -> Iterator[str]:
        """The diagram with its forms, and the policy, against their fingerprints."""
        now = {**self.case["definition"], "files": "definition/"}
        for one in (now, *self.case.get("earlier", ())):  # a moved case has the versions it was on before
            documents = {
                name.removeprefix(one["files"]): content.decode()
                for name, content in self.files.items() if name.startswith(one["files"])
            }  # fmt: skip
            if sha256(canonical(documents)).hexdigest() != one["fingerprint"]:
                yield f"流程定义（{one['files']}）与其指纹不符：图、表单或函件被改动"
        for one in self.case["policies"]:
            content = self._json(f"policies/{one['name']}-{one['version']}.json")
            if sha256(canonical(content)).hexdigest() != one["fingerprint"]:
                yield f"制度 {one['name']} 的版本 {one['version']} 与其指纹不符"

    def _attachments(self) -> Iterator[str]:
        for one in self._json("attachments.json"):
            if one["file"] and sha256(self.files[one["file"]]).hexdigest() != one["sha256"]:
                yield f"附件“{one['name']}”与登记的 sha256 不符"

    def _certificates(self) -> Iterator[str]:
        for one in self.keys.values():
            if not sealed(self.root_key, without(one, "seal"), one["seal"]):
                yield f"{one['name']}的密钥 {one['key_id']} 不是由根密钥签发，或其证书被改动"

    def _signatures(self) -> Iterator[str]:
        """Who signed what: the department's seal, the event, and the content as it stands now."""
        if self.signed is None:
            return
        hashes = {name: one["hash"] if "hash" in one else digest(committed(one["values"]))
                  for name, one in self.signed["sections"].items()}  # fmt: skip
        recorded = {data["hash"] for data in self.datas if "hash" in data}
        given = self.signed["signatures"]
        for place, one in enumerate(given):
            signed, who = one["signed"], f"{one['department']}{one['person']}在“{one['step']}”"
            yield from self._seal(who, signed)
            if digest(signed["hashes"]) != signed["hash"] or signed["hash"] not in recorded:
                yield f"{who}的签字与事件不符"
            later = {name for other in given[place + 1 :] for name in other["signed"]["sections"]}
            stale = [name for name in signed["sections"] if hashes[name] != signed["hashes"][name]]
            if stale and not later.issuperset(stale):
                titles = "、".join(self.signed["sections"][name]["title"] for name in stale)
                self.lines.append(f"{who}签字之后，{titles}有改动，此签字已失效（流程内的更改，见各次填写）")
        for one in self.signed["letters"]:
            yield from self._seal(f"函 {one['text']['number']} ", one["signed"])
            if digest(one["text"]) != one["signed"]["hash"]:
                yield f"函 {one['text']['number']} 的文字与盖章时不同"
        if not sealed(self.root_key, without(self.signed, "seal"), self.signed["seal"]):
            yield "签章文件 signed.json 与根密钥的总签章不符"
        self.lines.append(f"{len(given)} 处签字、{len(self.signed['letters'])} 件函的印章有效")

    def _seal(self, who: str, signed: Mapping[str, Any]) -> Iterator[str]:
        seal = signed.get("attested") if signed.get("scan") else signed.get("seal")
        if seal:
            yield from self._by(who, without(signed, "seal", "attested"), seal, signed["at"])

    def _by(self, who: str, payload: Any, seal: Mapping[str, str], at: str) -> Iterator[str]:
        key = self.keys.get(seal["key_id"])
        if key is None:
            yield f"{who}所用的密钥 {seal['key_id']} 没有证书"
        elif not sealed(key["public"], payload, seal):
            yield f"{who}的印章或签名与内容不符"
        elif key["revoked"]:
            yield f"{who}所用的密钥 {key['key_id']} 已作废：{key['revoked']}"
        elif at < key["since"] or (key["until"] and at >= key["until"]):
            yield f"{who}所用的密钥 {key['key_id']} 当时不在有效期内"

    def _roots(self) -> Iterator[str]:
        """The daily roots: each pins the chain up to an event under the log's signature."""
        covered = 0
        for name in sorted(one for one in self.files if one.startswith("roots/")):
            one = self._json(name)
            payload, number, (count, head) = one["payload"], self.case["number"], one["leaf"]
            leaf = f"{number}:{count}:{head}"
            yield from self._by(f"每日签名 {payload['day']} ", payload, one["seal"], payload["signed_at"])
            if self.keys[one["seal"]["key_id"]]["owner"] != "log":
                yield f"每日签名 {payload['day']} 不是日志密钥所签"
            if "leaves" in one:  # a root of the first release covers the plain list
                flat = sha256("\n".join([payload["previous"], *one["leaves"]]).encode()).hexdigest()
                included = leaf in one["leaves"] and flat == payload["root"]
            else:
                included = merkle(leaf, one["index"], payload["cases"], one["path"]) == payload["tree"]
            if not included:
                yield f"每日签名 {payload['day']} 不包含这件流程的前 {count} 条事件"
            if count > len(self.events) or self.events[count - 1]["hash"] != head:
                yield f"每日签名 {payload['day']} 之后，第 {count} 条或更早的事件被改写"
            covered = max(covered, count)
        rest = len(self.events) - covered
        self.lines.append(f"每日签名覆盖前 {covered} 条事件" + (f"，其后 {rest} 条尚待下一次签名" if rest else ""))

    def _sealed(self) -> str:
        fingerprint = sha256(base64.b64decode(self.root_key)).hexdigest()
        self.lines.append(f"根密钥指纹 {fingerprint}（与公司公布的核对{'，已核对' if self.pinned else ''}）")
        if self.pinned and fingerprint != self.pinned:
            return f"签发的根密钥是 {fingerprint}，不是所指定的 {self.pinned}：不是本公司的系统签发"
        if not sealed(self.root_key, without(self.manifest, "seal"), self.manifest["seal"]):
            return "证据包在导出之后被改动：清单与根密钥的总签章不符"
        return ""


def read(source: Path) -> dict[str, bytes]:
    """The files of a ZIP, or of the folder it was unpacked into."""
    if source.is_dir():
        found = {one.relative_to(source).as_posix(): one for one in source.rglob("*") if one.is_file()}
        return {name: one.read_bytes() for name, one in found.items() if "__pycache__" not in name}
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)):
            raise zipfile.BadZipFile("a file is in it twice")
        return {name: archive.read(name) for name in names}


def main(arguments: list[str]) -> int:
    """The command: prints what was found, returns the exit code."""
    pinned = arguments[arguments.index("--root") + 1] if "--root" in arguments[:-1] else ""
    named = [one for one in arguments if one not in ("--root", pinned)]
    source = Path(named[0]) if named else Path(__file__).resolve().parent
    try:
        check = Check(read(source), pinned.strip().lower())
    except (OSError, zipfile.BadZipFile) as error:
        print(f"读不了 {source}：{error}")
        return 1
    for line in check.lines:
        print(line)
    print(f"不成立：{check.fault}。" if check.fault else "成立：全部内容与摘要、印章和每日签名一致。")
    return 1 if check.fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
