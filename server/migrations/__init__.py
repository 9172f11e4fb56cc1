"""Tortoise's migrations. 0001 and 0002 come from the models (`make migration`); guards the ORM can't say are by hand."""
