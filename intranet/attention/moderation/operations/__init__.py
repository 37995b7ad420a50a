"""Operations of moderation: report, decide, appeal, name moderators, write rules."""
