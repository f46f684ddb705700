"""A package that crashes the process it is tried in, or never comes to an end, is damaged."""

from pathlib import Path

import pytest

from subtitler.errors import SubtitlerError
from subtitler.translation import trial
from subtitler.translation.packages import Package, list_packages


@pytest.fixture
def package(models: Path) -> Package:
    return list_packages(models / "en_sq")[0]


@pytest.mark.parametrize(
    ("child", "saying"),
    [
        ("import os; os.abort()", r"en_sq is damaged: .* \(it crashed\)\.$"),
        ("raise ValueError('no such word.')", r"en_sq is damaged: .* \(ValueError: no such word\)"),
        ("import time; time.sleep(60)", r"en_sq is damaged: it did not translate a sentence in"),
    ],
)
def test_what_the_process_comes_to(
    child: str, saying: str, package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_CHILD", child)
    monkeypatch.setattr(trial, "_TIMEOUT_S", 2)
    with pytest.raises(SubtitlerError, match=saying):
        trial.try_out(package)


def test_a_sound_package_passes(package: Package) -> None:
    trial.try_out(package)
