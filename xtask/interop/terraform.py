"""How Terraform's provider calls the service, as far as a resource is concerned, with the official client.

The provider works on the JSON of responses. It takes for granted that what it reads is there, and panics at a member that
has another type than it asserts; so here such a member is an error.
"""

import time
import uuid

from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from services import PLAIN, advance, client_of

REGION = PLAIN["region"]
# It signs with V1, and sends what it calls with in the body.
CLIENT = client_of(PLAIN, signature_algorithm="v2")


class Gone(Exception):
    """What the provider takes for the absence of a resource: status 404."""


def call(action, **request):
    parameters = Params(action=action, version="2014-08-15", protocol="HTTP", pathname="/", method="POST", auth_type="AK",
                        style="RPC", req_body_type="formData", body_type="json")
    # Nothing knows the address that a call comes from, which is sent all the same.
    body = {"RegionId": REGION, "SourceIp": ""} | request
    try:
        return CLIENT.call_api(parameters, OpenApiRequest(body=body), RuntimeOptions())["body"]
    except ClientException as error:
        if error.status_code == 404:
            raise Gone(error.code) from error
        raise


def token():
    return f"Terraform-Alicloud-{int(time.time())}-{uuid.uuid4()}"


def member(value, path, *types):
    """A member that must be there: of one of these types, where the provider asserts it."""
    for name in path.split("."):
        found = value[int(name)] if isinstance(value, list) else value.get(name)
        assert found is not None, f"{name} of {path} is missing in {value}"
        value = found
    assert not types or type(value) in types, f"{path} is {value!r}, no {types}"
    return value


def attribute(instance):
    items = member(call("DescribeDBInstanceAttribute", DBInstanceId=instance), "Items.DBInstanceAttribute", list)
    if not items:
        raise Gone(instance)
    return items[0]


def wait(state, wanted, *others):
    """Waits for a state, over none but others that the provider expects on the way."""
    for _ in range(30):
        now = state()
        if now == wanted:
            return
        assert not others or now in others, (now, wanted)
        advance(3)
    raise AssertionError((now, wanted))


def running(instance):
    wait(lambda: attribute(instance)["DBInstanceStatus"], "Running")


class Resource:
    """A resource of the provider: `create`, `update` of one attribute, `read` by id alone, and `delete`."""

    def imported(self, name):
        """All attributes, or None where the resource is gone."""
        try:
            return self.read(name)
        except Gone:
            return None

    def plan(self, name, wanted):
        """What would still have to change."""
        found = self.imported(name)
        return {it: (found.get(it), value) for it, value in wanted.items() if found.get(it) != value}

    def live(self, wanted, changes):
        """A life from `apply` to `destroy`, in which each plan after a change is empty."""
        name = self.create(wanted)
        assert not self.plan(name, wanted), self.plan(name, wanted)
        for change in changes:
            assert self.plan(name, change), f"{change} is so already"
            self.update(name, change)
            wanted = wanted | change
            assert not self.plan(name, wanted), (change, self.plan(name, wanted))
        self.delete(name)
        assert self.imported(name) is None, self.imported(name)
