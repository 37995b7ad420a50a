"""Which passwords are refused: short ones, and those that others would try first."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from intranet.core.errors import Invalid, Words
from intranet.core.i18n import _l
from intranet.core.text import fold

SHORTEST = 8
LONGEST = 256
LONG_ENOUGH = 20
FEW = 3
STEMS = Path(__file__).parent / "data" / "common_passwords.txt"
AROUND = "0123456789!?.,:;*+-_#$%&@/()= "
ROWS = ("qwertyuiop", "asdfghjklñ", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
COLUMNS = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
INSTEAD = str.maketrans("@4301!5$7", "aaeoiisst")


def check_password(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse a new password that would be guessed. Spaces and signs of all kinds are welcome.

    Args:
        about: what others know of the person: name, e-mail, staff number.
        field: the name of the form's field.

    Raises:
        Invalid: it is too short, too long, common, or made of what `about` says.
    """
    if reason := why_refused(password, about):
        raise Invalid({field: reason})


def why_refused(password: str, about: tuple[str, ...] = ()) -> Words | None:
    """What is wrong with a new password, in words for the person."""
    if len(password) < SHORTEST:
        return _l("Take at least %(count)s characters.", count=SHORTEST)
    if len(password) > LONGEST:
        return _l("Take at most %(count)s characters.", count=LONGEST)
    if _is_known(password, about):
        return _l("This is made of your name or address. Others would try it first.")
    if is_common(password):
        return _l("Many people use this password. Take another one.")
    return None


def is_common(password: str) -> bool:
    """Whether it is one of those tried first.

    Digits and signs around a common word change nothing, nor do digits in the place of letters,
    unless the whole is long.
    """
    plain = password.casefold().replace(" ", "")
    if len(password) >= LONG_ENOUGH:
        return plain in common_stems()
    few, runs = len(set(plain)) <= FEW, _runs(plain) >= len(plain) - FEW
    if few or runs:  # "12121212", "qwerty12"
        return True
    forms = (plain, plain.translate(INSTEAD))
    bare = {form.strip(AROUND) for form in forms} | {plain.strip(AROUND).translate(INSTEAD)}
    return any(form in common_stems() or _is_doubled(form) for form in bare)


@cache
def common_stems() -> frozenset[str]:
    """The words that are tried first, in lower case."""
    lines = STEMS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_known(password: str, about: tuple[str, ...]) -> bool:
    bare = fold(password.strip(AROUND)).replace(" ", "")
    words = {word for text in about for word in fold(text).split()}
    whole = {fold(text).replace(" ", "") for text in about}
    return bare in words | whole or fold(password).replace(" ", "") in whole


def _is_doubled(text: str) -> bool:
    """Whether it is a common word said twice."""
    half, odd = divmod(len(text), 2)
    return not odd and text[:half] == text[half:] and text[:half] in common_stems()


def _runs(text: str) -> int:
    """How many of its characters follow their neighbour on the keyboard or in the alphabet."""
    lines = (*ROWS, *COLUMNS)
    near = {pair for line in lines for pair in (*pairwise(line), *pairwise(line[::-1]))}
    return sum(pair in near or pair[0] == pair[1] for pair in pairwise(text)) + 1
