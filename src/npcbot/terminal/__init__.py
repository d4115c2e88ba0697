"""The terminal: the commands of ``npcbot``, and how answers look there."""
