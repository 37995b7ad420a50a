"""How many are asked at once, how often, and how much one person."""

from datetime import timedelta

AT_ONCE = 3
"""So many are asked at once."""
ROUNDS = 4
WORKING_DAYS = 2
"""After so many without an answer a few more are asked."""
A_WEEK = 2
"""So many questions a week somebody is asked who takes questions and did not say how many."""
A_WEEK_AT_MOST = 20
WEEK = timedelta(days=7)
A_DAY = 10
"""So many questions somebody asks in a day."""
