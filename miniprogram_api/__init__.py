"""THE MOTHERS' FACE: every path that the mini-program may call, one module per screen or feature."""
