/* Firasa's chat: one custom element, no dependencies, no build step.
 *
 *   <script src="https://firasa.example/widget/firasa.js" async></script>
 *   <firasa-quiz quiz="skin-match" lang="ar"></firasa-quiz>
 *
 * or only  <script src="https://firasa.example/widget/firasa.js" data-quiz="skin-match" data-mode="bubble" async></script>
 *
 * It speaks to /v1 of the server that the script came from (or of the attribute src), keeps no cookie, loads nothing
 * else, and runs under a strict Content-Security-Policy: styles are constructed, nothing is parsed from strings.
 * Attributes, events, methods and custom properties are described in docs/widget.md.
 *
 * In this file, top down: words, looks, small tools, the conversation with the server, the element.
 */
(() => {
  "use strict";

  const SCRIPT = document.currentScript;
  const HOME = SCRIPT?.src ? SCRIPT.src.replace(/(\/static)?\/widget\/firasa\.js.*$/, "") : location.origin;
  const PATIENCE = 15_000; // ms after which a request counts as lost
  const LONGEST_WAIT = 30; // s between two tries

  // ---------------------------------------------------------------- words

  // Arabic speaks to everyone: nouns and questions instead of imperatives, so that no form addresses only men.
  const WORDS = {
    en: {
      open: "Find what suits you",
      close: "Close",
      conversation: "Conversation",
      you: "You",
      change: "change this answer",
      changing: "Changing an earlier answer",
      keep: "Keep it as it was",
      back: "Back to the previous answer",
      skip: "Skip",
      skipped: "Skipped",
      send: "Send",
      done: "Done",
      next: "Continue",
      again: "Start over",
      fresh: "This is a new conversation.",
      undo: "Back to the earlier one",
      step: "Step {a} of {b}",
      answer: "Your answer",
      type: "Or type it here",
      left: { one: "{n} character left", other: "{n} characters left" },
      tooLong: { one: "That is {n} character too long.", other: "That is {n} characters too long." },
      atLeast: { one: "At least {n} choice", other: "At least {n} choices" },
      atMost: { one: "{n} choice at most", other: "Up to {n} choices" },
      any: "As many as you like",
      number: "A number is needed here.",
      between: "A number from {a} to {b} is needed here.",
      from: "A number from {a} upward is needed here.",
      upto: "A number up to {b} is needed here.",
      empty: "This one needs an answer.",
      noMatch: "None of the choices reads like that. Tapping one always works.",
      offline: {
        one: "No connection. Your answer is kept; next try in {n} second.",
        other: "No connection. Your answer is kept; next try in {n} seconds.",
      },
      unreached: {
        one: "The conversation could not be loaded. Next try in {n} second.",
        other: "The conversation could not be loaded. Next try in {n} seconds.",
      },
      tooMany: { one: "A short pause is needed: {n} second.", other: "A short pause is needed: {n} seconds." },
      trying: "Trying again…",
      retry: "Try now",
      elsewhere: "This conversation went on in another window. Here is where it stands.",
      expired: "The earlier conversation has ended, so this is a new one.",
      missing: "This quiz is not available at the moment.",
      refused: "That could not be accepted.",
      notSent: "That could not be sent. Nothing was lost; please try again.",
      result: "Your result",
      why: "Because you said",
      picks: "Picked for you",
      view: "View",
      share: "Share",
      copied: "Link copied",
      answers: { one: "Your answer", other: "Your {n} answers" },
      email: "Email",
      phone: "Phone",
      stay: "Send",
      address: "This is needed here.",
      badEmail: "This does not look like an email address.",
      badPhone: "This does not look like a phone number. With the country code it always works: +966 …",
      saved: "Thank you, that is saved.",
    },
    ar: {
      open: "ما الأنسب لك؟",
      close: "إغلاق",
      conversation: "المحادثة",
      you: "إجابتك",
      change: "تغيير هذه الإجابة",
      changing: "تغيير إجابة سابقة",
      keep: "الإبقاء عليها كما هي",
      back: "رجوع إلى الإجابة السابقة",
      skip: "تخطّي",
      skipped: "بلا إجابة",
      send: "إرسال",
      done: "تم",
      next: "متابعة",
      again: "بدء من جديد",
      fresh: "هذه محادثة جديدة.",
      undo: "العودة إلى السابقة",
      step: "الخطوة {a} من {b}",
      answer: "إجابتك هنا",
      type: "أو بالكتابة هنا",
      left: {
        zero: "لم يبقَ أي حرف", one: "بقي حرف واحد", two: "بقي حرفان",
        few: "بقيت {n} أحرف", many: "بقي {n} حرفًا", other: "بقي {n} حرف",
      },
      tooLong: {
        one: "النص أطول من المتاح بحرف واحد.", two: "النص أطول من المتاح بحرفين.",
        few: "النص أطول من المتاح بـ{n} أحرف.", many: "النص أطول من المتاح بـ{n} حرفًا.", other: "النص أطول من المتاح بـ{n} حرف.",
      },
      atLeast: {
        one: "خيار واحد على الأقل", two: "خياران على الأقل",
        few: "{n} خيارات على الأقل", many: "{n} خيارًا على الأقل", other: "{n} خيار على الأقل",
      },
      atMost: {
        one: "خيار واحد على الأكثر", two: "خياران على الأكثر",
        few: "حتى {n} خيارات", many: "حتى {n} خيارًا", other: "حتى {n} خيار",
      },
      any: "يمكن أكثر من خيار",
      number: "المطلوب هنا رقم.",
      between: "المطلوب هنا رقم من {a} إلى {b}.",
      from: "المطلوب هنا رقم لا يقل عن {a}.",
      upto: "المطلوب هنا رقم لا يزيد على {b}.",
      empty: "هذا السؤال يحتاج إلى إجابة.",
      noMatch: "لم يتضح أي خيار هو المقصود. لمس أحد الخيارات يكفي.",
      offline: {
        zero: "لا يوجد اتصال. إجابتك محفوظة، وتُعاد المحاولة الآن.",
        one: "لا يوجد اتصال. إجابتك محفوظة، وتُعاد المحاولة بعد ثانية.",
        two: "لا يوجد اتصال. إجابتك محفوظة، وتُعاد المحاولة بعد ثانيتين.",
        few: "لا يوجد اتصال. إجابتك محفوظة، وتُعاد المحاولة بعد {n} ثوانٍ.",
        many: "لا يوجد اتصال. إجابتك محفوظة، وتُعاد المحاولة بعد {n} ثانية.",
        other: "لا يوجد اتصال. إجابتك محفوظة، وتُعاد المحاولة بعد {n} ثانية.",
      },
      unreached: {
        zero: "تعذّر تحميل المحادثة. تُعاد المحاولة الآن.",
        one: "تعذّر تحميل المحادثة. تُعاد المحاولة بعد ثانية.",
        two: "تعذّر تحميل المحادثة. تُعاد المحاولة بعد ثانيتين.",
        few: "تعذّر تحميل المحادثة. تُعاد المحاولة بعد {n} ثوانٍ.",
        many: "تعذّر تحميل المحادثة. تُعاد المحاولة بعد {n} ثانية.",
        other: "تعذّر تحميل المحادثة. تُعاد المحاولة بعد {n} ثانية.",
      },
      tooMany: {
        zero: "لحظة قصيرة ثم نتابع.", one: "نتابع بعد ثانية.", two: "نتابع بعد ثانيتين.",
        few: "نتابع بعد {n} ثوانٍ.", many: "نتابع بعد {n} ثانية.", other: "نتابع بعد {n} ثانية.",
      },
      trying: "تجري إعادة المحاولة…",
      retry: "إعادة المحاولة الآن",
      elsewhere: "استمرت هذه المحادثة في نافذة أخرى، وهنا آخر ما وصلت إليه.",
      expired: "انتهت المحادثة السابقة، وهذه محادثة جديدة.",
      missing: "هذا الاختبار غير متاح حاليًا.",
      refused: "تعذّر قبول هذه الإجابة.",
      notSent: "تعذّر الإرسال، ولم يضِع شيء مما كُتب. يمكن المحاولة مرة أخرى.",
      result: "النتيجة",
      why: "بناءً على إجاباتك",
      picks: "اخترنا لك",
      view: "عرض المنتج",
      share: "مشاركة",
      copied: "نُسخ الرابط",
      answers: {
        one: "إجابتك", two: "إجابتاك", few: "إجاباتك ({n})", many: "إجاباتك ({n})", other: "إجاباتك ({n})",
      },
      email: "البريد الإلكتروني",
      phone: "رقم الجوال",
      stay: "إرسال",
      address: "هذه الخانة مطلوبة.",
      badEmail: "يبدو أن في عنوان البريد خطأً.",
      badPhone: "يبدو أن في الرقم خطأً. كتابته مع رمز الدولة تكفي: \u2066+966 …\u2069",
      saved: "شكرًا لك، تم الحفظ.",
    },
  };

  const NAMES = { en: "English", ar: "العربية" };

  const say = (lang, key, values = {}) => {
    const entry = WORDS[lang][key];
    const form = typeof entry === "string" ? entry : entry[new Intl.PluralRules(lang).select(values.n)] ?? entry.other;
    return form.replace(/\{(\w)\}/g, (_, name) => values[name]);
  };

  // ---------------------------------------------------------------- looks

  // Every colour is a custom property with a default for light and, where the page itself declares a dark
  // color-scheme, for dark (light-dark follows the page). Older browsers keep light.
  const COLOURS = {
    paper: ["#ffffff", "#211e1b"],
    sunken: ["#f3f0eb", "#2b2723"],
    line: ["#e4dfd7", "#3b3631"],
    rim: ["#d2cbc0", "#504941"],
    edge: ["#8c8377", "#877e74"],
    ink: ["#1f1c18", "#f2eee8"],
    quiet: ["#686158", "#a9a094"],
    accent: ["#0f5e5c", "#6cc5be"],
    "accent-strong": ["#0a4644", "#94d9d3"],
    "on-accent": ["#ffffff", "#062b2a"],
    "accent-soft": ["#e2efed", "#17302f"],
    "accent-ink": ["#0c5351", "#8bd5ce"],
    danger: ["#a3271d", "#f19c93"],
  };
  const palette = (pick) =>
    Object.entries(COLOURS).map(([name, pair]) => `--${name}:var(--firasa-${name},${pick(pair)})`).join(";");

  const LOOKS = `
:host{display:block;${palette((pair) => pair[0])};
  --radius:var(--firasa-radius,14px);
  --font:var(--firasa-font,"IBM Plex Sans Arabic",system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif);
  font:400 max(16px,1rem)/1.5 var(--font);color:var(--ink);text-align:start;-webkit-text-size-adjust:100%}
@supports (color:light-dark(#000,#fff)){:host{${palette((pair) => `light-dark(${pair})`)}}}
:host([theme=light]){color-scheme:light}
:host([theme=dark]){color-scheme:dark}
:host([inherit-font]){--font:inherit;font-family:inherit}
:host([hidden]){display:none}
:host([mode=bubble]){display:contents}
*{box-sizing:border-box;margin:0}
button,input,textarea{font:inherit;color:inherit;letter-spacing:inherit}
button{background:none;border:0;padding:0;cursor:pointer;touch-action:manipulation;-webkit-tap-highlight-color:transparent}
[hidden]{display:none!important}
:focus,[tabindex='-1']:focus{outline:none}
[tabindex='0']:focus-visible,:is(a,button,input,textarea):focus-visible{outline:2px solid var(--accent);outline-offset:2px}
svg{inline-size:1.25em;block-size:1.25em;flex:none;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
[dir=rtl] .turn{transform:scaleX(-1)}
bdi{unicode-bidi:isolate}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

.chat{container-type:inline-size;display:flex;flex-direction:column;min-block-size:min(24rem,70svh);overflow:hidden;
  max-block-size:var(--firasa-max-height,min(46rem,92svh));background:var(--paper);
  border:1px solid var(--line);border-radius:var(--radius);overflow-wrap:anywhere;position:relative;
  scroll-margin-block-start:var(--firasa-scroll-margin,16px)}
.chat:lang(ar){line-height:1.7}
.chat.whole{max-block-size:none}
:host([mode=page]) .chat{max-block-size:none;block-size:100dvh;border:0;border-radius:0}
@media (min-width:48rem) and (min-height:30rem){
  :host([mode=page]){padding:clamp(16px,5vh,56px) 24px}
  :host([mode=page]) .chat{max-inline-size:46rem;block-size:min(54rem,calc(100dvh - 2*clamp(16px,5vh,56px)));margin-inline:auto;
    border:1px solid var(--line);border-radius:calc(var(--radius) + 6px);box-shadow:0 1px 2px rgb(31 28 24/6%),0 12px 40px rgb(31 28 24/8%)}
}
:host([mode=bubble]) .chat{block-size:100%;min-block-size:0;max-block-size:none;border:0}

.head{display:flex;align-items:center;gap:4px;padding:6px 8px;padding-inline-start:20px;min-block-size:60px;flex:none}
.head h2{flex:1;min-inline-size:0;font-size:15px;font-weight:600;line-height:1.35}
.tool{min-inline-size:44px;min-block-size:44px;padding:0 10px;display:inline-flex;align-items:center;justify-content:center;
  gap:6px;border-radius:10px;color:var(--quiet);font-size:14px;white-space:nowrap}
.tool:hover{color:var(--ink);background:var(--sunken)}
.track{block-size:2px;background:var(--line);flex:none}
.track i{display:block;block-size:100%;inline-size:0;background:var(--accent);transition:inline-size .4s ease}

.scroll{flex:1 1 auto;min-block-size:0;overflow-y:auto;overscroll-behavior:contain;padding:20px 20px 12px;scrollbar-width:thin;
  mask-image:linear-gradient(#0000,#000 16px calc(100% - 12px),#0000)}
.whole .scroll{overflow:visible}
:host([mode=bubble]) .whole .scroll,:host([mode=page]) .whole .scroll{overflow-y:auto}
.log{display:flex;flex-direction:column;gap:6px}
.log.folded>.past{display:none}
.shop{max-inline-size:34rem;font-size:16px;color:var(--ink)}
.ask{max-inline-size:34rem;margin-block-start:14px;color:var(--quiet);font-size:15px;line-height:1.45}
.bye .shop:not(.past){font-size:22px;font-weight:600;line-height:1.45;margin-block:12px 4px}
.help{font-size:14px;color:var(--quiet)}
.mine{align-self:flex-end;max-inline-size:min(85%,30rem);display:inline-flex;align-items:center;gap:10px;min-block-size:44px;
  padding:9px 16px;background:var(--accent-soft);color:var(--accent-ink);text-align:start;
  border-radius:var(--radius);border-end-end-radius:4px;font-weight:500;white-space:pre-wrap}
.mine svg{inline-size:14px;block-size:14px;opacity:.7}
.mine:hover svg{opacity:1}
.mine.held{opacity:.65}
.mine.editing{outline:2px dashed var(--accent);outline-offset:2px}
.mine.none{background:none;border:1px dashed var(--edge);color:var(--quiet);font-weight:400}
.fold{display:inline-flex;align-items:center;gap:8px;min-block-size:44px;color:var(--accent-ink);font-size:15px;font-weight:500}
.fold svg{inline-size:14px;block-size:14px;transition:transform .15s}
.fold[aria-expanded=true] svg{transform:rotate(180deg)}
.wait{display:flex;gap:5px;padding:10px 0;block-size:28px}
.wait i{inline-size:7px;block-size:7px;border-radius:50%;background:var(--edge);animation:wait 1.2s infinite}
.wait i:nth-child(2){animation-delay:.15s}.wait i:nth-child(3){animation-delay:.3s}
@keyframes wait{0%,60%,100%{opacity:.3}30%{opacity:1}}
@keyframes rise{from{opacity:0;transform:translateY(6px)}}
.new{animation:rise .22s ease-out}

.stage{display:grid;gap:14px;margin-block:20px 4px}
.stage:empty{display:none}
.lead{display:grid;gap:4px;max-inline-size:36rem}
.lead small{font-size:14px;color:var(--accent-ink);font-weight:500}
.lead h3{font-size:20px;font-weight:600;line-height:1.4;text-wrap:pretty}
.group:focus{outline:none}
.foot{flex:none;padding:8px 20px 16px;display:grid;gap:8px;background:var(--paper)}
.foot:has(.dock:empty):has(.note:empty),.dock:empty{display:none}
.choices{display:grid;grid-template-columns:1fr 1fr;gap:8px}
.choices.long{grid-template-columns:1fr}
.choices:not(.long)>:last-child:nth-child(odd){grid-column:1/-1}
.choice{display:flex;align-items:center;gap:12px;min-block-size:50px;padding:11px 16px;text-align:start;line-height:1.4;
  background:var(--paper);border:1px solid var(--rim);border-radius:calc(var(--radius) - 2px);
  transition:background .14s,border-color .14s,box-shadow .14s}
@media (hover:hover){.choice:not([aria-disabled=true]):hover{background:var(--accent-soft);border-color:var(--accent)}}
.choice[aria-checked=true]{background:var(--accent-soft);border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent);color:var(--accent-ink);font-weight:500}
.choice[aria-disabled=true]{opacity:.55;cursor:default}
.choice .box{inline-size:20px;block-size:20px;border:1.5px solid var(--edge);border-radius:6px;display:grid;place-items:center;flex:none}
.choice .box svg{inline-size:14px;block-size:14px;stroke-width:3;visibility:hidden}
.choice[aria-checked=true] .box{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.choice[aria-checked=true] .box svg{visibility:visible}
.choice img{inline-size:44px;block-size:44px;border-radius:8px;object-fit:cover;background:var(--sunken)}
.confirm{display:flex;align-items:center;gap:12px;flex-wrap:wrap;margin-block-start:8px;position:sticky;inset-block-end:-12px;padding-block:6px;background:var(--paper)}
.confirm .say{flex:1;min-inline-size:8rem;font-size:14px;color:var(--quiet)}

.scale{display:grid;grid-template-columns:repeat(var(--columns,5),minmax(0,1fr));gap:6px}
.scale .choice{justify-content:center;padding:6px 2px;min-inline-size:0;font-size:17px;font-variant-numeric:tabular-nums}
.ends{display:grid;grid-template:"scale scale" auto "low high" auto/1fr 1fr;gap:8px 16px;font-size:14px;color:var(--quiet);line-height:1.4}
.ends .scale{grid-area:scale;color:var(--ink)}
.low{grid-area:low}.high{grid-area:high;text-align:end}
.wraps{grid-template:"low" auto "scale" auto "high" auto/1fr}
.nps{--columns:6}

.solid{display:inline-flex;align-items:center;justify-content:center;gap:8px;min-block-size:46px;padding:9px 20px;border-radius:calc(var(--radius) - 2px);
  background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none;text-align:center}
.solid:hover{background:var(--accent-strong)}
.plain{display:inline-flex;align-items:center;justify-content:center;gap:8px;min-block-size:44px;padding:8px 12px;border-radius:10px;color:var(--accent-ink);font-size:15px;font-weight:500}
.plain:hover{background:var(--accent-soft)}
.tools{display:flex;align-items:center;flex:none}
.write{display:flex;align-items:flex-start;gap:4px}
.write>.tool{min-block-size:48px}
.write>.grow{flex:1;min-inline-size:0}
.write>.tool:first-child{margin-inline-start:-12px}.write>.tool:last-child{margin-inline-end:-8px}
.field{display:flex;align-items:flex-end;border:1px solid var(--edge);border-radius:calc(var(--radius) - 2px);background:var(--paper)}
.field:focus-within{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.field :is(input,textarea){flex:1;min-inline-size:0;inline-size:100%;border:0;background:none;padding:10px 14px;line-height:1.5;min-block-size:46px;resize:none;max-block-size:9.5rem;outline:none}
.field ::placeholder{color:var(--quiet);opacity:1}
.field .tool{margin:1px;color:var(--accent-ink);align-self:flex-end}
.field .tool.ready{background:var(--accent);color:var(--on-accent)}
.slim .field{border-color:var(--rim)}
.count{font-size:13px;color:var(--quiet);text-align:end;font-variant-numeric:tabular-nums}
.note{display:flex;align-items:center;gap:4px 12px;flex-wrap:wrap;font-size:15px;padding:8px 14px;border-radius:10px;background:var(--sunken)}
.note:empty{display:none}
.note span{flex:1;min-inline-size:10rem;padding-block:4px}
.bad{color:var(--danger);font-size:15px}
.bad:empty{display:none}

.card{margin-block-start:14px;border:1px solid var(--line);border-radius:var(--radius);overflow:hidden;background:var(--paper)}
.crown{position:relative;padding:24px 22px 22px;background:var(--accent-soft);overflow:hidden}
.crown svg{position:absolute;inset-block-start:-58px;inset-inline-end:-58px;inline-size:190px;block-size:190px;stroke:var(--accent);stroke-width:.5;opacity:.2;pointer-events:none}
.crown small{display:block;font-size:14px;color:var(--accent-ink);font-weight:500;position:relative}
.crown h3{font-size:27px;line-height:1.25;font-weight:600;margin-block:4px 8px;position:relative;text-wrap:balance;max-inline-size:22ch}
.crown h3:lang(ar){line-height:1.45}
.crown p{position:relative;max-inline-size:38rem}
.part{padding:18px 22px;border-block-start:1px solid var(--line)}
.part h4{font-size:14px;font-weight:600;color:var(--quiet);margin-block-end:10px}
.why{list-style:none;padding:0;display:grid;gap:8px}
.why li{display:flex;gap:10px}
.why svg{color:var(--accent);inline-size:18px;block-size:18px;margin-block-start:.2em;stroke-width:2.25}
.goods{list-style:none;padding:0;display:grid;gap:16px}
.good{display:grid;grid-template-columns:84px minmax(0,1fr);gap:4px 14px;align-items:start}
.good .pic{grid-row:1/4;inline-size:84px;block-size:84px;border-radius:10px;background:var(--sunken);object-fit:cover}
.good b{font-weight:600;line-height:1.35}
.good .what{font-size:14px;color:var(--quiet);line-height:1.5}
.good .buy{display:flex;align-items:center;justify-content:space-between;gap:8px;flex-wrap:wrap;margin-block-start:2px}
.good .price{font-weight:600;font-variant-numeric:tabular-nums}
.good a{display:inline-flex;align-items:center;min-block-size:44px;padding:6px 16px;border-radius:10px;border:1px solid var(--accent);color:var(--accent-ink);font-weight:500;text-decoration:none;font-size:15px}
.good a:hover{background:var(--accent);color:var(--on-accent)}
.ends-card{display:flex;gap:4px;flex-wrap:wrap;padding:8px 12px;border-block-start:1px solid var(--line)}
.contact{display:grid;gap:14px;margin-block-start:16px;padding:20px 22px;border-radius:var(--radius);background:var(--sunken)}
.contact label{display:block;font-size:14px;font-weight:500;margin-block-end:4px}
.contact .tick{display:flex;gap:10px;align-items:flex-start;font-weight:400;margin:4px 0 0;padding-block:8px;min-block-size:44px;cursor:pointer}
.contact .tick input{inline-size:20px;block-size:20px;accent-color:var(--accent);flex:none;margin-block-start:.15em}
.contact .solid{justify-self:start}
.switch{display:inline-flex;gap:4px;justify-self:start;padding:3px;border:1px solid var(--line);border-radius:12px;background:var(--paper)}
.switch [aria-pressed=true]{background:var(--accent-soft);box-shadow:inset 0 0 0 1px var(--accent)}

@container (min-width:34rem){
  .scroll{padding-inline:28px}.foot{padding-inline:28px;padding-block-end:22px}.head{padding-inline:28px 16px}
  .lead h3{font-size:22px}
  .choices.long{grid-template-columns:1fr 1fr}
  .choices.long>:last-child:nth-child(odd){grid-column:1/-1}
  .nps{--columns:11}.wraps{grid-template:"scale scale" auto "low high" auto/1fr 1fr}
  .crown{padding:32px 30px 28px}.part{padding-inline:30px}.crown h3{font-size:32px}
}
@container (min-width:40rem){
  .goods{grid-template-columns:repeat(auto-fit,minmax(10rem,1fr))}
  .good{display:flex;flex-direction:column;gap:6px}
  .good .pic{inline-size:100%;block-size:auto;aspect-ratio:1}
  .good .what{flex:1}.good .buy{inline-size:100%}
}

.launch{position:fixed;z-index:2147483000;inset-block-end:var(--firasa-offset-block,20px);inset-inline-end:var(--firasa-offset-inline,20px);
  display:inline-flex;align-items:center;gap:10px;min-block-size:56px;padding:8px 20px;padding-inline-start:18px;border-radius:999px;
  background:var(--accent);color:var(--on-accent);font:600 16px/1.3 var(--font);box-shadow:0 2px 6px rgb(0 0 0/.14),0 10px 28px rgb(0 0 0/.2);
  transition:opacity .2s}
.launch:hover{background:var(--accent-strong)}
.launch.away{opacity:0;pointer-events:none;visibility:hidden}
.launch svg{inline-size:24px;block-size:24px}
.panel{position:fixed;z-index:2147483001;inset:auto;inset-block-end:var(--firasa-offset-block,20px);inset-inline-end:var(--firasa-offset-inline,20px);
  inline-size:min(408px,calc(100vw - 40px));block-size:min(680px,calc(100dvh - 40px));max-inline-size:none;max-block-size:none;margin:0;padding:0;
  border:1px solid var(--line);border-radius:calc(var(--radius) + 4px);overflow:hidden;color:inherit;background:var(--paper);
  box-shadow:0 2px 8px rgb(0 0 0/.12),0 18px 56px rgb(0 0 0/.24)}
.panel[open]{animation:rise .2s ease-out}
@media (max-width:30rem),(max-height:26rem){
  .panel{inset:0;inline-size:100%;block-size:100dvh;border:0;border-radius:0}
  .launch span{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
  .launch{padding:16px;inline-size:56px;justify-content:center}
}
@media (prefers-reduced-motion:reduce){*{animation-duration:1ms!important;animation-iteration-count:1!important;transition-duration:1ms!important}}
@media (forced-colors:active){.choice[aria-checked=true]{outline:3px solid Highlight}.track i{background:Highlight}}
`;

  const dress = (root) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOKS);
      root.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement("style"); // before Safari 16.4
      if (SCRIPT?.nonce) style.nonce = SCRIPT.nonce;
      style.textContent = LOOKS;
      root.append(style);
    }
  };

  // ---------------------------------------------------------------- small tools

  const ICONS = {
    close: "M6 6l12 12M18 6L6 18",
    again: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5",
    back: "M15 5l-7 7 7 7",
    send: "M5 12h13M12 6l6 6-6 6",
    tick: "M5 12.5l4.5 4.5L19 7",
    pen: "M4 20l1-4L16.5 4.5l3 3L8 19z",
    down: "M5 9l7 7 7-7",
    share: "M12 15V4M8 8l4-4 4 4M5 13v6h14v-6",
    chat: "M4 5h16v11H10l-4.5 4v-4H4zM8.5 10.5h.01M12 10.5h.01M15.5 10.5h.01",
    // Two squares turned by 45°: the eight-pointed star.
    star: "M5 5h14v14H5zM12 2.1l9.9 9.9-9.9 9.9L2.1 12zM8 8h8v8H8zM12 6.35L17.65 12 12 17.65 6.35 12z",
  };
  const TURNING = new Set(["back", "send"]); // icons that point along the line

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    if (TURNING.has(name)) svg.classList.add("turn");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  /** An element: h("button.tool", {onclick, "aria-label": "…"}, child, …). Children may be null. */
  function h(name, props, ...children) {
    const [tag, ...classes] = name.split(".");
    const element = document.createElement(tag);
    if (classes.length) element.className = classes.join(" ");
    for (const [key, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }
  const button = (name, props, ...children) => h(`button.${name}`, { type: "button", ...props }, ...children);

  /** Arabic-Indic and Persian digits, and the Arabic separators, as a computer writes numbers. */
  const digits = (text) =>
    text
      .replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15)
      .replace(/٫/g, ".")
      .replace(/٬/g, "");

  /** The form in which typed words and labels are compared: no case, marks, tatweel, or variant letters. */
  const bare = (text) =>
    digits(text.normalize("NFKD").toLowerCase())
      .replace(/[\p{M}ـ]/gu, "")
      .replace(/[أإآ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();

  /** The one option that typed words mean: its number, its label, or a part that only it has; else undefined. */
  function meant(text, item) {
    const typed = bare(text);
    if (!typed) return undefined;
    const scale = item.type === "rating" || item.type === "nps";
    if (scale) return item.options.find((option) => option.id === typed);
    if (/^\d+$/.test(typed) && !item.options.some((option) => bare(option.label).includes(typed))) {
      return item.options[Number(typed) - 1];
    }
    const one = (test) => {
      const found = item.options.filter((option) => test(bare(option.label)));
      return found.length === 1 ? found[0] : undefined;
    };
    return one((label) => label === typed) ?? one((label) => label.startsWith(typed)) ?? (typed.length > 2 ? one((label) => label.includes(typed)) : undefined);
  }

  /** An address that may be put in a link: http(s) only, read relative to the page. */
  function safe(address) {
    try {
      const url = new URL(address, document.baseURI);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  const store = {
    read(key) {
      try {
        return JSON.parse(localStorage.getItem(key)) || {};
      } catch {
        return {}; // blocked or foreign storage: the conversation then lives as long as the page
      }
    },
    write(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // as above
      }
    },
  };
  const newVisit = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const CONSENT = { email: "email", phone: "sms" }; // the consent that goes with each address
  /** Whether an element keeps its place while the page scrolls. */
  const stays = (element) => {
    for (let at = element; at; at = at.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(at).position)) return true;
    }
    return false;
  };
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // ---------------------------------------------------------------- the server

  class Problem extends Error {
    constructor(code, detail = "", { errors = [], after = 0 } = {}) {
      super(detail || code);
      Object.assign(this, { code, detail, errors, after });
    }
    /** Whether the same request may succeed later. */
    get passing() {
      return this.code === "network" || this.code === "too_many_requests";
    }
  }

  async function call(address, body) {
    let reply;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    try {
      reply = await fetch(address, {
        method: body ? "POST" : "GET",
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: abort.signal,
      });
      const data = await reply.json();
      if (reply.ok) return data;
      if (reply.status >= 500) throw new Problem("network");
      throw new Problem(data.code || "refused", data.detail, {
        errors: data.errors,
        after: Number(reply.headers.get("Retry-After")) || 0,
      });
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem("network"); // not reached, cut off, too slow, or an answer that is not ours
    } finally {
      clearTimeout(timer);
    }
  }

  // ---------------------------------------------------------------- the element

  class FirasaQuiz extends HTMLElement {
    static observedAttributes = ["quiz", "lang"];

    #turn = null;
    #said = new Map(); // item id -> what the shop said before it, so that earlier turns stay in the transcript
    #editing = null; // the entry of the history that is being changed
    #pending = null; // an answer not yet acknowledged: {item_id, value, words}
    #retry = null; // {timer, tries}
    #busy = false;
    #parts = null;
    #watch = [];
    #inside = false; // the focus was in what was just taken away, and belongs into what comes
    #epoch = 0; // grows with each new conversation, so that late replies to an old one are dropped

    constructor() {
      super();
      dress(this.attachShadow({ mode: "open" }));
    }

    connectedCallback() {
      this.#build();
      if (this.#bubble) this.#launcher();
      else this.#whenSeen(() => this.#begin());
    }

    disconnectedCallback() {
      this.#stopRetry();
      this.#watch.splice(0).forEach((stop) => stop());
      this.shadowRoot.querySelectorAll(".chat,.launch,.panel").forEach((part) => part.remove());
      this.#turn = null;
      this.#epoch += 1;
    }

    attributeChangedCallback(name, before, now) {
      if (!this.isConnected || !this.#parts || before === now) return;
      if (name === "lang" && this.#turn) this.#speak(this.#lang);
      if (name === "quiz") {
        this.#forget();
        if (!this.#bubble || this.#parts.panel.open) this.#begin();
      }
    }

    // ------------------------------------------------ what a page may call

    /** Open the bubble's panel (nothing to do in the other modes). */
    open() {
      const { panel, launch } = this.#parts ?? {};
      if (!panel || panel.open) return;
      const whole = matchMedia("(max-width: 30rem), (max-height: 26rem)").matches;
      if (whole) panel.showModal();
      else panel.show();
      launch.setAttribute("aria-expanded", "true");
      launch.hidden = true;
      this.#begin();
      this.#focusDock();
    }

    /** Close the bubble's panel; the conversation is kept. */
    close() {
      const { panel, launch } = this.#parts ?? {};
      if (!panel?.open) return;
      panel.close();
      launch.hidden = false;
      launch.setAttribute("aria-expanded", "false");
      launch.focus();
    }

    /** Begin again with a new visit. The earlier conversation can be taken up again from the note. */
    restart() {
      const earlier = this.#memory.visit;
      const had = this.#turn?.history.length > 0;
      this.#forget();
      this.#memory = { visit: newVisit() };
      this.#begin().then(() => {
        if (!had || !earlier) return;
        this.#note("fresh", "undo", () => {
          this.#forget();
          this.#memory = { visit: earlier };
          this.#begin();
        });
      });
    }

    // ------------------------------------------------ settings and memory

    get #bubble() {
      return this.getAttribute("mode") === "bubble";
    }
    get #base() {
      return (this.getAttribute("src") || HOME).replace(/\/$/, "");
    }
    get #quiz() {
      return this.getAttribute("quiz") || "";
    }
    /** The language asked for: the attribute, else the page's. */
    get #lang() {
      return (this.getAttribute("lang") || this.closest("[lang]")?.lang || navigator.language || "en").slice(0, 2).toLowerCase();
    }
    /** The language of the widget's own words. */
    get #tongue() {
      const lang = this.#turn?.lang ?? this.#lang;
      return WORDS[lang] ? lang : "en";
    }
    #say(key, values) {
      return say(this.#tongue, key, values);
    }
    get #key() {
      return `firasa:${this.#base}:${this.#quiz}`;
    }
    #memoryCache = null;
    get #memory() {
      this.#memoryCache ??= store.read(this.#key);
      if (!this.#memoryCache.visit) this.#memory = { visit: newVisit() };
      return this.#memoryCache;
    }
    set #memory(value) {
      this.#memoryCache = value;
      store.write(this.#key, value);
    }
    #emit(name, detail) {
      this.dispatchEvent(new CustomEvent(`firasa:${name}`, { bubbles: true, composed: true, detail: { quiz: this.#quiz, ...detail } }));
    }

    // ------------------------------------------------ conversation

    /** Start or take up the conversation of this visit; on a lost connection, keep trying. */
    async #begin() {
      if (this.#turn || this.#busy) return;
      this.#busy = true;
      const epoch = this.#epoch;
      this.#wait(true);
      try {
        const turn = await this.#start(this.#lang);
        if (epoch !== this.#epoch) return;
        this.#settled();
        this.#pending = this.#memory.pending ?? null;
        this.#show(turn);
        this.#emit("start", { version: turn.version, lang: turn.lang, resumed: turn.history.length > 0 });
        if (this.#pending) this.#deliver();
      } catch (problem) {
        if (epoch === this.#epoch) this.#failed(problem, "unreached", () => this.#begin());
      } finally {
        if (epoch === this.#epoch) this.#busy = false;
      }
    }

    #start(lang) {
      return call(`${this.#base}/v1/responses`, { quiz: this.#quiz, lang, visit: this.#memory.visit });
    }

    get #response() {
      return `${this.#base}/v1/responses/${encodeURIComponent(this.#turn.response_id)}`;
    }

    /** The same conversation in another language; the answers stay. */
    async #speak(lang) {
      if (this.#busy || !this.#turn || this.#pending) return;
      this.#busy = true;
      const epoch = this.#epoch;
      try {
        const turn = await this.#start(lang);
        if (epoch !== this.#epoch) return;
        this.#settled();
        this.#said.clear();
        this.#editing = null;
        this.#show(turn);
      } catch (problem) {
        if (epoch === this.#epoch) this.#failed(problem, "unreached", () => this.#speak(lang));
      } finally {
        if (epoch === this.#epoch) this.#busy = false;
      }
    }

    /** Take an answer: show it at once, keep it, and send it until it is acknowledged. */
    #answer(item, value, words) {
      if (this.#pending || this.#busy) return; // a second tap
      const before = this.#editing;
      if (before && JSON.stringify(before.value) === JSON.stringify(value)) return this.#edit(null);
      this.#pending = { item_id: item.id, value, words };
      this.#memory = { ...this.#memory, pending: this.#pending };
      this.#fault("");
      this.#freeze();
      this.#write();
      this.#deliver();
    }

    async #deliver(retried = false) {
      const { item_id, value } = this.#pending;
      const epoch = this.#epoch;
      this.#busy = true;
      const slow = setTimeout(() => this.#wait(true), 350);
      try {
        const turn = await call(`${this.#response}/answers`, { item_id, value, revision: this.#turn.revision });
        if (epoch !== this.#epoch) return;
        this.#acknowledged();
        const ended = turn.status === "complete" && this.#turn.status !== "complete";
        this.#show(turn);
        this.#emit("answer", { item: item_id, value });
        if (ended) this.#emit("complete", { outcome: turn.result?.outcome ?? null, products: (turn.result?.products ?? []).map((product) => product.id) });
      } catch (problem) {
        if (epoch === this.#epoch) await this.#undelivered(problem, retried);
      } finally {
        clearTimeout(slow);
        if (epoch === this.#epoch) {
          this.#busy = false;
          this.#wait(false);
        }
      }
    }

    async #undelivered(problem, retried) {
      if (problem.passing) return this.#failed(problem, "offline", () => this.#deliver());
      if (problem.code === "stale_revision" || problem.code === "item_not_expected") return this.#reread(retried);
      if (problem.code === "response_not_found") return this.#expired();
      this.#acknowledged();
      this.#show(this.#turn);
      this.#fault(this.#say("refused"));
      this.#emit("error", { code: problem.code, message: problem.message });
    }

    /** Someone (another tab, a double) moved the conversation on: read where it stands. The answer is sent once more
     *  when its question is still the one being asked. */
    async #reread(retried) {
      try {
        const turn = await call(`${this.#response}?lang=${this.#turn.lang}`);
        if (!retried && turn.item?.id === this.#pending.item_id) {
          this.#turn = turn;
          return this.#deliver(true);
        }
        this.#acknowledged();
        this.#show(turn);
        this.#note("elsewhere");
      } catch (problem) {
        if (problem.code === "response_not_found") return this.#expired();
        this.#failed(problem, "offline", () => this.#deliver());
      }
    }

    #expired() {
      this.#forget();
      this.#memory = { visit: newVisit() };
      return this.#begin().then(() => this.#note("expired"));
    }

    #acknowledged() {
      this.#settled();
      this.#pending = null;
      this.#editing = null;
      const { visit } = this.#memory;
      this.#memory = { visit };
    }

    /** Drop the conversation from view (the server keeps it). */
    #forget() {
      this.#inside ||= this.shadowRoot.activeElement !== null;
      this.#settled();
      this.#epoch += 1;
      this.#busy = false;
      this.#turn = this.#pending = this.#editing = this.#memoryCache = null;
      this.#said.clear();
      this.#parts.log.replaceChildren();
      this.#parts.after.replaceChildren();
      this.#parts.stage.replaceChildren();
      this.#parts.dock.replaceChildren();
      this.#parts.fold.hidden = true;
    }

    // ------------------------------------------------ trouble, said in words

    #failed(problem, words, again) {
      this.#wait(false);
      if (problem.passing) {
        const tries = (this.#retry?.tries ?? 0) + 1;
        const pause = Math.max(problem.after, Math.min(LONGEST_WAIT, 2 ** (tries - 1)));
        if (tries === 1) this.#emit("error", { code: problem.code, message: problem.message });
        return this.#countdown(problem.code === "network" ? words : "tooMany", pause, tries, again);
      }
      const key = problem.code === "quiz_not_found" ? "missing" : "refused";
      this.#note(key);
      this.#emit("error", { code: problem.code, message: problem.message });
    }

    /** Say that a request is waiting, for how long, and offer to try at once. The words stay still while the seconds
     *  run, so that a screen reader hears them once. */
    #countdown(words, seconds, tries, again) {
      this.#stopRetry();
      const go = () => {
        this.#stopRetry(tries);
        this.#note("trying");
        again();
      };
      // A little jitter keeps a thousand widgets from coming back in the same instant.
      const timer = setTimeout(go, seconds * 1000 * (1 + Math.random() / 4));
      this.#retry = { timer, tries, go };
      this.#note(words, "retry", go, { n: seconds });
    }
    #stopRetry(tries) {
      clearTimeout(this.#retry?.timer);
      this.#retry = tries ? { tries } : null;
    }
    #settled() {
      this.#stopRetry();
      this.#note(null);
      this.#wait(false);
    }

    #note(key, action, run, values) {
      const { note } = this.#parts;
      if (!key) return note.replaceChildren();
      note.replaceChildren(
        h("span", {}, this.#say(key, values)),
        ...(action ? [button("plain", { onclick: run }, this.#say(action))] : []),
      );
    }
    #fault(text) {
      const bad = this.#parts.stage.querySelector(".bad");
      if (bad) bad.textContent = text;
    }

    // ------------------------------------------------ building

    #build() {
      const log = h("div.log", { role: "log", "aria-live": "polite", "aria-relevant": "additions" });
      const fold = button("fold", { hidden: true, onclick: () => this.#unfold() });
      const wait = h("div.wait", { hidden: true, "aria-hidden": "true" }, h("i"), h("i"), h("i"));
      const stage = h("div.stage");
      const after = h("div.after");
      const scroll = h("div.scroll", { tabindex: "0", role: "group" }, fold, log, wait, stage, after);
      const note = h("div.note", { role: "status" });
      const dock = h("div.dock");
      const foot = h("div.foot", {}, note, dock);
      const bar = h("i");
      const track = h("div.track", { role: "progressbar", "aria-valuemin": "0" }, bar);
      const title = h("h2", { id: "title" });
      const tools = h("div.tools");
      const head = h("header.head", {}, title, tools);
      const chat = h("section.chat", { "aria-labelledby": "title" }, head, track, scroll, foot);
      this.#parts = { chat, title, tools, track, bar, scroll, fold, log, wait, stage, after, note, dock, foot };
      if (!this.#bubble) this.shadowRoot.append(chat);
      this.#dressTongue();
      const online = () => this.#retry?.go?.();
      addEventListener("online", online);
      this.#watch.push(() => removeEventListener("online", online));
    }

    #dressTongue() {
      const { chat, tools, scroll, title, track } = this.#parts;
      const tongue = this.#tongue;
      chat.lang = this.#turn?.lang ?? tongue;
      chat.dir = this.#turn?.dir ?? (tongue === "ar" ? "rtl" : "ltr");
      title.textContent = this.#turn?.title ?? "";
      scroll.setAttribute("aria-label", this.#say("conversation"));
      track.setAttribute("aria-label", this.#turn?.title || this.#say("conversation"));
      const others = (this.#turn?.languages ?? []).filter((code) => code !== this.#turn.lang);
      tools.replaceChildren(
        ...others.map((code) => button("tool", { lang: code, dir: "auto", onclick: () => this.#switch(code) }, NAMES[code] ?? code)),
        ...(this.#turn?.history.length
          ? [button("tool", { "aria-label": this.#say("again"), title: this.#say("again"), onclick: () => this.restart() }, icon("again"))]
          : []),
        ...(this.#bubble ? [button("tool", { "aria-label": this.#say("close"), onclick: () => this.close() }, icon("close"))] : []),
      );
    }

    #switch(code) {
      this.#speak(code).then(() => {
        if (this.getAttribute("mode") !== "page" || this.#turn?.lang !== code) return;
        Object.assign(document.documentElement, { lang: code, dir: this.#turn.dir });
        const url = new URL(location);
        url.searchParams.set("lang", code);
        history.replaceState(null, "", url);
      });
    }

    // ------------------------------------------------ showing a turn

    #show(turn) {
      const inside = this.#inside || this.shadowRoot.activeElement !== null;
      this.#inside = false;
      this.#turn = turn;
      this.#said.set(turn.item?.id ?? "", turn.messages);
      this.#dressTongue();
      this.#progress(turn.progress);
      this.#write();
      this.#result(turn);
      this.#dock();
      if (inside) this.#focusDock();
      this.#toEnd();
    }

    #progress({ done, total }) {
      const { track, bar } = this.#parts;
      const complete = this.#turn.status === "complete";
      bar.style.inlineSize = `${complete ? 100 : Math.round((100 * done) / Math.max(total, 1))}%`;
      track.setAttribute("aria-valuemax", total);
      track.setAttribute("aria-valuenow", complete ? total : done);
      track.setAttribute("aria-valuetext", this.#say("step", { a: Math.min(done + (complete ? 0 : 1), total), b: total }));
    }

    /** The transcript as a list of entries: what was said, asked and answered, in order. */
    #entries() {
      const { history, item, messages } = this.#turn;
      const entries = [];
      const said = (list) => list.forEach((message) => entries.push({ kind: "shop", text: message.text }));
      const pending = this.#pending;
      for (const past of history) {
        const changed = pending?.item_id === past.item_id;
        said(this.#said.get(past.item_id) ?? []);
        entries.push({ kind: "ask", id: past.item_id, text: past.question });
        entries.push({ kind: "mine", id: past.item_id, text: changed ? pending.words : past.answer, held: changed, question: past.question });
      }
      said(messages);
      if (item && pending?.item_id === item.id) {
        entries.push({ kind: "ask", id: item.id, text: item.text });
        entries.push({ kind: "mine", id: item.id, text: pending.words, held: true, question: item.text });
      }
      return entries;
    }

    /** Bring the log to the present entries: keep what is the same, add what is new, and stay silent when the past
     *  was rewritten (a screen reader then reads the question with the focus, not the whole log again). */
    #write() {
      const { log, chat } = this.#parts;
      const entries = this.#entries();
      const old = [...log.children];
      const same = (node, entry) => node?.kind === entry.kind && node.ref === entry.id && (entry.kind === "mine" || node.said === entry.text);
      let kept = 0;
      while (kept < entries.length && same(old[kept], entries[kept])) this.#paint(old[kept], entries[kept++]);
      const rewritten = kept === 0 || kept < old.length;
      old.slice(kept).forEach((node) => node.remove());
      log.setAttribute("aria-live", rewritten ? "off" : "polite");
      for (const entry of entries.slice(kept)) {
        const node = this.#entry(entry);
        this.#paint(node, entry);
        if (!rewritten) node.classList.add("new");
        log.append(node);
      }
      const complete = this.#turn.status === "complete";
      const last = this.#turn.messages.length;
      [...log.children].forEach((node, at, all) => node.classList.toggle("past", complete && at < all.length - last));
      chat.classList.toggle("whole", complete);
      chat.classList.toggle("bye", complete && !this.#hasCard);
      this.#folding(complete);
    }

    #entry({ kind, id, text }) {
      const node =
        kind === "mine"
          ? button("mine", { "aria-live": "off", onclick: () => this.#change(id) }, h("span.unseen"), h("bdi"), icon("pen"))
          : // A question was read with its choices when they got the focus: here it stays silent.
            h(`p.${kind}`, { tabindex: "-1", "aria-live": kind === "ask" ? "off" : null }, text);
      return Object.assign(node, { kind, ref: id, said: text });
    }

    #paint(node, { kind, id, text, held, question }) {
      if (kind !== "mine") return;
      const skipped = text === "" || text === null;
      const [unseen, words] = node.children;
      unseen.textContent = `${this.#say("you")}: `;
      words.textContent = skipped ? this.#say("skipped") : text;
      node.setAttribute("aria-label", `${this.#say("you")}: ${words.textContent}. ${question} ${this.#say("change")}`);
      node.classList.toggle("none", skipped);
      node.classList.toggle("held", Boolean(held));
      node.classList.toggle("editing", this.#editing?.item_id === id);
    }

    get #hasCard() {
      const { result } = this.#turn;
      return Boolean(result && (result.outcome || result.products.length));
    }

    #folding(complete) {
      const { fold, log } = this.#parts;
      const count = this.#turn.history.length;
      fold.hidden = !complete || count === 0;
      if (fold.hidden) return log.classList.remove("folded");
      if (!fold.hasAttribute("aria-expanded")) fold.setAttribute("aria-expanded", "false");
      log.classList.toggle("folded", fold.getAttribute("aria-expanded") === "false");
      fold.replaceChildren(this.#say("answers", { n: count }), icon("down"));
    }
    #unfold() {
      const { fold } = this.#parts;
      fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") === "false"));
      this.#folding(true);
    }

    #wait(on) {
      this.#parts.wait.hidden = !on;
      if (on) this.#toEnd();
    }

    /** Bring what is to be answered into sight; when it is taller than the room, its beginning. */
    #toEnd() {
      const { scroll, after, stage, chat, foot } = this.#parts;
      requestAnimationFrame(() => {
        const behavior = calm() ? "auto" : "smooth";
        const complete = this.#turn?.status === "complete" && !this.#editing;
        const from = (complete ? after : stage).offsetTop - scroll.offsetTop;
        const bottom = scroll.scrollHeight - scroll.clientHeight;
        scroll.scrollTo({ top: complete ? Math.max(0, from - 72) : Math.min(bottom, Math.max(0, from - 12)), behavior });
        // An inline chat grows with the conversation: follow it on the page, but only for someone who is answering.
        if (!this.#bubble && chat.contains(this.shadowRoot.activeElement)) {
          (complete ? chat : foot).scrollIntoView({ block: complete ? "start" : "nearest", behavior });
        }
      });
    }

    #focusDock() {
      const { dock, stage, after, chat, log } = this.#parts;
      const coarse = matchMedia("(pointer: coarse)").matches;
      const heading = this.#turn?.status === "complete" && !this.#editing ? after.querySelector("h3") ?? log.lastElementChild : null;
      // On a phone a field that takes the focus by itself would throw the keyboard over the question.
      const field = coarse ? null : dock.querySelector(".answer textarea, .answer input");
      const target = heading || stage.querySelector(".choice[tabindex='0'],.solid") || field || stage.querySelector(".lead h3") || chat.querySelector(".tool");
      target?.focus({ preventScroll: true });
    }

    // ------------------------------------------------ changing an earlier answer

    #change(id) {
      if (this.#pending || this.#busy) return;
      const past = this.#turn.history.find((entry) => entry.item_id === id);
      if (past?.item) this.#edit(past);
    }

    #edit(past) {
      this.#editing = past;
      this.#write();
      this.#dock();
      this.#focusDock();
      this.#toEnd();
    }

    // ------------------------------------------------ the dock: choices and the field

    #dock() {
      const { dock, stage } = this.#parts;
      const past = this.#editing;
      const item = past ? past.item : this.#turn.item;
      stage.replaceChildren();
      dock.replaceChildren();
      if (!item) return;
      stage.append(
        h("div.lead", {},
          past ? h("small", {}, this.#say("changing")) : null,
          h("h3", { id: "ask", tabindex: "-1" }, item.text),
          item.help ? h("p.help", {}, item.help) : null),
        this.#controls(item, past?.value),
        h("p.bad", { role: "alert" }),
      );
      dock.append(this.#foot(item, past));
    }

    #controls(item, value) {
      if (item.type === "multiple") return this.#multiple(item, value);
      if (item.type === "rating" || item.type === "nps") return this.#scale(item, value);
      if (item.options?.length) return this.#radios(item, value, this.#choicesClass(item));
      if (item.type === "statement") {
        return h("div.group", {}, button("solid", { onclick: () => this.#answer(item, null, "") }, this.#say("next")));
      }
      return "";
    }

    #choicesClass(item) {
      const longest = Math.max(...item.options.map((option) => option.label.length));
      return longest > (item.type === "multiple" ? 12 : 18) ? "choices.long" : "choices";
    }

    /** One of several: arrows move along the direction of reading, Enter, Space or a tap sends. */
    #radios(item, value, look) {
      const group = h(`div.group.${look}`, { role: "radiogroup", "aria-labelledby": "ask", "aria-required": String(item.required) });
      const chosen = item.options.findIndex((option) => option.id === String(value));
      item.options.forEach((option, at) => {
        const send = () => this.#answer(item, this.#coded(item, option.id), option.label);
        group.append(
          button("choice", { role: "radio", "aria-checked": String(at === chosen), tabindex: at === Math.max(chosen, 0) ? "0" : "-1", "data-id": option.id, onclick: send },
            this.#picture(option), h("span", {}, option.label)),
        );
      });
      group.addEventListener("keydown", (event) => this.#arrows(event, group));
      return group;
    }
    #coded(item, id) {
      return item.type === "rating" || item.type === "nps" ? Number(id) : id;
    }
    #picture(option) {
      return option.image ? this.#image(option.image, "img") : null;
    }

    #arrows(event, group) {
      const all = [...group.querySelectorAll(".choice")];
      const at = all.indexOf(event.target.closest(".choice"));
      const along = getComputedStyle(group).direction === "rtl" ? -1 : 1;
      const step = { ArrowRight: along, ArrowLeft: -along, ArrowDown: 1, ArrowUp: -1 }[event.key];
      const to = step ? (at + step + all.length) % all.length : { Home: 0, End: all.length - 1 }[event.key];
      if (at < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      all.forEach((choice, index) => {
        choice.tabIndex = index === to ? 0 : -1;
        if (choice.getAttribute("role") === "radio") choice.setAttribute("aria-checked", String(index === to));
      });
      all[to].focus();
    }

    #scale(item, value) {
      const group = this.#radios(item, value, item.type === "nps" || item.options.length > 7 ? "scale.nps" : "scale");
      if (!group.classList.contains("nps")) group.style.setProperty("--columns", item.options.length);
      const first = group.firstElementChild;
      const last = group.lastElementChild;
      if (item.low) first.setAttribute("aria-label", `${item.options[0].label}, ${item.low}`);
      if (item.high) last.setAttribute("aria-label", `${item.options.at(-1).label}, ${item.high}`);
      const end = (which) => (item[which] ? h(`span.${which}`, { "aria-hidden": "true" }, item[which]) : null);
      return h(`div.ends${group.classList.contains("nps") ? ".wraps" : ""}`, {}, group, end("low"), end("high"));
    }

    /** Several of them: taps toggle, a button confirms; limits are said in words. */
    #multiple(item, value) {
      const chosen = new Set(value ?? []);
      const least = Math.max(item.min ?? 1, item.required ? 1 : 0);
      const most = item.max ?? item.options.length;
      const limits = [least > 1 && this.#say("atLeast", { n: least }), most < item.options.length && this.#say("atMost", { n: most })].filter(Boolean);
      const said = h("span.say", { id: "limits", role: "status" }, limits.join(" · ") || this.#say("any"));
      const list = h(`div.${this.#choicesClass(item)}`, {});
      const alone = (id) => item.options.find((option) => option.id === id)?.exclusive;
      const paint = () => {
        for (const choice of list.children) {
          const on = chosen.has(choice.dataset.id);
          const full = !on && chosen.size >= most && ![...chosen].some(alone) && !alone(choice.dataset.id);
          choice.setAttribute("aria-checked", String(on));
          choice.setAttribute("aria-disabled", String(full));
        }
      };
      const toggle = (option) => {
        if (this.#pending) return;
        this.#fault("");
        if (chosen.has(option.id)) chosen.delete(option.id);
        else if (option.exclusive) { chosen.clear(); chosen.add(option.id); }
        else {
          [...chosen].filter(alone).forEach((id) => chosen.delete(id));
          if (chosen.size >= most) return this.#fault(this.#say("atMost", { n: most }));
          chosen.add(option.id);
        }
        paint();
      };
      const confirm = () => {
        const picked = item.options.filter((option) => chosen.has(option.id));
        if (!picked.length && !item.required) return this.#answer(item, null, "");
        if (picked.length < least && !picked.some((option) => option.exclusive)) return this.#fault(this.#say("atLeast", { n: least }));
        this.#answer(item, picked.map((option) => option.id), picked.map((option) => option.label).join(this.#tongue === "ar" ? "، " : ", "));
      };
      item.options.forEach((option, at) =>
        list.append(button("choice", { role: "checkbox", "aria-checked": "false", tabindex: at ? "-1" : "0", "data-id": option.id, onclick: () => toggle(option) },
          h("span.box", { "aria-hidden": "true" }, icon("tick")), this.#picture(option), h("span", {}, option.label))));
      list.addEventListener("keydown", (event) => {
        if (event.key === "Enter") { event.preventDefault(); confirm(); } // Space toggles, Enter sends
        else this.#arrows(event, list);
      });
      paint();
      const group = h("div.group", { role: "group", "aria-labelledby": "ask", "aria-describedby": "limits" },
        list, h("div.confirm", {}, said, button("solid", { onclick: confirm }, this.#say("done"))));
      group.choose = toggle;
      return group;
    }

    /** The last line: back, the field that is always there, skip. */
    #foot(item, past) {
      const { history } = this.#turn;
      const before = past ? history[history.indexOf(past) - 1] : history.at(-1);
      const writing = !item.options?.length && item.type !== "statement";
      return h(`form.write${writing ? ".answer" : ".slim"}`, {
          novalidate: true,
          onsubmit: (event) => { event.preventDefault(); this.#typed(item, event.currentTarget); },
        },
        before ? button("tool", { "aria-label": this.#say("back"), title: this.#say("back"), onclick: () => this.#edit(before) }, icon("back")) : null,
        item.type === "statement" ? null : this.#field(item, writing, past?.value),
        past ? button("tool", { onclick: () => this.#edit(null) }, this.#say("keep"))
          : !item.required && item.type !== "statement" ? button("tool", { onclick: () => this.#answer(item, null, "") }, this.#say("skip")) : null,
      );
    }

    #field(item, writing, value) {
      const long = item.type === "long_text";
      const input = h(long ? "textarea" : "input", {
        "aria-labelledby": writing ? "ask" : null,
        "aria-label": writing ? null : this.#say("type"),
        placeholder: this.#say(writing ? "answer" : "type"),
        autocomplete: "off", enterkeyhint: "send", rows: long ? 3 : null,
        inputmode: item.type === "number" ? "decimal" : null,
        "aria-describedby": writing ? "count" : null,
      });
      if (writing && value !== undefined && value !== null) input.value = value;
      const send = h("button.tool", { type: "submit", "aria-label": this.#say("send") }, icon("send"));
      const count = h("p.count", { id: "count", role: "status" });
      const paint = () => {
        send.classList.toggle("ready", input.value.trim() !== "");
        // What is typed decides its own direction; an empty field keeps the chat's, for the words in it.
        if (input.value) input.dir = "auto";
        else input.removeAttribute("dir");
        const most = item.type === "number" ? null : item.max_length;
        const left = most ? most - [...input.value.trim()].length : Infinity;
        count.textContent = left < 0 ? this.#say("tooLong", { n: -left }) : writing && left <= Math.max(20, most / 10) ? this.#say("left", { n: left }) : "";
      };
      input.addEventListener("input", () => { this.#fault(""); paint(); });
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || !long) return;
        event.preventDefault();
        input.form.requestSubmit();
      });
      paint();
      return h("div.grow", {}, h("div.field", {}, input, send), count);
    }

    #typed(item, form) {
      const input = form.querySelector("input,textarea");
      const text = input?.value.trim() ?? "";
      if (this.#pending) return;
      if (!text) return item.required || item.options?.length ? this.#fault(this.#say("empty")) : this.#answer(item, null, "");
      if (item.options?.length) return this.#typedChoice(item, text, input);
      if (item.type === "number") return this.#typedNumber(item, text);
      const over = item.max_length ? [...text].length - item.max_length : 0;
      if (over > 0) return this.#fault(this.#say("tooLong", { n: over }));
      this.#answer(item, text, text);
    }

    #typedNumber(item, text) {
      const plain = digits(text).replace(/\s/g, "").replace(/,/g, ".");
      const number = Number(plain);
      const { min, max } = item;
      const key = min != null && max != null ? "between" : min != null ? "from" : max != null ? "upto" : "number";
      const out = !/^[-+]?\d+(\.\d+)?$/.test(plain) || (min != null && number < min) || (max != null && number > max);
      if (out) return this.#fault(this.#say(key, { a: min, b: max }));
      this.#answer(item, Number.isInteger(number) ? number : plain, text);
    }

    #typedChoice(item, text, input) {
      if (item.type !== "multiple") {
        const option = meant(text, item);
        return option ? this.#answer(item, this.#coded(item, option.id), option.label) : this.#fault(this.#say("noMatch"));
      }
      const options = text.split(/[,،;؛+]|\s(?:and|و)\s/).map((part) => meant(part, item));
      if (options.some((option) => !option)) return this.#fault(this.#say("noMatch"));
      const group = this.#parts.stage.querySelector(".group");
      options.filter((option) => group.querySelector(`[data-id="${CSS.escape(option.id)}"]`).ariaChecked !== "true").forEach(group.choose);
      input.value = "";
    }

    /** While an answer is on its way its choice stays marked, and nothing else can be chosen. */
    #freeze() {
      const { value } = this.#pending;
      this.#parts.stage.querySelectorAll(".choice").forEach((choice) => {
        const on = [].concat(value).map(String).includes(choice.dataset.id);
        choice.setAttribute("aria-checked", String(on));
        choice.setAttribute("aria-disabled", String(!on));
      });
    }

    // ------------------------------------------------ result and contact

    #result(turn) {
      const { after, fold } = this.#parts;
      if (turn.status !== "complete") {
        fold.removeAttribute("aria-expanded");
        return after.replaceChildren();
      }
      const { result, contact } = turn;
      after.replaceChildren(
        ...(this.#hasCard ? [this.#card(result)] : []),
        ...(contact ? [this.#contact(contact)] : []),
      );
    }

    #card({ title, text, reasons = [], products = [] }) {
      const part = (heading, list) => h("div.part", {}, h("h4", {}, this.#say(heading)), list);
      const crown = icon("star");
      return h("article.card", { "aria-labelledby": "outcome" },
        h("div.crown", {}, crown, title ? h("small", {}, this.#say("result")) : null,
          title ? h("h3", { id: "outcome", tabindex: "-1" }, title) : null, text ? h("p", {}, text) : null),
        reasons.length ? part("why", h("ul.why", {}, ...reasons.map((reason) => h("li", {}, icon("tick"), h("span", {}, reason))))) : null,
        products.length ? part("picks", h("ul.goods", {}, ...products.map((product) => this.#product(product)))) : null,
        h("div.ends-card", {},
          button("plain", { onclick: (event) => this.#share(title, event.currentTarget) }, icon("share"), h("span", {}, this.#say("share"))),
          button("plain", { onclick: () => this.restart() }, icon("again"), this.#say("again"))));
    }

    #product({ id, name, text, price_text, image, url }) {
      const link = url && safe(url);
      return h("li.good", {},
        this.#image(/[/.]/.test(image) ? image : `${this.#base}/widget/pictures/${image || "box"}/${id}.svg`, "img.pic"),
        h("b", {}, h("bdi", {}, name)),
        text ? h("span.what", {}, text) : null,
        h("span.buy", {},
          price_text ? h("bdi.price", {}, price_text) : h("span"),
          link ? h("a", { href: link, "aria-label": `${this.#say("view")}: ${name}` }, this.#say("view")) : null));
    }

    /** A picture, or where it is missing a calm tile. */
    #image(address, look) {
      const tile = h(look.replace("img", "span"), { "aria-hidden": "true" });
      const image = h(look, { alt: "", loading: "lazy", decoding: "async", src: safe(address) });
      image.addEventListener("error", () => image.replaceWith(tile));
      return image;
    }

    async #share(title, pressed) {
      const url = `${this.#base}/q/${encodeURIComponent(this.#quiz)}?lang=${this.#turn.lang}`;
      const text = title ? `${this.#turn.title}: ${title}` : this.#turn.title;
      try {
        if (navigator.share) await navigator.share({ title: this.#turn.title, text, url });
        else {
          await navigator.clipboard.writeText(`${text}\n${url}`);
          pressed.lastChild.textContent = this.#say("copied");
        }
      } catch {
        // the person closed the share sheet, or the clipboard is not allowed: nothing to say
      }
    }

    /** The offer to leave one address, with its own consent box, never ticked beforehand. */
    #contact({ channels, text, consent, done }) {
      if (done) {
        return h("div.contact", {}, h("p", { role: "status", tabindex: "-1" }, icon("tick"), ` ${this.#say("saved")}`));
      }
      const part = (channel) => {
        const kind = CONSENT[channel];
        const wording = consent?.[kind];
        return h("div.by", { "data-by": channel },
          h("label", { for: channel }, this.#say(channel)),
          h("div.field", {}, h("input", { id: channel, type: channel === "email" ? "email" : "tel", dir: "ltr",
            autocomplete: channel === "email" ? "email" : "tel", maxlength: "254", "aria-describedby": "contact-bad" })),
          wording ? h("label.tick", {}, h("input", { type: "checkbox" }), h("span", {}, wording)) : null);
      };
      const parts = channels.map(part);
      const pick = (chosen) => {
        parts.forEach((one) => (one.hidden = one.dataset.by !== chosen));
        switches.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.to === chosen)));
      };
      const switches = channels.map((channel) => button("plain", { "data-to": channel, onclick: () => pick(channel) }, this.#say(channel)));
      const form = h("form.contact", { novalidate: true, "aria-label": text, onsubmit: (event) => {
          event.preventDefault();
          this.#identify(form, parts.find((one) => !one.hidden));
        } },
        h("p", {}, text), channels.length > 1 ? h("div.switch", {}, ...switches) : null, ...parts,
        h("p.bad", { id: "contact-bad", role: "alert" }),
        h("button.solid", { type: "submit" }, this.#say("stay")));
      pick(channels[0]);
      return form;
    }

    async #identify(form, part) {
      if (this.#busy) return;
      const channel = part.dataset.by;
      const [input, box] = part.querySelectorAll("input");
      const bad = form.querySelector(".bad");
      const address = channel === "phone" ? digits(input.value.trim()) : input.value.trim();
      bad.textContent = address ? "" : this.#say("address");
      if (!address) return input.focus();
      const consent = { [CONSENT[channel]]: box?.checked ?? false };
      this.#busy = true;
      try {
        const turn = await call(`${this.#response}/identify`, { [channel]: address, consent });
        this.#show(turn);
        this.#parts.after.querySelector(".contact [tabindex]")?.focus();
        this.#emit("identify", { channel, consent });
      } catch (problem) {
        bad.textContent = this.#say(problem.passing ? "notSent" : channel === "email" ? "badEmail" : "badPhone");
        this.#emit("error", { code: problem.code, message: problem.message });
      } finally {
        this.#busy = false;
      }
    }

    // ------------------------------------------------ inline: begin when seen; bubble: launcher and panel

    #whenSeen(run) {
      if (!("IntersectionObserver" in window) || this.getAttribute("mode") === "page") return run();
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        run();
      }, { rootMargin: "200px" });
      observer.observe(this.#parts.chat);
      this.#watch.push(() => observer.disconnect());
    }

    #launcher() {
      const label = this.getAttribute("label") || this.#say("open");
      const launch = button("launch", { "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => this.open() }, icon("chat"), h("span", {}, label));
      const panel = h("dialog.panel", { "aria-labelledby": "title" }, this.#parts.chat);
      panel.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
      panel.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
      Object.assign(this.#parts, { launch, panel });
      this.shadowRoot.append(launch, panel);
      let frame = 0;
      const look = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(() => this.#makeWay()); };
      const quiet = { passive: true, capture: true };
      addEventListener("scroll", look, quiet);
      addEventListener("resize", look, quiet);
      this.#watch.push(() => { removeEventListener("scroll", look, quiet); removeEventListener("resize", look, quiet); });
      look();
    }

    /** Keep off the page's own buttons: rise above a bar that stays in place; step aside from anything that scrolls
     *  by, until it has passed. */
    #makeWay() {
      const { launch } = this.#parts;
      if (launch.hidden) return;
      const rise = (lift) => {
        launch.classList.remove("away");
        launch.style.transform = lift ? `translateY(-${lift}px)` : "";
        return this.#covered(launch.getBoundingClientRect());
      };
      const found = rise(0);
      if (!found) return;
      if (stays(found) && [64, 96, 144, 208].some((lift) => !rise(lift))) return;
      rise(0);
      launch.classList.add("away");
    }

    /** The first control of the page under a box. A large link, such as a whole product card, can still be hit beside
     *  it and does not count. */
    #covered(box) {
      const xs = [box.left - 4, (box.left + box.right) / 2, box.right + 4];
      const ys = [box.top - 4, (box.top + box.bottom) / 2, box.bottom + 4];
      for (const x of xs) {
        for (const y of ys) {
          for (const found of document.elementsFromPoint(x, y)) {
            const control = found !== this && found.closest("a[href],button,input,select,textarea,label,summary,[role=button],firasa-quiz");
            if (control && !(control.localName === "a" && control.offsetHeight > 120)) return control;
          }
        }
      }
      return null;
    }
  }

  if (!customElements.get("firasa-quiz")) customElements.define("firasa-quiz", FirasaQuiz);

  // The one-line embed: the script's own data attributes become the element's.
  if (SCRIPT?.dataset.quiz) {
    const element = document.createElement("firasa-quiz");
    for (const [name, value] of Object.entries(SCRIPT.dataset)) {
      element.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
    }
    if (element.getAttribute("mode") === "bubble") {
      const mount = () => document.body.append(element);
      if (document.body) mount();
      else addEventListener("DOMContentLoaded", mount);
    } else SCRIPT.after(element);
  }
})();
