"""Tables: Adjustments: points that a member of staff gives or takes by hand, with a reason and within limits."""
