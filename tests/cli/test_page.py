"""``neuroviz page``, as somebody types it."""

from tests.api.test_page import recorded


def test_a_page_is_written_or_refused_in_a_sentence(neuroviz, tmp_path):
    """Only as .html; what cannot be trained leaves no file."""
    wanted = ("page", "--task", "xor", "--feature", "x1*x2", "--lr", "5", "--epochs", "40")
    result = neuroviz(*wanted, "--output", tmp_path / "xor.html")

    assert result.code == 0
    assert "xor.html" in result.err
    page = (tmp_path / "xor.html").read_text(encoding="utf-8")
    assert "XOR gate, with x₁·x₂" in page
    assert recorded(page)["moments"][-1]["epoch"] == "40"

    for more, said in ((("--output", tmp_path / "xor.pdf"), ".html"), (("--task", "zor"), "zor")):
        refused = neuroviz(*wanted, "--output", tmp_path / "other.html", *more)
        assert refused.code == 2
        assert said in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["xor.html"]
