"""The addresses of /v1, as clients of OpenAI's API know them."""

from django.urls import path

from brandkiln.served import views

app_name = "served"
urlpatterns = [
    path("models", views.models, name="v1_models"),
    path("models/<path:name>", views.model, name="v1_model"),
    path("chat/completions", views.chat, name="v1_chat"),
    path("completions", views.completions, name="v1_completions"),
    path("embeddings", views.embeddings, name="v1_embeddings"),
]
