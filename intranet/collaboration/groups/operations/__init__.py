"""Operations on groups: create and change them, join and leave, approve sharing."""
