"""Whose a segment is: a file's, which files change, or the admin's, where it is edited."""

from __future__ import annotations

from service.domain.errors import NotFound
from service.operations.context import Context
from service.store import segments, users
from service.store.users import Change


def take_over(ctx: Context, segment_id: str) -> None:
    """Make a segment the admin's: it is edited there from now on, and files no longer change it.

    :raises NotFound: when there is no such segment
    """
    with ctx.db.write("definitions") as db:
        stored = segments.get(db, segment_id)
        if stored is None:
            raise NotFound("segment", f"there is no segment '{segment_id}'; `firasa segments list` shows them")
        if stored.owner != "admin":
            segments.set_owner(db, segment_id, "admin")
            users.add_change(db, Change(ctx.now, ctx.actor, "took over", f"segment {segment_id}", None))


def owner_of(ctx: Context, segment_id: str) -> str:
    """Whose a segment is: ``file`` or ``admin``.

    :raises NotFound: when there is no such segment
    """
    stored = segments.get(ctx.db, segment_id)
    if stored is None:
        raise NotFound("segment", f"there is no segment '{segment_id}'; `firasa segments list` shows them")
    return stored.owner
