"""The 证据包 itself: a sealed list of contents, and a ZIP that has the same bytes for the same contents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from engine.evidence import verify
from engine.evidence.source import text
from engine.seals import ROOT, Seals

MANIFEST, VERIFIER = "manifest.json", "verify.py"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say: the file tells no time of its own


def pack(seals: Seals, number: str, as_of: str, parts: Mapping[str, bytes]) -> bytes:
    """The ZIP of these files with the verifier and the sealed manifest; `as_of` is the stamp of the newest fact."""
    files = {**parts, VERIFIER: Path(verify.__file__).read_bytes()}
    manifest = {
        "format": verify.FORMAT, "case": number, "as_of": as_of, "root": seals.root(),
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }  # fmt: skip
    files[MANIFEST] = text({**manifest, "seal": seals.seal(ROOT, manifest)})
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored, not compressed: a compressor of another version would give other bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr, info.create_system = 0o644 << 16, 3
            archive.writestr(info, files[name])
    return out.getvalue()
