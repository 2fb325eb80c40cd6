"""Rows 51, 52, 58: SLOs as code in a pipeline: what is said, and how it ends."""

import pytest
import yaml

from reliability_studio.__main__ import main
from tests.flows.test_slo_composites_as_code import WHOLE
from tests.flows.test_slo_provisioning import SLI, referring, text


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "slos"
    made.mkdir()
    (made / "a.yaml").write_text(text("one", "two"))
    return made


def test_validate_says_what_is_wrong_and_where(folder, capsys):
    """0: all is well; 1: a problem, a warning unless lenient, a duplicate in another file, no file."""
    assert main(["slo", "validate", str(folder)]) == 0
    assert "2 SLOs are well" in capsys.readouterr().out
    (folder / "b.yaml").write_text(text("two"))
    assert main(["slo", "validate", str(folder)]) == 1
    assert "has an SLO named 'two'" in capsys.readouterr().err
    (folder / "b.yaml").write_text(text("three", target="100"))
    assert main(["slo", "validate", str(folder)]) == 1
    assert "leaves no error budget" in capsys.readouterr().err
    (folder / "b.yaml").write_text("version: prometheus/v1\nservice: s\nslos: []\n")
    assert main(["slo", "validate", str(folder / "b.yaml")]) == 1
    warned = text("four").replace("  timeWindow: [{duration: 1d, isRolling: true}]\n", "")
    (folder / "b.yaml").write_text(warned)
    assert main(["slo", "validate", str(folder)]) == 1
    assert main(["slo", "validate", "--lenient", str(folder)]) == 0
    assert "warning" in capsys.readouterr().err
    assert main(["slo", "validate", str(folder / "none.yaml")]) == 1
    assert main(["slo", "validate"]) == 2
    assert main(["slo", "dance"]) == 2


def test_what_is_imported_is_exported_and_comes_back_unchanged(folder, tmp_path, capsys):
    """Import, export, import again: unchanged. A dry run writes nothing."""
    database = ["--database", f"sqlite:///{tmp_path}/studio.sqlite"]
    assert main(["slo", "import", "--dry-run", str(folder), *database]) == 0
    assert capsys.readouterr().out.split() == ["created", "shop/one", "created", "shop/two"]
    assert main(["slo", "export", *database]) == 0
    assert capsys.readouterr().out == ""
    assert main(["slo", "import", str(folder), *database]) == 0
    capsys.readouterr()
    assert main(["slo", "export", *database]) == 0
    exported = tmp_path / "exported.yaml"
    exported.write_text(capsys.readouterr().out)
    assert main(["slo", "import", str(exported), *database]) == 0
    assert capsys.readouterr().out.split()[::2] == ["unchanged", "unchanged"]
    (folder / "a.yaml").write_text(text("one", target="100"))
    assert main(["slo", "import", str(folder), *database]) == 1
    assert main(["slo", "export", "--service", "nobody", *database]) == 0


def test_a_composite_is_validated_imported_and_exported(folder, tmp_path, capsys):
    """Rows 14, 52: its members in the same folder; one that is nowhere is a warning without a store."""
    (folder / "0.yaml").write_text(WHOLE)
    assert main(["slo", "validate", str(folder)]) == 0
    assert "3 SLOs are well" in capsys.readouterr().out
    assert main(["slo", "rules", str(folder)]) == 0
    assert "max(label_replace(" in " ".join(capsys.readouterr().out.split())
    (folder / "a.yaml").write_text(text("one"))
    assert main(["slo", "validate", str(folder)]) == 1
    assert "'shop / two' is not here: it must be where this goes" in capsys.readouterr().err
    assert main(["slo", "rules", "--lenient", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "# left out: shop/whole: its member 'shop / two' is none of the SLOs that there are"
    )
    database = ["--database", f"sqlite:///{tmp_path}/studio.sqlite"]
    assert main(["slo", "import", str(folder), *database]) == 1
    said = capsys.readouterr()
    assert said.out.split() == ["refused", "shop/whole", "held_back", "shop/one"]
    assert "there is no SLO 'shop / two'" in said.err
    (folder / "a.yaml").write_text(text("one", "two"))
    assert main(["slo", "import", str(folder), *database]) == 0
    capsys.readouterr()
    assert main(["slo", "export", *database]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# warning: shop/whole: OpenSLO puts objectives together")
    (tmp_path / "out.yaml").write_text(out)
    assert main(["slo", "import", str(tmp_path / "out.yaml"), *database]) == 0
    assert set(capsys.readouterr().out.split()[::2]) == {"unchanged"}


def test_row_17_an_indicator_of_another_file_is_known_to_every_command(folder, tmp_path, capsys):
    """Validated, imported and made rules of as if it stood in the same file."""
    (folder / "0.yaml").write_text(referring("three"))
    (folder / "sli.yaml").write_text(SLI)
    assert main(["slo", "validate", str(folder)]) == 0
    assert "3 SLOs are well" in capsys.readouterr().out
    database = ["--database", f"sqlite:///{tmp_path}/studio.sqlite"]
    assert main(["slo", "import", str(folder), *database]) == 0
    assert "created shop/three" in capsys.readouterr().out
    assert main(["slo", "rules", str(folder)]) == 0
    assert len(yaml.safe_load(capsys.readouterr().out)["groups"]) == 3
    (folder / "sli.yaml").unlink()
    assert main(["slo", "validate", str(folder)]) == 1
    assert "there is no SLI named 'errors'" in capsys.readouterr().err


def test_rules_come_without_a_database(folder, capsys):
    """Row 51: Prometheus rules from the files alone."""
    assert main(["slo", "rules", str(folder)]) == 0
    groups = yaml.safe_load(capsys.readouterr().out)["groups"]
    assert len(groups) == 2
    assert {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule} == {
        "SLOBudgetBurn"
    }
