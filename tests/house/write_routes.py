"""Writes the route table anew: `python -m tests.house.write_routes`."""

from tests.house.test_routes import TABLE, _table

if __name__ == "__main__":
    TABLE.write_text(_table(), encoding="utf-8")
