"""Reading definitions: a document goes in, a domain object or all that is wrong with it comes out.

The same functions serve files and the JSON bodies of stored versions: ``load_quiz(document)``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.catalog import build, references, schema
from service.catalog.fields import did_you_mean
from service.catalog.files import resource_dir
from service.catalog.positions import NOWHERE, Where, read_file, read_text
from service.catalog.vocabulary import Group, Persona, Personas, Trait, Vocabulary
from service.domain import segments
from service.domain.errors import DefinitionError, Problem
from service.domain.quiz import Quiz

__all__ = [
    "NOWHERE",
    "Where",
    "canonical",
    "digest",
    "load_personas",
    "load_quiz",
    "load_quiz_file",
    "load_segments",
    "load_traits",
    "load_vocabulary",
    "quiz_document",
    "read_file",
    "read_text",
]


def load_quiz(document: object, where: Where = NOWHERE, *, version: int = 0) -> Quiz:
    """The quiz of a document.

    :param document: as read from YAML or JSON
    :param where: file and lines for errors, when it came from a file
    :param version: the published version it is, 0 for none
    :raises DefinitionError: with everything that is wrong
    """
    sound, problems = schema.shaped(schema.Quiz(), document, where)
    raw = document if isinstance(document, Mapping) else {}
    problems += references.check(sound, where, raw if problems else None)
    if problems:
        raise DefinitionError(_in_order(problems))
    return build.quiz(sound, version)


def load_quiz_file(path: Path, name: str | None = None) -> Quiz:
    """The quiz of a YAML file; as :func:`load_quiz`."""
    return load_quiz(*read_file(path, name))


def quiz_document(quiz: Quiz) -> dict[str, Any]:
    """The document of a quiz: ``load_quiz(quiz_document(quiz))`` is the same quiz."""
    return build.document(quiz)


def canonical(quiz: Quiz) -> str:
    """The JSON text that is stored for a version of a quiz."""
    return json.dumps(build.document(quiz), ensure_ascii=False, separators=(",", ":"))


def digest(quiz: Quiz) -> str:
    """A digest that is equal for equal quizzes, whatever file or editor they came from and whatever their version."""
    text = json.dumps(build.document(replace(quiz, version=0)), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load_traits(document: object, where: Where = NOWHERE) -> tuple[Trait, ...]:
    """The scales of traits.yaml.

    :raises DefinitionError: with everything that is wrong
    """
    sound, problems = schema.shaped(schema.Traits(), document, where)
    problems += _twice(sound, "traits", where)
    if problems:
        raise DefinitionError(_in_order(problems))
    return tuple(
        Trait(one["id"], *(build.text(one[key]) for key in ("name", "description", "low", "high")))
        for one in sound["traits"]
    )


def load_personas(document: object, where: Where = NOWHERE, *, traits: tuple[Trait, ...] = ()) -> Personas:
    """The personas and behavioural groups of personas.yaml.

    :param traits: when given, prototypes may name only these
    :raises DefinitionError: with everything that is wrong
    """
    sound, problems = schema.shaped(schema.Personas(), document, where)
    for key in ("psychographic", "behavioural"):
        problems += _twice(sound, key, where)
    problems += _tags_twice(sound, where)
    known = [trait.id for trait in traits]
    for i, one in enumerate(sound.get("psychographic") or ()):
        for trait in one.get("prototype") or () if known else ():
            if trait not in known:
                message = f"there is no trait '{trait}' in traits.yaml{did_you_mean(trait, known)}"
                problems.append(where.problem(f"psychographic[{i}].prototype.{trait}", message))
    if problems:
        raise DefinitionError(_in_order(problems))
    return Personas(
        tuple(_persona(one) for one in sound["psychographic"]), tuple(_group(one) for one in sound["behavioural"])
    )


@lru_cache(maxsize=4)
def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Traits and personas of a folder, the starters' by default; read once.

    :raises DefinitionError: with everything that is wrong in either file
    """
    place = folder or resource_dir("quizzes")
    traits = load_traits(*read_file(place / "traits.yaml", "traits.yaml"))
    personas = load_personas(*read_file(place / "personas.yaml", "personas.yaml"), traits=traits)
    return Vocabulary(traits, personas)


def load_segments(document: object, where: Where = NOWHERE) -> list[dict[str, Any]]:
    """The segment documents of a file: ``{id, name, description, tag, when}`` each, ready for the segments operations.

    :raises DefinitionError: with everything that is wrong
    """
    sound, problems = schema.shaped(schema.Segments(), document, where)
    problems += _twice(sound, "segments", where)
    problems += _segment_tags_twice(sound, where)
    for i, one in enumerate(sound.get("segments") or ()):
        if "when" not in one:
            continue
        try:
            segments.read_condition(one["when"], f"segments[{i}].when")
        except DefinitionError as error:
            problems += [where.problem(found.path, found.message) for found in error.problems]
    if problems:
        raise DefinitionError(_in_order(problems))
    return list(sound["segments"])


def _persona(one: Mapping[str, Any]) -> Persona:
    portrait = {key: tuple(build.text(line) for line in one["portrait"][key]) for key in schema.PORTRAIT}
    return Persona(
        one["id"], build.text(one["name"]), build.text(one["tagline"]), one["tag"], dict(one["prototype"]), portrait
    )


def _group(one: Mapping[str, Any]) -> Group:
    return Group(one["id"], build.text(one["name"]), build.text(one["description"]), one["tag"])


def _twice(document: Mapping[str, Any], key: str, where: Where) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[str, int] = {}
    for i, one in enumerate(document.get(key) or ()):
        name = one.get("id")
        if name in seen:
            found.append(where.problem(f"{key}[{i}].id", f"the id '{name}' is taken by {key}[{seen[name]}]"))
        elif name is not None:
            seen[name] = i
    return found


def _tags_twice(document: Mapping[str, Any], where: Where) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[str, str] = {}
    for key in ("psychographic", "behavioural"):
        for i, one in enumerate(document.get(key) or ()):
            tag, path = one.get("tag"), f"{key}[{i}].tag"
            if tag in seen:
                found.append(where.problem(path, f"the tag '{tag}' is taken by {seen[tag]}"))
            elif tag is not None:
                seen[tag] = path.removesuffix(".tag")
    return found


def _segment_tags_twice(document: Mapping[str, Any], where: Where) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[str, str] = {}
    for i, one in enumerate(document.get("segments") or ()):
        if "id" not in one:
            continue
        tag = segments.tag_of(one)
        if seen.setdefault(tag, one["id"]) != one["id"]:
            message = f"the tag '{tag}' is taken by the segment '{seen[tag]}': give '{one['id']}' one of its own"
            found.append(where.problem(f"segments[{i}].tag", message))
    return found


def _in_order(problems: list[Problem]) -> list[Problem]:
    """By line; those without one (documents that came as JSON) stay in the order they were found."""
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
