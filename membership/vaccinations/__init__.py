"""Vaccinations: the plan, what was given, what comes next."""
