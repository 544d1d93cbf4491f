"""Who simulated customers are on paper: names, places, addresses. All invented.

Emails are at domains reserved for examples (RFC 2606). Phone numbers come from ranges that regulators keep for drama
(GB, US, DE) or from blocks of zeros elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.demo.dice import Dice

COUNTRIES: Mapping[str, float] = {"SA": 47, "AE": 13, "KW": 8, "EG": 12, "JO": 6, "GB": 6, "DE": 3, "US": 5}

_CITIES: Mapping[str, Mapping[str, float]] = {
    "SA": {"Riyadh": 36, "Jeddah": 24, "Dammam": 10, "Makkah": 9, "Madinah": 8, "Khobar": 7, "Taif": 3, "Abha": 3},
    "AE": {"Dubai": 55, "Abu Dhabi": 28, "Sharjah": 17},
    "KW": {"Kuwait City": 60, "Hawalli": 25, "Salmiya": 15},
    "EG": {"Cairo": 52, "Giza": 22, "Alexandria": 26},
    "JO": {"Amman": 68, "Irbid": 20, "Zarqa": 12},
    "GB": {"London": 55, "Manchester": 18, "Birmingham": 16, "Leeds": 11},
    "DE": {"Berlin": 42, "Hamburg": 22, "Munich": 20, "Cologne": 16},
    "US": {"New York": 32, "Houston": 22, "Dearborn": 18, "Chicago": 16, "Los Angeles": 12},
}
# Part of the customers with an Arabic name, and part of those who also shop in Arabic.
_ARABIC_NAME: Mapping[str, float] = {"SA": 0.96, "AE": 0.78, "KW": 0.94, "EG": 0.98, "JO": 0.98}
_ARABIC_LANGUAGE: Mapping[str, float] = {"SA": 0.86, "AE": 0.6, "KW": 0.84, "EG": 0.88, "JO": 0.82}

_WOMEN_AR = (
    ("Noura", "نورة"), ("Sara", "سارة"), ("Reem", "ريم"), ("Hessa", "حصة"), ("Lama", "لمى"), ("Maha", "مها"),
    ("Fatimah", "فاطمة"), ("Aisha", "عائشة"), ("Maryam", "مريم"), ("Salma", "سلمى"), ("Dana", "دانة"),
    ("Jawaher", "جواهر"), ("Amal", "أمل"), ("Hind", "هند"), ("Layla", "ليلى"), ("Rania", "رانيا"),
    ("Yasmin", "ياسمين"), ("Nada", "ندى"), ("Abeer", "عبير"), ("Ghada", "غادة"), ("Shahad", "شهد"),
    ("Wafa", "وفاء"), ("Hala", "هالة"), ("Nourhan", "نورهان"), ("Rahaf", "رهف"), ("Lina", "لينا"),
)  # fmt: skip
_MEN_AR = (
    ("Mohammed", "محمد"), ("Abdullah", "عبدالله"), ("Khalid", "خالد"), ("Faisal", "فيصل"), ("Omar", "عمر"),
    ("Youssef", "يوسف"), ("Ahmad", "أحمد"), ("Sultan", "سلطان"), ("Tariq", "طارق"), ("Majed", "ماجد"),
    ("Karim", "كريم"), ("Hamad", "حمد"), ("Bader", "بدر"), ("Ziad", "زياد"),
)  # fmt: skip
_FAMILIES_AR = (
    ("Alharbi", "الحربي"), ("Alqahtani", "القحطاني"), ("Alghamdi", "الغامدي"), ("Alotaibi", "العتيبي"),
    ("Alshehri", "الشهري"), ("Almutairi", "المطيري"), ("Alzahrani", "الزهراني"), ("Aldosari", "الدوسري"),
    ("Alenezi", "العنزي"), ("Almansouri", "المنصوري"), ("Alhashimi", "الهاشمي"), ("Alsabah", "الصباح"),
    ("Hassan", "حسن"), ("Mahmoud", "محمود"), ("Ibrahim", "إبراهيم"), ("Mostafa", "مصطفى"), ("Haddad", "حداد"),
    ("Khalil", "خليل"), ("Nasser", "ناصر"), ("Qasim", "قاسم"), ("Shami", "الشامي"), ("Masri", "المصري"),
    ("Bakr", "بكر"), ("Saleh", "صالح"),
)  # fmt: skip
_WOMEN = (
    "Emma", "Olivia", "Charlotte", "Hannah", "Sophie", "Grace", "Julia", "Lena", "Amelia", "Megan", "Laura", "Katrin",
    "Chloe", "Rachel", "Isabel", "Priya", "Maria", "Anna",
)  # fmt: skip
_MEN = ("James", "Daniel", "Lukas", "Thomas", "Oliver", "Ben", "Michael", "Jonas", "David", "Samuel")
_FAMILIES = (
    "Smith", "Walker", "Taylor", "Becker", "Schneider", "Johnson", "Miller", "Davies", "Clarke", "Hoffmann", "Brown",
    "Evans", "Wagner", "Carter", "Hughes", "Reed", "Bennett", "Fernandez", "Novak", "Patel",
)  # fmt: skip
_DOMAINS = ("example.com", "example.org", "example.net")


# Number ranges by country: what stands before the running digits, and how many digits run.
_PHONE_RANGES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "SA": (("+96650000", 4),),
    "AE": (("+97150000", 4),),
    "KW": (("+9655000", 4),),
    "EG": (("+20100000", 4),),
    "JO": (("+96279000", 4),),
    "GB": (("+447700900", 3),),
    "DE": (("+49176040690", 2),),
    "US": tuple((f"+1{area}55501", 2) for area in ("212", "312", "313", "415", "713")),
}


@dataclass(frozen=True)
class Person:
    """Name (in the script of the language the person shops in), place and email."""

    first_name: str
    last_name: str
    email: str
    country: str
    city: str
    language: str


def draw_person(dice: Dice, number: int) -> Person:
    """Draw a person. The number makes the email the person's own."""
    country = dice.pick(COUNTRIES)
    arabic_name = dice.chance(_ARABIC_NAME.get(country, 0.14))
    language = "ar" if arabic_name and dice.chance(_ARABIC_LANGUAGE.get(country, 0.0)) else "en"
    woman = dice.chance(0.78)
    if arabic_name:
        first = dice.one_of(_WOMEN_AR if woman else _MEN_AR)
        last = dice.one_of(_FAMILIES_AR)
    else:
        first = (dice.one_of(_WOMEN if woman else _MEN),) * 2
        last = (dice.one_of(_FAMILIES),) * 2
    script = 1 if language == "ar" else 0
    return Person(
        first_name=first[script],
        last_name=last[script],
        email=f"{first[0]}.{last[0]}{number}@{dice.one_of(_DOMAINS)}".lower(),
        country=country,
        city=dice.pick(_CITIES[country]),
        language=language,
    )


def phone_number(country: str, index: int) -> str | None:
    """The index-th invented number of a country in E.164; None when its range is used up."""
    for prefix, digits in _PHONE_RANGES[country]:
        if index < 10**digits:
            return f"{prefix}{index:0{digits}d}"
        index -= 10**digits
    return None
