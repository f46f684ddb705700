import errno
import json
import logging
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, parse_language
from subtitler.translation import archives, packages
from subtitler.translation.packages import GIVEN, PROJECT, USER, find_route, list_packages

from .tiny import zipped

EN, SQ, SR = Language("en"), Language("sq"), Language("sr")


@pytest.fixture
def package(models: Path, tmp_path: Path) -> Path:
    """A copy of a good package, to be spoilt."""
    return Path(shutil.copytree(models / "en_sq", tmp_path / "given" / "en_sq"))


def test_folders_and_zips_are_found_and_strays_ignored(package: Path, models: Path) -> None:
    given = package.parent
    (given / "notes").mkdir()
    (given / "notes" / "todo.txt").write_text("buy milk")
    (given / "index.json").write_text("[]")
    (given / ".git" / "en_xx").mkdir(parents=True)
    zipped(models / "sq_en", given / "sq_en.argosmodel")
    found = list_packages(given)
    assert [(p.pair, p.version, p.place, p.path.name) for p in found] == [
        ("en-sq", "1.0", GIVEN, "en_sq"),
        ("sq-en", "1.0", GIVEN, "sq_en.argosmodel"),
    ]
    assert found[0].size > 1_000_000
    assert found[1].size == (given / "sq_en.argosmodel").stat().st_size


def test_a_stray_folder_that_may_not_be_read_does_no_harm_where_nobody_asked_for_it(
    models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = packages.user_folder()
    shutil.copytree(models / "en_sq", user / "en_sq")
    (user / "secret").mkdir()
    listed = Path.iterdir

    def protected(folder: Path) -> Iterator[Path]:
        if folder.name == "secret":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", protected)
    monkeypatch.setattr(packages, "project_folder", lambda: None)
    assert [p.pair for p in list_packages()] == ["en-sq"]
    assert "secret" in caplog.text
    with pytest.raises(SubtitlerError, match="secret"):
        list_packages(user)


def test_a_package_itself_may_be_given(package: Path, tmp_path: Path) -> None:
    archive = zipped(package, tmp_path / "one.argosmodel")
    assert [p.pair for p in list_packages(package)] == ["en-sq"]
    assert [p.pair for p in list_packages(archive)] == ["en-sq"]


def test_places_are_searched_in_order(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = packages.user_folder()
    assert user == tmp_path / "xdg_data_home" / "argos-translate" / "packages"
    for folder in (tmp_path / "given", tmp_path / "project", user):
        shutil.copytree(models / "en_sq", folder / "en_sq")
    monkeypatch.setattr(packages, "project_folder", lambda: tmp_path / "project")
    found = list_packages(tmp_path / "given")
    assert [p.place for p in found] == [GIVEN, USER, PROJECT]
    assert find_route(found, EN, SQ) == [found[0]]
    assert [p.place for p in list_packages()] == [USER, PROJECT]
    # A folder that two places name counts once.
    assert [p.place for p in list_packages(user)] == [GIVEN, PROJECT]


def test_the_newest_version_of_a_place_comes_first(package: Path) -> None:
    newer = Path(shutil.copytree(package, package.parent / "another"))
    _describe(newer, package_version="1.10")
    _describe(package, package_version="1.9")
    assert [p.version for p in list_packages(package.parent)] == ["1.10", "1.9"]


def test_the_users_folder_is_argos_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "xdg_config_home" / "argos-translate" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"ARGOS_PACKAGES_DIR": "/from/settings"}))
    assert packages.user_folder() == Path("/from/settings")
    settings.write_text("not json")
    assert packages.user_folder() == tmp_path / "xdg_data_home/argos-translate/packages"
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", "/from/environment")
    assert packages.user_folder() == Path("/from/environment")


def test_codes_of_packages_are_read_as_the_program_writes_them(package: Path) -> None:
    for code, target in (("sr_Latn", "sr-Cyrl"), ("pb", "pt-BR"), ("no", "nb"), ("zt", "zh-Hant")):
        _describe(package, to_code=code)
        found = list_packages(package)
        assert find_route(found, EN, parse_language(target)) == found


@pytest.mark.parametrize(
    ("readme", "licence"),
    [
        ("# en-sq\n\nLicensed under CC-BY-4.0, see below.\n", "CC-BY-4.0"),
        ("Trained on CC0 texts.\nLicence of the model: CC BY 4.0.\n", "CC BY 4.0"),
        ("The model is under MPL-2.0, as its parent.\n", "MPL-2.0"),
        ("A licence to kill.\n", ""),
        ("Trained with MIT's machines.\n", ""),
    ],
)
def test_the_licence_that_a_readme_names(readme: str, licence: str, package: Path) -> None:
    assert list_packages(package)[0].licence() == ""
    (package / "README.md").write_text(readme)
    assert list_packages(package)[0].licence() == licence
    [zipped_one] = list_packages(zipped(package, package.parent / "z.argosmodel"))
    assert zipped_one.licence() == licence
    _describe(package, license="CC BY-SA 3.0")
    assert list_packages(package)[0].licence() == "CC BY-SA 3.0"


def test_packages_for_other_things_are_passed_over(package: Path, models: Path) -> None:
    shutil.copytree(models / "en_sr", package.parent / "en_sr")
    _describe(package, type="sbd")
    assert [p.pair for p in list_packages(package.parent)] == ["en-sr"]


def _describe(package: Path, **changes: object) -> None:
    metadata = json.loads((package / "metadata.json").read_text())
    (package / "metadata.json").write_text(json.dumps({**metadata, **changes}))


# --- Bad packages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: (p / "metadata.json").unlink(), "lacks metadata.json"),
        (lambda p: (p / "metadata.json").write_text("{"), "metadata.json of .* is damaged"),
        (lambda p: (p / "metadata.json").write_text("[]"), "is not a JSON object"),
        (lambda p: (p / "metadata.json").write_bytes(b"\xff\xfe\x00"), "is damaged"),
        (lambda p: _describe(p, to_code=None), "does not say its to_code"),
        (lambda p: shutil.rmtree(p / "model"), "lacks its model"),
        (lambda p: (p / "model" / "model.bin").unlink(), "lacks its model"),
        (lambda p: (p / "sentencepiece.model").unlink(), "lacks its tokenizer"),
    ],
)
def test_a_package_with_a_part_missing(spoil, message, as_zip, package: Path) -> None:
    spoil(package)
    if as_zip:
        zipped(package, package.parent / "spoilt.argosmodel")
        shutil.rmtree(package)
    with pytest.raises(SubtitlerError, match=message) as error:
        list_packages(package.parent)
    assert str(package.parent) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"this is no zip", b"PK\x03\x04 and then nothing"])
def test_a_package_that_is_no_zip(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "en_sq.argosmodel").write_bytes(content)
    with pytest.raises(SubtitlerError, match=r"en_sq\.argosmodel .* it is not a zip file"):
        list_packages(tmp_path)


@pytest.mark.parametrize(
    "name", ["../evil.txt", "en_sq/../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "..\\evil.txt"]
)
def test_a_package_that_climbs_out_of_its_folder(name: str, package: Path, tmp_path: Path) -> None:
    archive = zipped(package, tmp_path / "evil.argosmodel")
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(zipfile.ZipInfo(name), "evil")
    with pytest.raises(SubtitlerError, match=r"evil\.argosmodel is unsafe: .* outside its folder"):
        list_packages(archive)
    assert not (tmp_path / "xdg_cache_home").exists()


def test_a_package_with_a_link(package: Path, tmp_path: Path) -> None:
    archive = zipped(package, tmp_path / "evil.argosmodel")
    link = zipfile.ZipInfo("en_sq/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(SubtitlerError, match="is a link"):
        list_packages(archive)


def test_a_zip_bomb(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_GROWTH_BYTES", 1 << 20)
    archive = tmp_path / "bomb.argosmodel"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(5 << 20))
    with pytest.raises(SubtitlerError, match="would unpack to 5 MB"):
        list_packages(archive)


def test_a_package_with_a_damaged_member(package: Path, tmp_path: Path) -> None:
    archive = zipped(package, tmp_path / "damaged.argosmodel")
    with zipfile.ZipFile(archive) as file:
        member = next(m for m in file.infolist() if m.filename.endswith("model.bin"))
    data = bytearray(archive.read_bytes())
    middle = member.header_offset + 60 + member.compress_size // 2
    data[middle : middle + 20] = bytes(byte ^ 0xA5 for byte in data[middle : middle + 20])
    archive.write_bytes(data)
    [found] = list_packages(archive)
    with pytest.raises(SubtitlerError, match=r"damaged\.argosmodel is damaged"):
        found.folder()
    assert list((tmp_path / "xdg_cache_home/subtitler/packages").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "saying"),
    [
        ({6: b"\xff"}, "is damaged: zip file version 25.5"),
        ({9: b"\x08", 46: b"\xff"}, "is damaged: 'utf-8' codec"),
        ({8: b"\x01"}, "is encrypted; an Argos package must not be"),
        ({10: b"\x63"}, "is damaged: That compression method is not supported"),
    ],
    ids=["version", "name", "encrypted", "method"],
)
def test_a_package_with_a_damaged_table_of_contents(
    changes: dict[int, bytes], saying: str, package: Path, tmp_path: Path
) -> None:
    data = bytearray(zipped(package, tmp_path / "good.argosmodel").read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    for offset, value in changes.items():
        data[entry + offset : entry + offset + 1] = value
    (tmp_path / "damaged.argosmodel").write_bytes(data)
    with pytest.raises(SubtitlerError, match=f"damaged.argosmodel {saying}"):
        list_packages(tmp_path / "damaged.argosmodel")[0].folder()


def test_a_full_disk_leaves_nothing(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = list_packages(zipped(package, tmp_path / "en_sq.argosmodel"))

    def full(self: zipfile.ZipFile, path: Path) -> None:
        (path / "half").mkdir(parents=True)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "extractall", full)
    with pytest.raises(SubtitlerError, match=r"Cannot unpack .*: No space left on device"):
        found.folder()
    assert list((tmp_path / "xdg_cache_home/subtitler/packages").iterdir()) == []


def test_a_folder_that_does_not_exist_or_is_empty(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match=r"There is no file or folder .*nowhere"):
        list_packages(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SubtitlerError, match="empty holds no Argos package"):
        list_packages(tmp_path / "empty")


def test_a_damaged_package_of_the_user_is_only_warned_of(
    models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    user = packages.user_folder()
    shutil.copytree(models / "en_sq", user / "en_sq")
    (user / "bad.argosmodel").write_text("no zip")
    (user / "stray").mkdir()
    with caplog.at_level(logging.WARNING):
        assert [p.pair for p in list_packages()] == ["en-sq"]
    assert "bad.argosmodel" in caplog.text


# --- Unpacking ------------------------------------------------------------------------------------


def test_unpacked_once_and_again_when_damaged(package: Path, tmp_path: Path) -> None:
    [found] = list_packages(zipped(package, tmp_path / "en_sq.argosmodel"))
    folder = found.folder()
    model = folder / "model" / "model.bin"
    assert model.read_bytes() == (package / "model" / "model.bin").read_bytes()
    before = model.stat().st_mtime_ns, model.stat().st_ino
    assert found.folder() == folder
    assert (model.stat().st_mtime_ns, model.stat().st_ino) == before
    model.write_bytes(b"half")
    assert found.folder() == folder
    assert model.stat().st_size > 4


def test_a_zip_without_a_top_folder(package: Path, tmp_path: Path) -> None:
    archive = tmp_path / "flat.argosmodel"
    with zipfile.ZipFile(archive, "w") as file:
        for path in package.rglob("*"):
            file.write(path, str(path.relative_to(package)))
    [found] = list_packages(archive)
    assert (found.folder() / "metadata.json").is_file()


def test_without_a_cache_that_can_be_written(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    [found] = list_packages(zipped(package, tmp_path / "en_sq.argosmodel"))
    assert (found.folder() / "metadata.json").is_file()


# --- Routes ---------------------------------------------------------------------------------------


def test_routes(models: Path) -> None:
    found = list_packages(models)
    assert [p.pair for p in find_route(found, EN, SR)] == ["en-sr"]
    assert [p.pair for p in find_route(found, SQ, parse_language("sr-Cyrl"))] == ["sq-en", "en-sr"]


def test_no_route_says_which_pairs_there_are_and_how_to_get_one(models: Path) -> None:
    found = list_packages(models)
    with pytest.raises(SubtitlerError) as error:
        find_route(found, EN, Language("de"))
    assert "English into German" in str(error.value)
    assert "en-sq, en-sr, sq-en" in str(error.value)
    assert "--models" in str(error.value)
    assert "`subtitler models install en-de`" in str(error.value)
    with pytest.raises(SubtitlerError, match="`subtitler models install sq-en en-sr`"):
        find_route([], SQ, SR)
    with pytest.raises(SubtitlerError, match="`subtitler models install en-sr`"):
        find_route([p for p in found if p.pair == "sq-en"], SQ, SR)


def test_a_language_into_itself(models: Path) -> None:
    with pytest.raises(SubtitlerError, match="are Serbian already"):
        find_route(list_packages(models), SR, SR)


def test_serbian_in_other_letters_needs_no_package() -> None:
    assert find_route([], SR, parse_language("sr-Cyrl")) == []
    assert find_route([], parse_language("sr-Cyrl"), SR) == []


def test_looking_for_packages_loads_no_library(models: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from subtitler.translation.packages import list_packages;"
        "list_packages(Path(sys.argv[1]));"
        "print(*{'ctranslate2', 'argostranslate', 'numpy', 'sentencepiece'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, models],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == ""
    assert not (tmp_path / "xdg_data_home").exists()
