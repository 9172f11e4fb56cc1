"""Babies: children and pregnancies, who may see them, and the stage they are in."""
