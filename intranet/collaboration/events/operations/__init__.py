"""Operations on events: plan, change, cancel, answer, write minutes."""
