"""Results as lines of text: what the terminal prints, and what the bot sends as a file."""
