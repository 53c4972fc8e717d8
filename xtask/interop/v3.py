"""The official Python client of the present generation, which signs with V3, against the embedded service."""

from alibabacloud_rds20140815 import models
from alibabacloud_tea_openapi.exceptions import ClientException

from services import INSTANCE, PLAIN, TEMPORARY, advance, client_of, received


def error_of(call):
    try:
        call()
    except ClientException as error:
        return error
    raise AssertionError("the call was not refused")


def follow_a_backup(client):
    job = client.create_backup(models.CreateBackupRequest(dbinstance_id=INSTANCE)).body.backup_job_id
    ask = models.DescribeBackupTasksRequest(dbinstance_id=INSTANCE, backup_job_id=int(job))
    phases = []
    while "Finished" not in phases:
        assert len(phases) < 20, phases
        [task] = client.describe_backup_tasks(ask).body.items.backup_job
        phases.append(task.backup_status)
        advance(2)
    assert phases == ["NoStart", "Uploading", "Uploading", "Uploading", "Uploading", "Finished"], phases
    backups = client.describe_backups(models.DescribeBackupsRequest(dbinstance_id=INSTANCE, backup_id=task.backup_id))
    assert backups.body.items.backup[0].backup_status == "Success"


def page_instances(client):
    seen = []
    while True:
        page = len(seen) // 10 + 1
        ask = models.DescribeDBInstancesRequest(region_id=PLAIN["region"], page_size=10, page_number=page)
        body = client.describe_dbinstances(ask).body
        seen += [it.dbinstance_id for it in body.items.dbinstance]
        if not body.items.dbinstance or len(seen) >= body.total_record_count:
            break
    assert sorted(seen) == sorted(PLAIN["instances"])


def send_lists(client):
    tags = [models.TagResourcesRequestTag(key="team", value="a b*~+/数"), models.TagResourcesRequestTag(key="empty")]
    client.tag_resources(models.TagResourcesRequest(
        region_id=PLAIN["region"], resource_type="INSTANCE", resource_id=PLAIN["instances"][:2], tag=tags))
    assert received("TagResources")["Tag"] == [{"Key": "team", "Value": "a b*~+/数"}, {"Key": "empty"}]
    assert received("TagResources")["ResourceId"] == PLAIN["instances"][:2]

    # There are no such instances; what is looked at is how the list is understood.
    ask = models.StopRCInstancesRequest(region_id=PLAIN["region"], instance_ids=["i-1", "i-2"])
    assert error_of(lambda: client.stop_rcinstances(ask)).code == "InvalidResourceId.NotFound"
    assert received("StopRCInstances")["InstanceIds"] == ["i-1", "i-2"]

    client.describe_rcinstance_types(models.DescribeRCInstanceTypesRequest(
        region_id=PLAIN["region"], instance_type=["a", "b"]))
    assert received("DescribeRCInstanceTypes")["InstanceType"] == ["a", "b"]

    # Some operations have parameters in the form body.
    client.query_notify(models.QueryNotifyRequest(
        from_="2024-03-15T08:00:00Z", to="2024-03-16T08:00:00Z", page_number=2, with_confirmed=True))
    assert received("QueryNotify")["PageNumber"] == 2 and received("QueryNotify")["WithConfirmed"] is True


def be_refused(client):
    missing = error_of(lambda: client.create_backup(models.CreateBackupRequest(dbinstance_id="rm-none")))
    assert (missing.code, missing.status_code) == ("InvalidDBInstanceName.NotFound", 404)
    assert len(missing.request_id) == 36 and "not found" in missing.message

    wrong = client_of(PLAIN, access_key_secret="wrong")
    refused = error_of(lambda: wrong.describe_regions(models.DescribeRegionsRequest()))
    assert (refused.code, refused.status_code) == ("SignatureDoesNotMatch", 400)

    ask = models.DescribeRegionsRequest()
    client_of(TEMPORARY).describe_regions(ask)
    missing = error_of(lambda: client_of(TEMPORARY, security_token=None).describe_regions(ask))
    assert missing.code == "MissingSecurityToken", missing.code


# The same client signs with V1 when told to.
for algorithm in [None, "v2"]:
    client = client_of(PLAIN, signature_algorithm=algorithm)
    for step in [follow_a_backup, page_instances, send_lists, be_refused]:
        step(client)
