"""Rows 14, 54 to 56: composites in texts and folders find their members; on both databases."""

import pytest

from reliability_studio.domain.slo.indicators import Combine
from reliability_studio.flows.slo_exchange import Action, SloExchange
from tests.flows.slo_world import World
from tests.flows.test_slo_composites import composite, two
from tests.flows.test_slo_provisioning import folder, names, run, text

__all__ = ["folder"]

WHOLE = """
apiVersion: openslo/v1
kind: SLO
metadata:
  name: whole
  annotations:
    reliability-studio/composite: |
      combine: worst
      members: [{service: shop, name: one}, {service: shop, name: two}]
spec:
  service: shop
  timeWindow: [{duration: 1d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{targetPercent: 99}]
"""


@pytest.fixture
def world(database):
    return World(database)


def exchange(world):
    return SloExchange(world.slos, world.clock)


async def test_a_text_with_a_composite_and_its_members_goes_in_and_comes_out(world):
    """The composite stands before its members; a dry run says what would be; twice is unchanged."""
    given = f"{WHOLE}---{text('one', 'two')}"
    dry = await exchange(world).take_in(given, "ann", strict=True, dry_run=True)
    assert [each.action for each in dry] == [Action.CREATED] * 3
    done = await exchange(world).take_in(given, "ann", strict=True, dry_run=False)
    assert [each.action for each in done] == [Action.CREATED] * 3
    await world.minutes()
    made = await world.slos.get(done[0].slo_id)
    assert made.slo.definition.indicator.combine is Combine.WORST
    assert made.standing.measurement.window.sli == pytest.approx(0.99)
    exported = await exchange(world).give_out("openslo", ())
    for again in (given, exported):
        for dry_run in (True, False):
            same = await exchange(world).take_in(again, "ann", strict=True, dry_run=dry_run)
            assert {each.action for each in same} == {Action.UNCHANGED}
    changed = given.replace("combine: worst", "combine: mean")
    done = await exchange(world).take_in(changed, "ann", strict=True, dry_run=False)
    assert [each.action for each in done] == [Action.UPDATED, Action.UNCHANGED, Action.UNCHANGED]
    rules = await exchange(world).give_out("prometheus", ())
    assert rules.count("alert: SLOBudgetBurn") == 3


async def test_a_text_whose_members_are_nowhere_is_held_back(world):
    """Strict: nothing is written. Lenient: the others are. The member is named."""
    given = f"{WHOLE}---{text('one')}"
    done = await exchange(world).take_in(given, "ann", strict=True, dry_run=False)
    assert [each.action for each in done] == [Action.REFUSED, Action.HELD_BACK]
    assert done[0].problems[0].problem == "there is no SLO 'shop / two'"
    done = await exchange(world).take_in(given, "ann", strict=False, dry_run=False)
    assert [each.action for each in done] == [Action.REFUSED, Action.CREATED]
    done = await exchange(world).take_in(f"{WHOLE}---{text('two')}", "ann", strict=True, dry_run=False)
    assert [each.action for each in done] == [Action.CREATED, Action.CREATED]


async def test_a_service_is_exported_with_composites_of_others(world):
    """Members are named, not taken along; one that was deleted leaves its composite out with the reason."""
    first, _ = await two(world)
    whole = await world.slos.create(composite((first.id, 2)), "ann")
    front = composite((first.id, 2), service="front", name="front")
    await world.slos.edit(whole.slo.id, None, lambda _: front, "ann")
    exported = await exchange(world).give_out("openslo", ["front"])
    assert '{"combine":"mean","members":[{"service":"api","name":"first","weight":"2"}]}' in exported
    assert exported.count("kind: SLO") == 1
    await world.slos.delete(first.id, "ann")
    exported = await exchange(world).give_out("openslo", ["front"])
    assert (
        exported == f"# left out: front/front: its member '{first.id}' is none of the SLOs that there are\n"
    )


async def test_a_folder_keeps_composites_with_the_files_of_their_members(world, folder):
    """Made after them, whatever the files are called; health tells of a member that is gone."""
    (folder / "a.yaml").write_text(WHOLE)
    (folder / "b.yaml").write_text(text("one", "two"))
    assert await run(world, folder) == ((3, 0, 0), "")
    assert await run(world, folder) == ((0, 0, 0), "")
    await world.minutes()
    whole = (await names(world))["whole"]
    assert (await world.slos.get(whole.id)).standing.measurement.window.sli == pytest.approx(0.99)
    (folder / "b.yaml").write_text(text("one"))
    assert await run(world, folder) == ((0, 0, 1), "")
    done, problem = await run(world, folder)
    assert done == (0, 0, 0)
    assert "a.yaml: whole" in problem
    assert "there is no SLO 'shop / two'" in problem
    assert (await names(world))["whole"].id == whole.id
    (folder / "b.yaml").write_text(text("one", "two"))
    # The new one has another id: the composite is made of that from then on.
    assert await run(world, folder) == ((1, 1, 0), "")
