"""The ledger as a few lines of plain Python, to compare the real one with."""

from dataclasses import dataclass, field

GRACE_DAYS = 30


@dataclass
class ModelLot:
    owner: str
    key: str
    remaining: int
    days_left: int | None
    pending: bool

    @property
    def overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass
class Model:
    """Two members, their lots in the order in which they were granted, and what they owe."""

    lots: list[ModelLot] = field(default_factory=list)
    debts: dict[str, int] = field(default_factory=dict)
    spendings: list[tuple[str, list[tuple[ModelLot, int]]]] = field(default_factory=list)

    def live(self, owner: str) -> list[ModelLot]:
        """What has something left: soonest to expire first, for ever last, pending ones after all others."""
        mine = [lot for lot in self.lots if lot.owner == owner and lot.remaining]
        return sorted(mine, key=lambda lot: (lot.pending, lot.days_left is None, lot.days_left or 0))

    def balance(self, owner: str) -> int:
        return sum(lot.remaining for lot in self.live(owner))

    def expire(self, owner: str) -> None:
        for lot in self.live(owner):
            if lot.overdue:
                lot.remaining = 0

    def take(self, lots: list[ModelLot], amount: int) -> list[tuple[ModelLot, int]]:
        taken = []
        for lot in lots:
            part = min(lot.remaining, amount)
            if part:
                lot.remaining -= part
                amount -= part
                taken.append((lot, part))
        return taken

    def repay(self, owner: str, lots: list[ModelLot]) -> None:
        self.debts[owner] -= sum(part for _, part in self.take(lots, self.debts[owner]))

    def grant(self, owner: str, key: str, amount: int, days_left: int | None, pending: bool) -> None:
        self.lots.append(ModelLot(owner, key, amount, days_left, pending))
        self.repay(owner, self.lots[-1:])

    def spend(self, owner: str, key: str, amount: int) -> bool:
        lots = [lot for lot in self.live(owner) if not lot.pending and not lot.overdue]
        if sum(lot.remaining for lot in lots) < amount:
            return False
        self.expire(owner)
        self.spendings.append((key, self.take(lots, amount)))
        return True

    def give_back(self, owner: str, number: int) -> None:
        self.expire(owner)
        _, parts = self.spendings.pop(number)
        returned = [(lot, amount) for lot, amount in parts if not lot.overdue]
        late = sum(amount for lot, amount in parts if lot.overdue)
        if late:
            self.lots.append(ModelLot(owner, "", 0, GRACE_DAYS, pending=False))
            returned.append((self.lots[-1], late))
        returned.sort(key=lambda part: (part[0].days_left is None, part[0].days_left or 0))
        debt = self.debts[owner]
        for lot, amount in returned:
            repaid = min(debt, amount)
            debt -= repaid
            lot.remaining += amount - repaid
        self.debts[owner] = debt

    def take_back(self, owner: str, key: str, amount: int) -> None:
        self.expire(owner)
        lots = sorted(self.live(owner), key=lambda lot: lot.key != key)
        self.debts[owner] += amount - sum(part for _, part in self.take(lots, amount))

    def move_all(self, old: str, new: str) -> None:
        self.expire(old)
        self.expire(new)
        for lot in self.lots:
            if lot.owner == old:
                lot.owner = new
        self.debts[new] += self.debts[old]
        self.debts[old] = 0
        self.repay(new, self.live(new))

    def let_a_day_pass(self) -> None:
        for lot in self.lots:
            if lot.days_left is not None:
                lot.days_left -= 1
