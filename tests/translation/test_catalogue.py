"""What is to be had: the index of a real server, its copy, and what is known without."""

import json
import os
import time
from pathlib import Path

import pytest

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, parse_language
from subtitler.translation import catalogue
from subtitler.translation.catalogue import better, newest, offers
from subtitler.translation.packages import GIVEN, PROJECT, USER, Package

from .server import Site

EN, SQ, SR, DE = (Language(code) for code in ("en", "sq", "sr", "de"))


def entry(from_code: str, to_code: str, version: str = "1.9", **more: object) -> dict[str, object]:
    url = f"https://argos-net.com/v1/translate-{from_code}_{to_code}-{version}.argosmodel"
    described = {"package_version": version, "from_code": from_code, "to_code": to_code}
    return {**described, "links": [url], "code": f"translate-{from_code}_{to_code}", **more}


INDEX = [
    *(entry("en", "de", "1.0"), entry("en", "de", "1.10"), entry("en", "de", "1.9")),
    *(entry("de", "en"), entry("en", "pt_br"), entry("en", "sq")),
    entry("en", "xx", type="sbd"),
    *({"from_code": "en"}, entry("en", "fr", links=[]), "rubbish", entry("en", "it", links=[3])),
    entry("en", "es", links=["file:///etc/passwd"]),
]


@pytest.fixture
def index(site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    site.files["index.json"] = json.dumps(INDEX).encode()
    monkeypatch.setenv("SUBTITLER_INDEX", site.url("index.json"))
    return site.url("index.json")


def pairs() -> list[str]:
    return [offer.pair for offer in offers()[0]]


def test_what_the_index_offers_and_what_it_lacks(index: str) -> None:
    listed, note = offers()
    assert note == ""
    assert [offer.pair for offer in listed] == [
        *("en-de", "en-de", "en-de", "de-en", "en-pt", "en-sq", "en-sr")
    ]
    best = newest(listed, "en", "de")
    assert best is not None
    assert (best.version, best.place) == ("1.10", "index")
    serbian = newest(listed, "en", "sr")
    assert serbian is not None
    assert (serbian.place, serbian.token, serbian.licence) == (
        *("OPUS-MT", ">>srp_Latn<<", "CC BY 4.0"),
    )


def test_asked_for_once_a_day(index: str, site: Site, tmp_path: Path) -> None:
    assert pairs() == pairs()
    assert len(site.asked) == 1
    [copy] = (tmp_path / "xdg_cache_home/subtitler").glob("index-*")
    yesterday = time.time() - 25 * 3600
    os.utime(copy, (yesterday, yesterday))
    site.files["index.json"] = json.dumps([entry("en", "ja")]).encode()
    assert pairs() == ["en-ja", "en-sr"]
    assert pairs() == ["en-ja", "en-sr"]
    assert len(site.asked) == 2


@pytest.mark.parametrize("trouble", ["gone", "silent", "rubbish"])
def test_an_old_copy_is_better_than_none(
    trouble: str, index: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pairs()
    [copy] = (tmp_path / "xdg_cache_home/subtitler").glob("index-*")
    long_ago = time.time() - 73 * 3600
    os.utime(copy, (long_ago, long_ago))
    if trouble == "gone":
        del site.files["index.json"]
    elif trouble == "silent":
        site.silent = {"index.json"}
        monkeypatch.setattr(catalogue, "_TIMEOUT_S", 0.5)
    else:
        site.files["index.json"] = b"<html>log in first</html>"
    begin = time.monotonic()
    listed, note = offers()
    assert time.monotonic() - begin < 3
    assert [offer.pair for offer in listed] == before
    assert note.startswith("No new index of packages: ")
    assert note.endswith("3 days ago.")
    if trouble == "rubbish":
        assert f"{index} cannot be read, it is not a JSON list;" in note


def test_without_any_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTITLER_INDEX", "http://127.0.0.1:9/index.json")
    listed, note = offers()
    assert [offer.pair for offer in listed] == ["en-sq", "sq-en", "en-sr"]
    assert listed[0].urls == ("https://argos-net.com/v1/translate-en_sq-1_9.argosmodel",)
    assert "127.0.0.1 cannot be reached" in note


def test_a_file_as_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTITLER_INDEX", str(tmp_path / "mine.json"))
    named = r"mine\.json, which SUBTITLER_INDEX names, cannot be read"
    with pytest.raises(SubtitlerError, match=f"{named}: No such file or directory"):
        offers()
    for content in ("{}", "[", "\xff"):
        (tmp_path / "mine.json").write_text(content, encoding="latin-1")
        with pytest.raises(SubtitlerError, match=f"{named}: it is not a JSON list"):
            offers()
    (tmp_path / "mine.json").write_text(json.dumps([entry("en", "sr", "2.0")]))
    assert pairs() == ["en-sr"]  # the index goes before what is known here


# --- What would be better -------------------------------------------------------------------------


def have(pair: str, version: str = "1.9", place: str = USER) -> Package:
    from_code, to_code = pair.split("-")
    return Package(from_code, to_code, version, Path(pair), place, 1)


@pytest.mark.parametrize(
    ("packages", "target", "wanted"),
    [
        ([], SQ, ["en-sq"]),
        ([have("en-sq", "1.0", PROJECT)], SQ, ["en-sq"]),
        ([have("en-sq", "1.0", USER)], SQ, ["en-sq"]),
        ([have("en-sq", "1.9", USER)], SQ, []),
        ([have("en-sq", "1.10", USER)], SQ, []),
        ([have("en-sq", "1.0", GIVEN)], SQ, []),
        ([have("en-sr", "1.0", PROJECT)], SR, ["en-sr"]),
        ([have("en-sr", "1.0", PROJECT)], parse_language("sr-Cyrl"), ["en-sr"]),
        ([have("en-sr", "1.0", USER)], SR, []),
        ([], Language("ja"), []),
        ([have("en-ja")], Language("ja"), []),
    ],
)
def test_from_english(
    packages: list[Package], target: Language, wanted: list[str], index: str
) -> None:
    assert [o.pair for o in better(packages, offers()[0], EN, target)] == wanted


@pytest.mark.parametrize(
    ("packages", "wanted"),
    [
        ([], ["de-en", "en-sr"]),
        ([have("de-en")], ["en-sr"]),
        ([have("de-en"), have("en-sr", "1.0", PROJECT)], ["en-sr"]),
        ([have("de-en"), have("en-sr")], []),
        ([have("de-sr")], []),
    ],
)
def test_by_way_of_english(packages: list[Package], wanted: list[str], index: str) -> None:
    assert [o.pair for o in better(packages, offers()[0], DE, SR)] == wanted


def test_half_a_way_is_none(index: str) -> None:
    assert better([], offers()[0], Language("ja"), SR) == []
    assert better([], offers()[0], SR, parse_language("sr-Cyrl")) == []
