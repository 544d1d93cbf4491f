"""A small quiz with every kind of step, built by hand."""

from service.domain.conditions import Leaf
from service.domain.money import Money
from service.domain.quiz import Branch, Contact, Item, Option, Outcome, Product, Quiz
from service.domain.text import Text


def text(en: str, ar: str = "") -> Text:
    return Text({"en": en, "ar": ar or f"{en} (ع)"})


SKIN = Item(
    id="skin",
    type="single",
    text=text("How is your skin?", "كيف بشرتك؟"),
    options=(
        Option(
            "dry", text("Dry", "جافة"), scores={"care": 2}, points={"calm": 2}, votes={"cream": 2}, tags=("skin-dry",)
        ),
        Option(
            "oily",
            text("Oily", "دهنية"),
            scores={"care": -1},
            points={"fresh": 2},
            excludes=("calm",),
            tags=("skin-oily",),
        ),
    ),
    goto=(Branch("budget", Leaf("answer.skin", "eq", "oily")),),
)
DRY_HELP = Item(
    id="tight",
    type="yes_no",
    text=text("Does it feel tight?"),
    options=(Option("yes", text("Yes")), Option("no", text("No"))),
)
HINT = Item(id="hint", type="statement", text=text("Nearly there."))
GOALS = Item(
    id="goals",
    type="multiple",
    text=text("What matters?"),
    minimum=1,
    maximum=2,
    options=(
        Option("glow", text("Glow"), points={"fresh": 1}),
        Option("calm", text("Calm"), points={"calm": 1}),
        Option("sun", text("Sun")),
        Option("none", text("None of these"), exclusive=True),
    ),
    when=Leaf("answer.skin", "eq", "dry"),
)
BUDGET = Item(id="budget", type="rating", text=text("How much does price matter?"), scores={"price": 1})
WISH = Item(id="wish", type="short_text", text=text("Anything else?"), required=False)

QUIZ = Quiz(
    id="sample",
    kind="quiz",
    title=text("Sample"),
    welcome=text("Hello", "أهلًا بك"),
    thanks=text("Thank you", "شكرًا"),
    items=(SKIN, DRY_HELP, HINT, GOALS, BUDGET, WISH),
    outcomes=(
        Outcome("calm", text("Calm care"), text("For calm skin"), products=("oil",)),
        Outcome("fresh", text("Fresh care"), text("For fresh skin")),
    ),
    fallback="calm",
    products=(
        Product("cream", text("Cream"), text("Soft"), Money(8900, "SAR")),
        Product("oil", text("Oil"), text("Golden"), Money(9500, "SAR")),
    ),
    contact=Contact(
        ("email", "phone"),
        text("Shall we send it?"),
        {"email": text("Yes, email me"), "sms": text("Yes, text me")},
    ),
    version=1,
)
