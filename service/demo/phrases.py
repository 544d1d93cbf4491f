"""What simulated people write where a survey leaves them room: a few sentences per persona and language."""

from __future__ import annotations

from collections.abc import Mapping

from service.demo.dice import Dice

_BY_PERSONA: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "careful_planner": {
        "en": (
            "Please announce sales a week ahead, I plan my orders around payday.",
            "I would buy the large bottle if it came with a better price per millilitre.",
            "Free delivery from 200 would make it easy to order more at once.",
            "I compared four shops, yours was the fairest.",
        ),
        "ar": (
            "أتمنى الإعلان عن التخفيضات قبلها بأسبوع، فأنا أرتّب طلباتي مع الراتب.",
            "لو كان في الحجم الكبير توفير حقيقي لطلبته.",
            "التوصيل المجاني من 200 ريال يشجّعني على جمع طلباتي.",
            "قارنت بين أربعة متاجر وأسعاركم أنصفها.",
        ),
    },
    "explorer": {
        "en": (
            "What is coming next? I have tried almost everything.",
            "More small sizes, please. That is how I fall in love with a product.",
            "The clay mask surprised me, in a good way.",
            "A limited scent every season would be lovely.",
        ),
        "ar": (
            "ما الجديد القادم؟ جرّبت كل ما عندكم تقريبًا.",
            "أحجام صغيرة أكثر من فضلكم، فبها أتعرّف على المنتج.",
            "قناع الطين فاجأني بجماله.",
            "رائحة محدودة في كل موسم ستكون رائعة.",
        ),
    },
    "purist": {
        "en": (
            "Thank you for printing every ingredient with its origin.",
            "Is the rose water really without preservatives? I would like to read the lab report.",
            "My skin reacts to perfume, so please keep one serum without it.",
            "I read the label three times and found nothing to complain about.",
        ),
        "ar": (
            "شكرًا على ذكر كل مكوّن ومصدره.",
            "هل ماء الورد فعلًا بلا مواد حافظة؟ أودّ قراءة نتيجة المختبر.",
            "بشرتي لا تحتمل العطور، فليبقَ عندكم سيروم بلا عطر.",
            "قرأت العبوة ثلاث مرات ولم أجد ما يقلق.",
        ),
    },
    "connoisseur": {
        "en": (
            "The oud is worth every riyal. Tell me first when the next batch is ready.",
            "The box is as beautiful as what is in it.",
            "I would pay for same-day delivery before a gathering.",
            "My guests asked about the scent all evening.",
        ),
        "ar": (
            "العود يستاهل كل ريال، وأتمنى أن أعرف قبل غيري بموعد الدفعة القادمة.",
            "العلبة جميلة بقدر ما فيها.",
            "أدفع مقابل توصيل في اليوم نفسه قبل المناسبات.",
            "ضيوفي سألوا عن الرائحة طوال الليل.",
        ),
    },
    "caregiver": {
        "en": (
            "My mother cried when she opened the gift set. Thank you.",
            "The baby balm is the only one my son does not push away.",
            "Could you keep the addresses of the people I send gifts to?",
            "Half of this order is for my sister, please wrap it apart next time.",
        ),
        "ar": (
            "أمي دمعت عيناها حين فتحت الهدية، شكرًا لكم.",
            "بلسم الأطفال هو الوحيد الذي لا يرفضه ابني.",
            "ليتكم تحفظون عناوين من أهديهم.",
            "نصف الطلب لأختي، وحبّذا لو يُغلَّف وحده في المرة القادمة.",
        ),
    },
    "minimalist": {
        "en": (
            "Two products, one minute. That is all I want.",
            "Fewer emails, please.",
            "Can I get the same order again every two months?",
            "Nice and simple, keep it that way.",
        ),
        "ar": (
            "منتجان ودقيقة واحدة، هذا كل ما أريد.",
            "رسائل أقل من فضلكم.",
            "هل يمكن تكرار الطلب نفسه كل شهرين؟",
            "بسيط ومريح، فليبقَ هكذا.",
        ),
    },
}
_UNHAPPY: Mapping[str, tuple[str, ...]] = {
    "en": (
        "It took nine days to arrive and nobody answered my message.",
        "The pump broke after a week.",
        "Not what I had expected from the pictures.",
    ),
    "ar": (
        "وصل الطلب بعد تسعة أيام ولم يردّ أحد على رسالتي.",
        "المضخة تعطّلت بعد أسبوع.",
        "ليس كما توقّعته من الصور.",
    ),
}
# Where a detail is asked for, by what the person knows to be true.
_DETAILS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "podcast": {
        "en": ("Majlis", "The Majlis podcast", "Majlis, the episode about oud", "majlis i think"),
        "ar": ("مجلس", "بودكاست مجلس", "حلقة العود في مجلس", "مجلس على ما أظن"),
    },
    "market": {"en": ("The winter market in Diriyah", "A fair in Dubai"), "ar": ("سوق الدرعية الشتوي", "معرض في دبي")},
    "youtube": {"en": ("A skincare channel", "A morning routine video"), "ar": ("قناة عناية", "فيديو روتين الصباح")},
}


def remark(dice: Dice, psychographic: str, mood: float, lang: str) -> str:
    """A sentence or two in the person's own words."""
    if mood < -0.2 and dice.chance(0.6):
        return dice.one_of(_UNHAPPY[lang])
    return dice.one_of(_BY_PERSONA[psychographic][lang])


def detail(dice: Dice, words: frozenset[str], lang: str) -> str | None:
    """A few words about where the person knows the shop from; None when there is nothing to say."""
    for word, said in _DETAILS.items():
        if word in words:
            return dice.one_of(said[lang])
    return None
