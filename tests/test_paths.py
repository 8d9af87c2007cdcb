from fewshot_gui import paths
from fewshot_gui.paths import resource


def test_a_resource_of_a_checkout_is_found_beside_the_package():
    assert resource("icons", "pin.svg").is_file()


def test_a_resource_of_an_installed_package_is_found_inside_it(tmp_path, monkeypatch):
    (tmp_path / "_resources" / "icons").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path)
    assert resource("icons") == tmp_path / "_resources" / "icons"
