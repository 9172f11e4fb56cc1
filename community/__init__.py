"""THE CIRCLE OF MOTHERS: posts, comments, feed, moderation, leaderboards. Nobody has moved in yet. No HTTP here."""
