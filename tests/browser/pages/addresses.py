"""The pages of the demonstration, by who walks through them."""

from tests.browser.demonstration import TOWN

SIGNED_OUT = ["/signin", "/signin/with", "/forgotten"]
OF_ANA = [
    *("/", "{channel}", "{thread}", "{channel}/pins", "{channel}/members", "{talk}", "/messages"),
    *("{other}", "{me}", "{me}/absences", "/me/edit", "{unit}", "{post}", "/agencies"),
    *("/directory?q=contratacion", "/directory?group=person&view=cards&q=garzia&level=4"),
    *("/directory?q=quien+lleva+las+nominas", "/conversations/new?q=zzyzzyz"),
    *(
        f"/agencies/{TOWN}",
        f"/agencies/{TOWN}/list?only=vacant",
        "/me/settings",
        "/me/sign-ins",
        "/me/ways",
        "/me/waiting",
        "/me/passkeys",
        "/me/second-factor",
        "/me/tokens",
        "/me/worktime",
        "/me/notifications",
        "/notifications",
        "/notifications?tab=to_confirm",
        "/help",
    ),
    *("/help?q=zzzz", "/switcher?q=mar", "/conversations/new?q=mar"),
    *("/search", "/search?q=licencia", "/search?q=licencia&since=2020-01-01&kind=message"),
    "/search?q=zzyzzyz+licencia",
    *("/counterparts", "/counterparts?q=kontratazioa&kind=municipality", "/counterparts/doing"),
    *("/counterparts?q=zzyzzyz", "/counterparts/kept", "/counterparts/opinions"),
    "/counterparts/alerts",
]
ANNOUNCED = [
    *("/publications", "/publications?view=over", "{owed}", "{corrected}", "{corrected}/versions"),
    *("{corrected}/versions/1", "/search?q=obra+menor&kind=publication", "{article}", "/follows"),
]
OF_CARLES = [
    *("/publications?view=own", "{draft}/edit", "{draft}/audience", "{draft}/audience?q=licencias"),
    *("{draft}/audience/people", "{draft}/preview", "{draft}/review"),
]
INITIATIVES = [
    *("/initiatives", "/initiatives?q=agua&stage=pilot&topic=WAT", "/initiatives?q=zzyzzyz"),
    *("{initiative}", "{initiative}?size=mine", "{initiative}/adoptions", "{initiative}/adoption"),
    "/initiatives/new",
]
OF_ELNA = [
    *("{initiative}", "{initiative}/edit?add=gl", "{initiative}/stage", "{initiative}/updates"),
    *("{initiative}/people?agency=mon&post=cap", "{initiative}/withdraw"),
]
REFUSED = {"/nothing": 404, "{channel}/channels/new": 403}
OF_DORLETA = [
    *("", "/units", "/units?under={unit_id}", "/units/new", "/units/{unit_id}"),
    *("/units/{unit_id}/end", "/posts", "/posts?q=zzzz", "/posts/new", "/posts/{post_id}"),
    *("/posts/{post_id}/end", "/people", "/people/new", "/people/{ana_id}", "/appointments"),
    *("/appointments/new", "/appointments/{appointment_id}", "/administrators"),
    *("/appointments/{appointment_id}/end", "/administrators/{administration_id}/end"),
    *("/settings", "/sign-in", "/sign-in/oidc", "/sign-in/saml", "/sign-in/ldap", "/sign-in/scim"),
    *("/administrators/{administration_id}", "/approvals", "/audit?check=1", "/functions"),
    "/audit?act=all&thing=Licencias",
    *("/invitations", "/invitations/new", "/invitations/letter", "/invitations/codes"),
    *("/worktime", "/worktime/calendar", "/worktime/duties"),
]
