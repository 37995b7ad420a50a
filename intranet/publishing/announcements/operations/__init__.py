"""Operations on announcements: recording confirmations, reminding and proving."""
