"""Pages for the leads of a group: its details, its rule, its members, its approvals."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.groups import page, queries
from intranet.collaboration.groups.access import get_group, require_lead
from intranet.collaboration.groups.forms import (
    AtomForm,
    GroupChangeForm,
    GroupInvitationForm,
    MemberForm,
    details_of,
)
from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.operations import founding, joining, sharing
from intranet.extensions import db
from intranet.messaging.conversations.people_search import find_people
from intranet.messaging.conversations.post_addresses import suggested_posts
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.queries import current_member_ids
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import get_person
from intranet.organisation.people.agency_search import agency_named
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import again, flashing, refusal, refused_form

bp = Blueprint("group_lead", __name__, url_prefix="/groups/<uuid:space_id>")


@bp.get("/settings")
@signed_in
def settings(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Show the details of the group and how to join it."""
    group = _led(person, space_id)
    return render_template(
        "collaboration/groups/settings.html",
        **page.frame(person, group),
        **page.choices(),
        topics=page.topic_options(),
        posts=page.owned_posts(person),
        **refused_form(_stored(group)),
        topics_chosen=request.form.getlist("topics")
        if refusal()
        else [row.function_code for row in group.topics],
        found=suggested_posts(person, printable(request.args.get("post", ""), 80))
        if request.args.get("post")
        else [],
    )


@bp.post("/settings")
@again(settings)
@signed_in
@accepts_long_text
def change_settings(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Change the details of the group and how to join it."""
    group = _led(person, space_id)
    form = GroupChangeForm.parse(request.form)
    founding.change_group(person, group, details_of(form), version=form.version)
    flash(_("Saved."), "ok")
    return redirect(url_for("groups.show", space_id=group.space_id), 303)


@bp.post("/owner")
@signed_in
def hand_over(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Give the group to another owner post."""
    group = _led(person, space_id)
    post = db.session.get(Post, request.form.get("post_id", type=UUID) or UUID(int=0))
    if post is None:
        raise NotFound
    return _done(
        group,
        lambda: founding.hand_over(person, group, post),
        _("The group has been handed over. The holder of the new responsible post now leads it."),
    )


@bp.post("/life")
@signed_in
def change_life(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Archive the group, restore it, or confirm that it is still needed."""
    group = _led(person, space_id)
    acts: dict[str, tuple[Callable[[Person, Group], None], str]] = {
        "archive": (
            founding.archive,
            _("The group has been archived. Its members can still read it."),
        ),
        "revive": (founding.revive, _("The group is in use again.")),
        "keep": (
            founding.confirm_needed,
            _(
                "The group will stay open. We will ask again after another six months "
                "without messages."
            ),
        ),
    }
    if request.form.get("do") not in acts:
        raise Invalid({"do": _l("This value is not allowed here.")})
    act, words = acts[request.form["do"]]
    return _done(group, lambda: act(person, group), words)


@bp.get("/rule")
@signed_in
def rule(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Show the membership rule."""
    context = page.rule_context(person, _led(person, space_id))
    return render_template("collaboration/groups/rule.html", **context, **refused_form())


@bp.post("/rule")
@again(rule)
@signed_in
def change_rule(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Add a condition to the membership rule, or remove one."""
    group = _led(person, space_id)
    founding.change_rule(person, group, _changed_rule(group))
    flash(_("The membership rule now applies."), "ok")
    return redirect(url_for(".rule", space_id=space_id), 303)


@bp.route("/members", methods=["GET", "POST"])
@signed_in
def members(person: Person, space_id: UUID) -> ResponseReturnValue:
    """List the members; invite, accept, remove, or let publish."""
    group = _led(person, space_id)
    if request.method == "POST":
        return _change_members(person, group)
    words = printable(request.args.get("invite", ""), 80)
    inside = current_member_ids(group.space)
    return render_template(
        "collaboration/groups/members.html",
        **page.people_context(person, group, printable(request.args.get("q", ""), 80), None),
        waiting=queries.waiting_in(group),
        invite=words,
        found=[face for face in find_people(person, words) if face["id"] not in inside]
        if words
        else [],
    )


@bp.get("/keys")
@signed_in
def keys(person: Person, space_id: UUID) -> ResponseReturnValue:
    """List the agencies that share the group."""
    context = page.frame(person, _led(person, space_id))
    return render_template("collaboration/groups/keys.html", **context, **refused_form())


@bp.post("/keys")
@again(keys)
@signed_in
def change_keys(person: Person, space_id: UUID) -> ResponseReturnValue:
    """Ask another agency to share the group, or stop sharing with one."""
    group = _led(person, space_id)
    agency = agency_named(person, printable(request.form.get("agency", ""), 80).removeprefix("@"))
    if request.form.get("do") == "remove":
        sharing.stop_sharing(person, group, agency)
        flash(_("Sharing ended. The people from that administration have left the group."), "ok")
    else:
        sharing.share_with(person, group, agency, request.form.get("shares", ""))
        flash(
            _("Approval requested. Administrators at each administration taking part will decide."),
            "ok",
        )
    return redirect(url_for(".keys", space_id=space_id), 303)


def _led(person: Person, space_id: UUID) -> Group:
    group = get_group(person, space_id)
    require_lead(person, group)
    return group


def _changed_rule(group: Group) -> Audience | None:
    atoms = list(Audience.parse(group.space.audience).any) if group.space.audience else []
    excepted = Audience.parse(group.space.audience).excepted if group.space.audience else []
    index = request.form.get("drop", type=int)
    if index is not None:
        atoms = [atom for place, atom in enumerate(atoms) if place != index]
    else:
        added = AtomForm.parse(request.form).atom()
        atoms += [added] if added not in atoms else []
    if not atoms:
        return None
    return Audience.parse(
        {
            "any": [atom.model_dump(mode="json", exclude_defaults=True) for atom in atoms],
            "except": [atom.model_dump(mode="json", exclude_defaults=True) for atom in excepted],
        }
    )


def _change_members(person: Person, group: Group) -> ResponseReturnValue:
    do = request.form.get("do", "")
    other = get_person(person, request.form.get("person_id", type=UUID) or UUID(int=0))
    name = other.name
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "invite": (
            lambda: joining.invite(
                person, group, other, GroupInvitationForm.parse(request.form).note
            ),
            _("%(name)s has been invited and can accept or decline.", name=name),
        ),
        "take_back": (
            lambda: joining.withdraw_invitation(person, group, other.id),
            _("Undone."),
        ),
        "let_in": (
            lambda: joining.decide_request(person, group, other.id, is_accepted=True),
            _("%(name)s is now in the group.", name=name),
        ),
        "decline": (
            lambda: joining.decide_request(person, group, other.id, is_accepted=False),
            _("Request declined."),
        ),
        "remove": (
            lambda: joining.remove(person, group, other),
            _("%(name)s is no longer in the group.", name=name),
        ),
    }
    if do in acts:
        act, words = acts[do]
    else:
        form = MemberForm.parse(request.form)
        act, words = (
            lambda: joining.set_role(person, group, other, form.role),
            _("Saved."),
        )
    return _done(group, act, words, endpoint=".members")


def _stored(group: Group) -> dict[str, object]:
    space = group.space
    return {
        "name": space.title.get(group.language, ""),
        "purpose": group.purpose,
        "joining": group.joining.value,
        "is_listed": "1" if group.is_listed else "",
        "reach": space.reach.value if space.reach else "",
        "welcome": group.welcome,
        "rules": group.rules,
        "version": group.version,
    }


def _done(
    group: Group, act: Callable[[], None], words: str, endpoint: str = "groups.show"
) -> ResponseReturnValue:
    with flashing(words):
        act()
    return redirect(url_for(endpoint, space_id=group.space_id), 303)
