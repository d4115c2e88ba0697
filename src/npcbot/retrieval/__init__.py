"""From a question to passages: what it narrows to, both searches, their fusion, the answering sentence, confidence."""
