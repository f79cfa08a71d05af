"""The addresses of what people and servers are told."""

from django.urls import URLPattern, path

from brandkiln.dashboard.views import notifications, webhooks

in_workspace: list[URLPattern] = [
    path("notifications/", notifications.index, name="notification_list"),
    path("notifications/read/", notifications.read, name="notification_read"),
    path("notifications/unread/", notifications.unread, name="notification_unread"),
    path("notifications/stream/", notifications.stream, name="notification_stream"),
    path("notifications/preferences/", notifications.preferences, name="notification_preferences"),
    path("notifications/<uuid:notification>/", notifications.follow, name="notification_page"),
    path("settings/webhooks/", webhooks.index, name="webhook_list"),
    path("settings/webhooks/<uuid:endpoint>/", webhooks.page, name="webhook_page"),
    path("settings/webhooks/<uuid:endpoint>/secret/", webhooks.rotate, name="webhook_rotate"),
    path("settings/webhooks/<uuid:endpoint>/switch/", webhooks.switch, name="webhook_switch"),
    path("settings/webhooks/<uuid:endpoint>/test/", webhooks.test, name="webhook_test"),
    path("settings/webhooks/<uuid:endpoint>/delete/", webhooks.delete, name="webhook_delete"),
    path("settings/deliveries/<uuid:delivery>/again/", webhooks.again, name="webhook_again"),
]
outside: list[URLPattern] = [
    path("letters/stop/<str:secret>/", notifications.stop, name="letters_stop"),
]
