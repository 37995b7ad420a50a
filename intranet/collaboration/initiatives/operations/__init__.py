"""Operations on initiatives: describe them, change their stage, record their use."""
