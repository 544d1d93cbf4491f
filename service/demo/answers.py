"""How a simulated person answers a question of any definition: with the option of most use to them, and some noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.demo import phrases
from service.demo.dice import Dice
from service.demo.planted import Planted, pull
from service.domain.answers import AnswerValue, scale_bounds, text_limit
from service.domain.quiz import CHOICES, SCALES, TEXTS, Item, Option

# How far circumstances and chance move the use of an option. Traits move it by their product with the option's
# scores, which run from -2 to 2.
_KNOWN = 3.0
_NOISE = 0.75
_WORTH_NAMING = 0.9  # what is named beside the best option where several may be chosen
_EASY = 0.6  # "none of these" is the easy way out
_MOST_NAMED = 3
_SKIPS_CHOICE = 0.08
_SKIPS_TEXT = 0.55

# What else is true of someone with this skin.
_WITH_SKIN: Mapping[str, frozenset[str]] = {
    "dry": frozenset({"dry", "dryness"}),
    "oily": frozenset({"oily", "breakouts"}),
    "combination": frozenset({"combination", "dullness"}),
    "comfortable": frozenset({"comfortable", "normal"}),
}


@dataclass(frozen=True)
class Mind:
    """What decides someone's answers.

    :param words: ids and tags of options that are simply true for this person now ("dry", "podcast", "gift")
    """

    planted: Planted
    words: frozenset[str]
    lang: str


def mind(planted: Planted, lang: str, words: frozenset[str] = frozenset()) -> Mind:
    """The mind of a person; `words` are true beside what always is."""
    return Mind(planted, words | _WITH_SKIN[planted.skin], lang)


def answer(dice: Dice, item: Item, mind: Mind) -> AnswerValue:
    """The answer to one question; None where it is skipped."""
    if item.type in TEXTS:
        return _text(dice, item, mind)
    if not item.required and dice.chance(_SKIPS_CHOICE):
        return None
    if item.type == "multiple":
        return _several(dice, item, mind)
    if item.type in CHOICES:
        return max(_uses(dice, item, mind), key=lambda use: use[0])[1].id
    return _number(dice, item, mind)


def _uses(dice: Dice, item: Item, mind: Mind) -> list[tuple[float, Option]]:
    """How much each option says to this person, in the order of the definition."""
    return [(_use(dice, option, mind), option) for option in item.options]


def _use(dice: Dice, option: Option, mind: Mind) -> float:
    use = pull(mind.planted.traits, option.scores) + dice.normal(0.0, _NOISE)
    if mind.words & _words_of(option):
        use += _KNOWN
    return use + _EASY if option.exclusive else use


def _words_of(option: Option) -> set[str]:
    """What an option stands for: its id and its tags, also without the group they begin with (skin-dry: dry)."""
    return {option.id, *option.tags} | {tag.split("-", 1)[1] for tag in option.tags if "-" in tag}


def _several(dice: Dice, item: Item, mind: Mind) -> tuple[str, ...]:
    ranked = sorted(_uses(dice, item, mind), key=lambda use: -use[0])
    if ranked[0][1].exclusive:
        return (ranked[0][1].id,)
    free = [use for use in ranked if not use[1].exclusive]
    least = item.minimum or 1
    most = item.maximum or _MOST_NAMED
    named = max(least, len([use for use in free[:most] if use[0] > _WORTH_NAMING]))
    chosen = {option.id for _, option in free[:named]}
    return tuple(option.id for option in item.options if option.id in chosen)


def _number(dice: Dice, item: Item, mind: Mind) -> int:
    """A step on a scale: by traits where it scores them, else by how content the person is."""
    low, high = _bounds(item)
    reach = 0.0
    for weight in item.scores.values():
        reach += abs(weight)
    if reach:
        # Traits are rarely beyond 0.8, people use the whole scale all the same.
        lean = 1.2 * pull(mind.planted.traits, item.scores) / reach + dice.normal(0.0, 0.35)
    else:
        lean = 0.35 + 0.75 * mind.planted.mood + dice.normal(0.0, 0.25)
    position = (max(-1.0, min(1.0, lean)) + 1.0) / 2.0
    return low + int(position * (high - low) + 0.5)


def _bounds(item: Item) -> tuple[int, int]:
    if item.type in SCALES:
        return scale_bounds(item)
    low = item.minimum or 0
    return low, (low + 10 if item.maximum is None else item.maximum)


def _text(dice: Dice, item: Item, mind: Mind) -> str | None:
    if item.type == "short_text":
        said = phrases.detail(dice, mind.words, mind.lang)
    else:
        said = phrases.remark(dice, mind.planted.psychographic, mind.planted.mood, mind.lang)
    if not item.required and (said is None or dice.chance(_SKIPS_TEXT)):
        return None
    return (said or "-")[: text_limit(item)].strip()
