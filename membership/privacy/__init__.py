"""Her rights and the time limits: export, deletion, retention."""
