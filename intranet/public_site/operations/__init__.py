"""Operations of the public site: propose, approve, take off, pause, describe."""
