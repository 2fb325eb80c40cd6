"""The shop under a real Prometheus and Alertmanager: `python -m scripts.shop`; Enter starts the fault."""

import argparse
import contextlib
import time

from scripts.servers import Webhook, alertmanager, prometheus
from scripts.shop import Shop, alert_rules, serve


def main() -> None:
    """Run until Ctrl-C or end of input; each Enter begins or ends the bad rollout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--webhook", help="where Alertmanager posts to")
    parser.add_argument("--token", default="", help="bearer token for the webhook")
    options = parser.parse_args()
    webhook = Webhook(options.webhook, options.token) if options.webhook else None
    clock = time.time  # noqa: TID251 - the shop follows the machine's clock
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyboardInterrupt, EOFError):
        shop = stack.enter_context(serve(Shop(clock(), seed=options.seed), clock))
        alerts = stack.enter_context(alertmanager(webhook))
        metrics = stack.enter_context(
            prometheus(targets=shop.targets, rules=alert_rules(), alertmanagers=[alerts.address])
        )
        print(f"Prometheus {metrics.url}\nAlertmanager {alerts.url}")
        while True:
            input("Enter: roll payments v2 out ")
            shop.begin_fault()
            input("Enter: roll it back ")
            shop.end_fault()


if __name__ == "__main__":
    main()
