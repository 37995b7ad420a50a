"""Parts of addresses, by the objects of `world.py` that stand for them."""

PARTS = {
    "conversation_id": "room",
    "message_id": "message",
    "file_id": "file",
    "captions_id": "captions",
    "upload_id": "arriving",
    "publication_id": "publication",
    "person_id": "person",
    "unit_id": "unit",
    "post_id": "post",
    "appointment_id": "appointment",
    "import_id": "import",
    "number": "line",
    "administration_id": "administration",
    "absence_id": "absence",
    "duty_id": "duty",
    "sign_in_id": "sign_in",
    "token_id": "token",
    "subscription_id": "subscription",
    "notification_id": "notification",
    "consent_id": "consent",
    "proof_code": "proof",
    "event_id": "event",
    "case_file_code": "case_file",
    "anything": "path",
}
"""Which object stands for which part of an address, where the door does not say otherwise."""
