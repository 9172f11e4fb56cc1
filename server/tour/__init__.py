"""The tour: the main job over HTTP against the running service, told as a story (`python -m server.tour`).

A mother, a shop's till and a clerk walk from the first WeChat login to the first gift. Every walk is a new mother's,
so the tour can be taken again and again.
"""
