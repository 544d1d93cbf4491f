"""All that the shop says in a conversation besides its questions, in one place per language.

Arabic is light Modern Standard without masculine imperatives: what is asked of a person is said with a noun («يمكن
الاختيار»), so that it fits everybody. ``{…}`` are filled in; what is filled in is isolated where directions mix.
"""

from __future__ import annotations

import re

from service.domain.text import direction

_FSI, _PDI = "\u2068", "\u2069"
_LETTERS = {"rtl": re.compile(r"[A-Za-z0-9]"), "ltr": re.compile(r"[\u0590-\u08ff]")}

EN = {
    "understood": "Got it: {answers}.",
    "understood_several": "Got it: {answers}. Is that right?",
    "changed": "Changed: {answers}.",
    "kept": "Thank you, I have written that down.",
    "choose": "Do you mean one of these?",
    "choose_other": "Shall I write it down in your own words?",
    "choose_change": "Shall I change your earlier answer?",
    "unclear": "I am not sure what you mean. You can tap an answer, or say it in other words.",
    "unclear_text": "There was nothing to read in that.",
    "off_topic": "That is beyond me, I only know these questions. Shall we go on?",
    "off_topic_done": "That is beyond me, I only know the questions of this quiz.",
    "invalid": "{reason}",
    "back": "Here is the previous question again.",
    "back_first": "This is the first question.",
    "skip": "No problem, on to the next one.",
    "skip_needed": "This one is needed for your result. If nothing fits, what comes closest is fine.",
    "skip_needed_survey": "This question needs an answer. If nothing fits, what comes closest is fine.",
    "skip_needed_consent": "Please say yes or no to this one. No is perfectly fine, and changes nothing else.",
    "confirmed": "Good.",
    "doubted": "Which one is not right? You can say it in other words, or change the answer above.",
    "rank_rest": "So far: {named}. Please name them all in order, with {missing} as well.",
    "restart": "From the beginning, then.",
    "why": "It helps us find what suits you.",
    "language": "In English from now on.",
    "language_missing": "These questions are available in: {languages}.",
    "stop": "All right, let us stop here. Your answers are kept; you can go on whenever you like.",
    "person": "Gladly. You reach us here:",
    "person_none": "There is nobody in this chat. The shop's contact page will help you.",
    "hello": "Hello!",
    "thanks": "You are welcome.",
    "done": "That was everything.",
    "enough": "That was a lot of writing for one conversation. From here on, please tap an answer.",
}
AR = {
    "understood": "فهمت: {answers}.",
    "understood_several": "فهمت: {answers}. صحيح؟",
    "changed": "تم التعديل: {answers}.",
    "kept": "شكرًا، وصلت الإجابة.",
    "choose": "هل المقصود أحد هذه الخيارات؟",
    "choose_other": "هل نكتبها بهذه الكلمات؟",
    "choose_change": "هل نغيّر الإجابة السابقة؟",
    "unclear": "لم يتّضح المقصود. يمكن الاختيار من الإجابات، أو قول ذلك بكلمات أخرى.",
    "unclear_text": "لم يصل نصّ يمكن قراءته.",
    "off_topic": "هذا خارج ما أعرفه، فليس عندي سوى هذه الأسئلة. هل نكمل؟",
    "off_topic_done": "هذا خارج ما أعرفه، فليس عندي سوى أسئلة هذا الاختبار.",
    "invalid": "{reason}",
    "back": "عدنا إلى السؤال السابق.",
    "back_first": "هذا هو السؤال الأول.",
    "skip": "لا بأس، ننتقل إلى ما بعده.",
    "skip_needed": "هذا السؤال لازم للوصول إلى النتيجة. وإن لم يناسب أيّ خيار، فأقربها يكفي.",
    "skip_needed_survey": "هذا السؤال يحتاج إلى إجابة. وإن لم يناسب أيّ خيار، فأقربها يكفي.",
    "skip_needed_consent": "المطلوب هنا نعم أو لا. والرفض مقبول تمامًا ولا يغيّر شيئًا آخر.",
    "confirmed": "جيّد.",
    "doubted": "أيّها غير صحيح؟ يمكن قوله بكلمات أخرى، أو تعديل الإجابة أعلاه.",
    "rank_rest": "حتى الآن: {named}. المطلوب ذكرها كلها بالترتيب، ومعها {missing}.",
    "restart": "نبدأ من جديد.",
    "why": "حتى نصل إلى ما يناسبك.",
    "language": "نكمل بالعربية.",
    "language_missing": "هذه الأسئلة متاحة باللغات التالية: {languages}.",
    "stop": "حسنًا، نتوقّف هنا. الإجابات محفوظة، وتمكن المتابعة في أيّ وقت.",
    "person": "بكل سرور. للتواصل معنا مباشرة:",
    "person_none": "لا تتوفّر هنا محادثة مع موظّف. صفحة التواصل في المتجر تفيدك.",
    "hello": "أهلًا بك!",
    "thanks": "على الرحب والسعة.",
    "done": "اكتملت الأسئلة.",
    "enough": "كثرت الرسائل في هذه المحادثة. تمكن المتابعة من هنا بالضغط على إحدى الإجابات.",
}
_ALL = {"en": EN, "ar": AR}
_AS_IT_IS = frozenset({"reason", "answers", "named", "missing"})
"""Sentences and lists of answers, which are isolated one by one."""
LANGUAGE_NAMES = {"en": "English", "ar": "العربية"}
_JOINED = re.compile(r"[,،;؛]|\s(?:and|or|&)\s|\sو\w")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def say(lang: str, name: str, **values: str) -> str:
    """A sentence of the shop in a language, else in English; values of another direction are isolated."""
    words = _ALL.get(lang, EN)[name]
    return words.format(**{key: value if key in _AS_IT_IS else isolate(value, lang) for key, value in values.items()})


def asked(text: str) -> str | None:
    """Whether a sentence of the shop asks to confirm answers, or which of them is not right.

    :return: ``confirming``, ``doubting`` or ``None``
    """
    for words in _ALL.values():
        if text == words["doubted"]:
            return "doubting"
        if words["understood_several"].rpartition("{answers}.")[2].strip() in text:
            return "confirming"
    return None


def isolate(text: str, lang: str) -> str:
    """A text, kept from disturbing the line around it where it has letters or digits of the other direction."""
    return f"{_FSI}{text}{_PDI}" if _LETTERS[direction(lang)].search(text) else text


def listed(parts: list[str], lang: str) -> str:
    """Answers in a row: "dry and up to 100", «جافة وحتى ١٠٠»."""
    shown = [isolate(part, lang) for part in parts]
    if len(shown) < 2:
        return "".join(shown)
    if lang == "ar":
        return "، و".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def quoted(parts: list[str], lang: str) -> str:
    """Labels in a row, in quotes where they hold commas or "and" themselves, so that they can be told apart."""
    if len(parts) > 1 and any(_JOINED.search(part) for part in parts):
        parts = [f"«{part}»" if lang == "ar" else f"“{part}”" for part in parts]
    return listed(parts, lang)


def left(count: int, lang: str, numerals: str = "latn") -> str:
    """How many questions are left, in the plural form of the language.

    :param numerals: ``arab`` writes Arabic numbers as ٣
    """
    if lang != "ar":
        return "One question left." if count == 1 else f"{count} questions left."
    number = str(count).translate(_ARABIC_DIGITS) if numerals == "arab" else isolate(str(count), lang)
    if count == 1:
        return "بقي سؤال واحد."
    if count == 2:
        return "بقي سؤالان."
    if 3 <= count % 100 <= 10:
        return f"بقيت {number} أسئلة."
    if count % 100 >= 11:
        return f"بقي {number} سؤالًا."
    return f"بقي {number} سؤال."
