# Django REST framework with SimpleJWT of Debian, as its documents set it up with rotation and the blacklist. A WSGI application for gunicorn.
# Environment: BENCH_DATABASE, the database's file; BENCH_SYNCHRONOUS, SQLite's synchronous.
import os
import secrets

import django
from django.conf import settings

FILE = os.environ["BENCH_DATABASE"]
SYNCHRONOUS = os.environ["BENCH_SYNCHRONOUS"]

settings.configure(
    DEBUG=False,
    SECRET_KEY=secrets.token_urlsafe(48),
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    # Connections stay open: opening one for each request would only slow it.
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FILE,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"timeout": 20},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
    ],
    # An API of tokens needs none of the middleware for sessions and forms.
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    LOGGING_CONFIG=None,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    },
    SIMPLE_JWT={"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True},
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView  # noqa: E402

ACCOUNTS = 64
PASSWORD = "correct horse battery staple"


def set_durability(connection, **_):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = wal")
        cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")


connection_created.connect(set_durability)


class Me(APIView):
    def get(self, request):
        user = request.user
        return Response({"id": user.pk, "username": user.username, "email": user.email, "date_joined": user.date_joined})


urlpatterns = [
    path("me", Me.as_view()),
    path("login", TokenObtainPairView.as_view()),
    path("refresh", TokenRefreshView.as_view()),
]


def prepare():
    call_command("migrate", verbosity=0)
    users = get_user_model().objects
    first = users.create_user("bench-0", "bench@example.com", PASSWORD)
    # One hash for all of them: only log-ins are measured.
    users.bulk_create(
        get_user_model()(username=f"bench-{number}", email=first.email, password=first.password)
        for number in range(1, ACCOUNTS)
    )
    connection.close()


prepare()
application = get_wsgi_application()
