"""The demonstration: eight invented agencies and their conversations, as data and its loader."""
