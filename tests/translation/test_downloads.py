"""Downloads from a real server that breaks off, lies, changes its mind or says nothing."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from subtitler.errors import SubtitlerError
from subtitler.translation import downloads
from subtitler.translation.downloads import downloaded, fetch

from .server import Site

DATA = random.Random(1).randbytes(3_000_000)


@pytest.fixture
def url(site: Site) -> str:
    site.files["v1/translate-en_sq-1_9.argosmodel"] = DATA
    return site.url("v1/translate-en_sq-1_9.argosmodel")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "xdg_cache_home/subtitler/downloads"


def refuses(url: str, saying: str, sha256: str | None = None) -> None:
    with pytest.raises(SubtitlerError, match=saying), downloaded(url, sha256):
        pass


def left(cache: Path) -> list[str]:
    return sorted(path.suffix for path in cache.iterdir() if path.suffix != ".lock")


def test_whole_and_gone_afterwards(url: str, cache: Path) -> None:
    seen: list[tuple[int, int]] = []
    with downloaded(url, hashlib.sha256(DATA).hexdigest(), lambda *now: seen.append(now)) as file:
        assert file.read_bytes() == DATA
        assert file.name.endswith("translate-en_sq-1_9.argosmodel")
    assert left(cache) == []
    assert seen[-1] == (len(DATA), len(DATA))
    assert seen == sorted(seen)


def test_taken_up_where_it_was_cut_off(url: str, site: Site) -> None:
    site.cuts = [1_000_000, 500_000]
    with downloaded(url) as file:
        assert file.read_bytes() == DATA
    assert [asked for _, asked in site.asked] == ["", "bytes=1000000-", "bytes=1500000-"]


def test_taken_up_by_the_next_run(url: str, site: Site, cache: Path) -> None:
    site.cuts = [1_000_000, 0]
    refuses(url, r"cut off after 0 MB; run the same command again")
    assert left(cache) == [".json", ".part"]
    with downloaded(url) as file:
        assert file.read_bytes() == DATA
    assert site.asked[-1][1] == "bytes=1000000-"


def test_taken_up_after_a_kill(url: str, site: Site, cache: Path) -> None:
    site.slow = 0.1
    code = (
        "import sys; from subtitler.translation.downloads import downloaded\n"
        "with downloaded(sys.argv[1]): pass"
    )
    process = subprocess.Popen([sys.executable, "-c", code, url], cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 30
    while not any(p.stat().st_size > 300_000 for p in cache.glob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    site.slow = 0
    with downloaded(url) as file:
        assert file.read_bytes() == DATA
    begin = int(site.asked[-1][1].removeprefix("bytes=").rstrip("-"))
    assert begin >= 300_000


@pytest.mark.parametrize("how", ["another file", "no tag", "weak tag", "no ranges"])
def test_begun_anew_where_halves_may_not_fit(how: str, url: str, site: Site, cache: Path) -> None:
    site.cuts = [1_000_000, 0]
    site.tag = {"no tag": "", "weak tag": 'W/"one"'}.get(how, '"one"')
    refuses(url, "cut off")
    other = DATA[::-1]
    site.files["v1/translate-en_sq-1_9.argosmodel"] = other
    if how == "another file":
        site.tag = '"two"'
    site.ranges = how != "no ranges"
    if how == "no ranges":
        site.files["v1/translate-en_sq-1_9.argosmodel"] = other = DATA
    with downloaded(url) as file:
        assert file.read_bytes() == other


def test_a_server_that_says_a_wrong_length(url: str, site: Site, cache: Path) -> None:
    site.lie = 1000
    refuses(url, "was cut off")


def test_a_part_that_is_longer_than_the_file(url: str, site: Site, cache: Path) -> None:
    site.cuts = [1_000_000, 0]
    refuses(url, "cut off")
    site.files["v1/translate-en_sq-1_9.argosmodel"] = b"short"
    with downloaded(url) as file:
        assert file.read_bytes() == b"short"


def test_nothing_there(site: Site, cache: Path) -> None:
    refuses(site.url("none"), r"there is nothing at http://.*/none \(404\)$")
    assert left(cache) == []


def test_a_server_that_hangs(url: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.silent = set(site.files)
    monkeypatch.setattr(downloads, "ANSWER_TIMEOUT_S", 0.5)
    begin = time.monotonic()
    refuses(url, r"127\.0\.0\.1 does not answer: is there a network\?")
    assert time.monotonic() - begin < 3


def test_nobody_at_home() -> None:
    begin = time.monotonic()
    refuses("http://127.0.0.1:9/x.argosmodel", r"127\.0\.0\.1 cannot be reached")
    assert time.monotonic() - begin < 3


def test_another_file_than_announced(url: str, cache: Path) -> None:
    refuses(url, f"its SHA-256 is {hashlib.sha256(DATA).hexdigest()}", "0" * 64)
    assert left(cache) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_two_runs_at_a_time(url: str) -> None:
    with downloaded(url):
        refuses(url, "Another run is downloading")


@pytest.mark.parametrize("block", [1000, 1 << 18])
def test_a_full_disk(
    block: int, url: str, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left in a buffer when the file is closed is no trouble with the network either."""
    monkeypatch.setattr(downloads, "_BLOCK", block)
    monkeypatch.setenv("XDG_CACHE_HOME", str(small_disk))
    refuses(url, "cannot be kept in .*: No space left on device; make room there")
    assert not list(small_disk.rglob("*.part"))


@pytest.mark.parametrize("url", ["http://", "http://[", "http://127.0.0.1:1/a b", "http://host\n/"])
def test_what_is_no_address(url: str) -> None:
    refuses(url, "http")


def test_a_small_file_in_time_or_not_at_all(site: Site) -> None:
    site.files |= {"index.json": b"[]", "large": bytes(2000)}
    site.silent = {"silent"}
    assert fetch(site.url("index.json"), 3, 1000) == b"[]"
    with pytest.raises(OSError, match="larger"):
        fetch(site.url("large"), 3, 1000)
    begin = time.monotonic()
    with pytest.raises(OSError, match="does not answer"):
        fetch(site.url("silent"), 0.5, 1000)
    assert time.monotonic() - begin < 2
