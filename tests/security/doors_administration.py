"""Doors of the administration of an agency, for those who have a role there."""

from typing import Any

from tests.security.door import Door, Kind, doors

ADMIN_API = {"agency": "{code}"}
UNIT_FORM = {"name_es": "Archivo", "parent": "Urbanismo y Obras (URB)", "version": "{version}"}
POST_FORM = {"title_es": "Archivero/a", "unit": "Archivo (URB-ARC)", "version": "{version}"}
END_FORM = {"last_day": "{day}", "version": "{version}"}
ADMIN_CALLS: dict[str, dict[str, Any]] = {
    "admin_api.change": {"contact_outside": False},
    "admin_api.create_reorganisation": {"name": "January"},
    "admin_api.add_reorganisation_change": {
        "kind": "rename",
        "unit": "{unit}",
        "name": {"es": "Archivo"},
    },
    "admin_api.schedule_reorganisation": {"day": "2199-01-01"},
    "admin_api.unschedule_reorganisation": {},
    "admin_api.undo_reorganisation": {},
    "admin_api.create_unit": {"names": {"es": "Sótano"}, "parent_id": "{unit}"},
    "admin_api.change_unit": {"names": {"es": "Archivo"}},
    "admin_api.create_post": {"titles": {"es": "Mozo/a"}, "unit_id": "{unit}"},
    "admin_api.change_post": {"places": 4},
    "admin_api.create_appointment": {
        "post_id": "{post}",
        "person_id": "{person}",
        "starts_on": "{day}",
    },
    "admin_api.change_appointment": {"basis": "interina"},
    "admin_api.invite": {
        "name": "Brais Lema",
        "email": "brais@monteclaro.example",
        "post_id": "{post}",
        "starts_on": "{day}",
    },
    "admin_api.change_person": {"name": "Sabela Rey Pose"},
}

ADMINISTRATION = {
    **doors(
        Kind.ADMINISTRATION,
        *("admin.overview", "admin.administrators", "admin.ending_administration", "admin.role"),
        *("admin.appointments", "admin.appointment", "admin.ending_appointment"),
        *("admin.new_appointment", "admin.audit", "admin.people", "admin.person"),
        *(
            "admin.new_person",
            "admin.circulars",
            "admin.posts",
            "admin.export_posts",
            "admin.post",
            "admin.ending_post",
            "admin.new_post",
        ),
        "admin.circulars",
        *("admin.functions", "admin.worktime", "admin.worktime_calendar", "admin.worktime_duties"),
        *("admin.settings", "admin.suggestions", "admin.units", "admin.unit"),
        *("admin.ending_unit", "admin.new_unit", "admin.show_import", "admin.rejected_lines"),
        "admin.approvals",
        "erasures.index",
        "erasures.show",
        "statements.index",
        *("admin.invitations", "admin.new_invitations", "admin.invitation_letter"),
        "admin.invitation_codes_page",
    ),
    **doors(
        Kind.ADMINISTRATION,
        *("holds.index", "holds.new", "holds.rooms", "holds.hold", "holds.kept"),
        *("retention.index", "retention.new", "retention.spaces", "retention.dry_run"),
        *("retention.dry_run_csv", "retention.plan", "retention.runs"),
    ),
    "holds.kept_file": Door(Kind.ADMINISTRATION, names={"file": "held_file"}),
    "holds.ask_private": Door(Kind.ADMINISTRATION, {"private_reason": "Lo pide el juez."}),
    "holds.answer_private": Door(Kind.ADMINISTRATION, {"do": "refuse"}),
    "holds.place": Door(Kind.ADMINISTRATION, {"do": "check", "word": "zarza"}),
    "holds.count": Door(Kind.ADMINISTRATION, {}),
    "holds.resume": Door(Kind.ADMINISTRATION, {}),
    "holds.end": Door(Kind.ADMINISTRATION, {"reason": "Archivado."}),
    "retention.propose": Door(
        Kind.ADMINISTRATION, {"title": "Canales", "kind": "channel", "days": "36000"}
    ),
    "retention.decide": Door(Kind.ADMINISTRATION, {"do": "end"}),
    "retention.import_plan": Door(Kind.ADMINISTRATION, {}),
    "retention.approve_plan": Door(Kind.ADMINISTRATION, {}),
    "retention.halt": Door(Kind.ADMINISTRATION, {"do": "halt"}),
    **doors(
        Kind.ADMINISTRATION,
        *("admin.give_administration", "admin.propose_mandate", "admin.change_settings"),
        "admin.change_role",
        *("admin.accept_mandate", "admin.export_audit", "admin.reset_second_factor"),
        "admin.export_people",
        *("admin.invite_again", "admin.withdraw_invitation"),
        *("admin.close_account", "admin.open_account", "admin.invite_person"),
        *("admin.vouch", "admin.end_tokens"),
        "admin.send_password_link",
        *("admin.change_person", "admin.create_appointment", "admin.change_appointment"),
        send={"version": "{version}", "name": "Sabela Rey"},
        names={"person": "clerk"},
    ),
    "admin.remove_passkeys": Door(Kind.ADMINISTRATION, {"passkey_ids": "{passkey}"}),
    "admin.tie_person": Door(
        Kind.ADMINISTRATION,
        {"provider": "{provider}", "subject": "somebody else"},
        names={"person": "clerk"},
    ),
    "admin.untie_person": Door(Kind.ADMINISTRATION, {"identity": "{identity}"}),
    **doors(
        Kind.ADMINISTRATION,
        *("statements.show", "statements.document"),
        names={"statement": "statement"},
    ),
    "statements.write": Door(
        Kind.ADMINISTRATION,
        {"part": "controller", "body": "Concello", "number": "0"},
        names={"statement": "statement"},
    ),
    "erasures.ask": Door(Kind.ADMINISTRATION, {}, names={"person": "clerk"}),
    "erasures.agree": Door(Kind.ADMINISTRATION, {}),
    "erasures.withdraw": Door(Kind.ADMINISTRATION, {}, names={"erasure": "other_erasure"}),
    "admin.answer_change": Door(Kind.ADMINISTRATION, {}, names={"change": "clerk_change"}),
    "admin.sign_in": Door(Kind.ADMINISTRATION),
    "admin.sign_in_way": Door(Kind.ADMINISTRATION, names={"kind": "way"}),
    "admin.save_sign_in_way": Door(
        Kind.ADMINISTRATION,
        {"version": "99", "name": "x", "issuer": "https://sso.example", "client_id": "x"},
        names={"kind": "way"},
    ),
    **doors(
        Kind.ADMINISTRATION,
        *("admin.test_sign_in_way", "admin.switch_sign_in_way_on", "admin.end_sign_in_way"),
        send={"version": "1"},
        names={"kind": "way"},
    ),
    "admin.directory_people": Door(Kind.ADMINISTRATION),
    **doors(
        Kind.ADMINISTRATION,
        *("admin.compare_directory", "admin.agree_to_directory"),
        send={},
    ),
    "admin.scim": Door(Kind.ADMINISTRATION),
    "admin.make_scim_token": Door(Kind.ADMINISTRATION, {"days": "30"}),
    "admin.revoke_scim_token": Door(Kind.ADMINISTRATION, {}, names={"token": "scim_token"}),
    "admin.allow_scim_ends": Door(Kind.ADMINISTRATION, {"is_meant": "1"}),
    "admin.claim_domain": Door(Kind.ADMINISTRATION, {"domain": "other.example"}),
    "admin.change_domain": Door(Kind.ADMINISTRATION, {"do": "code", "code": "x"}),
    "admin.queue_invitations": Door(Kind.ADMINISTRATION, {"letters_per_minute": "30"}),
    "admin.change_run": Door(Kind.ADMINISTRATION, {"do": "pause"}),
    "admin.correct_domain": Door(
        Kind.ADMINISTRATION, {"domain": "x.example", "right": "monteclaro.example"}
    ),
    "admin.correct_address": Door(
        Kind.ADMINISTRATION, {"email": "x@monteclaro.example"}, names={"person": "clerk"}
    ),
    "admin.change_invitation_letter": Door(Kind.ADMINISTRATION, {"sentence_es": "Llama al 1010."}),
    "admin.send_test_letter": Door(Kind.ADMINISTRATION, {}),
    "admin.print_codes": Door(Kind.ADMINISTRATION, {}),
    "admin.hand_over": Door(Kind.ADMINISTRATION, {}),
    "admin.change_chosen_people": Door(Kind.ADMINISTRATION, {"last_day": ""}),
    "admin.take_back_offer": Door(Kind.ADMINISTRATION, {}, names={"offer": "town_offer"}),
    "admin.correct_functions": Door(
        Kind.ADMINISTRATION, {"post_ids": "{post}", "shown": "{post}:s::", "do": "chosen"}
    ),
    "admin.change_saml_certificate": Door(Kind.ADMINISTRATION, {"do": "announce"}),
    "admin.undo_functions": Door(Kind.ADMINISTRATION, {"first": "1", "last": "1"}),
    "admin.change_worktime": Door(
        Kind.ADMINISTRATION, {"mon_from": "09:00", "mon_to": "14:00", "version": "0"}
    ),
    "admin.add_holiday": Door(Kind.ADMINISTRATION, {"day": "{day}", "name_es": "Fiesta"}),
    "admin.change_holiday": Door(Kind.ADMINISTRATION, {"do": "remove"}),
    "admin.copy_calendar": Door(Kind.ADMINISTRATION, {"other": "L01990012", "year": "2027"}),
    "admin.remove_duty": Door(Kind.ADMINISTRATION, {}),
    "admin.deliveries": Door(Kind.ADMINISTRATION),
    "portability.leave": Door(Kind.ADMINISTRATION),
    "portability.decide_leaving": Door(Kind.ADMINISTRATION, {"do": "ask"}),
    "portability.ask_package": Door(Kind.ADMINISTRATION, {"group": "{shared_group}"}),
    "portability.answer_package": Door(
        Kind.ADMINISTRATION, {"do": "delete"}, names={"package": "agency_package"}
    ),
    "admin.groups": Door(Kind.ADMINISTRATION),
    "orphans.index": Door(Kind.ADMINISTRATION),
    "orphans.give": Door(
        Kind.ADMINISTRATION,
        {"kind": "group", "thing": "{group}", "post": "Archivero/a"},
        refusal_within=303,
    ),
    "admin.open_staff_board": Door(Kind.ADMINISTRATION, {"post": "nobody's"}),
    "admin.change_makers": Door(Kind.ADMINISTRATION, {"makers": "heads"}),
    "admin.change_key": Door(Kind.ADMINISTRATION, {}, names={"space": "shared_group"}),
    "admin.retry_deliveries": Door(Kind.ADMINISTRATION, {}),
    "admin.rules": Door(Kind.ADMINISTRATION),
    "admin.change_rules": Door(Kind.ADMINISTRATION, {"body_es": "Trato.", "version": "0"}),
    "admin.give_circular_consent": Door(Kind.ADMINISTRATION, {"sender": "@altamar"}),
    "admin.revoke_circular_consent": Door(Kind.ADMINISTRATION, {}),
    "admin.showcase": Door(Kind.ADMINISTRATION),
    "admin.describe_showcase": Door(Kind.ADMINISTRATION, {"body_es": "Somos.", "version": "0"}),
    "admin.freeze_showcase": Door(
        Kind.ADMINISTRATION, {"starts_on": "2199-01-01", "ends_on": "2199-01-02"}
    ),
    "admin.lift_showcase": Door(Kind.ADMINISTRATION, {}),
    "admin.apply_import": Door(Kind.ADMINISTRATION, {}),
    "admin.mend_import_line": Door(Kind.ADMINISTRATION, {"value": "URB-LIC"}),
    "admin.forget_import": Door(Kind.ADMINISTRATION, {}),
    "admin.show_columns": Door(Kind.ADMINISTRATION),
    "admin.choose_import_columns": Door(Kind.ADMINISTRATION, {"do": "review"}),
    "admin.choose_header": Door(Kind.ADMINISTRATION, {"header": "1"}),
    "admin.choose_kind": Door(Kind.ADMINISTRATION, {"kind": "staff"}),
    "admin.first_import": Door(Kind.ADMINISTRATION),
    "admin.give_account": Door(
        Kind.ADMINISTRATION, {"email": "breixo@monteclaro.example"}, names={"person": "newcomer"}
    ),
    "admin.create_unit": Door(Kind.ADMINISTRATION, UNIT_FORM),
    "admin.change_unit": Door(Kind.ADMINISTRATION, UNIT_FORM),
    "admin.create_post": Door(Kind.ADMINISTRATION, POST_FORM),
    "admin.change_post": Door(Kind.ADMINISTRATION, POST_FORM),
    "admin.end_appointment": Door(Kind.ADMINISTRATION, END_FORM),
    "admin.end_post": Door(Kind.ADMINISTRATION, END_FORM),
    "admin.end_unit": Door(Kind.ADMINISTRATION, END_FORM),
    "admin.end_administration": Door(Kind.ADMINISTRATION, {"version": "{version}"}),
    **doors(
        Kind.ADMINISTRATION,
        *("reorganisations.index", "reorganisations.plan", "reorganisations.changes"),
        *("reorganisations.new_change", "reorganisations.name", "reorganisations.asking"),
        *("reorganisations.consequences", "reorganisations.consequence"),
        *("reorganisations.unit", "reorganisations.file", "reorganisations.file_template"),
    ),
    "reorganisations.send_file": Door(Kind.ADMINISTRATION, {"instead": "1"}),
    "reorganisations.create": Door(Kind.ADMINISTRATION, {"name": "January"}),
    "reorganisations.rename": Door(Kind.ADMINISTRATION, {"name": "March", "version": "2"}),
    "reorganisations.create_change": Door(
        Kind.ADMINISTRATION, {"kind": "rename", "unit": "{unit}", "name_es": "Archivo"}
    ),
    "reorganisations.change": Door(Kind.ADMINISTRATION, names={"change": "plan_change"}),
    "reorganisations.save_change": Door(
        Kind.ADMINISTRATION,
        {"post_id": "{post}", "parent": "{unit}", "version": "{version}"},
        names={"change": "plan_change"},
    ),
    "reorganisations.drop_change": Door(Kind.ADMINISTRATION, {}, names={"change": "plan_change"}),
    "reorganisations.undo_last_act": Door(Kind.ADMINISTRATION, {}),
    "reorganisations.schedule": Door(Kind.ADMINISTRATION, {"day": "{day}", "version": "2"}),
    "reorganisations.make_draft": Door(Kind.ADMINISTRATION, {"version": "2"}),
    "reorganisations.answer": Door(Kind.ADMINISTRATION, {"version": "1"}),
    **doors(
        Kind.ADMINISTRATION,
        *("admin_api.appointments", "admin_api.appointment", "admin_api.audit"),
        "admin_api.changes",
        *("admin_api.people", "admin_api.person", "admin_api.posts", "admin_api.post"),
        *("admin_api.units", "admin_api.unit", "admin_api.agency"),
        *("admin_api.reorganisations", "admin_api.reorganisation"),
        query=ADMIN_API,
    ),
    "admin_api.remove_reorganisation_change": Door(
        Kind.ADMINISTRATION, {}, ADMIN_API, {"change": "spare_change"}
    ),
    "admin_api.discard_reorganisation": Door(
        Kind.ADMINISTRATION, {}, ADMIN_API, {"plan": "discarded_plan"}
    ),
    **{
        endpoint: Door(Kind.ADMINISTRATION, send, ADMIN_API, {"person": "clerk"})
        for endpoint, send in ADMIN_CALLS.items()
    },
}
