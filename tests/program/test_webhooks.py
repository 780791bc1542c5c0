"""Webhooks out: signed as Standard Webhooks says, to the addresses of the settings only, within a time and a size."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from program import Connectors, Delivered, Delivery, Failed, Noting, SettingsRefused, read_settings
from program.posting import LONGEST_ANSWER, Sender, is_public
from program.webhook_file import read_webhooks
from program.webhooks import SecretRefused, Webhook, body_of, retry_after, secret_key, signatures
from tests.support.receiver import Receiver, answer, drip, hang, receiving

AT = datetime(2026, 1, 5, 9, 0, 7, tzinfo=UTC)
OLD, NEW = b"o" * 24, b"n" * 32


def delivery(*, awaited: bool = False, **payload: object) -> Delivery:
    return Delivery("call-1", "notify", "case-1", "tell", payload, AT - timedelta(hours=1), AT, None, awaited)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def hook(receiver: Receiver, *keys: bytes, seconds: float = 10) -> Webhook:
    return Webhook(receiver.url, keys or (OLD,), Sender(seconds, private=True))


def test_the_signature_is_the_one_of_the_standards_own_example() -> None:
    """The example of standard-webhooks/standard-webhooks, spec and reference libraries."""
    key = secret_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    made = signatures([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_verifies_each_signature_while_secrets_rotate(receiver: Receiver) -> None:
    made = hook(receiver, NEW, OLD).deliver(delivery(to="a friend", on=date(2026, 1, 9), at=AT, n=[1, {"x": None}]))

    ((headers, body),) = receiver.seen
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = ["v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in (NEW, OLD)]
    assert made == Delivered()
    assert headers["webhook-signature"].split(" ") == wanted
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("call-1", str(int(AT.timestamp())))
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "type": "notify",
        "timestamp": "2026-01-05T08:00:07Z",
        "data": {
            "case_id": "case-1",
            "element": "tell",
            "parameters": {"to": "a friend", "on": "2026-01-09", "at": "2026-01-05T09:00:07Z", "n": [1, {"x": None}]},
            "answer_expected": False,
        },
    }


def test_the_body_is_the_same_at_every_try() -> None:
    assert body_of(delivery(x=1)) == body_of(delivery(x=1))


@pytest.mark.parametrize(
    ("status", "headers", "wanted"),
    [
        (200, {}, Delivered()),
        (299, {}, Delivered()),
        (302, {"Location": "http://example.org/"}, Failed("http_302")),
        (404, {}, Failed("http_404")),
        (410, {}, Failed("http_410", final=True)),
        (429, {"Retry_After": "120"}, Failed("http_429", timedelta(minutes=2))),
        (503, {"Retry_After": "Mon, 05 Jan 2026 09:01:07 GMT"}, Failed("http_503", timedelta(minutes=1))),
        (500, {"Retry_After": "soon"}, Failed("http_500")),
    ],
)
def test_2xx_is_delivered_410_is_final_and_all_else_is_tried_again(
    receiver: Receiver, status: int, headers: dict[str, str], wanted: object
) -> None:
    receiver.script.append(answer(status, b"", **headers))

    assert hook(receiver).deliver(delivery()) == wanted
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"ok": true}', Delivered({"ok": True})),
        (b" ", Delivered({})),
        (b"[1]", Failed("answer_no_object", final=True)),
        (b"<html>", Failed("answer_no_json", final=True)),
        (b" " * (LONGEST_ANSWER + 1), Failed("answer_too_large", final=True)),
    ],
    ids=["object", "empty", "list", "html", "large"],
)
def test_an_answer_that_a_task_waits_for_is_a_json_object(receiver: Receiver, body: bytes, wanted: object) -> None:
    receiver.script.append(answer(200, body))

    assert hook(receiver).deliver(delivery(awaited=True)) == wanted


def test_an_answer_that_breaks_off_is_asked_for_again(receiver: Receiver) -> None:
    receiver.script.append(answer(200, b'{"ok"', Content_Length="100"))

    assert hook(receiver).deliver(delivery(awaited=True)) == Failed("answer_cut")


@pytest.mark.parametrize("behave", [hang, drip])
def test_a_receiver_that_hangs_or_drips_is_cut_off(receiver: Receiver, behave) -> None:
    receiver.script.append(behave(receiver))

    assert hook(receiver, seconds=0.3).deliver(delivery()) == Failed("timeout")


def test_a_receiver_that_is_not_there_refuses() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sender = Sender(5, private=True)

    assert Webhook(f"http://127.0.0.1:{port}/", (OLD,), sender).deliver(delivery()) == Failed("refused")
    assert Webhook("http://nowhere.invalid/", (OLD,), sender).deliver(delivery()) == Failed("unknown_host")


def test_a_receiver_that_speaks_no_http_is_tried_again(receiver: Receiver) -> None:
    receiver.script.append(lambda handler: handler.wfile.write(b"220 mail.example\r\n") and None)

    assert hook(receiver).deliver(delivery()) == Failed("broken")


def test_private_addresses_are_refused_unless_the_settings_allow_them(receiver: Receiver) -> None:
    webhook = Webhook(receiver.url, (OLD,), Sender(5))

    assert webhook.deliver(delivery()) == Failed("private_address")
    assert receiver.seen == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104  # refused
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1", "::",
    ],
)  # fmt: skip
def test_no_address_of_this_machine_or_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_everybodys_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def test_a_certificate_is_checked_and_so_is_its_name(certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with receiving(server) as receiver:
        other_name = receiver.url.replace("localhost", "127.0.0.1")
        unknown = Webhook(receiver.url, (OLD,), Sender(5, private=True)).deliver(delivery())
        misnamed = Webhook(other_name, (OLD,), Sender(5, private=True, context=trusting)).deliver(delivery())
        known = Webhook(receiver.url, (OLD,), Sender(5, private=True, context=trusting)).deliver(delivery())

    assert (unknown, misnamed, known) == (Failed("tls"), Failed("tls"), Delivered())
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_***", "whsec_" + "A" * 100]
)
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(SecretRefused):
        secret_key(secret)


def test_retry_after_takes_seconds_and_dates_and_nothing_else() -> None:
    assert retry_after(None, AT) is None
    assert retry_after("-5", AT) is None
    assert retry_after("Mon, 05 Jan 2026 08:00:00 GMT", AT) == timedelta(0)
    assert retry_after("9" * 12, AT) is None


SECRET = "whsec_" + base64.b64encode(OLD).decode()
GOOD = {"url": "https://example.org/hook", "secrets": [SECRET]}


def webhooks(path: Path, text: str, mode: int = 0o600, **more: str) -> dict[str, Webhook]:
    path.write_text(text)
    path.chmod(mode)
    given = {"NINEFOLD_PROFILE": "sample", "NINEFOLD_WEBHOOKS": str(path), **more}
    return read_webhooks(read_settings(given))


def test_the_file_of_webhooks_names_address_and_secrets_of_each_topic(tmp_path: Path) -> None:
    found = webhooks(tmp_path / "hooks.json", json.dumps({"notify": GOOD}), NINEFOLD_WEBHOOKS_PRIVATE="yes")

    assert (found["notify"].url, found["notify"].keys) == (GOOD["url"], (OLD,))
    assert found["notify"].sender.private
    assert SECRET not in repr(found)
    assert "oooo" not in repr(found)
    assert read_webhooks(read_settings({"NINEFOLD_PROFILE": "sample"})) == {}


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ("{", 0o600, "line 1"),
        ("[]", 0o600, "map topics"),
        (json.dumps({"notify": GOOD}), 0o644, "0600"),
        (json.dumps({"notify": []}), 0o600, "'notify'"),
        (json.dumps({"notify": {**GOOD, "more": 1}}), 0o600, "'notify'"),
        (json.dumps({"notify": {**GOOD, "secrets": []}}), 0o600, "'notify'"),
        (json.dumps({"notify": {**GOOD, "secrets": ["hidden"]}}), 0o600, "whsec_"),
        *[
            (json.dumps({"notify": {**GOOD, "url": url}}), 0o600, "http")
            for url in (
                "ftp://example.org/", "example.org", "http:///x", "https://me:hidden@example.org/", "file:///etc/passwd",
                "http://example.org:99999/", "http://example.org:0/", "http://exämple.org/", "http://[::1/", "http://a b/", 7,
            )
        ],
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_stops_the_start_and_quotes_no_secret(
    tmp_path: Path, text: str, mode: int, said: str
) -> None:
    with pytest.raises(SettingsRefused, match=said) as refused:
        webhooks(tmp_path / "hooks.json", text, mode)

    assert "hidden" not in str(refused.value)


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read_webhooks(read_settings({"NINEFOLD_PROFILE": "sample", "NINEFOLD_WEBHOOKS": str(tmp_path / "none")}))


@pytest.mark.parametrize(
    "wrong", [{"NINEFOLD_WEBHOOKS_PRIVATE": "true"}, {"NINEFOLD_MESSAGE_DAYS": "0"}, {"NINEFOLD_MESSAGE_DAYS": "366"}]
)
def test_wrong_settings_of_messages_and_webhooks_are_named(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused, match=next(iter(wrong))):
        read_settings({"NINEFOLD_PROFILE": "sample", **wrong})


def test_the_sample_notes_every_call_but_a_few_letters_come_back_once() -> None:
    noting, outcomes = Noting(), []
    for n in range(400):
        sent = Delivery(f"call-{n}", "send_letter", "c", "e", {}, AT, AT, None, awaited=False)
        outcomes.append(noting.deliver(sent))

    returned = [item for item in outcomes if isinstance(item, Failed)]

    assert 0 < len(returned) < 40
    assert all(item.final for item in returned)
    again = Delivery(
        f"call-{outcomes.index(returned[0])}", "send_letter", "c", "e", {}, AT, AT, "returned", awaited=False
    )
    assert noting.deliver(again) == Delivered({})


def test_a_topic_has_its_own_connector_or_that_of_the_others_or_none() -> None:
    one, other = Noting(), Noting(frozenset())

    assert Connectors({"a": one}).find("b") is None
    assert (Connectors({"a": one}, other).find("a"), Connectors({"a": one}, other).find("b")) == (one, other)
