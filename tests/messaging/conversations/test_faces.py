"""What stands beside a name is each viewer's own."""

from intranet.messaging.conversations.faces import faces_of


def test_the_agency_is_named_where_it_is_none_of_the_viewers(spanish_request, cast):
    for viewer, named in ((cast.carles, ""), (cast.bieito, "Ayuntamiento de Monteclaro")):
        assert faces_of([cast.ana.id], viewer)[cast.ana.id]["agency_name"] == named


def test_the_same_faces_are_looked_up_once_a_request(spanish_request, cast, count_queries):
    ana, carles = cast.ana.id, cast.carles
    faces_of([ana], carles)
    with count_queries() as asked:
        faces_of([ana], carles)
    assert asked == []
