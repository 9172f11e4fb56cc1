"""`python -m server.tour`: takes the tour; ends with 1 when a step fails."""

import os
import sys

from server.tour import chapters
from server.tour.people import Cast, find_place
from server.tour.story import StepFailed, Story


def main() -> int:
    story = Story()
    try:
        chapters.walk(story, Cast(story, find_place(os.environ)))
    except StepFailed as failure:
        story.failed(str(failure))
        return 1
    story.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
