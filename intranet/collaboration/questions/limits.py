"""Limits on the people asked at a time, the rounds of a question, and questions per person."""

from datetime import timedelta

PEOPLE_PER_ROUND = 3
"""This many people are asked at a time."""
MAX_ROUNDS = 4
ROUND_WORKING_DAYS = 2
"""After this many working days without an answer, more people are asked."""
ASK_POST_AGAIN_AFTER = timedelta(hours=1)
"""After this time, people who have come to an addressed post since are asked."""
DEFAULT_PER_WEEK = 2
"""Questions a week for a person who takes questions and set no limit."""
MAX_PER_WEEK = 20
WEEK = timedelta(days=7)
MAX_ASKED_PER_DAY = 10
"""At most this many questions are asked by a person in a day."""
