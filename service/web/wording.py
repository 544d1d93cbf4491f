"""The words of the pages that shoppers see, kept as YAML beside their templates, in every language and plural form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import cast

import yaml
from babel import Locale

from service.catalog.files import resource_dir

Forms = str | Mapping[str, str]


@lru_cache(maxsize=8)
def load(name: str) -> Mapping[str, Mapping[str, Forms]]:
    """The words of ``templates/storefront/<name>.yaml``: key -> language -> text, or plural form -> text."""
    text = (resource_dir("templates") / "storefront" / f"{name}.yaml").read_text(encoding="utf-8")
    return cast(Mapping[str, Mapping[str, Forms]], yaml.safe_load(text))


def speaker(name: str, lang: str) -> Callable[..., str]:
    """A function that says a key in a language, for templates: ``t("at_least", n=2)``."""
    words = load(name)

    def say(key: str, **values: object) -> str:
        forms = words[key].get(lang) or words[key]["en"]
        if not isinstance(forms, str):
            count = values["n"]
            assert isinstance(count, int)
            forms = forms.get(Locale.parse(lang).plural_form(count)) or forms["other"]
        return forms.format(**values)

    return say
