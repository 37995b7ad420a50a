"""Case files: chosen messages of a conversation as a document that says what it proves."""
