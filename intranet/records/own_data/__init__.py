"""Own data: what is stored of a person, taken by them in one file, and erased when they are."""
