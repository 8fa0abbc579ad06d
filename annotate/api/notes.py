"""Flags and questions: annotators write them, reviewers answer, and answers can be for everybody."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.accounts.models import User
from annotate.api.inputs import UnknownFieldsAreErrors, body, encode_cursor, page_size, read_cursor, user_of
from annotate.core.errors import Invalid
from annotate.labeling.models import Note, Task
from annotate.labeling.notes import about, access_note, change_note, mark_seen, notes_page, say, thread, write_note
from annotate.projects.access import access_project
from annotate.projects.models import Role

MAX_TEXT = 20_000
VIEWS = ("mine", "public", "inbox")


class NoteInput(UnknownFieldsAreErrors):
    key = serializers.UUIDField(help_text="A fresh one for each note: sent twice, it is kept once")
    kind = serializers.ChoiceField(Note.Kind.choices)
    text = serializers.CharField(max_length=MAX_TEXT)
    assignment = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, allow_null=True, required=False, help_text="Mine; a flag needs it"
    )
    step = serializers.IntegerField(min_value=0, allow_null=True, required=False, help_text="0-based")


class MessageInput(UnknownFieldsAreErrors):
    text = serializers.CharField(max_length=MAX_TEXT)


class NoteChangeInput(UnknownFieldsAreErrors):
    state = serializers.ChoiceField([Note.State.OPEN.value, Note.State.CLOSED.value], required=False)
    public = serializers.BooleanField(required=False, help_text="For reviewers: every member may read it")


class AboutOutput(serializers.Serializer):
    task = serializers.IntegerField()
    kind = serializers.ChoiceField(Task.Kind.choices)
    problem = serializers.CharField()
    trace = serializers.CharField()
    key = serializers.UUIDField(allow_null=True, help_text="Of the trace or the choice; null: a walk has none")
    step = serializers.IntegerField(allow_null=True, help_text="0-based; null: the task as a whole")


class NoteOutput(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Note.Kind.choices)
    state = serializers.ChoiceField(Note.State.choices)
    public = serializers.BooleanField()
    unseen = serializers.BooleanField(help_text="Its author has not seen the newest yet")
    mine = serializers.BooleanField()
    author = serializers.CharField(allow_null=True, help_text="For reviewers and the author")
    about = AboutOutput(allow_null=True, help_text="The task; for reviewers and the author")
    guideline_version = serializers.IntegerField(help_text="In force when it was written")
    excerpt = serializers.CharField(help_text="The beginning of what it says")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MessageOutput(serializers.Serializer):
    id = serializers.IntegerField()
    mine = serializers.BooleanField()
    from_author = serializers.BooleanField(help_text="By whoever wrote the note; otherwise by a reviewer")
    author = serializers.CharField(allow_null=True, help_text="For reviewers and the note's author")
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class NoteThreadOutput(NoteOutput):
    messages = MessageOutput(many=True)


class NotesOutput(serializers.Serializer):
    results = NoteOutput(many=True)
    next = serializers.CharField(allow_null=True)


class NotesView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("view", str, enum=VIEWS, description="`inbox` is for reviewers"),
            OpenApiParameter("state", str, enum=Note.State.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=NotesOutput,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Flags and questions: my own, those for everybody, or (for reviewers) all of them, what waits first."""
        user = user_of(request)
        view, state = _one_of(request, "view", VIEWS) or "mine", _one_of(request, "state", Note.State.values)
        project = access_project(user, slug, Role.REVIEWER if view == "inbox" else Role.ANNOTATOR)
        rows, place = notes_page(
            project, user, view, state=state, after=read_cursor(request, int, int), limit=page_size(request)
        )
        named = view != "public"
        results = [_note(note, user, note.opening, named=named) for note in rows]  # type: ignore[attr-defined]
        return Response({"results": results, "next": encode_cursor(*place) if place else None})

    @extend_schema(request=NoteInput, responses={201: NoteThreadOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Flag a task, or ask a question about the guidelines."""
        user = user_of(request)
        said = body(NoteInput, request)
        said["assignment_id"] = said.pop("assignment", None)
        note = write_note(user=user, project=access_project(user, slug), **said)
        return Response(_thread(note.pk, user), status=201)


class NoteView(APIView):
    @extend_schema(responses=NoteThreadOutput)
    def get(self, request: Request, note_id: int) -> Response:
        """One of them with all that was said."""
        return Response(_thread(note_id, user_of(request)))

    @extend_schema(request=NoteChangeInput, responses=NoteThreadOutput)
    def patch(self, request: Request, note_id: int) -> Response:
        """Close it or open it again; let everybody read it."""
        user = user_of(request)
        change_note(user=user, note_id=note_id, **body(NoteChangeInput, request))
        return Response(_thread(note_id, user))


class MessagesView(APIView):
    @extend_schema(request=MessageInput, responses={201: NoteThreadOutput})
    def post(self, request: Request, note_id: int) -> Response:
        """Answer, or ask back."""
        user = user_of(request)
        say(user=user, note_id=note_id, **body(MessageInput, request))
        return Response(_thread(note_id, user), status=201)


class SeenView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, note_id: int) -> Response:
        """I have seen what was answered."""
        mark_seen(user=user_of(request), note_id=note_id)
        return Response(status=204)


def _one_of(request: Request, name: str, known: tuple[str, ...] | list[str]) -> str:
    value = request.query_params.get(name, "")
    if value and value not in known:
        raise Invalid.field(name, f"{name} is one of {', '.join(known)}.")
    return value


def _note(note: Note, user: User, opening: str, *, named: bool) -> dict[str, Any]:
    return {
        "id": note.pk,
        "kind": note.kind,
        "state": note.state,
        "public": note.public,
        "unseen": note.unseen and note.author_id == user.pk,
        "mine": note.author_id == user.pk,
        "author": note.author.username if named else None,
        "about": about(note) if named else None,
        "guideline_version": note.guideline.version,
        "excerpt": opening[:200],
        "created_at": note.created_at,
        "updated_at": note.updated_at,
    }


def _thread(note_id: int, user: User) -> dict[str, Any]:
    """Whoever reads it only because it is public learns no names, and not which task it was about."""
    note, membership = access_note(user, note_id)
    named = note.author_id == user.pk or Role(membership.role).includes(Role.REVIEWER)
    messages = [
        {
            "id": message.pk,
            "mine": message.author_id == user.pk,
            "from_author": message.author_id == note.author_id,
            "author": message.author.username if named else None,
            "text": message.text,
            "created_at": message.created_at,
        }
        for message in thread(note)
    ]
    return {**_note(note, user, str(messages[0]["text"]), named=named), "messages": messages}


urlpatterns = [
    path("projects/<slug:slug>/notes/", NotesView.as_view()),
    path("notes/<int:note_id>/", NoteView.as_view()),
    path("notes/<int:note_id>/messages/", MessagesView.as_view()),
    path("notes/<int:note_id>/seen/", SeenView.as_view()),
]
