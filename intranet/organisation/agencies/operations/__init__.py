"""Operations of administrators on the organisation, one transaction each."""
