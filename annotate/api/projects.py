"""Projects: what I am in, making one, reading and changing its settings."""

from typing import Any

from django.db import transaction
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, several, user_of
from annotate.api.label_schema import MANY, LabelSchemaInput, LabelSchemaOutput, NamedInput
from annotate.core.errors import Invalid
from annotate.corpus.selectors import label_sources
from annotate.labeling.actions import change_wanted
from annotate.labeling.selectors import my_numbers
from annotate.projects.access import access_membership, access_project, visible_projects
from annotate.projects.actions import CHANGEABLE, create_project, newest, update_project
from annotate.projects.models import Guideline, LabelSchema, Membership, Mode, Policy, Project, Role, ShowScores, Tasks
from annotate.projects.schema import complete
from annotate.scoring.parts import CUSTOM_WEIGHTS, checked_weights
from annotate.scoring.planning import ensure_default_scorers


class ProjectChange(UnknownFieldsAreErrors):
    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(allow_blank=True, max_length=5000, required=False)
    mode = serializers.ChoiceField(Mode.choices, required=False)
    annotations_per_task = serializers.IntegerField(min_value=1, max_value=50, required=False)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=24 * 60, required=False)
    policy = serializers.ChoiceField(Policy.choices, required=False)
    policy_weights = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="Of the policy custom: by part (and minutes, problem_cap), see GET; what is left out has its default",
    )
    random_share = serializers.FloatField(min_value=0, max_value=1, required=False)
    show_scores = serializers.ChoiceField(ShowScores.choices, required=False)
    show_scores_share = serializers.FloatField(min_value=0, max_value=1, required=False)
    show_reference = serializers.BooleanField(required=False)
    tasks_at_import = serializers.ChoiceField(Tasks.choices, required=False)
    gold_sources = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=50,
        help_text="Sources of imported labels that people's are measured against",
    )
    guidelines = serializers.CharField(allow_blank=True, max_length=200_000, required=False, trim_whitespace=False)
    error_types = several(NamedInput, max_length=MANY)
    label_schema = LabelSchemaInput(required=False)


class ProjectInput(ProjectChange):
    slug = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=200)


class GuidelineOutput(serializers.Serializer):
    version = serializers.IntegerField()
    text = serializers.CharField()


class ProjectOutput(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    mode = serializers.ChoiceField(Mode.choices)
    annotations_per_task = serializers.IntegerField()
    lease_minutes = serializers.IntegerField()
    policy = serializers.ChoiceField(Policy.choices)
    policy_weights = serializers.DictField(
        child=serializers.FloatField(), help_text="Of the policy custom, complete; weights from 0 on"
    )
    random_share = serializers.FloatField()
    show_scores = serializers.ChoiceField(
        ShowScores.choices, help_text="To annotators: never, after their judgement, or also before, to a random share"
    )
    show_scores_share = serializers.FloatField()
    show_reference = serializers.BooleanField()
    tasks_at_import = serializers.ChoiceField(Tasks.choices)
    gold_sources = serializers.ListField(
        child=serializers.CharField(), help_text="Sources whose labels count as gold; to annotators always empty"
    )
    guidelines = GuidelineOutput()
    label_schema = LabelSchemaOutput()
    created_at = serializers.DateTimeField()


class MineOutput(serializers.Serializer):
    submitted = serializers.IntegerField()
    today = serializers.IntegerField()


class ProjectCardOutput(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    open = serializers.IntegerField(help_text="Tasks that still want somebody")
    mine = MineOutput()


class ProjectListOutput(serializers.Serializer):
    results = ProjectCardOutput(many=True)


def detail(membership: Membership) -> Any:
    project = membership.project
    schema = newest(LabelSchema, project)
    return ProjectOutput(
        {
            **{name: getattr(project, name) for name in ("slug", "created_at", *CHANGEABLE)},
            "role": membership.role,
            # Who judges what has gold is not to know it.
            "gold_sources": project.gold_sources if Role(membership.role).includes(Role.REVIEWER) else [],
            "policy_weights": {**CUSTOM_WEIGHTS, **project.policy_weights},
            "guidelines": newest(Guideline, project),
            "label_schema": {
                "version": schema.version,
                "error_types": schema.error_types,
                **complete(schema.definition),
            },
        }
    ).data


def _checked(wish: dict[str, Any]) -> dict[str, Any]:
    """What projects can't know, since it is the scores' affair. Raises Invalid."""
    if "policy_weights" in wish:
        wish["policy_weights"] = checked_weights(wish["policy_weights"])
    return wish


def _known_sources(project: Project, named: list[str]) -> None:
    """Raises Invalid for a source that neither labels anything here nor counted as gold before."""
    here = label_sources(project) if named else []
    if odd := [name for name in named if name not in here and name not in project.gold_sources]:
        known = f"There are labels of: {', '.join(here)}." if here else "No labels came with the data yet."
        raise Invalid.field("gold_sources", f"No label here came from {odd[0]}. {known}")


class ProjectsView(APIView):
    @extend_schema(operation_id="projects_list", responses=ProjectListOutput)
    def get(self, request: Request) -> Response:
        """The projects I am a member of, by name."""
        memberships = list(visible_projects(user_of(request)))
        numbers = my_numbers(user_of(request), [m.project_id for m in memberships])
        results = [
            {
                "slug": m.project.slug,
                "name": m.project.name,
                "description": m.project.description,
                "role": m.role,
                **numbers[m.project_id],
            }
            for m in memberships
        ]
        return Response({"results": results})

    @extend_schema(request=ProjectInput, responses={201: ProjectOutput})
    def post(self, request: Request) -> Response:
        """Make a project; I become its admin. For the installation's admins."""
        wish = _checked(body(ProjectInput, request))
        with transaction.atomic():  # without its scorers nothing in it would ever be scored
            project = create_project(actor=user_of(request), **wish)
            ensure_default_scorers(project)
        return Response(detail(access_membership(user_of(request), project=project)), status=201)


class ProjectView(APIView):
    @extend_schema(responses=ProjectOutput)
    def get(self, request: Request, slug: str) -> Response:
        """Settings, guidelines and label schema in force."""
        return Response(detail(access_membership(user_of(request), project__slug=slug)))

    @extend_schema(request=ProjectChange, responses=ProjectOutput)
    def patch(self, request: Request, slug: str) -> Response:
        """Change settings. `guidelines`, `error_types` and `label_schema` make a new version; what was judged keeps the
        old one.
        """
        project = access_project(user_of(request), slug, Role.ADMIN)
        changes = _checked(body(ProjectChange, request))
        _known_sources(project, changes.get("gold_sources", []))
        project = update_project(actor=user_of(request), project=project, **changes)
        if "annotations_per_task" in changes:
            # After the project's own transaction: tasks are always locked before the project, never behind it.
            change_wanted(project=project)
        return Response(detail(access_membership(user_of(request), project__slug=slug)))


urlpatterns = [
    path("projects/", ProjectsView.as_view()),
    path("projects/<slug:slug>/", ProjectView.as_view()),
]
