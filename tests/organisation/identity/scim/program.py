"""A program that brings people in by SCIM, as Entra and Okta do, and what is found of it here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.identity.models import Provider

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ROOT = "/scim/v2"


@dataclass
class Program:
    """A program with its token."""

    app: Flask
    secret: str
    provider_id: UUID
    token_id: UUID

    def provider(self) -> Provider:
        """Its provider; within a context of the application only."""
        return db.session.get_one(Provider, self.provider_id)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request with the token."""
        given = {"Authorization": f"Bearer {self.secret}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"json": body, "content_type": "application/scim+json"}
        return self.app.test_client().open(ROOT + path, method=method, headers=given, **content)

    def bring(self, user_name: str, **more: Any) -> Any:
        """Create a person; an address makes them one with an e-mail."""
        return self.ask("POST", "/Users", person(user_name, **more))

    def brought(self, user_name: str, **more: Any) -> str:
        """Create a person and return their id."""
        answer = self.bring(user_name, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def patch(self, user_id: str, *operations: dict[str, Any], **headers: str) -> Any:
        """Change a person."""
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return self.ask("PATCH", f"/Users/{user_id}", body, **headers)

    def found(self, condition: str) -> list[str]:
        """The `userName` of each person whom a filter finds."""
        answer = self.app.test_client().get(
            f"{ROOT}/Users",
            query_string={"filter": condition, "sortBy": "userName"},
            headers={"Authorization": f"Bearer {self.secret}"},
        )
        assert answer.status_code == 200, answer.text
        assert answer.json
        return [each["userName"] for each in answer.json["Resources"]]


def person(user_name: str, email: str = "", **more: Any) -> dict[str, Any]:
    """A person as a program describes them."""
    emails = {"emails": [{"value": email, "type": "work", "primary": True}]} if email else {}
    return {"schemas": [USER, ENTERPRISE], "userName": user_name, **emails, **more}


def account(app: Flask, email: str) -> Any:
    """The account with an e-mail, or None."""
    with app.app_context():
        return db.session.scalar(select(Account).where(Account.email == email))
