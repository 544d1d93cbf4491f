"""The contract of the public API: what a Turn looks like, and one shape for every problem."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from service.web.api.responses import TurnSchema
from service.web.problems import CODES
from tests.contract.api_world import application, finish, post, start

STARTERS = ("skin-match", "after-purchase", "shopping-style")
TURN = {
    "response_id", "quiz", "version", "lang", "languages", "dir", "title", "status", "revision", "messages", "history",
    "item", "progress", "result", "contact", "heard", "transcript", "contact_person",
}  # fmt: skip


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with application(database_url) as client:
        yield client


@pytest.fixture
def sqlite_client(sqlite_url: str) -> Iterator[FlaskClient]:
    with application(sqlite_url, allowed_origins=("https://shop.example.com",)) as client:
        yield client


def assert_problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The one shape of every error."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.get_data())
    assert set(problem) == {"type", "title", "status", "detail", "code", "errors"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"]
    assert all(set(error) == {"path", "message"} for error in problem["errors"])
    assert code in CODES
    return problem


@pytest.mark.parametrize("quiz", STARTERS)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_starter_can_be_answered_to_its_end(sqlite_client: FlaskClient, quiz: str, lang: str) -> None:
    turn = start(sqlite_client, quiz, lang)
    assert set(turn) == TURN
    assert turn["dir"] == ("rtl" if lang == "ar" else "ltr")
    turn = finish(sqlite_client, turn)
    assert (turn["status"], turn["item"]) == ("complete", None)
    assert turn["progress"]["done"] == turn["progress"]["total"]
    assert turn["result"] is not None


def test_a_served_turn_is_what_the_schema_says(sqlite_client: FlaskClient) -> None:
    schema = TurnSchema()
    turn = start(sqlite_client)
    assert schema.dump(turn) == turn
    turn = finish(sqlite_client, turn)
    assert schema.dump(turn) == turn
    assert turn["result"]["products"][0]["price"].keys() == {"amount", "currency"}


def test_answers_resume_correct_and_identify(client: FlaskClient) -> None:
    first = start(client)
    path = f"/v1/responses/{first['response_id']}"
    item, options = first["item"]["id"], [option["id"] for option in first["item"]["options"]]
    second = post(client, f"{path}/answers", {"item_id": item, "value": options[0], "revision": 0}).get_json()
    read = client.get(path).get_json()
    assert [one["kind"] for one in read["transcript"]] == ["question", "answer"]
    assert {**read, "transcript": []} == second  # a tapped answer does not say again all that was said
    assert client.get(f"{path}?lang=ar").get_json()["dir"] == "rtl"
    started = post(
        client, "/v1/responses", {"quiz": "skin-match", "lang": "ar", "visit": "of-another-tongue"}
    ).get_json()
    spoken = client.get(f"/v1/responses/{started['response_id']}?lang=xx").get_json()
    assert spoken["dir"] == "rtl", "a language the quiz lacks changes nothing"
    repeated = post(client, f"{path}/answers", {"item_id": item, "value": options[0], "revision": 0})
    assert repeated.get_json() == second
    corrected = post(client, f"{path}/answers", {"item_id": item, "value": options[1], "revision": 1}).get_json()
    assert [said["value"] for said in corrected["history"]] == [options[1]]
    done = finish(client, corrected)
    said = post(client, f"{path}/identify", {"email": "Noor@Example.com ", "consent": True})
    assert said.status_code == 200
    assert said.get_json()["contact"]["done"]
    assert said.get_json()["result"] == done["result"]


def test_a_typed_phone_is_taken_in_any_usual_form(sqlite_client: FlaskClient) -> None:
    turn = finish(sqlite_client, start(sqlite_client))
    path = f"/v1/responses/{turn['response_id']}/identify"
    assert post(sqlite_client, path, {"phone": "+966 50 123 4567", "consent": {"sms": True}}).status_code == 200
    assert_problem(post(sqlite_client, path, {"phone": "12", "consent": False}), 422, "invalid_value")


# problems ------------------------------------------------------------------------------------------------------------


def test_unknown_things_are_not_found(sqlite_client: FlaskClient) -> None:
    assert_problem(post(sqlite_client, "/v1/responses", {"quiz": "nope"}), 404, "quiz_not_found")
    assert_problem(sqlite_client.get("/v1/responses/r_nope"), 404, "response_not_found")
    answer = {"item_id": "x", "value": 1, "revision": 0}
    assert_problem(post(sqlite_client, "/v1/responses/r_nope/answers", answer), 404, "response_not_found")
    assert_problem(sqlite_client.get("/v1/nothing"), 404, "not_found")
    assert_problem(sqlite_client.delete("/v1/responses"), 405, "method_not_allowed")


def test_stale_and_unexpected_answers_are_conflicts(sqlite_client: FlaskClient) -> None:
    turn = start(sqlite_client)
    path = f"/v1/responses/{turn['response_id']}/answers"
    assert_problem(
        post(sqlite_client, path, {"item_id": "budget", "value": "x", "revision": 0}), 409, "item_not_expected"
    )
    first = turn["item"]
    assert_problem(
        post(sqlite_client, path, {"item_id": first["id"], "value": first["options"][0]["id"], "revision": 3}),
        409,
        "stale_revision",
    )


def test_a_wrong_value_is_named_by_its_path(sqlite_client: FlaskClient) -> None:
    turn = start(sqlite_client)
    path = f"/v1/responses/{turn['response_id']}/answers"
    body = {"item_id": turn["item"]["id"], "value": "purple", "revision": 0}
    problem = assert_problem(post(sqlite_client, path, body), 422, "invalid_value")
    assert problem["errors"][0]["path"] == "value"
    problem = assert_problem(post(sqlite_client, path, {**body, "colour": "red"}), 422, "invalid_value")
    assert problem["errors"] == [{"path": "colour", "message": "Unknown field."}]
    problem = assert_problem(post(sqlite_client, path, {"value": 1}), 422, "invalid_value")
    assert problem["errors"][0]["path"] == "item_id"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b'{"quiz": NaN}', 400, "malformed_json"),
        (b'{"quiz": ' + b"[" * 20 + b"]" * 20 + b"}", 400, "malformed_json"),
        (b"[" * 30_000, 400, "malformed_json"),
        (b'{"quiz": ' + b"9" * 6_000 + b"}", 400, "malformed_json"),
        (b'{"quiz": "\\u0000"}', 422, "invalid_value"),
        (b'{"quiz": "\\ud800"}', 422, "invalid_value"),
        (b'{"\\u0000": "x"}', 422, "invalid_value"),
        (b"[]", 422, "invalid_value"),
        (b"7", 422, "invalid_value"),
        (b'{"quiz": 5}', 422, "invalid_value"),
        (b'{"quiz": "skin-match", "visit": ""}', 422, "invalid_value"),
        (b'{"quiz": "' + b"x" * 70_000 + b'"}', 413, "body_too_large"),
    ],
)
def test_hostile_json_is_refused_at_the_edge(sqlite_client: FlaskClient, body: bytes, status: int, code: str) -> None:
    assert_problem(sqlite_client.post("/v1/responses", data=body, content_type="application/json"), status, code)


def test_hostile_addresses_are_refused_too(sqlite_client: FlaskClient) -> None:
    assert_problem(sqlite_client.get("/v1/responses/r_%00"), 422, "invalid_value")
    body = {"item_id": "x", "value": "y", "revision": 0}
    assert_problem(post(sqlite_client, "/v1/responses/a%00b/answers", body), 422, "invalid_value")
    assert sqlite_client.get("/v1/responses/" + "r" * 5_000).status_code == 404
    assert sqlite_client.get("/q/skin%00match").status_code < 500


def test_only_json_is_taken(sqlite_client: FlaskClient) -> None:
    answer = sqlite_client.post("/v1/responses", data="quiz=skin-match", content_type="text/plain")
    assert_problem(answer, 415, "unsupported_media_type")
    form = sqlite_client.post("/v1/responses", data={"quiz": "skin-match"})
    assert_problem(form, 415, "unsupported_media_type")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=10), children, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=anything, item=st.sampled_from(["for_whom", "nope", "", "x" * 80]), revision=anything, email=anything)
def test_whatever_arrives_is_never_a_server_error(
    sqlite_client: FlaskClient, value: Any, item: str, revision: Any, email: Any
) -> None:
    public_id = start(sqlite_client, visit="fuzz")["response_id"]
    body = {"item_id": item, "value": value, "revision": revision}
    assert post(sqlite_client, f"/v1/responses/{public_id}/answers", body).status_code < 500
    said = post(sqlite_client, f"/v1/responses/{public_id}/identify", {"email": email, "consent": value})
    assert said.status_code < 500
    assert post(sqlite_client, "/v1/responses", value).status_code < 500


def test_too_many_requests_are_told_when_to_come_back(sqlite_url: str) -> None:
    with application(sqlite_url, rate_limit_response="3/minute", rate_limit_address="8/minute") as client:
        public_id = start(client)["response_id"]
        answers = [client.get(f"/v1/responses/{public_id}") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert_problem(answers[-1], 429, "too_many_requests")
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        for _ in range(4):
            last = client.get("/v1/responses/r_other")
        assert_problem(last, 429, "too_many_requests")


def test_other_origins_may_call_only_when_they_are_allowed(sqlite_client: FlaskClient) -> None:
    allowed = post(sqlite_client, "/v1/responses", {"quiz": "skin-match"}, Origin="https://shop.example.com")
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    other = post(sqlite_client, "/v1/responses", {"quiz": "skin-match"}, Origin="https://evil.example.com")
    assert "Access-Control-Allow-Origin" not in other.headers
    preflight = sqlite_client.options("/v1/responses", headers={"Origin": "https://shop.example.com"})
    assert preflight.status_code in (200, 204)
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    problem = post(sqlite_client, "/v1/responses", {"quiz": "nope"}, Origin="https://shop.example.com")
    assert problem.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"


def test_forwarded_addresses_are_believed_from_trusted_proxies_only(sqlite_url: str) -> None:
    limits = {"rate_limit_address": "2/minute"}
    with application(sqlite_url, **limits, trusted_proxies=("127.0.0.1",)) as client:
        for number in range(5):
            assert client.get("/v1/responses/r_x", headers={"X-Forwarded-For": f"10.1.1.{number}"}).status_code == 404
    with application(sqlite_url, **limits) as client:
        codes = [
            client.get("/v1/responses/r_x", headers={"X-Forwarded-For": f"10.1.1.{number}"}).status_code
            for number in range(5)
        ]
        assert codes[-1] == 429


def test_an_unmigrated_database_is_not_ready_and_says_what_to_do(unmigrated_url: str) -> None:
    from service.app import create_app
    from service.config import Config

    client = create_app(Config(database_url=unmigrated_url)).test_client()
    assert client.get("/healthz").status_code == 200
    problem = assert_problem(client.get("/readyz"), 503, "unavailable")
    assert "firasa db migrate" in problem["detail"]
    assert_problem(post(client, "/v1/responses", {"quiz": "skin-match"}), 503, "unavailable")


# the description -----------------------------------------------------------------------------------------------------


def test_the_served_description_is_valid_openapi_3_1_and_is_the_committed_one(sqlite_client: FlaskClient) -> None:
    served = sqlite_client.get("/openapi.json").get_json()
    assert served["openapi"] == "3.1.0"
    validate(served)
    committed = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert served == committed, "run `make openapi` and commit docs/openapi.json"


def test_the_web_process_never_imports_scikit_learn(sqlite_url: str) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from service.app import create_app; from service.config import Config;"
        f"create_app(Config(database_url={sqlite_url!r}, demo=True));"
        "heavy = {name.split('.')[0] for name in sys.modules} & {'sklearn', 'numpy', 'scipy'};"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
