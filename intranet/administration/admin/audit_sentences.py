"""Entries of the audit log as sentences: who did what to whom."""

from markupsafe import Markup, escape

from intranet.administration.admin.audit_names import AuditNames
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language

SENTENCES = {
    "absence.end": _l("%(who)s recorded the end of %(what)s’s absence."),
    "absence.set": _l("%(who)s recorded an absence for %(what)s."),
    "access_request.agree_private": _l(
        "%(who)s agreed that direct messages are read for a request for access."
    ),
    "access_request.ask_private": _l(
        "%(who)s asked that direct messages are read for a request for access."
    ),
    "access_request.authors": _l("%(who)s chose whether the names of authors are hidden."),
    "access_request.choose": _l("%(who)s chose which messages go out for a request for access."),
    "access_request.close": _l("%(who)s closed a request for access."),
    "access_request.decide": _l("%(who)s decided on something found for a request for access."),
    "access_request.delay": _l("%(who)s delayed telling people that they were read."),
    "access_request.download": _l("%(who)s downloaded the package of a request for access."),
    "access_request.export": _l("%(who)s had a package made for a request for access."),
    "access_request.file": _l("%(who)s chose how a file goes out for a request for access."),
    "access_request.hide": _l("%(who)s hid passages for a request for access."),
    "access_request.open": _l("%(who)s opened a request for access."),
    "access_request.package_ready": _l("The package of a request for access is ready."),
    "access_request.package_refused": _l(
        "The package of a request for access was refused, because something was in the way."
    ),
    "access_request.read": _l("%(who)s read something found for a request for access."),
    "access_request.refuse_private": _l(
        "%(who)s refused that direct messages are read for a request for access."
    ),
    "access_request.renew_delay": _l(
        "%(who)s delayed once more telling people that they were read."
    ),
    "access_request.search": _l("%(who)s searched the agency for a request for access."),
    "access_request.show": _l("%(who)s showed a passage again for a request for access."),
    "access_request.take": _l("%(who)s took charge of a request for access."),
    "access_request.tell": _l("People were told that they were read for a request for access."),
    "access_request.undecide": _l("%(who)s took back a decision for a request for access."),
    "account.agree_change": _l("%(what)s agreed to a change to how they sign in."),
    "account.apply_change": _l("A change to how %(what)s signs in took effect."),
    "account.approve_change": _l("%(who)s approved a change to how %(what)s signs in."),
    "account.ask_change": _l("%(who)s asked for a change to how %(what)s signs in."),
    "account.create": _l("%(who)s created an account for %(what)s."),
    "account.disable": _l("%(who)s closed %(what)s’s account."),
    "account.enable": _l("%(who)s reopened %(what)s’s account."),
    "account.end_change": _l("A change to how %(what)s signs in was not made."),
    "account.end_tokens": _l("%(who)s ended %(what)s’s access tokens."),
    "account.invite": _l("%(who)s invited %(what)s."),
    "account.open_talks": _l("%(what)s confirmed that the account is theirs."),
    "account.print_code": _l("%(who)s printed a code for %(what)s."),
    "account.refuse_change": _l("%(what)s stopped a change to how they sign in."),
    "account.rename": _l("%(who)s changed %(what)s’s sign-in name."),
    "account.send_password_link": _l("%(who)s sent %(what)s a link to set a new password."),
    "account.withdraw_change": _l("%(who)s withdrew a change to how %(what)s signs in."),
    "account.tie": _l("%(what)s connected their account with a way to sign in."),
    "account.untie": _l("%(what)s separated their account from a way to sign in."),
    "account.withdraw_invitation": _l("%(who)s withdrew the invitation to %(what)s."),
    "accounts.renew": _l("%(who)s set the last day of several accounts."),
    "accounts.create": _l("%(who)s created several accounts."),
    "acknowledgement.record": _l("%(who)s recorded a paper confirmation of reading for %(what)s."),
    "acknowledgement.withdraw": _l("%(who)s removed the paper confirmation for %(what)s."),
    "administration.end": _l("%(who)s ended the administrator role held by “%(what)s”."),
    "administration.give": _l("%(who)s gave the administrator role to “%(what)s”."),
    "administration.keep": _l(
        "%(what)s keeps the administrator role beyond the end of the appointment, because nobody "
        "else has it."
    ),
    "administration.recover": _l("%(who)s gave “%(what)s” the administrator role by a recovery."),
    "administration.release": _l(
        "%(what)s no longer keeps the administrator role, because another person has it."
    ),
    "administration.warn": _l(
        "The administrators were warned that nobody will administer the agency."
    ),
    "agency.arrive": _l("The agency arrived from another installation."),
    "agency.change": _l("%(who)s changed the settings."),
    "agency.create": _l("%(who)s created the agency."),
    "agency.leave": _l("The agency left."),
    "agency.leave_agree": _l("%(who)s agreed that the agency closes here."),
    "agency.leave_ask": _l("%(who)s asked that the agency closes here."),
    "agency.leave_withdraw": _l("%(who)s withdrew that the agency closes here."),
    "agency.registry": _l("%(who)s chose the registry post."),
    "appointment.accept": _l("%(who)s accepted a post in another agency."),
    "appointment.change": _l("%(who)s corrected %(what)s’s appointment."),
    "appointment.create": _l("%(who)s appointed %(what)s."),
    "appointment.decline": _l("%(what)s declined a post in another agency."),
    "appointment.end": _l("%(who)s ended %(what)s’s appointment."),
    "appointment.offer": _l("%(who)s offered a post to %(what)s."),
    "appointment.take_back": _l("%(who)s withdrew the offer of a post to %(what)s."),
    "appointments.create": _l("%(who)s created several appointments."),
    "audit.export": _l("%(who)s downloaded the audit log."),
    "audit.read": _l("%(who)s read the audit log."),
    "board.open": _l("%(who)s opened the staff representatives’ board."),
    "calendar.add": _l("%(who)s added a holiday."),
    "calendar.copy": _l("%(who)s copied another agency’s calendar."),
    "calendar.remove": _l("%(who)s removed a holiday."),
    "case_file.make": _l("%(who)s copied messages into a case file."),
    "circular_consent.give": _l("%(who)s agreed to receive circulars from an agency."),
    "circular_consent.revoke": _l("%(who)s stopped accepting circulars from an agency."),
    "confirmation_codes.make": _l("%(who)s created one-time codes for confirming reading."),
    "deliveries.retry": _l("%(who)s retried sending e-mail and push notifications."),
    "domain.claim": _l("%(who)s added an e-mail domain of the agency."),
    "domain.drop": _l("%(who)s removed an e-mail domain of the agency."),
    "domain.prove": _l("%(who)s proved that an e-mail domain belongs to the agency."),
    "domain.send_code": _l("%(who)s had a code sent to prove an e-mail domain."),
    "directory.agree": _l("%(who)s applied the plan of a comparison with the directory."),
    "directory.follow": _l("The data of people in the directory was applied."),
    "duty.remove": _l("%(who)s removed a duty period."),
    "fallback.accept": _l("%(who)s agreed to answer messages for the vacant post “%(what)s”."),
    "fallback.ask": _l(
        "%(who)s asked another agency to answer messages for the vacant post “%(what)s”."
    ),
    "fallback.end": _l(
        "%(who)s ended the arrangement to answer messages for the vacant post “%(what)s”."
    ),
    "file_plan.approve": _l("%(who)s set a file plan in force."),
    "file_plan.import": _l("%(who)s imported a file plan."),
    "group.archive": _l("%(who)s archived the group “%(what)s”."),
    "group.arrive": _l("The group “%(what)s” arrived from another installation."),
    "group.create": _l("%(who)s created the group “%(what)s”."),
    "group.hand_over": _l("%(who)s handed over the group “%(what)s”."),
    "group.reach": _l("%(who)s opened the group “%(what)s” to other agencies."),
    "group.revive": _l("%(who)s reopened the group “%(what)s”."),
    "group.rule": _l("%(who)s changed the membership rule for the group “%(what)s”."),
    "groups.makers": _l("%(who)s changed who can create groups."),
    "hold.agree": _l("%(who)s agreed that someone reads private content that a legal hold keeps."),
    "hold.ask": _l("%(who)s asked to read private content that a legal hold keeps."),
    "hold.count": _l("%(who)s counted what a legal hold would cover."),
    "hold.end": _l("%(who)s ended a legal hold."),
    "hold.erase": _l("Content that a legal hold had kept was destroyed after its end."),
    "hold.place": _l("%(who)s placed a legal hold."),
    "hold.read": _l("%(who)s read what a legal hold keeps."),
    "hold.refuse": _l(
        "%(who)s refused that someone reads private content that a legal hold keeps."
    ),
    "hold.resume": _l("%(who)s resumed a legal hold."),
    "hand_over.accept": _l("%(who)s accepted what was left in the post “%(what)s”."),
    "hand_over.give": _l("%(who)s gave the post “%(what)s” something that nobody had."),
    "house_rules.change": _l("%(who)s changed the house rules."),
    "import.apply": _l("%(who)s imported a file."),
    "installation.recover": _l("%(who)s recovered the administration of the installation."),
    "installation.restore": _l("%(who)s restored the installation from a backup."),
    "key.ask": _l("%(who)s asked for the shared group “%(what)s” to be approved."),
    "key.remove": _l("%(who)s stopped sharing the group “%(what)s”."),
    "key.turn": _l("%(who)s approved the shared group “%(what)s”."),
    "key.turn_back": _l("%(who)s withdrew approval for the shared group “%(what)s”."),
    "invitations.cancel": _l("%(who)s cancelled invitations that had not been sent."),
    "invitations.hand_over": _l("%(who)s handed over codes for the first sign-in."),
    "invitations.letter": _l("%(who)s changed the sentence in the letter of invitation."),
    "invitations.pause": _l("%(who)s paused the sending of invitations."),
    "invitations.print": _l("%(who)s printed codes for the first sign-in."),
    "invitations.queue": _l("%(who)s queued invitations to several people."),
    "invitations.resume": _l("%(who)s continued the sending of invitations."),
    "mandate.accept": _l("%(who)s accepted the mandate for “%(what)s”."),
    "mandate.end": _l("%(who)s ended the mandate for “%(what)s”."),
    "mandate.propose": _l("%(who)s offered a mandate to “%(what)s”."),
    "message.remove_version": _l("%(who)s removed an earlier version of a message."),
    "moderation.appeal": _l("%(who)s appealed against a moderation decision."),
    "moderation.appeal_stands": _l("%(who)s upheld a decision on appeal."),
    "moderation.appeal_undone": _l("%(who)s reversed a decision on appeal."),
    "moderation.dismissed": _l("%(who)s closed a report without taking action."),
    "moderation.hidden": _l("%(who)s hid reported content."),
    "moderation.read": _l("%(who)s viewed reported content."),
    "moderation.taken_back": _l("%(who)s withdrew a moderation decision."),
    "moderation.warned": _l("%(who)s warned the author of reported content."),
    "moderator.end": _l("%(who)s removed %(what)s as a moderator."),
    "moderator.name": _l("%(who)s appointed %(what)s as a moderator."),
    "package.agree": _l("%(who)s agreed to a package of what belongs to the agency."),
    "package.ask": _l("%(who)s asked for a package to take along."),
    "package.download": _l("%(who)s downloaded a package."),
    "package.export": _l("%(who)s exported a package by command."),
    "package.make": _l("A package to take along was made."),
    "package.withdraw": _l("%(who)s deleted a package."),
    "people.create": _l("%(who)s added several people."),
    "people.export": _l("%(who)s downloaded the list of people."),
    "person.change": _l("%(who)s corrected %(what)s’s details."),
    "person.create": _l("%(who)s added %(what)s."),
    "person.rename": _l("%(who)s corrected %(what)s’s name."),
    "post.change": _l("%(who)s changed the post “%(what)s”."),
    "post.create": _l("%(who)s created the post “%(what)s”."),
    "post.end": _l("%(who)s ended the post “%(what)s”."),
    "post.functions": _l("%(who)s set the functions for the post “%(what)s”."),
    "posts.create": _l("%(who)s created several posts."),
    "erasure.ask": _l("%(who)s asked that %(what)s be erased."),
    "erasure.agree": _l("%(who)s agreed to the erasure of %(what)s."),
    "erasure.withdraw": _l("%(who)s withdrew the erasure of %(what)s."),
    "erasure.finish": _l("%(what)s was erased."),
    "statement.write": _l("%(who)s wrote in a statement of “%(what)s”."),
    "own_data.ask": _l("%(who)s asked for the file of their own data."),
    "own_data.take": _l("%(who)s downloaded the file of their own data."),
    "proof.make": _l("%(who)s created a proof of reading."),
    "provider.announce_certificate": _l(
        "%(who)s announced a new certificate for a way to sign in."
    ),
    "provider.make_token": _l(
        "%(who)s made a token by which a program brings people in and ends them."
    ),
    "provider.revoke_token": _l(
        "%(who)s revoked a token by which a program brought people in and ended them."
    ),
    "provider.save": _l("%(who)s changed the settings of a way to sign in."),
    "provider.switch_off": _l("%(who)s switched off a way to sign in."),
    "provider.switch_on": _l("%(who)s switched on a way to sign in."),
    "provider.take_up_certificate": _l("%(who)s took up the new certificate for a way to sign in."),
    "provisioning.change": _l("The directory changed %(what)s’s account."),
    "provisioning.create": _l("The directory brought %(what)s in."),
    "provisioning.end": _l("The directory ended %(what)s’s posts and account."),
    "provisioning.reopen": _l("The directory reopened %(what)s’s account."),
    "provisioning.stop": _l("A program was stopped, because it would have ended many people."),
    "provisioning.agree": _l("%(who)s let a program end many people for a day."),
    "provisioning.tie": _l("The directory was connected with %(what)s’s account."),
    "publication.remove_version": _l("%(who)s removed an earlier version of a publication."),
    "question.unveil": _l("%(who)s looked up the author of an anonymous question."),
    "reorganisation.apply": _l("The reorganisation that %(who)s scheduled was applied."),
    "reorganisation.create": _l("%(who)s began a plan of reorganisation."),
    "reorganisation.discard": _l("%(who)s discarded a plan of reorganisation."),
    "reorganisation.refuse": _l("A reorganisation was not applied: something had changed since."),
    "reorganisation.schedule": _l("%(who)s scheduled a reorganisation."),
    "reorganisation.undo": _l("%(who)s undid a reorganisation."),
    "reorganisation.unschedule": _l("%(who)s made a scheduled reorganisation a draft again."),
    "report.export": _l("%(who)s downloaded a reading report."),
    "showcase.approve": _l("%(who)s approved a page for the public site."),
    "showcase.decline": _l("%(who)s rejected a page for the public site."),
    "showcase.describe": _l("%(who)s changed the text on the public page."),
    "showcase.freeze": _l("%(who)s paused the public site."),
    "showcase.lift": _l("%(who)s ended the pause on the public site."),
    "showcase.take_off": _l("%(who)s removed a page from the public site."),
    "retention.approve": _l("%(who)s set a retention rule in force."),
    "retention.ask_end": _l("%(who)s asked for the end of a retention rule."),
    "retention.end": _l("%(who)s ended a retention rule."),
    "retention.go_on": _l("%(who)s let the removal by retention rules go on."),
    "retention.halt": _l("%(who)s stopped the removal by retention rules."),
    "retention.keep": _l("%(who)s decided that a retention rule stays in force."),
    "retention.propose": _l("%(who)s proposed a retention rule."),
    "retention.run": _l("The retention rules were applied."),
    "retention.withdraw": _l("%(who)s withdrew a proposed retention rule."),
    "role.change": _l("%(who)s changed the dates or the deputy of a role of “%(what)s”."),
    "role.end": _l("%(who)s ended a role of “%(what)s”."),
    "role.give": _l("%(who)s gave a role to “%(what)s”."),
    "sign_in.begin": _l("%(who)s signed in."),
    "sign_in.displace": _l(
        "%(who)s was signed out on their oldest device because too many devices were signed in."
    ),
    "sign_in.refuse": _l("A sign-in attempt was refused."),
    "unit.change": _l("%(who)s changed the unit “%(what)s”."),
    "unit.create": _l("%(who)s created the unit “%(what)s”."),
    "unit.end": _l("%(who)s ended the unit “%(what)s”."),
    "unit.move": _l("%(who)s moved the unit “%(what)s”."),
    "unit.rename": _l("%(who)s renamed the unit “%(what)s”."),
    "worktime.change": _l("%(who)s changed the working time."),
}
"""A sentence for each act; `who` is the actor, `what` the person or thing acted on."""
UNKNOWN_AUTHORS = {"sign_in.refuse", "appointment.decline"}


def sentence(line: AuditLine, names: AuditNames) -> Markup:
    """Return the entry as a sentence, with the names in bold."""
    text = SENTENCES.get(line.act)
    if text is None:
        return escape(line.act)
    values = {"who": _who(line, names), "what": _what(line, names)}
    return escape(str(text)) % {name: Markup("<b>%s</b>") % value for name, value in values.items()}


def plain_sentence(line: AuditLine, names: AuditNames) -> str:
    """Return the entry as a sentence without marks, as for a file."""
    text = SENTENCES.get(line.act)
    return str(text) % {"who": _who(line, names), "what": _what(line, names)} if text else line.act


def _who(line: AuditLine, names: AuditNames) -> str:
    if line.actor_id and line.actor_id in names.people:
        return names.people[line.actor_id]
    if line.actor_id:
        return _("A former colleague")
    return _("An unknown person") if line.act in UNKNOWN_AUTHORS else _("The operator")


def _what(line: AuditLine, names: AuditNames) -> str:
    called = names.of(line.subject_id) or names.called(line.detail.get("person"))
    if called:
        return called.text(current_language()) if isinstance(called, Localized) else called
    return str(_things().get(line.subject_kind, _("something that no longer exists")))


def _things() -> dict[str, str]:
    """Return generic names, by kind, for subjects that have no name in the log."""
    return {
        "account": _("a person"),
        "appointment": _("a person"),
        "person": _("a person"),
        "group": _("a group"),
        "post": _("a post"),
        "unit": _("a unit"),
    }
