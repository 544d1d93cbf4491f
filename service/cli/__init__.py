"""The command line of Firasa."""

from __future__ import annotations

import click

from service import __version__
from service.cli.base import FirasaGroup

_COMMANDS = {
    "contact": "service.cli.records:contact",
    "customers": "service.cli.customers:customers",
    "db": "service.cli.db:db",
    "deliveries": "service.cli.deliveries:deliveries",
    "demo": "service.cli.demo:demo",
    "destinations": "service.cli.destinations:destinations",
    "keys": "service.cli.keys:keys",
    "links": "service.cli.links:links",
    "orders": "service.cli.orders:orders",
    "personas": "service.cli.personas:personas",
    "places": "service.cli.records:places",
    "quizzes": "service.cli.quizzes:quizzes",
    "responses": "service.cli.responses:responses",
    "segments": "service.cli.segments:segments",
    "rfm": "service.cli.rfm:rfm_group",
    "serve": "service.cli.serve:serve",
    "sync": "service.cli.sync:sync",
    "users": "service.cli.users:users",
    "value": "service.cli.lifetime_value:value",
    "worker": "service.cli.worker:worker",
}


@click.group(cls=FirasaGroup, lazy=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="firasa")
def main() -> None:
    """Firasa: quizzes and surveys that become personas, segments and tags.

    \b
    Try it:           firasa demo
    Set it up:        firasa db migrate
                      firasa quizzes publish
                      firasa users create you@example.com --role owner
    Run it:           firasa serve        (the web process)
                      firasa worker       (sends tags, refreshes profiles)
    Bring orders:     firasa orders import orders.csv --preset shopify
    Ask why:          firasa customers explain someone@example.com

    Settings are environment variables (DATABASE_URL, SECRET_KEY, …); docs/settings.md lists them.
    """
