"""The staff's face: every path for the people who work here, one module per feature."""
