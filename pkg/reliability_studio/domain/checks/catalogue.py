"""Every check that ships, by topic. The order is the order in which queries are spent."""

from collections.abc import Mapping

from reliability_studio.domain.checks import (
    containers,
    dependencies,
    logs,
    platform,
    requests,
    resources,
    structure,
    traces,
    workloads,
)
from reliability_studio.domain.checks.check import Check

BUILT_IN: tuple[Check, ...] = (
    *requests.CHECKS,
    *containers.CHECKS,
    *workloads.CHECKS,
    *structure.CHECKS,
    *dependencies.CHECKS,
    *logs.CHECKS,
    *traces.CHECKS,
    *platform.CHECKS,
    *resources.CHECKS,
)
BY_ID: Mapping[str, Check] = {check.id: check for check in BUILT_IN}
