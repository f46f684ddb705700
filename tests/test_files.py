"""Text files in every encoding that is met, and files that are written whole or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest
from disks import small_disk_at

from subtitler import files
from subtitler.errors import SubtitlerError
from subtitler.files import read_text, write_atomic

SERBIAN = "Đorđe Čvarkov i Žika Šćepanović dogovorili su se juče u Nišu.\n"
CYRILLIC = "Ђорђе Чварков и Жика Шћепановић договорили су се јуче у Нишу.\n"
ALBANIAN = "Përshëndetje, zonja Çela, dhe faleminderit që erdhët sot në Gjakovë.\n"
FRENCH = "L’élève a dit « voilà » à son père, très fâché, et ça l’a gêné à Genève.\n"
GERMAN = "Die Gespräche über Größe und Maß führten für alle zu schönen Lösungen.\n"
ENGLISH = "We met with Milošević and Vučić – “a café”, they said – in the centre of the town.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SERBIAN, "utf-8"),
        (SERBIAN, "utf-8-sig"),
        (CYRILLIC, "utf-16"),
        (CYRILLIC, "utf-16-le"),
        (SERBIAN, "utf-16-be"),
        (ENGLISH, "utf-32"),
        (SERBIAN, "cp1250"),
        (ALBANIAN, "cp1250"),
        (CYRILLIC, "cp1251"),
        (ALBANIAN, "cp1252"),
        (FRENCH, "cp1252"),
        (GERMAN, "cp1252"),
        # The names decide where the language has no letters of its own.
        (ENGLISH, "cp1250"),
        ("Mr Kadić was here with us.\n", "cp1250"),
        ("The façade of the Hôtel is a cliché, and that is it.\n", "cp1252"),
        # Few letters and no words: the shape of the words is all there is.
        ("Да.\n", "cp1251"),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode(encoding))
    assert read_text(path) == text


@pytest.mark.parametrize("language", ["sr", "sr-Latn", "sr-Cyrl"])
def test_the_letters_count_more_than_the_language_that_was_named(
    tmp_path: Path, language: str
) -> None:
    latin, cyrillic = tmp_path / "latin.txt", tmp_path / "cyrillic.txt"
    latin.write_bytes(SERBIAN.encode("cp1250"))
    cyrillic.write_bytes(CYRILLIC.encode("cp1251"))
    assert read_text(latin, language) == SERBIAN
    assert read_text(cyrillic, language) == CYRILLIC


def test_the_language_decides_where_the_letters_leave_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"Mar\xe8")
    assert read_text(path, "sr") == "Marč"
    assert read_text(path, "it") == "Marè"


def test_a_utf_8_letter_is_enough_to_know_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("Only one é.".encode())
    assert read_text(path) == "Only one é."


def test_line_ends_become_newlines(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"one\r\ntwo\rthree\nfour")
    assert read_text(path) == "one\ntwo\nthree\nfour"


def test_the_end_of_file_mark_of_dos_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"Hello.\r\n\x1a\x00\x00")
    assert read_text(path) == "Hello.\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)), "binary"),
        (bytes(range(1, 256)) * 8, "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04\x14\x00", "Word"),
        (rb"{\rtf1\ansi Hello}", "RTF"),
        (b"\xff\xfea\x00b", "damaged at line 1"),
        ("Përshëndetje\nnjë dy tre\nkëtë ".encode() + b"\xff \xc3", "UTF-8 but damaged at line 3"),
    ],
)
def test_what_is_not_a_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    with pytest.raises(SubtitlerError, match=message) as caught:
        read_text(path)
    assert "page.txt" in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="There is no file"):
        read_text(tmp_path / "missing.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="is a folder"):
        read_text(tmp_path)


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SubtitlerError, match="cannot be read"):
        read_text(tmp_path / "file" / "page.txt")


def test_a_video_in_place_of_a_text_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "video.txt"
    with open(path, "wb") as file:
        file.truncate(10**12)  # a hole, it takes no room
    with pytest.raises(SubtitlerError, match="larger than 20 MB"):
        read_text(path)


# --- Writing --------------------------------------------------------------------------------------


def test_a_text_is_written_as_utf_8_with_its_line_ends(tmp_path: Path) -> None:
    write_atomic(tmp_path / "out.srt", "Čaj\r\n")
    assert (tmp_path / "out.srt").read_bytes() == b"\xc4\x8caj\r\n"


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomic(tmp_path / "out.srt", b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "out.srt").stat().st_mode) == 0o640


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.srt"
    path.write_bytes(b"old")
    path.chmod(0o664)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link, target = tmp_path / "link.srt", tmp_path / "folder" / "target.srt"
    link.symlink_to(target)
    for data in (b"made", b"replaced"):
        write_atomic(link, data)
        assert link.is_symlink()
        assert target.read_bytes() == data


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".srt")
    write_atomic(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_atomic(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_full_device_is_reported() -> None:
    with pytest.raises(SubtitlerError, match="the disk is full"):
        write_atomic(Path("/dev/full"), b"x")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match=r"There is no folder “.*missing”"):
        write_atomic(tmp_path / "missing" / "out.srt", b"x")


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="is a folder"):
        write_atomic(tmp_path, b"x")


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SubtitlerError, match="is a file and not a folder"):
        write_atomic(tmp_path / "file" / "out.srt", b"x")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that takes no files")
def test_a_folder_that_cannot_be_written_is_reported() -> None:
    # Permissions do not stop root, who runs tests in containers; /proc does.
    with pytest.raises(SubtitlerError, match="protected"):
        write_atomic(Path("/proc/out.srt"), b"x")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is protected from root")
def test_a_protected_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.srt"
    path.write_bytes(b"mine")
    path.chmod(0o444)
    with pytest.raises(SubtitlerError, match="protected"):
        write_atomic(path, b"x")
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), SubtitlerError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_nothing_is_left_behind_by_a_failure(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException,
    raised: type[BaseException],
) -> None:
    path = tmp_path / "out.srt"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        assert len(list(tmp_path.iterdir())) == 2  # it is under way
        raise failure

    monkeypatch.setattr(files.os, step, fail)
    with pytest.raises(raised):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_limit_on_the_size_of_files_is_reported(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, old[1]))
    try:
        with pytest.raises(SubtitlerError, match="no file of this size"):
            write_atomic(tmp_path / "out.srt", bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    with small_disk_at(tmp_path, "64k"):
        path = tmp_path / "out.srt"
        path.write_bytes(b"old")
        with pytest.raises(SubtitlerError, match="the disk is full"):
            write_atomic(path, bytes(100_000))
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]
