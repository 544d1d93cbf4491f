"""Where the files that ship with Firasa lie: beside the package in a wheel, else in the checkout."""

from __future__ import annotations

from pathlib import Path

VOCABULARY = ("traits.yaml", "personas.yaml", "segments.yaml")
_PACKAGE = Path(__file__).resolve().parent.parent


def resource_dir(name: str) -> Path:
    """The folder ``quizzes`` or ``templates``.

    :raises FileNotFoundError: when the installation lacks it
    """
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation of Firasa has no folder '{name}'; install it again")


def quiz_files(folder: Path | None = None) -> list[Path]:
    """The quiz definitions of a folder (the starters by default), without vocabulary and test files."""
    place = folder or resource_dir("quizzes")
    return [
        path
        for path in sorted(place.glob("*.yaml"))
        if path.name not in VOCABULARY and not path.name.endswith(".test.yaml")
    ]


def shown(path: Path) -> str:
    """A path as errors name it: relative to where the command runs, when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
