"""The tour: the main job over HTTP against the running service, told as a story (`python -m server.tour`).

A mother, her family, a shop's till and the staff walk from the first WeChat login to the first gift, through the care
of her children, to the day on which she could leave. Every walk is a new mother's, so the tour can be taken again and
again.
"""
