"""Things that are Ana's alone in the matrix of doors, and posts that wait for an answer."""

import io
from datetime import timedelta
from uuid import uuid4

from intranet.delivery.files.media import add_captions
from intranet.delivery.files.models import CaptionsKind
from intranet.delivery.files.operations import store_file, store_upload, store_video
from intranet.delivery.files.queries import captions_of
from intranet.delivery.files.uploads import begin_upload
from intranet.delivery.push.models import PushSubscription
from intranet.extensions import db
from intranet.finding.directory.operations import change_photo
from intranet.messaging.messages.scheduling import MessagePlan, schedule_message
from intranet.organisation.accounts.models import Passkey, SignIn
from intranet.organisation.accounts.operations.own_account import create_token
from intranet.organisation.accounts.operations.sensitive_changes import ask_for
from intranet.organisation.identity.models import (
    ExternalIdentity,
    ProviderKind,
    ProviderState,
)
from intranet.organisation.identity.operations.domains import claim_domain
from intranet.organisation.identity.operations.providers import save_provider
from intranet.organisation.identity.scim import tokens as scim_tokens
from intranet.organisation.people.models import AppointmentOffer
from intranet.organisation.people.operations.absences import set_absence
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.own_data.models import ErasureRequest, OwnDataFile
from tests.delivery.files.samples import mp4, picture
from tests.messaging.messages.helpers import channel_of
from tests.security.world_parts import SECRET

DIRECTORY = {
    "host": "ldap.invalid",
    "port": 636,
    "security": "ldaps",
    "reader": "cn=reader",
    "base": "dc=example",
    "people": "(uid=*)",
    "sign_in": "uid",
    "id_attribute": "entryUUID",
    "map_name": "cn",
    "map_email": "mail",
}


def wants_erasure(person, agency) -> str:
    """A person asks to be erased."""
    asked = ErasureRequest(person_id=person.id, agency_id=agency.id, asked_by_id=person.id)
    with unit_of_work() as work:
        work.add(asked)
        work.flush()
        return str(asked.id)


def _ways(cast) -> dict[str, str]:
    """Give Monteclaro a provider that is in use and a domain, and tie Ana's account."""
    claimed = claim_domain(None, cast.monteclaro, "monteclaro-novo.example")
    settings = {"issuer": "https://sso.example", "client_id": "x", "signs_out_there": False}
    provider = save_provider(
        None,
        cast.monteclaro,
        ProviderKind.OIDC,
        version=0,
        name="Entrada",
        settings=settings,
        secret=SECRET,
        asks_second_factor=False,
        is_only_way=False,
    )
    directory = save_provider(
        None,
        cast.monteclaro,
        ProviderKind.LDAP,
        version=0,
        name="Directorio",
        settings=DIRECTORY,
        secret=SECRET,
        asks_second_factor=False,
        is_only_way=False,
    )
    addresses = {
        name: f"https://sso.example/{name}"
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    }
    identity = ExternalIdentity(
        provider=provider, account=cast.account_of(cast.ana), subject=f"{SECRET} at the provider"
    )
    with unit_of_work() as work:
        provider.state = ProviderState.ON
        provider.fetched = {
            "metadata": {"issuer": settings["issuer"], **addresses},
            "keys": {"keys": []},
        }
        work.add(identity)
    scim_token, _secret = scim_tokens.create_token(cast.dorleta, cast.monteclaro, days=30)
    return {
        "scim_token": str(scim_token.id),
        "provider": str(provider.id),
        "directory_provider": str(directory.id),
        "identity": str(identity.id),
        "domain": str(claimed.id),
    }


def own(cast) -> dict[str, str]:
    """Make Ana's own things: uploads, one on its way, a sign-in, a token, an absence, a photo."""
    ana = cast.ana
    account = cast.account_of(ana)
    upload = store_upload(ana, picture(), f"{SECRET}-4.png")
    video = store_video(ana, io.BytesIO(mp4()), f"{SECRET}.mp4")
    spoken = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{SECRET}\n".encode()
    add_captions(video, spoken, language="gl", kind=CaptionsKind.CAPTIONS)
    (captions,) = captions_of(video.id)
    arriving = begin_upload(ana, f"{SECRET}-2.mp4", 1000)
    token, _secret = create_token(account, SECRET, scopes=["read"], days=30)
    now = clock.now()
    signed, told = (
        SignIn(account_id=account.id, token_hash=uuid4().hex, expires_at=now.replace(year=2099))
        for _device in range(2)
    )
    passkey = Passkey(account_id=account.id, credential_id="AAAA", public_key="AAAA", name=SECRET)
    device = PushSubscription(
        person_id=ana.id,
        sign_in_id=told.id,
        endpoint="https://push.example/1",
        public_key="k",
        auth_secret="s",
        device="Firefox",
    )
    own_data = store_file(ana, io.BytesIO(b"PK"), f"{SECRET}.zip")
    has_asked = OwnDataFile(person_id=ana.id, language="es", made_at=now, file_id=own_data.id)
    with unit_of_work() as work:
        work.add(signed, told, passkey)
        db.session.flush()
        work.add(device, has_asked)
    offer = offered(cast.innovation_post, ana, cast.guillem)
    own_change = waits(account, cast.dorleta)
    day = clock.today("Europe/Madrid") + timedelta(days=40)
    absence = set_absence(ana, ana, starts_on=day, ends_on=day)
    change_photo(ana, picture())
    plan = MessagePlan(f"{SECRET} tomorrow", clock.now() + timedelta(days=1), uuid4())
    scheduled = schedule_message(ana, channel_of(cast.licences).id, plan)
    soon = MessagePlan(f"{SECRET} later", clock.now() + timedelta(days=2), uuid4())
    to_send = schedule_message(ana, channel_of(cast.licences).id, soon)
    return {
        "scheduled": str(scheduled.id),
        "to_send": str(to_send.id),
        "upload": str(upload.id),
        "video": str(video.id),
        "captions": str(captions.id),
        "arriving": str(arriving.id),
        "token": str(token.id),
        "passkey": str(passkey.id),
        "offer": offer,
        "own_change": own_change,
        "sign_in": str(signed.id),
        "subscription": str(device.id),
        "absence": str(absence.id),
        **_ways(cast),
        "key": str(cast.ana.photo_key),
        "person": str(ana.id),
    }


def waits(account, by) -> str:
    """A new address of an account that waits for its person or a second administrator."""
    return str(ask_for("address", account, {"email": f"new.{account.id}@mail.example"}, by).id)


def offered(post, person, by) -> str:
    """A post that is offered to a person of another agency."""
    today, ids = clock.today("Europe/Madrid"), {"post_id": post.id, "person_id": person.id}
    offer = AppointmentOffer(starts_on=today, name=SECRET, offered_by_id=by.id, **ids)
    with unit_of_work() as work:
        work.add(offer)
    return str(offer.id)
