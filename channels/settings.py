"""An account's settings against what its channel knows: unknown, missing and impossible ones are told by name; pure."""

from collections.abc import Mapping, Sequence

from channels.channel import BadSetting, Setting

VALUE_LENGTH_MAX = 2_000


def checked(given: Mapping[str, str], known: Sequence[Setting]) -> dict[str, str]:
    """The settings with defaults filled in. Raises BadSetting."""
    names = [setting.name for setting in known]
    for name in given:
        if name not in names:
            raise BadSetting(f"{name}: no such setting; there are {', '.join(names)}")
    settings = {}
    for setting in known:
        value = given.get(setting.name, setting.default)
        if setting.is_required and not value:
            raise BadSetting(f"{setting.name}: is missing")
        if value and setting.choices and value not in setting.choices:
            raise BadSetting(f"{setting.name}: must be one of {', '.join(setting.choices)}")
        if len(value) > VALUE_LENGTH_MAX:
            raise BadSetting(f"{setting.name}: at most {VALUE_LENGTH_MAX} characters")
        if value:
            settings[setting.name] = value
    return settings


def shown(settings: Mapping[str, str], known: Sequence[Setting]) -> dict[str, str]:
    """The settings as they may be seen: of a secret one only that it is set."""
    secret = {setting.name for setting in known if setting.is_secret}
    return {name: "(set)" if name in secret else value for name, value in settings.items()}
