"""Operations on questions and criteria."""
