"""Number words and ordinals of English and Arabic, its dialects included, normalised."""

from __future__ import annotations

from service.domain.search import normalise

_WORDS: dict[int, str] = {
    0: "zero nil صفر",
    1: "one واحد واحده وحده وحدة",
    2: "two اثنين اثنان اتنين ثنتين تنين اثنتين",
    3: "three ثلاث ثلاثة تلات تلاتة ثلاثه",
    4: "four أربع أربعة اربعه",
    5: "five خمس خمسة",
    6: "six ست ستة سته",
    7: "seven سبع سبعة",
    8: "eight ثمان ثمانية تمانية تمنية ثماني تمن",
    9: "nine تسع تسعة",
    10: "ten عشر عشرة",
    11: "eleven إحدى_عشر حداشر احدعش",
    12: "twelve اثناعشر اتناشر اطنعش",
    15: "fifteen خمسطعش خمستاشر",
    20: "twenty عشرين عشرون",
    30: "thirty ثلاثين تلاتين ثلاثون",
    40: "forty أربعين أربعون",
    50: "fifty خمسين خمسون",
    60: "sixty ستين ستون",
    70: "seventy سبعين سبعون",
    80: "eighty ثمانين تمانين ثمانون",
    90: "ninety تسعين تسعون",
    100: "hundred مية مئة مائة ميه",
    200: "ميتين مئتين مئتان مائتين",
    300: "ثلاثمية ثلاثمئة ثلاثمائة تلتمية",
    400: "أربعمية أربعمئة أربعمائة ربعمية",
    500: "خمسمية خمسمئة خمسمائة",
    600: "ستمية ستمئة ستمائة",
    700: "سبعمية سبعمئة سبعمائة",
    800: "ثمانمية ثمانمئة ثمانمائة تمنمية",
    900: "تسعمية تسعمئة تسعمائة",
    1000: "thousand ألف",
    2000: "ألفين ألفان",
}
_ORDINALS: dict[int, str] = {
    1: "first 1st أول أولى أولاني أوله اول",
    2: "second 2nd ثاني ثانية تاني تانية ثانيه",
    3: "third 3rd ثالث ثالثة تالت تالتة",
    4: "fourth 4th رابع رابعة",
    5: "fifth 5th خامس خامسة",
    6: "sixth 6th سادس سادسة",
    7: "seventh 7th سابع سابعة",
    8: "eighth 8th ثامن ثامنة تامن تامنة",
    9: "ninth 9th تاسع تاسعة",
    10: "tenth 10th عاشر عاشرة",
    -1: "last آخر أخير أخيرة الأخير الأخيرة",
}


def _table(words: dict[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, listed in words.items():
        for word in listed.split():
            plain = normalise(word)
            found[plain] = number
            found.setdefault(f"ال{plain}" if not plain.isascii() else plain, number)
    return found


NUMBER_WORDS = _table(_WORDS)
ORDINAL_WORDS = _table(_ORDINALS)
