"""Operations on people, one transaction each."""
