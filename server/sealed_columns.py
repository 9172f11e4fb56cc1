"""The sealed columns of the whole house, as the data map names them, for the rotation of data keys."""

from server import data_map

SEALED_COLUMNS = tuple(data_map.whole().sealed_columns())
