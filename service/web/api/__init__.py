"""The JSON API: ``/v1`` for the widget and for the shop's server, described by ``/openapi.json``."""
