"""Growth: what was measured, and where it lies among children of that age."""
