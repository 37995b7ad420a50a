"""Weekly statistics of an agency, without numbers that could identify a person or a small group."""
