"""The library of charts: bundled once, kept beside the compiled Python, and bundled again where that is gone or damaged."""

from pathlib import Path

import pytest
import vl_convert

from careworth.report import vega


@pytest.fixture
def bundled(tmp_path, monkeypatch) -> list[str]:
    """What was bundled, in a folder of its own."""
    scripts = []
    monkeypatch.setattr(vega, "KEPT", tmp_path)
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda script: scripts.append(script) or "let vega;")
    return scripts


def library() -> str:
    """The library as a process that has just begun gets it."""
    vega._library.cache_clear()
    try:
        return vega._library()
    finally:
        vega._library.cache_clear()


def kept(folder: Path) -> Path:
    (only,) = folder.iterdir()
    return only


def test_the_library_is_bundled_once(bundled, tmp_path):
    assert [library(), library()] == ["(() => {let vega;})();"] * 2
    assert len(bundled) == 1


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-1], lambda content: b"x" + content, lambda _: b"", lambda _: b"\xff\n"]
)
def test_a_damaged_one_is_bundled_again(bundled, tmp_path, damage):
    whole = library()
    kept(tmp_path).write_bytes(damage(kept(tmp_path).read_bytes()))
    assert [library(), library()] == [whole, whole]
    assert len(bundled) == 2


def test_another_version_of_the_engine_bundles_its_own(bundled, monkeypatch):
    library()
    monkeypatch.setattr(vl_convert, "__version__", "1.10.0")
    library()
    assert len(bundled) == 2


def test_where_nothing_can_be_kept_it_is_bundled_each_time(bundled, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(vega, "KEPT", tmp_path / "file")
    assert library() == library() == "(() => {let vega;})();"
    assert len(bundled) == 2
