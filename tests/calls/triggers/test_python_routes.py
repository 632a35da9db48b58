"""Routes of Django, its REST framework, Flask and FastAPI: whole paths across files, and what each enters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.calls.triggers import django, paths, programs, web

from .python_sources import enters, read

DJANGO = {
    "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n',
    "shop/urls.py": """
        from django.urls import include, path, re_path
        from shop import views
        from shop.api import router
        urlpatterns = [
            path("items/<int:id>/", views.item),
            re_path(r"^old/(?P<year>[0-9]{4})/$", views.post_only),
            path("reports/", login_required(views.ReportView.as_view())),
            path("team/", include("team.urls")),
            path("api/", include(router.urls)),
        ]
    """,
    "shop/views.py": """
        from django.views import View
        @require_POST
        def post_only(request): ...
        class Base(View):
            def get(self, request): ...
        class ReportView(Base):
            def post(self, request): ...
    """,
    "shop/api.py": """
        from rest_framework import viewsets
        from rest_framework.routers import DefaultRouter
        class UserViewSet(viewsets.ReadOnlyModelViewSet):
            lookup_field = "uuid"
            @action(detail=True, methods=["post"])
            def ban(self, request, uuid): ...
        router = DefaultRouter()
        router.register(r"users", UserViewSet)
        registry.register("nobody", UserViewSet)
    """,
    "team/urls.py": """
        from django.urls import path
        from . import views
        urlpatterns = [path("", views.index)]
        urlpatterns += [path("loop/", include("shop.urls"))]
    """,
}


def test_django_routes_are_whole_across_files() -> None:
    made = read(django, DJANGO)
    names = {one.name for one in made}
    assert names >= {
        "ANY /items/:id/",
        "POST /old/:year/",
        "GET /reports/",
        "POST /reports/",
        "ANY /team/",
        "GET /api/users/",
        "GET /api/users/:uuid/",
        "POST /api/users/:uuid/ban/",
    }
    assert not any("nobody" in name or "DELETE" in name or "loop" in name for name in names)
    item = next(one for one in made if one.name == "ANY /items/:id/")
    assert (item.path, item.line, enters(DJANGO, item.entries[0])) == ("shop/urls.py", 5, "views.item")
    ban = next(one for one in made if one.name.endswith("/ban/"))
    assert ban.entries[0].methods[0] == "ban"
    assert ban.doors == ("http:POST /api/users/:uuid/ban/",)


WEB = {
    "app.py": """
        from flask import Flask
        from admin import bp
        app = Flask(__name__)
        app.register_blueprint(bp, url_prefix="/admin")

        @app.route("/ping")
        def ping(): ...

        @app.route("/both", methods=["GET", "POST"])
        def both(): ...

        app.add_url_rule("/rule/<path:rest>", view_func=ping)
        app.get("/no-decorator")
    """,
    "admin.py": """
        from flask import Blueprint
        bp = Blueprint("admin", __name__, url_prefix="/replaced")

        @bp.post("/x/<int:id>")
        def x(id): ...
    """,
    "fast/main.py": """
        from fastapi import FastAPI
        from fast.users import router
        from fast.config import settings
        api = FastAPI()
        api.include_router(router, prefix=settings.PREFIX)
    """,
    "fast/config.py": """
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            PREFIX: str = "/api/v1"
        settings = Settings()
    """,
    "fast/users.py": """
        from fastapi import APIRouter
        router = APIRouter(prefix="/users")

        @router.get("/{id}")
        def one(id: int): ...

        @cache.get("key")
        def not_a_route(): ...
    """,
    "rest.py": """
        from flask_restful import Api, Resource
        api = Api(prefix="/rest")
        class Things(Resource):
            def get(self): ...
            def delete(self): ...
        api.add_resource(Things, "/things", "/things/<id>", endpoint="/things-name")
    """,
}


def test_flask_and_fastapi_routes_have_the_prefixes_of_what_they_are_put_on() -> None:
    made = read(web, WEB)
    assert {one.name: enters(WEB, one.entries[0]) for one in made} == {
        "GET /ping": "ping",
        "GET /both": "both",
        "POST /both": "both",
        "GET /rule/*rest": "ping",
        "POST /admin/x/:id": "x",
        "GET /api/v1/users/:id": "one",
        "GET /rest/things": "get",
        "DELETE /rest/things": "delete",
        "GET /rest/things/:id": "get",
        "DELETE /rest/things/:id": "delete",
    }


@given(st.text("abc/.^$()?P<>:[]{}*+\\|dw0", max_size=40))
def test_no_pattern_breaks_the_reading_of_paths(text: str) -> None:
    assert paths.whole(paths.of_regex(text)).startswith("/")
    assert paths.whole(paths.plain(text)).startswith("/")


@given(st.lists(st.from_regex(r"\A[a-z]{1,6}\Z"), min_size=1, max_size=5))
def test_one_path_is_the_same_in_every_spelling(words: list[str]) -> None:
    wanted = "/" + "/".join(f"{word}/:{word}" for word in words)
    assert paths.plain("/" + "/".join(f"{word}/<int:{word}>" for word in words)) == wanted
    assert paths.plain("/" + "/".join(f"{word}/{{{word}}}" for word in words)) == wanted
    assert paths.of_regex("^/" + "/".join(rf"{word}/(?P<{word}>[^/]+)" for word in words) + "$") == wanted


PROGRAMS = {
    "shop/management/commands/sweep.py": """
        from django.core.management.base import BaseCommand
        class Command(BaseCommand):
            def handle(self, *args, **options): ...
    """,
    "shop/management/commands/_base.py": """
        class Command(BaseCommand):
            def handle(self): ...
    """,
    "bin/run.py": """
        def main(): ...
        if __name__ == "__main__":
            main()
    """,
    "shop/cli.py": """
        import click
        @click.group()
        def cli(): ...
        @cli.group("feeds")
        def feeds(): ...
        @feeds.command()
        def clean_all(): ...
    """,
}


def test_commands_and_scripts() -> None:
    made = {one.name: one for one in read(programs, PROGRAMS)}
    assert set(made) == {"manage.py sweep", "bin/run.py", "feeds clean-all"}
    assert made["manage.py sweep"].doors == ("manage:sweep",)
    assert enters(PROGRAMS, made["bin/run.py"].entries[0]) == "main()"
    assert made["bin/run.py"].doors[0] == "script:bin/run.py"
