"""``firasa demo``: the whole product with a sample shop, in one command."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

from service.cli.base import fail, note
from service.demo.run import Places

_FOLDER = Path("var/demo")


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the web process.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=_FOLDER,
    show_default=True,
    help="Where the demo keeps its data.",
)
@click.option(
    "--reset", is_flag=True, help="Start over: delete what an earlier demo made in its folder, and nothing else."
)
def demo(port: int, folder: Path, reset: bool) -> None:
    """Run Firasa with a simulated shop and a receiver that stands for the email tool.

    \b
    firasa demo
    firasa demo --port 9000
    firasa demo --reset

    Uses a database of its own, whatever DATABASE_URL says. Ctrl-C stops everything; a second run goes on with the
    same data.
    """
    from service.demo import run

    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, frame: stopped.append(signum))
    try:
        _run(Places(folder.resolve(), "127.0.0.1", port, run.free_port("127.0.0.1", port + 1)), reset, stopped)
    except run.DemoError as error:
        fail(str(error))


def _run(places: Places, reset: bool, stopped: list[int]) -> None:
    from service.config import Config
    from service.demo import run
    from service.demo.setup import fill

    lock = run.hold_folder(places.folder)
    if not run.is_free(places.host, places.port):
        raise run.DemoError(
            f"port {places.port} is taken; stop what listens there or choose another: make demo PORT=8010"
        )
    keepsake = run.prepare_folder(places.folder, reset=reset)
    env = run.environment(places, keepsake)
    fill(Config.from_env(env, demo=True), places, keepsake, note)
    if stopped:
        return
    commands = {
        "web": run.python("service.cli", "serve"),
        "worker": run.python("service.cli", "worker"),
        "receiver": run.python(
            "service.demo.receiver",
            "--port",
            str(places.receiver_port),
            "--folder",
            str(places.folder / "receiver"),
        ),
    }
    note("Starting web, worker and receiver")
    with run.children(commands, {**env, "FIRASA_RECEIVER_SECRET": keepsake.webhook_secret}) as running:
        run.wait_until_ready(running, [f"{places.web}/readyz", f"{places.receiver}/customers.json"])
        _tell(places, keepsake.password)
        run.watch(running, lambda: bool(stopped))
        note("\nStopping")
    lock.close()


def _tell(places: Places, password: str) -> None:
    from service.demo.run import OWNER

    storefront = f"{places.web}/shop/"
    click.echo(f"""
  Storefront  {storefront}   (the sample shop; add ?lang=ar for Arabic)
  Admin       {places.web}/admin/   {OWNER}  {password}
  Receiver    {places.receiver}/   (stands for the email tool)
  Data        {os.path.relpath(places.folder)}   (everything in this shop is simulated)
""")
    click.echo(f"Firasa is ready: {storefront}")
