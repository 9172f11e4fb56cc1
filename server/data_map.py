"""The data map of the whole house: what every part says of its tables (`foundation.data_map` has the format)."""

import functools
from importlib import resources
from pathlib import Path

from foundation import data_map, data_map_files
from foundation.data_map import DataMap
from server import parts


@functools.cache
def whole() -> DataMap:
    """All of it. For the worker, commands and tests. Raises `DataMapError`."""
    folders = (Path(str(resources.files(package))) for package in parts.DATA_MAPS)
    return data_map_files.read(folder / data_map_files.FILE for folder in folders)


data_map.use(whole)
