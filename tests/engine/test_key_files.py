"""Keys are made once, however many ask for them first."""

from __future__ import annotations

import threading
from pathlib import Path

from engine.key_files import write_once


def test_threads_that_make_a_key_at_once_all_find_the_same_one(tmp_path: Path) -> None:
    # given twenty threads that find no key yet
    key, barrier, failed = tmp_path / "keys" / "vault-0001.key", threading.Barrier(20), []

    # when each writes its own at the same moment, again and again
    def make(content: bytes) -> None:
        barrier.wait()
        try:
            write_once(key, content)
        except OSError as error:
            failed.append(error)

    for _ in range(10):
        key.unlink(missing_ok=True)
        threads = [threading.Thread(target=make, args=(bytes([n]) * 32,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        # then nobody fails, one whole key is there and nothing else
        assert failed == []
        assert len(set(key.read_bytes())) == 1
        assert [file.name for file in key.parent.iterdir()] == [key.name]
