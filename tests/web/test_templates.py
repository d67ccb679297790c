"""A publication may bring templates of its own; they come before those of the package."""

from sotegraph.web.pages import build_templates


def test_a_template_of_the_publication_comes_first(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "problem.html").write_text("Ours: {{ word }}")
    templates = build_templates(tmp_path)
    assert templates.get_template("problem.html").render(word="<b>") == "Ours: &lt;b&gt;"
    assert "base.html" in templates.list_templates()
