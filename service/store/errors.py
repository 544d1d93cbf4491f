"""What can be wrong with a database.

StoreError                something about the database is wrong; the message says what to do
├── NotMigratedError      the database or a table is not there: run `firasa db migrate`
├── BusyError             another program kept the database for too long
├── ConstraintError       a UNIQUE, NOT NULL, CHECK or FOREIGN KEY rule was broken
└── InvalidValueError     a value that a database cannot keep (also a ValueError)
"""


class StoreError(Exception):
    """Something about the database is wrong; the message says what to do."""


class NotMigratedError(StoreError):
    """The database, or a table in it, does not exist yet."""


class BusyError(StoreError):
    """Another program kept the database for too long, or two transactions waited for each other."""


class ConstraintError(StoreError):
    """A rule of the schema was broken; on both databases the whole write() is lost then."""


class InvalidValueError(StoreError, ValueError):
    """A value that cannot be kept: NUL, half of a surrogate pair, NaN, a number beyond 64 bits, an unknown type."""
