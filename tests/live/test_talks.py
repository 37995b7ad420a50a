"""A direct talk comes and goes on the screens of its people, and on nobody else's."""

from intranet.messaging.conversations.operations import decline_direct_message, start_direct_message


def test_a_talk_that_was_declined_and_is_taken_up_appears_again_for_that_person_alone(
    app, cast, connect
):
    with app.app_context():
        talk = start_direct_message(cast.ana, [cast.bieito])
        decline_direct_message(cast.bieito, talk)
        talk_id = talk.id
    ana, bieito = map(connect, (cast.ana, cast.bieito))

    with app.app_context():
        assert start_direct_message(cast.bieito, [cast.ana]).id == talk_id

    assert bieito.next("conversation:joined")["conversation_id"] == str(talk_id)
    assert ana.heard("conversation:joined") == []
