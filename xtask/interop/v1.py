"""The official Python client of the earlier generation, which signs with V1, against the embedded service."""

import json

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkrds.request.v20140815 import (
    CreateBackupRequest,
    DescribeBackupTasksRequest,
    DescribeDBInstancesRequest,
    DescribeRCInstanceTypesRequest,
    DescribeRegionsRequest,
    StopRCInstancesRequest,
    TagResourcesRequest,
)

from services import INSTANCE, PLAIN, TEMPORARY, advance, host, received


def client_of(service, secret=None, with_token=True):
    key, secret = service["access_key_id"], secret or service["access_key_secret"]
    if service["security_token"] and with_token:
        credential = StsTokenCredential(key, secret, service["security_token"])
    else:
        credential = AccessKeyCredential(key, secret)
    return AcsClient(region_id=service["region"], credential=credential)


def call(client, module, service=PLAIN, **parameters):
    """Sends the request of a module such as CreateBackupRequest, whose class has the same name."""
    request = getattr(module, module.__name__.rsplit(".", 1)[1])()
    request.set_endpoint(host(service))
    request.set_protocol_type("http")
    request.set_accept_format("json")
    for name, value in parameters.items():
        getattr(request, f"set_{name}")(value)
    return json.loads(client.do_action_with_exception(request))


def error_of(*arguments, **parameters):
    try:
        call(*arguments, **parameters)
    except ServerException as error:
        return error
    raise AssertionError("the call was not refused")


client = client_of(PLAIN)

# A backup from its beginning to its end.
job = call(client, CreateBackupRequest, DBInstanceId=INSTANCE)["BackupJobId"]
phases = []
while "Finished" not in phases:
    assert len(phases) < 20, phases
    tasks = call(client, DescribeBackupTasksRequest, DBInstanceId=INSTANCE, BackupJobId=job)
    [task] = tasks["Items"]["BackupJob"]
    phases.append(task["BackupStatus"])
    advance(2)
assert phases[0] == "NoStart" and task["BackupId"], phases

# Pages of instances.
seen = []
for page in range(1, 5):
    listed = call(client, DescribeDBInstancesRequest, PageSize=10, PageNumber=page)
    seen += [it["DBInstanceId"] for it in listed["Items"]["DBInstance"]]
assert sorted(seen) == sorted(PLAIN["instances"])

# Lists in every style; this client numbers the elements where the newer ones put commas between them.
tags = [{"Key": "team", "Value": "a b*~+/数"}, {"Key": "empty", "Value": ""}]
call(client, TagResourcesRequest, ResourceType="INSTANCE", ResourceIds=PLAIN["instances"][:2], Tags=tags)
assert received("TagResources")["Tag"] == tags
# There are no such instances; what is looked at is how the list is understood.
stopped = error_of(client, StopRCInstancesRequest, InstanceIds=["i-1", "i-2"])
assert stopped.error_code == "InvalidResourceId.NotFound"
assert received("StopRCInstances")["InstanceIds"] == ["i-1", "i-2"]
call(client, DescribeRCInstanceTypesRequest, InstanceType=["a", "b"])
assert received("DescribeRCInstanceTypes")["InstanceType"] == ["a", "b"]

# Refusals.
missing = error_of(client, CreateBackupRequest, DBInstanceId="rm-none")
assert (missing.error_code, missing.http_status) == ("InvalidDBInstanceName.NotFound", 404)
assert len(missing.request_id) == 36
refused = error_of(client_of(PLAIN, secret="wrong"), DescribeRegionsRequest)
# This client compares the strings to sign, and so finds out that it is the secret.
assert (refused.error_code, refused.http_status) == ("InvalidAccessKeySecret", 400), refused.error_code

# Temporary credentials.
assert call(client_of(TEMPORARY), DescribeRegionsRequest, service=TEMPORARY)["Regions"]["RDSRegion"]
missing = error_of(client_of(TEMPORARY, with_token=False), DescribeRegionsRequest, service=TEMPORARY)
assert missing.error_code == "MissingSecurityToken"
