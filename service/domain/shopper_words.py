"""Words of shoppers that mean the same, in English and Arabic (Modern Standard, Gulf, Egyptian).

When an option has one phrase of a group among its label and synonyms, the whole group speaks for it, unless another
option of the same question has the phrase or the group as well. So a definition may say "dry" and be understood when
somebody types «ناشفة». Groups hold what belongs to shopping and to getting along, nothing of a single quiz.
"""

from __future__ import annotations

NONE = "none"
UNSURE = "unsure"
YES = "yes"
NO = "no"

GROUPS: dict[str, str] = {
    YES: """yes, yeah, yep, yup, ya, y, sure, ok, okay, of course, certainly, absolutely,
        definitely, totally, please do, why not, sounds good, gladly, correct, right, that is right, true,
        exactly, نعم, ايوه, ايوا, ايوة, اي, ايه, إي, إيه, اه, آه, أجل, يب, أكيد, طبعا, بالتأكيد, بالطبع, تمام,
        اوك, اوكي, موافق, موافقة, صح, صحيح, مضبوط, ليش لا, ليه لا, يا ليت, ان شاء الله, aywa, aiwa, ay, na3am,
        naam, akeed, tab3an, sah""",
    NO: """no, nope, nah, na, n, never, not really, not at all, no thanks, no thank you, no way, not for me, not me,
        certainly not, of course not, absolutely not, definitely not, wrong, that is wrong
        لا, لأ, لاء, لأه, كلا, ابدا, أبدا, مستحيل, لا شكرا, لا والله, مو لي, مش لي, مب لي, مش ليا, ولا مرة, خطأ, غلط,
        مش صح, مو صح, la, la2, laa, la2a, abadan""",
    NONE: """none, nothing, nothing really, nothing at all, nothing much, none of these,
        none of them, none of those, neither, nope, no, not really, i have none, all good, all fine,
        everything is fine, everything is ok, no problem, no problems, no issues, no concerns, no worries,
        لا شيء, ولا شيء, لا شي, ولا شي, ولا حاجة, ولا واحد, ولا وحدة, ما في, مافي, ما في شي, مافي شي, ما فيه,
        مافيه, ما فيه شي, مفيش, مفيش حاجة, ما عندي, ما عندي شي, معنديش, ما عنديش حاجة, لا يوجد, لا توجد, لا أبدا,
        لا, لأ, كل شي تمام, كل شي زين, كله تمام, ما عندي مشكلة, ما في مشكلة, مفيش مشاكل, mafi, mafeesh,
        wala shay, wala 7aga""",
    UNSURE: """not sure, unsure, not certain, no idea, no clue, don't know, do not know, i don't know, dunno, idk,
        hard to say, can't say, can't tell, never noticed, never thought about it, never checked
        ما أدري, ما ادري, مدري, مادري, ما أعرف, معرفش, ما عرفش, مش عارف, مش عارفة, مو عارف, مو عارفة, لا أعرف, لا أدري,
        لست متأكدا, لست متأكدة, غير متأكد, غير متأكدة, مش متأكد, مش متأكدة, مو متأكد, مو متأكدة, ما عندي فكرة,
        معنديش فكرة, ma adri, madri, mesh 3aref, mish 3arfa""",
    "forgotten": """don't remember, can't remember, cannot remember, do not recall, forgot, i forgot, forgotten
        ما أتذكر, ما أذكر, لا أذكر, لا أتذكر, مو متذكر, مو متذكرة, مش فاكر, مش فاكرة, ناسي, ناسية, نسيت""",
    "self": """me, myself, for me, just me, only me, for myself, my own, it is for me, for my own use
        لي, لنفسي, لي أنا, أنا, عشاني, علشاني, عشان نفسي, ليا, ليا أنا, حقي, لحالي, لي وحدي, 3shani, liya""",
    "family": """family, my family, whole family, the family, household, everyone at home, my kids, the kids, kids,
        children, my children, my son, my daughter, my husband, my wife, my husband and me, my wife and me, my parents
        العائلة, العايلة, العيلة, عائلتي, الأسرة, أسرتي, أهلي, أهل البيت, عيالي, العيال, أولادي, الأولاد, الأطفال,
        أطفالي, بنتي, ابني, ولدي, زوجي, زوجتي, جوزي, مراتي, حرمتي, البيت كله, للكل""",
    "gift": """gift, a gift, present, a present, gifting, surprise, for someone else, somebody else
        هدية, للهدية, هديه, إهداء, للإهداء, هدايا, مفاجأة, لشخص ثاني, لغيري, لحد تاني, hadiya, hdya, hedeya""",
    "mother": """mother, my mother, mom, mum, mama, mommy, mummy, grandmother, grandma, granny, aunt,
        auntie, mother-in-law, أمي, امي, ماما, الوالدة, والدتي, يمه, جدتي, تيتا, ستي, خالتي, عمتي, حماتي, ommi,
        mama""",
    "newborn": """newborn, a newborn, new baby, a new baby, baby, had a baby, having a baby, gave birth, expecting,
        new mother, new mom, new parents, baby shower
        مولود, مولود جديد, المولود, بيبي, نونو, نفاس, نفساء, ولادة, ولدت, وضعت, خلفت, حامل, أم جديدة""",
    "friend": """friend, a friend, my friend, best friend, bestie, buddy, girlfriend, colleague, coworker, co-worker,
        workmate, classmate, roommate
        صديق, صديقة, صديقي, صديقتي, صاحبي, صاحبتي, رفيقي, رفيقتي, خويي, ربعي, زميل, زميلة, زميلي, زميلتي""",
    "wedding": """wedding, bride, the bride, groom, newlyweds, engagement, engaged, married, getting married, marriage
        عروس, عروسة, عريس, العرسان, زواج, عرس, زفاف, فرح, خطوبة, ملكة, متزوجين, متجوزين, هيتجوزوا, بتتزوج, يتزوج""",
    "host": """host, hosts, housewarming, new house, new home, new flat, new apartment, moved house, moved in,
        neighbours, neighbors, dinner invitation, invited us
        عزيمة, معزومين, عازمينا, عازمنا, مضيف, منزل جديد, بيت جديد, شقة جديدة, جيران, جيراننا, الجيران""",
    "dry": """dry, very dry, dehydrated, flaky, flaking, peeling, tight, parched, rough
        جافة, جاف, ناشفة, ناشف, يابسة, تقشر, بتقشر, مقشرة, متقشرة, مشدودة, jaffa, nashfa""",
    "oily": """oily, greasy, shiny, oil, shines
        دهنية, دهني, زيتية, لامعة, تلمع, بتلمع, مدهنة, مزيتة, dohniya, dehneya""",
    "combination": """combination, combo, mixed, mix of both, a bit of both, t-zone
        مختلطة, مختلط, خليط, نص ونص, نص نص, mokhtalata""",
    "normal": """normal, regular, average, balanced, ordinary, fine, good, ok, comfortable
        عادية, عادي, طبيعية, متوازنة, كويسة, كويس, زينة, زين, تمام, مرتاحة, 3adi, 3adeya""",
    "dryness": """dryness, dehydration, dry skin, dry patches, flaky skin, cracked, hydration, moisture
        جفاف, الجفاف, نشاف, نشفان, ترطيب, تشقق, تشققات, قشور""",
    "acne": """acne, pimples, pimple, breakouts, breakout, breaking out, zits, blemishes, blackheads, whiteheads
        حبوب, حب, حبة, حب الشباب, حب شباب, بثور, رؤوس سوداء, روس سودا, 7oboob, hoboob, 7ab alshabab""",
    "wrinkles": """wrinkles, wrinkle, fine lines, lines, ageing, aging, anti-aging, anti-ageing, sagging, firmness
        تجاعيد, تجعد, خطوط, خطوط دقيقة, شيخوخة, علامات التقدم, ترهل, كرمشة, tajaeed, taja3eed""",
    "pigmentation": """dark spots, brown spots, pigmentation, hyperpigmentation, melasma, dull, dullness,
        dull skin, uneven, uneven tone, uneven skin, glow, glowing, radiance, brightening, تصبغات, تصبغ, كلف,
        نمش, بقع, بقع داكنة, نضارة, إشراق, باهتة, بهتان, توحيد اللون, تفتيح, tasabo8at, kalaf""",
    "sensitive": """sensitive, sensitivity, redness, red, irritation, irritated, rosacea, itching, itchy,
        burning, eczema, حساسة, حساس, احمرار, حمرة, تهيج, متهيجة, حكة, تحك, حرقان, وردية, إكزيما, اكزيما, 7asasa,
        7assasa""",
    "sun": """sun, the sun, sunscreen, sun screen, sunblock, spf, sunburn, sunburnt, sun damage, heat
        شمس, الشمس, واقي, واقي شمس, صن بلوك, صنبلوك, حروق الشمس, حرق الشمس, الحر""",
    "scents": """perfume, perfumes, fragrance, fragrances, scent, scents, strong smell, strong smells, smells, perfumed
        عطر, عطور, العطور, الروائح, روائح, ريحة قوية, ريحة, روائح قوية, 3otoor, 3tor""",
    "nuts": """nuts, nut, nut allergy, almond, almonds, peanut, peanuts, walnut, hazelnut, cashew, pistachio
        مكسرات, المكسرات, لوز, اللوز, جوز, فستق, بندق, كاجو, فول سوداني, mokasarat""",
    "makeup": """makeup, make-up, tint, tinted, colour, color, glitter, shimmer, sparkle
        مكياج, ميكب, ميكاب, لون, ألوان, لمعة, لمعان, جليتر, ترتر""",
    "quick": """quick, quickly, fast, as fast as possible, short, asap, in a hurry, no time, busy, lazy, a minute or two
        سريع, سريعة, بسرعة, على السريع, السريع, مستعجل, مستعجلة, ما عندي وقت, معنديش وقت, كسول, كسولة, sare3""",
    "long": """long, relaxing, slow, spa, pampering, pamper, pamper myself, ritual, me time, take my time, enjoy it
        طويلة, على مهل, براحتي, دلال, تدليل, سبا, طقوس, رواق, جلسة عناية, استرخاء""",
    "varies": """changing, changes, it depends, depends, depends on my mood, mood, varies, different every time, random
        متغيرة, يتغير, بيتغير, تتغير, حسب, على حسب, حسب المزاج, على المزاج, مزاجي, كل يوم شي, كل يوم حاجة""",
    "home fragrance": """home fragrance, home scent, candle, candles, scented candle, diffuser, incense,
        the house, my home, house, home, شموع, شمعة, الشموع, فواحة, معطر, معطر جو, بخور, للبيت, البيت,
        ريحة البيت, رائحة البيت, المجلس""",
    "oud": "oud, oudh, agarwood, oud oil, عود, العود, دهن عود, دهن العود, خشب العود, 3ood, 3oud",
    "incense": """incense, bakhoor, bukhoor, bakhour, frankincense
        بخور, البخور, دخون, لبان, مبخرة, معمول, ba5oor, bokhoor""",
    "amber": "amber, vanilla, sweet, عنبر, العنبر, فانيلا, فانيليا, 3anbar, vanilya",
    "fresh": """fresh, clean, laundry, linen, cotton, fresh linen, orange blossom
        منعشة, منعش, غسيل, نظافة, نظيفة, زهر البرتقال, ماء زهر, مازهر, قطن""",
    "unscented": """no scent, unscented, scent free, fragrance free, no smell, no fragrance, without scent
        بدون ريحة, بلا ريحة, بدون رائحة, بلا رائحة, من غير ريحة, ما أبي ريحة, مش عايزة ريحة, لا رائحة""",
    "cheap": """cheap, cheaper, cheapest, the cheapest, inexpensive, affordable, low price, bargain,
        as cheap as possible, as little as possible, not expensive, not too expensive, رخيص, رخيصة, أرخص, الأرخص,
        أرخص شي, أرخص حاجة, أوفر, مو غالي, مش غالي, مب غالي, ما أبي غالي, مش عايزة غالي, بسعر معقول, ra5ees,
        rekhees, mo 8ali""",
    "small budget": """small budget, low budget, tight budget, limited budget, on a budget, on a tight budget, broke
        ميزانية محدودة, ميزانيتي محدودة, ميزانية صغيرة, على قد الحال, على قدي""",
    "price": """price, the price, prices, cost, value, value for money, deal, deals, discount, discounts, offer, offers,
        sale, on sale, coupon, promo, promo code, saving, savings, save money
        السعر, سعر, سعره, الأسعار, التكلفة, خصم, خصومات, عرض, عروض, تخفيض, تخفيضات, كوبون, توفير, كود خصم""",
    "expensive": """expensive, too expensive, pricey, costly, overpriced, a bit expensive, too much money
        غالي, غالية, غاليه, مكلف, مكلفة, أسعار غالية, سعره عالي, السعر عالي, 8ali, ghali""",
    "luxury": """luxury, luxurious, premium, fancy, elegant, classy, high-end, finest, most beautiful, exclusive
        فخم, فخمة, فخامة, فاخر, فاخرة, راقي, راقية, شيك, كشخة, أنيق, أنيقة, fa5m, fakhm""",
    "packaging": """packaging, the packaging, the box, wrapping, pretty box, the bottle
        تغليف, التغليف, العلبة, شكله حلو, شكله""",
    "natural": """natural, all natural, organic, clean, vegan, no chemicals, chemical free, without chemicals, pure
        طبيعي, طبيعية, عضوي, عضوية, نباتي, نظيف, بدون كيماويات, بدون مواد كيميائية, من غير كيماويات, خالي من الكيماويات,
        tabee3i, tabi3i""",
    "ingredients": """ingredients, the ingredients, what is in it, what's in it, what is inside, label, composition
        مكونات, المكونات, مكوناته, وش فيه, ايه فيه, وش مكوناته, ايه مكوناته, تركيبة, التركيبة""",
    "new": """new, something new, new things, brand new, novelty, never tried, curious, trend, trendy, try something new
        جديد, جديدة, الجديد, شي جديد, حاجة جديدة, شيء جديد, ما جربته, ما جربت, فضول, ترند""",
    "try": """try, try it, want to try, wanted to try, curious, give it a try, give it a go, test it
        أجرب, أجربه, أجربها, تجربة, حابة أجرب, حبيت أجرب, أبي أجرب, أبي أجربه, عايزة أجرب, نفسي أجربه""",
    "easy": """easy, simple, minimal, practical, uncomplicated, two in one, multi-use, no fuss
        سهل, سهلة, بسيط, بسيطة, عملي, عملية, اثنين في واحد, بدون تعقيد, من غير تعقيد, مختصر, sahl""",
    "gentle": """gentle, mild, baby, for kids, for children, safe for kids, kid friendly, family friendly, whole family
        لطيف, خفيف على البشرة, للأطفال, للعيال, ينفع للأطفال, يناسب الأطفال, للكل, عائلي""",
    "reviews": """reviews, good reviews, review, ratings, rating, stars, feedback, testimonials, other buyers
        تقييمات, التقييمات, تقييم, ريفيو, ريفيوهات, تجارب, تجارب الناس, آراء الناس, التعليقات, النجوم""",
    "recommended": """recommended, recommendation, people recommend, others recommend, popular, bestseller,
        everyone uses, نصيحة, توصية, نصحوني, نصحتني, نصحني, مدحوه, مدحوه لي, الكل يمدحه, مشهور, الأكثر مبيعا""",
    "word of mouth": """friend, a friend, my friend, friend told me, my sister, my brother, my mother,
        my cousin, family, word of mouth, colleague, a friend recommended, someone recommended, someone told me,
        صديق, صديقة, صديقتي, صاحبتي, صاحبي, رفيقتي, أختي, اختي, أخوي, أمي, بنت عمي, بنت خالتي, واحد من الأهل,
        أهلي, قرايبي, واحدة نصحتني""",
    "unlimited": """no limit, unlimited, limitless, any price, any budget, money is no object,
        price does not matter, price doesn't matter, does not matter, whatever it costs, i don't mind paying,
        sky is the limit, مفتوحة, مفتوح, بدون حد, بلا حد, ما في حد, مفيش حد, أي سعر, مو مهم السعر, مش مهم السعر,
        السعر مش مهم, السعر مو مهم, ما يهم السعر, مهما كان السعر""",
    "instagram": "instagram, insta, ig, reels, انستقرام, انستغرام, انستجرام, انستا, إنستغرام, الانستا, ريلز",
    "tiktok": "tiktok, tik tok, tt, تيك توك, تيكتوك, التيك توك, تك توك",
    "snapchat": "snapchat, snap, سناب, السناب, سناب شات, سنابشات",
    "youtube": "youtube, you tube, vlog, يوتيوب, اليوتيوب, فلوق",
    "podcast": "podcast, podcasts, episode, radio, بودكاست, البودكاست, حلقة, إذاعة, راديو",
    "search": """google, googled, searched online, search engine, searching, searched, bing, online search
        قوقل, جوجل, غوغل, بحثت, بحث, محرك بحث, دورت في جوجل""",
    "assistant": """chatgpt, gpt, gemini, copilot, chatbot, ai, artificial intelligence
        شات جي بي تي, ذكاء اصطناعي, الذكاء الاصطناعي, جيميني, شات بوت""",
    "market": """market, fair, bazaar, exhibition, booth, event, pop-up, trade show, expo
        سوق, السوق, معرض, المعرض, بازار, كشك, فعالية, ركن""",
    "delivery cost": """shipping fee, shipping fees, shipping cost, shipping costs, delivery cost,
        delivery fee, postage, expensive shipping, shipping is expensive, shipping expensive, delivery expensive,
        سعر الشحن, رسوم الشحن, أجرة التوصيل, رسوم التوصيل, الشحن غالي, التوصيل غالي""",
    "delivery time": """slow shipping, slow delivery, delivery time, shipping time, too slow, late delivery,
        delay, delays, takes too long, took too long, arrives late, تأخير, يتأخر, تأخر, بطيء, التوصيل بطيء,
        الشحن بطيء, متى يوصل, بيتأخر, مدة التوصيل""",
    "doubt": """not sure it suits me, would it suit me, does it work, will it work, might not work, wrong for my skin
        متردد, مترددة, مدري يناسبني, ما أدري يناسبني, خايفة ما يناسبني, مش متأكدة يناسبني""",
    "trust": """scam, fake, legit, trustworthy, can i trust, is it real, never heard of you,
        unknown shop, don't know you, نصب, نصابين, موثوق, مضمون, ثقة, ما أعرفكم, ما سمعت فيكم, أول مرة أسمع عنكم""",
    "payment": """payment, paying, pay, card declined, my card, no cash on delivery, cash on delivery,
        checkout, instalments, الدفع, دفع, البطاقة, الفيزا, الكارت, مدى, كاش, الدفع عند الاستلام,
        كاش عند الاستلام, تقسيط, تابي, تمارا""",
    "refill": """ran out, run out, running out, used up, empty, finished, reorder, again, refill, restock, my usual
        خلص, خلصت, خلص اللي عندي, نفد, انتهى, تكرار الطلب, أطلب مرة ثانية, المعتاد""",
    "occasion": """birthday, eid, ramadan, wedding, anniversary, graduation, occasion, mother's day, gift, present
        عيد, العيد, عيد ميلاد, رمضان, مناسبة, تخرج, زواج, هدية, عيدية, عيد الأم""",
    "both": "both, both of us, half and half, a bit of both, الاثنين, الاتنين, كلاهما, الكل, نص ونص, التنين",
    "doctor": """doctor, my doctor, dermatologist, pharmacist, expert, specialist
        طبيب, طبيبة, دكتور, دكتورة, صيدلي, صيدلانية, مختص, خبير, جلدية, دكتورة جلدية""",
    "friends": """friends, my friends, friends and family, family, my sister, my mother
        الأصدقاء, أصدقائي, الأهل, صاحباتي, أصحابي, صديقاتي, الربع, ربعي""",
    "creators": """influencers, influencer, bloggers, youtubers, tiktokers, people i follow, social media
        مؤثرين, مؤثرات, مشاهير, المشاهير, فاشنيستات, بلوقرز, اليوتيوبرز, السوشيال ميديا""",
    "wait": """wait, i wait, wait for a sale, wait for the sale, wait for a discount, later
        أنتظر, انتظر, أستنى, استنى, أنطر, أصبر, أنتظر التخفيضات, أستنى العروض, بعدين""",
    "buy it": """buy it, buy it anyway, take it, just buy it, just take it, get it anyway, worth it, i buy it
        أشتريه, اشتريه, آخذه, باخده, هاخده, هشتريه, يستاهل, أشتريه وخلاص""",
    "mini": "mini, mini size, small size, travel size, sample, samples, tester, عينة, عينات, ميني, حجم صغير, حجم السفر",
    "useful": "useful, practical, sensible, مفيد, مفيدة, عملية, نافعة, تنفع, معقولة",
    "voucher": """gift card, voucher, money, cash, let them choose, they can choose
        قسيمة, كرت هدية, كارت هدية, بطاقة هدية, فلوس, كرت شراء, يختار براحته""",
    "no need": """don't need it, do not need it, no need, not needed, have enough, have plenty, i have enough
        ما أحتاجه, ما احتاج, ما يحتاج, مو لازم, مش لازم, مش محتاج, مش محتاجة, مش محتاجاه, عندي يكفي, عندي كفاية""",
    "other": """other, another, something else, somewhere else, none of these, another one
        غير ذلك, شي ثاني, شيء آخر, حاجة تانية, مكان ثاني, أخرى""",
}
