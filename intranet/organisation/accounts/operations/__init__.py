"""Operations on accounts and sign-ins by their owners and administrators, one transaction each."""
