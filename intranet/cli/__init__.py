"""The commands of `intranet`: run it, prepare it, look after it, and develop it."""
