"""Words that say how much or how often, as steps of a scale: "never", "half", «دايمًا».

The levels are quarters of the scale from its low end. What lies between two levels ("hardly ever", "almost always")
is offered, not taken, unless an end of the scale says it itself ("Nearly everything").
"""

from __future__ import annotations

import re
from functools import cache

from service.domain.hearing import Heard
from service.domain.small_words import BACKGROUND, NEGATION, STOP, is_small
from service.domain.spelling import forms, tidy, words

LEVELS: dict[float, str] = {
    0.0: """never, never ever, not at all, not once, not a single time, none, nothing, nothing at all, not ever,
        nil, none of it, in no case, by no means, لا شيء, لا شي, ولا شي, أبدا, ابدا, مطلقا, إطلاقا, نهائيا,
        ولا مرة, ولا مره, بالمرة, عمري ما, ولا حاجة, ما عمري, مستحيل, خالص, بتاتا, لا أبد, أبد, ولا واحد""",
    0.25: """rarely, seldom, a little, a little bit, a bit, not much, not often, not that often, not very,
        not so much, not a lot, not really, very little, only a little, once in a blue moon, few, not too much,
        slightly, not so often, not that much, now and again rarely, نادرا, نادر, قليل, قليلا, شوي, شويه, شوية,
        شويتين, مو كثير, مش كتير, مب وايد, مو وايد, مو دايم, ليس كثيرا, ليس دائما, قليل جدا, على خفيف, مش أوي,
        مش قوي, مو مرة, كل فين وفين, بالقليل""",
    0.5: """sometimes, half, half of it, about half, half the time, fifty fifty, half and half, in the middle,
        the middle, middle, so so, so-so, average, moderately, medium, from time to time, now and then,
        occasionally, every now and then, on and off, somewhat, in between, halfway, neutral, one in two,
        every other time, some of the time, sometimes yes sometimes no, بعض الأحيان, بعض المرات, بعض الوقت,
        بعضها, أحيانا, احيانا, نص, النص, نصفها, نص نص, نصها, نصه, نص ونص, متوسط, وسط, في الوسط, بالوسط, بالنص,
        مرات, ساعات, أوقات, اوقات, من وقت لوقت, من فترة لفترة, بين وبين, بين بين, مرة إيه ومرة لا, نصف,
        مو دايما, مش دايما, على حسب الوقت, يعني وسط""",
    0.75: """often, very often, usually, mostly, most, most of it, most of the time, most of them, a lot, frequently,
        quite a lot, quite a bit, quite often, pretty often, regularly, generally, a good deal,
        more often than not, majority, the majority, quite closely, pretty closely, as a rule, fairly closely,
        a fair amount, many times, pretty much, غالبا, في الغالب, أغلب, اغلبه, أغلبها, أغلب الوقت, أغلب الأوقات,
        معظم, معظمه, معظم الوقت, كثير, كتير, وايد, كثيرا, عادة, في العادة, بكثرة, أكثر الأحيان, في معظم الأحيان,
        أكثره, أكثرها, أكثر الوقت, بالأغلب, عادةً""",
    1.0: """always, every time, every single time, each time, all the time, constantly, everything, all of it, all,
        completely, religiously, without exception, every one, every word, every single one, every line,
        all of them, entirely, fully, from a to z, word for word, 100, hundred percent, 100 percent,
        a hundred percent, to the letter, دائما, دايما, دايم, دوم, كل مرة, كل مره, على طول, كل شي, كل شيء,
        كل حاجة, كلها, كله, بالكامل, طول الوقت, باستمرار, كل وقت, دون استثناء, حرف حرف, كلمة كلمة, سطر سطر,
        مية بالمية, ميه في الميه, مليون بالمية, ع طول, بالحرف""",
}
SURE = """definitely, absolutely, certainly, for sure, of course, without a doubt, no doubt, surely, totally,
        very likely, extremely likely, 100, hundred percent, 100 percent, a hundred percent, definitely yes,
        yes definitely, most definitely, for certain, gladly, with pleasure, in a heartbeat, أكيد, اكيد, طبعا,
        بالتأكيد, حتما, بلا شك, بدون شك, من غير شك, مية بالمية, ميه في الميه, مليون بالمية, بكل تأكيد, من عيوني,
        ولا يهمك, بكل سرور"""
_SURE_NOT = """definitely not, absolutely not, certainly not, no way, no chance, of course not, not a chance,
        not likely, very unlikely, extremely unlikely, i wouldnt, i would not, never, not at all,
        under no circumstances, مستحيل, أكيد لا, طبعا لا, لا طبعا, لا أبدا, أبدا, ما راح, مش ممكن, لا يمكن,
        ما أوصي, لن, ولا بالحلم, إطلاقا, نهائيا, عمري ما"""
_ALMOST = frozenset(words("almost nearly practically virtually hardly barely scarcely تقريبا قريب شبه يكاد بالكاد"))
_BELOW = frozenset(words("hardly barely scarcely بالكاد"))
_TURNS = frozenset(
    words(
        "miss missed forget forgot forgotten ignore skip skipped fail late اطوف افوت بفوت فوت انسي بنسي نسيت "
        "اتجاهل اطنش but except لكن بس الا unless only if depends حسب لو اذا"
    )
)
_MOST_BESIDE = 1
_DIGIT = re.compile(r"\d")


def level(heard: Heard, cues: frozenset[str], *, likely: bool) -> tuple[float, ...]:
    """The levels (0 to 1) that a message may mean; one is sure, two are to be asked.

    :param cues: words of the question, which may stand beside
    :param likely: the scale says how likely something is, where only its ends have words
    """
    said = heard.said
    if heard.question or any(token.text in _TURNS for token in heard.tokens):
        return ()
    found = _longest(said, _likely() if likely else _phrases())
    if found is None:
        return ()
    value, start, length = found
    if any(
        place not in range(start, start + length) and _DIGIT.search(one.text) for place, one in enumerate(heard.tokens)
    ):
        return ()
    beside = [
        token.text
        for place, token in enumerate(heard.tokens)
        if not start <= place < start + length and _tells(token.text, cues)
    ]
    if len([word for word in beside if word not in _ALMOST]) > _MOST_BESIDE:
        return ()
    if value and any(said[place] == NEGATION for place in range(len(said)) if not start <= place < start + length):
        return ()
    if any(word in _BELOW for word in beside):
        return (0.0, 0.25)
    if any(word in _ALMOST for word in _around(heard, start, length)):
        return {0.0: (0.0, 0.25), 1.0: (0.75, 1.0)}.get(value, (value,))
    return (value,)


def approximate(text: str) -> bool:
    """Whether an end of a scale is itself only nearly the end ("Nearly everything", «كلها تقريبًا»)."""
    return any(word in _ALMOST for word in words(text))


def _around(heard: Heard, start: int, length: int) -> list[str]:
    return [token.text for place, token in enumerate(heard.tokens) if not start <= place < start + length]


def _tells(word: str, cues: frozenset[str]) -> bool:
    return not (is_small(word) or word in STOP or word in BACKGROUND or any(form in cues for form in forms(word)))


def _longest(said: tuple[str, ...], known: dict[tuple[str, ...], float]) -> tuple[float, int, int] | None:
    """The longest phrase of a level; ``None`` when two that are equally long say different levels."""
    found: list[tuple[int, int, float]] = []
    for start in range(len(said)):
        for length in range(min(5, len(said) - start), 0, -1):
            value = known.get(said[start : start + length])
            if value is not None:
                found.append((length, start, value))
                break
    if not found:
        return None
    most = max(one[0] for one in found)
    longest = [one for one in found if one[0] == most]
    if len({one[2] for one in longest}) > 1:
        return None
    length, start, value = longest[0]
    return value, start, length


def _read(levels: dict[float, str]) -> dict[tuple[str, ...], float]:
    from service.domain.small_words import plain

    found: dict[tuple[str, ...], float] = {}
    for value, listed in levels.items():
        for one in listed.replace("\n", " ").split(","):
            said = tuple(plain(word) for word in words(tidy(one)))
            if said:
                found.setdefault(said, value)
    return found


@cache
def _phrases() -> dict[tuple[str, ...], float]:
    return _read(LEVELS)


@cache
def _likely() -> dict[tuple[str, ...], float]:
    return _read({0.0: _SURE_NOT, 1.0: SURE})
