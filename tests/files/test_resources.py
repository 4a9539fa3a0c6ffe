"""Resources are found in both kinds of installation."""

import pytest

from neuroviz.files import places
from neuroviz.files.places import resource_path


def test_the_repository_serves_an_editable_install():
    assert resource_path("icon.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_wheel_serves_its_own(tmp_path, monkeypatch):
    packaged, beside = tmp_path / "packaged", tmp_path / "beside"
    for folder in (packaged, beside):
        folder.mkdir()
        (folder / "icon.svg").write_text(folder.name, encoding="utf-8")
    monkeypatch.setattr(places, "_FOLDERS", (packaged, beside))
    assert resource_path("icon.svg") == packaged / "icon.svg"
    (packaged / "icon.svg").unlink()
    assert resource_path("icon.svg") == beside / "icon.svg"


def test_what_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"no resource 'unicorn\.svg'"):
        resource_path("unicorn.svg")


def test_a_folder_is_no_resource():
    with pytest.raises(FileNotFoundError):
        resource_path("")
