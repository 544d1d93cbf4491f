"""What a shopper reads when an answer cannot be taken: one sentence per fault, in the language they speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.errors import InvalidValue

_SAID: Mapping[str, Mapping[str, str]] = {
    "required": {"en": "This one needs an answer.", "ar": "هذا السؤال يحتاج إلى إجابة."},
    "statement": {"en": "There is nothing to answer here.", "ar": "لا سؤال هنا يحتاج إلى إجابة."},
    "one_option": {"en": "Please choose one of the options.", "ar": "المطلوب اختيار واحد من الخيارات."},
    "options": {"en": "Please choose from the options.", "ar": "المطلوب الاختيار من الخيارات المعروضة."},
    "alone": {
        "en": "“{option}” cannot be combined with another option.",
        "ar": "لا يمكن الجمع بين «{option}» وخيار آخر.",
    },
    "too_few": {"en": "Please choose at least {least}.", "ar": "أقلّ عدد من الخيارات هنا: {least}."},
    "too_many": {"en": "Please choose at most {most}.", "ar": "أكثر عدد من الخيارات هنا: {most}."},
    "ranking": {
        "en": "Please put {least} of the options in order, each once.",
        "ar": "المطلوب ترتيب {least} من الخيارات، كل خيار مرة واحدة.",
    },
    "ranking_between": {
        "en": "Please put {least} to {most} of the options in order, each once.",
        "ar": "المطلوب ترتيب {least} إلى {most} من الخيارات، كل خيار مرة واحدة.",
    },
    "own_words": {"en": "Please say what it is in a few words.", "ar": "تنقص بضع كلمات توضّح المقصود."},
    "scale": {
        "en": "Please give a whole number from {least} to {most}.",
        "ar": "المطلوب عدد صحيح من {least} إلى {most}.",
    },
    "number": {"en": "Please give a number.", "ar": "المطلوب رقم."},
    "too_small": {"en": "The number is at least {least}.", "ar": "أصغر رقم مقبول: {least}."},
    "too_large": {"en": "The number is at most {most}.", "ar": "أكبر رقم مقبول: {most}."},
    "text": {"en": "Please write a few words.", "ar": "المطلوب بضع كلمات."},
    "characters": {
        "en": "The text contains characters that cannot be kept.",
        "ar": "في النص رموز لا يمكن حفظها.",
    },
    "too_long": {
        "en": "The text is too long; {most} characters fit.",
        "ar": "النص أطول من الحد، وهو {most} حرفًا.",
    },
    "date": {"en": "Please give a date, such as 2026-01-31.", "ar": "المطلوب تاريخ، مثل 2026-01-31."},
    "too_early": {"en": "The date is {least} or later.", "ar": "أول تاريخ مقبول: {least}."},
    "too_late": {"en": "The date is {most} or earlier.", "ar": "آخر تاريخ مقبول: {most}."},
    "email": {
        "en": "That does not look like an email address. Please check it.",
        "ar": "لا يبدو هذا بريدًا إلكترونيًّا صحيحًا. هل من خطأ في الكتابة؟",
    },
    "phone": {
        "en": "That does not look like a phone number. Please write it with its country code, such as +966501234567.",
        "ar": "لا يبدو هذا رقم هاتف صحيحًا. المطلوب الرقم مع رمز البلد، مثل \u2066+966501234567\u2069.",
    },
    "consent": {"en": "Please say yes or no.", "ar": "المطلوب الموافقة أو الرفض."},
}

FAULTS = frozenset(_SAID)
"""Every kind of fault an answer may have."""


def refuse(fault: str, message: str, *, path: str = "value", **values: Any) -> InvalidValue:
    """The error for an answer that cannot be taken.

    :param fault: one of :data:`FAULTS`
    :param message: for the programmer who sent it: names ids and what would fit
    :param values: what the shopper's sentence names
    """
    return InvalidValue(message, path, fault=fault, values=values)


def said(error: InvalidValue, lang: str) -> str:
    """The sentence for the shopper; in English where the language is not spoken here."""
    by_lang = _SAID.get(error.fault)
    if by_lang is None:
        return ""
    values = {name: value.get(lang) if hasattr(value, "get") else value for name, value in error.values.items()}
    return by_lang.get(lang.split("-")[0], by_lang["en"]).format(**values)
