"""Measuring retrieval from outside: BEIR folders in, measures out; and how fast it all is."""
