"""`subtitler models` as a person runs it, with a real server in the place of the network."""

import hashlib
import json
import os
import re
import shutil
import signal
import time
import zipfile
from pathlib import Path

import pytest
from conftest import Subtitler

from .marian import make_marian
from .server import Site
from .tiny import make_package, zipped

SRT = "1\n00:00:01,000 --> 00:00:04,000\nA man came.\n"
USERS = ".local/share/argos-translate/packages"


@pytest.fixture
def users(subtitler: Subtitler) -> Path:
    return subtitler.folder.parent / "home" / USERS


@pytest.fixture
def index(subtitler: Subtitler, site: Site, models: Path, tmp_path: Path) -> Site:
    """An index with en-sq, from two addresses, and sq-en."""
    archive = zipped(models / "en_sq", tmp_path / "en_sq.argosmodel")
    site.files["translate-en_sq-1_0.argosmodel"] = archive.read_bytes()
    described = {"package_version": "1.0", "type": "translate"}
    urls = [site.url("gone.argosmodel"), site.url("translate-en_sq-1_0.argosmodel")]
    site.files["index.json"] = json.dumps(
        [
            {**described, "from_code": "en", "to_code": "sq", "links": urls},
            {**described, "from_code": "sq", "to_code": "en", "links": [site.url("none")]},
        ]
    ).encode()
    subtitler.environment["SUBTITLER_INDEX"] = site.url("index.json")
    return site


@pytest.fixture
def offline(subtitler: Subtitler) -> None:
    subtitler.environment["SUBTITLER_INDEX"] = "http://127.0.0.1:9/index.json"


# --- list -----------------------------------------------------------------------------------------


def test_list_never_asks_the_network(subtitler: Subtitler, index: Site) -> None:
    result = subtitler("models", "list")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split("\n")[0].split("  ")[0] == "pair"
    assert index.asked == []


def test_what_is_available(subtitler: Subtitler, index: Site) -> None:
    result = subtitler("models", "list", "--available")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.search(
        r"^en-sq +1\.0 +- +- +index +http://127.*gone\.argosmodel$", result.stdout, re.M
    )
    assert re.search(r"^en-sr +1\.0 +- +CC BY 4\.0 +OPUS-MT +https://.*zip$", result.stdout, re.M)


@pytest.mark.usefixtures("offline")
def test_what_is_available_without_a_network(subtitler: Subtitler) -> None:
    begin = time.monotonic()
    result = subtitler(
        "models", "list", "--to", "sr", "--to", "sq", "--to", "ja", "--to", "sr-Cyrl"
    )
    assert time.monotonic() - begin < 6
    assert result.returncode == 0
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("No index of packages: 127.0.0.1 cannot be reached")
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert list(lines) == ["to", "sr", "sq", "ja", "sr-Cyrl"]
    assert "subtitler models install en-sr  (1.0, OPUS-MT, CC BY 4.0)" in lines["sr"]
    assert "subtitler models install en-sq  (1.9, built-in list)" in lines["sq"]
    assert re.fullmatch(r"ja +no package +none is known", lines["ja"])


def test_the_best_that_there_is(subtitler: Subtitler, index: Site, models: Path) -> None:
    folder = subtitler.folder / "mine"
    shutil.copytree(models / "en_sq", folder / "en_sq")
    result = subtitler("models", "list", "--to", "sq", "--models", "mine")
    assert re.search(r"^sq +en-sq 1\.0 \(--models\) +-$", result.stdout, re.M)
    subtitler.refuses("models", "list", "--to", "en", saying="are English already")
    subtitler.refuses("models", "list", "--from", "sq", saying="--from is for the languages")
    subtitler.refuses("models", "list", "--to", "sq", "--available", saying="one of them at a time")


# --- install --------------------------------------------------------------------------------------


def test_a_pair_from_the_index(subtitler: Subtitler, index: Site, users: Path) -> None:
    """The first of its addresses has nothing, the second has."""
    result = subtitler("models", "install", "en-sq")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"en-sq 1.0 was installed in {users}/translate-en_sq-1_0\n"
    assert [path.name for path in users.iterdir()] == ["translate-en_sq-1_0"]

    asked = len(index.asked)
    again = subtitler("models", "install", "en-sq")
    assert again.stdout.startswith("en-sq 1.0 is installed already in ")
    assert len(index.asked) == asked

    # It goes before that of the project, and no better one is known.
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    result = subtitler("translate", "talk.en.srt", "--to", "sq")
    assert "\nTranslated with en-sq 1.0 (Argos folder).\n" in result.stderr
    assert "before it is published" not in result.stderr
    assert "A mën cëma." in (subtitler.folder / "talk.sq.srt").read_text(encoding="utf-8")
    better = subtitler("models", "list", "--to", "sq").stdout
    assert re.search(r"^sq +en-sq 1\.0 \(Argos folder\) +-$", better, re.M)

    # A damaged one is made good.
    (users / "translate-en_sq-1_0/model/model.bin").write_bytes(b"half")
    assert " was installed in " in subtitler("models", "install", "en-sq").stdout
    verified = subtitler("models", "verify", "en-sq").stdout
    assert re.search(rf"^en-sq .*{users}/translate-en_sq-1_0 +ok$", verified, re.M)

    # The SHA-256 of what is installed is not known, so it is fetched again, and is another file.
    subtitler.refuses("models", "install", "en-sq", "--sha256", "0" * 64, saying="its SHA-256 is")


def test_files_and_folders(subtitler: Subtitler, models: Path, users: Path) -> None:
    zipped(models / "en_sq", subtitler.folder / "some.argosmodel")
    (subtitler.folder / "several").mkdir()
    for name in ("sq_en", "en_sr"):
        shutil.copytree(models / name, subtitler.folder / "several" / name)
    digest = hashlib.sha256((subtitler.folder / "some.argosmodel").read_bytes()).hexdigest()
    result = subtitler("models", "install", "some.argosmodel", "--sha256", digest.upper())
    assert (result.returncode, result.stderr) == (0, "")
    result = subtitler("models", "install", "several")
    assert result.stdout.count(" was installed in ") == 2
    assert sorted(path.name for path in users.iterdir()) == [
        *("translate-en_sq-1_0", "translate-en_sr-1_0", "translate-sq_en-1_0")
    ]


def test_an_address(subtitler: Subtitler, index: Site, users: Path) -> None:
    data = index.files["translate-en_sq-1_0.argosmodel"]
    url = index.url("translate-en_sq-1_0.argosmodel").replace("http:", "HTTP:")
    digest = hashlib.sha256(data).hexdigest()
    index.cuts = [len(data) // 2]
    result = subtitler("models", "install", url, "--sha256", digest)
    assert (result.returncode, result.stderr) == (0, "")
    assert (users / "translate-en_sq-1_0/metadata.json").is_file()
    index.files["page"] = b"<html>Log in to the hotel's network first</html>"
    subtitler.refuses("models", "install", url, "--sha256", "0" * 64, saying="its SHA-256 is")
    subtitler.refuses(
        *("models", "install", index.url("page")), saying=f"{index.url('page')} is not an Argos"
    )
    subtitler.refuses("models", "install", index.url("none"), saying="there is nothing at http")


def test_a_model_of_opus_mt_in_place_of_a_package(
    subtitler: Subtitler, site: Site, users: Path
) -> None:
    model = make_marian(subtitler.folder / "opus")
    shutil.make_archive(str(subtitler.folder / "opus"), "zip", model)
    site.files["opus.zip"] = (subtitler.folder / "opus.zip").read_bytes()
    for given in ("opus", "opus.zip", site.url("opus.zip")):
        subtitler.refuses("models", "install", given, saying=f"models convert {given} --from")


def test_ctrl_c_while_it_comes(subtitler: Subtitler, site: Site, users: Path) -> None:
    site.files["big.argosmodel"] = os.urandom(2_000_000)
    site.slow = 0.2
    process = subtitler.start(
        *("models", "install", site.url("big.argosmodel")), start_new_session=True
    )
    cache = subtitler.folder.parent / "home/.cache/subtitler/downloads"
    deadline = time.monotonic() + 30
    while not any(part.stat().st_size for part in cache.glob("*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, messages = process.communicate(timeout=30)
    assert process.returncode == 130
    assert messages.strip() == "subtitler: stopped; nothing was left half-written."
    assert not users.exists()


@pytest.mark.usefixtures("offline")
def test_offline(subtitler: Subtitler) -> None:
    begin = time.monotonic()
    subtitler.refuses(
        *("models", "install", "http://127.0.0.1:9/x.argosmodel"),
        saying="127.0.0.1 cannot be reached (Connection refused): is there a network?\n",
    )
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    ("arguments", "saying"),
    [
        (["nothing.argosmodel"], "There is no file nothing.argosmodel, and it is no pair"),
        (["ja-en"], "No package ja-en is to be had: subtitler models list --available"),
        (["sq-sr"], "the way by English: subtitler models install sq-en en-sr"),
        (["."], ". holds no Argos package"),
        (["en-sq", "--sha256", "12"], "“12” is no SHA-256"),
        (["en-sq", "en-sr", "--sha256", "0" * 64], "--sha256 is for one file"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_be_installed(
    subtitler: Subtitler, index: Site, arguments: list[str], saying: str
) -> None:
    subtitler.refuses("models", "install", *arguments, saying=saying)


# --- verify and remove ----------------------------------------------------------------------------


def test_verify_tells_the_good_from_the_bad(
    subtitler: Subtitler, models: Path, users: Path
) -> None:
    assert subtitler("models", "verify").returncode == 0
    shutil.copytree(models / "en_sq", users / "good")
    shutil.copytree(models / "sq_en", users / "bad")
    (users / "bad/model/model.bin").write_bytes(b"half")
    zipped(models / "en_sr", users / "cut.argosmodel")
    os.truncate(users / "cut.argosmodel", 5000)
    (users / "strange").mkdir()
    (users / "strange/metadata.json").write_text("[]")
    result = subtitler("models", "verify")
    assert (result.returncode, result.stderr) == (1, "")
    lines = {
        Path(line.split()[4 if "Argos folder" in line else 3]).name: line
        for line in result.stdout.splitlines()[1:]
    }
    assert lines["good"].endswith("  ok")
    assert "cannot be loaded" in lines["bad"]
    assert "it is not a zip file" in lines["cut.argosmodel"]
    assert "is damaged" in lines["strange"]

    assert subtitler("models", "verify", str(users / "good")).returncode == 0
    assert subtitler("models", "verify", "sq-en").returncode == 1
    other = make_package(subtitler.folder / "other")
    assert subtitler("models", "verify", "other").stdout.endswith("  ok\n")
    assert subtitler("models", "verify", "--models", "other").returncode == 1  # the bad ones too
    (other / "sentencepiece.model").write_text("x")
    assert "cannot be loaded" in subtitler("models", "verify", "other").stdout
    subtitler.refuses("models", "verify", "en-ja", saying="There is no package en-ja")
    subtitler.refuses(
        "models", "verify", "--models", "none", saying="There is no file or folder none"
    )


def test_remove(subtitler: Subtitler, models: Path, users: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(models / "en_sq", users / name)
    shutil.copytree(models / "sq_en", users / "three")
    subtitler.refuses("models", "remove", "en-sq", "en-sr", saying="There is no package en-sr in")
    assert len(list(users.iterdir())) == 3
    result = subtitler("models", "remove", "en-sq")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"Removed {users}/one\nRemoved {users}/two\n"
    assert [path.name for path in users.iterdir()] == ["three"]
    assert re.search(r"^en-sq .* project ", subtitler("models", "list").stdout, re.M)


# --- convert --------------------------------------------------------------------------------------

PAIR = ("--from", "en", "--to", "sr", "--token", ">>srp_Latn<<")


def test_converted_installed_and_used(subtitler: Subtitler, users: Path) -> None:
    make_marian(subtitler.folder / "opus")
    result = subtitler("models", "convert", "opus", *PAIR)
    assert (result.returncode, result.stderr) == (0, "")
    made = "translate-en_sr-1_0.argosmodel"
    assert result.stdout == f"Made {made}: subtitler models install {made}\n"
    result = subtitler("models", "install", made)
    assert result.stdout == f"en-sr 1.0 (CC BY 4.0) was installed in {users}/{made[:-11]}\n"
    (subtitler.folder / "talk.en.srt").write_text(SRT.replace("A man came.", "hello world"))
    result = subtitler("translate", "talk.en.srt", "--to", "sr")
    assert "Translated with en-sr 1.0 (Argos folder)." in result.stderr
    written = (subtitler.folder / "talk.sr.srt").read_text(encoding="utf-8")
    assert "Latinica zdravo svete" in written
    version = ("--version", "2.1", "--quantization", "float32", "-o", "made/b.argosmodel")
    assert subtitler("models", "convert", "opus", *PAIR, *version).returncode == 0
    with zipfile.ZipFile(subtitler.folder / "made/b.argosmodel") as archive:
        assert archive.namelist()[0].startswith("translate-en_sr-2_1/")


def test_what_cannot_be_converted(subtitler: Subtitler) -> None:
    make_marian(subtitler.folder / "opus")
    shutil.make_archive(str(subtitler.folder / "opus"), "zip", subtitler.folder / "opus")
    convert = ("models", "convert")
    overwritten = "is one of the files to read and would be overwritten"
    subtitler.refuses(*convert, "opus.zip", *PAIR, "-o", "opus.zip", saying=overwritten)
    subtitler.refuses(*convert, "opus", *PAIR, "-o", "opus/source.spm", saying=overwritten)
    subtitler.refuses(*convert, "opus", *PAIR, "-o", "opus", saying="“opus” is")
    no_folder = "“opus.zip” is not a folder"
    subtitler.refuses(*convert, "opus", *PAIR, "-o", "opus.zip/p", saying=no_folder)
    subtitler.refuses(*convert, "opus", *PAIR[:-1], ">>hrv<<", saying=">>srp_Cyrl<<, >>srp_Latn<<")
    subtitler.refuses(*convert, "opus", *PAIR[:-2], saying="name one with --token")
    subtitler.refuses(*convert, "opus", *PAIR, "--quantization", "int3", saying="is not one of")
    subtitler.refuses(*convert, "opus", "--to", "sr", saying="Missing option '--from'")
    subtitler.refuses(*convert, "none", *PAIR, saying="There is no file or folder none")


# --- What is said of packages ---------------------------------------------------------------------


def test_the_small_packages_of_the_project_are_named_and_better_ones_told_of(
    subtitler: Subtitler,
) -> None:
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    to = ("--to", "sr", "--to", "sq", "--to", "sr-Cyrl")
    result = subtitler("translate", "talk.en.srt", *to)
    used, advice = result.stderr.splitlines()[-2:]
    assert re.sub(r"\d", "N", used) == "Translated with en-sr N.N (project), en-sq N.N (project)."
    assert advice == (
        "The project's packages are small: a person has to read the Serbian and Albanian before it"
        " is published. Better ones, if you have a network: subtitler models install en-sr en-sq"
    )
    assert "models install" not in subtitler("check", "talk.sr.srt").stderr


def test_a_model_that_fails_at_work(subtitler: Subtitler) -> None:
    package = make_package(subtitler.folder / "bad")
    (package / "model" / "shared_vocabulary.json").write_text('["<unk>", "a"]')
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    subtitler.refuses(
        *("translate", "talk.en.srt", "--to", "sq", "--models", "bad", "-o", "out"),
        saying="The model of bad fails (Invalid token ID",
    )


def test_a_package_that_was_named_needs_no_word(subtitler: Subtitler, models: Path) -> None:
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    result = subtitler("translate", "talk.en.srt", "--to", "sq", "--models", str(models / "en_sq"))
    assert "Translated with" not in result.stderr
    result = subtitler("translate", "talk.sq.srt", "--to", "sr", "--models", str(models))
    assert "Translated with sq-en 1.0 (--models) and en-sr 1.0 (--models)." in result.stderr
    result = subtitler("translate", "talk.sr.srt", "--to", "sr-Cyrl")
    assert "Translated with" not in result.stderr
