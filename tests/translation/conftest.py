"""Packages for the tests: tiny ones made on the spot, and those that come with the project."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from disks import small_disk_at

from subtitler.translation import packages

from .server import Site, serving
from .tiny import make_package


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or changes the user's packages and cache, nor the project's packages."""
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.delenv("ARGOS_PACKAGES_DIR", raising=False)
    monkeypatch.setattr(packages, "project_folder", lambda: None)


@pytest.fixture(scope="session")
def starter() -> Path:
    """The packages that come with the project."""
    folder = packages.project_folder()
    assert folder is not None
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages: en-sq, sq-en and en-sr, which replace some letters."""
    folder = tmp_path_factory.mktemp("models")
    make_package(folder / "en_sq", ("en", "sq"), table={"a": "ë", "e": "a"})
    make_package(folder / "sq_en", ("sq", "en"), table={"ë": "a", "i": "y"})
    make_package(folder / "en_sr", ("en", "sr"), table={"t": "š", "h": "k"})
    return folder


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk_at(disk, "1m"):
        yield disk
