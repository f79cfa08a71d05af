from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "brandkiln.demo"
