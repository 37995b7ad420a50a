"""Operations on polls, each in a transaction."""
