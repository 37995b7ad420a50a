"""A whole country of data, loaded in bulk: agencies, people, messages and publications."""
