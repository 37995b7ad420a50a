"""The form of a rule."""

from typing import Annotated, Literal

from pydantic import Field

from intranet.messaging.messages.models import RULE_LIMIT
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Line
from intranet.records.holds.rooms import find_space
from intranet.records.retention.models import CODE_LIMIT
from intranet.records.retention.operations import RuleTerms


class RuleForm(Form):
    """A rule as typed: for which content, and until when."""

    title: Annotated[Line, Field(max_length=RULE_LIMIT)] = ""
    kind: Annotated[Line, Field(max_length=20)] = ""
    space: Annotated[Line, Field(max_length=300)] = ""
    how: Literal["days", "plan", "keep"] = "days"
    days: Annotated[Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None, EmptyIsNone] = None
    class_code: Annotated[Line, Field(max_length=CODE_LIMIT)] = ""

    def terms(self, agency: Agency) -> RuleTerms:
        """Return the terms of the rule.

        Raises:
            Invalid: the space is unknown, or the term is missing.
        """
        if self.how == "days" and self.days is None:
            raise Invalid({"days": _l("This field is required.")})
        if self.how == "plan" and not self.class_code:
            raise Invalid({"class_code": _l("Choose a class of the file plan.")})
        return RuleTerms(
            title=self.title,
            kind=self.kind,
            space=find_space(agency, self.space, "space") if self.space else None,
            days=self.days if self.how == "days" else None,
            class_code=self.class_code if self.how == "plan" else None,
        )
