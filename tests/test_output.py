"""All files of a run are written, or nothing is changed."""

import errno
import os
from pathlib import Path

import pytest

from subtitler import files
from subtitler.errors import SubtitlerError
from subtitler.output import check_outputs, write_all


def tree(folder: Path) -> dict[str, str | None]:
    return {
        str(path.relative_to(folder)): path.read_text() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_all_files_are_written_and_their_folders_made(tmp_path: Path) -> None:
    write_all({tmp_path / "a/b/1.srt": "one", tmp_path / "a/2.srt": "two"})
    assert tree(tmp_path) == {"a": None, "a/b": None, "a/b/1.srt": "one", "a/2.srt": "two"}


def test_files_that_were_there_are_replaced(tmp_path: Path) -> None:
    for name in "12":
        (tmp_path / name).write_text("old")
    write_all({tmp_path / "1": "one", tmp_path / "2": "two", tmp_path / "3": "three"})
    assert tree(tmp_path) == {"1": "one", "2": "two", "3": "three"}


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), SubtitlerError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_nothing_changes_if_any_step_of_any_file_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
    raised: type[BaseException],
    step: str,
    call: int,
) -> None:
    """The first and last files are new, with a new folder; the second one was there."""
    (tmp_path / "2.srt").write_text("old")
    os.chmod(tmp_path / "2.srt", 0o640)
    before = tree(tmp_path)
    real = getattr(os, step)
    calls = 0

    def fail_once(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise failure
        real(*arguments)

    monkeypatch.setattr(files.os, step, fail_once)
    with pytest.raises(raised):
        write_all({tmp_path / "a/b/1.srt": "1", tmp_path / "2.srt": "2", tmp_path / "c/3.srt": "3"})
    assert calls >= call
    assert tree(tmp_path) == before
    assert (tmp_path / "2.srt").stat().st_mode & 0o777 == 0o640


def test_a_folder_that_was_there_stays_after_a_failure(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(SubtitlerError, match="is not a folder"):
        write_all({tmp_path / "here/new/1.srt": "1", tmp_path / "file/2.srt": "2"})
    assert tree(tmp_path) == {"here": None, "file": "x"}


def test_a_device_that_is_full_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="the disk is full"):
        write_all({tmp_path / "1.json": "1", Path("/dev/full"): "2"})
    assert tree(tmp_path) == {}


# --- Before the long work -------------------------------------------------------------------------


def test_new_files_in_new_folders_are_allowed(tmp_path: Path) -> None:
    check_outputs([tmp_path / "a/b/1.srt", tmp_path / "2.srt"], [tmp_path / "talk.mp4"])
    assert tree(tmp_path) == {}


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    page = tmp_path / "talk.en.srt"
    page.write_text("text")
    (tmp_path / "link.srt").symlink_to(page)
    (tmp_path / "hard.srt").hardlink_to(page)
    for output in ("talk.en.srt", "link.srt", "hard.srt", "../" + tmp_path.name + "/talk.en.srt"):
        with pytest.raises(SubtitlerError, match="would be overwritten"):
            check_outputs([tmp_path / output], [page])


def test_two_results_need_two_places(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="written twice"):
        check_outputs([tmp_path / "a.srt", tmp_path / "b" / ".." / "a.srt"], [])
    check_outputs([Path("/dev/null"), Path("/dev/null")], [])


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="is a folder"):
        check_outputs([tmp_path], [])


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for parent in ("file", "file/deeper", "dangling/deeper"):
        with pytest.raises(SubtitlerError, match="is not a folder"):
            check_outputs([tmp_path / parent / "1.srt"], [])


def test_links_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(SubtitlerError, match="is not a folder"):
        check_outputs([tmp_path / "a" / "1.srt"], [tmp_path / "a"])


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is protected from root")
def test_a_protected_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "protected").mkdir(mode=0o500)
    (tmp_path / "hidden").mkdir(mode=0)
    for folder in ("protected", "hidden", "hidden/deeper"):
        with pytest.raises(SubtitlerError, match=r"cannot be written to|is not a folder"):
            check_outputs([tmp_path / folder / "1.srt"], [])
