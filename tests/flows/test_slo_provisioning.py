"""Row 54: SLOs from a folder: taken over, changed, taken away; never taken away by a mistake."""

import pytest

from reliability_studio.errors import Conflict, SettingsError
from reliability_studio.flows.slo_provisioning import SloProvisioning
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World, definition

SLO = """
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: shop
  indicator:
    metadata: {{name: sli}}
    spec:
      ratioMetric:
        counter: true
        bad: {{metricSource: {{spec: {{query: 'http_requests_total{{job="api",code="500"}}'}}}}}}
        total: {{metricSource: {{spec: {{query: 'http_requests_total{{job="api"}}'}}}}}}
  timeWindow: [{{duration: 1d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{targetPercent: {target}}}]
"""


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "slos"
    made.mkdir()
    return made


def text(*names, target="99"):
    return "---".join(SLO.format(name=name, target=target) for name in names)


async def run(world, folder):
    provisioning = SloProvisioning(world.slos, 1, folder)
    done = await provisioning.run(world.clock.now())
    return (done.created, done.changed, done.deleted), provisioning.problem


async def names(world):
    return {v.slo.definition.name: v.slo for v in await world.slos.every()}


async def test_files_become_slos_that_only_files_change(world, folder):
    """Made, counted by the next refresh, read-only; edited and deleted with the file; twice is once."""
    (folder / "a.yaml").write_text(text("one", "two"))
    (folder / "notes.txt").write_text("no YAML")
    assert await run(world, folder) == ((2, 0, 0), "")
    assert await run(world, folder) == ((0, 0, 0), "")
    await world.minutes()
    one = (await names(world))["one"]
    assert one.origin == "a.yaml"
    assert (await world.slos.get(one.id)).standing.measurement.window.counts.total > 0
    with pytest.raises(Conflict, match=r"provisioned from a\.yaml"):
        await world.slos.edit(one.id, None, lambda d: d, "ann")
    with pytest.raises(Conflict):
        await world.slos.delete(one.id, "ann")
    (folder / "a.yaml").write_text(text("one", target="98"))
    assert await run(world, folder) == ((0, 1, 1), "")
    left = await names(world)
    assert (list(left), left["one"].definition.objective.text, left["one"].id) == (["one"], "98", one.id)


SLI = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec:
  ratioMetric:
    counter: true
    bad: {metricSource: {spec: {query: 'http_requests_total{job="api",code="500"}'}}}
    total: {metricSource: {spec: {query: 'http_requests_total{job="api"}'}}}
"""


def referring(*names, target="99"):
    """SLOs of the indicator that another file has."""
    return "---".join(
        f"""
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: shop
  indicatorRef: errors
  timeWindow: [{{duration: 1d, isRolling: true}}]
  objectives: [{{targetPercent: {target}}}]
"""
        for name in names
    )


async def test_row_17_an_indicator_of_one_file_serves_the_slos_of_all(world, folder):
    """Written once, used by many; a change of it is a change of all; two of one name are a mistake."""
    (folder / "0.yaml").write_text(referring("one"))
    (folder / "1.yaml").write_text(SLI)
    (folder / "2.yaml").write_text(referring("two", "three"))
    assert await run(world, folder) == ((3, 0, 0), "")
    assert len({slo.definition.indicator for slo in (await names(world)).values()}) == 1
    (folder / "1.yaml").write_text(SLI.replace('code="500"', 'code="503"'))
    assert await run(world, folder) == ((0, 3, 0), "")
    (folder / "9.yaml").write_text(SLI)
    done, problem = await run(world, folder)
    assert done == (0, 0, 0)
    assert "1.yaml has an SLI named 'errors' already" in problem
    (folder / "9.yaml").unlink()
    (folder / "1.yaml").unlink()
    done, problem = await run(world, folder)
    assert done == (0, 0, 0)
    assert "there is no SLI named 'errors'" in problem
    assert set(await names(world)) == {"one", "two", "three"}


async def test_a_mistake_takes_nothing_away_and_health_says_it(world, folder):
    """A broken file, a missing folder, a name that two files give, a name that a person took."""
    (folder / "a.yaml").write_text(text("one"))
    (folder / "b.yaml").write_text(text("two"))
    await run(world, folder)
    (folder / "a.yaml").write_text("apiVersion: [")
    done, problem = await run(world, folder)
    assert done == (0, 0, 0)
    assert "a.yaml" in problem
    assert "no YAML" in problem
    assert set(await names(world)) == {"one", "two"}
    (folder / "a.yaml").write_text(text("one", "two"))
    _, problem = await run(world, folder)
    assert "has an SLO named 'two' in a.yaml already" in problem
    await world.slos.create(definition("mine"), "ann")
    (folder / "c.yaml").write_text(text("mine").replace("service: shop", "service: api"))
    _, problem = await run(world, folder)
    assert "by hand" in problem
    with pytest.raises(SettingsError):
        await SloProvisioning(world.slos, 1, folder / "gone").run(world.clock.now())
    assert set(await names(world)) == {"one", "two", "mine"}


async def test_without_a_folder_its_slos_belong_to_people_again(world, folder):
    """A setting that is gone deletes no history; another organisation has its own folder."""
    (folder / "a.yaml").write_text(text("one"))
    (folder / "org-2").mkdir()
    (folder / "org-2" / "b.yaml").write_text(text("theirs"))
    await run(world, folder)
    assert set(await names(world)) == {"one"}
    assert await run(world, None) == ((0, 1, 0), "")
    one = (await names(world))["one"]
    assert one.origin == ""
    await world.slos.delete(one.id, "ann")
