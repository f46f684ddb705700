"""Packages into the user's folder and out of it: whole, tried, and never lost on the way."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from argostranslate.package import get_installed_packages

from subtitler.errors import SubtitlerError
from subtitler.translation import installing
from subtitler.translation.engine import Engine
from subtitler.translation.installing import find_installed, install, remove
from subtitler.translation.packages import USER, list_packages, user_folder

from .tiny import make_package, zipped


@pytest.fixture
def package(models: Path, tmp_path: Path) -> Path:
    """A copy of a good package, to be spoilt."""
    return Path(shutil.copytree(models / "en_sq", tmp_path / "given" / "en_sq"))


def describe(package: Path, **changes: object) -> None:
    metadata = json.loads((package / "metadata.json").read_text())
    (package / "metadata.json").write_text(json.dumps({**metadata, **changes}))


def contents(folder: Path) -> dict[str, bytes | None]:
    """All that is in the folder of packages and beside it."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def argos_sees() -> list[str]:
    found = get_installed_packages(path=[user_folder()])
    return [f"{p.from_code}-{p.to_code} {p.package_version}" for p in found]


@pytest.mark.parametrize("form", ["folder", "zip", "flat zip"])
def test_it_is_where_argos_finds_it(form: str, package: Path, tmp_path: Path) -> None:
    given = package
    if form == "zip":
        given = zipped(package, tmp_path / "some name.zip")
    elif form == "flat zip":
        given = Path(shutil.make_archive(str(tmp_path / "flat"), "zip", package))
    installed = install(given)
    assert installed.path == user_folder() / "translate-en_sq-1_0"
    assert installed.place == USER
    assert list_packages() == [installed]
    assert argos_sees() == ["en-sq 1.0"]
    assert [p.name for p in user_folder().parent.iterdir()] == ["packages"]
    assert Engine(installed).translate(["A man."]) == [["A mën."]]
    assert stat.S_IMODE(installed.path.stat().st_mode) & 0o500 == 0o500


def test_other_versions_stay_and_the_newest_is_used(package: Path) -> None:
    install(package)
    describe(package, package_version="1.10")
    install(package)
    describe(package, package_version="1.9")
    install(package)
    assert [p.version for p in list_packages()] == ["1.10", "1.9", "1.0"]
    assert sorted(argos_sees()) == ["en-sq 1.0", "en-sq 1.10", "en-sq 1.9"]


def test_the_same_version_is_replaced(package: Path) -> None:
    install(package)
    (package / "README.md").write_text("new")
    installed = install(package)
    assert (installed.path / "README.md").read_text() == "new"
    assert argos_sees() == ["en-sq 1.0"]
    again = install(installed.path)  # onto itself
    assert (again.path / "README.md").read_text() == "new"


def test_protected_files_are_not_protected_in_their_new_place(package: Path) -> None:
    """As from a disc or a store: whoever may not write to a folder can neither rename it."""
    for path in (package, *package.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for _ in range(2):
        installed = install(package)
        for path in (installed.path, *installed.path.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600
    remove([installed.path])
    assert [p.name for p in user_folder().parent.iterdir()] == ["packages"]


def test_a_link_to_nowhere(package: Path) -> None:
    (package / "README.md").symlink_to("nowhere")
    with pytest.raises(SubtitlerError, match=r"^.*en_sq cannot be copied into .*: No such file"):
        install(package)


def no_vocabulary(package: Path) -> None:
    (package / "model" / "shared_vocabulary.json").write_text('["<unk>", "a"]')


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    ("spoil", "saying"),
    [
        (lambda p: (p / "metadata.json").unlink(), "lacks metadata.json"),
        (lambda p: (p / "model" / "model.bin").write_bytes(b"half"), "cannot be loaded"),
        (lambda p: os.truncate(p / "model" / "model.bin", 100_000), "cannot be loaded"),
        (lambda p: (p / "sentencepiece.model").write_bytes(b"x"), "cannot be loaded"),
        (no_vocabulary, "fails .Invalid token"),
        (lambda p: describe(p, type="sbd"), "not one that translates"),
        (lambda p: (p / "decoder.yml").write_text(""), "is an OPUS-MT model: .* models convert"),
    ],
)
def test_a_bad_package_leaves_the_one_before(
    spoil, saying: str, as_zip: bool, package: Path, tmp_path: Path
) -> None:
    install(package)
    before = contents(user_folder().parent)
    spoil(package)
    given = zipped(package, tmp_path / "bad.argosmodel") if as_zip else package
    with pytest.raises(SubtitlerError, match=saying) as error:
        install(given)
    assert str(given) in str(error.value)
    assert ".subtitler-" not in str(error.value)
    assert contents(user_folder().parent) == before


def test_a_package_that_translates_into_nothing(tmp_path: Path) -> None:
    words = "This is a test."
    table = {f"▁{word}": "</s>" for word in words.split()}
    with pytest.raises(SubtitlerError, match=r"translates “This is a test\.” into nothing"):
        install(make_package(tmp_path / "mute", words=words, table=table))


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt"])
def test_a_zip_that_climbs_out(name: str, package: Path, tmp_path: Path) -> None:
    archive = zipped(package, tmp_path / "evil.argosmodel")
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(zipfile.ZipInfo(name), "evil")
    with pytest.raises(SubtitlerError, match="outside its folder"):
        install(archive)


def test_metadata_that_climb_out(package: Path) -> None:
    describe(package, to_code="../../sq", package_version="../1")
    installed = install(package)
    assert installed.path.parent == user_folder()
    assert installed.path.name == "translate-en__sq-_1"


# What the child does before it is killed, at the worst moments.
KILLED = """
import os, signal, sys
from pathlib import Path
from subtitler.translation import installing
moment, package = sys.argv[1:]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
rename = Path.rename
def renamed(self, target):
    if moment == "before the first rename": die()
    rename(self, target)
    die()
if moment == "while it is tried": installing.try_out = die
elif moment == "half copied": installing.shutil.copytree = lambda a, b, **_: (b.mkdir(), die())
else: Path.rename = renamed
installing.install(Path(package))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    "moment", ["half copied", "while it is tried", "before the first rename", "between the renames"]
)
def test_a_kill_never_costs_the_package_that_was_there(
    moment: str, package: Path, models: Path
) -> None:
    installed = install(package)
    before = contents(user_folder())
    (package / "README.md").write_text("new")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(package)], cwd=Path(__file__).parents[2]
    )
    assert done.returncode == -signal.SIGKILL
    assert len(list(user_folder().parent.iterdir())) == 2
    if moment == "between the renames":
        assert argos_sees() == []
    else:
        assert contents(user_folder()) == before
    install(models / "en_sr")  # the next run puts things right
    assert sorted(argos_sees()) == ["en-sq 1.0", "en-sr 1.0"]
    assert not (installed.path / "README.md").exists()
    assert [p.name for p in user_folder().parent.iterdir()] == ["packages"]


def test_a_rename_that_fails_gives_back_what_was_there(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(package)
    before = contents(user_folder().parent)
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(SubtitlerError, match="cannot be written: No space left on device"):
        install(package)
    assert contents(user_folder().parent) == before


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_a_full_disk(
    as_zip: bool,
    package: Path,
    tmp_path: Path,
    small_disk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(small_disk / "packages"))
    given = zipped(package, tmp_path / "en_sq.argosmodel") if as_zip else package
    with pytest.raises(SubtitlerError, match="No space left on device"):
        install(given)
    assert list(small_disk.iterdir()) == []


def test_a_folder_that_is_a_disk_of_its_own(
    package: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container: what is beside it lies on another disk."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(small_disk))
    install(package)
    install(package)
    assert [path.name for path in small_disk.iterdir()] == ["translate-en_sq-1_0"]


def test_a_folder_that_cannot_be_made(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", "/proc/argos/packages")
    with pytest.raises(SubtitlerError, match=r"/proc/argos, .* ARGOS_PACKAGES_DIR"):
        install(package)


# --- Removing -------------------------------------------------------------------------------------


def test_a_pair_is_removed_in_all_versions(package: Path, models: Path) -> None:
    install(package)
    describe(package, package_version="1.9")
    install(package)
    install(models / "en_sr")
    paths = find_installed(["en-sq"])
    assert [path.name for path in paths] == ["translate-en_sq-1_0", "translate-en_sq-1_9"]
    remove(paths)
    assert argos_sees() == ["en-sr 1.0"]
    assert [p.name for p in user_folder().parent.iterdir()] == ["packages"]


def test_a_pair_is_named_as_it_is_installed(package: Path) -> None:
    describe(package, to_code="nb")
    path = install(package).path
    for name in ("en-nb", "en-no", "en_no", "EN-NB"):
        assert find_installed([name]) == [path]


@pytest.mark.parametrize("how", ["path", "name", "pair with underscore"])
def test_one_version_or_a_damaged_package_is_named_by_its_path(
    how: str, package: Path, models: Path
) -> None:
    path = install(package).path
    install(models / "en_sr")
    (path / "metadata.json").write_text("{")
    name = {"path": str(path), "name": path.name}.get(how, "en_sq")
    assert find_installed([name]) == [path]
    remove([path])
    assert argos_sees() == ["en-sr 1.0"]


def test_only_what_is_in_the_users_folder(package: Path, models: Path) -> None:
    install(package)
    for name in ("en-sr", str(package), "..", str(user_folder()), "translate-en_sr-1_0"):
        with pytest.raises(SubtitlerError, match="only there packages are removed"):
            find_installed(["en-sq", name])
    assert argos_sees() == ["en-sq 1.0"]


def test_a_link_goes_and_what_it_leads_to_stays(package: Path) -> None:
    user_folder().mkdir(parents=True)
    (user_folder() / "mine").symlink_to(package)
    remove(find_installed(["en-sq"]))
    assert argos_sees() == []
    assert (package / "model" / "model.bin").is_file()


def test_two_installations_wait_for_each_other(package: Path, models: Path) -> None:
    script = "import sys; from pathlib import Path; from subtitler.translation import installing;"
    script += "installing.install(Path(sys.argv[1]))"
    root = Path(__file__).parents[2]
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(given)], cwd=root)
        for given in (package, models / "en_sr", package, models / "sq_en")
    ]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0, 0]
    assert sorted(argos_sees()) == ["en-sq 1.0", "en-sr 1.0", "sq-en 1.0"]
    assert installing.user_folder().is_dir()
