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
        none of them, none of those, neither, nope, nah, na, no, none whatsoever, nothing whatsoever, nothing special,
        nothing to report, absolutely nothing, not one, not a thing, zero, لا أبد, أبد, ابدا, نو, ولا شيء محدد,
        ولا شي معين, not really, i have none, all good, all fine,
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
    "forgotten": """don't remember, slipped my mind, no memory, dont know anymore, no recollection, راح عن بالي,
        طار من راسي, ما عاد أذكر, مو على بالي, can't remember, cannot remember, do not recall, forgot, i forgot,
        forgotten
        ما أتذكر, ما أذكر, لا أذكر, لا أتذكر, مو متذكر, مو متذكرة, مش فاكر, مش فاكرة, ناسي, ناسية, نسيت""",
    "self": """me, myself, for me, just me, only me, for myself, my own, it is for me, for my own use
        لي, لنفسي, لي أنا, أنا, عشاني, علشاني, عشان نفسي, ليا, ليا أنا, حقي, لحالي, لي وحدي, 3shani, liya""",
    "family": """family, hubby, kiddos, little ones, toddlers, my toddler, all of us, the whole clan, my partner,
        my lot, my family, whole family, the family, household, everyone at home, my kids, the kids, kids,
        children, my children, my son, my daughter, my husband, my wife, my husband and me, my wife and me, my parents
        العائلة, العايلة, العيلة, عائلتي, الأسرة, أسرتي, أهلي, أهل البيت, عيالي, العيال, أولادي, ولادي, العيلة كلها,
        كلنا, البزران, الصغار, بناتي, الأولاد, الأطفال,
        أطفالي, بنتي, ابني, ولدي, زوجي, زوجتي, جوزي, مراتي, حرمتي, البيت كله, للكل""",
    "gift": """gift, a gift, present, a present, gifting, surprise, for someone else, somebody else
        هدية, للهدية, هديه, إهداء, للإهداء, هدايا, مفاجأة, لشخص ثاني, لغيري, لحد تاني, hadiya, hdya, hedeya""",
    "mother": """mother, gran, nana, nan, grandad, grandpa, grandfather, father, dad, daddy, uncle, elderly, my mother,
        mom, mum, mama, mommy, mummy, grandmother, grandma, granny, aunt,
        auntie, mother-in-law, أمي, امي, ماما, الوالدة, والدتي, يمه, جدتي, جدي, جدو, أبوي, بابا, والدي, عمي, خالي,
        حماي, تيتا, تيتة, نانا, ستي, خالتي, عمتي, حماتي, ommi,
        mama""",
    "newborn": """newborn, a newborn, new baby, a new baby, baby, had a baby, having a baby, gave birth, expecting,
        twins, pregnant, delivered, maternity, infant, new dad, first child, new mother, new mom, new parents,
        baby shower
        مولود, مولود جديد, المولود, توأم, توائم, سبوع, رضيع, بيبي, نونو, نفاس, نفساء, ولادة, ولدت, وضعت, خلفت, حامل,
        أم جديدة""",
    "friend": """friend, a friend, my friend, best friend, bestie, buddy, girlfriend, colleague, coworker, co-worker,
        workmate, classmate, roommate
        صديق, صديقة, صديقي, صديقتي, صاحبي, صاحبتي, رفيقي, رفيقتي, خويي, ربعي, زميل, زميلة, زميلي, زميلتي""",
    "wedding": """wedding, getting hitched, tying the knot, tie the knot, just married, marrying, fiance, fiancee,
        bridal shower, honeymoon, bride, the bride, groom, newlyweds, engagement, engaged, married, getting married,
        marriage
        عروس, عروسة, عريس, هيتخطبوا, مخطوبين, انخطبت, كتب كتاب, شهر العسل, دخلة, معاريس, شبكة, العرسان, زواج, عرس,
        زفاف, فرح, خطوبة, ملكة, متزوجين, متجوزين, هيتجوزوا, بتتزوج, يتزوج""",
    "host": """host, hosts, housewarming, new house, new home, new flat, new apartment, moved house, moved in, moved,
        just moved, dinner party, having us over, hosting us, they invited us, next door, weekend at their,
        neighbours, neighbors, dinner invitation, invited us
        عزيمة, معزومين, عازمينا, عازمنا, مضيف, منزل جديد, بيت جديد, شقة جديدة, جيران, جيراننا, الجيران""",
    "dry": """dry, desert, sandpaper, leather, thirsty, stretched, scaly, chapped, very dry, dehydrated, flaky,
        flaking, peeling, tight, parched, rough
        جافة, جاف, ناشفة, ناشف, يابسة, تقشر, بتقشر, مقشرة, متقشرة, مشدودة, jaffa, nashfa""",
    "oily": """oily, slick, glossy, oil slick, oiliness, shine, greasy all over, greasy, shiny, oil, shines
        دهنية, دهني, زيتية, لامعة, تلمع, بتلمع, مدهنة, مزيتة, dohniya, dehneya""",
    "combination": """combination, combo, mixed, mix of both, a bit of both, t-zone
        مختلطة, مختلط, خليط, نص ونص, نص نص, mokhtalata""",
    "normal": """normal, regular, average, balanced, ordinary, fine, good, ok, comfortable
        عادية, عادي, طبيعية, متوازنة, كويسة, كويس, زينة, زين, تمام, مرتاحة, 3adi, 3adeya""",
    "dryness": """dryness, peeling, thirsty, lack of moisture, moisturise, moisturising, hydrate, dehydration,
        dry skin, dry patches, flaky skin, cracked, hydration, moisture
        جفاف, الجفاف, نشاف, نشفان, ترطيب, تشقق, تشققات, قشور""",
    "acne": """acne, big pores, pores, spotty, cysts, clogged pores, bumps, pimples, pimple, breakouts, breakout,
        breaking out, zits, blemishes, blackheads, whiteheads
        حبوب, حب, حبة, حب الشباب, حب شباب, بثور, دماميل, مسام, المسام, زيوان, رؤوس سوداء, روس سودا, 7oboob, hoboob,
        7ab alshabab""",
    "wrinkles": """wrinkles, look younger, younger, youthful, creases, old age, getting older, crows feet, laugh lines,
        wrinkle, fine lines, lines, ageing, aging, anti-aging, anti-ageing, sagging, firmness
        تجاعيد, تجعد, خطوط, خطوط دقيقة, أصغر سنا, أبان أصغر, أرجع صغيرة, علامات العمر, شيخوخة, علامات التقدم, ترهل,
        كرمشة, tajaeed, taja3eed""",
    "pigmentation": """dark spots, complexion, uneven complexion, dark marks, marks, age spots, freckles, lifeless,
        dark circles, discoloration, brown spots, pigmentation, hyperpigmentation, melasma, dull, dullness,
        dull skin, uneven, uneven tone, uneven skin, glow, glowing, radiance, brightening, تصبغات, تصبغ, هالات, آثار,
        شحوب, شاحبة, لون مو موحد, كلف,
        نمش, بقع, بقع داكنة, نضارة, إشراق, باهتة, بهتان, توحيد اللون, تفتيح, tasabo8at, kalaf""",
    "sensitive": """sensitive, blotchy, flushed, flushing, stinging, rash, inflamed, flare up, flare ups, hives,
        sensitivity, redness, red, irritation, irritated, rosacea, itching, itchy,
        burning, eczema, حساسة, حساس, احمرار, يحمر, تحمر, بتحمر, طفح, التهاب, تهيجات, حمرة, تهيج, متهيجة, حكة, تحك,
        حرقان, وردية, إكزيما, اكزيما, 7asasa,
        7assasa""",
    "sun": """sun, the sun, sunscreen, sun screen, sunblock, spf, sunburn, sunburnt, sun damage, heat
        شمس, الشمس, واقي, واقي شمس, صن بلوك, صنبلوك, حروق الشمس, حرق الشمس, الحر""",
    "scents": """perfume, aroma, aromas, odour, odours, smelly, scented, perfumey, perfumes, fragrance, fragrances,
        scent, scents, strong smell, strong smells, smells, perfumed
        عطر, عطور, العطور, الروائح, روائح, ريحة قوية, ريحة, روائح قوية, 3otoor, 3tor""",
    "nuts": """nuts, nut, nut allergy, almond, almonds, peanut, peanuts, walnut, hazelnut, cashew, pistachio
        مكسرات, المكسرات, لوز, اللوز, جوز, فستق, بندق, كاجو, فول سوداني, mokasarat""",
    "makeup": """makeup, make-up, tint, tinted, colour, color, glitter, shimmer, sparkle
        مكياج, ميكب, ميكاب, لون, ألوان, لمعة, لمعان, جليتر, ترتر""",
    "quick": """quick, straight to bed, least time, as little time as possible, shortest, no patience, wash and go,
        done, two minutes, two mins, 2 minutes, a minute, done in a minute, over quickly, quick and done, nothing much,
        دقيقتان, دقيقتين, دقيقة, سريعة وخلاص, تخلص بسرعة, تخلص بدقيقة, quickly, fast, as fast as possible, short,
        asap, in a hurry,
        no time, busy, lazy, a minute or two
        سريع, سريعة, بسرعة, على السريع, السريع, مستعجل, مستعجلة, ما عندي وقت, معنديش وقت, كسول, كسولة, sare3""",
    "long": """long, a ritual, sacred, i love it, i adore it, highlight of my day, favourite part, best part of the day,
        moment for myself,
        my time, طقس, مقدسة, مقدس, أحلى وقت, أجمل وقت, أحلى لحظة, وقتي, لحظتي, متعة, أستمتع, بستمتع, أعشقها, راحتي,
        relaxing, slow, spa, pampering, pamper, pamper myself, ritual, me time, take my time, enjoy it
        طويلة, على مهل, براحتي, دلال, تدليل, سبا, طقوس, رواق, جلسة عناية, استرخاء""",
    "varies": """changing, different every day, different every night, never the same, all over the place, no routine,
        sometimes this sometimes that, changes, it depends, depends, depends on my mood, mood, varies,
        different every time, random
        متغيرة, كل ليلة شكل, كل يوم شكل, كل مرة غير, ما عندي روتين, ما لها قاعدة, يختلف, تختلف, يتغير, بيتغير, تتغير,
        حسب, على حسب, حسب المزاج, على المزاج, مزاجي, كل يوم شي, كل يوم حاجة""",
    "home fragrance": """home fragrance, home scent, candle, candles, scented candle, diffuser, incense,
        the house, my home, house, home, شموع, شمعة, الشموع, فواحة, معطر, معطر جو, بخور, للبيت, البيت,
        ريحة البيت, رائحة البيت, المجلس""",
    "oud": "oud, oudh, agarwood, oud oil, عود, العود, دهن عود, دهن العود, خشب العود, 3ood, 3oud",
    "incense": """incense, bakhoor, bukhoor, bakhour, frankincense
        بخور, البخور, دخون, لبان, مبخرة, معمول, ba5oor, bokhoor""",
    "amber": """amber, sugary, caramel, cookies, cosy, مسكرة, كراميل, vanilla, sweet, عنبر, العنبر, فانيلا, فانيليا,
        3anbar, vanilya""",
    "fresh": """fresh, washed, freshly washed, clean sheets, clean laundry, sheets, soap, airy, flowers, floral,
        citrus, jasmine, orange flowers, مغسولة, هدوم نظيفة, زهور, زهر, ياسمين, ليمون, صابون, clean, laundry, linen,
        cotton, fresh linen, orange blossom
        منعشة, منعش, غسيل, نظافة, نظيفة, زهر البرتقال, ماء زهر, مازهر, قطن""",
    "unscented": """no scent, just air, open windows, only fresh air, no smells, هواء, بس هواء, هوا, unscented,
        scent free, fragrance free, no smell, no fragrance, without scent
        بدون ريحة, بلا ريحة, بدون رائحة, بلا رائحة, من غير ريحة, ما أبي ريحة, مش عايزة ريحة, لا رائحة""",
    "cheap": """cheap, lowest price, low cost, lower price, budget friendly, costs less, economical, thrifty, cheaper,
        cheapest, the cheapest, inexpensive, affordable, low price, bargain,
        as cheap as possible, as little as possible, not expensive, not too expensive, رخيص, رخيصة, أرخص, الأرخص,
        أرخص شي, أرخص حاجة, أوفر, مو غالي, مش غالي, مب غالي, ما أبي غالي, مش عايزة غالي, بسعر معقول, ra5ees,
        rekhees, mo 8ali""",
    "small budget": """small budget, low budget, tight budget, limited budget, on a budget, on a tight budget, broke
        ميزانية محدودة, ميزانيتي محدودة, ميزانية صغيرة, على قد الحال, على قدي""",
    "price": """price, how much, how much is it, afford, affordable, price tag, cheaper, money, the price, prices,
        cost, value, value for money, deal, deals, discount, discounts, offer, offers,
        sale, on sale, coupon, promo, promo code, saving, savings, save money
        السعر, سعر, بكام, كم سعره, ثمنه, الثمن, الفلوس, سعره, الأسعار, التكلفة, خصم, خصومات, عرض, عروض, تخفيض, تخفيضات,
        كوبون, توفير, كود خصم""",
    "expensive": """expensive, steep, bit pricey, high price, high prices, cost a lot, costs too much, too expensive,
        pricey, costly, overpriced, a bit expensive, too much money
        غالي, غالية, غاليه, مكلف, مكلفة, أسعار غالية, سعره عالي, السعر عالي, 8ali, ghali""",
    "luxury": """luxury, elegance, grand, impressive, wow, top notch, top quality, first class, deluxe, refined,
        stylish, posh, luxurious, premium, fancy, elegant, classy, high-end, finest, most beautiful, exclusive
        فخم, فخمة, فخامة, أناقة, ينبهرون, ينبهر, مبهرة, هيبة, رقي, كلاس, فاخر, فاخرة, راقي, راقية, شيك, كشخة, أنيق,
        أنيقة, fa5m, fakhm""",
    "packaging": """packaging, the packaging, the box, wrapping, pretty box, the bottle
        تغليف, التغليف, العلبة, شكله حلو, شكله""",
    "natural": """natural, plant based, herbal, non toxic, no nasties, additive free, paraben free, no parabens, bio,
        eco, all natural, organic, clean, vegan, no chemicals, chemical free, without chemicals, pure
        طبيعي, طبيعية, عضوي, عضوية, نباتي, نظيف, بدون كيماويات, بدون مواد كيميائية, من غير كيماويات,
        خالي من الكيماويات,
        tabee3i, tabi3i""",
    "ingredients": """ingredients, nasties, formula, what is it made of, made of, whats inside, contains, contents,
        the ingredients, what is in it, what's in it, what is inside, label, composition
        مكونات, المكونات, مكوناته, وش فيه, ايه فيه, وش مكوناته, ايه مكوناته, تركيبة, التركيبة""",
    "new": """new, unknown, undiscovered, experiment, experimenting, surprise me, variety, something different,
        never heard of, something new, new things, brand new, novelty, never tried, curious, trend, trendy,
        try something new
        جديد, جديدة, الجديد, شي جديد, حاجة جديدة, شيء جديد, ما جربته, ما جربت, فضول, ترند""",
    "try": """try, try it, want to try, wanted to try, curious, give it a try, give it a go, test it
        أجرب, أجربه, أجربها, تجربة, حابة أجرب, حبيت أجرب, أبي أجرب, أبي أجربه, عايزة أجرب, نفسي أجربه""",
    "easy": """easy, simple, minimal, practical, uncomplicated, two in one, multi-use, no fuss
        سهل, سهلة, بسيط, بسيطة, عملي, عملية, اثنين في واحد, بدون تعقيد, من غير تعقيد, مختصر, sahl""",
    "gentle": """gentle, mild, baby, for kids, for children, safe for kids, kid friendly, family friendly, whole family
        لطيف, خفيف على البشرة, للأطفال, للعيال, ينفع للأطفال, يناسب الأطفال, للكل, عائلي""",
    "reviews": """reviews, what customers wrote, customers, other customers, people who bought it, comments,
        five stars, opinions, opinion, good reviews, review, ratings, rating, stars, feedback, testimonials,
        other buyers
        تقييمات, التقييمات, تقييم, ريفيو, ريفيوهات, تجارب, تجارب الناس, آراء الناس, التعليقات, النجوم""",
    "recommended": """recommended, my friend loves it, wont shut up about it, everyone talks about it, raves, swear by,
        heard good things, praised, recommendation, people recommend, others recommend, popular, bestseller,
        everyone uses, نصيحة, توصية, نصحوني, نصحتني, نصحني, مدحوه, مدحوه لي, الكل يمدحه, مشهور, الأكثر مبيعا""",
    "word of mouth": """friend, a mate, someone at work, roommate, flatmate, at a friends house, a friend, my friend,
        friend told me, my sister, my brother, my mother,
        my cousin, family, word of mouth, colleague, a friend recommended, someone recommended, someone told me,
        صديق, صديقة, صديقتي, صاحبتي, صاحبي, رفيقتي, أختي, اختي, أخوي, أمي, بنت عمي, بنت خالتي, واحد من الأهل,
        أهلي, قرايبي, واحدة نصحتني""",
    "unlimited": """no limit, dont care about the price, dont care what it costs, price is no issue,
        price is irrelevant, whatever the price, whatever the cost, no ceiling, no maximum, doesnt matter,
        no matter the price, quality over price, i pay what it takes, unlimited, limitless, any price, any budget,
        money is no object,
        price does not matter, price doesn't matter, does not matter, whatever it costs, i don't mind paying,
        sky is the limit, مفتوحة, مفتوح, مش هتفرق, ما تفرق, ما يفرق, السعر ما يفرق, مش فارقة, مش فارق, أهم شي الجودة,
        المهم الجودة, كم ما كان, قد ما يكون, بدون حد, بلا حد, ما في حد, مفيش حد, أي سعر, مو مهم السعر, مش مهم السعر,
        السعر مش مهم, السعر مو مهم, ما يهم السعر, مهما كان السعر""",
    "instagram": "instagram, insta, ig, reels, انستقرام, انستغرام, انستجرام, انستا, إنستغرام, الانستا, ريلز",
    "tiktok": "tiktok, tik tok, tt, تيك توك, تيكتوك, التيك توك, تك توك",
    "snapchat": "snapchat, snap, سناب, السناب, سناب شات, سنابشات",
    "youtube": "youtube, you tube, vlog, يوتيوب, اليوتيوب, فلوق",
    "podcast": """podcast, on the radio, talk show, audio show, a show i listen to, spotify, برنامج أسمعه, حلقات, مذيع,
        podcasts, episode, radio, بودكاست, البودكاست, حلقة, إذاعة, راديو""",
    "search": """google, googled, searched online, search engine, searching, searched, bing, online search
        قوقل, جوجل, غوغل, بحثت, بحث, محرك بحث, دورت في جوجل""",
    "assistant": """chatgpt, chat gpt, ai chat, ai tool, claude, siri, perplexity, the ai, برامج الذكاء, الذكاء, روبوت,
        gpt, gemini, copilot, chatbot, ai, artificial intelligence
        شات جي بي تي, ذكاء اصطناعي, الذكاء الاصطناعي, جيميني, شات بوت""",
    "market": """market, christmas market, stall, your stall, stand, kiosk, souk, festival, flea market, mall, fair,
        bazaar, exhibition, booth, event, pop-up, trade show, expo
        سوق, السوق, معرض, المعرض, بازار, كشك, فعالية, ركن""",
    "delivery cost": """shipping fee, shipping fees, shipping cost, shipping costs, delivery cost,
        delivery fee, postage, expensive shipping, shipping is expensive, shipping expensive, delivery expensive,
        سعر الشحن, رسوم الشحن, أجرة التوصيل, رسوم التوصيل, الشحن غالي, التوصيل غالي""",
    "delivery time": """slow shipping, slow delivery, delivery time, shipping time, too slow, late delivery,
        delay, delays, takes too long, took too long, arrives late, تأخير, يتأخر, تأخر, بطيء, التوصيل بطيء,
        الشحن بطيء, متى يوصل, بيتأخر, مدة التوصيل""",
    "doubt": """not sure it suits me, afraid, scared it, worried it, might react, afraid of a rash, will it suit me,
        is it right for me, hesitant, would it suit me, does it work, will it work, might not work, wrong for my skin
        متردد, مترددة, مدري يناسبني, ما أدري يناسبني, خايفة ما يناسبني, مش متأكدة يناسبني""",
    "trust": """scam, is this shop real, is the shop real, real shop, even real, sketchy, suspicious, new to me,
        unknown, fake, legit, trustworthy, can i trust, is it real, never heard of you,
        unknown shop, don't know you, نصب, حقيقي, وهمي, احتيال, مشبوه, نصابين, موثوق, مضمون, ثقة, ما أعرفكم,
        ما سمعت فيكم, أول مرة أسمع عنكم""",
    "payment": """payment, paying, pay, card declined, my card, no cash on delivery, cash on delivery,
        checkout, instalments, الدفع, دفع, البطاقة, الفيزا, الكارت, مدى, كاش, الدفع عند الاستلام,
        كاش عند الاستلام, تقسيط, تابي, تمارا""",
    "refill": """ran out, run out, running out, used up, empty, finished, reorder, again, refill, restock, my usual
        خلص, خلصت, خلص اللي عندي, نفد, انتهى, تكرار الطلب, أطلب مرة ثانية, المعتاد""",
    "occasion": """birthday, valentines, christmas, party, holiday, hajj, newborn visit, housewarming, عيد الحب, حفلة,
        مناسبات, الحج, eid, ramadan, wedding, anniversary, graduation, occasion, mother's day, gift, present
        عيد, العيد, عيد ميلاد, رمضان, مناسبة, تخرج, زواج, هدية, عيدية, عيد الأم""",
    "both": "both, both of us, half and half, a bit of both, الاثنين, الاتنين, كلاهما, الكل, نص ونص, التنين",
    "doctor": """doctor, my doctor, dermatologist, pharmacist, expert, specialist
        طبيب, طبيبة, دكتور, دكتورة, صيدلي, صيدلانية, مختص, خبير, جلدية, دكتورة جلدية""",
    "friends": """friends, my girls, besties, bestie, my husband, my wife, my people, loved ones, my circle,
        my friends, friends and family, family, my sister, my mother
        الأصدقاء, أصدقائي, الأهل, صاحباتي, أصحابي, صديقاتي, الربع, ربعي""",
    "creators": """influencers, tiktok people, instagram people, vloggers, celebrities, content creators, التيكتوكرز,
        تيكتوكرز, ناس السناب, سنابيات, انفلونسرز, influencer, bloggers, youtubers, tiktokers, people i follow,
        social media
        مؤثرين, مؤثرات, مشاهير, المشاهير, فاشنيستات, بلوقرز, اليوتيوبرز, السوشيال ميديا""",
    "wait": """wait, patience, hold off, save up, later maybe, when it is cheaper, when it goes down, next sale,
        black friday, i wait, wait for a sale, wait for the sale, wait for a discount, later
        أنتظر, انتظر, أستنى, استنى, أنطر, أصبر, أنتظر التخفيضات, أستنى العروض, بعدين""",
    "buy it": """buy it, splurge, treat myself, get it, go for it, i get it, i take it, cant resist, pay it, أدلع نفسي,
        بجيبه, أجيبه, أكيد آخذه, buy it anyway, take it, just buy it, just take it, get it anyway, worth it, i buy it
        أشتريه, اشتريه, آخذه, باخده, هاخده, هشتريه, يستاهل, أشتريه وخلاص""",
    "mini": """mini, smallest size, smallest one, little one, trial size, mini size, small size, travel size, sample,
        samples, tester, عينة, عينات, ميني, حجم صغير, حجم السفر""",
    "useful": "useful, practical, sensible, مفيد, مفيدة, عملية, نافعة, تنفع, معقولة",
    "voucher": """gift card, gift cards, store credit, amazon card, pick themselves, choose themselves, كارت هدايا,
        كروت هدايا, بطاقات, voucher, money, cash, let them choose, they can choose
        قسيمة, كرت هدية, كارت هدية, بطاقة هدية, فلوس, كرت شراء, يختار براحته""",
    "no need": """don't need it, full already, cupboard is full, have too much, too many already, have one already,
        no space, مليان أصلا, الدولاب مليان, زايد, ما عندي مكان, do not need it, no need, not needed, have enough,
        have plenty, i have enough
        ما أحتاجه, ما احتاج, ما يحتاج, مو لازم, مش لازم, مش محتاج, مش محتاجة, مش محتاجاه, عندي يكفي, عندي كفاية""",
    "loyal": """i stay with mine, stay with, stick to, stick with, same brands, same brand, loyal, what i know,
        my usual brands,
        creature of habit, what works, never change, dont change, i have my favourites, trust, عندي ما أثق به,
        ما أثق به,
        اللي أعرفه, اللي متعودة عليه, متعود, متعودة, ما أغير, مبغيرش, نفس الماركات, نفس البراند, مخلصة, أبقى على,
        ثابتة, على القديم, ما أجازف, اللي أثق فيه""",
    "look away": """never look, i never look, dont look, do not look, dont read, do not read, dont care, ignore,
        skip it,
        couldnt care less, not interested, no interest, no idea what is in it, throw the box away, لا أنظر, ما أقرأ,
        ما أقرا, مبقراش, ما أشوفها, ما أطالعها, ما أهتم, ما يهمني, مبهتمش, ما أنتبه, ما ألتفت, لا أقرأ, عمري ما قريتها,
        مش مهتمة, مو مهتمة, أطنش""",
    "every line": """every line, every word, line by line, word by word, everything, top to bottom, to the end, with a
        magnifying glass, study it, inspect, obsessed, thoroughly, in detail, each ingredient,
        سطرا سطرا, سطر سطر, كلمة كلمة, حرف حرف, بالتفصيل, بدقة, أدقق, بدقق, كل كلمة, كل سطر, كل مكون, بالمجهر,
        من أولها لآخرها""",
    "hardly anything": """hardly anything, barely anything, almost nothing, next to nothing, very little,
        mainly for myself, القليل النادر, القليل, نادر, شي بسيط, ولا شي تقريبا, تقريبا ولا شي, كله لنفسي,
        أغلبه لنفسي""",
    "already recommended": """i already have, already have, already did, already told, told everyone,
        told all my friends, told all
        my family, told my sister, i keep telling, told my friends, keep recommending, recommended you already,
        أوصيت فعلا,
        أوصيت, وصيت, قلت لكل, قلت لصاحباتي, قلت لصديقاتي, نصحت فيكم, نصحت, حكيت للكل, خبرت الكل, رشحتكم, قايلة لهم""",
    "every chance": """all the time, every chance, whenever i can, at every opportunity, as often as possible,
        always something
        new, love new brands, constantly trying, في كل فرصة, كل فرصة, كل ما قدرت, متى ما سنحت, كل مرة جديد, دايم أجرب,
        بجرب دايما, أعشق الجديد, على طول أجرب, أحب أجرب""",
    "other": """other, another, something else, somewhere else, none of these, another one
        غير ذلك, شي ثاني, شيء آخر, حاجة تانية, مكان ثاني, أخرى""",
}
