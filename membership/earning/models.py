"""Tables: Earning: the ways to earn points, as registered classes, and the rules that set them."""
