"""What people say about the conversation itself: back, skip, start over, why, another language, stop, a person.

``PHRASES`` are whole messages (and what a fitted model learns the wishes from); ``PATTERNS`` are found inside longer
ones. A correction ("no wait, I meant …") is a beginning that is taken off, with the answer behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from service.domain.numerals import ordinals
from service.domain.small_words import NEGATORS, STOP
from service.domain.spelling import tidy, words

Wish = Literal["back", "skip", "restart", "why", "language", "stop", "person", "hello", "thanks"]

PHRASES: dict[Wish, str] = {
    "back": """back, go back, previous, previous question, the previous question, last question,
        one step back, undo, take me back, return, i want to change my answer, change my answer,
        change my last answer, edit my answer, i made a mistake, that was a mistake, let me correct that,
        can i go back, step back, wrong answer, go to previous, رجوع, ارجع, ارجعي, نرجع, رجعني, رجعيني, ارجع ورا,
        ورا, للخلف, السابق, السؤال السابق, السؤال اللي قبل, اللي قبله, السؤال اللي فات, خطوة للخلف,
        أبي أغير جوابي, أبغى أغير إجابتي, عايزة أغير إجابتي, أريد تغيير إجابتي, تغيير الجواب, تغيير الإجابة,
        غلطت, غلطت في الجواب, أخطأت في الإجابة, تراجع, أرجع, irja3, rjo3""",
    "skip": """skip, skip it, skip this, skip this question, skip please, next, next question, pass,
        i pass, move on, prefer not to say, prefer not to answer, rather not say, rather not answer,
        don't want to answer, i don't want to answer, not answering that, no answer, ask me something else,
        let us skip, none of your business, تخطي, تخطى, تخطي السؤال, تجاوز, تجاوز السؤال, التالي, السؤال التالي,
        اللي بعده, اللي بعدها, عدي, عديها, عدي السؤال, فوت, فوتي, فوت السؤال, بدون جواب, لا أريد الإجابة,
        ما أبي أجاوب, ما أبغى أجاوب, مش عايز أجاوب, مش عايزة أجاوب, مش هجاوب, أفضل عدم الإجابة, ما ودي أجاوب,
        خلينا نتخطى, سكيب, نكست""",
    "restart": """restart, start over, start again, begin again, start from the beginning, from the beginning, reset,
        from scratch, let us start over, do it again, new start, clear everything, delete my answers, take it again
        من جديد, من البداية, من الأول, نبدأ من جديد, أبدأ من جديد, ابدأ من جديد, أبي أبدأ من جديد, نعيد من الأول,
        نعيد من البداية, إعادة, إعادة البدء, أعيد الاختبار, أعد من البداية, نبدأ من الصفر, امسح الإجابات, ابدأ من الأول,
        عايزة أبدأ من الأول, ريستارت""",
    "why": """why, why do you ask, why are you asking, why do you want to know, why do you need this, what for,
        why do you need to know, why this question, what is this for, what do you need it for, how is this relevant,
        what does it matter, why does it matter, what do you do with it, reason
        لماذا, ليش, ليه, لماذا تسألون, ليش تسألون, ليش تسأل, بتسألوا ليه, ليه بتسألوا, لماذا هذا السؤال, ليش هذا السؤال,
        ليه السؤال ده, وش دخل هذا, ايش دخلكم, ما الفائدة من السؤال, وش الفايدة, وش تبون فيه, ايه لازمة السؤال, ما السبب,
        لأي غرض, علاش""",
    "language": """english, in english, speak english, english please, switch to english,
        change language, language, another language, change the language, arabic, in arabic, arabic please,
        speak arabic, switch to arabic, can we speak arabic, do you speak arabic, do you speak english,
        i don't understand arabic, i do not speak english, عربي, بالعربي, العربية, بالعربية, تكلم عربي,
        كلمني عربي, ممكن عربي, ممكن بالعربي, عربي لو سمحت, إنجليزي, انجليزي, بالإنجليزي, بالانجليزية, الإنجليزية,
        غير اللغة, غيري اللغة, تغيير اللغة, اللغة, أبي إنجليزي, ما أفهم إنجليزي, ما بعرف إنجليزي, 3arabi,
        bel3arabi""",
    "stop": """stop, stop it, quit, exit, end, enough, cancel, finish, i want to stop, stop asking, i am done, i'm done,
        no more questions, leave me alone, don't want to continue, i don't want to continue, i give up, not interested,
        forget it, end this, bye, goodbye, close, that is enough, too many questions, go away
        توقف, وقف, وقفي, وقفوا, خلاص, خلاص وقف, كفاية, كفاية أسئلة, يكفي, انهاء, إنهاء, انتهيت, خروج, إلغاء, مع السلامة,
        باي, لا أريد المتابعة, لا أريد أن أكمل, ما أبي أكمل, ما أبغى أكمل, مش عايز أكمل, مش عايزة أكمل, ما ودي أكمل,
        بطل أسئلة, أسئلة كثيرة, مو مهتم, مش مهتم, مش مهتمة, خلصنا, اتركوني, 5alas, khalas""",
    "person": """human, a human, person, real person, a real person, agent, operator,
        customer service, support, help desk, talk to a human, talk to a person, talk to someone,
        speak to someone, speak to a person, speak with an agent, talk to an agent, contact you, call me,
        call you, phone number, your number, whatsapp, human please, live chat, contact customer service,
        is there someone i can talk to, i need help from a person, talk to your team, موظف, موظفة, إنسان, شخص,
        شخص حقيقي, خدمة العملاء, خدمة عملاء, الدعم, الدعم الفني, أكلم موظف, أكلم أحد, أكلم حد, أبي أكلم أحد,
        أبغى أكلم موظف, عايز أكلم حد, عايزة أكلم حد, أريد التحدث مع موظف, أريد التحدث إلى شخص, كلموني,
        اتصلوا فيني, اتصلوا بي, رقمكم, رقم التواصل, واتساب, واتس, التواصل معكم, كيف أتواصل معكم,
        حد من خدمة العملاء, ممكن أتكلم مع حد, ممثل خدمة العملاء""",
    "hello": """hi, hello, hey, hey there, hi there, good morning, good evening, good afternoon, greetings, salam, yo
        مرحبا, أهلا, هلا, هلا والله, السلام عليكم, سلام, سلام عليكم, صباح الخير, مساء الخير, هاي, يا هلا, كيف الحال,
        كيفك, ازيك, شلونك, شخبارك, عامل ايه, marhaba""",
    "thanks": """thanks, thank you, thx, ty, thanks a lot, thank you so much, much appreciated,
        cheers, great thanks, شكرا, شكرا جزيلا, مشكور, مشكورة, مشكورين, يعطيك العافية, يسلمو, تسلم, تسلمي, متشكر,
        متشكرة, جزاك الله خير, shukran""",
}

_PATTERNS: dict[Wish, str] = {
    "back": r"\b(?:go|take me|step) back\b|previous (?:question|one|step)|(?:change|edit|correct) (?:my|"
    r"the|that) (?:\w+ )?answer|(?:ال|لل)سوال (?:السابق|اللي قبل\w*|اللي فات|الي قبل\w*|الماضي)|"
    r"رجع(?:ني|يني|وني)|(?:اغير|تغيير|اعدل|تعديل) (?:ال)?(?:جواب|اجاب)\w*",
    "skip": r"\bskip (?:this|that|it|the)\b|(?:rather|prefer) not (?:to )?(?:say|answer|tell)|(?:dont|not|"
    r"wont) (?:want|wanna|going|like)?\s?(?:to )?(?:answer|say|tell)|next question|(?:ما|لا|مش|"
    r"مو) (?:ابي|ابغي|ابغا|اريد|عايز|عايزه|ودي|راح|حاب|حابه)\s?\w* (?:اجاوب|اجيب|الاجابه|ارد)|"
    r"(?:عدي|فوت|فوتي|تخطي|نتخطي|تجاوز|نعدي) (?:ال)?(?:سوال|هذا|هذه|ده|دي|هالسوال)|"
    r"السوال (?:التالي|اللي بعد\w*)",
    "restart": r"\bstart(?:ing)? (?:all )?over\b|(?:start|begin|go) (?:it |all )?(?:again|"
    r"from (?:the )?(?:scratch|beginning|start))|from scratch|(?:نبدا|ابدا|نعيد|اعيد|اعد|"
    r"نرجع) (?:\w+ )?من (?:جديد|الاول|البدايه|الصفر|اول)",
    "why": r"\bwhy (?:do|are|would|did|does|is|should) (?:you|u|that|this|it|i)\b|what (?:is|s) (?:this|"
    r"that|it) for\b|whats (?:this|that|it) for\b|what do you need (?:this|that|it)|how (?:is|"
    r"does) (?:this|that|it) (?:\w+)?\s?(?:matter|relevant|help)|(?:ليش|ليه|لماذا|علاش|"
    r"لي سبب) (?:\w+ )?(?:تسال\w*|تسئل\w*|بتسال\w*|السوال|هذا السوال|هالسوال|تبون|تبغون|تحتاج\w*|"
    r"عايزين|محتاجين|تريدون)|(?:بتسال\w*|تسال\w*) (?:ليه|ليش)",
    "language": r"\b(?:in|speak|to|into|talk) (?:arabic|english)\b|(?:arabic|english) (?:please|pls|plz)|"
    r"change (?:the )?language|(?:بال|تكلم\w* |كلمني |كلميني |باللغه ال)(?:عربي|انجليزي|"
    r"انكليزي)\w*|غير\w? اللغه|تغيير اللغه|(?:عربي|انجليزي) (?:لو سمحت\w*|من فضلك|بليز)",
    "stop": r"\b(?:dont|not|do not) (?:want|wanna) (?:to )?(?:continue|go on|do this)|no more questions|"
    r"stop (?:this|asking|now|it)|leave me alone|i want to (?:stop|quit|leave|end)|"
    r"too many questions|(?:ما|لا|مش|مو) (?:ابي|ابغي|ابغا|اريد|عايز|عايزه|ودي|حاب|حابه|"
    r"راح)\s?(?:ان )?(?:اكمل|نكمل|استمر|المتابعه|اتابع)|(?:كفايه|بطل\w*|وقف\w*) (?:ال)?اسئله",
    "person": r"\b(?:talk|speak|chat|connect|transfer)(?:ing)? (?:me )?(?:to|with) (?:a |an |some|your |"
    r"the )?\w*\s?(?:human|person|one|body|someone|somebody|agent|representative|rep|staff|team|"
    r"people|employee|support|service)|customer (?:service|support|care)|real (?:person|human)|"
    r"(?:a|an|any|live|real|actual) (?:human|agent|operator|representative)\b|call me\b|"
    r"phone number|your (?:number|whatsapp)|(?:اكلم|اكلمو|احاكي|اتكلم مع|اتحدث (?:مع|الي)|"
    r"التحدث (?:مع|الي)|التواصل مع|اتواصل مع|حولني علي|حولوني) (?:ال)?(?:موظف\w*|احد|حد|شخص|انسان|"
    r"خدمه|مندوب|الدعم|بشر|واحد|مسوول|فريق)|خدمه (?:ال)?عملا|رقم(?:كم| التواصل)|(?:اتصلو\w*|"
    r"كلموني)",
}
_CORRECTION = re.compile(
    r"^(?:(?:oh |oops |um |ah )*(?:no+ wait|wait no|wait|sorry no|no sorry|sorry|oops|actually|"
    r"correction|scratch that|i mean(?:t)?|what i meant (?:is|was)|no i mean(?:t)?|my mistake|"
    r"i changed my mind|change (?:that|it|my answer) to|make (?:that|it)|not that|"
    r"rather)\b[\s,:.!-]*)+(?:its |it is |it was |i mean(?:t)? |to say )?|^(?:(?:لا |لأ |اوه |"
    r"اسف |اسفه |عفوا |معلش |معليش )*(?:اقصد|قصدي|كنت اقصد|انا قصدي|اعني|غلط|غلطت|بالغلط|خطا|"
    r"تصحيح|استني|لحظه|عفوا|اسف|اسفه|غيرت رايي|بدلت رايي|لا لا|في الحقيقه|"
    r"بل)\b[\s،,:.!-]*)+(?:هي |هو |انها |انه )?"
)
_NOT = re.compile(
    r"\b(?:dont|not|never|no)\s+(?:\w+\s+)?(?:skip|stop|restart|go back|start over)\b|(?:لا|ما|مو|"
    r"مش)\s+(?:توقف|توقفي)"
)


@dataclass(frozen=True)
class Found:
    """A wish in a message.

    :param whole: the message is little more than this wish
    :param alone: it is nothing else
    :param rest: the words beside it
    """

    wish: Wish
    whole: bool
    alone: bool = True
    rest: str = ""


@lru_cache(maxsize=1024)
def find(text: str) -> Found | None:
    """The wish a message speaks, if it speaks one."""
    said = tuple(words(text))
    exact = _whole().get(said) or _whole().get(_bare(said))
    if exact is not None:
        return Found(exact, whole=True)
    plain = tidy(text)
    if len(said) > 14 or _NOT.search(plain):
        return None
    for wish, pattern in _compiled().items():
        match = pattern.search(plain)
        if match:
            beside = pattern.sub(" ", plain).strip()
            rest = [word for word in words(plain[: match.start()] + " " + plain[match.end() :]) if word not in STOP]
            alone = all(word in STOP or word in _TRIM for word in words(beside))
            return Found(wish, whole=len(rest) <= 3, alone=alone, rest=beside)
    return None


def corrected(text: str) -> str | None:
    """What a correction says behind its beginning; ``None`` when the message does not begin as one."""
    plain = tidy(text)
    match = _CORRECTION.match(plain)
    if match is None or match.end() == 0:
        return None
    return plain[match.end() :].strip()


def language_asked(text: str) -> str | None:
    """The language a message asks for, where it names one."""
    plain = tidy(text)
    english = re.search(r"english|انجليزي|انكليزي|englizi", plain)
    arabic = re.search(r"arabic|عربي|3arabi|arabi\b", plain)
    if (english is None) == (arabic is None):
        return None
    negated = any(word in NEGATORS for word in words(plain))
    return ("ar" if english else "en") if negated else ("en" if english else "ar")


def phrases(wish: Wish) -> tuple[str, ...]:
    """The whole messages of a wish."""
    return tuple(one.strip() for one in PHRASES[wish].replace("\n", ",").split(",") if one.strip())


@cache
def _whole() -> dict[tuple[str, ...], Wish]:
    found: dict[tuple[str, ...], Wish] = {}
    for wish in PHRASES:
        for one in phrases(wish):
            found.setdefault(words(one), wish)
            found.setdefault(_bare(words(one)), wish)
    found.pop((), None)
    for said in [said for said in found if len(said) == 1 and ordinals(said)]:
        del found[said]
    return found


_TRIM = frozenset(
    words(
        "ok okay please pls plz thanks just can could you i we us to the now لو سمحت سمحتي من فضلك بليز ممكن رجاء الان"
    )
)


def _bare(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in said if word not in _TRIM)


@cache
def _compiled() -> dict[Wish, re.Pattern[str]]:
    return {wish: re.compile(pattern) for wish, pattern in _PATTERNS.items()}
