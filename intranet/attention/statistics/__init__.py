"""Showing that it lives: an agency's weeks in numbers, never of few people and never of one."""
