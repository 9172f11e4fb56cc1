"""THE BENEFITS: one folder per feature, lowest first: members, staff, stores, points, tiers … No HTTP here."""
