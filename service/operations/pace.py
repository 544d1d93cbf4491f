"""How much goes into one transaction: few enough that everybody else soon gets their turn."""

from __future__ import annotations

from dataclasses import dataclass

from service.store.database import Turn

BUSY_SHARE = 0.4


@dataclass
class Pace:
    """An amount that follows the time it takes.

    :param seconds: how long a transaction should keep others out; BUSY_SHARE of it while others wait
    :param amount: how much goes into the next one
    """

    seconds: float
    amount: int
    least: int
    most: int

    def took(self, amount: int, turn: Turn) -> None:
        """Tell how the transaction with this much went; the next ones follow half of the way."""
        wanted = self.seconds * (BUSY_SHARE if turn.others_waited else 1)
        right = amount * wanted / max(turn.seconds, 0.0001)
        self.amount = max(self.least, min(self.most, round((self.amount + right) / 2)))
