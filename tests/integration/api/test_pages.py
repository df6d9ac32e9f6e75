"""The chat's page and files, what operators ask, and the description of it all."""

import msgspec
from openapi_spec_validator import validate

from bot.app import OPERATIONS
from tests.integration.api.shop import Shop


async def test_the_chat_page_runs_nothing_but_our_own_files(shop: Shop) -> None:
    async with shop.http.get(f"{shop.url}/chat/shop") as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "{{config}}" not in page


async def test_a_merchants_name_cannot_end_the_config_block(shop: Shop) -> None:
    name = "</script><script>alert(1)</script>"
    await shop.base.db.execute("UPDATE merchant SET name = $1", name)

    async with shop.http.get(f"{shop.url}/chat/shop") as response:
        page = await response.text()

    config = page.split('id="refundbot-config">')[1].split("</script>")[0]
    assert "<script>alert" not in page
    assert msgspec.json.decode(config)["merchant"] == name


async def test_the_loader_and_the_files_are_sent_with_their_kind(shop: Shop) -> None:
    async with (
        shop.http.get(f"{shop.url}/chat/loader.js") as loader,
        shop.http.get(f"{shop.url}/static/chat/chat.js") as file,
    ):
        kinds = [loader.content_type, file.content_type]
        etag = file.headers["ETag"]
    async with shop.http.get(f"{shop.url}/static/chat/chat.js", headers={"If-None-Match": etag}) as again:
        unchanged = again.status

    assert kinds == ["text/javascript", "text/javascript"]
    assert unchanged == 304


async def test_no_path_leads_out_of_the_clients_folder(shop: Shop) -> None:
    paths = ("../parse.py", "..%2f..%2fparse.py", "%2e%2e/parse.py", "chat.html", "/etc/passwd", "nothing.js")

    answers = [(await shop.call("GET", f"/static/chat/{path}"))[0] for path in paths]

    assert set(answers) == {404}


async def test_the_process_tells_that_it_lives_and_can_work(shop: Shop) -> None:
    live, ready = await shop.call("GET", "/livez"), await shop.call("GET", "/readyz")
    metrics, text = await shop.call("GET", "/metrics")

    assert (live[0], ready[0], metrics) == (200, 200, 200)
    assert ready[1]["parts"] == {"database": "ok", "outbox": "ok", "redis": "ok"}
    assert b"process_" in text
    assert b"refundbot_turns_waiting 0.0" in text


async def test_an_effect_that_waits_too_long_makes_the_process_unready(shop: Shop) -> None:
    await shop.base.db.execute(
        "INSERT INTO outbox (id, merchant_id, kind, lane, payload, created_at)"
        " VALUES (gen_random_uuid(), $1, 'nobody.does.this', 'x', '{}', $2::timestamptz - interval '1 day')",
        shop.merchant.merchant_id,
        shop.clock.now(),
    )

    status, answer = await shop.call("GET", "/readyz")

    assert status == 503
    assert "waited" in answer["parts"]["outbox"]


async def test_the_description_of_the_api_is_valid_and_names_every_call(shop: Shop) -> None:
    status, document = await shop.call("GET", "/api/openapi.json")

    validate(document)
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert status == 200
    assert described == {(operation.method, operation.path) for operation in OPERATIONS}


async def test_an_address_that_does_not_exist_is_a_problem_too(shop: Shop) -> None:
    missing, problem = await shop.call("GET", "/api/v1/nothing")
    wrong, other = await shop.call("DELETE", "/livez")

    assert (missing, problem["status"], wrong, other["status"]) == (404, 404, 405, 405)
