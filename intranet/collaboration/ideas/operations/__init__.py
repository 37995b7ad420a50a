"""Operations on ideas and boxes, each in a transaction."""
