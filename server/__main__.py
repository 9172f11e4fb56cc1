"""`python -m server …` is the `muying` command, also where the project is not installed."""

import sys

from server.cli import main

if __name__ == "__main__":
    sys.exit(main())
