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
    by_relative: bool = False

    @property
    def overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass
class Spending:
    owner: str
    key: str
    parts: list[tuple[ModelLot, int]]


@dataclass
class Model:
    """A few members, their lots in the order in which they were granted, and what they owe."""

    lots: list[ModelLot] = field(default_factory=list)
    debts: dict[str, int] = field(default_factory=dict)
    spendings: list[Spending] = field(default_factory=list)

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

    def grant(
        self,
        owner: str,
        key: str,
        amount: int,
        days_left: int | None,
        *,
        pending: bool = False,
        by_relative: bool = False,
    ) -> None:
        self.lots.append(ModelLot(owner, key, amount, days_left, pending, by_relative))
        self.repay(owner, self.lots[-1:])

    def spend(self, owner: str, key: str | None, amount: int) -> bool:
        """Whether there was enough. What has no key can't be given back."""
        lots = [lot for lot in self.live(owner) if not lot.pending and not lot.overdue]
        if sum(lot.remaining for lot in lots) < amount:
            return False
        self.expire(owner)
        parts = self.take(lots, amount)
        if key is not None:
            self.spendings.append(Spending(owner, key, parts))
        return True

    def give_back(self, spending: Spending) -> None:
        owner = spending.owner
        self.expire(owner)
        self.spendings.remove(spending)
        returned = [(lot, part) for lot, part in spending.parts if lot.owner == owner and not lot.overdue]
        gone = [(lot, part) for lot, part in spending.parts if lot.owner != owner or lot.overdue]
        if gone:
            days = [lot.days_left for lot, _ in gone if lot.days_left is not None]
            until = max(GRACE_DAYS, *days) if len(days) == len(gone) else None
            self.lots.append(ModelLot(owner, "", 0, until, pending=False))
            returned.append((self.lots[-1], sum(part for _, part in gone)))
        returned.sort(key=lambda part: (part[0].days_left is None, part[0].days_left or 0))
        for lot, part in returned:
            repaid = min(self.debts[owner], part)
            self.debts[owner] -= repaid
            lot.remaining += part - repaid

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
        for spending in self.spendings:
            if spending.owner == old:
                spending.owner = new
        self.debts[new] += self.debts[old]
        self.debts[old] = 0
        self.repay(new, self.live(new))

    def share_out(self, account: str, relative: str) -> None:
        self.expire(account)
        self.expire(relative)
        for lot in self.lots:
            if lot.owner == account and lot.by_relative and lot.remaining:
                lot.owner = relative
        self.repay(relative, self.live(relative))

    def let_a_day_pass(self) -> None:
        for lot in self.lots:
            if lot.days_left is not None:
                lot.days_left -= 1
