"""The embedded services that the scripts call, as `cargo xtask interop` has started them."""

import json
import os
import urllib.request

from alibabacloud_rds20140815.client import Client
from alibabacloud_tea_openapi.models import Config

PLAIN = json.loads(os.environ["RDS_PLAIN"])
TEMPORARY = json.loads(os.environ.get("RDS_TEMPORARY", "null"))
INSTANCE = "rm-fake0000000000001"


def host(service):
    return service["endpoint"].removeprefix("http://")


def client_of(service, **changes):
    """The official client of the present generation, for a service, with settings of its own."""
    config = Config(
        protocol="http",
        endpoint=host(service),
        region_id=service["region"],
        access_key_id=service["access_key_id"],
        access_key_secret=service["access_key_secret"],
        security_token=service["security_token"],
    )
    for name, value in changes.items():
        setattr(config, name, value)
    return Client(config)


def received(operation):
    """The parameters of the last request of an operation, as the service understood them."""
    with urllib.request.urlopen(PLAIN["endpoint"] + "/testing/requests") as answer:
        requests = [it for it in json.load(answer) if it["Operation"] == operation]
    return requests[-1]["Parameters"]


def advance(seconds):
    """Moves the clock of the service."""
    url = f"{PLAIN['endpoint']}/testing/clock?advance={seconds}"
    urllib.request.urlopen(urllib.request.Request(url, method="POST")).close()
