"""Words that carry no answer by themselves, in both languages: articles, politeness, negation, contrast."""

from __future__ import annotations

from service.domain.spelling import words

NEGATION = "¬"
"""Stands for any word that negates, so that "don't need", "no need" and «مو لازم» read alike."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(words(listed))


NEGATORS = _set(
    """not no dont doesnt didnt isnt arent wasnt wont cant cannot havent hasnt aint never without neither nor nothing
    non hate avoid except
    مش مو مب موب ليس ليست لست لا ولا ما وما مهو مهي ماهو ماهي غير بدون بلا مالي ماني ماكو مفيش مافي مافيش الا
    دون اكره"""
)
ALTERNATIVES = _set("or nor and ولا او و لا")
EITHER = _set("or او أو يا ام")
CONTRAST = _set("but rather instead more just only actually its بل لكن بس انما وانما هي هو دي ده")
INDIFFERENT = _set("matter matters important care mind bother مهم مهمه يهم يهمني تهم تهمني فارق فارقه يفرق")

STOP = _set(
    """a an the this that these those it its is are am be been was were i im ive me my mine myself we our us you your
    he she they them their his her to for of in on at by from with as and or so if than then there here do does did
    have has had having get got gets getting gives give can could would will shall should may might must some such
    up out about into over one ones thing things kind type sort lot lots bit way really very quite just only even also
    too pretty extremely super totally mostly mainly usually sometimes often always kinda sorta basically honestly
    actually well hmm hm um uh oh ah ok okay please pls plz thanks thank thx lol haha tbh imo think guess say feel feels
    feeling like want wanted wants need needs prefer id ill id choose pick option answer choice number both all
    something anything probably maybe perhaps definitely sure looking look buying buy going go let lets all every
    انا نحن هو هي هم هذا هذه ذا دا ده دي هاي هذي ذلك تلك في من الى علي عن مع و او ثم اللي الي التي الذي يا ان انه اني
    كان كانت يكون تكون عند عندي عندنا لي ليا له لها لهم بي به بها ابي ابغي ابغا بدي اريد عايز عايزه عاوز عاوزه اود
    احب بحب حابه حاب نفسي افضل شوي شويه جدا مره قوي اوي كتير كثير خالص بس فقط والله يعني طيب لو سمحت سمحتي فضلك
    رجاء شكرا مشكور يسلمو اظن اعتقد تقريبا يمكن ممكن الله الحمد لله شي شيء حاجه اكثر اكتر اهم كل ايضا كمان برضه الصراحه
    بصراحه خيار الخيار رقم اختار اختياري جواب واحد واحده هناك فيه فيها منه منها عليه عليها اجيب اشوف شفت جبت حق تبع ان
    كنت كانوا صار احنا بعض"""
) - frozenset(words("both always نفسي كل واحد"))
BACKGROUND = _set(
    """handle stand cope
    saw see seen heard hear told tell tells said say says came come comes went gone use used using uses put make
    makes made take takes took bring brought find found know knew knows day days time times today now when while
    after before since until because ago year years week weeks month months night still already yet again much
    many more less most little few every each other another same people person someone somebody everyone
    everybody everything anyone anybody hope reason part place back around stuff normally currently rather
    whatever anyway obviously end ends tend tends talking keep keeps kept called recommended show shows showed
    send sent ask asked talk talked live lives whole own شفت شفتها شفته شفتكم لقيت لقيتكم جاني جاتني جيت رحت راح
    اروح يوم ايام وقت الوقت اليوم الحين دلوقتي لما عشان علشان لان لانه مثل زي مثلا كذا كده كدا دايما دائما دايم
    غالبا عاده ناس الناس حد احد احيانا مرات بعد قبل سنه شهر اسبوع امبارح هنا هناك تحت فوق الباقي استعمل استخدم
    نستعمل نستخدم عندها عنده نفس خاص كلها كله كلهم وحده قال قالت قالوا حكت تكون صايره صارت تصير بتاعي بتاعتي
    حقتي حقي قريب اصلا برضو طول صراحه اول مره كل"""
)
"""Words that leave open what is meant: they tell nothing, and an answer beside them is no less clear."""
LIKING = _set("love loves like likes adore enjoy احب بحب يعجبني اعشق بموت")
QUESTION_STARTS = _set(
    """what whats where wheres when how who whom which why do does did is are can could will would tell
    كيف متي وين فين اين كم ليش ليه لماذا هل ايش وش شو ايه مين من_وين احكي احكيلي قول قولي"""
)


def is_small(word: str) -> bool:
    """Whether a word carries no answer, with the Arabic "and" written on or not."""
    return word in STOP or (word[:1] == "و" and word[1:] in STOP)


def plain(word: str) -> str:
    """The word, or the sign for all words that negate."""
    return NEGATION if word in NEGATORS else word
