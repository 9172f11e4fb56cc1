"""What is kept about a person."""

from foundation.data_map import PersonalData

PERSONAL_DATA: tuple[PersonalData, ...] = ()
