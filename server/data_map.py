"""The data map of the whole house: what every part says of its tables (`foundation.data_map` has the format)."""

import functools
from importlib import resources
from pathlib import Path

from foundation import data_map
from foundation.data_map import DataMap
from server import parts


@functools.cache
def whole() -> DataMap:
    """All of it. For the worker, commands and tests. Raises `DataMapError`."""
    return data_map.read(Path(str(resources.files(package))) / data_map.FILE for package in parts.DATA_MAPS)
