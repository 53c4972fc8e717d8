"""The embedded services that the scripts call, as `cargo xtask interop` has started them."""

import json
import os
import urllib.request

PLAIN = json.loads(os.environ["RDS_PLAIN"])
TEMPORARY = json.loads(os.environ["RDS_TEMPORARY"])
INSTANCE = "rm-fake0000000000001"


def host(service):
    return service["endpoint"].removeprefix("http://")


def received(operation):
    """The parameters of the last request of an operation, as the service understood them."""
    with urllib.request.urlopen(PLAIN["endpoint"] + "/testing/requests") as answer:
        requests = [it for it in json.load(answer) if it["Operation"] == operation]
    return requests[-1]["Parameters"]


def advance(seconds):
    """Moves the clock of the service."""
    url = f"{PLAIN['endpoint']}/testing/clock?advance={seconds}"
    urllib.request.urlopen(urllib.request.Request(url, method="POST")).close()
