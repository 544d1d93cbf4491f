"""What Firasa knows and decides, as pure functions over frozen dataclasses."""
