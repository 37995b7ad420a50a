"""Operations on providers and on the identities that they vouch for."""
