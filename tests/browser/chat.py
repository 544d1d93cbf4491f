"""Steps of a conversation with the chat, as a person sees it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Chat:
    """The chat on a page; ``mode`` tells it from others on the same page."""

    def __init__(self, page: Page, mode: str = "") -> None:
        self.page = page
        self.root = page.locator(f"firasa-quiz[mode={mode}]" if mode else "firasa-quiz").first
        self.question = self.root.locator("#ask")
        self.choices = self.root.locator(".stage .choice")
        self.answers = self.root.locator(".log .mine")
        self.note = self.root.locator(".note")
        self.fault = self.root.locator(".stage .bad")
        self.field = self.root.locator(".write :is(input, textarea)")

    def choice(self, name: str) -> Locator:
        """The choice that reads like this."""
        return self.choices.filter(has_text=name)

    def asks(self, text: str) -> None:
        """Wait until this is the question."""
        expect(self.question).to_have_text(text)

    def tap(self, name: str, then: str = "") -> None:
        """Choose; then wait for the next question."""
        self.choice(name).first.click()
        if then:
            self.asks(then)

    def done(self) -> None:
        """Confirm several choices."""
        self.root.locator(".confirm button").click()

    def write(self, text: str) -> None:
        """Type into the field and send with Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def finish(self, pick: int = 0) -> None:
        """Answer whatever is asked, with the choice at a position, until the end."""
        for _ in range(20):
            before = self.answers.count()
            self.question.or_(self.root.locator(".chat.whole")).first.wait_for()
            if self.root.locator(".chat.whole").count():
                return
            if self.root.locator(".confirm").count():
                self.choices.nth(pick).click()
                self.done()
                if self.fault.inner_text():  # it wants more than one
                    self.choices.nth(pick + 1).click()
                    self.done()
            elif self.choices.count():
                self.choices.nth(pick).click()
            else:
                self.write("3")
            self.root.locator(f".log .mine:not(.held) >> nth={before}").wait_for(state="attached")
        raise AssertionError("the conversation does not end")
