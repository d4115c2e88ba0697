"""The Telegram bot: questions from chats, answers with their citations and buttons, documents that a chat adds.

An update is written down (``updates``), waits its turn (``order``), is handled (``handlers``), which asks the library
(``asking``) within what the chat may see (``access``), composes (``compose``) and sends (``outbox``).
"""
