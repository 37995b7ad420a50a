"""Operations on models: offering, changing, using."""
