"""What the documents show as an example is taken as it stands there."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from reliability_studio.domain.annotated import describe, ours
from reliability_studio.settings.organisation import decode
from reliability_studio.sources.catalog_file import parse
from tests.support.whole_app import App, app

__all__ = ["app"]

DOCS = Path(__file__).parents[2] / "docs"


def examples(document: str, language: str) -> list[str]:
    """The fenced examples of a document, in their order."""
    text = (DOCS / document).read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [example for _, example in found]


async def test_slos_are_made_of_the_documents_json(app: App) -> None:
    """`docs/slo.md`: the whole one, and the other choices in its place."""
    whole, other = (json.loads(text) for text in examples("slo.md", "json"))
    for body in (whole, {**whole, **other, "name": "another"}):
        status, answer = await app.ask("POST", "slos", json.dumps(body).encode())
        assert status == 201, answer


async def test_a_change_is_told_as_the_documents_curl_does(app: App) -> None:
    """`docs/investigation.md`: method, address, body."""
    (command,) = (each for each in examples("investigation.md", "sh") if "resources/changes" in each)
    body = re.search(r"-d '(.*?)'", command, re.DOTALL)
    assert body is not None
    status, answer = await app.ask("POST", "changes", body[1].encode())
    assert status < 300, answer


def test_settings_are_provisioned_by_the_documents_yaml() -> None:
    """`docs/deployment.md`: every key is known, every secret finds its target."""
    files: list[Any] = [yaml.safe_load(text) for text in examples("deployment.md", "yaml")]
    (told,) = (each["apps"][0] for each in files if "jsonData" in each.get("apps", [{}])[0])
    filled = {
        name: value.replace("$SLACK_URL", "https://chat.example")
        for name, value in told["secureJsonData"].items()
    }
    read = decode(json.dumps(told["jsonData"]).encode(), filled)
    assert read.problems == ()
    assert {"prometheus", "alertmanager", "loki", "tempo", "kubernetes"} == set(read.sources)


def test_services_are_declared_by_the_documents_yaml() -> None:
    """`docs/incidents.md`: the operator's file, and annotations beside the code."""
    annotated, file = examples("incidents.md", "yaml")
    (service,) = parse(file.encode(), Path("catalog.yaml"), 1)
    assert service.name == "checkout"
    said = describe("payments", ours(yaml.safe_load(annotated)["metadata"]["annotations"]))
    assert said.problems == ()
