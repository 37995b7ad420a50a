"""Rules for passwords: refuse short ones, and those that attackers try first."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.text import fold

MIN_LENGTH = 8
MAX_LENGTH = 256
ALWAYS_UNCOMMON_LENGTH = 20
FEW_CHARACTERS = 3
DATA = Path(__file__).parent / "data"
# Passwords common in the interface's languages, and worldwide (see data/NOTICE.md).
LISTS = (DATA / "common_passwords.txt", DATA / "worldwide_passwords.txt")
MIN_WORD_LENGTH = 3
AROUND = "0123456789!?.,:;*+-_#$%&@/()= "
ROWS = ("qwertyuiop", "asdfghjklñ", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
COLUMNS = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
INSTEAD = str.maketrans("@4301!5$7", "aaeoiisst")


def check_password(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse a new password that is easy to guess. Spaces and all kinds of symbols are allowed.

    Args:
        about: what others know of the person: name, e-mail, staff number.
        field: the name of the form's field.

    Raises:
        Invalid: it is too short, too long, common, or made of words in `about`.
    """
    if reason := why_refused(password, about):
        raise Invalid({field: reason})


def why_refused(password: str, about: tuple[str, ...] = ()) -> Words | None:
    """Return why a new password is refused, in words for the person; None if it is not."""
    if len(password) < MIN_LENGTH:
        return _l("Use at least %(count)s characters.", count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return _l("Use at most %(count)s characters.", count=MAX_LENGTH)
    if _is_known(password, about):
        return _l("This password is based on your name or e-mail address, so it is easy to guess.")
    if is_common(password):
        return _l("This is a very common password. Choose another one.")
    return None


def is_common(password: str) -> bool:
    """Return whether a password is one of those that attackers try first.

    Digits and symbols around a common word change nothing, nor do digits in place of letters,
    unless the whole is long.
    """
    plain = password.casefold().replace(" ", "")
    if len(password) >= ALWAYS_UNCOMMON_LENGTH:
        return plain in common_stems()
    few, runs = len(set(plain)) <= FEW_CHARACTERS, _runs(plain) >= len(plain) - FEW_CHARACTERS
    if few or runs:  # "12121212", "qwerty12"
        return True
    forms = {plain, plain.translate(INSTEAD)}
    forms |= {form.strip(AROUND) for form in forms} | {plain.strip(AROUND).translate(INSTEAD)}
    forms |= {form[::-1] for form in forms}
    return any(form in common_stems() or _is_doubled(form) for form in forms)


@cache
def common_stems() -> frozenset[str]:
    """Return the words that attackers try first, in lower case."""
    lines = [line for path in LISTS for line in path.read_text(encoding="utf-8").splitlines()]
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_known(password: str, about: tuple[str, ...]) -> bool:
    """Return whether a password consists only of known words, in any order or reversed."""
    known = {word for text in about for word in fold(text).split()}
    words = {word for word in known if len(word) >= MIN_WORD_LENGTH}
    words |= {word[::-1] for word in words}
    between = known | {word[0] for word in known}
    plain = password.casefold()
    forms = (fold(form).replace(" ", "") for form in (plain, plain.translate(INSTEAD)))
    return any(_is_made_of(form, words, between) for form in forms)


def _is_made_of(text: str, words: set[str], between: set[str]) -> bool:
    """Return whether a text consists of these words, with digits, initials and short words."""
    if not any(word in text for word in words):
        return False
    parts = words | between
    is_end = [True]  # whether the text before each position consists of these parts
    for end in range(1, len(text) + 1):
        is_digit = is_end[-1] and text[end - 1].isdigit()
        is_end.append(
            is_digit
            or any(
                len(part) <= end and is_end[end - len(part)] and text.endswith(part, 0, end)
                for part in parts
            )
        )
    return is_end[-1]


def _is_doubled(text: str) -> bool:
    """Return whether a text is a common word written twice."""
    half, odd = divmod(len(text), 2)
    return not odd and text[:half] == text[half:] and text[:half] in common_stems()


def _runs(text: str) -> int:
    """Count the characters that follow their neighbour on the keyboard or in the alphabet."""
    lines = (*ROWS, *COLUMNS)
    near = {pair for line in lines for pair in (*pairwise(line), *pairwise(line[::-1]))}
    return sum(pair in near or pair[0] == pair[1] for pair in pairwise(text)) + 1
