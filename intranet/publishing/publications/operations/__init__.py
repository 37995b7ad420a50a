"""Operations on publications: drafting, publishing, correcting, withdrawing, confirming."""
