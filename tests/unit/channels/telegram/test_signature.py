"""Only who shows the account's secret is heard."""

import pytest

from channels.channel import BadSetting, SignatureRejected
from channels.support_chat.telegram.signature import SECRET_HEADER, checked_secret, verify_secret

SECRET = "s3cret-of-the-webhook_01"


def test_the_right_secret_is_taken() -> None:
    verify_secret({SECRET_HEADER: SECRET, "content-type": "application/json"}, SECRET)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET[:-1]},
        {SECRET_HEADER: SECRET + "x"},
        {SECRET_HEADER: SECRET.upper()},
        {SECRET_HEADER: f" {SECRET}"},
        {SECRET_HEADER: "密" * 8},
        {SECRET_HEADER: "\udcff"},
        {"x-telegram-bot-api-secret": SECRET},
    ],
    ids=["absent", "empty", "prefix", "longer", "upper case", "blank", "not ascii", "not text", "other header"],
)
def test_any_other_secret_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureRejected):
        verify_secret(headers, SECRET)


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "anything"}])
def test_an_account_without_a_secret_takes_no_request(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureRejected):
        verify_secret(headers, "")


@pytest.mark.parametrize("secret", ["", " ", "with blank", "密", "a" * 257, "a\n", "=="])
def test_a_missing_or_malformed_secret_stops_the_start_without_being_shown(secret: str) -> None:
    with pytest.raises(BadSetting) as refused:
        checked_secret(secret)

    assert "webhook_secret" in str(refused.value)
    assert not secret.strip() or secret not in str(refused.value)
