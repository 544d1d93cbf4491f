"""Days as people write them on the command line."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from service.domain.days import day_of


class Day(click.ParamType[date]):
    """A day such as 2026-05-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        found = day_of(str(value))
        if found is None:
            self.fail(f"{value!r} is no day; write one such as 2026-05-01", param, ctx)
        return found


DAY = Day()
