"""The addresses of /v1, as clients of OpenAI's API know them."""

from django.urls import path

from brandkiln.served import views

app_name = "served"
# django-stubs knows no asynchronous view behind a decorator.
urlpatterns = [
    path("models", views.models, name="v1_models"),  # type: ignore[arg-type]
    path("models/<path:name>", views.model, name="v1_model"),  # type: ignore[arg-type]
    path("chat/completions", views.chat, name="v1_chat"),  # type: ignore[arg-type]
    path("completions", views.completions, name="v1_completions"),  # type: ignore[arg-type]
    path("embeddings", views.embeddings, name="v1_embeddings"),  # type: ignore[arg-type]
    path("", views.nowhere, {"rest": ""}, name="v1_root"),
    path("<path:rest>", views.nowhere, name="v1_nowhere"),
]
