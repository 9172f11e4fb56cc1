"""The whole walk, in order."""

from server.tour import arriving, big_day, every_day, gift, growing, letter, looking, milk, rights, seeing, shopping
from server.tour.people import Cast
from server.tour.story import Story


def walk(story: Story, cast: Cast) -> None:
    """Every step. Raises `StepFailed`."""
    story.tell(f"Today's mother is “{cast.person}”; her phone is {cast.phone}. The service is at {cast.place.url}.")
    arriving.login(story, cast)
    arriving.consent(story, cast)
    arriving.phone(story, cast)
    codes = shopping.card(story, cast)
    shopping.purchase(story, cast, codes)
    shopping.ledger(story, cast)
    gift.first_gift(story, cast)
    every_day.sign_in(story, cast)
    every_day.survey(story, cast)
    every_day.coupon(story, cast)
    big_day.flash(story, cast)
    big_day.parcel(story, cast)
    letter.letter(story, cast)
    child, newborn = letter.children(story, cast)
    growing.growth(story, cast, child)
    growing.vaccinations(story, cast, newborn)
    milk.milk(story, cast, child)
    milk.home(story, cast, child)
    father = seeing.relative(story, cast, child)
    expert, opened = looking.who_looked(story, cast, child)
    seeing.withdrawal(story, cast, father, child, expert=expert, opened=opened)
    seeing.ending(story, cast)
    rights.copy(story, cast)
    rights.second_thoughts(story, cast)
