"""What admin views share: the operation's context, rendering, lists with pages and sorting, and CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from flask import abort, current_app, g, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from service import __version__
from service.domain.cells import guarded
from service.domain.users import Role
from service.domain.users import may as role_may
from service.operations.context import Context, Shop
from service.web import auth
from service.web.i18n import _, number

THEMES = ("light", "dark")
_ROWS_AT_ONCE = 200


def begin() -> Context:
    """Open this request's context; the actor is known only after the user is found."""
    g.context = current_app.extensions["firasa"].context(actor="admin")
    return context()


def context() -> Context:
    """This request's context."""
    found: Context = g.context
    return found


def shop() -> Shop:
    """The shop, also on an error page of a request that was refused before anything was read."""
    found: Context | None = g.get("context")
    return found.shop if found else Shop()


def render(template: str, section: str = "", *, status: int = 200, **values: object) -> Response:
    """A page. ``section`` is the entry of the navigation it belongs to."""
    return Response(render_template(f"admin/{template}", section=section, **values), status, mimetype="text/html")


def asset(name: str) -> str:
    """The address of a static file; a new release is a new address."""
    return url_for("static", filename=name, v=__version__)


def theme() -> str:
    """The theme the reader chose, or nothing for the system's."""
    wanted = request.cookies.get("theme", "")
    return wanted if wanted in THEMES else ""


def may(role: Role) -> bool:
    """Whether the user who reads this page may do what needs a role."""
    user = auth.current_user()
    return user is not None and role_may(user.role, role)


def navigation() -> list[tuple[str, str, str]]:
    """The entries at the side: icon, endpoint, words."""
    return [
        ("overview", "admin.overview", _("Overview")),
        ("quizzes", "admin.quizzes", _("Quizzes")),
        ("personas", "admin.personas", _("Personas")),
        ("segments", "admin.segments", _("Segments")),
        ("customers", "admin.customers", _("Customers")),
        ("reports", "admin.reports", _("Reports")),
        ("sync", "admin.sync", _("Sync")),
        ("settings", "admin.settings", _("Settings")),
    ]


def query(**changes: object) -> str:
    """The query of this address with some values changed; empty ones are left out."""
    values = {**request.args.to_dict(), **{key: str(value) for key, value in changes.items() if value is not None}}
    return urlencode({key: value for key, value in values.items() if value})


@dataclass(frozen=True)
class Listing:
    """Where a reader is in a long table.

    :param sort: key of the column it is sorted by
    :param page: counted from 1
    :param total: rows in all, ``None`` until counted
    """

    sort: str
    descending: bool
    page: int
    size: int = 50
    total: int = 0

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.size

    @property
    def said(self) -> str:
        """Which rows are shown, in words."""
        if not self.total:
            return ""
        last = min(self.total, self.offset + self.size)
        return _(
            "%(first)s to %(last)s of %(total)s",
            first=number(self.offset + 1),
            last=number(last),
            total=number(self.total),
        )

    @property
    def previous(self) -> str:
        """Address of the page before, or nothing."""
        return self._at(page=self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        """Address of the page after, or nothing."""
        return self._at(page=self.page + 1) if self.offset + self.size < self.total else ""

    def sorted_by(self, key: str) -> str:
        """Address of this table sorted by a column; by the same column the other way round."""
        descending = not self.descending if key == self.sort else True
        return self._at(sort=key, dir="desc" if descending else "asc", page=1)

    def _at(self, **changes: object) -> str:
        first = changes.get("page") == 1
        return "?" + query(**{**changes, "page": "" if first else changes.get("page", self.page)})


def listing(columns: Sequence[str], *, size: int = 50) -> Listing:
    """Read sorting and page from the address; what makes no sense is the first column and the first page."""
    sort = request.args.get("sort", "")
    page = request.args.get("page", "1")
    return Listing(
        sort=sort if sort in columns else columns[0],
        descending=request.args.get("dir", "desc") != "asc",
        page=int(page) if page.isascii() and page.isdigit() and 0 < int(page[:9]) < 1_000_000 else 1,
        size=size,
    )


def csv_file(name: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file to save, safe to open in a spreadsheet program (`domain.cells.guarded`).

    It is sent while it is written: however many rows there are, only a few hundred are held at a time.
    """
    response = Response(stream_with_context(_csv_text(headers, rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def people_file(name: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file that tells who people are: a viewer, who may look them up one by one, gets 403."""
    if not may("marketer"):
        abort(403)
    return csv_file(name, headers, rows)


def _csv_text(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    buffer = io.StringIO()
    buffer.write("\ufeff")  # Excel takes UTF-8 for something else without it
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headers)
    remaining = iter(rows)
    while page := list(islice(remaining, _ROWS_AT_ONCE)):
        writer.writerows([guarded(cell) for cell in row] for row in page)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue()
