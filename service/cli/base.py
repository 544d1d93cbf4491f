"""What every command shares: the runtime, one JSON document or a table, progress on a terminal, one clear error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NoReturn, TypeVar, cast

import click

from service.config import Config, ConfigError
from service.domain.errors import DefinitionError, FirasaError, InvalidInput

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


class FirasaGroup(click.Group):
    """A group whose commands are imported when they are used, and whose errors are one line."""

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.lazy, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy:
            from importlib import import_module

            module, _, attribute = self.lazy[cmd_name].partition(":")
            return cast(click.Command, getattr(import_module(module), attribute))
        return super().get_command(ctx, cmd_name)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command; bad use is told in one line, with where to look, and ends with exit code 2."""
        run: Any = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **extra)
        try:
            result = run(*args, standalone_mode=False, **extra)
        except click.UsageError as error:
            where = error.ctx.command_path if error.ctx else "firasa"
            message = " ".join(error.format_message().split())
            click.echo(f"Error: {message} (see {where} --help)", err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            fail(error.format_message())
        except click.Abort:
            fail("stopped")
        sys.exit(result if isinstance(result, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        from service.store.database import StoreError

        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise click.UsageError("; ".join(error.problems)) from error
        except DefinitionError as error:
            for problem in error.problems:
                click.echo(f"Error: {problem}", err=True)
            sys.exit(1)
        except InvalidInput as error:
            raise click.UsageError(str(error)) from error
        except (FirasaError, StoreError) as error:
            fail(str(error))


def runtime() -> Any:
    """The runtime of this command, made from the environment and closed when the command ends."""
    ctx = click.get_current_context()
    found = ctx.find_root().meta.get("firasa.runtime")
    if found is None:
        from service import log
        from service.runtime import Runtime

        found = Runtime(Config.from_env())
        found.db.can_wait = True  # shoppers cannot; `firasa serve` makes a runtime of its own
        log.set_up(found.config.log_level)  # stdout is for the answer
        ctx.find_root().meta["firasa.runtime"] = found
        ctx.find_root().call_on_close(found.close)
    return found


def emit(data: object, as_json: bool, show: Callable[[], None] | None = None) -> None:
    """Print the answer: as one JSON document, or for people by ``show`` (else as indented JSON)."""
    if as_json or show is None:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
    else:
        show()


def note(message: str) -> None:
    """Tell the person something that is not the answer, on stderr."""
    click.echo(message, err=True)


def fail(message: str) -> NoReturn:
    """End with one clear line and exit code 1."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(1)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show progress on a terminal, nothing elsewhere; the block gets a function that takes steps done."""
    stderr: IO[str] = sys.stderr
    if not stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)


def table(title: str, columns: list[str], rows: list[list[object]]) -> None:
    """Print a table: by rich on a terminal, tab-separated elsewhere."""
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join("" if cell is None else str(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table

    view = Table(title=title, title_justify="left")
    for column in columns:
        view.add_column(column)
    for row in rows:
        view.add_row(*("" if cell is None else str(cell) for cell in row))
    Console().print(view)
